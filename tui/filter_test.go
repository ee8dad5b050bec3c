package tui

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"switchboard/engine"
	"switchboard/tui/filter"
	"switchboard/tui/prefs"
)

// types types a text, letter by letter.
func (b *bench) types(text string) {
	for _, r := range text {
		if r == ' ' {
			b.Update(tea.KeyPressMsg{Code: tea.KeySpace, Text: " "})
			continue
		}
		b.hit(string(r))
	}
}

// shown are the calls that have a row.
func (b *bench) shownCalls() string {
	var ids []string
	for _, s := range b.list.rows {
		ids = append(ids, string(s.ID))
	}
	slices.Sort(ids)
	return strings.Join(ids, " ")
}

func (b *bench) wantShown(t *testing.T, want string) {
	t.Helper()
	if got := b.shownCalls(); got != want {
		t.Errorf("shown are %s, want %s", got, want)
	}
}

// mixed is the governed floor with calls in it of every kind that a filter knows.
func mixed() *stage {
	s := governed()
	s.change("s3", func(c *engine.Session) { c.Claimed = "supervisor/desk" })
	s.change("s4", func(c *engine.Session) {
		c.Recorder.Status = engine.RecorderOn
		c.Legs[0].Held, c.Legs[0].HoldAsked = true, true
	})
	return s
}

func TestFilterFindsCallsByWhatTheirRowsSay(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"sorensen", "s1"},
		{"zak", "s3"},
		{"state:hot", "s1"},
		{"state:proposed", "s1"},
		{"state:transfer", "s1 s2"},
		{"state:hold", "s4"},
		{"state:blind", "s5"},
		{"state:ring", "s6"},
		{"state:ended", "s8"},
		{"!state:live", "s8"},
		{"mood<-.08", "s1 s2"},
		{"mood>.2", "s3 s8"},
		{"time>5m", "s1 s3"},
		{"time<5s", "s6"},
		{"with:ida", "s3"},
		{"with:omar", "s2"},
		{"ida", "s3"},
		{"with:none state:talk", "s7"},
		{"rule:sustained", "s1"},
		{"group:billing", "s2"},
		{"number:0142", "s1"},
		{"number:withheld", "s6"},
		{"is:anonymous", "s6"},
		{"feed:none", "s6"},
		{"lang:spanish", "s7"},
		{"is:attention", "s1 s2 s5"},
		{"is:hot", "s1"},
		{"is:mine", "s3"},
		{"is:claimed", "s3"},
		{"is:recorded", "s4"},
		{"is:muted", "s3 s4"},
		{"is:unheard", "s5"},
		{"is:marked", "s7"},
		{"manager", "s1"}, // a sentence that the rule quoted
		{"hanne|nina", "s4 s6"},
		{"nobody-of-that-name", ""},
	} {
		t.Run(c.text, func(t *testing.T) {
			b := newBench(mixed(), 120, 36)
			b.marks = map[engine.SessionID]bool{"s7": true}
			b.press("/")
			b.types(c.text)
			b.press("enter")
			b.wantShown(t, c.want)
		})
	}
}

func TestEveryWordOfTheFilterIsToldOfSomeCall(t *testing.T) {
	states := map[string]bool{"live": true, "transfer": true, "proposed": true}
	for st := stateProposed; st <= stateEnded; st++ {
		_, word, _ := st.sign()
		states[string(word)] = true
	}
	for _, e := range filter.Keys() {
		switch e.Key {
		case filter.KeyState:
			for _, w := range e.Closed {
				if !states[w.Word] {
					t.Errorf("no call is in the state %s", w.Word)
				}
				delete(states, w.Word)
			}
		case filter.KeyIs:
			told := isWords(t)
			for _, w := range e.Closed {
				if !told[w.Word] {
					t.Errorf("is:%s is never told of a call", w.Word)
				}
			}
		}
	}
	if len(states) > 0 {
		t.Errorf("rows say %v, which the filter does not know", states)
	}
}

// isWords are the words that are true of a call of which everything is.
func isWords(t *testing.T) map[string]bool {
	t.Helper()
	s := call(1, "", "anonymous", time.Minute)
	s.Transfer.Status, s.Claimed, s.Pinned = engine.TransferFailed, "supervisor/desk", true
	s.Feed.Status, s.Pay.Since = engine.FeedBlind, noon
	s.Recorder.Status, s.Consent.Status = engine.RecorderOn, engine.ConsentDeclined
	s.Legs[0].Muted, s.Legs[0].MuteAsked = true, true
	s.Legs = append(s.Legs, engine.Leg{Role: engine.RoleSupervisor, Status: engine.LegUp, Owner: "supervisor/desk"})
	vetoed := *s
	vetoed.Transfer.Status = engine.TransferVetoed
	b := newBench(afternoon(), 80, 24)
	b.marks = map[engine.SessionID]bool{"s1": true}
	told := map[string]bool{}
	for _, c := range []*engine.Session{s, &vetoed} {
		(&subject{b.model, c}).is(func(word string) bool { told[word] = true; return true })
	}
	for _, c := range append(private().frame.Sessions, afternoon().frame.Sessions...) {
		(&subject{b.model, c}).is(func(word string) bool { told[word] = true; return true })
	}
	return told
}

func TestFilterNeverSaysOtherwiseThanTheRow(t *testing.T) {
	for p := engine.Polarity(-1000); p <= 1000; p++ {
		shown := strings.NewReplacer("−", "-").Replace(string(signed(p)))
		f, err := filter.Parse("mood=" + shown)
		if err != nil {
			t.Fatal(err)
		}
		s := call(1, "", "", time.Minute)
		if !f.Match(moodIs(inHundredths(p), &subject{nil, s})) {
			t.Fatalf("a mood of %d is shown as %s, and mood=%s does not find it", p, shown, shown)
		}
	}
}

// A moody is a call with a mood.
type moody struct {
	*subject
	mood int
}

func moodIs(mood int, s *subject) moody       { return moody{s, mood} }
func (m moody) Figure(filter.Key) (int, bool) { return m.mood, true }
func TestFilterAppliesWhileItIsTyped(t *testing.T) {
	b := newBench(mixed(), 80, 24)
	b.press("/")
	b.wantText(t, "8 of 8")
	b.types("fri")
	b.wantShown(t, "s4")
	b.wantText(t, "1 of 8")
	b.press("backspace", "backspace", "backspace")
	b.wantShown(t, "s1 s2 s3 s4 s5 s6 s7 s8")
}

func TestWhatIsHalfTypedHidesNothing(t *testing.T) {
	for _, text := range []string{"mood", "mood<", "mood<-", "state:", "with:", "state:x", "friis !", "friis |", "friis mood<"} {
		b := newBench(mixed(), 80, 24)
		b.press("/")
		b.types(text)
		want := "s1 s2 s3 s4 s5 s6 s7 s8"
		if strings.HasPrefix(text, "friis") {
			want = "s4"
		}
		b.wantShown(t, want)
		b.wantText(t, "so far")
	}
}

func TestWhatIsNotUnderstoodIsSaidAndNotKept(t *testing.T) {
	b := newBench(mixed(), 80, 24)
	b.press("/")
	b.types("friis mood<x")
	b.wantText(t, "Mood needs a number, as mood<-.2")
	b.press("enter")
	if b.box == nil {
		t.Error("a filter that is not understood was kept")
	}
	b.wantShown(t, "s4")
}

func TestKeptFilterIsAlwaysTold(t *testing.T) {
	for _, size := range append(sizes, struct{ w, h int }{50, 10}, struct{ w, h int }{40, 3}) {
		b := newBench(mixed(), size.w, size.h)
		b.press("/")
		b.types("friis")
		b.press("enter")
		if b.box != nil {
			t.Fatal("enter does not give the keys back")
		}
		for _, want := range []string{"filter", "1 of 8", "3 hidden need a hand"} {
			b.wantText(t, want)
		}
		b.wantText(t, "Mette") // the strip shows who is hidden
		b.tell(toneDim, "Something was done.")
		b.wantText(t, "1 of 8")
	}
}

func TestFilterLineTakesEveryKey(t *testing.T) {
	s := mixed()
	b := newBench(s, 80, 24)
	b.press("/")
	b.types("tmhXvyzquoLCPA:1")
	if _, ok := b.box.(*filterLine); !ok {
		t.Errorf("the line is gone, there is %T", b.box)
	}
	if _, cmd := b.Update(tea.PasteMsg{Content: "\x1b[2Jy v\nt"}); cmd != nil {
		t.Log("the selection has changed")
	}
	wantAsked(t, s, nil)
	b.wantText(t, "y v t")
}

func TestEscClearsTheFilter(t *testing.T) {
	for about, keys := range map[string][]string{"while it is typed": {"esc"}, "once it is kept": {"enter", "esc"}} {
		t.Run(about, func(t *testing.T) {
			b := newBench(mixed(), 80, 24)
			b.press("j", "j") // Ahmed, then the blind one
			before := b.list.selected
			b.press("/")
			b.types("friis")
			b.press(keys...)
			b.wantShown(t, "s1 s2 s3 s4 s5 s6 s7 s8")
			if about == "while it is typed" && b.list.selected != before {
				t.Errorf("%s is selected, and was %s before", b.list.selected, before)
			}
			if b.state.Filter != "" || b.filtered() {
				t.Error("the filter is still on")
			}
		})
	}
}

func TestSelectedCallThatNoLongerMatchesStaysUntilTheSelectionMoves(t *testing.T) {
	s := mixed()
	b := newBench(s, 120, 36)
	b.press("/")
	b.types("state:hold,talk")
	b.press("enter")
	b.press("g")
	for b.list.selected != "s4" {
		b.press("j")
	}
	s.change("s4", func(c *engine.Session) {
		c.Legs[0].Held, c.Legs[0].HoldAsked, c.Phase = false, false, engine.PhaseEnding
	})
	s.set(s.frame.Sessions...)
	b.wall.at = b.wall.at.Add(time.Minute)
	b.tick()
	if b.list.selected != "s4" {
		t.Fatalf("the finger is on %s now", b.list.selected)
	}
	b.wantText(t, "no longer matches")
	b.press("j")
	b.press("k")
	b.wall.at = b.wall.at.Add(time.Minute)
	s.set(s.frame.Sessions...)
	b.press("g")
	b.wall.at = b.wall.at.Add(time.Minute)
	b.tick()
	if strings.Contains(b.shownCalls(), "s4") && b.list.selected != "s4" {
		t.Error("it is still shown, though the selection is elsewhere")
	}
}

func TestDigitReachesWhoIsHidden(t *testing.T) {
	b := newBench(mixed(), 80, 24)
	b.press("/")
	b.types("friis")
	b.press("enter", "1")
	if b.list.selected != "s1" || b.filtered() {
		t.Errorf("selected is %s, filtered %v", b.list.selected, b.filtered())
	}
	b.wantText(t, "The filter is off, for it hid Mette Sørensen.")
}

func TestDigitKeepsTheFilterWhereTheCallIsShown(t *testing.T) {
	b := newBench(mixed(), 80, 24)
	b.press("/")
	b.types("state:ask,talk")
	b.press("enter", "2")
	if b.list.selected != "s2" || !b.filtered() {
		t.Errorf("selected is %s, filtered %v", b.list.selected, b.filtered())
	}
}

func TestHeaderCountsWhatTheFilterHides(t *testing.T) {
	b := newBench(mixed(), 120, 36)
	all := b.tally
	b.press("/")
	b.types("friis")
	b.press("enter")
	b.stage.now = b.stage.now.Add(time.Second)
	b.tick()
	if b.tally.calls != all.calls || b.tally.attention() != all.attention() {
		t.Errorf("%d calls, %d in need are counted; %d and %d before the filter", b.tally.calls, b.tally.attention(), all.calls, all.attention())
	}
}

func TestFilterOfTimeIsAskedAgainWithoutAnEvent(t *testing.T) {
	b := newBench(mixed(), 80, 24)
	b.press("/")
	b.types("time<10s")
	b.press("enter")
	b.wantShown(t, "s6")
	b.list.selected = "" // nobody holds it
	b.wall.at, b.stage.now = b.wall.at.Add(time.Minute), b.stage.now.Add(time.Minute)
	b.tick()
	b.wantShown(t, "")
	b.wantText(t, "None of 8 calls matches time<10s. esc shows all.")
}

func TestTabCompletesWhatTheFrameKnows(t *testing.T) {
	for _, c := range []struct{ typed, tabs, want string }{
		{"sta", "tab", "state:"},
		{"with:om", "tab", "with:Omar"},
		{"rule:su", "tab", "rule:sustained-negative"},
		{"group:b", "tab", "group:Billing"},
		{"is:ma", "tab", "is:marked"},
		{"state:h", "tab tab", "state:hold"},
		{"mo", "tab", "mood<"},
	} {
		b := newBench(mixed(), 120, 36)
		b.press("/")
		b.types(c.typed)
		b.press(strings.Fields(c.tabs)...)
		if got := b.box.(*filterLine).text; got != c.want {
			t.Errorf("%q and %s make %q, want %q", c.typed, c.tabs, got, c.want)
		}
	}
}

func TestArrowsBringBackFiltersOfBefore(t *testing.T) {
	b := newBench(mixed(), 80, 24)
	for _, text := range []string{"friis", "state:ask"} {
		b.press("/", "ctrl+u")
		b.types(text)
		b.press("enter", "esc")
	}
	b.press("/")
	b.types("zak")
	line := b.box.(*filterLine)
	for _, c := range []struct{ key, want string }{{"up", "state:ask"}, {"up", "friis"}, {"up", "friis"}, {"down", "state:ask"}, {"down", "zak"}} {
		b.press(c.key)
		if line.text != c.want {
			t.Errorf("%s: %q, want %q", c.key, line.text, c.want)
		}
	}
	b.wantShown(t, "s3")
}

func TestQuestionMarkExplainsTheFilterAndGoesBack(t *testing.T) {
	b := newBench(mixed(), 120, 36)
	b.press("/")
	b.types("friis ")
	b.press("?")
	b.wantText(t, "mood<-.2")
	b.press("esc")
	if line, ok := b.box.(*filterLine); !ok || line.text != "friis " {
		t.Errorf("back at %T", b.box)
	}
}

func TestHelpOfTheFilterFitsItsBox(t *testing.T) {
	for _, line := range filterHelpLines() {
		if n := width(string(line)); n > boxWidth {
			t.Errorf("%d cells: %s", n, line)
		}
	}
}

func TestFilterOfLastTimeIsOnAndSaidSo(t *testing.T) {
	s := mixed()
	m := newModel(Options{Engine: s, Name: "desk", Title: "LIVE", Zone: time.UTC, Look: Look{Background: BackgroundDark}, State: prefs.State{Filter: "state:hold"}})
	b := &bench{m, s, &hand{noon}}
	m.wall = b.wall
	m.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	b.tick()
	b.wantShown(t, "s4")
	b.wantText(t, "filter: state:hold · 1 of 8 · 3 hidden need a hand")
	if b.list.selected != "s4" {
		t.Errorf("%s is selected, which is hidden", b.list.selected)
	}
}

func TestFilterOfLastTimeThatIsNotUnderstoodHidesNothing(t *testing.T) {
	s := mixed()
	m := newModel(Options{Engine: s, Zone: time.UTC, State: prefs.State{Filter: "mood<"}})
	if m.filtered() || len(m.list.rows) != 8 {
		t.Error("calls are hidden by what nobody understands")
	}
}

func TestFilterIsRememberedOnceItIsKept(t *testing.T) {
	b := newBench(mixed(), 80, 24)
	b.press("/")
	b.types("state:hold friis")
	if b.state.Filter != "" {
		t.Error("it is remembered while it is typed")
	}
	b.press("enter")
	if b.state.Filter != "state:hold" {
		t.Errorf("remembered is %q", b.state.Filter)
	}
}

// forget does not look into what consoles remember: no customer's name is there, and one
// that an older console wrote down goes.
func TestFilterByACustomersNameIsNotRemembered(t *testing.T) {
	b := newBench(mixed(), 80, 24)
	b.press("/")
	b.types("name:friis")
	b.press("enter")
	if !b.filtered() || b.state.Filter != "" {
		t.Errorf("the filter is on: %t, and remembered is %q", b.filtered(), b.state.Filter)
	}
	old := newModel(Options{Engine: mixed(), Zone: time.UTC, State: prefs.State{Filter: "friis mood<0"}})
	if old.state.Filter != "mood<0" || old.filterText() != "mood<0" {
		t.Errorf("of a filter of last time %q is kept, and %q is on", old.state.Filter, old.filterText())
	}
}

func TestNGoesOnBeyondThePageAndAround(t *testing.T) {
	b := newBench(mixed(), 60, 16)
	b.press("/")
	b.types("state:live")
	b.press("enter")
	at := func() string { return fmt.Sprint(b.list.at) }
	b.list.fits(3)
	var went []string
	for _, k := range []string{"n", "n", "n", "N"} {
		b.press(k)
		went = append(went, at())
	}
	if got := strings.Join(went, " "); got != "3 6 0 6" {
		t.Errorf("n n n N go to %s", got)
	}
}

func TestNWithoutAnythingLookedForSaysHowToLook(t *testing.T) {
	b := newBench(mixed(), 120, 36)
	b.press("n")
	b.wantText(t, "/ filters the calls")
}

func TestViewsAreSavedShownAndForgotten(t *testing.T) {
	b := newBench(mixed(), 120, 36)
	b.config.Views = map[string]string{"Held": "state:hold"}
	b.saveView("angry")
	b.wantText(t, "There is no filter to save")
	b.press("/")
	b.types("mood<-.08")
	b.press("enter")
	b.saveView("Angry ones")
	b.press("esc")
	b.run(b.showView("angry ONES"))
	b.wantShown(t, "s1 s2")
	b.run(b.showView("held"))
	b.wantShown(t, "s4")
	b.openViews()
	b.wantText(t, "2 calls   mood<-.08")
	b.wantText(t, "(console.yaml)")
	b.press("j", "enter")
	b.wantShown(t, "s1 s2")
	b.openViews()
	b.press("enter") // all calls
	b.wantShown(t, "s1 s2 s3 s4 s5 s6 s7 s8")
	b.run(b.showView("delete angry ones"))
	if len(b.state.Views) != 0 {
		t.Errorf("still kept: %v", b.state.Views)
	}
	b.deleteView("held")
	b.wantText(t, "take it out there")
	b.run(b.showView("nothing"))
	b.wantText(t, "No filter is saved as nothing")
}

func TestViewThatIsNotUnderstoodIsSaidAndHidesNothing(t *testing.T) {
	b := newBench(mixed(), 120, 36)
	b.config.Views = map[string]string{"broken": "mood<"}
	b.openViews()
	b.wantText(t, "Mood needs a number")
	b.press("j", "enter")
	b.wantShown(t, "s1 s2 s3 s4 s5 s6 s7 s8")
	b.wantText(t, "not understood")
}

func TestHostileNamesInAFilterStayHarmless(t *testing.T) {
	for _, name := range hostileNames {
		s := mixed()
		s.change("s4", func(c *engine.Session) { c.Name = name; c.Alerts = []engine.Alert{{Rule: name}} })
		b := newBench(s, 80, 24)
		b.press("/")
		b.Update(tea.PasteMsg{Content: "name:" + name})
		checkHarmless(t, b.content())
		b.press("ctrl+u")
		b.types("rule:")
		b.press("tab", "tab")
		checkHarmless(t, b.content())
		b.press("enter")
		checkHarmless(t, b.content())
	}
}

// BenchmarkFilterAThousandCalls is what a frame costs while a filter is on: the budget is
// that of a frame, 2 ms.
func BenchmarkFilterAThousandCalls(b *testing.B) {
	s := mixed()
	var calls []*engine.Session
	for i := range 1000 {
		c := *s.frame.Sessions[i%len(s.frame.Sessions)]
		c.ID = engine.SessionID(fmt.Sprint("b", i))
		calls = append(calls, &c)
	}
	s.set(calls...)
	m := newBench(s, 120, 36)
	f, err := filter.Parse("state:hold,talk mood<.5 sorensen|friis !is:mine")
	if err != nil {
		b.Fatal(err)
	}
	m.apply(f)
	for b.Loop() {
		m.list.take(calls, true)
	}
}
