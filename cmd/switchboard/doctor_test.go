package main

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/charmbracelet/colorprofile"
	"github.com/google/go-cmp/cmp"

	"switchboard/engine/journal"
	"switchboard/telnyx/telnyxtest"
	"switchboard/tui"
)

// examined has the doctor look, and returns what it found by name, and how it exited.
func (s *trial) examined(t *testing.T, more ...string) (map[string]finding, int) {
	t.Helper()
	var out, complaints scroll
	args := append([]string{"doctor", "--json", "--env-file", s.env, "--journal", s.journal}, more...)
	code := run(t.Context(), args, strings.NewReader(""), &out, &complaints)
	var told struct {
		OK     bool
		Checks []struct{ Group, Name, Grade, Says, Do string }
	}
	if err := json.Unmarshal([]byte(out.String()), &told); err != nil {
		t.Fatalf("%v: %s%s", err, &out, &complaints)
	}
	if told.OK != (code == exitClean) {
		t.Errorf("ok is %v and it exits with %d", told.OK, code)
	}
	if strings.Contains(out.String()+complaints.String(), hush) {
		t.Errorf("a secret is shown:\n%s", &out)
	}
	grades := map[string]grade{"ok": gradeOK, "warning": gradeWarning, "failed": gradeFailed, "skipped": gradeSkipped}
	found := map[string]finding{}
	for _, c := range told.Checks {
		found[c.Name] = finding{c.Group, c.Name, grades[c.Grade], c.Says, c.Do}
		if c.Group == "" || c.Says == "" || found[c.Name].Grade == 0 {
			t.Errorf("a check says too little: %+v", c)
		}
		if bad := c.Grade == "warning" || c.Grade == "failed"; bad != (c.Do != "") {
			t.Errorf("what to do about it: %+v", c)
		}
	}
	return found, code
}

// reached is the setting of a public address that leads to the port of the webhooks, and
// the trial's application told of it.
func (s *trial) reached() []string {
	public := "http://127.0.0.1:" + s.port
	s.telnyx.SetWebhookURL(public + "/webhook")
	return []string{"--public-url", public}
}

func TestTheDoctorFindsNothingWhereNothingIsWrong(t *testing.T) {
	s := startTrial(t)
	before := s.telnyx.Portal()
	public := s.reached()
	before.Applications[0].URL = public[1] + "/webhook"
	found, code := s.examined(t, public...)
	if code != exitClean || len(found) != len(checks())+1 {
		t.Errorf("exits with %d, having looked at %d things", code, len(found))
	}
	for name, f := range found {
		if f.Grade != gradeOK && name != "terminal" {
			t.Errorf("%s: %+v", name, f)
		}
	}
	for name, says := range map[string]string{
		"calls at once":  "6 operators of your 6",
		"public address": "comes out here",
		"feed":           "auto takes Symbl by stream, and where it fails Symbl by telephone",
		"journal":        "is not there yet",
	} {
		if !strings.Contains(found[name].Says, says) {
			t.Errorf("%s says %q, want %q", name, found[name].Says, says)
		}
	}
	// No check changes anything.
	if diff := cmp.Diff(before, s.telnyx.Portal(), cmp.AllowUnexported(telnyxtest.Application{})); diff != "" {
		t.Error(diff)
	}
	files, err := os.ReadDir(filepath.Dir(s.journal))
	if err != nil || len(files) != 1 {
		t.Errorf("%d files are there, %v, want the one with the settings", len(files), err)
	}
}

func TestTheDoctorFindsWhatIsWrong(t *testing.T) {
	const otherKey = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
	poor := worldPortal()
	poor.Credit = "0.00"
	poor.Profiles = []telnyxtest.Profile{{Name: "Small", Limit: 3}}
	poor.Applications = append(poor.Applications,
		telnyxtest.Application{ID: "21", Name: "off", URL: elsewhere, Inactive: true, Profile: "31"},
		telnyxtest.Application{ID: "22", Name: "tight", URL: elsewhere, Profile: "30", Limit: 2},
		telnyxtest.Application{ID: "23", Name: "new", URL: noAddressYet + webhookPath, Version: "2", Profile: "30"})
	poor.Profiles = append(poor.Profiles, telnyxtest.Profile{ID: "30", Name: "Free"}, telnyxtest.Profile{ID: "31", Name: "Shut", Disabled: true})
	poor.Numbers = append(poor.Numbers, telnyxtest.Number{Number: "+13125550199", Status: "port-pending", Application: worldConnection})
	for _, tt := range []struct {
		name     string
		portal   *telnyxtest.Portal
		settings []setValue
		check    string
		grade    grade
		says     string
	}{
		{"a wrong key", nil, []setValue{{"TELNYX_API_KEY", hush}}, "API key", gradeFailed, "does not accept it"},
		{"a wrong key, elsewhere", nil, []setValue{{"TELNYX_API_KEY", hush}}, "number", gradeSkipped, "the API key is not accepted"},
		{"a setting that is missing", nil, []setValue{{"CONFERENCE_NUMBER", ""}}, "CONFERENCE_NUMBER", gradeFailed, "is missing"},
		{"what needs it", nil, []setValue{{"CONFERENCE_NUMBER", ""}}, "number", gradeSkipped, "this needs CONFERENCE_NUMBER"},
		{"nothing to spend", &poor, nil, "API key", gradeFailed, "nothing is left to spend: 0.00 USD"},
		{"another account's application", nil, []setValue{{"CONNECTION_ID", "99"}}, "application", gradeFailed, "has no Call Control application 99"},
		{"an application that is off", &poor, []setValue{{"CONNECTION_ID", "21"}}, "application", gradeFailed, "is switched off"},
		{"an application without a time-out", nil, []setValue{{"CONNECTION_ID", worldOld}}, "application", gradeWarning, "ring for ever"},
		{"the old webhooks", nil, []setValue{{"CONNECTION_ID", worldOld}}, "webhook version", gradeFailed, "every webhook would be refused"},
		{"the old webhooks, with a tunnel", nil, []setValue{{"CONNECTION_ID", worldOld}, {"TUNNEL", "loopback"}}, "webhook version", gradeWarning, "run changes it"},
		{"webhooks that go elsewhere", nil, []setValue{{"PUBLIC_URL", "http://127.0.0.1:1"}}, "webhook URL", gradeFailed, "PUBLIC_URL leads to http://127.0.0.1:1/webhook"},
		{"a tunnel that is not open", nil, []setValue{{"TUNNEL", "loopback"}}, "public address", gradeSkipped, "none is open now"},
		{"an address that leads nowhere", nil, []setValue{{"PUBLIC_URL", "http://127.0.0.1:1"}}, "public address", gradeFailed, "does not lead here"},
		{"an address inside", nil, []setValue{{"PUBLIC_URL", "http://192.168.1.7"}, {"TELNYX_API_URL", "https://telnyx.invalid/v2"}}, "public address", gradeFailed, "address of the local network"},
		{"an address that is not settled", &poor, []setValue{{"CONNECTION_ID", "23"}}, "public address", gradeFailed, "has no address yet"},
		{"a number of nobody's", nil, []setValue{{"CONFERENCE_NUMBER", "+12025550155"}}, "number", gradeFailed, "is not a number of this account"},
		{"a number without an application", nil, []setValue{{"CONFERENCE_NUMBER", worldSpare}}, "number", gradeFailed, "belongs to no application"},
		{"another application's number", nil, []setValue{{"CONNECTION_ID", worldOld}}, "listen number", gradeFailed, "belongs to another application: “switchboard”"},
		{"a number that is on its way", &poor, []setValue{{"CONFERENCE_NUMBER", "+13125550199"}}, "number", gradeFailed, "“port-pending”"},
		{"another account's public key", nil, []setValue{{"TELNYX_PUBLIC_KEY", otherKey}}, "public key", gradeFailed, "every webhook would be refused"},
		{"no outbound profile", nil, []setValue{{"CONNECTION_ID", worldOld}}, "outbound profile", gradeFailed, "nobody can be dialled"},
		{"a profile that is off", &poor, []setValue{{"CONNECTION_ID", "21"}}, "outbound profile", gradeFailed, "“Shut” is switched off"},
		{"too few calls at once", &poor, nil, "calls at once", gradeWarning, "3 dialled calls: 3 operators of your 6"},
		{"the application's own limit", &poor, []setValue{{"CONNECTION_ID", "22"}}, "calls at once", gradeWarning, "2 dialled calls: 2 operators of your 6"},
		{"a clock that is slow", nil, []setValue{{"HOUSE_TIME", houseTime{time.Now().Add(-9000 * time.Minute), 0.999}.String()}}, "clock", gradeFailed, "behind of Telnyx's"},
		{"Symbl's secret", nil, []setValue{{"SYMBL_APP_SECRET", hush}}, "Symbl", gradeWarning, "check SYMBL_APP_ID and SYMBL_APP_SECRET"},
		{"who listens then", nil, []setValue{{"SYMBL_APP_SECRET", hush}}, "feed", gradeOK, "auto takes Telnyx's transcription: Symbl gives no token"},
		{"nobody else may listen", nil, []setValue{{"SYMBL_APP_SECRET", hush}, {"FEED", "symbl-phone"}}, "feed", gradeFailed, "calls would not be heard"},
		{"a stream without an address", nil, nil, "feed", gradeOK, "Symbl by stream needs PUBLIC_URL or a tunnel"},
		{"a stream that does not open", nil, []setValue{{"SYMBL_WS_URL", "ws://127.0.0.1:1"}, {"TUNNEL", "loopback"}}, "feed", gradeWarning, "auto takes Symbl by telephone; Symbl by stream does not work"},
		{"nothing else than a stream", nil, []setValue{{"SYMBL_WS_URL", "ws://127.0.0.1:1"}, {"TUNNEL", "loopback"}, {"FEED", "symbl-stream"}}, "feed", gradeFailed, "calls would not be heard: Symbl by stream"},
		{"nobody is to listen", nil, []setValue{{"FEED", "none"}}, "feed", gradeWarning, "nobody listens"},
		{"without Symbl", nil, []setValue{{"SYMBL_APP_ID", ""}, {"SYMBL_APP_SECRET", ""}}, "Symbl", gradeSkipped, "no credentials"},
		{"a Symbl that is gone", nil, []setValue{{"SYMBL_API_URL", "http://127.0.0.1:1"}}, "Symbl", gradeWarning, "nobody listens at Symbl's address"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := startTrialAt(t, tt.portal, tt.settings...)
			found, code := s.examined(t)
			if got := found[tt.check]; got.Grade != tt.grade || !strings.Contains(got.Says, tt.says) {
				t.Errorf("%s is %v: %s; want %v: %s", tt.check, got.Grade, got.Says, tt.grade, tt.says)
			}
			if tt.grade == gradeFailed && code != exitFailure {
				t.Errorf("exits with %d", code)
			}
		})
	}
}

func TestTheDoctorTellsOfWebhooksThatWereLost(t *testing.T) {
	for status, says := range map[int]string{
		http.StatusUnauthorized: "refused for its signature",
		http.StatusNotFound:     "answered with 404",
	} {
		s := startTrial(t)
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		server := http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })}
		go func() { _ = server.Serve(l) }()
		s.telnyx.SetWebhookURL("http://" + l.Addr().String() + "/webhook")
		await(t, "a webhook is lost", 15*time.Second, func() bool { return s.telnyx.Webhooks().Lost > 0 })
		found, _ := s.examined(t)
		if f := found["webhooks lately"]; f.Grade != gradeWarning || !strings.Contains(f.Says, says) {
			t.Errorf("%d: got %+v", status, f)
		}
		_ = server.Close()
	}
}

func TestTheDoctorTellsWhoHasThePort(t *testing.T) {
	s := startTrial(t)
	l, err := net.Listen("tcp", ":"+s.port)
	if err != nil {
		t.Fatal(err)
	}
	server := http.Server{Handler: http.NotFoundHandler()}
	go func() { _ = server.Serve(l) }()
	found, _ := s.examined(t, s.reached()...)
	if f := found["port"]; f.Grade != gradeFailed || !strings.Contains(f.Says, "something else listens") {
		t.Errorf("got %+v", f)
	}
	if f := found["public address"]; f.Grade != gradeSkipped {
		t.Errorf("got %+v", f)
	}
	_ = server.Close()

	r := s.start(t, "--tunnel", "loopback")
	r.says(t, "until this ends it is")
	// Another journal in the same folder: this process has the run's own open.
	other := filepath.Join(filepath.Dir(s.journal), "other.db")
	found, code := s.examined(t, "--tunnel", "loopback", "--journal", other)
	for name, says := range map[string]string{
		"port":           "a switchboard with this application is running",
		"webhook URL":    "a run with a tunnel has it now",
		"public address": "comes out here",
	} {
		if f := found[name]; f.Grade != gradeOK || !strings.Contains(f.Says, says) {
			t.Errorf("%s: got %+v, want %q", name, f, says)
		}
	}
	if code != exitClean {
		t.Errorf("exits with %d", code)
	}
	if found, _ := s.examined(t, "--connection-id", worldOld, "--journal", other); found["port"].Grade != gradeFailed {
		t.Errorf("another application's: got %+v", found["port"])
	}
}

func TestTheDoctorLooksAtTheJournalAndTheSecrets(t *testing.T) {
	s := startTrial(t)
	j, err := journal.Open(s.journal)
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(s.env, 0o644); err != nil {
		t.Fatal(err)
	}
	found, _ := s.examined(t)
	if f := found["journal"]; f.Grade != gradeOK || !strings.Contains(f.Says, "what is in it is sound") {
		t.Errorf("got %+v", f)
	}
	if f := found["secrets"]; f.Grade != gradeWarning || !strings.Contains(f.Do, "chmod 600") {
		t.Errorf("got %+v", f)
	}
	write(t, s.journal, strings.Repeat("no journal ", 1000))
	if f := func() finding { found, _ := s.examined(t); return found["journal"] }(); f.Grade != gradeFailed || !strings.Contains(f.Says, "not a journal") {
		t.Errorf("got %+v", f)
	}
}

// All checks go on at once and end with the exam, whoever does not answer.
func TestTheDoctorIsSoonDoneWithADeadNetwork(t *testing.T) {
	if examTakes+time.Second > 15*time.Second || askTakes > examTakes || seekTakes > askTakes || symblWait > askTakes {
		t.Error("an exam with a dead network takes too long")
	}
	hole, err := net.Listen("tcp", "127.0.0.1:0") // it accepts in the kernel, and nobody answers
	if err != nil {
		t.Fatal(err)
	}
	defer hole.Close()
	dead := "http://" + hole.Addr().String()
	s := startTrial(t, setValue{"TELNYX_API_URL", dead + "/v2"}, setValue{"SYMBL_API_URL", dead}, setValue{"PUBLIC_URL", dead})
	config, err := runConfig(runCommand().Flags(), configFiles{env: s.env})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	x := newExam(ctx, config, nil, doctorOptions{journal: s.journal, files: configFiles{env: s.env}}, new(scroll))
	defer x.close()
	begun := time.Now()
	found := x.run()
	if took := time.Since(begun); took > 3*time.Second {
		t.Errorf("it took %s", took)
	}
	for _, f := range found {
		if want := map[string]grade{"API key": gradeFailed, "number": gradeSkipped, "public address": gradeFailed, "Symbl": gradeWarning, "port": gradeOK}[f.Name]; want != 0 && f.Grade != want {
			t.Errorf("%+v, want %v", f, want)
		}
	}
}

func TestTheReportIsATableThatFitsAndSaysWhatToDo(t *testing.T) {
	r := report{
		{"telnyx", "API key", gradeOK, "Telnyx accepts it", ""},
		{"telnyx", "number", gradeFailed, strings.Repeat("a long reason ", 12), "assign it to the application"},
		{"machine", "disk", gradeWarning, "90 MiB are free", "make room"},
		{"machine", "terminal", gradeSkipped, "this is no terminal", ""},
	}
	var out scroll
	if err := r.write(&out, nil); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(out.String()) {
		if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > 78 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	for _, want := range []string{"\nTelnyx\n", "\nMachine\n", "  failed   number", "→ assign it", "1 ok, 1 warning, 1 failed, 1 skipped.\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("want %q in\n%s", want, &out)
		}
	}
	if strings.Contains(out.String(), "\x1b") {
		t.Errorf("what is no terminal is coloured:\n%q", out.String())
	}
	if err := r.err(); err == nil || err.Error() != "1 check failed" {
		t.Errorf("got %v", err)
	}
	if err := r[:1].err(); err != nil {
		t.Errorf("got %v", err)
	}
}

func TestATerminalIsJudgedByWhatItCanShow(t *testing.T) {
	for _, tt := range []struct {
		width, height int
		colours       colorprofile.Profile
		look          tui.Look
		grade         grade
		says          string
	}{
		{120, 40, colorprofile.TrueColor, tui.Look{}, gradeOK, "120 × 40, all colours, UTF-8"},
		{80, 24, colorprofile.ANSI256, tui.Look{}, gradeOK, "some panes fold below"},
		{50, 24, colorprofile.ANSI, tui.Look{}, gradeWarning, "50 × 24, 16 colours"},
		{120, 40, colorprofile.ASCII, tui.Look{ASCII: true}, gradeWarning, "no colours (bold and signs say the same), ASCII alone"},
	} {
		if got := terminal(tt.width, tt.height, tt.colours, tt.look); got.Grade != tt.grade || !strings.Contains(got.Says, tt.says) {
			t.Errorf("%+v: got %+v", tt, got)
		}
	}
}

func TestSizesAreWorded(t *testing.T) {
	for bytes, want := range map[uint64]string{0: "0 bytes", 1023: "1023 bytes", 1536: "1.5 KiB", 90 << 20: "90.0 MiB", 3 << 40: "3.0 TiB", 1 << 60: "1048576.0 TiB"} {
		if got := size(bytes); got != want {
			t.Errorf("%d: got %s, want %s", bytes, got, want)
		}
	}
}

func TestAnUnreadableFileEndsTheDoctorBeforeItLooks(t *testing.T) {
	var out scroll
	if code := run(t.Context(), []string{"doctor", "--env-file", "none"}, strings.NewReader(""), &out, &out); code != exitConfiguration {
		t.Errorf("exits with %d:\n%s", code, &out)
	}
	if _, err := os.Stat("none"); !errors.Is(err, os.ErrNotExist) {
		t.Error("it was made")
	}
}
