package runner

import (
	"fmt"

	"switchboard/engine"
)

// An outcome is what became of a command, to be taken in like anything that happens.
// Its place stays taken until it is on the disk, so that no more can wait for the
// journal than there are places.
type outcome struct {
	command engine.Command
	carried bool // it was handed to an adapter
	entry   engine.Entry
}

func (l *loop) outcome(c engine.Command, body engine.Body) outcome {
	return outcome{command: c, entry: l.entry(string(c.Name)+"/outcome", body)}
}

// dispatch begins what may be carried out now, each command in a goroutine of its own.
func (l *loop) dispatch() {
	for {
		c, old, ok := l.lanes.begin(l.Now())
		if !ok {
			return
		}
		if old {
			l.lapsed(c)
			continue
		}
		l.underWay++
		l.tasks.Go(func() {
			l.pass(BeforeSend)
			o := l.outcome(c, l.carryOut(c))
			o.carried = true
			l.pass(AfterSend)
			l.results <- o // has room for all
		})
	}
}

// carryOut runs on a goroutine of its own.
func (l *loop) carryOut(c engine.Command) (body engine.Body) {
	defer func() {
		if p := recover(); p != nil {
			body = engine.Unanswered{Command: c.Name, Detail: fmt.Sprintf("the %s adapter panicked: %v", c.Adapter(), p)}
		}
	}()
	doer, ok := l.config.Adapters[c.Adapter()]
	if !ok {
		return engine.Refused{Command: c.Name, Reason: absent(c.Adapter()), Detail: "nothing is configured to carry it out"}
	}
	if body = doer.Do(l.work, c); body == nil {
		return engine.Unanswered{Command: c.Name, Detail: fmt.Sprintf("the %s adapter told no outcome", c.Adapter())}
	}
	return body
}

func absent(a engine.Adapter) engine.Reason {
	if a == engine.AdapterSymbl {
		return engine.ReasonNoFeed
	}
	return engine.ReasonUnreachable
}

// lapsed keeps the outcome of a command that is too old to be carried out.
func (l *loop) lapsed(c engine.Command) {
	o := l.outcome(c, engine.Lapsed{Command: c.Name})
	l.outcomes = append(l.outcomes, o)
	l.complain(o)
}

// reported keeps the outcome of a command that was carried out.
func (l *loop) reported(o outcome) {
	l.underWay--
	l.outcomes = append(l.outcomes, o)
	l.complain(o)
	if o.command.Adapter() == engine.AdapterTelnyx && answered(o.entry.Body) {
		l.health.alive(engine.ByTelnyx, o.entry.Occurred) // Symbl's client tells by itself: it also polls
	}
}

// answered reports whether an outcome shows that the far end spoke to us.
func answered(b engine.Body) bool {
	switch b := b.(type) {
	case engine.Unanswered, engine.Lapsed:
		return false
	case engine.Refused:
		return b.Reason != engine.ReasonUnreachable
	default:
		return true
	}
}

// troubles are what goes wrong with an adapter's commands.
var troubles = map[engine.Adapter]engine.TroubleKind{
	engine.AdapterTelnyx: engine.TroubleTelnyx, engine.AdapterSymbl: engine.TroubleSymbl, engine.AdapterScorer: engine.TroubleScorer,
	engine.AdapterHistory: engine.TroubleHistory,
}

// complain counts an outcome that is not as it should be.
func (l *loop) complain(o outcome) {
	detail, ok := complaint(o)
	if !ok {
		return
	}
	l.health.note(troubles[o.command.Adapter()], 1, l.redaction.text(detail), l.Now())
	l.dirty = true
}

// complaint says what is wrong with an outcome, or reports false. That a leg or its
// conference is gone is the way of the world.
func complaint(o outcome) (string, bool) {
	verb := o.command.Verb()
	switch b := o.entry.Body.(type) {
	case engine.Refused:
		if b.Reason == engine.ReasonEnded || b.Reason == engine.ReasonNoConference {
			return "", false
		}
		return withDetail(fmt.Sprintf("%s refused: %s", verb, b.Reason), b.Detail), true
	case engine.Unanswered:
		return withDetail(verb+" not answered", b.Detail), true
	case engine.Lapsed:
		return verb + " not sent in time", true
	default:
		return "", false
	}
}

func withDetail(text, detail string) string {
	if detail == "" {
		return text
	}
	return text + " (" + detail + ")"
}
