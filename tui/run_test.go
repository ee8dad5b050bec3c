package tui

import (
	"bytes"
	"context"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
	"go.uber.org/goleak"

	"switchboard/engine"
	"switchboard/engine/clock"
)

// patience is how long a test waits for a screen: far longer than it takes.
const patience = 10 * time.Second

// A terminal is an emulated one, which also keeps every byte that it was sent.
type terminal struct {
	keys *io.PipeWriter

	mu  sync.Mutex // vt.SafeEmulator leaves String and IsAltScreen unguarded
	em  *vt.Emulator
	raw bytes.Buffer
}

func (t *terminal) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.raw.Write(p)
	// The line discipline of a real terminal adds the carriage returns.
	_, err := t.em.Write(bytes.ReplaceAll(p, []byte("\n"), []byte("\r\n")))
	return len(p), err
}

func (t *terminal) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.em.String()
}

func (t *terminal) IsAltScreen() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.em.IsAltScreen()
}

func (t *terminal) sent() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.raw.String()
}

// await waits until the screen shows a text.
func (t *terminal) await(tb testing.TB, want string) {
	tb.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for !strings.Contains(t.String(), want) {
		select {
		case <-look.C:
		case <-deadline.C:
			tb.Fatalf("no %q on the screen:\n%s", want, t.String())
		}
	}
}

// start runs a console on a terminal. The returned function waits for its end.
func start(tb testing.TB, ctx context.Context, e Engine) (*terminal, func() error) {
	tb.Helper()
	return startAs(tb, ctx, e, Look{Background: BackgroundDark})
}

// startAs runs one that looks so.
func startAs(tb testing.TB, ctx context.Context, e Engine, look Look) (*terminal, func() error) {
	tb.Helper()
	in, keys := io.Pipe()
	term := &terminal{em: vt.NewEmulator(80, 24), keys: keys}
	answered := make(chan struct{})
	go func() { // its answers to queries
		defer close(answered)
		_, _ = io.Copy(io.Discard, term.em)
	}()
	done := make(chan error, 1)
	go func() {
		done <- Run(ctx, Options{
			Engine: e, Name: "desk", Title: "DEMO", Look: look, Zone: time.UTC, Wall: clock.New(noon, 1),
			Input: in, Output: term, Environ: []string{"TERM=xterm-256color", "COLORTERM=truecolor", "LANG=C.UTF-8"}, size: [2]int{80, 24},
		})
	}()
	return term, func() error {
		select {
		case err := <-done:
			keys.Close()
			_ = term.em.InputPipe().(io.Closer).Close()
			<-answered
			return err
		case <-time.After(patience):
			tb.Fatal("the console does not end")
			return nil
		}
	}
}

// A guarded stage may be read while a test changes it.
type guarded struct {
	mu sync.Mutex
	s  *stage
}

func (g *guarded) Frame() *engine.Frame {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.s.Frame()
}

func (g *guarded) Talk(id engine.SessionID) engine.Talk {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.s.Talk(id)
}

func (g *guarded) Health() engine.Health { return g.s.Health() }
func (g *guarded) Now() time.Time        { return g.s.Now() }

func (g *guarded) Submit(ctx context.Context, e engine.Entry) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.s.Submit(ctx, e)
}

func TestConsoleRunsAndPutsTheTerminalBack(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	g := &guarded{s: afternoon()}
	term, wait := start(t, t.Context(), g)
	term.await(t, "Mette Sørensen")
	term.await(t, "DEMO")
	if !term.IsAltScreen() {
		t.Error("the console does not take the whole screen")
	}
	io.WriteString(term.keys, "jjj")
	term.await(t, "▌● talk  Łukasz Żak")
	g.mu.Lock()
	g.s.set(call(1, "Somebody Else", "+12025550111", time.Minute))
	g.mu.Unlock()
	term.await(t, "Somebody Else")
	io.WriteString(term.keys, "q")
	if err := wait(); err != nil {
		t.Error(err)
	}
	if term.IsAltScreen() {
		t.Error("the screen was not put back")
	}
}

func TestConsoleEndsWithItsContext(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	ctx, cancel := context.WithCancel(t.Context())
	term, wait := start(t, ctx, &guarded{s: afternoon()})
	term.await(t, "Mette Sørensen")
	cancel()
	if err := wait(); err != nil {
		t.Error(err)
	}
	if term.IsAltScreen() {
		t.Error("the screen was not put back")
	}
}

// A broken engine panics when it is asked for words.
type broken struct{ *guarded }

func (broken) Talk(engine.SessionID) engine.Talk { panic("no words") }

func TestPanicPutsTheTerminalBack(t *testing.T) {
	g := &guarded{s: afternoon()}
	g.s.set()
	term, wait := start(t, t.Context(), broken{g})
	term.await(t, "Nobody is calling")
	g.mu.Lock()
	g.s.set(call(1, "Nina", "+12025550111", time.Minute))
	g.mu.Unlock()
	if err := wait(); err == nil {
		t.Error("a panic is no error")
	}
	if term.IsAltScreen() {
		t.Error("the screen was not put back")
	}
}

// "No byte outside an allow-list of escapes ever reaches the tty with hostile names"
// (CONSOLE.md).
func TestHostileNamesReachNoTerminal(t *testing.T) {
	s := afternoon()
	var sessions []*engine.Session
	for i, name := range hostileNames {
		c := call(i+1, name+"\x1b]52;c;ZXZpbA==\a\x1b[6n", name, time.Minute)
		c.Trouble, c.Feed.Why = name+"\x9b31m", name
		c.Notes = append(c.Notes, engine.Note{At: noon, Kind: engine.NoteTrouble, Text: name + "\x1bc"})
		sessions = append(sessions, c)
		s.talk[c.ID] = engine.Talk{Session: c.ID, Lines: []engine.Utterance{line1("u", 0, engine.SpeakerCustomer, name+"\x1b]8;;https://evil.example\a", -400)}}
	}
	s.set(sessions...)
	term, wait := start(t, t.Context(), &guarded{s: s})
	term.await(t, "hot")
	for range hostileNames {
		io.WriteString(term.keys, "j")
	}
	io.WriteString(term.keys, "t")
	term.await(t, "type to narrow")
	io.WriteString(term.keys, "\x1b[200~\x1b[2Jy\x1b[201~")
	term.await(t, "> ")
	io.WriteString(term.keys, "\x03\x03")
	if err := wait(); err != nil {
		t.Error(err)
	}
	raw := term.sent()
	for _, bad := range []string{"\x1b]52", "\x1b[6n", "\x1bc", "\x1b]8;", "evil", "\x9b31m", "\u009b", "\u202e", "owned\a"} {
		if strings.Contains(raw, bad) {
			t.Errorf("%q reached the terminal", bad)
		}
	}
}
