package export

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"

	"switchboard/engine"
)

// Text writes a call to be read: who, when, what came of it, which rules fired, and what
// was said. Times of day are the zone's. What comes from outside is cleaned for terminals.
func Text(w io.Writer, r engine.Record, zone *time.Location) error {
	p := pageOf(r, zone)
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "%s\n%s\n\n", p.title, strings.Repeat("=", len(p.title)))
	for _, f := range p.facts {
		fmt.Fprintf(out, "%-9s %s\n", f.name, f.text)
	}
	for _, l := range p.lists {
		heading(out, l.title)
		for _, line := range l.lines {
			fmt.Fprintf(out, "%s\n", line)
		}
	}
	heading(out, "What was said")
	if len(p.talk) == 0 {
		fmt.Fprintln(out, "Nothing was heard.")
	}
	for _, s := range p.talk {
		at := s.at.In(zone).Format("15:04:05")
		if s.who == "" {
			fmt.Fprintf(out, "%s  -- %s --\n", at, s.text)
			continue
		}
		fmt.Fprintf(out, "%s  %-10s %5s  %s\n", at, s.who, s.mood, s.text)
	}
	for _, said := range p.closing() {
		fmt.Fprintf(out, "\n%s\n", said)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write the call: %w", err)
	}
	return nil
}

func heading(out io.Writer, title string) {
	fmt.Fprintf(out, "\n%s\n%s\n", title, strings.Repeat("-", len(title)))
}
