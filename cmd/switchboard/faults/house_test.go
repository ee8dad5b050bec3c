// Package faults_test breaks the real program: it is killed, stopped, cut off and starved
// while customers call, on a pretend telephone network that goes on all the while. What
// counts is what the world saw, and what stands in the journal.
//
// The short way is for every submission; SOAK=1 has the long tests take their full length.
package faults_test

import (
	"bufio"
	"context"
	"encoding/base64"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"switchboard/engine"
	"switchboard/engine/clock"
	"switchboard/engine/enginetest"
	"switchboard/engine/journal"
	"switchboard/engine/recording"
	"switchboard/engine/runner"
	"switchboard/engine/world"
	"switchboard/symbl/symbltest"
	"switchboard/telnyx/telnyxtest"
	"switchboard/testdata"
)

// soak reports whether the tests are to take their full length.
func soak() bool { return os.Getenv("SOAK") != "" }

// binary is the program, which may be told at which named point to die.
var binary string

func TestMain(m *testing.M) {
	flag.Parse()
	if testing.Short() {
		return // all of it is long
	}
	// Calls mostly wait, in house time: more may go on at once than there are processors.
	if err := flag.Set("test.parallel", "4"); err != nil {
		panic(err)
	}
	dir, err := os.MkdirTemp("", "switchboard-faults-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	binary = filepath.Join(dir, "switchboard.test")
	build := exec.Command("go", "test", "-c", "-o", binary, "switchboard/cmd/switchboard")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build the program: %v\n%s", err, out)
		os.Exit(1)
	}
	for _, name := range []string{"XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"} { // a console must not touch the user's
		if err := os.Setenv(name, filepath.Join(dir, name)); err != nil {
			panic(err)
		}
	}
	zerolog.SetGlobalLevel(zerolog.Disabled) // some of its poisons talk whoever asks them
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// Numbers of the pretend network.
const (
	number    = "+12025550100" // that customers call
	listen    = "+12025550101" // that Symbl calls
	ofSymbl   = "+12025550102" // that Symbl calls from
	phone     = "+12025550103" // the supervisor's own
	key       = "KEYofthepretendnetwork"
	app       = "1300000000000000001"
	conferral = time.Minute // of the wall: how long anything may take before a test gives up
)

// A house is a pretend telephone network with its customers, and a place for a program
// that takes their calls.
type house struct {
	t       *testing.T
	clock   *clock.Clock
	network *world.Network
	telnyx  *telnyxtest.Server
	symbl   *symbltest.Server
	post    *relay // every webhook goes through it
	port    string // of the program
	journal string
	env     string // the file of its settings
	sets    map[string]string

	calling context.CancelFunc // ends the customers' coming
	called  int                // customers, ever; to be read once calling has ended
	callers sync.WaitGroup
}

// A plan says what a house is like.
type plan struct {
	speed    float64
	calls    int               // live at once
	feed     string            // auto where empty
	settings map[string]string // in place of the usual ones
}

// open opens a house. Customers call from invite on.
func open(t *testing.T, p plan) *house {
	t.Helper()
	since := clock.Wall()
	h := &house{t: t, clock: clock.New(since, p.speed), port: freePort(t)}
	h.network = world.NewNetwork(world.New(world.Config{
		Seed: 1, Start: h.clock.Now(), Keep: 24 * time.Hour, Phones: []string{phone}, ALaw: 0.25,
	}), h.clock)
	h.post = startRelay(t, "http://127.0.0.1:"+h.port+"/webhook")
	packet := time.Duration(min(max(p.speed, 1)*20, 100)) * time.Millisecond
	var err error
	h.telnyx, err = telnyxtest.Start(telnyxtest.Config{
		Clock: h.clock, Network: h.network, WebhookURL: h.post.url, Key: key, ConnectionID: app, Seed: 1, Packet: packet,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.telnyx.Close(); err != nil {
			t.Error(err)
		}
	})
	h.symbl, err = symbltest.Start(symbltest.Config{
		Clock: h.clock, Line: h.network, AppID: "pretend-app", AppSecret: "pretend-secret", Number: ofSymbl,
		Connections: max(50, 2*p.calls), Streams: max(50, 4*p.calls),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.symbl.Close)
	ctx, end := context.WithCancel(context.Background())
	var going sync.WaitGroup
	going.Go(func() { _ = h.network.Run(ctx) })
	t.Cleanup(func() { end(); going.Wait() })
	h.write(p, since)
	return h
}

// write writes the program's settings down.
func (h *house) write(p plan, since time.Time) {
	h.t.Helper()
	dir := h.t.TempDir()
	h.journal, h.env = filepath.Join(dir, "journal.db"), filepath.Join(dir, "env")
	h.sets = map[string]string{
		"TELNYX_API_URL": h.telnyx.URL(), "TELNYX_API_KEY": key, "TELNYX_PUBLIC_KEY": h.telnyx.PublicKey(),
		"CONNECTION_ID": app, "CONFERENCE_NUMBER": number, "TRANSFER_NUMBER": strings.Join(operators(p.calls), ","),
		"PUBLIC_URL": "http://127.0.0.1:" + h.port, "PORT_NUMBER": h.port,
		"SYMBL_API_URL": h.symbl.URL(), "SYMBL_WS_URL": h.symbl.SocketURL(), "SYMBL_APP_ID": "pretend-app",
		"SYMBL_APP_SECRET": "pretend-secret", "SYMBL_NUMBER": ofSymbl, "LISTEN_NUMBER": listen, "SUPERVISOR_PHONE": phone,
		"FEED": p.feed, "HOUSE_TIME": fmt.Sprintf("%g@%s", p.speed, since.Format(time.RFC3339Nano)),
	}
	h.set(p.settings)
}

// set changes settings, for the next start.
func (h *house) set(settings map[string]string) {
	h.t.Helper()
	maps.Copy(h.sets, settings)
	var text strings.Builder
	for name, value := range h.sets {
		fmt.Fprintf(&text, "%s='%s'\n", name, value)
	}
	if err := os.WriteFile(h.env, []byte(text.String()), 0o600); err != nil {
		h.t.Fatal(err)
	}
}

// operators returns the numbers of as many operators as so many calls need.
func operators(calls int) []string {
	numbers := make([]string, min(6+calls/2, 50))
	for i := range numbers {
		numbers[i] = fmt.Sprintf("+120255501%02d", 20+i)
	}
	return numbers
}

// invite has customers call, so that about so many are on the line, until they are told
// to stop.
func (h *house) invite(calls int) {
	h.t.Helper()
	recordings, err := testdata.Recordings()
	if err != nil {
		h.t.Fatal(err)
	}
	recordings = slices.DeleteFunc(recordings, func(r *recording.Recording) bool { return r.Front.Does != "" || r.Name == "gives-up-ringing" })
	ctx, end := context.WithCancel(context.Background())
	h.calling = end
	h.callers.Go(func() {
		chance := rand.New(rand.NewPCG(1, 1))
		for h.clock.Sleep(ctx, 200*time.Millisecond+time.Duration(chance.IntN(300))*time.Millisecond) == nil {
			if h.network.Customers() >= calls {
				continue
			}
			if _, err := h.network.Call(recordings[h.called%len(recordings)], number); err != nil {
				h.t.Errorf("have a customer call: %v", err)
				return
			}
			h.called++
		}
	})
	h.t.Cleanup(h.stop)
}

// stop has no more customers call.
func (h *house) stop() {
	h.calling()
	h.callers.Wait()
}

// drain waits until everybody has hung up, and the program knows.
func (h *house) drain() {
	h.t.Helper()
	h.stop()
	await(h.t, "all customers have hung up", 2*conferral, func() bool { return h.network.Customers() == 0 })
	await(h.t, "no leg is left", conferral, func() bool {
		return !slices.ContainsFunc(h.network.Snapshot().Legs, func(l world.LegReport) bool { return l.Ended.IsZero() })
	})
	// Where a webhook was lost, because the program was not there whenever it was sent, a
	// sweep finds out.
	await(h.t, "the program knows that all is over", conferral, func() bool {
		time.Sleep(200 * time.Millisecond)
		state := h.state()
		return !slices.ContainsFunc(state.Frame().Sessions, func(s *engine.Session) bool { return s.Phase != engine.PhaseOver })
	})
}

// state returns what the journal leads to by now, while the program writes it.
func (h *house) state() engine.State {
	h.t.Helper()
	j, err := journal.OpenCopy(h.journal)
	if err != nil {
		h.t.Fatal(err)
	}
	defer j.Close()
	state, err := runner.Recover(j)
	if err != nil {
		h.t.Fatal(err)
	}
	return state
}

// under reports whether an operator is being brought to a customer: he rings, or has
// picked up and is not in the conference yet.
func (h *house) under() bool {
	s := h.network.Snapshot()
	joined := map[world.LegID]bool{}
	for _, c := range s.Conferences {
		for _, stay := range c.Stays {
			joined[stay.Leg] = true
		}
	}
	return slices.ContainsFunc(s.Legs, func(l world.LegReport) bool {
		return l.Party == world.Operator && l.Ended.IsZero() && !joined[l.ID]
	})
}

// A program is one life of the program.
type program struct {
	*exec.Cmd
	began time.Time
	read  chan struct{} // closed at the end of its output

	mu    sync.Mutex
	lines []line
}

// A line is one that the program has written, and when.
type line struct {
	text  string
	after time.Duration // since it was started
}

// run starts the program; point is where it is to die, as POINT/N/DEED, or empty.
func (h *house) run(point string) *program {
	h.t.Helper()
	p := &program{Cmd: exec.Command(binary, "run", "--plain", "--env-file", h.env, "--journal", h.journal), read: make(chan struct{})}
	p.Env = append(os.Environ(), "SWITCHBOARD_TEST_PROGRAM=1", "SWITCHBOARD_TEST_POINT="+point)
	out, err := p.StdoutPipe()
	if err != nil {
		h.t.Fatal(err)
	}
	p.Stderr = h.t.Output()
	p.began = time.Now()
	if err := p.Start(); err != nil {
		h.t.Fatal(err)
	}
	go func() {
		defer close(p.read)
		for scanner := bufio.NewScanner(out); scanner.Scan(); {
			p.mu.Lock()
			p.lines = append(p.lines, line{scanner.Text(), time.Since(p.began)})
			p.mu.Unlock()
		}
	}()
	h.t.Cleanup(func() { p.end(syscall.SIGKILL) })
	return p
}

// end sends a signal and returns how the program exited: -1 for a kill.
func (p *program) end(signal syscall.Signal) int {
	if p.ProcessState == nil {
		_ = p.Process.Signal(signal)
		p.wait()
	}
	return p.ProcessState.ExitCode()
}

// wait waits until the program has ended.
func (p *program) wait() {
	if p.ProcessState == nil {
		<-p.read
		_ = p.Wait()
	}
}

// over reports whether the program has ended by itself.
func (p *program) over() bool {
	select {
	case <-p.read:
		return true
	default:
		return false
	}
}

// says returns the first line that matches, if there is one yet.
func (p *program) says(re *regexp.Regexp) (line, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	i := slices.IndexFunc(p.lines, func(l line) bool { return re.MatchString(l.text) })
	if i < 0 {
		return line{}, false
	}
	return p.lines[i], true
}

// hears waits for a line that matches, and returns how long after the start it came.
func (p *program) hears(t *testing.T, pattern string) time.Duration {
	t.Helper()
	re := regexp.MustCompile(pattern)
	var found line
	await(t, "the program says "+pattern, conferral, func() (ok bool) {
		found, ok = p.says(re)
		if !ok && p.over() {
			p.mu.Lock()
			defer p.mu.Unlock()
			t.Fatalf("the program has ended, and never said %s; its last line: %v", pattern, p.lines[max(0, len(p.lines)-1):])
		}
		return ok
	})
	return found.after
}

// The lines of a console that is back: it serves, and it shows the calls that go on.
const (
	serves = `Webhooks are awaited on port`
	shows  = `^\S+ call \d+.*: (talking|ringing|in the menu|greeted|.*) for `
)

// farewellLine is what a console says last, while calls are up.
var farewellLine = regexp.MustCompile(`up\. .*Calls go on at Telnyx`)

// await waits until something is so, and fails the test if that takes too long.
func await(t *testing.T, what string, patience time.Duration, so func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !so(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within %s: %s", patience, what)
		}
	}
}

// freePort returns a port that nobody listens on, a moment ago at least.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}

// events returns what stands in the journal.
func (h *house) events() (all []engine.Event) {
	h.t.Helper()
	j, err := journal.Open(h.journal)
	if err != nil {
		h.t.Fatal(err)
	}
	defer j.Close()
	if err := j.Read(1, func(e engine.Event) error { all = append(all, e); return nil }); err != nil {
		h.t.Fatal(err)
	}
	return all
}

// judge checks what has become of all: the program has ended, and nobody calls any more.
// Where calls were cut off by a test, whole is false, and only what must never be is looked for.
func (h *house) judge(whole bool) {
	h.t.Helper()
	events := h.events()
	h.kept(events)
	h.onceDialled()
	h.foldsOnce(events)
	s := h.network.Snapshot()
	for _, fault := range enginetest.Faults(s, h.called) {
		if whole || !strings.Contains(fault, "is left") {
			h.t.Error(fault)
		}
	}
	if refused := h.telnyx.Refused(); len(refused) > 0 {
		h.t.Errorf("%d commands broke Telnyx's schema, as %s", len(refused), refused[0])
	}
}

// kept fails where a webhook that was answered 200 is not in the journal.
func (h *house) kept(events []engine.Event) {
	h.t.Helper()
	have := map[string]bool{}
	for _, e := range events {
		have[e.ID] = true
	}
	taken := h.post.taken()
	for _, id := range taken {
		if !have[id] {
			h.t.Errorf("webhook %s was answered 200, and is not in the journal", id)
		}
	}
	if len(taken) == 0 {
		h.t.Error("no webhook was answered 200")
	}
}

// onceDialled fails where one dial was done twice, by the state that we had it carry.
func (h *house) onceDialled() {
	h.t.Helper()
	dialled := map[string]world.LegID{}
	for _, l := range h.network.Snapshot().Legs {
		state, err := base64.StdEncoding.DecodeString(l.State)
		if err != nil || l.Direction != world.Outgoing {
			continue
		}
		if other, twice := dialled[string(state)]; twice {
			h.t.Errorf("%s was dialled twice: legs %s and %s to %s", state, other, l.ID, l.To)
		}
		dialled[string(state)] = l.ID
	}
	if len(dialled) == 0 {
		h.t.Error("nobody was dialled")
	}
}

// foldsOnce goes through the journal again: no operator is called twice for one transfer,
// unless the customer waits in the queue, and no turn of the engine has failed.
func (h *house) foldsOnce(events []engine.Event) {
	h.t.Helper()
	type call struct {
		session engine.SessionID
		asked   time.Time
		number  string
	}
	called := map[call]engine.LegName{}
	state := engine.NewState(h.epoch())
	for _, e := range events {
		state, _ = engine.Step(state, e)
		for _, s := range state.Frame().Sessions {
			l, ok := s.Operator()
			if s.Changed != e.Seq || !ok || !s.Transfer.Under() || s.Transfer.Leg != l.Name || !s.Transfer.Queued.IsZero() {
				continue
			}
			c := call{s.ID, s.Transfer.Asked, l.Number}
			if other, twice := called[c]; twice && other != l.Name {
				h.t.Errorf("event %d: %s is called twice for one transfer of %s: as %s and %s", e.Seq, l.Number, s.ID, other, l.Name)
			}
			called[c] = l.Name
		}
	}
	frame := state.Frame()
	if frame.Counts.Panics > 0 {
		h.t.Errorf("the engine has failed %d times", frame.Counts.Panics)
	}
	for _, s := range frame.Sessions {
		if s.Phase != engine.PhaseOver {
			h.t.Errorf("%s of %s is still %s", s.ID, s.Name, s.Phase)
		}
	}
	h.t.Logf("%d events, %d calls, %d transfers; %d operators joined; webhooks: %+v",
		len(events), frame.Counts.Calls, len(called), frame.Counts.Joined, h.telnyx.Webhooks())
}

// epoch returns the journal's.
func (h *house) epoch() string {
	h.t.Helper()
	j, err := journal.Open(h.journal)
	if err != nil {
		h.t.Fatal(err)
	}
	defer j.Close()
	return j.Epoch()
}
