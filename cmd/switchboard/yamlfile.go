package main

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"switchboard/engine/policy"
	"switchboard/tui/safe"
)

// Limits of switchboard.yaml; its size and the number of its mistakes are package policy's.
const (
	maxNesting = 4   // groups within groups
	maxItems   = 200 // of a list
)

// yamlPlace is where settings that are no secrets are looked for.
const yamlPlace = "switchboard.yaml"

// fromYAML reads switchboard.yaml, or another file of its kind: any setting but the
// secrets, by its flag's name. What several names begin with may be written once, as a
// group:
//
//	symbl:
//	  app-id: abc          # is symbl-app-id: abc
//
// Where optional, a file that is not there is an empty source. Everything that is wrong
// comes at once, with its line and column; what is wrong is left out of the source.
func fromYAML(path string, optional bool) (source, []Problem, error) {
	text, err := readSmall(path)
	if errors.Is(err, fs.ErrNotExist) {
		if optional {
			return fromMap(nil), nil, nil
		}
		return nil, nil, fmt.Errorf("%s: there is no such file; name one that there is, or leave --config out to have %s read", path, yamlPlace)
	}
	if err != nil {
		return nil, nil, err
	}
	r := readYAML(path, text)
	return fromMap(r.values), r.problems(), nil
}

// readYAML reads the text of a file.
func readYAML(path string, text []byte) *yamlReader {
	r := &yamlReader{file: path, values: map[string]string{}, nodes: map[string]*yaml.Node{}}
	for _, s := range allSettings() {
		r.keys = append(r.keys, s.flag())
	}
	if saysNothing(text) {
		return r
	}
	top, err := policy.Document(path, text)
	if err != nil && !errors.As(err, &r.mistakes) {
		r.mistakes = policy.Mistakes{{File: path, Text: err.Error()}}
	}
	if top != nil && len(r.mistakes) == 0 {
		r.group("", top, 0)
	}
	return r
}

// saysNothing reports whether a text has nothing but comments, which YAML does not call
// a document.
func saysNothing(text []byte) bool {
	for line := range strings.Lines(strings.TrimPrefix(string(text), "\ufeff")) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' && line != "---" {
			return false
		}
	}
	return true
}

// A yamlReader goes through a file once and collects what it sets and all that is wrong.
type yamlReader struct {
	file     string
	keys     []string // that there are
	values   map[string]string
	nodes    map[string]*yaml.Node // the value of each setting that stands in the file
	mistakes policy.Mistakes       // that are no setting's
	settings []Problem             // that are a setting's
}

// problems returns everything that is wrong.
func (r *yamlReader) problems() []Problem {
	var all []Problem
	for _, m := range r.mistakes {
		all = append(all, Problem{Name: string(safe.Clean(m.String(), maxComplaint))})
	}
	return append(all, r.settings...)
}

// wrong notes a mistake at a node that is no setting's. Words of the file come quoted.
func (r *yamlReader) wrong(n *yaml.Node, format string, args ...any) {
	r.mistakes = append(r.mistakes, policy.Problem{File: r.file, Line: n.Line, Column: n.Column, Text: fmt.Sprintf(format, args...)})
}

// refuse notes what is wrong with the value of a setting.
func (r *yamlReader) refuse(s setting, n *yaml.Node, err error) {
	place := fmt.Sprintf("(%s, line %d, column %d)", r.file, n.Line, n.Column)
	found := problemsOf(s, err)
	found[0].Wrong = place + " " + found[0].Wrong
	r.settings = append(r.settings, found...)
}

// group reads keys with values; prefix is the group that they stand in.
func (r *yamlReader) group(prefix string, n *yaml.Node, depth int) {
	if n.Kind != yaml.MappingNode {
		r.wrong(n, "settings must be keys with values, as in ring-seconds: 30")
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch {
		case key.Kind != yaml.ScalarNode || key.Tag == "!!merge":
			r.wrong(key, "a key must be one word, as in ring-seconds")
		case key.Anchor != "" || value.Anchor != "" || value.Kind == yaml.AliasNode:
			r.wrong(key, "& and * are not understood here: write the value out")
		default:
			r.entry(joined(prefix, key.Value), key, value, depth)
		}
	}
}

func joined(prefix, key string) string {
	if prefix == "" {
		return key
	}
	return prefix + "-" + key
}

// entry reads one key, by its whole name, with its value.
func (r *yamlReader) entry(name string, key, value *yaml.Node, depth int) {
	s, known := settingOf(name)
	isGroup := depth < maxNesting && slices.ContainsFunc(r.keys, func(k string) bool { return strings.HasPrefix(k, name+"-") })
	switch {
	case value.Kind == yaml.MappingNode && isGroup:
		r.group(name, value, depth+1)
	case !known && isGroup && empty(value): // a group whose lines are all comments
	case !known:
		r.wrong(key, "unknown key %q; %s", short(name), r.meant(name))
	case s.secret:
		r.wrong(key, "%s is a secret, which has no place here: put %s into .env, which only you can read", name, s.name)
	case r.nodes[s.name] != nil:
		r.wrong(key, "%s is given twice: it stands in line %d already", name, r.nodes[s.name].Line)
	default:
		r.nodes[s.name] = value
		r.value(s, value)
	}
}

// empty reports whether no value stands at a node.
func empty(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// settingOf returns the setting of a flag's name.
func settingOf(flag string) (setting, bool) {
	all := allSettings()
	i := slices.IndexFunc(all, func(s setting) bool { return s.flag() == flag })
	if i < 0 {
		return setting{}, false
	}
	return all[i], true
}

// meant says what an unknown key was probably meant to be.
func (r *yamlReader) meant(name string) string {
	near, ok := policy.Nearest(name, r.keys)
	if !ok {
		return "switchboard run --help lists the keys, without their --"
	}
	if s, _ := settingOf(near); s.secret {
		return fmt.Sprintf("if %s is meant: it is a secret and belongs in .env", s.name)
	}
	return fmt.Sprintf("did you mean %q?", near)
}

// short cuts a text of the file that is repeated in a message.
func short(text string) string {
	const most = 40
	if letters := []rune(text); len(letters) > most {
		return string(letters[:most-1]) + "…"
	}
	return text
}

// value reads the value of a setting. A list is what is written with commas elsewhere.
func (r *yamlReader) value(s setting, n *yaml.Node) {
	switch {
	case empty(n):
	case n.Kind == yaml.ScalarNode && n.Tag == "!!bool" && !s.yesNo:
		r.refuse(s, n, fmt.Errorf("is read as yes or no here: put quotes around %s", n.Value))
	case n.Kind == yaml.ScalarNode:
		r.take(s, n, n.Value)
	case n.Kind == yaml.SequenceNode && s.list:
		r.items(s, n)
	case n.Kind == yaml.SequenceNode:
		r.refuse(s, n, errors.New("takes one value, not a list"))
	default:
		r.refuse(s, n, errors.New("takes one value, not keys with values"))
	}
}

// take takes a value, unless the setting refuses it. The file that a value names is read
// where the setting is; so that it is not taken for missing, its name is kept.
func (r *yamlReader) take(s setting, n *yaml.Node, value string) bool {
	if value = strings.TrimSpace(value); value == "" {
		return true
	}
	if err := s.set(new(Config), value); err != nil {
		r.refuse(s, n, err)
		if !s.file {
			return false
		}
	}
	r.values[s.name] = value
	return true
}

// items takes a list, each item by itself, so that each that is wrong has its own line.
func (r *yamlReader) items(s setting, n *yaml.Node) {
	var all []string
	for i, item := range n.Content {
		switch {
		case i == maxItems:
			r.refuse(s, item, fmt.Errorf("has %d entries, but may have %d", len(n.Content), maxItems))
			return
		case item.Kind != yaml.ScalarNode || item.Anchor != "" || empty(item):
			r.refuse(s, item, errors.New("is a list of single values"))
		case strings.Contains(item.Value, ","):
			r.refuse(s, item, errors.New("has an entry with a comma: give each a line of its own"))
		case r.take(s, item, item.Value):
			all = append(all, item.Value)
		}
	}
	r.values[s.name] = strings.Join(all, ",")
}
