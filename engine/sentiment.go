package engine

import (
	"fmt"
	"strings"
	"time"
)

// The conditions on how the customer feels: negative, mood and falling. While nobody
// hears him they are undecided.

// sourceSymbl is who scored where the feed does not say.
const sourceSymbl = "symbl"

// below returns the limit for what a source has scored.
func (m Limit) below(source string) Polarity {
	if source == "" {
		source = sourceSymbl
	}
	for _, s := range m.Source {
		if s.Source == source {
			return s.Below
		}
	}
	return m.Below
}

// scored reports whether a sentence has a polarity that counts for these speakers.
func (h *Heard) scored(who Speakers) bool {
	if who == SpeakersCustomer {
		return h.Scored && h.Speaker == SpeakerCustomer
	}
	return (h.Scored || h.Told) && who.by(h.Speaker)
}

func (l *look) blind() bool { return !l.Blind.IsZero() || l.Unheard }

type negative struct{ *Negative }

func negativeOf(c *Cond) condition {
	if c.Negative == nil {
		return nil
	}
	return negative{c.Negative}
}

func (n negative) judge(l *look) verdict {
	if l.blind() {
		return verdict{holds: unknown}
	}
	low := 0
	var again time.Time
	n.each(l, func(i int, isLow bool) {
		if isLow {
			low++
			again = sooner(again, l.Said[i].stale(n.Within))
		}
	})
	if n.Count <= 0 || low < n.Count {
		return verdict{} // sentences only grow older
	}
	return verdict{yes, again}
}

// each calls f for the sentences that are looked at, the newest first.
func (n negative) each(l *look, f func(i int, low bool)) {
	left := max(n.Of, n.Count)
	for i := len(l.Said) - 1; i >= 0 && left > 0; i-- {
		h := &l.Said[i]
		if !h.scored(n.Speakers) || !l.certain(h) {
			continue
		}
		left--
		if l.fresh(h, n.Within) {
			f(i, h.Polarity <= n.Limit.below(h.Source))
		}
	}
}

func (n negative) text() string {
	return fmt.Sprintf("%d of the last %d %ssentences at or below %s%s",
		n.Count, max(n.Of, n.Count), n.Speakers.words(), n.Limit.Below, within(n.Within))
}

func (n negative) proof(l *look) proof {
	p := proof{low: true}
	seen := 0
	n.each(l, func(i int, low bool) {
		seen++
		if low {
			p.counts = append([]int{i}, p.counts...)
		}
	})
	first, last := &l.Said[p.counts[0]], &l.Said[p.counts[len(p.counts)-1]]
	limit := n.Limit.below(last.Source)
	var values []string
	for _, i := range p.counts {
		values = append(values, l.Said[i].Polarity.String())
	}
	p.check.What = fmt.Sprintf("%d of the last %d %ssentences at or below %s%s",
		len(p.counts), seen, n.Speakers.words(), limit, within(n.Within))
	if seen == 1 {
		p.check.What = fmt.Sprintf("a %ssentence at or below %s%s", n.Speakers.words(), limit, within(n.Within))
	}
	p.check.Seen = strings.Join(values, " ")
	if len(values) > 1 {
		p.check.Seen += " in " + inWords(last.said().Sub(first.At))
	}
	p.check.Unless = fmt.Sprintf("%s were above %s", several(len(p.counts)-n.Count+1, len(p.counts)), limit)
	return p
}

type moodLimit struct{ *MoodLimit }

func moodOf(c *Cond) condition {
	if c.Mood == nil {
		return nil
	}
	return moodLimit{c.Mood}
}

func orHalfLife(h time.Duration) time.Duration {
	if h <= 0 {
		return halfLife
	}
	return h
}

func (m moodLimit) judge(l *look) verdict {
	if l.blind() {
		return verdict{holds: unknown}
	}
	half := orHalfLife(m.HalfLife)
	limit := m.limit(l)
	value, judged := l.mood(half)
	holds := m.reached(value, judged, limit)
	if l.hasty {
		return decided(holds, time.Time{})
	}
	flips := l.moodFlips(half, func(at time.Time) bool {
		value, judged := l.moodAt(at, half)
		return m.reached(value, judged, limit)
	})
	return decided(holds, flips)
}

// reached compares a mood. Where nothing was judged the customer is taken as calm,
// which ends a rule and never fires one.
func (m moodLimit) reached(value Polarity, judged bool, limit Polarity) bool {
	if m.Above {
		return value >= limit
	}
	return judged && value <= limit
}

// limit returns the limit for the source of the newest score.
func (m moodLimit) limit(l *look) Polarity {
	for i := len(l.Said) - 1; i >= 0; i-- {
		if h := &l.Said[i]; h.scored(SpeakersCustomer) {
			return m.Limit.below(h.Source)
		}
	}
	return m.Limit.Below
}

func (m moodLimit) side() string {
	if m.Above {
		return "above"
	}
	return "below"
}

func (m moodLimit) text() string { return fmt.Sprintf("mood at or %s %s", m.side(), m.Limit.Below) }

func (m moodLimit) proof(l *look) proof {
	value, _ := l.mood(orHalfLife(m.HalfLife))
	other := "above"
	if m.Above {
		other = "below"
	}
	limit := m.limit(l)
	return proof{
		check: Check{
			What: fmt.Sprintf("mood at or %s %s", m.side(), limit), Seen: value.String(),
			Unless: fmt.Sprintf("the mood were %s %s", other, limit),
		},
		counts: l.judged(), aside: true,
	}
}

// judged returns the sentences that make the mood.
func (l *look) judged() []int {
	var all []int
	for i := range l.Said {
		if l.Said[i].scored(SpeakersCustomer) {
			all = append(all, i)
		}
	}
	return all
}

// mood returns the customer's mood now.
func (l *look) mood(half time.Duration) (Polarity, bool) {
	for i := range l.moods {
		m := &l.moods[i]
		if m.half == half {
			return m.value, m.judged
		}
		if m.half == 0 {
			m.half = half
			m.value, m.judged = l.moodAt(l.Now, half)
			return m.value, m.judged
		}
	}
	return l.moodAt(l.Now, half)
}

// moodAt returns the mood at a time, of the sentences said by then. All of the
// customer's count, by their weight, however certain: there is one mood of a call.
func (l *look) moodAt(at time.Time, half time.Duration) (Polarity, bool) {
	var b blend
	for i := range l.Said {
		if h := &l.Said[i]; h.scored(SpeakersCustomer) && !h.At.After(at) {
			b.add(at.Sub(h.At), half, h.Weight, h.Polarity)
		}
	}
	return b.mood()
}

// moodFlips returns when time alone turns what is asked of the mood, to a tenth of a
// second: a mood only fades towards calm. It is zero where it never turns.
func (l *look) moodFlips(half time.Duration, holds func(at time.Time) bool) time.Time {
	var latest, coming time.Time
	for i := range l.Said {
		h := &l.Said[i]
		if !h.scored(SpeakersCustomer) {
			continue
		}
		if h.At.After(l.Now) { // its clock is ahead of ours
			coming = sooner(coming, h.At)
		} else {
			latest = h.At // they are in the order they were said
		}
	}
	now, end := l.Now, latest.Add(maxHalves*half)
	if !coming.IsZero() && coming.Before(end) {
		end = coming.Add(-1)
	}
	is := holds(now)
	if latest.IsZero() || !end.After(now) || holds(end) == is {
		return coming
	}
	for end.Sub(now) > grain {
		if middle := now.Add(end.Sub(now) / 2); holds(middle) == is {
			now = middle
		} else {
			end = middle
		}
	}
	return sooner(coming, end)
}

type falling struct{ *Falling }

func fallingOf(c *Cond) condition {
	if c.Falling == nil {
		return nil
	}
	return falling{c.Falling}
}

func (f falling) judge(l *look) verdict {
	if l.blind() {
		return verdict{holds: unknown}
	}
	if f.By <= 0 {
		return verdict{}
	}
	var again, soonest time.Time
	for i := len(l.Said) - 1; i >= 0 && l.Said[i].At.After(l.Now); i-- {
		soonest = l.Said[i].At
	}
	value, _ := l.mood(orHalfLife(f.HalfLife))
	if f.cannot(l, value) {
		return verdict{no, soonest}
	}
	peak := f.peak(l)
	if holds := peak-value >= f.By; holds || peak >= f.By { // a good mood fades by itself
		again = l.Now.Add(soon)
	}
	return decided(peak-value >= f.By, sooner(again, soonest))
}

// cannot reports, cheaply, whether the mood was at no time so high that it has fallen:
// it is never higher than the best sentence.
func (f falling) cannot(l *look, value Polarity) bool {
	for i := range l.Said {
		if h := &l.Said[i]; h.scored(SpeakersCustomer) && h.Polarity-f.By >= value {
			return false
		}
	}
	return -f.By < value
}

// peak returns the highest mood within the time that is looked at: at its beginning,
// or just before or after a sentence.
func (f falling) peak(l *look) Polarity {
	half := orHalfLife(f.HalfLife)
	begin := l.Now.Add(-f.Within)
	peak, _ := l.moodAt(begin, half)
	for i := range l.Said {
		h := &l.Said[i]
		if !h.scored(SpeakersCustomer) || !h.At.After(begin) || h.At.After(l.Now) {
			continue
		}
		before, _ := l.moodAt(h.At.Add(-1), half)
		after, _ := l.moodAt(h.At, half)
		peak = max(peak, before, after)
	}
	return peak
}

func (f falling) text() string {
	return fmt.Sprintf("mood fell by %s%s", drop(f.By), within(f.Within))
}

func (f falling) proof(l *look) proof {
	value, _ := l.mood(orHalfLife(f.HalfLife))
	peak := f.peak(l)
	return proof{
		check: Check{
			Seen:   fmt.Sprintf("from %s to %s", peak, value),
			Unless: fmt.Sprintf("it had fallen by less than %s", drop(f.By)),
		},
		counts: l.judged(), aside: true,
	}
}

// drop says a difference of polarities, which has no sign.
func drop(p Polarity) string { return strings.TrimPrefix(p.String(), "+") }
