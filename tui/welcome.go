package tui

import (
	"context"
	"fmt"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"switchboard/tui/prefs"
	"switchboard/tui/safe"
)

// A Start is something that the program can be started with.
type Start struct {
	Key  rune   // that chooses it
	Name string // as it is shown
	Does string // what it does, in few words
}

// WelcomeOptions are what the screen is made of that asks what to start with.
type WelcomeOptions struct {
	// Starts are offered in this order, the first chosen at first.
	Starts []Start

	// About says in a few sentences what this program is, and Now how things stand.
	About, Now string

	// Look, Config and State say how the screen is drawn: see [Options].
	Look   Look
	Config prefs.Config
	State  prefs.State
}

// Welcome asks on a full screen what to start with, and returns the place of the choice
// among Starts; below zero where nothing is to be started. The terminal is put back as it
// was before it returns. It ends with ctx.
func Welcome(ctx context.Context, o WelcomeOptions) (int, error) {
	program := []tea.ProgramOption{tea.WithContext(ctx), tea.WithoutSignalHandler(), tea.WithFPS(int(time.Second / framePeriod))}
	w := newWelcome(o)
	_, err := tea.NewProgram(w, program...).Run()
	if err != nil && ctx.Err() == nil {
		return -1, fmt.Errorf("ask what to start: %w", err)
	}
	return w.choice, nil
}

// A welcome is the screen of a program that was started without saying what to do.
type welcome struct {
	o      WelcomeOptions
	paper  *model // whose theme it is drawn in
	at     int    // chosen, as drawn
	choice int    // below zero: nothing
}

func newWelcome(o WelcomeOptions) *welcome {
	paper := &model{look: o.Look, config: o.Config, state: o.State, keys: defaultKeys(), dark: o.Look.Background != BackgroundLight, depth: colorprofile.TrueColor}
	paper.retheme()
	return &welcome{o: o, paper: paper, choice: -1}
}

// Init implements [tea.Model].
func (w *welcome) Init() tea.Cmd {
	if w.o.Look.Background != BackgroundAsked {
		return nil
	}
	return tea.RequestBackgroundColor
}

// Update implements [tea.Model].
func (w *welcome) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		w.paper.width, w.paper.height = msg.Width, msg.Height
	case tea.ColorProfileMsg:
		return w, w.paper.recolour(w.paper.dark, msg.Profile)
	case tea.BackgroundColorMsg:
		return w, w.paper.recolour(msg.IsDark(), w.paper.depth)
	case tea.KeyPressMsg:
		return w, w.press(msg)
	}
	return w, nil
}

// press takes a key: one that chooses, or one that moves.
func (w *welcome) press(k tea.KeyPressMsg) tea.Cmd {
	n := len(w.o.Starts)
	for i, s := range w.o.Starts {
		if k.String() == string(s.Key) {
			w.at, w.choice = i, i
			return tea.Quit
		}
	}
	keys := w.paper.keys
	switch {
	case key.Matches(k, keys.Quit, keys.Back, keys.Interrupt):
		return tea.Quit
	case key.Matches(k, keys.Open) && n > 0:
		w.choice = w.at
		return tea.Quit
	case key.Matches(k, keys.Redraw):
		return tea.ClearScreen
	case key.Matches(k, keys.Up, keys.Down, keys.Pane) && n > 0:
		by := 1
		if key.Matches(k, keys.Up) {
			by = n - 1
		}
		w.at = (w.at + by) % n
	}
	return nil
}

// View implements [tea.Model].
func (w *welcome) View() tea.View {
	lines, y := w.screen()
	v := tea.NewView(strings.Join(lines, "\n"))
	v.AltScreen = true
	v.WindowTitle = "switchboard"
	if y >= 0 && y < len(lines) {
		v.Cursor = tea.NewCursor(0, y)
		v.Cursor.Shape, v.Cursor.Blink = tea.CursorBar, false
	}
	return v
}

// Cells of the block that is drawn in the middle, and of a start's name in it.
const welcomeWidth, welcomeName = 76, 8

// screen draws exactly as many lines as the terminal has, and tells in which the choice
// stands. Where there is little room, what is said goes before the choices do.
func (w *welcome) screen() (lines []string, y int) {
	m := w.paper
	if m.width <= 0 || m.height <= 0 {
		return nil, -1
	}
	cells := min(max(m.width-2, 1), welcomeWidth)
	starts := w.starts(cells)
	head := []string{m.boxRow(m.width, toneStrong, " switchboard"), m.rule(m.width, -1, "")}
	foot := []string{m.rule(m.width, -1, ""), w.keys()}
	room := m.height - len(head) - len(foot)
	if room < len(starts) {
		return fit(w.inset(starts, cells), m.width, m.height), w.at
	}
	about := m.boxParts(cells, toneText, safe.Clean(w.o.About, maxAbout))
	now := m.boxParts(cells, toneDim, safe.Clean(w.o.Now, maxAbout))
	free := room - len(starts)
	if len(now) > free {
		now = nil
	}
	if free -= len(now); len(about) > free {
		about = nil
	}
	free -= len(about)
	air := min(free/3, 1)
	above := max(air, (free-2*air)/3)
	block := w.inset(spread(m.theme.empty(cells), air, about, starts, now), cells)
	y = len(head) + above + w.at
	if len(about) > 0 {
		y += len(about) + air
	}
	body := append(fit(nil, m.width, above), block...)
	return append(append(head, fit(body, m.width, room)...), foot...), y
}

// maxAbout is how much is said of the program, in letters.
const maxAbout = 400

// spread puts blocks beneath one another, with air between them.
func spread(empty string, air int, blocks ...[]string) (lines []string) {
	for _, b := range blocks {
		for range min(air, len(lines), len(b)) {
			lines = append(lines, empty)
		}
		lines = append(lines, b...)
	}
	return lines
}

// inset puts lines of so many cells into the middle of the screen.
func (w *welcome) inset(lines []string, cells int) []string {
	left := (w.paper.width - cells) / 2
	all := make([]string, len(lines))
	for i, line := range lines {
		all[i] = spaces(left) + line + spaces(w.paper.width-cells-left)
	}
	return all
}

// starts draws what can be started, a line each.
func (w *welcome) starts(cells int) []string {
	lines := make([]string, len(w.o.Starts))
	for i, s := range w.o.Starts {
		on, name := onPage, toneText
		if i == w.at {
			on, name = onRow, toneStrong
		}
		l := w.paper.theme.line(on, cells)
		if i == w.at {
			l.put(toneAccent, "▌")
		} else {
			l.gap(1)
		}
		l.gap(1)
		l.col(toneAccent, own(string(s.Key)), 1)
		l.gap(2)
		l.col(name, safe.Clean(s.Name, maxWhy), welcomeName)
		l.gap(1)
		l.put(toneDim, safe.Clean(s.Does, maxWhy))
		lines[i] = l.end()
	}
	return lines
}

// keys draws the keys that move.
func (w *welcome) keys() string {
	l := w.paper.theme.line(onPage, w.paper.width)
	open := w.paper.keys.Open
	open.SetHelp("⏎", "start")
	w.paper.hintsInto(l, []key.Binding{w.paper.keys.Choose, open, w.paper.keys.Quit})
	return l.end()
}
