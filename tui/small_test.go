package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"switchboard/engine"
)

// waitingFloor is a floor on which the last so many calls wait for an operator.
func waitingFloor(calm, inNeed int) *stage {
	s := governed()
	sessions := []*engine.Session{}
	for i := range calm + inNeed {
		c := call(i+1, "Sofie Krogh", fmt.Sprintf("+12025550%03d", 100+i%100), time.Hour-time.Duration(i)*time.Second, 100, 120)
		if i >= calm {
			c.Name = "Noa Ben-Ami"
			c.Transfer = engine.Transfer{Status: engine.TransferQueued, Cause: engine.CauseKey, Group: "tier-2", Asked: ago(time.Minute), Queued: ago(time.Minute), Since: ago(time.Minute)}
		}
		sessions = append(sessions, c)
	}
	s.set(sessions...)
	return s
}

// However many calls need a hand and are hidden, their number is whole: of a hundred
// there were "100 hidden 0 need a hand".
func TestHowManyAreHiddenIsSaidInWholeNumbers(t *testing.T) {
	for n, want := range map[int]string{1: "1 hidden needs a hand", 9: "9 hidden need a hand", 31: "31 hidden need a hand", 100: "100 hidden need a hand"} {
		b := newBench(waitingFloor(20, n), 120, 36)
		b.press("/")
		b.types("krogh")
		b.wantText(t, want)
		b.press("enter")
		b.wantText(t, want)
	}
}

// A name and a surname stand whole wherever the words of the transfer have room for
// theirs, and neither grows while the other is cut.
func TestCallerAndTransferShareWhatThereIs(t *testing.T) {
	for _, c := range []struct{ w, caller, transfer int }{
		{60, 15, 9}, {80, 18, 18}, {100, 18, 28}, {110, 20, 36}, {112, 18, 22}, {120, 19, 29}, {130, 20, 38},
	} {
		has := map[string]int{}
		for _, s := range seatsOf(mustColumns(), c.w) {
			has[s.id] = s.width
		}
		if has[colCaller] != c.caller || has[colTransfer] != c.transfer {
			t.Errorf("at %d: caller %d, transfer %d; want %d and %d", c.w, has[colCaller], has[colTransfer], c.caller, c.transfer)
		}
	}
}

func mustColumns() []column {
	columns, _ := columnsNamed(defaultColumns())
	return columns
}

// Who needs a hand and is not on the page is told before how the words are followed: that
// they are paused stands also where they end.
func TestWhoNeedsAHandElsewhereIsToldBesidePausedWords(t *testing.T) {
	for _, w := range []int{60, 80, 100, 109, 110, 120} {
		b := newBench(waitingFloor(20, 2), w, 24)
		b.press("s", "s", "g") // by time: those who wait have called last
		id := b.list.selected
		for i := range 30 {
			b.stage.talk[id] = engine.Talk{Session: id, Lines: append(b.stage.talk[id].Lines, line1(fmt.Sprint("u", i), time.Duration(300-i)*time.Second, engine.SpeakerCustomer, "It is late.", 0))}
		}
		b.tick()
		b.press("K", "K", "K")
		status := b.statusOf()
		if !strings.Contains(status, "2 need a hand below") {
			t.Errorf("at %d: %q", w, status)
		}
		if b.words.following() {
			t.Errorf("at %d: K did not pause the words", w)
		}
		b.wantText(t, "f follows")
	}
}

// Where no words are shown nothing is said of how they are followed.
func TestNothingIsFollowedWhereNoWordsAreShown(t *testing.T) {
	b := newBench(afternoon(), 60, 16)
	b.wantNoText(t, "following")
	b.wantText(t, "sorted by attention")
}

// A key in a short question stands with what it does.
func TestShortQuestionKeepsAKeyBesideItsWords(t *testing.T) {
	for w := 24; w < 60; w++ {
		b := newBench(afternoon(), w, 6)
		b.press("X")
		text := b.text()
		if strings.Contains(text, "y ") && !strings.Contains(text, "y hang up") {
			t.Errorf("at %d:\n%s", w, text)
		}
		for i, line := range strings.Split(text, "\n") {
			if ansi.StringWidth(line) > w {
				t.Errorf("at %d line %d is too long: %q", w, i, line)
			}
		}
	}
}

// The tour does not wait for somebody to call while the calm calls are folded.
func TestTheTourLeavesTheFold(t *testing.T) {
	for _, w := range []int{60, 80, 120} {
		b := toured(busyFloor(), w, 24)
		b.press(">", "G")
		if !b.list.onFold {
			t.Fatal("G does not go to the fold")
		}
		b.tick()
		if status := b.statusOf(); strings.Contains(status, "Wait until") || !strings.Contains(status, "j k") {
			t.Errorf("at %d: %q", w, status)
		}
	}
}

// What is marked is told also while a filter is on, for e acts on all that is.
func TestMarksAreToldBesideAFilter(t *testing.T) {
	b := newBench(mixed(), 120, 36)
	b.press("space", "/")
	b.types("friis")
	b.press("enter", "space")
	b.wantText(t, "2 marked")
}

// The smallest screens tell of the calls that are there, also where no call is selected.
func TestTheSmallestScreensNeverSayThatNobodyCallsWhereSomebodyDoes(t *testing.T) {
	for _, size := range []struct{ w, h int }{{28, 3}, {40, 5}, {50, 10}, {59, 15}} {
		b := newBench(mixed(), size.w, size.h)
		b.press("/")
		b.types("with:nobody")
		b.press("enter")
		b.wantNoText(t, "Nobody is calling")
		b.wantText(t, "esc shows all.")

		b = newBench(busyFloor(), size.w, size.h)
		b.list.fits(8)
		b.press("G")
		if !b.list.onFold {
			t.Fatal("G does not go to the fold")
		}
		b.wantNoText(t, "Nobody is calling")
		b.wantText(t, "calm calls")
	}
}

// What a key does about an empty list, or about the fold, is never cut.
func TestTheWayBackIsNeverCut(t *testing.T) {
	for _, w := range []int{60, 62, 70, 80, 120} {
		b := newBench(mixed(), w, 24)
		b.press("/")
		b.types("state:talk with:somebody-quite-different")
		b.press("enter")
		b.wantText(t, "esc shows all.")
		b = newBench(busyFloor(), w, 24)
		b.press("G", "t")
		b.wantText(t, "⏎ opens them.")
		if strings.Contains(b.statusOf(), "following") {
			t.Errorf("at %d: %q", w, b.statusOf())
		}
	}
}

// The words of the strip and its keys stand apart at any width.
func TestTheStripKeepsItsKeysApart(t *testing.T) {
	for w := 26; w < 80; w++ {
		b := newBench(governed(), w, 5)
		b.press("/")
		strip, _, _ := strings.Cut(b.text(), "\n")
		if i := strings.Index(strip, "esc then v"); i <= 0 || strip[i-1] != ' ' {
			t.Errorf("at %d: %q", w, strip)
		}
	}
}
