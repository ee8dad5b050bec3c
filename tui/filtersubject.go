package tui

import (
	"iter"
	"time"

	"switchboard/engine"
	"switchboard/tui/filter"
	"switchboard/tui/safe"
)

// A subject is a call as a filter asks about it: as its row shows it, so that a filter
// never says otherwise than the screen.
type subject struct {
	m *model
	s *engine.Session
}

// Words implements [filter.Subject].
func (c *subject) Words(k filter.Key) iter.Seq[string] {
	switch k {
	case filter.KeyWords:
		return c.all
	case filter.KeyState:
		return c.states
	case filter.KeyWith:
		return c.with
	case filter.KeyName:
		return func(yield func(string) bool) { yield(c.s.Name) }
	case filter.KeyNumber:
		return c.number
	case filter.KeyRule:
		return func(yield func(string) bool) {
			if c.rules(yield) {
				yieldNone(len(c.s.Alerts) == 0 && c.s.Transfer.Rule == "", yield)
			}
		}
	case filter.KeyGroup:
		return func(yield func(string) bool) { yield(c.s.Transfer.Group) }
	case filter.KeyFeed:
		return func(yield func(string) bool) { yield(feedAsked(c.s)) }
	case filter.KeyLanguage:
		return func(yield func(string) bool) { yield(languageAsked(c.s)) }
	case filter.KeyIs:
		return c.is
	case filter.KeyMood, filter.KeyTime:
		return func(func(string) bool) {}
	}
	panic("tui: a filter's key without words")
}

// Figure implements [filter.Subject].
func (c *subject) Figure(k filter.Key) (int, bool) {
	switch k {
	case filter.KeyTime:
		return int(lasted(c.s, c.m.now) / time.Second), true
	case filter.KeyMood:
		p, judged := c.s.Mood(c.m.moment(c.s))
		return inHundredths(p), judged && !deaf(c.s, c.m.now)
	case filter.KeyWords, filter.KeyState, filter.KeyWith, filter.KeyName, filter.KeyNumber, filter.KeyRule, filter.KeyGroup,
		filter.KeyFeed, filter.KeyLanguage, filter.KeyIs:
	}
	return 0, false
}

// inHundredths rounds a mood as [signed] shows it.
func inHundredths(p engine.Polarity) int {
	if p < 0 {
		return -((int(-p) + 5) / 10)
	}
	return (int(p) + 5) / 10
}

// all yields what words without a key look in.
func (c *subject) all(yield func(string) bool) {
	s := c.s
	for _, word := range []string{s.Name, s.Trouble, s.Ending, s.Transfer.Group} {
		if word != "" && !yield(word) {
			return
		}
	}
	if s.Claimed != "" && !yield(string(byWhom(s.Claimed))) {
		return
	}
	for _, each := range []func(func(string) bool) bool{c.numbers, c.people, c.rules, c.quotes} {
		if !each(yield) {
			return
		}
	}
}

// number yields the caller's, and that it is withheld where he keeps it to himself.
func (c *subject) number(yield func(string) bool) { c.numbers(yield) }

func (c *subject) numbers(yield func(string) bool) bool {
	if !anonymous(c.s) {
		return yield(c.s.Caller)
	}
	return yield("withheld") && yield("anonymous")
}

// with yields who is on the call beside the customer, or is being called; "none" where
// nobody is.
func (c *subject) with(yield func(string) bool) {
	some := false
	if c.people(func(word string) bool { some = true; return yield(word) }) {
		yieldNone(!some, yield)
	}
}

// people yields the names and numbers of who is on the call beside the customer. Of one
// that is over: who was.
func (c *subject) people(yield func(string) bool) bool {
	for i := range c.s.Legs {
		l := &c.s.Legs[i]
		switch l.Role {
		case engine.RoleOperator:
			if !l.Live() && (c.s.Phase != engine.PhaseOver || l.Answered.IsZero()) {
				continue
			}
			if !yield(string(c.m.book().name(l.Number))) || l.Called != "" && !yield(l.Called) || !yield(l.Number) {
				return false
			}
		case engine.RoleFront:
			if l.Live() && (!yield(c.m.frame.Front) || !yield("front")) {
				return false
			}
		case engine.RoleSupervisor:
			if l.Live() && !yield(string(byWhom(l.Owner))) {
				return false
			}
		case engine.RoleCustomer, engine.RoleListener, engine.RoleUnplaced:
		}
	}
	return true
}

func (c *subject) rules(yield func(string) bool) bool {
	for i := range c.s.Alerts {
		if !yield(c.s.Alerts[i].Rule) {
			return false
		}
	}
	return c.s.Transfer.Rule == "" || yield(c.s.Transfer.Rule)
}

// quotes yields the sentences that rules fired on. The frame has no others: what was said
// in a call is there for the call that is looked at alone.
func (c *subject) quotes(yield func(string) bool) bool {
	for i := range c.s.Alerts {
		for j := range c.s.Alerts[i].Evidence.Lines {
			if !yield(c.s.Alerts[i].Evidence.Lines[j].Text) {
				return false
			}
		}
	}
	for i := range c.s.Transfer.Evidence.Lines {
		if !yield(c.s.Transfer.Evidence.Lines[i].Text) {
			return false
		}
	}
	return true
}

func yieldNone(none bool, yield func(string) bool) {
	if none {
		yield("none")
	}
}

// states yields the word that the row begins with, and those that stand for several.
func (c *subject) states(yield func(string) bool) {
	st := stateOf(c.s)
	_, word, _ := st.sign()
	_, shown, _ := signOf(c.s)
	if !yield(string(word)) || shown != word && !yield(string(shown)) || st != stateEnded && !yield("live") {
		return
	}
	switch st {
	case stateProposed:
		_ = yield("proposed") && yield("transfer")
	case stateAsk, stateQueued:
		yield("transfer")
	case stateHot, stateBlind, stateAlert, stateWatch, stateTalk, statePay, stateHold, stateRing, stateEnding, stateEnded:
	}
}

// is yields what is true of the call, in the words of the filter's table.
func (c *subject) is(yield func(string) bool) {
	s := c.s
	st := stateOf(s)
	for _, mark := range []struct {
		word string
		true func() bool
	}{
		{"attention", func() bool { return st.attention() }},
		{"hot", func() bool { return st == stateHot || st == stateProposed }},
		{"marked", func() bool { return c.m.marks[s.ID] }},
		{"mine", func() bool { _, on := c.m.mine(s); return on || s.Claimed == c.m.by() }},
		{"claimed", func() bool { return s.Claimed != "" }},
		{"pinned", func() bool { return s.Pinned }},
		{"unheard", func() bool { return deaf(s, c.m.now) }},
		{"muted", func() bool { return mutedWords(s) != "" }},
		{"supervised", func() bool { return supervised(s) }},
		{"paying", func() bool { return s.Pay.On() }},
		{"recorded", func() bool { return s.Recorder.On() }},
		{"declined", func() bool { return s.Consent.Status == engine.ConsentDeclined }},
		{"anonymous", func() bool { return anonymous(s) }},
		{"vetoed", func() bool { return s.Transfer.Status == engine.TransferVetoed }},
		{"failed", func() bool { return s.Transfer.Status == engine.TransferFailed }},
	} {
		if mark.true() && !yield(mark.word) {
			return
		}
	}
}

func supervised(s *engine.Session) bool {
	for i := range s.Legs {
		if l := &s.Legs[i]; l.Role == engine.RoleSupervisor && l.Live() {
			return true
		}
	}
	return false
}

func anonymous(s *engine.Session) bool { return safe.Number(s.Caller) == safe.Withheld }

// feedAsked is the word by which a filter knows the feed that hears a call.
func feedAsked(s *engine.Session) string {
	switch s.Feed.Kind {
	case engine.FeedStream:
		return "stream"
	case engine.FeedPhone:
		return "phone"
	case engine.FeedTelnyx:
		return "telnyx"
	}
	return "none"
}

func languageAsked(s *engine.Session) string {
	if s.Language == engine.Spanish {
		return "spanish"
	}
	return "english"
}

// known gives the completion the words of keys that take any: what the frame shows now.
func (m *model) known(k filter.Key) []string {
	seen := map[string]bool{}
	var words []string
	add := func(word string) {
		if word = string(safe.Clean(word, maxName)); word != "" && !seen[word] {
			seen[word] = true
			words = append(words, word)
		}
	}
	switch k {
	case filter.KeyWith:
		for _, g := range m.book() {
			for _, o := range g.Operators {
				add(o.Name)
			}
		}
		add(m.frame.Front)
		add("none")
	case filter.KeyGroup:
		for _, g := range m.book() {
			add(g.Name)
		}
	case filter.KeyRule:
		for _, r := range m.frame.Policy.Rules {
			add(r.ID)
		}
		for _, s := range m.list.need {
			for i := range s.Alerts {
				add(s.Alerts[i].Rule)
			}
		}
		add("none")
	case filter.KeyName:
		for _, s := range m.list.need {
			add(s.Name)
		}
	case filter.KeyNumber:
		for _, s := range m.list.need {
			add(string(safe.Number(s.Caller)))
		}
	case filter.KeyWords, filter.KeyState, filter.KeyMood, filter.KeyTime, filter.KeyFeed, filter.KeyLanguage, filter.KeyIs:
	}
	return words
}
