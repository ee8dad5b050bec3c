package main

import (
	"context"
	"slices"
	"testing"
	"time"

	"switchboard/engine"
	"switchboard/engine/clock"
	"switchboard/engine/sentiment"
	"switchboard/engine/sentiment/chat"
	"switchboard/engine/sentiment/chat/chattest"
	"switchboard/telnyx/telnyxtest"
)

// talking returns the calls that go on and have been announced to be heard.
func talking(s *stage) []*engine.Session {
	return slices.DeleteFunc(slices.Clone(s.program.runner.Frame().Sessions), func(c *engine.Session) bool {
		return c.Phase != engine.PhaseTalking || !c.Feed.Wanted || c.Ending != ""
	})
}

// heardBy reports whether all calls that go on are heard by a feed, at least so many.
func heardBy(s *stage, kind engine.FeedKind, least int) bool {
	calls := talking(s)
	return len(calls) >= least && !slices.ContainsFunc(calls, func(c *engine.Session) bool {
		return c.Feed.Kind != kind || c.Feed.Status != engine.FeedLive
	})
}

// "Killing Symbl's emulator in mid-call moves the call to Telnyx's transcription within
// 10 s with the gap shown." When it is there again, calls go back to it.
func TestWhoListensIsSaidAtTheStart(t *testing.T) {
	symbl := Config{Feed: feedAuto, SymblID: "a", SymblSecret: NewSecret("b")}
	public := symbl
	public.PublicURL = "https://calls.example.com"
	for _, tt := range []struct {
		config Config
		want   string
	}{
		{Config{Feed: feedAuto}, "Listening to calls: Telnyx's transcription, for no credentials of Symbl's are configured."},
		{Config{Feed: feedTelnyx}, "Listening to calls: Telnyx's transcription."},
		{Config{Feed: feedNone}, "Nobody listens to calls: FEED is none."},
		{public, "Listening to calls: Symbl by stream, and where it fails Symbl by telephone, then Telnyx's transcription."},
		{symbl, "Listening to calls: Symbl by telephone, and where it fails Telnyx's transcription; Symbl by stream needs PUBLIC_URL or a tunnel."},
	} {
		if got := greeting(tt.config, true)[1]; got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

func TestKillingSymblMovesCallsToTranscription(t *testing.T) {
	t.Parallel()
	s := startStage(t, demoOptions{speed: 5})
	callIn(t, s, 6)
	await(t, "calls are heard by stream", 20*time.Second, func() bool { return heardBy(s, engine.FeedStream, 3) })
	s.emulators.symbl.Stop()
	await(t, "calls are heard by transcription", 20*time.Second, func() bool { return heardBy(s, engine.FeedTelnyx, 1) })
	moved := 0
	for _, c := range talking(s) {
		for _, g := range c.Feed.Gaps {
			if g.Leg != "" {
				continue
			}
			moved++
			if lasted := g.To.Sub(g.From); g.To.IsZero() || lasted > 10*time.Second {
				t.Errorf("call %d was not heard from %s to %s: %s", c.Number, g.From, g.To, g.Why)
			}
		}
	}
	if moved == 0 {
		t.Error("no call shows a gap")
	}
	await(t, "the outage is known", 10*time.Second, func() bool { return len(s.program.runner.Frame().Outages) > 0 })
	if err := s.emulators.symbl.Restart(); err != nil {
		t.Fatal(err)
	}
	callIn(t, s, 2)
	await(t, "calls are heard by stream again", 30*time.Second, func() bool { return heardBy(s, engine.FeedStream, 1) })
}

// "Stopping all of them shows blind and suspends the sentiment rules, while key 1 and the
// supervisor's keys still work."
func TestNothingHears(t *testing.T) {
	t.Parallel()
	s := startStage(t, demoOptions{speed: 8})
	s.emulators.symbl.Stop()
	s.emulators.telnyx.Misbehave(telnyxtest.Faults{RefuseTranscribe: "10015", MuteTranscripts: true})
	callIn(t, s, 8)
	await(t, "all calls are blind", 20*time.Second, func() bool {
		calls := talking(s)
		return len(calls) >= 2 && !slices.ContainsFunc(calls, func(c *engine.Session) bool { return !c.Blind() })
	})
	call := talking(s)[0]
	entry := engine.Entry{ID: "test/1", By: engine.BySupervisor + "/ann", Body: engine.TransferAsked{Session: call.ID}}
	if err := s.program.runner.Submit(context.Background(), entry); err != nil {
		t.Fatal(err)
	}
	var pressed, forced bool
	await(t, "an operator joins by hand, and one because 1 was pressed", 40*time.Second, func() bool {
		for _, c := range s.program.runner.Frame().Sessions {
			joined := c.Transfer.Status == engine.TransferJoined
			forced = forced || joined && c.ID == call.ID && c.Transfer.Cause == engine.CauseHand
			pressed = pressed || joined && c.Transfer.Cause == engine.CauseKey
		}
		return pressed && forced
	})
	readJournal(t, s, func(e engine.Event) {
		switch e.Body.(type) {
		case engine.Uttered, engine.Transcribed:
			t.Error("something was heard")
		}
	})
	for _, r := range s.program.runner.Frame().Records {
		if sum := r.Sum(); sum.Fired > 0 && (r.Rule == "sustained-negative" || r.Rule == "hard-spike" || r.Rule == "falling") {
			t.Errorf("rule %s fired on calls that nobody hears", r.Rule)
		}
	}
}

// Every feed alone hears calls, and is the one that is named.
func TestEachFeedAlone(t *testing.T) {
	for name, kind := range feedKinds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startStage(t, demoOptions{speed: 8, feed: name})
			callIn(t, s, 5)
			await(t, "calls are heard by "+name, 20*time.Second, func() bool { return heardBy(s, kind, 2) })
			await(t, "a customer's sentence has a score", 30*time.Second, func() bool {
				for _, c := range s.program.runner.Frame().Sessions {
					for _, u := range c.Talk() {
						if u.Feed != kind {
							t.Fatalf("%q was heard by %s", u.Text, u.Feed)
						}
						if u.Scored && u.Speaker == engine.SpeakerCustomer {
							return true
						}
					}
				}
				return false
			})
		})
	}
}

// With SCORER=chat a customer's sentence is scored over the network, and one that is not
// counts by the local score: the transcript waits for neither.
func TestChatScores(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		manner chattest.Manner
		source string
	}{{chattest.Good, chat.Source}, {chattest.Hangs, sentiment.Source}} {
		fake, err := chattest.Start(chattest.Config{Clock: clock.New(clock.Wall(), 1), Key: "key"})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(fake.Close)
		fake.Behave(tt.manner)
		s := startStage(t, demoOptions{speed: 3, feed: feedTelnyx, set: []setValue{
			{"SCORER", scorerChat}, {"CHAT_URL", fake.URL()}, {"CHAT_KEY", "key"}, {"CHAT_MODEL", "any"},
		}})
		callIn(t, s, 4)
		await(t, "a sentence counts by "+tt.source, 30*time.Second, func() bool {
			for _, c := range s.program.runner.Frame().Sessions {
				if slices.ContainsFunc(c.Talk(), func(u engine.Utterance) bool { return u.Judged && u.Source == tt.source }) {
					return true
				}
			}
			return false
		})
	}
}
