package policy

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"switchboard/engine"
)

const (
	maxCalls    = 500
	maxLines    = 2000 // in a call
	maxSentence = 500  // letters
	maxCall     = 2 * time.Hour

	defaultAnnounced = 5 * time.Second
	afterwards       = 10 * time.Second // a call goes on for so long after its last line
)

// A testFile is calls that somebody has written down, and what is expected of them.
type testFile struct {
	policy engine.Policy
	calls  []testCall
}

// A testCall is one such call.
type testCall struct {
	name      string
	line      int
	lines     []testLine
	until     time.Duration
	expect    []expectation
	english   bool
	state     engine.CallState
	announced time.Duration // -1: never
	typical   time.Duration
	attested  engine.Attestation
}

// A testLine is one thing that happens in a call. Of its parts one is set.
type testLine struct {
	at      time.Duration
	heard   *engine.Heard
	key     string
	state   engine.CallState
	noInput int
	blind   *bool
}

// An expectation is what is to be, or not to be, in a call.
type expectation struct {
	text      string
	no        bool
	deed      deed
	rule      string // whose; empty: any
	after, by time.Duration
}

// A testReader reads a test file.
type testReader struct {
	reader
	load   func(string) ([]byte, error)
	policy engine.Policy
}

// readTest reads a test file and the policy that it names.
func readTest(name string, text []byte, load func(string) ([]byte, error)) (testFile, error) {
	r := &testReader{reader: reader{file: name}, load: load}
	var f testFile
	if top := r.open(text); top != nil {
		r.top(top, &f)
	}
	_, err := r.done()
	f.policy = r.policy
	return f, err
}

func (r *testReader) top(n *yaml.Node, f *testFile) {
	var calls *yaml.Node
	named := false
	seen := r.mapping("a test file", "key", n, []field{
		{"policy", func(name string, n *yaml.Node) { named = true; r.named(name, n) }},
		{"calls", func(_ string, n *yaml.Node) { calls = n }},
	})
	if !named {
		r.policy = Default()
	}
	r.require(n, seen, "a test file", "calls")
	if calls == nil {
		return
	}
	if !isSequence(calls) || len(items(calls)) > maxCalls {
		r.wrong(calls, "calls must be a list of at most %d, each beginning with -", maxCalls)
		return
	}
	for _, item := range items(calls) {
		f.calls = append(f.calls, r.call(item))
	}
}

// named reads the policy that is tested.
func (r *testReader) named(name string, n *yaml.Node) {
	v := follow(n).Value
	if !isScalar(n) || strings.ContainsFunc(v, unshowable) {
		r.wrong(n, "policy must be %s or a file, not %s", strings.Join(Presets(), ", "), shown(n))
		return
	}
	text, builtIn := Text(v)
	if !builtIn {
		var err error
		if text, err = r.load(v); err != nil {
			r.wrong(n, "%v", err)
			return
		}
	}
	f, err := Read(v, text)
	var mistakes Mistakes
	if errors.As(err, &mistakes) {
		r.wrong(n, "the policy has %s; the first is: %s", count(len(mistakes), "mistake"), mistakes[0])
	}
	r.policy = f.Policy
}

func (r *testReader) call(n *yaml.Node) testCall {
	c := testCall{name: "a call without a name", line: n.Line, english: true, state: engine.CallMachine, announced: defaultAnnounced,
		attested: engine.AttestationA}
	var expect *yaml.Node
	seen := r.mapping("a call", "key of a call", n, []field{
		{"name", r.text(&c.name, maxAbout)},
		{"lines", func(name string, n *yaml.Node) { c.lines = r.lines(name, n) }},
		{"until", r.moment(&c.until)},
		{"expect", func(_ string, n *yaml.Node) { expect = n }},
		{"language", r.word([]string{"english", "spanish"}, func(i int) { c.english = i == 0 })},
		{"state", r.word(stateWords, func(i int) { c.state = engine.CallRinging + engine.CallState(i) })},
		{"announced", func(name string, n *yaml.Node) {
			if c.announced = -1; follow(n).Value != "never" {
				r.moment(&c.announced)(name, n)
			}
		}},
		{"typical", r.duration(&c.typical, time.Second, maxCall)},
		{"attestation", r.word([]string{"none", "C", "B", "A"}, func(i int) { c.attested = engine.Attestation(i) })},
	})
	r.require(n, seen, "a call", "expect")
	if last := len(c.lines) - 1; last >= 0 && c.until <= c.lines[last].at {
		if seen.has("until") {
			r.wrong(seen["until"], "until must be after the last line, which is at %s", clockTime(c.lines[last].at))
		}
		c.until = c.lines[last].at + afterwards
	}
	if len(c.lines) == 0 && !seen.has("until") && seen != nil {
		r.wrong(n, "a call needs \"lines\" or \"until\"")
	}
	if expect != nil {
		for _, item := range items(expect) {
			c.expect = append(c.expect, r.expectation(item))
		}
	}
	return c
}

func (r *testReader) lines(name string, n *yaml.Node) (all []testLine) {
	if !isSequence(n) || len(items(n)) > maxLines {
		r.wrong(n, "%s must be a list of at most %d, each beginning with -", name, maxLines)
		return nil
	}
	for i, item := range items(n) {
		line := r.line(item, i)
		if i > 0 && line.at < all[i-1].at {
			r.wrong(item, "the line at %s stands after one at %s: put them in the order of their times", clockTime(line.at), clockTime(all[i-1].at))
		}
		all = append(all, line)
	}
	return all
}

var speakerWords = []string{"unknown", "customer", "operator", "prompt", "front", "supervisor"}

// minWords is how many words a sentence needs to be scored.
const minWords = 3

func (r *testReader) line(n *yaml.Node, i int) testLine {
	var l testLine
	var say string
	score, confidence, source := 0, 0, ""
	who := engine.SpeakerCustomer
	seen := r.mapping("a line", "key of a line", n, []field{
		{"at", r.moment(&l.at)},
		{"who", r.word(speakerWords, func(i int) { who = engine.SpeakerUnknown + engine.Speaker(i) })},
		{"say", r.text(&say, maxSentence)},
		{"score", r.thousandths(&score, -1000, 1000)},
		{"confidence", r.thousandths(&confidence, 1, 1000)},
		{"source", r.slug(&source)},
		{"key", func(name string, n *yaml.Node) {
			if l.key = follow(n).Value; !isScalar(n) || len(l.key) != 1 || strings.Trim(l.key, "0123456789*#") != "" {
				r.wrong(n, "key must be one key of a telephone in quotes, as in \"0\", not %s", shown(n))
			}
		}},
		{"state", r.word(stateWords, func(i int) { l.state = engine.CallRinging + engine.CallState(i) })},
		{"no_input", r.integer(&l.noInput, 1, 10)},
		{"blind", func(name string, n *yaml.Node) { l.blind = new(bool); r.truth(l.blind)(name, n) }},
	})
	r.require(n, seen, "a line", "at")
	kinds := 0
	for _, kind := range []string{"say", "key", "state", "no_input", "blind"} {
		if seen.has(kind) {
			kinds++
		}
	}
	if seen != nil && kinds != 1 {
		r.wrong(n, "a line needs one of say, key, state, no_input and blind")
	}
	if !seen.has("say") {
		return l
	}
	words := len(strings.Fields(say))
	l.heard = &engine.Heard{
		Utterance: "line-" + strconv.Itoa(i+1), Speaker: who, Text: say, Words: words,
		Told: seen.has("score"), Scored: seen.has("score") && who == engine.SpeakerCustomer && words >= minWords,
		Polarity: engine.Polarity(score), Confidence: confidence, Source: source, Weight: weigh(words, confidence),
	}
	return l
}

// weigh returns what a sentence counts for the mood, as the engine has it: an eighth
// for each word, from a quarter to the whole, and half of that where it was hardly
// understood.
func weigh(words, confidence int) int {
	w := min(max(words*125, 250), 1000)
	if confidence > 0 && confidence < 600 {
		w /= 2
	}
	return w
}

var momentForm = regexp.MustCompile(`^(\d{1,3}):([0-5]\d)$`)

// moment reads a time of a call, as in 0:40.
func (r *testReader) moment(to *time.Duration) func(string, *yaml.Node) {
	return func(name string, n *yaml.Node) {
		v, ok := parseMoment(follow(n).Value)
		if !isScalar(n) || !ok {
			r.wrong(n, "%s must be a time of the call, as in 0:40, at most %s, not %s", name, clockTime(maxCall), shown(n))
			return
		}
		*to = v
	}
}

func parseMoment(text string) (time.Duration, bool) {
	m := momentForm.FindStringSubmatch(text)
	if m == nil {
		return 0, false
	}
	minutes, _ := strconv.Atoi(m[1])
	seconds, _ := strconv.Atoi(m[2])
	d := time.Duration(minutes)*time.Minute + time.Duration(seconds)*time.Second
	return d, d <= maxCall
}

const expectHelp = "write none, or [no] transfer, alert, watch, pin, callback, say or rule, then perhaps a rule's id, after 0:20 and by 0:40"

// expectation reads "transfer by 0:40", "no alert silence" or "none".
func (r *testReader) expectation(n *yaml.Node) expectation {
	text := strings.TrimSpace(follow(n).Value)
	e := expectation{text: text}
	words := strings.Fields(text)
	if !isScalar(n) || len(words) == 0 {
		r.wrong(n, "expect must be a text or a list of texts, not %s: %s", shown(n), expectHelp)
		return e
	}
	if text == "none" {
		return expectation{text: text, no: true, deed: deedAny}
	}
	if words[0] == "no" {
		e.no, words = true, words[1:]
	}
	deeds := []deed{deedTransfer, deedAlert, deedWatch, deedPin, deedCallback, deedSay, deedRule}
	if len(words) == 0 || !slices.Contains(deeds, deed(words[0])) {
		r.wrong(n, "cannot read the expectation %s: %s", quoted(text), expectHelp)
		return e
	}
	e.deed, words = deed(words[0]), words[1:]
	if len(words) > 0 && words[0] != "by" && words[0] != "after" {
		e.rule, words = words[0], words[1:]
		r.knownRule(n, e)
	}
	if !e.times(words) {
		r.wrong(n, "cannot read the times of the expectation %s: %s", quoted(text), expectHelp)
	}
	return e
}

// times reads "after 0:20 by 0:40".
func (e *expectation) times(words []string) bool {
	for ; len(words) >= 2; words = words[2:] {
		at, ok := parseMoment(words[1])
		switch {
		case !ok:
			return false
		case words[0] == "by" && e.by == 0:
			e.by = at
		case words[0] == "after" && e.after == 0:
			e.after = at
		default:
			return false
		}
	}
	return len(words) == 0
}

// knownRule says where the rule that is named is none of the policy, or never does
// what is expected of it, so that a wrong name is not taken for a success.
func (r *testReader) knownRule(n *yaml.Node, e expectation) {
	rule, ok := find(r.policy, e.rule)
	switch {
	case len(r.policy.Rules) == 0: // it could not be read, and that was said
	case !ok:
		r.wrong(n, "the policy has no rule %s; %s", quoted(e.rule), meant(e.rule, ids(r.policy)))
	case !e.deed.of(rule.Then):
		r.wrong(n, "the rule %s does not %s; it does: %s", e.rule, e.deed, does(rule.Then))
	}
}
