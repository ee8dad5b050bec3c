package enginetest

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"switchboard/engine"
	"switchboard/engine/recording"
	"switchboard/engine/world"
)

// Payments, consent, the sound that is recorded, what is filed, and what is forgotten.

// cardNumbers are what customers read out. Each is said once.
var cardNumbers = regexp.MustCompile(`4929\d{8}`)

// cardKey is a key that a customer presses for nothing but a payment.
const cardKey = "7"

// simPrivacy is what the invariants of this file have to remember.
type simPrivacy struct {
	read   map[string]simSpan             // by number: when it was truly read out
	paying map[int][]simSpan              // by call: when the customer was paying
	cut    map[engine.SessionID]bool      // the menu was cut off by a payment
	asks   map[engine.SessionID]simAsked  // what the customer was asked last
	record map[engine.SessionID]*simFiled // of customers' calls that are over
	owners map[uint64]engine.SessionID    // by event: whose it is
	forgot map[engine.SessionID]engine.Erasure
}

// A simAsked is what a customer was asked last, and what before the event that ordered it.
type simAsked struct {
	text, before string
	seq          uint64
}

// A simFiled is how a call that is over was filed.
type simFiled struct{ lines, ordered, carried int }

// A simSpan is a stretch of time. To is zero while it lasts.
type simSpan struct{ from, to time.Time }

func newSimPrivacy() simPrivacy {
	return simPrivacy{
		read: map[string]simSpan{}, paying: map[int][]simSpan{}, cut: map[engine.SessionID]bool{},
		asks: map[engine.SessionID]simAsked{}, record: map[engine.SessionID]*simFiled{}, owners: map[uint64]engine.SessionID{},
		forgot: map[engine.SessionID]engine.Erasure{},
	}
}

// private adds payments, and what is forgotten, to a simulation.
func (s *Simulation) private(d dice, calls int, gap time.Duration) {
	add := func(step SimStep) { s.Steps = append(s.Steps, step) }
	for n := 1; n <= calls; n++ {
		call := itoa(n)
		began := gap * time.Duration(n-1)
		if s.has(withPaying) && d.roll(2, "pays", call) == 0 {
			at := began + d.between(time.Second, 60*time.Second, "pays at", call)
			for range 2 { // the second ends it
				add(SimStep{Verb: "press", What: "pay.asked", Call: n, Choice: 1 + d.roll(999, "pays", call, at.String()), At: at})
				at += d.between(3*time.Second, 40*time.Second, "pays for", call)
			}
		}
		if s.has(withForgetting) && d.roll(2, "forgets", call) == 0 {
			what := engine.Erasure(1 + d.roll(3, "forgets what", call))
			add(SimStep{Verb: "forget", What: what.String(), Call: n, At: began + d.between(20*time.Second, 3*time.Minute, "forgets", call)})
		}
	}
}

// readsOut has a customer read numbers out, and key them in.
func readsOut(r *recording.Recording, seed uint64, call int) {
	d := dice{seed}
	for i := range 4 {
		at := d.between(4*time.Second, 70*time.Second, "reads out", itoa(call), itoa(i))
		r.Lines = append(r.Lines, recording.Line{
			On: recording.OnAnswered, At: at, Who: recording.Customer, Lasts: 2 * time.Second,
			Say: fmt.Sprintf("it is 4929%04d%04d", call, i), Scored: true, Polarity: 50,
		}, recording.Line{On: recording.OnAnswered, At: at + 3*time.Second, Who: recording.Customer, Key: cardKey})
	}
}

// readOut takes note of when a number was truly read out.
func (s *sim) readOut(text string, from, to time.Time) {
	for _, number := range cardNumbers.FindAllString(text, -1) {
		s.watch.private.read[number] = simSpan{from, to}
	}
}

// readBy returns the call whose customer reads a number out.
func readBy(number string) int {
	call, err := strconv.Atoi(number[4:8])
	if err != nil {
		panic(err) // the pattern has digits there
	}
	return call
}

// pays takes note of when a customer pays.
func (s *sim) pays(x *engine.Session) {
	all := s.watch.private.paying
	call := s.sessions[x.ID]
	if x.Number == 0 {
		return
	}
	last := len(all[call]) - 1
	open := last >= 0 && all[call][last].to.IsZero()
	switch {
	case x.Pay.On() && !open:
		all[call] = append(all[call], simSpan{from: x.Pay.Since})
	case !x.Pay.On() && open:
		all[call][last].to = s.now
		if n := len(x.Paid); n > 0 { // perhaps before the program ended, and it was not seen
			all[call][last].to = x.Paid[n-1].To
		}
	}
}

// inPayment reports whether something was truly said while its customer paid.
func (s *sim) inPayment(call int, said simSpan) bool {
	within := func(at time.Time) bool {
		return slices.ContainsFunc(s.watch.private.paying[call], func(p simSpan) bool {
			return at.After(p.from) && (p.to.IsZero() || at.Before(p.to))
		})
	}
	return within(said.from) || within(said.to)
}

// clocksAgree reports whether the sources' clocks are right: what they tell of times is
// all that the program knows of when something was said.
func (s *sim) clocksAgree() bool {
	return !slices.ContainsFunc(s.plan.Steps, func(x SimStep) bool { return x.Verb == ClockJump })
}

// nothingPaidIsKept: what a customer says or keys in while he pays is in no event.
func (s *sim) nothingPaidIsKept(e engine.Event) {
	var text string
	switch b := e.Body.(type) {
	case engine.Uttered:
		text = b.Text
	case engine.Transcribed:
		text = b.Text
	case engine.KeyPressed:
		s.noCardKey(e, b.Leg, b.Digit)
		return
	case engine.Gathered:
		s.noCardKey(e, b.Leg, b.Digits)
		return
	default:
		return
	}
	s.stats.Checks++
	w := &s.watch.private
	for _, number := range cardNumbers.FindAllString(text, -1) {
		call := readBy(number)
		if s.clocksAgree() && s.inPayment(call, w.read[number]) {
			s.fail("nothing of a payment is kept", "event %d (%T) has %s, which call %d read out while he paid", e.Seq, e.Body, number, call)
		}
	}
}

// noCardKey holds a key to the same.
func (s *sim) noCardKey(e engine.Event, leg engine.LegID, keys string) {
	l := s.legOf(leg)
	if l == nil || l.role != engine.RoleCustomer || !strings.Contains(keys, cardKey) || !s.clocksAgree() {
		return
	}
	s.stats.Checks++
	if s.inPayment(l.call, simSpan{e.Occurred, e.Occurred}) {
		s.fail("nothing of a payment is kept", "event %d (%T) has a key that call %d pressed while he paid", e.Seq, e.Body, l.call)
	}
}

// privateIn holds a state to the same, as it would be kept.
func (s *sim) privateIn(state []byte) {
	if !s.plan.has(withPaying) || !s.clocksAgree() {
		return
	}
	for _, number := range cardNumbers.FindAll(state, -1) {
		call := readBy(string(number))
		if s.inPayment(call, s.watch.private.read[string(number)]) {
			s.fail("nothing of a payment is kept", "the state has %s, which call %d read out while he paid", number, call)
		}
	}
}

// nobodyListens: nothing is begun that listens to who pays, or has not agreed. It also
// takes note of what customers are asked.
func (s *sim) nobodyListens(e engine.Event, c engine.Command) {
	switch a := c.Action.(type) {
	case engine.Gather:
		if s.customers(c.Session, a.Leg) {
			asked := s.watch.private.asks[c.Session]
			if asked.seq != e.Seq {
				asked.before = asked.text
			}
			asked.text, asked.seq = a.Text, e.Seq
			s.watch.private.asks[c.Session] = asked
			delete(s.watch.private.cut, c.Session)
		}
		return
	case engine.StopGather:
		if b, ok := e.Body.(engine.PayAsked); ok && b.On && s.customers(c.Session, a.Leg) {
			s.watch.private.cut[c.Session] = true
		}
		return
	case engine.File:
		s.files(c, a)
		return
	case engine.Listen, engine.Relay, engine.Stream, engine.Transcribe, engine.StartRecording:
	default:
		return
	}
	s.stats.Checks++
	x, ok := s.up.state.Session(c.Session)
	if ok && (x.Pay.On() || x.Unagreed()) {
		s.fail("nobody listens to who pays or has not agreed", "event %d (%T) orders %s", e.Seq, e.Body, c.Name)
	}
}

// customers reports whether a leg is the customer's of a session.
func (s *sim) customers(id engine.SessionID, leg engine.LegID) bool {
	x, ok := s.up.state.Session(id)
	if !ok {
		return false
	}
	l, ok := x.Customer()
	return ok && l.ID == leg
}

// cutOff: a customer whose menu a payment has cut off hears it when he has paid, unless
// somebody is with him or on his way.
func (s *sim) cutOff(x *engine.Session) string {
	cut := s.watch.private.cut
	if !cut[x.ID] || x.Pay.On() {
		return ""
	}
	customer, ok := x.Customer()
	with := slices.ContainsFunc(x.Legs, func(l engine.Leg) bool {
		return l.Live() && (l.Role == engine.RoleOperator || l.Role == engine.RoleFront || l.Role == engine.RoleSupervisor)
	})
	switch {
	case !ok, customer.Status != engine.LegUp, customer.HangupAsked, x.Phase != engine.PhaseTalking, x.Ending != "", x.Quarantined.Event != 0,
		with, x.Transfer.Open(), x.Trouble != "":
		delete(cut, x.ID)
		return ""
	case x.Prompt.Kind != engine.PromptNone, x.Menu.Open:
		return "" // after that
	}
	return "he has paid, and is told nothing"
}

// agreed: consent is taken from a key that was pressed for it.
func (s *sim) agreed(x *engine.Session) string {
	if x.Consent.Status != engine.ConsentGiven || x.Consent.Event != s.up.state.Seq {
		return ""
	}
	asked := s.watch.private.asks[x.ID]
	text := asked.text
	if asked.seq == s.up.state.Seq { // that comes after his answer
		text = asked.before
	}
	if text != s.settings.English.Consent && text != s.settings.Spanish.Consent {
		return fmt.Sprintf("he was asked %q", text)
	}
	return ""
}

// unagreed: of who has not agreed nothing is heard, and nothing recorded.
func (s *sim) unagreed(x *engine.Session) string {
	switch {
	case !x.Unagreed():
		return ""
	case x.Transcript.Len() > 0:
		return fmt.Sprintf("he has not agreed, and %d sentences are kept", x.Transcript.Len())
	case x.Recorder.Status != engine.RecorderNone:
		return "he has not agreed, and is recorded"
	}
	return ""
}

// taped: a payment is not recorded, but where that is shown.
func (s *sim) taped(f *engine.Frame, now map[string]string) {
	if !s.settings.Record {
		return
	}
	tapes := s.world.Tapes()
	for _, x := range f.Sessions {
		l, ok := x.Customer()
		if !ok || x.Phase != engine.PhaseTalking || !x.Pay.On() || x.Recorder.Leaks {
			continue
		}
		for i := range tapes {
			t := &tapes[i]
			if n := len(t.Pauses); t.Leg == world.LegID(l.ID) && s.world.Alive(t.Leg) && (n == 0 || !t.Pauses[n-1].To.IsZero()) {
				now["taped "+string(x.ID)] = fmt.Sprintf("call %d pays and is recorded, and is shown as %s", s.sessions[x.ID], x.Recorder.Status)
			}
		}
	}
}

// files takes note of an order to file a call.
func (s *sim) files(c engine.Command, a engine.File) {
	w := s.watch.private.record
	if w[c.Session] == nil {
		w[c.Session] = &simFiled{carried: -1}
	}
	w[c.Session].ordered = len(a.Record.Lines)
}

// filed takes note of a call that was filed.
func (s *sim) filed(c engine.Command) {
	if a, ok := c.Action.(engine.File); ok {
		if f := s.watch.private.record[c.Session]; f != nil {
			f.carried = max(f.carried, len(a.Record.Lines))
		}
	}
}

// unfiled: a customer's call that is over is filed, with as many lines as were heard. What
// was on the disk and not stepped when the program ended is not ordered again: the history
// makes what it lacks from the journal.
func (s *sim) unfiled(x *engine.Session) string {
	if x.Phase != engine.PhaseOver || x.Number == 0 || s.stats.Crashes > 0 {
		return ""
	}
	f := s.watch.private.record[x.ID]
	switch {
	case f == nil:
		return "it is over, and nobody was told to file it"
	case f.ordered != x.Transcript.Len():
		return fmt.Sprintf("it is filed with %d lines, and has %d", f.ordered, x.Transcript.Len())
	}
	f.lines = f.ordered
	return ""
}

// filedAll: at the end each call is filed whole. What was on its way when the program ended
// may be missing: the history makes that from the journal.
func (s *sim) filedAll() {
	if s.stats.Crashes > 0 {
		return
	}
	var left []string
	for id, f := range s.watch.private.record { // sorted below
		s.stats.Checks++
		if f.carried < f.lines {
			left = append(left, fmt.Sprintf("%s (call %d): %d lines of %d", id, s.sessions[id], f.carried, f.lines))
		}
	}
	slices.Sort(left)
	if len(left) > 0 {
		s.fail("a call that is over is filed", "%s", strings.Join(left, "; "))
	}
}

// forget has what tells of a call taken out, once it is over.
func (s *sim) forget(step SimStep, look int) {
	var what engine.Erasure
	if err := what.UnmarshalText([]byte(step.What)); err != nil {
		s.fail("the simulation can be read", "%v", err)
		return
	}
	var ids []engine.SessionID
	if s.up != nil {
		for id, call := range s.sessions { // sorted below
			x, ok := s.up.state.Session(id)
			if call == step.Call && (!ok || x.Phase == engine.PhaseOver) {
				ids = append(ids, id)
			}
		}
	}
	if len(ids) == 0 {
		if look < waitsFor {
			s.after(5*looks, func() { s.forget(step, look+1) })
		}
		return
	}
	slices.Sort(ids)
	id := fmt.Sprintf("forget/%d/%s", step.Call, step.At)
	s.submit(engine.Entry{ID: id, By: engine.BySupervisor, Occurred: s.now, Body: engine.CallsForgotten{Sessions: ids, What: what, Why: "asked for by number"}},
		func(durable bool) {
			if !durable {
				s.after(looks, func() { s.forget(step, look+1) })
				return
			}
			for _, id := range ids {
				if s.watch.private.forgot[id] == 0 || what.Takes(s.watch.private.forgot[id]) {
					s.watch.private.forgot[id] = what
				}
			}
		})
}

// owner takes note of whose an event is, before it is stepped.
func (s *sim) owner(e engine.Event) {
	if s.forgets {
		s.watch.private.owners[e.Seq] = s.up.state.About(e.Body)
	}
}

// takenOut: what tells of a call that is over is shown no longer once it is forgotten.
func (s *sim) takenOut(e engine.Event) {
	b, ok := e.Body.(engine.CallsForgotten)
	if !ok || !b.What.Takes(engine.EraseWords) {
		return
	}
	s.stats.Checks++
	for _, id := range b.Sessions {
		if x, ok := s.up.state.Session(id); ok && x.Phase == engine.PhaseOver && !x.Filed {
			s.fail("a call that is forgotten is shown no longer", "event %d forgets %s, and it is there", e.Seq, id)
		}
	}
}

// forgottenFolds: the journal leads on without a failure where what is left of calls that
// were forgotten stands in the place of their events, however few of these were found.
func (s *sim) forgottenFolds() {
	w := &s.watch.private
	if len(w.forgot) == 0 || s.violation != nil {
		return
	}
	s.stats.Checks++
	s.guard(func() {
		state := engine.NewState(Epoch)
		for _, e := range s.journal.durable {
			id := w.owners[e.Seq]
			if what := w.forgot[id]; id != "" && what.Takes(engine.EraseWords) {
				gone, err := e.Forget(what, id, engine.Tally{}, nil, func(string) string { return "#" })
				if err != nil {
					s.fail("a journal leads on without what was forgotten", "event %d: %v", e.Seq, err)
					return
				}
				e.Body = gone
			}
			state, _ = engine.Step(state, e)
		}
	})
}
