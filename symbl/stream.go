package symbl

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"switchboard/engine"
)

// House time: what a person would notice.
const (
	streamGrace = 2 * time.Second  // for a broken socket to come up again before that is told
	streamBusy  = pollBusy         // until what could not be submitted is tried again
	voiceNoText = 30 * time.Second // of voice without a word of text
	quietAfter  = 2 * time.Second  // without sound, which is then silence
	quietMost   = 2 * quietAfter   // of silence sent at once
	keptFor     = 300              // seconds that Symbl keeps a conversation whose sockets broke
	streamTries = 3                // to open a socket for the first time
)

// House time that is waited for the wire, see patience.
const (
	firstWithin = 6 * time.Second  // until sound is taken for the first time, all tries together
	againWithin = 10 * time.Second // for one later try
	lastWords   = 10 * time.Second // from the stop to the conversation's end
)

const maxAtOnce = 64 // sentences of one message; Symbl sends one

// Socket time: waiting on the wire, on the wall's clock.
const (
	nameWait      = time.Second     // for the conversation's name, after sound is taken
	streamSilence = 6 * time.Second // see Config.Silence
)

// What is said of a stream that fails.
const mute = "the line has voice and no text comes"

// A stream relays one leg's sound to Symbl, over one socket at a time, and tells what
// comes back. It is a goroutine that keeps the socket, one that tells how it fares, and
// while the socket is open one that sends and one that pings.
type stream struct {
	client  *Client
	talk    *talk
	session engine.SessionID
	leg     engine.LegID
	speaker string // Symbl's user id
	role    engine.Speaker
	start   streamStart

	ctx      context.Context // done when the client is closed: the socket just breaks
	stopping context.Context // done when the stream is to end, in good order
	stop     context.CancelFunc
	first    chan struct{} // closed when sound was taken for the first time, or will not be
	refusal  error         // why not; written before first is closed
	gone     chan struct{} // closed when all is over
	news     chan struct{} // holds one when there may be something to tell

	sound sound

	mu     sync.Mutex
	up     bool
	broken time.Time     // house time when the socket broke; zero while it is up
	why    string        // it broke, as a supervisor may read it
	voice  time.Duration // of voice since the last text
	failed bool          // what the engine was told
}

type (
	// streamStart is the first text of a socket (contracts/symbl.md, section 3.2). The
	// two times are numbers of seconds.
	streamStart struct {
		Type                           string        `json:"type"`
		NoConnectionTimeout            int           `json:"noConnectionTimeout"`
		DisconnectOnStopRequest        bool          `json:"disconnectOnStopRequest"`
		DisconnectOnStopRequestTimeout int           `json:"disconnectOnStopRequestTimeout"`
		Config                         streamConfig  `json:"config"`
		Speaker                        streamSpeaker `json:"speaker"`
	}

	streamConfig struct {
		MeetingTitle      string       `json:"meetingTitle,omitempty"`
		LanguageCode      string       `json:"languageCode"`
		Sentiment         bool         `json:"sentiment"`
		SpeechRecognition streamSpeech `json:"speechRecognition"`
	}

	streamSpeech struct {
		Encoding        string `json:"encoding"`
		SampleRateHertz int    `json:"sampleRateHertz"`
	}

	streamSpeaker struct {
		UserID string `json:"userId"`
		Name   string `json:"name"`
	}
)

// stopStream is the last text of a socket.
var stopStream = []byte(`{"type":"stop_request"}`)

func streamRequest(action engine.Relay) streamStart {
	return streamStart{
		Type:                           "start_request",
		NoConnectionTimeout:            keptFor,
		DisconnectOnStopRequest:        true,
		DisconnectOnStopRequestTimeout: keptFor,
		Config: streamConfig{
			MeetingTitle:      action.Title,
			LanguageCode:      or(action.Language, "en-US"),
			Sentiment:         true,
			SpeechRecognition: streamSpeech{"MULAW", perSecond},
		},
		Speaker: streamSpeaker{action.Speaker, action.Speaker},
	}
}

func newStream(c *Client, t *talk, session engine.SessionID, action engine.Relay) *stream {
	s := &stream{
		client:  c,
		talk:    t,
		session: session,
		leg:     action.Leg,
		speaker: action.Speaker,
		role:    role(action.Speaker),
		start:   streamRequest(action),
		ctx:     c.ctx,
		first:   make(chan struct{}),
		gone:    make(chan struct{}),
		news:    make(chan struct{}, 1),
		sound:   sound{more: make(chan struct{}, 1)},
	}
	s.stopping, s.stop = context.WithCancel(c.ctx)
	return s
}

// role says who somebody is by the user id that we gave him.
func role(speaker string) engine.Speaker {
	kind, _, _ := strings.Cut(speaker, "-")
	switch kind {
	case "customer":
		return engine.SpeakerCustomer
	case "operator", "op":
		return engine.SpeakerOperator
	case "front":
		return engine.SpeakerFront
	case "supervisor":
		return engine.SpeakerSupervisor
	default:
		return engine.SpeakerUnknown
	}
}

// hear keeps sound to be sent, and listens for voice.
func (s *stream) hear(mulaw []byte) {
	s.sound.add(mulaw, s.client.clock.Now())
	if !voiced(mulaw) {
		return
	}
	s.mu.Lock()
	if s.up {
		s.voice += length(len(mulaw))
	}
	tell := s.voice >= voiceNoText
	s.mu.Unlock()
	if tell {
		s.poke()
	}
}

// text says that Symbl has written down something that the leg said.
func (s *stream) text() {
	s.mu.Lock()
	was := s.voice
	s.voice = 0
	s.mu.Unlock()
	if was >= voiceNoText {
		s.poke()
	}
}

func (s *stream) poke() {
	select {
	case s.news <- struct{}{}:
	default:
	}
}

// run keeps the stream until it is to end.
func (s *stream) run() {
	defer s.stop()
	var watching sync.WaitGroup
	over, end := context.WithCancel(s.ctx)
	watching.Go(func() { s.watch(over) })
	s.keep()
	s.sound.end()
	end()
	watching.Wait()
	if s.ctx.Err() == nil && s.refusal == nil {
		s.tellGaps(s.ctx, s.client.clock.Now())
	}
}

// keep opens the socket, and opens it again whenever it breaks: at once after a good
// while, else ever more slowly. One that does not open at all is given up.
func (s *stream) keep() {
	open, err := s.firstTime()
	if !s.came() {
		s.refusal = err
		close(s.first)
		return
	}
	for failures := 0; s.stopping.Err() == nil; {
		if failures++; open >= socketGood {
			failures = 0
		}
		s.breaks(err, open > 0)
		if s.client.clock.Sleep(s.stopping, steady(failures)) != nil {
			return
		}
		open, err = s.again()
	}
}

// firstTime opens the socket, with a few tries where the first fails in a way that may
// pass. It returns what attempt does.
func (s *stream) firstTime() (open time.Duration, err error) {
	begin, cancel := context.WithTimeout(s.stopping, s.client.patience(firstWithin))
	defer cancel()
	for try := 1; ; try++ {
		open, err = s.attempt(begin)
		if s.came() || !passing(err) || try == streamTries || s.client.clock.Sleep(begin, steady(try)) != nil {
			return open, err
		}
	}
}

func (s *stream) again() (open time.Duration, err error) {
	begin, cancel := context.WithTimeout(s.stopping, s.client.patience(againWithin))
	defer cancel()
	return s.attempt(begin)
}

// steady returns how long to wait after the nth failure in a row, twice as long each
// time. Unlike backoff it is the same each time, so that it can be told when.
func steady(n int) time.Duration {
	if n == 0 {
		return 0
	}
	return min(backoffMin<<min(n-1, 5), backoffMax)
}

// came reports whether sound was taken at least once.
func (s *stream) came() bool {
	select {
	case <-s.first:
		return s.refusal == nil
	default:
		return false
	}
}

// comes says that Symbl takes sound from now on.
func (s *stream) comes() {
	s.mu.Lock()
	s.up, s.broken = true, time.Time{}
	s.mu.Unlock()
	if !s.came() {
		close(s.first)
	}
	s.poke()
}

// breaks says why there is no socket. Opened is whether there was one until now.
func (s *stream) breaks(err error, opened bool) {
	since := s.client.clock.Now()
	var dead deadSocket
	if errors.As(err, &dead) {
		since = dead.since
	}
	s.mu.Lock()
	if s.up || s.broken.IsZero() {
		s.broken = since
	}
	s.up, s.why = false, err.Error()
	if opened {
		s.why = broken(err)
	}
	why := s.why
	s.mu.Unlock()
	s.client.engine.Note(engine.TroubleSymbl, why)
	s.poke()
}

// broken words why a socket that was open no longer is.
func broken(err error) string {
	var (
		closed *websocket.CloseError
		dead   deadSocket
	)
	switch {
	case errors.As(err, &dead):
		return dead.Error()
	case !errors.As(err, &closed) || closed.Code == websocket.CloseAbnormalClosure:
		return "the socket to Symbl broke"
	case closed.Text == "":
		return fmt.Sprintf("Symbl closed a line's socket (%d)", closed.Code)
	}
	return fmt.Sprintf("Symbl closed a line's socket (%d: %s)", closed.Code, clean(closed.Text))
}

// attempt opens a socket and holds it until it breaks or the stream ends. Begin ends
// the attempt while Symbl does not take sound yet. It returns for how long it took
// sound, in house time, and why it no longer does.
func (s *stream) attempt(begin context.Context) (open time.Duration, err error) {
	const wish = "listen to a line"
	ctx, cancel := context.WithCancel(s.ctx)
	var work sync.WaitGroup
	defer work.Wait()
	defer cancel()
	hurry := context.AfterFunc(begin, cancel)
	defer hurry()

	p := new(pulse)
	conn, err := s.client.dial(ctx, "/v1/streaming/"+url.PathEscape(string(s.talk.connection)), wish)
	if err == nil {
		defer conn.Close()
		err = s.open(conn, p)
	}
	if err != nil || !hurry() {
		return 0, s.client.late(begin, wish, err)
	}
	began := s.client.clock.Now()
	s.comes()
	sent := make(chan struct{})
	work.Go(func() { p.beat(ctx, conn, s.client.config.Silence) })
	work.Go(func() { s.send(ctx, conn, sent) })
	err = p.why(s.read(conn, p, sent))
	return max(s.client.clock.Now().Sub(began), 1), err
}

// late words an error of a beginning that was cut off.
func (c *Client) late(begin context.Context, wish string, err error) error {
	if cut := begin.Err(); cut != nil {
		return c.unanswered(wish, cut)
	}
	var f *failure
	if !errors.As(err, &f) {
		return c.unanswered(wish, err)
	}
	return f
}

// open asks Symbl to take sound and reads until it does.
func (s *stream) open(conn *websocket.Conn, p *pulse) error {
	conn.SetReadLimit(maxFrame)
	conn.SetPongHandler(func(string) error { s.sign(p); return nil }) // also of a call in which nobody speaks
	conn.SetWriteDeadline(wall(writeTimeout))
	if err := conn.WriteJSON(s.start); err != nil {
		return err
	}
	for {
		body, err := s.next(conn, p)
		if err != nil {
			return err
		}
		switch body.Type {
		case "started_listening":
			return nil
		case "error":
			return &failure{words: "Symbl refused to listen to a line: " + body.words(), status: 400}
		}
		s.act(body)
	}
}

// read reads until the socket breaks or, once the stop was sent, the conversation is
// over.
func (s *stream) read(conn *websocket.Conn, p *pulse, stopped <-chan struct{}) error {
	for {
		body, err := s.next(conn, p)
		if err != nil {
			return err
		}
		p.work(func() { s.act(body) })
		if body.Type == "conversation_completed" {
			select {
			case <-stopped:
				return nil
			default: // another's: we still speak
			}
		}
	}
}

// next returns the next frame that can be read, without its envelope.
func (s *stream) next(conn *websocket.Conn, p *pulse) (frameBody, error) {
	for {
		kind, data, err := conn.ReadMessage()
		if err != nil {
			return frameBody{}, err
		}
		s.sign(p)
		if kind != websocket.TextMessage {
			continue
		}
		s.client.countStrange(data)
		if body, err := decodeFrame(data); err == nil {
			s.talk.learn(body.conversation())
			return body, nil
		}
	}
}

// sign says that Symbl has shown a sign of life.
func (s *stream) sign(p *pulse) {
	p.sign(s.client.clock.Now())
	s.client.engine.Alive(engine.BySymbl)
}

// act tells the engine what is in a frame. What is neither words nor an error is of no
// use here.
func (s *stream) act(body frameBody) {
	switch body.Type {
	case "recognition_result", "transcript_response":
		s.partial(s.talk.whose(body.User.UserID, s), body.partial())
	case "message_response":
		for _, m := range body.Messages[:min(len(body.Messages), maxAtOnce)] {
			s.utter(s.talk.whose(m.From.UserID, s), m.sentence())
		}
	case "error":
		s.client.engine.Note(engine.TroubleSymbl, "Symbl reports an error on a line's socket: "+body.words())
	}
}

func (s *stream) partial(whose *stream, text string) {
	if text == "" {
		return
	}
	whose.text()
	s.client.engine.Partial(engine.Partial{
		Session: s.session,
		Leg:     whose.leg,
		Speaker: whose.role,
		Text:    text,
		At:      s.client.clock.Now(),
	})
}

// utter tells a sentence, and again when its text or score has changed. It waits until
// it is taken in: what is behind it in the socket waits with it.
func (s *stream) utter(whose *stream, heard sentence) {
	if !known(heard.id) || heard.text == "" {
		return
	}
	whose.text()
	u, news := s.talk.revise(heard.placed(s.client.clock.Now()))
	if !news {
		return
	}
	s.submit(s.ctx, engine.Entry{
		ID:       fmt.Sprintf("symbl/%s/%s/%d", u.conversation, u.id, u.revision),
		Occurred: u.end,
		Body: engine.Uttered{
			Session:      s.session,
			Connection:   s.talk.connection,
			Conversation: u.conversation,
			Message:      u.id,
			Revision:     u.revision,
			Text:         u.text,
			Start:        u.start,
			End:          u.end,
			Scored:       u.scored,
			Polarity:     u.polarity,
			Leg:          whose.leg,
			Flags:        s.client.flags(u.text),
		},
	})
}

// submit tells an entry, again and again until it is taken in. It reports false when
// ctx is done first.
func (s *stream) submit(ctx context.Context, entry engine.Entry) bool {
	entry.By = engine.BySymbl
	for s.client.engine.Submit(ctx, entry) != nil {
		if s.client.clock.Sleep(ctx, streamBusy) != nil {
			return false
		}
	}
	return true
}

// send sends what the leg says, and silence where it says nothing for a while, until the
// stream is to end. Then it sends the rest, and the stop, and closes the socket if Symbl
// does not.
func (s *stream) send(ctx context.Context, conn *websocket.Conn, stopped chan<- struct{}) {
	defer conn.Close()
	clock := s.client.clock
	quiet := clock.Timer(quietAfter)
	defer quiet.Stop()
	for {
		if !s.flush(conn) {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-s.sound.more:
		case <-quiet.C:
			quiet.Reset(clock.Wall(quietAfter))
			if rest := s.sound.rest(clock.Now(), quietAfter, quietMost); rest != nil && !write(conn, rest) {
				return
			}
		case <-s.stopping.Done():
			if s.ctx.Err() == nil && s.flush(conn) { // a client that closes just lets go
				s.finish(ctx, conn, stopped)
			}
			return
		}
	}
}

// finish asks Symbl to end, and gives it time to say what it still has.
func (s *stream) finish(ctx context.Context, conn *websocket.Conn, stopped chan<- struct{}) {
	close(stopped)
	conn.SetWriteDeadline(wall(writeTimeout))
	if conn.WriteMessage(websocket.TextMessage, stopStream) != nil || s.fails() {
		return // nothing is to be hoped for
	}
	patience, cancel := context.WithTimeout(ctx, s.client.patience(lastWords))
	defer cancel()
	<-patience.Done()
}

// flush sends all sound that waits. It reports false when the socket is broken.
func (s *stream) flush(conn *websocket.Conn) bool {
	for {
		p := s.sound.take()
		if len(p.data) == 0 {
			return true
		}
		conn.SetWriteDeadline(wall(writeTimeout))
		if conn.WriteMessage(websocket.BinaryMessage, p.data) != nil {
			s.sound.putBack(p)
			return false
		}
		if s.sound.sent() {
			s.poke()
		}
	}
}

func write(conn *websocket.Conn, data []byte) bool {
	for len(data) > 0 {
		n := min(len(data), maxSend)
		conn.SetWriteDeadline(wall(writeTimeout))
		if conn.WriteMessage(websocket.BinaryMessage, data[:n]) != nil {
			return false
		}
		data = data[n:]
	}
	return true
}

// watch tells how the stream fares, until ctx is done.
func (s *stream) watch(ctx context.Context) {
	clock := s.client.clock
	timer := clock.Timer(streamGrace)
	defer timer.Stop()
	for {
		wait, ok := s.tell(ctx)
		if !ok {
			return
		}
		timer.Reset(clock.Wall(wait))
		select {
		case <-ctx.Done():
			return
		case <-s.news:
		case <-timer.C:
		}
	}
}

// tell tells what has changed and returns when to look again at the latest. It reports
// false when ctx is done.
func (s *stream) tell(ctx context.Context) (time.Duration, bool) {
	now := s.client.clock.Now()
	why, since, next := s.state(now)
	if failing := why != ""; failing != s.failed {
		what, body := "back", engine.Body(engine.FeedBack{Session: s.session, Connection: s.talk.connection, Leg: s.leg})
		if failing {
			what, body = "failed", engine.FeedFailed{Session: s.session, Connection: s.talk.connection, Leg: s.leg, Why: why}
		}
		if !s.submit(ctx, engine.Entry{
			ID:       fmt.Sprintf("symbl/%s/%s/%s/%d", s.talk.connection, s.leg, what, now.UnixMilli()),
			Occurred: since,
			Body:     body,
		}) {
			return 0, false
		}
		s.mu.Lock()
		s.failed = failing
		s.mu.Unlock()
		return 0, true // it may have changed meanwhile
	}
	more, ok := s.tellGaps(ctx, now.Add(-gapSettles))
	if more {
		next = min(next, gapSettles)
	}
	return next, ok
}

// state returns why the stream fails, since when, and how long it may be until that
// changes by time alone. An empty why is that it does not.
func (s *stream) state(now time.Time) (why string, since time.Time, next time.Duration) {
	const seldom = time.Minute
	s.mu.Lock()
	defer s.mu.Unlock()
	switch down := now.Sub(s.broken); {
	case !s.broken.IsZero() && (down >= streamGrace || s.failed):
		return s.why, s.broken, seldom
	case !s.broken.IsZero():
		return "", now, streamGrace - down
	case s.voice >= voiceNoText:
		return mute, now.Add(-voiceNoText), seldom // nothing has come for so much voice
	}
	return "", now, seldom
}

// fails reports whether the engine was told that the stream does.
func (s *stream) fails() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failed
}

// tellGaps tells what of the leg's sound was lost in stretches that were over by then.
// It returns whether there are others, and false for ok when ctx is done.
func (s *stream) tellGaps(ctx context.Context, then time.Time) (more, ok bool) {
	for {
		gap, found, more := s.sound.gap(then)
		if !found {
			return more, true
		}
		if !s.submit(ctx, engine.Entry{
			ID:       fmt.Sprintf("symbl/%s/%s/gap/%d", s.talk.connection, s.leg, gap.from.UnixMilli()),
			Occurred: gap.to,
			Body: engine.MediaGap{
				LegRef: engine.LegRef{Leg: s.leg}, From: gap.from, To: gap.to, Why: "Symbl did not take the sound",
			},
		}) {
			return false, false
		}
	}
}
