package tui

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"switchboard/engine"
)

func (b *bench) text() string { return ansi.Strip(b.content()) }

func (b *bench) wantText(t *testing.T, want string) {
	t.Helper()
	if !strings.Contains(b.text(), want) {
		t.Errorf("no %q on the screen:\n%s", want, b.text())
	}
}

// order is the ids of the calls as they are shown.
func (b *bench) order() string {
	var ids []string
	for _, s := range b.list.rows {
		ids = append(ids, string(s.ID))
	}
	return strings.Join(ids, " ")
}

func TestKeysMoveTheSelection(t *testing.T) {
	// In order of attention: s1 hot, s2 ask, s5 blind, then by start, ended last.
	for _, c := range []struct {
		keys string
		want engine.SessionID
	}{
		{"", "s1"}, {"j", "s2"}, {"down down", "s5"}, {"j j k", "s2"}, {"k", "s1"}, {"G", "s8"}, {"G g", "s1"}, {"end home", "s1"},
		{"G k", "s6"}, {"3", "s5"}, {"G 2", "s2"}, {"9", "s1"}, {"ctrl+d", "s4"}, {"ctrl+d ctrl+u", "s1"}, {"pgdown", "s8"}, {"pgdown pgup", "s1"},
	} {
		b := newBench(afternoon(), 80, 24)
		b.press(strings.Fields(c.keys)...)
		if got := b.list.selected; got != c.want {
			t.Errorf("%q selects %s, want %s (%s)", c.keys, got, c.want, b.order())
		}
	}
}

func TestCallsAreOrderedByAttention(t *testing.T) {
	b := newBench(afternoon(), 80, 24)
	if got, want := b.order(), "s1 s2 s5 s3 s4 s7 s6 s8"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// "Order held while a key was pressed in the last 3 s, a box is open; then rows settle
// in one step" (CONSOLE.md).
func TestOrderIsHeldForThreeSecondsAfterAKey(t *testing.T) {
	s := afternoon()
	b := newBench(s, 80, 24)
	b.press("j")
	calm := *s.frame.Sessions[0]
	calm.Transfer, calm.Changed = engine.Transfer{}, 99
	s.set(append([]*engine.Session{&calm}, s.frame.Sessions[1:]...)...)
	b.tick()
	if got, want := b.order(), "s1 s2 s5 s3 s4 s7 s6 s8"; got != want {
		t.Errorf("held: got %s, want %s", got, want)
	}
	b.wantText(t, "order held while you choose")
	b.wall.at = b.wall.at.Add(3 * time.Second)
	b.tick()
	if got, want := b.order(), "s2 s5 s3 s1 s4 s7 s6 s8"; got != want {
		t.Errorf("settled: got %s, want %s", got, want)
	}
	if b.list.selected != "s2" {
		t.Errorf("selected %s, want s2", b.list.selected)
	}
}

func TestSelectedRowStaysOnItsLine(t *testing.T) {
	var sessions []*engine.Session
	for i := range 40 {
		sessions = append(sessions, call(i+1, "Caller", "+12025550142", time.Duration(100-i)*time.Minute))
	}
	s := afternoon()
	s.set(sessions...)
	b := newBench(s, 80, 24)
	b.press("pgdown", "pgdown", "j", "j", "j")
	b.wall.at = b.wall.at.Add(time.Minute)
	id, onScreen := b.list.selected, b.list.at-b.list.top
	hot := *sessions[30]
	hot.Trouble = "the conference could not be opened"
	sessions[30] = &hot
	s.set(sessions...)
	b.tick()
	if b.list.rows[0].ID != hot.ID {
		t.Fatalf("the hot call is not first: %s", b.order())
	}
	if b.list.selected != id || b.list.at-b.list.top != onScreen {
		t.Errorf("selected %s on line %d, want %s on %d", b.list.selected, b.list.at-b.list.top, id, onScreen)
	}
}

// crowd is a floor of forty calls, of which the one in the middle is selected and the
// first is hot.
func crowd() (*stage, *bench) {
	s := afternoon()
	var sessions []*engine.Session
	for i := range 40 {
		sessions = append(sessions, call(i+1, "Caller", "+12025550142", time.Duration(100-i)*time.Minute))
	}
	sessions[0].Trouble = "the conference could not be opened"
	s.set(sessions...)
	b := newBench(s, 80, 24)
	b.press("pgdown", "pgdown", "j")
	return s, b
}

// Where many calls are up, who needs a hand may stand above the page of the selected
// one, which no time turns.
func TestFooterTellsWhoNeedsAHandAboveThePage(t *testing.T) {
	_, b := crowd()
	b.wall.at = b.wall.at.Add(time.Hour)
	b.tick()
	b.wantText(t, "of 40 calls · 1 needs a hand above, 1 goes there")
	b.press("1")
	b.wantText(t, "1–8 of 40 calls · sorted by attention")
}

// A call that has ended sinks to the end of the list. It must not take the page with
// it for good: what needs a hand stands at the top.
func TestListShowsItsTopAgainOnceTheSelectedCallIsOver(t *testing.T) {
	over := func(s *engine.Session) { s.Phase, s.Over = engine.PhaseOver, noon }
	s, b := crowd()
	id := b.list.selected
	s.change(id, over)
	b.wall.at = b.wall.at.Add(idleAfter - time.Millisecond)
	b.tick()
	if b.list.top == 0 {
		t.Fatal("the top is shown under the supervisor's hand")
	}
	b.wall.at = b.wall.at.Add(time.Millisecond)
	b.tick()
	if b.list.top != 0 || b.list.selected != id {
		t.Errorf("row %d is on top, %s is selected; want 0, %s", b.list.top, b.list.selected, id)
	}
	b.wantText(t, "▲ hot")
	b.wantText(t, "1–8 of 40 calls · selected is row 40 ↓")
	if y := b.View().Cursor.Position.Y; y != aboveLines {
		t.Errorf("the cursor is on line %d though its row is not there", y)
	}

	b.press("m") // brings back the row that a key acts on
	if b.list.top == 0 || b.list.selected != id {
		t.Error("a key does not bring the selected row back")
	}
	b.wall.at = b.wall.at.Add(idleAfter)
	b.tick()
	b.press("j") // the eye is on the rows that are shown
	if b.list.top != 0 || b.list.at != 0 {
		t.Errorf("j goes to row %d, want the first that is shown", b.list.at)
	}
}

func TestSelectionGoesToTheTopOnceTheCallIsGoneAndNobodyLooked(t *testing.T) {
	s, b := crowd()
	id := b.list.selected
	s.change(id, func(s *engine.Session) { s.Phase, s.Over = engine.PhaseOver, noon })
	b.wall.at = b.wall.at.Add(idleAfter)
	b.tick()
	var left []*engine.Session
	for _, c := range s.frame.Sessions {
		if c.ID != id {
			left = append(left, c)
		}
	}
	s.set(left...)
	b.tick()
	if b.list.selected != "s1" || b.list.top != 0 {
		t.Errorf("selected %s, row %d on top; want s1, 0", b.list.selected, b.list.top)
	}
}

func TestLiveCallKeepsItsPageWhileNobodyPressesAKey(t *testing.T) {
	_, b := crowd()
	top := b.list.top
	b.wall.at = b.wall.at.Add(time.Hour)
	b.tick()
	if b.list.top != top || top == 0 {
		t.Errorf("row %d is on top, want %d", b.list.top, top)
	}
}

// A call that needs a hand is not left above the page where the page can begin with it
// and still show the selected row.
func TestWhoNeedsAHandIsShownWhereTheSelectionStaysOnThePage(t *testing.T) {
	s := afternoon()
	var calls []*engine.Session
	for i := range 12 {
		c := *s.frame.Sessions[2]
		c.ID, c.Opened, c.Started = engine.SessionID("c"+strconv.Itoa(i)), uint64(100+i), noon.Add(time.Duration(i)*time.Second)
		calls = append(calls, &c)
	}
	s.set(calls...)
	b := newBench(s, 80, 24)
	b.press("G", "g") // the first row, and the page begins with it
	id := b.list.selected
	hot := *calls[11]
	hot.Trouble = "no conference could be opened for this call"
	s.set(append(calls[:11:11], &hot)...)
	b.wall.at = b.wall.at.Add(orderHeld)
	b.tick()
	if b.list.selected != id || b.list.at != 1 || b.list.top != 0 {
		t.Errorf("%s selected in row %d, row %d on top; want %s, 1, 0", b.list.selected, b.list.at, b.list.top, id)
	}
}

func TestSelectionGoesToTheNeighbourOnceTheCallIsGone(t *testing.T) {
	s := afternoon()
	b := newBench(s, 80, 24)
	b.press("j", "j") // s5
	s.set(append(append([]*engine.Session{}, s.frame.Sessions[:4]...), s.frame.Sessions[5:]...)...)
	b.tick()
	if b.list.selected != "s3" {
		t.Errorf("selected %s, want s3", b.list.selected)
	}
	s.set()
	b.tick()
	b.wantText(t, "Nobody is calling")
	b.press("enter", "t", "X", "m", "1", "j", "G")
}

func TestTransferIsStartedFromThePicker(t *testing.T) {
	for _, c := range []struct {
		about, keys string
		paste       string
		want        engine.Body
	}{
		{about: "Enter takes the next operator", keys: "t enter", want: engine.TransferAsked{Session: "s1"}},
		{about: "an arrow takes a free number first", keys: "t down enter", want: engine.TransferAsked{Session: "s1", To: "+12025550170"}},
		{about: "typing narrows", keys: "t 1 6 9 enter", want: engine.TransferAsked{Session: "s1", To: "+12025550169"}},
		{about: "a new number", keys: "t + 1 3 0 5 5 5 5 0 1 2 2 enter", want: engine.TransferAsked{Session: "s1", To: "+13055550122"}},
		{about: "a pasted number", keys: "t paste enter", paste: " +1 (305) 555-0122\n", want: engine.TransferAsked{Session: "s1", To: "+13055550122"}},
		{about: "a pasted SIP URI", keys: "t paste enter", paste: "sip:ida@example.com", want: engine.TransferAsked{Session: "s1", To: "sip:ida@example.com"}},
		{about: "esc keeps", keys: "t esc"},
		{about: "half a number is not called", keys: "t + 1 3 0 5 enter"},
		{about: "no number is not called", keys: "t x x enter"},
		{about: "what was erased does not narrow", keys: "t 9 9 9 ctrl+u enter", want: engine.TransferAsked{Session: "s1"}},
		{about: "backspace", keys: "t 1 7 1 1 backspace enter", want: engine.TransferAsked{Session: "s1", To: "+12025550171"}},
	} {
		t.Run(c.about, func(t *testing.T) {
			s := afternoon()
			b := newBench(s, 80, 24)
			for _, k := range strings.Fields(c.keys) {
				if k == "paste" {
					b.Update(tea.PasteMsg{Content: c.paste})
					continue
				}
				b.press(k)
			}
			wantAsked(t, s, c.want)
		})
	}
}

func wantAsked(t *testing.T, s *stage, want engine.Body) {
	t.Helper()
	var got engine.Body
	if len(s.asked) > 0 {
		got = s.asked[0].Body
	}
	if len(s.asked) > 1 {
		t.Errorf("asked %d times", len(s.asked))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
}

func TestEnterThatCameTooEarlyStartsNoTransfer(t *testing.T) {
	s := afternoon()
	b := newBench(s, 80, 24)
	b.press("t")
	b.wall.at = b.wall.at.Add(boxDead - time.Millisecond)
	b.hit("enter")
	wantAsked(t, s, nil)
}

// "The opening key does not confirm, Enter does not confirm, and keys are dead for
// 400 ms" (CONSOLE.md).
func TestHangupIsConfirmedByYAlone(t *testing.T) {
	for _, c := range []struct {
		about, keys string
		want        engine.Body
	}{
		{"y", "X y", engine.HangupAsked{Session: "s1"}},
		{"in silence", "X a", engine.HangupAsked{Session: "s1", Silent: true}},
		{"the opening key", "X X", nil},
		{"Enter keeps", "X enter y", nil},
		{"esc keeps", "X esc y", nil},
		{"no other key", "X Y q j t m ? 1", nil},
		{"the operator's leg", "j X tab y", engine.HangupAsked{Session: "s2", Leg: "op-1"}},
		{"the other leg", "j X down down y", engine.HangupAsked{Session: "s2", Leg: "listener-1"}},
		{"around to the whole call", "j X tab tab tab y", engine.HangupAsked{Session: "s2"}},
		{"a leg has no silence", "j X tab a", nil},
	} {
		t.Run(c.about, func(t *testing.T) {
			s := afternoon()
			b := newBench(s, 80, 24)
			b.press(strings.Fields(c.keys)...)
			wantAsked(t, s, c.want)
		})
	}
}

func TestHangupBoxIsDeadFor400Milliseconds(t *testing.T) {
	for after, want := range map[time.Duration]int{0: 0, 399 * time.Millisecond: 0, 400 * time.Millisecond: 1} {
		s := afternoon()
		b := newBench(s, 80, 24)
		b.press("X")
		b.wall.at = b.wall.at.Add(after)
		b.hit("y")
		if len(s.asked) != want {
			t.Errorf("y after %v: asked %d times, want %d", after, len(s.asked), want)
		}
	}
	s := afternoon()
	b := newBench(s, 80, 24)
	b.press("X")
	b.wall.at = b.wall.at.Add(time.Second)
	b.hit("tab") // another name under the finger
	b.hit("y")
	wantAsked(t, s, nil)
}

func TestHangupBoxClosesItselfWhenTheCallEnds(t *testing.T) {
	s := afternoon()
	b := newBench(s, 80, 24)
	b.press("X")
	over := *s.frame.Sessions[0]
	over.Phase, over.Over = engine.PhaseOver, noon
	s.set(append([]*engine.Session{&over}, s.frame.Sessions[1:]...)...)
	b.tick()
	if b.box != nil {
		t.Error("the box is still open")
	}
	b.wantText(t, "has ended by itself")
	b.press("y")
	wantAsked(t, s, nil)
}

func TestHangupOfALegNeverBecomesOneOfTheCall(t *testing.T) {
	s := afternoon()
	b := newBench(s, 80, 24)
	b.press("2", "X", "tab") // Ahmed's operator
	b.wantText(t, "Hang up on the operator of Ahmed El-Sayed?")
	alone := *s.frame.Sessions[1]
	alone.Legs = append([]engine.Leg{}, alone.Legs...)
	alone.Legs[2].Status = engine.LegGone
	s.set(append([]*engine.Session{s.frame.Sessions[0], &alone}, s.frame.Sessions[2:]...)...)
	b.tick()
	b.wantText(t, "gone by itself")
	b.press("y")
	wantAsked(t, s, nil)
}

func TestHangupActsOnTheCallInItsTitle(t *testing.T) {
	s := afternoon()
	b := newBench(s, 80, 24)
	b.press("X") // on s1, first in the list
	later := call(9, "Late Comer", "+12025550155", time.Second)
	later.Trouble = "no conference"
	s.set(append([]*engine.Session{later}, s.frame.Sessions...)...)
	b.wall.at = b.wall.at.Add(time.Minute)
	b.tick()
	b.press("y")
	wantAsked(t, s, engine.HangupAsked{Session: "s1"})
}

func TestMuteTogglesTheOneLegAndAsksWhereThereAreMore(t *testing.T) {
	for _, c := range []struct {
		about, keys string
		want        engine.Body
	}{
		{"one leg", "3 m", engine.MuteAsked{Session: "s5", Leg: "customer", On: true}},
		{"more legs are asked for", "j m", nil},
		{"the first of them", "j m enter", engine.MuteAsked{Session: "s2", Leg: "customer", On: true}},
		{"by its letter", "j m c", engine.MuteAsked{Session: "s2", Leg: "customer", On: true}},
		{"m closes", "j m m", nil},
		{"what is muted is unmuted", "j j j m o", engine.MuteAsked{Session: "s3", Leg: "op-1", On: false}},
	} {
		t.Run(c.about, func(t *testing.T) {
			s := afternoon()
			b := newBench(s, 80, 24)
			b.press(strings.Fields(c.keys)...)
			wantAsked(t, s, c.want)
		})
	}
}

func TestPastedTextPressesNoKey(t *testing.T) {
	for _, keys := range []string{"", "X", "m", "?", "enter", "j m"} {
		s := afternoon()
		b := newBench(s, 80, 24)
		b.press(strings.Fields(keys)...)
		b.wall.at = b.wall.at.Add(time.Minute)
		before := b.list.selected
		for _, text := range []string{"y", "a", "Xy", "t\r", "jjj", "q"} {
			if _, cmd := b.Update(tea.PasteMsg{Content: text}); cmd != nil {
				t.Errorf("%q: pasting %q does something", keys, text)
			}
		}
		wantAsked(t, s, nil)
		if b.list.selected != before {
			t.Errorf("%q: pasted text moved the selection", keys)
		}
	}
}

func TestRefusedKeySaysWhy(t *testing.T) {
	s := afternoon()
	b := newBench(s, 80, 24)
	b.press("2", "t") // Ahmed's operator is ringing
	b.wantText(t, "An operator is being called already; hang up his leg to stop it.")
	b.press("G", "m") // Jonas has hung up
	b.wantText(t, "Nobody is on this call.")
	b.press("X")
	b.wantText(t, "The call is over.")
	if b.box != nil {
		t.Fatal("a box is open that can do nothing")
	}
	b.press("g")
	b.press("t", "enter")
	b.wantText(t, "Asked: transfer Mette Sørensen to the next operator …")
	f := *s.frame
	f.Number++
	f.Refusals = []engine.Refusal{{Entry: s.asked[0].ID, Session: "s1", Reason: "no operator is free"}}
	s.frame = &f
	b.tick()
	b.wantText(t, "Refused, transfer Mette Sørensen to the next operator: No operator is free.")
	b.wall.at = b.wall.at.Add(noticeLife)
	b.tick()
	if strings.Contains(b.text(), "Refused") {
		t.Error("the notice does not fade")
	}
}

func TestWishThatCouldNotBeWrittenDownSaysWhy(t *testing.T) {
	s := afternoon()
	s.err = errors.New("the journal is \x1b[31mfull")
	b := newBench(s, 120, 36)
	b.press("t", "enter")
	b.wantText(t, "Not asked, transfer Mette Sørensen to the next operator: The journal is full.")
}

func TestEntriesAreUniqueAndNameTheConsole(t *testing.T) {
	s := afternoon()
	b := newBench(s, 80, 24)
	b.press("3", "m", "m")
	if len(s.asked) != 2 || s.asked[0].ID == s.asked[1].ID {
		t.Fatalf("asked %v", s.asked)
	}
	e := s.asked[0]
	if !strings.HasPrefix(e.ID, "desk/1/") || e.By != "supervisor/desk" || !e.Occurred.Equal(noon) {
		t.Errorf("entry %+v", e)
	}
	again := newBench(s, 80, 24)
	again.started = again.started.Add(time.Nanosecond)
	if again.entryID() == e.ID {
		t.Error("a console that starts again asks with an old entry's id")
	}
}

func TestQuitAsksWhileATransferIsUnderWay(t *testing.T) {
	quits := func(cmd tea.Cmd) bool {
		if cmd == nil {
			return false
		}
		_, ok := cmd().(tea.QuitMsg)
		return ok
	}
	s := afternoon()
	b := newBench(s, 80, 24)
	if quits(b.hit("q")) {
		t.Error("q quits though an operator is being called")
	}
	b.wantText(t, "It will proceed without you.")
	b.press("esc", "q")
	b.wall.at = b.wall.at.Add(time.Second)
	if !quits(b.hit("y")) {
		t.Error("y does not quit")
	}

	s.set(s.frame.Sessions[3])
	b = newBench(s, 80, 24)
	if !quits(b.hit("q")) {
		t.Error("q does not quit though nothing is under way")
	}
	b = newBench(afternoon(), 80, 24)
	if quits(b.hit("ctrl+c")) || !quits(b.hit("ctrl+c")) {
		t.Error("ctrl+c twice does not quit")
	}
	b = newBench(afternoon(), 80, 24)
	b.hit("ctrl+c")
	b.wall.at = b.wall.at.Add(interruptGap)
	if quits(b.hit("ctrl+c")) {
		t.Error("two ctrl+c far apart quit")
	}
}

// A program that takes real calls asks while one is up: nobody takes the next one.
func TestQuitAsksWhileCallsAreUpWhereItEndsTheProgram(t *testing.T) {
	const ends = "Calls go on at Telnyx, but nobody takes new ones or brings operators until switchboard runs again."
	quits := func(cmd tea.Cmd) bool {
		if cmd == nil {
			return false
		}
		_, ok := cmd().(tea.QuitMsg)
		return ok
	}
	live := func(s *stage, w, h int) *bench {
		b := newBench(s, w, h)
		b.ends = ends
		return b
	}
	s := afternoon()
	s.set(s.frame.Sessions[3:]...) // no transfer is under way
	b := live(s, 120, 36)
	if quits(b.hit("q")) {
		t.Error("q quits at once though calls are up")
	}
	b.wantText(t, "4 calls are up. Calls go on at Telnyx, but nobody takes new ones or")
	b.wantText(t, "brings operators until switchboard runs again.")
	if strings.Contains(b.text(), "under way") {
		t.Error("a transfer is said to be under way")
	}
	if quits(b.hit("y")) {
		t.Error("a y that came with the box quits")
	}
	b.press("enter", "q")
	b.wall.at = b.wall.at.Add(time.Second)
	if !quits(b.hit("y")) {
		t.Error("y does not quit")
	}

	b = live(afternoon(), 80, 24)
	b.hit("q")
	b.wantText(t, "7 calls are up.")
	b.wantText(t, "An operator is being called: nobody will put him through.")
	b.stage.set(b.stage.frame.Sessions[7:]...)
	b.tick()
	b.wantText(t, "No call is up any more: q quits.")
	if b.box != nil || !quits(b.hit("q")) {
		t.Error("q does not quit though no call is up")
	}

	b = live(afternoon(), 80, 24)
	b.hit("ctrl+c")
	b.wantText(t, "7 calls are up. ctrl+c again to quit all the same.")
	if !quits(b.hit("ctrl+c")) {
		t.Error("ctrl+c twice does not quit")
	}
}

// "Follow by default; scroll up = paused" (CONSOLE.md).
func TestScrollingUpPausesAndFFollows(t *testing.T) {
	s := afternoon()
	b := newBench(s, 80, 24)
	b.wantText(t, "this is really not accep")
	b.press("K", "K")
	b.wantText(t, "paused, 2 newer lines")
	if strings.Contains(b.text(), "talk to a manager") {
		t.Error("a newer sentence is shown though it is paused")
	}
	talk := s.talk["s1"]
	talk.Lines = append(talk.Lines[:len(talk.Lines):len(talk.Lines)], line1("u8", 0, engine.SpeakerCustomer, "Hello?", -300))
	s.talk["s1"] = talk
	s.set(s.frame.Sessions...)
	b.tick()
	b.wantText(t, "paused, 3 newer lines")
	b.press("J")
	b.wantText(t, "paused, 2 newer lines")
	b.press("f")
	b.wantText(t, "Hello?")
	b.wantText(t, "following live")
	b.press("K", "j", "k")
	b.wantText(t, "following live")
}

func TestPartialIsReplacedAndNeverStays(t *testing.T) {
	s := afternoon()
	b := newBench(s, 80, 24)
	talk := s.talk["s1"]
	talk.Partials = []engine.Partial{{Session: "s1", Speaker: engine.SpeakerCustomer, Text: "this is really not acceptable at", At: noon}}
	s.talk["s1"] = talk
	s.set(s.frame.Sessions...)
	b.tick()
	b.wantText(t, "░ this is really not acceptable at")
	if strings.Count(b.text(), "this is really") != 1 {
		t.Error("the old partial is still there")
	}
}

func TestNothingIsBeingSaidOnceTheCallIsOver(t *testing.T) {
	for _, phase := range []engine.Phase{engine.PhaseEnding, engine.PhaseOver} {
		s := afternoon()
		b := newBench(s, 80, 24)
		s.change("s1", func(s *engine.Session) { s.Phase, s.Over = phase, noon })
		b.tick()
		if strings.Contains(b.text(), "this is really not accep") || strings.Contains(b.text(), "░") {
			t.Errorf("%s: a sentence is still being said", phase)
		}
		b.wantText(t, "talk to a manager")
	}
}

func TestPartialOfAPromptHasNoName(t *testing.T) {
	s := afternoon()
	b := newBench(s, 80, 24)
	talk := s.talk["s1"]
	talk.Partials = []engine.Partial{{Session: "s1", Speaker: engine.SpeakerPrompt, Text: "no I did", At: noon}}
	s.talk["s1"] = talk
	s.set(s.frame.Sessions...)
	b.tick()
	b.wantText(t, "14:32:07           ░ no I did …")
}

func TestSentenceIsRedrawnWhenItsScoreArrives(t *testing.T) {
	s := afternoon()
	b := newBench(s, 80, 24)
	talk := s.talk["s1"]
	lines := append([]engine.Utterance{}, talk.Lines...)
	lines[6].Polarity, lines[6].Revision = -990, 2
	talk.Lines = lines
	s.talk["s1"] = talk
	s.set(s.frame.Sessions...)
	b.tick()
	b.wantText(t, "▼ −.99")
}

func TestViewIsTheSameWhileNothingHasChanged(t *testing.T) {
	b := newBench(afternoon(), 120, 36)
	b.tick()
	before := b.version
	for range 5 {
		b.tick()
	}
	if b.version != before {
		t.Errorf("the version rose by %d though nothing has changed", b.version-before)
	}
	b.stage.now = b.stage.now.Add(time.Second)
	b.tick()
	b.wantText(t, "14:32:08")
}

func TestOlderFetchIsNotTaken(t *testing.T) {
	s := afternoon()
	b := newBench(s, 80, 24)
	slow := b.model.fetch(false)() // fetched, and on its way
	s.set(s.frame.Sessions[:1]...)
	b.tick()
	b.Update(slow)
	if len(b.list.rows) != 1 {
		t.Errorf("%d calls are shown, want the newer frame's 1", len(b.list.rows))
	}
}

func TestBlindIsNotShownAsCalm(t *testing.T) {
	s := afternoon()
	s.set(s.frame.Sessions[4])
	b := newBench(s, 80, 24)
	if strings.Contains(b.text(), "All calm") {
		t.Error("a call that nobody hears is shown as calm")
	}
	b.wantText(t, "? +1 415 555 0100  not heard 70s: ")
	b.wantText(t, "? –")
}

func TestPendingIsShownAsAsked(t *testing.T) {
	for _, c := range []struct {
		leg  engine.Leg
		want string
	}{
		{engine.Leg{Role: engine.RoleOperator, Status: engine.LegUp, Joined: true, MuteAsked: true}, "muting …"},
		{engine.Leg{Role: engine.RoleOperator, Status: engine.LegUp, Joined: true, Muted: true, MuteAsked: true}, "muted"},
		{engine.Leg{Role: engine.RoleOperator, Status: engine.LegUp, Joined: true, Muted: true}, "unmuting …"},
		{engine.Leg{Role: engine.RoleOperator, Status: engine.LegUp, JoinAsked: true}, "joining …"},
		{engine.Leg{Role: engine.RoleOperator, Status: engine.LegAsked, Since: ago(4 * time.Second)}, "calling 4s …"},
		{engine.Leg{Role: engine.RoleOperator, Status: engine.LegRinging, Since: ago(4 * time.Second)}, "ringing 4s"},
		{engine.Leg{Role: engine.RoleOperator, Status: engine.LegUp, Joined: true, HangupAsked: true}, "hanging up …"},
		{engine.Leg{Role: engine.RoleOperator, Status: engine.LegUp, Joined: true}, "in conference"},
		{engine.Leg{Role: engine.RoleOperator, Status: engine.LegGone, Cause: "user_busy"}, "busy"},
		{engine.Leg{Role: engine.RoleOperator, Status: engine.LegGone, Cause: "normal_clearing", Answered: ago(time.Minute), Gone: ago(20 * time.Second)}, "left 20s ago"},
	} {
		if _, got := legWords(c.leg, noon); string(got) != c.want {
			t.Errorf("%+v: %q, want %q", c.leg, got, c.want)
		}
	}
}

func TestUnknownCommandIsToldInWords(t *testing.T) {
	s := afternoon()
	one := *s.frame.Sessions[0]
	one.Pending = []engine.Pending{{Command: engine.Command{Action: engine.Dial{}}, Unknown: true}, {Command: engine.Command{Action: engine.Hangup{}}}}
	s.set(&one)
	b := newBench(s, 120, 36)
	b.wantText(t, "calling an operator: unknown since")
	if strings.Contains(b.text(), "hanging up") {
		t.Error("a command that is merely under way is shown as unknown")
	}
}

func TestWordsFitTheirTimes(t *testing.T) {
	for d, want := range map[time.Duration]string{0: "0:00", 372 * time.Second: "6:12", 99*time.Minute + 59*time.Second: "99:59", 100 * time.Minute: "1h40m", 30 * time.Hour: "30h00m", 240 * time.Hour: "10d00h", -time.Second: "0:00"} {
		if got := string(long(d)); got != want || len(got) > longCells {
			t.Errorf("long(%v) = %q, want %q", d, got, want)
		}
	}
	for p, want := range map[engine.Polarity]string{0: "+.00", 410: "+.41", -312: "−.31", -1000: "−1.00", 996: "+1.00", -4: "+.00"} {
		if got := string(signed(p)); got != want {
			t.Errorf("signed(%d) = %q, want %q", p, got, want)
		}
	}
}
