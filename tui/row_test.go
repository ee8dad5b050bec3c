package tui

import (
	"testing"

	"switchboard/engine"
)

// "The row says who is muted in words", also beside a proposal that has long words of its
// own.
func TestRowSaysWhoIsMutedBesideAProposal(t *testing.T) {
	for _, c := range []struct {
		w, h int
		want string
	}{{80, 24, "→ in 5s · muted"}, {120, 36, "customer muted"}, {200, 50, "customer muted"}} {
		s := governed()
		s.change("s1", func(s *engine.Session) {
			for i := range s.Legs {
				if l := &s.Legs[i]; l.Role == engine.RoleCustomer {
					l.Muted, l.MuteAsked = true, true
				}
			}
		})
		newBench(s, c.w, c.h).wantText(t, c.want)
	}
}

// A line never begins with a mark of the letter that the line before it ends with: it
// would join the space before it, and the line would be a cell short.
func TestBrokenLinesBeginWithNoMark(t *testing.T) {
	for _, part := range wrap("aaaa-\u0940a bbbb", 5)[1:] {
		if part[0] != 'a' && part[0] != 'b' {
			t.Errorf("a line begins with %q", part)
		}
	}
}
