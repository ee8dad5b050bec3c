package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"switchboard/engine/clock"
	"switchboard/engine/world"
	"switchboard/symbl/symbltest"
	"switchboard/telnyx/telnyxtest"
)

// A stagehand is a set-up in an empty folder, with pretend portals for Telnyx and Symbl.
type stagehand struct {
	t      *testing.T
	telnyx *telnyxtest.Server
	symbl  *symbltest.Server
	hears  func(said string) // may be nil
}

// overheard is output that somebody listens to.
type overheard struct {
	bytes.Buffer
	hears func(said string)
}

// Write keeps a text, and passes on all that was said so far.
func (o *overheard) Write(b []byte) (int, error) {
	n, err := o.Buffer.Write(b)
	if o.hears != nil {
		o.hears(o.String())
	}
	return n, err
}

const (
	ownApp    = "1300000000000000001"
	otherApp  = "1300000000000000002"
	firstNum  = "+12025550100"
	secondNum = "+12025550101"
)

// newStagehand starts the portals. The account has what portal says.
func newStagehand(t *testing.T, portal telnyxtest.Portal) *stagehand {
	t.Helper()
	t.Chdir(t.TempDir())
	for _, s := range allSettings() {
		t.Setenv(s.name, "")
	}
	t.Setenv("ACCESSIBLE", "1")
	house := clock.New(today, 100)
	network := world.NewNetwork(world.New(world.Config{Seed: 1, Start: house.Now()}), house)
	te, err := telnyxtest.Start(telnyxtest.Config{Clock: house, Network: network, Key: worldKey, ConnectionID: ownApp, Portal: portal})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { te.Close() })
	sy, err := symbltest.Start(symbltest.Config{Clock: house, Line: network, AppID: worldSymblID, AppSecret: worldSymblWord, Number: worldSymbl})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sy.Close() })
	t.Setenv("TELNYX_API_URL", te.URL())
	t.Setenv("SYMBL_API_URL", sy.URL())
	t.Setenv("SYMBL_WS_URL", sy.SocketURL())
	return &stagehand{t: t, telnyx: te, symbl: sy}
}

// account is one with two numbers and two applications, of which only the first is ours.
func account() telnyxtest.Portal {
	return telnyxtest.Portal{
		Numbers: []telnyxtest.Number{{Number: secondNum, Application: otherApp}, {Number: firstNum}},
		Applications: []telnyxtest.Application{
			{ID: ownApp, Name: "switchboard", URL: "https://old.example.com/webhook", Version: "1"},
			{ID: otherApp, Name: "Fax \x1b[31mmachine"},
		},
	}
}

// answer runs set-up with answers, a line each, and returns what it said and its error.
func (s *stagehand) answer(lines ...string) (string, error) {
	s.t.Helper()
	return s.run(strings.NewReader(strings.Join(lines, "\n")+"\n"), 100)
}

func (s *stagehand) run(in io.Reader, speed float64) (string, error) {
	s.t.Helper()
	return s.runUntil(s.t.Context(), in, speed)
}

// runUntil runs set-up until ctx is done. What it says goes to s.hears as well.
func (s *stagehand) runUntil(ctx context.Context, in io.Reader, speed float64) (string, error) {
	s.t.Helper()
	out := &overheard{hears: s.hears}
	cmd := &cobra.Command{}
	cmd.SetIn(in)
	cmd.SetOut(out)
	addFlags(cmd.Flags())
	setup, err := newSetup(newDialogue(cmd, true), cmd.Flags(), configFiles{}, clock.New(clock.Wall(), speed))
	if err != nil {
		return out.String(), err
	}
	defer setup.close()
	err = setup.run(ctx)
	if said := out.String(); strings.Contains(said, worldKey) || strings.Contains(said, worldSymblWord) || strings.Contains(said, hush) || strings.Contains(said, "\x1b") {
		s.t.Errorf("a secret, or what would repaint a terminal, was shown:\n%q", said)
	}
	return out.String(), err
}

// config is what run would read now, when the portals' addresses are in no environment.
func (s *stagehand) config() (Config, error) {
	for _, name := range []string{"TELNYX_API_URL", "SYMBL_API_URL", "SYMBL_WS_URL"} {
		was := os.Getenv(name)
		os.Unsetenv(name)
		defer os.Setenv(name, was)
	}
	return runConfig((&cobra.Command{}).Flags(), configFiles{})
}

// files returns the texts of both files; a file that is not there has none.
func files(t *testing.T) (env, yaml string) {
	t.Helper()
	a, err := readOrNone(".env")
	b, err2 := readOrNone(yamlPlace)
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	return string(a), string(b)
}

// Answers of a first pass through the account of account().
var firstPass = []string{
	worldKey,
	"1", "https://calls.example.com/webhook", // an address of its own
	"",                                     // the application switchboard
	"",                                     // yes, have its webhooks sent here
	"1",                                    // the first number
	"",                                     // yes, have its calls go there
	"+1 202 555 0123, SIP:ida@example.com", // operators
	"+12025550110",                         // phone
	"3", worldSymblID, worldSymblWord,      // symbl, by stream
	"1", // write
}

func TestSetupWritesWhatRunNeedsFromAnEmptyFolder(t *testing.T) {
	s := newStagehand(t, account())
	said, err := s.answer(firstPass...)
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	c, err := s.config()
	if err != nil {
		t.Fatalf("run does not take it: %v\n%s", err, said)
	}
	got := fmt.Sprintln(c.APIKey.Reveal(), c.PublicKey, c.ConnectionID, c.Number, c.Operators, c.Phone, c.Feed, c.SymblID, c.SymblSecret.Reveal(),
		c.PublicURL, c.TelnyxURL, c.SymblURL, c.SymblSocketURL)
	want := fmt.Sprintln(worldKey, s.telnyx.PublicKey(), ownApp, firstNum, "[+12025550123 sip:ida@example.com]", "+12025550110", "symbl-stream",
		worldSymblID, worldSymblWord, "https://calls.example.com", s.telnyx.URL(), s.symbl.URL(), s.symbl.SocketURL())
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	env, yaml := files(t)
	if strings.Count(env, "\n") != 2 || strings.Contains(yaml, worldSymblWord) {
		t.Errorf(".env is to hold the two secrets alone:\n%s\n%s", env, yaml)
	}
	if info, err := os.Stat(".env"); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf(".env can be read by others: %v, %v", info.Mode(), err)
	}
	p := s.telnyx.Portal()
	if a := p.Applications[0]; a.URL != "https://calls.example.com/webhook" || a.Version != "2" {
		t.Errorf("the application is %+v", a)
	}
	if n := p.Numbers[1]; n.Application != ownApp {
		t.Errorf("the number's calls go to %q", n.Application)
	}
	for _, line := range []string{
		"Telnyx takes the key and tells 2 numbers, 2 applications.",
		"have the webhooks of switchboard sent to https://calls.example.com/webhook, in version 2; now they go to https://old.example.com/webhook",
		"have the calls to +1 202 555 0100 go to switchboard; now it goes nowhere",
		"before, they went to https://old.example.com/webhook",
		"Now it goes nowhere.", "before, they went nowhere", "Symbl takes the credentials", "TELNYX_API_KEY: set (not shown)", "To take calls: switchboard run",
	} {
		if !strings.Contains(unfolded(said), line) {
			t.Errorf("%q is not said:\n%s", line, said)
		}
	}
}

// unfolded returns a text without its line breaks.
func unfolded(text string) string { return strings.Join(strings.Fields(text), " ") }

func TestSetupAgainChangesOnlyWhatIsChanged(t *testing.T) {
	s := newStagehand(t, account())
	if said, err := s.answer(firstPass...); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	env, yaml := files(t)
	yaml = strings.Replace(yaml, "\n\n", "\n\n# mine\nring-seconds: 25 # slow\n\n", 1)
	write(t, yamlPlace, yaml)
	before := fmt.Sprint(s.telnyx.Portal())

	said, err := s.answer("", "", "", "", "", "", "", "", "", "", "") // every answer as it is
	if err != nil || !strings.Contains(said, "Nothing is to be changed") {
		t.Errorf("%v\n%s", err, said)
	}
	if e, y := files(t); e != env || y != yaml {
		t.Errorf("nothing was answered, and the files changed:\n%s\n%s", e, y)
	}

	said, err = s.answer("", "", "", "", "", "", "none", "", "", "", "1") // no phone any more
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	if !strings.Contains(said, "supervisor-phone: taken away (was +12025550110)") || strings.Contains(said, "At Telnyx:") || strings.Contains(said, ".env was written") {
		t.Errorf("it says other than that:\n%s", said)
	}
	e, y := files(t)
	if want := strings.Replace(yaml, `supervisor-phone: "+12025550110"`, "supervisor-phone:", 1); e != env || y != want {
		t.Errorf("got\n%s\nwant\n%s", y, want)
	}
	if after := fmt.Sprint(s.telnyx.Portal()); after != before {
		t.Errorf("Telnyx was changed: %s", after)
	}
}

func TestSetupLeftHalfwayChangesNothing(t *testing.T) {
	s := newStagehand(t, account())
	write(t, ".env", "# mine\n")
	before := fmt.Sprint(s.telnyx.Portal())
	for n := range firstPass { // the input ends before each answer
		said, err := s.answer(firstPass[:n]...)
		if n == 0 {
			said, err = s.run(strings.NewReader(""), 100)
		}
		if err == nil || !strings.Contains(err.Error(), "everything is as it was") {
			t.Fatalf("left after %d answers: got %v\n%s", n, err, said)
		}
		if env, yaml := files(t); env != "# mine\n" || yaml != "" {
			t.Fatalf("left after %d answers, the files are\n%s\n%s", n, env, yaml)
		}
	}
	if said, err := s.answer(append(firstPass[:len(firstPass)-1:len(firstPass)-1], "3")...); err == nil || !strings.Contains(err.Error(), "everything is as it was") {
		t.Errorf("told to leave it: got %v\n%s", err, said)
	}
	if after := fmt.Sprint(s.telnyx.Portal()); after != before {
		t.Errorf("Telnyx was changed: %s", after)
	}
}

func TestInterruptedSetupChangesNothingAndDoesNotWaitForAnAnswer(t *testing.T) {
	s := newStagehand(t, account())
	in, keyboard, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	defer keyboard.Close()
	io.WriteString(keyboard, worldKey+"\n") // and then nothing more
	ctx, interrupt := context.WithCancel(t.Context())
	s.hears = func(said string) {
		if strings.HasSuffix(said, "Enter a number between 1 and 3: ") {
			interrupt()
		}
	}
	if said, err := s.runUntil(ctx, in, 100); err == nil || !strings.Contains(err.Error(), "everything is as it was") {
		t.Errorf("got %v\n%s", err, said)
	}
	if env, yaml := files(t); env+yaml != "" {
		t.Errorf("the files are\n%s\n%s", env, yaml)
	}
}

func TestSetupTurnsAWrongKeyDownAndAsksAgain(t *testing.T) {
	s := newStagehand(t, account())
	write(t, ".env", "TELNYX_API_KEY='"+hush+"'\n")
	said, err := s.answer(append([]string{"", "", hush}, firstPass...)...) // kept, and it is wrong; then there is none to keep
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	for _, line := range []string{"Your Telnyx API key [kept]:", "Telnyx does not accept this API key; copy it whole", "an answer is needed here"} {
		if !strings.Contains(unfolded(said), line) {
			t.Errorf("%q is not said:\n%s", line, said)
		}
	}
	if strings.Count(said, "does not accept") != 2 {
		t.Errorf("two wrong keys were given:\n%s", said)
	}
	if c, err := s.config(); err != nil || c.APIKey.Reveal() != worldKey {
		t.Errorf("got %v", err)
	}
}

func TestSetupMakesAnApplicationWhereThereIsNone(t *testing.T) {
	s := newStagehand(t, telnyxtest.Portal{Numbers: []telnyxtest.Number{{Number: firstNum}}})
	said, err := s.answer(worldKey,
		"1", "https://calls.example.com",
		"2", "floor", "https://second.example.com/webhook", // a new application
		"", "", // the only number, and its calls
		"+12025550123", "", "1", // operators, no phone, Telnyx listens
		"1")
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	p := s.telnyx.Portal()
	made := p.Applications[len(p.Applications)-1]
	if made.Name != "floor" || made.URL != "https://calls.example.com/webhook" || made.Failover != "https://second.example.com/webhook" ||
		made.Version != "2" || !made.FirstCommandTimeout || made.Profile != p.Profiles[0].ID {
		t.Errorf("made %+v", made)
	}
	c, err := s.config()
	if err != nil || c.ConnectionID != made.ID || c.Feed != feedTelnyx || p.Numbers[0].Application != made.ID {
		t.Errorf("got %v, %s, %s, %+v", err, c.ConnectionID, c.Feed, p.Numbers)
	}
	if !strings.Contains(said, "its ID is "+made.ID) {
		t.Errorf("it does not say what it made:\n%s", said)
	}
}

func TestSetupTakesPastedValues(t *testing.T) {
	s := newStagehand(t, account())
	said, err := s.answer(worldKey, "3", // no address yet
		"4", "99", "n", otherApp, // pasted: one that is not there, then one that is
		"3", "2025550100", "+12025550199", "n", secondNum, // pasted: no number, not ours, ours
		"+12025550123", "", "5", "1")
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	c, err := s.config()
	if err != nil || c.ConnectionID != otherApp || c.Number != secondNum || c.Feed != feedNone {
		t.Errorf("got %v, %s, %s, %s\n%s", err, c.ConnectionID, c.Number, c.Feed, said)
	}
	if strings.Count(said, "has no such thing") != 2 || !strings.Contains(said, "must begin with + and the country code") {
		t.Errorf("what is wrong with them is not said:\n%s", said)
	}
}

func TestSetupWaitsForANumberToBeBought(t *testing.T) {
	s := newStagehand(t, telnyxtest.Portal{})
	said, err := s.answer(worldKey, "3", "2", "", "", "1", "2", "+12025550177", "y", "+12025550123", "", "1", "1")
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	if strings.Count(said, "The account has no number yet") != 2 {
		t.Errorf("asked again, it does not look again:\n%s", said)
	}
	if !strings.Contains(unfolded(said), "make the application switchboard 2, with its webhooks sent to https://switchboard.invalid/webhook, in version 2") {
		t.Errorf("a second application is to have a name of its own:\n%s", said)
	}
	if c, err := s.config(); err != nil || c.Number != "+12025550177" {
		t.Errorf("got %v, %s", err, c.Number)
	}
	if !strings.Contains(unfolded(said), "To take calls: switchboard run --tunnel ngrok") {
		t.Errorf("without an address no call comes in, and it is not said:\n%s", said)
	}
}

// A trial's run wants a journal of its own, and refuses to start without.
func TestSetupOfATrialSaysHowATrialIsRun(t *testing.T) {
	s := newStagehand(t, account())
	t.Setenv("HOUSE_TIME", houseTime{time.Now(), 1}.String())
	said, err := s.answer(append(slices.Clone(firstPass), "n")...)
	if err != nil || !strings.Contains(said, "To take calls: switchboard run --journal trial.db") {
		t.Errorf("%v\n%s", err, said)
	}
}

func TestSetupGoesOnWithoutTelnyx(t *testing.T) {
	s := newStagehand(t, account())
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	t.Setenv("TELNYX_API_URL", gone.URL+"/v2")
	said, err := s.answer(worldKey, "1", "3", goodKey, // once more, and then without
		"1", "https://calls.example.com", "1300000000000000009", firstNum, "+12025550123", "", "1", "1")
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	if strings.Count(said, "Telnyx gave no answer") != 2 {
		t.Errorf("it does not say that Telnyx is not reached:\n%s", said)
	}
	if c, err := s.config(); err != nil || c.ConnectionID != "1300000000000000009" || c.Number != firstNum || c.PublicKey != goodKey {
		t.Errorf("got %v, %+v", err, c)
	}
}

func TestSetupTellsWrongCredentialsOfSymbl(t *testing.T) {
	s := newStagehand(t, account())
	before := firstPass[:len(firstPass)-3]
	said, err := s.answer(append(before[:len(before):len(before)], worldSymblID, hushSymbl, "3", "1")...)
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	if !strings.Contains(unfolded(said), "check SYMBL_APP_ID and SYMBL_APP_SECRET") || strings.Contains(said, hushSymbl) {
		t.Errorf("it says:\n%s", said)
	}
	if c, err := s.config(); err != nil || c.Feed != feedTelnyx || c.SymblID != "" || !c.SymblSecret.Empty() {
		t.Errorf("Telnyx was to listen instead: got %v, %s, %s", err, c.Feed, c.SymblID)
	}
}

func TestSetupKeepsSettingsWhereTheyStand(t *testing.T) {
	s := newStagehand(t, account())
	write(t, ".env", "# the old way\nCONNECTION_ID=''  # app\nCONFERENCE_NUMBER='+12025550190'\nPORT_NUMBER=8080\n")
	write(t, yamlPlace, "# floor two\nring-seconds: 25\n\nfeed: none\n")
	said, err := s.answer(firstPass...)
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	env, yaml := files(t)
	if !strings.HasPrefix(env, "# the old way\nCONNECTION_ID='"+ownApp+"'  # app\nCONFERENCE_NUMBER='"+firstNum+"'\nPORT_NUMBER=8080\nTELNYX_API_KEY='") {
		t.Errorf(".env is\n%s", env)
	}
	if !strings.HasPrefix(yaml, "# floor two\nring-seconds: 25\n\nfeed: symbl-stream\n") || strings.Contains(yaml, "connection-id") {
		t.Errorf("switchboard.yaml is\n%s", yaml)
	}
}

func TestSetupLooksAtAnAnswerOnceMore(t *testing.T) {
	s := newStagehand(t, account())
	most := firstPass[:len(firstPass)-1]
	said, err := s.answer(append(most[:len(most):len(most)], "2", "5", "+12025550124", "1")...) // back to the operators
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	if c, err := s.config(); err != nil || fmt.Sprint(c.Operators) != "[+12025550124]" {
		t.Errorf("got %v, %v", err, c.Operators)
	}
}

func TestSetupSaysWhatStaysChangedWhenItIsLeftHalfway(t *testing.T) {
	s := newStagehand(t, account())
	behind, err := url.Parse(strings.TrimSuffix(s.telnyx.URL(), "/v2"))
	if err != nil {
		t.Fatal(err)
	}
	through := httputil.NewSingleHostReverseProxy(behind)
	half := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPatch && strings.Contains(r.URL.Path, "/phone_numbers/") {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		through.ServeHTTP(w, r)
	}))
	defer half.Close()
	t.Setenv("TELNYX_API_URL", half.URL+"/v2")
	said, err := s.answer(firstPass...) // and nothing more when it fails
	if err == nil || !strings.Contains(err.Error(), "set-up was left; this stays changed: the webhooks of switchboard go to https://calls.example.com/webhook now") {
		t.Errorf("got %v\n%s", err, said)
	}
	if env, yaml := files(t); env+yaml != "" {
		t.Errorf("the files were written:\n%s\n%s", env, yaml)
	}
}

func TestSetupSaysWhatIsInTheWayOfARun(t *testing.T) {
	s := newStagehand(t, account())
	write(t, ".env", "no line\n")
	write(t, yamlPlace, "ring-seconds: 4\n")
	said, err := s.answer(firstPass...)
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	for _, line := range []string{".env, line 1 is not NAME=value", "RING_SECONDS (switchboard.yaml, line 1, column 15) must be a number", "run does not start yet"} {
		if !strings.Contains(unfolded(said), line) {
			t.Errorf("%q is not said:\n%s", line, said)
		}
	}
	if strings.Contains(said, "To take calls") {
		t.Errorf("it says that all is well:\n%s", said)
	}
}

func TestSetupTakesNoAnswerWithoutEnd(t *testing.T) {
	s := newStagehand(t, account())
	said, err := s.answer(strings.Repeat("x", 1<<20))
	if err == nil || !strings.Contains(err.Error(), "everything is as it was") {
		t.Errorf("got %v\n%.400s", err, said)
	}
}

func TestSetupTriesAgainWhatTelnyxDidNotDo(t *testing.T) {
	s := newStagehand(t, account())
	most := firstPass[:len(firstPass)-1]
	in, feed := io.Pipe()
	done := make(chan struct{})
	var said string
	var err error
	go func() {
		defer close(done)
		said, err = s.run(in, 100)
	}()
	io.WriteString(feed, strings.Join(most, "\n")+"\n")
	io.WriteString(feed, "1") // all questions are asked; what follows changes
	s.telnyx.SetPortalFault(telnyxtest.PortalFault{Times: 1, Status: http.StatusForbidden})
	io.WriteString(feed, "\n")
	io.WriteString(feed, "1\n") // again
	feed.Close()
	<-done
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	if !strings.Contains(said, "That was not done at Telnyx") || !strings.Contains(said, "was written") {
		t.Errorf("it says:\n%s", said)
	}
}

func TestSetupRefusesFilesThatItCouldHarm(t *testing.T) {
	s := newStagehand(t, account())
	write(t, yamlPlace, "ring-second: 25\n")
	said, err := s.answer(firstPass...)
	var wrong *ConfigError
	if !errors.As(err, &wrong) || !strings.Contains(unwrapped(err), `did you mean "ring-seconds"?`) {
		t.Errorf("got %v\n%s", err, said)
	}
	if env, yaml := files(t); env != "" || yaml != "ring-second: 25\n" {
		t.Errorf("the files are\n%s\n%s", env, yaml)
	}
}

func TestSetupAsksNothingWhereItCouldNotWriteTheAnswers(t *testing.T) {
	newStagehand(t, account())
	for _, args := range [][]string{{"--env-file", "none/.env"}, {"--config", "none/switchboard.yaml"}} {
		var out scroll
		code := run(t.Context(), append([]string{"setup", "--accessible"}, args...), strings.NewReader(""), &out, &out)
		if got := out.String(); code != exitFailure || strings.Contains(got, "API key") || !strings.Contains(got, args[1]+": no such file or directory; make that folder") {
			t.Errorf("%q exits with %d and says\n%s", args, code, got)
		}
	}
	if left, _ := filepath.Glob(".switchboard*"); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestSetupSaysWhereTelnyxCannotCome(t *testing.T) {
	newStagehand(t, account())
	for address, inside := range map[string]bool{"http://127.0.0.1:8000": true, "http://192.168.1.5:8000": true, "https://[::]": true,
		"https://desk.local": true, "http://calls.example.com": false} {
		t.Setenv("TELNYX_API_URL", "https://api.telnyx.com/v2")
		var out bytes.Buffer
		d := &dialogue{in: strings.NewReader(address + "\n"), out: &out, accessible: true}
		d.lines = newLineReader(d.in)
		set := &setup{dialogue: d, given: []source{fromEnvironment}, chosen: map[string]string{}}
		if err := set.askPublicURL(t.Context()); err != nil {
			t.Fatal(err)
		}
		said := unfolded(out.String())
		if strings.Contains(said, "where Telnyx cannot come") != inside || strings.Contains(said, "That is not https") == inside {
			t.Errorf("%s: it says %s", address, said)
		}
	}
}

func TestSetupWarnsOfWhatGoesBeforeTheFiles(t *testing.T) {
	s := newStagehand(t, account())
	t.Setenv("SUPERVISOR_PHONE", "+12025550111")
	said, err := s.answer(firstPass...)
	if err != nil || !strings.Contains(unfolded(said), "SUPERVISOR_PHONE is set in the environment as well, which goes before the files: unset it.") {
		t.Errorf("%v\n%s", err, said)
	}
}

func TestSetupCommandIsAccessibleThroughAPipe(t *testing.T) {
	newStagehand(t, account())
	t.Setenv("ACCESSIBLE", "")
	var out bytes.Buffer
	code := run(context.Background(), []string{"setup", "--config", filepath.Join(".", "other.yaml"), "--ring-seconds", "40"}, strings.NewReader(strings.Join(firstPass, "\n")+"\nn\n"), &out, &out)
	if code != exitClean || !strings.Contains(out.String(), "To take calls: switchboard run --config other.yaml") {
		t.Errorf("exits with %d\n%s", code, &out)
	}
	if text, err := os.ReadFile("other.yaml"); err != nil || !strings.Contains(string(text), "\nring-seconds: 40\n") {
		t.Errorf("a flag was given, and the file is %v\n%s", err, text)
	}
	out.Reset()
	if code := run(context.Background(), []string{"setup", "--sample"}, nil, &out, &out); code != exitClean || out.String() != yamlSample() {
		t.Errorf("--sample: exits with %d\n%s", code, &out)
	}
}
