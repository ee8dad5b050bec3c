package tui

import (
	"slices"
	"strconv"
	"time"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// How an operator, a group and the day stand: figures alone, from the frame. Of operators
// nothing is told but what they do now. How many calls each has had, how long he takes
// and how anybody speaks of him is nobody's figure here.

// A doing is what an operator does now.
type doing uint8

const (
	doingNothing doing = iota // free
	doingRings                // his telephone rings
	doingHears                // he hears what it is about
	doingTalks                // on a call
	doingElse                 // on a call that is not known here, or on one as a supervisor
	doingAway                 // his group is closed
)

// An occupied is what an operator does, on which call, and since when; zero: not known.
type occupied struct {
	does  doing
	call  *engine.Session // nil: none that is known
	since time.Time
}

// occupiedBy tells what an operator does. Group is the one that he is looked at in; nil:
// none.
func (m *model) occupiedBy(number string, group *engine.Group) occupied {
	f := m.frame
	if id, busy := busyWith(f, number); busy {
		s, ok := f.Session(id)
		if !ok {
			return occupied{does: doingElse}
		}
		return occupiedOn(s, number)
	}
	for _, p := range f.Roster.Phones {
		if p.Number == number {
			s, _ := f.Session(p.Session)
			return occupied{does: doingElse, call: s}
		}
	}
	if group != nil {
		if open, _ := openNow(*group, m.now); !open {
			return occupied{does: doingAway}
		}
	}
	return occupied{since: m.idleSince(number)}
}

// occupiedOn tells what the operator of a number does on a call.
func occupiedOn(s *engine.Session, number string) occupied {
	o := occupied{does: doingTalks, call: s}
	for _, l := range slices.Backward(s.Legs) {
		if l.Number != number || l.Role != engine.RoleOperator || !l.Live() {
			continue
		}
		switch {
		case l.Status < engine.LegUp:
			o.does, o.since = doingRings, l.Since
		case !l.Joined && s.Transfer.Leg == l.Name && s.Transfer.Under():
			o.does, o.since = doingHears, l.Answered
		case !l.JoinedAt.IsZero():
			o.since = l.JoinedAt
		default:
			o.since = l.Answered
		}
		return o
	}
	return o
}

// words tells what an operator does, in a sentence of a table.
func (o occupied) words(now time.Time) (tone, safe.Text) {
	age := safe.Text("")
	if !o.since.IsZero() {
		age = " " + long(now.Sub(o.since))
	}
	switch o.does {
	case doingNothing:
		return toneText, "free" + age
	case doingRings:
		return toneWatch, "ringing" + age + ", for " + callerOf(o.call)
	case doingHears:
		return toneWatch, "hears the briefing" + age + ", of " + callerOf(o.call)
	case doingTalks:
		return toneText, "with " + callerOf(o.call) + age
	case doingElse:
		if o.call != nil {
			return toneDim, "at the telephone, as supervisor of " + callerOf(o.call)
		}
		return toneDim, "on another call"
	case doingAway:
		return toneDim, "not in hours"
	}
	panic("tui: an operator does what is not known")
}

// A tableau is how a group stands now.
type tableau struct {
	standing
	open  bool
	opens time.Time // where it is closed; zero: not known
	rings int       // operators whose telephone rings, or who hear what it is about
	talks int       // operators on calls
	waits int       // customers who wait for one of them
	wait  time.Duration
	today int // operators that joined
}

// tableauOf looks at a group. Today is what the day has come to so far.
func (m *model) tableauOf(g engine.Group, today engine.Slot) tableau {
	t := tableau{standing: m.standingOf(g)}
	if t.open, t.opens = openNow(g, m.now); !t.open {
		t.free, t.next = 0, ""
	}
	for _, o := range g.Operators {
		switch m.occupiedBy(o.Number, nil).does {
		case doingRings, doingHears:
			t.rings++
		case doingTalks, doingElse:
			t.talks++
		case doingNothing, doingAway:
		}
	}
	for _, id := range m.frame.Queue {
		if s, ok := m.frame.Session(id); ok && s.Transfer.Group == g.Name {
			t.waits++
			t.wait = max(t.wait, m.now.Sub(s.Transfer.Queued))
		}
	}
	for _, p := range today.Group {
		if p.Group == g.Name {
			t.today = p.Joined
		}
	}
	return t
}

// midnight is when today began, where the supervisor's clock hangs.
func (m *model) midnight() time.Time {
	at := m.now.In(m.zone)
	return time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, m.zone)
}

// today is what the day has come to since midnight. A hold and a wait that still last
// count with what they are so far.
func (m *model) today() engine.Slot {
	sum := m.drawn.day.sum(m.frame, m.midnight())
	for _, s := range m.frame.Sessions {
		for _, h := range s.Holds {
			if leg, ok := s.Leg(h.Leg); ok && leg.Role == engine.RoleCustomer && h.To.IsZero() && leg.Live() {
				sum.Hold = max(sum.Hold, m.now.Sub(h.From))
			}
		}
		if s.Transfer.Status == engine.TransferQueued && s.Phase != engine.PhaseOver {
			sum.Wait = max(sum.Wait, m.now.Sub(s.Transfer.Queued))
		}
	}
	return sum
}

// A dayTotal is what a frame's day has come to, summed up once.
type dayTotal struct {
	number uint64
	from   time.Time
	slot   engine.Slot
}

func (d *dayTotal) sum(f *engine.Frame, from time.Time) engine.Slot {
	if d.number != f.Number || !d.from.Equal(from) || d.from.IsZero() {
		*d = dayTotal{f.Number, from, f.Day.Sum(from)}
	}
	return d.slot
}

// loadCells are an hour of slots.
const loadCells = int(time.Hour / engine.SlotSpan)

// load draws how many of a group were on calls at once, in each of the last slots: the
// lowest block is nobody, a full one is everybody. Before the first slot that is known
// it is empty.
func (m *model) load(g engine.Group) safe.Text {
	newest := m.now.Truncate(engine.SlotSpan)
	marks := make([]rune, loadCells)
	slots := lastHour(m.frame.Day, newest)
	at, busy, known := 0, 0, false
	for i := range marks {
		from := newest.Add(-time.Duration(loadCells-1-i) * engine.SlotSpan)
		most := busy
		for ; at < len(slots) && !slots[at].From.After(from); at++ {
			known = true
			part := groupPart(slots[at], g.Name)
			if most = max(busy, part.Most); !slots[at].From.Equal(from) {
				most = part.Last
			}
			busy = part.Last
		}
		switch n := len(g.Operators); {
		case !known:
			marks[i] = ' '
		case most == 0 || n == 0:
			marks[i] = '▁'
		default:
			marks[i] = '▁' + rune(min(max(7*most/n, 1), 7))
		}
	}
	return own(string(marks))
}

// lastHour returns the slots that an hour's load is told by: those within it and the one
// before.
func lastHour(d engine.Day, newest time.Time) []engine.Slot {
	begins := newest.Add(-time.Duration(loadCells-1) * engine.SlotSpan)
	i := len(d.Past)
	for i > 0 && (i == len(d.Past) || d.Past[i].From.After(begins)) {
		i--
	}
	slots := slices.Clip(d.Past[i:])
	if d.Now.From.IsZero() {
		return slots
	}
	return append(slots, d.Now)
}

func groupPart(s engine.Slot, group string) engine.GroupSlot {
	for _, p := range s.Group {
		if p.Group == group {
			return p
		}
	}
	return engine.GroupSlot{}
}

// dayWords are the figures of today and the bells of this hour, the most wanted first.
func (m *model) dayWords() []safe.Text {
	words := m.dayFigures()
	if b := m.frame.Bells; b.Of > 0 {
		words = append(words, own("bells "+strconv.Itoa(b.Rung)+" of "+strconv.Itoa(b.Of)+" this hour"))
	}
	return words
}

// dayFigures are the figures of today, the most wanted first.
func (m *model) dayFigures() []safe.Text {
	d := m.today()
	c := d.Count
	words := []safe.Text{
		count(c.Calls, "call", "calls"), own(strconv.Itoa(c.Answered) + " answered"), own(strconv.Itoa(c.Ended) + " ended"),
		m.joinedWords(c), own(strconv.Itoa(c.Vetoed) + " vetoed"),
	}
	if d.Hold > 0 {
		words = append(words, "longest hold "+long(d.Hold))
	}
	if c.Queued > 0 {
		words = append(words, own(strconv.Itoa(c.Queued)+" waited, the longest ")+long(d.Wait))
	}
	if c.Lost > 0 {
		words = append(words, own(strconv.Itoa(c.Lost)+" hung up first"))
	}
	if c.Promised > 0 {
		words = append(words, count(c.Promised, "callback promised", "callbacks promised"))
	}
	return words
}

// joinedWords tells how many operators joined, and who had them brought in.
func (m *model) joinedWords(c engine.Counts) safe.Text {
	text := own(strconv.Itoa(c.Joined) + " transferred")
	var by []safe.Text
	for _, part := range []struct {
		n     int
		words string
	}{{c.Auto, " by rule"}, {c.ByHand, " by hand"}, {c.Joined - c.Auto - c.ByHand, " by key"}} {
		if part.n > 0 {
			by = append(by, own(strconv.Itoa(part.n)+part.words))
		}
	}
	if len(by) == 0 {
		return text
	}
	return text + " (" + joinTexts(by, ", ") + ")"
}

func joinTexts(all []safe.Text, gap safe.Text) safe.Text {
	text := safe.Text("")
	for i, part := range all {
		if i > 0 {
			text += gap
		}
		text += part
	}
	return text
}
