package safe

import "strings"

// maxNumber is how much of a number is shown: E.164 has 15 digits, a SIP URI may be longer.
const maxNumber = 64

// Withheld stands for a number that the caller keeps to himself.
const Withheld Text = "withheld"

// withheld are the words that carriers send in place of a number.
var withheld = map[string]bool{
	"": true, "anonymous": true, "restricted": true, "private": true, "unknown": true, "unavailable": true,
}

// twoDigit are the country codes of two digits, by their first. +1 and +7 have one
// digit, all others three (ITU E.164, list of assigned codes).
var twoDigit = map[byte]string{
	'2': "07", '3': "0123469", '4': "013456789", '5': "12345678", '6': "0123456", '8': "1246", '9': "0123458",
}

// Number groups a number for reading: "+1 202 555 0142". What is not E.164, as a SIP
// URI, is cleaned and shown as it is; no number at all is [Withheld].
func Number(s string) Text {
	if withheld[strings.ToLower(strings.TrimSpace(s))] {
		return Withheld
	}
	digits, ok := strings.CutPrefix(s, "+")
	if !ok || len(digits) < 7 || len(digits) > 15 || !Digits(digits) {
		text := Clean(s, maxNumber)
		if text == "" {
			return Withheld
		}
		return text
	}
	code := 3
	switch {
	case digits[0] == '1' || digits[0] == '7':
		code = 1
	case strings.IndexByte(twoDigit[digits[0]], digits[1]) >= 0:
		code = 2
	}
	var b strings.Builder
	b.WriteString("+" + digits[:code])
	rest := digits[code:]
	for _, n := range groupsOf(digits) {
		b.WriteString(" " + rest[:n])
		rest = rest[n:]
	}
	for rest != "" {
		n := 3
		if len(rest) <= 4 {
			n = len(rest)
		}
		b.WriteString(" " + rest[:n])
		rest = rest[n:]
	}
	return Text(b.String())
}

// british are the first groups of numbers of ten digits in the United Kingdom, by how they
// begin, the longest beginning first; the rest is grouped as elsewhere (Ofcom, National
// Telephone Numbering Plan). The few places with area codes of five digits are read as four.
var british = []struct {
	begin  string
	groups []int
}{
	{"4411", []int{3, 3}},
	{"44121", []int{3, 3}}, {"44131", []int{3, 3}}, {"44141", []int{3, 3}}, {"44151", []int{3, 3}}, {"44161", []int{3, 3}}, {"44191", []int{3, 3}},
	{"441", []int{4, 3}}, {"447", []int{4, 3}},
	{"442", []int{2, 4}},
}

// groupsOf returns the first groups behind the country code where they are not of three
// digits each.
func groupsOf(digits string) []int {
	if len(digits) != len("441632960167") {
		return nil
	}
	for _, b := range british {
		if strings.HasPrefix(digits, b.begin) {
			return b.groups
		}
	}
	return nil
}

// Digits reports whether s is made of digits alone, and of one at least.
func Digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// Name makes a Text of a caller's name. A name that looks like a number is shown in
// quotes, so that nobody takes what a caller sends as his name for where he calls from.
func Name(s string, limit int) Text {
	name := Clean(s, limit)
	digits := 0
	for _, r := range name {
		switch {
		case '0' <= r && r <= '9':
			digits++
		case strings.ContainsRune("+-() .…", r):
		default:
			return name
		}
	}
	if digits < 3 {
		return name
	}
	return Text("“" + string(Clean(s, max(1, limit-2))) + "”")
}
