package world

import "switchboard/engine/recording"

// Call has a customer dial one of our numbers; see [World.Call].
func (n *Network) Call(rec *recording.Recording, to string) (leg LegID, err error) {
	n.Do(func(w *World) { leg, err = w.Call(rec, to) })
	return leg, err
}

// CallIn has somebody dial one of our numbers, and then digits; see [World.CallIn].
func (n *Network) CallIn(from, to, digits string) (leg LegID, err error) {
	n.Do(func(w *World) { leg, err = w.CallIn(from, to, digits) })
	return leg, err
}

// Hangup has the far end of a leg hang up. It does nothing to a leg that is gone.
func (n *Network) Hangup(leg LegID) { n.Do(func(w *World) { w.PutDown(leg) }) }

// Talk has the far end of a leg say a text; see [World.Talk].
func (n *Network) Talk(leg LegID, text string) (done bool) {
	n.Do(func(w *World) { done = w.Talk(leg, text) })
	return done
}

// Press has the far end of a leg press keys; see [World.Press].
func (n *Network) Press(leg LegID, keys string) (done bool) {
	n.Do(func(w *World) { done = w.Press(leg, keys) })
	return done
}

// Alive reports whether a leg is there.
func (n *Network) Alive(leg LegID) (alive bool) {
	n.look(func(w *World) { alive = w.Alive(leg) })
	return alive
}

// Heard returns the sentences that a leg has heard, without the first from of them;
// see [World.Heard].
func (n *Network) Heard(leg LegID, from int) (said []Said) {
	n.look(func(w *World) { said = w.Heard(leg, from) })
	return said
}

// Saying returns the sentence that a leg is hearing, as far as it was said; see
// [World.Saying].
func (n *Network) Saying(leg LegID) (said Said, saying bool) {
	n.look(func(w *World) { said, saying = w.Saying(leg) })
	return said, saying
}

// Sound returns what the far end of a streamed leg says; see [World.Sound].
func (n *Network) Sound(s Stream, from int) (said []Said, next int, on bool) {
	n.mu.Lock() // a stream asks often: no closure for look
	defer n.mu.Unlock()
	n.advance()
	return n.world.Sound(s, from)
}

// Customers returns how many customers are alive.
func (n *Network) Customers() (live int) {
	n.look(func(w *World) { live = w.Customers() })
	return live
}

// Snapshot returns what the world knows, for a test to judge by.
func (n *Network) Snapshot() (s Snapshot) {
	n.look(func(w *World) { s = w.Snapshot() })
	return s
}
