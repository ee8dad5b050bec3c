package runner

import (
	"slices"
	"sync"
	"time"

	"switchboard/engine"
)

// partials are the sentences that are still being said, one a session and speaker.
// Its methods may be called from any goroutine.
type partials struct {
	mu    sync.Mutex
	of    map[engine.SessionID][]partial // by speaker
	first time.Time                      // none is to be forgotten before
}

type partial struct {
	engine.Partial
	until time.Time
}

// Partial shows a sentence that is still being said, in place of the last one of that
// session and speaker. It is dropped when a final sentence of the session comes, when
// a partial without text comes, or after ten seconds. One of a leg that is not the
// session's is ignored: webhooks of another journal name sessions as we do. Numbers that the
// sentence may yet hide are held back.
func (r *Runner) Partial(p engine.Partial) {
	if p.Leg != "" && !r.has(p.Session, p.Leg) {
		return
	}
	now := r.Now()
	if r.partials.put(r.redaction.partial(p, now), now) {
		r.touch()
	}
}

// has reports whether a session has a leg, as of the newest frame.
func (r *Runner) has(id engine.SessionID, leg engine.LegID) bool {
	s, ok := r.Frame().Session(id)
	return ok && slices.ContainsFunc(s.Legs, func(l engine.Leg) bool { return l.ID == leg })
}

// Talk returns what was said in a session, and is being said, as of the newest frame.
func (r *Runner) Talk(id engine.SessionID) engine.Talk {
	talk := engine.Talk{Session: id}
	if !r.redaction.hidden(id, r.Now()) {
		talk.Partials = r.partials.session(id)
	}
	s, ok := r.Frame().Session(id)
	if !ok {
		return talk
	}
	talk.Lines = s.Talk()
	for i := range talk.Partials {
		if p := &talk.Partials[i]; p.Speaker == engine.SpeakerUnknown {
			p.Speaker = s.Speaking(p.At) // the feed hears one mixed line: our leg map tells
		}
	}
	return talk
}

func (x *partials) put(p engine.Partial, now time.Time) (changed bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	of, there := x.of[p.Session]
	if !there && len(x.of) >= maxPartials {
		return false
	}
	i, same := slices.BinarySearchFunc(of, p.Speaker, func(p partial, s engine.Speaker) int { return int(p.Speaker) - int(s) })
	held := partial{p, now.Add(partialLife)}
	switch {
	case same && p.Text == "":
		of = slices.Delete(of, i, i+1)
	case same:
		of[i] = held
	case p.Text == "":
		return false
	default:
		of = slices.Insert(of, i, held)
	}
	x.keep(p.Session, of)
	if x.first.IsZero() {
		x.first = held.until
	}
	return true
}

// keep holds the partials of a session, or forgets it where there are none.
func (x *partials) keep(id engine.SessionID, of []partial) {
	if len(of) == 0 {
		delete(x.of, id)
		return
	}
	if x.of == nil {
		x.of = map[engine.SessionID][]partial{}
	}
	x.of[id] = of
}

// session returns the partials of a session.
func (x *partials) session(id engine.SessionID) (of []engine.Partial) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, p := range x.of[id] {
		of = append(of, p.Partial)
	}
	return of
}

// drop forgets the partials of a session; of one leg alone, where the feed hears each
// leg alone: the other one may be in the midst of a sentence.
func (x *partials) drop(id engine.SessionID, leg engine.LegID) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.dropOf(id, leg)
}

// dropLeg forgets the partials of a leg, whosever it is.
func (x *partials) dropLeg(leg engine.LegID) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for id := range x.of {
		x.dropOf(id, leg)
	}
}

func (x *partials) dropOf(id engine.SessionID, leg engine.LegID) {
	others := slices.DeleteFunc(slices.Clone(x.of[id]), func(p partial) bool { return leg == "" || p.Leg == leg || p.Leg == "" })
	x.keep(id, others)
}

// expire forgets the partials that are too old, and reports whether there were any.
func (x *partials) expire(now time.Time) (changed bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.first.IsZero() || now.Before(x.first) {
		return false
	}
	x.first = time.Time{}
	for id, of := range x.of {
		young := slices.DeleteFunc(of, func(p partial) bool { return !now.Before(p.until) })
		changed = changed || len(young) < len(of)
		x.keep(id, young)
		for _, p := range young {
			if x.first.IsZero() || p.until.Before(x.first) {
				x.first = p.until
			}
		}
	}
	return changed
}

// next returns when to look for partials that are too old, where there may be any.
func (x *partials) next() (time.Time, bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.first, !x.first.IsZero()
}
