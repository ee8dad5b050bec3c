package plain

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"switchboard/engine"
)

// command does what a line asks and reports whether the console is to end.
func (c *console) command(ctx context.Context, line string) (quit bool) {
	words := strings.Fields(line)
	if len(words) == 0 {
		c.pause()
		return false
	}
	c.release()
	verb, rest := strings.ToLower(words[0]), words[1:]
	switch verb {
	case "quit", "exit":
		if len(rest) > 0 {
			c.out.line(clean(fmt.Sprintf("%s: %s", verb, tooMuch(rest, verb))))
			return false
		}
		return true
	case "calls":
		c.list(rest)
		return false
	case "help":
		c.help(rest)
		return false
	case "call", "transfer", "cold", "mute", "unmute", "hold", "unhold", "hangup", "why", "takeover", "reason", "follow", "unfollow":
	default:
		if is, err := c.floor(ctx, verb, rest); is {
			if err != nil {
				c.out.line(fmt.Sprintf("%s: %s", verb, clean(err.Error())))
			}
			return false
		}
		if _, ok := acts[verb]; ok {
			break
		}
		c.out.line(unknown(words[0]))
		return false
	}
	s, rest, err := c.find(rest)
	asked := c.asked
	if err == nil {
		err = c.act(ctx, verb, s, rest)
	}
	if err != nil {
		c.out.line(fmt.Sprintf("%s: %s", verb, c.typed(s, err)))
	}
	if c.asked > asked {
		c.answers(s)
	}
	return false
}

// answers has the facts of a call told for a while whatever else is: they are what came of
// a command.
func (c *console) answers(s *engine.Session) {
	if c.acted == nil {
		c.acted = map[engine.SessionID]time.Time{}
	}
	c.acted[s.ID] = c.wall()
}

// find returns the call that the first word numbers, and the words after it.
func (c *console) find(words []string) (*engine.Session, []string, error) {
	if len(words) == 0 {
		return nil, nil, errors.New("which call? Add its number; calls lists them")
	}
	n, err := strconv.Atoi(words[0])
	if err != nil {
		return nil, nil, fmt.Errorf("%q is not the number of a call; calls lists them", words[0])
	}
	f := c.engine.Frame()
	for _, s := range f.Sessions {
		if s.Number == n && n > 0 {
			return s, words[1:], nil
		}
	}
	for _, e := range f.Ended {
		if e.Number == n {
			return nil, nil, fmt.Errorf("call %d is over", n)
		}
	}
	return nil, nil, fmt.Errorf("there is no call %d; calls lists them", n)
}

// tooMuch says that words are too many, and what to type instead.
func tooMuch(words []string, instead string) error {
	return fmt.Errorf("%q is too much; type only: %s", strings.Join(words, " "), instead)
}

// act does what is asked of one call.
func (c *console) act(ctx context.Context, verb string, s *engine.Session, rest []string) error {
	switch verb {
	case "call":
		if len(rest) > 0 {
			return tooMuch(rest, fmt.Sprintf("call %d", s.Number))
		}
		c.describe(s)
		return nil
	case "transfer", "cold":
		return c.transfer(ctx, verb, s, rest)
	case "hangup":
		return c.hangup(ctx, s, rest)
	case "hold", "unhold":
		return c.hold(ctx, verb, s, rest)
	case "takeover":
		return c.takeOver(ctx, s, rest)
	case "reason":
		return c.explain(ctx, s, rest)
	case "follow", "unfollow":
		if len(rest) > 0 {
			return tooMuch(rest, fmt.Sprintf("%s %d", verb, s.Number))
		}
		c.follow(s, verb == "follow")
		return nil
	case "why":
		if len(rest) > 0 {
			return tooMuch(rest, fmt.Sprintf("why %d", s.Number))
		}
		return c.why(s)
	}
	if _, ok := acts[verb]; ok {
		return c.simple(ctx, verb, s, rest)
	}
	if len(rest) == 0 {
		return fmt.Errorf("whom? %s has: %s", sessionWords(s), legNames(s))
	}
	leg, err := findLeg(s, rest[0])
	if err != nil {
		return err
	}
	if len(rest) > 1 {
		return tooMuch(rest[1:], fmt.Sprintf("%s %d %s", verb, s.Number, leg.Name))
	}
	return c.submit(ctx, engine.MuteAsked{Session: s.ID, Leg: leg.Name, On: verb == "mute"})
}

// transfer asks for the next operator, for one of a group or the one of a name, or for
// the one at a number, which people write in groups, or at a SIP URI.
func (c *console) transfer(ctx context.Context, verb string, s *engine.Session, words []string) error {
	asked := engine.TransferAsked{Session: s.ID, Cold: verb == "cold"}
	name := strings.Join(words, " ")
	for _, g := range c.engine.Frame().Roster.Groups {
		if name != "" && strings.EqualFold(g.Name, name) {
			asked.Group = g.Name
			return c.submit(ctx, asked)
		}
		for _, o := range g.Operators {
			if name != "" && strings.EqualFold(o.Name, name) {
				asked.To = o.Number
				return c.submit(ctx, asked)
			}
		}
	}
	asked.To = strings.Join(words, "")
	if asked.To != grouped(asked.To) || strings.Trim(asked.To, "+0123456789") == "" {
		asked.To = grouped(asked.To)
	} else if len(words) > 1 {
		return tooMuch(words[1:], fmt.Sprintf("%s %d %s", verb, s.Number, words[0]))
	}
	return c.submit(ctx, asked)
}

// grouped takes out of a number what people write for the eye; other text stays.
func grouped(number string) string {
	if strings.Trim(number, "+-().0123456789") != "" {
		return number
	}
	return strings.NewReplacer("-", "", "(", "", ")", "", ".", "").Replace(number)
}

// hangup ends a leg or the whole call where the last word is yes, and else tells what
// would end.
func (c *console) hangup(ctx context.Context, s *engine.Session, words []string) error {
	sure := false
	if n := len(words); n > 0 {
		last := strings.ToLower(words[n-1])
		if sure = last == "yes"; sure || last == "no" || n == 2 {
			words = words[:n-1]
		}
	}
	what, again := "the whole call", fmt.Sprintf("hangup %d yes", s.Number)
	asked := engine.HangupAsked{Session: s.ID}
	if len(words) > 0 {
		leg, err := findLeg(s, words[0])
		if err != nil {
			return err
		}
		asked.Leg = leg.Name
		again = fmt.Sprintf("hangup %d %s yes", s.Number, leg.Name)
		what = fmt.Sprintf("the leg of %s, %s", leg.Name, numberWords(leg.Number))
		if leg.Role == engine.RoleCustomer {
			what += ", and with it the whole call"
		}
	}
	if len(words) > 1 {
		return tooMuch(words[1:], again)
	}
	if sure {
		return c.submit(ctx, asked)
	}
	if err := c.engine.Frame().Allow(asked); err != nil {
		return err
	}
	c.out.line(fmt.Sprintf("%s: this would end %s. To do it: %s", sessionWords(s), what, again))
	return nil
}

// submit puts a wish before the engine, unless the frame says that it would be refused.
// It says nothing: the call's own note does, or the refusal.
func (c *console) submit(ctx context.Context, body engine.Body) error {
	if err := c.engine.Frame().Allow(body); err != nil && !errors.Is(err, engine.ErrNotSupervised) {
		return err // what Allow knows nothing of, the engine judges
	}
	c.asked++
	entry := engine.Entry{
		ID:       fmt.Sprintf("%s/%s/%d", c.name, strconv.FormatInt(c.started.UnixNano(), 36), c.asked),
		By:       c.by(),
		Occurred: c.engine.Now(),
		Body:     body,
	}
	ctx, cancel := context.WithTimeout(ctx, submitWait)
	defer cancel()
	if err := c.engine.Submit(ctx, entry); err != nil {
		return fmt.Errorf("not written down, so not done: %w", err)
	}
	return nil
}

// findLeg returns the live leg that a word names: by its name, or by what it is for.
func findLeg(s *engine.Session, word string) (engine.Leg, error) {
	word = strings.ToLower(word)
	if l, ok := s.Leg(engine.LegName(word)); ok && l.Live() {
		return l, nil
	}
	roles := map[string]func() (engine.Leg, bool){"customer": s.Customer, "operator": s.Operator, "listener": s.Listener}
	if role, ok := roles[word]; ok {
		if l, ok := role(); ok {
			return l, nil
		}
	}
	return engine.Leg{}, fmt.Errorf("%s has no %q; it has: %s", sessionWords(s), word, legNames(s))
}

func legNames(s *engine.Session) string {
	var names []string
	for _, l := range s.Legs {
		if l.Live() {
			names = append(names, string(l.Name))
		}
	}
	return cmp.Or(strings.Join(names, ", "), "nobody any more")
}

// list tells how each call stands, in the order of their numbers.
func (c *console) list(words []string) {
	f := c.engine.Frame()
	calls := slices.DeleteFunc(slices.Clone(f.Sessions), func(s *engine.Session) bool { return s.Phase == engine.PhaseOver })
	slices.SortFunc(calls, func(a, b *engine.Session) int { return cmp.Compare(a.Number, b.Number) })
	if len(calls) == 0 {
		c.out.line("no calls")
	}
	now := c.engine.Now()
	found := 0
	for _, s := range calls {
		text := fmt.Sprintf("%s, %s: %s", sessionWords(s), numberWords(s.Caller), summary(f, s, now))
		if holds(text, words) {
			c.out.line(text)
			found++
		}
	}
	if len(words) > 0 {
		c.out.line(fmt.Sprintf("%d of %s", found, counted(len(calls), "call", "calls")))
		return
	}
	if text := share(f, now); text != "" {
		c.out.line(text)
	}
	for _, o := range f.Outages {
		if o.Until.After(now) {
			c.out.line(outageWords(o, now))
		}
	}
}

// holds reports whether all words are in a text, and none that stands after a !. Case does
// not matter.
func holds(text string, words []string) bool {
	text = strings.ToLower(text)
	for _, word := range words {
		word, not := strings.CutPrefix(strings.ToLower(word), "!")
		if strings.Contains(text, word) == not {
			return false
		}
	}
	return true
}

// describe tells how one call stands, who is in it, what hears it, and what was said
// last.
func (c *console) describe(s *engine.Session) {
	now := c.engine.Now()
	c.out.line(fmt.Sprintf("%s, %s: %s", sessionWords(s), numberWords(s.Caller), summary(c.engine.Frame(), s, now)))
	for _, l := range s.Legs {
		if l.Live() {
			c.out.line("  " + legWords(l) + legHeard(s, l, now))
		}
	}
	for _, text := range c.heardBy(s) {
		c.out.line("  " + text)
	}
	for _, text := range c.terms(s) {
		c.out.line("  " + text)
	}
	for _, text := range c.lastWords(s, now) {
		c.out.line("  " + text)
	}
	var customer []string // last: they are the ones that matter
	for _, p := range c.engine.Talk(s.ID).Partials {
		text := fmt.Sprintf("  %s is saying: %s", speakerWords(p.Speaker), clean(p.Text))
		if p.Speaker == engine.SpeakerCustomer {
			customer = append(customer, text)
			continue
		}
		c.out.line(text)
	}
	for _, text := range customer {
		c.out.line(text)
	}
}
