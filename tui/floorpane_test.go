package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"switchboard/engine"
)

func TestTheFloorTellsWhatEachOperatorDoes(t *testing.T) {
	s := busyDay()
	f := s.frame
	f.Roster.Busy = append(f.Roster.Busy, engine.BusyOperator{Number: "+12025550171", Session: "s7"}, engine.BusyOperator{Number: "+12025550181", Session: "gone"})
	f.Roster.Phones = []engine.BusyOperator{{Number: "+12025550182", Session: "s4"}}
	s.change("s7", func(c *engine.Session) {
		leg := operatorLeg("+12025550171", engine.LegUp, ago(6*time.Second))
		leg.Joined = false
		c.Legs = append(c.Legs[:1:1], leg)
		c.Transfer = engine.Transfer{Status: engine.TransferBriefing, To: leg.Number, Leg: leg.Name}
	})
	b := newBench(s, 120, 36)
	groups := s.frame.Roster.Groups
	for _, c := range []struct {
		number string
		group  *engine.Group
		want   string
	}{
		{"+12025550170", &groups[0], "free 3:10"},
		{"+12025550166", &groups[0], "with Łukasz Żak 3:20"},
		{"+12025550171", &groups[0], "hears the briefing 0:06, of María Peña"},
		{"+12025550169", &groups[1], "ringing 0:04, for Ahmed El-Sayed"},
		{"+12025550172", &groups[2], "not in hours"},
		{"+12025550172", nil, "free"},
		{"+12025550181", nil, "on another call"},
		{"+12025550182", nil, "at the telephone, as supervisor of Hanne Friis"},
	} {
		if _, got := b.occupiedBy(c.number, c.group).words(b.now); string(got) != c.want {
			t.Errorf("%s: %q, want %q", c.number, got, c.want)
		}
	}
}

func TestTheTableCountsAGroup(t *testing.T) {
	b := newBench(busyDay(), 120, 36)
	today := b.today()
	for i, want := range []struct{ free, talks, rings, waits, today int }{{2, 1, 0, 0, 33}, {0, 0, 1, 1, 0}, {0, 0, 0, 0, 0}} {
		g := b.frame.Roster.Groups[i]
		got := b.tableauOf(g, today)
		if got.free != want.free || got.talks != want.talks || got.rings != want.rings || got.waits != want.waits || got.today != want.today {
			t.Errorf("%s: %+v, want %+v", g.Name, got, want)
		}
	}
	if got := b.tableauOf(b.frame.Roster.Groups[1], today).wait; got != 48*time.Second {
		t.Errorf("the longest wait is %s", got)
	}
}

// "Never invent figures": before the first slot that is known the load is empty, and a
// slot in which nothing changed has who was busy before it.
func TestTheLoadIsOfTheLastHour(t *testing.T) {
	g := engine.Group{Name: "Tier 2", Operators: make([]engine.Operator, 4)}
	newest := noon.Truncate(engine.SlotSpan)
	slot := func(back, most, last int) engine.Slot {
		return engine.Slot{From: newest.Add(-time.Duration(back) * engine.SlotSpan), Group: []engine.GroupSlot{{Group: "Tier 2", Most: most, Last: last}}}
	}
	other := engine.Slot{From: newest.Add(-2 * engine.SlotSpan), Group: []engine.GroupSlot{{Group: "Billing", Most: 1}}}
	for _, c := range []struct {
		about string
		day   engine.Day
		want  string
	}{
		{"nothing is known", engine.Day{}, "            "},
		{"the first slot goes on", engine.Day{Now: slot(0, 4, 4)}, "           █"},
		{"one of four is the lowest that is somebody", engine.Day{Now: slot(0, 1, 1)}, "           ▂"},
		{"who was busy still is", engine.Day{Past: []engine.Slot{slot(9, 2, 2)}, Now: slot(3, 2, 0)}, "  ▄▄▄▄▄▄▄▁▁▁"},
		{"nobody of it", engine.Day{Past: []engine.Slot{slot(4, 4, 0)}, Now: other}, "       █▁▁▁▁"},
		{"older than an hour", engine.Day{Past: []engine.Slot{slot(40, 4, 1), slot(30, 1, 3)}, Now: slot(20, 3, 2)}, "▄▄▄▄▄▄▄▄▄▄▄▄"},
	} {
		s := busyDay()
		s.frame.Day = c.day
		if got := string(newBench(s, 120, 36).load(g)); got != c.want {
			t.Errorf("%s: %q, want %q", c.about, got, c.want)
		}
	}
}

func TestTodayBeginsAtMidnight(t *testing.T) {
	s := busyDay()
	at := func(hours int) engine.Slot {
		return engine.Slot{From: noon.Truncate(24 * time.Hour).Add(time.Duration(hours) * time.Hour), Count: engine.Counts{Calls: 1}}
	}
	s.frame.Day = engine.Day{Past: []engine.Slot{at(-3), at(-1), at(0), at(4)}, Now: at(14)}
	b := newBench(s, 120, 36)
	for hours, want := range map[int]int{0: 3, 2: 4, -1: 2} {
		b.zone = time.FixedZone("", hours*3600)
		if got := b.today().Count.Calls; got != want {
			t.Errorf("%+d h: %d calls, want %d", hours, got, want)
		}
	}
}

func TestTodayHasTheHoldThatStillLasts(t *testing.T) {
	s := busyDay()
	s.frame.Day = engine.Day{}
	s.change("s3", func(c *engine.Session) {
		c.Legs[0].Held = true
		c.Holds = []engine.Holding{{Leg: "customer", From: ago(75 * time.Second)}}
	})
	if got := newBench(s, 120, 36).today(); got.Hold != 75*time.Second || got.Wait != 48*time.Second {
		t.Errorf("hold %s, wait %s", got.Hold, got.Wait)
	}
}

func TestEnterOnAnOperatorOpensTheCall(t *testing.T) {
	for keys, want := range map[string]engine.SessionID{"O j enter": "s3", "O G k enter": "s1", "O G k k enter": "s2", "O j j j enter": "s2", "O enter": "s1"} {
		s := busyDay()
		b := newBench(s, 120, 36)
		b.press(strings.Fields(keys)...)
		opened := want != "s1" // where the operator is on no call nothing changes
		if b.list.selected != want || b.open != opened || b.isFull == opened {
			t.Errorf("%q: selected %s, open %v, full %v; want %s", keys, b.list.selected, b.open, b.isFull, want)
		}
		if len(s.asked) > 0 {
			t.Errorf("%q asked %v", keys, s.asked)
		}
	}
	b := newBench(busyDay(), 120, 36)
	b.press("O", "enter")
	b.wantText(t, "Jonas is on no call.")
}

func TestTheChosenOperatorStaysWhenTheRosterChanges(t *testing.T) {
	s := busyDay()
	b := newBench(s, 120, 36)
	b.press("O", "j", "j") // Sara
	f := *s.frame
	f.Number++
	f.Roster.Groups = append([]engine.Group{{Name: "New", Operators: []engine.Operator{{Number: "+12025550190"}}}}, f.Roster.Groups...)
	s.frame = &f
	b.tick()
	rows := b.floorPane.rows(b.model)
	if got := rows[b.floorPane.at(rows)].number; got != "+12025550171" {
		t.Errorf("%s is chosen", got)
	}
}

// "All acts on calls need an explicit row or strip name": where no call is shown, none is
// acted upon, but what the strip names.
func TestNoKeyActsOnACallThatIsNotShown(t *testing.T) {
	for _, pane := range []string{"O", "O tab"} {
		for _, k := range strings.Fields("t m h X l i b o C P R") {
			s := busyDay()
			b := newBench(s, 120, 36)
			b.press(strings.Fields(pane)...)
			b.press(k)
			if len(s.asked) > 0 || b.box != nil || !b.isFull {
				t.Errorf("%s %s: asked %v, box %T", pane, k, s.asked, b.box)
			}
			b.wantText(t, string(notShown))
		}
		s := busyDay()
		b := newBench(s, 120, 36)
		b.press(strings.Fields(pane)...)
		b.press("v")
		if len(s.asked) != 1 {
			t.Errorf("%s v asked %v", pane, s.asked)
		}
	}
}

func TestAPaneThatHasNoRoomIsNotOpened(t *testing.T) {
	b := newBench(busyDay(), 50, 10)
	b.press("O")
	if b.isFull || b.focus != paneCalls {
		t.Error("it is open, and nothing of it is shown")
	}
	b.wantText(t, "The terminal is too small for that")
}

func TestTabReachesAllPanesOfAWideScreen(t *testing.T) {
	for _, size := range [][2]int{{160, 40}, {200, 50}} {
		b := newBench(busyDay(), size[0], size[1])
		for i, want := range []pane{paneWords, paneSide, paneEvents, paneFloor, paneAll, paneCalls} {
			if b.press("tab"); b.focus != want {
				t.Errorf("%v: tab %d goes to %d, want %d", size, i+1, b.focus, want)
			}
		}
		b.press("tab", "tab", "tab", "tab", "esc")
		if b.focus != paneCalls {
			t.Error("esc does not go back from the operators")
		}
		b.press("tab", "tab", "tab", "tab", "tab")
		b.resizeTo(120, 36)
		if b.focus != paneCalls {
			t.Error("a pane that is not shown has the keyboard")
		}
	}
}

func TestEventsStayUnderTheCursor(t *testing.T) {
	s := busyDay()
	b := newBench(s, 120, 36)
	b.press("O", "tab", "j", "j")
	chosen := b.allPane.event
	for i := range 40 {
		s.now = s.now.Add(time.Second)
		s.change(engine.SessionID(fmt.Sprint("s", 3+i%4)), func(c *engine.Session) {
			c.Notes = append(c.Notes[:len(c.Notes):len(c.Notes)], engine.Note{At: s.now, Kind: engine.NoteFact, Text: fmt.Sprint("news ", i)})
		})
		s.set(s.frame.Sessions...)
		b.tick()
	}
	all := b.drawn.events.newest(b.frame)
	if got := all[b.allPane.at(all)].key(); got != chosen {
		t.Errorf("the cursor went from %q to %q", chosen.text, got.text)
	}
	b.wantText(t, "newer ↑   f follow")
	b.press("f")
	b.wantText(t, "news 39")
	b.wantText(t, "following")
}

func TestEnterOnAnEventGoesToItsCall(t *testing.T) {
	b := newBench(busyDay(), 120, 36)
	b.press("O", "tab", "j", "enter")
	if b.list.selected != "s2" || !b.open {
		t.Errorf("selected %s, open %v", b.list.selected, b.open)
	}
	b = newBench(busyDay(), 120, 36)
	b.press("O", "tab", "G")
	for range 30 {
		if b.allPane.event.call == "s0" {
			break
		}
		b.press("k")
	}
	b.press("enter")
	b.wantText(t, "The call of Peter Lund is over and gone from the list: :history finds it.")
}

// "No mood of operators, no per-operator ranking, anywhere": the pane tells of an operator
// what he does, and nothing that could be added up.
func TestNoOperatorIsMeasured(t *testing.T) {
	b := newBench(busyDay(), 120, 36)
	b.press("O")
	for _, row := range strings.Split(b.text(), "\n") {
		for _, name := range []string{"  Jonas", "  Ida", "  Sara", "  Omar", "  Timo"} {
			if strings.HasPrefix(row[min(len(row), 1):], name) && (strings.ContainsAny(row, "▁▂▃▄▅▆▇█▲▼▽△%") || strings.Contains(row, "calls")) {
				t.Errorf("an operator is measured: %q", row)
			}
		}
	}
}

// What does not fit is said to be there: no group is left out in silence, and the
// callbacks are told of in any case.
func TestNoGroupIsLeftOutInSilence(t *testing.T) {
	s := busyDay()
	for i := range 30 {
		number := fmt.Sprintf("+120255501%02d", i)
		s.frame.Roster.Groups = append(s.frame.Roster.Groups, engine.Group{Name: fmt.Sprint("Group ", i), Operators: []engine.Operator{{Number: number}}})
	}
	for _, size := range [][2]int{{160, 40}, {200, 50}} {
		b := newBench(s, size[0], size[1])
		shown := strings.Count(b.text(), "Group ")
		rows := len(groupsOf(b.floorPane.rows(b.model)))
		others := 0
		for _, name := range []string{" Tier 2  ", " Billing  ", " Night desk  ", " in no group  ", " Callback list  "} {
			others += strings.Count(b.text(), name)
		}
		b.wantText(t, fmt.Sprintf("… %d rows more: O shows them", rows-shown-others))
		b.wantText(t, "Callback list")
		b.press("tab", "tab", "tab", "G")
		b.wantText(t, "Callback list")
	}
}

// Whatever is on the floor, the panes and the wallboard are exactly as large as the
// terminal.
func TestTheFloorHoldsUnderAnything(t *testing.T) {
	keys := []string{"O", "W", "tab", "j", "k", "g", "G", "enter", "esc", "f", "pgdown", "pgup", "ctrl+d", "v", "t", "?", "x", "left", "right", "space", "q"}
	rapid.Check(t, func(t *rapid.T) {
		s := busyDay()
		w, h := rapid.IntRange(20, 220), rapid.IntRange(4, 70)
		b := newBench(s, w.Draw(t, "w"), h.Draw(t, "h"))
		if rapid.Bool().Draw(t, "only a wallboard") {
			b.boardOnly()
		}
		b.look.ASCII = rapid.Bool().Draw(t, "ascii")
		b.retheme()
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			switch rapid.IntRange(0, 5).Draw(t, "step") {
			case 0:
				b.resizeTo(w.Draw(t, "w"), h.Draw(t, "h"))
			case 1:
				name := drawName().Draw(t, "name")
				sessions := append([]*engine.Session{}, s.frame.Sessions...)
				sessions[rapid.IntRange(0, len(sessions)-1).Draw(t, "which")] = drawCall(t, 50)
				s.set(sessions...)
				f := s.frame
				f.Roster.Groups = append([]engine.Group{{Name: name, Operators: []engine.Operator{{Number: "+12025550166", Name: name}}}}, f.Roster.Groups...)
				f.Ended = append(f.Ended[:len(f.Ended):len(f.Ended)], engine.Ended{Session: "x", Name: name, Over: noon, Operator: name})
				f.Callbacks = []engine.Callback{{ID: "c", Name: name, Promised: noon}}
				b.tick()
			case 2:
				pause := time.Duration(rapid.IntRange(0, 90000).Draw(t, "pause")) * time.Millisecond
				b.wall.at, s.now = b.wall.at.Add(pause), s.now.Add(pause)
				b.tick()
			default:
				b.hit(rapid.SampledFrom(keys).Draw(t, "key"))
			}
			checkSize(t, b)
		}
	})
}
