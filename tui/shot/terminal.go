package shot

import (
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"

	"switchboard/engine/clock"
)

// Waits, on the wall.
const (
	look     = 10 * time.Millisecond // between two looks at the screen
	apart    = 60 * time.Millisecond // between two keys: as fast as fingers
	leaves   = 10 * time.Second      // a program that is told to end has so long
	lastRead = time.Second           // what it wrote last is read so long
)

// keys are those that are no character.
var keys = map[string]string{
	"enter": "\r", "esc": "\x1b", "tab": "\t", "space": " ", "backspace": "\x7f",
	"up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D",
}

// A Terminal is a terminal that nobody sees, with a program that runs on it. Its
// methods may be called from one goroutine.
type Terminal struct {
	tty      *os.File
	program  *exec.Cmd
	ended    chan struct{} // closed when the program is over
	answered chan struct{} // closed when the terminal answers nothing any more
	err      error         // how it ended; set before that

	mu     sync.Mutex // vt.SafeEmulator leaves String and IsAltScreen unguarded
	screen *vt.Emulator
	raw    strings.Builder
}

// Start runs a program on a terminal of so many columns and lines, with the environment
// of this process and env. The terminal is xterm in true colour, its locale UTF-8, unless
// env says otherwise.
func Start(columns, lines int, env []string, name string, args ...string) (*Terminal, error) {
	t := &Terminal{screen: vt.NewEmulator(columns, lines), ended: make(chan struct{}), answered: make(chan struct{})}
	t.screen.SetDefaultForegroundColor(Dark.Ink)
	t.screen.SetDefaultBackgroundColor(Dark.Ground)
	t.program = exec.Command(name, args...)
	t.program.Env = append(os.Environ(), "TERM=xterm-256color", "COLORTERM=truecolor", "LANG=C.UTF-8", "LC_ALL=", "TMUX=", "NO_COLOR=", "COLORFGBG=")
	t.program.Env = append(t.program.Env, env...)
	tty, err := pty.StartWithSize(t.program, &pty.Winsize{Cols: uint16(columns), Rows: uint16(lines)})
	if err != nil {
		return nil, fmt.Errorf("start %s on a terminal: %w", name, err)
	}
	t.tty = tty
	read := make(chan struct{})
	go func() {
		defer close(read)
		io.Copy(display{t}, tty) //nolint:errcheck // a terminal whose program is over reads as an error
	}()
	go func() { // what the terminal answers when it is asked
		defer close(t.answered)
		io.Copy(tty, t.screen) //nolint:errcheck // it ends with the terminal
	}()
	go func() {
		t.err = t.program.Wait()
		select { // what it wrote last is still on its way
		case <-read:
		case <-clock.New(time.Time{}, 1).Timer(lastRead).C:
		}
		close(t.ended)
	}()
	return t, nil
}

// A display is where the program writes.
type display struct{ t *Terminal }

func (d display) Write(b []byte) (int, error) {
	d.t.mu.Lock()
	defer d.t.mu.Unlock()
	d.t.raw.Write(b)
	return d.t.screen.Write(b)
}

// Raw is every byte that the program has written so far.
func (t *Terminal) Raw() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.raw.String()
}

// Text is what stands on the screen, without colours.
func (t *Terminal) Text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.screen.String()
}

// Full reports whether the program has the full screen.
func (t *Terminal) Full() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.screen.IsAltScreen()
}

// Paint draws what stands on the screen.
func (t *Terminal) Paint(paper Paper) (image.Image, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return Paint(t.screen, paper)
}

// Program is the process that runs on the terminal.
func (t *Terminal) Program() *os.Process { return t.program.Process }

// Ended is closed when the program is over.
func (t *Terminal) Ended() <-chan struct{} { return t.ended }

// Await waits until the screen is as wanted, and says what is on it where that does not
// come to be in time, or the program ends before.
func (t *Terminal) Await(ctx context.Context, limit time.Duration, what string, wanted func(text string) bool) error {
	wall := clock.New(time.Time{}, 1)
	until := wall.Now().Add(limit)
	for {
		text := t.Text()
		if wanted(text) {
			return nil
		}
		select {
		case <-t.ended:
			if wanted(t.Text()) {
				return nil
			}
			return fmt.Errorf("%s: the program ended before (%v); on its screen:\n%s", what, t.err, t.Text())
		default:
		}
		if wall.Now().After(until) {
			return fmt.Errorf("%s: not within %s; on the screen:\n%s", what, limit, text)
		}
		if err := wall.Sleep(ctx, look); err != nil {
			return err
		}
	}
}

// Shows waits until a text stands on the screen.
func (t *Terminal) Shows(ctx context.Context, limit time.Duration, text string) error {
	return t.Await(ctx, limit, "wait for "+text, func(screen string) bool { return strings.Contains(screen, text) })
}

// Press presses keys, one after another, at the pace of fingers: each is a character, or
// enter, esc, tab, space, backspace, up, down, left, right, or ctrl+ and a letter.
func (t *Terminal) Press(ctx context.Context, names ...string) error {
	wall := clock.New(time.Time{}, 1)
	for i, k := range names {
		if i > 0 {
			if err := wall.Sleep(ctx, apart); err != nil {
				return err
			}
		}
		if s, ok := keys[k]; ok {
			k = s
		} else if c, ok := strings.CutPrefix(k, "ctrl+"); ok && len(c) == 1 {
			k = string(rune(c[0] & 0x1f))
		}
		if err := t.Type(k); err != nil {
			return err
		}
	}
	return nil
}

// Type sends bytes as they are.
func (t *Terminal) Type(text string) error {
	if _, err := io.WriteString(t.tty, text); err != nil {
		return fmt.Errorf("press a key: %w", err)
	}
	return nil
}

// Resize makes the terminal another size.
func (t *Terminal) Resize(columns, lines int) error {
	t.mu.Lock()
	t.screen.Resize(columns, lines)
	t.mu.Unlock()
	return pty.Setsize(t.tty, &pty.Winsize{Cols: uint16(columns), Rows: uint16(lines)})
}

// Wait waits until the program is over, and returns how it ended.
func (t *Terminal) Wait(ctx context.Context) error {
	select {
	case <-t.ended:
		return t.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Close ends the program, politely first, and takes the terminal away.
func (t *Terminal) Close() error {
	select {
	case <-t.ended:
	default:
		t.program.Process.Signal(os.Interrupt) //nolint:errcheck // it may have just ended
		ctx, cancel := context.WithTimeout(context.Background(), leaves)
		defer cancel()
		if errors.Is(t.Wait(ctx), context.DeadlineExceeded) {
			t.program.Process.Kill() //nolint:errcheck // it may have just ended
			<-t.ended
		}
	}
	if answers, ok := t.screen.InputPipe().(io.Closer); ok { // it is read until then
		answers.Close() //nolint:errcheck // a pipe in memory
	}
	<-t.answered
	return errors.Join(t.tty.Close(), t.screen.Close())
}
