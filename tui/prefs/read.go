package prefs

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"
)

// How much a file may say.
const (
	maxFile    = 64 << 10 // bytes
	maxThemes  = 32
	maxViews   = 64
	maxColumns = 32
	maxActs    = 200 // whose keys are given
	maxKeys    = 8   // of one act
	maxName    = 40  // letters, also of a key
	maxView    = 200 // letters
)

var (
	densities   = []string{"comfortable", "compact"}
	backgrounds = []string{"dark", "light"}
	colors      = []string{"true", "256", "16", "none"}
)

// Read reads the text of a console.yaml, whose name is for messages. Its error is
// [Mistakes]: everything that is wrong at once, and the Config that comes with it says
// what could be read all the same. An empty text is the zero Config.
//
// What the themes, keys and columns mean is not looked at: the console says that.
func Read(name string, text []byte) (Config, error) {
	r := &reader{file: name}
	var c Config
	if top := r.open(text); top != nil {
		r.mapping("the file", "setting", top, r.settings(&c))
	}
	return c, r.done()
}

// settings are the keys that the file may have.
func (r *reader) settings(c *Config) []field {
	return []field{
		{"theme", r.name(&c.Theme)},
		{"background", r.word(&c.Background, backgrounds)},
		{"color", r.word(&c.Color, colors)},
		{"themes", r.themes(&c.Themes)},
		{"keys", r.keys(&c.Keys)},
		{"columns", r.columns(&c.Columns)},
		{"density", r.word(&c.Density, densities)},
		{"views", r.views(&c.Views)},
		{"ascii", r.perhapsTrue(&c.ASCII)},
		{"ambiguous", r.truth(&c.Ambiguous)},
		{"calm", r.truth(&c.Calm)},
		{"mouse", r.perhapsTrue(&c.Mouse)},
		{"bell", r.perhapsTrue(&c.Bell)},
	}
}

// inks are the keys that a theme may have.
func (r *reader) inks(t *Theme) []field {
	return []field{
		{"base", r.name(&t.Base)},
		{"text", r.ink(&t.Text)}, {"dim", r.ink(&t.Dim)}, {"rule", r.ink(&t.Rule)}, {"accent", r.ink(&t.Accent)},
		{"good", r.ink(&t.Good)}, {"watch", r.ink(&t.Watch)}, {"bad", r.ink(&t.Bad)},
		{"row", r.ink(&t.Row)}, {"strip", r.ink(&t.Strip)},
	}
}

func (r *reader) themes(to *map[string]Theme) func(string, *yaml.Node) {
	return func(what string, n *yaml.Node) {
		all := map[string]Theme{}
		r.each(what, "theme", n, maxThemes, func(name string, n *yaml.Node) {
			var t Theme
			r.mapping("the theme "+quoted(name), "colour", n, r.inks(&t))
			if t.Base == name {
				r.wrong(n, "the theme %s cannot change itself: name another as its base, or leave base out", quoted(name))
			}
			all[name] = t
		})
		*to = all
	}
}

func (r *reader) keys(to *map[string][]string) func(string, *yaml.Node) {
	return func(what string, n *yaml.Node) {
		all := map[string][]string{}
		r.each(what, "act", n, maxActs, func(act string, n *yaml.Node) {
			if keys := r.list("the keys of "+quoted(act), n, maxKeys, r.key); keys != nil {
				all[act] = keys
			}
		})
		*to = all
	}
}

func (r *reader) columns(to *[]string) func(string, *yaml.Node) {
	return func(name string, n *yaml.Node) {
		*to = r.list(name, n, maxColumns, func(what string, n *yaml.Node) (s string) {
			r.name(&s)(what, n)
			return s
		})
	}
}

func (r *reader) views(to *map[string]string) func(string, *yaml.Node) {
	return func(what string, n *yaml.Node) {
		all := map[string]string{}
		r.each(what, "view", n, maxViews, func(name string, n *yaml.Node) {
			var s string
			r.text(&s, maxView)("the view "+quoted(name), n)
			all[name] = s
		})
		*to = all
	}
}

// A reader goes through a file once and collects all that is wrong.
type reader struct {
	file     string
	mistakes Mistakes
}

// A field is one key that a mapping may have, and what reads its value.
type field struct {
	name string
	read func(name string, n *yaml.Node)
}

// open reads the text as one YAML document and returns its top: nil where it is empty, or
// no YAML.
func (r *reader) open(text []byte) *yaml.Node {
	if len(text) > maxFile {
		r.add(Mistake{Text: fmt.Sprintf("the file has %d KiB, but may have %d", (len(text)+1023)>>10, maxFile>>10)})
		return nil
	}
	decoder := yaml.NewDecoder(strings.NewReader(string(text)))
	var document, more yaml.Node
	switch err := decoder.Decode(&document); {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		r.add(unreadable(err))
		return nil
	}
	if err := decoder.Decode(&more); err == nil {
		r.wrong(&more, "a second document begins here: a console has one")
	} else if !errors.Is(err, io.EOF) {
		r.add(unreadable(err))
	}
	top := document.Content[0]
	if top.Kind == yaml.ScalarNode && top.Tag == "!!null" {
		return nil
	}
	return top
}

var lineInError = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)`)

// unreadable says that the text is no YAML. The library tells no column.
func unreadable(err error) Mistake {
	m := lineInError.FindStringSubmatch(strings.ReplaceAll(err.Error(), "\n", " "))
	if m == nil {
		return Mistake{Text: "the file is not YAML"}
	}
	line, _ := strconv.Atoi(m[1])
	words := m[2]
	switch {
	case strings.Contains(words, "cannot start any token"):
		words = "a tab, or a text that begins with a sign of YAML's own: indent with spaces, and put such a text in quotes"
	case strings.Contains(words, "mapping values are not allowed"):
		words = "a colon where none is expected: check the indentation, and put a text with a colon in quotes"
	case strings.Contains(words, "did not find expected"):
		words = "the indentation does not fit, or a quote or bracket is not closed; keys such as \"?\", \":\" and \"[\" need quotes"
	}
	return Mistake{Line: line, Text: "this is not YAML: " + words}
}

// mapping reads the keys of a mapping in the order they stand. Kind is what a key is
// called, as in "colour".
func (r *reader) mapping(what, kind string, n *yaml.Node, fields []field) {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.name
	}
	r.pairs(what, kind, n, func(key, value *yaml.Node) {
		i := slices.Index(names, key.Value)
		if i < 0 {
			r.wrong(key, "there is no %s %s; %s", kind, quoted(key.Value), meant(key.Value, names))
			return
		}
		fields[i].read(key.Value, value)
	})
}

// each reads a mapping whose keys the supervisor makes up.
func (r *reader) each(what, kind string, n *yaml.Node, most int, read func(name string, n *yaml.Node)) {
	count := 0
	r.pairs(what, kind, n, func(key, value *yaml.Node) {
		var name string
		r.name(&name)("the name of a "+kind, key)
		if count++; count == most+1 {
			r.wrong(key, "%s has more than %d", what, most)
		}
		if name != "" && count <= most {
			read(name, value)
		}
	})
}

// pairs goes through a mapping, each key once.
func (r *reader) pairs(what, kind string, n *yaml.Node, read func(key, value *yaml.Node)) {
	if n = follow(n); n.Kind != yaml.MappingNode {
		r.wrong(n, "%s must be a %s and a colon on each line, not %s", what, kind, shown(n))
		return
	}
	lines := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		switch line, twice := lines[key.Value]; {
		case key.Kind != yaml.ScalarNode:
			r.wrong(key, "a %s must be one word", kind)
		case twice:
			r.wrong(key, "%s is given twice: it stands in line %d already", quoted(key.Value), line)
		default:
			lines[key.Value] = key.Line
			read(key, n.Content[i+1])
		}
	}
}

// list reads several values, or one that stands by itself, each of them once.
func (r *reader) list(what string, n *yaml.Node, most int, read func(string, *yaml.Node) string) []string {
	n = follow(n)
	nodes := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		nodes = n.Content
	}
	if len(nodes) == 0 || len(nodes) > most {
		r.wrong(n, "%s must be from 1 to %d, not %d", what, most, len(nodes))
		return nil
	}
	var all []string
	for _, n := range nodes {
		switch v := read(what, follow(n)); {
		case v == "":
		case slices.Contains(all, v):
			r.wrong(n, "%s is given twice", quoted(v))
		default:
			all = append(all, v)
		}
	}
	return all
}

// key reads a key as it is pressed: t, ctrl+k, space.
func (r *reader) key(what string, n *yaml.Node) string {
	switch v := n.Value; {
	case !isScalar(n) && n.Kind == yaml.ScalarNode:
		r.wrong(n, "%s: a key is missing, or must stand in quotes, as in \"~\"", what)
	case !isScalar(n), len([]rune(v)) > maxName, strings.ContainsFunc(v, notGraphic):
		r.wrong(n, "%s must be keys, as in t, ctrl+k or [t, space], not %s", what, shown(n))
	case v == " ":
		return "space"
	case strings.Contains(v, " "):
		r.wrong(n, "%s: a key has no space in it, as in ctrl+k; several stand in brackets, as in [t, space]", what)
	default:
		return v
	}
	return ""
}

// word reads one of some words.
func (r *reader) word(to *string, words []string) func(string, *yaml.Node) {
	return func(name string, n *yaml.Node) {
		v := follow(n).Value
		if !isScalar(n) || !slices.Contains(words, v) {
			r.wrong(n, "%s must be %s, not %s", name, orList(words), shown(n))
			return
		}
		*to = v
	}
}

var nameForm = regexp.MustCompile(`^[\pL\pN][\pL\pN_.-]*$`)

// name reads a name that can be typed: one word.
func (r *reader) name(to *string) func(string, *yaml.Node) {
	return func(what string, n *yaml.Node) {
		v := follow(n).Value
		if !isScalar(n) || len([]rune(v)) > maxName || !nameForm.MatchString(v) {
			r.wrong(n, "%s must be one word of letters, digits and dashes, at most %d, not %s", what, maxName, shown(n))
			return
		}
		*to = v
	}
}

// text reads a line of at most so many letters.
func (r *reader) text(to *string, most int) func(string, *yaml.Node) {
	return func(what string, n *yaml.Node) {
		switch v := strings.TrimSpace(follow(n).Value); {
		case !isScalar(n) || v == "":
			r.wrong(n, "%s must be a text, not %s", what, shown(n))
		case len([]rune(v)) > most:
			r.wrong(n, "%s has %d letters, but may have %d", what, len([]rune(v)), most)
		case strings.ContainsFunc(v, notGraphic):
			r.wrong(n, "%s must be one line of letters that can be shown", what)
		default:
			*to = v
		}
	}
}

// basicInks are the names of the 16 colours that every terminal has.
func basicInks() []string {
	names := []string{"black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"}
	for _, n := range names[:8:8] {
		names = append(names, "bright-"+n)
	}
	return names
}

var rgbForm = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)

// ink reads a colour.
func (r *reader) ink(to *string) func(string, *yaml.Node) {
	return func(name string, n *yaml.Node) {
		v := follow(n).Value
		number, err := strconv.Atoi(v)
		switch {
		case isNull(n):
			r.wrong(n, "%s is empty: a colour such as \"#e69f00\" must stand in quotes, for # begins a comment", name)
		case isScalar(n) && (rgbForm.MatchString(v) || slices.Contains(basicInks(), v) || err == nil && number >= 0 && number <= 255 && strconv.Itoa(number) == v):
			*to = v
		default:
			r.wrong(n, "%s must be a colour, as in \"#e69f00\", a number from 0 to 255, or one of the 16 names such as bright-blue, not %s%s",
				name, shown(n), perhaps(v, basicInks()))
		}
	}
}

// truth reads true or false.
func (r *reader) truth(to *bool) func(string, *yaml.Node) {
	return func(name string, n *yaml.Node) {
		v := follow(n).Value
		if !isScalar(n) || v != "true" && v != "false" {
			r.wrong(n, "%s must be true or false, not %s", name, shown(n))
			return
		}
		*to = v == "true"
	}
}

// perhapsTrue reads what is true, false, or left to the console.
func (r *reader) perhapsTrue(to **bool) func(string, *yaml.Node) {
	return func(name string, n *yaml.Node) {
		var v bool
		before := len(r.mistakes)
		if r.truth(&v)(name, n); len(r.mistakes) == before {
			*to = &v
		}
	}
}

// follow returns what a node stands for.
func follow(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

func isScalar(n *yaml.Node) bool { return follow(n).Kind == yaml.ScalarNode && !isNull(n) }
func isNull(n *yaml.Node) bool   { n = follow(n); return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// notGraphic reports what could garble a screen.
func notGraphic(r rune) bool { return !unicode.IsGraphic(r) || unicode.IsSpace(r) && r != ' ' }
