package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"switchboard/engine"
	"switchboard/engine/journal"
	"switchboard/engine/recording"
)

// forgettable are callers with a sentence and a name of their own.
var forgettable = []string{
	`{"recording":1,"name":"first","about":"A caller who asks to be forgotten.","from":"+12025550151","caller":"Zenobia Firstborn","language":"en"}
{"on":"menu","round":1,"at":0.5,"key":"2"}
{"on":"answered","at":20,"who":"customer","say":"The zebra has eaten all of my hydrangeas."}
{"on":"answered","at":26,"who":"customer","hangup":true}
`,
	`{"recording":1,"name":"second","about":"A caller whose keep is over.","from":"+12025550152","caller":"Quentin Secondly","language":"en"}
{"on":"menu","round":1,"at":0.5,"key":"2"}
{"on":"answered","at":20,"who":"customer","say":"My accordion is stuck in the chimney again."}
{"on":"answered","at":26,"who":"customer","hangup":true}
`,
	`{"recording":1,"name":"third","about":"A caller who is forgotten while he talks.","from":"+12025550153","caller":"Wilma Thirdling","language":"en"}
{"on":"menu","round":1,"at":0.5,"key":"2"}
{"on":"answered","at":20,"who":"customer","say":"Somebody has painted the lighthouse purple."}
{"on":"answered","at":1000,"who":"customer","hangup":true}
`,
}

// tells of each caller are what must be found nowhere once he is forgotten; his number is
// the last.
var tells = [][]string{
	{"Zenobia", "hydrangeas", "+12025550151"},
	{"Quentin", "accordion", "+12025550152"},
	{"Wilma", "lighthouse", "+12025550153"},
}

// onDisk returns which of some texts stand in any file of a folder.
func onDisk(t *testing.T, dir string, texts ...string) (found []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		for _, text := range texts {
			if bytes.Contains(raw, []byte(text)) {
				found = append(found, d.Name()+" holds "+text)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// allOnDisk reports whether each of some texts stands in some file.
func allOnDisk(t *testing.T, dir string, texts ...string) bool {
	for _, text := range texts {
		if len(onDisk(t, dir, text)) == 0 {
			return false
		}
	}
	return true
}

// "switchboard forget +NUMBER and retention: ... with checkpoints in one go, truncate the
// WAL ... keep counts and record the erasure": while calls go on, for a call that is up,
// and by age, with the supervisors' acts whole in the end.
func TestAForgottenCallerIsFoundNowhereOnDisk(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	o := demoOptions{speed: 20, seed: 1, feed: feedTelnyx, journal: filepath.Join(dir, "journal.db")}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	log, file, err := openLog(o.journal)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	s, err := newStage(o, log)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var tasks sync.WaitGroup
	var ended error
	tasks.Go(func() { ended = s.run(ctx, quiet) })
	end := func() { cancel(); tasks.Wait() }
	defer end()
	p := s.program
	kept := &oblivious{historian: p.forgets}
	p.forgets = kept
	await(t, "the program is there", 5*time.Second, func() bool { return p.runner.Frame().Seq > 0 })
	for _, text := range forgettable {
		rec, err := recording.Read(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.emulators.network.Call(rec, worldNumber); err != nil {
			t.Fatal(err)
		}
	}
	await(t, "two are over, and the third has said something", 20*time.Second, func() bool {
		f := p.runner.Frame()
		return len(f.Ended) >= 2 && allOnDisk(t, dir, tells[0]...) && allOnDisk(t, dir, tells[2]...)
	})
	note := engine.Entry{ID: "note", By: byCommand, Body: engine.NoteAsked{Text: "+1 (202) 555-0151 calls again"}}
	if err := p.runner.Submit(ctx, note); err != nil {
		t.Fatal(err)
	}
	checkForgetLive(t, ctx, p, dir)
	endCall(t, ctx, p, tells[2][2])
	await(t, "the third is over", 20*time.Second, func() bool { return len(p.runner.Frame().Ended) >= 2 && s.emulators.network.Customers() == 0 })
	await(t, "he is forgotten, too", 10*time.Second, func() bool {
		if err := p.forgetWaiting(ctx); err != nil {
			t.Fatal(err)
		}
		open, err := p.journal.Unfinished()
		return err == nil && len(open) == 0
	})
	if found := onDisk(t, dir, tells[2]...); len(found) > 0 {
		t.Error(found)
	}
	if !allOnDisk(t, dir, tells[1]...) {
		t.Error("the second is gone as well, whom nobody wanted forgotten")
	}
	checkModes(t, dir)
	end()
	if ended != nil {
		t.Errorf("the program ended with %v", ended)
	}
	if found := onDisk(t, dir, append(tells[0], tells[2]...)...); len(found) > 0 {
		t.Errorf("after the end: %v", found)
	}
	if len(kept.calls) != 2 || kept.what != engine.EraseAll {
		t.Errorf("the history was to forget %v, %s", kept.calls, kept.what)
	}
	checkRetention(t, dir, o.journal)
}

// An oblivious history remembers what it was to forget.
type oblivious struct {
	historian
	calls map[engine.SessionID]bool
	what  engine.Erasure
}

func (o *oblivious) Forget(ctx context.Context, calls []engine.SessionID, what engine.Erasure, digest func(string) string) error {
	if digest("+12025550151") == "+12025550151" {
		return errors.New("the digest of a number is the number")
	}
	for _, id := range calls {
		if o.calls == nil {
			o.calls = map[engine.SessionID]bool{}
		}
		o.calls[id] = true
	}
	o.what = what
	return o.historian.Forget(ctx, calls, what, digest)
}

// endCall ends the call from a number.
func endCall(t *testing.T, ctx context.Context, p *program, number string) {
	t.Helper()
	for _, s := range p.runner.Frame().Sessions {
		if s.Caller != number {
			continue
		}
		ask := engine.Entry{ID: "hang up", By: byCommand, Body: engine.HangupAsked{Session: s.ID, Silent: true}}
		if err := p.runner.Submit(ctx, ask); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Fatalf("no call from %s is up", number)
}

func checkForgetLive(t *testing.T, ctx context.Context, p *program, dir string) {
	t.Helper()
	for _, number := range []string{worldNumber, p.config.Operators[0]} {
		if lines, err := p.WouldForget(ctx, number, engine.EraseAll); err == nil {
			t.Errorf("%s: %q", number, lines)
		}
	}
	before := p.runner.Frame().Counts
	lines, err := p.WouldForget(ctx, "+1 202 555 0151", engine.EraseAll)
	if err != nil || !strings.Contains(strings.Join(lines, "\n"), "+1 202 555 0151: 1 call, of") || !allOnDisk(t, dir, tells[0]...) {
		t.Fatalf("before: %q, %v", lines, err)
	}
	if lines, err = p.Forget(ctx, "+12025550151", engine.EraseAll, byCommand); err != nil || !strings.Contains(lines[0], "Forgotten: 1 call") {
		t.Fatalf("%q, %v", lines, err)
	}
	if found := onDisk(t, dir, append(tells[0], "555-0151")...); len(found) > 0 {
		t.Error(found)
	}
	if lines, err = p.Forget(ctx, "+12025550153", engine.EraseAll, byCommand); err != nil || !strings.Contains(strings.Join(lines, "\n"), "1 call is still up") {
		t.Fatalf("of one who talks: %q, %v", lines, err)
	}
	await(t, "he stands in no list of calls that are over", 5*time.Second, func() bool { // frames come a moment later
		for _, e := range p.runner.Frame().Ended {
			if e.Caller == "+12025550151" || e.Name == "Zenobia Firstborn" {
				return false
			}
		}
		return true
	})
	f := p.runner.Frame()
	if f.Counts.Calls != before.Calls || f.Counts.Answered != before.Answered {
		t.Errorf("the counts were %+v and are %+v", before, f.Counts)
	}
	for _, m := range f.Handover { // of a number in a note no more than the beginning is ever kept
		if strings.Contains(m.Text, "0151") {
			t.Errorf("a note about him is left: %+v", m)
		}
	}
}

// checkModes sees to it that nobody else may read what a run writes: "files are 0600,
// folders 0700".
func checkModes(t *testing.T, dir string) {
	t.Helper()
	seen := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		want := fs.FileMode(0o600)
		if d.IsDir() {
			want = 0o700
		}
		if seen++; info.Mode().Perm() != want {
			t.Errorf("%s has mode %s, want %s", path, info.Mode().Perm(), want)
		}
		return nil
	})
	if err != nil || seen < 4 {
		t.Errorf("%d files were seen, %v", seen, err)
	}
}

// checkRetention has the keep of what is left go by.
func checkRetention(t *testing.T, dir, path string) {
	t.Helper()
	tell := func(args ...string) string {
		t.Helper()
		var out, complaints bytes.Buffer
		t.Chdir(dir)
		if code := run(t.Context(), append(args, "--journal", path), strings.NewReader(""), &out, &complaints); code != exitClean {
			t.Errorf("%v: exit %d: %s%s", args, code, out.String(), complaints.String())
		}
		return out.String()
	}
	if said := tell("retention"); strings.Count(said, "nothing is past it") != 3 {
		t.Errorf("a call of today: %s", said)
	}
	keeps := Config{RetainRecordings: 30 * 24 * time.Hour, RetainTranscripts: 90 * 24 * time.Hour, RetainEvents: 400 * 24 * time.Hour}.keeps()
	for _, x := range []struct {
		days int
		gone []string
		left []string
	}{
		{80, nil, tells[1]}, {100, tells[1][1:2], []string{tells[1][0], tells[1][2]}}, {500, tells[1], nil},
	} {
		j, err := journal.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		now := func() time.Time { return time.Now().Add(time.Duration(x.days) * 24 * time.Hour) }
		e := offline(j, now)
		closeHistory := e.withHistory(path)
		all, err := e.past(t.Context(), keeps, now())
		if err == nil {
			_, err = e.do(t.Context(), engine.ByRunner, all...)
		}
		closeHistory()
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
		if found := onDisk(t, dir, x.gone...); err != nil || len(found) > 0 || !allOnDisk(t, dir, x.left...) {
			t.Errorf("after %d days: %v, %v; of %v not all is left", x.days, err, found, x.left)
		}
	}
	if said := tell("journal", "check"); !strings.Contains(said, "Nothing is wrong") || !strings.Contains(said, "3 calls are forgotten") {
		t.Errorf("%s", said)
	}
	if said := tell("audit", "verify"); !strings.Contains(said, "Nothing was changed") {
		t.Errorf("%s", said)
	}
	if said := tell("audit"); strings.Count(said, "forget 1 call") < 3 || !strings.Contains(said, "names and numbers older than 400 days") || strings.Contains(said, "0151") {
		t.Errorf("the acts: %s", said)
	}
	if said := tell("forget", "+12025550151", "--yes"); !strings.Contains(said, "nothing of +1 202 555 0151") {
		t.Errorf("%s", said)
	}
}

// Who names days that contradict each other is told.
func TestWhatIsKeptForShorterGoesWithWhatIsKeptForLonger(t *testing.T) {
	for _, x := range []struct{ recordings, transcripts, events, wrong string }{
		{"30d", "90d", "400d", ""}, {"0", "0", "0", ""}, {"30", "90", "0", ""}, {"0d", "90d", "400d", "RETAIN_RECORDINGS"},
		{"91d", "90d", "400d", "RETAIN_RECORDINGS"}, {"30d", "401d", "400d", "RETAIN_TRANSCRIPTS"}, {"1", "0", "400d", "RETAIN_TRANSCRIPTS"},
		{"-1d", "90d", "400d", "RETAIN_RECORDINGS"}, {"30d", "ninety", "400d", "RETAIN_TRANSCRIPTS"},
	} {
		values := whole()
		values["RETAIN_RECORDINGS"], values["RETAIN_TRANSCRIPTS"], values["RETAIN_EVENTS"] = x.recordings, x.transcripts, x.events
		_, err := readConfig(fromMap(values))
		if (err != nil) != (x.wrong != "") || err != nil && !strings.Contains(err.Error(), x.wrong+" ") {
			t.Errorf("%+v: %v", x, err)
		}
	}
}

func TestANoteIsAboutANumberHoweverItIsWritten(t *testing.T) {
	for text, want := range map[string]bool{
		"call +12025550151 back": true, "call 202-555-0151": true, "(202) 555 0151": true, "call 0151": false, "": false, "+1 202 555 0152": false,
	} {
		if got := mentions(text, "+12025550151"); got != want {
			t.Errorf("%q: got %t", text, got)
		}
	}
	if fmt.Sprint(mentions("x", "sip:")) != "false" {
		t.Error("a number without digits is mentioned everywhere")
	}
}

// A shelf is where Telnyx keeps recordings.
type shelf struct {
	deleted []string
	fails   error
}

func (s *shelf) DeleteRecording(_ context.Context, id string) error {
	if s.fails == nil {
		s.deleted = append(s.deleted, id)
	}
	return s.fails
}

// Recordings go first, at Telnyx and here; one that Telnyx does not delete is tried again
// another day, for without its id nobody could. The rest of the call is as it was.
func TestRecordingsPastTheirKeepAreDeletedAtTelnyx(t *testing.T) {
	j, err := journal.Open(filepath.Join(t.TempDir(), "journal.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	began := time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)
	leg := engine.LegRef{Leg: "leg"}
	for i, body := range []engine.Body{
		engine.SettingsLoaded{Settings: engine.Settings{Floor: "main", Number: "+12025550100"}},
		engine.LegInitiated{LegRef: leg, Direction: engine.Incoming, From: "+12025550151", To: "+12025550100"},
		engine.LegAnswered{LegRef: leg}, engine.RecordingSaved{LegRef: leg, ID: "rec-1", URL: "https://example.com/rec-1"},
		engine.LegHungUp{LegRef: leg, Cause: "normal_clearing"},
	} {
		if _, err := j.Append(began, []engine.Entry{{ID: fmt.Sprint(i), By: engine.ByTelnyx, Body: body}}); err != nil {
			t.Fatal(err)
		}
	}
	later := began.Add(31 * 24 * time.Hour)
	x, s := offline(j, func() time.Time { return later }), &shelf{fails: errors.New("busy")}
	x.recordings = s
	keeps := Config{RetainRecordings: 30 * 24 * time.Hour}.keeps()
	erase := func() forgotten {
		all, err := x.past(t.Context(), keeps, later)
		if err != nil || len(all[0].calls)+len(all[1].calls)+len(all[2].calls) != 1 {
			t.Fatalf("past its keep is %+v, %v", all, err)
		}
		f, err := x.do(t.Context(), engine.ByRunner, all...)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	if f := erase(); f.events != 0 || len(f.kept) != 1 || !strings.Contains(strings.Join(f.atTelnyx(), ""), "rec-1") {
		t.Errorf("where Telnyx is busy: %+v", f)
	}
	s.fails = nil
	if f := erase(); f.events != 1 || len(f.kept) != 0 || len(s.deleted) != 1 {
		t.Errorf("%+v, deleted %v", f, s.deleted)
	}
	if found := onDisk(t, filepath.Dir(j.Path()), "rec-1"); len(found) > 0 {
		t.Error(found)
	}
	if _, err := j.FindCall("1"); err != nil {
		t.Errorf("the call itself: %v", err)
	}
}
