package plain

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// The engine's notes and reasons are written for a screen: 1m35s, +12025550142, keys to be
// pressed. Here they are made to be read out.

var (
	shortDuration = regexp.MustCompile(`(?:^|[\s(])(?:\d+h)?(?:\d+m)?\d+(?:\.\d+)?m?s\b`)
	longNumber    = regexp.MustCompile(`\+\d{7,15}\b`)
)

// spokenText returns a text of the engine's with durations, numbers and feeds in words.
func spokenText(text string) string {
	text = shortDuration.ReplaceAllStringFunc(clean(text), func(short string) string {
		before := short[:strings.IndexAny(short, "0123456789")]
		short = short[len(before):]
		switch d, err := time.ParseDuration(short); {
		case err != nil:
			return before + short
		case d >= time.Minute:
			return before + durationWords(d)
		case strings.HasSuffix(short, "ms"):
			return before + strings.TrimSuffix(short, "ms") + " ms"
		}
		return before + strings.TrimSuffix(short, "s") + " s"
	})
	text = longNumber.ReplaceAllStringFunc(text, func(n string) string { return string(safe.Number(n)) })
	return heardText(text)
}

// heardText says of what listens that the call is heard by it.
func heardText(text string) string {
	for _, k := range []engine.FeedKind{engine.FeedStream, engine.FeedPhone, engine.FeedTelnyx} {
		if rest, ok := strings.CutPrefix(text, k.Words()+" listens"); ok {
			text = "heard by " + feedName(k) + rest
		}
	}
	if text == "Symbl listens" {
		text = "heard by Symbl"
	}
	for _, k := range []engine.FeedKind{engine.FeedStream, engine.FeedPhone} {
		text = strings.ReplaceAll(text, k.Words(), feedName(k))
	}
	return text
}

// feedName names a feed so that it can stand after "heard by".
func feedName(k engine.FeedKind) string {
	switch k {
	case engine.FeedStream:
		return "Symbl's stream"
	case engine.FeedPhone:
		return "Symbl's telephone"
	case engine.FeedTelnyx:
	}
	return k.Words()
}

// spokenOf is spokenText about one call: it also says you to this supervisor, operators'
// names, and what is typed here where the full console has a key.
func (c *console) spokenOf(s *engine.Session, text string) string {
	for _, l := range s.Legs {
		switch {
		case l.Number == "":
		case l.Role == engine.RoleOperator:
			text = strings.ReplaceAll(text, "operator "+l.Number, "operator "+operatorWords(c.frameNow(), l.Number))
		case l.Role == engine.RoleSupervisor && l.Owner == c.by():
			text = strings.ReplaceAll(text, "supervisor "+l.Number, "your phone")
		}
	}
	n := fmt.Sprint(s.Number)
	text = strings.NewReplacer(
		"press L to listen again", "listen "+n+" listens again",
		": L hangs up his phone", ": he is to hang up, stop "+n+" hangs up yours",
		"until P ends it", "until paid "+n+" ends it",
	).Replace(text)
	const me = "\x00" // in none of the engine's texts, and cleaned away where it is
	text = regexp.MustCompile(regexp.QuoteMeta(string(c.by()))+`\b`).ReplaceAllString(text, me)
	text = strings.NewReplacer(
		me+" asks ", "you ask ", me+" looks ", "you look ", me+" no longer looks ", "you no longer look ",
		me+" says ", "you say ", me+": your phone", "your phone", "by "+me, "by you", "place of "+me, "your place", me, "you",
	).Replace(text)
	return spokenText(strings.ReplaceAll(text, string(engine.BySupervisor)+"/", "supervisor "))
}

// mineIn reports whether a note is of what this supervisor has asked for.
func (c *console) mineIn(n engine.Note) bool {
	return n.Kind == engine.NoteAct && strings.Contains(n.Text, string(c.by()))
}

// typed words an error as one about what is typed here: keys are the full console's.
func (c *console) typed(s *engine.Session, err error) string {
	if s == nil {
		return spokenText(err.Error())
	}
	n := fmt.Sprint(s.Number)
	return c.spokenOf(s, strings.NewReplacer(
		"be heard by all (b)", "be heard by all with barge "+n,
		"press L there first", "stop and its number takes it off there",
		"P ends it", "paid "+n+" ends it",
	).Replace(err.Error()))
}
