package engine

import (
	"slices"
	"time"
)

// A feed that failed to start is out for all calls of the floor.

const skipFor = 5 * time.Minute

// outagesNow returns the outages that last, of feeds that may listen.
func (s *State) outagesNow() []Outage {
	if len(s.outages) == 0 {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(s.outages), func(o Outage) bool {
		return !s.Now.Before(o.Until) || !slices.Contains(s.Settings.feeds(), o.Kind)
	})
}

// out reports whether a feed has failed to start a little while ago.
func (t *turn) out(kind FeedKind) bool {
	return slices.ContainsFunc(t.outs(), func(o Outage) bool { return o.Kind == kind && t.now.Before(o.Until) })
}

// outs returns the outages as they stand in this turn.
func (t *turn) outs() []Outage {
	if t.outages != nil {
		return *t.outages
	}
	return t.State.outages
}

func (t *turn) failedToStart(kind FeedKind, why string) {
	rest := t.others(kind)
	since := t.now
	for _, o := range t.outs() {
		if o.Kind == kind && t.now.Before(o.Until) {
			since = o.Since
		}
	}
	rest = append(rest, Outage{Kind: kind, Since: since, Until: t.now.Add(skipFor), Why: clip(why, maxText)})
	slices.SortFunc(rest, func(a, b Outage) int { return int(a.Kind) - int(b.Kind) })
	t.outages = &rest
}

// restored is for a feed that works after all.
func (t *turn) restored(kind FeedKind) {
	if t.out(kind) {
		rest := t.others(kind)
		t.outages = &rest
	}
}

// others returns the outages that last, but for one feed's.
func (t *turn) others(kind FeedKind) []Outage {
	return slices.DeleteFunc(slices.Clone(t.outs()), func(o Outage) bool { return o.Kind == kind || !t.now.Before(o.Until) })
}

// feedProbed has a feed that works again hear the calls that nothing hears; others come
// to it by and by.
func (t *turn) feedProbed(e FeedProbed) {
	if !e.Works {
		return
	}
	t.restored(e.Kind)
	t.lookAnew(func(f *Feed) bool { return f.leader() == len(f.Ears) && f.ear(e.Kind) != nil })
}

// Outages returns the feeds that calls pass over as it stands, of those that may listen.
func (s *State) Outages() []Outage { return s.outagesNow() }
