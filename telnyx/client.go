package telnyx

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"switchboard/engine"
	"switchboard/engine/clock"
)

// A ClientConfig says what a client needs. Transport and Wait may be left out.
type ClientConfig struct {
	// URL is the API's, as in "https://api.telnyx.com/v2".
	URL string

	// Key is the API key. It never appears in an outcome.
	Key string

	// ConnectionID names the Call Control application that dials.
	ConnectionID string

	// Epoch names the journal, best as a UUID. Commands of the same name in the same
	// epoch are one command to Telnyx.
	Epoch string

	// Clock gives house time, for back-off and for how long a command lives.
	Clock *clock.Clock

	// MediaURL is where Telnyx reaches the media server, as in "wss://desk.example.com";
	// the path is added to it. Without it no leg can be streamed. [Client.MoveMedia]
	// changes it.
	MediaURL string

	// Media is told which streams are to come. It may be nil where MediaURL is empty.
	Media *Media

	// Transcription says who writes down what legs say; zero is Google at Telnyx.
	Transcription Transcription

	// Transport carries the requests; nil is a pool of connections of the client's own.
	Transport http.RoundTripper

	// Wait is how long, in socket time, the first try waits for its answer; zero is
	// two seconds. Later tries wait longer.
	Wait time.Duration

	// Pass is told each named point that a try of a command passes: a test may end the
	// program there. It is nil in production.
	Pass func(point string)
}

// The points of each try of a command, for [ClientConfig.Pass].
const (
	BeforeTry = "before try" // the request is made up, and not sent
	AfterTry  = "after try"  // it was answered, or was not
)

// A Client carries out the engine's commands at Telnyx. Its methods may be called
// from any goroutine.
type Client struct {
	config ClientConfig
	base   string    // URL without a slash at its end
	epoch  uuid.UUID // namespace of command ids
	media  atomic.Pointer[string]
	http   http.Client
}

// NewClient returns a client. It opens no connection before its first command.
func NewClient(config ClientConfig) *Client {
	if config.Transport == nil {
		pool := http.DefaultTransport.(*http.Transport).Clone()
		pool.MaxIdleConnsPerHost = maxIdle
		pool.MaxResponseHeaderBytes = maxHeaderBytes
		config.Transport = pool
	}
	if config.Wait == 0 {
		config.Wait = firstWait
	}
	if config.Pass == nil {
		config.Pass = func(string) {}
	}
	epoch, err := uuid.Parse(config.Epoch)
	if err != nil {
		epoch = uuid.NewSHA1(uuid.Nil, []byte(config.Epoch))
	}
	c := &Client{
		config: config,
		base:   strings.TrimRight(config.URL, "/"),
		epoch:  epoch,
		http: http.Client{
			Transport:     config.Transport,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	c.MoveMedia(config.MediaURL)
	return c
}

// MoveMedia has streams that are ordered from now on sent to another MediaURL. Those that
// are open already stay where they are.
func (c *Client) MoveMedia(url string) { c.media.Store(&url) }

// Close gives the idle connections back. Commands under way are not disturbed.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Do carries out a command of [engine.AdapterTelnyx] and returns what became of it:
// Accepted, Dialled, ConferenceOpened, Refused, Lapsed or Unanswered. It waits between
// tries and ends early with ctx. A guarded command is not sent once it is older than
// [engine.CommandLife]; a natural one has that long from now.
//
// Refused with ReasonEnded tells, for any action on a leg, that the leg is gone. A
// command that was tried and not answered, then tried again and refused, is Unanswered
// unless the refusal itself settles it.
func (c *Client) Do(ctx context.Context, command engine.Command) engine.Body {
	d := c.deliver(command)
	if d.late() {
		return engine.Lapsed{Command: command.Name}
	}
	switch a := command.Action.(type) {
	case engine.Answer:
		return d.accepted(ctx, onLeg(a.Leg, "answer", answerRequest{encode(a.State), d.id}))
	case engine.OpenConference:
		return d.openConference(ctx, a)
	case engine.EndOnExit:
		return d.endOnExit(ctx, a)
	case engine.Join:
		return d.join(ctx, a)
	case engine.SetRole:
		return d.accepted(ctx, newUpdate(a.Conference, a.Leg, a.Role, a.Whisper))
	case engine.Hold:
		return d.accepted(ctx, newHold(a))
	case engine.Play:
		return d.accepted(ctx, newPlay(a, d.id))
	case engine.StopPlay:
		return d.accepted(ctx, onLeg(a.Leg, "playback_stop", stopPlayRequest{"all", d.id}))
	case engine.Leave:
		return d.accepted(ctx, inRoom(a.Conference, a.Leg, "leave", leaveRequest{a.Leg, "never", d.id}))
	case engine.Dial:
		return d.dial(ctx, a)
	case engine.Hangup:
		if c.config.Media != nil {
			c.config.Media.Forget(a.Leg)
		}
		return d.accepted(ctx, onLeg(a.Leg, "hangup", commandRequest{d.id}))
	case engine.Mute:
		verb := "unmute"
		if a.On {
			verb = "mute"
		}
		return d.accepted(ctx, inRoom(a.Conference, a.Leg, verb, muteRequest{[]engine.LegID{a.Leg}}))
	case engine.Speak:
		return d.accepted(ctx, onLeg(a.Leg, "speak", newSpeak(a, d.id)))
	case engine.Gather:
		if a.Text == "" {
			return d.accepted(ctx, onLeg(a.Leg, "gather", newGather(a, d.id)))
		}
		return d.accepted(ctx, onLeg(a.Leg, "gather_using_speak", newGatherSpeak(a, d.id)))
	case engine.StopGather:
		return d.accepted(ctx, onLeg(a.Leg, "gather_stop", commandRequest{d.id}))
	case engine.Stream:
		return d.stream(ctx, a)
	case engine.StopStream:
		return d.stopStream(ctx, a)
	case engine.Transcribe:
		return d.transcribe(ctx, a)
	case engine.StopTranscribe:
		return d.stopTranscribe(ctx, a)
	case engine.StartRecording:
		return d.accepted(ctx, onLeg(a.Leg, "record_start", recordRequest{"mp3", "dual", d.id}))
	case engine.PauseRecording:
		return d.accepted(ctx, onLeg(a.Leg, "record_pause", commandRequest{d.id}))
	case engine.ResumeRecording:
		return d.accepted(ctx, onLeg(a.Leg, "record_resume", commandRequest{d.id}))
	case engine.Listen, engine.Hear, engine.Unlisten, engine.Relay, engine.Unrelay, engine.Score, engine.File:
		panic(fmt.Sprintf("telnyx: %s is not Telnyx's to carry out", command.Name))
	default:
		panic(fmt.Sprintf("telnyx: %T is unknown", a))
	}
}

// accepted sends the one request of a command whose effect is told by a webhook, or
// whose acceptance is its effect.
func (d *delivery) accepted(ctx context.Context, r request) engine.Body {
	if _, f := d.send(ctx, r); f != nil {
		return d.outcome(f)
	}
	return engine.Accepted{Command: d.name}
}

// join puts a leg into a conference; a leg that is in it already is what was wanted,
// once it has the role that was.
func (d *delivery) join(ctx context.Context, a engine.Join) engine.Body {
	r := inRoom(a.Conference, a.Leg, "join", joinRequest{
		Leg: a.Leg, Mute: a.Mute, Beep: "never", Role: roleName(a.Role), Whisper: a.Whisper, CommandID: d.id})
	r.whole = r.whole && named(a.Role, a.Whisper)
	_, f := d.send(ctx, r)
	switch {
	case f == nil:
		return engine.Accepted{Command: d.name}
	case f.reason != engine.ReasonAlreadyIn:
		return d.outcome(f)
	case a.Role != 0:
		return d.accepted(ctx, newUpdate(a.Conference, a.Leg, a.Role, a.Whisper))
	}
	return engine.Accepted{Command: d.name}
}

func (d *delivery) dial(ctx context.Context, a engine.Dial) engine.Body {
	body, f := d.send(ctx, request{
		method: http.MethodPost,
		path:   "/calls",
		whole:  a.To != "" && a.From != "",
		body:   newDial(a, d.client.config.ConnectionID, d.id),
	})
	if f != nil {
		return d.outcome(f)
	}
	var made struct{ Data callResource }
	if json.Unmarshal(body, &made) != nil || made.Data.Leg == "" {
		return engine.Unanswered{Command: d.name, Detail: "Telnyx accepted the dial and named no leg"}
	}
	return engine.Dialled{Command: d.name, Leg: made.Data.Leg, CallLeg: made.Data.CallLeg}
}

func (d *delivery) openConference(ctx context.Context, a engine.OpenConference) engine.Body {
	body, f := d.send(ctx, request{
		method: http.MethodPost,
		path:   "/conferences",
		whole:  a.Leg != "" && a.Room != "",
		body:   conferenceRequest{a.Leg, a.Room, "never", encode(a.State), d.id},
	})
	switch {
	case f == nil:
		var made struct{ Data conferenceResource }
		if json.Unmarshal(body, &made) == nil && made.Data.ID != "" {
			return engine.ConferenceOpened{Command: d.name, Conference: made.Data.ID}
		}
	case f.reason == engine.ReasonNameTaken && (d.perhaps || a.Again):
		// An earlier try, or an earlier command, went unanswered, and names are not used
		// twice: the room is ours.
	default:
		return d.outcome(f)
	}
	if room := d.roomNamed(ctx, a.Room); room != "" {
		return engine.ConferenceOpened{Command: d.name, Conference: room}
	}
	return engine.Unanswered{Command: d.name, Detail: "Telnyx made the conference and named no id"}
}

// roomNamed returns the id of the live conference of that name, or none.
func (d *delivery) roomNamed(ctx context.Context, name string) engine.ConferenceID {
	query := url.Values{"filter[name]": {name}, "filter[status]": {"in_progress"}}
	body, f := d.send(ctx, request{method: http.MethodGet, path: "/conferences", query: query, whole: true})
	var list struct{ Data []conferenceResource }
	if f != nil || json.Unmarshal(body, &list) != nil || len(list.Data) != 1 {
		return ""
	}
	return list.Data[0].ID
}

// endOnExit finds the leg among the participants, for the flag cannot be given when
// the conference is made (section 6), and sets it. A leg that was put in a moment ago
// may not be listed yet.
func (d *delivery) endOnExit(ctx context.Context, a engine.EndOnExit) engine.Body {
	for try := 1; ; try++ {
		participant, f := d.participant(ctx, a)
		if f != nil {
			return d.outcome(f)
		}
		if participant != "" {
			return d.accepted(ctx, request{
				method: http.MethodPatch,
				path:   "/conferences/" + escape(a.Conference) + "/participants/" + escape(participant),
				room:   true,
				whole:  true,
				body:   participantRequest{EndOnExit: true},
			})
		}
		if try == maxTries || !d.pause(ctx, backoff(try)) {
			return engine.Refused{Command: d.name, Reason: engine.ReasonOther,
				Detail: "the leg is not among the conference's participants"}
		}
	}
}

// participant returns the id that a leg has as a participant, or none.
func (d *delivery) participant(ctx context.Context, a engine.EndOnExit) (string, *failure) {
	body, f := d.send(ctx, request{
		method: http.MethodGet,
		path:   "/conferences/" + escape(a.Conference) + "/participants",
		query:  url.Values{"page[size]": {"250"}}, // as many as a conference holds
		room:   true,
		whole:  a.Conference != "" && a.Leg != "",
	})
	if f != nil {
		return "", f
	}
	var list struct{ Data []participantResource }
	if err := json.Unmarshal(body, &list); err != nil {
		return "", &failure{reason: engine.ReasonOther, detail: "the list of participants cannot be read"}
	}
	for _, p := range list.Data {
		if p.Leg == a.Leg && p.Status != "left" {
			return p.ID, nil
		}
	}
	return "", nil
}
