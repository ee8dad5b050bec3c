package tui

import (
	"slices"
	"strconv"
	"time"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// What hears one call: which feed, since when, how old its newest sentence is, and what
// nobody heard.

// speaksLong is how long, in house time, the customer speaks before it is said that no
// words of his come.
const speaksLong = 10 * time.Second

// feedName names a feed where there is room for two words.
func feedName(k engine.FeedKind) safe.Text {
	switch k {
	case engine.FeedStream:
		return "Symbl stream"
	case engine.FeedPhone:
		return "Symbl phone"
	case engine.FeedTelnyx:
		return "Telnyx"
	default:
		return "a feed"
	}
}

// feedWord names a feed in one word, beside a leg.
func feedWord(k engine.FeedKind) safe.Text {
	switch k {
	case engine.FeedStream:
		return "stream"
	case engine.FeedPhone:
		return "phone"
	case engine.FeedTelnyx:
		return "Telnyx"
	default:
		return "a feed"
	}
}

// feedTitle is a feed's whole name.
func feedTitle(k engine.FeedKind) safe.Text {
	if k == 0 {
		return "a feed"
	}
	return own(k.Words())
}

// awaited reports whether a call is to be heard now: it goes on, its announcement is over,
// the customer does not pay, and has agreed where he was asked.
func awaited(s *engine.Session) bool {
	f := &s.Feed
	return s.Phase == engine.PhaseTalking && !s.Pay.On() && !s.Unagreed() &&
		(f.Wanted || f.Why != "" || f.Status == engine.FeedConnecting || f.Status == engine.FeedLive || f.Status == engine.FeedBlind)
}

// heard reports whether a call is heard, and in time to act upon it.
func heard(s *engine.Session) bool {
	if !awaited(s) || s.Feed.Status != engine.FeedLive || s.Feed.Late {
		return false
	}
	_, gap := gapOf(s, "")
	return !gap
}

// unheard reports whether a call is not heard though it was to be by now.
func unheard(s *engine.Session) bool {
	if s.Phase != engine.PhaseTalking {
		return false
	}
	_, gap := gapOf(s, "")
	return gap || s.Blind()
}

// gapOf returns the gap of a leg that lasts; without a name that of the whole call.
func gapOf(s *engine.Session, leg engine.LegName) (engine.Gap, bool) {
	for i := len(s.Feed.Gaps) - 1; i >= 0; i-- {
		if g := s.Feed.Gaps[i]; g.Leg == leg && g.To.IsZero() {
			return g, true
		}
	}
	return engine.Gap{}, false
}

// earOf returns how one feed stands on a call.
func earOf(s *engine.Session, kind engine.FeedKind) (engine.Ear, bool) {
	for _, e := range s.Feed.Ears {
		if e.Kind == kind {
			return e, true
		}
	}
	return engine.Ear{}, false
}

// lineOf reports whether a leg is one that the feed in charge hears alone, and whether
// its sound comes.
func lineOf(s *engine.Session, leg engine.LegName) (up, there bool) {
	ear, _ := earOf(s, s.Feed.Kind)
	for _, l := range ear.Lines {
		if l.Leg == leg {
			return l.Taken && l.Up, true
		}
	}
	return false, false
}

// heardLines tell what hears a call: by what, since when, how old its newest sentence
// is, and what was before; or why nobody does, and what is done about it.
func (m *model) heardLines(s *engine.Session, indent, w int) []string {
	if s.Phase == engine.PhaseOver || s.Phase == engine.PhaseEnding {
		return nil
	}
	p := passage{m: m, w: w, indent: indent, label: "heard by", labelTone: toneDim}
	gap, open := gapOf(s, "")
	switch hears := s.Feed.Status == engine.FeedLive && !open; {
	case s.Pay.On():
		m.payTold(&p, s)
	case s.Unagreed():
		p.say(toneText, "nobody: "+pick(s.Consent.Status == engine.ConsentAsked, "his consent is awaited")+pick(s.Consent.Status == engine.ConsentDeclined, "no-consent"))
	case hears:
		m.heardWell(&p, s)
	case open, s.Blind():
		words := safe.Text("nobody")
		if open {
			words += " for " + seconds(m.now.Sub(gap.From))
		}
		p.say(toneWatch, words)
		p.say(toneWatch, unheardWhy(s, gap))
		p.say(toneDim, m.nextEar(s))
		p.say(toneDim, before(s))
	default:
		p.say(toneDim, "nobody yet")
		p.say(toneDim, m.nextEar(s))
	}
	return p.end()
}

// heardWell tells of a call that is heard.
func (m *model) heardWell(p *passage, s *engine.Session) {
	f := &s.Feed
	if f.Late {
		p.say(toneWatch, feedName(f.Kind)+", too late to act upon")
	} else {
		p.say(toneText, feedName(f.Kind))
	}
	to, words := m.freshness(s)
	if !f.Since.IsZero() && to == toneDim {
		words = "since " + clockTime(f.Since, m.zone) + ", " + words
	}
	p.say(to, words)
	p.say(toneDim, before(s))
	p.say(toneDim, passedOver(s))
}

// A passage is what is told under one label, in as few lines as it fits.
type passage struct {
	m         *model
	w         int
	indent    int // how far its words stand from the left
	label     safe.Text
	labelTone tone
	most      int  // lines that some words take at the most; 0: two
	comma     bool // parts what stands behind one another
	on        *line
	lines     []string
}

// say adds some words: behind those before where there is room, and otherwise on lines
// of their own.
func (p *passage) say(to tone, text safe.Text) {
	if text == "" {
		return
	}
	apart, most := safe.Text("  "), p.most
	if p.comma {
		apart = ", "
	}
	if most == 0 {
		most = 2
	}
	th := p.m.theme
	room := max(p.w-p.indent-1, 4)
	if p.on != nil && width(th.shape(text))+len(apart) <= p.on.left-1 {
		p.on.put(toneDim, apart)
		p.on.put(to, text)
		return
	}
	parts := wrap(th.shape(text), room)
	for i, part := range parts[:min(len(parts), most)] {
		if i == most-1 && len(parts) > most {
			part = cut(part+" "+parts[most], room, th.tail())
		}
		label := pick(p.on == nil, p.label)
		p.flush()
		p.on = th.line(onPage, p.w)
		p.on.gap(1)
		p.on.col(p.labelTone, label, p.indent-2)
		p.on.gap(1)
		p.on.put(to, own(part))
	}
}

// add is say for words that are left out where there is no room behind those before.
func (p *passage) add(to tone, text safe.Text) {
	if p.on == nil || width(p.m.theme.shape(text))+2 <= p.on.left-1 {
		p.say(to, text)
	}
}

func (p *passage) flush() {
	if p.on != nil {
		p.lines = append(p.lines, p.on.end())
	}
}

func (p *passage) end() []string {
	p.flush()
	return p.lines
}

// quietFrom is from what age on it is told why there are no newer words.
const quietFrom = 15 * time.Second

// freshness tells how old a call's newest sentence is, or that there is none though the
// customer speaks. Where it is old it tells why: an age alone looks like a fault.
func (m *model) freshness(s *engine.Session) (tone, safe.Text) {
	f := &s.Feed
	if !f.Voice.IsZero() && m.now.Sub(f.Voice) >= speaksLong {
		return toneWatch, "customer speaks, no words " + short(m.now.Sub(f.Voice))
	}
	if f.Heard.IsZero() {
		return toneDim, "no words yet"
	}
	age := m.now.Sub(f.Heard)
	switch {
	case age < time.Second:
		return toneDim, "words just now"
	case age < quietFrom:
		return toneDim, "words " + short(age) + " ago"
	}
	return toneDim, m.quietWhy(s, age)
}

// quietWhy tells why nothing was said for so long on a call that is heard.
func (m *model) quietWhy(s *engine.Session, age time.Duration) safe.Text {
	n := len(s.Paid)
	switch {
	case onHold(s):
		return "quiet: the customer is on hold"
	case s.Prompt.Kind != engine.PromptNone:
		return "quiet: he " + own(promptWords(s.Prompt.Kind))
	case n > 0 && s.Paid[n-1].To.After(s.Feed.Heard):
		return "no words since the payment, " + short(m.now.Sub(s.Paid[n-1].To))
	}
	return "nobody has spoken for " + short(age)
}

// nextEar tells which feed is being started, or when one is tried again.
func (m *model) nextEar(s *engine.Session) safe.Text {
	var next engine.Ear
	for _, e := range s.Feed.Ears {
		if e.Status == engine.FeedConnecting {
			return feedTitle(e.Kind) + " starts …"
		}
		if e.NextTry.After(m.now) && !e.GivenUp && (next.NextTry.IsZero() || e.NextTry.Before(next.NextTry)) {
			next = e
		}
	}
	switch {
	case !next.NextTry.IsZero():
		return feedName(next.Kind) + " again in " + seconds(next.NextTry.Sub(m.now))
	case s.Feed.Status == engine.FeedConnecting:
		return "connecting …"
	}
	return ""
}

// before names the feed that heard a call before, and how often it has changed.
func before(s *engine.Session) safe.Text {
	var before engine.Reign
	changes, last := 0, engine.FeedKind(0)
	for _, r := range s.Feed.Reigns {
		if r.Kind == 0 || r.Kind == last {
			continue
		}
		if last != 0 {
			changes++
		}
		if r.Kind != s.Feed.Kind {
			before = r
		}
		last = r.Kind
	}
	if before.Kind == 0 {
		return ""
	}
	text := "before: " + feedName(before.Kind)
	if changes > 1 {
		text += own(", " + strconv.Itoa(changes) + " changes")
	}
	return text
}

// passedOver tells why a feed that is preferred to the one in charge is not.
func passedOver(s *engine.Session) safe.Text {
	for _, e := range s.Feed.Ears {
		if e.Kind == s.Feed.Kind {
			break
		}
		if e.Why != "" {
			return "instead of " + feedName(e.Kind) + ": " + safe.Clean(e.Why, maxWhy)
		}
	}
	return ""
}

// heardBrief tells what hears a call in a few words, for a line that is shared.
func (m *model) heardBrief(s *engine.Session) (tone, safe.Text) {
	gap, open := gapOf(s, "")
	switch {
	case s.Phase != engine.PhaseTalking && s.Phase != engine.PhaseRinging:
		return toneDim, ""
	case s.Pay.On():
		return toneText, payWords(s, m.now)
	case s.Consent.Status == engine.ConsentAsked:
		return toneText, "not heard: his consent is awaited"
	case s.Consent.Status == engine.ConsentDeclined:
		return toneText, "not heard: no-consent"
	case open:
		return toneWatch, "not heard " + short(m.now.Sub(gap.From)) + ": " + unheardWhy(s, gap)
	case s.Feed.Status == engine.FeedLive && s.Feed.Late:
		return toneWatch, "heard too late by " + feedName(s.Feed.Kind)
	case s.Feed.Status == engine.FeedLive:
		to, words := m.freshness(s)
		if to == toneDim {
			to = toneText
		}
		return to, "heard by " + feedName(s.Feed.Kind) + ", " + words
	case s.Blind():
		return toneWatch, "not heard: " + deafWhy(s)
	}
	return toneDim, "not heard yet"
}

// legHeard tells, beside a leg, how the feed in charge hears it; empty where it does not
// hear each leg alone.
func (m *model) legHeard(s *engine.Session, leg engine.Leg) (tone, safe.Text) {
	if gap, open := gapOf(s, leg.Name); open {
		return toneWatch, "not heard " + short(m.now.Sub(gap.From))
	}
	up, there := lineOf(s, leg.Name)
	_, open := gapOf(s, "")
	switch {
	case !there, open:
		return toneDim, ""
	case up:
		return toneText, feedWord(s.Feed.Kind) + " hears"
	}
	return toneDim, feedWord(s.Feed.Kind) + " starts …"
}

// scoredBy names who scores a call's sentences where it is not Symbl; empty where it is.
func (m *model) scoredBy(s *engine.Session) safe.Text {
	if m.talk.Session != s.ID {
		return ""
	}
	for _, u := range slices.Backward(m.talk.Lines) {
		if u.Scored {
			return sourceWords(u.Source)
		}
	}
	return ""
}

// sourceWords names a scorer, as the settings do; empty for Symbl, which hears as well.
func sourceWords(source string) safe.Text {
	switch source {
	case "", "symbl":
		return ""
	}
	return "the " + safe.Clean(source, maxRule) + " scorer"
}

// flagWords tells what a scorer saw in a sentence beside how it was meant.
func flagWords(f engine.Flags) (tone, safe.Text) {
	to, text := toneDim, safe.Text("")
	for _, flag := range []struct {
		is    engine.Flags
		words safe.Text
	}{{engine.FlagSafety, "safety"}, {engine.FlagRequest, "asks for a person"}, {engine.FlagLeave, "may leave"}} {
		if !f.Has(flag.is) {
			continue
		}
		if text != "" {
			text += ", "
		}
		text += flag.words
	}
	if f.Has(engine.FlagSafety) {
		to = toneBad
	}
	return to, text
}
