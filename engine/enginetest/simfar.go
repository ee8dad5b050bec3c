package enginetest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"switchboard/engine"
	"switchboard/engine/recording"
	"switchboard/engine/world"
)

// How Telnyx and Symbl are, in a simulation.
const (
	simTries     = 5 // of a command, as package telnyx has it
	simFirstWait = 2 * time.Second
	simMaxWait   = 5 * time.Second
	simBackoff   = 250 * time.Millisecond
	simListen    = 2 * time.Second // from one look at what Symbl heard to the next
	simMediaUp   = 400 * time.Millisecond

	simSymblWaits = 5 * time.Minute // with a call that nobody fetches from
)

// webhookRetries are how long Telnyx waits before it sends a webhook again that was not
// answered 200: to the failover URL, and then ever more seldom.
var webhookRetries = []time.Duration{2 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour}

// call has a customer call.
func (s *sim) call(n int, rec *recording.Recording) {
	s.calls--
	id, err := s.world.Call(rec, s.settings.Number)
	if err != nil {
		s.fail("the simulation can be read", "call %d: %v", n, err)
		return
	}
	s.stats.Calls++
	l := s.known(id, n, "customer", engine.RoleCustomer)
	l.owner = l
	for len(s.callers) <= n {
		s.callers = append(s.callers, nil)
	}
	s.callers[n] = l
}

func (s *sim) known(id world.LegID, call int, name string, role engine.Role) *simLeg {
	l := &simLeg{id: id, call: call, name: name, role: role, told: map[world.Kind]int{}, began: s.now}
	s.legs[id] = l
	s.order = append(s.order, l)
	return l
}

// fromWorld takes what has happened in the world, and has it told.
func (s *sim) fromWorld() {
	for _, e := range s.world.Advance(s.now) {
		l := s.legs[e.Leg]
		if l == nil {
			s.fail("every leg is somebody's", "leg %s (%s to %s)", e.Leg, e.From, e.To)
			return
		}
		s.happened(l, e)
		s.tell(l, e)
	}
}

// tell has Telnyx deliver a webhook: at once or late, once or twice or never.
func (s *sim) tell(l *simLeg, e world.Event) {
	l.told[e.Kind]++
	b, ok := body(e)
	if !ok {
		return
	}
	kind := strings.ReplaceAll(e.Kind.String(), " ", "-")
	what := fmt.Sprintf("%s/%s/%d", l.name, kind, l.told[e.Kind])
	entry := engine.Entry{ID: e.ID, By: engine.ByTelnyx, Occurred: e.At.Add(s.jump), Body: b}
	switch e.Kind {
	case world.Transcribed:
		s.readOut(e.Text, e.At, e.At)
	case world.Initiated, world.Answered, world.HungUp:
		l.events = append(l.events, entry)
	}
	late := s.dice.between(20*time.Millisecond, 250*time.Millisecond, "webhook", itoa(l.call), what)
	if _, lost := s.fault(LostWebhook, l.call, what, nil); lost {
		return
	}
	if f, ok := s.fault(ReorderWebhook, l.call, what, func(f *SimStep) {
		f.For = s.dice.between(100*time.Millisecond, 5*time.Second, "overtaken", what)
	}); ok {
		late += f.For
	}
	if f, ok := s.fault(LateWebhook, l.call, what, func(f *SimStep) {
		f.For = s.dice.between(5*time.Second, time.Minute, "late", what)
		if s.dice.roll(2, "very late", what) == 0 {
			f.For = s.dice.between(time.Minute, time.Hour, "late", what)
		}
	}); ok {
		late += f.For
	}
	s.after(late, func() { s.deliver(entry, 0) })
	if f, ok := s.fault(DupWebhook, l.call, what, func(f *SimStep) {
		f.For = s.dice.between(time.Millisecond, 30*time.Second, "again", what)
	}); ok {
		s.after(late+f.For, func() { s.deliver(entry, 0) })
	}
}

// deliver posts a webhook, and again later where it is not answered 200.
func (s *sim) deliver(e engine.Entry, try int) {
	s.submit(e, func(durable bool) {
		switch {
		case durable:
			s.watch.answered = append(s.watch.answered, e.ID)
		case try < len(webhookRetries):
			s.after(webhookRetries[try], func() { s.deliver(e, try+1) })
		}
	})
}

// A simDelivery is the carrying out of one command.
type simDelivery struct {
	command engine.Command
	lane    *simLane
	starts  int // of the program that carries it out
	began   time.Time
	try     int
	perhaps bool // a try was not answered, and may have been carried out
}

// send sends a command's next try. It arrives also where the program ends meanwhile.
func (s *sim) send(d *simDelivery) {
	d.try++
	s.after(s.wire(d, "there"), func() { s.arrives(d) })
}

func (s *sim) wire(d *simDelivery, way string) time.Duration {
	return s.dice.between(15*time.Millisecond, 200*time.Millisecond, way, string(d.command.Name), itoa(d.try))
}

// wish names a command among those of its call.
func wish(c engine.Command) string {
	_, rest, _ := strings.Cut(string(c.Name), "/")
	return rest
}

// arrives is a try at the far end.
func (s *sim) arrives(d *simDelivery) {
	c := d.command
	switch c.Adapter() {
	case engine.AdapterTelnyx:
	case engine.AdapterSymbl:
		s.answers(d, s.wire(d, "back"), s.symbl(c))
		return
	case engine.AdapterHistory:
		s.filed(c)
		s.answers(d, time.Millisecond, engine.Accepted{Command: c.Name})
		return
	default:
		s.answers(d, s.dice.between(100*time.Millisecond, 5*time.Second, "score", string(c.Name)),
			engine.Scored{Command: c.Name, Polarity: engine.Polarity(s.dice.roll(1600, "score", string(c.Name)) - 800), Source: "chat"})
		return
	}
	call := s.sessions[c.Session]
	failed := func(verb string) bool {
		f, ok := s.fault(verb, call, wish(c), func(f *SimStep) {
			f.Times = 1 + s.dice.roll(2, "tries", string(c.Name))
			if s.dice.roll(6, "all tries", string(c.Name)) == 0 {
				f.Times = simTries
			}
		})
		key := faultKey{verb, call, wish(c)}
		if !ok || s.spent[key] >= f.Times {
			return false
		}
		s.spent[key]++ // also over several starts of the program
		return true
	}
	switch {
	case failed(TelnyxTimeout):
		d.perhaps = true
		s.again(d, min(simFirstWait*time.Duration(d.try), simMaxWait), engine.Unanswered{Command: c.Name, Detail: "nothing came"})
	case failed(Telnyx500):
		d.perhaps = true
		s.again(d, s.wire(d, "back"), engine.Unanswered{Command: c.Name, Detail: "internal server error"})
	case failed(Telnyx429):
		s.again(d, s.wire(d, "back"), engine.Refused{Command: c.Name, Reason: engine.ReasonPaced, Detail: "too many requests"})
	case failed(TelnyxNoAnswer):
		d.perhaps = true
		s.carry(d)
		s.again(d, min(simFirstWait*time.Duration(d.try), simMaxWait), engine.Unanswered{Command: c.Name, Detail: "nothing came"})
	default:
		outcome := s.carry(d)
		if r, ok := outcome.(engine.Refused); ok && r.Reason == engine.ReasonNotAnswered {
			s.again(d, s.wire(d, "back"), outcome)
			return
		}
		if d.starts == s.starts && s.dies(killAfterSend) {
			return
		}
		s.answers(d, s.wire(d, "back"), outcome)
	}
}

// again tries once more, if that is still allowed; else what the last try came to is
// the outcome.
func (s *sim) again(d *simDelivery, wait time.Duration, last engine.Body) {
	pause := simBackoff<<(d.try-1) + s.dice.between(0, simBackoff, "jitter", string(d.command.Name), itoa(d.try))
	until := d.command.Decided.Add(engine.CommandLife)
	if d.command.Repeat() == engine.Natural {
		until = d.began.Add(engine.CommandLife)
	}
	if d.try == simTries || !s.now.Add(wait+pause).Before(until) {
		s.answers(d, wait, last)
		return
	}
	s.after(wait+pause, func() {
		if s.up != nil && s.starts == d.starts {
			s.send(d)
		}
	})
}

// answers is the end of a command, as the program that sent it learns of it.
func (s *sim) answers(d *simDelivery, wait time.Duration, outcome engine.Body) {
	if r, ok := outcome.(engine.Refused); ok && d.perhaps {
		_, dial := d.command.Action.(engine.Dial)
		if gone := r.Reason == engine.ReasonEnded || r.Reason == engine.ReasonNoConference; dial || !gone {
			outcome = engine.Unanswered{Command: r.Command, Detail: r.Detail}
		}
	}
	s.after(wait, func() {
		if s.up != nil && s.starts == d.starts {
			s.settle(d.command, outcome, d.lane)
		}
	})
}

// carry has Telnyx carry a command out, and returns what it answers.
func (s *sim) carry(d *simDelivery) engine.Body {
	c := d.command
	s.fromWorld()
	if a, ok := c.Action.(engine.Stream); ok && s.far.lines[a.Leg] != nil && s.far.lines[a.Leg].token == a.Token {
		return engine.Accepted{Command: c.Name} // it is done, and Telnyx says so again
	}
	outcome, _ := s.far.do(c)
	switch a := c.Action.(type) {
	case engine.Join:
		if r, ok := outcome.(engine.Refused); ok && r.Reason == engine.ReasonAlreadyIn {
			outcome = engine.Accepted{Command: c.Name}
			if a.Role != 0 {
				outcome, _ = s.far.do(engine.Command{Name: c.Name, Action: engine.SetRole{Leg: a.Leg, Conference: a.Conference, Role: a.Role, Whisper: a.Whisper}})
			}
		}
	case engine.OpenConference:
		if r, ok := outcome.(engine.Refused); ok && r.Reason == engine.ReasonNameTaken && (d.perhaps || a.Again) {
			for _, room := range s.world.Conferences() {
				if room.Name == a.Room {
					outcome = engine.ConferenceOpened{Command: c.Name, Conference: engine.ConferenceID(room.ID)}
				}
			}
		}
	case engine.Dial:
		if made, ok := outcome.(engine.Dialled); ok {
			s.dialled(c, a, made.Leg)
		}
	case engine.Stream:
		s.mediaSoon(a)
	}
	s.carried(c, outcome)
	s.fromWorld()
	return outcome
}

// dialled takes note of a leg that a Dial has made.
func (s *sim) dialled(c engine.Command, a engine.Dial, id engine.LegID) {
	if s.legOf(id) != nil {
		return // it was told again
	}
	customer := s.legOf(a.LinkTo)
	l := s.known(world.LegID(id), s.sessions[c.Session], dialName(a.State), a.State.Role)
	l.owner, l.made = customer, c.Name
}

func dialName(c engine.ClientState) string {
	switch c.Role {
	case engine.RoleOperator:
		return fmt.Sprintf("op-%d", c.Attempt)
	case engine.RoleSupervisor:
		return fmt.Sprintf("sup-%d", c.Attempt)
	default:
		return fmt.Sprintf("%s-%d", c.Role, c.Attempt)
	}
}

// symbl has Symbl carry a command out.
func (s *sim) symbl(c engine.Command) engine.Body {
	gone := s.now.Before(s.dropped)
	switch c.Action.(type) {
	case engine.Listen:
		if gone {
			return engine.Refused{Command: c.Name, Reason: engine.ReasonUnreachable}
		}
		s.fromWorld()
		outcome, _ := s.far.do(c)
		heard := outcome.(engine.Listening)
		s.listens++
		l := s.known(s.far.ears[heard.Connection].leg, s.sessions[c.Session], fmt.Sprintf("listener-%d", s.listens), engine.RoleListener)
		l.owner = s.callers[s.sessions[c.Session]]
		s.after(simSymblWaits, func() { // a call of which nobody asks what was heard it ends by itself
			if e := s.far.ears[heard.Connection]; !e.hearing {
				s.world.PutDown(e.leg)
			}
		})
		return outcome
	case engine.Relay:
		if gone {
			return engine.Refused{Command: c.Name, Reason: engine.ReasonUnreachable}
		}
		outcome, _ := s.far.do(c)
		s.listenOn()
		return outcome
	case engine.Hear:
		outcome, _ := s.far.do(c)
		s.listenOn()
		return outcome
	default:
		outcome, _ := s.far.do(c)
		s.fromWorld()
		return outcome
	}
}

// mediaSoon tells that a stream's sound comes, a little later.
func (s *sim) mediaSoon(a engine.Stream) {
	s.mine(simMediaUp, func() {
		l := s.far.lines[a.Leg]
		if l == nil || l.token != a.Token || l.up || !s.world.Alive(world.LegID(a.Leg)) {
			return
		}
		l.up = true
		s.world.StreamUp(l.stream)
		s.submit(engine.Entry{ID: "media/" + a.Token + "/up", By: engine.ByTelnyx, Occurred: s.now,
			Body: engine.MediaUp{LegRef: engine.LegRef{Leg: a.Leg}, Token: a.Token}}, nil)
		s.listenOn()
	})
}

func (s *sim) streams() []engine.LegID {
	var all []engine.LegID
	for _, id := range slices.Sorted(maps.Keys(s.far.lines)) {
		if s.far.lines[id].token != "" {
			all = append(all, id)
		}
	}
	return all
}

// listenOn has the program fetch what Symbl hears, as long as there is anything.
func (s *sim) listenOn() {
	if p := s.up; p != nil && !p.hearing {
		p.hearing = true
		s.mine(simListen, s.listen)
	}
}

// listen fetches what Symbl has heard since.
func (s *sim) listen() {
	s.up.hearing = false
	silent, more := s.now.Before(s.silent), false
	for _, id := range s.streams() {
		l := s.far.lines[id]
		said, next, on := s.world.Sound(l.stream, l.told)
		if l.told = next; !on {
			delete(s.far.lines, id)
			continue
		}
		more = true
		l.said = append(l.said, said...)
		for len(l.said) > 0 && !l.said[0].End.Add(hearsIn).After(s.now) {
			if l.connection != "" && l.up && !silent && !s.now.Before(s.dropped) {
				s.utter(l.session, l.connection, l.said[0], id)
			}
			l.said = l.said[1:]
		}
	}
	for _, id := range slices.Sorted(maps.Keys(s.far.ears)) {
		e := s.far.ears[id]
		if !e.hearing || s.now.Before(s.dropped) {
			more = more || e.hearing
			continue
		}
		more = more || s.world.Alive(e.leg)
		for _, said := range s.world.Heard(e.leg, e.told) {
			if said.End.Add(hearsIn).After(s.now) {
				break
			}
			e.told++
			if !silent {
				s.utter(e.session, id, said, "")
			}
		}
	}
	if more {
		s.listenOn()
	}
}

// utter tells a sentence, and its score perhaps a little later.
func (s *sim) utter(session engine.SessionID, connection engine.ConnectionID, said world.Said, leg engine.LegID) {
	b := engine.Uttered{
		Session: session, Connection: connection, Conversation: engine.ConversationID("v" + connection), Message: said.ID, Revision: 1,
		Text: said.Text, Start: said.Start.Add(s.jump), End: said.End.Add(s.jump), Scored: said.Scored, Polarity: engine.Polarity(said.Polarity), Leg: leg,
	}
	entry := engine.Entry{ID: "symbl/" + string(connection) + "/" + said.ID + "/1", By: engine.BySymbl, Occurred: b.End, Body: b}
	call := s.sessions[session]
	s.readOut(said.Text, said.Start, said.End)
	number := said.ID[strings.LastIndexByte(said.ID, '-')+1:]
	f, late := s.fault(SymblOutOfOrder, call, s.speaker(said)+"/said/"+number, func(f *SimStep) {
		f.For = s.dice.between(500*time.Millisecond, 20*time.Second, "said", said.ID)
	})
	if !late {
		s.submit(entry, nil)
		return
	}
	b.Scored, b.Revision = false, 1 // its score comes before it, as a later revision
	scored := entry
	scored.ID, scored.Body = entry.ID[:len(entry.ID)-1]+"2", func() engine.Uttered { c := entry.Body.(engine.Uttered); c.Revision = 2; return c }()
	entry.Body = b
	s.mine(f.For, func() { s.submit(scored, nil) })
	s.mine(f.For+300*time.Millisecond, func() { s.submit(entry, nil) })
}

func (s *sim) speaker(said world.Said) string {
	if l := s.legs[said.Leg]; l != nil {
		return l.name
	}
	return "somebody"
}

// symblDrops breaks all of Symbl's sockets for a while.
func (s *sim) symblDrops(d time.Duration) {
	s.dropped = s.now.Add(d)
	if s.up == nil {
		return
	}
	n := itoa(int(s.placed))
	for _, id := range s.streams() {
		l := *s.far.lines[id]
		if l.connection == "" || !l.up {
			continue
		}
		s.submit(engine.Entry{ID: "symbl/failed/" + n + "/" + string(id), By: engine.BySymbl, Occurred: s.now,
			Body: engine.FeedFailed{Session: l.session, Connection: l.connection, Leg: id, Why: "its socket broke"}}, nil)
		s.mine(d, func() {
			if now := s.far.lines[id]; now != nil && now.connection == l.connection {
				s.submit(engine.Entry{ID: "symbl/back/" + n + "/" + string(id), By: engine.BySymbl, Occurred: s.now,
					Body: engine.FeedBack{Session: l.session, Connection: l.connection, Leg: id}}, nil)
			}
		})
	}
	for _, id := range slices.Sorted(maps.Keys(s.far.ears)) {
		e := s.far.ears[id]
		if !e.hearing {
			continue
		}
		s.submit(engine.Entry{ID: "symbl/failed/" + n + "/" + string(id), By: engine.BySymbl, Occurred: s.now,
			Body: engine.FeedFailed{Session: e.session, Connection: id, Why: "it gives no answers"}}, nil)
		s.mine(d, func() {
			if e.hearing {
				s.submit(engine.Entry{ID: "symbl/back/" + n + "/" + string(id), By: engine.BySymbl, Occurred: s.now,
					Body: engine.FeedBack{Session: e.session, Connection: id}}, nil)
			}
		})
	}
}
