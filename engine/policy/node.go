package policy

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"go.yaml.in/yaml/v3"

	"switchboard/engine/typo"
)

// How much a file may hold. Aliases let a short file say a great deal, so what they
// stand for is counted as well.
const (
	maxFile     = 256 << 10 // bytes
	maxProblems = 100       // told at once
	maxQuoted   = 40        // letters of the file's text in one message
)

// A Problem is one thing that is wrong in a file, and where.
type Problem struct {
	File   string
	Line   int // from 1
	Column int // from 1, in letters; 0 where only the line is known
	Text   string
}

// String returns the problem in one line, as in "policy.yaml: line 12, column 5: …".
func (p Problem) String() string {
	switch {
	case p.Line == 0:
		return fmt.Sprintf("%s: %s", p.File, p.Text)
	case p.Column == 0:
		return fmt.Sprintf("%s: line %d: %s", p.File, p.Line, p.Text)
	}
	return fmt.Sprintf("%s: line %d, column %d: %s", p.File, p.Line, p.Column, p.Text)
}

// Mistakes are everything that is wrong in a file, from its top to its end.
type Mistakes []Problem

// Error returns a line for each.
func (m Mistakes) Error() string {
	lines := make([]string, len(m))
	for i, p := range m {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// A reader goes through a file once and collects all that is wrong.
type reader struct {
	file     string
	mistakes Mistakes
	warnings []Problem
}

// open reads the text as one YAML document and returns its top. It returns nil where
// there is none, and has said why.
func (r *reader) open(text []byte) *yaml.Node {
	if len(text) > maxFile {
		r.add(Problem{Text: fmt.Sprintf("the file has %d KiB, but may have %d", (len(text)+1023)>>10, maxFile>>10)})
		return nil
	}
	decoder := yaml.NewDecoder(strings.NewReader(string(text)))
	var document, more yaml.Node
	err := decoder.Decode(&document)
	switch {
	case errors.Is(err, io.EOF):
		r.add(Problem{Line: 1, Column: 1, Text: "the file is empty"})
		return nil
	case err != nil:
		r.add(unreadable(err))
		return nil
	}
	switch err := decoder.Decode(&more); {
	case err == nil:
		r.wrong(&more, "a second document begins here: put it into a file of its own")
	case !errors.Is(err, io.EOF):
		r.add(unreadable(err))
	}
	return document.Content[0]
}

var lineInError = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)`)

// unreadable says that the text is no YAML. The library tells no column.
func unreadable(err error) Problem {
	m := lineInError.FindStringSubmatch(strings.ReplaceAll(err.Error(), "\n", " "))
	if m == nil {
		return Problem{Text: "the file is not YAML"}
	}
	line, _ := strconv.Atoi(m[1])
	words := m[2]
	switch {
	case strings.Contains(words, "cannot start any token"):
		words = "a tab, or a text that begins with a sign of YAML's own: indent with spaces, and put such a text in quotes"
	case strings.Contains(words, "mapping values are not allowed"):
		words = "a colon where none is expected: check the indentation, and put a text with a colon in quotes"
	case strings.Contains(words, "did not find expected"):
		words = "the indentation does not fit, or a quote or bracket is not closed"
	}
	return Problem{Line: line, Text: "this is not YAML: " + words}
}

// wrong notes a mistake at a node.
func (r *reader) wrong(n *yaml.Node, format string, args ...any) {
	r.add(Problem{Line: n.Line, Column: n.Column, Text: fmt.Sprintf(format, args...)})
}

func (r *reader) add(p Problem) {
	p.File = r.file
	if len(r.mistakes) < maxProblems && !slices.Contains(r.mistakes, p) { // an alias would tell it again
		r.mistakes = append(r.mistakes, p)
	}
}

// warn notes what is allowed but deserves a second thought.
func (r *reader) warn(n *yaml.Node, format string, args ...any) {
	p := Problem{r.file, n.Line, n.Column, fmt.Sprintf(format, args...)}
	if len(r.warnings) < maxProblems && !slices.Contains(r.warnings, p) {
		r.warnings = append(r.warnings, p)
	}
}

// done returns what was found, from the top of the file to its end.
func (r *reader) done() ([]Problem, error) {
	byPlace := func(a, b Problem) int { return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column)) }
	slices.SortStableFunc(r.warnings, byPlace)
	slices.SortStableFunc(r.mistakes, byPlace)
	if len(r.mistakes) > 0 {
		return r.warnings, r.mistakes
	}
	return r.warnings, nil
}

// A field is one key that a mapping may have, and what reads its value.
type field struct {
	name string
	read func(name string, n *yaml.Node)
}

// given are the values of the keys that stood in a mapping.
type given map[string]*yaml.Node

func (g given) has(name string) bool { return g[name] != nil }

// follow returns what a node stands for.
func follow(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

func isMapping(n *yaml.Node) bool  { return follow(n).Kind == yaml.MappingNode }
func isSequence(n *yaml.Node) bool { return follow(n).Kind == yaml.SequenceNode }
func isScalar(n *yaml.Node) bool {
	return follow(n).Kind == yaml.ScalarNode && follow(n).Tag != "!!null"
}
func isNull(n *yaml.Node) bool { return follow(n).Kind == yaml.ScalarNode && follow(n).Tag == "!!null" }

// mapping reads the keys of a mapping in the order they stand. Kind is what a key is
// called, as in "condition". It returns nil for what is no mapping.
func (r *reader) mapping(name, kind string, n *yaml.Node, fields []field) given {
	n = follow(n)
	if n.Kind != yaml.MappingNode {
		r.wrong(n, "%s must be keys with values, not %s; possible keys are: %s", name, shown(n), names(fields))
		return nil
	}
	seen := given{}
	lines := map[string]int{}
	for _, p := range r.pairs(n) {
		key := p.key.Value
		if p.key.Kind != yaml.ScalarNode {
			r.wrong(p.key, "a %s must be one word", kind)
			continue
		}
		if line, twice := lines[key]; twice {
			if !p.merged {
				r.wrong(p.key, "%s is given twice: it stands in line %d already", quoted(key), line)
			}
			continue
		}
		lines[key] = p.key.Line
		i := slices.IndexFunc(fields, func(f field) bool { return f.name == key })
		if i < 0 {
			r.wrong(p.key, "unknown %s %s; %s", kind, quoted(key), meant(key, fieldNames(fields)))
			continue
		}
		seen[key] = p.value
		fields[i].read(key, p.value)
	}
	return seen
}

// A pair is a key with its value.
type pair struct {
	key, value *yaml.Node
	merged     bool // by <<: a key that stands here itself goes before it
}

func (r *reader) pairs(n *yaml.Node) (all []pair) {
	var merged []pair
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Tag != "!!merge" {
			all = append(all, pair{key, value, false})
			continue
		}
		from := follow(value)
		if from.Kind != yaml.MappingNode {
			r.wrong(value, "<< takes one alias of keys with values, as in <<: *calm")
			continue
		}
		for j := 0; j+1 < len(from.Content); j += 2 {
			merged = append(merged, pair{from.Content[j], from.Content[j+1], true})
		}
	}
	return append(all, merged...)
}

// require says which of the named keys are missing.
func (r *reader) require(n *yaml.Node, g given, what string, names ...string) {
	for _, name := range names {
		if g != nil && !g.has(name) {
			r.wrong(n, "%s needs %s", what, quoted(name))
		}
	}
}

// items returns the members of a sequence, or the node itself where it is none.
func items(n *yaml.Node) []*yaml.Node {
	if n = follow(n); n.Kind == yaml.SequenceNode {
		return n.Content
	}
	return []*yaml.Node{n}
}

// integer reads a whole number within its range.
func (r *reader) integer(to *int, least, most int) func(string, *yaml.Node) {
	return func(name string, n *yaml.Node) {
		v, err := strconv.Atoi(follow(n).Value)
		if !isScalar(n) || err != nil || v < least || v > most {
			r.wrong(n, "%s must be a whole number from %d to %d, not %s", name, least, most, shown(n))
			return
		}
		*to = v
	}
}

// thousandths reads a decimal number within its range, exactly.
func (r *reader) thousandths(to *int, least, most int) func(string, *yaml.Node) {
	return func(name string, n *yaml.Node) {
		v, err := parseThousandths(follow(n).Value)
		switch {
		case errors.Is(err, errDecimals) && isScalar(n):
			r.wrong(n, "%s has more than three decimals: %s", name, shown(n))
		case !isScalar(n) || err != nil || v < least || v > most:
			r.wrong(n, "%s must be a number from %s to %s, not %s", name, decimal(least), decimal(most), shown(n))
		default:
			*to = v
		}
	}
}

var (
	errDecimals  = errors.New("more than three decimals")
	errNoDecimal = errors.New("no decimal number")
)

// parseThousandths reads a decimal number into thousandths without a detour through
// floating point, so that -0.3 is -300 and nothing else.
func parseThousandths(text string) (int, error) {
	digits, negative := strings.CutPrefix(text, "-")
	if !negative {
		digits = strings.TrimPrefix(digits, "+")
	}
	whole, part, point := strings.Cut(digits, ".")
	if whole+part == "" || (point && part == "") || len(whole) > 6 || strings.ContainsFunc(whole+part, notDigit) {
		return 0, errNoDecimal
	}
	if len(part) > 3 {
		return 0, errDecimals
	}
	v, _ := strconv.Atoi(whole + part + strings.Repeat("0", 3-len(part)))
	if negative {
		v = -v
	}
	return v, nil
}

func notDigit(r rune) bool { return r < '0' || r > '9' }

// decimal writes thousandths with two decimals, or three where they are needed.
func decimal(thousandths int) string {
	sign := ""
	if thousandths < 0 {
		sign, thousandths = "-", -thousandths
	}
	text := fmt.Sprintf("%s%d.%03d", sign, thousandths/1000, thousandths%1000)
	return strings.TrimSuffix(text, "0")
}

// duration reads a time within its range.
func (r *reader) duration(to *time.Duration, least, most time.Duration) func(string, *yaml.Node) {
	return func(name string, n *yaml.Node) {
		v, err := parseDuration(follow(n).Value)
		if !isScalar(n) || err != nil || v < least || v > most {
			r.wrong(n, "%s must be a time from %s to %s, as in 90s or 1m30s, not %s", name, short(least), short(most), shown(n))
			return
		}
		*to = v
	}
}

var (
	durationForm = regexp.MustCompile(`^(?:(\d{1,4})h)?(?:(\d{1,6})m)?(?:(\d{1,7})s?)?$`)
	errDuration  = errors.New("must be a time, as in 90s or 1m30s")
)

// parseDuration reads "90s", "1m30s", "2h" or bare seconds.
func parseDuration(text string) (time.Duration, error) {
	m := durationForm.FindStringSubmatch(text)
	if m == nil || text == "" {
		return 0, errDuration
	}
	hours, _ := strconv.Atoi(m[1])
	minutes, _ := strconv.Atoi(m[2])
	seconds, _ := strconv.Atoi(m[3])
	return time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute + time.Duration(seconds)*time.Second, nil
}

// short writes a time as it is read: "90s" as "1m30s", a whole minute as "1m".
func short(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// truth reads true or false.
func (r *reader) truth(to *bool) func(string, *yaml.Node) {
	return func(name string, n *yaml.Node) {
		switch v := follow(n).Value; {
		case isScalar(n) && v == "true":
			*to = true
		case isScalar(n) && v == "false":
			*to = false
		default:
			r.wrong(n, "%s must be true or false, not %s", name, shown(n))
		}
	}
}

// word reads one of some words. What it is set to is the place of the word among them.
func (r *reader) word(words []string, set func(i int)) func(string, *yaml.Node) {
	return func(name string, n *yaml.Node) {
		i := slices.Index(words, follow(n).Value)
		if !isScalar(n) || i < 0 {
			r.wrong(n, "%s must be %s, not %s%s", name, orList(words), shown(n), perhaps(follow(n).Value, words))
			return
		}
		set(i)
	}
}

// text reads a text of at most so many letters that can be shown on a screen.
func (r *reader) text(to *string, most int) func(string, *yaml.Node) {
	return func(name string, n *yaml.Node) {
		v := strings.TrimSpace(follow(n).Value)
		switch {
		case !isScalar(n) || v == "":
			r.wrong(n, "%s must be a text, not %s", name, shown(n))
		case len([]rune(v)) > most:
			r.wrong(n, "%s has %d letters, but may have %d", name, len([]rune(v)), most)
		case strings.ContainsFunc(v, unshowable):
			r.wrong(n, "%s must be one line of letters that can be shown", name)
		default:
			*to = v
		}
	}
}

// unshowable reports what could garble a screen: control signs, and those that turn
// the direction of writing around.
func unshowable(r rune) bool { return !unicode.IsGraphic(r) || (unicode.IsSpace(r) && r != ' ') }

var slugForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// slug reads a short name that can be typed, as in "sustained-negative".
func (r *reader) slug(to *string) func(string, *yaml.Node) {
	const most = 40
	return func(name string, n *yaml.Node) {
		v := follow(n).Value
		if !isScalar(n) || len(v) > most || !slugForm.MatchString(v) {
			r.wrong(n, "%s must be small letters, digits and single dashes, at most %d, as in slow-sour, not %s", name, most, shown(n))
			return
		}
		*to = v
	}
}

// shown names what stands at a node, for a message.
func shown(n *yaml.Node) string {
	switch n = follow(n); {
	case n.Kind == yaml.MappingNode:
		return "keys with values"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Value == "" || n.Tag == "!!null":
		return "nothing"
	}
	return quoted(n.Value)
}

// quoted returns a text of the file, cut and made harmless.
func quoted(text string) string {
	if letters := []rune(text); len(letters) > maxQuoted {
		text = string(letters[:maxQuoted-1]) + "…"
	}
	return strconv.Quote(text)
}

// orList joins words as in "stay, callback or menu".
func orList(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

func fieldNames(fields []field) []string {
	all := make([]string, len(fields))
	for i, f := range fields {
		all[i] = f.name
	}
	return all
}

func names(fields []field) string { return strings.Join(fieldNames(fields), ", ") }

// meant says which of the words was probably meant or, where none is near, what the
// words are.
func meant(word string, words []string) string {
	if best, ok := nearest(word, words); ok {
		return fmt.Sprintf("did you mean %q?", best)
	}
	if len(words) == 0 {
		return "there are none"
	}
	return "possible are: " + strings.Join(words, ", ")
}

// perhaps returns "; did you mean …" where one of the words is near.
func perhaps(word string, words []string) string {
	if best, ok := nearest(word, words); ok {
		return fmt.Sprintf("; did you mean %q?", best)
	}
	return ""
}

// Nearest returns the one of some words that a typing mistake or two made into word, and
// false where none is near.
func Nearest(word string, words []string) (string, bool) { return nearest(word, words) }

// Document reads a text as one YAML document of at most 256 KiB, for files of other
// kinds than a policy: it returns the document's top, or what is wrong as [Mistakes]
// that name the file. An empty text is one of them.
func Document(file string, text []byte) (*yaml.Node, error) {
	r := &reader{file: file}
	top := r.open(text)
	_, err := r.done()
	return top, err
}

// nearest returns the word that a typing mistake or two made into another.
func nearest(word string, words []string) (string, bool) {
	if len(word) > maxQuoted {
		return "", false
	}
	best, least := "", 3
	for _, w := range words {
		if d := typo.Distance(strings.ToLower(word), w); d < least && d < len(w) && d*2 <= len(w) {
			best, least = w, d
		}
	}
	if best == "" && len(word) >= 4 {
		for _, w := range words {
			if strings.HasPrefix(w, strings.ToLower(word)) {
				return w, true
			}
		}
	}
	return best, best != ""
}
