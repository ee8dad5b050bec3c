package filter

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"switchboard/engine/typo"
)

// Limits of a filter. What is beyond them is refused, with a word.
const (
	// MaxText is how many letters a filter has at the most.
	MaxText  = 200
	maxTests = 32
)

// An Error says what does not serve in a filter, and where: From and To are bytes of the
// text. Its words are for the supervisor.
type Error struct {
	From, To int
	Why      string
}

// Error implements error.
func (e *Error) Error() string { return e.Why }

// Parse reads a filter. The error is an [*Error].
func Parse(text string) (Filter, error) {
	if utf8.RuneCountInString(text) > MaxText {
		return Filter{}, &Error{0, len(text), fmt.Sprintf("a filter has %d letters at the most", MaxText)}
	}
	var f Filter
	tests, or, orAt := 0, false, token{}
	for _, tok := range tokens(text) {
		if tok.isOr() {
			if len(f.terms) == 0 || or {
				return Filter{}, tok.wrong("or stands between two things, as state:hold or state:blind")
			}
			or, orAt = true, tok
			continue
		}
		a, err := tok.test()
		if err != nil {
			return Filter{}, err
		}
		if tests++; tests > maxTests {
			return Filter{}, tok.wrong(fmt.Sprintf("a filter asks %d things at the most", maxTests))
		}
		if or {
			last := len(f.terms) - 1
			f.terms[last] = append(f.terms[last], a)
		} else {
			f.terms = append(f.terms, term{a})
		}
		or = false
	}
	if or {
		return Filter{}, orAt.wrong("or stands between two things, as state:hold or state:blind")
	}
	return f, nil
}

// A letter of a token: one in quotes is never a sign of the language.
type letter struct {
	r      rune
	quoted bool
	at     int
}

// A token is what stands between two spaces or bars, without its quotes. Or is a bar.
type token struct {
	letters  []letter
	or       bool
	from, to int
}

// tokens splits a text. A quote that is not closed goes on to the end.
func tokens(text string) []token {
	var all []token
	tok, begun, quoting := token{}, false, false
	flush := func(to int) {
		if begun {
			tok.to = to
			all = append(all, tok)
		}
		tok, begun = token{}, false
	}
	for i, r := range text {
		switch {
		case r == '"':
			if !begun {
				tok.from = i
			}
			quoting, begun = !quoting, true
		case !quoting && unicode.IsSpace(r):
			flush(i)
		case !quoting && r == '|':
			flush(i)
			all = append(all, token{or: true, from: i, to: i + 1})
		default:
			if !begun {
				tok.from, begun = i, true
			}
			tok.letters = append(tok.letters, letter{r, quoting, i})
		}
	}
	flush(len(text))
	return all
}

// isOr reports whether a token joins its neighbours.
func (t token) isOr() bool {
	if t.or {
		return true
	}
	if len(t.letters) != 2 || t.letters[0].quoted || t.letters[1].quoted {
		return false
	}
	return strings.EqualFold(spell(t.letters), "or")
}

func (t token) wrong(why string) *Error { return &Error{t.from, t.to, why} }

func spell(letters []letter) string {
	var b strings.Builder
	for _, l := range letters {
		b.WriteRune(l.r)
	}
	return b.String()
}

// test reads what a token asks.
func (t token) test() (test, error) {
	a, rest := test{key: KeyWords}, t.letters
	for len(rest) > 0 && rest[0].r == '!' && !rest[0].quoted {
		a.not, rest = !a.not, rest[1:]
	}
	name, after, keyed := splitKey(rest)
	if !keyed {
		return a, t.words(&a, rest, false)
	}
	e, known := keyOf(name)
	if !known {
		why := `there is no "` + name + `"`
		if near := nearest(name); near != "" {
			why += ": do you mean " + near + "?"
		} else {
			why += `; quote it to look for it: "` + name + `:"`
		}
		return a, t.wrong(why)
	}
	a.key = e.Key
	sign, rest := comparison(after)
	switch {
	case e.numeric():
		n, ok := e.read(strings.TrimSpace(spell(rest)))
		if sign == compareNone || !ok {
			return a, t.wrong(e.needs)
		}
		a.is, a.figure = sign, n
		return a, nil
	case sign != compareNone && !(sign == compareSame && after[0].r == '='):
		return a, t.wrong(e.Name + " is not compared: " + e.needs)
	}
	return a, t.words(&a, rest, true)
}

// words reads the words of a test, one of which is to be there. Only those of a key may be
// told apart by commas.
func (t token) words(a *test, letters []letter, commas bool) error {
	e := entryOf(a.key)
	for _, part := range parts(letters, commas) {
		word := strings.TrimSpace(spell(part))
		folded := Fold(word)
		if strings.TrimSpace(folded) == "" {
			continue
		}
		if a.key == KeyNumber && !numberLike(folded) {
			return t.wrong(e.needs)
		}
		if e.Closed != nil {
			meant := e.meant(folded)
			if len(meant) == 0 {
				return t.wrong(`there is no ` + e.Name + ` "` + word + `": ` + some(e.Closed))
			}
			if len(meant) == 1 { // it is written whole, and means the same for ever
				word, folded = meant[0], meant[0]
			}
			a.closed = append(a.closed, meant...)
		}
		a.typed, a.folded = append(a.typed, word), append(a.folded, folded)
	}
	if len(a.typed) == 0 {
		if a.not && a.key == KeyWords && len(letters) == 0 {
			return t.wrong("! needs something after it, as !state:ended")
		}
		return t.wrong(e.needs)
	}
	return nil
}

// numberLike reports whether something may be part of a number, or says that there is none.
func numberLike(folded string) bool {
	return strings.ContainsFunc(folded, isDigit) || strings.Contains(folded, "@") ||
		strings.HasPrefix("withheld", folded) || strings.HasPrefix("anonymous", folded)
}

// parts splits words at the commas that are not quoted.
func parts(letters []letter, commas bool) [][]letter {
	if !commas {
		return [][]letter{letters}
	}
	var all [][]letter
	from := 0
	for i, l := range letters {
		if l.r == ',' && !l.quoted {
			all = append(all, letters[from:i])
			from = i + 1
		}
	}
	return append(all, letters[from:])
}

// splitKey splits a key from what follows it, the sign included. A key is Latin letters
// with a sign behind them, none of it in quotes: 14:30 is none.
func splitKey(letters []letter) (name string, rest []letter, ok bool) {
	for i, l := range letters {
		switch {
		case l.quoted:
			return "", nil, false
		case 'a' <= l.r && l.r <= 'z', 'A' <= l.r && l.r <= 'Z':
		case i > 0 && strings.ContainsRune(":<>=≤≥", l.r):
			return spell(letters[:i]), letters[i:], true
		default:
			return "", nil, false
		}
	}
	return "", nil, false
}

// comparison reads the sign behind a key; a colon before it changes nothing.
func comparison(letters []letter) (compare, []letter) {
	sign := ""
	for len(letters) > 0 && !letters[0].quoted && strings.ContainsRune(":<>=≤≥", letters[0].r) {
		sign += string(letters[0].r)
		letters = letters[1:]
	}
	switch strings.TrimPrefix(sign, ":") {
	case "<":
		return compareLess, letters
	case "<=", "=<", "≤":
		return compareAtMost, letters
	case ">":
		return compareMore, letters
	case ">=", "=>", "≥":
		return compareAtLeast, letters
	case "=", "==":
		return compareSame, letters
	}
	return compareNone, letters
}

// readMood reads hundredths: -.2, −0.25, .3, +1, 0.
func readMood(s string) (int, bool) {
	s, negative := signOf(s)
	whole, rest, _ := strings.Cut(strings.Replace(s, ",", ".", 1), ".")
	if whole+rest == "" || len(whole) > 1 || len(rest) > 2 || !digits(whole) || !digits(rest) {
		return 0, false
	}
	n, _ := strconv.Atoi("0" + whole)
	part, _ := strconv.Atoi((rest + "00")[:2])
	if n = 100*n + part; n > 100 {
		return 0, false
	}
	if negative {
		n = -n
	}
	return n, true
}

func signOf(s string) (rest string, negative bool) {
	for _, minus := range []string{"-", "−", "–"} {
		if rest, ok := strings.CutPrefix(s, minus); ok {
			return rest, true
		}
	}
	return strings.TrimPrefix(s, "+"), false
}

// maxLasting is the longest that a call is asked to have lasted, in seconds.
const maxLasting = 30 * 24 * 3600

// readTime reads seconds: 90s, 5m, 1h30m, 6:12; a number alone is minutes.
func readTime(s string) (int, bool) {
	s = strings.ToLower(s)
	if digits(s) && s != "" {
		s += "m"
	}
	if minutes, seconds, ok := strings.Cut(s, ":"); ok {
		if len(seconds) != 2 || seconds > "59" {
			return 0, false
		}
		s = minutes + "m" + seconds + "s"
	}
	total, smallest := 0, maxLasting
	for s != "" {
		i := 0
		for i < len(s) && s[i] >= '0' && s[i] <= '9' {
			i++
		}
		j := i
		for j < len(s) && (s[j] < '0' || s[j] > '9') {
			j++
		}
		every := unit(s[i:j])
		if i == 0 || i > 6 || every == 0 || every >= smallest {
			return 0, false
		}
		n, _ := strconv.Atoi(s[:i])
		total, smallest, s = total+n*every, every, s[j:]
	}
	return total, smallest < maxLasting && total <= maxLasting
}

func unit(s string) int {
	switch s {
	case "s", "sec":
		return 1
	case "m", "min":
		return 60
	case "h":
		return 3600
	}
	return 0
}

func digits(s string) bool { return !strings.ContainsFunc(s, func(r rune) bool { return !isDigit(r) }) }

// some names the words that serve, as many as are read at a glance.
func some(words []Word) string {
	const most = 6
	names := ""
	for i, w := range words[:min(len(words), most)] {
		if i > 0 {
			names += ", "
		}
		names += w.Word
	}
	if len(words) > most {
		names += " …"
	}
	return names
}

// nearest returns the key that was most likely meant, with its sign; empty where none is near.
func nearest(typed string) string {
	typed = strings.ToLower(typed)
	best, least := "", 3
	for i := range table {
		name := table[i].Name
		if name == "" {
			continue
		}
		d := typo.Distance(typed, name)
		if strings.HasPrefix(name, typed) {
			d = 0
		}
		if d < least && d < len(name)-1 {
			best, least = name, d
			if !table[i].numeric() {
				best += ":"
			}
		}
	}
	return best
}
