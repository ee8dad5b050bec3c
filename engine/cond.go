package engine

import "time"

// Judge looks at a call once and returns what it will remember of it, with the rules
// that have just fired or just ended, in the policy's order. It orders nothing, and
// neither a policy nor the marks that it was given are changed. A rule that is off is
// left out; one in shadow is judged like any other.
func (p Policy) Judge(c Case, m Marks) (Marks, []Finding) { return m, nil }

// Next returns when the judge is to look again though nothing has happened: when a
// rule may fire or end by the passing of time alone. It is zero where none may.
func (p Policy) Next(c Case, m Marks) time.Time { return time.Time{} }
