// Package policy reads the rules of escalation, and what else a site says about its
// operators, from a YAML file. The whole format is told in the comments of
// default.yaml, which is built in, as is the sample app's own rule:
//
//	name: mine
//	rules:
//	  - id: sour
//	    about: The customer is upset.
//	    when:
//	      negative: {count: 3, of: 5, within: 90s, below: -0.30}
//	      min_words: 15
//	    exit: {mood: {above: -0.10}, for: 20s}
//	    then: [transfer, alert]
//	groups:
//	  - {name: desk, operators: [{number: "+12025550123", name: Ana}]}
//
// A file is read in one pass. Every mistake in it is told at once, with its line and
// column, what is wrong and what is allowed; what is allowed but deserves a second
// thought is a warning. Numbers are read exactly, without floating point. Opening
// hours become instants only when they are asked for, by [File.At].
//
// To add a condition: its reader in cond.go, its words in diff.go, a line in the
// comments of default.yaml (a test asks for it), and two calls in testdata/policies.
//
// # Tests of a policy
//
// [Test] runs calls that somebody has written down through the judge alone:
//
//	policy: default                  # or sample-compat, or a file beside the test
//	calls:
//	  - name: asks for a person
//	    lines:
//	      - {at: 0:10, who: customer, say: "Can I speak to a person?", score: -0.1, confidence: 0.9}
//	      - {at: 0:20, key: "0"}
//	      - {at: 0:21, state: hold}
//	      - {at: 0:40, no_input: 1}  # so many menus in a row without a key
//	      - {at: 0:50, blind: true}  # nobody hears him from now on
//	    until: 1:00                  # left out: 10 s after the last line
//	    expect: [transfer ask-human by 0:12, no alert silence]
//
// A call begins when the customer is answered. It may also have a language (english,
// spanish), a first state (machine where nothing is said), announced (when the
// announcement was over, or never; 0:05), typical (what 95 of 100 calls are shorter
// than) and an attestation. What is expected is none, or a deed (transfer, alert, watch,
// pin, callback, say, or rule for whatever it does) that there is or, with no before it,
// is not; then perhaps the rule, and after and by.
package policy

import (
	"embed"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"switchboard/engine"
)

const (
	maxRules = 64
	maxBells = 1000 // an hour
	maxName  = 60   // letters
	maxLists = 64
)

const defaultBells = 6

// A File is what a policy file says. What it does not speak of is zero, so that it can
// be told from what it does.
type File struct {
	Policy engine.Policy

	Groups   []Group
	Front    engine.Front
	Hold     engine.Audio
	Queue    engine.Queue // Then is zero where the file has no queue
	Briefing engine.Briefing
	Phone    string // the supervisor's own

	Warnings []Problem // allowed, but worth a second thought
}

//go:embed default.yaml sample-compat.yaml
var presets embed.FS

// Presets returns the names of the policies that are built in.
func Presets() []string { return []string{"default", "sample-compat"} }

// Text returns the file of a policy that is built in, as it is shown to people.
func Text(preset string) ([]byte, bool) {
	if !slices.Contains(Presets(), preset) {
		return nil, false
	}
	text, err := presets.ReadFile(preset + ".yaml")
	return text, err == nil
}

// Preset returns a policy that is built in.
func Preset(name string) (engine.Policy, bool) {
	text, ok := Text(name)
	if !ok {
		return engine.Policy{}, false
	}
	f, err := Read(name, text)
	if err != nil {
		panic(fmt.Sprintf("policy: the built-in %s: %v", name, err)) // ours, and kept by a test
	}
	return f.Policy, true
}

// Default returns the policy that is used where nobody says otherwise.
func Default() engine.Policy {
	p, _ := Preset("default")
	return p
}

// Read reads a file, whose name is for messages. Its error is [Mistakes]: everything
// that is wrong at once. A file with warnings alone is read all the same.
func Read(name string, text []byte) (File, error) {
	r := &fileReader{reader: reader{file: name}}
	f := File{Policy: engine.Policy{Bells: defaultBells, Version: 1}}
	if top := r.open(text); top != nil {
		r.top(top, &f)
	}
	if f.Policy.Name == "" {
		f.Policy.Name = strings.TrimSuffix(filepath.Base(name), filepath.Ext(name))
	}
	var err error
	f.Warnings, err = r.done()
	if err != nil {
		return File{Warnings: f.Warnings}, err
	}
	return f, nil
}

// A fileReader reads a policy file. What the rules refer to is read before them,
// wherever it stands.
type fileReader struct {
	reader
	lists   map[string][]engine.Phrase
	groups  []string
	conds   int // in the rule that is being read
	phrases int // in all
}

func (r *fileReader) top(n *yaml.Node, f *File) {
	later := func(string, *yaml.Node) {} // read below, in an order of our own
	p := &f.Policy
	seen := r.mapping("a policy file", "key", n, []field{
		{"name", r.slug(&p.Name)},
		{"version", r.integer(&p.Version, 1, 1_000_000)},
		{"bells", r.integer(&p.Bells, 0, maxBells)},
		{"rules", later}, {"lists", later}, {"groups", later},
		{"front", r.front(&f.Front)},
		{"hold", r.hold(&f.Hold)},
		{"queue", r.queue(&f.Queue)},
		{"briefing", r.briefing(&f.Briefing)},
		{"phone", r.target(&f.Phone)},
	})
	if lists := seen["lists"]; lists != nil {
		r.readLists(lists)
	}
	if groups := seen["groups"]; groups != nil {
		f.Groups = r.readGroups(groups)
	}
	r.require(n, seen, "a policy file", "rules")
	if rules := seen["rules"]; rules != nil {
		p.Rules = r.readRules(rules)
	}
}

// readLists reads the lists of phrases that rules may share.
func (r *fileReader) readLists(n *yaml.Node) {
	r.lists = map[string][]engine.Phrase{}
	m := follow(n)
	if m.Kind != yaml.MappingNode {
		r.wrong(m, "lists must be names with phrases, as in human: [\"a manager\"], not %s", shown(m))
		return
	}
	if len(m.Content)/2 > maxLists {
		r.wrong(m, "there may be at most %d lists", maxLists)
		return
	}
	for _, p := range r.pairs(m) {
		var name string
		r.slug(&name)("the name of a list", p.key)
		if _, twice := r.lists[name]; twice && name != "" {
			r.wrong(p.key, "the list %s is given twice", quoted(name))
			continue
		}
		var list []engine.Phrase
		r.phraseList(&list)(p.key.Value, p.value)
		r.lists[name] = list
	}
}

func (r *fileReader) readRules(n *yaml.Node) (rules []engine.Rule) {
	if !isSequence(n) {
		r.wrong(n, "rules must be a list, each rule beginning with - , not %s", shown(n))
		return nil
	}
	all := items(n)
	if len(all) > maxRules {
		r.wrong(all[maxRules], "there may be at most %d rules, but here are %d", maxRules, len(all))
		all = all[:maxRules]
	}
	lines := map[string]int{}
	for _, item := range all {
		rule, at := r.readRule(item)
		if line, twice := lines[rule.ID]; twice && rule.ID != "" {
			r.wrong(at, "the id %q is given twice: the rule in line %d has it already", rule.ID, line)
		} else if rule.ID != "" {
			lines[rule.ID] = at.Line
		}
		rules = append(rules, rule)
	}
	return rules
}

// Rules that propose a transfer give the supervisor so long to veto it, where they do
// not say how long themselves.
const defaultVeto = 8 * time.Second

var (
	modeWords     = []string{"on", "shadow", "off"}
	severityWords = []string{"watch", "amber", "red", "safety"}
)

const (
	maxVeto  = time.Minute
	maxTime  = 24 * time.Hour
	maxAbout = 200 // letters
	maxSaid  = 600
)

// readRule reads one rule, and where its id stands.
func (r *fileReader) readRule(n *yaml.Node) (engine.Rule, *yaml.Node) {
	rule := engine.Rule{Version: 1, Mode: engine.ModeOn, Veto: -1}
	r.conds = 0
	seen := r.mapping("a rule", "key of a rule", n, []field{
		{"id", r.slug(&rule.ID)},
		{"version", r.integer(&rule.Version, 1, 1_000_000)},
		{"about", r.text(&rule.About, maxAbout)},
		{"when", func(name string, n *yaml.Node) { r.when(name, n, &rule) }},
		{"for", r.duration(&rule.For, 0, maxTime)},
		{"not_before", r.duration(&rule.NotBefore, 0, maxTime)},
		{"exit", func(name string, n *yaml.Node) { r.exit(name, n, &rule) }},
		{"cooldown", r.duration(&rule.Cooldown, 0, maxTime)},
		{"veto", r.duration(&rule.Veto, 0, maxVeto)},
		{"mode", r.word(modeWords, func(i int) { rule.Mode = engine.ModeOn + engine.Mode(i) })},
		{"severity", r.word(severityWords, func(i int) { rule.Severity = engine.SeverityWatch + engine.Severity(i) })},
		{"request", r.truth(&rule.Request)},
		{"then", func(name string, n *yaml.Node) { r.then(name, n, &rule.Then) }},
	})
	if seen == nil {
		return rule, n
	}
	r.require(n, seen, "a rule", "id", "when", "then")
	r.complete(&rule, seen)
	if id := seen["id"]; id != nil {
		return rule, id
	}
	return rule, n
}

// complete fills in what the rule leaves open, and warns of what is without meaning.
func (r *fileReader) complete(rule *engine.Rule, seen given) {
	proposes := rule.Then.Transfer != nil
	if !proposes && rule.Veto > 0 {
		r.warn(seen["veto"], "veto is without meaning here: the rule proposes no transfer")
	}
	if !proposes && rule.Request {
		r.warn(seen["request"], "request is without meaning here: the rule proposes no transfer")
	}
	switch {
	case rule.Veto >= 0:
	case proposes:
		rule.Veto = defaultVeto
	default:
		rule.Veto = 0
	}
	switch {
	case rule.Severity != 0:
	case proposes || rule.Then.Alert:
		rule.Severity = engine.SeverityAmber
	default:
		rule.Severity = engine.SeverityWatch
	}
}

// exit reads what ends a rule: a condition, and for how long it must hold.
func (r *fileReader) exit(name string, n *yaml.Node, rule *engine.Rule) {
	c := &engine.Cond{}
	if !r.condWith(name, n, c, 1, field{"for", r.duration(&rule.ExitFor, 0, maxTime)}) {
		return
	}
	rule.Exit = c
}

// when reads the condition of a rule, which also says what sentences count.
func (r *fileReader) when(name string, n *yaml.Node, rule *engine.Rule) {
	r.condWith(name, n, &rule.When, 1, field{"min_confidence", r.thousandths(&rule.MinConfidence, 0, 1000)})
}

// thens are the words that then may be, or be a list of.
var thens = []string{"transfer", "alert", "watch", "pin", "callback", "say"}

// then reads what follows: a word, a list of words and keys, or keys.
func (r *fileReader) then(name string, n *yaml.Node, to *engine.Then) {
	before := len(r.mistakes)
	for _, item := range items(n) {
		if isMapping(item) {
			r.thenKeys(name, item, to)
			continue
		}
		r.thenWord(name, item, to)
	}
	if *to == (engine.Then{}) && len(r.mistakes) == before {
		r.wrong(n, "then says nothing to do; possible are: %s", strings.Join(thens, ", "))
	}
}

func (r *fileReader) thenWord(name string, n *yaml.Node, to *engine.Then) {
	r.word(thens[:5], func(i int) {
		switch thens[i] {
		case "transfer":
			to.Transfer = &engine.Propose{}
		case "alert":
			to.Alert = true
		case "watch":
			to.Watch = true
		case "pin":
			to.Pin = true
		case "callback":
			to.Callback = true
		}
	})(name, n)
}

func (r *fileReader) thenKeys(name string, n *yaml.Node, to *engine.Then) {
	r.mapping(name, "thing to do", n, []field{
		{"transfer", func(name string, n *yaml.Node) { to.Transfer = r.propose(name, n) }},
		{"alert", r.truth(&to.Alert)},
		{"watch", r.truth(&to.Watch)},
		{"pin", r.truth(&to.Pin)},
		{"callback", r.truth(&to.Callback)},
		{"say", func(name string, n *yaml.Node) {
			if !isMapping(n) {
				r.text(&to.Say, maxSaid)(name, n)
				return
			}
			r.mapping(name, "language", n, []field{{"en", r.text(&to.Say, maxSaid)}, {"es", r.text(&to.SayEs, maxSaid)}})
		}},
	})
}

// propose reads who is proposed: true for whoever comes first, a group's name, or
// keys. It returns nil for false.
func (r *fileReader) propose(name string, n *yaml.Node) *engine.Propose {
	p := &engine.Propose{}
	switch v := follow(n); {
	case isMapping(n):
		r.mapping(name, "key of a transfer", n, []field{{"to", r.group(&p.Group)}, {"cold", r.truth(&p.Cold)}})
	case v.Tag == "!!bool" && v.Value == "false":
		return nil
	case v.Tag == "!!bool" && v.Value == "true":
	default:
		r.group(&p.Group)(name, n)
	}
	return p
}

// group reads the name of a group that the file has.
func (r *fileReader) group(to *string) func(string, *yaml.Node) {
	return func(name string, n *yaml.Node) {
		v := follow(n).Value
		switch {
		case !isScalar(n):
			r.wrong(n, "%s must be the name of a group, not %s", name, shown(n))
		case !slices.Contains(r.groups, v) && len(r.groups) == 0:
			r.wrong(n, "unknown group %s: the file has no groups; write true for the operators that are configured", quoted(v))
		case !slices.Contains(r.groups, v):
			r.wrong(n, "unknown group %s; %s", quoted(v), meant(v, r.groups))
		default:
			*to = v
		}
	}
}
