package main

import (
	"errors"
	"regexp"
	"strings"

	"switchboard/engine"
)

var (
	e164     = regexp.MustCompile(`^\+[1-9][0-9]{7,14}$`)
	ornament = strings.NewReplacer(" ", "", "\u00a0", "", "-", "", "(", "", ")", "", ".", "")
)

// number returns a telephone number in E.164, without the spaces, dashes, dots and
// parentheses that people write in it.
func number(text string) (string, error) {
	plain := ornament.Replace(text)
	switch {
	case !strings.HasPrefix(plain, "+"):
		return "", errors.New("must begin with + and the country code, as in +12025550123")
	case !e164.MatchString(plain):
		return "", errors.New("must be + and 8 to 15 digits, as in +12025550123")
	}
	return plain, nil
}

// sameNumber reports whether a far end's number, as its network has written it, is one in
// E.164: a trunk may leave out the +, write 00 for it, or put the number into a SIP URI.
func sameNumber(told, number string) bool {
	told = strings.ToLower(strings.TrimSpace(told))
	for _, scheme := range []string{"sips:", "sip:", "tel:"} {
		told = strings.TrimPrefix(told, scheme)
	}
	if end := strings.IndexAny(told, "@;"); end >= 0 {
		told = told[:end]
	}
	told = ornament.Replace(told)
	switch digits := strings.TrimPrefix(number, "+"); {
	case told == number, told == digits, told == "00"+digits, told == "011"+digits:
		return true
	default: // a number of North America as it is dialled there
		return len(digits) == leastDigits+1 && digits[0] == '1' && told == digits[1:]
	}
}

// destinations returns the numbers and SIP URIs of a list with commas, in its order
// and each once. Its error names every entry that is wrong; the others are returned
// all the same.
func destinations(list string) ([]string, error) {
	var all, wrong []string
	seen := map[string]bool{}
	for item := range strings.SplitSeq(list, ",") {
		item = strings.TrimSpace(item)
		if item == "" {
			continue
		}
		to, err := destination(item)
		switch {
		case err != nil:
			wrong = append(wrong, "“"+item+"” "+err.Error())
		case !seen[to]:
			seen[to] = true
			all = append(all, to)
		}
	}
	switch {
	case len(wrong) > 0:
		return all, errors.New(strings.Join(wrong, "; "))
	case len(all) == 0:
		return nil, errors.New("names no number")
	}
	return all, nil
}

// destination returns a number in E.164, or a SIP URI, whose scheme may be in capitals.
func destination(text string) (string, error) {
	scheme, rest, uri := strings.Cut(text, ":")
	if !uri {
		return number(text)
	}
	to := strings.ToLower(scheme) + ":" + rest
	if engine.ValidTarget(to) != nil {
		return "", errors.New("is not a SIP URI, as in sip:ida@example.com, sips:ida@example.com or sip:example.com")
	}
	return to, nil
}
