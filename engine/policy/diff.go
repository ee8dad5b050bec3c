package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"switchboard/engine"
)

// Diff tells what changes from one policy to the next, a line for each change, as in
// "sustained-negative: mood below -0.25 -> -0.30". It is empty where they judge alike.
func Diff(old, new engine.Policy) []string {
	var lines []string
	if old.Bells != new.Bells {
		lines = append(lines, fmt.Sprintf("bells an hour: %d -> %d", old.Bells, new.Bells))
	}
	for _, r := range old.Rules {
		if _, stays := find(new, r.ID); !stays {
			lines = append(lines, fmt.Sprintf("rule gone: %s (%s)", r.ID, outline(r)))
		}
	}
	for _, r := range new.Rules {
		before, known := find(old, r.ID)
		if !known {
			lines = append(lines, fmt.Sprintf("new rule: %s (%s)", r.ID, outline(r)))
			continue
		}
		lines = append(lines, ruleDiff(before, r)...)
	}
	if len(lines) == 0 && !slices.Equal(ids(old), ids(new)) {
		lines = append(lines, "the rules stand in another order: "+strings.Join(ids(new), ", "))
	}
	return lines
}

func find(p engine.Policy, id string) (engine.Rule, bool) {
	i := slices.IndexFunc(p.Rules, func(r engine.Rule) bool { return r.ID == id })
	if i < 0 {
		return engine.Rule{}, false
	}
	return p.Rules[i], true
}

func ids(p engine.Policy) (all []string) {
	for _, r := range p.Rules {
		all = append(all, r.ID)
	}
	return all
}

// outline says in a few words what a rule does.
func outline(r engine.Rule) string {
	words := r.Severity.String() + ": " + does(r.Then)
	if r.Mode != engine.ModeOn {
		words += "; " + r.Mode.String()
	}
	return words
}

// does names what follows when a rule fires.
func does(t engine.Then) string {
	var all []string
	if t.Transfer != nil {
		all = append(all, transferWords(t.Transfer))
	}
	for _, do := range []struct {
		on   bool
		word string
	}{{t.Alert, "alert"}, {t.Watch, "watch"}, {t.Pin, "pin"}, {t.Callback, "callback"}, {t.Say != "" || t.SayEs != "", "say"}} {
		if do.on {
			all = append(all, do.word)
		}
	}
	return strings.Join(all, ", ")
}

func transferWords(p *engine.Propose) string {
	words := "transfer"
	if p.Cold {
		words = "cold transfer"
	}
	if p.Group != "" {
		words += " to " + p.Group
	}
	return words
}

// A value is one thing that a rule says, in words.
type value struct {
	name string
	text string
	list []string // of phrases, in place of text
}

const none = "none"

func ruleDiff(old, new engine.Rule) (lines []string) {
	before, after := ruleValues(old), ruleValues(new)
	for _, v := range before {
		i := slices.IndexFunc(after, func(w value) bool { return w.name == v.name })
		if i < 0 {
			after = append(after, value{name: v.name, text: none})
		}
	}
	for _, v := range after {
		was := value{name: v.name, text: none}
		if i := slices.IndexFunc(before, func(w value) bool { return w.name == v.name }); i >= 0 {
			was = before[i]
		}
		if change := v.since(was); change != "" {
			lines = append(lines, new.ID+": "+change)
		}
	}
	if len(lines) > 0 && old.Version == new.Version {
		lines = append(lines, fmt.Sprintf("%s: its version is still %d: raise it, for evidence names it", new.ID, new.Version))
	}
	return lines
}

// since says what has changed since it was another value; empty: nothing.
func (v value) since(was value) string {
	if v.list == nil && was.list == nil {
		if v.text == was.text {
			return ""
		}
		return fmt.Sprintf("%s %s -> %s", v.name, was.text, v.text)
	}
	var changes []string
	for _, phrase := range v.list {
		if !slices.Contains(was.list, phrase) {
			changes = append(changes, "+"+strconv.Quote(phrase))
		}
	}
	for _, phrase := range was.list {
		if !slices.Contains(v.list, phrase) {
			changes = append(changes, "-"+strconv.Quote(phrase))
		}
	}
	if len(changes) == 0 {
		return ""
	}
	return v.name + " " + strings.Join(changes, " ")
}

// ruleValues are all that a rule says, each under a name of its own.
func ruleValues(r engine.Rule) []value {
	all := condValues("", r.When)
	add := func(name, text string) { all = append(all, value{name: name, text: text}) }
	if r.Exit != nil {
		all = append(all, condValues("exit ", *r.Exit)...)
	}
	if r.ExitFor > 0 {
		add("exit for", short(r.ExitFor))
	}
	add("version", strconv.Itoa(r.Version))
	add("about", strconv.Quote(r.About))
	add("for", short(r.For))
	add("not_before", short(r.NotBefore))
	add("cooldown", short(r.Cooldown))
	add("veto", short(r.Veto))
	add("min_confidence", decimal(r.MinConfidence))
	add("mode", r.Mode.String())
	add("severity", r.Severity.String())
	add("request", strconv.FormatBool(r.Request))
	add("then", does(r.Then))
	add("say en", strconv.Quote(r.Then.Say))
	add("say es", strconv.Quote(r.Then.SayEs))
	return all
}

// condValues are all that a condition says. Where is put before their names.
func condValues(where string, c engine.Cond) (all []value) {
	add := func(name, text string) { all = append(all, value{name: where + name, text: text}) }
	list := func(name string, phrases []engine.Phrase) {
		if len(phrases) > 0 {
			all = append(all, value{name: where + name, list: phraseTexts(phrases)})
		}
	}
	if n := c.Negative; n != nil {
		add("negative", fmt.Sprintf("%d of %d", n.Count, n.Of))
		add("negative below", limitWords(n.Limit))
		add("negative within", within(n.Within))
		add("negative speaker", n.Speakers.String())
	}
	if m := c.Mood; m != nil {
		side := "below"
		if m.Above {
			side = "above"
		}
		add("mood "+side, limitWords(m.Limit))
		add("mood half_life", short(cmp.Or(m.HalfLife, 30*time.Second)))
	}
	if c.MinWords > 0 {
		add("min_words", strconv.Itoa(c.MinWords))
	}
	if c.NoInput > 0 {
		add("no_input", strconv.Itoa(c.NoInput))
	}
	if d := c.Duration; d != nil {
		add("duration above", durationWords(*d))
	}
	if b := c.Blind; b != nil {
		add("blind for", within(b.For))
		add("blind confidence", fmt.Sprintf("%s of %d", decimal(b.Confidence), b.Of))
	}
	if s := c.Said; s != nil {
		list("said", s.Phrases)
		list("said except", s.Except)
		add("said within", short(s.Within))
		add("said negated", strconv.FormatBool(s.Negated))
		add("said speaker", s.Speakers.String())
	}
	if f := c.Flagged; f != nil {
		add("flagged", f.Flags.String())
		add("flagged within", short(f.Within))
		add("flagged speaker", f.Speakers.String())
	}
	if s := c.NotSaid; s != nil {
		list("not_said", s.Phrases)
		add("not_said notice", strconv.FormatBool(s.Notice))
		add("not_said within", short(s.Within))
		add("not_said speaker", s.Speakers.String())
	}
	if c.Key != "" {
		add("key", c.Key)
	}
	if c.Silence > 0 {
		add("silence", short(c.Silence))
	}
	if s := c.InState; s != nil {
		add("in_state", stateNames(s.States))
		add("in_state for", short(s.For))
	}
	if f := c.Falling; f != nil {
		add("falling by", decimal(int(f.By)))
		add("falling within", short(f.Within))
		add("falling half_life", short(cmp.Or(f.HalfLife, 30*time.Second)))
	}
	if r := c.Repeats; r != nil {
		add("repeats", fmt.Sprintf("%d times", r.Times))
		add("repeats overlap", decimal(r.Overlap))
		add("repeats within", short(r.Within))
	}
	if c.Attestation > 0 {
		add("attestation_below", c.Attestation.String())
	}
	return append(all, joinedValues(where, c)...)
}

// joinedValues are what the conditions within a condition say.
func joinedValues(where string, c engine.Cond) (all []value) {
	for i, part := range c.All {
		all = append(all, condValues(fmt.Sprintf("%sall %d ", where, i+1), part)...)
	}
	for i, part := range c.Any {
		all = append(all, condValues(fmt.Sprintf("%sany %d ", where, i+1), part)...)
	}
	if c.Not != nil {
		all = append(all, condValues(where+"not ", *c.Not)...)
	}
	return all
}

func limitWords(l engine.Limit) string {
	words := decimal(int(l.Below))
	for _, s := range l.Source {
		words += fmt.Sprintf(", %s %s", s.Source, decimal(int(s.Below)))
	}
	return words
}

func within(d time.Duration) string {
	if d == 0 {
		return none
	}
	return short(d)
}

func durationWords(d engine.LongCall) string {
	if d.P95 {
		return "p95"
	}
	return short(d.Above)
}

func stateNames(states []engine.CallState) string {
	all := make([]string, len(states))
	for i, s := range states {
		all[i] = s.String()
	}
	return strings.Join(all, ", ")
}

func phraseTexts(phrases []engine.Phrase) []string {
	all := make([]string, len(phrases))
	for i, p := range phrases {
		all[i] = p.Text
	}
	return all
}
