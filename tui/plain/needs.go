package plain

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"switchboard/engine"
)

// needs tells which calls need a hand, the most pressing first, and what can be typed.
func (c *console) needs() {
	f, now := c.engine.Frame(), c.engine.Now()
	type need struct {
		s    *engine.Session
		rank int
		text string
	}
	var all []need
	for _, s := range f.Sessions {
		if rank, text := needOf(f, s, now); text != "" {
			all = append(all, need{s, rank, text})
		}
	}
	if len(all) == 0 {
		c.out.line("no call needs a hand")
		return
	}
	slices.SortStableFunc(all, func(a, b need) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), a.s.Transfer.Due.Compare(b.s.Transfer.Due), cmp.Compare(a.s.Number, b.s.Number))
	})
	for _, n := range all {
		c.out.line(sessionWords(n.s) + ": " + n.text)
	}
}

// needOf says why a call needs a hand, and how pressing that is; empty where it does not.
func needOf(f *engine.Frame, s *engine.Session, now time.Time) (rank int, text string) {
	typed := func(verbs ...string) (text string) {
		for i, v := range verbs {
			if i > 0 {
				text += ", "
			}
			text += fmt.Sprintf("%s %d", v, s.Number)
		}
		return text
	}
	if s.Phase == engine.PhaseOver {
		return 0, ""
	}
	alert := gravest(s)
	switch {
	case s.Transfer.Status == engine.TransferProposed:
		return 0, proposal(s, now)
	case s.Recorder.Leaks:
		return 1, "he pays and is still recorded: tell him to stop; " + typed("call", "hangup")
	case alert.Severity == engine.SeveritySafety:
		return 1, "danger, rule " + clean(alert.Rule) + "; " + typed("why", "listen", "seen")
	case s.Quarantined.Event != 0, s.Trouble != "":
		return 2, cmp.Or(because("trouble", s.Trouble), "left alone after an error of ours") + "; " + typed("call", "transfer")
	case s.Hot(), s.Pinned:
		return 2, cmp.Or(transferWords(f, s.Transfer), "hot") + "; " + typed("why", "transfer", "listen")
	case s.Transfer.Status == engine.TransferQueued:
		return 3, transferWords(f, s.Transfer) + "; " + typed("transfer", "back")
	case alert.Severity >= engine.SeverityAmber:
		return 4, "alert " + clean(alert.Rule) + ", " + alert.Severity.String() + "; " + typed("why", "seen")
	case s.Blind():
		return 4, feedWords(s, now) + "; " + typed("listen", "transfer")
	}
	return 0, ""
}

// gravest returns the gravest alert of a call that nobody has seen; the zero Alert where
// there is none.
func gravest(s *engine.Session) engine.Alert {
	var top engine.Alert
	for _, a := range s.Alerts {
		if !a.Seen && a.Severity > top.Severity {
			top = a
		}
	}
	return top
}
