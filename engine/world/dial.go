package world

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"switchboard/engine/recording"
)

// A Call is what a Dial asks for.
type Call struct {
	From, To string
	LinkTo   LegID         // a leg whose session the new one shares, or empty
	Ring     time.Duration // how long it rings
	Retry    bool          // other routes are tried after it: the cause is then timeout, not no_answer
	Limit    time.Duration // how long it may last from its answer; four hours if it is 0
	Detect   Detection     // whether it is told who picks up, a machine or a human
}

// Far ends that no recording speaks of.
const (
	engagedAfter = 500 * time.Millisecond
	leaveMessage = 20 * time.Second // from the machine's answer to its hanging up
)

// What a machine says, and when, counted from its answer.
var greeting = []recording.Line{
	{At: time.Second, Who: recording.Agent, Say: "You have reached the voicemail of the support desk."},
	{At: 6 * time.Second, Who: recording.Agent, Say: "Please leave a message after the tone."},
}

// Dial calls a number and returns the new leg. Whoever is called for a customer does
// what his recording says of operators, in turn, whether or not his number is engaged;
// anybody else answers after four seconds and says nothing. A number that has as many
// calls as it takes is engaged.
func (w *World) Dial(call Call, c Command) (LegID, error) {
	if m, ok := w.recall("dial", c); ok {
		return m.leg, nil
	}
	if err := checkState(c); err != nil {
		return "", err
	}
	link, err := w.link(call.LinkTo)
	if err != nil {
		return "", err
	}
	err = w.mayDial()
	late := errors.Is(err, errLate)
	if late {
		err = nil
	}
	if err == nil {
		err = w.balk("dial", link, c)
	}
	if err != nil {
		if link != nil && link.customer != nil {
			link.customer.failed = true
		}
		return "", err
	}
	l := w.dial(call, link, c)
	if late {
		w.after(engagedAfter, l, func() { w.end(l, hangup{"call_rejected", "callee", "403"}) })
	} else {
		w.lead(call, l)
	}
	w.remember("dial", c, memo{done: true, leg: l.id})
	return l.id, nil
}

// link returns the leg that a new one is linked to, if any. It may be over: only its
// session counts.
func (w *World) link(id LegID) (*leg, error) {
	if id == "" {
		return nil, nil
	}
	l, ok := w.legs[id]
	if !ok {
		return nil, errUnknown("/link_to")
	}
	return l, nil
}

// errLate means that a dial is accepted, and fails on its way.
var errLate = errors.New("the channel limit of the account is told by the leg's end")

func (w *World) mayDial() error {
	outgoing := 0
	for _, l := range w.live {
		if l.direction == Outgoing {
			outgoing++
		}
	}
	limit := w.cfg.Limits
	switch {
	case limit.Dials > 0 && len(w.dials) >= limit.Dials*int(dialsWindow/time.Second):
		return errPaced(dialsWindow - w.now.Sub(w.dials[0]))
	case limit.Account > 0 && outgoing >= limit.Account && limit.Late && len(w.live) < maxLive:
		w.dials = append(w.dials, w.now)
		return errLate
	case limit.Account > 0 && outgoing >= limit.Account || len(w.live) >= maxLive:
		return errLimit("90041", "account")
	case limit.Profile > 0 && outgoing >= limit.Profile:
		return errLimit("90042", "outbound voice profile")
	case limit.Connection > 0 && outgoing >= limit.Connection:
		return errLimit("90043", "connection")
	}
	w.dials = append(w.dials, w.now)
	return nil
}

// dial makes the leg of a call.
func (w *World) dial(call Call, link *leg, c Command) *leg {
	made := leg{party: Stranger, direction: Outgoing, from: call.From, to: call.To, state: c.State, limit: call.Limit,
		detection: call.Detect, does: recording.Operator{Does: recording.Answers, After: recording.AnswersAfter}}
	if w.engaged(call.To) {
		made.does = recording.Operator{Does: recording.Busy, After: engagedAfter}
	}
	engaged := made.does.Does == recording.Busy
	var key string
	if link == nil {
		w.strangers++
		key = fmt.Sprintf("stranger/%d", w.strangers)
	} else {
		link.dials++
		key = fmt.Sprintf("%s/dial/%d", link.key, link.dials)
		made.session = link.session
		switch {
		case link.customer == nil || slices.Contains(w.cfg.Phones, call.To):
		case call.To == w.cfg.Front:
			made.party, made.customer, made.does = Front, link.customer, link.customer.frontDoes()
		default:
			made.party, made.customer = Operator, link.customer
			if next := link.customer.nextOperator(); !engaged {
				made.does = next
			}
		}
	}
	l := w.newLeg(key, made)
	if l.party == Operator {
		l.customer.called++
	}
	w.tell(Initiated, l, nil)
	return l
}

// lead has a call that is on its way arrive, and ring for as long as it is to.
func (w *World) lead(call Call, l *leg) {
	w.pickUp(l, l.does)
	w.after(call.Ring, l, func() {
		if l.status != ringing {
			return
		}
		if call.Retry {
			w.end(l, hangup{"timeout", "unknown", "487"})
		} else {
			w.end(l, hangup{"no_answer", "unknown", "487"})
		}
	})
}

// engaged reports whether a number has as many calls as it takes.
func (w *World) engaged(number string) bool {
	calls := 0
	for _, l := range w.live {
		if l.direction == Outgoing && l.to == number {
			calls++
		}
	}
	return w.cfg.Lines > 0 && calls >= w.cfg.Lines && number != w.cfg.Front
}

// pickUp has the far end of a dialled leg do what it does.
func (w *World) pickUp(l *leg, o recording.Operator) {
	var do func()
	switch o.Does {
	case recording.Answers:
		do = func() { w.answer(l) }
	case recording.Busy:
		do = func() { w.end(l, hangup{"user_busy", "callee", "486"}) }
	case recording.Rejects:
		do = func() { w.end(l, hangup{"call_rejected", "callee", "603"}) }
	case recording.Silent:
		return
	case recording.Voicemail:
		l.machine = true
		do = func() { w.answer(l); w.greet(l) }
	default:
		panic(fmt.Sprintf("world: operator does %q", o.Does))
	}
	w.after(o.After, l, func() {
		if l.status == ringing {
			do()
		}
	})
}

// greet is what a machine does once it has answered.
func (w *World) greet(l *leg) {
	for _, line := range greeting {
		w.after(line.At, l, func() { w.say(l, line) })
	}
	w.after(leaveMessage, l, func() { w.end(l, theirs(l)) })
}

// Keys are dialled at this pace by one who calls in.
const (
	dialsAfter = 500 * time.Millisecond // the answer
	keyTakes   = 100 * time.Millisecond
	commaTakes = 500 * time.Millisecond
)

// dialOut has the far end of a leg dial.
func (w *World) dialOut(l *leg, digits string) {
	at := dialsAfter
	for _, d := range digits {
		if d == ',' {
			at += commaTakes
			continue
		}
		w.after(at, l, func() { w.press(l, string(d)) })
		at += keyTakes
	}
}
