package testdata_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"switchboard/engine/recording"
	"switchboard/testdata"
)

const (
	longest = 300 * time.Second // by then every call has ended by itself
	fewest  = 12                // sentences of a recording in which people talk
	most    = 40
)

// Numbers that are set apart for examples and drama: 555-01xx in North America, and
// what Ofcom reserves in no area, in London and for mobiles.
var reserved = regexp.MustCompile(`^(\+1[2-9][0-9]{2}55501[0-9]{2}|\+441632960[0-9]{3}|\+442079460[0-9]{3}|\+447700900[0-9]{3})$`)

func recordings(t *testing.T) []*recording.Recording {
	t.Helper()
	all, err := testdata.Recordings()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func find(t *testing.T, name string) *recording.Recording {
	t.Helper()
	for _, rec := range recordings(t) {
		if rec.Name == name {
			return rec
		}
	}
	t.Fatalf("there is no recording %s", name)
	return nil
}

func TestRecordingsAreSortedAndNamedOnce(t *testing.T) {
	var names []string
	for _, rec := range recordings(t) {
		names = append(names, rec.Name)
		if rec.About == "" || !strings.HasSuffix(rec.About, ".") {
			t.Errorf("%s: about is no sentence: %q", rec.Name, rec.About)
		}
	}
	if !slices.IsSorted(names) || len(slices.Compact(slices.Clone(names))) != len(names) {
		t.Errorf("got names %q, want each once and in order", names)
	}
	if len(names) < 16 {
		t.Errorf("got %d recordings, want at least 16", len(names))
	}
}

// Nobody's real number may ring because somebody tried the demo.
func TestNumbersAreReservedForExamplesAndDifferent(t *testing.T) {
	by := map[string]string{}
	anonymous := 0
	for _, rec := range recordings(t) {
		if rec.From == "anonymous" {
			anonymous++
			continue
		}
		if !reserved.MatchString(rec.From) {
			t.Errorf("%s: %s is not reserved for examples", rec.Name, rec.From)
		}
		if other, taken := by[rec.From]; taken {
			t.Errorf("%s and %s both call from %s", other, rec.Name, rec.From)
		}
		by[rec.From] = rec.Name
	}
	if anonymous != 1 {
		t.Errorf("got %d anonymous callers, want 1", anonymous)
	}
}

func TestNoSentenceIsSaidTwice(t *testing.T) {
	said := map[string]string{}
	for _, rec := range recordings(t) {
		for _, l := range rec.Lines {
			words := strings.Join(strings.FieldsFunc(strings.ToLower(l.Say), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ")
			if words == "" {
				continue
			}
			if other, again := said[words]; again {
				t.Errorf("%s repeats %q, which %s says", rec.Name, l.Say, other)
			}
			said[words] = rec.Name
		}
	}
}

func TestPeopleTalkAsLongAsPeopleDo(t *testing.T) {
	for _, rec := range recordings(t) {
		n := 0
		for _, l := range rec.Lines {
			if l.Say != "" {
				n++
			}
			if l.Duration() > 9*time.Second {
				t.Errorf("%s: %q takes %s", rec.Name, l.Say, l.Duration())
			}
		}
		if rec.Name == "says-nothing" {
			continue
		}
		if n < fewest || n > most {
			t.Errorf("%s: got %d sentences, want %d to %d", rec.Name, n, fewest, most)
		}
	}
}

// What two say at once is hard to read in a demo, and one person cannot do it.
func TestNobodyTalksOverAnybody(t *testing.T) {
	for _, rec := range recordings(t) {
		for i, l := range rec.Lines {
			if i == 0 {
				continue
			}
			before := rec.Lines[i-1]
			if l.On == before.On && l.Round == before.Round && l.At < before.At+before.Duration() {
				t.Errorf("%s: on %s at %s comes before %q is said", rec.Name, l.On, l.At, before.Say)
			}
		}
	}
}

// A recording is played into a live call, where a supervisor may keep any anchor but
// the first from coming. The call ends all the same.
func TestEveryCallEndsByItself(t *testing.T) {
	for _, rec := range recordings(t) {
		last := time.Duration(0)
		for _, l := range rec.Lines {
			if l.On == recording.OnAnswered && l.Who == recording.Customer && l.Hangup {
				last = l.At
			}
		}
		if last < 60*time.Second || last > longest {
			t.Errorf("%s: the customer hangs up %s after the answer at the latest, want 1m to %s", rec.Name, last, longest)
		}
	}
}

// A call that an operator has joined ends as calls do: somebody says goodbye.
func TestEveryTalkWithAnOperatorEnds(t *testing.T) {
	for _, rec := range recordings(t) {
		if !slices.ContainsFunc(rec.Lines, func(l recording.Line) bool { return l.On == recording.OnOperator && l.Hangup }) {
			t.Errorf("%s: nobody hangs up after an operator has joined", rec.Name)
		}
		if !slices.ContainsFunc(rec.Lines, func(l recording.Line) bool { return l.On == recording.OnLeft && (l.Hangup || l.Key != "") }) {
			t.Errorf("%s: the customer neither hangs up nor presses a key when the operator has left", rec.Name)
		}
	}
}
