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
