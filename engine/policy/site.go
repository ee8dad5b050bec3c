package policy

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"switchboard/engine"
)

const (
	maxGroups    = 32
	maxOperators = 200 // in a group
	maxMedia     = 100 // letters
	maxURL       = 500

	leastRing   = 5 * time.Second
	mostRing    = 2 * time.Minute
	defaultRing = 20 * time.Second
)

// A Group is operators who stand in for one another, as a file has them: its hours
// are those of a week.
type Group struct {
	engine.Group       // without hours
	Week         *Week // when it is open; nil: always
}

var (
	orderWords    = []string{"longest-idle", "in-turn", "fixed"}
	fallbackWords = []string{"stay", "callback", "menu"}
)

func (r *fileReader) readGroups(n *yaml.Node) (all []Group) {
	if !isSequence(n) || len(items(n)) == 0 {
		r.wrong(n, "groups must be a list, each group beginning with - , not %s", shown(n))
		return nil
	}
	if len(items(n)) > maxGroups {
		r.wrong(n, "there may be at most %d groups", maxGroups)
		return nil
	}
	for _, item := range items(n) {
		g, at := r.readGroup(item)
		if g.Name != "" && slices.Contains(r.groups, g.Name) {
			r.wrong(at, "the group %q is given twice", g.Name)
		}
		if g.Name != "" {
			r.groups = append(r.groups, g.Name)
		}
		all = append(all, g)
	}
	return all
}

// readGroup reads one group, and where its name stands.
func (r *fileReader) readGroup(n *yaml.Node) (Group, *yaml.Node) {
	g := Group{Group: engine.Group{Order: engine.OrderIdle, Ring: defaultRing}}
	seen := r.mapping("a group", "key of a group", n, []field{
		{"name", r.slug(&g.Name)},
		{"order", r.word(orderWords, func(i int) { g.Order = engine.OrderIdle + engine.Order(i) })},
		{"ring", r.duration(&g.Ring, leastRing, mostRing)},
		{"at_most", r.integer(&g.AtMost, 0, maxOperators)},
		{"hours", func(name string, n *yaml.Node) { g.Week = r.week(name, n) }},
		{"operators", func(name string, n *yaml.Node) { g.Operators = r.operators(name, n) }},
	})
	r.require(n, seen, "a group", "name", "operators")
	if at := seen["name"]; at != nil {
		return g, at
	}
	return g, n
}

func (r *fileReader) operators(name string, n *yaml.Node) (all []engine.Operator) {
	if !isSequence(n) || len(items(n)) == 0 {
		r.wrong(n, "%s must be a list of numbers, not %s", name, shown(n))
		return nil
	}
	if len(items(n)) > maxOperators {
		r.wrong(n, "a group may have at most %d operators", maxOperators)
		return nil
	}
	for _, item := range items(n) {
		var o engine.Operator
		if isMapping(item) {
			seen := r.mapping("an operator", "key of an operator", item, []field{
				{"number", r.target(&o.Number)}, {"name", r.text(&o.Name, maxName)},
			})
			r.require(item, seen, "an operator", "number")
		} else {
			r.target(&o.Number)("an operator", item)
		}
		if o.Number != "" && slices.ContainsFunc(all, func(other engine.Operator) bool { return other.Number == o.Number }) {
			r.wrong(item, "%s is in this group already", quoted(o.Number))
			continue
		}
		all = append(all, o)
	}
	return all
}

var ornament = strings.NewReplacer(" ", "", "\u00a0", "", "-", "", "(", "", ")", "", ".", "")

// target reads a number, with the signs that people write in it, or a SIP URI.
func (r *fileReader) target(to *string) func(string, *yaml.Node) {
	return func(name string, n *yaml.Node) {
		v := strings.TrimSpace(follow(n).Value)
		if strings.HasPrefix(v, "+") {
			v = ornament.Replace(v)
		}
		if !isScalar(n) || engine.ValidTarget(v) != nil {
			r.wrong(n, "%s must be a number with + and its country code, as in +12025550123, or a SIP URI, as in sip:ana@example.com, not %s", name, shown(n))
			return
		}
		*to = v
	}
}

func (r *fileReader) front(to *engine.Front) func(string, *yaml.Node) {
	return func(name string, n *yaml.Node) {
		seen := r.mapping(name, "key of front", n, []field{{"number", r.target(&to.Number)}, {"name", r.text(&to.Name, maxName)}})
		r.require(n, seen, name, "number")
	}
}

func (r *fileReader) hold(to *engine.Audio) func(string, *yaml.Node) { return r.audio("hold", to) }

// audio reads what can be played, in the place that of names.
func (r *fileReader) audio(of string, to *engine.Audio) func(string, *yaml.Node) {
	return func(name string, n *yaml.Node) {
		seen := r.mapping(name, "key of "+of, n, []field{{"url", r.url(&to.URL)}, {"media", r.text(&to.Media, maxMedia)}})
		if seen != nil && seen.has("url") == seen.has("media") {
			r.wrong(n, "%s needs either \"url\", the address of a WAV or MP3 file, or \"media\", the name of an uploaded one", of)
		}
	}
}

// monitored reads how an operator is told that a supervisor listens: a text, off for
// not at all, or a sound.
func (r *fileReader) monitored(to *engine.Briefing) func(string, *yaml.Node) {
	return func(name string, n *yaml.Node) {
		if isMapping(n) {
			r.audio("monitored", &to.Tone)(name, n)
			return
		}
		r.text(&to.Monitored, maxSaid)(name, n)
	}
}

func (r *fileReader) url(to *string) func(string, *yaml.Node) {
	return func(name string, n *yaml.Node) {
		u, err := url.Parse(follow(n).Value)
		if !isScalar(n) || err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || u.User != nil || len(follow(n).Value) > maxURL {
			r.wrong(n, "%s must be an address that begins with https:// or http://, without credentials", name)
			return
		}
		*to = u.String()
	}
}

func (r *fileReader) queue(to *engine.Queue) func(string, *yaml.Node) {
	return func(name string, n *yaml.Node) {
		*to = engine.Queue{AtMost: 3 * time.Minute, Then: engine.FallbackStay, Callback: true}
		r.mapping(name, "key of queue", n, []field{
			{"at_most", r.duration(&to.AtMost, 10*time.Second, time.Hour)},
			{"then", r.word(fallbackWords, func(i int) { to.Then = engine.FallbackStay + engine.Fallback(i) })},
			{"callback", r.truth(&to.Callback)},
		})
	}
}

func (r *fileReader) briefing(to *engine.Briefing) func(string, *yaml.Node) {
	return func(name string, n *yaml.Node) {
		r.mapping(name, "key of briefing", n, []field{
			{"accept", r.text(&to.Accept, maxSaid)},
			{"wait", r.duration(&to.Wait, 3*time.Second, time.Minute)},
			{"monitored", r.monitored(to)},
			{"language", r.text(&to.Language, 20)},
			{"voice", r.text(&to.Voice, maxMedia)},
		})
	}
}
