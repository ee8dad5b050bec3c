package history

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"switchboard/engine"
)

// Limits of a query.
const (
	maxQuery = 400 // letters
	maxItems = 24
)

// A Query is what calls are looked for by: words that were said, and filters. All have to
// hold. The zero Query is every call.
type Query struct {
	words   []phrase // said in it, anywhere
	filters []filter
}

// A phrase is words that follow one another in a sentence. The last may be the beginning of
// a longer one.
type phrase struct {
	words  []string
	prefix bool
	not    bool
	typed  string
}

// A filter is a condition on the columns of a call.
type filter struct {
	where string
	args  []any
	not   bool
	typed string
}

// Reading says how a query is to be read.
type Reading struct {
	Now  time.Time      // for today, yesterday and 14:30
	Zone *time.Location // where a day begins; nil is the machine's

	// Typing is set while somebody still types: the last word may be the beginning of one,
	// and a filter that is not complete yet is passed over.
	Typing bool
}

// Filters tells what can be looked for, a line each: what is typed, and what it means.
func Filters() [][2]string {
	return [][2]string{
		{`refund`, "said in the call; more words: all of them; refu* words that begin so"},
		{`"speak to a manager"`, "said in these words, one after the other"},
		{`day:2026-11-22`, "on that day; also day:today, day:yesterday, day:monday"},
		{`from:2026-11-20 to:14:30`, "between; a day, a time of today, or both as in 2026-11-20T08:00"},
		{`number:+12025550142`, "the customer's number, or a part of it, as its last digits: number:0142"},
		{`name:mette`, "the caller's name, or a part of it"},
		{`operator:ana`, "an operator who talked with the customer, by name or number"},
		{`outcome:joined`, "what became of it: " + outcomeWords() + "; several as in outcome:vetoed,failed"},
		{`cause:rule`, "why an operator was brought in: key, rule, hand, asked or mood"},
		{`rule:sustained-negative`, "a rule that fired, or the beginning of its name"},
		{`vetoed`, "a supervisor stopped a transfer in it"},
		{`mood<-.3`, "the mood at the end; low<-.3 the lowest it was; mood:-.3 so low or lower, mood:none none was judged"},
		{`hold>60s`, "the customer was on hold so long in one stretch; also hold:60s"},
		{`longer>10m`, "the call lasted so long; shorter<30s"},
		{`lang:es`, "the language that the customer chose: es or en"},
		{`call:412`, "one call, as the console numbers it"},
		{`!vetoed`, "without what follows, a filter or a word; also not:vetoed"},
	}
}

// outcomeWords lists the words for an outcome, as they are typed.
func outcomeWords() string {
	var words []string
	for _, d := range engine.Dispositions() {
		words = append(words, strings.ReplaceAll(d.String(), " ", "-"))
	}
	return strings.Join(words, ", ")
}

// Parse reads a query as people type it. Its error says what does not serve, and what would.
// Whatever is typed is either an error or a query that the history answers.
func Parse(text string, r Reading) (Query, error) {
	if r.Zone == nil {
		r.Zone = time.Local
	}
	var q Query
	if n := len([]rune(text)); n > maxQuery {
		return q, fmt.Errorf("that is too long: a query has at most %d letters", maxQuery)
	}
	items := split(text)
	if len(items) > maxItems {
		return q, fmt.Errorf("that is too much: a query has at most %d words and filters", maxItems)
	}
	for i, item := range items {
		last := r.Typing && i == len(items)-1 && !strings.HasSuffix(text, " ")
		if err := q.add(item, r, last); err != nil && !last {
			return Query{}, err
		}
	}
	return q, nil
}

// Empty reports whether it is every call.
func (q Query) Empty() bool { return len(q.words) == 0 && len(q.filters) == 0 }

// Without returns the query without one of its [Query.Parts].
func (q Query) Without(part int) Query {
	if n := len(q.filters); part < n {
		q.filters = slices.Delete(slices.Clone(q.filters), part, part+1)
	} else {
		q.words = slices.Delete(slices.Clone(q.words), part-n, part-n+1)
	}
	return q
}

// Parts returns what the query is made of, as it was typed: what could be left out to find more.
func (q Query) Parts() []string {
	var parts []string
	for _, f := range q.filters {
		parts = append(parts, f.typed)
	}
	for _, p := range q.words {
		parts = append(parts, p.typed)
	}
	return parts
}

// Join makes one query of the arguments of a command line, where the shell has taken the
// quotation marks away: one with blanks in it is a phrase, or a filter whose value has blanks.
// One that holds quotation marks, or several filters, stays as it is.
func Join(args []string) string {
	joined := make([]string, len(args))
	for i, arg := range args {
		joined[i] = arg
		if !strings.ContainsFunc(arg, unicode.IsSpace) || strings.ContainsAny(arg, quotes) {
			continue
		}
		first, rest, _ := strings.Cut(arg, " ")
		switch at := strings.IndexAny(first, ":<>="); {
		case strings.ContainsAny(rest, ":<>="):
		case at > 0:
			joined[i] = arg[:at+1] + `"` + arg[at+1:] + `"`
		default:
			joined[i] = `"` + arg + `"`
		}
	}
	return strings.Join(joined, " ")
}

// An item is a word, a phrase or a filter, as it was typed.
type item struct {
	typed  string // without the sign for not
	not    bool
	quoted bool // it begins with a quotation mark
}

const quotes = "\"“”„«»"

// split takes a query apart at blanks that are not within quotation marks.
func split(text string) []item {
	var items []item
	var b strings.Builder
	in := false
	end := func() {
		typed := b.String()
		b.Reset()
		var it item
		if rest, ok := strings.CutPrefix(typed, "not:"); ok { // in a shell ! has another meaning
			typed, it.not = rest, true
		}
		for strings.HasPrefix(typed, "!") || len(typed) > 1 && typed[0] == '-' && !isSign(typed[1:]) {
			typed, it.not = typed[1:], !it.not
		}
		if it.quoted = strings.IndexAny(typed, quotes) == 0; strings.Trim(typed, quotes) == "" {
			return
		}
		it.typed = typed
		items = append(items, it)
	}
	for _, r := range text {
		switch {
		case strings.ContainsRune(quotes, r):
			in = !in
			b.WriteRune(r)
		case unicode.IsSpace(r) && !in:
			end()
		default:
			b.WriteRune(r)
		}
	}
	end()
	return items
}

// isSign reports whether a minus before a text is a number's.
func isSign(rest string) bool { return rest[0] == '.' || '0' <= rest[0] && rest[0] <= '9' }

// add takes an item into the query.
func (q *Query) add(it item, r Reading, typing bool) error {
	if !it.quoted {
		if key, op, value, ok := cut(it.typed); ok {
			return q.filter(it, key, op, value, r)
		}
		if strings.EqualFold(it.typed, "vetoed") {
			q.filters = append(q.filters, filter{where: "call.vetoed", not: it.not, typed: it.shown()})
			return nil
		}
		if number, ok := strings.CutPrefix(it.typed, "#"); ok && digits(number) != "" {
			return q.filter(it, "call", ":", number, r)
		}
		if strings.HasPrefix(it.typed, "+") && len(digits(it.typed)) > 4 {
			return q.filter(it, "number", ":", it.typed, r)
		}
	}
	p := phrase{not: it.not, typed: it.shown()}
	p.prefix = typing || strings.HasSuffix(strings.TrimRight(it.typed, quotes), "*")
	for _, w := range wordsOf(it.typed) {
		p.words = append(p.words, w.folded)
	}
	if len(p.words) > 0 { // else it is signs alone, which nobody says
		q.words = append(q.words, p)
	}
	return nil
}

// shown is an item as it was typed, with its sign.
func (it item) shown() string {
	if it.not {
		return "!" + it.typed
	}
	return it.typed
}

// cut takes a filter apart, as in mood<-.3: its key, its sign and its value. A word without a
// sign is none, nor is one whose key is not made of letters alone.
func cut(typed string) (key, op, value string, ok bool) {
	i := strings.IndexAny(typed, ":<>=")
	if i <= 0 {
		return "", "", "", false
	}
	key = strings.ToLower(typed[:i])
	for _, r := range key {
		if r < 'a' || r > 'z' {
			return "", "", "", false
		}
	}
	rest := strings.TrimPrefix(typed[i:], ":")
	if rest == typed[i:] || strings.IndexAny(rest, "<>=") == 0 {
		op = rest[:1]
		if rest = rest[1:]; strings.HasPrefix(rest, "=") {
			op, rest = op+"=", rest[1:]
		}
	} else {
		op = ":"
	}
	if op == "=" || op == "==" {
		op = ":"
	}
	return key, op, strings.Trim(rest, quotes), true
}

// filter takes a filter into the query.
func (q *Query) filter(it item, key, op, value string, r Reading) error {
	f := filter{not: it.not, typed: it.shown()}
	if value == "" {
		return fmt.Errorf("%s wants something after it, as in %s", it.typed, example(key))
	}
	var err error
	switch key {
	case "day", "on", "from", "since", "to", "until":
		f.where, f.args, err = whenWhere(key, value, r)
	case "number", "caller":
		f.where, f.args = numberWhere(value)
	case "name":
		f.where, f.args = "instr(' ' || call.name, ?)", []any{" " + fold(value)}
		if fold(value) == "" {
			err = fmt.Errorf("name: wants a name, as in %s", example(key))
		}
	case "operator", "op":
		f.where, f.args, err = operatorWhere(value)
	case "outcome":
		f.where, f.args, err = outcomeWhere(value)
	case "cause":
		f.where, f.args, err = causeWhere(value)
	case "rule":
		f.where, f.args = "instr(call.rules, ?)", []any{"\n" + strings.ToLower(value)}
	case "mood", "low":
		f.where, f.args, err = moodWhere(key, op, value)
	case "hold", "held":
		f.where, f.args, err = lengthWhere("held", op, ">=", value)
	case "longer", "length", "lasted":
		f.where, f.args, err = lengthWhere("lasted", op, ">=", value)
	case "shorter":
		f.where, f.args, err = lengthWhere("lasted", op, "<=", value)
	case "lang", "language":
		f.where, f.args, err = languageWhere(value)
	case "call":
		f.where, f.args, err = callWhere(value)
	default:
		return fmt.Errorf("there is no filter %s:; possible are: %s. To look for the words themselves put them in quotation marks", key, keyWords)
	}
	if err != nil {
		return err
	}
	if op != ":" && !slices.Contains(measures, key) {
		return fmt.Errorf("%s is no measure: write %s", key, example(key))
	}
	q.filters = append(q.filters, f)
	return nil
}

const keyWords = "day, from, to, number, name, operator, outcome, cause, rule, vetoed, mood, low, hold, longer, shorter, lang, call"

// measures are the filters that compare.
var measures = []string{"mood", "low", "hold", "held", "longer", "length", "lasted", "shorter"}

// example returns how a filter is written.
func example(key string) string {
	for _, f := range Filters() {
		if k, _, _, ok := cut(f[0]); ok && k == key {
			return f[0]
		}
	}
	switch key {
	case "to", "until":
		return "to:14:30"
	case "since":
		return "from:2026-11-20"
	case "low":
		return "low<-.3"
	case "shorter":
		return "shorter<30s"
	}
	return keyWords
}

// numberWhere looks for a number: from its beginning with a plus, else anywhere in it.
func numberWhere(value string) (string, []any) {
	value = strings.ToLower(value)
	if strings.Trim(value, "+-(). 0123456789") != "" { // a SIP URI, or anonymous
		return "instr(call.caller, ?)", []any{value}
	}
	number := digits(value)
	if strings.HasPrefix(value, "+") {
		return "instr(call.caller, ?) = 1", []any{"+" + number}
	}
	return "instr(call.caller, ?)", []any{number}
}

func operatorWhere(value string) (string, []any, error) {
	if strings.Trim(value, "+-(). 0123456789") == "" && digits(value) != "" {
		return "instr(call.operators, ?)", []any{digits(value)}, nil
	}
	if strings.Contains(value, "@") {
		return "instr(call.operators, ?)", []any{strings.ToLower(value)}, nil
	}
	name := fold(value)
	if name == "" {
		return "", nil, fmt.Errorf("operator: wants a name or a number, as in %s", example("operator"))
	}
	return "instr(replace(call.operators, char(10), ' '), ?)", []any{" " + name}, nil // at the beginning of any part of it
}

func outcomeWhere(value string) (string, []any, error) {
	return anyOf(value, "outcome", func(word string) (string, []any, bool) {
		word = strings.NewReplacer("-", "", "_", "", " ", "").Replace(word)
		if word == "back" {
			word = "takenback"
		}
		for _, d := range engine.Dispositions() {
			if word == strings.ReplaceAll(d.String(), " ", "") {
				return "call.outcome = ?", []any{int(d)}, true
			}
		}
		return "", nil, false
	}, outcomeWords())
}

func causeWhere(value string) (string, []any, error) {
	return anyOf(value, "cause", func(word string) (string, []any, bool) {
		var c engine.Cause
		if word == "" || c.UnmarshalText([]byte(word)) != nil {
			return "", nil, false
		}
		return "call.causes & ?", []any{1 << c}, true
	}, "key, rule, hand, asked, mood")
}

func languageWhere(value string) (string, []any, error) {
	return anyOf(value, "language", func(word string) (string, []any, bool) {
		for l, names := range map[engine.Language][]string{engine.English: {"en", "english", "en-us"}, engine.Spanish: {"es", "spanish", "es-us"}} {
			if slices.Contains(names, word) {
				return "call.language = ?", []any{int(l)}, true
			}
		}
		return "", nil, false
	}, "en, es")
}

// anyOf reads words between commas of which one has to hold.
func anyOf(value, what string, one func(string) (string, []any, bool), possible string) (string, []any, error) {
	var wheres []string
	var args []any
	for word := range strings.SplitSeq(strings.ToLower(value), ",") {
		if word = strings.TrimSpace(word); word == "" && len(wheres) > 0 {
			continue
		}
		where, more, ok := one(word)
		if !ok {
			return "", nil, fmt.Errorf("there is no %s %q; possible are: %s", what, word, possible)
		}
		wheres, args = append(wheres, where), append(args, more...)
	}
	return "(" + strings.Join(wheres, " OR ") + ")", args, nil
}

// moodWhere compares a mood, as people write it: -.3, −0.30 or -300 thousandths are the same.
func moodWhere(key, op, value string) (string, []any, error) {
	if strings.EqualFold(value, "none") && op == ":" {
		return "call." + key + " IS NULL", nil, nil
	}
	p, err := strconv.ParseFloat(strings.ReplaceAll(value, "−", "-"), 64)
	if err != nil || p != p || p < -1 || p > 1 {
		return "", nil, fmt.Errorf("%s is compared with a number from -1 to 1, as in %s<-.3", key, key)
	}
	if op == ":" { // in a shell < and > have another meaning
		op = ">="
		if p <= 0 {
			op = "<="
		}
	}
	thousandths := int(p*1000+1000.5) - 1000
	return "call." + key + " " + op + " ?", []any{thousandths}, nil
}

// lengthWhere compares a length; without a sign the column is to be beyond it.
func lengthWhere(column, op, usual, value string) (string, []any, error) {
	d, err := length(value)
	if err != nil {
		return "", nil, err
	}
	if op == ":" {
		op = usual
	}
	return "call." + column + " " + op + " ?", []any{d.Milliseconds()}, nil
}

// length reads a length: 90, 90s, 10m, 10min, 1h30m.
func length(value string) (time.Duration, error) {
	v := strings.ToLower(value)
	for _, unit := range [][2]string{{"min", "m"}, {"mins", "m"}, {"sec", "s"}} {
		if rest, ok := strings.CutSuffix(v, unit[0]); ok {
			v = rest + unit[1]
		}
	}
	if digits(v) == v {
		v += "s"
	}
	d, err := time.ParseDuration(v)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("%q is no length: write it as 60s, 10m or 1h30m", value)
	}
	return d, nil
}

func callWhere(value string) (string, []any, error) {
	number := strings.TrimPrefix(value, "#")
	if n, err := strconv.Atoi(number); err == nil && n > 0 {
		return "call.number = ?", []any{n}, nil
	}
	if strings.HasPrefix(number, "s") && digits(number[1:]) == number[1:] && len(number) > 1 {
		return "call.session = ?", []any{number}, nil
	}
	return "", nil, fmt.Errorf("%q is not the number of a call: write %s", value, example("call"))
}

// digits returns the digits of a text.
func digits(text string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text)
}
