package engine

import "time"

// Limits of tombstones.
const (
	tombLife = 2 * time.Hour
	maxTombs = 65536
)

// A tomb remembers a leg that is gone, so that what comes late about it is counted
// and ignored, never adopted.
type tomb struct {
	Leg LegID
	At  time.Time
}

// tombs are the legs that are gone, in the order they went. The zero tombs are empty.
type tombs struct {
	order []tomb
	known map[LegID]struct{}
}

func (t *tombs) has(id LegID) bool {
	_, ok := t.known[id]
	return ok
}

func (t *tombs) bury(b tomb) {
	if b.Leg == "" || t.has(b.Leg) {
		return
	}
	if t.known == nil {
		t.known = make(map[LegID]struct{})
	}
	t.order = append(t.order, b)
	t.known[b.Leg] = struct{}{}
}

// sweep forgets what is too old or too much.
func (t *tombs) sweep(now time.Time) {
	n := 0
	for n < len(t.order) && (len(t.order)-n > maxTombs || now.Sub(t.order[n].At) > tombLife) {
		delete(t.known, t.order[n].Leg)
		n++
	}
	t.order = t.order[n:]
}
