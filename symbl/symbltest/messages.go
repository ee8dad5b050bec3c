package symbltest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"
)

// By telephone Symbl hears one mixed line and labels everybody alike: in the recorded
// call (contracts/symbl.md, section 4) each message is from "Agent", the customer's too.
var everybody = from{ID: "6cd92722-8c95-4429-95fb-eb0669318a8c", Name: "Agent"}

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
	status, hang := s.faults.PollStatus, s.faults.PollHang
	c, ok := s.conversations[r.PathValue("conversation")]
	var said []heard
	if ok {
		said = c.said // only ever appended to
	}
	s.mu.Unlock()
	switch {
	case hang:
		s.hang(r)
		return
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
		if s.there(one.Said, now) {
			list.Messages = append(list.Messages, s.message(c, i, one, r.FormValue("sentiment") == "true" && s.scored(one.Said, now)))
		}
	}
	answer(w, http.StatusOK, list)
}

// list answers with the newest conversations.
func (s *Server) list(w http.ResponseWriter, r *http.Request) {
	limit, err := strconv.Atoi(r.FormValue("limit"))
	if err != nil || limit < 1 {
		limit = 20
	}
	s.mu.Lock()
	status, hang := s.faults.PollStatus, s.faults.PollHang
	var ids []string
	for id := range s.conversations {
		ids = append(ids, id)
	}
	s.mu.Unlock()
	switch {
	case hang:
		s.hang(r)
		return
	case status != 0:
		refuse(w, status, "As it was told")
		return
	}
	slices.Sort(ids) // they count up
	slices.Reverse(ids)
	list := []map[string]string{}
	for _, id := range ids[:min(limit, len(ids))] {
		list = append(list, map[string]string{"id": id, "type": "meeting"})
	}
	answer(w, http.StatusOK, map[string]any{"conversations": list})
}

// forget deletes a conversation and all that was said in it.
func (s *Server) forget(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("conversation")
	s.mu.Lock()
	s.counts.Deletes++
	status := s.faults.DeleteStatus
	_, ok := s.conversations[id]
	if status == 0 {
		delete(s.conversations, id)
	}
	s.mu.Unlock()
	switch {
	case status != 0:
		refuse(w, status, "As it was told")
	case !ok:
		refuse(w, http.StatusNotFound, "The conversationId is either invalid or does not exist.")
	default:
		answer(w, http.StatusOK, map[string]string{"message": "successfully deleted the conversation"})
	}
}

func (s *Server) message(c *connection, i int, said heard, scored bool) message {
	m := message{
		ID:             strconv.FormatInt(c.base+int64(i), 10),
		Text:           said.Text,
		From:           said.from,
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
	m := spoken(c, i)
	if s.config.SocketScores && s.scored(c.said[i].Said, now) {
		m["sentiment"] = feeling(c.said[i].Polarity)
	}
	return messageResponse(i, m)
}

func messageResponse(i int, m map[string]any) any {
	return map[string]any{"type": "message_response", "sequenceNumber": i, "messages": []any{m}}
}

// spoken is a final sentence as sockets give it, without its sentiment.
func spoken(c *connection, i int) map[string]any {
	said := c.said[i]
	id := uuid.NewSHA1(uuid.NameSpaceOID, fmt.Append(nil, c.base+int64(i))).String()
	words, _ := json.Marshal([]map[string]string{{ // strings alone
		"word": said.Text, "startTime": stamp(said.Start), "endTime": stamp(said.End),
	}})
	who := said.from
	if who.UserID == "" {
		who.UserID = "symbl-phone"
	}
	return map[string]any{
		"id":      id,
		"from":    who,
		"payload": map[string]string{"content": said.Text, "contentType": "text/plain"},
		"channel": map[string]string{"id": "realtime-api"},
		"metadata": map[string]any{
			"disablePunctuation": true, "originalContent": said.Text, "originalMessageId": id,
			"words": string(words), // a text, truly
		},
		"dismissed": false,
		"duration": map[string]any{
			"startTime":  stamp(said.Start),
			"endTime":    stamp(said.End),
			"timeOffset": max(0, said.Start.Sub(c.opened).Seconds()),
			"duration":   said.End.Sub(said.Start).Seconds(),
		},
		"entities": []struct{}{},
	}
}
