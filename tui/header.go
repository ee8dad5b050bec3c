package tui

import (
	"strconv"
	"time"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// When the age of what we hear is worth a look, in house time.
const textStale = 30 * time.Second // Symbl has not answered though it listens

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
func cells(vitals ...vital) int {
	n := 0
	for _, v := range vitals {
		if v.text != "" {
			n += v.gap + width(string(v.text))
		}
	}
	return n
}

// header says what is shown, how fresh it is, what went wrong, and what o'clock it is.
// When it gets narrow the program's name leaves before a word about trouble does.
func (m *model) header(w int) string {
	l := m.theme.line(onPage, w)
	clock := clockTime(m.now, m.zone)
	room := w - width(string(clock)) - 2
	gap := 2
	if w >= 100 {
		gap = 3
	}
	name := vital{1, toneStrong, "switchboard"}
	vitals := m.vitals(gap)
	bad, named := m.bad(room, gap, name, vitals)
	if !named {
		vitals[0].gap = 1
	} else {
		vitals = append([]vital{name}, vitals...)
	}
	for _, v := range vitals { // room for the trouble is kept
		if v.text != "" && w-l.left+cells(v, bad) <= room {
			l.gap(v.gap)
			l.put(v.tone, v.text)
		}
	}
	if w-l.left+cells(bad) <= room && bad.text != "" {
		l.gap(bad.gap)
		l.put(bad.tone, bad.text)
	}
	l.gap(l.left - width(string(clock)) - 1)
	l.put(toneDim, clock)
	return l.end()
}

// vitals are what the header tells beside name and trouble, the most needed first.
func (m *model) vitals(gap int) []vital {
	all := []vital{{gap, toneAccent, m.title}}
	if to, words := m.automation(); words != "" {
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
	if m.health.Journal != "" {
		all = append(all, vital{gap, toneBadStrong, "▲ journal"})
	}
	if m.limited() {
		all = append(all, vital{gap, toneWatch, "! dial limit"})
	}
	voice, text := vital{gap: gap}, vital{gap: gap}
	voice.tone, voice.text = m.voice()
	text.tone, text.text = m.text()
	all = append(all, voice, text)
	if name := m.policyName(); name != "" && m.width >= splitWidth {
		all = append(all, vital{gap, toneDim, "policy " + name})
	}
	if b := m.frame.Bells; b.Of > 0 && m.width >= wideWidth {
		all = append(all, vital{gap, toneDim, own("bells " + strconv.Itoa(b.Rung) + " of " + strconv.Itoa(b.Of) + " this hour")})
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

// bad names what went wrong last, as fully as there is room for, and reports whether
// there is room for the program's name beside it.
func (m *model) bad(room, gap int, name vital, vitals []vital) (bad vital, named bool) {
	if len(m.troubles) == 0 {
		return vital{}, true
	}
	newest := m.troubles[0]
	bad = vital{gap: gap, tone: toneDim}
	age := safe.Text("")
	if !newest.last.IsZero() {
		age = " " + short(m.now.Sub(newest.last))
	}
	if newest.isNew(m.now) {
		bad.tone = toneWatch
	}
	all := count(m.troubled(), "trouble", "troubles")
	full := all + ": " + newest.name + age
	for _, try := range []struct {
		text  safe.Text
		named bool
	}{{full, true}, {full, false}, {"! " + newest.name + age, false}, {"! " + newest.name, false}, {all, false}} {
		bad.text, named = try.text, try.named
		used := cells(vitals...) + cells(bad)
		if named {
			used += cells(name)
		} else {
			used += 1 - vitals[0].gap
		}
		if used > room {
			continue
		}
		if free := room - used; free >= minTold && named && newest.detail != "" {
			bad.text += ": " + clipTo(m.theme, newest.detail, free-4)
		}
		break
	}
	return bad, named
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
	return toneDim, "● voice " + short(m.now.Sub(last))
}

// text tells how long ago the feed was last heard of, or that none listens.
func (m *model) text() (tone, safe.Text) {
	last := m.health.Symbl
	switch {
	case m.frame.Deaf != "":
		return toneWatch, "? no text"
	case last.IsZero():
		return toneDim, "○ text"
	case m.tally.talks > 0 && m.now.Sub(last) > textStale:
		return toneWatch, "? text " + short(m.now.Sub(last))
	}
	return toneDim, "● text " + short(m.now.Sub(last))
}
