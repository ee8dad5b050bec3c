package engine

import "reflect"

// PanicNext has the engine fail on the next event, once it has handled it.
func (s *State) PanicNext() { s.panicAt = s.Seq + 1 }

// PanicLate has it fail at the end of the next turn, when calls are closed and filed.
func (s *State) PanicLate() { s.panicLate = s.Seq + 1 }

// Bodies and Actions are the closed sets, by name.
func Bodies() map[string]Body    { return bodies }
func Actions() map[string]Action { return actions }

func reflectName(v any) string { return reflect.TypeOf(v).String() }
