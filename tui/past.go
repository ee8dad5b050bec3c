package tui

import (
	"context"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"switchboard/engine"
	"switchboard/engine/replay"
	"switchboard/tui/safe"
)

// While a console of live calls shows a replay it holds a second model, whose engine is
// the player. That one draws all but the strip and takes the keys that look; the strip and
// every key that acts stay with the live calls.

// A loaded is a call that was read from the journal, to be replayed.
type loaded struct {
	call   engine.SessionID
	player *replay.Player
	err    error
}

// An inside is a message for the replay that this console showed when it was sent.
type inside struct {
	of  *model
	msg tea.Msg
}

// replayCall reads the selected call from the journal, to be replayed.
func (m *model) replayCall() tea.Cmd {
	s, ok := m.list.call()
	if !ok {
		m.tell(toneDim, "There is no call to replay.")
		return nil
	}
	return m.replayFrom(s.ID, callerOf(s), time.Time{})
}

// replayFrom reads a call from the journal, to be replayed from a moment on; zero: from
// its beginning. The call need not be on the screen: history knows others.
func (m *model) replayFrom(id engine.SessionID, caller safe.Text, at time.Time) tea.Cmd {
	house := m.house
	if house == nil {
		m.tell(toneWatch, "Nothing can be replayed here, for there is no journal behind this console.")
		return nil
	}
	m.tell(toneDim, "Reading the call of "+caller+" from the journal …")
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), houseLimit)
		defer cancel()
		player, err := house.Replay(ctx, id)
		if err == nil && !at.IsZero() {
			player.Seek(at)
		}
		return loaded{id, player, err}
	}
}

// openPast shows a replay in place of the live calls, whose strip stays.
func (m *model) openPast(l loaded) tea.Cmd {
	if l.err != nil {
		m.tell(toneBad, "Not replayed: "+reason(l.err.Error()))
		m.unshelve()
		return nil
	}
	if m.box != nil || m.past != nil {
		m.tell(toneDim, "The call is read; close the box and press "+word(m.keys.Replay)+" again to see it.")
		return nil
	}
	m.notice = notice{}
	past := newModel(Options{Replay: l.player, Call: l.call, Name: m.name, Look: m.look, Zone: m.zone, House: m.house, Config: m.config, State: m.forReplay()})
	past.deck.within, past.deck.searched = true, m.shelf != nil
	past.themes = m.themes
	past.wall, past.keys, past.dark, past.depth, past.period = m.wall, m.keys, m.dark, m.depth, m.period
	past.retheme()
	past.resize(tea.WindowSizeMsg{Width: m.width, Height: m.height})
	m.past = past
	m.version++
	return nil
}

// beginOpen says what is to be known of a replay, and opens its call where the screen would
// show the list alone, once it is known how large that is.
func (m *model) beginOpen() {
	if m.deck.begun {
		return
	}
	m.deck.begun = true
	if m.deck.player.Tape().BesideForgotten() {
		m.tell(toneWatch, "A call beside it was forgotten: who was called may differ.")
	}
	if m.deck.player.Tape().Call() == "" || m.layout().shape != shapeList {
		return
	}
	if _, ok := m.list.call(); ok {
		m.setOpen(true)
		m.deck.opened = true
	}
}

// leavePast goes back to the live calls.
func (m *model) leavePast() {
	m.adopt(m.past.state, m.past.memory.changes > 0)
	m.past = nil
	m.version++
	m.drawn.forget()
	m.list.fits(m.layout().rows)
	if m.shelf == nil {
		m.tell(toneDim, "Back to the live calls.")
	}
	m.unshelve()
}

// unshelve opens the search again that a replay was begun from.
func (m *model) unshelve() {
	if m.shelf != nil && m.box == nil {
		m.box = m.shelf
		m.version++
	}
	m.shelf = nil
}

// within marks what a command brings as the replay's: the program has one Update.
func (m *model) within(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	past := m.past
	return func() tea.Msg { return m.mark(past, cmd()) }
}

// mark marks a message as the replay's, but for those that are the program's own.
func (m *model) mark(past *model, msg tea.Msg) tea.Msg {
	switch msg := msg.(type) {
	case tea.BatchMsg:
		for i, cmd := range msg {
			if cmd != nil {
				msg[i] = func() tea.Msg { return m.mark(past, cmd()) }
			}
		}
		return msg
	case fetched, turned, tried, reported, submitted:
		return inside{past, msg}
	}
	return msg
}

// tellPast hands the replay a message of its own. One of a replay that was left is
// dropped, and its clock stands still with it.
func (m *model) tellPast(i inside) tea.Cmd {
	if i.of != m.past {
		return nil
	}
	before := m.past.version
	_, cmd := m.past.Update(i.msg)
	if m.past.version != before {
		m.version++
	}
	return m.within(cmd)
}

// pressPast routes a key while a replay is shown: what acts goes to the live calls, and
// only to the one that the strip names; all else is the replay's.
func (m *model) pressPast(k tea.KeyPressMsg) tea.Cmd {
	keys := m.keys
	if m.past.box != nil {
		if !m.past.takesText() && key.Matches(k, keys.Veto) {
			return m.veto()
		}
		return m.passOn(k)
	}
	switch {
	case key.Matches(k, keys.Veto):
		return m.veto()
	case key.Matches(k, keys.Hurry):
		return m.hurry()
	case key.Matches(k, keys.Snooze):
		return m.snooze()
	case key.Matches(k, keys.TakeBack):
		return m.takeBack()
	case key.Matches(k, keys.Why) && m.headline().kind == headProposed:
		m.openWhy()
	case key.Matches(k, keys.Automation):
		return m.turnAutomation()
	case key.Matches(k, keys.StopListening):
		return m.stopListening()
	case key.Matches(k, keys.Troubles):
		m.openTroubles()
	case key.Matches(k, keys.Theme):
		m.nextTheme()
	case key.Matches(k, keys.Handover): // those of now, not those of the tape
		return m.showHandover("")
	case key.Matches(k, keys.Quit), key.Matches(k, keys.Back) && m.past.atTop():
		m.leavePast() // q closes what is on top, as in every box: it never ends the program from here
	case m.acts(k):
		m.tell(toneWatch, m.onlyStrip())
	default:
		return m.passOn(k)
	}
	return nil
}

// onlyStrip tells why a key that acts on the selected call does nothing in a replay.
func (m *model) onlyStrip() safe.Text {
	k := m.keys
	return "In a replay only the top row is live (" + word(k.Veto) + " " + word(k.Hurry) + " " + word(k.Snooze) + " " + word(k.TakeBack) + ").  esc goes back."
}

// passOn gives a key to the replay.
func (m *model) passOn(k tea.KeyPressMsg) tea.Cmd {
	_, cmd := m.past.Update(k)
	return m.within(cmd)
}

// atTop reports whether there is nothing that esc would go back from in a replay.
func (m *model) atTop() bool {
	if m.search.on {
		return false
	}
	return m.focus == paneCalls && !m.open && !m.isFull || m.deck.opened && m.open && !m.isFull
}

// pastScreen draws the replay with the live strip at its place.
func (m *model) pastScreen() (lines []string, x, y int) {
	lines, x, y = m.past.screen()
	if len(lines) == 0 {
		return lines, x, y
	}
	at := 1
	if m.past.layout().shape == shapeLine {
		at = 0
	}
	if at < len(lines) {
		lines[at] = m.strip(m.width)
	}
	_, typing := m.past.box.(lineBox)
	if m.tourShown() && at == 1 && len(lines) > at+1 && !typing {
		lines[len(lines)-1] = m.tourLine(m.width)
	} else if m.notice.text != "" && len(lines) > at+1 && !typing {
		l := m.theme.line(onPage, m.width)
		l.gap(1)
		l.put(m.notice.tone, m.notice.text)
		lines[len(lines)-1] = l.end()
	}
	if m.box == nil {
		return lines, x, y
	}
	if at == 0 {
		if len(lines) > 1 {
			l := m.theme.line(onPage, m.width)
			l.put(toneStrong, m.box.draw(m, m.width).brief)
			lines[1] = l.end()
		}
		x, y = m.tinyCursor(lines)
		return lines, x, y
	}
	x, y = m.over(lines[stripLines:], m.box)
	if y >= 0 {
		y += stripLines
	}
	return lines, x, y
}
