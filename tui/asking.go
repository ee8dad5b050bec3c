package tui

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
)

// What the console asks its terminal: whether it is dark or light, and, over SSH, how long
// it takes to answer.
//
// The first frame waits for the first of three: the colour of the background, the answer to
// the question after it, which every terminal gives and which shows that this one tells no
// colours, and 300 ms. So a terminal that answers is drawn once and right, which flickers
// less than a dark screen that turns light, and it costs one round trip; who answers nothing
// is drawn dark. A later answer still counts: over a slow line it is the right one.

// Waits and limits, on the wall.
const (
	answerWait = 300 * time.Millisecond // for the first frame
	slowAnswer = 200 * time.Millisecond // over a line that is slower the console is calm
	slowTwice  = 2                      // so often in a row, for once may be chance
	askEvery   = time.Minute            // a terminal may turn dark in the evening, and a line slow
)

// An asking is what was asked of the terminal and is not answered yet.
type asking struct {
	holds bool      // the first frame waits
	last  time.Time // when it was asked, on the wall; zero: never
	since time.Time // when the question was asked that is not answered yet; zero: none
	slow  int       // answers in a row that took too long
}

// unanswered tells that the first frame has waited long enough.
type unanswered struct{}

// askTerminal asks the terminal what is not known about it, if anything.
func (m *model) askTerminal() tea.Cmd {
	if m.look.Background != BackgroundAsked && !m.look.Remote {
		return nil
	}
	var cmds []tea.Cmd
	if m.look.Background == BackgroundAsked {
		cmds = append(cmds, tea.RequestBackgroundColor)
	}
	first := m.asking.last.IsZero()
	m.asking.last = m.wall.Now()
	m.asking.since = m.asking.last
	ask := tea.Sequence(append(cmds, tea.Raw(ansi.RequestPrimaryDeviceAttributes))...)
	if !first || m.look.Background != BackgroundAsked {
		return ask
	}
	m.asking.holds = true
	return tea.Batch(ask, tea.Tick(answerWait, func(time.Time) tea.Msg { return unanswered{} }))
}

// askInTime asks again what was asked at the start. It is called with every frame.
func (m *model) askInTime() tea.Cmd {
	if m.asking.last.IsZero() || m.wall.Now().Sub(m.asking.last) < askEvery {
		return nil
	}
	return m.askTerminal()
}

// unhold lets the first frame be drawn.
func (m *model) unhold() {
	if m.asking.holds {
		m.asking.holds = false
		m.version++
	}
}

// terminalAnswered takes the answer that every terminal gives, and the time that it took.
func (m *model) terminalAnswered() tea.Cmd {
	m.unhold()
	if m.asking.since.IsZero() {
		return nil
	}
	took := m.wall.Now().Sub(m.asking.since)
	m.asking.since = time.Time{}
	if !m.look.Remote || m.look.Calm {
		return nil
	}
	if took <= slowAnswer {
		m.asking.slow = 0
		return nil
	}
	if m.asking.slow++; m.asking.slow < slowTwice {
		m.asking.since = m.wall.Now()
		return tea.Raw(ansi.RequestPrimaryDeviceAttributes)
	}
	m.setCalmly(true)
	m.tell(toneWatch, "The line is slow ("+own(took.Round(10*time.Millisecond).String())+"): nothing moves by itself now. "+m.colon("calm off")+" undoes it.")
	return nil
}

// onGround takes the terminal's answer whether it is dark. Who was told otherwise does not
// heed it.
func (m *model) onGround(dark bool) {
	m.unhold()
	if m.look.Background == BackgroundAsked && dark != m.dark {
		m.dark = dark
		m.retheme()
	}
}

// recolour takes how many colours the terminal has.
func (m *model) recolour(depth colorprofile.Profile) {
	if depth != m.depth {
		m.depth = depth
		m.retheme()
	}
}

// setCalm does what :calm says.
func (m *model) setCalm(typed string) tea.Cmd {
	on := !m.look.Calm
	switch strings.ToLower(strings.TrimSpace(typed)) {
	case "":
	case "on":
		on = true
	case "off":
		on = false
	default:
		m.tell(toneWatch, "After calm comes on, off, or nothing to change it.")
		return nil
	}
	m.setCalmly(on)
	if on {
		m.tell(toneDim, "Calm: nothing moves by itself. calm: true in console.yaml keeps it so.")
		return nil
	}
	m.asking.slow = -1 << 20 // who wants it otherwise is not asked again
	m.tell(toneDim, "No longer calm: countdowns have their bar.")
	return nil
}

// setCalmly has nothing move, or move again, here and in the replay that is shown.
func (m *model) setCalmly(on bool) {
	m.look.Calm = on
	if m.past != nil {
		m.past.look.Calm = on
		m.past.version++
	}
	m.version++
	m.drawn.forget()
}
