package engine

import "fmt"

type flagged struct{ *Flagged }

func flaggedOf(c *Cond) condition {
	if c.Flagged == nil {
		return nil
	}
	return flagged{c.Flagged}
}

func (f flagged) judge(l *look) verdict {
	i, ok := f.find(l)
	if !ok {
		return verdict{}
	}
	return verdict{yes, l.Said[i].stale(f.Within)}
}

// find returns the newest sentence that has one of the flags.
func (f flagged) find(l *look) (int, bool) {
	for i := len(l.Said) - 1; i >= 0; i-- {
		if h := &l.Said[i]; h.Flags&f.Flags != 0 && l.fresh(h, f.Within) && f.Speakers.by(h.Speaker) && l.certain(h) {
			return i, true
		}
	}
	return 0, false
}

func (f flagged) text() string {
	return fmt.Sprintf("%ssomething flagged %s%s", who(f.Speakers), f.Flags, within(f.Within))
}

func (f flagged) proof(l *look) proof {
	i, _ := f.find(l)
	return proof{
		check: Check{
			Seen:   fmt.Sprintf("%s, %s ago", l.Said[i].Flags&f.Flags, inWords(l.Now.Sub(l.Said[i].said()))),
			Unless: "the scorer had not seen that in it",
		},
		counts: []int{i},
	}
}
