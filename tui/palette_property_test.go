package tui

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"switchboard/engine"
)

// aboutOf is the session that a wish or a box is about; empty: none.
func aboutOf(x any) engine.SessionID {
	v := reflect.Indirect(reflect.ValueOf(x))
	if v.Kind() != reflect.Struct {
		return ""
	}
	for _, name := range []string{"Session", "session"} {
		if f := v.FieldByName(name); f.IsValid() && f.Kind() == reflect.String {
			return engine.SessionID(f.String())
		}
	}
	return ""
}

// Whatever comes between the opening of the palette and Enter, it acts on the call that the
// chosen row names, or on none.
func TestPaletteNeverActsOnAnotherCall(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom([]func() *stage{afternoon, governed, twoProposals, listened}).Draw(t, "floor")()
		b := newBench(s, 120, 36)
		b.list.move(rapid.IntRange(0, 7).Draw(t, "selected"))
		if rapid.Bool().Draw(t, "of a call") {
			all := s.frame.Sessions
			b.openPaletteFor(all[rapid.IntRange(0, len(all)-1).Draw(t, "which")].ID)
		} else {
			b.press(":")
		}
		p, ok := b.box.(*paletteBox)
		if !ok || len(p.offers) == 0 {
			t.Skip("nothing is offered")
		}
		p.at, p.moved = rapid.IntRange(0, len(p.offers)-1).Draw(t, "row"), true
		chosen := p.fits()[p.at]
		for range rapid.IntRange(0, 3).Draw(t, "frames") {
			sessions := append([]*engine.Session{}, s.frame.Sessions...)
			if len(sessions) > 0 {
				i := rapid.IntRange(0, len(sessions)-1).Draw(t, "changed")
				if rapid.Bool().Draw(t, "goes") {
					sessions = append(sessions[:i], sessions[i+1:]...)
				} else {
					id := sessions[i].ID
					sessions[i] = drawCall(t, 200)
					sessions[i].ID = id
				}
			}
			s.set(sessions...)
			b.tick()
			b.list.move(rapid.IntRange(-5, 5).Draw(t, "moves"))
		}
		if b.box != box(p) {
			t.Fatalf("a frame has closed the palette: %T", b.box)
		}
		s.asked = nil
		b.press("enter")
		for _, e := range s.asked {
			if about := aboutOf(e.Body); about != "" && about != chosen.call {
				t.Fatalf("%q, of %q, asks %#v", chosen.label, chosen.call, e.Body)
			}
		}
		if about := aboutOf(b.box); b.box != nil && about != "" && about != chosen.call {
			t.Fatalf("%q, of %q, opens %T on %q", chosen.label, chosen.call, b.box, about)
		}
	})
}
