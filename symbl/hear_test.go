package symbl_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"switchboard/engine"
	"switchboard/engine/world"
	"switchboard/symbl"
	"switchboard/symbl/symbltest"
)

func TestSentencesComeOnceAndInOrder(t *testing.T) {
	r := newRig(t)
	got := r.hear()
	texts := []string{"Hello?", "I was told Tuesday.", "It is Friday now.", "This is the third time I call."}
	for i, text := range texts {
		r.line.say(0, text, -100*i)
		r.pass(time.Second)
	}
	r.until("all sentences", func() bool { return len(r.engine.uttered()) >= len(texts) })
	r.pass(10 * time.Second) // five more polls give the same again
	var want []engine.Uttered
	for i, said := range r.line.leg(0).said {
		want = append(want, engine.Uttered{
			Session: "s1", Connection: got.Connection, Conversation: got.Conversation,
			Message: r.engine.uttered()[i].Message, Revision: 1, Text: texts[i],
			Start: said.Start.Truncate(time.Millisecond), End: said.End.Truncate(time.Millisecond),
			Scored: true, Polarity: engine.Polarity(-100 * i),
		})
	}
	if diff := cmp.Diff(want, r.engine.uttered()); diff != "" {
		t.Errorf("uttered (-want +got):\n%s", diff)
	}
	for i, e := range r.engine.heard() {
		id := fmt.Sprintf("symbl/%s/%s/1", got.Conversation, want[i].Message)
		if e.ID != id || e.By != engine.BySymbl || !e.Occurred.Equal(want[i].End) {
			t.Errorf("entry %d: got %q by %s at %s, want %q by symbl at the sentence's end %s",
				i, e.ID, e.By, e.Occurred, id, want[i].End)
		}
	}
}

func TestLateScoreIsASecondRevision(t *testing.T) {
	r := newRig(t, func(c *symbltest.Config) { c.ScoreAfter = 6 * time.Second })
	r.hear()
	r.line.say(0, "This is the third time I call.", -700)
	r.until("the score", func() bool { return len(r.engine.uttered()) == 2 })
	r.pass(10 * time.Second)
	type revision struct {
		N        int
		Scored   bool
		Polarity engine.Polarity
	}
	var got []revision
	for _, u := range r.engine.uttered() {
		got = append(got, revision{u.Revision, u.Scored, u.Polarity})
	}
	if diff := cmp.Diff([]revision{{1, false, 0}, {2, true, -700}}, got); diff != "" {
		t.Errorf("revisions (-want +got):\n%s", diff)
	}
}

func TestNoScoreIsNotAScoreOfZero(t *testing.T) {
	r := newRig(t)
	r.hear()
	r.line.hear(0, world.Said{Text: "Hm, hm."})
	r.pass(2 * time.Second)
	r.line.say(0, "It is a phone.", 0)
	r.until("two sentences", func() bool { return len(r.engine.uttered()) == 2 })
	if got := r.engine.uttered(); got[0].Scored || !got[1].Scored {
		t.Errorf("scored: got %t and %t, want false and true", got[0].Scored, got[1].Scored)
	}
}

// "The socket failing alone is not a failure of the feed", and sentences come from the
// poll whatever the socket says.
func TestPollAloneMakesSentences(t *testing.T) {
	tests := []struct {
		name   string
		faults symbltest.Faults
	}{
		{"the socket says the same, scored", symbltest.Faults{}},
		{"no socket", symbltest.Faults{DropSockets: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t, func(c *symbltest.Config) { c.SocketScores = true })
			r.server.Misbehave(tt.faults)
			r.hear()
			r.line.say(0, "I was told Tuesday.", -340)
			r.until("the sentence", func() bool { return len(r.engine.uttered()) == 1 })
			r.pass(30 * time.Second)
			if got := r.engine.ids(); len(got) != 1 {
				t.Errorf("got entries %q, want one", got)
			}
			if got := r.server.Counts().Sockets; (got == 0) != tt.faults.DropSockets {
				t.Errorf("%d sockets were opened", got)
			}
		})
	}
}

func TestSocketGivesPartials(t *testing.T) {
	r := newRig(t)
	r.hear()
	r.until("the socket", func() bool { return r.server.Counts().Sockets == 1 })
	for _, words := range []string{"this is", "this is the third"} {
		r.line.begin(0, words)
		r.until("the words "+words, func() bool {
			said := r.engine.said()
			return len(said) > 0 && said[len(said)-1].Text == words
		})
	}
	for _, p := range r.engine.said() {
		if p.Session != "s1" || p.Speaker != engine.SpeakerUnknown || p.At.IsZero() {
			t.Errorf("got %+v, want the session's, of an unknown speaker, with its time", p)
		}
	}
	if got := r.engine.ids(); len(got) != 0 {
		t.Errorf("got entries %q, want none: partials are never journaled", got)
	}
}

func TestDroppedSocketComesBack(t *testing.T) {
	r := newRig(t)
	r.hear()
	r.until("the socket", func() bool { return r.server.Counts().Sockets == 1 })
	r.server.Misbehave(symbltest.Faults{DropSockets: true})
	r.until("a note", func() bool { return len(r.engine.noted()) > 0 })
	r.pass(20 * time.Second)
	if got := r.engine.noted(); len(got) != 1 || !strings.Contains(got[0], "live words are missing") {
		t.Errorf("got notes %q, want one for the whole outage", got)
	}
	r.server.Misbehave(symbltest.Faults{})
	r.until("another socket", func() bool { return r.server.Counts().Sockets == 2 })
	r.line.begin(0, "hello")
	r.until("words", func() bool { return len(r.engine.said()) > 0 })
	if got := r.engine.ids(); len(got) != 0 {
		t.Errorf("got entries %q, want none: the feed has not failed", got)
	}
}

func TestFailingPollIsToldOnceAndItsEndOnce(t *testing.T) {
	r := newRig(t)
	got := r.hear()
	r.until("polls", func() bool { return r.server.Counts().Polls > 2 })
	r.server.Misbehave(symbltest.Faults{PollStatus: http.StatusServiceUnavailable})
	r.line.say(0, "Is anybody there?", -200)
	r.until("failure", func() bool { return len(r.engine.heard()) == 1 })
	r.pass(40 * time.Second)
	r.server.Misbehave(symbltest.Faults{})
	r.until("the sentence", func() bool { return len(r.engine.uttered()) == 1 })
	r.pass(10 * time.Second)

	entries := r.engine.heard()
	failed, back := only[engine.FeedFailed](entries), only[engine.FeedBack](entries)
	if len(entries) != 3 || len(failed) != 1 || len(back) != 1 {
		t.Fatalf("got entries %q, want one failed, one back, one sentence", r.engine.ids())
	}
	want := engine.FeedFailed{Session: "s1", Connection: got.Connection,
		Why: "Symbl answered 503 when asked to give the sentences (As it was told)"}
	if failed[0] != want {
		t.Errorf("got %+v, want %+v", failed[0], want)
	}
	if want := (engine.FeedBack{Session: "s1", Connection: got.Connection}); back[0] != want {
		t.Errorf("got %+v, want %+v", back[0], want)
	}
	for _, e := range entries[:2] {
		if !strings.HasPrefix(e.ID, "symbl/"+string(got.Connection)+"/") || e.Occurred.IsZero() {
			t.Errorf("got entry %q at %s, want it named for the connection and dated", e.ID, e.Occurred)
		}
	}
	if len(r.engine.noted()) < 3 {
		t.Errorf("got notes %q, want one for each poll that failed", r.engine.noted())
	}
}

func TestOnePollThatFailsIsNoFailure(t *testing.T) {
	t.Parallel()
	r := newRigAt(t, 3) // six seconds without an answer are one, whoever is slow
	r.hear()
	r.server.Misbehave(symbltest.Faults{PollStatus: http.StatusTooManyRequests})
	r.until("a failed poll", func() bool { return len(r.engine.noted()) == 1 })
	r.server.Misbehave(symbltest.Faults{})
	polls := r.server.Counts().Polls
	r.until("two more polls", func() bool { return r.server.Counts().Polls >= polls+2 })
	if got := r.engine.ids(); len(got) != 0 {
		t.Errorf("got entries %q, want none", got)
	}
}

func TestBusyEngineLosesNothing(t *testing.T) {
	r := newRig(t)
	r.hear()
	r.engine.refuse(7)
	for _, text := range []string{"One.", "Two.", "Three."} {
		r.line.say(0, text, 0)
		r.pass(500 * time.Millisecond)
	}
	r.until("all three", func() bool { return len(r.engine.uttered()) >= 3 })
	var got []string
	for _, u := range r.engine.uttered() {
		got = append(got, fmt.Sprint(u.Revision, " ", u.Text))
	}
	if diff := cmp.Diff([]string{"1 One.", "1 Two.", "1 Three."}, got); diff != "" {
		t.Errorf("uttered (-want +got):\n%s", diff)
	}
}

func TestHearAgainChangesNothing(t *testing.T) {
	r := newRig(t)
	got := r.hear()
	r.until("the socket", func() bool { return r.server.Counts().Sockets == 1 })
	for range 5 {
		r.accepted(engine.Hear{Connection: got.Connection, Conversation: got.Conversation})
	}
	before := r.server.Counts().Polls
	r.pass(20 * time.Second)
	if polls := r.server.Counts().Polls - before; polls > 12 {
		t.Errorf("%d polls in 20 s, want one each 2 s", polls)
	}
	if sockets := r.server.Counts().Sockets; sockets != 1 {
		t.Errorf("%d sockets, want 1", sockets)
	}
}

// "conversationId is optional at start: fill it in later" (contracts/symbl.md, section 2).
func TestConversationIsLearntFromTheSocket(t *testing.T) {
	r := newRig(t, func(c *symbltest.Config) { c.LateConversation = true })
	if got := r.hear(); got.Conversation != "" {
		t.Fatalf("got conversation %q at once", got.Conversation)
	}
	r.line.say(0, "I was told Tuesday.", -340)
	r.until("the sentence", func() bool { return len(r.engine.uttered()) == 1 })
	if got := r.engine.uttered()[0]; got.Conversation == "" {
		t.Errorf("got %+v, want the conversation's id", got)
	}
}

func TestConversationThatIsNeverNamedIsAFailure(t *testing.T) {
	r := newRig(t, func(c *symbltest.Config) { c.LateConversation = true })
	r.server.Misbehave(symbltest.Faults{DropSockets: true})
	r.hear()
	r.until("the failure", func() bool { return len(only[engine.FeedFailed](r.engine.heard())) == 1 })
	r.server.Misbehave(symbltest.Faults{})
	r.until("the way back", func() bool { return len(only[engine.FeedBack](r.engine.heard())) == 1 })
}

func TestCallsDoNotMix(t *testing.T) {
	const calls = 22
	r := newRig(t)
	for n := range calls {
		body, ok := r.do(r.client, call).(engine.Listening)
		if !ok {
			t.Fatalf("call %d is not heard", n)
		}
		r.until("its leg", func() bool { return r.line.leg(n) != nil })
		got := r.client.Do(t.Context(), engine.Command{
			Name: "hear", Session: engine.SessionID(fmt.Sprintf("s%d", n)),
			Action: engine.Hear{Connection: body.Connection, Conversation: body.Conversation},
		})
		if _, ok := got.(engine.Accepted); !ok {
			t.Fatalf("hear: got %+v", got)
		}
	}
	for n := range calls {
		r.line.say(n, fmt.Sprintf("I am number %d.", n), 0)
	}
	r.until("a sentence of each", func() bool { return len(r.engine.uttered()) == calls })
	for _, u := range r.engine.uttered() {
		if want := fmt.Sprintf("I am number %s.", strings.TrimPrefix(string(u.Session), "s")); u.Text != want {
			t.Errorf("session %s heard %q", u.Session, u.Text)
		}
	}
	if got := r.server.Counts().TokenRequests; got != 1 {
		t.Errorf("%d requests for a token, want 1 for all", got)
	}
}

func TestUnlistenHangsUpAndEndsTheFetching(t *testing.T) {
	r := newRig(t)
	got := r.hear()
	r.until("the socket", func() bool { return r.server.Counts().Sockets == 1 })
	r.accepted(engine.Unlisten{Connection: got.Connection})
	if !r.line.leg(0).gone {
		t.Error("Symbl's leg is still there")
	}
	if live := r.server.Live(); live != 0 {
		t.Errorf("%d connections are live, want none", live)
	}
	before := r.server.Counts()
	r.line.say(0, "Too late.", 0)
	r.pass(20 * time.Second)
	after := r.server.Counts()
	if after.Polls > before.Polls+1 || after.Sockets > before.Sockets { // one was on its way: in 20 s there would be ten
		t.Errorf("polls and sockets went on: %+v, then %+v", before, after)
	}
	r.accepted(engine.Unlisten{Connection: got.Connection}) // 404: ended already

	r.accepted(engine.Hear{Connection: got.Connection, Conversation: got.Conversation})
	r.until("what was forgotten can be heard anew", func() bool { return r.server.Counts().Polls > after.Polls })
}

func TestUnlistenIsSentAgain(t *testing.T) {
	r := newRig(t)
	got := r.listen()
	r.server.Misbehave(symbltest.Faults{StopStatus: http.StatusBadGateway})
	result := make(chan engine.Body)
	go func() {
		result <- r.client.Do(t.Context(), engine.Command{Name: "stop", Session: "s1",
			Action: engine.Unlisten{Connection: got.Connection}})
	}()
	r.until("a second stop", func() bool { return r.server.Counts().Stops >= 2 })
	r.server.Misbehave(symbltest.Faults{})
	if got := <-result; got != (engine.Accepted{Command: "stop"}) {
		t.Errorf("got %+v, want it accepted in the end", got)
	}
	if !r.line.leg(0).gone {
		t.Error("Symbl's leg is still there")
	}
}

func TestUnlistenInVainIsUnanswered(t *testing.T) {
	r := newRig(t)
	got := r.listen()
	r.server.Misbehave(symbltest.Faults{StopStatus: http.StatusBadGateway})
	if got, ok := r.do(r.client, engine.Unlisten{Connection: got.Connection}).(engine.Unanswered); !ok {
		t.Errorf("got %+v, want it unanswered", got)
	}
	if stops := r.server.Counts().Stops; stops < 2 || stops > 5 {
		t.Errorf("%d stops were sent, want a few", stops)
	}
}

func TestNothingIsHeardAfterClose(t *testing.T) {
	r := newRig(t)
	got := r.hear()
	r.client.Close()
	before := r.server.Counts().Polls
	if got, ok := r.do(r.client, engine.Hear{Connection: got.Connection}).(engine.Refused); !ok {
		t.Errorf("got %+v, want a refusal", got)
	}
	r.pass(10 * time.Second)
	if polls := r.server.Counts().Polls; polls != before {
		t.Errorf("%d polls after Close", polls-before)
	}
	if r.line.leg(0).gone {
		t.Error("Close hung up: a restart could not hear the call again")
	}
}

func TestRestartHearsTheCallAgain(t *testing.T) {
	r := newRig(t)
	got := r.hear()
	r.line.say(0, "Before.", 0)
	r.until("the first sentence", func() bool { return len(r.engine.uttered()) == 1 })
	r.client.Close()
	first := r.engine.ids()[0]
	r.client = r.another(func(c *symbl.Config) {})
	r.accepted(engine.Hear{Connection: got.Connection, Conversation: got.Conversation})
	r.line.say(0, "After.", 0)
	r.until("the second sentence", func() bool {
		u := r.engine.uttered()
		return u[len(u)-1].Text == "After."
	})
	if again := r.engine.ids()[1]; again != first {
		t.Errorf("the first sentence came again as %q, want %q, which the journal knows", again, first)
	}
}

// A Symbl that hangs is told of in time for another feed to take over within ten
// seconds, and what was said meanwhile comes with the first poll that is answered.
func TestHangingPollIsToldInTime(t *testing.T) {
	t.Parallel()
	r := newRigAt(t, 2) // a poll has two seconds of the wall's at least
	got := r.hear()
	r.until("polls", func() bool { return r.server.Counts().Polls > 1 })
	hung := r.clock.Now()
	r.server.Misbehave(symbltest.Faults{PollHang: true})
	r.line.say(0, "Is anybody there?", -200)
	r.until("the failure", func() bool { return len(only[engine.FeedFailed](r.engine.heard())) == 1 })
	if took := r.clock.Now().Sub(hung); took > 9*time.Second {
		t.Errorf("told after %s, want about 6 s", took)
	}
	failed := only[engine.FeedFailed](r.engine.heard())[0]
	if failed.Connection != got.Connection || !strings.Contains(failed.Why, "did not answer in time") {
		t.Errorf("got %+v, want that Symbl did not answer", failed)
	}
	r.server.Misbehave(symbltest.Faults{})
	r.until("the way back and the sentence", func() bool {
		return len(only[engine.FeedBack](r.engine.heard())) == 1 && len(r.engine.uttered()) == 1
	})
}
