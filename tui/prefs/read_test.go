package prefs

import (
	"errors"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAFileSaysAllThatAConfigHolds(t *testing.T) {
	yes, no := true, false
	got, err := Read("console.yaml", []byte(`
theme: dusk
background: light
color: 256
themes:
  dusk: {base: default, text: "#E6eaf2", dim: 246, bad: bright-red}
keys:
  transfer: t
  mute: [m, ctrl+k, " "]
  help: "?"
columns: [state, caller]
density: compact
views:
  upset: "mood<-.3 !bot"
ascii: true
ambiguous: true
calm: true
mouse: false
bell: no-not-this
`))
	want := Config{
		Theme: "dusk", Background: "light", Color: "256",
		Themes:  map[string]Theme{"dusk": {Base: "default", Text: "#E6eaf2", Dim: "246", Bad: "bright-red"}},
		Keys:    map[string][]string{"transfer": {"t"}, "mute": {"m", "ctrl+k", "space"}, "help": {"?"}},
		Columns: []string{"state", "caller"}, Density: "compact", Views: map[string]string{"upset": "mood<-.3 !bot"},
		ASCII: &yes, Ambiguous: true, Calm: true, Mouse: &no,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("read (-want +got):\n%s", diff)
	}
	if err == nil || err.Error() != `console.yaml: line 19, column 7: bell must be true or false, not "no-not-this"` {
		t.Errorf("it says %v", err)
	}
}

func TestNoFileIsAsGoodAsAnEmptyOne(t *testing.T) {
	for _, text := range []string{"", "\n", "# nothing\n", "---\n", "null\n"} {
		if c, err := Read("console.yaml", []byte(text)); err != nil || !reflect.DeepEqual(c, Config{}) {
			t.Errorf("%q: %+v, %v", text, c, err)
		}
	}
}

// "unknown keys refused with nearest name; every mistake in one pass with line and column;
// friendly words".
func TestEveryMistakeIsToldWithItsPlace(t *testing.T) {
	for name, tt := range map[string]struct {
		text string
		want []string
	}{
		"an unknown setting":          {"them: dusk", []string{`line 1, column 1: there is no setting "them"; did you mean "theme"?`}},
		"one that is like no other":   {"fontsize: 12", []string{`line 1, column 1: there is no setting "fontsize"; possible are: theme, background, `}},
		"many at once, in order":      {"density: loose\ncalm: maybe\ncolour: 256\n", []string{"line 1, column 10: density must be comfortable or compact, not \"loose\"", "line 2, column 7: calm must be true or false", "line 3, column 1: there is no setting \"colour\"; did you mean \"color\"?"}},
		"twice":                       {"calm: true\ncalm: true", []string{`line 2, column 1: "calm" is given twice: it stands in line 1 already`}},
		"a list":                      {"- calm", []string{"line 1, column 1: the file must be a setting and a colon on each line, not a list"}},
		"a colour without quotes":     {"themes:\n  mine:\n    bad: #ff0000\n", []string{`line 3, column 9: bad is empty: a colour such as "#e69f00" must stand in quotes, for # begins a comment`}},
		"no colour":                   {"themes: {mine: {bad: 256, dim: '007', row: rad, rule: '#12'}}", []string{"bad must be a colour", "dim must be a colour", `not "rad"; did you mean "red"?`, "rule must be a colour"}},
		"an unknown tone":             {"themes: {mine: {backround: red}}", []string{`there is no colour "backround"; possible are: base, text`}},
		"a theme that changes itself": {"themes: {mine: {base: mine}}", []string{`the theme "mine" cannot change itself`}},
		"no key":                      {"keys: {mute: ~, hold: [], claim: 'ctrl k', why: [w, w], listen: {a: b}}", []string{`the keys of "mute": a key is missing, or must stand in quotes`, `the keys of "hold" must be from 1 to 8, not 0`, `the keys of "claim": a key has no space in it`, `"w" is given twice`, `the keys of "listen" must be keys, as in t`}},
		"a column that is no word":    {"columns: [state, 'a b']", []string{`line 1, column 18: columns must be one word of letters`}},
		"a view of two lines":         {"views: {a: \"b\\nc\", d: ''}", []string{`the view "a" must be one line of letters that can be shown`, `the view "d" must be a text, not nothing`}},
		"hostile text":                {"theme: \"\\e]0;x\\a\"", []string{`theme must be one word of letters, digits and dashes, at most 40, not "\x1b]0;x\a"`}},
		"no YAML":                     {"theme: [dusk", []string{"line 1: this is not YAML: the indentation does not fit, or a quote or bracket is not closed"}},
		"a tab":                       {"keys:\n\tmute: m", []string{"line 2: this is not YAML: a tab"}},
		"two documents":               {"calm: true\n---\ncalm: false", []string{"line 2, column 1: a second document begins here"}},
		"a file that is too long":     {strings.Repeat("#\n", maxFile), []string{"the file has 128 KiB, but may have 64"}},
	} {
		_, err := Read("console.yaml", []byte(tt.text))
		var m Mistakes
		if !errors.As(err, &m) || len(m) != len(tt.want) {
			t.Errorf("%s: says %v, want %d mistakes", name, err, len(tt.want))
			continue
		}
		for i, want := range tt.want {
			if got := m[i].String(); !strings.Contains(got, want) || !strings.HasPrefix(got, "console.yaml: ") {
				t.Errorf("%s: says\n%s, want\n%s", name, got, want)
			}
		}
	}
}

func TestWhatIsRightInABrokenFileIsRead(t *testing.T) {
	c, err := Read("console.yaml", []byte("calm: true\nthem: x\n"))
	if err == nil || !c.Calm {
		t.Errorf("read %+v, %v", c, err)
	}
}

// The sample is all comments; without the marks it is a file that sets everything.
func TestTheSampleParsesAndNamesEveryField(t *testing.T) {
	if c, err := Read("sample", []byte(Sample())); err != nil || !reflect.DeepEqual(c, Config{}) {
		t.Errorf("as it stands it says %+v, %v; want nothing", c, err)
	}
	uncommented := regexp.MustCompile(`(?m)^#(\S|  +[a-z]+:)`).ReplaceAllString(Sample(), "$1")
	c, err := Read("sample", []byte(uncommented))
	if err != nil {
		t.Fatal(err)
	}
	for at, v := range map[string]reflect.Value{"": reflect.ValueOf(c), "a theme's ": reflect.ValueOf(c.Themes["dusk"])} {
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			if v.Field(i).IsZero() && name != "Ambiguous" && name != "Calm" { // whose samples say false
				t.Errorf("the sample says nothing about %s%s", at, name)
			}
		}
	}
	for _, word := range []string{"ambiguous", "calm"} {
		if !strings.Contains(Sample(), "\n#"+word+": false\n") {
			t.Errorf("the sample says nothing about %s", word)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(Sample()))
	f.Add([]byte("a: &a [*a]\nkeys: {<<: *a}"))
	f.Fuzz(func(t *testing.T, text []byte) {
		_, err := Read("f", text)
		var m Mistakes
		if err != nil && (!errors.As(err, &m) || len(m) == 0 || len(m) > maxMistakes) {
			t.Errorf("an error of %d mistakes", len(m))
		}
	})
}
