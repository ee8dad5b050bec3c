package tui

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"switchboard/engine"
)

// What a large screen shows is parted from the hairlines around it, and told once.

// pressedOne is a customer who pressed 1 and talks with an operator.
func pressedOne() *stage {
	s := busyDay()
	s.change("s1", func(c *engine.Session) {
		c.Transfer = engine.Transfer{Status: engine.TransferJoined, Cause: engine.CauseKey, Group: "Tier 2", Since: ago(5 * time.Second), Evidence: engine.Evidence{
			About: "the customer pressed 1", At: ago(20 * time.Second), Checks: []engine.Check{{What: "key 1", Seen: "1", Unless: "he had pressed no key"}},
		}}
	})
	return s
}

// "One word for one thing": that a customer pressed a key is said once, not three times.
func TestAPressedKeyIsToldOnce(t *testing.T) {
	b := newBench(pressedOne(), 200, 50)
	b.list.choose("s1")
	b.tick()
	b.wantText(t, "WHY    The customer pressed 1")
	b.wantNoText(t, "key 1: 1")
	b.wantNoText(t, "NOT IF")
}

// No text touches the hairline between the columns of a wide screen: a letter beside it
// reads as another letter.
func TestNothingTouchesTheHairlineBetweenTheColumns(t *testing.T) {
	for _, s := range []*stage{busyDay(), afternoon(), crowded()} {
		for _, size := range [][2]int{{160, 40}, {166, 44}, {180, 45}, {200, 50}, {240, 60}} {
			b := newBench(s, size[0], size[1])
			at := b.layout().left
			for i, row := range strings.Split(b.text(), "\n") {
				cells := []rune(row)
				if len(cells) <= at || cells[at] != '│' {
					continue
				}
				if c := cells[at-1]; c != ' ' && c != '─' {
					t.Errorf("%dx%d, line %d: %q touches the hairline: %q", size[0], size[1], i, c, string(cells[:at+1]))
				}
			}
		}
	}
}

// crowded is an afternoon with 40 operators in 6 groups.
func crowded() *stage {
	s := busyDay()
	s.frame.Roster.Groups = nil
	for g := range 6 {
		group := engine.Group{Name: fmt.Sprintf("Group %d", g+1)}
		for o := range 7 {
			if g == 5 && o > 4 {
				break
			}
			group.Operators = append(group.Operators, engine.Operator{Number: fmt.Sprintf("+120255501%02d", 10+7*g+o), Name: fmt.Sprintf("Operator %d-%d", g+1, o+1)})
		}
		s.frame.Roster.Groups = append(s.frame.Roster.Groups, group)
	}
	return s
}

// Somebody who is about to be transferred is judged by what he says: his words keep some
// lines also on the smallest of the wide screens, whatever is told beside them.
func TestTheWordsOfAProposalKeepTheirLines(t *testing.T) {
	b := newBench(busyDay(), 160, 40)
	if _, said := b.wordsArea(); said < 5 {
		t.Errorf("%d lines for the words", said)
	}
	b.wantText(t, "WHY ")
	b.wantText(t, "NEXT ")
}

// A tall screen has a higher chart, but never at the cost of most of the words.
func TestAChartGrowsWithTheScreen(t *testing.T) {
	last := 0
	for _, h := range []int{46, 50, 60, 70, 90} {
		b := newBench(charted(), 240, h)
		from := strings.Index(b.text(), "MOOD  ")
		to := strings.Index(b.text(), "WORDS ")
		if from < 0 || to < 0 {
			t.Fatalf("%d lines: no mood, or no words", h)
		}
		high := strings.Count(b.text()[from:to], "\n")
		if high < last {
			t.Errorf("%d lines: the chart has %d, fewer than on a lower screen", h, high)
		}
		if _, said := b.wordsArea(); said < high {
			t.Errorf("%d lines: %d for the words, %d for the chart", h, said, high)
		}
		last = high
	}
	if last < 16 {
		t.Errorf("the chart has %d lines of 90", last)
	}
}

// A figure that the header tells is not told again 20 lines below.
func TestTheBellsAreToldOnce(t *testing.T) {
	s := busyDay()
	s.frame.Bells.Rung, s.frame.Bells.Of = 1, 6
	s.frame.Day = engine.Day{}
	b := newBench(s, 240, 60)
	if n := strings.Count(b.text(), "bells 1 of 6"); n != 1 {
		t.Errorf("told %d times", n)
	}
}

// The two ages in the header are written one way: nothing is ever 0 s old.
func TestWhatIsFreshIsNeverNothingOld(t *testing.T) {
	s := busyDay()
	s.health.Webhook, s.health.Telnyx = ago(200*time.Millisecond), time.Time{}
	b := newBench(s, 200, 50)
	b.wantText(t, "● voice <1s")
}

// A wall has one look: what fits on one page is not spread over two.
func TestAWallboardHasNoPageThatItDoesNotNeed(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 36}, {160, 40}, {200, 50}, {240, 60}} {
		b := wallOnly(busyDay(), size[0], size[1])
		w, h := b.width-2, b.height-boardHeads-boardFeet-b.boardBanner()
		pages := b.boardPages()
		large := min(max(gridOf(b.nowTiles(), w, h).scale, 1), 2)
		for i := 1; i < len(pages); i++ {
			both := slices.Concat(pages[i-1].tiles, pages[i].tiles)
			if gridOf(both, w, h).scale >= large {
				t.Errorf("%dx%d: %q and %q fit on one page", size[0], size[1], pages[i-1].title, pages[i].title)
			}
		}
		tiles := 0
		for _, p := range pages {
			tiles += len(p.tiles)
		}
		want := 0
		for _, p := range b.boardParts() {
			want += len(p.tiles)
		}
		if tiles != want {
			t.Errorf("%dx%d: %d tiles of %d", size[0], size[1], tiles, want)
		}
	}
}

// Desk 3 who has rung for 8 s must not read as a number: an age is parted from the name
// before it.
func TestAnAgeIsPartedFromTheNameBeforeIt(t *testing.T) {
	b := newBench(busyDay(), 200, 50)
	s, ok := b.frame.Session("s2")
	if !ok {
		t.Fatal("no call rings an operator")
	}
	if got, want := string(b.model.stage(s)), "ringing Omar, 4 s"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// Who is not on the call is told once, with why.
func TestAFrontThatIsNotOnTheCallIsToldOnce(t *testing.T) {
	s := busyDay()
	s.frame.Front = "Ava"
	s.change("s1", func(c *engine.Session) {
		c.Front.Why = "busy"
		c.Legs = append(slices.Clone(c.Legs), engine.Leg{Name: "front-1", Role: engine.RoleFront, Status: engine.LegGone, Number: "+12025550190"})
	})
	b := newBench(s, 200, 50)
	c, _ := b.frame.Session("s1")
	text := ansi.Strip(strings.Join(b.legs(c, 60), "\n"))
	if n := strings.Count(text, "Ava"); n != 1 || !strings.Contains(text, "not on the call: busy") {
		t.Errorf("told %d times:\n%s", n, text)
	}
}

// Supervisors are told of by their names, in the events as everywhere.
func TestEventsNameASupervisorAsTheRestDoes(t *testing.T) {
	for text, want := range map[string]string{
		"hold of customer asked by supervisor/console": "hold of customer asked by console",
		"operator muted by supervisor/desk 2":          "operator muted by desk 2",
		"vetoed by supervisor/desk: handled":           "vetoed by desk: handled",
		"customer said “sent by supervisor/me”":        "customer said “sent by supervisor/me”",
		"a customer came by":                           "a customer came by",
	} {
		if got := string(noteText(engine.Note{Text: text})); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// Red is for a customer who needs a hand. That an operator did not answer is worth a look.
func TestATroubleInTheEventsIsNotRed(t *testing.T) {
	if _, to := noteSign(engine.NoteTrouble); to != toneWatch {
		t.Error("an operator who is busy is as red as a customer who is furious")
	}
}

// A key is offered once.
func TestTheFootersKeysAreNamedOnce(t *testing.T) {
	for _, pane := range [][]string{nil, {"O"}, {"O", "tab"}, {"tab"}, {"tab", "tab"}, {"tab", "tab", "tab"}, {"tab", "tab", "tab", "tab"}, {"enter", "tab"}} {
		b := newBench(busyDay(), 200, 50)
		b.press(pane...)
		seen := map[string]bool{}
		for _, k := range b.hints() {
			if name := k.Help().Key; seen[name] {
				t.Errorf("%q: %s is offered twice", pane, name)
			} else {
				seen[name] = true
			}
		}
	}
}

// Where no call is on the screen no key acts on one, and the footer offers none.
func TestNoKeyIsOfferedThatIsRefused(t *testing.T) {
	for _, keys := range [][]string{{"O"}, {"O", "tab"}} {
		b := newBench(busyDay(), 200, 50)
		b.press(keys...)
		for _, k := range b.hints() {
			for _, name := range k.Keys() {
				if len([]rune(name)) == 1 && b.actsUnseen(keyPress(name)) {
					t.Errorf("%q: %s %s is offered, and refused", keys, name, k.Help().Desc)
				}
			}
		}
	}
}

// 12 calls and 5 transfers must not read as 125: between two numbers on the wall there is
// more room than between the digits of one.
func TestTwoNumbersOnTheWallAreNotOne(t *testing.T) {
	for scale := 1; scale <= maxBoardScale; scale++ {
		digits := bigWidth("88", scale) - 2*bigWidth("8", scale)
		tiles := []tile{{"CALLS TODAY", "88", "", toneStrong, false}, {"TRANSFERRED", "88", "", toneStrong, false}}
		for w := 2 * bigWidth("88", scale); w < 300; w++ {
			widths, ok := columnWidths(tiles, 2, scale, w)
			if !ok {
				continue
			}
			if gap := widths[0] - bigWidth("88", scale); gap < 2*digits {
				t.Errorf("scale %d, %d cells: %d between numbers, %d between digits", scale, w, gap, digits)
			}
			break
		}
	}
}
