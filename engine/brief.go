package engine

import (
	"cmp"
	"fmt"
	"strings"
	"time"
)

// Limits of what an operator is told: about twelve seconds of speech.
const (
	maxBriefed  = 220 // bytes of who, since when, why and the last sentence
	acceptWords = "Press 1 to take the call."
	acceptTime  = 10 * time.Second
)

func (b Briefing) accept() string {
	return cmp.Or(b.Accept, acceptWords)
}

func (b Briefing) wait() time.Duration { return cmp.Or(b.Wait, acceptTime) }

// briefing is what an operator hears of the call that he is asked to take: who it is,
// since when, why, and the last sentence.
func (t *turn) briefing(s *Session) string {
	who := "A customer"
	if s.Name != "" && s.Name != s.Caller {
		who = spokenName(s.Name)
	}
	text := fmt.Sprintf("%s, on the line for %s. %s.", who, spokenTime(t.now.Sub(s.Started)), capital(whyOfTransfer(s.Transfer)))
	if last := s.lastWords(); last != "" && len(text)+len(last) < maxBriefed {
		text += " Last words: " + strings.TrimRight(last, ".!? ") + "."
	} else if last != "" {
		text += " Last words: " + clip(last, max(maxBriefed-len(text), 40)) + "."
	}
	return text
}

// spokenName keeps of a name what a voice can say, and no more than a name's length.
func spokenName(name string) string {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune("<>&{}[]|\\^~`\"", r) || r < ' ' {
			return ' '
		}
		return r
	}, name)
	return clip(strings.Join(strings.Fields(name), " "), 120)
}

// whyOfTransfer says why an operator is brought in, for whoever takes or returns the call.
func whyOfTransfer(tr Transfer) string {
	switch tr.Cause {
	case CauseKey:
		return "pressed 1 for an operator"
	case CauseHand:
		return "sent by a supervisor"
	case CauseAsked:
		return "asked for a person"
	case CauseRule, CauseMood:
		if tr.Evidence.About != "" {
			return strings.TrimRight(tr.Evidence.About, ".")
		}
		return "the customer is unhappy"
	default:
		panic(fmt.Sprintf("engine: transfer for cause %s", tr.Cause))
	}
}

// lastWords returns the customer's last sentence.
func (s *Session) lastWords() string {
	for c := len(s.Transcript.chunks) - 1; c >= 0; c-- {
		for i := len(s.Transcript.chunks[c]) - 1; i >= 0; i-- {
			if u := s.Transcript.chunks[c][i]; u.Speaker == SpeakerCustomer {
				return spokenName(u.Text)
			}
		}
	}
	return ""
}

func spokenTime(d time.Duration) string {
	if d < 90*time.Second {
		return fmt.Sprintf("%d seconds", int(d/time.Second))
	}
	return fmt.Sprintf("%d minutes", int((d+30*time.Second)/time.Minute))
}

func capital(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
