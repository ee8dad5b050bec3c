package plain

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"switchboard/engine"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// fake is an engine that shows what it is told to.
type fake struct {
	mu        sync.Mutex
	frame     *engine.Frame
	health    engine.Health
	submitted []engine.Entry
	err       error
}

func (f *fake) Frame() *engine.Frame { f.mu.Lock(); defer f.mu.Unlock(); return f.frame }
func (f *fake) Health() engine.Health {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.health
}
func (f *fake) Now() time.Time { return noon }
func (f *fake) Talk(id engine.SessionID) engine.Talk {
	s, ok := f.Frame().Session(id)
	if !ok {
		return engine.Talk{Session: id}
	}
	return engine.Talk{Session: id, Lines: s.Transcript.All(),
		Partials: []engine.Partial{{Session: id, Speaker: engine.SpeakerCustomer, Text: "and anoth"}}}
}
func (f *fake) Submit(_ context.Context, e engine.Entry) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.submitted = append(f.submitted, e)
	return f.err
}

func (f *fake) show(frame *engine.Frame) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.frame != nil {
		frame.Number = f.frame.Number + 1
	}
	frame.Now = noon
	f.frame = frame
}

// mette is a call in its third minute; each edit changes it.
func mette(edits ...func(*engine.Session)) *engine.Session {
	s := &engine.Session{
		ID: "s41", Opened: 41, Number: 3, Changed: 50, Phase: engine.PhaseTalking,
		Started: noon.Add(-134 * time.Second), Caller: "+12025550142", Name: "Mette Sørensen",
		Conference: "c1", Language: engine.English,
		Feed: engine.Feed{Status: engine.FeedLive},
		Legs: []engine.Leg{
			{Name: "customer", ID: "l1", Role: engine.RoleCustomer, Status: engine.LegUp, Number: "+12025550142", Joined: true},
			{Name: "op-1", ID: "l2", Role: engine.RoleOperator, Status: engine.LegUp, Number: "+12025550171", Joined: true},
		},
	}
	for _, edit := range edits {
		edit(s)
	}
	return s
}

func said(lines ...engine.Utterance) func(*engine.Session) {
	return func(s *engine.Session) {
		s.Changed++
		b, err := json.Marshal(map[string]any{"Total": len(lines), "Lines": lines})
		if err == nil {
			err = json.Unmarshal(b, &s.Transcript)
		}
		if err != nil {
			panic(err)
		}
	}
}

func noted(notes ...engine.Note) func(*engine.Session) {
	return func(s *engine.Session) {
		s.Changed++
		s.Notes, s.NoteCount = notes, len(notes)
	}
}

// watch has a console look at one frame after the other and returns what it says.
func watch(t *testing.T, f *fake, frames ...*engine.Frame) []string {
	t.Helper()
	var b bytes.Buffer
	c := &console{engine: f, name: "test", zone: time.UTC, out: newOutput(&b), calls: map[engine.SessionID]told{}}
	for _, frame := range frames {
		f.show(frame)
		c.look()
	}
	c.out.close()
	return lines(b.String())
}

func lines(text string) []string {
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}

func frameOf(sessions ...*engine.Session) *engine.Frame {
	return &engine.Frame{Sessions: sessions, Roster: engine.Roster{Numbers: []string{"+12025550172"}}}
}

func wantLines(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// "When the journal cannot write … the console says so", also where no webhook comes, and
// when it is over; as often as that happens, and not with every other reason.
func TestAJournalThatCannotWriteIsSaidAndThatItCanAgain(t *testing.T) {
	var b bytes.Buffer
	f := new(fake)
	c := &console{engine: f, name: "test", zone: time.UTC, out: newOutput(&b), calls: map[engine.SessionID]told{}}
	for _, why := range []string{"", "the disk is \x1b[2Jfull", "the disk is fuller", "", "the disk is full"} {
		f.health.Journal = why
		f.show(frameOf())
		c.look()
	}
	c.out.close()
	wantLines(t, lines(b.String()),
		"12:00:00 the journal cannot write: the disk is full; nothing is taken in, and nothing falls due, until it can",
		"12:00:00 the journal can write again",
		"12:00:00 the journal cannot write: the disk is full; nothing is taken in, and nothing falls due, until it can")
}

// "a panic in a turn quarantines its session … and is shown with the event's number"
func TestAQuarantineIsShownWithItsEvent(t *testing.T) {
	s := mette(func(s *engine.Session) {
		s.Quarantined = engine.Quarantine{Event: 1307, Reason: "index out of\x1b[2J range"}
	})
	want := "left alone after an error of ours on event 1307: index out of range"
	if got := summary(frameOf(s), s, noon); !strings.Contains(got, want) {
		t.Errorf("got %q, want %q in it", got, want)
	}
}

func TestEachChangeIsOneLine(t *testing.T) {
	at := noon.Add(-time.Second)
	note := engine.Note{At: at, Kind: engine.NoteFact, Text: "customer pressed 1"}
	bad := engine.Note{At: at, Kind: engine.NoteTrouble, Text: "+12025550171: busy"}
	sentence := engine.Utterance{ID: "u1", Start: at, Speaker: engine.SpeakerCustomer, Text: "It is the third time.", Scored: true, Polarity: -410}
	got := watch(t, new(fake),
		frameOf(),
		frameOf(mette(noted(note))),
		frameOf(mette(noted(note, bad), said(sentence))),
		frameOf(mette(noted(note, bad), said(sentence))), // nothing new
	)
	wantLines(t, got,
		"11:59:59 call 3, Mette Sørensen: customer pressed 1",
		"11:59:59 call 3, Mette Sørensen: trouble: +1 202 555 0171: busy",
		"12:00:00 call 3, Mette Sørensen: customer: It is the third time.  −0.41 negative",
	)
}

func TestLinesOfALookAreInTheOrderOfTheirTimes(t *testing.T) {
	late := mette(noted(engine.Note{At: noon, Text: "second"}))
	early := mette(noted(engine.Note{At: noon.Add(-time.Second), Text: "first"}), func(s *engine.Session) { s.ID, s.Number = "s42", 4 })
	got := watch(t, new(fake), frameOf(), frameOf(late, early))
	wantLines(t, got, "11:59:59 call 4, Mette Sørensen: first", "12:00:00 call 3, Mette Sørensen: second")
}

func TestTimesNeverGoBack(t *testing.T) {
	f := new(fake)
	got := watch(t, f,
		frameOf(),
		frameOf(mette(noted(engine.Note{At: noon.Add(2 * time.Second), Text: "first"}))),
		frameOf(mette(noted(engine.Note{At: noon.Add(2 * time.Second), Text: "first"}, engine.Note{At: noon, Text: "second"}), func(s *engine.Session) { s.Changed++ })))
	wantLines(t, got, "12:00:02 call 3, Mette Sørensen: first", "12:00:02 call 3, Mette Sørensen: second")
}

func TestSentenceIsToldBeforeWhatCameOfIt(t *testing.T) {
	at := noon.Add(-2 * time.Second)
	angry := engine.Utterance{ID: "u1", Start: at, Speaker: engine.SpeakerCustomer, Text: "Enough.", Scored: true, Polarity: -700}
	got := watch(t, new(fake), frameOf(), frameOf(mette(said(angry), func(s *engine.Session) {
		s.Transfer.Evidence = engine.Evidence{Rule: "hard", At: at, Lines: []engine.Quote{{Utterance: "u1"}}}
	}, noted(engine.Note{At: at, Text: "mood rule fired"}))))
	wantLines(t, got,
		"11:59:58 call 3, Mette Sørensen: customer: Enough.  −0.70 very negative",
		"11:59:58 call 3, Mette Sørensen: mood rule fired",
	)
}

func TestNothingIsToldAfterTheEndButWhatCameLater(t *testing.T) {
	at := noon.Add(-2 * time.Second)
	bye := engine.Utterance{ID: "u1", Start: at, Speaker: engine.SpeakerUnknown, Text: "Bye."}
	late := engine.Utterance{ID: "u2", Start: at, Speaker: engine.SpeakerUnknown, Text: "Thank you."}
	end := func(s *engine.Session) {
		s.Phase, s.Over = engine.PhaseOver, at
		s.Samples = []engine.Sample{{Utterance: "u", At: at, Polarity: -500, Weight: 32000}}
	}
	notes := noted(engine.Note{At: at, Text: "customer's line ended"}, engine.Note{At: at, Text: "call over"})
	more := func(s *engine.Session) { s.Changed++ }
	got := watch(t, new(fake), frameOf(), frameOf(mette(said(bye), end, notes)), frameOf(mette(said(bye, late), end, notes, more)))
	wantLines(t, got,
		"11:59:58 call 3, Mette Sørensen: someone: Bye.",
		"11:59:58 call 3, Mette Sørensen: customer's line ended",
		"11:59:58 call 3, Mette Sørensen: mood at the end −0.48 negative",
		"11:59:58 call 3, Mette Sørensen: call over",
		"12:00:00 call 3, Mette Sørensen: someone: Thank you.",
	)
}

func TestCallThatIsOverSaysHowLongItLasted(t *testing.T) {
	f := new(fake)
	f.show(frameOf(mette(func(s *engine.Session) {
		s.Phase, s.Started, s.Over = engine.PhaseOver, noon.Add(-115*time.Second), noon.Add(-11*time.Second)
		s.Ending = "the customer hung up"
		s.Samples = []engine.Sample{{Utterance: "u", At: s.Over, Polarity: -500, Weight: 32000}}
	})))
	got := strings.Join(converse(t, f, "call 3"), "\n")
	if want := "+1 202 555 0142: over after 1 min 44 s, 11 s ago; mood at the end −0.48 negative; the customer hung up"; !strings.Contains(got, want) {
		t.Errorf("got %q, want %q in it", got, want)
	}
}

// The engine notes what is asked, and what is granted; the console adds nothing.
func TestWishIsToldOnceAndWhatIsGrantedToo(t *testing.T) {
	f := new(fake)
	f.show(frameOf(mette()))
	var b bytes.Buffer
	c := &console{engine: f, name: "test", zone: time.UTC, out: newOutput(&b), calls: map[engine.SessionID]told{}}
	c.look()
	c.command(t.Context(), "mute 3 customer")
	asked := engine.Note{At: noon, Kind: engine.NoteAct, Text: "mute customer asked by supervisor/test"}
	granted := engine.Note{At: noon, Kind: engine.NoteFact, Text: "customer muted"}
	for _, notes := range [][]engine.Note{{asked}, {asked, granted}} {
		f.show(frameOf(mette(noted(notes...), func(s *engine.Session) { s.Changed += uint64(len(notes)) })))
		c.look()
	}
	c.out.close()
	wantLines(t, lines(b.String())[1:],
		"12:00:00 call 3, Mette Sørensen: mute customer asked by you",
		"12:00:00 call 3, Mette Sørensen: customer muted")
}

func TestLateScoreIsToldOnce(t *testing.T) {
	u := engine.Utterance{ID: "u1", Start: noon, Speaker: engine.SpeakerCustomer, Text: "No."}
	scored := u
	scored.Scored, scored.Polarity, scored.Revision = true, -660, 2
	more := func(s *engine.Session) { s.Changed += 2 }
	got := watch(t, new(fake), frameOf(), frameOf(mette(said(u))), frameOf(mette(said(scored), more)),
		frameOf(mette(said(scored), more, more)))
	wantLines(t, got,
		"12:00:00 call 3, Mette Sørensen: customer: No.",
		"12:00:00 call 3, Mette Sørensen: scored −0.66 very negative: No.",
	)
}

func TestCallsThatAreThereAtTheStartAreToldOnce(t *testing.T) {
	old := noted(engine.Note{At: noon, Text: "long ago"})
	got := watch(t, new(fake), frameOf(mette(old)), frameOf(mette(old)))
	wantLines(t, got, "12:00:00 call 3, Mette Sørensen: talking for 2 min 14 s; heard")
}

func TestEndOfACallIsToldOnce(t *testing.T) {
	over := mette(noted(engine.Note{At: noon, Text: "call over after 2m14s"}), func(s *engine.Session) {
		s.Phase, s.Over = engine.PhaseOver, noon
		s.Samples = []engine.Sample{{Utterance: "u", At: noon, Polarity: -500, Weight: 32000}}
	})
	gone := &engine.Frame{Ended: []engine.Ended{{Session: "s41", Number: 3, Started: over.Started, Over: noon, Mood: -478, Judged: true}}}
	got := watch(t, new(fake), frameOf(), frameOf(over), gone)
	wantLines(t, got,
		"12:00:00 call 3, Mette Sørensen: mood at the end −0.48 negative",
		"12:00:00 call 3, Mette Sørensen: call over after 2 min 14 s",
	)
}

func TestEndThatWasMissedIsToldOnceAndForgotten(t *testing.T) {
	over := &engine.Frame{Ended: []engine.Ended{{Session: "s41", Number: 3, Caller: "anonymous", Started: noon.Add(-4 * time.Minute),
		Over: noon, Mood: 380, Judged: true, Operator: "+12025550171"}}}
	again := *over
	got := watch(t, new(fake), frameOf(), over, &again)
	wantLines(t, got, "12:00:00 call 3, number withheld: ended after 4 min 00 s; mood +0.38 positive; operator +1 202 555 0171")
}

func TestMoodIsToldWhenItsWordChanges(t *testing.T) {
	mood := func(p engine.Polarity) func(*engine.Session) {
		return func(s *engine.Session) {
			s.Changed += uint64(10000 + int(p))
			s.Samples = []engine.Sample{{Utterance: "u", At: noon, Polarity: p, Weight: 32000}}
		}
	}
	got := watch(t, new(fake), frameOf(), frameOf(mette(mood(0))), frameOf(mette(mood(-20))), frameOf(mette(mood(-500))))
	wantLines(t, got, "12:00:00 call 3, Mette Sørensen: mood −0.48 negative")
}

func TestTroubleIsToldWhenItsCounterRisesAndPaced(t *testing.T) {
	f := new(fake)
	var b bytes.Buffer
	c := &console{engine: f, zone: time.UTC, out: newOutput(&b), calls: map[engine.SessionID]told{}}
	f.show(frameOf())
	for n := range 3 {
		f.health.Troubles = []engine.Trouble{{Kind: engine.TroubleSignature, Count: uint64(n), Last: noon, Detail: "no header"}}
		c.look()
	}
	c.out.close()
	wantLines(t, lines(b.String()),
		"12:00:00 health: webhook refused, its signature is missing or wrong: no header; once so far")
}

func TestRefusalIsTold(t *testing.T) {
	refused := frameOf(mette())
	refused.Refusals = []engine.Refusal{{Entry: "test/1", At: noon, Session: "s41", Reason: "the call is over"}}
	got := watch(t, new(fake), frameOf(mette()), refused)
	wantLines(t, got[1:], "12:00:00 call 3, Mette Sørensen: refused: the call is over")
}

func TestTextFromOutsideIsCleaned(t *testing.T) {
	evil := "\x1b[2J\x1b]0;owned\x07\u202eevil\u202c\r\n\x9b31m"
	s := mette(func(s *engine.Session) {
		s.Name = evil + strings.Repeat("x", 500)
		s.Feed = engine.Feed{Status: engine.FeedBlind, Why: evil}
		s.Trouble = evil
		s.Legs[1].Number = evil
		s.Transfer = engine.Transfer{Status: engine.TransferFailed, Why: evil}
	}, noted(engine.Note{At: noon, Text: evil}), said(engine.Utterance{ID: "u", Start: noon, Speaker: engine.SpeakerUnknown, Text: evil}))
	frame := frameOf(s)
	frame.Deaf = evil
	frame.Refusals = []engine.Refusal{{Entry: "x", At: noon, Session: s.ID, Reason: evil}}
	frame.Ended = []engine.Ended{{Session: "s2", Number: 2, Name: evil, Caller: evil, Operator: evil}}
	f := &fake{health: engine.Health{Troubles: []engine.Trouble{{Kind: engine.TroubleTelnyx, Count: 1, Detail: evil}}}}
	text := strings.Join(watch(t, f, frameOf(), frame), "\n")
	text += strings.Join(converse(t, f, "calls", "call 3", "transfer 3 "+evil, evil, "mute 3 "+evil, "hangup "+evil), "\n")
	for _, bad := range []string{"\x1b", "\x07", "\u202e", "\r", "\u009b"} {
		if strings.Contains(text, bad) {
			t.Errorf("%q reaches the terminal in %q", bad, text)
		}
	}
}

// converse types lines to a console and returns what it answers, after its greeting
// and the calls that are there.
func converse(t *testing.T, f *fake, typed ...string) []string {
	t.Helper()
	in, keys := io.Pipe()
	var b bytes.Buffer
	done := make(chan error, 1)
	go func() {
		done <- Run(t.Context(), Options{Engine: f, In: in, Out: &b, Name: "test", Zone: time.UTC})
	}()
	for _, line := range append(typed, "quit") {
		if _, err := io.WriteString(keys, line+"\n"); err != nil {
			t.Fatal(err)
		}
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	greeting := 1
	for _, s := range f.frame.Sessions {
		if s.Phase != engine.PhaseOver {
			greeting++
		}
	}
	return lines(b.String())[greeting:]
}

func TestCommands(t *testing.T) {
	tests := []struct {
		typed string
		body  engine.Body // nil: nothing is submitted
		says  string      // in the answer
	}{
		{"transfer 3", nil, "an operator is on the call already"},
		{"mute 3 customer", engine.MuteAsked{Session: "s41", Leg: "customer", On: true}, ""},
		{"MUTE 3 operator", engine.MuteAsked{Session: "s41", Leg: "op-1", On: true}, ""},
		{"mute 3 op-1", engine.MuteAsked{Session: "s41", Leg: "op-1", On: true}, ""},
		{"mute 3 op-1 customer", nil, `"customer" is too much; type only: mute 3 op-1`},
		{"unmute 3 customer", nil, "not muted"},
		{"mute 3", nil, "Mette Sørensen has: customer, op-1"},
		{"mute 3 listener", nil, `has no "listener"; it has: customer, op-1`},
		{"hangup 3", nil, "this would end the whole call. To do it: hangup 3 yes"},
		{"hangup 3 operator", nil, "this would end the leg of op-1, +1 202 555 0171. To do it: hangup 3 op-1 yes"},
		{"hangup 3 yes", engine.HangupAsked{Session: "s41"}, ""},
		{"hangup 3 operator yes", engine.HangupAsked{Session: "s41", Leg: "op-1"}, ""},
		{"hangup 3 no", nil, "this would end the whole call. To do it: hangup 3 yes"},
		{"hangup 3 operator no", nil, "this would end the leg of op-1, +1 202 555 0171. To do it: hangup 3 op-1 yes"},
		{"hangup 3 customer please", nil, "and with it the whole call. To do it: hangup 3 customer yes"},
		{"hangup 3 operator please yes", nil, `"please" is too much; type only: hangup 3 op-1 yes`},
		{"hangup 3 operator right now please", nil, `"right now please" is too much; type only: hangup 3 op-1 yes`},
		{"hangup", nil, "which call?"},
		{"hangup x yes", nil, "not the number of a call"},
		{"hangup 4 yes", nil, "there is no call 4"},
		{"hangup 2 yes", nil, "call 2 is over"},
		{"dance 3", nil, `there is no command "dance"; help tells what can be typed`},
		{"calls", nil, "call 3, Mette Sørensen, +1 202 555 0142: talking for 2 min 14 s; heard"},
		{"call 3", nil, "customer is saying: and anoth"},
		{"call 3 extra", nil, `"extra" is too much; type only: call 3`},
		{"calls mette TALKING", nil, "heard\n1 of 1 call"},
		{"calls !mette", nil, "0 of 1 call"},
		{"quit now", nil, `"now" is too much; type only: quit`},
		{"transfer 3 a b", nil, `"b" is too much; type only: transfer 3 a`},
		{"transfer 3 sip:ida@example.com now", nil, `"now" is too much`},
		{"help all", nil, "hangup 3 operator yes: end one leg"},
		{"help", nil, "help transfer: to propose"},
		{"help veto", nil, "veto 3: stop the transfer"},
		{"list", nil, `did you mean calls`},
		{"trasfer 3", nil, `did you mean transfer?`},
		{"needs", nil, "no call needs a hand"},
		{"say", nil, "now it is say all"},
		{"say much", nil, "possible are: say needed"},
		{"say needed", nil, "you are told what needs a hand"},
		{"follow 3", nil, "its words are told"},
		{"follow 9", nil, "there is no call 9"},
		{"quiet", nil, "for how many minutes?"},
		{"quiet 1", nil, "quiet for 1 minute:"},
		{"", nil, ""},
	}
	for _, test := range tests {
		f := new(fake)
		frame := frameOf(mette())
		frame.Ended = []engine.Ended{{Session: "s9", Number: 2}}
		f.show(frame)
		got := strings.Join(converse(t, f, test.typed), "\n")
		if !strings.Contains(got, test.says) {
			t.Errorf("%s: got %q, want %q in it", test.typed, got, test.says)
		}
		var bodies []engine.Body
		for _, e := range f.submitted {
			bodies = append(bodies, e.Body)
			if !strings.HasPrefix(e.ID, "test/") || !strings.HasSuffix(e.ID, "/1") || e.By != "supervisor/test" {
				t.Errorf("%s: entry %q by %q", test.typed, e.ID, e.By)
			}
		}
		if test.body == nil && bodies != nil || test.body != nil && !slices.Equal(bodies, []engine.Body{test.body}) {
			t.Errorf("%s: submitted %v, want %v", test.typed, bodies, test.body)
		}
	}
}

func TestTransferTakesANumberInGroups(t *testing.T) {
	for typed, to := range map[string]string{
		"transfer 3":                        "",
		"transfer 3 +12025550123":           "+12025550123",
		"transfer 3 +1 (202) 555-0123":      "+12025550123",
		"transfer 3 +1 202.555.0123":        "+12025550123",
		"transfer 3 sip:ida-b@example.com ": "sip:ida-b@example.com",
	} {
		f := new(fake)
		f.show(frameOf(mette(func(s *engine.Session) { s.Legs = s.Legs[:1] })))
		converse(t, f, typed)
		want := engine.TransferAsked{Session: "s41", To: to}
		if len(f.submitted) != 1 || f.submitted[0].Body != want {
			t.Errorf("%s: submitted %v, want %v", typed, f.submitted, want)
		}
	}
}

func TestWishThatIsNotWrittenDownIsSaid(t *testing.T) {
	f := &fake{err: errors.New("too much at once")}
	f.show(frameOf(mette()))
	got := converse(t, f, "mute 3 customer")
	if want := "mute: not written down, so not done: too much at once"; !slices.Contains(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestEndOfInputDoesNotEndTheConsole(t *testing.T) {
	f := new(fake)
	f.show(frameOf())
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	out, text := io.Pipe()
	go func() {
		done <- Run(ctx, Options{Engine: f, In: strings.NewReader("calls\n"), Out: text, Zone: time.UTC})
		text.Close()
	}()
	heard := make([]byte, 4096)
	var all string
	for !strings.Contains(all, "call 3") { // told after the input's end
		n, err := out.Read(heard)
		if err != nil {
			t.Fatal(err)
		}
		if all += string(heard[:n]); strings.Contains(all, "no calls") {
			f.show(frameOf(mette(noted(engine.Note{At: noon, Text: "call 3 is new"}))))
		}
	}
	cancel()
	go io.Copy(io.Discard, out)
	if err := <-done; err != nil {
		t.Errorf("got %v, want no error", err)
	}
}

func TestClosedOutputEndsTheConsole(t *testing.T) {
	f := new(fake)
	f.show(frameOf())
	out, text := io.Pipe()
	out.Close()
	if err := Run(t.Context(), Options{Engine: f, Out: text}); !errors.Is(err, ErrOutput) {
		t.Errorf("got %v, want ErrOutput", err)
	}
}

func TestSlowOutputLosesLinesAndSaysHowMany(t *testing.T) {
	out, text := io.Pipe()
	o := newOutput(text)
	const lines = 3 * maxQueued
	for range lines { // nobody reads, and nobody waits
		o.line("x")
	}
	read := make(chan string)
	go func() {
		b, _ := io.ReadAll(out)
		read <- string(b)
	}()
	lasts := 0
	for o.lost > 0 || lasts == 0 { // until there is a place again
		o.line("last")
		lasts++
	}
	o.close()
	text.Close()
	got := <-read
	said, lost := 0, 0
	for line := range strings.Lines(got) {
		var n int
		if _, err := fmt.Sscanf(line, "(%d lines left out", &n); err == nil {
			lost += n
		} else {
			said++
		}
	}
	if said > 2*maxQueued || said+lost != lines+lasts {
		t.Errorf("%d lines written and %d said to be left out, of %d with %d places", said, lost, lines+lasts, maxQueued)
	}
	if !strings.HasSuffix(got, "last\n") {
		t.Errorf("the last line is not the last: %q", got[max(0, len(got)-80):])
	}
}

func TestFigures(t *testing.T) {
	for p, want := range map[engine.Polarity]string{
		0: "0.00 neutral", -4: "0.00 neutral", -5: "−0.01 neutral", -300: "−0.30 negative", -299: "−0.30 negative", -294: "−0.29 a little negative",
		-1000: "−1.00 very negative", 1000: "+1.00 positive", 100: "+0.10 a little positive",
	} {
		if got := polarityWords(p); got != want {
			t.Errorf("%d: got %q, want %q", p, got, want)
		}
	}
}
