package filter

import (
	"errors"
	"iter"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// A caller is a call as a test tells it.
type caller struct {
	words   map[Key][]string
	figures map[Key]int
}

func (c caller) Words(k Key) iter.Seq[string] { return slices.Values(c.words[k]) }

func (c caller) Figure(k Key) (int, bool) {
	n, ok := c.figures[k]
	return n, ok
}

func mette() caller {
	return caller{
		words: map[Key][]string{
			KeyWords: {"Mette Sørensen", "+1 202 555 0142", "Ida", "sustained-negative"},
			KeyName:  {"Mette Sørensen"}, KeyNumber: {"+12025550142"}, KeyWith: {"Ida", "+12025550166"},
			KeyState: {"hold"}, KeyRule: {"sustained-negative"}, KeyGroup: {"Tier 2"}, KeyFeed: {"phone"},
			KeyIs: {"marked", "claimed"}, KeyLanguage: {"english"},
		},
		figures: map[Key]int{KeyMood: -31, KeyTime: 372},
	}
}

func TestFilterLetsThroughWhatItSays(t *testing.T) {
	for text, want := range map[string]bool{
		"":                          true,
		"   ":                       true,
		"mette":                     true,
		"METTE":                     true,
		"sorensen":                  true,
		"SØRENSEN":                  true,
		"søren":                     true,
		"hanne":                     false,
		"mette ida":                 true,
		"mette hanne":               false,
		"mette|hanne":               true,
		"hanne or mette":            true,
		"hanne OR sara":             false,
		`"mette sor"`:               true,
		`"sorensen mette"`:          false,
		`"mette sor`:                true, // a quote is closed by the end
		"!hanne":                    true,
		"!mette":                    false,
		"!!mette":                   true,
		"!mette|ida":                true,
		"!(":                        true,
		"0142":                      true,
		"555-0142":                  true,
		`"555 0142"`:                true,
		"0143":                      false,
		"state:hold":                true,
		"state:HOLD":                true,
		"state=hold":                true,
		"state:ho":                  true,
		"state:hold,blind":          true,
		"state:blind,hold,":         true,
		"state:blind":               false,
		"!state:blind":              true,
		"state:talk|mood<0":         true,
		"state:talk | mood<0":       true,
		"state:talk|mood<0 hanne":   false,
		"mood<-.3":                  true,
		"mood<−.3":                  true,
		"mood<-0.30":                true,
		"mood<-0,3":                 true,
		"mood:<-.3":                 true,
		"mood<-.31":                 false,
		"mood<=-.31":                true,
		"mood≤-.31":                 true,
		"mood=-.31":                 true,
		"mood>=.1":                  false,
		"mood>-1":                   true,
		"time>5m":                   true,
		"time>5":                    true,
		"time>6:12":                 false,
		"time>=6:12":                true,
		"time=6m12s":                true,
		"time<1h30m":                true,
		"time>372s":                 false,
		"with:ida":                  true,
		"operator:ida":              true,
		"with:0166":                 true,
		"!with:ida":                 false,
		"with:sara,ida":             true,
		"rule:sustained":            true,
		"queue:tier":                true,
		`group:"tier 2"`:            true,
		"group:tier,billing":        true,
		"number:0142":               true,
		`number:"(202) 555-0142"`:   true,
		"number:0143":               false,
		"number:withheld":           false,
		"name:sorensen":             true,
		"name:ida":                  false,
		"feed:phone":                true,
		"feed:stream":               false,
		"is:marked":                 true,
		"is:mar":                    true,
		"is:mine":                   false,
		"is:mine,claimed":           true,
		"is:marked !is:mine":        true,
		"lang:english":              true,
		"language:spanish":          false,
		"mette mood<0 is:marked":    true,
		"mette mood<0 is:recorded":  false,
		"14:30":                     false,
		`"state:hold"`:              false,
		"state:hold|state:blind":    true,
		"  mette \t state:hold \n ": true,
	} {
		f, err := Parse(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if got := f.Match(mette()); got != want {
			t.Errorf("%q lets her through: %v", text, got)
		}
	}
}

func TestCallWithoutAFigureIsOnNeitherSideOfOne(t *testing.T) {
	for text, want := range map[string]bool{"mood<0": false, "mood>=0": false, "!mood<0": true} {
		f, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Match(caller{}); got != want {
			t.Errorf("%q lets a call through that has no mood: %v", text, got)
		}
	}
}

func TestWhatDoesNotServeIsSaidWithItsPlace(t *testing.T) {
	for _, c := range []struct{ text, at, why string }{
		{"mood", "", ""}, // a word
		{"ida mood<", "mood<", "mood needs a number, as mood<-.2"},
		{"mood:x", "mood:x", "mood needs a number"},
		{"mood<-2", "mood<-2", "mood needs a number"},
		{"mood<.123", "mood<.123", "mood needs a number"},
		{"time>soon", "time>soon", "time needs a while, as time>5m"},
		{"time>1m1h", "time>1m1h", "time needs a while"},
		{"time>6:75", "time>6:75", "time needs a while"},
		{"with:", "with:", "with needs a name, as with:ida"},
		{"with:,", "with:,", "with needs a name"},
		{"number:ida", "number:ida", "number needs digits, as number:0142"},
		{"state:hx", "state:hx", `there is no state "hx": hot, proposed`},
		{"is:sad", "is:sad", `there is no is "sad"`},
		{"hanne sate:hold", "sate:hold", "do you mean state:?"},
		{"moo<0", "moo<0", "do you mean mood?"},
		{"http://x", "http://x", `there is no "http"; quote it`},
		{"state<hold", "state<hold", "state is not compared"},
		{"ida !", "!", "! needs something after it"},
		{"| ida", "|", "or stands between two things"},
		{"ida or", "or", "or stands between two things"},
		{"ida || hanne", "|", "or stands between two things"},
		{`""`, `""`, "a word is missing"},
		{strings.Repeat("a ", 40), "a", "a filter asks 32 things at the most"},
		{strings.Repeat("a", 201), strings.Repeat("a", 201), "a filter has 200 letters at the most"},
	} {
		_, err := Parse(c.text)
		if c.why == "" {
			if err != nil {
				t.Errorf("%q: %v", c.text, err)
			}
			continue
		}
		var wrong *Error
		if !errors.As(err, &wrong) {
			t.Errorf("%q: %v, which says no place", c.text, err)
			continue
		}
		if !strings.Contains(wrong.Why, c.why) {
			t.Errorf("%q: %q does not say %q", c.text, wrong.Why, c.why)
		}
		if got := c.text[wrong.From:wrong.To]; got != c.at {
			t.Errorf("%q: the place is %q, not %q", c.text, got, c.at)
		}
	}
}

func TestFilterIsWrittenAsItIsRead(t *testing.T) {
	for text, want := range map[string]string{
		"  ida   MOOD<−0.20 ":    "ida mood<-.2",
		"state:hold,blind,":      "state:hold,blind",
		"a or b|c":               "a|b|c",
		`"two words" "one"`:      `"two words" one`,
		`"or"`:                   `"or"`,
		`with:"ida b",sara`:      `with:"ida b",sara`,
		"time>90":                "time>1h30m",
		"!!!is:marked":           "!is:marked",
		`"open`:                  "open",
		"mood>=+1.00 mood<.05":   "mood>=1 mood<.05",
		"queue:billing":          "group:billing",
		"is:mar state:HOLD":      "is:marked state:hold",
		"state:ho":               "state:ho",
		`"state:hold"`:           `"state:hold"`,
		"time=0s":                "time=0s",
		"+1 202":                 "+1 202",
		"Sørensen":               "Sørensen",
		"language=spanish x|y z": "lang:spanish x|y z",
	} {
		f, err := Parse(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if got := f.String(); got != want {
			t.Errorf("%q is written as %q, want %q", text, got, want)
		}
	}
}

func FuzzFilterIsWrittenAsItIsRead(f *testing.F) {
	for _, text := range []string{
		"", "state:hold mood<-.2 with:ida", `!bot "two words" or number:0142|time>5m`, `"`, "|", "!", "mood<", "a:b", "is:mar,min",
		"time>6:12", "\xff\xfe", "e\u0301 \u0301", `with:"a,b",c`, "ﬃ Ǆ ﷺ", "−–", "or or or", "name:\u00a0", "number:+1", "ß|ẞ", "\"or\"",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		Complete(text, func(Key) []string { return []string{"Ida", "two words", text} })
		Find(text, "e")
		first, err := Parse(text)
		if err != nil {
			var wrong *Error
			if !errors.As(err, &wrong) || wrong.From < 0 || wrong.From > wrong.To || wrong.To > len(text) || wrong.Why == "" {
				t.Fatalf("%q: %#v", text, err)
			}
			return
		}
		first.Match(mette())
		written := first.String()
		if utf8.RuneCountInString(written) > MaxText { // quotes were put in
			return
		}
		again, err := Parse(written)
		if err != nil {
			t.Fatalf("%q is written as %q: %v", text, written, err)
		}
		if !reflect.DeepEqual(again, first) {
			t.Fatalf("%q is written as %q, which is another", text, written)
		}
	})
}

func TestEachKeyIsExplainedByWhatItTakes(t *testing.T) {
	for k := KeyWords; k <= KeyIs; k++ {
		e := entryOf(k)
		if e.Key != k {
			t.Fatalf("key %d stands nowhere in the table", k)
		}
		sample, err := Parse(e.Sample)
		if err != nil {
			t.Errorf("the sample %q: %v", e.Sample, err)
		}
		if !sample.Asks(k) {
			t.Errorf("the sample %q does not ask for %s", e.Sample, e.Name)
		}
		if e.Says == "" || e.needs == "" {
			t.Errorf("%s is not explained", e.Name)
		}
		for _, w := range e.Closed {
			if _, err := Parse(e.Name + ":" + w.Word); err != nil || w.Says == "" {
				t.Errorf("%s:%s: %v, %q", e.Name, w.Word, err, w.Says)
			}
		}
		for _, name := range append([]string{e.Name}, e.Also...) {
			if found, ok := keyOf(name); e.Name != "" && (!ok || found.Key != k) {
				t.Errorf("%q is taken for %v", name, found)
			}
		}
		if e.needs != "" && e.Name != "" && !strings.HasPrefix(e.needs, e.Name) {
			t.Errorf("%q does not begin with what needs it", e.needs)
		}
	}
	for _, line := range Help() {
		if _, err := Parse(line.Typed); err != nil {
			t.Errorf("the help tells to type %q: %v", line.Typed, err)
		}
	}
}

func TestCompletionGoesOnWhereOneTypes(t *testing.T) {
	open := func(k Key) []string {
		if k == KeyWith {
			return []string{"Ida", "Maria Ida", "Omar", "Two Words"}
		}
		return nil
	}
	for _, c := range []struct {
		text string
		want []string
	}{
		{"st", []string{"state:"}},
		{"mo", []string{"mood<"}},
		{"hanne !st", []string{"hanne !state:"}},
		{"hanne|st", []string{"hanne|state:"}},
		{"state:ho", []string{"state:hot", "state:hold"}},
		{"state:hold,bl", []string{"state:hold,blind"}},
		{"with:id", []string{"with:Ida", `with:"Maria Ida"`}},
		{`with:"maria`, []string{`with:"Maria Ida"`}},
		{"with:o", []string{"with:Omar", `with:"Two Words"`}},
		{"mood<", nil},
		{"zz", nil},
	} {
		got := Complete(c.text, open)
		var texts []string
		for _, o := range got {
			texts = append(texts, o.Text)
		}
		if !slices.Equal(texts, c.want) {
			t.Errorf("%q goes on as %q, want %q", c.text, texts, c.want)
		}
	}
}

func TestCompletionOffersEveryKeyWhereNothingIsTyped(t *testing.T) {
	for _, text := range []string{"", "state:hold ", "state:hold|"} {
		offers := Complete(text, nil)
		if len(offers) != len(Keys())-1 || offers[0].Text != text+"state:" {
			t.Errorf("%q goes on as %v", text, offers)
		}
	}
}

func TestFoldLeavesWhatIsTypedOnAnyKeyboard(t *testing.T) {
	for text, want := range map[string]string{
		"Sørensen": "sorensen", "ŁUKASZ Żak": "lukasz zak", "Ǿ ǽ Æ œ": "o ae ae oe", "María Peña": "maria pena", "Đặng": "dang", "Straße": "strasse",
		"İstanbul ısı": "istanbul isi", "e\u0301": "e", "ΆΣ": "ασ", "ﬁn": "fin", "한국": "한국", "−.2": "-.2", "Ёж": "еж",
	} {
		if got := Fold(text); got != want {
			t.Errorf("%q is folded to %q, want %q", text, got, want)
		}
		if again := Fold(Fold(text)); again != Fold(text) {
			t.Errorf("%q folded twice is %q", text, again)
		}
	}
}

func TestFindTellsWhereAWordStands(t *testing.T) {
	for _, c := range []struct {
		text, word string
		want       []string
	}{
		{"my refund, the Refund", "refund", []string{"refund", "Refund"}},
		{"Sørensen æble", "aeb", []string{"æb"}},
		{"cafe\u0301 x", "cafe", []string{"cafe\u0301"}},
		{"Straße", "ss", []string{"ß"}},
		{"aaaa", "aa", []string{"aa", "aa"}},
		{"nothing", "", nil},
		{"nothing", "\u0301", nil},
		{"\xffaé", "e", []string{"é"}},
	} {
		var got []string
		for _, s := range Find(c.text, c.word) {
			got = append(got, c.text[s.From:s.To])
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%q in %q: %q, want %q", c.word, c.text, got, c.want)
		}
	}
}

func BenchmarkMatch(b *testing.B) {
	f, err := Parse("state:hold,blind mood<-.2 sorensen !is:mine")
	if err != nil {
		b.Fatal(err)
	}
	call := mette()
	for b.Loop() {
		f.Match(call)
	}
}
