package tui

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/charmbracelet/x/ansi"
	eawidth "golang.org/x/text/width"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// "ASCII glyph set: every glyph of ours has one": whatever sign stands in a string of this
// package is in the table, and what it becomes is ASCII.
func TestEverySignOfOursHasOneInASCII(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no sources", err)
	}
	set := token.NewFileSet()
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") || name == "ascii.go" {
			continue
		}
		file, err := parser.ParseFile(set, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING && lit.Kind != token.CHAR {
				return true
			}
			text := strings.Trim(lit.Value, "`'")
			if s, err := strconv.Unquote(lit.Value); err == nil {
				text = s
			}
			for _, r := range text {
				if _, ok := glyphs[r]; !ok && r >= 0x80 && !unicode.Is(unicode.Co, r) {
					t.Errorf("%s: %c (%U) has no line in glyphs", set.Position(lit.Pos()), r, r)
				}
			}
			return true
		})
	}
	for r, glyph := range glyphs {
		if glyph == "" || strings.IndexFunc(glyph, func(r rune) bool { return r < ' ' || r > '~' }) >= 0 {
			t.Errorf("%c becomes %q", r, glyph)
		}
	}
}

// No picture that is kept would show a question mark in place of a sign of ours.
func TestNoPictureHasASignWithoutASCII(t *testing.T) {
	files, err := filepath.Glob("testdata/frames/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no pictures", err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range string(text) {
			if r >= 0x80 && asciiOf(r) == "?" && r != '\uFFFD' && !unicode.IsLetter(r) {
				t.Errorf("%s: %c (%U) has no line in glyphs", name, r, r)
			}
		}
	}
}

// everyScreen visits the screens of the pictures, of floors with friendly and with hostile
// names, at every size.
func everyScreen(visit func(name string, b *bench, w, h int)) {
	for _, group := range []struct {
		floor   func() *stage
		screens []struct{ name, keys string }
	}{{afternoon, screens}, {governed, governedScreens}, {listened, listenedScreens}, {private, privateScreens}, {hostile, screens}, {twoProposals, screens}, {troubled, screens}} {
		for _, screen := range group.screens {
			for _, size := range []struct{ w, h int }{{30, 3}, {40, 5}, {60, 16}, {80, 24}, {110, 30}, {120, 36}, {200, 50}} {
				b := newBench(group.floor(), size.w, size.h)
				b.press(strings.Fields(screen.keys)...)
				visit(fmt.Sprintf("%s at %dx%d", screen.name, size.w, size.h), b, size.w, size.h)
			}
		}
	}
}

// hostile is a floor whose customers have names and words that mean harm.
func hostile() *stage {
	s := afternoon()
	var sessions []*engine.Session
	for i, name := range hostileNames {
		c := call(i+1, name, name, time.Minute, -100, -400, 200)
		c.Trouble, c.Feed.Why = name, name
		c.Notes = append(c.Notes, engine.Note{At: noon, Kind: engine.NoteTrouble, Text: name})
		sessions = append(sessions, c)
		s.talk[c.ID] = engine.Talk{Session: c.ID, Lines: []engine.Utterance{line1("u", 0, engine.SpeakerCustomer, name, -400)}}
	}
	s.set(sessions...)
	return s
}

// "No byte >= 0x80 in an ASCII frame of every screen", and widths stay right.
func TestASCIIScreensAreASCIIAndAsWideAsTheTerminal(t *testing.T) {
	everyScreen(func(name string, b *bench, w, h int) {
		b.look.ASCII = true
		b.retheme()
		content := b.content()
		if i := strings.IndexFunc(content, func(r rune) bool { return r >= 0x80 }); i >= 0 {
			t.Errorf("%s: %q is not ASCII", name, content[i:min(i+12, len(content))])
		}
		wantFits(t, name, content, w, h)
	})
}

func wantFits(t *testing.T, name, content string, w, h int) {
	t.Helper()
	lines := strings.Split(content, "\n")
	if len(lines) != h {
		t.Errorf("%s: %d lines, want %d", name, len(lines), h)
	}
	for i, line := range lines {
		if got := ansi.StringWidth(line); got != w {
			t.Errorf("%s: line %d has %d cells, want %d: %q", name, i, got, w, line)
		}
	}
}

// "Ambiguous-width terminals draw ▲ ● ─ two cells wide: use ASCII there": no rune is drawn
// on whose width terminals disagree, and letters that are wide everywhere stay.
func TestAmbiguousTerminalsGetNoSignOfTwoWidths(t *testing.T) {
	everyScreen(func(name string, b *bench, w, h int) {
		b.look.Ambiguous = true
		b.retheme()
		content := b.content()
		for _, r := range content {
			if eawidth.LookupRune(r).Kind() == eawidth.EastAsianAmbiguous {
				t.Errorf("%s: %c (%U) has two widths", name, r, r)
			}
		}
		wantFits(t, name, content, w, h)
	})
}

func TestNamesStayNamesInASCII(t *testing.T) {
	plain, narrow := &theme{ascii: true}, &theme{narrow: true}
	for _, c := range []struct {
		text          safe.Text
		ascii, narrow string
	}{
		{"Mette Sørensen", "Mette Sorensen", "Mette Sorensen"},
		{"Łukasz Żak", "Lukasz Zak", "Lukasz Żak"},
		{"Groß, Æsir", "Gross, AEsir", "Gross, AEsir"},
		{"Иван Щукин", "Ivan Shchukin", "Ivan Shchukin"},
		{"Γιώργος", "Giorgos", "Giώrgoς"},
		{"山田太郎", "????", "山田太郎"},
		{"e\u0301", "e", "e"},
		{"▲ → … ≤ −.31", "^ > .. <= -.31", "^ > .. <= -.31"},
	} {
		if got := plain.shape(c.text); got != c.ascii {
			t.Errorf("ASCII: %q, want %q", got, c.ascii)
		}
		if got := narrow.shape(c.text); got != c.narrow {
			t.Errorf("ambiguous: %q, want %q", got, c.narrow)
		}
	}
	if got := plain.keyName("← →"); got != "left right" {
		t.Errorf("arrow keys are %q", got)
	}
}

// The mood's curve has as many heights in ASCII as it has blocks.
func TestCurveKeepsItsHeightsInASCII(t *testing.T) {
	heights := map[string]bool{asciiOf('·'): true}
	for r := '▁'; r <= '█'; r++ {
		if heights[asciiOf(r)] {
			t.Errorf("%c becomes %q, as another does", r, asciiOf(r))
		}
		heights[asciiOf(r)] = true
	}
}
