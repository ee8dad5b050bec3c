package tui

import (
	"strconv"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// Guards of the hand that holds the mouse, in the wall's time. A click does what a key
// does, and no more than that: it acts on what was drawn where the button went down, at
// that moment. What is dragged or let go of does nothing.
const (
	placeDead   = boxDead                // a click is dead so long after its line has become another one's
	doubleClick = 400 * time.Millisecond // two clicks on a row within it open the call
	rollGather  = 8 * time.Millisecond   // turns of the wheel within it are one move
)

// clicks are what is known of the last click, so that a second one is told from another.
type clicks struct {
	on spot
	at time.Time // on the wall
}

// takesMouse reports whether clicks and the wheel are the console's: without them the
// terminal selects text.
func (m *model) takesMouse() bool {
	return m.look.Mouse && (m.config.Mouse == nil || *m.config.Mouse)
}

// turnMouse is the command that takes the mouse, or leaves it to the terminal.
func (m *model) turnMouse(rest string) tea.Cmd {
	switch strings.TrimSpace(rest) {
	case "on":
		m.look.Mouse, m.config.Mouse = true, nil
		m.tell(toneDim, "The mouse is the console's: click rows, titles and keys, roll the wheel.  "+m.colon("mouse off")+" selects text.")
	case "off":
		m.look.Mouse = false
		m.tell(toneDim, "The mouse is the terminal's: text can be selected.  "+m.colon("mouse on")+" takes it back.")
	default:
		m.tell(toneWatch, "Type  "+m.colon("mouse on")+"  or  "+m.colon("mouse off")+".")
	}
	return nil
}

// touched notes that a hand is at the console: the order of calls is held, and a notice
// that was there to be read goes.
func (m *model) touched() {
	m.goOn() // where it was not stopped after all
	now := m.wall.Now()
	m.pressed, m.holding = now, true
	m.version++
	if now.Sub(m.notice.at) >= noticeMin {
		m.notice = notice{}
	}
}

// mouse takes what the mouse does.
func (m *model) mouse(msg tea.MouseMsg) tea.Cmd {
	if !m.takesMouse() {
		return nil
	}
	switch e := msg.(type) {
	case tea.MouseClickMsg:
		return m.click(tea.Mouse(e))
	case tea.MouseWheelMsg:
		return m.wheel(tea.Mouse(e))
	}
	return nil
}

// click acts on what stands under the pointer, unless that has only just come there.
func (m *model) click(e tea.Mouse) tea.Cmd {
	if e.Mod != 0 || e.Button != tea.MouseLeft && e.Button != tea.MouseRight {
		return nil
	}
	now := m.wall.Now()
	z, since, ok := m.zoneUnder(e.X, e.Y)
	if !ok {
		m.clicks = clicks{}
		m.focusAt(e)
		return nil
	}
	second := m.clicks.on == plain(z.spot) && now.Sub(m.clicks.at) < doubleClick
	m.clicks = clicks{plain(z.spot), now}
	if second {
		m.clicks = clicks{} // a third is a first one again
	}
	m.touched()
	switch {
	case now.Sub(since) < placeDead:
		m.tell(toneWatch, "Nothing was done: what is under the pointer has only just come there. Click again, if you mean it.")
	case e.Button == tea.MouseRight && z.kind == spotRow:
		return m.clickMenu(engine.SessionID(z.about))
	case e.Button == tea.MouseRight:
	case z.kind == spotKey && second: // a hand that clicks everything twice means it once
	case z.kind == spotKey:
		return m.clickKey(z.spot)
	case z.kind == spotRow:
		return m.clickRow(engine.SessionID(z.about), second)
	case z.kind == spotHead:
		m.clickHeader(z.of)
	case z.kind == spotChoice:
		return m.clickChoice(z.spot)
	}
	return nil
}

// plain is a spot as a hand sees it: chosen or not, it is the same.
func plain(s spot) spot {
	if s.kind == spotChosen {
		s.kind = spotChoice
	}
	return s
}

// shown is the model whose calls are on the screen: the replay's, while one is shown.
func (m *model) shown() *model {
	if m.past != nil && m.box == nil {
		return m.past
	}
	return m
}

// inShown does something in what is shown, and marks what it brings as its own.
func (m *model) inShown(do func(*model) tea.Cmd) tea.Cmd {
	shown := m.shown()
	cmd := do(shown)
	m.version++
	if shown != m {
		shown.version++
		return m.within(cmd)
	}
	return cmd
}

// clickKey presses a key that is shown, with its own guards. One of the top row acts on
// the call that it was drawn for, or on none.
func (m *model) clickKey(s spot) tea.Cmd {
	k, ok := pressOf(s.of)
	if !ok {
		return nil
	}
	if h := m.headline(); s.about != "" && (h.about == nil || string(h.about.ID) != s.about) {
		m.tell(toneWatch, "Nothing was done: the name in the top row has just changed.")
		return nil
	}
	if s.about == "" && m.box == nil && m.past == nil && m.deck == nil && m.asksFirst(k) {
		return nil
	}
	return m.press(k)
}

// clickRow selects a call; the second click opens it. It never acts on one.
func (m *model) clickRow(id engine.SessionID, second bool) tea.Cmd {
	return m.inShown(func(m *model) tea.Cmd {
		if m.box != nil {
			return nil
		}
		before := m.list.selected
		if !m.pointAt(id) {
			return nil
		}
		m.list.rest(false)
		m.focus = paneCalls
		if second {
			m.setOpen(true)
		}
		if m.list.selected == before {
			return nil
		}
		return m.turn()
	})
}

// clickMenu offers what can be done with the call of a row.
func (m *model) clickMenu(id engine.SessionID) tea.Cmd {
	if m.box != nil || m.past != nil {
		return nil
	}
	cmd := m.clickRow(id, false)
	if m.list.selected == id && m.deck == nil {
		m.openPaletteFor(id)
	}
	return cmd
}

// clickChoice chooses in the open box what was clicked, as the arrows would: it starts
// nothing. What the arrows pass over is not offered, and all stays as it was.
func (m *model) clickChoice(want spot) tea.Cmd {
	return m.inShown(func(m *model) tea.Cmd {
		var all []tea.Cmd
		arrow := func(code rune) { all = append(all, m.box.press(m, tea.KeyPressMsg{Code: code})) }
		first := m.wayTo(want)
		for steps := 1; steps <= maxChoices && m.box != nil && first != 0; steps++ {
			arrow(first)
			switch way := m.wayTo(want); way {
			case 0:
				return tea.Batch(all...)
			case first:
			default: // beyond it
				for range steps {
					arrow(way)
				}
				m.tell(toneDim, "That one is not offered.")
				return tea.Batch(all...)
			}
		}
		return tea.Batch(all...)
	})
}

// maxChoices is how many steps a click on a choice may take the arrows.
const maxChoices = 64

// wayTo is the arrow that leads from what is chosen in the open box to what is wanted; 0
// where it is chosen, or not there.
func (m *model) wayTo(want spot) rune {
	if m.box == nil {
		return 0
	}
	chosen, wanted, at := -1, -1, 0
	for _, row := range m.box.draw(m, min(boxWidth, m.width-2-boxFrame)).rows {
		_, zones := unmarked(row)
		for _, z := range zones {
			if z.kind == spotChosen {
				chosen = at
			}
			if plain(z.spot) == plain(want) && (wanted < 0 || z.kind == spotChosen) {
				wanted = at
			}
			at++
		}
	}
	switch {
	case wanted < 0 || wanted == chosen:
		return 0
	case wanted > chosen:
		return tea.KeyDown
	}
	return tea.KeyUp
}

// asksFirst asks about a click on a key in the bottom row that would act at once on what
// others hear, or on the whole floor: a hand slips more easily than a finger. It reports
// whether the key is such a one.
func (m *model) asksFirst(k tea.KeyPressMsg) bool {
	s, ok := m.list.call()
	b := &clickBox{key: k}
	switch {
	case key.Matches(k, m.keys.Automation) && m.frame.Automation == engine.ModeOn:
		b.title, b.words, b.yes = "Put automation in shadow?", "Rules are judged and counted; nothing acts by itself any more.", "in shadow"
	case key.Matches(k, m.keys.Automation) && m.frame.Automation == engine.ModeOff:
		b.title, b.words, b.yes = "Turn automation on?", "Rules act again, for the whole floor.", "turn on"
	case !ok:
		return false
	case key.Matches(k, m.keys.Pay) && s.Pay.On():
		b.title, b.words, b.yes = "End the payment of "+callerOf(s)+"?", "The call is listened to again at once.", "end it"
	case key.Matches(k, m.keys.Pay):
		b.title, b.words, b.yes = "Does "+callerOf(s)+" pay now?", "Nobody listens, and nothing is kept, until the payment is over.", "begin it"
	case key.Matches(k, m.keys.Barge):
		b.title, b.words, b.yes = "Speak on the call of "+callerOf(s)+"?", "Everybody on the call hears you.", "speak"
	default:
		return false
	}
	if !key.Matches(k, m.keys.Automation) {
		b.session = s.ID
	}
	m.openBox(b, hangupDead)
	return true
}

// A clickBox asks before a key acts that was clicked and not pressed.
type clickBox struct {
	sureBox
	key tea.KeyPressMsg
}

func (b *clickBox) press(m *model, k tea.KeyPressMsg) tea.Cmd {
	switch {
	case key.Matches(k, m.keys.Keep):
		m.closeBox(toneDim, "Nothing was changed.")
	case m.dead():
	case key.Matches(k, m.keys.Yes):
		m.box = nil
		if b.session != "" && !m.pointAt(b.session) {
			return nil
		}
		return m.actOnCall(b.key)
	}
	return nil
}

// clickHeader sorts by the column whose title was clicked.
func (m *model) clickHeader(column string) {
	m.sortBy(column)
}

// focusAt gives the keyboard to the pane that was clicked.
func (m *model) focusAt(e tea.Mouse) {
	shown := m.shown()
	if m.inBox() || e.Button != tea.MouseLeft {
		return
	}
	p, ok := m.paneAt(e.X, e.Y)
	if !ok || p == shown.focus {
		return
	}
	m.touched()
	shown.focus = p
	shown.version++
}

// paneAt is the pane that stands at a place of the screen: the one whose title is the
// nearest above it, in the same column.
func (m *model) paneAt(x, y int) (pane, bool) {
	shown := m.shown()
	l := shown.layout()
	below := belowLines
	if shown.deck != nil {
		below += shown.extraLines()
	}
	if l.shape == shapeLine || y < aboveLines || y >= m.height-below {
		return 0, false
	}
	if l.shape == shapeFull {
		return shown.full, true
	}
	m.notePlaces()
	right := l.left < m.width && x > l.left
	found, ok := paneCalls, false
	for at := range min(y+1, len(m.ground.lines)) {
		for _, z := range m.ground.lines[at] {
			if n, err := strconv.Atoi(z.of); z.kind == spotPane && err == nil && (z.from > l.left == right || pane(n) == paneCalls) {
				found, ok = pane(n), true
			}
		}
	}
	return found, ok
}

// rolls are turns of the wheel that were not acted upon yet, and where it was.
type rolls struct {
	by      int
	at      tea.Mouse
	waiting bool
}

// rolled tells that the wheel's turns of the last moment are to be acted upon.
type rolled struct{}

// wheel gathers what the wheel does: a screen is drawn once for all that comes together.
func (m *model) wheel(e tea.Mouse) tea.Cmd {
	by := 1
	switch e.Button {
	case tea.MouseWheelUp:
		by = -1
	case tea.MouseWheelDown:
	default:
		return nil
	}
	if e.Mod != 0 {
		return nil
	}
	var cmd tea.Cmd
	if r := m.rolls; r.waiting && r.by != 0 && m.wheelPane(r.at) != m.wheelPane(e) {
		cmd = m.roll() // it went on to another pane
	}
	m.rolls.by, m.rolls.at = m.rolls.by+by, e
	if m.rolls.waiting {
		return cmd
	}
	m.rolls.waiting = true
	return tea.Batch(cmd, tea.Tick(rollGather, func(time.Time) tea.Msg { return rolled{} }))
}

func (m *model) wheelPane(e tea.Mouse) pane {
	p, ok := m.paneAt(e.X, e.Y)
	if !ok {
		return paneAll
	}
	return p
}

// roll moves what lay under the wheel as far as it was turned.
func (m *model) roll() tea.Cmd {
	r := m.rolls
	m.rolls = rolls{}
	if r.by == 0 {
		return nil
	}
	m.touched()
	p, ok := m.paneAt(r.at.X, r.at.Y)
	return m.inShown(func(m *model) tea.Cmd { return m.rollBy(r.by, p, ok) })
}

func (m *model) rollBy(by int, p pane, ok bool) tea.Cmd {
	k, times := tea.KeyPressMsg{Code: tea.KeyDown}, by
	if by < 0 {
		k, times = tea.KeyPressMsg{Code: tea.KeyUp}, -by
	}
	if m.box != nil {
		return m.rollBox(k, min(times, maxChoices))
	}
	if !ok {
		return nil
	}
	if p == paneCalls {
		before := m.list.selected
		m.list.move(by)
		m.list.rest(false)
		if m.list.selected != before {
			return m.turn()
		}
		return nil
	}
	if own, is := m.part(p); is {
		if s, scrolls := own.(scrolled); scrolls {
			s.move(m, by)
		}
	}
	return nil
}

// rollBox scrolls the open box. What is about to be ended is not chosen by the wheel.
func (m *model) rollBox(k tea.KeyPressMsg, times int) tea.Cmd {
	switch m.box.(type) {
	case *hangupBox, *sureBox, *clickBox, quitBox:
		return nil
	}
	var all []tea.Cmd
	for range times {
		if m.box == nil {
			break
		}
		all = append(all, m.box.press(m, k))
	}
	return tea.Batch(all...)
}

// tinyCursor is where the cursor stands on a screen too small for panes: at the end of
// what is typed, or at the line that is about a call.
func (m *model) tinyCursor(lines []string) (x, y int) {
	y = min(1, len(lines)-1)
	if y < 1 {
		return 0, y
	}
	before, _, typed := strings.Cut(ansi.Strip(lines[1]), m.theme.shape(caretSign))
	if m.inBox() && typed {
		return min(width(before), max(m.width-1, 0)), y
	}
	return 0, y
}

// caretSign stands where one types, in a box's one line.
const caretSign safe.Text = "▏"
