package plain

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"switchboard/engine"
)

// A feed that fails or comes back is news of every call at once: said of each it would
// take minutes to listen to.

const (
	leastChorus = 3 // calls of which the same is said in one line
	mostNamed   = 8 // calls whose numbers that line tells
)

// sayOf says what has happened in a call; with the others where the same is said of several.
func (c *console) sayOf(at time.Time, s *engine.Session, text string) {
	c.news = append(c.news, line{at: at, who: sessionWords(s), text: text, call: s.Number, session: s.ID, same: true, grade: c.factGrade(s)})
}

// warnOf says what has gone wrong in a call; with the others as sayOf does.
func (c *console) warnOf(at time.Time, s *engine.Session, text string) {
	c.news = append(c.news, line{at: at, who: sessionWords(s), text: text, call: s.Number, session: s.ID, same: true})
}

// chorus says in one line, at the place of the first, what was said of several calls.
func chorus(all []line) []line {
	calls, grades := map[string][]int{}, map[string]grade{}
	for _, l := range all {
		grades[l.text] = gradeWords
	}
	for _, l := range all {
		if l.same && !slices.Contains(calls[l.text], l.call) {
			calls[l.text] = append(calls[l.text], l.call)
			grades[l.text] = min(grades[l.text], l.grade)
		}
	}
	rest := all[:0]
	for _, l := range all {
		switch of := calls[l.text]; {
		case !l.same, of != nil && len(of) < leastChorus: // as it stands
		case of == nil: // it was said with the first
			continue
		default:
			calls[l.text] = nil
			l.who, l.call, l.session, l.grade = numbersWords(of), 0, "", grades[l.text]
			l.text = strings.ReplaceAll(l.text, "this call", "them")
		}
		rest = append(rest, l)
	}
	return rest
}

// numbersWords names several calls by their numbers, or only says how many they are.
func numbersWords(calls []int) string {
	if len(calls) > mostNamed {
		return fmt.Sprintf("%d calls", len(calls))
	}
	slices.Sort(calls)
	words := make([]string, 0, len(calls))
	for _, n := range calls[:len(calls)-1] {
		words = append(words, fmt.Sprint(n))
	}
	return fmt.Sprintf("calls %s and %d", strings.Join(words, ", "), calls[len(calls)-1])
}
