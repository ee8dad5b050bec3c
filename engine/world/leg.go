package world

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"switchboard/engine/recording"
)

// status is how far a leg has come. It only rises.
type status uint8

const (
	ringing status = iota + 1
	up
	gone
)

// Party says who is at the far end of a leg.
type Party uint8

// The parties.
const (
	Customer Party = iota + 1 // plays a recording
	Operator                  // was dialled for a customer
	Caller                    // has called in and dials digits, as Symbl does
	Stranger                  // was dialled for nobody
	Front                     // the front desk, dialled for a customer
)

func (p Party) String() string {
	switch p {
	case Customer:
		return "customer"
	case Operator:
		return "operator"
	case Caller:
		return "caller"
	case Stranger:
		return "stranger"
	case Front:
		return "front"
	default:
		return fmt.Sprintf("Party(%d)", uint8(p))
	}
}

// ErrBusy means that the pretend network has no line left.
var ErrBusy = errors.New("the pretend network has no line left")

type leg struct {
	id        LegID
	callLeg   string
	session   string
	key       string // its own of this world, whatever the interleaving: of its dice
	party     Party
	detection Detection
	direction Direction
	from, to  string
	name      string
	codec     string
	attested  string // how sure the carrier is of from
	state     string // client_state
	status    status
	began     time.Time
	answered  time.Time
	ended     time.Time
	cause     string
	limit     time.Duration // how long it may last, or 0
	answers   int           // times that it was answered

	conference *conference // in which it is
	seat       *seat       // its place there
	speech     []prompt    // the first is being spoken
	spoken     int         // prompts begun: tells a prompt that was cut off
	gather     *gather
	words      []recording.Line // to be said when what is being said is over
	saying     *sentence
	said       int
	heard      []Said
	uttered    []Said        // the latest of what it has said or begun to say
	stream     *Stream       // of its sound, if there is one
	streams    int           // ever
	written    *transcribing // or nil
	tape       *Tape         // what is being recorded of it, or nil
	tapes      int           // ever

	picked   func()             // what the far end does once the leg is answered
	customer *customer          // who he is, or whom he is called for
	machine  bool               // nobody: a voicemail
	does     recording.Operator // how an operator behaves; nothing for others
	met      bool               // an operator that has been in the customer's conference
	dials    int                // legs that were linked to this one
	tasks    int                // on the agenda
	told     int                // events
	commands int
}

// newLeg makes a leg that rings.
func (w *World) newLeg(key string, l leg) *leg {
	l.key, l.status, l.began = key, ringing, w.now
	l.id, l.callLeg, l.codec = w.controlID(key), w.uuid("leg/"+key), w.codec(key)
	if l.session == "" {
		l.session = w.uuid("session/" + key)
	}
	w.legs[l.id] = &l
	w.live = append(w.live, &l)
	return &l
}

// Call has a customer dial one of our numbers and do what the recording says.
func (w *World) Call(rec *recording.Recording, to string) (LegID, error) {
	if len(w.live) >= maxLive {
		return "", ErrBusy
	}
	w.customers++
	name := rec.Caller
	if name == "" {
		name = rec.From
	}
	l := w.newLeg(fmt.Sprintf("customer/%d", w.customers),
		leg{party: Customer, direction: Incoming, from: rec.From, to: to, name: name})
	l.customer = &customer{leg: l, rec: rec, raised: map[recording.Anchor]bool{}}
	l.attested = rec.Attested
	w.ring(l)
	return l.id, nil
}

// CallIn has somebody dial one of our numbers, and when he is answered the digits:
// 0-9 * #, and a comma for a pause of half a second. He never speaks.
func (w *World) CallIn(from, to, digits string) (LegID, error) {
	if len(digits) > maxDigits || strings.Trim(digits, "0123456789*#,") != "" {
		return "", fmt.Errorf("digits %q are not at most %d of 0-9 * # and comma", digits, maxDigits)
	}
	if len(w.live) >= maxLive {
		return "", ErrBusy
	}
	w.callers++
	l := w.newLeg(fmt.Sprintf("caller/%d", w.callers),
		leg{party: Caller, direction: Incoming, from: from, to: to, name: from})
	l.picked = func() { w.dialOut(l, digits) }
	w.ring(l)
	return l.id, nil
}

// ring tells of an incoming leg, whose caller does not wait for ever.
func (w *World) ring(l *leg) {
	w.tell(Initiated, l, func(e *Event) { e.Attested = l.attested })
	w.after(patience, l, func() {
		if l.status == ringing {
			w.end(l, hangup{"originator_cancel", "caller", "487"})
		}
	})
}

// Answer picks up an incoming leg.
func (w *World) Answer(id LegID, c Command) error {
	l, done, err := w.take(id, c)
	switch {
	case done || err != nil:
		return err
	case l.direction == Outgoing:
		return errOutgoing()
	case l.status == up:
		return errAnswered()
	}
	if err := w.accept(l, c); err != nil {
		return err
	}
	w.answer(l)
	return nil
}

// answer is what happens when somebody picks up.
func (w *World) answer(l *leg) {
	l.status, l.answered = up, w.now
	l.answers++
	w.tell(Answered, l, func(e *Event) { e.Codec = l.codec })
	w.detect(l)
	life := legLife
	if l.limit > 0 {
		life = min(l.limit, legLife)
	}
	w.after(life, l, func() { w.end(l, hangup{"time_limit", "unknown", "200"}) })
	if l.party == Customer {
		w.raise(l.customer, recording.OnAnswered, 0)
	}
	if l.picked != nil {
		l.picked()
	}
}

// A hangup is why and by whom a leg ended, in Telnyx's words.
type hangup struct{ cause, source, sip string }

// Hangup ends a leg as a command does: one that rings is cancelled or declined.
func (w *World) Hangup(id LegID, c Command) error {
	l, done, err := w.take(id, c)
	if done || err != nil {
		return err
	}
	if err := w.accept(l, c); err != nil {
		return err
	}
	w.end(l, ours(l))
	return nil
}

// ours is how a leg ends that we end.
func ours(l *leg) hangup {
	switch {
	case l.direction == Incoming && l.status == ringing:
		return hangup{"call_rejected", "callee", "603"}
	case l.direction == Incoming:
		return hangup{"normal_clearing", "callee", "200"}
	case l.status == ringing:
		return hangup{"originator_cancel", "caller", "487"}
	default:
		return hangup{"normal_clearing", "caller", "200"}
	}
}

// theirs is how a leg ends whose far end hangs up.
func theirs(l *leg) hangup {
	switch {
	case l.direction == Outgoing:
		return hangup{"normal_clearing", "callee", "200"}
	case l.status == ringing:
		return hangup{"originator_cancel", "caller", "487"}
	default:
		return hangup{"normal_clearing", "caller", "200"}
	}
}

// Reject declines an incoming leg that is not answered, as busy or not.
func (w *World) Reject(id LegID, busy bool, c Command) error {
	l, done, err := w.take(id, c)
	switch {
	case done || err != nil:
		return err
	case l.direction == Outgoing:
		return errOutgoing()
	case l.status == up:
		return errAnswered()
	}
	if err := w.accept(l, c); err != nil {
		return err
	}
	if busy {
		w.end(l, hangup{"user_busy", "callee", "486"})
	} else {
		w.end(l, hangup{"call_rejected", "callee", "603"})
	}
	return nil
}

// SetState gives a leg another client_state and does nothing else.
func (w *World) SetState(id LegID, c Command) error {
	l, done, err := w.take(id, c)
	if done || err != nil {
		return err
	}
	l.carry(c)
	return nil
}

// PutDown has the far end of a leg hang up. It reports whether the leg was alive.
func (w *World) PutDown(id LegID) bool {
	l, err := w.alive(id)
	if err != nil {
		return false
	}
	w.end(l, theirs(l))
	return true
}

// end is the end of a leg, whoever hung up.
func (w *World) end(l *leg, h hangup) {
	if l.status == gone {
		return
	}
	w.hush(l, "call_hangup")
	w.endStream(l)
	w.endTape(l)
	if l.saying != nil {
		l.saying.lost = true
	}
	w.exit(l)
	l.status, l.ended, l.cause = gone, w.now, h.cause
	w.tell(HungUp, l, func(e *Event) { e.Cause, e.Source, e.SIP = h.cause, h.source, h.sip })
	w.live = slices.DeleteFunc(w.live, func(o *leg) bool { return o == l })
	w.ended = append(w.ended, grave{at: w.now, leg: l.id})
	w.drop(l)
	l.words, l.saying, l.picked, l.uttered, l.written = nil, nil, nil, nil, nil
	if l.party == Operator {
		w.parted(l)
	}
}

// alive returns a leg that can be commanded.
func (w *World) alive(id LegID) (*leg, error) {
	l, ok := w.legs[id]
	switch {
	case !ok:
		return nil, errUnknown("/call_control_id")
	case l.status == gone:
		return nil, errEnded()
	}
	return l, nil
}

// talking returns a leg that is answered.
func (w *World) talking(id LegID, c Command) (l *leg, done bool, err error) {
	l, done, err = w.take(id, c)
	if err == nil && !done && l.status != up {
		err = errNotAnswered()
	}
	return l, done, err
}
