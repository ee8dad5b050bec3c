package tui

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/vt"
)

// The pictures in testdata/colour are screens with their styles: beneath each line stands a
// letter for each cell that has one, and at the end what the letters mean on this terminal.
// The letters name tone and surface, not the colour, so that a changed colour changes the
// end alone, and a changed tone the line that it is on.

// inkLetters are the letters of the tones, on the page, on the selected row and on the strip.
const inkLetters = "tsd-agwbB" + "TSD_AGWXY" + "123456789"

var toneNames = [tones]string{"text", "strong", "dim", "rule", "accent", "good", "watch", "bad", "bad strong"}
var surfaceNames = [surfaces]string{"page", "row", "strip"}

// inked is what a terminal shows of a content, with the styles beneath each line.
func inked(t *testing.T, th *theme, content string, w, h int) string {
	t.Helper()
	letters, legend := lettersOf(th)
	em := vt.NewEmulator(w, h)
	defer em.Close()
	em.WriteString(strings.ReplaceAll(content, "\n", "\r\n"))
	var out, styles strings.Builder
	used := map[byte]bool{}
	text := strings.Split(em.String(), "\n")
	for y := range h {
		styles.Reset()
		for x := 0; x < w; x++ {
			cell := em.CellAt(x, y)
			if cell == nil || cell.Content == " " && cell.Style.Bg == nil && cell.Style.Attrs&uv.AttrReverse == 0 {
				styles.WriteByte(' ')
				continue
			}
			letter, ok := letters[cell.Style.String()]
			if !ok {
				t.Errorf("line %d, cell %d: a style of no tone: %q", y, x, cell.Style.String())
			}
			used[letter] = true
			styles.WriteByte(letter)
		}
		fmt.Fprintf(&out, "%s\n", strings.TrimRight(text[y], " "))
		if row := strings.TrimRight(styles.String(), " "); row != "" {
			fmt.Fprintf(&out, "%s\n", row)
		}
	}
	out.WriteByte('\n')
	for i := range len(inkLetters) {
		if used[inkLetters[i]] {
			fmt.Fprintf(&out, "%c %s\n", inkLetters[i], legend[inkLetters[i]])
		}
	}
	return out.String()
}

// lettersOf gives each style of a theme its letter: that of the first tone that has it.
func lettersOf(th *theme) (letters map[string]byte, legend map[byte]string) {
	letters, legend = map[string]byte{}, map[byte]string{}
	for on := range surfaces {
		for to := range tones {
			em := vt.NewEmulator(2, 1)
			em.WriteString(th.sgr[on][to] + "x" + reset)
			style := em.CellAt(0, 0).Style.String()
			em.Close()
			letter := inkLetters[int(on)*int(tones)+int(to)]
			if _, ok := letters[style]; !ok {
				letters[style] = letter
				legend[letter] = fmt.Sprintf("%-10s on %-5s %s", toneNames[to], surfaceNames[on], strings.Trim(style, "\x1b"))
			}
		}
	}
	return letters, legend
}

func TestColours(t *testing.T) {
	for _, p := range []struct {
		name  string
		depth colorprofile.Profile
		look  Look
	}{
		{"true", colorprofile.TrueColor, Look{Background: BackgroundDark}},
		{"256", colorprofile.ANSI256, Look{Background: BackgroundDark}},
		{"16", colorprofile.ANSI, Look{Background: BackgroundDark}},
		{"none", colorprofile.TrueColor, Look{Background: BackgroundDark, Colors: ColorsNone}},
		{"light", colorprofile.TrueColor, Look{Background: BackgroundLight}},
	} {
		for _, screen := range []struct{ name, keys string }{{"proposed", "j"}, {"why", "w"}, {"help", "?"}} {
			name := screen.name + "-" + p.name
			t.Run(name, func(t *testing.T) {
				b := newBench(governed(), 80, 24)
				b.look, b.dark = p.look, p.look.Background == BackgroundDark
				b.depth = p.depth
				b.retheme()
				b.press(strings.Fields(screen.keys)...)
				wantColours(t, name, inked(t, b.theme, b.content(), 80, 24))
			})
		}
	}
}

func wantColours(t *testing.T, name, got string) {
	t.Helper()
	wantPicture(t, "colour", name, got)
}
