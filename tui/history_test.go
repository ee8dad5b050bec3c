package tui

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"switchboard/engine"
	"switchboard/engine/replay"
)

// A cellar is an archive of few calls, which finds those in which the query's text was said.
type cellar struct {
	calls []engine.Record
	asked []PastQuery
	err   error
}

func (s *cellar) Past(_ context.Context, q PastQuery) (Past, error) {
	s.asked = append(s.asked, q)
	past := Past{Kept: 1204, Complete: true, Filters: [][2]string{
		{"refund", "said in the call"}, {"day:2026-11-22", "on that day; also day:today"}, {"mood<-.3", "the mood at the end"}}}
	if s.err != nil {
		return past, s.err
	}
	for _, r := range s.calls {
		c := PastCall{Record: r}
		for i, u := range r.Lines {
			if at := strings.Index(strings.ToLower(u.Text), strings.ToLower(q.Text)); at >= 0 && q.Text != "" {
				c.Hits = append(c.Hits, PastHit{Line: i, Text: u.Text, Marks: [][2]int{{at, at + len(q.Text)}}})
			}
		}
		if c.Matched = len(c.Hits); q.Text == "" || c.Matched > 0 {
			past.Calls = append(past.Calls, c)
		}
	}
	if past.Total = len(past.Calls); past.Total == 0 {
		past.Advice = []string{"No call matches; 1,204 are kept.", "  without refund: 12 calls"}
	}
	past.Calls = past.Calls[min(q.From, past.Total):min(q.From+q.Limit, past.Total)]
	return past, nil
}

// ended are calls that are over, the newest first.
func ended(n int) []engine.Record {
	names := []string{"Mette Sørensen", "Ahmed El-Sayed", "", "María Peña", "\x1b[2JNina\u202e"}
	var all []engine.Record
	for i := range n {
		started := ago(time.Duration(i+1) * 17 * time.Minute)
		r := engine.Record{
			Session: engine.SessionID(fmt.Sprint("s", n-i)), Number: n - i, Opened: uint64(n - i), Caller: fmt.Sprintf("+120255501%02d", i%100), Name: names[i%len(names)],
			Started: started, Over: started.Add(time.Duration(90+31*i) * time.Second), Ending: "the customer hung up",
			Mood: engine.Polarity(-600 + 170*i%1000), Judged: i%4 != 2,
		}
		said := func(after time.Duration, who engine.Speaker, text string, p engine.Polarity) {
			r.Lines = append(r.Lines, engine.Utterance{ID: fmt.Sprint(i, "/", len(r.Lines)), Start: started.Add(after), End: started.Add(after + time.Second), Speaker: who,
				Text: text, Scored: who == engine.SpeakerCustomer, Judged: who == engine.SpeakerCustomer, Polarity: p})
		}
		said(5*time.Second, engine.SpeakerPrompt, "Press 1 for an operator.", 0)
		said(12*time.Second, engine.SpeakerCustomer, "Hi. It is about my order again, the one from Tuesday.", -80)
		said(20*time.Second, engine.SpeakerCustomer, "I was told that I would have my refund by the end of last week, and nobody has rung me back, although it was promised to me three times.", -410)
		said(31*time.Second, engine.SpeakerOperator, "Let me see what I can do about the refund.", 0)
		said(40*time.Second, engine.SpeakerCustomer, "No. I want to talk to a manager, now.", -660)
		said(52*time.Second, engine.SpeakerCustomer, "Then good bye.", -200)
		if i%5 == 3 {
			r.Lines = nil
		}
		switch i % 4 {
		case 0:
			r.Brought = []engine.Brought{{Cause: engine.CauseRule, Rule: "sustained-negative", Asked: started.Add(41 * time.Second), Over: started.Add(44 * time.Second), Status: engine.TransferVetoed, VetoedBy: "supervisor/ann"}}
		case 1:
			r.Brought = []engine.Brought{{Cause: engine.CauseKey, Asked: started.Add(21 * time.Second), Began: started.Add(21 * time.Second), Joined: started.Add(30 * time.Second), Status: engine.TransferEnded, To: "+12025550166", Called: "Ida"}}
		case 2:
			r.Brought = []engine.Brought{{Cause: engine.CauseAsked, Rule: "ask-human", Asked: started.Add(21 * time.Second), Began: started.Add(21 * time.Second), Status: engine.TransferFailed, To: "+12025550170"}}
		}
		all = append(all, r)
	}
	return all
}

// newSearch is a console with an archive, at which the search was opened with a query.
func newSearch(w, h int, calls []engine.Record, query string) (*bench, *cellar) {
	b := newBench(afternoon(), w, h)
	s := &cellar{calls: calls}
	b.archive = s
	b.press(":")
	for _, r := range "history " + query {
		b.press(string(r))
	}
	b.press("enter")
	return b, s
}

func TestHistoryFrames(t *testing.T) {
	for _, size := range []struct{ w, h int }{{60, 16}, {80, 24}, {120, 36}, {200, 50}} {
		for _, screen := range []struct{ name, query, keys string }{
			{"history", "", "esc"},
			{"history-typing", "", ""},
			{"history-found", "refund", "j n"},
			{"history-nothing", "xylophone", ""},
		} {
			name := fmt.Sprintf("%s-%dx%d", screen.name, size.w, size.h)
			t.Run(name, func(t *testing.T) {
				b, _ := newSearch(size.w, size.h, ended(14), screen.query)
				if screen.name == "history" {
					b.press("a", "backspace", "down", "down", "enter")
				}
				b.press(strings.Fields(strings.TrimPrefix(screen.keys, "esc"))...)
				wantFrame(t, name, screenOf(b.content(), size.w, size.h))
			})
		}
	}
}

func searchBox(t *testing.T, b *bench) *historyBox {
	t.Helper()
	h, ok := b.box.(*historyBox)
	if !ok {
		t.Fatalf("open is %T", b.box)
	}
	return h
}

func TestCallsFollowWhatIsTyped(t *testing.T) {
	b, s := newSearch(120, 36, ended(14), "")
	for _, k := range []string{"m", "a", "n", "a"} {
		b.press(k)
	}
	if h := searchBox(t, b); len(h.past.Calls) != 11 || !h.typing {
		t.Errorf("%d calls, typing %v", len(h.past.Calls), h.typing)
	}
	if last := s.asked[len(s.asked)-1]; last.Text != "mana" || !last.Typing {
		t.Errorf("asked last: %+v", last)
	}
	b.press("enter")
	if last := s.asked[len(s.asked)-1]; last.Typing || searchBox(t, b).typing {
		t.Errorf("asked last: %+v", last)
	}
	if text := screenOf(b.content(), 120, 36); !strings.Contains(text, "I want to talk to a manager") || !strings.Contains(text, "11 of 1,204 calls") {
		t.Error(text)
	}
}

func TestFastFingersAskNoMoreThanIsAnswered(t *testing.T) {
	b, s := newSearch(120, 36, ended(14), "")
	before := len(s.asked)
	var waits []tea.Cmd
	for _, k := range []string{"r", "e", "f", "u", "n", "d"} {
		_, cmd := b.Update(keyPress(k))
		if cmd != nil {
			waits = append(waits, cmd)
		}
	}
	if len(waits) != 1 {
		t.Fatalf("%d searches at once", len(waits))
	}
	b.run(waits[0])
	if n := len(s.asked) - before; n != 2 || s.asked[len(s.asked)-1].Text != "refund" {
		t.Errorf("%d searches, the last %+v", n, s.asked[len(s.asked)-1])
	}
}

// A recorder is a house that keeps which call was to be replayed.
type recorder struct {
	shelf
	asked *[]engine.SessionID
}

func (r recorder) Replay(ctx context.Context, call engine.SessionID) (*replay.Player, error) {
	*r.asked = append(*r.asked, call)
	return r.shelf.Replay(ctx, call)
}

func TestEnterReplaysFromTheSentence(t *testing.T) {
	b, _ := newSearch(120, 36, ended(14), "refund")
	b.house = nil
	b.press("enter")
	if _, still := b.box.(*historyBox); !still || !strings.Contains(string(b.notice.text), "Nothing can be replayed here") {
		t.Errorf("without a journal it says %q and shows %T", b.notice.text, b.box)
	}

	tape := taped(t, hotCall(t), "")
	var asked []engine.SessionID
	b.house = recorder{shelf{fakeHouse: fakeHouse{errors.New("the journal has no such call any more")}, tape: tape, wall: b.wall}, &asked}
	b.press("j", "n", "enter")
	if _, still := b.box.(*historyBox); !still || !strings.Contains(string(b.notice.text), "The journal has no such call any more") {
		t.Errorf("where it cannot be read it says %q and shows %T", b.notice.text, b.box)
	}

	b.house = recorder{shelf{tape: tape, wall: b.wall}, &asked}
	box := b.box.(*historyBox)
	box.past.Calls[box.at()].Record.Lines[box.past.Calls[box.at()].Hits[box.hit].Line].Start = tape.From().Add(20 * time.Second)
	b.press("enter")
	if b.past == nil {
		t.Fatalf("Enter shows no replay:\n%s", b.text())
	}
	if at := b.past.deck.player.Position().Now; !at.Equal(tape.From().Add(20 * time.Second)) {
		t.Errorf("it begins at %v, want 20 s into the tape, from %v", at, tape.From())
	}
	if len(asked) != 2 || asked[1] != "s13" {
		t.Errorf("calls %v were to be replayed, want s13", asked)
	}
	b.press("esc")
	if _, back := b.box.(*historyBox); b.past != nil || !back {
		t.Errorf("esc goes back to %T, want the search", b.box)
	}
}

func TestWhatDoesNotServeInAQueryIsSaid(t *testing.T) {
	b, s := newSearch(120, 36, ended(3), "")
	s.err = errors.New(`there is no outcome "lost"; possible are: joined, vetoed`)
	b.press("x")
	if text := screenOf(b.content(), 120, 36); !strings.Contains(text, `There is no outcome "lost"; possible are: joined, vetoed.`) {
		t.Error(text)
	}
	s.err = nil
	b.press("backspace")
	if text := screenOf(b.content(), 120, 36); strings.Contains(text, "lost") {
		t.Error(text)
	}
}

func TestMoreCallsAreHadWhereTheEndIsNear(t *testing.T) {
	b, s := newSearch(120, 36, ended(120), "order")
	h := searchBox(t, b)
	for range 130 {
		b.press("j")
	}
	if c, ok := h.call(); !ok || c.Record.Number != 1 || len(h.past.Calls) != 96 {
		t.Errorf("at call %d of %d", c.Record.Number, len(h.past.Calls))
	}
	if n := len(s.asked); n != 2 || s.asked[1].From != 50 {
		t.Errorf("asked %d times, %+v", n, s.asked)
	}
}

func TestLettersOfAQueryActOnNoCall(t *testing.T) {
	b, _ := newSearch(120, 36, ended(3), "")
	b.stage.set(governed().frame.Sessions...)
	b.tick()
	for _, k := range strings.Split("vXtymhloLCAqz", "") {
		b.press(k)
	}
	if len(b.stage.asked) != 0 || searchBox(t, b).typed != "vXtymhloLCAqz" {
		t.Errorf("asked %v, typed %q", b.stage.asked, searchBox(t, b).typed)
	}
	b.press("esc")
	if b.box != nil {
		t.Error("esc with nothing found leaves the search open")
	}
}

func TestEscLeadsBackStepByStep(t *testing.T) {
	b, _ := newSearch(120, 36, ended(3), "order")
	b.press("/")
	if !searchBox(t, b).typing {
		t.Error("/ does not lead to the query")
	}
	b.press("esc")
	if searchBox(t, b).typing {
		t.Error("esc does not lead to the calls")
	}
	b.press("esc")
	if b.box != nil {
		t.Error("esc does not close the search")
	}
}

func TestASearchThatComesLateOpensNothing(t *testing.T) {
	b, _ := newSearch(120, 36, ended(3), "")
	_, cmd := b.Update(keyPress("o"))
	b.box = nil
	b.run(cmd)
	if b.box != nil {
		t.Error("it is open again")
	}
}

func TestWithoutAnArchiveItIsSaid(t *testing.T) {
	b := newBench(afternoon(), 120, 36)
	b.press(strings.Split(": h i s t enter", " ")...)
	if !strings.HasPrefix(string(b.notice.text), "History: not possible here") {
		t.Errorf("it says %q", b.notice.text)
	}
}

func TestErasedCallsSaySo(t *testing.T) {
	calls := ended(2)
	calls[0].Lines = nil
	b, _ := newSearch(120, 36, calls, "")
	h := searchBox(t, b)
	b.press("down", "up", "enter")
	h.past.Calls[0].Erased = engine.EraseAll
	b.press("g", "enter")
	if !strings.Contains(string(b.notice.text), "what was said in it is erased") {
		t.Errorf("it says %q", b.notice.text)
	}
	if text := screenOf(b.content(), 120, 36); !strings.Contains(text, "What was said in it is erased.") {
		t.Error(text)
	}
}

// Esc is named for where it leads: from a replay that was begun there, to the history.
func TestTheReplayOfAFoundCallSaysThatEscLeadsToTheHistory(t *testing.T) {
	b, _ := newSearch(120, 36, ended(9), "")
	b.house = shelf{tape: taped(t, hotCall(t), ""), wall: b.wall}
	b.press("enter", "enter")
	if b.past == nil {
		t.Fatalf("no replay:\n%s", b.text())
	}
	b.wantText(t, "esc history")
	b.press("esc")
	b.wantText(t, "History")
}

// Where no call is there, Enter looks again: the history may have been made meanwhile.
func TestEnterLooksAgainWhereNothingWasFound(t *testing.T) {
	b, s := newSearch(80, 24, nil, "refund")
	b.press("enter")
	b.wantText(t, "⏎ look again")
	asked := len(s.asked)
	s.calls = ended(14)
	b.press("enter")
	if len(s.asked) != asked+1 || b.past != nil {
		t.Fatalf("asked %d times, want %d", len(s.asked), asked+1)
	}
	b.wantText(t, "⏎ replay")
}
