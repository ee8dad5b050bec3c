package world

import (
	"fmt"

	"switchboard/engine/recording"
)

// A customer is somebody who follows a recording.
type customer struct {
	leg      *leg
	rec      *recording.Recording
	raised   map[recording.Anchor]bool
	menus    int    // menus that began
	gathered string // how his latest gather ended; empty while one is open or none was

	operators int  // operators called
	called    int  // of them, alive
	failed    bool // the latest call of an operator came to nothing
	human     *leg // the operator who joined first: the one of the recording
	front     *leg // the bot or first-line desk that joined first
}

// frontDoes returns how a front that is called behaves.
func (c *customer) frontDoes() recording.Operator {
	if c.rec.Front.Does == "" {
		return recording.Operator{Does: recording.Answers, After: recording.FrontAfter}
	}
	return c.rec.Front
}

// nextOperator returns how the next operator that is called behaves.
func (c *customer) nextOperator() recording.Operator {
	i := c.operators
	c.operators++
	if len(c.rec.Operators) == 0 {
		return recording.Operator{Does: recording.Answers, After: recording.AnswersAfter}
	}
	return c.rec.Operators[min(i, len(c.rec.Operators)-1)]
}

// hears is what a customer makes of a prompt that begins on his line. The rules are in
// the doc of package recording.
func (w *World) hears(c *customer, gather bool) {
	switch {
	case c.called == 0 && c.failed && !c.raised[recording.OnUnavailable]:
		w.raise(c, recording.OnUnavailable, 0)
	case gather:
		c.menus++
		w.raise(c, recording.OnMenu, c.menus)
	case c.called == 0 && !c.raised[recording.OnLeft] && (c.gathered == "timeout" || c.gathered == "invalid"):
		w.raise(c, recording.OnQuestion, 0)
	}
}

// briefed is what an operator makes of a gather's text that begins on his line: he
// presses a key, once for each gather.
func (w *World) briefed(l *leg, p prompt) {
	g := p.gather
	key, after := l.does.Key(p.duration())
	if key == "" || g.taken {
		return
	}
	g.taken = true
	w.after(after, l, func() {
		if l.gather == g {
			w.press(l, key)
		}
	})
}

// met is what follows when an operator and the customer he was called for are in one
// conference.
func (w *World) meet(operator *leg) {
	c := operator.customer
	operator.met, c.failed = true, false
	if !operator.machine && c.human == nil {
		c.human = operator
		w.raise(c, recording.OnOperator, 0)
	}
}

// greetedBy is what follows when a front and the customer it was called for are in one
// conference.
func (w *World) greetedBy(front *leg) {
	if c := front.customer; c.front == nil {
		c.front = front
		w.raise(c, recording.OnFront, 0)
	}
}

// parted is what a customer makes of it when an operator's line is gone.
func (w *World) parted(operator *leg) {
	c := operator.customer
	c.called--
	switch {
	case operator.met:
		w.raise(c, recording.OnLeft, 0)
	default:
		c.failed = true
	}
}

// raise begins the lines that count from an anchor. All but menus come once.
func (w *World) raise(c *customer, on recording.Anchor, round int) {
	if on != recording.OnMenu && c.raised[on] {
		return
	}
	c.raised[on] = true
	for _, line := range c.rec.Lines {
		if line.On == on && (on != recording.OnMenu || max(1, line.Round) == round) {
			w.after(line.At, c.leg, func() { w.play(c, line) })
		}
	}
}

// play does what a line says, if whose line it is can do it.
func (w *World) play(c *customer, line recording.Line) {
	var l *leg
	switch line.Who {
	case recording.Customer:
		l = c.leg
	case recording.Agent:
		l = c.human
	case recording.Desk:
		l = c.front
	default:
		panic(fmt.Sprintf("world: who %q", line.Who))
	}
	if l == nil || l.status != up || !line.Hangup && c.past(line.On) {
		return
	}
	switch {
	case line.Hangup:
		w.end(l, theirs(l))
	case line.Key != "":
		w.press(l, line.Key)
	default:
		w.say(l, line)
	}
}

// Talk has the far end of a leg say a text, as a supervisor does of whom no recording
// tells. It reports whether the leg is answered.
func (w *World) Talk(id LegID, text string) bool {
	l, err := w.alive(id)
	if err != nil || l.status != up {
		return false
	}
	line := recording.Line{Say: text}
	switch l.party {
	case Customer:
		line.Who = recording.Customer
	case Operator:
		line.Who = recording.Agent
	case Front:
		line.Who = recording.Desk
	case Caller, Stranger:
	default:
		panic(fmt.Sprintf("world: party %s", l.party))
	}
	w.say(l, line)
	return true
}

// Press has the far end of a leg press keys, one at once after the other. It reports
// whether the leg is answered.
func (w *World) Press(id LegID, keys string) bool {
	l, err := w.alive(id)
	if err != nil || l.status != up {
		return false
	}
	for _, key := range keys {
		w.press(l, string(key))
	}
	return true
}

// past reports whether it is too late for what counts from an anchor: nobody answers
// the machine while he talks with an operator, or goes on talking with one who is gone.
func (c *customer) past(on recording.Anchor) bool {
	if c.human == nil {
		return false
	}
	switch on {
	case recording.OnMenu, recording.OnQuestion, recording.OnFront, recording.OnUnavailable:
		return c.human.status == up
	case recording.OnOperator:
		return c.human.status != up
	default:
		return false
	}
}
