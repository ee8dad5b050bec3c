package engine_test

import (
	"fmt"
	"testing"
	"time"

	"switchboard/engine"
	"switchboard/engine/enginetest"
)

// load returns a state with n customers in conversation, and the next event's time.
func load(n int) engine.State {
	s := engine.NewState(enginetest.Epoch)
	step := func(b engine.Body) []engine.Command {
		next, commands := engine.Step(s, engine.Event{Seq: s.Seq + 1, At: enginetest.Start, Entry: engine.Entry{Body: b}})
		s = next
		return commands
	}
	settings := enginetest.Defaults()
	settings.Deaf = "none"
	step(engine.SettingsLoaded{Settings: settings})
	for i := range n {
		leg := engine.LegRef{Leg: engine.LegID(fmt.Sprint("c", i))}
		for _, b := range []engine.Body{
			engine.LegInitiated{LegRef: leg, Direction: engine.Incoming, From: "+12025550142", To: "+12025550100"},
			engine.LegAnswered{LegRef: leg},
		} {
			for _, c := range step(b) {
				step(engine.Accepted{Command: c.Name})
			}
		}
		step(engine.ParticipantJoined{LegRef: leg, Conference: engine.ConferenceID(fmt.Sprint("r", i))})
		step(engine.SpeechEnded{LegRef: leg, Status: "completed"})
	}
	return s
}

// BenchmarkStep shows what an event costs as sessions grow in number: the ratio of
// the figures must stay near one.
func BenchmarkStep(b *testing.B) {
	for _, n := range []int{10, 1000, 5000} {
		s := load(n)
		ids := s.Open()
		for i := range 64 * n { // fill every window
			s, _ = engine.Step(s, uttered(s, ids[i%n], i))
		}
		b.Run(fmt.Sprintf("uttered/sessions=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for i := range b.N {
				s, _ = engine.Step(s, uttered(s, ids[i%n], 64*n+int(s.Seq)))
			}
		})
		b.Run(fmt.Sprintf("accepted/sessions=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for i := range b.N {
				s, _ = engine.Step(s, engine.Event{Seq: s.Seq + 1, At: s.Now, Entry: engine.Entry{
					Body: engine.Accepted{Command: engine.CommandName(ids[i%n] + "/mute/customer/1")},
				}})
			}
		})
	}
}

func uttered(s engine.State, id engine.SessionID, i int) engine.Event {
	return engine.Event{Seq: s.Seq + 1, At: s.Now, Entry: engine.Entry{Body: engine.Uttered{
		Session: id, Conversation: "v", Message: fmt.Sprint(i), Revision: 1, Text: "I want to speak to someone else",
		Start: s.Now.Add(-2 * time.Second), End: s.Now, Scored: true, Polarity: -200,
	}}}
}

// BenchmarkFrame shows what a picture of everything costs.
func BenchmarkFrame(b *testing.B) {
	s := load(5000)
	b.ReportAllocs()
	for b.Loop() {
		_ = s.Frame()
	}
}
