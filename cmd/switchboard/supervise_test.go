package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/engine"
	"switchboard/engine/recording"
	"switchboard/engine/world"
	"switchboard/testdata"
)

// What a supervisor does, over the wire: the program as in earnest, pointed at the
// emulators, told by entries as the console tells it.

// slowly is a policy that leaves a supervisor time to act.
const slowly = `rules:
- {id: asked, about: The customer asked for a person., when: {said: ["speak to a person"]}, veto: 30s, cooldown: 10m, then: [transfer, alert]}
`

// policyFile writes a policy of these rules with the operators in one group.
func policyFile(t *testing.T, rules string, operators ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "policy.yaml")
	text := rules + "hold: {media: " + worldHold + "}\ngroups:\n- name: desk\n  operators:\n"
	for i, number := range operators {
		text += fmt.Sprintf("  - {number: %q, name: Desk %d}\n", number, i+1)
	}
	write(t, path, text)
	return path
}

// A caller is one customer's call, in the world and in the program.
type caller struct {
	stage *stage
	leg   world.LegID
}

// ring has a customer call.
func ring(t *testing.T, s *stage, name string) caller {
	t.Helper()
	recordings, err := testdata.Recordings()
	if err != nil {
		t.Fatal(err)
	}
	await(t, "the program is there", 5*time.Second, func() bool { return s.program.runner.Frame().Seq > 0 })
	i := slices.IndexFunc(recordings, func(r *recording.Recording) bool { return r.Name == name })
	leg, err := s.emulators.network.Call(recordings[i], worldNumber)
	if err != nil {
		t.Fatal(err)
	}
	return caller{s, leg}
}

// session returns the call as the frame shows it; an empty one where it shows none.
func (c caller) session() engine.Session {
	for _, s := range c.stage.program.runner.Frame().Sessions {
		if slices.ContainsFunc(s.Legs, func(l engine.Leg) bool { return l.ID == engine.LegID(c.leg) }) {
			return *s
		}
	}
	return engine.Session{}
}

// when waits until the call is so, and returns it.
func (c caller) when(t *testing.T, what string, so func(engine.Session) bool) engine.Session {
	t.Helper()
	var s engine.Session
	await(t, what, 30*time.Second, func() bool { s = c.session(); return s.ID != "" && so(s) })
	return s
}

// is returns whether a transfer stands at one of these.
func is(statuses ...engine.TransferStatus) func(engine.Session) bool {
	return func(s engine.Session) bool { return slices.Contains(statuses, s.Transfer.Status) }
}

// ask does what a key of the console does.
func (c caller) ask(t *testing.T, body engine.Body) {
	t.Helper()
	id := fmt.Sprintf("ask/%s/%d", t.Name(), time.Now().UnixNano())
	err := c.stage.program.runner.Submit(t.Context(), engine.Entry{ID: id, By: engine.BySupervisor + "/console", Body: body})
	if err != nil {
		t.Fatal(err)
	}
}

// legs returns the world's legs that were dialled for the call.
func (c caller) legs(party world.Party) []world.LegReport {
	return slices.DeleteFunc(c.stage.emulators.network.Snapshot().Legs, func(l world.LegReport) bool {
		return l.Party != party || l.Customer != c.leg
	})
}

// report returns what the world tells of a leg.
func (c caller) report(leg world.LegID) world.LegReport {
	for _, l := range c.stage.emulators.network.Snapshot().Legs {
		if l.ID == leg {
			return l
		}
	}
	return world.LegReport{}
}

// stay returns a leg's last time in a conference.
func (c caller) stay(leg world.LegID) (world.Stay, bool) {
	var last world.Stay
	for _, room := range c.stage.emulators.network.Snapshot().Conferences {
		for _, stay := range room.Stays {
			if stay.Leg == leg {
				last = stay
			}
		}
	}
	return last, last.Leg != ""
}

// A veto stops a proposal, hurrying begins it before its time, and taking back ends it as
// long as the operator has not joined.
func TestASupervisorStopsAProposalHurriesItAndTakesItBack(t *testing.T) {
	t.Parallel()
	s := startStage(t, demoOptions{speed: 10, policy: policyFile(t, slowly, worldOperators(0)...)})
	vetoed, hurried, back := ring(t, s, "asks-politely"), ring(t, s, "asks-politely"), ring(t, s, "asks-politely")

	proposed := vetoed.when(t, "a transfer is proposed", is(engine.TransferProposed))
	if proposed.Transfer.Rule != "asked" || proposed.Transfer.Evidence.About == "" {
		t.Errorf("the proposal does not say why: %+v", proposed.Transfer)
	}
	vetoed.ask(t, engine.VetoAsked{Session: proposed.ID})

	p := hurried.when(t, "a transfer is proposed", is(engine.TransferProposed))
	hurried.ask(t, engine.HurryAsked{Session: p.ID})
	begun := hurried.when(t, "it is begun", func(s engine.Session) bool { return s.Transfer.Under() || s.Transfer.Status == engine.TransferJoined })
	if !begun.Transfer.Since.Before(p.Transfer.Due) {
		t.Errorf("it was begun at %s, though it was hurried before %s", begun.Transfer.Since, p.Transfer.Due)
	}

	b := back.when(t, "a transfer is proposed", is(engine.TransferProposed))
	back.ask(t, engine.HurryAsked{Session: b.ID})
	back.when(t, "an operator is called", is(engine.TransferDialling, engine.TransferBriefing))
	back.ask(t, engine.TakeBackAsked{Session: b.ID})
	back.when(t, "it is taken back", is(engine.TransferVetoed))

	hurried.when(t, "the operator joins who was hurried for", is(engine.TransferJoined))
	await(t, "the veto's time is over", 30*time.Second, func() bool { return s.program.clock.Now().After(proposed.Transfer.Due.Add(5 * time.Second)) })
	if legs := vetoed.legs(world.Operator); len(legs) > 0 || vetoed.session().Transfer.Status != engine.TransferVetoed {
		t.Errorf("after the veto the transfer is %s, and %d operators were called", vetoed.session().Transfer.Status, len(legs))
	}
	for _, leg := range back.legs(world.Operator) {
		if _, joined := back.stay(leg.ID); joined || leg.Ended.IsZero() {
			t.Errorf("the operator who was taken back: joined %v, hung up %v", joined, !leg.Ended.IsZero())
		}
	}
}

// supervisor returns the supervisor's leg as the call shows it.
func supervisor(s engine.Session) engine.Leg {
	for _, l := range s.Legs {
		if l.Role == engine.RoleSupervisor {
			return l
		}
	}
	return engine.Leg{}
}

func TestASupervisorsPhoneListensWhispersAndTakesOver(t *testing.T) {
	t.Parallel()
	s := startStage(t, demoOptions{speed: 10, policy: policyFile(t, "rules: []\n", worldOperators(0)...)})
	c := ring(t, s, "calm-hotel")
	with := c.when(t, "the operator joins", is(engine.TransferJoined))
	id := with.ID
	leg, _ := with.Operator()
	operator := world.LegID(leg.ID) // on a busy machine not always the first that was called

	c.ask(t, engine.MonitorAsked{Session: id, Role: engine.Monitor})
	granted := func(role engine.MonitorRole, far world.Role) world.LegID {
		t.Helper()
		var phone world.LegID
		c.when(t, fmt.Sprintf("role %s is granted", role), func(s engine.Session) bool {
			l := supervisor(s)
			phone = world.LegID(l.ID)
			if _, joined := c.stay(phone); l.Monitor != 0 && !joined {
				t.Fatalf("role %s is shown, though the phone has not joined", l.Monitor)
			}
			return l.Monitor == role
		})
		// What is shown as granted is so in the world.
		stay, joined := c.stay(phone)
		if !joined || len(stay.Roles) == 0 || stay.Roles[len(stay.Roles)-1] != far {
			t.Fatalf("role %s is shown, and in the world it is %v (joined: %v)", role, stay.Roles, joined)
		}
		if l := c.report(phone); l.To != worldPhone {
			t.Errorf("%s was called, want %s", l.To, worldPhone)
		}
		return phone
	}
	phone := granted(engine.Monitor, world.Monitor)
	const unheard = "Can anybody hear me listening?"
	s.emulators.network.Talk(phone, unheard)

	c.ask(t, engine.MonitorAsked{Session: id, Role: engine.Whisper})
	granted(engine.Whisper, world.Whisper)
	if who := c.report(phone).Whisper; !slices.Equal(who, []world.LegID{operator}) {
		t.Errorf("the whisper is heard by %v, want the operator alone", who)
	}
	const whispered = "Offer her the room with a view."
	s.emulators.network.Talk(phone, whispered)
	heard := func(leg world.LegID, text string) bool {
		return slices.ContainsFunc(s.emulators.network.Heard(leg, 0), func(s world.Said) bool { return s.Text == text })
	}
	await(t, "the operator hears the whisper", 20*time.Second, func() bool { return heard(operator, whispered) })

	c.ask(t, engine.TakeOverAsked{Session: id})
	granted(engine.Barge, world.Barge)
	await(t, "the operator is dropped", 20*time.Second, func() bool { return !s.emulators.network.Alive(operator) })
	const said = "Good evening, I am taking this over."
	s.emulators.network.Talk(phone, said)
	await(t, "the customer hears the supervisor", 20*time.Second, func() bool { return heard(c.leg, said) })
	if heard(c.leg, whispered) || heard(c.leg, unheard) || heard(operator, unheard) {
		t.Error("somebody has heard what was not for him")
	}
}

// A customer who waits hears the hold audio until the operator is there; a machine is
// never in the conference.
func TestWhoWaitsHearsTheHoldAudioAndNeverAVoicemail(t *testing.T) {
	t.Parallel()
	s := startStage(t, demoOptions{speed: 10, policy: policyFile(t, "rules: []\n", worldOperators(0)...)})
	c := ring(t, s, "operator-voicemail")
	await(t, "the hold audio plays", 30*time.Second, func() bool { return c.report(c.leg).Playing == worldHold })
	c.when(t, "the second operator joins", is(engine.TransferJoined))
	await(t, "the hold audio is stopped", 10*time.Second, func() bool { return c.report(c.leg).Playing == "" })
	checkMachines(t, s, 1)
}

// checkMachines checks that no voicemail was ever in a conference, and that there were
// so many at least.
func checkMachines(t *testing.T, s *stage, least int) {
	t.Helper()
	snapshot, machines := s.emulators.network.Snapshot(), 0
	for _, l := range snapshot.Legs {
		if !l.Machine || l.Answers == 0 {
			continue
		}
		machines++
		for _, room := range snapshot.Conferences {
			if slices.ContainsFunc(room.Stays, func(stay world.Stay) bool { return stay.Leg == l.ID }) {
				t.Errorf("the voicemail of %s was in conference %s", l.To, room.Name)
			}
		}
	}
	if machines < least {
		t.Errorf("%d voicemails answered, want %d at least", machines, least)
	}
}

func TestTheSecondOfTwoCallsQueuesForTheOneOperatorAndGetsHim(t *testing.T) {
	t.Parallel()
	s := startStage(t, demoOptions{speed: 15, policy: policyFile(t, "rules: []\n", worldOperators(0)[0])})
	first := ring(t, s, "calm-hotel")
	first.when(t, "the operator is called", func(s engine.Session) bool { return s.Transfer.Status != engine.TransferNone })
	second := ring(t, s, "calm-invoice")
	waiting := second.when(t, "the second waits", is(engine.TransferQueued))
	if waiting.Transfer.Queued.IsZero() || len(second.legs(world.Operator)) > 0 {
		t.Errorf("got %+v, and %d operators called", waiting.Transfer, len(second.legs(world.Operator)))
	}
	await(t, "the second hears the hold audio", 20*time.Second, func() bool { return second.report(second.leg).Playing == worldHold })
	second.when(t, "the second gets the operator", is(engine.TransferJoined))
	a, b := first.legs(world.Operator), second.legs(world.Operator)
	if len(a) == 0 || len(b) == 0 || a[len(a)-1].To != b[len(b)-1].To || strings.TrimSpace(b[0].To) == "" {
		t.Fatalf("the first was given %v, the second %v", a, b)
	}
	if b[0].Began.Before(a[len(a)-1].Ended) || a[len(a)-1].Ended.IsZero() {
		t.Errorf("he was called for the second at %s, and was with the first until %s", b[0].Began, a[len(a)-1].Ended)
	}
}
