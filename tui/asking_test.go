package tui

import (
	"context"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/vt"
	"go.uber.org/goleak"

	"switchboard/engine/clock"
	"switchboard/tui/prefs"
)

// askedOf is a console that has just asked its terminal.
func askedOf(look Look, state prefs.State) *bench {
	s := afternoon()
	m := newModel(Options{Engine: s, Name: "desk", Title: "LIVE", Zone: time.UTC, Look: look, State: state})
	b := &bench{m, s, &hand{noon}}
	m.wall = b.wall
	m.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	m.Init()
	return b
}

// "Start to first frame under 150 ms": a terminal of this machine that answers nothing may
// not cost more than a third of it; over SSH an answer takes its round trip.
func TestSilentTerminalIsWaitedForAsLongAsItIsFar(t *testing.T) {
	if near := askedOf(Look{}, prefs.State{}).answersIn(); near > 50*time.Millisecond {
		t.Errorf("a silent terminal of this machine is waited for for %s", near)
	}
	if far := askedOf(Look{Remote: true}, prefs.State{}).answersIn(); far < 200*time.Millisecond || far > 300*time.Millisecond {
		t.Errorf("a silent terminal over SSH is waited for for %s, want 200 to 300 ms", far)
	}
}

// "The first frame waits for the answer": nothing is drawn before, and what is drawn then
// is right.
func TestFirstFrameWaitsForTheBackground(t *testing.T) {
	b := askedOf(Look{}, prefs.State{})
	if got := b.content(); got != "" {
		t.Fatalf("drawn before the answer: %q", got)
	}
	b.recolour(b.depth) // what the program tells meanwhile
	b.tick()
	if got := b.content(); got != "" {
		t.Fatal("drawn before the answer, for something else was told")
	}
	b.onGround(false)
	if b.dark || !strings.Contains(b.content(), "Mette") {
		t.Error("the answer is not drawn")
	}
}

func TestTerminalThatTellsNoColoursIsDrawnDarkAtOnce(t *testing.T) {
	for name, msg := range map[string]tea.Msg{"it answers the other question": uv.PrimaryDeviceAttributesEvent{62}, "it answers nothing": unanswered{}} {
		b := askedOf(Look{}, prefs.State{})
		b.Update(msg)
		if !b.dark || !strings.Contains(b.content(), "Mette") {
			t.Errorf("%s: dark %v, drawn %v", name, b.dark, b.content() != "")
		}
		b.onGround(false)
		if b.dark {
			t.Errorf("%s: a late answer does not count", name)
		}
		b = askedOf(Look{}, prefs.State{Background: "light"})
		b.Update(msg)
		if b.dark {
			t.Errorf("%s: what :theme said last is forgotten", name)
		}
	}
}

// "COLORFGBG, config and :theme override asking."
func TestTerminalIsNotAskedWhatIsKnown(t *testing.T) {
	b := askedOf(Look{Background: BackgroundLight}, prefs.State{})
	if b.askTerminal() != nil || b.asking.holds || !strings.Contains(b.content(), "Mette") {
		t.Error("it is asked all the same")
	}
	b.onGround(true)
	if b.dark {
		t.Error("an answer counts that nobody asked for")
	}
}

// "Reduced motion: automatic under SSH latency > 200 ms."
func TestSlowLineMakesTheConsoleCalm(t *testing.T) {
	after := func(b *bench, d time.Duration) {
		b.wall.at = b.wall.at.Add(d)
		b.Update(uv.PrimaryDeviceAttributesEvent{62})
	}
	b := askedOf(Look{Remote: true}, prefs.State{})
	after(b, 340*time.Millisecond)
	if b.look.Calm {
		t.Error("calm after one slow answer, which may be chance")
	}
	after(b, 340*time.Millisecond)
	if want := "The line is slow (340ms): nothing moves by itself now."; !b.look.Calm || !strings.HasPrefix(string(b.notice.text), want) {
		t.Errorf("calm %v, and says %q", b.look.Calm, b.notice.text)
	}
	b.setCalm("off")
	b.askTerminal()
	after(b, time.Second)
	after(b, time.Second)
	if b.look.Calm {
		t.Error("who turned calm off has it again")
	}

	b = askedOf(Look{}, prefs.State{})
	b.Update(unanswered{})
	b.wall.at = b.wall.at.Add(askEvery - 1)
	if b.askInTime() != nil {
		t.Error("the terminal is asked too often")
	}
	b.wall.at = b.wall.at.Add(1)
	if b.askInTime() == nil || b.asking.holds {
		t.Error("the terminal is not asked again, or the screen goes blank for it")
	}

	for name, c := range map[string]struct {
		look Look
		took time.Duration
	}{"a quick line": {Look{Remote: true}, 200 * time.Millisecond}, "no line at all": {Look{}, time.Second}} {
		b := askedOf(c.look, prefs.State{})
		for range 4 {
			after(b, c.took)
			b.askTerminal()
		}
		if b.look.Calm {
			t.Errorf("%s is taken to be slow", name)
		}
	}
}

// startOn runs a console with a look on a terminal, whose environment is given.
func startOn(tb testing.TB, ctx context.Context, look Look, environ ...string) (*terminal, func() error) {
	tb.Helper()
	in, keys := io.Pipe()
	term := &terminal{em: vt.NewEmulator(80, 24), keys: keys}
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		_, _ = io.Copy(io.Discard, term.em) // what it would answer, a test says itself
	}()
	done := make(chan error, 1)
	go func() {
		done <- Run(ctx, Options{
			Engine: &guarded{s: afternoon()}, Name: "desk", Title: "DEMO", Look: look, Zone: time.UTC, Wall: clock.New(noon, 1),
			Input: in, Output: term, Environ: append(environ, "TTY_FORCE=1"), size: [2]int{80, 24},
		})
	}()
	return term, func() error {
		select {
		case err := <-done:
			keys.Close()
			_ = term.em.InputPipe().(io.Closer).Close()
			<-gone
			return err
		case <-time.After(patience):
			tb.Fatal("the console does not end")
			return nil
		}
	}
}

func TestConsoleIsDrawnOnATerminalThatNeverAnswers(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	ctx, cancel := context.WithCancel(t.Context())
	term, wait := startOn(t, ctx, Look{}, "TERM=xterm-256color", "COLORTERM=truecolor")
	term.await(t, "Mette Sørensen")
	cancel()
	if err := wait(); err != nil {
		t.Error(err)
	}
	if raw := term.sent(); !strings.Contains(raw, "38;2;143;153;171") { // the dark theme's dim
		t.Error("it is not drawn dark")
	}
}

// A light terminal is drawn once: no colour of the dark theme is ever sent to it.
func TestLightTerminalNeverSeesTheDarkTheme(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	ctx, cancel := context.WithCancel(t.Context())
	term, wait := startOn(t, ctx, Look{}, "TERM=xterm-256color", "COLORTERM=truecolor")
	_, _ = io.WriteString(term.keys, "\x1b]11;rgb:fbfb/fbfb/f8f8\x1b\\\x1b[?62;22c")
	term.await(t, "Mette Sørensen")
	cancel()
	if err := wait(); err != nil {
		t.Error(err)
	}
	raw := term.sent()
	if strings.Contains(raw, "38;2;143;153;171") || !strings.Contains(raw, "38;2;91;100;114") {
		t.Error("it was drawn dark, or not light")
	}
}

// "NO_COLOR: any non-empty value"; with NO_COLOR=yes Bubble Tea wrote 176 colours by itself.
func TestNoColourReachesTheTerminalWithoutColours(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	environ := []string{"TERM=xterm-256color", "COLORTERM=truecolor", "LANG=C.UTF-8", "NO_COLOR=yes"}
	styled := regexp.MustCompile(`\x1b\[([0-9;:]*)m`)
	for _, c := range []struct {
		name    string
		environ []string
		want    bool
	}{{"NO_COLOR=yes", environ, false}, {"without it", environ[:3], true}} {
		ctx, cancel := context.WithCancel(t.Context())
		look := DetectLook(c.environ)
		look.Background = BackgroundDark
		term, wait := startOn(t, ctx, look, c.environ...)
		term.await(t, "Mette Sørensen")
		_, _ = io.WriteString(term.keys, "j?")
		term.await(t, "THIS CALL")
		cancel()
		if err := wait(); err != nil {
			t.Error(err)
		}
		colours, attributes := 0, 0
		for _, sgr := range styled.FindAllStringSubmatch(term.sent(), -1) {
			for _, p := range strings.FieldsFunc(sgr[1], func(r rune) bool { return r == ';' || r == ':' }) {
				if n := len(p); n == 2 && strings.Contains("34", p[:1]) && p[1] != '9' || n == 2 && p[0] == '9' || n == 3 && p[:2] == "10" {
					colours++
				} else if p == "1" || p == "7" {
					attributes++
				}
			}
		}
		if (colours > 0) != c.want {
			t.Errorf("%s: %d colours were sent", c.name, colours)
		}
		if attributes == 0 {
			t.Errorf("%s: nothing is bold or reversed", c.name)
		}
	}
}
