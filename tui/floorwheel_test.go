package tui

import "testing"

// The wheel chooses in the operators' pane, and in the events of all calls, as j and k do.
func TestWheelMovesThePanesOfTheFloor(t *testing.T) {
	for _, p := range []pane{paneFloor, paneAll} {
		b := newHand(governed(), 200, 50)
		b.setFull(p)
		b.version++
		b.see()
		before := b.text()
		b.rollAt(20, 20, 2)
		if b.text() == before {
			t.Errorf("the wheel moves nothing in pane %d:\n%s", p, before)
		}
	}
}
