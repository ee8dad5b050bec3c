package tui

import (
	"slices"

	"charm.land/bubbles/v2/key"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// status is the line above the keys: what became of the last key, or what is shown.
func (m *model) status(w int) string {
	if b, ok := m.box.(lineBox); ok {
		drawn, _ := b.line(m, w)
		return drawn
	}
	if m.tourShown() && !m.filtered() {
		return m.tourLine(w)
	}
	l := m.theme.line(onPage, w)
	l.gap(1)
	to, air := m.onAir()
	if air == "" && m.notice.text != "" {
		air = m.filterBriefly()
	}
	if m.notice.text != "" {
		room := l.left
		if air != "" && room > 2*m.theme.width(air) {
			room -= width(m.theme.shape(air)) + 3
		}
		l.col(m.notice.tone, m.notice.text, room)
		l.gap(2)
		l.put(to, air)
		return l.end()
	}
	follow := m.followWords()
	if air != "" && (m.words.following() || to != toneDim) { // that he is heard comes before all else
		follow = air
	} else {
		to = toneDim
	}
	if follow != air {
		follow = m.givesWay(follow, l.left)
	}
	left, leftTone := m.listStatus(l.left-width(string(follow))-2), toneDim
	if notes := m.greetNotes(); notes != "" && left != "" { // with no call the strip tells it
		left = notes
	}
	if told := m.bellTold(); told != "" && m.width < splitWidth { // who waits for it to ring must know that it will not
		left = told + pick(left != "", " · ") + left
	}
	switch p, ok := m.part(m.full); {
	case m.isFull && ok:
		left = p.title() + "; esc goes back, tab to the next pane"
	case m.open:
		left = "open call; esc goes back to the list"
	}
	left, leftTone, follow = m.foundStatus(w, left, leftTone, follow)
	l.col(leftTone, left, l.left-m.theme.width(follow)-2)
	l.gap(1)
	l.put(to, follow)
	return l.end()
}

// onAir tells which call this supervisor's phone is on, and who hears him: he may have
// gone on to another call, and must not forget it.
func (m *model) onAir() (tone, safe.Text) {
	s, ok := m.frame.Session(m.air)
	leg, on := m.mine(s)
	if !ok || !on {
		return toneDim, ""
	}
	switch leg.Monitor {
	case engine.Monitor:
		return toneDim, "you listen to " + callerOf(s) + " · " + word(m.keys.StopListening) + " stops"
	case engine.Whisper:
		return toneWatch, "you whisper to " + callerOf(s) + "'s operator · " + word(m.keys.StopListening) + " stops"
	case engine.Barge:
		return toneBadStrong, "everybody on " + callerOf(s) + " hears you · " + word(m.keys.StopListening) + " stops"
	}
	return toneDim, "your phone is called …"
}

// followWords tells whether the newest words are shown.
func (m *model) followWords() safe.Text {
	if m.words.following() {
		if s, ok := m.list.call(); ok && s.Phase == engine.PhaseOver {
			return "the call is over"
		}
		return "following live ●"
	}
	return "paused, " + m.hiddenWords() + "  " + word(m.keys.Follow) + " follows"
}

// stripWidth is how wide a screen is that has room for a veto among the keys, though one
// more is needed there.
const stripWidth = 76

// hints are the keys that the footer shows, the most needed first.
func (m *model) hints() []key.Binding {
	k := m.keys
	if m.box != nil {
		return nil // the box shows its own: no other key does anything
	}
	help := []key.Binding{k.Help}
	if m.hasTroubles() {
		help = append(help, k.Troubles)
	}
	if m.list.onFold {
		return slices.Concat([]key.Binding{as(k.Open, "open the calm calls")}, help, []key.Binding{k.Command, k.Automation, k.Quit})
	}
	if len(m.list.rows) == 0 && m.filtered() {
		return slices.Concat([]key.Binding{as(k.Back, "all calls"), k.Filter}, help, []key.Binding{k.Command, k.Automation, k.Quit})
	}
	if len(m.list.rows) == 0 {
		return slices.Concat(help, []key.Binding{k.Command, k.Automation, k.Quit})
	}
	acts, more := []key.Binding{k.Transfer, k.Mute, k.Hangup}, []key.Binding{k.Hold, k.Listen}
	s, ok := m.list.call()
	if m.width >= stripWidth || !m.hasTroubles() && !(ok && s.Pay.On()) { // where it is not, the strip shows it when it acts
		acts = slices.Insert(acts, 1, k.Veto)
	}
	if ok {
		if leg, on := m.mine(s); on {
			acts, more = []key.Binding{k.Transfer, k.StopListening, k.Hangup}, []key.Binding{k.TakeOver}
			if leg.Monitor == engine.Monitor {
				more = []key.Binding{k.Whisper, k.Barge, k.TakeOver}
			}
		}
	}
	if ok && s.Pay.On() {
		acts = append([]key.Binding{as(k.Pay, "end payment")}, acts...)
	}
	var own []key.Binding
	if p, ok := m.part(m.focus); ok {
		own = p.hints(m)
	}
	whole := as(k.Open, "whole screen")
	first, next := beside(own, whole), beside(own, k.Pane)
	rest := slices.Concat(more, []key.Binding{k.Why, k.Claim, k.Pay, k.Automation, k.Command})
	switch {
	case m.isFull && (m.full == paneFloor || m.full == paneAll): // no call is shown: nothing acts on one
		return slices.Concat([]key.Binding{k.Back}, own, next, []key.Binding{k.Veto}, help, []key.Binding{k.Automation, k.Command, k.Quit})
	case m.isFull:
		return slices.Concat([]key.Binding{k.Back}, own, next, acts, help, rest)
	case m.open:
		return slices.Concat([]key.Binding{k.Back}, acts, help, own, first, next, rest)
	case m.focus != paneCalls:
		return slices.Concat(first, []key.Binding{k.Back}, acts, help, own, next, rest)
	}
	return slices.Concat([]key.Binding{k.Open}, acts, help, []key.Binding{k.Filter, k.Command}, more, []key.Binding{k.Automation, k.Sort, k.Quit, k.Why, k.Claim, k.Pane, k.Scroll})
}

// beside is a key that every pane has, where the pane's own do not say what it does there.
func beside(own []key.Binding, k key.Binding) []key.Binding {
	if slices.ContainsFunc(own, func(b key.Binding) bool { return b.Help().Key == k.Help().Key }) {
		return nil
	}
	return []key.Binding{k}
}

// footer draws the keys: as many whole ones as fit, help always.
func (m *model) footer(w int) string {
	if b, ok := m.box.(lineBox); ok {
		return b.keys(m, w)
	}
	l := m.theme.line(onPage, w)
	m.hintsInto(l, m.hints())
	return l.end()
}

// hintsInto writes keys and what they do.
func (m *model) hintsInto(l *line, hints []key.Binding) {
	gap := 2
	if l.left >= 100 {
		gap = 3
	}
	l.gap(1)
	for i, b := range hints {
		h := b.Help()
		k, does := m.theme.keyName(h.Key), own(h.Desc)
		before := gap
		if i == 0 {
			before = 0
		}
		if need := before + width(m.theme.shape(k)) + 1 + width(m.theme.shape(does)); need >= l.left { // a cell of air at the end
			continue
		}
		l.gap(before)
		l.hint(toneAccent, k, width(m.theme.shape(k))+1+width(m.theme.shape(does)))
		l.gap(1)
		l.put(toneDim, does)
	}
}
