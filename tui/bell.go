package tui

import (
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"switchboard/engine"
	"switchboard/tui/prefs"
	"switchboard/tui/safe"
)

// The floor has a budget of bells, which the engine keeps: an alert that is over it does
// not ring. The console rings for those that do, once each, and never of its own accord.

// maxMute is how long the bell can be muted: it is not to be forgotten about.
const maxMute = 8 * time.Hour

// A rung is an alert or a proposal that has had its bell.
type rung struct {
	session engine.SessionID
	rule    string
	at      time.Time
}

// A watch says whether anybody looks at the terminal, as far as it tells.
type watch uint8

const (
	watchUnknown watch = iota // it has not told: many never do
	watchHere
	watchAway
)

// focused notes whether the terminal has the keyboard.
func (m *model) focused(on bool) {
	m.watch = watchAway
	if on {
		m.watch = watchHere
	}
}

// A bellState is whether this console rings, beside what its configuration says.
type bellState struct {
	off   bool // until it is turned on again, or the console ends
	on    bool // although it is configured not to ring
	muted int  // minutes that are left of its muting, as drawn

	rung  map[rung]bool // alerts that have had their bell; nil: the console begins
	frame uint64        // that they were last looked for in
}

// bell rings once for each alert that may ring, when it comes. Those that are there
// when the console begins are taken as known, and so are those that come while it is
// muted.
func (m *model) bell() tea.Cmd {
	if m.bells.frame == m.frame.Number && m.bells.rung != nil {
		return nil
	}
	begins := m.bells.rung == nil
	m.bells.frame = m.frame.Number
	now := map[rung]bool{}
	news := 0
	for _, s := range m.frame.Sessions {
		for _, a := range s.Alerts {
			if !a.Rings || a.Seen || s.Phase == engine.PhaseOver {
				continue
			}
			r := rung{s.ID, a.Rule, a.At}
			now[r] = true
			if !m.bells.rung[r] {
				news++
			}
		}
	}
	m.bells.rung = now
	if news == 0 || begins || !m.rings() {
		return nil
	}
	return tea.Raw(m.ring(news))
}

// ring is what has the terminal ring for so many alerts: its bell, and, where it has said
// that nobody looks at it, a notice. That holds words of ours and counts, for who is
// calling is not for whoever sees a screen.
func (m *model) ring(alerts int) string {
	if m.watch != watchAway {
		return "\a"
	}
	words := "switchboard: " + string(count(alerts, "alert", "alerts"))
	if n := m.tally.attention(); n > 0 {
		words += ", " + string(count(n, "call needs a look", "calls need a look"))
	}
	return "\a" + m.look.Wrap.through(ansi.Notify(words))
}

// rings reports whether the bell rings here now.
func (m *model) rings() bool {
	configured := m.config.Bell == nil || *m.config.Bell || m.bells.on
	return !m.look.Silent && configured && !m.bells.off && m.mutedFor() == 0
}

// mutedFor is how many minutes the bell is muted from now, the last one whole.
func (m *model) mutedFor() int {
	left := m.state.MutedUntil.Sub(m.wall.Now())
	if left <= 0 || left > maxMute { // a clock that was set back does not mute it for ever
		return 0
	}
	return int((left + time.Minute - 1) / time.Minute)
}

// bellTold tells in the header that the bell does not ring; nothing where it does.
func (m *model) bellTold() safe.Text {
	switch configured := m.config.Bell == nil || *m.config.Bell || m.bells.on; {
	case m.deck != nil || m.look.Silent:
		return ""
	case m.bells.off || !configured:
		return "bell off"
	case m.bells.muted > 0:
		return own("bell muted, " + strconv.Itoa(m.bells.muted) + " min")
	}
	return ""
}

// turnBell is the command that turns the bell off and on, and mutes it for a while.
func (m *model) turnBell(rest string) tea.Cmd {
	words := strings.Fields(rest)
	switch {
	case len(words) == 1 && words[0] == "off":
		m.bells.off, m.bells.on = true, false
		m.tell(toneWatch, "The bell is off at this console; alerts are still shown.  "+m.colon("bell on")+" turns it on.")
	case len(words) == 1 && words[0] == "on":
		m.bells.off, m.bells.on = false, true
		m.mute(time.Time{})
		m.tell(toneDim, "The bell rings, "+m.budgetWords())
	case len(words) == 2 && words[0] == "mute":
		return m.muteFor(words[1])
	default:
		m.tell(toneWatch, "Type  "+m.colon("bell off")+",  "+m.colon("bell on")+",  or  "+m.colon("bell mute 30")+"  for 30 minutes.")
	}
	return nil
}

// muteFor mutes the bell for so many minutes, as typed.
func (m *model) muteFor(typed string) tea.Cmd {
	n, err := strconv.Atoi(typed)
	if most := int(maxMute / time.Minute); err != nil || n < 1 || n > most {
		m.tell(toneWatch, own("The bell is muted for 1 to "+strconv.Itoa(most)+" minutes, as in  :bell mute 30"))
		return nil
	}
	m.bells.off = false
	m.mute(m.wall.Now().Add(time.Duration(n) * time.Minute))
	m.tell(toneWatch, "The bell is muted for "+own(strconv.Itoa(n))+" min; alerts are still shown.  :bell on ends it.")
	return nil
}

func (m *model) mute(until time.Time) {
	if !m.state.MutedUntil.Equal(until) {
		m.remember(func(s *prefs.State) { s.MutedUntil = until })
	}
	m.bells.muted = m.mutedFor()
}

// budgetWords says how often it may ring.
func (m *model) budgetWords() safe.Text {
	b := m.frame.Bells
	if b.Of <= 0 {
		return "for alerts that may."
	}
	return own(strconv.Itoa(b.Of) + " times an hour at most for the whole floor; " + strconv.Itoa(b.Rung) + " so far.")
}

// A Wrap is what stands between the console and the terminal that shows notices, and
// hands on only what is wrapped for it.
type Wrap uint8

// The wraps. The zero Wrap is none.
const (
	WrapNone   Wrap = iota
	WrapTmux        // whose allow-passthrough must be on
	WrapScreen      // GNU screen
)

// wrapOf reads a Wrap from an environment.
func wrapOf(env map[string]string) Wrap {
	switch {
	case env["TMUX"] != "":
		return WrapTmux
	case env["STY"] != "":
		return WrapScreen
	}
	return WrapNone
}

// through wraps a sequence.
func (w Wrap) through(sequence string) string {
	switch w {
	case WrapTmux:
		return ansi.TmuxPassthrough(sequence)
	case WrapScreen:
		return ansi.ScreenPassthrough(sequence, 0)
	case WrapNone:
	}
	return sequence
}
