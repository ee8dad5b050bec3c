//go:build linux

package main

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"switchboard/engine"
	"switchboard/engine/journal"
)

// A sender sends webhooks to a program, as Telnyx would.
type sender struct {
	key ed25519.PrivateKey
	url string
	n   int
	ids map[string]bool // answered with 200
}

// startSender writes an environment for a run that believes the sender.
func startSender(t *testing.T) (*sender, string) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	port := freePort(t)
	values := whole()
	values["TELNYX_PUBLIC_KEY"] = base64.StdEncoding.EncodeToString(public)
	values["TELNYX_API_URL"] = "http://127.0.0.1:1" // nobody is to be asked anything
	values["PORT_NUMBER"] = port
	env := filepath.Join(t.TempDir(), "env")
	write(t, env, envFileOf(values))
	return &sender{private, "http://127.0.0.1:" + port + webhookPath, 0, map[string]bool{}}, env
}

// send sends one webhook, of a leg that nobody knows, and returns the status of the
// answer: 0 where nobody listens any more.
func (s *sender) send(t *testing.T) int {
	t.Helper()
	s.n++
	id := fmt.Sprintf("00000000-0000-4000-8000-%012d", s.n)
	body := fmt.Appendf(nil, `{"data":{"record_type":"event","event_type":"call.dtmf.received","id":"%s","occurred_at":"%s",
		"payload":{"call_control_id":"v3:nobody","call_leg_id":"428c31b6-7af4-4bcb-b7f5-5013ef9657c1",
		"call_session_id":"428c31b6-7af4-4bcb-b7f5-5013ef9657c1","connection_id":"1234567890","client_state":"","from":"+12025550120","to":"+12025550121","digit":"1"}}}`,
		id, time.Now().UTC().Format(time.RFC3339Nano))
	stamp := strconv.FormatInt(time.Now().Unix(), 10)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("telnyx-timestamp", stamp)
	request.Header.Set("telnyx-signature-ed25519", base64.StdEncoding.EncodeToString(ed25519.Sign(s.key, append([]byte(stamp+"|"), body...))))
	request.Close = true
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0
	}
	defer answer.Body.Close()
	if answer.StatusCode == http.StatusOK {
		s.ids[id] = true
	}
	if answer.StatusCode == http.StatusServiceUnavailable && answer.Header.Get("Retry-After") == "" {
		t.Error("503 comes without Retry-After")
	}
	return answer.StatusCode
}

// until sends webhooks until one is answered with something else than 200.
func (s *sender) until(t *testing.T) int {
	t.Helper()
	for range 20_000 {
		if status := s.send(t); status != http.StatusOK {
			return status
		}
	}
	t.Fatal("20,000 webhooks were taken in")
	return 0
}

// kept fails the test where a webhook that was answered 200 is not in the journal.
func (s *sender) kept(t *testing.T, path string) {
	t.Helper()
	j, err := journal.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	have := map[string]bool{}
	if err := j.Read(1, func(e engine.Event) error { have[e.ID] = true; return nil }); err != nil {
		t.Fatal(err)
	}
	if len(s.ids) == 0 {
		t.Error("nothing was answered with 200")
	}
	for id := range s.ids {
		if !have[id] {
			t.Errorf("%s was answered with 200, and is not in the journal", id)
		}
	}
}

// small mounts a file system of so many bytes, where we may.
func small(t *testing.T, bytes int) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d", bytes)); err != nil {
		t.Skipf("a small file system cannot be mounted here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// "When the journal cannot write (full disk), we say 503, never 200 … comes back when
// space returns."
func TestAFullDiskIs503AndPasses(t *testing.T) {
	t.Parallel()
	dir := small(t, 3<<20)
	s, env := startSender(t)
	path := filepath.Join(dir, "journal.db")
	program := speak(t, built(t, t.TempDir()), "run", "--plain", "--env-file", env, "--journal", path)
	program.hears(t, `Webhooks are awaited`, 10*time.Second)
	for range 20 {
		if status := s.send(t); status != http.StatusOK {
			t.Fatalf("with room a webhook is answered %d", status)
		}
	}
	filler := filepath.Join(dir, "filler")
	fill(t, filler)
	if status := s.until(t); status != http.StatusServiceUnavailable {
		t.Fatalf("on a full disk a webhook is answered %d, want 503", status)
	}
	for range 20 {
		if status := s.send(t); status != http.StatusServiceUnavailable {
			t.Errorf("still full: answered %d, want 503", status)
		}
	}
	program.hears(t, `the journal cannot write: .*disk is full`, 5*time.Second)
	program.hears(t, `webhook put off, the journal cannot write: append.*full`, 5*time.Second)
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	await(t, "a webhook is taken in again", 5*time.Second, func() bool { return s.send(t) == http.StatusOK })
	program.hears(t, `the journal can write again`, 5*time.Second)
	if code := program.end(syscall.SIGKILL); code != -1 {
		t.Errorf("the program had ended with %d", code)
	}
	s.kept(t, path)
	if code, out, complaints := try(t, "journal", "check", "--journal", path); code != exitClean {
		t.Errorf("afterwards: %s%s", out, complaints)
	}
}

// What needs room and has none changes nothing, leaves nothing and says so.
func TestOnAFullDiskTheJournalStaysAsItWas(t *testing.T) {
	dir := small(t, 4<<20)
	calls, _ := someCalls(t)
	path := filepath.Join(dir, "journal.db")
	if code, _, complaints := try(t, "journal", "import", calls, "--journal", path); code != exitClean {
		t.Fatal(complaints)
	}
	fill(t, filepath.Join(dir, "filler"))
	for _, args := range [][]string{
		{"compact", "--journal", path},
		{"backup", "--journal", path, filepath.Join(dir, "backup.db")},
		{"import", calls, "--journal", filepath.Join(dir, "import.db")},
	} {
		code, out, complaints := try(t, append([]string{"journal"}, args...)...)
		if code != exitFailure || !strings.Contains(complaints, "the disk is full: make room") {
			t.Errorf("%s exits with %d, says %q and %q", args[0], code, out, complaints)
		}
	}
	code, out, complaints := try(t, "journal", "export", "--journal", path, "--out", filepath.Join(dir, "export.jsonl"))
	if code != exitFailure || !strings.Contains(complaints, "no space left") {
		t.Errorf("export exits with %d, says %q and %q", code, out, complaints)
	}
	if code, out, complaints := try(t, "journal", "check", "--journal", path); code != exitClean {
		t.Errorf("check exits with %d, says %q and %q", code, out, complaints)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 2 {
		t.Errorf("there is %v, %v", files, err)
	}
}

// fill writes a file until there is no more room.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.CopyN(f, zeros{}, 1<<30)
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("filled with %v", err)
	}
	_ = f.Close() // the disk is full
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

// "After a failed flush the process stops": here the write that belongs to it fails, with
// an error that says nothing of room.
func TestACommitThatFailsEndsTheProgram(t *testing.T) {
	s, env := startSender(t)
	path := filepath.Join(t.TempDir(), "journal.db")
	binary := built(t, t.TempDir())
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip(err)
	}
	program := speak(t, shell, "-c", `ulimit -f 6000 && exec "$0" "$@"`, binary, "run", "--plain", "--env-file", env, "--journal", path)
	program.hears(t, `Webhooks are awaited`, 10*time.Second)
	if status := s.until(t); status != http.StatusServiceUnavailable && status != 0 {
		t.Errorf("the first that could not be written is answered %d, want 503 or nothing", status)
	}
	taken := len(s.ids)
	for range 20 {
		if status := s.send(t); status == http.StatusOK {
			t.Error("a webhook is answered 200 after a commit that failed")
		}
	}
	await(t, "the program has ended", 10*time.Second, func() bool {
		select {
		case <-program.read:
			return true
		default:
			return false
		}
	})
	if code := program.end(syscall.SIGKILL); code != exitFailure {
		t.Errorf("it exited with %d, want %d", code, exitFailure)
	}
	if taken < 100 {
		t.Errorf("%d webhooks were taken in: too few to mean anything", taken)
	}
	s.kept(t, path)
}
