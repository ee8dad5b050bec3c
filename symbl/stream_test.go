package symbl_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"

	"switchboard/engine"
	"switchboard/engine/world"
	"switchboard/symbl"
	"switchboard/symbl/symbltest"
)

// A mouth says things on a leg, and its sound goes to a client in pieces of 100 ms.
type mouth struct {
	r    *rig
	leg  engine.LegID
	mu   sync.Mutex
	said int
	todo []world.Said
	stop context.CancelFunc
	done sync.WaitGroup
}

// speak begins to send a leg's sound, and goes on until the test ends.
func (r *rig) speak(leg engine.LegID) *mouth {
	m := &mouth{r: r, leg: leg}
	ctx, cancel := context.WithCancel(r.t.Context())
	m.stop = cancel
	m.done.Go(func() { m.run(ctx) })
	r.t.Cleanup(m.shut)
	return m
}

func (m *mouth) shut() {
	m.stop()
	m.done.Wait()
}

func (m *mouth) run(ctx context.Context) {
	const piece = 100 * time.Millisecond
	clock := m.r.clock
	next := clock.Now()
	voice := world.NewVoice(next)
	for clock.Sleep(ctx, next.Add(piece).Sub(clock.Now())) == nil {
		next = next.Add(piece)
		m.mu.Lock()
		for _, said := range m.todo {
			voice.Say(said)
		}
		m.todo = nil
		m.mu.Unlock()
		mulaw := make([]byte, 800)
		voice.Read(mulaw)
		if err := m.r.client.Hear(m.leg, mulaw); err != nil && !errors.Is(err, symbl.ErrNotRelayed) {
			m.r.t.Error(err)
		}
	}
}

// say has the leg say a sentence from now on, and returns it.
func (m *mouth) say(text string, polarity int) world.Said {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.said++
	start := m.r.clock.Now().Truncate(time.Millisecond).Add(200 * time.Millisecond)
	said := world.Said{
		ID: fmt.Sprintf("%s/%d", m.leg, m.said), Text: text, Start: start,
		End:    start.Add(time.Duration(len(strings.Fields(text))) * 300 * time.Millisecond),
		Scored: true, Polarity: polarity,
	}
	m.todo = append(m.todo, said)
	return said
}

const (
	connection = engine.ConnectionID("0d5c5c0e-6d0b-4a7e-9a3f-1f6c7a52d001")
	customer   = engine.LegID("v3:customer")
	operator   = engine.LegID("v3:operator")
)

func relayOf(leg engine.LegID) engine.Relay {
	speaker := strings.TrimPrefix(string(leg), "v3:")
	return engine.Relay{Leg: leg, Connection: connection, Speaker: speaker, Language: "en-US", Title: "call s1"}
}

// relay has Symbl take a leg's sound.
func (r *rig) relay(leg engine.LegID) engine.Listening {
	r.t.Helper()
	got, ok := r.do(r.client, relayOf(leg)).(engine.Listening)
	if !ok || got.Connection != connection {
		r.t.Fatalf("relay %s: got %+v, want it listening", leg, got)
	}
	return got
}

// Sound in, sentences out, with whose they are and how they were meant: all of it from
// the samples alone.
func TestWhatALegSaysComesBackAsSentences(t *testing.T) {
	tests := []struct {
		name   string
		change func(*symbltest.Config)
	}{
		{"each socket is told its own", func(*symbltest.Config) {}},
		{"each socket is told everybody's", func(c *symbltest.Config) { c.Everybody = true }},
		{"the events of the start in another order", func(c *symbltest.Config) { c.CreatedFirst, c.FlatEnd = true, true }},
		{"other things are told, too", func(c *symbltest.Config) { c.Chatter = true }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := newRigAt(t, 5, tt.change)
			got := r.relay(customer)
			if got.Conversation == "" || r.relay(operator).Conversation != got.Conversation {
				t.Fatalf("got %+v for the customer, want one conversation for both", got)
			}
			first := r.speak(customer).say("This is the third time I call.", -712)
			second := r.speak(operator).say("I am sorry to hear that.", 120)
			r.until("both sentences", func() bool { return len(r.engine.uttered()) >= 2 })
			r.pass(4 * time.Second)

			want := map[engine.LegID]engine.Uttered{}
			for leg, said := range map[engine.LegID]world.Said{customer: first, operator: second} {
				want[leg] = engine.Uttered{
					Session: "s1", Connection: connection, Conversation: got.Conversation, Revision: 1,
					Text: said.Text, Start: said.Start, End: said.End, Scored: true,
					Polarity: engine.Polarity(said.Polarity), Leg: leg,
				}
			}
			all := map[engine.LegID]engine.Uttered{}
			for i, e := range r.engine.heard() {
				u, ok := e.Body.(engine.Uttered)
				if !ok {
					t.Errorf("entry %d: got %+v, want a sentence", i, e.Body)
				}
				if id := fmt.Sprintf("symbl/%s/%s/1", u.Conversation, u.Message); e.ID != id || e.By != engine.BySymbl || !e.Occurred.Equal(u.End) {
					t.Errorf("entry %d: got %q by %s at %s, want %q by symbl at the sentence's end", i, e.ID, e.By, e.Occurred, id)
				}
				u.Message = ""
				all[u.Leg] = u
			}
			if diff := cmp.Diff(want, all); diff != "" || len(r.engine.heard()) != 2 {
				t.Errorf("uttered, %d times (-want +got):\n%s", len(r.engine.heard()), diff)
			}
			for _, p := range r.engine.said() {
				role := map[engine.LegID]engine.Speaker{customer: engine.SpeakerCustomer, operator: engine.SpeakerOperator}[p.Leg]
				if p.Session != "s1" || p.Speaker != role || p.At.IsZero() {
					t.Errorf("got %+v, want the leg's speaker and a time", p)
				}
			}
			if len(r.engine.said()) < 4 {
				t.Errorf("got partials %v, want words of both while they were said", r.engine.said())
			}
			if counts := r.client.Counts(); (counts.Types > 0) != strings.Contains(tt.name, "other things") || (counts.Types > 0) != (counts.Fields > 0) {
				t.Errorf("got %+v of what is not documented", counts)
			}
		})
	}
}

func TestRelayAskedAgainChangesNothing(t *testing.T) {
	r := newRigAt(t, 20)
	first := r.relay(customer)
	for range 3 {
		if again := r.relay(customer); again.Conversation != first.Conversation {
			t.Errorf("got %+v, want %+v again", again, first)
		}
	}
	if got := r.server.Counts().Streams; got != 1 {
		t.Errorf("%d sockets, want 1", got)
	}
}

func TestRelayThatFailsSaysWhy(t *testing.T) {
	tests := []struct {
		name   string
		faults symbltest.Faults
		change func(*symbl.Config)
		limit  int
		want   engine.Reason
		detail string
	}{
		{name: "401", faults: symbltest.Faults{StreamStatus: 401}, want: engine.ReasonUnauthorized, detail: "check SYMBL_APP_ID"},
		{name: "429", limit: 1, want: engine.ReasonPaced, detail: "as much at once as the account allows"},
		{name: "503", faults: symbltest.Faults{DropSockets: true}, want: engine.ReasonUnreachable, detail: "503"},
		{name: "an error", faults: symbltest.Faults{ErrorTop: true}, want: engine.ReasonInvalid, detail: "Recognition failed: As it was told"},
		{name: "an error inside", faults: symbltest.Faults{ErrorNested: true}, want: engine.ReasonInvalid, detail: "As it was told"},
		{name: "no socket is answered", faults: symbltest.Faults{StreamHang: true}, want: engine.ReasonUnreachable, detail: "did not answer in time"},
		{name: "sound is not asked for", faults: symbltest.Faults{StreamMute: true}, want: engine.ReasonUnreachable, detail: "did not answer in time"},
		{name: "no credentials", change: func(c *symbl.Config) { c.AppID = "" }, want: engine.ReasonNoFeed, detail: "set SYMBL_APP_ID"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t, func(c *symbltest.Config) { c.Streams = tt.limit })
			if tt.limit > 0 {
				r.relay(operator)
			}
			if tt.change != nil {
				r.client = r.another(tt.change)
			}
			r.server.Misbehave(tt.faults)
			detail := judge(t, r.do(r.client, relayOf(customer)), engine.Refused{Reason: tt.want})
			if !strings.Contains(detail, tt.detail) {
				t.Errorf("got detail %q, want %q in it", detail, tt.detail)
			}
			if err := r.client.Hear(customer, []byte{0xff}); err != symbl.ErrNotRelayed {
				t.Errorf("sound after it: got %v, want %v", err, symbl.ErrNotRelayed)
			}
			if got := r.engine.ids(); len(got) != 0 {
				t.Errorf("got entries %q: the outcome says it all", got)
			}
			r.server.Misbehave(symbltest.Faults{})
			if tt.change == nil && tt.limit == 0 {
				r.relay(customer) // it can be asked for again
			}
		})
	}
}

func TestTokenThatDiedIsReplacedForASocket(t *testing.T) {
	r := newRigAt(t, 20)
	r.relay(operator)
	r.server.Revoke()
	r.relay(customer)
	if got := r.server.Counts().TokenRequests; got != 2 {
		t.Errorf("%d requests for a token, want 2", got)
	}
}

// Killed in mid-call and brought back at the same address: the failure is told in time
// for another feed to take over within ten seconds, what was not kept is told as a gap,
// and what is said then is heard again in the same conversation.
func TestSymblIsKilledInMidCallAndComesBack(t *testing.T) {
	r := newRigAt(t, 20)
	before := r.relay(customer)
	m := r.speak(customer)
	m.say("I was told Tuesday.", -340)
	r.until("the first sentence", func() bool { return len(r.engine.uttered()) == 1 })
	killed := r.clock.Now()
	r.server.Stop()
	r.until("the failure", func() bool { return len(only[engine.FeedFailed](r.engine.heard())) == 1 })
	if took := r.clock.Now().Sub(killed); took > 8*time.Second {
		t.Errorf("told after %s, want it within a few seconds", took)
	}
	m.say("Nobody hears this.", -900)
	r.pass(15 * time.Second)
	if err := r.server.Restart(); err != nil {
		t.Fatal(err)
	}
	r.until("the way back", func() bool { return len(only[engine.FeedBack](r.engine.heard())) == 1 })
	m.say("It is Friday now.", -500)
	r.until("the second sentence", func() bool { return len(r.engine.uttered()) == 2 })
	r.until("the gap", func() bool { return len(only[engine.MediaGap](r.engine.heard())) == 1 })

	entries := r.engine.heard()
	failed, back, gap := only[engine.FeedFailed](entries)[0], only[engine.FeedBack](entries)[0], only[engine.MediaGap](entries)[0]
	if want := (engine.FeedBack{Session: "s1", Connection: connection, Leg: customer}); back != want {
		t.Errorf("got %+v, want %+v", back, want)
	}
	if failed.Leg != customer || failed.Connection != connection || failed.Session != "s1" || failed.Why == "" {
		t.Errorf("got %+v, want it for the leg, with a reason", failed)
	}
	if gap.Leg != customer || gap.From.Before(killed.Add(-time.Second)) || gap.To.Sub(gap.From) < 8*time.Second || gap.To.Sub(gap.From) > 60*time.Second {
		t.Errorf("got gap %+v (%s), want most of the outage since %s", gap, gap.To.Sub(gap.From), killed)
	}
	if notes := r.engine.noted(); len(notes) < 2 || len(notes) > 7 {
		t.Errorf("got notes %q, want one a try, and a try after 1, 2, 4, 8 and 16 s", notes)
	}
	if u := r.engine.uttered()[1]; u.Text != "It is Friday now." || u.Conversation != before.Conversation {
		t.Errorf("got %+v, want what was said afterwards, in the conversation from before", u)
	}
}

// A short break costs nothing: sound is kept for five seconds.
func TestShortBreakLosesNothing(t *testing.T) {
	r := newRigAt(t, 5)
	r.relay(customer)
	m := r.speak(customer)
	r.server.Stop()
	m.say("This is the third time I call.", -712)
	if err := r.server.Restart(); err != nil {
		t.Fatal(err)
	}
	r.until("the sentence", func() bool { return len(r.engine.uttered()) == 1 })
	if got := r.engine.uttered()[0].Text; got != "This is the third time I call." {
		t.Errorf("got %q, want every word", got)
	}
	r.pass(5 * time.Second)
	if got := only[engine.MediaGap](r.engine.heard()); len(got) != 0 {
		t.Errorf("got gaps %+v, want none", got)
	}
}

// "A live feed without words is silence, another thing": only voice without text is a
// failure, and text ends it.
func TestVoiceWithoutTextIsTold(t *testing.T) {
	r := newRig(t)
	r.relay(customer)
	r.server.Misbehave(symbltest.Faults{StreamDeaf: true})
	hear := func(sample byte, seconds int) {
		t.Helper()
		for range seconds {
			before := r.server.Counts().Sound
			if err := r.client.Hear(customer, bytes.Repeat([]byte{sample}, 8000)); err != nil {
				t.Fatal(err)
			}
			r.until("it is sent", func() bool { return r.server.Counts().Sound >= before+8000 })
		}
	}
	hear(0xff, 60)
	hear(0x10, 29)
	r.pass(5 * time.Second)
	if got := r.engine.ids(); len(got) != 0 {
		t.Fatalf("got entries %q, want none yet", got)
	}
	hear(0x10, 1)
	r.until("the failure", func() bool { return len(only[engine.FeedFailed](r.engine.heard())) == 1 })
	if got := only[engine.FeedFailed](r.engine.heard())[0].Why; got != "the line has voice and no text comes" {
		t.Errorf("got %q", got)
	}
	r.server.Misbehave(symbltest.Faults{})
	m := r.speak(customer)
	m.say("Hello? Is anybody there?", -100)
	r.until("the way back", func() bool { return len(only[engine.FeedBack](r.engine.heard())) == 1 })
}

// A leg that sends nothing is filled in with silence, so that Symbl's time of the call
// keeps up; what it takes is near what has gone by.
func TestSilenceIsFilledIn(t *testing.T) {
	r := newRig(t)
	r.relay(customer)
	from := r.server.Counts().Sound
	r.pass(60 * time.Second)
	if got := time.Duration(r.server.Counts().Sound-from) * time.Second / 8000; got < 40*time.Second || got > 80*time.Second {
		t.Errorf("Symbl got %s of silence in a minute", got)
	}
	if got := r.engine.ids(); len(got) != 0 {
		t.Errorf("got entries %q, want none", got)
	}
}

func TestUnrelayTakesTheLastSentence(t *testing.T) {
	r := newRigAt(t, 20)
	r.relay(customer)
	r.relay(operator)
	m := r.speak(customer)
	said := m.say("Thank you, that is all.", 400)
	r.pass(said.End.Sub(r.clock.Now()) + 300*time.Millisecond)
	r.accepted(engine.Unrelay{Connection: connection})
	if got := r.engine.uttered(); len(got) != 1 || got[0].Text != "Thank you, that is all." {
		t.Errorf("got %+v, want the sentence that was over just then", got)
	}
	counts := r.server.Counts()
	if counts.StreamStops != 2 || counts.Deletes != 0 {
		t.Errorf("got %+v, want both sockets stopped and nothing deleted", counts)
	}
	if err := r.client.Hear(customer, []byte{0xff}); err != symbl.ErrNotRelayed {
		t.Errorf("got %v, want %v", err, symbl.ErrNotRelayed)
	}
	r.accepted(engine.Unrelay{Connection: connection}) // it is over
}

func TestUnrelayOfOneLegLeavesTheOthers(t *testing.T) {
	r := newRigAt(t, 20)
	r.client = r.another(func(c *symbl.Config) { c.Forget = true })
	r.relay(customer)
	r.relay(operator)
	r.accepted(engine.Unrelay{Connection: connection, Leg: operator})
	r.until("the operator's stop", func() bool { return r.server.Counts().StreamStops == 1 })
	r.speak(customer).say("Are you still there?", -100)
	r.until("the sentence", func() bool { return len(r.engine.uttered()) == 1 })
	if got := r.server.Counts().Deletes; got != 0 {
		t.Fatalf("%d deletions in mid-call", got)
	}
	r.accepted(engine.Unrelay{Connection: connection, Leg: customer}) // the last of them
	if got := r.server.Counts(); got.Deletes != 1 || got.StreamStops != 2 {
		t.Errorf("got %+v, want two stops and one deletion", got)
	}
}

// A Symbl that does not end what it is asked to end holds up nothing for long, and
// nothing at all once it is known to fail.
func TestUnrelayDoesNotWaitForEver(t *testing.T) {
	t.Parallel()
	r := newRigAt(t, 4)
	r.relay(customer)
	r.server.Misbehave(symbltest.Faults{StreamStuck: true})
	before := r.clock.Now()
	r.accepted(engine.Unrelay{Connection: connection})
	if took := r.clock.Now().Sub(before); took < 9*time.Second || took > 20*time.Second {
		t.Errorf("waited %s for the conversation's end, want 10 s", took)
	}
	r.server.Misbehave(symbltest.Faults{StreamStuck: true, StreamDeaf: true})
	r.relay(customer)
	for range 6 {
		if err := r.client.Hear(customer, bytes.Repeat([]byte{0x10}, 5*8000)); err != nil {
			t.Fatal(err)
		}
	}
	r.until("the failure", func() bool { return len(only[engine.FeedFailed](r.engine.heard())) == 1 })
	before = r.clock.Now()
	r.accepted(engine.Unrelay{Connection: connection})
	if took := r.clock.Now().Sub(before); took > 5*time.Second {
		t.Errorf("waited %s for one that fails", took)
	}
}

// Whoever takes the sound from Telnyx must not be held up by Symbl.
func TestHearNeverWaits(t *testing.T) {
	r := newRig(t)
	client := r.another(func(c *symbl.Config) { c.SocketURL = deafServer(t) })
	if got, ok := r.do(client, relayOf(customer)).(engine.Listening); !ok {
		t.Fatalf("got %+v, want it listening", got)
	}
	began := time.Now()
	for range 500 { // far more than any buffer on the way holds
		if err := client.Hear(customer, make([]byte, 5*8000)); err != nil {
			t.Fatal(err)
		}
	}
	if took := time.Since(began); took > 20*time.Second { // a socket that takes nothing is given up after 5 s, each time
		t.Errorf("20 MB took %s", took)
	}
	client.Close()
	if got := client.Counts().Dropped; got < 12e6 {
		t.Errorf("%d bytes were dropped, want most", got)
	}
}

// deafServer returns the address of a Symbl that asks for sound and never reads any.
func deafServer(t *testing.T) string {
	over := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		var upgrader websocket.Upgrader
		conn, err := upgrader.Upgrade(w, q, nil)
		if err != nil {
			return
		}
		defer conn.Close()
		conn.WriteMessage(websocket.TextMessage, []byte(`{"type":"message","message":{"type":"started_listening"}}`))
		<-over
	}))
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(over) })
	return strings.Replace(server.URL, "http", "ws", 1)
}

func TestConversationsAreDeletedWhereConfigured(t *testing.T) {
	t.Run("by stream", func(t *testing.T) {
		r := newRig(t)
		r.client = r.another(func(c *symbl.Config) { c.Forget = true })
		got := r.relay(customer)
		r.accepted(engine.Unrelay{Connection: connection, Conversation: got.Conversation})
		r.accepted(engine.Unrelay{Connection: connection, Conversation: got.Conversation}) // 404: done
		if got := r.server.Counts().Deletes; got != 2 {
			t.Errorf("%d deletions, want 2", got)
		}
		r.server.Misbehave(symbltest.Faults{DeleteStatus: http.StatusForbidden})
		judge(t, r.do(r.client, engine.Unrelay{Connection: connection, Conversation: got.Conversation}),
			engine.Refused{Reason: engine.ReasonUnauthorized})
	})
	t.Run("by telephone", func(t *testing.T) {
		r := newRig(t)
		r.client = r.another(func(c *symbl.Config) { c.Forget = true })
		got := r.listen() // not heard: as after a restart
		r.accepted(engine.Unlisten{Connection: got.Connection})
		if got := r.server.Counts().Deletes; got != 1 {
			t.Errorf("%d deletions, want 1", got)
		}
		got = r.listen()
		r.server.Misbehave(symbltest.Faults{DeleteStatus: http.StatusForbidden})
		r.accepted(engine.Unlisten{Connection: got.Connection})
		if got := r.engine.noted(); len(got) != 1 || !strings.Contains(got[0], "left at Symbl") {
			t.Errorf("got notes %q, want what is left at Symbl", got)
		}
	})
}

func TestErrorsInMidCallAreNoted(t *testing.T) {
	r := newRigAt(t, 20)
	r.relay(customer)
	r.server.Misbehave(symbltest.Faults{ErrorTop: true, ErrorNested: true})
	r.until("both notes", func() bool { return len(r.engine.noted()) == 2 })
	for _, note := range r.engine.noted() {
		if !strings.Contains(note, "As it was told") {
			t.Errorf("got note %q, want Symbl's own words in it", note)
		}
	}
	r.server.Misbehave(symbltest.Faults{})
	r.speak(customer).say("Still here.", 0)
	r.until("the sentence", func() bool { return len(r.engine.uttered()) == 1 })
}

func TestHearRefusesWhatNobodyAskedFor(t *testing.T) {
	r := newRig(t)
	if err := r.client.Hear("unknown", make([]byte, 800)); err != symbl.ErrNotRelayed {
		t.Errorf("got %v, want %v", err, symbl.ErrNotRelayed)
	}
	r.relay(customer)
	if err := r.client.Hear(customer, make([]byte, 10<<20)); err != symbl.ErrTooMuch {
		t.Errorf("got %v, want %v", err, symbl.ErrTooMuch)
	}
	if err := r.client.Hear(customer, make([]byte, 30_000)); err != nil {
		t.Errorf("got %v, want it taken", err)
	}
	r.until("all of it, in frames that Symbl takes", func() bool { return r.server.Counts().Sound >= 30_000 })
	if got := r.engine.noted(); len(got) != 0 {
		t.Errorf("got notes %q", got)
	}
}

func TestCloseBreaksStreamsAndARestartJoinsThemAgain(t *testing.T) {
	r := newRigAt(t, 20)
	before := r.relay(customer)
	r.client.Close()
	if got := r.server.Counts().StreamStops; got != 0 {
		t.Error("Close ended the conversation: a restart could not go on with it")
	}
	if got, ok := r.do(r.client, relayOf(customer)).(engine.Refused); !ok {
		t.Errorf("after Close: got %+v, want a refusal", got)
	}
	r.client = r.another(nil)
	if after := r.relay(customer); after.Conversation != before.Conversation {
		t.Errorf("got %+v, want the conversation of %+v", after, before)
	}
}

type flagger struct{}

func (flagger) Flags(text string) engine.Flags {
	if strings.Contains(text, "manager") {
		return engine.FlagRequest
	}
	return 0
}

func TestScorerFlagsTheSentencesOfBothFeeds(t *testing.T) {
	r := newRigAt(t, 20)
	r.client = r.another(func(c *symbl.Config) { c.Scorer = flagger{} })
	r.hear()
	r.line.say(0, "I want the manager.", -300)
	r.relay(customer)
	r.speak(customer).say("Give me your manager.", -300)
	r.until("both", func() bool { return len(r.engine.uttered()) == 2 })
	for _, u := range r.engine.uttered() {
		if u.Flags != engine.FlagRequest {
			t.Errorf("%q: got flags %q, want request", u.Text, u.Flags)
		}
	}
}

func TestProbe(t *testing.T) {
	r := newRig(t)
	hangs := symbltest.Faults{PollHang: true}
	for _, tt := range []struct {
		kind   engine.FeedKind
		faults symbltest.Faults
		want   string
	}{
		{engine.FeedPhone, symbltest.Faults{}, ""},
		{engine.FeedStream, symbltest.Faults{}, ""},
		{engine.FeedPhone, symbltest.Faults{PollStatus: 403}, "Symbl answered 403"},
		{engine.FeedStream, symbltest.Faults{ErrorTop: true}, "refused to listen"},
		{engine.FeedTelnyx, symbltest.Faults{}, "not Symbl's"},
		{engine.FeedPhone, hangs, "did not answer in time"},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		if tt.faults == hangs {
			cancel()
			ctx, cancel = context.WithTimeout(t.Context(), 200*time.Millisecond)
		}
		r.server.Misbehave(tt.faults)
		err := r.client.Probe(ctx, tt.kind)
		cancel()
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s, %+v: got %v, want %q", tt.kind, tt.faults, err, tt.want)
		}
	}
	counts := r.server.Counts()
	if counts.Starts != 0 || counts.StreamStops != 1 || counts.Sound != 0 {
		t.Errorf("got %+v, want nobody called, no sound, and the stream stopped", counts)
	}
	if got := slices.Concat(r.engine.ids(), r.engine.noted()); len(got) != 0 {
		t.Errorf("got entries and notes %q, want none: a probe is of no call", got)
	}
}
