package tui

import (
	"slices"
	"strconv"
	"time"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// How well all calls are heard together, as the header and the strip tell it.

// maxOutage is how much of the reason of an outage is shown in one line, in runes.
const maxOutage = 120

// An ears is how well all calls are heard.
type ears struct {
	awaited int // calls that are to be heard
	heard   int
	unheard int                        // … and are not, though they were to be by now
	deaf    int                        // … and that lasts
	by      [engine.FeedTelnyx + 1]int // heard calls by feed
	newest  time.Time                  // sentence of anybody
}

func (e *ears) add(s *engine.Session, now time.Time) {
	if s.Feed.Heard.After(e.newest) {
		e.newest = s.Feed.Heard
	}
	if deaf(s, now) {
		e.deaf++
	}
	if !awaited(s) {
		return
	}
	e.awaited++
	if unheard(s) {
		e.unheard++
	}
	if heard(s) {
		e.heard++
		if int(s.Feed.Kind) < len(e.by) {
			e.by[s.Feed.Kind]++
		}
	}
}

// share tells how many of the calls that are to be heard are: "7 of 8 heard", or
// shorter where the screen is narrow.
func (m *model) share() (tone, safe.Text) {
	e := m.tally.ears
	if e.awaited == 0 || m.frame.Deaf != "" {
		return toneDim, ""
	}
	of := " of "
	if m.width < splitWidth {
		of = "/"
	}
	to := toneDim
	if e.unheard > 0 {
		to = toneWatch
	}
	return to, own(strconv.Itoa(e.heard) + of + strconv.Itoa(e.awaited) + " heard")
}

// heardBy names the feed that hears the calls; where there are several, how many each.
func (m *model) heardBy() safe.Text {
	var kinds []engine.FeedKind
	by := m.tally.ears.by
	for k := engine.FeedStream; k <= engine.FeedTelnyx; k++ {
		if by[k] > 0 {
			kinds = append(kinds, k)
		}
	}
	switch len(kinds) {
	case 0:
		return ""
	case 1:
		return "by " + feedName(kinds[0])
	}
	text := safe.Text("(")
	for i, k := range kinds {
		if i > 0 {
			text += ", "
		}
		text += own(strconv.Itoa(by[k])) + " " + feedName(k)
	}
	return text + ")"
}

// text tells how long ago the newest sentence of all calls came in, or that none can.
// The age steps once a second, however often something else on the screen changes.
func (m *model) text() (tone, safe.Text) {
	e := m.tally.ears
	switch {
	case m.frame.Deaf != "":
		return toneWatch, "? no text"
	case e.newest.IsZero() && e.awaited == 0:
		return toneDim, "○ text"
	}
	glyph, to := safe.Text("●"), toneDim
	if e.awaited > 0 && e.heard == 0 && e.unheard > 0 {
		glyph, to = "?", toneWatch
	}
	age := safe.Text("–")
	if !e.newest.IsZero() {
		age = tenths(m.now.Truncate(time.Second).Sub(e.newest))
	}
	return to, padded(glyph+" text "+age, len("x text 1.4s"))
}

// padded gives a text at least so many cells, so that what stands behind it does not
// move when a number in it grows.
func padded(text safe.Text, cells int) safe.Text {
	return text + own(spaces(cells-width(string(text))))
}

// outages are the feeds that calls pass over now.
func (m *model) outages() []engine.Outage {
	if len(m.frame.Outages) == 0 {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(m.frame.Outages), func(o engine.Outage) bool { return !o.Until.After(m.now) })
}

// outageTold tells of the feeds that are out, in more and more words; in none where none
// is.
func (m *model) outageTold() (told [4]safe.Text) {
	out := m.outages()
	if len(out) == 0 {
		return told
	}
	brief, named, why, whole := safe.Text("! feed out"), safe.Text("! "), safe.Text("! "), safe.Text("! ")
	if len(out) > 1 {
		brief = own("! " + strconv.Itoa(len(out)) + " feeds out")
	}
	for i, o := range out {
		if i > 0 {
			named, why, whole = named+", ", why+"; ", whole+".  "
		}
		one := feedName(o.Kind) + " out " + short(m.now.Sub(o.Since))
		named += one
		why += one
		if o.Why != "" {
			why += ": " + safe.Clean(o.Why, maxOutage)
		}
		whole += m.outage(o)
	}
	return [4]safe.Text{brief, named, why, whole}
}

// outage tells of one feed that is out, and what is done about it.
func (m *model) outage(o engine.Outage) safe.Text {
	text := feedTitle(o.Kind) + " out for " + seconds(m.now.Sub(o.Since))
	if why := safe.Clean(o.Why, maxOutage); why != "" {
		text += ": " + why
	}
	return text + "; tried again in the background"
}

// freshOutage returns a feed that has just failed: it is news.
func (m *model) freshOutage() (engine.Outage, bool) {
	for _, o := range m.outages() {
		if m.now.Sub(o.Since) < troubleNew {
			return o, true
		}
	}
	return engine.Outage{}, false
}

// outageStrip tells of a feed that is out while nothing else is to be told.
func (m *model) outageStrip(w int, o engine.Outage) string {
	text := m.outage(o)
	name := feedTitle(o.Kind)
	return m.calm(w, "!", name, text[len(name)+1:])
}
