package enginetest

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"switchboard/engine"
	"switchboard/engine/world"
)

// How long something may be otherwise than it should, while what was lost is being found:
// a sweep is every 30 s, two of them have to agree, and a command has its tries.
const (
	simIntentLife = time.Minute      // of a command_id at Telnyx
	simLeftAfter  = 10 * time.Minute // a leg of ours, from the end of its customer's line
	simAloneAfter = 4 * time.Minute  // a customer whom the program does not know
	simRoomsAfter = 2 * time.Minute  // two rooms of one customer
	simDeafAfter  = 4 * time.Minute  // a call that is shown as heard
	simTapedAfter = 2 * time.Minute  // a payment that is recorded
	simOwedAfter  = 4 * time.Minute  // a command of which nobody will tell
)

// A watch is what the invariants have to remember.
type watch struct {
	answered []string // webhooks answered 200 since the last crash
	carried  []engine.CommandName
	ordered  map[engine.CommandName]order // what each name stands for
	done     map[engine.CommandName]time.Time
	entered  map[string]uint64                        // by entry: the event that it became
	gone     map[engine.LegID]uint64                  // by leg: the event that told of its end
	intents  map[engine.ClientState]engine.LegID      // the leg that each intent of a dial made
	rooms    map[engine.ConferenceID]engine.SessionID // whose each is
	since    map[string]time.Time                     // since when something is otherwise than it should be
	statuses map[engine.SessionID]map[engine.LegName]engine.LegStatus
	private  simPrivacy
}

type order struct {
	action engine.Action
	scope  engine.LegID
	seq    uint64
	entry  string
}

func newWatch() watch {
	return watch{
		ordered: map[engine.CommandName]order{}, done: map[engine.CommandName]time.Time{}, entered: map[string]uint64{},
		gone: map[engine.LegID]uint64{}, intents: map[engine.ClientState]engine.LegID{}, rooms: map[engine.ConferenceID]engine.SessionID{},
		since: map[string]time.Time{}, statuses: map[engine.SessionID]map[engine.LegName]engine.LegStatus{},
		private: newSimPrivacy(),
	}
}

// check holds the invariants after a step.
func (s *sim) check(e engine.Event, commands []engine.Command) {
	s.takenInOnce(e)
	s.nobodyGoneOnDoubt(e)
	s.learn(e)
	for _, c := range commands {
		s.nothingForWhoIsGone(e, c)
		s.aNameIsOneIntent(e, c)
	}
	s.nothingPaidIsKept(e)
	s.takenOut(e)
	for _, c := range commands {
		s.nobodyListens(e, c)
	}
	for _, session := range s.up.state.Changed() {
		s.whose(session)
		s.pays(session)
		s.stats.Checks += len(sessionInvariants)
		for _, i := range sessionInvariants {
			if why := i.broken(s, session); why != "" {
				s.fail(i.name, "%s (call %d): %s", session.ID, s.sessions[session.ID], why)
				return
			}
		}
	}
}

// whose takes note of which call a session is of.
func (s *sim) whose(session *engine.Session) {
	if _, ok := s.sessions[session.ID]; ok {
		return
	}
	for _, l := range session.Legs {
		if leg := s.legOf(l.ID); leg != nil {
			s.sessions[session.ID] = leg.call
		}
	}
}

// learn remembers what an event tells of who is gone.
func (s *sim) learn(e engine.Event) {
	w := &s.watch
	switch b := e.Body.(type) {
	case engine.LegHungUp:
		w.gone[b.Leg] = e.Seq
	case engine.LegMissed:
		w.gone[b.Leg] = e.Seq
	case engine.Refused:
		if o, ok := w.ordered[b.Command]; ok && b.Reason == engine.ReasonEnded && !stops(o.action) && s.holds(b.Command.Session(), o.scope) {
			w.gone[o.scope] = e.Seq
		}
	}
}

// holds reports whether a session that was just changed has a leg: one that was moved to
// another session is not known by a command of the first.
func (s *sim) holds(id engine.SessionID, leg engine.LegID) bool {
	return s.up != nil && leg != "" && slices.ContainsFunc(s.up.state.Changed(), func(x *engine.Session) bool {
		return x.ID == id && slices.ContainsFunc(x.Legs, func(l engine.Leg) bool { return l.ID == leg })
	})
}

// stops reports whether an action ends something on a leg, or pauses it: that is refused so
// as well where there is nothing to end, and nothing is concluded of the leg.
func stops(a engine.Action) bool {
	switch a.(type) {
	case engine.StopPlay, engine.StopGather, engine.StopStream, engine.StopTranscribe,
		engine.PauseRecording, engine.ResumeRecording:
		return true
	}
	return false
}

// takenInOnce: an event that is told twice is one event. Telnyx repeats its webhooks, and
// the program its own entries after a crash.
func (s *sim) takenInOnce(e engine.Event) {
	s.stats.Checks++
	if was, ok := s.watch.entered[e.ID]; ok && was != e.Seq {
		s.fail("nothing is taken in twice", "event %d is event %d once more: a %T", e.Seq, was, e.Body)
	}
	s.watch.entered[e.ID] = e.Seq
}

// nobodyGoneOnDoubt: the sweep calls nobody gone who is there. Lists are stale, and answers
// cross with what happens.
func (s *sim) nobodyGoneOnDoubt(e engine.Event) {
	if b, ok := e.Body.(engine.LegMissed); ok {
		s.stats.Checks++
		if s.world.Alive(world.LegID(b.Leg)) {
			s.fail("nobody is called gone who is there", "event %d says that leg %s is gone", e.Seq, b.Leg)
		}
	}
}

// nothingForWhoIsGone: nothing is ordered for a leg of which Telnyx has told that it is
// gone, and nobody is dialled for a customer who has hung up.
func (s *sim) nothingForWhoIsGone(e engine.Event, c engine.Command) {
	s.stats.Checks++
	if seq, ok := s.watch.gone[scopeOf(c)]; ok {
		s.fail("no command for a leg that is gone", "event %d (%T) orders %s, and event %d told that its leg is gone", e.Seq, e.Body, c.Name, seq)
	}
}

// scopeOf returns the leg without which a command of Telnyx's makes no sense.
func scopeOf(c engine.Command) engine.LegID {
	if c.Adapter() != engine.AdapterTelnyx {
		return ""
	}
	if d, ok := c.Action.(engine.Dial); ok {
		return d.LinkTo
	}
	leg, _ := reflect.ValueOf(c.Action).FieldByName("Leg").Interface().(engine.LegID)
	return leg
}

// aNameIsOneIntent: a command's name, by which Telnyx knows it again, stands for one thing
// to be done. Telnyx ignores what comes twice under it, on one leg or in one conference.
func (s *sim) aNameIsOneIntent(e engine.Event, c engine.Command) {
	s.stats.Checks++
	c = s.plan.plant.named(c)
	if open, ok := c.Action.(engine.OpenConference); ok {
		open.Again = false // the same room, asked for again
		c.Action = open
	}
	w := &s.watch
	was, ok := w.ordered[c.Name]
	if ok && was.scope == scopeOf(c) && !reflect.DeepEqual(was.action, c.Action) {
		s.fail("a name stands for one intent", "%s is %+v, and was %+v", c.Name, c.Action, was.action)
	}
	if !ok {
		w.ordered[c.Name] = order{c.Action, scopeOf(c), e.Seq, e.ID}
	}
}

// carried is told of a command that Telnyx has carried out, or refused.
func (s *sim) carried(c engine.Command, outcome engine.Body) {
	w := &s.watch
	if _, ok := outcome.(engine.Refused); ok {
		return
	}
	s.stats.Checks++
	w.carried = append(w.carried, c.Name)
	if at, ok := w.done[c.Name]; !ok {
		w.done[c.Name] = s.now
	} else if s.now.Sub(at) >= simIntentLife && c.Repeat() == engine.Guarded && !strings.HasSuffix(string(c.Name), "/stray") {
		s.fail("no command acts twice", "%s is carried out again, %s later", c.Name, s.now.Sub(at))
	}
	if d, ok := c.Action.(engine.Dial); ok {
		leg := outcome.(engine.Dialled).Leg
		if was, ok := w.intents[d.State]; ok && was != leg {
			s.fail("no command acts twice", "%s is dialled for %s a second time, by %s", d.To, dialName(d.State), c.Name)
		}
		w.intents[d.State] = leg
	}
}

// A sessionInvariant is what must hold of a call after each step that has changed it.
type sessionInvariant struct {
	name   string
	broken func(*sim, *engine.Session) string // says how, or nothing
}

var sessionInvariants = []sessionInvariant{
	{"no caller without a way on", (*sim).withoutAWayOn},
	{"at most one operator transfer", (*sim).twoOperators},
	{"who is gone stays gone", (*sim).revived},
	{"nobody in another's conference", (*sim).roomOfTwo},
	{"who has paid is told again what was cut off", (*sim).cutOff},
	{"only who was asked has agreed", (*sim).agreed},
	{"who has not agreed is not heard", (*sim).unagreed},
	{"a call that is over is filed", (*sim).unfiled},
}

// withoutAWayOn: a customer who is on the line is with somebody, is being told something,
// waits for something that has an end, was told what the keys do, or is shown to the
// supervisor as one whose call itself is in trouble.
func (s *sim) withoutAWayOn(x *engine.Session) string {
	customer, ok := x.Customer()
	if x.Phase != engine.PhaseTalking || !ok || customer.Status != engine.LegUp || customer.HangupAsked || x.Ending != "" || x.Number == 0 {
		return ""
	}
	with := slices.ContainsFunc(x.Legs, func(l engine.Leg) bool {
		return l.Live() && (l.Role == engine.RoleOperator || l.Role == engine.RoleFront || l.Role == engine.RoleSupervisor)
	})
	told := x.Announced && (x.Menu.Round > 0 || x.Front.Asked || x.Transfers > 0)
	waits := !customer.Until.IsZero() || !x.ConferenceUntil.IsZero() || !x.Wait.Next.IsZero() || !x.Feed.HoldUntil.IsZero() || x.Pay.On()
	switch {
	case with, told, waits, x.Prompt.Kind != engine.PromptNone, x.Menu.Open, x.Transfer.Open(), len(x.Pending) > 0, x.Trouble != "":
		return ""
	}
	return "nothing is said to him, nobody is called, and nothing is awaited"
}

// twoOperators: a call has one operator at a time, on the line or being called. One whose
// line is only still to fall is neither.
func (s *sim) twoOperators(x *engine.Session) string {
	var on []string
	for _, l := range x.Legs {
		if l.Role == engine.RoleOperator && l.Live() && !l.HangupAsked {
			on = append(on, string(l.Name))
		}
	}
	if len(on) > 1 {
		return strings.Join(on, " and ") + " are on the call or called at once"
	}
	return ""
}

// revived: a leg's status only rises, and one of which Telnyx has told that it is gone
// is never taken as live again.
func (s *sim) revived(x *engine.Session) string {
	was := s.watch.statuses[x.ID]
	if was == nil {
		was = map[engine.LegName]engine.LegStatus{}
		s.watch.statuses[x.ID] = was
	}
	for _, l := range x.Legs {
		if l.Status < was[l.Name] {
			return fmt.Sprintf("%s is %s and was %s", l.Name, l.Status, was[l.Name])
		}
		was[l.Name] = l.Status
		if seq, ok := s.watch.gone[l.ID]; ok && l.Live() {
			return fmt.Sprintf("%s is %s, and event %d told that it is gone", l.Name, l.Status, seq)
		}
	}
	return ""
}

// roomOfTwo: a conference is one customer's.
func (s *sim) roomOfTwo(x *engine.Session) string {
	if x.Conference == "" || x.Phase == engine.PhaseOver {
		return ""
	}
	if whose, ok := s.watch.rooms[x.Conference]; ok && whose != x.ID {
		return fmt.Sprintf("its conference is that of %s", whose)
	}
	s.watch.rooms[x.Conference] = x.ID
	return ""
}

// happened looks at what has truly happened, whatever is told of it.
func (s *sim) happened(l *simLeg, e world.Event) {
	switch e.Kind {
	case world.HungUp:
		l.ended = s.now
	case world.ParticipantJoined:
		s.nobodyInAnothersRoom(l, e.Conference)
		s.operatorsTogether(e.Conference)
	}
}

// nobodyInAnothersRoom: who is put into a conference belongs to the customer whose it is.
func (s *sim) nobodyInAnothersRoom(l *simLeg, room world.ConferenceID) {
	s.stats.Checks++
	in, _ := s.world.Participants(room)
	for _, p := range in {
		o := s.legs[p.Leg]
		if o == nil || o.role != engine.RoleCustomer || l.owner == nil || l.owner == o {
			continue
		}
		s.fail("nobody in another's conference", "%s of call %d is with the customer of call %d", l.name, l.call, o.call)
	}
}

// operatorsTogether: two operators are never with one customer, but for one whose end was
// ordered and has not come yet.
func (s *sim) operatorsTogether(room world.ConferenceID) {
	s.stats.Checks++
	var on []string
	in, _ := s.world.Participants(room)
	for _, p := range in {
		if l := s.legs[p.Leg]; l != nil && l.role == engine.RoleOperator && !s.falling(p.Leg) {
			on = append(on, l.name)
		}
	}
	if len(on) > 1 {
		s.fail("at most one operator transfer", "%s are in one conference", strings.Join(on, " and "))
	}
}

// falling reports whether the program has ordered a leg's end, or takes it as gone.
func (s *sim) falling(id world.LegID) bool {
	if s.up == nil {
		return true // what it holds is not to be seen
	}
	l, ok := legIn(s.up.state.Frame(), engine.LegID(id))
	return !ok || !l.Live() || l.HangupAsked
}

// lookRound holds what may be otherwise for a while, and not for long. It is done every
// so often, while the program runs.
func (s *sim) lookRound() {
	p := s.up
	f := p.state.Frame()
	now := map[string]string{}
	s.leftLegs(f, now)
	s.manyRooms(now)
	s.deaf(f, now)
	s.owed(f, now)
	s.taped(f, now)
	s.stats.Checks += len(s.order) + 2*len(f.Sessions)
	since := map[string]time.Time{}
	for key := range now { // each is looked at by itself: the order does not matter but for which is told
		since[key] = s.now
		if at, ok := s.watch.since[key]; ok {
			since[key] = at
		}
	}
	s.watch.since = since
	for _, key := range slices.Sorted(keysOf(now)) {
		invariant, limit := lasting(key)
		if s.now.Sub(since[key]) > limit {
			s.fail(invariant, "for %s: %s", s.now.Sub(since[key]), now[key])
		}
	}
}

func keysOf(m map[string]string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// lasting returns the invariant that a finding breaks once it has lasted for too long.
func lasting(key string) (string, time.Duration) {
	kind, _, _ := strings.Cut(key, " ")
	switch kind {
	case "left":
		return "no leg of ours is left", simLeftAfter
	case "alone":
		return "no customer is left alone", simAloneAfter
	case "rooms":
		return "one conference a customer", simRoomsAfter
	case "deaf":
		return "what is shown as heard is heard", simDeafAfter
	case "taped":
		return "a payment is on no tape, or it is shown", simTapedAfter
	default:
		return "every command has an end", simOwedAfter
	}
}

// leftLegs: a leg that we have dialled falls when its customer does; and a customer who is
// on the line is known.
func (s *sim) leftLegs(f *engine.Frame, now map[string]string) {
	for _, state := range s.world.Live() {
		l := s.legs[state.ID]
		switch {
		case l == nil:
		case l.role == engine.RoleCustomer:
			if held, ok := legIn(f, engine.LegID(l.id)); !ok || !held.Live() {
				if report, err := s.world.Leg(l.id); err == nil && report.Ended.IsZero() && l.told[world.Answered] > 0 {
					now["alone "+string(l.id)] = fmt.Sprintf("the customer of call %d is on the line, and the program does not know him", l.call)
				}
			}
		case l.role == engine.RoleListener && l.told[world.Answered] == 0:
		case l.owner != nil && !l.owner.ended.IsZero():
			now["left "+string(l.id)] = fmt.Sprintf("%s of call %d is on the line, and its customer is gone", l.name, l.call)
		}
	}
}

// manyRooms: a customer has one conference.
func (s *sim) manyRooms(now map[string]string) {
	rooms := map[*simLeg]int{}
	for _, r := range s.world.Conferences() {
		in, _ := s.world.Participants(r.ID)
		for _, p := range in {
			if l := s.legs[p.Leg]; l != nil && l.owner != nil {
				rooms[l.owner]++
				break
			}
		}
	}
	for owner, n := range rooms { // each by itself
		if n > 1 && owner.ended.IsZero() {
			now[fmt.Sprintf("rooms %d", owner.call)] = fmt.Sprintf("call %d is in %d conferences", owner.call, n)
		}
	}
}

// deaf: a call that is shown as heard by Symbl is heard by Symbl.
func (s *sim) deaf(f *engine.Frame, now map[string]string) {
	for _, x := range f.Sessions {
		customer, ok := x.Customer()
		if !ok || x.Phase != engine.PhaseTalking || x.Feed.Status != engine.FeedLive || s.now.Before(s.dropped) {
			continue
		}
		heard := true
		switch x.Feed.Kind {
		case engine.FeedStream:
			l := s.far.lines[customer.ID]
			heard = l != nil && l.connection != "" && l.token != ""
		case engine.FeedPhone:
			e := s.far.ears[x.Feed.Phone.Connection]
			heard = e != nil && e.hearing && s.world.Alive(e.leg)
		}
		if !heard {
			now["deaf "+string(x.ID)] = fmt.Sprintf("call %d is shown as heard by %s, and nothing hears it", s.sessions[x.ID], x.Feed.Kind.Words())
		}
	}
}

// owed: of a command that a call waits for somebody will tell, or it is shown that
// nobody does.
func (s *sim) owed(f *engine.Frame, now map[string]string) {
	coming := map[engine.CommandName]bool{}
	for _, ln := range s.up.lanes {
		coming[ln.under] = true
		for _, c := range ln.waiting {
			coming[c.Name] = true
		}
	}
	for _, x := range f.Sessions {
		for _, p := range x.Pending {
			if !p.Unknown && !coming[p.Command.Name] && x.Quarantined.Event == 0 {
				now["owed "+string(p.Command.Name)] = fmt.Sprintf("%s is awaited, and nobody carries it out", p.Command.Name)
			}
		}
	}
}

// checkAtCrash holds what a crash must not lose: what was answered, what was acted upon,
// and the state.
func (s *sim) checkAtCrash(memory *engine.State) {
	w := &s.watch
	s.stats.Checks += 3
	for _, id := range w.answered {
		if !s.journal.known[id] {
			s.fail("nothing acknowledged that is not in the journal", "webhook %s was answered 200", id)
		}
	}
	w.answered = w.answered[:0]
	for _, name := range w.carried {
		o, ok := w.ordered[name]
		if ok && (o.seq > uint64(len(s.journal.durable)) || s.journal.durable[o.seq-1].ID != o.entry) {
			s.fail("nothing acted upon that is not in the journal", "%s was carried out, and event %d that called for it is lost", name, o.seq)
		}
	}
	w.carried = w.carried[:0]
	if n := uint64(len(s.journal.durable)); memory.Seq > n {
		s.fail("the same state from the journal as in memory", "%d events were stepped, and %d are on the disk", memory.Seq, n)
	}
	if s.violation != nil {
		return
	}
	for _, e := range s.journal.durable[memory.Seq:] {
		s.learn(e)
		w.entered[e.ID] = e.Seq
	}
	s.compare(memory)
}

// over holds what must be so when nothing is to come any more.
func (s *sim) over() {
	if s.up == nil {
		s.fail("everything comes to an end", "the program does not run")
		return
	}
	s.stats.Checks += 3
	if open := s.up.state.Open(); len(open) > 0 {
		s.fail("everything comes to an end", "sessions %v are open, and nothing is awaited", open)
	}
	if live := s.world.Live(); len(live) > 0 {
		s.fail("no leg of ours is left", "%s", s.left())
	}
	s.filedAll()
	s.checkAtCrash(&s.up.state)
	s.forgottenFolds()
}

// left says what there still is.
func (s *sim) left() string {
	var all []string
	for _, state := range s.world.Live() {
		if l := s.legs[state.ID]; l != nil {
			all = append(all, fmt.Sprintf("%s of call %d", l.name, l.call))
		}
	}
	if s.up != nil {
		for _, id := range s.up.state.Open() {
			all = append(all, "session "+string(id))
		}
	}
	return strings.Join(all, ", ")
}
