package runner

import (
	"slices"
	"time"

	"golang.org/x/time/rate"

	"switchboard/engine"
)

// lanes hold the commands that wait to be carried out: a lane for each session and
// adapter, so that a session's commands keep their order, and a stuck adapter holds
// nobody's commands for another. It is plain bookkeeping: the loop asks it what may
// begin now, and tells it what has ended.
//
// A lane holds 256 commands. Past that its oldest is given up as lapsed, for the
// newest, perhaps a hang-up, is the likelier to be still wanted.
type lanes struct {
	all   map[laneKey]*lane
	pools []*pool // in the order their adapters first had a command
	dials *rate.Limiter
}

type laneKey struct {
	session engine.SessionID
	adapter engine.Adapter
}

type lane struct {
	key     laneKey
	waiting []engine.Command
	busy    bool // one of its commands is under way
	queued  bool // it is in one of its pool's lists
}

// A pool is the places of one adapter.
type pool struct {
	adapter engine.Adapter
	taken   int
	places  int
	ready   []*lane // wait for a place, the first to come first
	paced   []*lane // wait, without a place, for their turn to dial
}

func newLanes(dialsPerSecond int) *lanes {
	return &lanes{
		all:   map[laneKey]*lane{},
		dials: rate.NewLimiter(rate.Limit(dialsPerSecond), dialsPerSecond),
	}
}

func atOnce(a engine.Adapter) int {
	if a == engine.AdapterTelnyx {
		return telnyxAtOnce
	}
	return othersAtOnce
}

func (l *lanes) pool(a engine.Adapter) *pool {
	for _, p := range l.pools {
		if p.adapter == a {
			return p
		}
	}
	p := &pool{adapter: a, places: atOnce(a)}
	l.pools = append(l.pools, p)
	return p
}

// add puts a command at the end of its lane. If the lane is full it returns the oldest
// command there, which is not carried out.
func (l *lanes) add(c engine.Command) (oldest engine.Command, full bool) {
	key := laneKey{c.Session, c.Adapter()}
	ln, ok := l.all[key]
	if !ok {
		ln = &lane{key: key}
		l.all[key] = ln
	}
	if full = len(ln.waiting) == laneSize; full {
		oldest = ln.pop()
	}
	ln.waiting = append(ln.waiting, c)
	l.queue(ln)
	return oldest, full
}

func (l *lanes) queue(ln *lane) {
	if !ln.busy && !ln.queued {
		ln.queued = true
		p := l.pool(ln.key.adapter)
		p.ready = append(p.ready, ln)
	}
}

// begin returns a command that may be carried out now, or reports false. It takes a
// place, which done gives back, unless the command is older than engine.CommandLife:
// that is not to be carried out any more.
func (l *lanes) begin(now time.Time) (c engine.Command, old, ok bool) {
	for _, p := range l.pools {
		if p.taken == p.places {
			continue
		}
		ln, ok := l.first(p, now)
		if !ok {
			continue
		}
		c, ln.queued = ln.pop(), false
		if tooOld(c, now) {
			l.settle(ln)
			return c, true, true
		}
		if isDial(c) {
			l.dials.AllowN(now, 1)
		}
		ln.busy = true
		p.taken++
		return c, false, true
	}
	return engine.Command{}, false, false
}

// first takes from a pool's lists the lane whose turn it is. A lane whose turn it is
// to dial, too soon after others, goes aside.
func (l *lanes) first(p *pool, now time.Time) (*lane, bool) {
	mayDial := l.dials.TokensAt(now) >= 1
	if len(p.paced) > 0 && (mayDial || tooOld(p.paced[0].waiting[0], now)) {
		return shift(&p.paced), true
	}
	for len(p.ready) > 0 {
		ln := shift(&p.ready)
		if c := ln.waiting[0]; !isDial(c) || mayDial || tooOld(c, now) {
			return ln, true
		}
		p.paced = append(p.paced, ln)
	}
	return nil, false
}

// done gives back the place of a command that begin has returned.
func (l *lanes) done(c engine.Command) {
	ln := l.all[laneKey{c.Session, c.Adapter()}]
	ln.busy = false
	l.pool(c.Adapter()).taken--
	l.settle(ln)
}

// keep forgets what waits for all sessions but some.
func (l *lanes) keep(some map[engine.SessionID]bool) {
	others := func(ln *lane) bool { return !some[ln.key.session] }
	for _, p := range l.pools {
		p.ready, p.paced = slices.DeleteFunc(p.ready, others), slices.DeleteFunc(p.paced, others)
	}
	for key, ln := range l.all {
		switch {
		case some[key.session]:
		case ln.busy:
			ln.waiting = nil
		default:
			delete(l.all, key)
		}
	}
}

// waiting reports whether a command waits to be carried out.
func (l *lanes) waiting() bool {
	for _, ln := range l.all {
		if len(ln.waiting) > 0 {
			return true
		}
	}
	return false
}

// settle queues a lane again, or forgets it once it is empty.
func (l *lanes) settle(ln *lane) {
	if len(ln.waiting) > 0 {
		l.queue(ln)
		return
	}
	delete(l.all, ln.key)
}

// next returns when the next dial may begin, where one waits for that.
func (l *lanes) next(now time.Time) (time.Time, bool) {
	for _, p := range l.pools {
		if len(p.paced) > 0 && p.taken < p.places {
			missing := max(0, 1-l.dials.TokensAt(now))
			return now.Add(time.Duration(missing / float64(l.dials.Limit()) * float64(time.Second))), true
		}
	}
	return time.Time{}, false
}

func (ln *lane) pop() engine.Command {
	c := ln.waiting[0]
	ln.waiting[0] = engine.Command{}
	ln.waiting = ln.waiting[1:]
	return c
}

func shift(lanes *[]*lane) *lane {
	first := (*lanes)[0]
	(*lanes)[0] = nil
	*lanes = (*lanes)[1:]
	return first
}

func tooOld(c engine.Command, now time.Time) bool { return now.Sub(c.Decided) > engine.CommandLife }

func isDial(c engine.Command) bool {
	_, ok := c.Action.(engine.Dial)
	return ok
}
