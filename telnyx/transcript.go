package telnyx

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"switchboard/engine"
)

// maxSentence is how many bytes of a sentence are kept.
const maxSentence = 4 << 10

// A Scorer says how a sentence was meant. Webhooks wait for it, so it asks nobody over
// the network. It may be called from any goroutine.
type Scorer interface {
	Score(text string) Score
}

// A Score is what a sentence came to. Without Scored nothing is known of its polarity,
// which is not the same as a polarity of zero; the flags hold all the same.
type Score struct {
	Scored   bool
	Polarity engine.Polarity
	Source   string // who scored it, as in "local"
	Flags    engine.Flags
}

// A transcript is what Telnyx's transcription tells of one sentence (section 9.2).
type transcript struct {
	Text       text            `json:"transcript"`
	Confidence text            `json:"confidence"`
	Final      json.RawMessage `json:"is_final"`
	Track      text            `json:"transcription_track"` // not every engine tells it
}

// interim reports whether the sentence is still being said.
func (t transcript) interim() bool { return string(t.Final) == "false" || string(t.Final) == `"false"` }

// ours reports whether it is what the leg itself says. What the leg hears is what the
// other legs say, and is told by theirs.
func (t transcript) ours() bool { return t.Track == "" || t.Track == "inbound" }

// words returns the sentence, limited in length.
func (t transcript) words() string { return cut(strings.TrimSpace(string(t.Text)), maxSentence) }

// thousandths returns the confidence, or zero where none was given.
func (t transcript) thousandths() int {
	share, err := strconv.ParseFloat(string(t.Confidence), 64)
	if err != nil || math.IsNaN(share) {
		return 0
	}
	return int(math.Round(1000 * min(max(share, 0), 1)))
}

// transcribed returns the final sentence that a webhook tells. What is no such sentence
// is expected, and of no use as an event.
func (e *event) transcribed(leg engine.LegRef) (engine.Body, error) {
	t := e.Payload.Transcript
	switch {
	case t.interim(), !t.ours(), t.words() == "":
		return nil, fmt.Errorf("%w: %q that is no final sentence of the leg", ErrExpected, e.Type)
	}
	return engine.Transcribed{LegRef: leg, Text: t.words(), Confidence: t.thousandths()}, nil
}

// partial returns the sentence that a leg of ours is still saying, where that is what
// a webhook tells. Whose leg it is we know only from what Telnyx carries for us.
func (e *event) partial() (engine.Partial, bool) {
	t := e.Payload.Transcript
	state := clientState(e.Payload.State)
	speaker := speakerOf(state.Role)
	if e.Type != "call.transcription" || !t.interim() || !t.ours() || t.words() == "" ||
		state.Session == "" || speaker == 0 {
		return engine.Partial{}, false
	}
	return engine.Partial{
		Session: state.Session, Leg: engine.LegID(e.Payload.Leg), Speaker: speaker, Text: t.words(),
	}, true
}

// speakerOf returns whose words a leg's are, or zero for a leg that says nothing of its
// own.
func speakerOf(role engine.Role) engine.Speaker {
	switch role {
	case engine.RoleCustomer:
		return engine.SpeakerCustomer
	case engine.RoleOperator:
		return engine.SpeakerOperator
	case engine.RoleFront:
		return engine.SpeakerFront
	case engine.RoleSupervisor:
		return engine.SpeakerSupervisor
	default:
		return 0
	}
}

// scored returns a body with the score of its sentence. Only the customer is judged;
// where Telnyx does not say whose leg it is, the engine will find out.
func (h *handler) scored(body engine.Body) engine.Body {
	t, ok := body.(engine.Transcribed)
	if !ok || h.Scorer == nil || t.State.Role != 0 && t.State.Role != engine.RoleCustomer {
		return body
	}
	score := h.Scorer.Score(t.Text)
	t.Flags = score.Flags
	if score.Scored {
		t.Scored, t.Polarity, t.Source = true, score.Polarity, score.Source
	}
	return t
}
