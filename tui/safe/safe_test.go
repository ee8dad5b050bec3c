package safe_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"switchboard/tui/safe"
)

const limit = 60

// hostile are strings that a caller, a carrier or a provider may send, and what the
// supervisor sees of them.
var hostile = []struct{ about, raw, want string }{
	{"plain", "Mette Sørensen", "Mette Sørensen"},
	{"clear screen", "a\x1b[2Jb", "ab"},
	{"colour", "\x1b[32mcalm\x1b[0m", "calm"},
	{"clipboard", "x\x1b]52;c;ZXZpbA==\ay", "xy"},
	{"title ended by ST", "x\x1b]0;evil\x1b\\y", "xy"},
	{"title without an end", "Nina\x1b]0;evil", "Nina"},
	{"device control", "a\x1bPq#0\x1b\\b", "ab"},
	{"reset", "a\x1bcb", "ab"},
	{"ask for the cursor", "a\x1b[6nb", "ab"},
	{"link", "\x1b]8;;https://evil.example\x1b\\bank\x1b]8;;\x1b\\", "bank"},
	{"escape of an escape", "\x1b\x1b[2J[2J", "[2J"},
	{"raw C1", "a\x9b2Jb", "a\uFFFD2Jb"},
	{"C1 as UTF-8, CSI", "a\u009b2Jb", "a2Jb"},
	{"C1 as UTF-8, OSC", "a\u009d0;evil\u009cb", "a0;evilb"},
	{"carriage return", "angry\rcalm", "angry calm"},
	{"backspace", "ab\b\bcd", "abcd"},
	{"line feed", "a\nb\n\nc", "a b c"},
	{"tab", "a\tb", "a b"},
	{"NEL, LS and PS", "a\u0085b\u2028c\u2029d", "a b c d"},
	{"bell", "a\ab", "ab"},
	{"NUL and DEL", "a\x00b\x7fc", "abc"},
	{"shift out", "a\x0eb\x0f", "ab"},
	{"right-to-left override", "abc\u202egpj.exe", "abcgpj.exe"},
	{"bidi isolates", "\u2066a\u2067b\u2069", "ab"},
	{"Arabic letter mark", "a\u061cb", "ab"},
	{"zero width", "a\u200bb\u200cc\u200dd\u2060e", "abcde"},
	{"byte order mark", "\ufeffNina", "Nina"},
	{"tag characters", "ok\U000e0041\U000e0042", "ok"},
	{"soft hyphen", "a\u00adb", "ab"},
	{"variation selectors", "a\ufe0fb\U000e0100c", "abc"},
	{"zalgo", "Z\u0301\u0302\u0303\u0304\u0305\u0306a", "Z\u0301\u0302a"},
	{"a mark in front", "\u0301abc", "abc"},
	{"an enclosing mark on a space", "a \u20ddb", "a b"},
	{"blank letters", "a\u3164b\u115fc\uffa0d\u2800e", "a b c d e"},
	{"private use", "a\ue000b\U000f0000c", "a\uFFFDb\uFFFDc"},
	{"no characters", "a\ufffeb\ufdd0c\U0001ffffd", "a\uFFFDb\uFFFDc\uFFFDd"},
	{"invalid UTF-8", "a\xff\xfeb", "a\uFFFDb"},
	{"a rune cut in two", "abc\xc3", "abc\uFFFD"},
	{"surrogate halves", "a\xed\xa0\x80b", "a\uFFFDb"},
	{"wide spaces", "a\u00a0b\u2003c\u3000d", "a b c d"},
	{"spaces all around", "   a    b   ", "a b"},
	{"only spaces", " \t\r\n\u2800", ""},
	{"empty", "", ""},
	{"a flag", "\U0001f1e9\U0001f1f0", "DK"},
	{"skin tones", "\U0001f44d\U0001f3fd\U0001f3fd", "\U0001f44d"},
	{"a family", "\U0001f468\u200d\U0001f469", "\U0001f468\U0001f469"},
	{"Hebrew stays", "שלום", "שלום"},
	{"wide letters stay", "山田太郎", "山田太郎"},
	{"very long", strings.Repeat("ab ", 4000), strings.Repeat("ab ", 19) + "ab…"},
	{"nothing but marks", strings.Repeat("\u0300", 500), ""},
	{"a sound mark of half width in front", "\uff9eabc \uff9fd", "abc d"},
	{"a joiner between marks", "e\u0301\u034f\u0301\u034f\u0301", "e\u0301\u0301"},
	{"SIP with a sequence", "sip:a\x1b[31m@example.com", "sip:a@example.com"},
}

func TestHostileTextIsDisarmed(t *testing.T) {
	if len(hostile) < 40 {
		t.Fatalf("%d hostile strings, want 40 at least", len(hostile))
	}
	for _, h := range hostile {
		t.Run(h.about, func(t *testing.T) {
			if got := safe.Clean(h.raw, limit); string(got) != h.want {
				t.Errorf("Clean(%q)\n got %q\nwant %q", h.raw, got, h.want)
			}
		})
	}
}

func TestCutTextEndsInAnEllipsis(t *testing.T) {
	for _, c := range []struct {
		raw   string
		limit int
		want  string
	}{
		{"abcdef", 6, "abcdef"}, {"abcdef", 5, "abcd…"}, {"ab cdef", 4, "ab…"}, {"abc", 1, "…"}, {"abc", 0, ""}, {"abc", -1, ""},
		{"åäö", 3, "åäö"}, {"åäöü", 3, "åä…"}, {"  a", 1, "a"},
	} {
		if got := safe.Clean(c.raw, c.limit); string(got) != c.want {
			t.Errorf("Clean(%q, %d) = %q, want %q", c.raw, c.limit, got, c.want)
		}
	}
}

func TestNumbersAreGrouped(t *testing.T) {
	for raw, want := range map[string]safe.Text{
		"+12025550142":           "+1 202 555 0142",
		"+441632960167":          "+44 1632 960 167",
		"+442079460123":          "+44 20 7946 0123",
		"+441134960123":          "+44 113 496 0123",
		"+441614960123":          "+44 161 496 0123",
		"+448081570123":          "+44 808 157 0123",
		"+447700900123":          "+44 7700 900 123",
		"+44800111":              "+44 800 111",
		"+4530555014":            "+45 305 550 14",
		"+35315550142":           "+353 155 501 42",
		"anonymous":              safe.Withheld,
		"Anonymous":              safe.Withheld,
		"":                       safe.Withheld,
		"  ":                     safe.Withheld,
		"\x1b[2J":                safe.Withheld,
		"sip:ida@example.com":    "sip:ida@example.com",
		"+1202555014x":           "+1202555014x",
		"911":                    "911",
		"+1\x1b[2J2025550142":    "+12025550142",
		"+120255501422025550142": "+120255501422025550142",
	} {
		if got := safe.Number(raw); got != want {
			t.Errorf("Number(%q) = %q, want %q", raw, got, want)
		}
	}
}

func TestNameThatLooksLikeANumberIsQuoted(t *testing.T) {
	for raw, want := range map[string]safe.Text{
		"+1 202 555 0100": "“+1 202 555 0100”",
		"(202) 555-0100":  "“(202) 555-0100”",
		"Nina 2":          "Nina 2",
		"Nina":            "Nina",
		"":                "",
		"…":               "…",
	} {
		if got := safe.Name(raw, 24); got != want {
			t.Errorf("Name(%q) = %q, want %q", raw, got, want)
		}
	}
}

// FuzzClean holds what a Text promises against everything.
func FuzzClean(f *testing.F) {
	for _, h := range hostile {
		f.Add(h.raw, limit)
		f.Add(h.raw, 5)
	}
	f.Fuzz(func(t *testing.T, raw string, limit int) {
		limit %= 300
		got := string(safe.Clean(raw, limit))
		if !utf8.ValidString(got) {
			t.Fatalf("not UTF-8: %q", got)
		}
		if n := utf8.RuneCountInString(got); n > max(limit, 0) {
			t.Fatalf("%d runes, want %d at most: %q", n, limit, got)
		}
		if ansi.Strip(got) != got {
			t.Fatalf("sequences left: %q", got)
		}
		if strings.TrimSpace(got) != got || strings.Contains(got, "  ") {
			t.Fatalf("spaces left: %q", got)
		}
		marks := 0
		for _, r := range got {
			if r != ' ' && !unicode.IsGraphic(r) || unicode.In(r, unicode.C, unicode.Bidi_Control, unicode.Variation_Selector) {
				t.Fatalf("%U left: %q", r, got)
			}
			if marks++; !unicode.Is(unicode.M, r) {
				marks = 0
			}
			if marks > 2 {
				t.Fatalf("three marks in a row: %q", got)
			}
		}
		if again := string(safe.Clean(got, limit)); again != got {
			t.Fatalf("not idempotent: %q, then %q", got, again)
		}
	})
}
