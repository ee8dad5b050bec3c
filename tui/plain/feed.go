package plain

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"switchboard/engine"
)

// What hears the calls, in words: by what, how fresh, what nobody heard. That a feed
// begins to hear a call, takes over or fails the call's own notes tell.

// feedWords says how well a call is heard, by what, and how old its newest sentence is.
func feedWords(s *engine.Session, now time.Time) string {
	f := s.Feed
	gap, open := gapOf(s, "")
	lasts := ""
	if open {
		lasts = " for " + durationWords(now.Sub(gap.From))
	}
	switch {
	case s.Pay.On():
		return fmt.Sprintf("paying for %s, nobody listens and nothing is kept; paid %d ends it, or by itself in %s",
			durationWords(now.Sub(s.Pay.Since)), s.Number, durationWords(s.Pay.Until.Sub(now)))
	case s.Consent.Status == engine.ConsentAsked:
		return "not heard: his consent is awaited"
	case s.Consent.Status == engine.ConsentDeclined:
		return "no-consent: nobody listens and nothing of what he says is kept"
	case f.Status == engine.FeedLive && open:
		return because("not heard"+lasts, cmp.Or(gap.Why, f.Why))
	case f.Status == engine.FeedLive:
		text := "heard"
		if f.Kind != 0 {
			text += " by " + feedName(f.Kind)
		}
		if f.Late {
			text += ", too late to act upon"
		}
		if !f.Heard.IsZero() {
			text += ", newest sentence " + durationWords(now.Sub(f.Heard)) + " ago"
		}
		return text
	case f.Status == engine.FeedConnecting && !open:
		return "about to be heard"
	case f.Status == engine.FeedBlind:
		return because("no longer heard"+lasts, f.Why)
	}
	return because("not heard"+lasts, f.Why)
}

// gapOf returns the gap of a leg that lasts; without a name that of the whole call.
func gapOf(s *engine.Session, leg engine.LegName) (engine.Gap, bool) {
	for _, g := range slices.Backward(s.Feed.Gaps) {
		if g.Leg == leg && g.To.IsZero() {
			return g, true
		}
	}
	return engine.Gap{}, false
}

// gapWords says who was not heard, for how long and why.
func gapWords(g engine.Gap, now time.Time) string {
	who := ""
	if g.Leg != "" {
		who = clean(string(g.Leg)) + " "
	}
	to := g.To
	if to.IsZero() {
		to = now
	}
	return because(who+"not heard for "+durationWords(to.Sub(g.From)), g.Why)
}

// lookAtGaps tells the gaps that have begun or ended since the last look, unless a note
// of the same look says why: then it says that one began.
func (c *console) lookAtGaps(s *engine.Session, before told, fresh []engine.Note, now time.Time) {
	if s.Phase != engine.PhaseTalking {
		return // it is not to be heard any more
	}
	noted := func(why string) bool {
		return why != "" && slices.ContainsFunc(fresh, func(n engine.Note) bool {
			return n.Kind == engine.NoteTrouble && strings.HasSuffix(n.Text, why)
		})
	}
	for _, g := range s.Feed.Gaps {
		i := slices.IndexFunc(before.gaps, func(old engine.Gap) bool { return old.Leg == g.Leg && old.From.Equal(g.From) })
		known := i >= 0
		paid := slices.ContainsFunc(s.Paid, func(p engine.Span) bool { return p.To.Equal(g.From) })
		switch lasts := g.To.IsZero(); {
		case paid && (lasts || g.To.Sub(g.From) < shortGap): // a feed is begun again once he has paid
		case !known && lasts && !noted(g.Why):
			whose := ""
			if g.Leg != "" {
				whose = clean(string(g.Leg)) + " "
			}
			c.sayOf(now, s, because(whose+"not heard since "+c.clock(g.From), g.Why))
		case !known && !lasts && g.To.Sub(g.From) >= shortGap:
			c.sayOf(now, s, gapWords(g, now))
		case known && !lasts && before.gaps[i].To.IsZero() && g.Leg == "":
			c.sayOf(now, s, "the gap is over; not heard for "+durationWords(g.To.Sub(g.From)))
		case known && !lasts && before.gaps[i].To.IsZero():
			c.sayOf(now, s, clean(string(g.Leg))+" heard again after "+durationWords(g.To.Sub(g.From)))
		}
	}
}

// shortGap is how long a gap that is over when it is told must have lasted: packets are
// lost all the time, and words are not.
const shortGap = time.Second

func (c *console) clock(at time.Time) string { return at.In(c.zone).Format(time.TimeOnly) }

// lookAtOutages tells which feeds have failed to start, and which calls try again.
func (c *console) lookAtOutages(f *engine.Frame) {
	var old []engine.Outage
	if c.frame != nil {
		old = c.frame.Outages
	}
	of := func(all []engine.Outage, kind engine.FeedKind) bool {
		return slices.ContainsFunc(all, func(o engine.Outage) bool { return o.Kind == kind })
	}
	for _, o := range f.Outages {
		if !of(old, o.Kind) && o.Until.After(f.Now) {
			c.say("%s; calls pass it over, and it is tried again in the background", because(feedName(o.Kind)+" is out", o.Why))
		}
	}
	for _, o := range old {
		switch {
		case of(f.Outages, o.Kind):
		case f.Now.Before(o.Until):
			c.say("%s works again", feedName(o.Kind))
		default:
			c.say("calls try %s again", feedName(o.Kind))
		}
	}
}

// awaited reports whether a call is to be heard now: it goes on, and its announcement
// is over.
func awaited(s *engine.Session) bool {
	f := s.Feed
	return s.Phase == engine.PhaseTalking && !s.Pay.On() && !s.Unagreed() &&
		(f.Wanted || f.Why != "" || f.Status == engine.FeedConnecting || f.Status == engine.FeedLive || f.Status == engine.FeedBlind)
}

// share says how many calls are heard, by what, and how old the newest sentence of all
// is; empty where no call is to be heard.
func share(f *engine.Frame, now time.Time) string {
	all, heard := 0, 0
	var by [engine.FeedTelnyx + 1]int
	var newest time.Time
	for _, s := range f.Sessions {
		if s.Feed.Heard.After(newest) {
			newest = s.Feed.Heard
		}
		if !awaited(s) {
			continue
		}
		all++
		if _, gap := gapOf(s, ""); s.Feed.Status != engine.FeedLive || s.Feed.Late || gap {
			continue
		}
		heard++
		if int(s.Feed.Kind) < len(by) {
			by[s.Feed.Kind]++
		}
	}
	if all == 0 {
		return ""
	}
	parts := []string{fmt.Sprintf("%d of %d calls heard", heard, all)}
	for k := engine.FeedStream; k <= engine.FeedTelnyx; k++ {
		if by[k] > 0 {
			parts = append(parts, fmt.Sprintf("%d by %s", by[k], feedName(k)))
		}
	}
	if !newest.IsZero() {
		parts = append(parts, "newest sentence "+durationWords(now.Sub(newest))+" ago")
	}
	return strings.Join(parts, "; ")
}

// outageWords says since when a feed is out, and why.
func outageWords(o engine.Outage, now time.Time) string {
	return because(feedName(o.Kind)+" is out for "+durationWords(now.Sub(o.Since)), o.Why)
}

// heardBy says what has heard a call since when, one after the other, and why what is
// preferred does not.
func (c *console) heardBy(s *engine.Session) []string {
	var lines, parts []string
	for _, r := range s.Feed.Reigns[max(0, len(s.Feed.Reigns)-maxReigns):] {
		parts = append(parts, feedName(r.Kind)+" since "+c.clock(r.From))
	}
	if len(parts) > 0 {
		lines = append(lines, "heard by "+strings.Join(parts, ", then "))
	}
	for _, e := range s.Feed.Ears {
		if e.Kind == s.Feed.Kind {
			break
		}
		if e.Why != "" {
			lines = append(lines, because(feedName(e.Kind)+" does not hear it", e.Why))
		}
	}
	for _, u := range slices.Backward(c.engine.Talk(s.ID).Lines) {
		if u.Scored && u.Source != "" && u.Source != "symbl" {
			lines = append(lines, "scored by the "+clean(u.Source)+" scorer")
		}
		if u.Scored {
			break
		}
	}
	return lines
}

// maxReigns is how many feeds that have heard a call, one after the other, are listed.
const maxReigns = 5

// legHeard says, beside a leg, how the feed in charge hears it alone.
func legHeard(s *engine.Session, leg engine.Leg, now time.Time) string {
	if gap, open := gapOf(s, leg.Name); open {
		return because(", not heard for "+durationWords(now.Sub(gap.From)), gap.Why)
	}
	for _, e := range s.Feed.Ears {
		for _, l := range e.Lines {
			if e.Kind == s.Feed.Kind && l.Leg == leg.Name && l.Taken && l.Up {
				return ", heard by " + feedName(e.Kind)
			}
		}
	}
	return ""
}

// flagWords says what a scorer saw in a sentence; empty where it saw nothing.
func flagWords(f engine.Flags) string {
	var words []string
	for _, flag := range []struct {
		is    engine.Flags
		words string
	}{{engine.FlagSafety, "safety"}, {engine.FlagRequest, "asks for a person"}, {engine.FlagLeave, "may leave"}} {
		if f.Has(flag.is) {
			words = append(words, flag.words)
		}
	}
	if len(words) == 0 {
		return ""
	}
	return " (" + strings.Join(words, ", ") + ")"
}

// lastWords are the newest sentences of a call, and between them what nobody heard.
func (c *console) lastWords(s *engine.Session, now time.Time) []string {
	lines := c.engine.Talk(s.ID).Lines
	lines = lines[max(0, len(lines)-maxListed):]
	var news []line
	for _, u := range lines {
		text := sentenceWords(u)
		if !u.Scored && u.ScoreBy.After(now) {
			text += ", score awaited"
		}
		news = append(news, line{at: u.Start, text: text})
	}
	for _, g := range s.Feed.Gaps[max(0, len(s.Feed.Gaps)-maxListed):] {
		if len(lines) == 0 || !g.From.Before(lines[0].Start) || g.To.IsZero() {
			news = append(news, line{at: g.From, text: gapWords(g, now)})
		}
	}
	for _, p := range s.Paid {
		if len(lines) == 0 || !p.From.Before(lines[0].Start) {
			news = append(news, line{at: p.From, text: "payment, " + durationWords(p.To.Sub(p.From)) + ", not kept"})
		}
	}
	slices.SortStableFunc(news, func(a, b line) int { return a.at.Compare(b.at) })
	var all []string
	for _, l := range news {
		all = append(all, c.clock(l.at)+" "+l.text)
	}
	return all
}
