package engine_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"switchboard/engine"
	"switchboard/engine/enginetest"
)

// TestNoOrderOfEventsBreaksEscalation: "a property test shows that no order of events
// makes two automatic transfers, a transfer after a veto within the cooldown, or a caller
// left in a state that nobody will leave" (issue 3). Nor is anybody joined who did not
// say that he is there, or an operator called into two calls.
func TestNoOrderOfEventsBreaksEscalation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := &floor{t: t, Script: enginetest.New(), watch: newWatch()}
		defer func() {
			if r := recover(); r != nil {
				t.Fatalf("%v after\n%s", r, f.script.String())
			}
		}()
		f.open(rapid.IntRange(2, 4).Draw(t, "calls"))
		for range rapid.IntRange(5, 70).Draw(t, "acts") {
			f.act()
		}
		f.quiet()
	})
}

// A floor is calls in the midst of being escalated, in a random order.
type floor struct {
	t *rapid.T
	*enginetest.Script
	watch  *watch
	script strings.Builder
	now    float64
	seen   int // events that the watch has looked at
	said   int
	calls  []engine.SessionID
}

// run runs lines, and has the watch look at each event that they made.
func (f *floor) run(seconds float64, format string, args ...any) {
	line := fmt.Sprintf(format, args...)
	f.now += seconds
	f.script.WriteString(line + "\n")
	if _, err := f.Run(line); err != nil {
		f.t.Fatalf("%v after\n%s", err, f.script.String())
	}
	journal := f.Journal()
	for _, e := range journal[f.seen:] {
		for _, fault := range f.watch.step(e) {
			f.t.Fatalf("%s, at event %d (%T), after\n%s", fault, e.Seq, e.Body, f.script.String())
		}
	}
	f.seen = len(journal)
}

func (f *floor) event(format string, args ...any) { f.run(0.2, "+0.2 "+format, args...) }

// open has so many customers call, whom a feed hears.
func (f *floor) open(calls int) {
	queue := rapid.SampledFrom([]string{"0s", "90s", "180s"}).Draw(f.t, "at most")
	then := rapid.SampledFrom([]string{"stay", "callback", "menu"}).Draw(f.t, "then")
	f.run(0, "settings Queue.AtMost=%s Queue.Then=%s Queue.Callback=true English.Queued=you~are~number~%%d English.Offer=press~2 English.Callback=we~call English.Waiting=one~moment Spanish.Queued=usted~es~el~%%d Spanish.Offer=oprima~2 Spanish.Callback=llamamos Spanish.Waiting=un~momento", queue, then)
	f.run(0, "policy default")
	for i := range calls {
		leg, ear := fmt.Sprintf("c%d", i), fmt.Sprintf("y%d", i)
		f.event("leg.initiated Leg=%s Direction=incoming From=+1202555014%d To=+12025550100", leg, i)
		sessions := f.State.Frame().Sessions
		id := sessions[len(sessions)-1].ID
		f.calls = append(f.calls, id)
		f.event("leg.answered Leg=%s", leg)
		f.event("participant.joined Leg=%s Conference=room-%s", leg, id)
		f.event("speech.ended Leg=%s Status=completed", leg)
		var code string
		for _, c := range f.Sent {
			if l, ok := c.Action.(engine.Listen); ok && c.Session == id {
				code = l.Code
			}
		}
		f.event("leg.initiated Leg=%s Direction=incoming From=+12025550188 To=+12025550199", ear)
		f.event("leg.answered Leg=%s", ear)
		f.event("gathered Leg=%s Digits=%s Status=valid", ear, code)
		f.event("participant.joined Leg=%s Conference=room-%s", ear, id)
		f.event("gathered Leg=%s Status=timeout", leg)
	}
	f.run(20, "run 20") // past the seconds in which nobody is judged
}

// act lets one thing happen.
func (f *floor) act() {
	t := f.t
	i := rapid.IntRange(0, len(f.calls)-1).Draw(t, "call")
	id, customer := f.calls[i], fmt.Sprintf("c%d", i)
	attempt := rapid.IntRange(1, 3).Draw(t, "attempt")
	if s, ok := f.State.Frame().Session(id); ok && s.Transfers > 0 && rapid.IntRange(0, 3).Draw(t, "latest") > 0 {
		attempt = s.Transfers
	}
	operator := fmt.Sprintf("Leg=%s-operator-%d State=1|main.5eed0000|%s|operator|%d", id, attempt, id, attempt)
	asked := func(what string) { f.event("%s Session=%s By=supervisor/ann", what, id) }
	switch rapid.IntRange(0, 30).Draw(t, "act") {
	case 0, 1, 2:
		for range 3 {
			f.say(id, "this is really not good enough any more", -800)
		}
	case 3:
		f.say(id, "thank you that is very kind", 700)
	case 4, 5:
		f.say(id, rapid.SampledFrom([]string{"I want to speak to a manager", "let me talk to a human", "I do not want an agent",
			"somebody call an ambulance", "I will see you in court", "quiero hablar con una persona"}).Draw(t, "text"), -850)
	case 6:
		f.event("key.pressed Leg=%s Digit=%s", customer, rapid.SampledFrom([]string{"0", "1", "2", "5"}).Draw(t, "digit"))
	case 7, 8:
		asked(rapid.SampledFrom([]string{"veto.asked", "takeback.asked"}).Draw(t, "stop"))
	case 9:
		asked("hurry.asked")
	case 10:
		asked(rapid.SampledFrom([]string{"snooze.asked", "again.allowed", "alert.seen", "claim.asked"}).Draw(t, "asked"))
	case 11:
		f.event("automation.asked Mode=%s By=supervisor/ann", rapid.SampledFrom([]string{"on", "on", "shadow", "off"}).Draw(t, "mode"))
	case 12:
		asked("transfer.asked" + rapid.SampledFrom([]string{"", " Cold=true", " Group=nobody", " To=+12025550105"}).Draw(t, "how"))
	case 13:
		f.event("hold.asked Session=%s Leg=%s On=%t By=supervisor/ann", id, rapid.SampledFrom([]string{"customer", "op-1"}).Draw(t, "leg"), rapid.Bool().Draw(t, "on"))
	case 14:
		f.event("monitor.asked Session=%s Role=%s Phone=+12025550150 By=supervisor/ann", id, rapid.SampledFrom([]string{"monitor", "barge"}).Draw(t, "role"))
		f.event("leg.answered Leg=%s-supervisor-1", id)
		f.event("participant.joined Leg=%s-supervisor-1 Conference=room-%s", id, id)
	case 15:
		f.event("leg.hungup Leg=%s-supervisor-1 Cause=normal_clearing", id)
	case 16:
		f.event("hangup.asked Session=%s Leg=op-%d By=supervisor/ann", id, attempt)
	case 17, 18:
		f.event("leg.answered %s", operator)
	case 19, 20:
		f.event("gathered %s Digits=%s Status=valid", operator, rapid.SampledFrom([]string{"1", "1", "2"}).Draw(t, "digits"))
	case 21:
		f.event("machine.detected %s Result=%s", operator, rapid.SampledFrom([]string{"human", "machine", "unsure"}).Draw(t, "machine"))
	case 22, 23:
		f.event("participant.joined %s Conference=room-%s", operator, id)
	case 24, 25:
		f.event("leg.hungup %s Cause=%s", operator, rapid.SampledFrom([]string{"user_busy", "normal_clearing", "no_answer"}).Draw(t, "cause"))
	case 26:
		f.run(0, "%s", rapid.SampledFrom([]string{"again", "refuse dial limit", "refuse dial other", "unanswered dial", "silent dial", "answering dial",
			"refuse join other", "unanswered join", "silent hangup", "answering hangup", "refuse speak ended"}).Draw(t, "trouble"))
	case 27:
		f.run(0, "restart")
		f.watch.reread(t)
	case 28:
		f.run(0, "%s", rapid.SampledFrom([]string{"policy default", "policy sample-compat", "rule ask-human Veto=0s", "rule ask-human Then.Transfer.Cold=true",
			"rule sustained-negative Mode=off", "rule sustained-negative Mode=shadow", "rule stuck-again When.MinWords=1",
			"settings Operators=+12025550101", "settings Operators=+12025550101,+12025550102", "group late Open=0-1 +12025550103"}).Draw(t, "reload"))
		f.watch.reloaded()
	default:
		seconds := rapid.IntRange(1, 50).Draw(t, "seconds")
		f.run(float64(seconds), "run %d", seconds)
	}
}

func (f *floor) say(id engine.SessionID, text string, polarity int) {
	f.said++
	f.run(2, "+2 uttered Session=%s Conversation=v Message=%d Revision=1 Text=%s Start=%.1f End=%.1f Scored=true Polarity=%d",
		id, f.said, strings.ReplaceAll(text, " ", "~"), f.now+0.2, f.now+1.8, polarity)
}

// quiet lets time go by in which nobody outside does anything, and sees that every
// customer who is left has somebody with him, or can have.
func (f *floor) quiet() {
	f.run(0, "answering dial hangup")
	f.run(1800, "run 1800")
	for _, s := range f.State.Frame().Sessions {
		if s.Phase != engine.PhaseOver && s.Transfer.Open() {
			f.t.Fatalf("the transfer of %s is %s for ever after\n%s", s.ID, s.Transfer.Status, f.script.String())
		}
	}
	for i, id := range f.calls {
		s, ok := f.State.Frame().Session(id)
		if !ok || s.Phase == engine.PhaseOver || accompanied(s) {
			continue
		}
		sent := len(f.Sent)
		f.event("key.pressed Leg=c%d Digit=1", i)
		if !slices.ContainsFunc(f.Sent[sent:], func(c engine.Command) bool {
			return c.Session == id && slices.Contains([]string{"dial", "speak", "gather"}, c.Verb())
		}) {
			f.t.Fatalf("the customer of %s presses 1 in vain after\n%s", id, f.script.String())
		}
		f.event("leg.hungup Leg=c%d Cause=normal_clearing", i)
	}
}

// accompanied reports whether a human can be heard by the customer.
func accompanied(s *engine.Session) bool {
	return slices.ContainsFunc(s.Legs, func(l engine.Leg) bool {
		return l.Live() && l.Joined && (l.Role == engine.RoleOperator || l.Role == engine.RoleSupervisor && l.Monitor == engine.Barge)
	})
}

// A watch follows the journal by itself, from the events, the commands and the notes,
// and says what must not happen.
type watch struct {
	state engine.State
	notes map[engine.SessionID]int
	calls map[engine.SessionID]*watched
	here  map[engine.LegID]bool // who pressed 1
	human map[engine.LegID]bool // whom the line took for a human
}

// A watched is what must hold of one call.
type watched struct {
	begun     bool      // a transfer was begun and has not been stopped
	automatic int       // transfers begun by automation since another was allowed
	fired     string    // the rule that fired last and may propose
	firedAt   uint64    // the event at which it did
	rule      string    // of the transfer that is proposed or begun; empty: a hand's or a key's
	quietTo   time.Time // after a veto: nothing but a request until then
	vetoed    string    // whose rule was vetoed
}

func newWatch() *watch {
	w := &watch{
		state: engine.NewState(enginetest.Epoch), notes: map[engine.SessionID]int{}, calls: map[engine.SessionID]*watched{},
		here: map[engine.LegID]bool{}, human: map[engine.LegID]bool{},
	}
	w.state.Strict()
	return w
}

// reread has the watch's own state go through its encoding, as a checkpoint does.
func (w *watch) reread(t *rapid.T) {
	b, err := json.Marshal(w.state)
	if err != nil {
		t.Fatal(err)
	}
	var back engine.State
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	w.state = back
	w.state.Strict()
}

// reloaded forgets whose rule was vetoed: it may be another by now.
func (w *watch) reloaded() {
	for _, c := range w.calls {
		c.vetoed = ""
	}
}

func (w *watch) of(id engine.SessionID) *watched {
	if w.calls[id] == nil {
		w.calls[id] = &watched{}
	}
	return w.calls[id]
}

// step follows one event and returns what must not be.
func (w *watch) step(e engine.Event) []string {
	var faults []string
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	w.heard(e)
	next, commands := engine.Step(w.state, e)
	w.state = next
	f := w.state.Frame()
	if !slices.ContainsFunc(f.Refusals, func(r engine.Refusal) bool { return r.Entry == e.ID }) {
		w.asked(e)
	}
	for _, s := range f.Sessions {
		fresh := s.NoteCount - w.notes[s.ID]
		w.notes[s.ID] = s.NoteCount
		for _, n := range s.Notes[max(0, len(s.Notes)-fresh):] {
			w.noted(s.ID, n.Text, e.At, fault)
		}
	}
	for _, c := range commands {
		switch a := c.Action.(type) {
		case engine.Dial:
			if a.State.Role == engine.RoleOperator && !w.of(c.Session).begun {
				fault("%s calls an operator though no transfer was begun", c.Name)
			}
		case engine.Join:
			s, _ := f.Session(c.Session)
			i := slices.IndexFunc(s.Legs, func(l engine.Leg) bool { return l.ID == a.Leg })
			if i >= 0 && s.Legs[i].Role == engine.RoleOperator && !w.here[a.Leg] && (!s.Transfer.Cold || !w.human[a.Leg]) {
				fault("%s joins who did not say that he is there", c.Name)
			}
		}
	}
	on := map[string]engine.SessionID{}
	for _, s := range f.Sessions {
		for _, l := range s.Legs {
			if l.Role != engine.RoleOperator || !l.Live() || l.HangupAsked || l.Number == "+12025550105" {
				continue
			}
			if other, busy := on[l.Number]; busy {
				fault("operator %s is called in %s and in %s", l.Number, other, s.ID)
			}
			on[l.Number] = s.ID
		}
	}
	return faults
}

// heard keeps who has said that he is there.
func (w *watch) heard(e engine.Event) {
	switch b := e.Body.(type) {
	case engine.KeyPressed:
		w.here[b.Leg] = w.here[b.Leg] || b.Digit == "1"
	case engine.Gathered:
		w.here[b.Leg] = w.here[b.Leg] || b.Digits == "1"
	case engine.MachineDetected:
		w.human[b.Leg] = w.human[b.Leg] || b.Result == engine.MachineHuman
	}
}

// asked follows what a supervisor asked and was not refused.
func (w *watch) asked(e engine.Event) {
	switch b := e.Body.(type) {
	case engine.VetoAsked, engine.TakeBackAsked:
		c := w.of(engine.SessionID(reflect.ValueOf(b).FieldByName("Session").String()))
		c.begun = false
		for _, r := range w.state.Settings.Policy.Rules {
			if r.ID == c.rule {
				c.vetoed, c.quietTo = r.ID, e.At.Add(r.Cooldown)
			}
		}
	case engine.AgainAllowed:
		c := w.of(b.Session)
		c.automatic, c.quietTo = 0, time.Time{}
	}
}

// noted follows what the engine says that it does.
func (w *watch) noted(id engine.SessionID, text string, at time.Time, fault func(string, ...any)) {
	c := w.of(id)
	rule, fired := strings.CutPrefix(text, "rule ")
	switch {
	case fired && strings.Contains(rule, " fired: "):
		rule, _, _ = strings.Cut(rule, " ")
		if r, ok := w.rule(rule); ok && r.Then.Transfer != nil {
			c.fired, c.firedAt = r.ID, w.state.Seq
		}
	case strings.HasPrefix(text, "transfer to ") && strings.Contains(text, " proposed"):
		c.rule = c.fired
		w.proposed(id, at, fault)
	case strings.HasPrefix(text, "the proposal is withdrawn"):
		c.rule = ""
	case strings.HasPrefix(text, "transfer asked by"), text == "customer pressed 1":
		c.begun, c.rule = true, ""
	case strings.HasPrefix(text, "bringing in an operator: rule "), text == "bringing in an operator: the customer asked for a person":
		c.begun = true
		if name, ok := strings.CutPrefix(text, "bringing in an operator: rule "); ok {
			c.rule = name
		} else if c.firedAt == w.state.Seq {
			c.rule = c.fired // begun at once, without a proposal
		}
		if c.automatic++; c.automatic > 1 {
			fault("%s is transferred automatically a second time", id)
		}
		w.proposed(id, at, fault)
	}
}

func (w *watch) rule(id string) (engine.Rule, bool) {
	i := slices.IndexFunc(w.state.Settings.Policy.Rules, func(r engine.Rule) bool { return r.ID == id })
	if i < 0 {
		return engine.Rule{}, false
	}
	return w.state.Settings.Policy.Rules[i], true
}

// proposed sees to it that a veto is kept.
func (w *watch) proposed(id engine.SessionID, at time.Time, fault func(string, ...any)) {
	c := w.of(id)
	r, ok := w.rule(c.rule)
	if !ok || !at.Before(c.quietTo) {
		return
	}
	if !r.Request || r.ID == c.vetoed {
		fault("%s is to be transferred by %s, which was vetoed until %s", id, r.ID, c.quietTo.Format(time.TimeOnly))
	}
}
