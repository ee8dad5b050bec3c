package enginetest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Simulation is some calls, what goes wrong with them, and what a supervisor presses
// meanwhile. The same Simulation always runs the same way. It is written as lines, which
// may be read, changed and dropped one by one:
//
//	seed 17
//	with queue
//	call 1 calm-bag at 0s
//	call 2 made at 1.5s
//	press transfer.asked call 2 at 20s choice 7
//	dup-webhook call 1 customer/answered/1 for 2s
//	telnyx-500 call 2 dial/op-1/1 times 2
//	kill-9 after-flush at 31s for 4s
//
// A call plays a recording of that name, or one made from the seed. A fault of a webhook
// names the leg, what is told, and which of that kind; one of a command its verb, subject
// and count, as the engine does. "for" is how late, or how long; what comes at a time
// says "at", from the beginning.
type Simulation struct {
	Seed  uint64
	Steps []SimStep

	// Chances are how many of ten thousand webhooks, commands or sentences suffer a fault,
	// by its name, beside those that the steps name.
	Chances map[string]int

	plant plant // tests: what is done wrong around the engine
}

// A SimStep is one line of a [Simulation] but for its seed.
type SimStep struct {
	Verb   string // with, call, press, or a fault's name
	What   string // the option, the recording, the key, the place of a kill, the webhook or command
	Call   int    // whose; 0 where it is nobody's
	At     time.Duration
	For    time.Duration
	Times  int
	Choice int
}

// String returns the step as its line.
func (s SimStep) String() string {
	var b strings.Builder
	b.WriteString(s.Verb)
	switch {
	case s.Verb == "call":
		fmt.Fprintf(&b, " %d", s.Call)
	case s.Call != 0:
		fmt.Fprintf(&b, " call %d", s.Call)
	}
	if s.What != "" {
		fmt.Fprintf(&b, " %s", s.What)
	}
	if s.timed() {
		fmt.Fprintf(&b, " at %s", s.At)
	}
	if s.For != 0 {
		fmt.Fprintf(&b, " for %s", s.For)
	}
	if s.Times != 0 {
		fmt.Fprintf(&b, " times %d", s.Times)
	}
	if s.Choice != 0 {
		fmt.Fprintf(&b, " choice %d", s.Choice)
	}
	return b.String()
}

// timed reports whether a step comes at a time, and not with what it names.
func (s SimStep) timed() bool {
	switch s.Verb {
	case "call", "press", "forget", Kill9, DiskFull, ClockJump, SymblDrop, SymblSilence:
		return true
	}
	return false
}

// String returns the simulation as it is kept in a file. What is left to chance is not
// in it: a [Violation] names what chance brought.
func (s Simulation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "seed %d\n", s.Seed)
	for _, step := range s.Steps {
		b.WriteString(step.String() + "\n")
	}
	return b.String()
}

// ReadSimulation reads what [Simulation.String] has written. Empty lines and those that
// begin with # are passed over.
func ReadSimulation(text string) (Simulation, error) {
	var s Simulation
	for n, line := range strings.Split(text, "\n") {
		words := strings.Fields(line)
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		if words[0] == "seed" && len(words) == 2 {
			seed, err := strconv.ParseUint(words[1], 10, 64)
			if err != nil {
				return Simulation{}, fmt.Errorf("line %d: %w", n+1, err)
			}
			s.Seed = seed
			continue
		}
		step, err := readStep(words)
		if err != nil {
			return Simulation{}, fmt.Errorf("line %d: %w", n+1, err)
		}
		s.Steps = append(s.Steps, step)
	}
	return s, nil
}

func readStep(words []string) (SimStep, error) {
	s := SimStep{Verb: words[0]}
	if !slices.Contains([]string{"with", "call", "press", "forget"}, s.Verb) && !slices.Contains(SimFaults(), s.Verb) {
		return s, fmt.Errorf("there is no fault %q; there are %s", s.Verb, strings.Join(SimFaults(), ", "))
	}
	rest := words[1:]
	if s.Verb == "call" { // its own number follows at once
		rest = append([]string{"call"}, rest...)
	}
	for len(rest) > 0 {
		var err error
		word := rest[0]
		if !slices.Contains([]string{"call", "at", "for", "times", "choice"}, word) {
			s.What, rest = strings.TrimSpace(s.What+" "+word), rest[1:]
			continue
		}
		if len(rest) < 2 {
			return s, fmt.Errorf("%q says not which", word)
		}
		switch word {
		case "call":
			s.Call, err = strconv.Atoi(rest[1])
		case "at":
			s.At, err = time.ParseDuration(rest[1])
		case "for":
			s.For, err = time.ParseDuration(rest[1])
		case "times":
			s.Times, err = strconv.Atoi(rest[1])
		case "choice":
			s.Choice, err = strconv.Atoi(rest[1])
		}
		if err != nil {
			return s, fmt.Errorf("%s: %w", word, err)
		}
		rest = rest[2:]
	}
	return s, nil
}
