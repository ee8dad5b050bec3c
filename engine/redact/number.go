package redact

import (
	"strings"
	"unicode/utf8"
)

// A number is what one row of digits, or a few number words, say.
type number struct {
	first, last int // tokens
	start, end  int // in bytes
	digits      int // how many it has, or would have if it were written
	written     bool
	shape       shape
}

// A shape is what lets a number be read though it has many digits.
type shape uint8

const (
	plain  shape = iota
	amount       // never taken for a part of a longer number
	moment       // a date or a time of day, where nothing else stands by it
	hidden       // a mark
)

// full is how many digits a mark counts for: more than may be shown.
const full = shown + 1

// A reader finds the numbers among the tokens of a text.
type reader struct {
	text   string
	tokens []token
}

// numbers appends all numbers to a list.
func (r *reader) numbers(all []number) []number {
	dated := -1 // the token after which a day or a year belongs to a month's name
	for i := 0; i < len(r.tokens); {
		n, ok := r.number(i)
		if !ok {
			if r.tokens[i].kind == month {
				dated = i
			}
			i++
			continue
		}
		if dated >= 0 && dated == n.first-1 && n.shape == plain && n.written && (r.isDay(n) || r.isYear(n)) {
			n.shape = moment
			dated = n.last
		}
		all = append(all, n)
		i = n.last + 1
	}
	return all
}

// number reads the number that begins with a token.
func (r *reader) number(i int) (number, bool) {
	switch r.tokens[i].kind {
	case mark:
		return r.made(i, i+1, full, hidden), true
	case numeral:
		return r.writtenNumber(i), true
	}
	digits, next := r.spoken(i)
	if next == i {
		return number{}, false
	}
	n := r.made(i, next, digits, plain)
	if r.countsMoney(n) {
		n.shape = amount
	}
	return n, true
}

func (r *reader) made(first, next, digits int, s shape) number {
	return number{first: first, last: next - 1, start: r.tokens[first].start, end: r.tokens[next-1].end, digits: digits, shape: s}
}

// kind returns what a token is; other past the end.
func (r *reader) kind(i int) kind {
	if i < 0 || i >= len(r.tokens) {
		return other
	}
	return r.tokens[i].kind
}

// spoken reads number words from a token on. Next is that token where there are none.
func (r *reader) spoken(i int) (digits, next int) {
	if t := r.tokens[i]; t.kind == multiply {
		switch k := r.kind(i + 1); {
		case k == digit || k == soft || k == numeral && countDigits(r.text[r.tokens[i+1].start:r.tokens[i+1].end]) == 1:
			return int(t.n), i + 2
		}
		return 0, i
	}
	if r.isSoftDigit(i) {
		return 1, i + 1
	}
	digits, said, next := r.underThousand(i)
	switch r.kind(next) {
	case thousand:
		digits, said, next = r.afterThousand(digits, said, next)
	case hundred: // forty-one hundred is read above; a hundred without a number before it is not one
		if digits == 0 {
			return r.loneHundred(next)
		}
	}
	if digits > 0 && r.kind(next) == million {
		for next++; next < len(r.tokens); {
			d, s, after := r.underThousand(next)
			if d == 0 {
				break
			}
			said, next = said+s, after
			if r.kind(next) == thousand {
				next++
			}
		}
		return said, next // two million has one digit that is worth hiding
	}
	return digits, next
}

// loneHundred reads a hundred that follows written digits, as in 41 hundred.
func (r *reader) loneHundred(i int) (digits, next int) {
	if r.kind(i-1) == numeral {
		return 2, i + 1
	}
	return 0, i
}

// afterThousand reads what stands behind four, or nothing, in four thousand one hundred.
func (r *reader) afterThousand(digits, said, i int) (int, int, int) {
	if digits == 0 {
		if r.text[r.tokens[i].start]|0x20 != 'm' && r.kind(i-1) != numeral { // mil needs no number before it
			return 0, 0, i
		}
		if digits = 3; r.kind(i-1) != numeral {
			digits, said = 4, 1
		}
	} else {
		digits += 3
	}
	next := i + 1
	if r.kind(next) == and {
		next++
	}
	if _, s, after := r.underThousand(next); s > 0 {
		return digits, said + s, after
	}
	return digits, said, i + 1
}

// underThousand reads a number below a thousand: how many digits it has, and how many of
// them are said. Next is the token behind it.
func (r *reader) underThousand(i int) (digits, said, next int) {
	switch r.kind(i) {
	case hundreds:
		s, next := r.underHundred(i + 1)
		return 3, 1 + s, next
	case digit, teen, tens:
		said, next = r.smallNumber(i)
		digits = said
		if r.kind(i) == tens {
			digits = 2
		}
		if r.kind(next) == hundred {
			s, after := r.underHundred(next + 1)
			return digits + 2, said + s, after
		}
		return digits, said, next
	}
	return 0, 0, i
}

// underHundred reads what follows a hundred, with or without an and.
func (r *reader) underHundred(i int) (said, next int) {
	at := i
	if r.kind(at) == and {
		at++
	}
	if k := r.kind(at); k != digit && k != teen && k != tens {
		return 0, i
	}
	if r.kind(at) == digit && r.isRead(at) {
		return 0, i // four hundred, five one one: the digits are read one by one
	}
	if said, next = r.smallNumber(at); r.kind(next) == hundred {
		return 0, i // forty five hundred, twenty six hundred
	}
	return said, next
}

// isRead reports whether a digit is one of several that are read one by one.
func (r *reader) isRead(i int) bool { return r.kind(i+1) == digit || r.kind(i+1) == soft }

// smallNumber reads one word of number, or two as in twenty three, treinta y uno.
func (r *reader) smallNumber(i int) (said, next int) {
	if r.kind(i) != tens {
		if r.kind(i) == teen {
			return 2, i + 1
		}
		return 1, i + 1
	}
	at := i + 1
	if r.kind(at) == and && r.text[r.tokens[at].start]|0x20 == 'y' {
		at++
	}
	if r.kind(at) == digit {
		return 2, at + 1
	}
	return 1, i + 1
}

// isSoftDigit reports whether a word that may be a digit is one: oh beside any other,
// to and for between two that are said.
func (r *reader) isSoftDigit(i int) bool {
	if r.kind(i) != soft {
		return false
	}
	before, after := r.kind(i-1), r.kind(i+1)
	if first := r.text[r.tokens[i].start] | 0x20; first == 'o' {
		return isNumber(before) || isNumber(after) || before == soft && isNumber(r.kind(i-2)) || after == soft && isNumber(r.kind(i+2))
	}
	return (before == digit || before == soft) && (after == digit || after == soft)
}

func isNumber(k kind) bool { return k == numeral || k >= digit && k <= hundreds && k != soft }

// writtenNumber reads a date, a time, an amount, or one row of digits.
func (r *reader) writtenNumber(i int) number {
	s, n := moment, r.momentAt(i)
	if n == 0 {
		s, n = amount, r.amountAt(i)
	}
	if n == 0 {
		s, n = plain, 1
	}
	w := r.made(i, i+n, 0, s)
	w.digits, w.written = countDigits(r.text[w.start:w.end]), true
	return w
}

// part returns a written row of ASCII digits as a number, and how long it is; -1 for
// what is none.
func (r *reader) part(i int) (value, length int) {
	if r.kind(i) != numeral {
		return -1, 0
	}
	t := r.tokens[i]
	if t.end-t.start > 8 {
		return -1, 0
	}
	for _, c := range []byte(r.text[t.start:t.end]) {
		if c < '0' || c > '9' {
			return -1, 0
		}
		value = 10*value + int(c-'0')
	}
	return value, t.end - t.start
}

// glue returns the one letter between a token and the next, or zero.
func (r *reader) glue(i int) byte {
	if i < 0 || i+1 >= len(r.tokens) || r.tokens[i+1].start != r.tokens[i].end+1 {
		return 0
	}
	return r.text[r.tokens[i].end]
}

// free reports whether the tokens from i to last stand by themselves: no digits follow or
// go before them with a letter that could make them one.
func (r *reader) free(i, last int) bool {
	stuck := func(at int) bool {
		c := r.glue(at)
		return c != 0 && strings.IndexByte("/-.:,", c) >= 0 && r.kind(at) == numeral && r.kind(at+1) == numeral
	}
	touches := i > 0 && r.tokens[i-1].end == r.tokens[i].start
	return !touches && !stuck(i-1) && !stuck(last)
}

// momentAt returns how many tokens from i on are a date or a time of day; 0 for none.
func (r *reader) momentAt(i int) int {
	a, la := r.part(i)
	b, lb := r.part(i + 1)
	if a < 0 || b < 0 || la > 4 || lb != 2 && lb != 1 {
		return 0
	}
	c, lc := r.part(i + 2)
	sep, second := r.glue(i), r.glue(i+1)
	three := c >= 0 && sep == second
	switch {
	case sep == ':' && la <= 2 && lb == 2 && a <= 24 && b <= 59:
		if three && lc == 2 && c <= 59 {
			return r.ifFree(i, 3)
		}
		return r.ifFree(i, 2)
	case !three || sep != '/' && sep != '-' && sep != '.':
		return 0
	case la == 4 && lb == 2 && lc == 2 && year(a) && b <= 12 && c <= 31:
		return r.ifFree(i, 3)
	case la <= 2 && (lc == 4 && year(c) || lc == 2 && sep == '/') && (a <= 12 && b <= 31 || a <= 31 && b <= 12):
		return r.ifFree(i, 3)
	}
	return 0
}

func (r *reader) ifFree(i, n int) int {
	if !r.free(i, i+n-1) {
		return 0
	}
	return n
}

// amountAt returns how many tokens from i on are an amount of money, or a share, below a
// million; 0 for none. What is longer may be a card's number that was taken for money.
func (r *reader) amountAt(i int) int {
	a, la := r.part(i)
	if a < 0 || la > shown {
		return 0
	}
	n := 1
	if c := r.glue(i); c == ',' || c == '.' {
		if _, lb := r.part(i + 1); la <= 3 && lb == 3 {
			n = 2
		}
	}
	if c := r.glue(i + n - 1); c == '.' || c == ',' {
		if _, lc := r.part(i + n); lc == 2 || lc == 1 {
			n++
		}
	}
	if !r.free(i, i+n-1) {
		return 0
	}
	if r.currencyBefore(i) || r.countsMoney(number{last: i + n - 1}) {
		return n
	}
	return 0
}

// currencyBefore reports whether a sign of money stands before a token.
func (r *reader) currencyBefore(i int) bool {
	from := 0
	if i > 0 {
		from = r.tokens[i-1].end
	}
	sign, _ := utf8.DecodeLastRuneInString(strings.TrimRight(r.text[from:r.tokens[i].start], " "))
	return isMoney(sign)
}

// countsMoney reports whether a sign or a word of money stands behind a number.
func (r *reader) countsMoney(n number) bool {
	if r.kind(n.last+1) == currency {
		return true
	}
	to := len(r.text)
	if n.last+1 < len(r.tokens) {
		to = r.tokens[n.last+1].start
	}
	behind := strings.TrimLeft(r.text[r.tokens[n.last].end:to], " ")
	sign, size := utf8.DecodeRuneInString(behind)
	// $ before the next digits is theirs.
	return sign == '%' || isMoney(sign) && (r.kind(n.last+1) != numeral || strings.TrimLeft(behind[size:], " ") != "")
}

func isMoney(r rune) bool { return r == '$' || r == '€' || r == '£' || r == '¥' }

// isDay reports whether a number may be a day of a month, isYear a year of our time.
func (r *reader) isDay(n number) bool {
	v, _ := r.part(n.first)
	return n.first == n.last && v >= 1 && v <= 31
}

func (r *reader) isYear(n number) bool {
	v, length := r.part(n.first)
	return n.first == n.last && length == 4 && year(v)
}

func year(v int) bool { return 1900 <= v && v < 2100 }
