package engine_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"switchboard/engine"
	"switchboard/engine/enginetest"
)

// waits are two calls, two operators, a short queue, hold audio, a rule that proposes
// when 5 is pressed and one by which the customer asks himself, with 7.
const waits = `settings Deaf=no~feed Queue.AtMost=40s Queue.Callback=true English.Queued=number~%d Hold.Media=song Phone=+12025550150
rule cry When.Key=5 Severity=red Cooldown=60s Veto=8s Then.Transfer.Cold=false Then.Alert=true
rule plea When.Key=7 Request=true Severity=red Cooldown=60s Veto=5s Then.Transfer.Cold=true Then.Say=one~moment
0 leg.initiated Leg=c1 Direction=incoming From=+12025550142 To=+12025550100
+0.3 leg.answered Leg=c1
+1 leg.initiated Leg=c2 Direction=incoming From=+12025550143 To=+12025550100
+0.3 leg.answered Leg=c2
+3 speech.ended Leg=c1 Status=completed
+0 speech.ended Leg=c2 Status=completed
`

// TestNoOrderOfEventsStrandsACaller: whatever comes in whatever order, and is refused
// or never told, there are no two automatic transfers of a call that nobody allowed, no
// proposal but a request within the cooldown of a veto, nobody is called who is on
// another call, no menu is asked for behind hold audio and none plays on to who no
// longer waits; and when nothing more is told, nobody waits for ever.
func TestNoOrderOfEventsStrandsACaller(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := &caller{T: t, Script: enginetest.New(), playing: map[engine.SessionID]bool{}}
		c.run(waits)
		for range rapid.IntRange(5, 60).Draw(t, "events") {
			c.run(c.line())
		}
		c.run("run 600")
		for _, s := range c.State.Frame().Sessions {
			if s.Transfer.Open() {
				t.Errorf("%s waits for ever: transfer %s\n%s", s.ID, s.Transfer.Status, c.said.String())
			}
		}
	})
}

// A caller is a run of a script that is looked at after each line.
type caller struct {
	*rapid.T
	*enginetest.Script
	said    strings.Builder
	sent    int
	playing map[engine.SessionID]bool
}

func (c *caller) run(lines string) {
	before := c.State.Frame()
	out, err := c.Script.Run(lines)
	c.said.WriteString(out)
	if err != nil {
		c.Fatalf("%v after\n%s", err, c.said.String())
	}
	for _, command := range c.Sent[c.sent:] {
		c.ordered(command)
	}
	c.sent = len(c.Sent)
	for _, s := range c.State.Frame().Sessions {
		was, ok := before.Session(s.ID)
		c.look(s, was, ok)
	}
}

// ordered follows what plays to customers.
func (c *caller) ordered(command engine.Command) {
	id := command.Session
	if s, ok := c.State.Frame().Session(id); ok && s.Wait.Mute {
		c.playing[id] = false // it could not be played
		return
	}
	toCustomer := strings.Contains(string(command.Name), "/customer/")
	switch command.Action.(type) {
	case engine.Play:
		c.playing[id] = true
	case engine.StopPlay:
		c.playing[id] = false
	case engine.Speak:
		c.playing[id] = c.playing[id] && !toCustomer
	case engine.Gather:
		if toCustomer && c.playing[id] {
			c.Fatalf("%s is asked behind hold audio\n%s", id, c.said.String())
		}
	}
}

func (c *caller) look(s, was *engine.Session, known bool) {
	waiting := s.Transfer.Under() || s.Transfer.Status == engine.TransferQueued
	barged := slices.ContainsFunc(s.Legs, func(l engine.Leg) bool { return l.Joined && l.Monitor == engine.Barge })
	c.playing[s.ID] = c.playing[s.ID] && !s.Wait.Mute
	if customer, ok := s.Customer(); ok && !customer.HangupAsked && c.playing[s.ID] && (!waiting || barged) {
		c.Fatalf("hold audio plays on to %s\n%s", s.ID, c.said.String())
	}
	for _, l := range s.Legs {
		for _, o := range c.State.Frame().Sessions {
			if l.Role == engine.RoleOperator && l.Live() && o.ID != s.ID && slices.ContainsFunc(o.Legs, func(x engine.Leg) bool {
				return x.Role == engine.RoleOperator && x.Live() && x.Number == l.Number
			}) {
				c.Fatalf("%s is called for two calls\n%s", l.Number, c.said.String())
			}
		}
	}
	if !known {
		return
	}
	if was.Transfer.Status == engine.TransferVetoed && s.Transfer.Status == engine.TransferProposed &&
		s.Transfer.Cause == engine.CauseRule && s.Transfer.Since.Before(was.HeldBack) && !s.HeldBack.IsZero() {
		c.Fatalf("%s is proposed within the cooldown of a veto\n%s", s.ID, c.said.String())
	}
	allowed := strings.Count(c.said.String(), fmt.Sprintf("* %s: another automatic transfer allowed", s.ID))
	automatic := strings.Count(c.said.String(), fmt.Sprintf(". %s: bringing in an operator: rule", s.ID)) +
		strings.Count(c.said.String(), fmt.Sprintf(". %s: bringing in an operator: the customer asked", s.ID))
	if automatic > 1+allowed {
		c.Fatalf("%s is transferred by itself %d times\n%s", s.ID, automatic, c.said.String())
	}
}

// line draws what happens next.
func (c *caller) line() string {
	sessions := c.State.Frame().Sessions
	if len(sessions) == 0 {
		return "run 1" // both are over and filed
	}
	s := sessions[rapid.IntRange(0, len(sessions)-1).Draw(c.T, "call")]
	l := s.Legs[rapid.IntRange(0, len(s.Legs)-1).Draw(c.T, "leg")]
	pick := func(of ...string) string { return rapid.SampledFrom(of).Draw(c.T, "event") }
	told := fmt.Sprintf("Leg=%s", l.ID)
	if l.ID == "" {
		return "run 3"
	}
	after := pick("+0 ", "+0.2 ", "+3 ", "+9 ")
	switch pick("customer", "customer", "operator", "operator", "operator", "supervisor", "supervisor", "telnyx", "settings", "time") {
	case "customer":
		customer, ok := s.Customer()
		if !ok {
			return "run 1"
		}
		return after + fmt.Sprintf(pick("key.pressed Leg=%s Digit=5", "key.pressed Leg=%s Digit=7", "key.pressed Leg=%s Digit=1",
			"key.pressed Leg=%s Digit=2", "speech.ended Leg=%s Status=completed", "speech.ended Leg=%s Status=completed",
			"gathered Leg=%s Status=timeout", "audio.ended Leg=%s Status=failed", "audio.ended Leg=%s Status=cancelled"), customer.ID)
	case "operator":
		if l.Role == engine.RoleCustomer {
			return "run 2"
		}
		return after + pick("leg.answered "+told, "leg.answered "+told, "key.pressed Digit=1 "+told, "gathered Digits=1 Status=valid "+told,
			"gathered Status=timeout "+told, "machine.detected Result=human "+told, "machine.detected Result=machine "+told,
			"participant.joined "+told+" Conference="+string(s.Conference), "participant.left "+told+" Conference="+string(s.Conference),
			"leg.hungup Cause=user_busy "+told)
	case "supervisor":
		return after + fmt.Sprintf(pick("veto.asked", "takeback.asked", "hurry.asked", "snooze.asked", "again.allowed", "alert.seen",
			"transfer.asked", "transfer.asked Cold=true", "monitor.asked Role=barge", "hangup.asked Leg=op-1", "hangup.asked", "takeover.asked")+
			" Session=%s By=supervisor/ann", s.ID)
	case "telnyx":
		return pick("refuse dial limit", "refuse dial other", "refuse speak other", "refuse play other", "refuse gather other",
			"refuse join other", "unanswered dial", "unanswered join", "unanswered play", "refuse hangup ended", "again")
	case "settings":
		return pick("settings Hold.Media=", "settings Hold.Media=song", "settings Operators=+12025550101", "settings Operators=",
			"settings Operators=+12025550101,+12025550102", "rule cry Mode=shadow", "rule cry Mode=on", "settings Queue.Then=menu",
			"settings Queue.Then=callback", "+0 automation.asked Mode=on By=supervisor/ann", "+0 automation.asked Mode=off By=supervisor/ann", "restart")
	default:
		return pick("run 1", "run 5", "run 20", "run 45")
	}
}
