package enginetest

import (
	"strings"
	"testing"
	"time"

	"switchboard/engine"
	"switchboard/engine/recording"
	"switchboard/engine/world"
)

// What the engine orders for a supervisor is done in the world, and what the world tells
// of it are events.
func TestTheSupervisorsHandIsCarriedOutInTheWorld(t *testing.T) {
	p := NewPlayIn(world.Config{Seed: 1, Phones: []string{"+12025550177"}, Media: []string{"waltz"}}, Defaults())
	rec, err := recording.Read(strings.NewReader(`{"recording":1,"name":"test","from":"+12025550142","attested":"B"}` + "\n" + `{"operator":"answers","after":1}`))
	if err != nil {
		t.Fatal(err)
	}
	id, err := p.World.Call(rec, Defaults().Number)
	if err != nil {
		t.Fatal(err)
	}
	var told []engine.Body
	wait := func(d time.Duration) {
		for _, e := range p.World.Advance(p.World.Now().Add(d)) {
			if b, ok := body(e); ok {
				told = append(told, b)
			}
		}
	}
	do := func(name string, a engine.Action) engine.Body {
		t.Helper()
		outcome, ok := p.carryOut(engine.Command{Name: engine.CommandName("s1/" + name), Session: "s1", Action: a})
		switch outcome.(type) {
		case engine.Accepted, engine.Dialled, engine.ConferenceOpened:
			return outcome
		}
		t.Fatalf("%s: got %+v, %t", name, outcome, ok)
		return nil
	}
	customer := engine.LegID(id)
	do("answer", engine.Answer{Leg: customer})
	room := do("open", engine.OpenConference{Leg: customer, Room: "r"}).(engine.ConferenceOpened).Conference
	operator := do("dial/op", engine.Dial{To: "+12025550101", From: "+12025550100", LinkTo: customer, Ring: 20 * time.Second, Detect: true}).(engine.Dialled).Leg
	phone := do("dial/sup", engine.Dial{To: "+12025550177", From: "+12025550100", LinkTo: customer, Ring: 20 * time.Second}).(engine.Dialled).Leg
	wait(5 * time.Second)
	do("join/op", engine.Join{Leg: operator, Conference: room})
	do("join/sup", engine.Join{Leg: phone, Conference: room, Role: engine.Monitor})
	do("role/sup", engine.SetRole{Leg: phone, Conference: room, Role: engine.Whisper, Whisper: []engine.LegID{operator}})
	do("hold/on", engine.Hold{Leg: customer, Conference: room, On: true, Audio: engine.Audio{Media: "waltz"}})
	report := func(id engine.LegID) world.LegReport {
		for _, l := range p.World.Snapshot().Legs {
			if l.ID == world.LegID(id) {
				return l
			}
		}
		return world.LegReport{}
	}
	if got := report(phone); got.Role != world.Whisper || len(got.Whisper) != 1 || got.Whisper[0] != world.LegID(operator) || got.Party != world.Stranger {
		t.Errorf("the supervisor is %+v", got)
	}
	if got := report(customer); !got.Held || got.Playing != "waltz" {
		t.Errorf("the customer is %+v", got)
	}
	do("hold/off", engine.Hold{Leg: customer, Conference: room})
	do("play/1", engine.Play{Leg: customer, Audio: engine.Audio{URL: "https://example.test/hold.mp3"}})
	wait(time.Second)
	do("stop-play/1", engine.StopPlay{Leg: customer})
	do("play/2", engine.Play{Leg: customer, Audio: engine.Audio{Media: "polka"}})
	wait(time.Second)
	if report(customer).Held {
		t.Error("the customer is still on hold")
	}
	var seen []string
	for _, b := range told {
		switch b := b.(type) {
		case engine.LegInitiated:
			if b.Direction == engine.Incoming && b.Attested != engine.AttestationB {
				t.Errorf("got %+v", b)
			}
		case engine.MachineDetected:
			seen = append(seen, b.Result.String())
			if b.Leg != "" || b.CallLeg == "" {
				t.Errorf("told by %+v, want the call_leg_id alone", b.LegRef)
			}
		case engine.AudioEnded:
			seen = append(seen, b.Status)
		}
	}
	if got, want := strings.Join(seen, ", "), "human, cancelled, file_not_found"; got != want {
		t.Errorf("told %q, want %q", got, want)
	}
}

func TestALimitOfTheAccountIsNamed(t *testing.T) {
	p := NewPlayIn(world.Config{Limits: world.Limits{Account: 1}}, Defaults())
	dial := engine.Dial{To: "+12025550101", From: "+12025550100", Ring: 20 * time.Second}
	if got, _ := p.carryOut(engine.Command{Name: "s1/dial/1", Action: dial}); got.(engine.Dialled).Leg == "" {
		t.Errorf("got %+v", got)
	}
	got, _ := p.carryOut(engine.Command{Name: "s1/dial/2", Action: dial})
	if refused, _ := got.(engine.Refused); refused.Reason != engine.ReasonLimit {
		t.Errorf("got %+v, want it refused for the limit", got)
	}
}
