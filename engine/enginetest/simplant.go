package enginetest

import (
	"bytes"
	"encoding/json"
	"strings"

	"switchboard/engine"
)

// A plant is what is done wrong on purpose around the engine, for a test that shows that
// the simulator finds it. The zero plant is none; nothing outside a test sets one.
type plant struct {
	forgetIDs     bool // the journal does not know an entry again
	actFirst      bool // events are acted upon before they are on the disk
	answerFirst   bool // webhooks are answered before they are on the disk
	forgetResumed bool // nobody is told that the program has started again
	believeOnce   bool // the sweep believes one list of calls
	showPaid      bool // what is said in a payment is written down
	neverFile     bool // a call that is over is not filed

	revive      bool // what is told late of a leg that is gone brings it back
	reuseNames  bool // a command's name does not count how often it was ordered
	redial      bool // a dial that had no answer is sent again under another name
	forgetCount bool // a checkpoint leaves out how often commands were ordered
}

// step is the engine's Step, but for what is planted.
func (p plant) step(state engine.State, e engine.Event) (engine.State, []engine.Command) {
	var dial *engine.Command
	if u, ok := e.Body.(engine.Unanswered); ok && p.redial {
		dial = pendingDial(&state, u.Command)
	}
	state, commands := engine.Step(state, e)
	if dial != nil {
		again := *dial
		again.Name, again.Decided = dial.Name+"/again", e.At
		commands = append(commands, again)
	}
	if p.revive {
		state = revived(state, e)
	}
	return state, commands
}

func pendingDial(state *engine.State, name engine.CommandName) *engine.Command {
	for _, s := range state.Frame().Sessions {
		for _, x := range s.Pending {
			if _, ok := x.Command.Action.(engine.Dial); ok && x.Command.Name == name {
				return &x.Command
			}
		}
	}
	return nil
}

// revived brings a leg back of which a webhook comes after its end.
func revived(state engine.State, e engine.Event) engine.State {
	var id engine.LegID
	switch b := e.Body.(type) {
	case engine.LegAnswered:
		id = b.Leg
	case engine.LegInitiated:
		id = b.Leg
	default:
		return state
	}
	l, ok := legIn(state.Frame(), id)
	if !ok || l.Live() {
		return state
	}
	data, err := json.Marshal(&state)
	if err != nil {
		return state
	}
	at := bytes.Index(data, []byte(`"ID":"`+string(id)+`"`))
	if at < 0 {
		return state
	}
	tail := bytes.Replace(data[at:], []byte(`"Status":"gone"`), []byte(`"Status":"up"`), 1)
	var back engine.State
	if json.Unmarshal(append(data[:at:at], tail...), &back) != nil {
		return state
	}
	return back
}

// named returns a command under the name that it is sent by.
func (p plant) named(c engine.Command) engine.Command {
	if i := strings.LastIndexByte(string(c.Name), '/'); p.reuseNames && i > 0 {
		c.Name = c.Name[:i] + "/1"
	}
	return c
}

// kept returns a checkpoint as it is kept.
func (p plant) kept(data []byte) []byte {
	if p.forgetCount {
		data = bytes.ReplaceAll(data, []byte(`"Orders":[`), []byte(`"Forgotten":[`))
	}
	return data
}
