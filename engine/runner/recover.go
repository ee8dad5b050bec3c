package runner

import (
	"encoding/json"
	"fmt"

	"switchboard/engine"
)

// A Past is what a State is recovered from: the journal, read.
type Past interface {
	// Epoch names the journal.
	Epoch() string

	// Latest returns the newest checkpoint: the last event in it, the build that made
	// it, and its state. Where there is none, seq is 0.
	Latest() (seq uint64, build string, state []byte, err error)

	// Read yields the events from a number on, in order.
	Read(from uint64, yield func(engine.Event) error) error
}

// Recover returns the State that the journal's events lead to, from the newest
// checkpoint on. The commands that they called for are not ordered again: Run tells
// each open session that it was resumed, and the engine decides. A checkpoint that
// this build cannot read is passed over, and all events are gone through.
func Recover(past Past) (engine.State, error) {
	seq, _, data, err := past.Latest()
	if err != nil {
		return engine.State{}, fmt.Errorf("recover: %w", err)
	}
	state := engine.NewState(past.Epoch())
	if seq > 0 {
		var kept engine.State
		if err := json.Unmarshal(data, &kept); err == nil && kept.Seq == seq && kept.Epoch == past.Epoch() {
			state = kept
		}
	}
	err = past.Read(state.Seq+1, func(e engine.Event) error {
		state, _ = engine.Step(state, e)
		return nil
	})
	if err != nil {
		return engine.State{}, fmt.Errorf("recover: %w", err)
	}
	return state, nil
}
