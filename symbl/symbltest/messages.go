package symbltest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"

	"switchboard/engine/world"
)

// Symbl hears one mixed line and labels everybody alike: in the recorded call
// (contracts/symbl.md, section 4) each message is from "Agent", the customer's too.
const (
	speakerName = "Agent"
	speakerID   = "6cd92722-8c95-4429-95fb-eb0669318a8c"
)

type (
	messageList struct {
		Messages []message `json:"messages"`
	}

	message struct {
		ID             string     `json:"id"`
		Text           string     `json:"text"`
		From           from       `json:"from"`
		StartTime      string     `json:"startTime"`
		EndTime        string     `json:"endTime"`
		TimeOffset     float64    `json:"timeOffset"` // seconds
		Duration       float64    `json:"duration"`   // seconds
		ConversationID string     `json:"conversationId"`
		Phrases        []struct{} `json:"phrases"`
		Sentiment      *sentiment `json:"sentiment,omitempty"`
	}

	from struct {
		ID     string `json:"id"`
		Name   string `json:"name"`
		UserID string `json:"userId,omitempty"`
	}

	sentiment struct {
		Polarity  polarity `json:"polarity"`
		Suggested string   `json:"suggested"`
	}

	polarity struct {
		Score json.Number `json:"score"`
	}
)

// messages answers with all sentences that are there, each time.
func (s *Server) messages(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.counts.Polls++
	status := s.faults.PollStatus
	c, ok := s.conversations[r.PathValue("conversation")]
	var said []world.Said
	if ok {
		said = c.said // only ever appended to
	}
	s.mu.Unlock()
	switch {
	case status != 0:
		refuse(w, status, "As it was told")
		return
	case !ok:
		refuse(w, http.StatusNotFound, "The conversationId is either invalid or does not exist.")
		return
	}
	now := s.clock.Now()
	list := messageList{Messages: []message{}}
	for i, one := range said {
		if s.there(one, now) {
			list.Messages = append(list.Messages, s.message(c, i, one, r.FormValue("sentiment") == "true" && s.scored(one, now)))
		}
	}
	answer(w, http.StatusOK, list)
}

func (s *Server) message(c *connection, i int, said world.Said, scored bool) message {
	m := message{
		ID:             strconv.FormatInt(c.base+int64(i), 10),
		Text:           said.Text,
		From:           from{ID: speakerID, Name: speakerName},
		StartTime:      stamp(said.Start),
		EndTime:        stamp(said.End),
		TimeOffset:     max(0, said.Start.Sub(c.opened).Seconds()),
		Duration:       said.End.Sub(said.Start).Seconds(),
		ConversationID: c.conversation,
		Phrases:        []struct{}{},
	}
	if scored {
		m.Sentiment = feeling(said.Polarity)
	}
	return m
}

// feeling returns a sentiment as Symbl writes it: exactly -0.3 is neutral.
func feeling(thousandths int) *sentiment {
	f := &sentiment{Polarity: polarity{score(thousandths)}, Suggested: "neutral"}
	switch {
	case thousandths < -300:
		f.Suggested = "negative"
	case thousandths > 300:
		f.Suggested = "positive"
	}
	return f
}

// score writes thousandths as a JSON number, as in -0.246 or -1.
func score(thousandths int) json.Number {
	return json.Number(strconv.FormatFloat(float64(thousandths)/1000, 'f', -1, 64))
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// partial is the socket's word of a sentence that is still being said.
func partial(text string) any {
	return map[string]any{
		"type":    "transcript_response",
		"isFinal": false,
		"payload": map[string]string{"content": text, "contentType": "text/plain"},
	}
}

// named is the socket's word of the conversation's id.
func named(c *connection) any {
	return map[string]any{
		"type": "message",
		"message": map[string]any{
			"type": "conversation_created",
			"data": map[string]string{"conversationId": c.conversation},
		},
	}
}

// socketMessage is the socket's word of a final sentence. Its id is not the list's: the
// two cannot be joined.
func (s *Server) socketMessage(c *connection, i int, now time.Time) any {
	said := c.said[i]
	id := uuid.NewSHA1(uuid.NameSpaceOID, fmt.Append(nil, c.base+int64(i))).String()
	m := map[string]any{
		"id":        id,
		"from":      from{ID: speakerID, Name: speakerName, UserID: "symbl-phone"},
		"payload":   map[string]string{"content": said.Text, "contentType": "text/plain"},
		"channel":   map[string]string{"id": "realtime-api"},
		"dismissed": false,
		"duration": map[string]any{
			"startTime": stamp(said.Start),
			"endTime":   stamp(said.End),
			"duration":  said.End.Sub(said.Start).Seconds(),
		},
		"entities": []struct{}{},
	}
	if s.config.SocketScores && s.scored(said, now) {
		m["sentiment"] = feeling(said.Polarity)
	}
	return map[string]any{"type": "message_response", "sequenceNumber": i, "messages": []any{m}}
}
