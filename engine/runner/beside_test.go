package runner_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"switchboard/engine"
	"switchboard/engine/clock"
)

func houseClock() *clock.Clock { return clock.New(noon, 1) }

func said(r *rig, s engine.SessionID) string {
	var parts []string
	talk := r.Talk(s)
	for _, u := range talk.Lines {
		parts = append(parts, u.Text)
	}
	for _, p := range talk.Partials {
		parts = append(parts, fmt.Sprintf("%s: %s…", p.Speaker, p.Text))
	}
	return strings.Join(parts, " | ")
}

func TestAPartialIsShownUntilAFinalSentenceOrTenSeconds(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		s, other := r.call("a"), r.call("b")
		number := r.settle().Number
		step := func(what, want string) {
			t.Helper()
			now := r.settle().Number
			if got := said(r, s); got != want {
				t.Errorf("%s: got %q, want %q", what, got, want)
			}
			if now <= number {
				t.Errorf("%s: the frame's number stays at %d", what, now)
			}
			number = now
		}
		partial := func(id engine.SessionID, who engine.Speaker, text string) {
			r.Partial(engine.Partial{Session: id, Speaker: who, Text: text, At: r.Now()})
		}
		partial(s, engine.SpeakerOperator, "how may")
		partial(s, engine.SpeakerCustomer, "I have")
		partial(other, engine.SpeakerCustomer, "hello")
		step("two speakers", "customer: I have… | operator: how may…")
		partial(s, engine.SpeakerCustomer, "I have been waiting")
		step("the latest wins", "customer: I have been waiting… | operator: how may…")
		partial(s, engine.SpeakerOperator, "")
		step("without text", "customer: I have been waiting…")
		r.tell("u", engine.Uttered{Session: s, Connection: "x", Message: "m", Revision: 1, Text: "I have been waiting for days."})
		number--
		if got := said(r, s); strings.Contains(got, "…") {
			t.Errorf("after the final sentence: got %q", got)
		}
		if got := said(r, other); got != "customer: hello…" {
			t.Errorf("another session: got %q", got)
		}
		partial(s, engine.SpeakerCustomer, "well")
		step("the next sentence", "I have been waiting for days. | customer: well…")
		time.Sleep(10 * time.Second)
		step("ten seconds later", "I have been waiting for days.")
	})
}

// Where each leg is heard alone, one's final sentence ends his own words: the other may
// be in the midst of his.
func TestAFinalSentenceOfALegLeavesTheOthersPartial(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		s := r.call("a")
		operator := r.operator(s)
		both := func() {
			r.Partial(engine.Partial{Session: s, Leg: "a", Speaker: engine.SpeakerCustomer, Text: "I have", At: r.Now()})
			r.Partial(engine.Partial{Session: s, Leg: operator, Speaker: engine.SpeakerOperator, Text: "how may", At: r.Now()})
		}
		both()
		r.tell("u", engine.Uttered{Session: s, Connection: "x", Leg: "a", Message: "m", Revision: 1, Text: "I have been waiting."})
		if got := said(r, s); strings.Contains(got, "I have…") || !strings.Contains(got, "operator: how may…") {
			t.Errorf("after the customer's sentence by stream: got %q", got)
		}
		both()
		r.tell("t", engine.Transcribed{LegRef: engine.LegRef{Leg: operator}, Text: "How may I help?"})
		if got := said(r, s); strings.Contains(got, "how may…") || !strings.Contains(got, "customer: I have…") {
			t.Errorf("after the operator's transcribed sentence: got %q", got)
		}
	})
}

// Another floor under the same application, or another journal, has a session of the
// same name: what its legs say is not for us to show.
func TestAPartialOfALegThatIsNotTheSessionsIsNotShown(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		s := r.call("a")
		r.settle()
		r.Partial(engine.Partial{Session: s, Leg: "a", Speaker: engine.SpeakerCustomer, Text: "I have", At: r.Now()})
		for _, foreign := range []engine.SessionID{s, "s9999"} {
			r.Partial(engine.Partial{Session: foreign, Leg: "foreign", Speaker: engine.SpeakerCustomer, Text: "my card number is", At: r.Now()})
		}
		if got := said(r, s); got != "customer: I have…" {
			t.Errorf("got %q, want our own alone", got)
		}
		if got := said(r, "s9999"); got != "" {
			t.Errorf("got %q of a session that is not there", got)
		}
	})
}

func TestPartialsAreBounded(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		for i := range 1100 {
			r.Partial(engine.Partial{Session: engine.SessionID(fmt.Sprint("s", i)), Text: "x"})
		}
		if r.Talk("s1023").Partials == nil || r.Talk("s1024").Partials != nil {
			t.Error("the bound is not 1,024 sessions")
		}
		number := r.settle().Number
		time.Sleep(10 * time.Second)
		if got := r.settle().Number; got == number {
			t.Error("partials went, and the frame's number stays")
		}
		r.Partial(engine.Partial{Session: "s1024", Text: "x"})
		if r.Talk("s1024").Partials == nil {
			t.Error("there is no room when the old ones are gone")
		}
	})
}

// Each socket answers pings, so far ends answer many times a second.
func TestSignsOfLifeDrawNoMoreThanAFrameASecond(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.Alive(engine.BySymbl)
		number := r.settle().Number
		for range 15 {
			r.Alive(engine.BySymbl)
			r.settle()
		}
		if got := r.settle().Number; got != number {
			t.Errorf("%d frames within a second, want none", got-number)
		}
		if got := r.Health().Symbl; r.Now().Sub(got) > 100*time.Millisecond {
			t.Errorf("alive at %s, want the last sign", got)
		}
		time.Sleep(time.Second)
		r.Alive(engine.BySymbl)
		if got := r.settle().Number; got != number+1 {
			t.Errorf("%d frames for a sign a second later, want one", got-number)
		}
	})
}

func TestTroublesAreCountedByKind(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		number := r.settle().Number
		r.Note(engine.TroubleStale, "signed long ago")
		time.Sleep(time.Second)
		r.Note(engine.TroubleSignature, strings.Repeat("é", 200))
		r.Note(engine.TroubleStale, "signed later")
		r.Alive(engine.BySymbl)
		h := r.Health()
		if len(h.Troubles) != 2 || h.Troubles[0].Kind != engine.TroubleSignature || h.Troubles[1].Kind != engine.TroubleStale {
			t.Fatalf("got %+v", h.Troubles)
		}
		if got := h.Troubles[1]; got.Count != 2 || got.Detail != "signed later" || !got.Last.Equal(r.Now()) {
			t.Errorf("got %+v", got)
		}
		if got := h.Troubles[0].Detail; got != strings.Repeat("é", 150)+"…" {
			t.Errorf("a long detail: got %q", got)
		}
		if !h.Symbl.Equal(r.Now()) || !h.Telnyx.IsZero() {
			t.Errorf("alive: got %v and %v", h.Symbl, h.Telnyx)
		}
		if got := r.settle().Number; got <= number {
			t.Errorf("the frame's number stays at %d", got)
		}
		h.Troubles[0].Count = 99
		if r.Health().Troubles[0].Count == 99 {
			t.Error("what Health returns is not the caller's")
		}
		r.call("a")
		if r.Health().Telnyx.IsZero() {
			t.Error("Telnyx answered commands and does not count as alive")
		}
	})
}
