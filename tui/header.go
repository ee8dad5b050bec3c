package tui

import (
	"strconv"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// minTold is how many cells the header must have left to begin to tell a trouble's
// detail.
const minTold = 32

// A vital is one of the things that the header tells, and the gap before it.
type vital struct {
	gap  int
	tone tone
	text safe.Text
}

// cells is how many cells vitals take with their gaps.
func (th *theme) cells(all ...vital) int {
	n := 0
	for _, v := range all {
		if v.text != "" {
			n += v.gap + th.width(v.text)
		}
	}
	return n
}

// vitals are what the header has room for, in the order in which they
// stand.
type vitals struct {
	name                                                         vital
	must                                                         []vital
	voice, text, share, feed, outage, policy, bells, bad, detail vital
	left                                                         int
	theme                                                        *theme
}

// offer puts a vital into its place, in place of a shorter one, where there is room.
func (h *vitals) offer(place *vital, v vital) bool {
	need := h.theme.cells(v) - h.theme.cells(*place)
	if v.text == "" || need > h.left {
		return false
	}
	*place = v
	h.left -= need
	return true
}

// header says what is shown, how fresh it is, what went wrong, and what o'clock it is.
// When it gets narrow the program's name leaves before a word about trouble does.
func (m *model) header(w int) string {
	if m.deck != nil {
		return m.replayHeader(w)
	}
	l := m.theme.line(onPage, w)
	clock := clockTime(m.now, m.zone)
	gap := 2
	if w >= 100 {
		gap = 3
	}
	h := vitals{left: w - width(string(clock)) - 2, theme: m.theme}
	m.fill(&h, gap)
	all := append([]vital{h.name}, h.must...)
	for _, v := range append(all, h.voice, h.text, h.share, h.feed, h.outage, h.policy, h.bells, h.bad, h.detail) {
		if v.text != "" {
			l.gap(v.gap)
			l.put(v.tone, v.text)
		}
	}
	l.gap(l.left - width(string(clock)) - 1)
	l.put(toneDim, clock)
	return l.end()
}

// fill offers the header what it may tell, the most needed first: first of all that
// there is trouble, how fresh the words are and how many calls are heard; the long forms
// only where all short ones have room.
func (m *model) fill(h *vitals, gap int) {
	for i, v := range m.musts(gap) {
		if i == 0 {
			v.gap = 1
		}
		if m.theme.cells(v) <= h.left {
			h.left -= m.theme.cells(v)
			h.must = append(h.must, v)
		}
	}
	vitalOf := func(to tone, text safe.Text) vital { return vital{gap, to, text} }
	out := m.outageTold()
	outage := func(text safe.Text) { h.offer(&h.outage, vitalOf(toneWatch, text)) }
	bad := m.bad()

	if m.tally.ears.deaf > m.tally.states[stateBlind] { // no sign counts them all: that says more than why
		h.offer(&h.share, vitalOf(m.share()))
	}
	h.offer(&h.bad, vitalOf(toneDim, bad.count))
	outage(out[0])
	h.offer(&h.text, vitalOf(m.text()))
	if m.width >= splitWidth { // else the status line tells it
		h.offer(&h.bells, vitalOf(toneWatch, m.bellTold()))
	}
	h.offer(&h.share, vitalOf(m.share()))
	h.offer(&h.bad, vitalOf(bad.tone, bad.name))
	h.offer(&h.bad, vitalOf(bad.tone, bad.aged))
	outage(out[1])
	if bad.tone == toneWatch { // it goes on: how often it has happened says more than how fresh the voice is
		h.offer(&h.bad, vitalOf(bad.tone, bad.full))
	}
	h.offer(&h.voice, vitalOf(m.voice()))
	h.offer(&h.bad, vitalOf(bad.tone, bad.full))
	outage(out[2])
	if named := (vital{gap, toneText, "switchboard"}); h.offer(&h.name, named) {
		h.name.gap, h.must[0].gap = 1, gap // the one that stood first has a neighbour now
	}
	if h.share.text != "" {
		h.offer(&h.feed, vital{1, toneDim, m.heardBy()})
	}
	outage(out[3])
	if m.width >= splitWidth {
		h.offer(&h.policy, vitalOf(toneDim, m.policyTold()))
	}
	if b := m.frame.Bells; b.Of > 0 && m.width >= wideWidth && h.bells.text == "" {
		h.offer(&h.bells, vitalOf(toneDim, own("bells "+strconv.Itoa(b.Rung)+" of "+strconv.Itoa(b.Of)+" this hour")))
	}
	if bad.detail != "" && h.bad.text == bad.full && h.name.text != "" && h.left >= minTold {
		h.offer(&h.detail, vital{0, bad.tone, ": " + clipTo(m.theme, bad.detail, h.left-4)})
	}
}

// musts are the vitals that the header tells whatever its width, the most needed first.
func (m *model) musts(gap int) []vital {
	all := []vital{{gap, toneAccent, m.title}}
	if to, words := m.automation(); words != "" && !(m.deck != nil && m.deck.within) { // A turns that of the live calls
		all = append(all, vital{gap, to, words})
	}
	all = append(all, vital{gap, toneText, count(m.tally.calls, "call", "calls")})
	apart := gap
	n := m.tally.states
	for _, group := range []struct {
		like  state
		calls int
	}{{stateHot, n[stateProposed] + n[stateHot]}, {stateAsk, n[stateAsk] + n[stateQueued]}, {stateBlind, n[stateBlind]}, {stateAlert, n[stateAlert]}} {
		if group.calls > 0 {
			glyph, _, to := group.like.sign()
			all = append(all, vital{apart, to, own(strconv.Itoa(group.calls)) + glyph})
			apart = 1 // these stand together
		}
	}
	if n := m.tally.paysLong; n > 0 {
		all = append(all, vital{gap, toneWatch, own(strconv.Itoa(n) + "▒ paying over 3 min")})
	}
	if m.health.Journal != "" {
		all = append(all, vital{gap, toneBadStrong, "▲ journal"})
	}
	if m.limited() {
		all = append(all, vital{gap, toneWatch, "! dial limit"})
	}
	return all
}

// limited reports whether Telnyx has just refused a dial for the account's own limit.
func (m *model) limited() bool {
	return !m.frame.Limited.IsZero() && m.now.Sub(m.frame.Limited) < limitTold
}

// automation tells in words whether rules act.
func (m *model) automation() (tone, safe.Text) {
	switch m.frame.Automation {
	case engine.ModeOn:
		return toneDim, "auto on"
	case engine.ModeShadow:
		if m.width < 76 {
			return toneWatch, "SHADOW: nothing acts"
		}
		return toneWatch, "SHADOW: nothing acts by itself"
	case engine.ModeOff:
		return toneBadStrong, "AUTO OFF"
	}
	return toneDim, ""
}

// policyName is the policy by which calls are judged, with its version.
func (m *model) policyName() safe.Text {
	p := m.frame.Policy
	name := safe.Clean(p.Name, maxRule)
	if name != "" && p.Version > 0 {
		name += own(" v" + strconv.Itoa(p.Version))
	}
	return name
}

// policyTold names the policy, where there is one.
func (m *model) policyTold() safe.Text {
	if name := m.policyName(); name != "" {
		return "policy " + name
	}
	return ""
}

// A badWords is what went wrong last, in fewer and in more words.
type badWords struct {
	tone                            tone
	count, name, aged, full, detail safe.Text
}

// bad names what went wrong last; all of it is empty where nothing did.
func (m *model) bad() badWords {
	if len(m.troubles) == 0 {
		return badWords{}
	}
	newest := m.troubles[0]
	bad := badWords{tone: toneDim, count: count(m.troubled(), "trouble", "troubles"), name: "! " + newest.name, detail: newest.detail}
	age := safe.Text("")
	if !newest.last.IsZero() {
		age = " " + short(m.now.Sub(newest.last))
	}
	if newest.isNew(m.now) {
		bad.tone = toneWatch
	}
	bad.aged, bad.full = bad.name+age, bad.count+": "+newest.name+age
	return bad
}

// voice tells how long ago Telnyx was last heard of.
func (m *model) voice() (tone, safe.Text) {
	last := m.health.Webhook
	if m.health.Telnyx.After(last) {
		last = m.health.Telnyx
	}
	if last.IsZero() {
		return toneDim, "○ voice"
	}
	age := short(m.now.Sub(last))
	if age == "0s" {
		age = "<1s"
	}
	return toneDim, padded("● voice "+age, len("x voice 12s"))
}
