package export_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"

	"pgregory.net/rapid"

	"switchboard/engine"
	"switchboard/engine/export"
	"switchboard/testdata"
)

var allFormats = []export.Format{export.AsRecording, export.AsText, export.AsMarkdown, export.AsJSON}

// all returns a call in all formats.
func all(t require, r engine.Record) string {
	t.Helper()
	var out bytes.Buffer
	for _, f := range allFormats {
		if err := f.Write(&out, r, time.UTC); err != nil {
			t.Fatalf("%s: %v", f, err)
		}
	}
	return out.String()
}

// require is what a test and a property have in common.
type require interface {
	Helper()
	Fatalf(string, ...any)
	Errorf(string, ...any)
}

func digitsOf(text string) string {
	return strings.Map(func(r rune) rune {
		if '0' <= r && r <= '9' {
			return r
		}
		return -1
	}, text)
}

// holds reports whether a text has a name's word as a word of its own.
func holds(text, name string) bool {
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
		if strings.EqualFold(w, name) {
			return true
		}
	}
	return false
}

// No number and no name that the call knows is in anything that is made of a scrubbed
// record, wherever it stood.
func TestNoPlantedNumberOrNameIsInAScrubbedExport(t *testing.T) {
	names := rapid.SampledFrom([]string{"Brendan", "Mette", "Sørensen", "Quispe", "Zoë", "Ørjan", "O'Brien", "Ngozi", "Łukasz"})
	rapid.Check(t, func(t *rapid.T) {
		number := func(label string) string {
			return fmt.Sprintf("+1303%07d", rapid.IntRange(2000000, 9999999).Draw(t, label))
		}
		customer, ida, bo := number("customer"), number("ida"), number("bo")
		first, last := names.Draw(t, "first"), names.Draw(t, "last")
		op, boss := names.Draw(t, "operator"), names.Draw(t, "supervisor")
		plant := func(label string) string {
			spelt := []string{
				customer, customer[2:], customer[:2] + " " + customer[2:5] + "-" + customer[5:8] + "-" + customer[8:], "(" + customer[2:5] + ") " + customer[5:8] + " " + customer[8:],
				ida, bo, first, last, strings.ToUpper(first + " " + last), strings.ToLower(last), op, op + "'s", boss,
			}
			return "so, " + rapid.SampledFrom(spelt).Draw(t, label) + ", again " + rapid.SampledFrom(spelt).Draw(t, label) + " please"
		}
		at := time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)
		r := engine.Record{
			Session: "s1", Number: 1, Opened: 1, Caller: customer, Name: first + " " + last, Language: engine.English,
			Started: at, Answered: at.Add(time.Second), Over: at.Add(time.Hour), Ending: plant("ending"),
			Legs: []engine.RecordLeg{
				{Name: "customer", Role: engine.RoleCustomer, Number: customer, Since: at, Answered: at.Add(time.Second), Gone: at.Add(time.Hour)},
				{Name: "op-1", Role: engine.RoleOperator, Number: ida, Called: op, Since: at.Add(time.Minute), Gone: at.Add(time.Minute), Cause: plant("cause")},
				{Name: "op-2", Role: engine.RoleOperator, Number: "sip:" + last + "@example.com", Since: at.Add(2 * time.Minute), Answered: at.Add(3 * time.Minute),
					Joined: at.Add(3 * time.Minute), Gone: at.Add(time.Hour), Turned: plant("turned")},
			},
			Brought: []engine.Brought{{Cause: engine.CauseHand, By: engine.BySupervisor + "/" + engine.By(boss), About: plant("about"), Why: plant("why"), Asked: at,
				Status: engine.TransferFailed, To: bo, Called: op, Tried: 2, VetoedBy: engine.BySupervisor + "/" + engine.By(boss), Label: engine.VetoWrong}},
			Gaps:     []engine.Gap{{From: at.Add(time.Minute), Why: plant("gap")}},
			Notes:    []engine.Note{{At: at, Kind: engine.NoteTrouble, Text: plant("note")}, {At: at, Kind: engine.NoteAct, Text: plant("act")}},
			Recorded: []engine.Recorded{{ID: customer, URL: "https://example.com/" + last}},
		}
		for i, d := range customer[1:] {
			r.Keys = append(r.Keys, engine.Key{At: at.Add(30*time.Second + time.Duration(i)*time.Second), Digit: string(d)})
		}
		speakers := []engine.Speaker{engine.SpeakerCustomer, engine.SpeakerOperator, engine.SpeakerUnknown, engine.SpeakerPrompt}
		for i := range rapid.IntRange(1, 6).Draw(t, "lines") {
			start := at.Add(time.Duration(i+1) * time.Minute)
			r.Lines = append(r.Lines, engine.Utterance{ID: "v/" + last, Start: start, End: start.Add(3 * time.Second),
				Speaker: rapid.SampledFrom(speakers).Draw(t, "speaker"), Text: plant("line"), Scored: true, Polarity: -300})
		}
		out := all(t, export.NewScrubber([]byte("salt")).Record(r))
		for _, n := range []string{customer, ida, bo} {
			if strings.Contains(digitsOf(out), n[2:]) {
				t.Errorf("%s is found in\n%s", n, out)
			}
		}
		if keys := strings.Count(out, `"key"`); keys > 0 {
			t.Errorf("%d keys of a row are found", keys)
		}
		for _, name := range []string{first, last, op, boss} {
			for part := range strings.SplitSeq(name, "'") {
				if len(part) > 1 && holds(out, part) {
					t.Errorf("%s is found in\n%s", part, out)
				}
			}
		}
	})
}

// A number that nobody knows, told in a call, is hidden from its first digit, written or
// spoken, also in what an older version kept.
func TestNumbersInWhatWasSaidAreHiddenOnceMore(t *testing.T) {
	at := time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)
	r := engine.Record{Session: "s1", Number: 1, Started: at, Answered: at, Over: at.Add(time.Minute), Caller: "anonymous", Language: engine.English}
	for i, text := range []string{
		"my card is 4111 1111 1111 1111, yes", "it is four one one one, one one one one, one one one one",
		"call me on +1 303 555 0199 then", "it was 4111 11[redacted] before",
	} {
		r.Lines = append(r.Lines, engine.Utterance{Speaker: engine.SpeakerCustomer, Text: text, Start: at.Add(time.Duration(i*20) * time.Second), End: at.Add(time.Duration(i*20+2) * time.Second)})
	}
	got := export.NewScrubber(nil).Record(r)
	for i, want := range []string{"my card is [redacted], yes", "", "call me on [redacted] then", "it was [redacted] before"} {
		if text := got.Lines[i].Text; want != "" && text != want || want == "" && strings.Count(text, "one") > 5 {
			t.Errorf("got %q, want %q", text, want)
		}
	}
	if !strings.Contains(r.Lines[0].Text, "4111 1111") {
		t.Error("the record itself was changed")
	}
}

// What is no name stays, though a name is spelt alike.
func TestWordsThatAreNamesTooStay(t *testing.T) {
	at := time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)
	r := engine.Record{Session: "s1", Started: at, Answered: at, Over: at, Caller: "+13035550123", Name: "Will May", Language: engine.English,
		Lines: []engine.Utterance{{Speaker: engine.SpeakerCustomer, Start: at, End: at, Text: "I will say that Will may be at home in 2026, Mr. May."}}}
	got := export.NewScrubber([]byte("x")).Record(r)
	if want := "I will say that " + got.Name + " be at home in 2026, Mr. [name]."; got.Lines[0].Text != want {
		t.Errorf("got %q, want %q", got.Lines[0].Text, want)
	}
}

// A number that the call knows is told by its pseudonym wherever it is written, so that a
// note still says who is meant.
func TestAKnownNumberIsToldByItsPseudonym(t *testing.T) {
	r := engine.Record{Caller: "+13035550123", Language: engine.English, Notes: []engine.Note{
		{Kind: engine.NoteTrouble, Text: "+13035550123 and 303-555-0123 and (303) 555 0123: busy"}}}
	got := export.NewScrubber([]byte("x")).Record(r)
	if want := got.Caller + " and " + got.Caller + " and (" + got.Caller + ": busy"; got.Notes[0].Text != want {
		t.Errorf("got %q, want %q", got.Notes[0].Text, want)
	}
}

// One export gives one number one pseudonym and two numbers two; another export others.
func TestPseudonymsHoldWithinOneExport(t *testing.T) {
	one, other := export.NewScrubber([]byte("one")), export.NewScrubber([]byte("other"))
	given := map[string]string{}
	same := 0
	for i := range 60 {
		r := engine.Record{Caller: fmt.Sprintf("+1303555%04d", i)}
		got := one.Record(r).Caller
		if again := one.Record(r).Caller; again != got {
			t.Errorf("%s is %s and then %s", r.Caller, got, again)
		}
		if before, taken := given[got]; taken {
			t.Errorf("%s stands for %s and for %s", got, before, r.Caller)
		}
		if !strings.HasPrefix(got, "+120255501") || len(got) != 12 {
			t.Errorf("%s stands for a number", got)
		}
		given[got] = r.Caller
		if other.Record(r).Caller == got {
			same++
		}
	}
	if same > 20 {
		t.Errorf("%d of 60 pseudonyms are the same in another export", same)
	}
	if got := one.Record(engine.Record{Caller: "anonymous"}).Caller; got != "anonymous" {
		t.Errorf("who is anonymous is %s", got)
	}
}

// A scrubbed recording plays as the one in clear does.
func TestAScrubbedRecordingIsPlayedAlike(t *testing.T) {
	recs, err := testdata.Recordings()
	if err != nil {
		t.Fatal(err)
	}
	for _, rec := range recs {
		first := played(t, rec, rec.Front.Does != "")
		exported, err := export.Recording(export.NewScrubber([]byte("salt")).Record(first))
		if err != nil {
			t.Fatal(err)
		}
		again := played(t, written(t, exported), rec.Front.Does != "")
		if was, is := len(first.Lines), len(again.Lines); was != is && edges[rec.Name] == "" {
			t.Errorf("%s: %d sentences, and was %d", rec.Name, is, was)
		}
		if was, is := len(first.Brought), len(again.Brought); was != is {
			t.Errorf("%s: %d transfers, and was %d", rec.Name, is, was)
		}
		if out := all(t, export.NewScrubber([]byte("salt")).Record(first)); strings.HasPrefix(rec.From, "+") && strings.Contains(digitsOf(out), rec.From[1:]) && !strings.HasPrefix(rec.From, "+1202555") {
			t.Errorf("%s: %s is found", rec.Name, rec.From)
		}
	}
}
