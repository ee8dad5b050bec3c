package engine

import "slices"

// An Erasure is how much of a call is erased. Of two, the one that takes more takes all
// that the other does: all takes words, and words take sound.
type Erasure uint8

// How much is erased.
const (
	EraseWords Erasure = iota + 1 // what was said, keyed in and noted, and the recordings of it
	EraseAll                      // also names and numbers
	EraseSound                    // the recordings alone
)

// String returns the erasure's name, as the journal has it.
func (e Erasure) String() string { return name(erasureNames, e) }

// MarshalText implements [encoding.TextMarshaler].
func (e Erasure) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (e *Erasure) UnmarshalText(text []byte) error { return parse(erasureNames, e, text) }

// Takes reports whether the erasure takes all that another does. Nothing, which is zero,
// is taken by each.
func (e Erasure) Takes(other Erasure) bool { return e.depth() >= other.depth() }

func (e Erasure) depth() int {
	switch e {
	case 0:
		return 0
	case EraseSound:
		return 1
	case EraseWords:
		return 2
	case EraseAll:
		return 3
	}
	panic("engine: unknown erasure " + e.String())
}

// Forget returns the forgotten form of a body: for [EraseWords] without what was said,
// keyed in and noted, for [EraseAll] also with a digest in the place of each name and
// number, for [EraseSound] without the recording alone. Far ends' own words go with the
// words, for they may quote. Ids, times and what the program itself has said stay, and
// settings, which are of no call. A body that holds nothing of it comes back as it is.
//
// Forgetting words and then all leads to the same as forgetting all at once.
func Forget(b Body, what Erasure, digest func(string) string) Body {
	f := forgetting{what, digest}
	switch e := b.(type) {
	case LegInitiated:
		f.name(&e.From, &e.To, &e.Name)
		return e
	case KeyPressed:
		f.words(&e.Digit)
		return e
	case Gathered:
		f.words(&e.Digits)
		return e
	case Transcribed:
		f.words(&e.Text)
		return e
	case Uttered:
		f.words(&e.Text)
		return e
	case RecordingSaved:
		e.ID, e.URL = "", ""
		return e
	case StreamFailed:
		f.words(&e.Why)
		return e
	case MediaDown:
		f.words(&e.Why)
		return e
	case MediaGap:
		f.words(&e.Why)
		return e
	case FeedFailed:
		f.words(&e.Why)
		return e
	case TransferAsked:
		f.name(&e.To)
		return e
	case MonitorAsked:
		f.name(&e.Phone)
		return e
	case NoteAsked:
		f.words(&e.Text)
		return e
	case Refused:
		f.words(&e.Detail)
		return e
	case Unanswered:
		f.words(&e.Detail)
		return e
	}
	return b
}

// A forgetting is how much is taken out of a body.
type forgetting struct {
	what   Erasure
	digest func(string) string
}

func (f forgetting) words(all ...*string) {
	if !f.what.Takes(EraseWords) {
		return
	}
	for _, text := range all {
		*text = ""
	}
}

func (f forgetting) name(all ...*string) {
	if f.what != EraseAll {
		return
	}
	for _, text := range all {
		if *text != "" {
			*text = f.digest(*text)
		}
	}
}

// Forget returns the event's body as it stands in the journal once its call is erased so
// far. session is the call that it belongs to, if any, and added what it had added to
// the counts and records, and busy whom the call kept busy after it, see [State.Busy]. One
// that is forgotten already keeps what it says of that.
func (e Event) Forget(what Erasure, session SessionID, added Tally, busy []string, digest func(string) string) (Forgotten, error) {
	f, again := e.Body.(Forgotten)
	body := e.Body
	if again {
		var err error
		if body, err = f.Was(); err != nil {
			return Forgotten{}, err
		}
	} else {
		f = Forgotten{Session: session, Counts: added.Counts, Records: added.Records, Busy: busy}
	}
	kind, data, err := EncodeBody(Forget(body, what, digest))
	f.Kind, f.Body, f.What = kind, data, what
	return f, err
}

// Was returns what is left of the body that the event had.
func (f Forgotten) Was() (Body, error) { return DecodeBody(f.Kind, f.Body) }

// A Tally is what calls have added up to: it is kept when they are forgotten.
type Tally struct {
	Counts  Counts
	Records []RuleRecord
}

// Tally returns what the calls so far have added up to. It is never written again.
func (s *State) Tally() Tally { return Tally{s.counts, s.records} }

// Added returns what the last event has added to what there was before it.
func (s *State) Added(before Tally) Tally {
	added := Tally{Counts: s.counts.less(before.Counts)}
	if len(s.records) == 0 || len(s.records) == len(before.Records) && &s.records[0] == &before.Records[0] {
		return added // they are replaced where they change
	}
	today := recordDay(s.Now)
	for _, r := range s.records {
		var was RecordDay
		if i := slices.IndexFunc(before.Records, func(b RuleRecord) bool { return b.Rule == r.Rule }); i >= 0 {
			was = before.Records[i].on(today)
		}
		if day := r.on(today).less(was); day != (RecordDay{Day: today}) {
			added.Records = append(added.Records, RuleRecord{Rule: r.Rule, Days: []RecordDay{day}})
		}
	}
	return added
}

// About returns the session that a body is about, as far as the state knows it: also of
// what changes no session, as a note that is left for the next shift.
func (s *State) About(b Body) SessionID {
	if n, ok := b.(NoteAsked); ok {
		return n.Session
	}
	return newTurn(s, Event{}).subject(b)
}

// Up returns the sessions that are not over, in the order they opened.
func (s *State) Up() []SessionID {
	var up []SessionID
	for _, session := range s.sessions {
		if session.Phase != PhaseOver {
			up = append(up, session.ID)
		}
	}
	return up
}

// on returns a rule's record of a day.
func (r RuleRecord) on(day int) RecordDay {
	for _, d := range slices.Backward(r.Days) {
		if d.Day == day {
			return d
		}
	}
	return RecordDay{Day: day}
}

func (d RecordDay) less(was RecordDay) RecordDay {
	return RecordDay{d.Day, d.Fired - was.Fired, d.Kept - was.Kept, d.Vetoed - was.Vetoed, d.Shadow - was.Shadow,
		d.Wrong - was.Wrong, d.Handled - was.Handled, d.BadTime - was.BadTime}
}

func (d RecordDay) plus(more RecordDay) RecordDay {
	return RecordDay{d.Day, d.Fired + more.Fired, d.Kept + more.Kept, d.Vetoed + more.Vetoed, d.Shadow + more.Shadow,
		d.Wrong + more.Wrong, d.Handled + more.Handled, d.BadTime + more.BadTime}
}

func (c Counts) less(was Counts) Counts {
	return Counts{
		Calls: c.Calls - was.Calls, Answered: c.Answered - was.Answered, Joined: c.Joined - was.Joined, Ended: c.Ended - was.Ended,
		Lost: c.Lost - was.Lost, Auto: c.Auto - was.Auto, ByHand: c.ByHand - was.ByHand, Vetoed: c.Vetoed - was.Vetoed,
		Queued: c.Queued - was.Queued, Promised: c.Promised - was.Promised, Late: c.Late - was.Late, Unknown: c.Unknown - was.Unknown,
		Foreign: c.Foreign - was.Foreign, Refused: c.Refused - was.Refused, Unanswered: c.Unanswered - was.Unanswered, Lapsed: c.Lapsed - was.Lapsed,
		Panics: c.Panics - was.Panics,
	}
}

func (c Counts) plus(more Counts) Counts {
	return Counts{
		Calls: c.Calls + more.Calls, Answered: c.Answered + more.Answered, Joined: c.Joined + more.Joined, Ended: c.Ended + more.Ended,
		Lost: c.Lost + more.Lost, Auto: c.Auto + more.Auto, ByHand: c.ByHand + more.ByHand, Vetoed: c.Vetoed + more.Vetoed,
		Queued: c.Queued + more.Queued, Promised: c.Promised + more.Promised, Late: c.Late + more.Late, Unknown: c.Unknown + more.Unknown,
		Foreign: c.Foreign + more.Foreign, Refused: c.Refused + more.Refused, Unanswered: c.Unanswered + more.Unanswered, Lapsed: c.Lapsed + more.Lapsed,
		Panics: c.Panics + more.Panics,
	}
}

// forgotten takes what the event had added before its call was erased, and whom that call
// kept busy.
func (t *turn) forgotten(e Forgotten) {
	t.occupies(e.Session, e.Busy)
	t.counts = t.counts.plus(e.Counts)
	for _, r := range e.Records {
		for _, d := range r.Days {
			t.record(r.Rule, func(day *RecordDay) { *day = day.plus(d) })
		}
	}
}

// callsForgotten takes what tells of the calls out of the state. A call that is still up
// stays whole: it is erased when it is over, by an event of its own.
func (t *turn) callsForgotten(e CallsForgotten) {
	if e.Stands != nil {
		t.counts, t.records = e.Stands.Counts, cloneRecords(e.Stands.Records)
	}
	f := &forgotten{what: e.What, sessions: make(map[SessionID]bool, len(e.Sessions)), notes: e.Events}
	t.erased = f
	for _, id := range e.Sessions {
		s, ok := t.find(id)
		if ok && s.Phase != PhaseOver {
			continue
		}
		f.sessions[id] = true
		if !ok {
			continue
		}
		after, _ := t.edit(id)
		if e.What.Takes(EraseWords) {
			after.Filed = true // it is shown no longer
		} else {
			after.Recorded = nil
		}
	}
}

// A forgotten is what a turn takes out of the floor.
type forgotten struct {
	what     Erasure
	sessions map[SessionID]bool // only asked, never gone through
	notes    []uint64           // by the events that wrote them
}

// from takes it out of what is kept of calls that are over.
func (f *forgotten) from(s *State) {
	if !f.what.Takes(EraseWords) {
		return
	}
	s.handover = weed(s.handover, func(m Memo) bool { return f.sessions[m.Session] || slices.Contains(f.notes, m.Event) })
	s.refusals = weed(s.refusals, func(r Refusal) bool { return f.sessions[r.Session] })
	if f.what != EraseAll {
		s.callbacks = slices.Clone(s.callbacks)
		for i := range s.callbacks {
			if f.sessions[s.callbacks[i].Session] {
				s.callbacks[i].Why = ""
			}
		}
		return
	}
	for _, e := range s.ended {
		if f.sessions[e.Session] {
			s.listeners = weed(s.listeners, func(number string) bool { return number == e.Caller })
		}
	}
	s.ended = weed(s.ended, func(e Ended) bool { return f.sessions[e.Session] })
	s.typical = typical(s.ended)
	s.callbacks = weed(s.callbacks, func(c Callback) bool { return f.sessions[c.Session] })
}

// weed returns a slice without some of it. What it was given stays as it is, for a
// frame may hold it.
func weed[E any](all []E, drop func(E) bool) []E {
	if !slices.ContainsFunc(all, drop) {
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), drop)
}
