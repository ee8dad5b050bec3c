package redact_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"switchboard/engine/redact"
)

func said(id, text string, after time.Duration) redact.Sentence {
	return redact.Sentence{Call: "s1", Line: "customer", ID: id, Text: text, Heard: noon.Add(after)}
}

func TestARevisionIsHiddenLikeItsFirstForm(t *testing.T) {
	var r redact.Redactor
	first := []string{"four one one one", "one one one one", "one one", "Thank you very much for your patience.", "I have 200 of them."}
	var was []string
	for i, text := range first {
		was = append(was, r.Sentence(said(fmt.Sprint(i), text, time.Duration(i)*time.Second)))
	}
	for i, text := range first {
		s := said(fmt.Sprint(i), text, time.Minute)
		s.Revised = true
		if got := r.Sentence(s); got != was[i] {
			t.Errorf("sentence %d, told again: %q, at first %q", i, got, was[i])
		}
	}
}

func TestATwiceToldSentenceCountsOnce(t *testing.T) {
	var r redact.Redactor
	for range 3 {
		if got := r.Sentence(said("1", "4111", 0)); got != "4111" {
			t.Errorf("got %q", got)
		}
	}
	if got := r.Sentence(said("2", "22 3", time.Second)); got != "22 [redacted]" {
		t.Errorf("got %q", got)
	}
}

// A program that was started anew does not know what the first form stood behind.
func TestARevisionOfAnUnknownSentenceShowsNoNumber(t *testing.T) {
	var r redact.Redactor
	s := said("1", "1111 on the 14/03/2025", 0)
	s.Revised = true
	if got, want := r.Sentence(s), "[redacted] on the 14/03/2025"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestWhatIsHiddenStaysAsItIs(t *testing.T) {
	for _, talk := range corpus(t) {
		var first, second redact.Redactor
		for _, l := range talk {
			s := l.sentence()
			s.Text = first.Sentence(s)
			if again := second.Sentence(s); again != s.Text {
				t.Errorf("corpus.txt:%d: %q becomes %q", l.number, s.Text, again)
			}
		}
	}
}

func TestARunIsKnownAgainFromWhatIsWritten(t *testing.T) {
	var before, after redact.Redactor
	kept := before.Sentence(said("1", "It's 4111 1111", 0))
	after.Sentence(said("1", kept, 0))
	if got := after.Sentence(said("2", "1111", 3*time.Second)); got != redact.Mark {
		t.Errorf("after a restart the next digits are %q", got)
	}
}

// A partial is each beginning of a sentence, at the time of the sentence before it: what
// it shows of digits, the sentence shows.
func TestNoPartialShowsWhatItsSentenceHides(t *testing.T) {
	for _, talk := range corpus(t) {
		var r redact.Redactor
		for _, l := range talk {
			words := strings.Fields(l.text)
			for n := 1; n <= len(words); n++ {
				s := l.sentence()
				s.ID, s.Text = "", strings.Join(words[:n], " ")
				if got, want := written(r.Partial(s)), written(l.want); !subsequence(got, want) {
					t.Errorf("corpus.txt:%d: the partial %q shows the digits %s, the sentence %s", l.number, s.Text, got, want)
				}
			}
			r.Sentence(l.sentence())
		}
	}
}

// written returns the digits of a text, written or said, one after the other.
func written(text string) string {
	var b strings.Builder
	for _, w := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if n, ok := numerals[w]; ok {
			w = n
		}
		for _, r := range w {
			if unicode.IsDigit(r) {
				b.WriteRune(r)
			}
		}
	}
	return b.String()
}

var numerals = map[string]string{
	"zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
	"cero": "0", "uno": "1", "dos": "2", "tres": "3", "cuatro": "4", "cinco": "5", "seis": "6", "siete": "7", "ocho": "8", "nueve": "9",
}

func subsequence(some, all string) bool {
	for _, r := range some {
		i := strings.IndexRune(all, r)
		if i < 0 {
			return false
		}
		all = all[i+len(string(r)):]
	}
	return true
}

// On a mixed line the final sentence comes seconds after its partial, when the next one
// is already being said.
func TestAPartialKnowsThePartialBeforeIt(t *testing.T) {
	var r redact.Redactor
	for _, text := range []string{"four", "four one one", "four one one one one one is it"} {
		r.Partial(said("", text, time.Second))
	}
	for _, text := range []string{"one", "one two and so on it goes for you"} {
		if got := r.Partial(said("", text, 3*time.Second)); strings.Contains(got, "one") {
			t.Errorf("the partial %q is shown as %q, behind six digits", text, got)
		}
	}
}

func TestAPartialHoldsBackWhatMayBeACode(t *testing.T) {
	var r redact.Redactor
	for _, x := range [][2]string{
		{"so it is 731", "so it is …"},
		{"so it is 731 I guess", "so it is … I guess"},
		{"I paid $300 for it", "I paid $300 for it"},
		{"I have 12 of them", "I have 12 of them"},
		{"I have 12", "I have …"},
		{"my PIN is 12", "my PIN is [redacted]"},
	} {
		if got := r.Partial(said("", x[0], 0)); got != x[1] {
			t.Errorf("%q is shown as %q, want %q", x[0], got, x[1])
		}
	}
}

func TestACodeThatIsBeingAskedForIsHiddenOnTheOtherLine(t *testing.T) {
	var r redact.Redactor
	ask := said("", "and your security code", 0)
	ask.Line = "operator"
	r.Partial(ask)
	if got := r.Sentence(said("1", "731", time.Second)); got != redact.Mark {
		t.Errorf("got %q", got)
	}
}

func TestTelephoneNumbersInErrorsStay(t *testing.T) {
	var r redact.Redactor
	for _, x := range [][2]string{
		{"+12025550123 is no number of yours (10015)", "+12025550123 is no number of yours (10015)"},
		{"cannot read 4929183477560213", "cannot read 492918[redacted]"},
		{"+4929183477560213 4929", "+492918[redacted]"},
	} {
		if got := r.Text(x[0]); got != x[1] {
			t.Errorf("%q is kept as %q, want %q", x[0], got, x[1])
		}
	}
}

func TestCallsDoNotHideOneAnothersNumbers(t *testing.T) {
	var r redact.Redactor
	r.Sentence(said("1", "411111", 0))
	other := said("2", "222222", time.Second)
	other.Call = "s2"
	if got := r.Sentence(other); got != "222222" {
		t.Errorf("got %q", got)
	}
}

func TestARunIsOverAfterFifteenSecondsByBothClocks(t *testing.T) {
	late := said("2", "1111", time.Minute)
	late.Start, late.End = noon.Add(16*time.Second), noon.Add(17*time.Second)
	for want, start := range map[string]time.Duration{"1111": 17 * time.Second, "11[redacted]": 12 * time.Second} {
		var r redact.Redactor
		first := said("1", "4111", 0)
		first.Start, first.End = noon, noon.Add(time.Second)
		r.Sentence(first)
		late.Start = noon.Add(start)
		if got := r.Sentence(late); got != want {
			t.Errorf("said %s later: %q, want %q", start, got, want)
		}
	}
}

func TestWhatIsRememberedIsLimited(t *testing.T) {
	var r redact.Redactor
	for i := range 6_000 {
		s := said(fmt.Sprint(i), "4111 1111", time.Duration(i)*time.Millisecond)
		s.Call = fmt.Sprint(i)
		r.Sentence(s)
		s.Call, s.Line = "one", fmt.Sprint("leg", i)
		r.Sentence(s)
		s.Line = "leg"
		r.Sentence(s)
	}
	calls, lines, sentences := r.Remembered()
	if calls > 4096 || lines > 4096*32 || sentences > 48*lines {
		t.Errorf("%d calls, %d lines, %d sentences are remembered", calls, lines, sentences)
	}
	s := said("late", "1", 11*time.Hour)
	for i := range 64 {
		s.Call = fmt.Sprint("new", i)
		r.Sentence(s)
	}
	if calls, _, _ := r.Remembered(); calls > 64 {
		t.Errorf("%d calls are remembered hours later", calls)
	}
}

func TestPatternsHideWhatAHouseNames(t *testing.T) {
	p, err := redact.ParsePatterns("# our own\n\n(?i)\\bcontract [a-z]{2}-[0-9]+\nGeheim\\w*\n")
	if err != nil {
		t.Fatal(err)
	}
	r := redact.New(p)
	got := r.Sentence(said("1", "My contract ab-12 is Geheimnis, 4111 1111.", 0))
	if want := "My [redacted] is [redacted], 4111 11[redacted]."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if p.Len() != 2 {
		t.Errorf("%d patterns", p.Len())
	}
}

func TestPatternsThatCannotServeAreRefused(t *testing.T) {
	_, err := redact.ParsePatterns("good\n(\nx*\n" + strings.Repeat("y", 300))
	if err == nil {
		t.Fatal("taken")
	}
	for _, want := range []string{"line 2:", "line 3: matches where there is nothing", "line 4: is longer than 256 bytes"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not tell %q", err, want)
		}
	}
	if _, err := redact.ParsePatterns(strings.Repeat("x\n", 33)); err == nil {
		t.Error("33 patterns are taken")
	}
}

// The oracle of the fuzz test: it knows what may be read, and nothing of how it is found.
var (
	seven  = regexp.MustCompile(`[0-9](?:[ \-.,/:()#*_]*[0-9]){6}`)
	moment = regexp.MustCompile(`\d{1,2}:\d\d(:\d\d)?|\d{1,2}[-./]\d{1,2}[-./](19|20)\d\d|\d{1,2}/\d{1,2}/\d\d|(19|20)\d\d[-./]\d\d[-./]\d\d`)
	money  = `(\d{1,3}[.,]\d{3}|\d{1,6})([.,]\d\d?)?`
	behind = regexp.MustCompile(`^ *` + money)
	ahead  = regexp.MustCompile(money + ` *$`)
	signs  = regexp.MustCompile(`[$€£¥%]|(?i:dollars?|bucks?|cents?|euros?|pounds?|pence|pesos?|sol(es)?|dolar(es)?|centavos?|centimos?|quid|usd|eur|gbp|mxn|percent|porciento)`)
)

// sevenDigits returns a run of seven digits that is neither dates and times nor stands
// by a sign of money.
func sevenDigits(text string) string {
	pieces := signs.Split(text, -1)
	for i, piece := range pieces {
		if i > 0 {
			piece = behind.ReplaceAllString(piece, "|")
		}
		if i < len(pieces)-1 {
			piece = ahead.ReplaceAllString(piece, "|")
		}
		if run := seven.FindString(moment.ReplaceAllString(piece, "|")); run != "" {
			return run
		}
	}
	return ""
}

func FuzzNoSevenDigitsSurvive(f *testing.F) {
	for _, talk := range corpus(f) {
		for _, l := range talk {
			f.Add(l.text)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		var r redact.Redactor
		got := r.Sentence(said("1", text, 0))
		if run := sevenDigits(got); run != "" {
			t.Errorf("%q becomes %q, in which %q is left", text, got, run)
		}
		if again := (&redact.Redactor{}).Sentence(said("1", got, 0)); !subsequence(written(again), written(got)) {
			t.Errorf("%q becomes %q, and that %q: something comes back", text, got, again)
		}
		partial := r.Partial(said("", text, time.Hour))
		if run := sevenDigits(partial); run != "" {
			t.Errorf("the partial %q is shown as %q, in which %q is left", text, partial, run)
		}
	})
}

// Numbers as long as a card's are said in every mixture of ways that the seed gives.
func TestNoCardSurvivesHoweverItIsSaid(t *testing.T) {
	between := []string{" ", " ", " ", ", ", "-", " um ", " dash ", " ... ", ". ", " eh, ", " guion "}
	units := []string{"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"}
	unidades := []string{"cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"}
	for seed := range uint64(2000) {
		chance := rand.New(rand.NewPCG(seed, 1))
		var r redact.Redactor
		text, shown, sentence := "", "", 0
		say := func() {
			shown += " " + r.Sentence(said(fmt.Sprint(sentence), text, time.Duration(sentence)*5*time.Second))
			sentence++
			text = ""
		}
		for range 16 {
			d := chance.IntN(10)
			switch chance.IntN(3) {
			case 0:
				text += fmt.Sprint(d)
			case 1:
				text += " " + units[d]
			default:
				text += " " + unidades[d]
			}
			text += between[chance.IntN(len(between))]
			if chance.IntN(5) == 0 {
				say()
			}
		}
		say()
		if left := len(written(shown)); left > 6 {
			t.Errorf("seed %d: %d digits are left of sixteen: %q", seed, left, shown)
		}
	}
}

func BenchmarkSentence(b *testing.B) {
	for name, text := range map[string]string{
		"plain":  "I have been waiting for the parcel since Tuesday and nobody tells me where it is.",
		"amount": "You charged me $1,250.00 on March 14, 2025 and again 300 dollars at 10:30.",
		"worst":  strings.Repeat("pin 1 x ", 512),
		"crowd":  strings.Repeat("123 y ", 680),
		"card":   "My card is four one one one, one one one one, one one one one, one one one one.",
	} {
		b.Run(name, func(b *testing.B) {
			var r redact.Redactor
			b.ReportAllocs()
			i := 0
			ids := [64]string{}
			for i := range ids {
				ids[i] = fmt.Sprint(i)
			}
			for b.Loop() {
				i++
				r.Sentence(said(ids[i%64], text, time.Duration(i)*time.Minute))
			}
		})
	}
}
