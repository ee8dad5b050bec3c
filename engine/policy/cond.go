package policy

import (
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"switchboard/engine"
)

const (
	maxDepth      = 8   // conditions within conditions
	maxConds      = 256 // in one rule
	maxOf         = 32  // sentences that a rule may look back upon: as many as the engine keeps judged
	maxWithin     = time.Hour
	maxPhrases    = 2000 // in a file, counted again wherever a list is used
	maxPhraseText = 300  // letters
)

// What holds where a condition does not say.
const (
	defaultSaidWithin    = 15 * time.Second
	defaultRepeatsWithin = time.Minute
	defaultOverlap       = 700
)

var (
	speakersWords    = []string{"customer", "operator", "any"}
	stateWords       = []string{"ringing", "machine", "front", "proposed", "reaching", "queued", "operator", "hold", "ending"}
	attestationWords = []string{"C", "B", "A"}
)

// lawful is what is said where others than the customer are scored.
const lawful = "speaker %s scores operators too, so that their feelings are inferred from what they say: " +
	"that is a matter of law, and in the European Union prohibited at work; leave speaker out to score the customer alone"

// condWith reads a condition that may have one key besides, and reports whether it
// says anything.
func (r *fileReader) condWith(name string, n *yaml.Node, c *engine.Cond, depth int, more ...field) bool {
	switch r.conds++; {
	case depth > maxDepth:
		r.wrong(n, "conditions may be nested at most %d deep", maxDepth)
		return false
	case r.conds > maxConds:
		if r.conds == maxConds+1 {
			r.wrong(n, "a rule may have at most %d conditions", maxConds)
		}
		return false
	}
	fields := append(r.condFields(c, depth), more...)
	seen := r.mapping(name, "condition", n, fields)
	if seen == nil {
		return false
	}
	beside := 0
	for _, f := range more {
		if seen.has(f.name) {
			beside++
		}
	}
	if len(r.pairs(follow(n))) == beside { // a key that is unknown was told already
		r.wrong(n, "%s says no condition; possible are: %s", name, names(r.condFields(c, depth)))
		return false
	}
	return len(seen) > beside
}

func (r *fileReader) condFields(c *engine.Cond, depth int) []field {
	return []field{
		{"negative", func(name string, n *yaml.Node) { c.Negative = r.negative(name, n) }},
		{"mood", func(name string, n *yaml.Node) { c.Mood = r.mood(name, n) }},
		{"min_words", r.integer(&c.MinWords, 1, 1000)},
		{"no_input", func(name string, n *yaml.Node) { r.noInput(name, n, c) }},
		{"duration", func(name string, n *yaml.Node) { c.Duration = r.longCall(name, n) }},
		{"blind", func(name string, n *yaml.Node) { c.Blind = r.blind(name, n) }},
		{"said", func(name string, n *yaml.Node) { c.Said = r.said(name, n) }},
		{"flagged", func(name string, n *yaml.Node) { c.Flagged = r.flagged(name, n) }},
		{"not_said", func(name string, n *yaml.Node) { c.NotSaid = r.notSaid(name, n) }},
		{"key", func(name string, n *yaml.Node) { r.key(name, n, c) }},
		{"silence", r.duration(&c.Silence, time.Second, time.Hour)},
		{"in_state", func(name string, n *yaml.Node) { c.InState = r.inState(name, n) }},
		{"falling", func(name string, n *yaml.Node) { c.Falling = r.falling(name, n) }},
		{"repeats", func(name string, n *yaml.Node) { c.Repeats = r.repeats(name, n) }},
		{"attestation_below", r.word(attestationWords, func(i int) { c.Attestation = engine.AttestationC + engine.Attestation(i) })},
		{"all", func(name string, n *yaml.Node) { c.All = r.conditions(name, n, depth) }},
		{"any", func(name string, n *yaml.Node) { c.Any = r.conditions(name, n, depth) }},
		{"not", func(name string, n *yaml.Node) { c.Not = r.not(name, n, depth) }},
	}
}

func (r *fileReader) conditions(name string, n *yaml.Node, depth int) (all []engine.Cond) {
	if !isSequence(n) || len(items(n)) == 0 {
		r.wrong(n, "%s must be a list of conditions, each beginning with - , not %s", name, shown(n))
		return nil
	}
	for _, item := range items(n) {
		if r.conds > maxConds {
			break
		}
		var c engine.Cond
		r.condWith("a condition of "+name, item, &c, depth+1)
		all = append(all, c)
	}
	return all
}

func (r *fileReader) not(name string, n *yaml.Node, depth int) *engine.Cond {
	c := &engine.Cond{}
	r.condWith(name, n, c, depth+1)
	return c
}

func (r *fileReader) speakers(to *engine.Speakers) func(string, *yaml.Node) {
	return r.word(speakersWords, func(i int) { *to = engine.Speakers(i) })
}

func (r *fileReader) negative(name string, n *yaml.Node) *engine.Negative {
	c := &engine.Negative{Count: 1}
	seen := r.mapping(name, "key of negative", n, []field{
		{"count", r.integer(&c.Count, 1, maxOf)},
		{"of", r.integer(&c.Of, 1, maxOf)},
		{"within", r.duration(&c.Within, time.Second, maxWithin)},
		{"below", r.limit(&c.Limit)},
		{"speaker", r.speakers(&c.Speakers)},
	})
	r.require(n, seen, name, "below")
	switch {
	case !seen.has("of"):
		c.Of = c.Count
	case c.Of < c.Count:
		r.wrong(seen["of"], "of must be at least count, which is %d", c.Count)
	}
	if c.Speakers != engine.SpeakersCustomer {
		r.warn(seen["speaker"], lawful, c.Speakers)
	}
	return c
}

// limit reads a polarity, or one for each source of scores.
func (r *fileReader) limit(to *engine.Limit) func(string, *yaml.Node) {
	return func(name string, n *yaml.Node) {
		var v int
		if !isMapping(n) {
			r.thousandths(&v, -1000, 1000)(name, n)
			to.Below = engine.Polarity(v)
			return
		}
		whole := false
		for _, p := range r.pairs(follow(n)) {
			source := follow(p.key).Value
			v = 0
			r.thousandths(&v, -1000, 1000)(name+" of "+quoted(source), p.value)
			switch limit := engine.Polarity(v); {
			case source == "default" && !whole:
				to.Below, whole = limit, true
			case source == "default" || slices.ContainsFunc(to.Source, func(s engine.SourceLimit) bool { return s.Source == source }):
				r.wrong(p.key, "%s is given twice", quoted(source))
			default:
				r.slug(&source)("the name of a source", p.key)
				to.Source = append(to.Source, engine.SourceLimit{Source: source, Below: limit})
			}
		}
		if !whole {
			r.wrong(n, "%s by source needs \"default\", for every other source", name)
		}
	}
}

func (r *fileReader) mood(name string, n *yaml.Node) *engine.MoodLimit {
	c := &engine.MoodLimit{}
	seen := r.mapping(name, "key of mood", n, []field{
		{"below", r.limit(&c.Limit)},
		{"above", func(name string, n *yaml.Node) { c.Above = true; r.limit(&c.Limit)(name, n) }},
		{"half_life", r.duration(&c.HalfLife, time.Second, maxWithin)},
	})
	if seen != nil && seen.has("below") == seen.has("above") {
		r.wrong(n, "mood needs either \"below\" or \"above\"")
	}
	return c
}

func (r *fileReader) noInput(name string, n *yaml.Node, c *engine.Cond) {
	const most = 10
	if !isMapping(n) {
		r.integer(&c.NoInput, 1, most)(name, n)
		return
	}
	seen := r.mapping(name, "key of no_input", n, []field{{"count", r.integer(&c.NoInput, 1, most)}})
	r.require(n, seen, name, "count")
}

func (r *fileReader) longCall(name string, n *yaml.Node) *engine.LongCall {
	c := &engine.LongCall{}
	seen := r.mapping(name, "key of duration", n, []field{{"above", func(name string, n *yaml.Node) {
		d, err := parseDuration(follow(n).Value)
		switch {
		case isScalar(n) && follow(n).Value == "p95":
			c.P95 = true
		case !isScalar(n) || err != nil || d < time.Second || d > maxTime:
			r.wrong(n, "above must be a time from 1s to %s, as in 10m, or p95 for longer than 95 of 100 calls, not %s", short(maxTime), shown(n))
		default:
			c.Above = d
		}
	}}})
	r.require(n, seen, name, "above")
	return c
}

func (r *fileReader) blind(name string, n *yaml.Node) *engine.BlindFor {
	c := &engine.BlindFor{}
	seen := r.mapping(name, "key of blind", n, []field{
		{"for", r.duration(&c.For, time.Second, maxWithin)},
		{"confidence", r.thousandths(&c.Confidence, 1, 1000)},
		{"of", r.integer(&c.Of, 1, maxOf)},
	})
	switch {
	case seen == nil:
	case len(seen) == 0:
		r.wrong(n, "blind needs \"for\", or \"confidence\" with \"of\"")
	case seen.has("confidence") != seen.has("of"):
		r.wrong(n, "blind needs \"confidence\" and \"of\" together: the mean of the last so many sentences")
	}
	return c
}

func (r *fileReader) said(name string, n *yaml.Node) *engine.Said {
	c := &engine.Said{Within: defaultSaidWithin}
	if !isMapping(n) {
		r.phraseList(&c.Phrases)(name, n)
		return c
	}
	seen := r.mapping(name, "key of said", n, []field{
		{"phrases", r.phraseList(&c.Phrases)},
		{"list", r.listed(&c.Phrases)},
		{"except", r.phraseList(&c.Except)},
		{"within", r.duration(&c.Within, time.Second, maxWithin)},
		{"negated", r.truth(&c.Negated)},
		{"speaker", r.speakers(&c.Speakers)},
	})
	if seen != nil && !seen.has("phrases") && !seen.has("list") {
		r.wrong(n, "said needs \"phrases\" or \"list\"")
	}
	return c
}

// flagged reads one flag, several, or a mapping.
func (r *fileReader) flagged(name string, n *yaml.Node) *engine.Flagged {
	c := &engine.Flagged{Within: defaultSaidWithin}
	if !isMapping(n) {
		r.flags(&c.Flags)(name, n)
		return c
	}
	seen := r.mapping(name, "key of flagged", n, []field{
		{"flags", r.flags(&c.Flags)},
		{"within", r.duration(&c.Within, time.Second, maxWithin)},
		{"speaker", r.speakers(&c.Speakers)},
	})
	r.require(n, seen, name, "flags")
	return c
}

// flagWords are the flags that a scorer may set, in their order.
var flagWords = []string{engine.FlagRequest.String(), engine.FlagLeave.String(), engine.FlagSafety.String()}

func (r *fileReader) flags(to *engine.Flags) func(string, *yaml.Node) {
	return func(name string, n *yaml.Node) {
		for _, item := range items(n) {
			r.word(flagWords, func(i int) { *to |= 1 << i })(name, item)
		}
	}
}

func (r *fileReader) notSaid(name string, n *yaml.Node) *engine.NotSaid {
	c := &engine.NotSaid{Speakers: engine.SpeakersOperator}
	seen := r.mapping(name, "key of not_said", n, []field{
		{"phrases", r.phraseList(&c.Phrases)},
		{"list", r.listed(&c.Phrases)},
		{"notice", r.truth(&c.Notice)},
		{"within", r.duration(&c.Within, time.Second, maxWithin)},
		{"speaker", r.speakers(&c.Speakers)},
	})
	r.require(n, seen, name, "within")
	if seen != nil && !seen.has("phrases") && !seen.has("list") && !c.Notice {
		r.wrong(n, "not_said needs \"phrases\", \"list\" or \"notice: true\"")
	}
	return c
}

// phraseList reads one phrase or a list of them, and adds them.
func (r *fileReader) phraseList(to *[]engine.Phrase) func(string, *yaml.Node) {
	return func(name string, n *yaml.Node) {
		if isMapping(n) || isNull(n) || len(items(n)) == 0 {
			r.wrong(n, "%s must be phrases, as in [\"a manager\", \"real person\"], not %s", name, shown(n))
			return
		}
		for _, item := range items(n) {
			if !r.room(n, 1) {
				return
			}
			var text string
			r.text(&text, maxPhraseText)("a phrase", item)
			if text == "" {
				continue
			}
			phrase, err := engine.ParsePhrase(text)
			if err != nil {
				r.wrong(item, "the phrase %s %v", quoted(text), err)
				continue
			}
			*to = append(*to, phrase)
		}
	}
}

// listed adds the phrases of lists that the file has.
func (r *fileReader) listed(to *[]engine.Phrase) func(string, *yaml.Node) {
	return func(name string, n *yaml.Node) {
		for _, item := range items(n) {
			list, known := r.lists[follow(item).Value]
			if !known {
				r.wrong(item, "unknown list %s; %s", shown(item), meant(follow(item).Value, r.listNames()))
				continue
			}
			if !r.room(n, len(list)) {
				return
			}
			*to = append(*to, list...)
		}
	}
}

// room reports whether so many more phrases fit.
func (r *fileReader) room(n *yaml.Node, more int) bool {
	before := r.phrases <= maxPhrases
	r.phrases += more
	if r.phrases > maxPhrases && before {
		r.wrong(n, "the file has more than %d phrases, counted wherever a list is used", maxPhrases)
	}
	return r.phrases <= maxPhrases
}

func (r *fileReader) listNames() (all []string) {
	for name := range r.lists {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}

func (r *fileReader) key(name string, n *yaml.Node, c *engine.Cond) {
	v := follow(n).Value
	if !isScalar(n) || strings.Trim(v, "0123456789*#") != "" || len(v) > 12 {
		r.wrong(n, "key must be keys of a telephone in quotes, as in \"0\" or \"0#\" for either, not %s", shown(n))
		return
	}
	if strings.Contains(v, "1") {
		r.warn(n, "key 1 brings an operator already, by the menu: leave it out")
	}
	c.Key = v
}

func (r *fileReader) inState(name string, n *yaml.Node) *engine.InState {
	c := &engine.InState{}
	states := func(name string, n *yaml.Node) {
		for _, item := range items(n) {
			r.word(stateWords, func(i int) {
				if state := engine.CallRinging + engine.CallState(i); !slices.Contains(c.States, state) {
					c.States = append(c.States, state)
				}
			})(name, item)
		}
	}
	if !isMapping(n) {
		states(name, n)
		return c
	}
	seen := r.mapping(name, "key of in_state", n, []field{
		{"state", states}, {"states", states},
		{"for", r.duration(&c.For, 0, maxTime)},
	})
	if seen != nil && !seen.has("state") && !seen.has("states") {
		r.wrong(n, "in_state needs \"state\": %s", orList(stateWords))
	}
	return c
}

func (r *fileReader) falling(name string, n *yaml.Node) *engine.Falling {
	c := &engine.Falling{}
	var by int
	seen := r.mapping(name, "key of falling", n, []field{
		{"by", r.thousandths(&by, 1, 2000)},
		{"within", r.duration(&c.Within, time.Second, maxWithin)},
		{"half_life", r.duration(&c.HalfLife, time.Second, maxWithin)},
	})
	c.By = engine.Polarity(by)
	r.require(n, seen, name, "by", "within")
	return c
}

func (r *fileReader) repeats(name string, n *yaml.Node) *engine.Repeats {
	c := &engine.Repeats{Overlap: defaultOverlap, Within: defaultRepeatsWithin}
	seen := r.mapping(name, "key of repeats", n, []field{
		{"times", r.integer(&c.Times, 2, 10)},
		{"overlap", r.thousandths(&c.Overlap, 100, 1000)},
		{"within", r.duration(&c.Within, time.Second, maxWithin)},
	})
	r.require(n, seen, name, "times")
	return c
}
