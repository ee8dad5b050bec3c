package telnyx

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"switchboard/engine"
)

// A fault is one entry of the list of errors that a refusal carries (section 2).
type fault struct {
	Code   text
	Title  text
	Detail text
}

// faults returns what a refusal says; nothing where its body is none of Telnyx's.
func (a answer) faults() []fault {
	var body struct{ Errors []fault }
	if err := json.Unmarshal(a.body, &body); !readable(err) {
		return nil
	}
	return body.Errors
}

// codes returns the codes of a refusal.
func (a answer) codes() (codes []string) {
	for _, f := range a.faults() {
		codes = append(codes, string(f.Code))
	}
	return codes
}

// words returns the far end's own words of why it refused.
func (a answer) words() string {
	var said []string
	for _, f := range a.faults() {
		words := strings.Join(nonEmpty(string(f.Title), string(f.Detail)), ": ")
		if f.Code != "" {
			words += fmt.Sprintf(" (%s)", f.Code)
		}
		said = append(said, strings.TrimSpace(words))
	}
	if len(said) == 0 {
		return strings.TrimSpace(fmt.Sprintf("status %d %s", a.status, http.StatusText(a.status)))
	}
	return strings.Join(said, "; ")
}

func nonEmpty(all ...string) []string {
	var some []string
	for _, s := range all {
		if s = strings.TrimSpace(s); s != "" {
			some = append(some, s)
		}
	}
	return some
}

// refusal names the reason of a 3xx or 4xx. The first error whose code says something
// decides; codes have more than one meaning, so some need the words or the status.
func refusal(r request, a answer) engine.Reason {
	for _, f := range a.faults() {
		if reason := reasonOf(f, r, a.status); reason != 0 {
			return reason
		}
	}
	switch {
	case a.status == http.StatusUnauthorized, a.status == http.StatusForbidden:
		return engine.ReasonUnauthorized
	case a.status == http.StatusNotFound && r.room:
		return engine.ReasonNoConference
	case a.status >= 400:
		return engine.ReasonInvalid
	default:
		return engine.ReasonOther
	}
}

// reasonOf returns what one error says, or zero where its code alone says nothing.
func reasonOf(f fault, r request, status int) engine.Reason {
	switch f.Code {
	case "90015", "90018":
		return engine.ReasonEnded
	case "90034":
		return engine.ReasonNotAnswered
	case "90033": // both meanings are documented, and only the words tell them apart
		words := strings.ToLower(string(f.Title + " " + f.Detail))
		switch {
		case strings.Contains(words, "already exists"):
			return engine.ReasonNameTaken
		case strings.Contains(words, "no active participants"), r.room:
			return engine.ReasonNoConference
		}
		return engine.ReasonNameTaken
	case "90019", "90058":
		return engine.ReasonNoConference
	case "90044":
		return engine.ReasonAlreadyIn
	case "90032":
		return engine.ReasonFull
	case "90041", "90042", "90043":
		return engine.ReasonLimit
	case "90103":
		return engine.ReasonPaced
	case "10009", "10010":
		return engine.ReasonUnauthorized
	case "10005", "10007": // "resource not found": on a leg's path, the leg
		if status == http.StatusNotFound && strings.HasPrefix(r.path, "/calls/") {
			return engine.ReasonEnded
		}
	}
	return 0
}
