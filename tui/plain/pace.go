package plain

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"switchboard/engine"
)

// Who listens to his screen cannot skim: at five calls every sentence of all would talk
// over the one line that matters. So each line has a grade, and the supervisor says down
// to which he wants to hear. What needs a hand is always told, at once.

// A grade says how much a line matters.
type grade uint8

const (
	gradeNeeded grade = iota // needs a hand, or answers a command
	gradeFact                // what happens in a call
	gradeWords               // what is said in it
)

// grades are the grades by what is typed after say.
var grades = []string{"needed", "calls", "all"}

// Limits of what is told to a person, in the wall's time.
const (
	burst     = 12                      // lines told at once after a silence
	perLine   = 1500 * time.Millisecond // as long a line takes to be read out
	heldFor   = 30 * time.Second        // an empty line holds the others so long
	leftWait  = 20 * time.Second        // until it is told that lines were left out
	mostHeld  = 200                     // lines; what is older is left out
	mostQuiet = 4 * time.Hour
	answering = time.Minute // what happens in a call after a command is told as its answer
)

// A pace is how much of what happens is told. The zero pace tells everything at once.
type pace struct {
	on       bool                      // a person listens: routine lines are rationed
	hidden   grade                     // so many grades from the lowest are not told
	followed map[engine.SessionID]bool // whose words are told whatever the grade
	quiet    time.Time                 // until then only what needs a hand is told

	held    time.Time // until then a command is being typed: the rest waits
	waiting []line

	spare   int       // lines that may be told at once
	counted time.Time // when spare was reckoned
	left    int       // lines left out since that was told
	since   time.Time // the first of them
	of      []int     // the calls that they were about
}

// least is the lowest grade that is told.
func (p *pace) least() grade { return gradeWords - p.hidden }

// lets reports whether a line is wanted, and whether there is time for it.
func (p *pace) lets(l line, now time.Time) bool {
	switch {
	case l.grade == gradeNeeded:
		return true
	case now.Before(p.quiet):
		return false
	case l.grade > p.least() && !(l.grade == gradeWords && p.followed[l.session]):
		return false
	case !p.on:
		return true
	}
	p.earn(now)
	if p.spare == 0 {
		if p.left++; p.left == 1 {
			p.since = now
		}
		if l.call > 0 && !slices.Contains(p.of, l.call) {
			p.of = append(p.of, l.call)
		}
		return false
	}
	p.spare--
	return true
}

// earn gives one more line for each that could have been read out meanwhile.
func (p *pace) earn(now time.Time) {
	if p.counted.IsZero() {
		p.spare, p.counted = burst, now
	}
	n := int(now.Sub(p.counted) / perLine)
	p.spare = min(p.spare+n, burst)
	p.counted = p.counted.Add(time.Duration(n) * perLine)
}

// leftOut says how many lines were left out, once there is time to say it, or after leftWait
// all the same; empty while none was.
func (p *pace) leftOut(now time.Time) string {
	if p.left == 0 {
		return ""
	}
	if p.earn(now); p.spare < burst/2 && now.Sub(p.since) < leftWait {
		return ""
	}
	about := ""
	switch len(p.of) {
	case 0:
	case 1:
		about = fmt.Sprintf(" of call %d", p.of[0])
	default:
		about = " of " + numbersWords(p.of)
	}
	text := fmt.Sprintf("%s left out%s: too much at once. call and a number tells how a call stands, say needed tells you less", counted(p.left, "line", "lines"), about)
	p.left, p.of = 0, nil
	return text
}

func counted(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + more
}

// pause holds what does not need a hand, so that a command can be typed in peace, or lets
// it go.
func (c *console) pause() {
	now := c.wall()
	if now.Before(c.pace.held) {
		c.release()
		return
	}
	c.pace.held = now.Add(heldFor)
	c.out.line(fmt.Sprintf("held for %d s while you type, but for what needs a hand; an empty line goes on", int(heldFor.Seconds())))
}

// release tells what was held.
func (c *console) release() {
	c.pace.held = time.Time{}
	c.news = append(c.pace.waiting, c.news...)
	c.pace.waiting = nil
}

// keep holds a line back, the newest of too many.
func (p *pace) keep(l line) {
	if len(p.waiting) == mostHeld {
		p.waiting = p.waiting[1:]
		if p.left++; p.left == 1 {
			p.since = p.held
		}
	}
	p.waiting = append(p.waiting, l)
}

// setLevel sets down to which grade is told: say needed, say calls, say all.
func (c *console) setLevel(words []string) error {
	possible := errors.New("possible are: say needed, what needs a hand; say calls, what happens in calls as well; say all, also every sentence")
	switch len(words) {
	case 0:
		return fmt.Errorf("now it is say %s; %w", grades[c.pace.least()], possible)
	case 1:
		for i, name := range grades {
			if strings.EqualFold(words[0], name) {
				c.pace.hidden = gradeWords - grade(i)
				c.out.line("say " + name + ": " + []string{
					"you are told what needs a hand, and what becomes of your commands",
					"you are told what happens in calls; their words only of those that you follow",
					"you are told everything, every sentence as well",
				}[i])
				return nil
			}
		}
	}
	return possible
}

// follow has the words of a call told, whatever else is; unfollow no longer.
func (c *console) follow(s *engine.Session, on bool) {
	if c.pace.followed == nil {
		c.pace.followed = map[engine.SessionID]bool{}
	}
	if !on {
		delete(c.pace.followed, s.ID)
		c.out.line(sessionWords(s) + ": its words are told no longer, unless all are")
		return
	}
	c.pace.followed[s.ID] = true
	c.out.line(sessionWords(s) + ": its words are told as they are said; unfollow " + strconv.Itoa(s.Number) + " ends it")
	for _, text := range c.lastWords(s, c.engine.Now()) {
		c.out.line("  " + text)
	}
}

// setQuiet tells nothing but what needs a hand for so many minutes: quiet 10, quiet off.
func (c *console) setQuiet(words []string) error {
	if len(words) == 1 && strings.EqualFold(words[0], "off") {
		c.pace.quiet = time.Time{}
		c.out.line("quiet is over: say " + grades[c.pace.least()])
		return nil
	}
	if len(words) == 1 {
		if n, err := strconv.Atoi(words[0]); err == nil && n > 0 && time.Duration(n)*time.Minute <= mostQuiet {
			c.pace.quiet = c.wall().Add(time.Duration(n) * time.Minute)
			c.out.line(fmt.Sprintf("quiet for %s: you are told only what needs a hand; quiet off ends it", counted(n, "minute", "minutes")))
			return nil
		}
	}
	return errors.New("for how many minutes? quiet 10; quiet off ends it")
}

// wall is the wall's time: a person listens at its speed.
func (c *console) wall() time.Time {
	if c.now == nil {
		return c.engine.Now()
	}
	return c.now()
}
