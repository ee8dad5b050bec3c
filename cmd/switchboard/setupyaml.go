package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// newYAMLHead begins a switchboard.yaml that set-up makes.
const newYAMLHead = `# Written by switchboard setup, which changes only what you change there. Change what you
# like here as well; "switchboard setup --sample" prints every key that there is. Secrets
# are in .env.
`

// editYAML returns the text of a switchboard.yaml with other values; an empty one takes
// a setting away. Comments, other keys and their order stay as they are. A new key comes
// with a comment on what it is for, in its group where the file has one.
func editYAML(path string, text []byte, values []setValue) ([]byte, error) {
	var edited []byte
	var err error
	if saysNothing(text) {
		edited = newYAML(text, values)
	} else if edited, err = editTree(path, text, values); err != nil {
		return nil, err
	}
	before, after := readYAML(path, text), readYAML(path, edited)
	for _, v := range values {
		before.values[v.Name] = v.Value
	}
	for _, s := range allSettings() {
		if sameList(before.values[s.name], after.values[s.name]) || s.secret {
			continue
		}
		return nil, fmt.Errorf("%s cannot be changed in %s without harm; enter it there by hand", s.flag(), path)
	}
	return edited, nil
}

// sameList reports whether two values are the same, however a list's commas are spaced.
func sameList(a, b string) bool {
	return strings.Join(listOf(a), ",") == strings.Join(listOf(b), ",")
}

// listOf returns the items of a list with commas.
func listOf(value string) []string {
	var items []string
	for item := range strings.SplitSeq(value, ",") {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	return items
}

// newYAML writes a file that had no keys yet; what comments it had stay at its top.
func newYAML(text []byte, values []setValue) []byte {
	var b strings.Builder
	b.Write(text)
	if len(bytes.TrimSpace(text)) == 0 {
		b.WriteString(newYAMLHead)
	} else if !bytes.HasSuffix(text, []byte("\n")) {
		b.WriteString("\n")
	}
	for _, v := range values {
		s, known := settingNamed(v.Name)
		if !known || v.Value == "" {
			continue
		}
		b.WriteString("\n" + comment(s.about) + s.flag() + ":")
		if !s.list {
			b.WriteString(" " + asYAML(v.Value) + "\n")
			continue
		}
		for _, item := range listOf(v.Value) {
			b.WriteString("\n  - " + asYAML(item))
		}
		b.WriteString("\n")
	}
	return []byte(b.String())
}

// settingNamed returns the setting of a name.
func settingNamed(name string) (setting, bool) {
	return settingOf(setting{name: name}.flag())
}

// editTree changes values in the tree of a file, and writes the tree.
func editTree(path string, text []byte, values []setValue) ([]byte, error) {
	r := readYAML(path, text)
	if len(r.mistakes) > 0 {
		return nil, r.mistakes
	}
	var document yaml.Node // with its comments at top and end; the text is known to be one
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	top := document.Content[0]
	r = &yamlReader{file: path, keys: r.keys, values: map[string]string{}, nodes: map[string]*yaml.Node{}}
	r.group("", top, 0)
	for _, v := range values {
		s, known := settingNamed(v.Name)
		switch node := r.nodes[v.Name]; {
		case !known:
		case node != nil:
			setNode(node, s, v.Value)
		case v.Value != "":
			addNode(top, s, v.Value)
		}
	}
	var b bytes.Buffer
	encoder := yaml.NewEncoder(&b)
	encoder.SetIndent(2)
	if err := encoder.Encode(&document); err != nil {
		return nil, fmt.Errorf("write %s: %w", path, err)
	}
	return airy(text, b.Bytes()), nil
}

// setNode has a node hold a value, with the comments that it has.
func setNode(n *yaml.Node, s setting, value string) {
	n.Anchor, n.Alias = "", nil
	if s.list && value != "" {
		style := n.Style & yaml.FlowStyle
		n.Kind, n.Tag, n.Value, n.Style, n.Content = yaml.SequenceNode, "!!seq", "", style, nil
		for _, item := range listOf(value) {
			n.Content = append(n.Content, scalar(item))
		}
		return
	}
	fresh := scalar(value)
	n.Kind, n.Tag, n.Value, n.Style, n.Content = fresh.Kind, fresh.Tag, fresh.Value, fresh.Style, nil
}

// scalar returns a node that is read as the text that it is, and the empty text as none.
func scalar(value string) *yaml.Node {
	switch {
	case value == "":
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null"}
	case bare.MatchString(value):
		return &yaml.Node{Kind: yaml.ScalarNode, Value: value}
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: value}
}

// addNode adds a key: to the group of the longest name that the file has, or at the end.
func addNode(top *yaml.Node, s setting, value string) {
	into, rest := groupOf(top, s.flag())
	key := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: rest, HeadComment: strings.TrimSpace(comment(s.about))}
	node := &yaml.Node{}
	setNode(node, s, value)
	into.Content = append(into.Content, key, node)
}

// groupOf returns the mapping that a key belongs into, and the key's name in it.
func groupOf(n *yaml.Node, key string) (*yaml.Node, string) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		rest, inside := strings.CutPrefix(key, n.Content[i].Value+"-")
		if inside && n.Content[i+1].Kind == yaml.MappingNode && n.Content[i+1].Style&yaml.FlowStyle == 0 {
			return groupOf(n.Content[i+1], rest)
		}
	}
	return n, key
}

// airy puts the empty lines back that the library leaves out: before each line that had
// one before it.
func airy(before, after []byte) []byte {
	old := strings.Split(string(before), "\n")
	var lines []string
	next := 0
	for line := range strings.SplitSeq(string(after), "\n") {
		i := slices.IndexFunc(old[next:], func(o string) bool { return keyOf(o) == keyOf(line) })
		if strings.TrimSpace(line) != "" && i >= 0 {
			at := next + i
			if at > 0 && strings.TrimSpace(old[at-1]) == "" && len(lines) > 0 && lines[len(lines)-1] != "" {
				lines = append(lines, "")
			}
			next = at + 1
		} else if i < 0 && strings.HasPrefix(line, "#") && len(lines) > 0 && lines[len(lines)-1] != "" && !strings.HasPrefix(lines[len(lines)-1], "#") {
			lines = append(lines, "") // before what is new at the top
		}
		lines = append(lines, line)
	}
	return []byte(strings.Join(lines, "\n"))
}

// keyOf is what tells a line from others: its key, or all of it.
func keyOf(line string) string {
	line = strings.TrimSpace(line)
	if key, _, found := strings.Cut(line, ":"); found && !strings.HasPrefix(line, "#") {
		return key + ":"
	}
	return line
}
