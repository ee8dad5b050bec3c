package runner

import (
	"fmt"
	"testing"
	"time"

	"switchboard/engine"
)

var noon = time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)

func command(session, n int, a engine.Action) engine.Command {
	id := engine.SessionID(fmt.Sprint("s", session))
	return engine.Command{Name: engine.CommandName(fmt.Sprint(id, "/", n)), Session: id, Decided: noon, Action: a}
}

// begun returns the names of all that may begin now, and of all that is too old.
func begun(l *lanes, now time.Time) (names, old []string) {
	for {
		c, tooOld, ok := l.begin(now)
		switch {
		case !ok:
			return names, old
		case tooOld:
			old = append(old, string(c.Name))
		default:
			names = append(names, string(c.Name))
		}
	}
}

func TestEachAdapterHasItsPlaces(t *testing.T) {
	l := newLanes(25)
	for i := range 100 {
		l.add(command(i, 1, engine.Hear{}))
		l.add(command(i, 2, engine.Hangup{}))
	}
	names, _ := begun(l, noon)
	telnyx, symbl := l.pool(engine.AdapterTelnyx).taken, l.pool(engine.AdapterSymbl).taken
	if len(names) != 80 || telnyx != 64 || symbl != 16 {
		t.Errorf("got %d begun, %d for Telnyx, %d for Symbl", len(names), telnyx, symbl)
	}
	l.done(command(3, 1, engine.Hear{}))
	if names, _ = begun(l, noon); len(names) != 1 || names[0] != "s16/1" {
		t.Errorf("when one place comes free: got %v, want the first that waits", names)
	}
}

// "A paced dial gives its place back while it waits."
func TestDialsArePacedAndHoldNobodyElse(t *testing.T) {
	l := newLanes(25)
	for i := range 90 {
		l.add(command(i, 1, engine.Dial{}))
	}
	for i := range 40 {
		l.add(command(100+i, 1, engine.Answer{}))
	}
	if names, _ := begun(l, noon); len(names) != 64 { // 25 dials, and 39 of the 40 others
		t.Errorf("at once: %d begin, want 64", len(names))
	}
	for i := range 25 {
		l.done(command(i, 1, engine.Dial{}))
	}
	if names, _ := begun(l, noon); len(names) != 1 {
		t.Errorf("with 25 places free and no dial due: %v begin, want the last answer", names)
	}
	at, ok := l.next(noon)
	if want := noon.Add(40 * time.Millisecond); !ok || !at.Equal(want) {
		t.Errorf("the next dial: got %v, want %v", at, want)
	}
	if names, _ := begun(l, noon.Add(39*time.Millisecond)); names != nil {
		t.Errorf("too soon: %v begin", names)
	}
	if names, _ := begun(l, at); len(names) != 1 || names[0] != "s25/1" {
		t.Errorf("then: got %v, want the first that waits", names)
	}
	for i := range 40 {
		l.done(command(100+i, 1, engine.Answer{}))
	}
	if names, _ := begun(l, noon.Add(1010*time.Millisecond)); len(names) != 24 {
		t.Errorf("after a second: %d begin, want 24 more", len(names))
	}
}

func TestADialThatWaitsTooLongIsGivenUp(t *testing.T) {
	l := newLanes(1)
	for i := range 3 {
		l.add(command(i, 1, engine.Dial{}))
	}
	begun(l, noon)
	late := noon.Add(engine.CommandLife + time.Nanosecond)
	if names, old := begun(l, late); names != nil || len(old) != 2 {
		t.Errorf("got %v begun, %v too old", names, old)
	}
	if names, old := begun(l, late); names != nil || old != nil {
		t.Errorf("again: got %v begun, %v too old", names, old)
	}
}

func TestAFullLaneGivesUpItsOldest(t *testing.T) {
	l := newLanes(25)
	for n := range 256 {
		if _, full := l.add(command(1, n, engine.Hangup{})); full {
			t.Fatalf("full at %d", n)
		}
	}
	if oldest, full := l.add(command(1, 256, engine.Hangup{})); !full || oldest.Name != "s1/0" {
		t.Errorf("got %v, %v, want s1/0", oldest.Name, full)
	}
	for want := 1; want <= 256; want++ {
		names, _ := begun(l, noon)
		if len(names) != 1 || names[0] != fmt.Sprint("s1/", want) {
			t.Fatalf("got %v, want s1/%d alone", names, want)
		}
		l.done(command(1, want, engine.Hangup{}))
	}
	if len(l.all) != 0 {
		t.Error("an empty lane is kept")
	}
}
