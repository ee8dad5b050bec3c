package tui

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"switchboard/engine"
	"switchboard/tui/prefs"
)

// wait lets so much time of the wall pass, and the console look once.
func (b *bench) wait(d time.Duration) {
	b.wall.at = b.wall.at.Add(d)
	b.tick()
}

// newFullHouse is a console of so many calls. Every tenth is hot: s4, s14, s24 …
func newFullHouse(n, w, h int) (*stage, *bench) {
	s := afternoon()
	s.set(fullHouse(n)...)
	b := newBench(s, w, h)
	b.wait(time.Minute)
	return s, b
}

// without leaves a call out.
func (s *stage) without(ids ...engine.SessionID) {
	s.set(slices.DeleteFunc(slices.Clone(s.frame.Sessions), func(c *engine.Session) bool { return slices.Contains(ids, c.ID) })...)
}

func calm(c *engine.Session) { c.Trouble, c.Transfer = "", engine.Transfer{} }

func heat(c *engine.Session) { c.Trouble = "the conference could not be opened" }

// "Sort by any column", s by s, and after the last one by attention again.
func TestSortGoesThroughTheColumnsThatAreShown(t *testing.T) {
	for _, c := range []struct {
		presses int
		status  string
		head    string
		order   string
	}{
		{0, "sorted by attention", "STATE CALLER ", "s1 s2 s5 s3 s4 s7 s6 s8"},
		{1, "sorted by caller ▴", "CALLER ▴", "s2 s4 s8 s3 s7 s1 s6 s5"},
		{2, "sorted by number ▴", "NUMBER ▴", "s4 s8 s1 s2 s3 s7 s5 s6"},
		{3, "sorted by time ▾", "TIME ▾", "s3 s1 s8 s5 s2 s4 s7 s6"},
		{4, "sorted by mood ▴", "MOOD 3m ▴", "s1 s2 s4 s8 s3 s5 s7 s6"},
		{5, "sorted by now ▴", "NOW ▴", "s1 s2 s4 s8 s3 s5 s7 s6"},
		{6, "sorted by with ▴", "WITH ▴", "s3 s1 s8 s5 s2 s4 s7 s6"},
		{7, "sorted by transfer ▴", "TRANSFER ▴", "s1 s2 s5 s7 s3 s8 s4 s6"},
		{8, "sorted by attention", "STATE CALLER ", "s1 s2 s5 s3 s4 s7 s6 s8"},
	} {
		b := newBench(afternoon(), 120, 36)
		for range c.presses {
			b.press("s")
		}
		if got := b.order(); got != c.order {
			t.Errorf("%s: got %s, want %s", c.status, got, c.order)
		}
		if !strings.Contains(b.text(), c.status) || !strings.Contains(b.text(), c.head) {
			t.Errorf("no %q or %q on the screen:\n%s", c.status, c.head, b.text())
		}
	}
}

func TestReverseTurnsTheOrderAndKeepsBlanksLast(t *testing.T) {
	b := newBench(afternoon(), 120, 36)
	b.press("S")
	b.wantText(t, "attention has no reverse")
	b.sortBy("now")
	if got, want := b.order(), "s1 s2 s4 s8 s3 s5 s7 s6"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	b.press("S")
	if got, want := b.order(), "s3 s8 s4 s2 s1 s5 s7 s6"; got != want {
		t.Errorf("reversed: got %s, want %s", got, want)
	}
	b.wantText(t, "NOW ▾")
	b.sortBy("now") // as a click on its head
	b.wantText(t, "NOW ▴")
	b.sortBy("state")
	b.wantText(t, "sorted by attention")
}

func TestColumnsOfTheSortAreNamed(t *testing.T) {
	for _, c := range []struct{ typed, says, by string }{
		{"time", "sorted by time ▾", "time"},
		{"TIME reverse", "sorted by time ▴", "time"},
		{"time rev", "sorted by time ▴", "time"},
		{"rule", "sorted by rule ▴", "rule"}, // also one that is not shown
		{"attention", "sorted by attention", ""},
		{"tempo", "There is no column tempo. There are: attention, state, caller", ""},
		{"time upwards", "sort takes a column, and reverse", ""},
	} {
		b := newBench(afternoon(), 160, 36)
		b.sortTyped(c.typed)
		b.wantText(t, c.says)
		if b.sortedBy.column != c.by {
			t.Errorf("%q sorts by %q, want %q", c.typed, b.sortedBy.column, c.by)
		}
	}
	b := newBench(afternoon(), 120, 36)
	b.press(strings.Split(": s o r t space w i t h enter", " ")...)
}

// "The selected row stays on its screen line where possible": sorting is no reason to lose
// the call under the hand.
func TestSortKeepsTheSelectedCallOnItsLine(t *testing.T) {
	_, b := newFullHouse(200, 80, 24)
	b.press("pgdown", "k", "k") // the fold is unfolded by none of this
	id := b.list.selected
	line := b.list.at - b.list.top
	for range 7 {
		b.press("s")
		if b.list.selected != id {
			t.Fatalf("%s: selected %s, want %s", b.sortedBy.column, b.list.selected, id)
		}
		possible := b.list.at >= b.list.page && b.list.at <= len(b.list.rows)-b.list.page+line
		got := b.list.at - b.list.top
		if possible && got != line {
			t.Errorf("%s: on line %d, want %d", b.sortedBy.column, got, line)
		}
		line = got
	}
}

// A mood changes with every sentence: rows sorted by it would never rest.
func TestRowsSortedByAColumnSettleEveryTwoSeconds(t *testing.T) {
	s := afternoon()
	b := newBench(s, 120, 36)
	b.sortBy("now")
	b.wait(time.Minute)
	s.change("s4", inMood) // now the worst
	b.tick()
	b.wait(time.Second)
	if got, want := b.order(), "s4 s1"; !strings.HasPrefix(got, want) {
		t.Fatalf("got %s, want %s first: it has been a minute", got, want)
	}
	s.change("s8", inMood)
	s.change("s4", func(c *engine.Session) { c.Samples = nil })
	b.wait(500 * time.Millisecond)
	if got, want := b.order(), "s4 s1"; !strings.HasPrefix(got, want) {
		t.Errorf("got %s: the rows moved again after half a second", got)
	}
	b.wait(settleEvery)
	if got, want := b.order(), "s8 s1"; !strings.HasPrefix(got, want) {
		t.Errorf("got %s, want %s first", got, want)
	}
}

// "Freeze: pinned until F again", and in words.
func TestFrozenOrderStaysUntilItIsLetGo(t *testing.T) {
	s := afternoon()
	b := newBench(s, 100, 36)
	b.press("F")
	b.wantText(t, "order is frozen")
	b.wait(time.Hour)
	s.change("s1", calm)
	s.change("s4", heat)
	s.set(append(slices.Clone(s.frame.Sessions), call(9, "Late Comer", "+12025550100", time.Second))...)
	b.wait(time.Hour)
	if got, want := b.order(), "s1 s2 s5 s3 s4 s7 s6 s8 s9"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	b.wantText(t, "order FROZEN, F frees")
	b.press("F")
	if got, want := b.order(), "s1 s2 s5 s3 s4 s7 s6 s8 s9"; got != want {
		t.Errorf("a key moved the rows: got %s, want %s", got, want)
	}
	b.wait(orderHeld)
	if got, want := b.order(), "s4 s2 s5 s3 s1 s7 s6 s9 s8"; got != want {
		t.Errorf("let go: got %s, want %s", got, want)
	}
	if b.list.selected != "s1" {
		t.Errorf("selected %s, want s1", b.list.selected)
	}
}

// "1-9 and the status count keep working in any sort."
func TestDigitsGoByAttentionInAnySort(t *testing.T) {
	s, b := newFullHouse(40, 80, 24) // s4 s14 s24 s34 are hot
	b.sortBy("time")                 // the oldest first: s1 s2 s3 …
	b.wait(time.Minute)
	for key, want := range map[string]engine.SessionID{"1": "s4", "2": "s14", "3": "s24", "4": "s34"} {
		b.press(key)
		if b.list.selected != want {
			t.Errorf("%s goes to %s, want %s", key, b.list.selected, want)
		}
	}
	b.press("g")
	b.wantText(t, "3 need a hand below, 2 goes there")
	b.press("G")
	b.wantText(t, "3 need a hand above, 1 goes there")
	b.press("3")
	if above, below := b.list.away().above, b.list.away().below; above != 2 || below != 1 {
		t.Errorf("%d above, %d below; want 2 and 1", above, below)
	}
	s.without("s4", "s14", "s24", "s34")
	b.tick()
	b.press("1")
	b.wantText(t, "No call needs attention.")
}

func TestManyCalmCallsFold(t *testing.T) {
	for _, c := range []struct {
		calls, w, h int
		rows, folds int
	}{
		{50, 80, 24, 50, 0}, // not above 50
		{51, 80, 24, 7, 44}, // the page is full: 8 lines, the last is the fold
		{60, 80, 24, 7, 53}, // the six hot ones, and the oldest of the calm
		{60, 120, 36, 10, 50},
		{60, 80, 160, 60, 0}, // all have room
		{300, 80, 24, 30, 270},
	} {
		_, b := newFullHouse(c.calls, c.w, c.h)
		if len(b.list.rows) != c.rows || len(b.list.folded) != c.folds {
			t.Errorf("%d calls at %dx%d: %d rows and %d folded, want %d and %d", c.calls, c.w, c.h, len(b.list.rows), len(b.list.folded), c.rows, c.folds)
		}
		for _, s := range b.list.folded {
			if stateOf(s).attention() {
				t.Errorf("%d calls: %s needs a hand and is folded", c.calls, s.ID)
			}
		}
	}
}

// "The fold must not flap at the border."
func TestFoldDoesNotComeAndGoWithOneCall(t *testing.T) {
	s, b := newFullHouse(51, 80, 24)
	all := s.frame.Sessions
	for _, c := range []struct {
		calls int
		folds bool
	}{{50, true}, {51, true}, {45, true}, {44, false}, {45, false}, {50, false}, {51, true}} {
		s.set(all[:c.calls]...)
		b.wait(time.Minute)
		if folds := len(b.list.folded) > 0; folds != c.folds {
			t.Errorf("%d calls: folded %v, want %v", c.calls, folds, c.folds)
		}
	}
}

func TestEnterOpensTheFoldAndEscClosesIt(t *testing.T) {
	_, b := newFullHouse(60, 80, 24)
	b.press("G")
	if !b.list.onFold || b.list.selected != "" {
		t.Fatalf("the last row is %s, not the fold", b.list.selected)
	}
	b.wantText(t, "… 53 calm calls  ⏎ opens")
	first := b.list.folded[0].ID
	b.press("enter")
	if b.open || len(b.list.rows) != 60 || b.list.selected != first {
		t.Fatalf("%d rows, %s selected; want 60, %s", len(b.list.rows), b.list.selected, first)
	}
	b.wantText(t, "esc folds")
	b.press("j", "j")
	id := b.list.selected
	b.wait(time.Hour)
	if len(b.list.rows) != 60 {
		t.Errorf("the fold closed by itself: %d rows", len(b.list.rows))
	}
	b.press("esc")
	if b.list.selected != id || b.list.index(id) < 0 || len(b.list.rows) != 7 || len(b.list.folded) != 53 {
		t.Errorf("%s selected of %d rows, want %s of 7", b.list.selected, len(b.list.rows), id)
	}
	if b.list.top > b.list.at || b.list.at >= b.list.top+b.list.page {
		t.Error("the selected call is not on the screen")
	}
}

// "It is a row that can be selected, no act applies to it and each says so."
func TestNoActAppliesToTheFold(t *testing.T) {
	for _, k := range []string{"t", "m", "h", "X", "l", "i", "b", "o", "C", "P", "space", "e", "R", "w"} {
		s, b := newFullHouse(60, 80, 24)
		for _, c := range s.frame.Sessions {
			c.Trouble = "" // nothing for the strip
		}
		b.press("G")
		if !b.list.onFold {
			t.Fatal("the fold is not selected")
		}
		b.house = fakeHouse{}
		b.press(k)
		if len(s.asked) > 0 || b.box != nil || len(b.marks) > 0 {
			t.Errorf("%s asks for %v, opens %T, marks %v", k, s.asked, b.box, b.marks)
		}
		if b.notice.text == "" {
			t.Errorf("%s says nothing", k)
		}
	}
}

func TestSelectionStaysOnTheFold(t *testing.T) {
	s, b := newFullHouse(60, 80, 24)
	b.press("G")
	line := b.list.at - b.list.top
	b.wait(time.Minute)
	all := slices.Clone(s.frame.Sessions)
	for i := range 9 {
		all = append(all, call(100+i, "New", "+12025550142", time.Second))
	}
	s.set(all...)
	s.change("s50", heat) // leaves the fold for a row above it
	b.wait(time.Minute)
	if !b.list.onFold || b.list.selected != "" || b.list.at-b.list.top != line {
		t.Errorf("selected %q on line %d, want the fold on %d", b.list.selected, b.list.at-b.list.top, line)
	}
	s.set(all[:46]...)
	b.wait(time.Minute)
	if !b.list.onFold {
		t.Error("a call has taken the fold's place under the hand")
	}
	s.set(all[:20]...) // too few to fold; more than the page has lines
	b.wait(time.Minute)
	if !b.list.onFold {
		t.Error("a call has taken the fold's place under the hand")
	}
	b.press("k")
	b.wait(time.Minute)
	if len(b.list.folded) > 0 {
		t.Error("the fold stays though nobody is on it")
	}
}

// "The fold must not swallow the selected call."
func TestSelectedCallIsNeverFolded(t *testing.T) {
	s, b := newFullHouse(60, 80, 24)
	b.press("1") // s4, hot
	s.change("s4", calm)
	b.wait(time.Minute)
	if b.list.selected != "s4" || b.list.index("s4") < 0 {
		t.Errorf("%s is selected, s4 in row %d", b.list.selected, b.list.index("s4"))
	}
	b.wantText(t, "▌● talk")
}

// While rows are held nobody is moved, but who begins to need a hand leaves the fold.
func TestWhoNeedsAHandLeavesTheFoldAtOnce(t *testing.T) {
	s, b := newFullHouse(60, 80, 24)
	b.press("F")
	before := b.order()
	s.change("s50", heat)
	b.tick()
	if got := b.order(); got != before+" s50" {
		t.Errorf("got %s, want %s and s50", got, before)
	}
	b.press("7")
	if b.list.selected != "s50" {
		t.Errorf("7 goes to %s, want s50", b.list.selected)
	}
}

// Who filters by what he sees must not lose the call under his hand.
func TestFilteredOutCallStaysWhileItIsSelected(t *testing.T) {
	s := afternoon()
	b := newBench(s, 120, 36)
	b.list.keep = func(c *engine.Session) bool { return stateOf(c) == stateTalk || c.ID == "s1" }
	b.list.sort()
	b.version++
	if got, want := b.order(), "s1 s3 s4 s7"; got != want || b.list.all != 8 || b.list.kept != 4 {
		t.Fatalf("got %s, %d of %d; want %s, 4 of 8", got, b.list.kept, b.list.all, want)
	}
	b.wantText(t, "4 of 8 calls · 2 need a hand outside the filter, 2 goes there")
	b.list.keep = func(c *engine.Session) bool { return c.ID == "s3" }
	b.list.sort()
	if got, want := b.order(), "s1 s3"; got != want || b.list.selected != "s1" {
		t.Errorf("got %s, %s selected; want %s, s1", got, b.list.selected, want)
	}
	b.wait(time.Minute)
	s.set(s.frame.Sessions...)
	b.tick()
	if got, want := b.order(), "s1 s3"; got != want {
		t.Errorf("got %s, want %s: it is still selected", got, want)
	}
	b.press("j")
	s.set(s.frame.Sessions...)
	b.tick()
	if got, want := b.order(), "s1 s3"; got != want {
		t.Errorf("got %s, want %s: a key was just pressed", got, want)
	}
	b.wait(orderHeld)
	if got, want := b.order(), "s3"; got != want || b.list.selected != "s3" {
		t.Errorf("got %s, %s selected; want %s, s3", got, b.list.selected, want)
	}
	b.press("1") // what needs a hand is reached all the same
	if b.list.selected != "s1" {
		t.Errorf("1 goes to %s, want s1", b.list.selected)
	}
	b.list.keep = func(*engine.Session) bool { return false }
	s.set()
	b.tick()
	s.set(call(20, "New", "+12025550142", time.Second))
	b.tick()
	b.wantText(t, "None of 1 call")
}

func TestHeldRowsStayAlsoWhereTheyNoLongerPassTheFilter(t *testing.T) {
	s := afternoon()
	b := newBench(s, 120, 36)
	b.list.keep = func(c *engine.Session) bool { return stateOf(c) == stateTalk }
	b.list.sort()
	b.press("j")
	s.change("s4", heat) // no more
	s.change("s6", func(c *engine.Session) { c.Phase = engine.PhaseTalking })
	b.tick()
	if got, want := b.order(), "s1 s3 s4 s7 s6"; got != want {
		t.Errorf("held: got %s, want %s", got, want)
	}
	b.wait(orderHeld)
	if got, want := b.order(), "s3 s7 s6"; got != want {
		t.Errorf("settled: got %s, want %s", got, want)
	}
}

func TestMarksStayOnTheirCallsAndGoWithThem(t *testing.T) {
	s := afternoon()
	b := newBench(s, 80, 24)
	b.press("space", "j", "j", "space")
	b.wantText(t, "2 marked")
	b.wantText(t, "hot  •Mette")
	b.wantText(t, "blind•+1 415")
	b.press("k", "space", "space")
	b.wantText(t, "2 marked")
	s.without("s5")
	b.tick()
	b.wantText(t, "1 marked")
	if b.marks["s5"] || !b.marks["s1"] {
		t.Errorf("marked: %v, want s1", b.marks)
	}
}

// "No mark ever makes an act on calls act on many."
func TestActsAreOfTheSelectedCallWhateverIsMarked(t *testing.T) {
	s := afternoon()
	b := newBench(s, 80, 24)
	b.press("space", "j", "space", "j", "j", "j", "t", "enter", "C")
	if len(s.asked) != 2 {
		t.Fatalf("%d wishes, want 2: %v", len(s.asked), s.asked)
	}
	for i, want := range []engine.Body{engine.TransferAsked{Session: "s4"}, engine.ClaimAsked{Session: "s4", On: true}} {
		if got := s.asked[i].Body; fmt.Sprintf("%T", got) != fmt.Sprintf("%T", want) || !strings.Contains(fmt.Sprint(got), "s4") {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
}

func TestExportWritesTheMarkedCallsOneAfterAnother(t *testing.T) {
	b := newBench(afternoon(), 80, 24)
	b.house = fakeHouse{}
	b.press("j", "e")
	b.wantText(t, "call s2 as")
	b.press("esc", "space", "G", "space", "g", "e")
	for _, want := range []string{"2 of 2 marked calls were written.", "call s2 as", "call s8 as"} {
		b.wantText(t, want)
	}
	if strings.Contains(b.text(), "call s1 as") {
		t.Error("the selected call is written, too, though it is not marked")
	}
}

func TestColumnsAreChosen(t *testing.T) {
	var kept prefs.State
	b := newBench(afternoon(), 120, 36)
	head := func() string { return strings.Join(strings.Fields(b.line(3)), " ") }
	b.press("c", "j", "j", "space") // no number
	if got, want := head(), "STATE CALLER TIME MOOD, last 3 min NOW WITH TRANSFER"; got != want {
		t.Errorf("without the number: %s, want %s", got, want)
	}
	b.press("esc")
	if got, want := head(), "STATE CALLER NUMBER TIME MOOD, last 3 min NOW WITH TRANSFER"; got != want {
		t.Errorf("esc: %s, want %s", got, want)
	}
	b.press("c", "j", "j", "space", "j", "j", "j", "j", "K", "K", "enter")
	if got, want := head(), "STATE CALLER TIME WITH MOOD, last 3 min NOW TRANSFER"; got != want {
		t.Errorf("kept: %s, want %s", got, want)
	}
	kept = b.state
	if got, want := strings.Join(kept.Columns, " "), "state caller time with mood now transfer"; got != want {
		t.Errorf("remembered: %s, want %s", got, want)
	}
	b.press("c", "space")
	b.wantText(t, "STATE always stays")
	b.press("0", "enter")
	if b.state.Columns != nil {
		t.Errorf("the default is remembered: %v", b.state.Columns)
	}
	b.press("c", "j", "j", "space", "G", "space")
	if !strings.Contains(head(), "TAPE") {
		t.Errorf("no added column: %s", head())
	}
}

// "Columns leave in this order when narrow: NUMBER, WITH, sparkline 16 → 8, TRANSFER text →
// glyph. CALLER never below 12; STATE, TIME, NOW never leave."
func TestColumnsLeaveInTheirOrder(t *testing.T) {
	columns, _ := columnsNamed(append(defaultColumns(), "rule", "started"))
	had := map[string]int{}
	gone := []string{}
	for w := 240; w >= 60; w-- {
		has := map[string]int{}
		cells := markerCells
		for _, s := range seatsOf(columns, w) {
			has[s.id] = s.width
			cells += s.gap + s.width
		}
		if cells > w {
			t.Fatalf("%d cells at %d", cells, w)
		}
		if has[colCaller] < minCaller || has[colState] != 7 || has[colTime] != longCells || has[colNow] != moodCells {
			t.Fatalf("at %d: %v", w, has)
		}
		for _, c := range columns {
			if _, is := has[c.id]; !is && had[c.id] > 0 {
				gone = append(gone, c.id)
			}
		}
		if has[colMood] == minSpark && had[colMood] == sparkCells {
			gone = append(gone, "half of mood")
		}
		if has[colTransfer] < minRest && had[colTransfer] >= minRest {
			gone = append(gone, "words of transfer")
		}
		had = has
	}
	if got, want := strings.Join(gone, ", "), "started, rule, number, with, half of mood, words of transfer"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestColumnsComeFromTheConfigurationAndTheState(t *testing.T) {
	for _, c := range []struct {
		about  string
		config prefs.Config
		state  prefs.State
		want   string
		says   string
	}{
		{about: "neither", want: "state caller number time mood now with transfer"},
		{about: "configured", config: prefs.Config{Columns: []string{"state", "caller", "time", "now", "rule"}}, want: "state caller time now rule"},
		{about: "what never leaves is there", config: prefs.Config{Columns: []string{"rule"}}, want: "state caller time now rule"},
		{about: "chosen", config: prefs.Config{Columns: []string{"state", "rule"}}, state: prefs.State{Columns: []string{"state", "caller", "time", "now", "with"}}, want: "state caller time now with"},
		{about: "an unknown one is told", config: prefs.Config{Columns: []string{"state", "caller", "time", "now", "temper"}}, want: "state caller time now", says: "no column that there is: temper. There are: attention, state"},
		{about: "of another version", state: prefs.State{Columns: []string{"state", "temper"}}, want: "state caller number time mood now with transfer"},
	} {
		m := newModel(Options{Engine: afternoon(), Zone: time.UTC, Config: c.config, State: c.state})
		if got := strings.Join(columnIDs(m.columns), " "); got != c.want {
			t.Errorf("%s: got %s, want %s", c.about, got, c.want)
		}
		if got := string(m.notice.text); !strings.Contains(got, c.says) || c.says == "" && got != "" {
			t.Errorf("%s: told %q, want %q", c.about, got, c.says)
		}
	}
}

func TestOrderAndDensityLast(t *testing.T) {
	b := newBench(afternoon(), 120, 36)
	b.press("s", "s", "s", "S", "d")
	m := newModel(Options{Engine: afternoon(), Zone: time.UTC, State: b.state})
	if m.sortedBy.column != "time" || !m.sortedBy.reversed || !m.compact {
		t.Errorf("recalled %+v, compact %v from %+v", m.sortedBy, m.compact, b.state)
	}
	again := &bench{m, nil, nil}
	if got, want := again.order(), "s6 s7 s4 s2 s5 s8 s1 s3"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	m = newModel(Options{Engine: afternoon(), State: prefs.State{Sort: "temper", Reverse: true, Density: "dense"}, Config: prefs.Config{Density: "compact"}})
	if m.sortedBy.column != "" || m.list.key != nil || !m.compact || m.notice.text != "" {
		t.Errorf("a state of another version is not passed over: %+v, compact %v, %q", m.sortedBy, m.compact, m.notice.text)
	}
}

func TestCompactShowsMoreCalls(t *testing.T) {
	for _, size := range []struct{ w, h, comfortable, compact int }{{80, 24, 8, 12}, {120, 36, 11, 18}, {200, 50, 23, 32}, {80, 60, 27, 45}} {
		b := newBench(afternoon(), size.w, size.h)
		before := b.list.page
		b.press("d")
		if before != size.comfortable || b.list.page != size.compact {
			t.Errorf("%dx%d: %d rows, compact %d; want %d, %d", size.w, size.h, before, b.list.page, size.comfortable, size.compact)
		}
	}
}

func TestHeaderIsFoundUnderTheMouse(t *testing.T) {
	b := newBench(afternoon(), 120, 36)
	head := []rune(b.line(3))
	for id, title := range map[string]string{"state": "STATE", "caller": "CALLER", "time": "TIME", "now": "NOW", "with": "WITH", "transfer": "TRANSFER"} {
		x := len([]rune(string(head)[:strings.Index(string(head), title)]))
		for _, at := range []int{x, x + len(title) - 1} {
			if got, ok := b.headerAt(at); got != id || !ok {
				t.Errorf("cell %d is %q, want %q", at, got, id)
			}
		}
	}
	if id, ok := b.headerAt(-1); ok {
		t.Errorf("there is a column %q left of the screen", id)
	}
}

// Every column is drawn into its own cells, and sorts without a look at anything but its key.
func TestEveryColumnIsDrawnAndSorted(t *testing.T) {
	for _, c := range knownColumns() {
		b := newBench(governed(), 120, 36)
		columns, _ := columnsNamed([]string{c.id})
		b.setColumns(columns)
		b.sortBy(c.id)
		if !strings.Contains(b.text(), string(c.title)) && (c.brief == "" || !strings.Contains(b.text(), string(c.brief))) {
			t.Errorf("%s has no head:\n%s", c.id, b.text())
		}
		if len(b.list.rows) != len(b.stage.frame.Sessions) {
			t.Errorf("%s: %d rows", c.id, len(b.list.rows))
		}
		for _, s := range seatsOf(columns, 120) {
			for _, call := range b.list.rows {
				l := b.theme.line(onPage, 200)
				s.draw(b.model, l, drawnCall{call, stateOf(call), toneText, toneText}, s.width)
				if took := 200 - l.left; took != s.width {
					t.Errorf("%s of %s takes %d cells, want %d", s.id, call.ID, took, s.width)
				}
			}
		}
		if n := width(string(c.title)) + 2; c.key != nil && c.brief == "" && n > c.cells {
			t.Errorf("%s: its title and the sign of the order need %d cells, it has %s", c.id, n, strconv.Itoa(c.cells))
		}
	}
}

// ASCII alone is drawn where nothing else can be.
func TestListIsDrawnInASCII(t *testing.T) {
	for _, keys := range []string{"", "G", "s s s space F", "d c"} {
		b := newBench(busyFloor(), 120, 36)
		b.look.ASCII = true
		b.retheme()
		b.press(strings.Fields(keys)...)
		content := b.content()
		if i := strings.IndexFunc(content, func(r rune) bool { return r >= 0x80 }); i >= 0 {
			t.Errorf("%q: not ASCII: %q", keys, content[i:min(i+12, len(content))])
		}
		if strings.Contains(b.text(), "?talk") {
			t.Errorf("%q: a sign without a likeness:\n%s", keys, b.text())
		}
	}
}

// What is sorted or marked where the list is not seen is told.
func TestWhatIsDoneToAnUnseenListIsTold(t *testing.T) {
	b := newBench(afternoon(), 80, 24)
	b.press("enter", "s")
	b.wantText(t, "The calls are sorted by caller ▴.")
	b.press("space")
	b.wantText(t, "Marked: Mette")
	b.press("space")
	b.wantText(t, "No longer marked: Mette")
}
