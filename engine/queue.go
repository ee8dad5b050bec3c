package engine

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Limits of waiting for an operator, and of callbacks.
const (
	maxCallbacks = 256
	tellSilence  = 20 * time.Second // between lines to a customer who hears nothing else
	tellAudio    = 45 * time.Second // … and to one who hears hold audio
	callbackKey  = "2"
)

// enqueue has the customer wait for an operator to come free, and tells him.
func (t *turn) enqueue(s *Session) {
	g := t.groupOf(s.Transfer.Group)
	if !g.OpenAt(t.now) {
		s.Transfer.Why = g.Name + " is closed"
		if t.Settings.Queue.Then == FallbackCallback && t.promise(s) {
			return
		}
		t.failTransfer(s)
		return
	}
	if s.Transfer.Queued.IsZero() {
		s.Transfer.Queued = t.now
		t.note(s, NoteTrouble, "nobody is free in %s: the customer waits", g.Name)
	} else if t.due(t.waitsUntil(s)) {
		t.waitedOut(s)
		return
	}
	if s.Transfer.Why == "" {
		s.Transfer.Why = ErrAllEngaged.Error()
	}
	s.Transfer.Status, s.Transfer.Since, s.Transfer.Leg, s.Transfer.To = TransferQueued, t.now, "", ""
	s.Transfer.Typed, s.Transfer.Group = false, g.Name
	t.retryLater(s)
	t.sayPlace(s)
}

// waitsUntil returns when a customer has waited for as long as he is to.
func (t *turn) waitsUntil(s *Session) time.Time {
	return s.Transfer.Queued.Add(t.Settings.Queue.AtMost)
}

// retryLater has those who did not answer called again, unless the wait is over by then.
func (t *turn) retryLater(s *Session) {
	s.Transfer.RetryAt = t.now.Add(retryQueued)
	if until := t.waitsUntil(s); until.Before(s.Transfer.RetryAt) {
		s.Transfer.RetryAt = until
	}
}

// sayPlace tells a customer who waits how many are before him.
func (t *turn) sayPlace(s *Session) {
	p := t.prompts(s)
	if p.Queued == "" {
		t.speak(s, PromptUnavailable)
		return
	}
	text := p.Queued
	if strings.Contains(text, "%d") {
		text = fmt.Sprintf(text, t.placeInQueue(s))
	}
	if t.Settings.Queue.Callback && p.Offer != "" && t.mayPromise(s) {
		text += " " + p.Offer
	}
	t.tell(s, PromptQueued, text)
}

// placeInQueue returns how many customers wait for the same group and for longer than
// this one, and one. Of those who came at once the call that opened first is the first.
func (t *turn) placeInQueue(s *Session) int {
	place := 1
	for id, since := range t.State.index.queue { // counted only: the order does not matter
		o, ok := t.session(id)
		if !ok || id == s.ID || o.Transfer.Status != TransferQueued || o.Transfer.Group != s.Transfer.Group {
			continue
		}
		if cmp.Or(since.Compare(s.Transfer.Queued), cmp.Compare(o.Opened, s.Opened)) < 0 {
			place++
		}
	}
	return place
}

// waitOn goes on with what a waiting customer hears, once nothing is spoken to him:
// hold audio, or a line now and then. Where somebody talks with him he hears neither.
func (t *turn) waitOn(s *Session) {
	if !s.Transfer.Under() && s.Transfer.Status != TransferQueued || s.Ending != "" {
		t.waitOver(s)
		return
	}
	customer, ok := s.Customer()
	if !ok || customer.Status != LegUp {
		return
	}
	quiet := tellSilence
	if t.mayPlay(s) {
		quiet = tellAudio
		if !s.Wait.Audio {
			s.Wait.Audio = true
			t.order(s, string(customer.Name), Play{Leg: customer.ID, Audio: t.Settings.Hold})
		}
	}
	s.Wait.Next = t.now.Add(quiet)
}

// talkedWith reports whether the front desk or a supervisor talks with the customer.
func (s *Session) talkedWith() bool { return s.frontOn() || s.supervised() }

// mayPlay reports whether a customer who waits is to hear hold audio.
func (t *turn) mayPlay(s *Session) bool {
	return !t.Settings.Hold.None() && !s.Wait.Mute && !s.talkedWith()
}

// waitOver ends what a waiting customer hears.
func (t *turn) waitOver(s *Session) {
	if customer, ok := s.Customer(); ok && s.Wait.Audio && customer.Status == LegUp && !customer.HangupAsked {
		t.order(s, string(customer.Name), StopPlay{Leg: customer.ID})
	}
	s.Wait = Waiting{Mute: s.Wait.Mute}
}

// waitChecked ends what a waiting customer hears once he no longer waits, however that
// came about, or once somebody talks with him; and goes on with it when nobody does.
func (t *turn) waitChecked(s *Session) {
	waits := (s.Transfer.Under() || s.Transfer.Status == TransferQueued) && s.Ending == ""
	switch {
	case s.Wait == Waiting{Mute: s.Wait.Mute}:
	case !waits, s.Wait.Audio && s.talkedWith():
		t.waitOver(s)
		t.waitOn(s)
	case !s.Wait.Audio && s.Prompt.Kind == PromptNone && !s.Menu.Open && t.mayPlay(s):
		t.waitOn(s)
	}
}

// waitDue tells a waiting customer something again.
func (t *turn) waitDue(s *Session) {
	s.Wait.Next = time.Time{}
	switch {
	case s.talkedWith():
		t.waitOn(s)
	case s.Transfer.Status == TransferQueued:
		t.sayPlace(s)
	case s.Transfer.Under() && s.Wait.Audio:
		t.waitOn(s)
	case s.Transfer.Under() && t.prompts(s).Waiting != "":
		t.speak(s, PromptWaiting)
	case s.Transfer.Under():
		t.waitOn(s)
	}
}

// audioEnded is hold audio that ended by itself: it could not be played, and lines are
// spoken in its place. A tone to an operator ends by itself once it was heard.
func (t *turn) audioEnded(e AudioEnded) {
	s, l, ok := t.leg(e.LegRef)
	switch {
	case !ok || e.Status == "cancelled" || e.Status == "call_hangup":
	case l.Role == RoleCustomer:
		t.unplayed(s, e.Status)
	case l.Role == RoleOperator && e.Status != "completed" && !t.Settings.Briefing.Tone.None():
		t.noTone(s, l, e.Status)
	}
}

func (t *turn) unplayed(s *Session, words string) {
	if !s.Wait.Audio {
		return
	}
	t.note(s, NoteTrouble, "hold audio could not be played (%s): lines are spoken instead", clip(words, maxText))
	s.Wait = Waiting{Mute: true}
	t.waitOn(s)
}

// queueDue runs the waits of a customer in the queue.
func (t *turn) queueDue(s *Session) {
	switch g := t.groupOf(s.Transfer.Group); {
	case t.due(t.waitsUntil(s)):
		t.waitedOut(s)
	case !t.due(s.Transfer.RetryAt):
	case !g.OpenAt(t.now):
		s.Transfer.Why = g.Name + " is closed"
		t.note(s, NoteTrouble, "%s: nobody comes free any more", s.Transfer.Why)
		t.waitedOut(s)
	default:
		s.Transfer.Tried = nil
		t.retryLater(s)
		t.retry = true
	}
}

// serve calls an operator for a customer who waits, if one is free.
func (t *turn) serve(s *Session) {
	if next := t.nextOperator(s); next != "" && s.Transfer.Status == TransferQueued && s.Ending == "" {
		t.speak(s, PromptConnecting)
		t.dial(s, next)
	}
}

// serveQueue gives operators who have come free in this turn, or are to be tried again,
// to who has waited longest.
func (t *turn) serveQueue() {
	if len(t.State.index.queue) == 0 {
		return
	}
	freed := t.freed()
	if len(freed) == 0 && !t.reloaded() && !t.retry {
		return
	}
	for _, id := range t.queue() {
		s, ok := t.edit(id)
		if !ok || s.Transfer.Status != TransferQueued || s.Quarantined.Event != 0 {
			continue
		}
		s.Transfer.Tried = slices.DeleteFunc(slices.Clone(s.Transfer.Tried), func(n string) bool { return slices.Contains(freed, n) })
		t.serve(s)
		if len(t.commands) > maxCommands/2 {
			return // the others when their own wait is due
		}
	}
}

// queue returns who waits, the first first.
func (s *State) queue() []SessionID {
	ids := make([]SessionID, 0, len(s.index.queue))
	for id := range s.index.queue {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b SessionID) int {
		if c := s.index.queue[a].Compare(s.index.queue[b]); c != 0 {
			return c
		}
		return int(int64(s.index.opened[a]) - int64(s.index.opened[b]))
	})
	return ids
}

// waitedOut goes on with a customer who has waited for as long as he is to.
func (t *turn) waitedOut(s *Session) {
	switch t.Settings.Queue.Then {
	case FallbackCallback:
		if t.promise(s) {
			return
		}
		t.failTransfer(s)
	case FallbackMenu:
		s.Transfer.Status, s.Transfer.Since = TransferFailed, t.now
		t.note(s, NoteTrouble, "waited %s in vain: back to the menu", t.now.Sub(s.Transfer.Queued).Round(time.Second))
		t.waitOver(s)
		s.Menu.Round = 0
		t.menu(s)
	case 0, FallbackStay:
		t.failTransfer(s)
	default:
		panic(fmt.Sprintf("engine: no fallback %s", t.Settings.Queue.Then))
	}
}

// promise puts the customer on the callback list, where his number is known and there
// is room, and tells him.
func (t *turn) promise(s *Session) bool {
	if !t.mayPromise(s) {
		t.note(s, NoteTrouble, "no callback could be promised: his number is withheld, or the list is full")
		return false
	}
	if !t.promisedTo(s.Caller) {
		t.promised = append(t.promised, Callback{
			ID: CallbackID(fmt.Sprintf("cb%d", t.event.Seq)), Number: s.Caller, Name: s.Name, Promised: t.now,
			Session: s.ID, Why: whyOfTransfer(s.Transfer),
		})
	}
	s.Transfer.Status, s.Transfer.Since, s.Transfer.Due = TransferCallback, t.now, time.Time{}
	t.callOff(s)
	t.waitOver(s)
	t.note(s, NoteFact, "a callback to %s is promised", s.Caller)
	t.speak(s, PromptCallback)
	return true
}

// mayPromise reports whether the customer's number is known and the list has room.
func (t *turn) mayPromise(s *Session) bool {
	room := len(t.State.callbacks)+len(t.promised) < maxCallbacks
	return ValidTarget(s.Caller) == nil && (room || t.promisedTo(s.Caller))
}

// promisedTo reports whether a number is on the callback list: one call keeps all that
// was promised to it.
func (t *turn) promisedTo(number string) bool {
	to := func(c Callback) bool { return c.Number == number }
	return slices.ContainsFunc(t.State.callbacks, to) || slices.ContainsFunc(t.promised, to)
}

func (t *turn) callbackDone(e CallbackDone) {
	if !slices.ContainsFunc(t.State.callbacks, func(c Callback) bool { return c.ID == e.Callback }) {
		t.refuse("", ErrNoCallback)
		return
	}
	t.called = append(t.called, e.Callback)
}
