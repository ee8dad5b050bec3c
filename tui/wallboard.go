package tui

import (
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"switchboard/tui/safe"
)

// A wallboard is for a screen on the wall: large, read from across the room, and seen by
// everybody who comes by. It therefore tells numbers alone. No customer's name, number or
// sentence is on it, nor what any one operator does; nothing can turn that on. A call is
// named by the number that it has in the journal.

// boardTurns is how long each page stays, on the wall.
const boardTurns = 10 * time.Second

// A board is the wallboard of this console.
type board struct {
	on     bool
	locked bool // it is all that this console shows: nothing can be steered from it
	page   int
	since  time.Time // when the page was turned, on the wall
}

// boardOnly begins a console that is a wallboard for good. It has no voice: nobody is at
// it who could mute it.
func (m *model) boardOnly() {
	m.board = board{on: true, locked: true, since: m.wall.Now()}
	m.look.Silent = true
}

// takes reports whether a box may open: on a console that is a wallboard nobody answers
// any question but whether to quit.
func (d board) takes(b box) bool {
	if !d.locked {
		return true
	}
	switch b.(type) {
	case boardHelp, quitBox:
		return true
	}
	return false
}

// wallboard shows the wallboard in place of the console, until a key is pressed.
func (m *model) wallboard() tea.Cmd {
	if m.deck != nil {
		m.tell(toneDim, "A wallboard shows what is live; this is a replay.")
		return nil
	}
	m.board.on, m.board.page, m.board.since = true, 0, m.wall.Now()
	return nil
}

// turnBoard shows the next page when it is time.
func (m *model) turnBoard() {
	if !m.board.on || m.wall.Now().Sub(m.board.since) < boardTurns {
		return
	}
	m.turnPage(1)
}

func (m *model) turnPage(by int) {
	m.board.since = m.wall.Now()
	pages := len(m.boardPages())
	m.board.page = (m.board.page + by + pages) % pages
	m.version++
}

// readOnly is why a key does nothing on a console that is a wallboard.
func (m *model) readOnly() safe.Text {
	return "This is a wallboard: nothing can be steered from it. " + word(m.keys.Quit) + " quits."
}

// pressBoard takes a key while the wallboard is shown. On a supervisor's own console v
// stops what the top names, and any key that does not look goes back; on a console that
// is a wallboard alone nothing acts on any call.
func (m *model) pressBoard(k tea.KeyPressMsg) tea.Cmd {
	keys := m.keys
	switch {
	case m.box != nil && m.board.locked:
		return m.box.press(m, k) // help, or whether to quit: none acts on a call
	case m.box != nil:
		return m.pressBox(k)
	case !m.board.locked:
		if cmd, ok := m.giveReason(k); ok {
			return cmd
		}
	}
	switch {
	case key.Matches(k, keys.Theme):
		m.nextTheme()
	case key.Matches(k, keys.Help):
		m.openBox(boardHelp{}, 0)
	case key.Matches(k, keys.Pane, keys.PlayPause, keys.SkipOn):
		m.turnPage(1)
	case key.Matches(k, keys.SkipBack):
		m.turnPage(-1)
	case key.Matches(k, keys.Suspend):
		return m.suspend()
	case !m.board.locked && key.Matches(k, keys.Veto):
		return m.veto()
	case !m.board.locked:
		m.leaveBoard()
	case key.Matches(k, keys.Quit):
		return m.quit()
	case key.Matches(k, keys.Wallboard):
		m.tell(toneDim, "This stays a wallboard: begin without --wallboard to steer. "+word(m.keys.Quit)+" quits.")
	default:
		m.tell(toneDim, m.readOnly())
	}
	return nil
}

func (m *model) leaveBoard() {
	m.board.on = false
	m.drawn.forget()
	m.list.fits(m.layout().rows)
}

// A boardHelp tells the keys of the wallboard: few.
type boardHelp struct{}

func (boardHelp) press(m *model, _ tea.KeyPressMsg) tea.Cmd {
	m.box = nil
	return nil
}

func (boardHelp) follow(*model) {}

func (boardHelp) draw(m *model, w int) card {
	all := []key.Binding{bind("tab → ←", "next page, page before; by itself after 10 s"), bind("T", "theme"), bind("^l", "redraw")}
	if m.board.locked {
		all = append(all, bind("q", "quit"))
	} else {
		all = append(all, bind("v", "veto what the top names"), bind("any other", "back to the console"))
	}
	var rows []string
	for _, b := range all {
		l := m.theme.line(onPage, w)
		l.col(toneAccent, own(b.Help().Key), 10)
		l.put(toneText, own(b.Help().Desc))
		rows = append(rows, l.end())
	}
	rows = append(rows, m.theme.empty(w),
		m.boxRow(w, toneDim, "A wall is seen by everybody: it shows no names, numbers or"),
		m.boxRow(w, toneDim, "sentences, and nothing of any one operator."))
	return card{title: "Wallboard", rows: rows, caret: -1, keys: []key.Binding{bind("any key", "close")}, brief: "Wallboard: any key closes help"}
}
