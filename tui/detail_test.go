package tui

import (
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"switchboard/engine"
)

func plainTheme() *theme { return newTheme(&schemes()[0], true, colorprofile.ASCII, Look{}) }

func drawn1(c chart, w, h int) []string {
	var lines []string
	for _, l := range c.draw(plainTheme(), w, h) {
		lines = append(lines, ansi.Strip(l))
	}
	return lines
}

// judged are points that stand at these moods.
func judged(moods ...engine.Polarity) []point {
	var all []point
	for _, p := range moods {
		all = append(all, point{pointJudged, p})
	}
	return all
}

// "Axis (+1, 0, the rule's limit, −1), the limit drawn dotted with its number."
func TestChartHasItsAxisAndItsLimit(t *testing.T) {
	c := chart{points: judged(0, 0, 0, 0, 0, 0, 0, 0), span: 3 * time.Minute, end: "now", limit: -250, hasLimit: true}
	all := strings.Join(drawn1(c, 24, 12), "\n")
	for _, want := range []string{"   +1 ┤", "    0 ┼━━━━━━━━", " −.25 ┤┄┄┄┄┄┄┄┄", "   −1 ┤", "−3 min", "now"} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q in\n%s", want, all)
		}
	}
	c.hasLimit = false
	if all := strings.Join(drawn1(c, 24, 12), "\n"); strings.Contains(all, "┄") || strings.Contains(all, "−.25") {
		t.Errorf("a rule without a limit has one:\n%s", all)
	}
}

// "Blind parts are shown as gaps, never as calm."
func TestChartShowsWhatNobodyHeardAsAGap(t *testing.T) {
	calm, gap, silent, before := point{pointJudged, 0}, point{is: pointUnheard}, point{is: pointSilent}, point{is: pointBefore}
	c := chart{points: []point{before, silent, calm, gap, gap, calm}, span: 3 * time.Minute, end: "now"}
	for _, ascii := range []bool{false, true} {
		th := newTheme(&schemes()[0], true, colorprofile.ASCII, Look{ASCII: ascii})
		want := "    0 ┼ ─━··━"
		if ascii {
			want = "    0 + -=..="
		}
		if lines := c.draw(th, 16, 6); !slices.ContainsFunc(lines, func(l string) bool { return strings.HasPrefix(ansi.Strip(l), want) }) {
			t.Errorf("no %q in\n%s", want, strings.Join(lines, "\n"))
		}
	}
}

// A mood that has reached the limit is seen to have reached it, and one that has not is
// seen not to have, whatever the height.
func TestChartShowsWhetherTheLimitIsReached(t *testing.T) {
	for h := leastChart; h <= maxChart; h++ {
		c := chart{points: judged(-249, -250), span: 3 * time.Minute, end: "now", limit: -250, hasLimit: true}
		i := slices.IndexFunc(drawn1(c, 16, h), func(l string) bool { return strings.HasPrefix(l, " −.25 ┤") })
		if i < 0 {
			t.Errorf("%d rows: no limit", h)
			continue
		}
		cells := []rune(drawn1(c, 16, h)[i])[axisCells : axisCells+2]
		if cells[0] == '█' || cells[1] != '█' {
			t.Errorf("%d rows: %q", h, string(cells))
		}
	}
}

func TestChartMarksWhatHappenedAtItsMoment(t *testing.T) {
	c := chart{points: judged(0, 0, 0, 0), span: 3 * time.Minute, end: "now",
		said: []stamp{{1, "▽", toneWatch, weighsLow}, {2, "▼", toneBad, weighsVeryLow}},
		done: []stamp{{2, "▲", toneBad, weighsFired}, {2, "◆", toneWatch, weighsAsked}, {-1, "✓", toneGood, weighsJoined}, {4, "✓", toneGood, weighsJoined}}}
	if lines := drawn1(c, 16, namedMarks); !slices.Contains(lines, " said │ ▽▼      ") || !slices.Contains(lines, " done │  ▲      ") {
		t.Errorf("with room for both:\n%s", strings.Join(lines, "\n"))
	}
	if lines := drawn1(c, 16, leastChart); !slices.Contains(lines, "      │ ▽▲      ") {
		t.Errorf("the heaviest is drawn where there is room for one:\n%s", strings.Join(lines, "\n"))
	}
}

func TestChartIsExactlyAsLargeAsItIsTold(t *testing.T) {
	b := newBench(charted(), 120, 36)
	s, _ := b.frame.Session("s1")
	for w := 9; w < 130; w += 11 {
		for h := 1; h < 24; h++ {
			lines := b.chartOf(s, wideSpan, chartCells(w)).draw(b.theme, w, h)
			if len(lines) != h {
				t.Fatalf("%dx%d: %d lines", w, h, len(lines))
			}
			for _, l := range lines {
				if n := ansi.StringWidth(l); n != w {
					t.Fatalf("%dx%d: %d cells: %q", w, h, n, ansi.Strip(l))
				}
			}
		}
	}
}

// While he pays nobody hears him: that is a gap as well, and no calm.
func TestChartShowsAPaymentAsAGap(t *testing.T) {
	s := call(1, "Mette", "+12025550142", 4*time.Minute, 100, -200, -300)
	s.Paid = []engine.Span{{From: ago(67 * time.Second), To: ago(37 * time.Second)}}
	for i, p := range points(s, noon, 3*time.Minute, 18) { // ten seconds each
		if paying := i >= 12 && i < 15; (p.is == pointUnheard) != paying {
			t.Errorf("cell %d: %v", i, p)
		}
	}
}

// The limit is that of the rule by which the call is flagged, for the scorer of its words;
// where the rule reckons the mood otherwise, there is none to be drawn.
func TestChartTakesTheLimitOfTheRule(t *testing.T) {
	mood := func(l engine.MoodLimit) engine.Cond {
		return engine.Cond{All: []engine.Cond{{MinWords: 15}, {Mood: &l}}}
	}
	low := engine.Limit{Below: -250, Source: []engine.SourceLimit{{Source: "local", Below: -350}}}
	for _, c := range []struct {
		about  string
		when   engine.Cond
		source string
		want   engine.Polarity
		has    bool
	}{
		{"below", mood(engine.MoodLimit{Limit: low}), "", -250, true},
		{"for a scorer", mood(engine.MoodLimit{Limit: low}), "local", -350, true},
		{"above", mood(engine.MoodLimit{Limit: low, Above: true}), "", 0, false},
		{"another half-life", mood(engine.MoodLimit{Limit: low, HalfLife: time.Minute}), "", 0, false},
		{"no mood", engine.Cond{MinWords: 15}, "", 0, false},
	} {
		if got, has := limitIn(&c.when, c.source); got != c.want || has != c.has {
			t.Errorf("%s: %d, %v", c.about, got, has)
		}
	}
}

// "At 60x16 every pane can be reached", "enter makes the focused pane full screen", "esc
// always goes back one step".
func TestEveryPaneOfACallIsReachedAtEverySize(t *testing.T) {
	for _, size := range sizes {
		b := newBench(charted(), size.w, size.h)
		b.press("enter", "enter")
		seen := map[pane]bool{}
		for range inOrder() {
			if !b.isFull {
				t.Fatalf("%dx%d: enter gives no pane the whole screen", size.w, size.h)
			}
			seen[b.full] = true
			b.press("tab")
		}
		for _, p := range []pane{paneWords, paneSide, paneEvents, paneFloor} {
			if !seen[p] {
				t.Errorf("%dx%d: pane %d is not reached", size.w, size.h, p)
			}
		}
		b.press("esc")
		if b.isFull || !b.open || b.focus != paneWords {
			t.Errorf("%dx%d: the first esc leaves full %v, open %v, pane %d", size.w, size.h, b.isFull, b.open, b.focus)
		}
		b.press("esc")
		if b.open || b.focus != paneCalls {
			t.Errorf("%dx%d: the second esc leaves open %v, pane %d", size.w, size.h, b.open, b.focus)
		}
	}
}

// The pane that has the keyboard is told by more than colour, and it is one alone.
func TestThePaneWithTheKeyboardIsEvident(t *testing.T) {
	b := newBench(charted(), 200, 50)
	titles := map[pane]string{paneWords: "▌Ahmed El-Sayed", paneSide: "▌MOOD", paneEvents: "▌THIS CALL"}
	for _, keys := range []string{"tab", "tab", "tab"} {
		b.press(keys)
		for p, title := range titles {
			if strings.Contains(b.text(), title) != (b.focus == p) {
				t.Errorf("pane %d has the keyboard, and %q is shown: %v", b.focus, title, b.focus != p)
			}
		}
	}
}

// A pane that a smaller screen does not show cannot keep the keyboard.
func TestResizeTakesTheKeyboardFromWhatIsNotShown(t *testing.T) {
	b := newBench(charted(), 120, 36)
	b.press("tab", "tab", "tab")
	b.toSize(80, 24)
	if b.focus != paneCalls {
		t.Errorf("pane %d has the keyboard", b.focus)
	}
	b.press("j")
	if b.list.at != 1 {
		t.Error("j does not move in the calls")
	}
}

// "Next, previous hot moment": over the list from call to call, around its ends.
func TestBracketsGoFromCallToCallThatNeedsAttention(t *testing.T) {
	b := newBench(governed(), 120, 36)
	for _, step := range []struct {
		key  string
		want engine.SessionID
	}{{"]", "s2"}, {"]", "s5"}, {"]", "s1"}, {"[", "s5"}, {"[", "s2"}, {"[", "s1"}, {"G", "s8"}, {"]", "s1"}, {"G", "s8"}, {"[", "s5"}} {
		if b.press(step.key); b.list.selected != step.want {
			t.Fatalf("%s: %s is selected, want %s", step.key, b.list.selected, step.want)
		}
	}
	s := governed()
	s.set(s.frame.Sessions[3])
	b = newBench(s, 120, 36)
	b.press("]")
	b.wantText(t, "No call needs attention.")
}

// … and in a call from sentence to sentence: the negative ones, and what a rule went by.
func TestBracketsGoFromHotSentenceToHotSentence(t *testing.T) {
	b := newBench(governed(), 120, 36)
	b.press("enter")
	for _, step := range []struct{ key, want, told string }{
		{"]", "", "No hot moment is left after this."},
		{"[", "u7", "hot moment 3 of 3, 14:32:01, −.66"},
		{"[", "u6", "hot moment 2 of 3"},
		{"[", "u3", "hot moment 1 of 3"},
		{"[", "u3", "No hot moment is left before this."},
		{"]", "u6", "hot moment 2 of 3"},
	} {
		b.press(step.key)
		if b.words.marked != step.want {
			t.Errorf("%s: %q is marked, want %q", step.key, b.words.marked, step.want)
		}
		b.wantText(t, step.told)
	}
	b.press("f")
	if b.words.marked != "" || !b.words.following() {
		t.Error("f does not follow")
	}
	if len(b.stage.asked) > 0 {
		t.Errorf("it asked %v", b.stage.asked)
	}
}

// What is marked is on the screen, however small that is.
func TestTheHotSentenceIsOnTheScreen(t *testing.T) {
	for _, size := range sizes {
		b := newBench(governed(), size.w, size.h)
		b.press("enter", "[", "[", "[")
		if !strings.Contains(b.text(), "I was told it would be here") {
			t.Errorf("%dx%d: it is not:\n%s", size.w, size.h, b.text())
		}
	}
}

// Scrolling ends where the first words are at the top: no key is pressed in vain on the
// way back.
func TestScrollingUpEndsAtTheFirstWords(t *testing.T) {
	for _, size := range sizes[1:] {
		b := newBench(afternoon(), size.w, size.h)
		for range 30 {
			b.press("K")
		}
		if b.words.following() { // all of it is on the screen
			b.wantText(t, "This call is analysed")
			continue
		}
		b.wantText(t, "This call is analysed")
		was := b.words.last
		b.press("J")
		if b.words.last == was {
			t.Errorf("%dx%d: J does nothing", size.w, size.h)
		}
	}
}

// "An age alone looks like a fault": it is said why there are no newer words.
func TestOldWordsAreToldWithWhy(t *testing.T) {
	for _, c := range []struct {
		about  string
		change func(*engine.Session)
		want   string
	}{
		{"nothing", func(*engine.Session) {}, "nobody has spoken for 69s"},
		{"hold", func(s *engine.Session) { s.Legs[0].Held, s.Legs[0].HoldAsked = true, true }, "quiet: the customer is on hold"},
		{"a payment", func(s *engine.Session) {
			s.Paid = []engine.Span{{From: ago(60 * time.Second), To: ago(5 * time.Second)}}
		}, "no words since the payment, 5s"},
		{"a prompt", func(s *engine.Session) { s.Prompt.Kind = engine.PromptQueued }, "quiet: he hears: nobody is free yet"},
		{"fresh", func(s *engine.Session) { s.Feed.Heard = ago(4 * time.Second) }, "words 4s ago"},
	} {
		b := newBench(charted(), 120, 36)
		s := *b.frame.Sessions[0]
		s.Legs = slices.Clone(s.Legs)
		s.Feed.Heard = ago(69 * time.Second)
		c.change(&s)
		if _, got := b.freshness(&s); string(got) != c.want {
			t.Errorf("%s: %q, want %q", c.about, got, c.want)
		}
	}
}

// Mute and hold change who is heard once they are granted, and not before.
func TestWhoHearsWhomInWords(t *testing.T) {
	for _, c := range []struct {
		about              string
		change             func(customer, op *engine.Leg)
		customer, operator string
	}{
		{"both", func(_, _ *engine.Leg) {}, "talks with Ida", "talks with customer"},
		{"the operator is muted", func(_, op *engine.Leg) { op.Muted = true }, "hears nobody, heard by Ida", "hears customer, heard by nobody"},
		{"mute is asked", func(_, op *engine.Leg) { op.MuteAsked = true }, "talks with Ida", "talks with customer"},
		{"the customer is on hold", func(c, _ *engine.Leg) { c.Held = true }, "hears nobody, heard by nobody", "hears nobody, heard by nobody"},
		{"the operator has not joined", func(_, op *engine.Leg) { op.Joined = false }, "alone in the conference", "talks with customer"},
	} {
		b := newBench(charted(), 120, 36)
		s := *b.frame.Sessions[3]
		for _, one := range b.frame.Sessions {
			if one.ID == "s1" {
				s = *one
			}
		}
		s.Legs = slices.Clone(s.Legs)
		at := slices.IndexFunc(s.Legs, func(l engine.Leg) bool { return l.Role == engine.RoleOperator })
		c.change(&s.Legs[0], &s.Legs[at])
		if got := string(b.hearing(&s, s.Legs[0])); got != c.customer {
			t.Errorf("%s: the customer %q, want %q", c.about, got, c.customer)
		}
		if got := string(b.hearing(&s, s.Legs[at])); s.Legs[at].Joined && got != c.operator {
			t.Errorf("%s: the operator %q, want %q", c.about, got, c.operator)
		}
	}
	b := newBench(charted(), 120, 36)
	s, _ := b.frame.Session("s1")
	whispers := *s
	whispers.Legs = slices.Clone(s.Legs)
	you := &whispers.Legs[len(whispers.Legs)-1]
	you.Monitor, you.Whisper = engine.Whisper, []engine.LegName{"op-1"}
	if got, want := string(b.hearing(&whispers, whispers.Legs[2])), "talks with customer and you"; got != want {
		t.Errorf("whispered to: %q, want %q", got, want)
	}
	if got, want := string(b.hearing(&whispers, whispers.Legs[0])), "talks with Ida"; got != want {
		t.Errorf("the customer must not hear a whisper: %q, want %q", got, want)
	}
}

// One writing of numbers on the whole screen, but for what somebody said.
func TestNumbersAreWrittenOneWay(t *testing.T) {
	for text, want := range map[string]string{
		"mood: 3 of 5 at or below -0.30": "mood: 3 of 5 at or below −.30",
		"said “minus -0.5 please” -0.09": "said “minus -0.5 please” −.09",
		"said “yes” +0.45":               "said “yes” +.45",
		"calling +12025550166":           "calling +1 202 555 0166",
		"said “it is cut":                "said “it is cut",
		"mood -1.00":                     "mood −1.00",
	} {
		if got := string(written(own(text))); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	row := own("09:15    4   -0.38    8   +0.10")
	if got := aligned(row); width(string(got)) != width(string(row)) || strings.ContainsAny(string(got), "-") {
		t.Errorf("%q becomes %q", row, got)
	}
}

// A replay begins where there is something to see, and says how it goes on.
func TestAReplayBeginsWhereTheCallComesIn(t *testing.T) {
	for _, size := range sizes {
		call := hotCall(t)
		b := newReplay(taped(t, call, ""), size.w, size.h)
		if s, ok := b.list.call(); !ok || s.ID != call {
			t.Errorf("%dx%d: its call is not selected:\n%s", size.w, size.h, b.text())
		}
		b.wantText(t, "space play")
		if b.at().Playing {
			t.Error("it plays by itself")
		}
	}
}

// Whom the keys act upon is seen at any size, whatever one is told beside it.
func TestANoticeNeverHidesTheCallOnASmallScreen(t *testing.T) {
	for h := 3; h < minHeight; h++ {
		b := newBench(governed(), 50, h)
		b.press("]")
		b.wantText(t, "Ahmed El-Sayed")
		b.wantText(t, "2 of 3 calls that need attention")
	}
}

// What is chosen in a box is seen also where there is no room for its frame.
func TestBoxesShowWhatIsChosenOnASmallScreen(t *testing.T) {
	for keys, want := range map[string]string{
		"t down": "▌ Billing", "t 1 7": "▌ Jonas", "m": "▌ c   the customer", "X": "y hang up", "X tab": "▌ the listening feed only",
	} {
		b := newBench(governed(), 50, 5)
		b.press(strings.Fields(keys)...)
		b.wantText(t, want)
		if !strings.Contains(b.text(), "v veto") {
			t.Errorf("%q: the veto is not shown", keys)
		}
	}
}

func (b *bench) toSize(w, h int) { b.resize(tea.WindowSizeMsg{Width: w, Height: h}) }
