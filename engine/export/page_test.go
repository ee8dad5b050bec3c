package export_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"switchboard/engine"
	"switchboard/engine/export"
)

var began = time.Date(2026, 3, 14, 14, 3, 10, 0, time.UTC)

func at(seconds float64) time.Time { return began.Add(time.Duration(seconds * float64(time.Second))) }

// small is a call in which a little of everything happened.
func small() engine.Record {
	return engine.Record{
		Session: "s7", Number: 12, Opened: 3, Caller: "+13035550123", Name: "Mette | <b>Ø</b>\x1b[2J", Attested: engine.AttestationA, Language: engine.English,
		Started: began, Answered: at(1), Over: at(90), Ending: "the customer hung up", Judged: true, Mood: -320, Low: -810,
		Legs: []engine.RecordLeg{
			{Name: "customer", Role: engine.RoleCustomer, Number: "+13035550123", Since: began, Answered: at(1), Joined: at(1), Gone: at(90), Cause: "normal_clearing"},
			{Name: "op-1", Role: engine.RoleOperator, Number: "+13035550124", Called: "Ida", Since: at(20), Gone: at(21), Cause: "user_busy"},
			{Name: "op-2", Role: engine.RoleOperator, Number: "+13035550125", Since: at(21), Answered: at(25), Decided: at(29), Joined: at(30), Gone: at(80), Cause: "normal_clearing"},
		},
		Brought: []engine.Brought{{Cause: engine.CauseRule, Rule: "sustained-negative", About: "three bad sentences", Auto: true, Asked: at(15), Began: at(20),
			Joined: at(30), Over: at(80), Status: engine.TransferEnded, To: "+13035550125", Tried: 2}},
		Fired: []engine.Firing{{At: at(15), Rule: "sustained-negative", Severity: engine.SeverityRed}, {At: at(16), Rule: "try", Severity: engine.SeverityAmber, Shadow: true}},
		Told:  []engine.Told{{At: at(2), Kind: engine.PromptMenu, Waits: true, Vain: true}},
		Keys:  []engine.Key{{At: at(40), Digit: "5"}},
		Gaps:  []engine.Gap{{From: at(50), To: at(62), Why: "the stream fell"}},
		Holds: []engine.Holding{{Leg: "customer", From: at(63), To: at(66)}},
		Paid:  []engine.Span{{From: at(67), To: at(70)}},
		Notes: []engine.Note{{At: at(5), Kind: engine.NoteFact, Text: "nothing"}, {At: at(20), Kind: engine.NoteTrouble, Text: "Ida: busy"}},
		Lines: []engine.Utterance{
			{ID: "v/1", Start: at(10), End: at(12), Speaker: engine.SpeakerCustomer, Text: "My card is 4111 11[redacted], [click](javascript:x).", Scored: true, Polarity: -340, Judged: true},
			{ID: "v/2", Start: at(31), End: at(32), Speaker: engine.SpeakerOperator, Text: "Hello."},
		},
	}
}

func text(t *testing.T, f export.Format, r engine.Record) string {
	t.Helper()
	var out bytes.Buffer
	if err := f.Write(&out, r, time.UTC); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestACallIsReadAsText(t *testing.T) {
	const want = `Call 12, 14 March 2026
======================

When      14:03:10 to 14:04:40 (1 min 30 s), UTC
Customer  Mette | <b>Ø</b>, +1 303 555 0123, attested A
Language  English
End       the customer hung up
Answered  14:03:11, after 1 s
Mood      -0.32 at the end, -0.81 at its lowest (from -1, bad, to +1)
Payments  1, in which nothing was kept

Operators and others
--------------------
operator Ida, +1 303 555 0124: called 14:03:30, gone 14:03:31 (user busy)
operator +1 303 555 0125: called 14:03:31, answered 14:03:35, joined 14:03:40, gone 14:04:30 (normal clearing)

Transfers
---------
14:03:25 rule sustained-negative, by itself: three bad sentences. +1 303 555 0125 joined at 14:03:40 and was there for 50 s

Rules that fired
----------------
14:03:25 sustained-negative, red
14:03:26 try, amber, in shadow: nothing of it acted

Hands and troubles
------------------
14:03:30 Ida: busy

What was said
-------------
14:03:12  -- prompt: menu --
14:03:20  customer   -0.34  My card is 4111 11[redacted], [click](javascript:x).
14:03:40  -- operator joined --
14:03:41  operator          Hello.
14:03:50  -- the customer pressed 5 --
14:04:00  -- not heard 12 s: the stream fell --
14:04:13  -- customer on hold 3 s --
14:04:17  -- payment: nothing was kept 3 s --
14:04:30  -- operator gone --
14:04:40  -- customer gone --

[redacted] stands once for a number or a code that nobody may keep.
`
	if diff := cmp.Diff(want, text(t, export.AsText, small())); diff != "" {
		t.Error(diff)
	}
}

// What comes from outside is no Markdown and no HTML.
func TestMarkdownFromOutsideIsText(t *testing.T) {
	got := text(t, export.AsMarkdown, small())
	for _, bad := range []string{"<b>", "[click]", "\x1b", "Mette |"} {
		if strings.Contains(got, bad) {
			t.Errorf("%q stands in\n%s", bad, got)
		}
	}
	for _, good := range []string{`Mette \| &lt;b&gt;Ø&lt;/b&gt;`, `\[click\](javascript:x)`, "| 14:03:20 | customer | -0.34 |", "| *not heard 12 s: the stream fell* |"} {
		if !strings.Contains(got, good) {
			t.Errorf("%q is missing in\n%s", good, got)
		}
	}
}

// The names of the fields are a promise: whoever reads the JSON goes by them.
func TestTheFieldsOfTheJSONStay(t *testing.T) {
	var got map[string]any
	if err := json.Unmarshal([]byte(text(t, export.AsJSON, small())), &got); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]any{
		"version": 1.0, "call.number": 12.0, "call.session": "s7", "call.started": "2026-03-14T14:03:10Z", "call.ending": "the customer hung up",
		"customer.number": "+13035550123", "customer.attested": "A", "customer.language": "en", "mood.end": -0.32, "mood.lowest": -0.81,
		"legs.1.role": "operator", "legs.1.called": "Ida", "legs.1.cause": "user_busy", "transfers.0.cause": "rule", "transfers.0.status": "ended",
		"transfers.0.automatic": true, "transfers.0.tried": 2.0, "rules.1.shadow": true, "lines.0.polarity": -0.34, "lines.0.who": "customer",
		"lines.0.start": "2026-03-14T14:03:20Z", "told.0.kind": "menu", "told.0.waits": true, "keys.0.key": "5", "gaps.0.why": "the stream fell",
		"holds.0.leg": "customer", "payments.0.from": "2026-03-14T14:04:17Z", "notes.1.kind": "trouble",
	} {
		if value := follow(got, path); value != want {
			t.Errorf("%s is %v, want %v", path, value, want)
		}
	}
}

func follow(in any, path string) any {
	for step := range strings.SplitSeq(path, ".") {
		switch v := in.(type) {
		case map[string]any:
			in = v[step]
		case []any:
			in = v[int(step[0]-'0')]
		}
	}
	return in
}

// A call that is up still has a recording, which ends where it is; one that was never
// answered has none.
func TestWhatHasNoEndEndsWhereItIs(t *testing.T) {
	r := small()
	r.Over = time.Time{}
	r.Legs[0].Gone = time.Time{}
	rec, err := export.Recording(r)
	if err != nil {
		t.Fatal(err)
	}
	if last := rec.Lines[len(rec.Lines)-1]; !last.Hangup || !strings.Contains(rec.About, "still up") {
		t.Errorf("it ends with %+v, and is %q", last, rec.About)
	}
	r.Answered = time.Time{}
	if _, err := export.Recording(r); err != export.ErrUnanswered {
		t.Errorf("got %v", err)
	}
}

// How operators behaved, each by what the record says of him.
func TestOperatorsBehaveAsTheyDid(t *testing.T) {
	leg := func(l engine.RecordLeg) engine.RecordLeg {
		l.Name, l.Role, l.Since = "op", engine.RoleOperator, at(10)
		return l
	}
	r := engine.Record{Started: began, Answered: at(1), Over: at(300), Legs: []engine.RecordLeg{
		leg(engine.RecordLeg{Gone: at(10.5), Cause: "user_busy"}),
		leg(engine.RecordLeg{Gone: at(12), Cause: "call_rejected"}),
		leg(engine.RecordLeg{Gone: at(30), Cause: "timeout"}),
		leg(engine.RecordLeg{Gone: at(11), Cause: "unallocated_number"}),
		leg(engine.RecordLeg{Answered: at(14), Decided: at(18), Turned: engine.TurnedDown, Gone: at(18)}),
		leg(engine.RecordLeg{Answered: at(24), Decided: at(28), Turned: engine.TurnedMachine, Gone: at(28)}),
		leg(engine.RecordLeg{Answered: at(24), Decided: at(38), Turned: "nobody took the call", Gone: at(38)}),
		leg(engine.RecordLeg{Answered: at(24), Gone: at(38)}),
		leg(engine.RecordLeg{Answered: at(13), Decided: at(15.25), Joined: at(16), Gone: at(300)}),
	}}
	rec, err := export.Recording(r)
	if err != nil {
		t.Fatal(err)
	}
	got := text(t, export.AsRecording, r)
	for i, want := range []string{
		`{"operator":"busy","after":0.5}`, `{"operator":"rejects","after":2}`, `{"operator":"silent"}`, `{"operator":"busy","after":1}`,
		`{"operator":"answers","after":4,"declines":4}`, `{"operator":"voicemail","after":14}`, `{"operator":"answers","after":14,"ignores":true}`,
		`{"operator":"answers","after":14,"ignores":true}`, `{"operator":"answers","after":3,"accepts":2.25}`,
	} {
		if line := strings.Split(got, "\n")[i+1]; line != want {
			t.Errorf("operator %d of %d is %s, want %s", i+1, len(rec.Operators), line, want)
		}
	}
}

func TestOneRecordingIsNoneOfMany(t *testing.T) {
	r := small()
	for _, want := range []string{"1 recording at Telnyx", "2 recordings at Telnyx"} {
		r.Recorded = append(r.Recorded, engine.Recorded{ID: "r"})
		if got := text(t, export.AsText, r); !strings.Contains(got, want) {
			t.Errorf("want %q in:\n%s", want, got)
		}
	}
}
