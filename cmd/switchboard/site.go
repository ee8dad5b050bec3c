package main

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"

	"switchboard/engine"
	"switchboard/engine/policy"
)

// A siteFile is a policy, and what else its file says of the site.
type siteFile struct {
	policy.File
	name   string // as it was configured
	own    bool   // it is a file, and may be read again
	unread bool   // it could not be read: what else is in it nobody knows
}

// What follows where a policy's file does not say.
const (
	queueAtMost = 3 * time.Minute
	monitored   = "A supervisor is listening to this call."
)

// readSite reads a policy that is built in, or a file. Its error lists every mistake.
func readSite(name string) (siteFile, error) {
	_, builtIn := policy.Text(name)
	text, err := policyText(name)
	if err != nil {
		return siteFile{unread: true}, err
	}
	file, err := policy.Read(name, text)
	return siteFile{File: file, name: name, own: !builtIn, unread: err != nil}, err
}

// queue returns what follows where nobody is free.
func (f siteFile) queue() engine.Queue {
	if f.Queue.Then != 0 {
		return f.Queue
	}
	return engine.Queue{AtMost: queueAtMost, Then: engine.FallbackStay, Callback: true}
}

// briefing returns what operators are told, in the language of the English prompts.
func (f siteFile) briefing(english engine.Prompts) engine.Briefing {
	b := f.Briefing
	b.Language, b.Voice = cmp.Or(b.Language, english.Language), cmp.Or(b.Voice, english.Voice)
	b.Monitored = cmp.Or(b.Monitored, monitored)
	if strings.EqualFold(b.Monitored, "off") {
		b.Monitored = ""
	}
	return b
}

// calls reports whether the file has a number called.
func (f siteFile) calls(number string) bool {
	return number == f.Front.Number || number == f.Phone || slices.ContainsFunc(f.Groups, func(g policy.Group) bool {
		return slices.ContainsFunc(g.Operators, func(o engine.Operator) bool { return o.Number == number })
	})
}

// hours reports whether a group of the file has hours, which are told for some days only.
func (f siteFile) hours() bool {
	return slices.ContainsFunc(f.Groups, func(g policy.Group) bool { return g.Week != nil })
}

// audio reads what can be played: an address or a media name.
func audio(text string) (engine.Audio, error) {
	switch {
	case strings.HasPrefix(text, "https://"), strings.HasPrefix(text, "http://"):
		url, err := baseURL(text, "https", "http")
		return engine.Audio{URL: url}, err
	case strings.ContainsAny(text, " /:\\"):
		return engine.Audio{}, errors.New("must be the https address of a WAV or MP3 file, or a media name without blanks")
	}
	return engine.Audio{Media: text}, nil
}
