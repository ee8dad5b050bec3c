package plain

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/engine"
)

// evidence is what a rule has seen.
func evidence() engine.Evidence {
	return engine.Evidence{
		Rule: "sustained-negative", Version: 3, About: "unhappy for a while", Severity: engine.SeverityRed, At: noon,
		Checks: []engine.Check{
			{What: "3 of the last 5 customer sentences at or below -0.30", Seen: "-0.34 -0.41 -0.66", Unless: "one were above -0.30"},
			{What: "mood at or below -0.25", Seen: "-0.31", Unless: "mood above -0.25"},
		},
		Lines: []engine.Quote{{At: noon, Speaker: engine.SpeakerCustomer, Text: "No\x1b[2J more.", Scored: true, Polarity: -660, Confidence: 930}},
	}
}

// proposedCall is Mette's call alone, for which a transfer is proposed.
func proposedCall(s *engine.Session) {
	s.Legs, s.Changed = s.Legs[:1], s.Changed+1
	s.Transfer = engine.Transfer{Status: engine.TransferProposed, Cause: engine.CauseRule, Rule: "sustained-negative", Evidence: evidence(),
		Group: "support", Asked: noon, Since: noon, Due: noon.Add(8 * time.Second), Veto: 8 * time.Second}
}

func withGroups(f *engine.Frame) *engine.Frame {
	f.Roster.Groups = []engine.Group{{Name: "Tier 2", Operators: []engine.Operator{{Number: "+12025550171", Name: "Ida"}, {Number: "+12025550172", Name: "Jonas"}}}}
	f.Automation, f.Phone = engine.ModeOn, "+12025550111"
	f.Records = []engine.RuleRecord{{Rule: "sustained-negative", Days: []engine.RecordDay{{Fired: 41, Kept: 33, Vetoed: 8, Wrong: 2, BadTime: 1}}}}
	f.Callbacks = []engine.Callback{{ID: "cb7", Number: "+12025550144", Promised: noon.Add(-time.Minute), Why: "nobody was free"}}
	return f
}

func TestProposalIsToldOnceWithItsKeys(t *testing.T) {
	first := func(s *engine.Session) { // the engine's own notes of it say no more
		proposedCall(s)
		s.Notes = append(s.Notes, engine.Note{At: noon, Kind: engine.NoteFired, Text: "rule sustained-negative fired: unhappy for a while"},
			engine.Note{At: noon, Kind: engine.NoteProposal, Text: "transfer to support proposed, in 8s unless it is vetoed"})
		s.NoteCount += 2
	}
	again := func(s *engine.Session) { first(s); s.Changed += 5 }
	got := watch(t, new(fake), frameOf(mette()), frameOf(mette(first)), frameOf(mette(again)))
	wantLines(t, got[1:],
		"12:00:00 call 3, Mette Sørensen: transfer to support proposed in 8 s; veto 3, now 3, snooze 3, why 3; rule sustained-negative: unhappy for a while")
}

func TestWhyIsToldInWords(t *testing.T) {
	f := new(fake)
	f.show(withGroups(frameOf(mette(proposedCall))))
	got := converse(t, f, "why 3")
	wantLines(t, got,
		"call 3, Mette Sørensen: why",
		"  rule sustained-negative, version 3, red: unhappy for a while",
		"  3 of the last 5 customer sentences at or below −0.30 (−0.34 −0.41 −0.66)",
		"  mood at or below −0.25 (−0.31)",
		"  12:00:00 customer: No more.  −0.66 very negative, words 93 % sure",
		"  not if one were above −0.30, or mood above −0.25",
		"  this rule, 30 days: 41 fired, 33 kept, 8 vetoed, 80 % kept; why vetoed: 2 wrong, 1 bad time",
		"  next: in 8 s the transfer to support begins by itself. To stop it: veto 3. At once: now 3. Not for 2 minutes: snooze 3",
	)
}

func TestChangesOfTheFloorAreTold(t *testing.T) {
	shadow := withGroups(frameOf())
	shadow.Automation, shadow.Policy, shadow.Callbacks = engine.ModeShadow, engine.Policy{Name: "default", Version: 4}, nil
	later := withGroups(frameOf())
	later.Automation, later.Policy = engine.ModeShadow, shadow.Policy
	got := watch(t, new(fake), withGroups(frameOf()), shadow, later)
	wantLines(t, got,
		"12:00:00 automation is in shadow: nothing acts by itself",
		"12:00:00 policy default, version 4, is in force",
		"12:00:00 to be called back: +1 202 555 0144; callbacks lists all",
	)
}

func TestActs(t *testing.T) {
	on := func(s *engine.Session) {
		s.Legs = append(s.Legs, engine.Leg{Name: "sup-1", Role: engine.RoleSupervisor, Status: engine.LegUp, Joined: true, Number: "+12025550111", Owner: "supervisor/test", Monitor: engine.Monitor, MonitorAsked: engine.Monitor})
	}
	talking := func(*engine.Session) {}
	vetoed := func(s *engine.Session) {
		proposedCall(s)
		s.Transfer.Status, s.Transfer.VetoedBy = engine.TransferVetoed, "supervisor/test"
	}
	flagged := func(s *engine.Session) {
		s.Alerts = []engine.Alert{{Rule: "silence", Severity: engine.SeverityAmber, At: noon.Add(-time.Minute)}}
	}
	alone := func(s *engine.Session) { s.Legs = s.Legs[:1] }
	for _, test := range []struct {
		typed string
		call  func(*engine.Session)
		body  engine.Body
		says  string
	}{
		{"veto 3", proposedCall, engine.VetoAsked{Session: "s41"}, ""},
		{"veto 3", talking, nil, "nothing is proposed for call 3"},
		{"veto 3 please", proposedCall, nil, `"please" is too much; type only: veto 3`},
		{"now 3", proposedCall, engine.HurryAsked{Session: "s41"}, ""},
		{"now 3", talking, nil, "nothing is proposed"},
		{"snooze 3", proposedCall, engine.SnoozeAsked{Session: "s41"}, ""},
		{"back 3", talking, nil, "no transfer of call 3"},
		{"reason 3 handled", vetoed, engine.VetoExplained{Session: "s41", Label: engine.VetoHandled}, ""},
		{"reason 3 bad time", vetoed, engine.VetoExplained{Session: "s41", Label: engine.VetoBadTime}, ""},
		{"reason 3", talking, nil, "reason 3 wrong"},
		{"again 3", func(s *engine.Session) { s.AutoSpent = true }, engine.AgainAllowed{Session: "s41"}, ""},
		{"seen 3", flagged, engine.AlertSeen{Session: "s41"}, ""},
		{"claim 3", talking, engine.ClaimAsked{Session: "s41", On: true}, ""},
		{"unclaim 3", func(s *engine.Session) { s.Claimed = "supervisor/test" }, engine.ClaimAsked{Session: "s41"}, ""},
		{"hold 3 customer", talking, engine.HoldAsked{Session: "s41", Leg: "customer", On: true}, ""},
		{"unhold 3 op-1", func(s *engine.Session) { s.Legs[1].Held, s.Legs[1].HoldAsked = true, true }, engine.HoldAsked{Session: "s41", Leg: "op-1"}, ""},
		{"listen 3", talking, engine.MonitorAsked{Session: "s41", Role: engine.Monitor, Phone: "+12025550111"}, "nobody hears you"},
		{"whisper 3", talking, engine.MonitorAsked{Session: "s41", Role: engine.Whisper, Phone: "+12025550111"}, "only Ida hears you"},
		{"whisper 3", alone, nil, "nobody to whisper to"},
		{"barge 3", on, engine.MonitorAsked{Session: "s41", Role: engine.Barge, Phone: "+12025550111"}, "everybody hears you"},
		{"stop 3", on, engine.HangupAsked{Session: "s41", Leg: "sup-1"}, ""},
		{"stop 3", talking, nil, "your phone is not on call 3"},
		{"takeover 3", on, nil, "this would take Ida off the call; you stay and everybody hears you. To do it: takeover 3 yes"},
		{"takeover 3 yes", on, engine.TakeOverAsked{Session: "s41"}, ""},
		{"takeover 3 yes", talking, nil, "listen 3 first"},
		{"transfer 3 tier 2", alone, engine.TransferAsked{Session: "s41", Group: "Tier 2"}, ""},
		{"transfer 3 Jonas", alone, engine.TransferAsked{Session: "s41", To: "+12025550172"}, ""},
		{"cold 3", alone, engine.TransferAsked{Session: "s41", Cold: true}, ""},
		{"cold 3 tier 2", alone, engine.TransferAsked{Session: "s41", Group: "Tier 2", Cold: true}, ""},
		{"cold 3 +1 (202) 555-0123", alone, engine.TransferAsked{Session: "s41", To: "+12025550123", Cold: true}, ""},
		{"auto", talking, nil, "automation is on. To change it: auto on, auto shadow, auto off yes"},
		{"auto shadow", talking, engine.AutomationAsked{Mode: engine.ModeShadow}, ""},
		{"auto off", talking, nil, "To do it: auto off yes"},
		{"auto off yes", talking, engine.AutomationAsked{Mode: engine.ModeOff}, ""},
		{"callbacks", talking, nil, "cb7: +1 202 555 0144, promised 1 min 00 s ago: nobody was free. When it is done: callbacks done cb7"},
		{"callbacks done cb7", talking, engine.CallbackDone{Callback: "cb7"}, ""},
		{"callbacks done cb9", talking, nil, "no callback is named"},
		{"watch", flagged, nil, "silence, amber, 1 min 00 s ago; why 3, seen 3"},
		{"phone 12", talking, nil, "not a number to call"},
		{"groups", talking, nil, "Tier 2: free: Ida, Jonas; on a call: nobody"},
		{"policy reload", talking, nil, "not possible here"},
		{"why 3", talking, nil, "no rule has fired on call 3"},
	} {
		f := new(fake)
		f.show(withGroups(frameOf(mette(test.call))))
		got := strings.Join(converse(t, f, test.typed), "\n")
		if !strings.Contains(got, test.says) {
			t.Errorf("%s: got %q, want %q in it", test.typed, got, test.says)
		}
		var bodies []engine.Body
		for _, e := range f.submitted {
			bodies = append(bodies, e.Body)
		}
		if test.body == nil && bodies != nil || test.body != nil && !slices.Equal(bodies, []engine.Body{test.body}) {
			t.Errorf("%s: submitted %v, want %v (%s)", test.typed, bodies, test.body, got)
		}
	}
}

func TestPhoneThatWasTypedIsCalled(t *testing.T) {
	f := new(fake)
	f.show(withGroups(frameOf(mette())))
	converse(t, f, "phone +1 202 555 0150", "listen 3")
	want := engine.MonitorAsked{Session: "s41", Role: engine.Monitor, Phone: "+12025550150"}
	if len(f.submitted) != 1 || f.submitted[0].Body != want {
		t.Errorf("submitted %v, want %v", f.submitted, want)
	}
}

type house struct{ err error }

func (h house) ReloadPolicy(context.Context) ([]string, error) {
	return []string{"  silence:     now\x1b[2J off"}, h.err
}
func (h house) Export(_ context.Context, call, format string) ([]string, error) {
	return []string{"call " + call + " as " + format}, h.err
}

func (h house) Backtest(context.Context, time.Duration) ([]string, error) { return nil, h.err }
func (h house) Report(context.Context) ([]string, error) {
	return []string{"  began      7\x1b[2J"}, h.err
}

func (h house) WouldForget(_ context.Context, number string, what engine.Erasure) ([]string, error) {
	return []string{"would forget " + what.String() + " of " + number}, h.err
}
func (h house) Forget(_ context.Context, number string, what engine.Erasure, by engine.By) ([]string, error) {
	return []string{"forgot " + what.String() + " of " + number + " for " + string(by)}, h.err
}

// What cannot be had back is done for a yes alone.
func TestForgettingIsToldBeforeItIsDone(t *testing.T) {
	for line, want := range map[string]string{
		"forget +1 202 555 0123":             "forget: would forget all of +12025550123",
		"forget +12025550123 words":          "forget: would forget words of +12025550123",
		"forget +12025550123 yes":            "forget: forgot all of +12025550123 for supervisor/test",
		"forget +1 (202) 555-0123 words yes": "forget: forgot words of +12025550123 for supervisor/test",
	} {
		f := new(fake)
		f.show(frameOf())
		var b bytes.Buffer
		c := &console{engine: f, name: "test", zone: time.UTC, out: newOutput(&b), calls: map[engine.SessionID]told{},
			house: house{}, life: t.Context(), reports: make(chan report, 1)}
		c.command(t.Context(), line)
		c.report(<-c.reports)
		c.workers.Wait()
		c.out.close()
		wantLines(t, lines(b.String()), "forget: begun", want)
	}
}

func TestHouseReportsBesideTheConsole(t *testing.T) {
	for _, test := range []struct {
		h    house
		want []string
	}{
		{house{}, []string{"policy reload: begun", "policy reload:   silence:     now off"}},
		{house{errors.New("policy.yaml:3:7: no such rule")}, []string{"policy reload: begun", "policy reload:   silence:     now off", "policy reload: policy.yaml:3:7: no such rule"}},
	} {
		f := new(fake)
		f.show(frameOf())
		var b bytes.Buffer
		c := &console{engine: f, name: "test", zone: time.UTC, out: newOutput(&b), calls: map[engine.SessionID]told{},
			house: test.h, life: t.Context(), reports: make(chan report, 1)}
		c.command(t.Context(), "policy reload")
		c.report(<-c.reports)
		c.workers.Wait()
		c.out.close()
		wantLines(t, lines(b.String()), test.want...)
	}
}

// "P pauses: recording, transcription and transcript of that call, shown in words; resumed
// by hand or after a limit."
func TestAPaymentIsAskedForAndTold(t *testing.T) {
	f := new(fake)
	f.show(frameOf(mette()))
	converse(t, f, "pay 3", "paid 3")
	if want := (engine.PayAsked{Session: "s41", On: true}); len(f.submitted) != 1 || f.submitted[0].Body != want {
		t.Errorf("asked for %+v, want %+v alone", f.submitted, want)
	}
	pays := func(s *engine.Session) {
		s.Pay = engine.Paying{Since: noon.Add(-80 * time.Second), Until: noon.Add(220 * time.Second)}
		s.Feed = engine.Feed{Status: engine.FeedNone, Wanted: true}
		s.Recorder = engine.Recorder{Status: engine.RecorderPaused}
		s.Consent = engine.Consent{Status: engine.ConsentGiven, Key: "1", At: noon.Add(-5 * time.Minute), Text: "To agree, press 1."}
	}
	f = new(fake)
	f.show(frameOf(mette(pays)))
	got := strings.Join(converse(t, f, "call 3", "pay 3"), "\n")
	for _, words := range []string{
		"paying for 1 min 20 s, nobody listens and nothing is kept; paid 3 ends it, or by itself in 3 min 40 s",
		"consent: given with key 1 at 11:55:00; he was asked: To agree, press 1.", "sound: the recording is paused",
		"pay: the customer is paying already",
	} {
		if !strings.Contains(got, words) {
			t.Errorf("the console lacks %q:\n%s", words, got)
		}
	}
}

func TestWhoHasNotAgreedIsToldAsNoConsent(t *testing.T) {
	f := new(fake)
	f.show(frameOf(mette(func(s *engine.Session) {
		s.Feed = engine.Feed{Status: engine.FeedNone, GivenUp: true, Why: "no consent"}
		s.Consent = engine.Consent{Status: engine.ConsentDeclined, Key: "2", Text: "To agree, press 1."}
	})))
	got := strings.Join(converse(t, f, "call 3", "calls"), "\n")
	if !strings.Contains(got, "no-consent: nobody listens and nothing of what he says is kept") || strings.Contains(got, "not heard") {
		t.Errorf("told as:\n%s", got)
	}
}

// A shelf is an archive that says what it was asked for.
type shelf struct{ err error }

func (s shelf) HistoryLines(_ context.Context, query string) ([]string, error) {
	if s.err != nil {
		return nil, s.err
	}
	return []string{"1 call", "call 12 \x1b[2Jof " + query}, nil
}

func TestHistoryIsSearchedBesideTheConsole(t *testing.T) {
	for _, test := range []struct {
		archive Archive
		typed   string
		want    []string
	}{
		{shelf{}, `history "speak to" day:today`, []string{"history: begun", "history: 1 call", `history: call 12 of "speak to" day:today`}},
		{shelf{errors.New("there is no filter foo:")}, "history foo:1", []string{"history: begun", "history: there is no filter foo:"}},
		{nil, "history", []string{"history: not possible here, for there is no journal behind this console"}},
	} {
		f := new(fake)
		f.show(frameOf())
		var b bytes.Buffer
		c := &console{engine: f, name: "test", zone: time.UTC, out: newOutput(&b), calls: map[engine.SessionID]told{},
			archive: test.archive, life: t.Context(), reports: make(chan report, 1)}
		c.command(t.Context(), test.typed)
		if test.archive != nil {
			c.report(<-c.reports)
		}
		c.workers.Wait()
		c.out.close()
		wantLines(t, lines(b.String()), test.want...)
	}
}

// A bar is drawn for the eye: the plain console is read aloud.
func TestAReportIsSaidWithoutItsBars(t *testing.T) {
	var b bytes.Buffer
	c := &console{out: newOutput(&b)}
	c.report(report{title: "report", lines: []string{
		"THROUGH THE PERIOD", "  01:00          20  ▇▇▇▇▇▇▇▇   -0.05       195  ·▄", "", "floor main · policy default v1"}})
	c.out.close()
	text := b.String()
	if strings.ContainsAny(text, "▁▂▃▄▅▆▇█") || strings.Contains(text, "report: \n") {
		t.Errorf("it says %q", text)
	}
	for _, want := range []string{"01:00", "20", "-0.05", "195", "floor main · policy default v1"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not said: %q", want, text)
		}
	}
}

// By what calls are judged, and whether anything acts by it, is told at the beginning: also
// where both were so before the console looked.
func TestThePolicyInForceIsToldAtTheBeginning(t *testing.T) {
	for _, mode := range []engine.Mode{engine.ModeOn, engine.ModeShadow} {
		f, frame := new(fake), frameOf()
		frame.Policy, frame.Automation = engine.Policy{Name: "default", Version: 4}, mode
		f.show(frame)
		got := strings.Join(converse(t, f), "\n")
		if !strings.Contains(got, "policy default, version 4, is in force") {
			t.Errorf("it is not told:\n%s", got)
		}
		if told := strings.Contains(got, "automation is in shadow"); told != (mode == engine.ModeShadow) {
			t.Errorf("with automation %s it says:\n%s", mode, got)
		}
	}
}
