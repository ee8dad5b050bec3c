package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"switchboard/engine"
	"switchboard/engine/replay"
)

// wants is what a fetch is to bring: nothing that is already there.
type wants struct {
	serial uint64           // of the fetch: what an older one brings is not taken
	again  bool             // the tick: the next one follows it
	number uint64           // of the frame that is shown
	at     time.Time        // that is shown, in house time
	beat   time.Duration    // how often what is shown changes by time alone
	open   engine.SessionID // the call whose words are wanted
	talked engine.SessionID // the call whose words are there
	turned replay.Position  // where the tape is shown to be, of a replay
}

// fetched is what the engine shows now. Frame is nil where nothing has changed.
type fetched struct {
	wants
	frame   *engine.Frame
	health  engine.Health
	now     time.Time
	talk    engine.Talk
	hasTalk bool
	at      replay.Position // of a replay
}

// tick fetches after one period, and again and again: there is one tick alone.
func (m *model) tick() tea.Cmd {
	w := m.wants()
	w.again = true
	e := m.engine
	return tea.Tick(m.pace(), func(time.Time) tea.Msg { return fetch(e, w) })
}

// pace is how long until the next look at the engine: what a screen costs is what the
// terminal's cells cost, and while no hand is at the keys nobody sees more than ten a second.
func (m *model) pace() time.Duration {
	if m.deck == nil && m.past == nil && m.wall.Now().Sub(m.pressed) > restAfter {
		return max(m.period, restPeriod)
	}
	return m.period
}

// fetch fetches at once.
func (m *model) fetch(again bool) tea.Cmd {
	w := m.wants()
	w.again = again
	e := m.engine
	return func() tea.Msg { return fetch(e, w) }
}

func (m *model) wants() wants {
	m.fetches++
	w := wants{serial: m.fetches, at: m.now, beat: m.beat(), open: m.list.selected, talked: m.heard}
	if m.frame != nil {
		w.number = m.frame.Number
	}
	if m.deck != nil {
		w.turned = m.deck.at
	}
	return w
}

// fetch runs beside the model, and reads nothing of it.
func fetch(e Engine, w wants) fetched {
	f := fetched{wants: w, now: e.Now()}
	frame := e.Frame()
	changed := frame.Number != w.number || w.serial == 1
	if p, ok := e.(*replay.Player); ok {
		f.at = p.Position()
		f.now = f.at.Now
		changed = changed || f.at.Playing != w.turned.Playing || f.at.Speed != w.turned.Speed || !f.at.Playing && f.at != w.turned
	}
	if changed || f.now.Unix() != w.at.Unix() || !f.now.Truncate(w.beat).Equal(w.at.Truncate(w.beat)) {
		f.frame, f.health = frame, e.Health()
	}
	if w.open != "" && (changed || w.open != w.talked) {
		f.talk, f.hasTalk = e.Talk(w.open), true
	}
	return f
}

// take shows what was fetched.
func (m *model) take(f fetched) tea.Cmd {
	next := tea.Cmd(nil)
	if f.serial >= m.fetched {
		next = m.show(f)
	}
	if f.again && m.past != nil { // there is one tick alone, also for a replay
		return tea.Batch(next, m.keep(), m.within(m.past.fetch(false)), m.tick())
	}
	if f.again {
		return tea.Batch(next, m.keep(), m.tick())
	}
	return next
}

func (m *model) show(f fetched) tea.Cmd {
	m.fetched = f.serial
	m.fade()
	if f.frame != nil {
		m.health, m.now = f.health, f.now
		if m.deck != nil {
			m.deck.at = f.at
		}
		news := m.frame == nil || f.frame.Number != m.frame.Number
		m.frame = f.frame
		if news {
			m.list.take(f.frame.Sessions, m.held())
			m.dropMarks()
			m.refused()
			m.answered()
		} else if m.filtered() { // moods fade and times pass without an event
			m.list.take(f.frame.Sessions, m.held())
		}
		m.troubles = troublesOf(m.health, m.frame.Counts)
		m.tally = tallyOf(m.list.need, m.now)
		m.version++
		if news {
			m.follow()
		}
	}
	m.wake()
	m.settleRows()
	m.lookUp()
	if f.hasTalk && f.open == m.list.selected {
		m.talk, m.heard = f.talk, f.open
		m.talk.Session = f.open // also where the engine knows of no words
		m.version++
	}
	if f.frame != nil && m.box != nil {
		m.box.follow(m)
	}
	if f.frame != nil && m.open && m.list.lines() == 0 {
		m.setOpen(false)
	}
	var next tea.Cmd
	if m.talk.Session != m.list.selected {
		if m.talk.Session != "" { // there was another
			m.movedAt = m.wall.Now()
		}
		next = m.turn()
	}
	return tea.Batch(next, m.bell())
}

// wake draws what the wall's time alone has changed.
func (m *model) wake() {
	if ready := m.box != nil && !m.dead(); ready != m.ready {
		m.ready = ready
		m.version++
	}
	if holding := m.held(); holding != m.holding {
		m.holding = holding
		m.version++
	}
	if open := m.reasonOpen(); open != m.reason.drawn {
		m.reason.drawn = open
		m.version++
	}
	if muted := m.mutedFor(); muted != m.bells.muted {
		m.bells.muted = muted
		m.version++
	}
	m.notePlaces()
	m.markName()
	m.turnBoard()
	m.guide()
}

// A tally is what the header and the strip say of all calls.
type tally struct {
	calls    int // that are not over
	states   [stateEnded + 1]int
	proposed *engine.Session // the one that begins first
	hot      *engine.Session // the first of them
	ask      *engine.Session // the one asked for last
	queued   *engine.Session // who has waited longest
	deaf     *engine.Session // the first that nobody hears
	alert    *engine.Session // the first of them
	done     *engine.Session // the newest transfer that has just come to something
	last     *engine.Session // whose transfer was the last to come to something
	low      *engine.Session // the one in the worst mood, if it is bad
	ears     ears            // how well they are heard
	pays     *engine.Session // the one that has been paying for longest, if that is long
	paysLong int             // as long
	paid     *engine.Session // the first whose payment is just over
}

// attention returns how many calls need a look.
func (t tally) attention() int {
	n := 0
	for st, calls := range t.states {
		if state(st).attention() {
			n += calls
		}
	}
	return n
}

func tallyOf(sessions []*engine.Session, now time.Time) tally {
	var t tally
	lowest := moodBad + 1
	for _, s := range sessions {
		st := stateOf(s)
		t.states[st]++
		if st != stateEnded {
			t.calls++
		}
		t.ears.add(s, now)
		isDeaf := deaf(s, now)
		if isDeaf {
			first(&t.deaf, s)
		}
		switch st {
		case stateProposed:
			if t.proposed == nil || s.Transfer.Due.Before(t.proposed.Transfer.Due) {
				t.proposed = s
			}
		case stateHot:
			first(&t.hot, s)
		case stateAsk:
			if t.ask == nil || s.Transfer.Asked.After(t.ask.Transfer.Asked) {
				t.ask = s
			}
		case stateQueued:
			if t.queued == nil || s.Transfer.Queued.Before(t.queued.Transfer.Queued) {
				t.queued = s
			}
		case stateAlert:
			first(&t.alert, s)
		case stateTalk, stateHold, stateWatch:
			if p, judged := s.Mood(now); judged && p < lowest && !isDeaf {
				t.low, lowest = s, p
			}
		case stateBlind, stateRing, statePay, stateEnding, stateEnded:
		}
		if settled(s.Transfer.Status) && (t.last == nil || s.Transfer.Since.After(t.last.Transfer.Since)) {
			t.last = s
		}
		if paysFor(s, now) >= payLong {
			t.paysLong++
			if t.pays == nil || s.Pay.Since.Before(t.pays.Pay.Since) {
				t.pays = s
			}
		}
		if justPaid(s, now) {
			first(&t.paid, s)
		}
		if st != stateEnded && now.Sub(s.Transfer.Since) < toldFor(s.Transfer.Status) {
			if t.done == nil || s.Transfer.Since.After(t.done.Transfer.Since) {
				t.done = s
			}
		}
	}
	return t
}

func first(of **engine.Session, s *engine.Session) {
	if *of == nil {
		*of = s
	}
}

// toldFor is how long the strip tells that a transfer has come to something.
func toldFor(s engine.TransferStatus) time.Duration {
	switch s {
	case engine.TransferJoined, engine.TransferCallback:
		return justJoined
	case engine.TransferVetoed:
		return vetoTold
	case engine.TransferNone, engine.TransferDialling, engine.TransferJoining, engine.TransferFailed, engine.TransferEnded,
		engine.TransferProposed, engine.TransferBriefing, engine.TransferQueued:
	}
	return 0
}
