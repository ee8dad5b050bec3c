package plain

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"switchboard/engine"
)

func ago(d time.Duration) time.Time { return noon.Add(-d) }

// heardBy is a call that these feeds heard, one after the other, and its gaps.
func heardBy(n uint64, kind engine.FeedKind, gaps ...engine.Gap) func(*engine.Session) {
	return func(s *engine.Session) {
		s.Changed += n
		s.Feed = engine.Feed{Status: engine.FeedLive, Wanted: true, Kind: kind, Heard: ago(6 * time.Second), Gaps: gaps}
	}
}

// "One line for each gap begun or ended": what a note says already is not said twice.
func TestGapsAreToldWhenTheyBeginAndEnd(t *testing.T) {
	open := engine.Gap{From: ago(4 * time.Second), Why: "Symbl's socket broke"}
	over := open
	over.To = noon
	got := watch(t, new(fake), frameOf(),
		frameOf(mette(heardBy(1, engine.FeedStream))),
		frameOf(mette(heardBy(2, engine.FeedStream, open))),
		frameOf(mette(heardBy(3, engine.FeedStream, open))), // nothing new
		frameOf(mette(heardBy(4, engine.FeedTelnyx, over))))
	wantLines(t, got,
		"12:00:00 call 3, Mette Sørensen: not heard since 11:59:56: Symbl's socket broke",
		"12:00:00 call 3, Mette Sørensen: the gap is over; not heard for 4 s")

	note := noted(engine.Note{At: noon, Kind: engine.NoteTrouble, Text: "Symbl by stream does not hear this call: Symbl's socket broke"})
	got = watch(t, new(fake), frameOf(), frameOf(mette(heardBy(1, engine.FeedStream))), frameOf(mette(heardBy(2, engine.FeedStream, open), note)))
	wantLines(t, got, "12:00:00 call 3, Mette Sørensen: trouble: Symbl's stream does not hear this call: Symbl's socket broke")
}

func TestGapsOfOneLegNameIt(t *testing.T) {
	leg := engine.Gap{From: ago(12 * time.Second), Leg: "op-1", Why: "Telnyx refused"}
	over := leg
	over.To = ago(2 * time.Second)
	lost := engine.Gap{From: ago(9 * time.Second), To: ago(7 * time.Second), Leg: "customer", Why: "100 packets were lost"}
	few := engine.Gap{From: ago(3 * time.Second), To: ago(2900 * time.Millisecond), Leg: "customer", Why: "5 packets were lost"}
	got := watch(t, new(fake), frameOf(),
		frameOf(mette(heardBy(1, engine.FeedStream))),
		frameOf(mette(heardBy(2, engine.FeedStream, leg))),
		frameOf(mette(heardBy(3, engine.FeedStream, over, lost, few))))
	wantLines(t, got,
		"12:00:00 call 3, Mette Sørensen: op-1 not heard since 11:59:48: Telnyx refused",
		"12:00:00 call 3, Mette Sørensen: op-1 heard again after 10 s",
		"12:00:00 call 3, Mette Sørensen: customer not heard for 2 s: 100 packets were lost")
}

// A gap that ends because the call does is not told: nobody is to be heard any more.
func TestGapThatEndsWithItsCallIsNotTold(t *testing.T) {
	open := engine.Gap{From: ago(4 * time.Second), Why: "no answer"}
	over := open
	over.To = noon
	got := watch(t, new(fake), frameOf(mette(heardBy(1, engine.FeedStream, open))),
		frameOf(mette(heardBy(2, engine.FeedStream, over), func(s *engine.Session) { s.Phase = engine.PhaseEnding })))
	wantLines(t, got[1:])
}

// "One line for each outage begun or ended."
func TestOutagesAreToldWhenTheyBeginAndEnd(t *testing.T) {
	out := func(until time.Time) *engine.Frame {
		f := frameOf()
		f.Outages = []engine.Outage{{Kind: engine.FeedStream, Since: ago(time.Minute), Until: until, Why: "Symbl cannot be reached"}}
		return f
	}
	begun := "12:00:00 Symbl's stream is out: Symbl cannot be reached; calls pass it over, and it is tried again in the background"
	wantLines(t, watch(t, new(fake), frameOf(), out(noon.Add(time.Minute)), out(noon.Add(2*time.Minute)), frameOf()),
		begun, "12:00:00 Symbl's stream works again")

	f, b := new(fake), bytes.Buffer{}
	c := &console{engine: f, zone: time.UTC, out: newOutput(&b), calls: map[engine.SessionID]told{}}
	f.show(out(noon.Add(time.Minute)))
	c.look()
	f.show(frameOf())
	f.frame.Now = noon.Add(time.Minute) // the five minutes are over
	c.look()
	c.out.close()
	wantLines(t, lines(b.String()), begun, "12:00:00 calls try Symbl's stream again")
}

func TestCallsTellFeedAgeAndShare(t *testing.T) {
	second := func(s *engine.Session) { s.ID, s.Number, s.Name = "s42", 4, "Hanne Friis" }
	third := func(s *engine.Session) {
		s.ID, s.Number, s.Name = "s43", 5, "Łukasz Żak"
		s.Feed.Status, s.Feed.Why, s.Feed.Late = engine.FeedBlind, "Symbl does not answer", false
	}
	announced := func(s *engine.Session) {
		s.ID, s.Number, s.Name, s.Feed = "s44", 6, "María Peña", engine.Feed{Status: engine.FeedNone}
	}
	late := func(s *engine.Session) { s.Feed.Late = true }
	f := new(fake)
	frame := frameOf(mette(heardBy(1, engine.FeedTelnyx)), mette(heardBy(1, engine.FeedPhone), second, late),
		mette(heardBy(1, engine.FeedStream, engine.Gap{From: ago(70 * time.Second)}), third), mette(announced))
	frame.Outages = []engine.Outage{{Kind: engine.FeedStream, Since: ago(250 * time.Second), Until: noon.Add(time.Minute), Why: "Symbl cannot be reached"},
		{Kind: engine.FeedPhone, Since: ago(400 * time.Second), Until: noon, Why: "it is tried again by now"}}
	f.show(frame)
	got := strings.Join(converse(t, f, "calls"), "\n")
	for _, want := range []string{
		"call 3, Mette Sørensen, +1 202 555 0142: talking for 2 min 14 s; heard by Telnyx's transcription, newest sentence 6 s ago",
		"call 4, Hanne Friis, +1 202 555 0142: talking for 2 min 14 s; heard by Symbl's telephone, too late to act upon, newest sentence 6 s ago",
		"call 5, Łukasz Żak, +1 202 555 0142: talking for 2 min 14 s; no longer heard for 1 min 10 s: Symbl does not answer",
		"\n1 of 3 calls heard; 1 by Telnyx's transcription; newest sentence 6 s ago",
		"\nSymbl's stream is out for 4 min 10 s: Symbl cannot be reached",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in:\n%s", want, got)
		}
	}
	if strings.Contains(got, "Symbl's telephone is out") {
		t.Errorf("an outage that is over is told:\n%s", got)
	}
	if got := strings.Join(converse(t, func() *fake { f := new(fake); f.show(frameOf()); return f }(), "calls"), "\n"); strings.Contains(got, "heard") {
		t.Errorf("no call, and a share of them: %q", got)
	}
}

func TestCallTellsWhatHeardItAndWhatNobodyHeard(t *testing.T) {
	f := new(fake)
	f.show(frameOf(mette(
		heardBy(1, engine.FeedTelnyx, engine.Gap{From: ago(30 * time.Second), To: ago(24 * time.Second), Why: "Symbl's socket broke"},
			engine.Gap{From: ago(5 * time.Second), Leg: "op-1", Why: "Telnyx refused"}),
		func(s *engine.Session) {
			s.Feed.Reigns = []engine.Reign{{From: ago(120 * time.Second), Kind: engine.FeedStream}, {From: ago(24 * time.Second), Kind: engine.FeedTelnyx}}
			s.Feed.Ears = []engine.Ear{{Kind: engine.FeedStream, Status: engine.FeedLive, Why: "Symbl's socket broke"},
				{Kind: engine.FeedTelnyx, Status: engine.FeedLive, Lines: []engine.Line{{Leg: "customer", Taken: true, Up: true}, {Leg: "op-1"}}}}
		},
		said(
			engine.Utterance{ID: "a", Start: ago(40 * time.Second), Speaker: engine.SpeakerCustomer, Text: "One.", Scored: true, Polarity: -410, Source: "local"},
			engine.Utterance{ID: "b", Start: ago(2 * time.Second), Speaker: engine.SpeakerCustomer, Text: "A person.", Flags: engine.FlagRequest | engine.FlagLeave, ScoreBy: noon.Add(time.Second)},
		))))
	wantLines(t, converse(t, f, "call 3"),
		"call 3, Mette Sørensen, +1 202 555 0142: talking for 2 min 14 s; heard by Telnyx's transcription, newest sentence 6 s ago",
		"  customer, +1 202 555 0142, up, heard by Telnyx's transcription",
		"  op-1, +1 202 555 0171, up, not heard for 5 s: Telnyx refused",
		"  heard by Symbl's stream since 11:58:00, then Telnyx's transcription since 11:59:36",
		"  Symbl's stream does not hear it: Symbl's socket broke",
		"  scored by the local scorer",
		"  11:59:20 customer: One.  −0.41 negative",
		"  11:59:30 not heard for 6 s: Symbl's socket broke",
		"  11:59:55 op-1 not heard for 5 s: Telnyx refused",
		"  11:59:58 customer: A person. (asks for a person, may leave), score awaited",
		"  customer is saying: and anoth")
}
