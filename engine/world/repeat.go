package world

import (
	"encoding/base64"
	"fmt"
	"strings"
	"time"
)

// repeatWindow is how long a command_id is remembered (contracts/telnyx.md, section 3).
const repeatWindow = 60 * time.Second

// A Command is what every command may carry.
type Command struct {
	// ID is the command_id. A command that was carried out less than 60 s ago and comes
	// again with the same ID is ignored: it is answered as the first was, and has no
	// second effect. Empty is none.
	ID string

	// State is the leg's client_state from now on: base64, or empty to leave it.
	State string
}

// A memo is a command that has come before.
type memo struct {
	until      time.Time
	done       bool // carried out; otherwise it has only stumbled
	leg        LegID
	conference ConferenceID
}

// recall returns what is remembered of a command in a scope. The same command_id is
// another command on another leg, but one and the same across all dials and across
// all commands to conferences.
func (w *World) recall(scope string, c Command) (memo, bool) {
	m, ok := w.memory[scope+"/"+c.ID]
	if !ok || c.ID == "" || !m.until.After(w.now) || !m.done {
		return memo{}, false
	}
	return m, true
}

// remember keeps what became of a command for as long as it may be recalled.
func (w *World) remember(scope string, c Command, m memo) {
	if c.ID == "" {
		return
	}
	key := scope + "/" + c.ID
	if _, ok := w.memory[key]; !ok {
		w.recalled = append(w.recalled, key)
	}
	m.until = w.now.Add(repeatWindow)
	w.memory[key] = m
}

// balk is the fault of failing a command that was in order: once with 500, or for good.
func (w *World) balk(scope string, l *leg, c Command) error {
	f := w.cfg.Faults
	if f.Stumble <= 0 && f.Refuse <= 0 {
		return nil
	}
	if m, ok := w.memory[scope+"/"+c.ID]; ok && c.ID != "" && m.until.After(w.now) {
		return nil // it has stumbled once
	}
	key := fmt.Sprintf("command/stranger/%d", w.strangers)
	if l != nil {
		l.commands++
		key = fmt.Sprintf("command/%s/%d", l.key, l.commands)
	}
	switch p := w.chance(key).Float64(); {
	case p < f.Stumble:
		w.remember(scope, c, memo{})
		return errStumble()
	case p < f.Stumble+f.Refuse:
		return errPretend()
	}
	return nil
}

func checkState(c Command) error {
	if len(c.State) > maxClientState || strings.ContainsAny(c.State, "\r\n") {
		return errState()
	}
	if _, err := base64.StdEncoding.Strict().DecodeString(c.State); err != nil {
		return errState()
	}
	return nil
}

// take finds the leg that a call command is for. It reports done if the command has
// been carried out before.
func (w *World) take(id LegID, c Command) (l *leg, done bool, err error) {
	if _, ok := w.recall(string(id), c); ok {
		return nil, true, nil
	}
	l, err = w.alive(id)
	if err != nil {
		return nil, false, err
	}
	return l, false, checkState(c)
}

// accept marks a call command as carried out, unless a fault keeps it from being.
func (w *World) accept(l *leg, c Command) error {
	if err := w.balk(string(l.id), l, c); err != nil {
		return err
	}
	w.remember(string(l.id), c, memo{done: true})
	l.carry(c)
	return nil
}

// carry sets the leg's client_state, where the command brings one.
func (l *leg) carry(c Command) {
	if c.State != "" {
		l.state = c.State
	}
}
