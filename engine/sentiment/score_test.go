package sentiment

import (
	"strings"
	"sync"
	"testing"

	"github.com/jonreiter/govader"

	"switchboard/engine"
)

// What VADER is known to get wrong, and a few more of each kind.
func TestComplaintsScoreBelowWhatIsCalm(t *testing.T) {
	complaints := []string{
		"no no no i already told you that three times",
		"oh great it dropped again",
		"I want to speak to a manager, this is the third time.",
		"still nothing",
		"so nobody wrote that down",
		"I've been on hold for forty minutes.",
		"that's not what i asked",
		"I'm not happy with that at all.",
		"This is unacceptable.",
	}
	calm := []string{
		"My account number is five five one two.",
		"yes that's right",
		"thank you so much",
		"What time do you close on Saturday?",
		"no problem at all",
		"okay bye",
		"I'd like to change my address, please.",
	}
	for _, c := range complaints {
		for _, k := range calm {
			if a, b := Of(c), Of(k); !a.Scored || !b.Scored || a.Polarity >= b.Polarity {
				t.Errorf("%s %q is not below %s %q", a.Polarity, c, b.Polarity, k)
			}
		}
	}
	for _, thanks := range []string{"Thank you so much, you've been very helpful.", "oh that's wonderful", "perfect thanks"} {
		if s := Of(thanks); s.Polarity < 300 {
			t.Errorf("%q: %s, want a positive score", thanks, s.Polarity)
		}
	}
}

// "None is never zero": where hardly a word is known, nothing is said.
func TestWhatIsNotUnderstoodIsNotScored(t *testing.T) {
	for _, text := range []string{
		"", " ", "…", "\xff\xfe\x00", "?!", "Kowalczyk Wojciechowska", "zxqv blorp fnargl",
		"Hola, quiero hablar de mi factura, por favor.", "no entiendo por qué me cobran esto", "ich möchte bitte jemanden sprechen",
		"здравствуйте, у меня проблема", "問題があります", "مرحبا لدي مشكلة",
	} {
		if s := Of(text); s.Scored || s.Polarity != 0 {
			t.Errorf("%q is scored %s", text, s.Polarity)
		}
	}
	for _, text := range []string{"yes", "hello", "no", "my name is Wojciech Kowalczyk", "w o j c i e c h", "5550123"} {
		if !Of(text).Scored {
			t.Errorf("%q is not scored", text)
		}
	}
}

func TestWritingDoesNotChangeTheScore(t *testing.T) {
	want := Of("i cant believe its still not working")
	for _, text := range []string{
		"I can't believe it's still not working", "I CAN’T BELIEVE IT’S STILL NOT WORKING", "  i cant\tbelieve its\r\nstill not working",
		"um i can't uh believe it's still not er working",
	} {
		if got := Of(text); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

// What is said beyond the limit changes nothing, and however long a text is, it is
// scored at once.
func TestALongTextCostsNoMore(t *testing.T) {
	long := strings.Repeat("it still does not work ", 200_000)
	if got, want := Of(long), Of(long[:maxText]); got != want {
		t.Errorf("%v, want %v", got, want)
	}
	if n := testing.AllocsPerRun(20, func() { Of(long) }); n > 20 {
		t.Errorf("%g allocations for a long text", n)
	}
}

func TestReasonsNameWhatWeighedMost(t *testing.T) {
	score, reasons := Why("this is unacceptable and I'm furious", 4)
	if score != Of("this is unacceptable and I'm furious") || len(reasons) != 4 || reasons[0].Weight >= 0 {
		t.Errorf("got %v, %v", score, reasons)
	}
	for i := 1; i < len(reasons); i++ {
		if abs(reasons[i].Weight) > abs(reasons[i-1].Weight) {
			t.Errorf("%v is not in the order of weight", reasons)
		}
	}
	if _, none := Why("", 4); len(none) > 4 {
		t.Error("more reasons than asked for")
	}
}

func TestManyMayScoreAtOnce(t *testing.T) {
	want := Of("this is the third time i call")
	var done sync.WaitGroup
	for range 8 {
		done.Go(func() {
			for range 200 {
				if got := Of("this is the third time i call"); got != want {
					t.Errorf("%v, want %v", got, want)
					return
				}
				Of("thank you very much")
			}
		})
	}
	done.Wait()
}

func TestWeightsThatAreNoneAreRefused(t *testing.T) {
	for name, text := range map[string]string{
		"nothing":      "",
		"another kind": "weights\n\t1\t1\n",
		"no number":    magic + "\n\t1\t1\nstill\tx\t1\n",
		"one weight":   magic + "\n\t1\t1\nstill\t1\n",
		"too heavy":    magic + "\n\t1\t1\nstill\t99999\t1\n",
		"twice":        magic + "\n\t1\t1\nstill\t1\t1\nstill\t1\t1\n",
	} {
		if _, err := ReadWeights(text); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	w, err := ReadWeights(WriteWeights(Weight{-3, 4}, []Feature{{"b", Weight{1, 2}}, {"a", Weight{-5, 6}}}))
	if err != nil || w.bias != (Weight{-3, 4}) || w.items[w.index["a"]] != (Weight{-5, 6}) || w.items[w.index["b"]] != (Weight{1, 2}) {
		t.Errorf("%v, %v", w, err)
	}
}

func FuzzAnyTextIsScored(f *testing.F) {
	for _, text := range []string{"still nothing", "¿qué?", "\xff", "a\u0301\u0301", strings.Repeat("é", 3000), "don’t", "I'm 3rd"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s := Of(text)
		if s.Polarity < -1000 || s.Polarity > 1000 || !s.Scored && s.Polarity != 0 || s != Of(text) {
			t.Errorf("%q: %v", text, s)
		}
	})
}

var benchSentences = []string{
	"I've been waiting for three weeks and nobody has called me back about the refund.",
	"um yeah so my account number is five five one two",
	"okay thank you very much",
	"no that's not what i asked i asked why it was charged twice and you keep telling me the same thing",
}

func BenchmarkScore(b *testing.B) {
	b.ReportAllocs()
	Of("") // the weights are read once
	i := 0
	for b.Loop() {
		Of(benchSentences[i%len(benchSentences)])
		i++
	}
}

func BenchmarkGovader(b *testing.B) {
	b.ReportAllocs()
	v := govader.NewSentimentIntensityAnalyzer()
	i := 0
	for b.Loop() {
		v.PolarityScores(benchSentences[i%len(benchSentences)])
		i++
	}
}

func BenchmarkReadWeights(b *testing.B) {
	for b.Loop() {
		if _, err := ReadWeights(embedded); err != nil {
			b.Fatal(err)
		}
	}
}

func TestFlags(t *testing.T) {
	const r, l, s = engine.FlagRequest, engine.FlagLeave, engine.FlagSafety
	for text, want := range map[string]engine.Flags{
		"Can I speak to a manager, please?":                        r,
		"um agent":                                                 r,
		"just give me a real person":                               r,
		"Put me through to somebody who can decide.":               r,
		"I'm moving to another provider.":                          l,
		"Close my account, I've had enough.":                       l,
		"My mother can't breathe, send an ambulance.":              s,
		"I don't want to be here any more.":                        s,
		"I smell gas in the kitchen.":                              s,
		"Get me your manager or I'm taking my business elsewhere.": r | l,

		// Near misses.
		"the agent told me on monday":                   0,
		"A real person signed for it.":                  0,
		"the lease ends when i leave the flat":          0,
		"I'd like to cancel my appointment on Tuesday.": 0,
		"the gas bill": 0,
		"I already spoke to your manager yesterday.":          0,
		"My manager asked me to call you.":                    0,
		"I was bored to death.":                               0,
		"I don't need to speak to anybody, thanks.":           0,
		"I nearly had a heart attack when I saw the bill.":    0,
		"it's a killer deal i'll take it":                     0,
		"We leave for the airport at four.":                   0,
		"can i switch to paperless statements":                0,
		"the person at the counter was very kind":             0,
		"you were the operator I talked to, weren't you":      0,
		"How do I close the window in the app?":               0,
		"The ambulance bill from March is a hundred dollars.": 0,
	} {
		if got := Of(text).Flags; got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestPatternsOfFlagsAreGood(t *testing.T) {
	for _, p := range flagPatterns {
		for _, text := range append(p.phrases, p.except...) {
			if _, err := engine.ParsePhrase(text); err != nil {
				t.Errorf("%q: %v", text, err)
			}
		}
	}
}

// A word stands in one class: which of two counted would be a matter of their order.
func TestAWordStandsInOneClass(t *testing.T) {
	of := map[string]string{}
	for _, c := range classes {
		for w := range strings.FieldsSeq(c.words) {
			if other, ok := of[w]; ok {
				t.Errorf("%q stands in %s and in %s", w, other, c.name)
			}
			of[w] = c.name
		}
	}
}
