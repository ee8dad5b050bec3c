package telnyxtest

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/engine"
	"switchboard/engine/recording"
	"switchboard/engine/world"
)

const phone = "+12025550177"

// A warm transfer with a supervisor who listens, whispers and holds, on the wire.
func TestASupervisedTransferThroughTheRealClient(t *testing.T) {
	h := open(t, 20, world.Config{Seed: 1, Phones: []string{phone}, Media: []string{"waltz"}})
	_, do := h.realClient()
	leg := h.call(`{"operator":"answers","after":1}`)
	customer := h.await("call.initiated", leg).entry.Body.(engine.LegInitiated).Leg
	do(engine.Answer{Leg: customer})
	h.await("call.answered", leg)
	room := do(engine.OpenConference{Leg: customer, Room: "room-s1"}).(engine.ConferenceOpened).Conference

	do(engine.Play{Leg: customer, Audio: engine.Audio{Media: "waltz"}})
	h.await("call.playback.started", leg)
	state := engine.ClientState{Floor: "floor", Session: "s1", Role: engine.RoleOperator, Attempt: 1}
	dialled := do(engine.Dial{To: desk, From: ourNumber, LinkTo: customer, Ring: 20 * time.Second, Detect: true, State: state}).(engine.Dialled)
	operator := world.LegID(dialled.Leg)
	answered := h.await("call.answered", operator)
	told := h.await("call.machine.premium.detection.ended", "")
	want := engine.MachineDetected{LegRef: engine.LegRef{CallLeg: dialled.CallLeg, State: state}, Result: engine.MachineHuman}
	if told.entry.Body != want || bytes.Contains(told.raw, []byte("call_control_id")) {
		t.Errorf("got %+v, want %+v, told by the call_leg_id alone", told.entry.Body, want)
	}
	if after := told.entry.Occurred.Sub(answered.entry.Occurred); after < time.Second || after > 3*time.Second {
		t.Errorf("told %v after the answer", after)
	}
	do(engine.Gather{Leg: dialled.Leg, Text: "A call about a bag. Press 1.", Voice: "AWS.Polly.Joanna", Valid: "12", Min: 1, Max: 1, Timeout: 10 * time.Second})
	if got := h.await("call.gather.ended", operator).entry.Body.(engine.Gathered); got.Digits != "1" || got.Status != "valid" {
		t.Errorf("the operator's answer to the briefing is %+v", got)
	}
	do(engine.StopPlay{Leg: customer})
	if got := h.await("call.playback.ended", leg).entry.Body.(engine.AudioEnded); got.Status != "cancelled" || got.Leg != customer {
		t.Errorf("got %+v", got)
	}
	do(engine.Join{Leg: dialled.Leg, Conference: room})

	listening := do(engine.Dial{To: phone, From: ourNumber, LinkTo: customer, Ring: 20 * time.Second}).(engine.Dialled).Leg
	h.await("call.answered", world.LegID(listening))
	do(engine.Join{Leg: listening, Conference: room, Role: engine.Monitor})
	do(engine.SetRole{Leg: listening, Conference: room, Role: engine.Whisper, Whisper: []engine.LegID{dialled.Leg}})
	h.network.Talk(world.LegID(listening), "Offer him a voucher.")
	h.until("the operator hears the whisper", func() bool { return len(h.network.Heard(operator, 0)) == 1 })
	if heard := h.network.Heard(leg, 0); len(heard) != 0 {
		t.Errorf("the customer heard %+v", heard)
	}
	who := h.must("GET", "/conferences/"+string(room)+"/participants?filter%5Bwhispering%5D=true", "")
	if !strings.Contains(string(who.Data), `"whisper_call_control_ids":["`+string(dialled.Leg)+`"]`) || strings.Contains(string(who.Data), string(customer)) {
		t.Errorf("whispering are %s", who.Data)
	}

	do(engine.Hold{Leg: customer, Conference: room, On: true, Audio: engine.Audio{URL: "https://example.test/hold.mp3"}})
	if report := h.report(leg); !report.Held || report.Playing != "https://example.test/hold.mp3" {
		t.Errorf("on hold: %+v", report)
	}
	held := h.must("GET", "/conferences/"+string(room)+"/participants?filter%5Bon_hold%5D=true", "")
	if !strings.Contains(string(held.Data), string(customer)) || strings.Contains(string(held.Data), string(listening)) {
		t.Errorf("on hold are %s", held.Data)
	}
	do(engine.Hold{Leg: customer, Conference: room})
	do(engine.SetRole{Leg: listening, Conference: room, Role: engine.Barge})
	h.network.Talk(world.LegID(listening), "I am the supervisor.")
	h.until("the customer hears the supervisor", func() bool { return len(h.network.Heard(leg, 0)) == 1 })
	h.refusedNothing()
}

func (h *house) report(leg world.LegID) world.LegReport {
	legs := h.network.Snapshot().Legs
	return legs[slices.IndexFunc(legs, func(l world.LegReport) bool { return l.ID == leg })]
}

func TestAudioThatIsNotThereEndsAtOnce(t *testing.T) {
	h := open(t, 20, world.Config{})
	_, do := h.realClient()
	leg := h.call("")
	do(engine.Answer{Leg: engine.LegID(leg)})
	do(engine.Play{Leg: engine.LegID(leg), Audio: engine.Audio{Media: "polka"}})
	if got := h.await("call.playback.ended", leg).entry.Body.(engine.AudioEnded); got.Status != "file_not_found" {
		t.Errorf("got %+v", got)
	}
	h.refusedNothing()
}

func TestTheOldDetectionIsToldUnderItsOwnName(t *testing.T) {
	h := open(t, 20, world.Config{Seed: 1})
	h.must("POST", "/calls", `{"connection_id":"`+h.telnyx.ConnectionID()+`","from":"`+ourNumber+`","to":"`+desk+`","answering_machine_detection":"detect"}`)
	if got := h.await("call.machine.detection.ended", "").entry.Body.(engine.MachineDetected); got.Result != engine.MachineHuman {
		t.Errorf("got %+v", got)
	}
}

func TestTheCarriersWordIsTold(t *testing.T) {
	h := open(t, 20, world.Config{})
	for want, attested := range map[engine.Attestation]string{engine.AttestationA: "A", engine.AttestationNone: ""} {
		leg, err := h.network.Call(&recording.Recording{Name: "test", From: "+12025550142", Attested: attested}, ourNumber)
		if err != nil {
			t.Fatal(err)
		}
		if got := h.await("call.initiated", leg).entry.Body.(engine.LegInitiated).Attested; got != want {
			t.Errorf("attested %q: got %s, want %s", attested, got, want)
		}
	}
}

func TestALegThatTheLimitEndsSaysSo(t *testing.T) {
	h := open(t, 20, world.Config{Limits: world.Limits{Account: 1, Late: true}})
	_, do := h.realClient()
	var last engine.Dialled
	for range 2 {
		last = do(engine.Dial{To: desk, From: ourNumber, Ring: 20 * time.Second}).(engine.Dialled)
	}
	if got := h.await("call.hangup", world.LegID(last.Leg)).entry.Body.(engine.LegHungUp); got.SIP != "403" {
		t.Errorf("got %+v, want SIP 403", got)
	}
}

// "Dial rate limit: x-ratelimit-reset (seconds)": section 2. The client waits as told.
func TestWhoDialsTooFastIsToldHowLongToWait(t *testing.T) {
	h := open(t, 50, world.Config{Lines: -1, Limits: world.Limits{Dials: 1}})
	_, do := h.realClient()
	began := h.clock.Now()
	for range 6 {
		do(engine.Dial{To: desk, From: ourNumber, Ring: 20 * time.Second})
	}
	if took := h.clock.Now().Sub(began); took < 4*time.Second || took > 30*time.Second {
		t.Errorf("the sixth dial was through after %v, want it to have waited for its turn", took)
	}
}
