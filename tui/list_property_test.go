package tui

import (
	"fmt"
	"slices"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"pgregory.net/rapid"

	"switchboard/engine"
)

// Whatever sorts, freezes, folds, filters and marks in whatever order: the selection stays
// on its call while that is there, no call has two rows, each that is shown has one, and
// nobody who needs a hand is folded.
func TestListHoldsUnderAnything(t *testing.T) {
	keys := []string{"j", "k", "g", "G", "pgdown", "pgup", "1", "5", "9", "s", "S", "F", "d", "space", "enter", "esc", "c", "J", "K", "0", "tab", "up", "down"}
	filters := []func(*engine.Session) bool{nil, nil, func(s *engine.Session) bool { return s.Number%3 == 0 }, func(s *engine.Session) bool { return stateOf(s) == stateTalk }}
	rapid.Check(t, func(t *rapid.T) {
		s := afternoon()
		s.set(fullHouse(rapid.IntRange(0, 120).Draw(t, "calls"))...)
		w, h := rapid.IntRange(20, 220), rapid.IntRange(5, 60)
		b := newBench(s, w.Draw(t, "w"), h.Draw(t, "h"))
		number := 1000
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			before, fold, moved := b.list.selected, b.list.onFold, false
			switch rapid.IntRange(0, 9).Draw(t, "step") {
			case 0:
				b.Update(tea.WindowSizeMsg{Width: w.Draw(t, "w"), Height: h.Draw(t, "h")})
			case 1, 2, 3:
				number += 100
				s.set(churn(t, s.frame.Sessions, number)...)
				b.tick()
			case 4, 5:
				pause := time.Duration(rapid.IntRange(0, 9000).Draw(t, "pause")) * time.Millisecond
				b.wall.at, s.now = b.wall.at.Add(pause), s.now.Add(pause)
				b.tick()
			case 6:
				b.list.keep = rapid.SampledFrom(filters).Draw(t, "filter")
				b.list.sort()
				fold = false // who filters asks for rows
			case 7:
				b.sortBy(rapid.SampledFrom([]string{byNeed, colNow, colTime, "rule", "?"}).Draw(t, "column"))
				fold = false
			default:
				moved = true
				b.hit(rapid.SampledFrom(keys).Draw(t, "key"))
			}
			if _, there := s.frame.Session(before); there && !moved && b.list.selected != before {
				t.Fatalf("the selection went from %s to %q by itself", before, b.list.selected)
			}
			if fold && !moved && !b.list.onFold && len(s.frame.Sessions) > b.list.room {
				t.Fatalf("the selection went from the fold to %s by itself", b.list.selected)
			}
			checkList(t, b)
			checkSize(t, b)
		}
	})
}

// churn lets calls go, come, and change how they stand.
func churn(t *rapid.T, sessions []*engine.Session, number int) []*engine.Session {
	sessions = slices.Clone(sessions)
	for range rapid.IntRange(0, 20).Draw(t, "go") {
		if len(sessions) > 0 {
			i := rapid.IntRange(0, len(sessions)-1).Draw(t, "which")
			sessions = slices.Delete(sessions, i, i+1)
		}
	}
	for i := range rapid.IntRange(0, 20).Draw(t, "come") {
		sessions = append(sessions, call(number+i, fmt.Sprint("Caller ", i%4), "+12025550142", time.Duration(i)*time.Second, -100))
	}
	for range rapid.IntRange(0, 5).Draw(t, "change") {
		if len(sessions) > 0 {
			i := rapid.IntRange(0, len(sessions)-1).Draw(t, "which")
			changed := drawCall(t, sessions[i].Number)
			changed.ID = sessions[i].ID
			sessions[i] = changed
		}
	}
	return sessions
}

// checkList finds a list that does not hold together.
func checkList(t *rapid.T, b *bench) {
	l := &b.list
	rows := map[engine.SessionID]int{}
	for _, s := range slices.Concat(l.rows, l.folded) {
		if rows[s.ID]++; rows[s.ID] > 1 {
			t.Fatalf("%s has two rows", s.ID)
		}
		if now, ok := b.frame.Session(s.ID); !ok || now != s {
			t.Fatalf("the row of %s is one of before", s.ID)
		}
	}
	for _, s := range b.frame.Sessions {
		if rows[s.ID] == 0 && (l.keep == nil || l.keep(s)) {
			t.Fatalf("%s has no row", s.ID)
		}
	}
	for _, s := range l.folded {
		if stateOf(s).attention() {
			t.Fatalf("%s needs a hand and is folded", s.ID)
		}
	}
	if len(l.need) != len(b.frame.Sessions) || len(l.order) != len(b.frame.Sessions) || l.all != len(b.frame.Sessions) {
		t.Fatalf("%d and %d calls of %d", len(l.need), len(l.order), len(b.frame.Sessions))
	}
	s, ok := l.call()
	switch {
	case ok != (l.selected != "") || ok && s.ID != l.selected:
		t.Fatalf("%q is selected, and the row is another's", l.selected)
	case !ok && !l.onFold && l.lines() > 0:
		t.Fatal("nothing is selected")
	case l.onFold && len(l.folded) == 0:
		t.Fatal("a fold of nobody is selected")
	case l.top < 0 || l.lines() > 0 && l.top >= l.lines():
		t.Fatalf("line %d of %d is on top", l.top, l.lines())
	case !l.resting && l.page > 0 && l.lines() > 0 && !l.shown():
		t.Fatalf("the selected line %d is not on the page of %d from %d", l.at, l.page, l.top)
	}
	for id := range b.marks {
		if rows[id] == 0 && l.keep == nil {
			t.Fatalf("%s is marked and gone", id)
		}
	}
}
