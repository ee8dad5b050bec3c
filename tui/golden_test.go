package tui

import (
	"errors"
	"flag"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
	"github.com/google/go-cmp/cmp"

	"switchboard/tui/shot"
)

var update = flag.Bool("update", false, "rewrite the pictures in testdata/frames")

// screenOf is what a terminal of w cells and h lines shows of a content.
func screenOf(content string, w, h int) string {
	em := vt.NewEmulator(w, h)
	defer em.Close()
	em.WriteString(strings.ReplaceAll(content, "\n", "\r\n"))
	return em.String()
}

var sizes = []struct{ w, h int }{{60, 16}, {80, 24}, {120, 36}, {200, 50}}

var screens = []struct {
	name string
	keys string
}{
	{"main", ""},
	{"open", "enter"},
	{"picker", "t"},
	{"picker-narrowed", "t 1 7"},
	{"hangup", "X"},
	{"hangup-leg", "j X tab"},
	{"mute", "j j j m"},
	{"quit", "q"},
	{"help", "?"},
	{"paused", "K K K"},
}

// governedScreens are those of a floor with a policy, groups and a proposal.
var governedScreens = []struct {
	name string
	keys string
}{
	{"proposed", ""},
	{"proposed-open", "enter"},
	{"why", "w"},
	{"groups", "j j j j t"},
	{"command", ":"},
	{"automation-off", ": a u t o down down enter"},
}

// listenedScreens are those of a floor that several feeds hear.
var listenedScreens = []struct {
	name string
	keys string
}{
	{"feeds", "j j"},
	{"feeds-open", "j j enter"},
	{"feeds-blind", ""},
	{"feeds-fails", "j j j j enter"},
	{"feeds-troubles", "!"},
}

// privateScreens are those of a floor on which one customer pays, and is still recorded,
// another has paid, one has not agreed to be listened to, and one is being asked.
var privateScreens = []struct {
	name string
	keys string
}{
	{"paying", "j j"},
	{"paying-open", "j j enter"},
	{"paying-leaks", "enter"},
	{"paid-open", "j enter"},
	{"no-consent-open", "j j j enter"},
}

func TestFrames(t *testing.T) {
	for _, screen := range privateScreens {
		for _, size := range sizes {
			name := fmt.Sprintf("%s-%dx%d", screen.name, size.w, size.h)
			t.Run(name, func(t *testing.T) {
				b := newBench(private(), size.w, size.h)
				b.press(strings.Fields(screen.keys)...)
				wantFrame(t, name, screenOf(b.content(), size.w, size.h))
			})
		}
	}
	for _, screen := range screens {
		for _, size := range sizes {
			name := fmt.Sprintf("%s-%dx%d", screen.name, size.w, size.h)
			t.Run(name, func(t *testing.T) {
				b := newBench(afternoon(), size.w, size.h)
				b.press(strings.Fields(screen.keys)...)
				wantFrame(t, name, screenOf(b.content(), size.w, size.h))
			})
		}
	}
	for _, size := range []struct{ w, h int }{{60, 16}, {80, 24}, {140, 40}, {200, 50}} {
		for name, keys := range map[string]string{"troubled": "", "troubles": "!"} {
			name = fmt.Sprintf("%s-%dx%d", name, size.w, size.h)
			t.Run(name, func(t *testing.T) {
				b := newBench(troubled(), size.w, size.h)
				b.press(strings.Fields(keys)...)
				wantFrame(t, name, screenOf(b.content(), size.w, size.h))
			})
		}
	}
	for _, screen := range governedScreens {
		for _, size := range sizes {
			name := fmt.Sprintf("%s-%dx%d", screen.name, size.w, size.h)
			t.Run(name, func(t *testing.T) {
				b := newBench(governed(), size.w, size.h)
				b.press(strings.Fields(screen.keys)...)
				wantFrame(t, name, screenOf(b.content(), size.w, size.h))
			})
		}
	}
	for _, screen := range listenedScreens {
		for _, size := range sizes {
			name := fmt.Sprintf("%s-%dx%d", screen.name, size.w, size.h)
			t.Run(name, func(t *testing.T) {
				b := newBench(listened(), size.w, size.h)
				b.press(strings.Fields(screen.keys)...)
				wantFrame(t, name, screenOf(b.content(), size.w, size.h))
			})
		}
	}
	for _, size := range []struct{ w, h int }{{30, 3}, {40, 5}, {50, 10}} {
		name := fmt.Sprintf("proposed-line-%dx%d", size.w, size.h)
		t.Run(name, func(t *testing.T) {
			b := newBench(twoProposals(), size.w, size.h)
			wantFrame(t, name, screenOf(b.content(), size.w, size.h))
		})
	}
	t.Run("quit-live-80x24", func(t *testing.T) {
		b := newBench(afternoon(), 80, 24)
		b.ends = "Calls go on at Telnyx, but nobody takes new ones or brings operators until switchboard runs again."
		b.press("q")
		wantFrame(t, "quit-live-80x24", screenOf(b.content(), 80, 24))
	})
	t.Run("line-40x5", func(t *testing.T) {
		b := newBench(afternoon(), 40, 5)
		wantFrame(t, "line-40x5", screenOf(b.content(), 40, 5))
	})
	t.Run("empty-80x24", func(t *testing.T) {
		s := afternoon()
		s.set()
		wantFrame(t, "empty-80x24", screenOf(newBench(s, 80, 24).content(), 80, 24))
	})
	t.Run("ascii-80x24", func(t *testing.T) {
		b := newBench(afternoon(), 80, 24)
		b.look.ASCII = true
		b.retheme()
		content := b.content()
		if i := strings.IndexFunc(content, func(r rune) bool { return r >= 0x80 }); i >= 0 {
			t.Errorf("not ASCII: %q", content[i:min(i+12, len(content))])
		}
		wantFrame(t, "ascii-80x24", screenOf(content, 80, 24))
	})
}

func wantFrame(t *testing.T, name, got string) {
	t.Helper()
	if got += "\n"; !wantPicture(t, "frames", name, got) {
		keepPicture(t, got)
	}
}

// wantPicture reports whether what is drawn is as the file of that name says.
func wantPicture(t *testing.T, folder, name, got string) bool {
	t.Helper()
	path := filepath.Join("testdata", folder, name+".txt")
	pictures.Store(path, true)
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return true
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n"))
	if diff != "" {
		t.Errorf("the picture has changed (-want +got); -update takes it:\n%s", diff)
	}
	return diff == ""
}

// keepPicture paints a screen that is not as wanted: go test -artifacts keeps it.
func keepPicture(t *testing.T, screen string) {
	t.Helper()
	lines := strings.Split(strings.TrimSuffix(screen, "\n"), "\n")
	columns := 0
	for _, l := range lines {
		columns = max(columns, ansi.StringWidth(l))
	}
	em := vt.NewEmulator(max(columns, 1), len(lines))
	defer em.Close()
	em.WriteString(strings.Join(lines, "\r\n")) //nolint:errcheck // into memory
	img, err := shot.Paint(em, shot.Dark)
	if err != nil {
		t.Log(err)
		return
	}
	f, err := os.Create(filepath.Join(t.ArtifactDir(), "got.png"))
	if err != nil {
		t.Log(err)
		return
	}
	if err := errors.Join(png.Encode(f, img), f.Close()); err != nil {
		t.Log(err)
		return
	}
	t.Logf("a picture of it, with -artifacts: %s", f.Name())
}

func TestEveryProfileShowsTheSameText(t *testing.T) {
	want := ""
	for _, p := range []colorprofile.Profile{colorprofile.TrueColor, colorprofile.ANSI256, colorprofile.ANSI, colorprofile.ASCII} {
		b := newBench(afternoon(), 80, 24)
		b.Update(tea.ColorProfileMsg{Profile: p})
		content := b.content()
		got := screenOf(content, 80, 24)
		if want == "" {
			want = got
		}
		if got != want {
			t.Errorf("%s shows another text", p)
		}
		coloured := strings.Contains(content, "\x1b[38;") || strings.Contains(content, "\x1b[3") || strings.Contains(content, "\x1b[9")
		if coloured == (p == colorprofile.ASCII) {
			t.Errorf("%s: coloured %v", p, coloured)
		}
	}
}
