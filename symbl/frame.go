package symbl

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"switchboard/engine"
)

type (
	// A frame is what a socket says. There are two envelopes: results are at the top,
	// lifecycle is inside message, which for an error may be a plain text instead.
	frame struct {
		frameBody
		Message json.RawMessage `json:"message"`
	}

	frameBody struct {
		Type    string `json:"type"`
		Payload struct {
			Content string `json:"content"`
		} `json:"payload"`
		Punctuated struct {
			Transcript string `json:"transcript"`
		} `json:"punctuated"`
		User           frameUser             `json:"user"`
		ConversationID engine.ConversationID `json:"conversationId"`
		Data           struct {
			ConversationID engine.ConversationID `json:"conversationId"`
		} `json:"data"`
		Messages []spoken        `json:"messages"`
		Details  json.RawMessage `json:"details"`
		Text     json.RawMessage `json:"-"` // an error's message
	}

	frameUser struct {
		UserID string `json:"userId"`
	}

	// A spoken is one final sentence, as a socket gives it.
	spoken struct {
		ID      string    `json:"id"`
		From    frameUser `json:"from"`
		Payload struct {
			Content string `json:"content"`
		} `json:"payload"`
		Duration struct {
			StartTime string `json:"startTime"`
			EndTime   string `json:"endTime"`
		} `json:"duration"`
		Sentiment *sentiment `json:"sentiment"` // absent where it is not known
	}
)

// errFrame means that a frame is not one that we know how to read.
var errFrame = errors.New("not a frame of Symbl's")

// decodeFrame returns what is in a frame, without its envelope.
func decodeFrame(data []byte) (frameBody, error) {
	f, err := unwrap(data)
	if err != nil {
		return frameBody{}, err // keep-alives are not JSON
	}
	if f.Type == "message" {
		if f, err = unwrap(f.Message); err != nil {
			return frameBody{}, err
		}
	}
	f.Text = f.Message
	return f.frameBody, nil
}

// unwrap reads one envelope. A field of another kind than it should be is passed over:
// one that Symbl has changed must not cost us a sentence.
func unwrap(data []byte) (f frame, err error) {
	var syntax *json.SyntaxError
	if err := json.Unmarshal(data, &f); errors.As(err, &syntax) || f.Type == "" {
		return frame{}, errFrame
	}
	return f, nil
}

// partial returns the words of a sentence that is still being said, or is just over.
func (f frameBody) partial() string {
	if f.Type == "transcript_response" {
		return plain(f.Payload.Content)
	}
	return plain(f.Punctuated.Transcript)
}

// conversation returns the conversation's id, where the frame tells it: in one of two
// places.
func (f frameBody) conversation() engine.ConversationID {
	if f.Data.ConversationID != "" {
		return f.Data.ConversationID
	}
	return f.ConversationID
}

// words returns what an error says of itself. Its details may be anything.
func (f frameBody) words() string {
	var words []string
	for _, raw := range []json.RawMessage{f.Text, f.Details} {
		if raw = bytes.Trim(raw, `" `); len(raw) > 0 && string(raw) != "null" {
			words = append(words, string(raw))
		}
	}
	if len(words) == 0 {
		return "without a word"
	}
	return clean(strings.Join(words, ": "))
}

func (m spoken) sentence() sentence {
	s := sentence{
		id:    m.ID,
		text:  plain(m.Payload.Content),
		start: instant(m.Duration.StartTime),
		end:   instant(m.Duration.EndTime),
	}
	if m.Sentiment != nil {
		s.polarity, s.scored = thousandths(m.Sentiment.Polarity.Score)
	}
	return s
}

// plain cuts a text from outside to what is kept of it.
func plain(text string) string {
	return cut(strings.TrimSpace(strings.ToValidUTF8(text, "")), maxSentence)
}

// strange counts what is in a frame and is not documented (contracts/symbl.md, section
// 3.3): a type, or fields of its envelopes and sentences. Nothing of it is read.
func strange(data []byte) (types, fields int) {
	var outer map[string]json.RawMessage
	if json.Unmarshal(data, &outer) != nil {
		return 0, 0
	}
	kind := text(outer["type"])
	if kind != "message" {
		return count(kind, outer, topFields(kind))
	}
	fields = others(outer, []string{"type", "message", "timeOffset"})
	var inner map[string]json.RawMessage
	if json.Unmarshal(outer["message"], &inner) != nil {
		return 0, fields
	}
	kind = text(inner["type"])
	types, more := count(kind, inner, innerFields(kind))
	return types, fields + more
}

func count(kind string, object map[string]json.RawMessage, known []string) (types, fields int) {
	if known == nil {
		return 1, 0
	}
	fields = others(object, known)
	if kind == "message_response" {
		var messages []map[string]json.RawMessage
		json.Unmarshal(object["messages"], &messages) // what is no list has no fields
		for _, m := range messages {
			fields += others(m, []string{"from", "payload", "id", "channel", "metadata", "dismissed",
				"duration", "entities", "sentiment"})
		}
	}
	return 0, fields
}

func others(object map[string]json.RawMessage, known []string) (n int) {
	for name := range object {
		if !slices.Contains(known, name) {
			n++
		}
	}
	return n
}

func text(raw json.RawMessage) string {
	var s string
	json.Unmarshal(raw, &s) // what is no text is no known type
	return s
}

// topFields returns the documented fields of a result, or nil where its type is not.
func topFields(kind string) []string {
	switch kind {
	case "message_response":
		return []string{"type", "messages", "sequenceNumber"}
	case "insight_response":
		return []string{"type", "insights", "sequenceNumber"}
	case "topic_response":
		return []string{"type", "topics", "sequenceNumber"}
	case "tracker_response":
		return []string{"type", "isFinal", "trackers", "sequenceNumber"}
	case "entity_response":
		return []string{"type", "entities", "sequenceNumber"}
	case "transcript_response":
		return []string{"type", "isFinal", "payload"}
	case "subscription_started":
		return []string{"type", "conversationId", "data"}
	case "error":
		return []string{"type", "details", "message"}
	default:
		return nil
	}
}

// innerFields returns the documented fields of what is told inside a message, or nil
// where its type is not.
func innerFields(kind string) []string {
	switch kind {
	case "started_listening", "recognition_stopped":
		return []string{"type"}
	case "conversation_created", "recognition_started":
		return []string{"type", "data"}
	case "recognition_result":
		return []string{"type", "isFinal", "payload", "punctuated", "user", "timeOffset"}
	case "session_modified":
		return []string{"type", "sampleRateHertz"}
	case "subscription_started":
		return []string{"type", "conversationId", "data"}
	case "conversation_completed":
		return []string{"type", "data", "conversationId", "summaryUrl"}
	case "error":
		return []string{"type", "details", "message"}
	default:
		return nil
	}
}
