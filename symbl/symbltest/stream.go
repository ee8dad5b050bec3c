package symbltest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/gorilla/websocket"

	"switchboard/engine/world"
)

// Limits of a stream's socket.
const (
	maxAudio = 8192     // bytes of a frame of sound (contracts/symbl.md, section 3.2)
	maxText  = 64 << 10 // bytes of a text
	maxKept  = 1800     // seconds
)

// A stream is one socket that takes the sound of one speaker.
type stream struct {
	*socket
	server *Server
	id     string
	drop   context.CancelCauseFunc

	// The reader's own.
	ear     world.Listener
	saying  string // what was shown last
	last    int    // how many sentences there were with its last one
	listens bool   // it takes sound

	// Written when it is started, under the server's mu.
	c       *connection // nil until then
	request streamRequest
	from    from

	stopped bool // under the server's mu: by a stop_request
}

// streamRequest is what the contract documents of a start_request; anything else is
// refused, so that a misspelt field does not pass unseen.
type streamRequest struct {
	Type                           string    `json:"type"`
	InsightTypes                   []string  `json:"insightTypes"`
	Trackers                       []tracker `json:"trackers"`
	CustomVocabulary               []string  `json:"customVocabulary"`
	NoConnectionTimeout            *int      `json:"noConnectionTimeout"` // seconds
	DisconnectOnStopRequest        *bool     `json:"disconnectOnStopRequest"`
	DisconnectOnStopRequestTimeout *int      `json:"disconnectOnStopRequestTimeout"`
	Config                         struct {
		MeetingTitle        string   `json:"meetingTitle"`
		ConfidenceThreshold *float64 `json:"confidenceThreshold"`
		LanguageCode        string   `json:"languageCode"`
		TimezoneOffset      int      `json:"timezoneOffset"`
		Sentiment           bool     `json:"sentiment"`
		DetectEntities      bool     `json:"detectEntities"`
		SpeechRecognition   speech   `json:"speechRecognition"`
		Trackers            struct {
			EnableAllTrackers bool `json:"enableAllTrackers"`
			InterimResults    bool `json:"interimResults"`
		} `json:"trackers"`
		Redaction struct {
			IdentifyContent bool   `json:"identifyContent"`
			RedactContent   bool   `json:"redactContent"`
			RedactionString string `json:"redactionString"`
		} `json:"redaction"`
	} `json:"config"`
	Speaker struct {
		UserID string `json:"userId"`
		Name   string `json:"name"`
	} `json:"speaker"`
}

type tracker struct {
	Name       string   `json:"name"`
	Vocabulary []string `json:"vocabulary"`
}

type speech struct {
	Encoding        string `json:"encoding"`
	SampleRateHertz int    `json:"sampleRateHertz"`
}

var connectionID = regexp.MustCompile(`^[a-zA-Z0-9-]{6,64}$`)

func (q *streamRequest) problem() error {
	switch {
	case q.Config.SpeechRecognition != speech{"MULAW", 8000}:
		return errors.New("Invalid value for config.speechRecognition: this emulator understands MULAW at 8000")
	case q.Config.LanguageCode == "":
		return errors.New("Missing config.languageCode")
	case q.Config.ConfidenceThreshold != nil && (*q.Config.ConfidenceThreshold < 0.5 || *q.Config.ConfidenceThreshold > 1):
		return errors.New("Invalid value for config.confidenceThreshold")
	case !seconds(q.NoConnectionTimeout):
		return errors.New("Invalid value for noConnectionTimeout")
	case !seconds(q.DisconnectOnStopRequestTimeout):
		return errors.New("Invalid value for disconnectOnStopRequestTimeout")
	case q.Speaker.UserID == "" || strings.Contains(q.Speaker.UserID, "@"):
		return errors.New("speaker.userId must be there, and no address: a summary would be mailed to it")
	}
	return nil
}

func seconds(n *int) bool { return n == nil || *n >= 0 && *n <= maxKept }

// stream takes the sound of one speaker and tells what he says. Several streams with
// one id are one conversation.
func (s *Server) stream(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	faults, full := s.faults, s.streams >= s.config.Streams
	id := r.PathValue("connection")
	status := 0
	switch {
	case !connectionID.MatchString(id):
		status = http.StatusBadRequest
	case faults.StreamStatus != 0:
		status = faults.StreamStatus
	case faults.DropSockets:
		status = http.StatusServiceUnavailable
	case full:
		status = http.StatusTooManyRequests
	default:
		s.streams++
	}
	s.mu.Unlock()
	if status != 0 {
		refuse(w, status, http.StatusText(status))
		return
	}
	defer func() { s.mu.Lock(); s.streams--; s.mu.Unlock() }()
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // it has answered
	}
	defer conn.Close()
	ctx, cancel := context.WithCancelCause(s.life())
	p := &stream{
		socket: &socket{make(chan any, maxQueue), func() { cancel(nil) }},
		server: s, id: id, drop: cancel,
	}
	written := make(chan struct{})
	go func() {
		defer close(written)
		p.write(ctx, conn)
	}()
	p.read(ctx, conn)
	cancel(nil)
	<-written
	s.leave(p)
}

// read takes what comes until the socket is gone.
func (p *stream) read(ctx context.Context, conn *websocket.Conn) {
	conn.SetReadLimit(maxText)
	for {
		kind, data, err := conn.ReadMessage()
		switch {
		case err != nil:
			return // pings are answered in here
		case kind == websocket.BinaryMessage:
			p.hear(data)
		case json.Valid(data): // keep-alives are not
			p.told(ctx, data)
		}
	}
}

// told does what a text asks for.
func (p *stream) told(ctx context.Context, data []byte) {
	var text struct {
		Type string `json:"type"`
	}
	json.Unmarshal(data, &text) // what has no type is refused below
	p.server.mu.Lock()
	faults := p.server.faults
	p.server.mu.Unlock()
	switch {
	case faults.StreamHang, faults.StreamStuck && text.Type == "stop_request":
	case text.Type == "start_request":
		p.start(data)
	case text.Type == "stop_request":
		p.stop(ctx)
	case text.Type == "modify_request":
		p.modify(data)
	default:
		p.refuse("Invalid message type", websocket.ClosePolicyViolation)
	}
}

// start begins to listen.
func (p *stream) start(data []byte) {
	s := p.server
	var q streamRequest
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(&q)
	if err == nil {
		err = q.problem()
	}
	if err != nil {
		p.refuse(err.Error(), websocket.ClosePolicyViolation)
		return
	}
	s.mu.Lock()
	faults := s.faults
	s.mu.Unlock()
	switch {
	case faults.ErrorTop || faults.ErrorNested:
		p.complain(faults, "As it was told")
		p.end(websocket.ClosePolicyViolation, "")
		return
	case faults.StreamMute:
		return
	}
	c, ok := s.join(p, q)
	if !ok {
		p.refuse("Too many conversations", websocket.CloseTryAgainLater)
		return
	}
	started := inner("started_listening", nil)
	created := inner("conversation_created", map[string]any{"data": map[string]string{"conversationId": c.conversation}})
	recognises := inner("recognition_started", map[string]any{"data": map[string]string{"conversationId": c.conversation}})
	order := []any{started, created, recognises}
	if s.config.CreatedFirst {
		order = []any{created, recognises, started}
	}
	for _, frame := range order {
		p.show(frame)
	}
	p.listens = true
}

// join puts a stream into the conversation of its id, which may be a new one.
func (s *Server) join(p *stream, q streamRequest) (*connection, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.talks[p.id]
	if ok && s.abandoned(c) {
		s.forgo(c)
		ok = false
	}
	if !ok {
		if len(s.talks) >= maxTalks {
			return nil, false
		}
		c = s.converse(p.id, func() {})
		c.streaming = true
		s.talks[p.id] = c
	}
	if !c.kept(s) {
		return nil, false
	}
	c.left, c.over, c.patience = time.Time{}, false, 0
	if q.NoConnectionTimeout != nil {
		c.patience = time.Duration(*q.NoConnectionTimeout) * time.Second
	}
	p.c, p.request, p.stopped = c, q, false
	p.from = from{
		ID:     uuid.NewSHA1(uuid.NameSpaceOID, []byte(c.id+" "+q.Speaker.UserID)).String(),
		Name:   q.Speaker.Name,
		UserID: q.Speaker.UserID,
	}
	c.streams[p] = struct{}{}
	s.counts.Streams++
	return c, true
}

// kept has somebody tell what was said in a conversation by stream, if nobody does, as
// after a restart. It reports false when the server is down. It holds s.mu.
func (c *connection) kept(s *Server) bool {
	if s.down || c.keeper {
		return !s.down
	}
	ctx, cancel := context.WithCancel(s.ctx)
	c.cancel, c.keeper = cancel, true
	s.work.Go(func() {
		defer cancel()
		for s.clock.Sleep(ctx, listening) == nil {
			s.tell(c)
			s.mu.Lock()
			if s.abandoned(c) {
				s.forgo(c)
			}
			s.mu.Unlock()
		}
		s.mu.Lock()
		c.keeper = false
		s.mu.Unlock()
	})
	return true
}

// abandoned reports whether a conversation by stream is over: its last stream was
// stopped, or broke too long ago. It holds s.mu.
func (s *Server) abandoned(c *connection) bool {
	switch {
	case len(c.streams) > 0:
		return false
	case c.over:
		return c.told == len(c.said)
	}
	return !c.left.IsZero() && s.clock.Now().Sub(c.left) >= c.patience
}

// forgo ends a conversation by stream. It holds s.mu.
func (s *Server) forgo(c *connection) {
	if s.talks[c.id] == c {
		delete(s.talks, c.id)
		s.finish(c)
	}
}

// leave takes a stream out of its conversation.
func (s *Server) leave(p *stream) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p.c == nil {
		return
	}
	if _, there := p.c.streams[p]; !there {
		return // it was stopped
	}
	delete(p.c.streams, p)
	if len(p.c.streams) > 0 {
		return
	}
	p.c.over = p.stopped
	if !p.stopped {
		p.c.left = s.clock.Now()
	}
}

// hear takes sound.
func (p *stream) hear(sound []byte) {
	s := p.server
	s.mu.Lock()
	if p.listens {
		s.counts.Sound += len(sound)
	} else {
		s.counts.Early += len(sound)
	}
	deaf := s.faults.StreamDeaf || !p.listens
	s.mu.Unlock()
	switch {
	case len(sound) > maxAudio:
		p.refuse("Audio frame over 8192 bytes", websocket.CloseMessageTooBig)
	case !deaf:
		p.ear.Write(sound)
		p.recognise()
	}
}

// recognise tells what the ear has made of the sound.
func (p *stream) recognise() {
	s := p.server
	for _, said := range p.ear.Said() {
		p.saying = ""
		said.Scored = said.Scored && p.request.Config.Sentiment
		s.mu.Lock()
		if len(p.c.said) < maxMessages {
			p.c.said = append(p.c.said, heard{said, p.from})
		}
		p.last = len(p.c.said)
		s.showAll(p.c, p.from, result(p, said, true))
		s.mu.Unlock()
	}
	if saying, ok := p.ear.Saying(); ok && saying.Text != "" && saying.Text != p.saying {
		p.saying = saying.Text
		s.mu.Lock()
		s.showAll(p.c, p.from, result(p, saying, false))
		s.mu.Unlock()
	}
}

// stop ends what the stream says: with all that is still to come, and then the
// conversation's end.
func (p *stream) stop(ctx context.Context) {
	s := p.server
	if !p.listens {
		p.refuse("Nothing was started", websocket.ClosePolicyViolation)
		return
	}
	p.listens = false
	p.ear.Finish()
	p.recognise()
	p.show(inner("recognition_stopped", nil))
	for !s.caughtUp(p) && s.clock.Sleep(ctx, listening) == nil {
	}
	end := map[string]any{"data": map[string]string{"conversationId": p.c.conversation}}
	if s.config.FlatEnd {
		end = map[string]any{"conversationId": p.c.conversation, "summaryUrl": "https://example.invalid/summary"}
	}
	p.show(inner("conversation_completed", end))
	if d := p.request.DisconnectOnStopRequest; d != nil && !*d {
		return // it may be started again
	}
	s.mu.Lock()
	p.stopped = true
	s.counts.StreamStops++
	s.mu.Unlock()
	s.leave(p)
	p.end(websocket.CloseNormalClosure, "")
}

// caughtUp reports whether all that the stream has said was told.
func (s *Server) caughtUp(p *stream) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return p.c.told >= p.last
}

// modify changes the encoding, to the one that there is.
func (p *stream) modify(data []byte) {
	var q struct {
		Type              string `json:"type"`
		SpeechRecognition speech `json:"speechRecognition"`
	}
	if json.Unmarshal(data, &q) != nil || q.SpeechRecognition != (speech{"MULAW", 8000}) {
		p.refuse("Invalid value for speechRecognition", websocket.ClosePolicyViolation)
		return
	}
	p.show(inner("session_modified", map[string]any{"sampleRateHertz": q.SpeechRecognition.SampleRateHertz}))
}

// refuse says what is wrong and closes the socket.
func (p *stream) refuse(details string, code int) {
	p.show(map[string]any{"type": "error", "details": details, "message": "Bad request"})
	p.end(code, details)
}

// complain tells of an error, in the envelope that the faults name.
func (p *stream) complain(faults Faults, details string) {
	if faults.ErrorTop {
		p.show(map[string]any{"type": "error", "details": details, "message": "Recognition failed"})
	}
	if faults.ErrorNested {
		p.show(inner("error", map[string]any{"details": details}))
	}
}

// end closes the socket after all that is still to be shown.
func (p *stream) end(code int, words string) {
	select {
	case p.frames <- lastFrame{code, words}:
	default:
		p.cancel()
	}
}

func (c *connection) complain(faults Faults) {
	for p := range c.streams {
		p.complain(faults, "As it was told")
	}
}

// showAll shows something that a speaker has said to his own sockets, or to everybody's,
// and to the listeners. It holds s.mu.
func (s *Server) showAll(c *connection, who from, frame any) {
	for p := range c.streams {
		if s.config.Everybody || p.from == who {
			p.show(frame)
		}
	}
	c.show(frame)
}

// showSentence shows one sentence of a conversation by stream. It holds s.mu.
func (s *Server) showSentence(c *connection, i int, now time.Time) {
	m := spoken(c, i)
	if s.scored(c.said[i].Said, now) {
		m["sentiment"] = feeling(c.said[i].Polarity)
	}
	s.showAll(c, c.said[i].from, messageResponse(i, m))
	if s.config.Chatter {
		for _, frame := range chatter(c.said[i], m["id"]) {
			s.showAll(c, c.said[i].from, frame)
		}
	}
}

// inner is the socket's word of something inside a message.
func inner(kind string, more map[string]any) any {
	message := map[string]any{"type": kind}
	for name, value := range more {
		message[name] = value
	}
	return map[string]any{"type": "message", "message": message}
}

// result is the socket's word of what it recognises; unless it is final, more words
// come.
func result(p *stream, said world.Said, final bool) any {
	words, confidence := []any{}, 0.0
	if final {
		confidence = 0.92
		words = append(words, map[string]any{
			"word": said.Text, "startTime": offset(said.Start.Sub(p.c.opened)), "endTime": offset(said.End.Sub(p.c.opened)),
		})
	}
	return map[string]any{
		"type": "message",
		"message": map[string]any{
			"type": "recognition_result", "isFinal": final,
			"payload": map[string]any{"raw": map[string]any{"alternatives": []any{map[string]any{
				"words": words, "transcript": said.Text, "confidence": confidence,
			}}}},
			"punctuated": map[string]string{"transcript": said.Text},
			"user":       p.from,
		},
		"timeOffset": max(0, p.server.clock.Now().Sub(p.c.opened).Milliseconds()),
	}
}

// offset writes a time as a result has it: both of its numbers are texts.
func offset(d time.Duration) map[string]string {
	d = max(0, d)
	return map[string]string{"seconds": fmt.Sprint(int64(d / time.Second)), "nanos": fmt.Sprint(int64(d % time.Second))}
}

// chatter is what else Symbl may say of a sentence, and what no page documents.
func chatter(said heard, id any) []any {
	ref := []any{map[string]any{"id": id, "relation": "text instance"}}
	return []any{
		map[string]any{"type": "insight_response", "sequenceNumber": 0, "insights": []any{map[string]any{
			"id": uuid.NewString(), "confidence": 0.97, "messageReference": map[string]any{"id": id}, "type": "question",
			"payload": map[string]string{"content": said.Text, "contentType": "text/plain"}, "from": said.from, "entities": nil,
		}}},
		map[string]any{"type": "topic_response", "topics": []any{map[string]any{
			"id": uuid.NewString(), "messageReferences": ref, "phrases": "bill", "score": 0.88, "type": "topic",
		}}},
		map[string]any{"type": "tracker_response", "isFinal": true, "sequenceNumber": 1, "trackers": []any{map[string]any{
			"name": "Frustration", "matches": []any{map[string]any{"type": "vocabulary", "value": said.Text, "messageRefs": ref}},
		}}},
		map[string]any{"type": "weather_response", "weather": "fair"},
		map[string]any{"type": "topic_response", "topics": []any{}, "mood": 7},
	}
}
