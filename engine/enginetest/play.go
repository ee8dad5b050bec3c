package enginetest

import (
	"encoding/base64"
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"path"
	"slices"
	"time"

	"switchboard/engine"
	"switchboard/engine/recording"
	"switchboard/engine/sentiment"
	"switchboard/engine/world"
)

// How Symbl is, in a played recording.
const (
	pollEvery = 2 * time.Second
	hearsIn   = 1500 * time.Millisecond // from the end of a sentence until it is fetched
	playLimit = 15 * time.Minute        // beyond what a recording says
)

// A Play is recorded calls played to the engine, without sockets: the engine's
// commands are done in a pretend telephone network, and what happens there comes back
// as events.
type Play struct {
	*Script
	World *world.World

	ears  map[engine.ConnectionID]*ear
	lines map[engine.LegID]*line
	made  int
	late  []world.Event // told when At and Late have gone by

	stumbled bool // the command just done failed with 500
	lost     int  // of a hundred webhooks
}

// An ear is one of Symbl's connections.
type ear struct {
	session engine.SessionID
	leg     world.LegID
	hearing bool
	told    int
}

// A line is one leg that Symbl hears by stream.
type line struct {
	session    engine.SessionID
	connection engine.ConnectionID // empty until it is relayed
	stream     world.Stream
	token      string
	up         bool
	told       int
	said       []world.Said // that are not over
}

// NewPlay returns a play in which nobody has called yet. From the seed, webhooks are
// repeated and overtake one another, and commands are refused, as often as faults say.
func NewPlay(seed uint64, faults world.Faults) *Play {
	return NewPlayIn(world.Config{Seed: seed, Faults: faults, Front: FrontNumber}, Defaults())
}

// NewPlayIn returns a play in a world of its own, as one with limits, supervisors' phones
// or a front, and with settings of its own. The world begins at [Start].
func NewPlayIn(config world.Config, settings engine.Settings) *Play {
	config.Start = Start
	p := &Play{Script: New(), World: world.New(config), ears: map[engine.ConnectionID]*ear{}, lines: map[engine.LegID]*line{}}
	p.State.Strict()
	p.world = p.carryOut
	p.enter(engine.Entry{ID: "settings", By: engine.ByRunner, Body: engine.SettingsLoaded{Settings: settings}})
	return p
}

// FrontNumber is the front desk's in a play that has one.
const FrontNumber = "+12025550150"

// WithFront sets a front desk up, which does what each recording says of it, and returns
// the play.
func (p *Play) WithFront() *Play {
	settings := p.State.Settings
	settings.Front = engine.Front{Number: FrontNumber, Name: "Ava"}
	p.enter(engine.Entry{ID: "front", By: engine.ByRunner, Body: engine.SettingsLoaded{Settings: settings}})
	return p
}

// Lose has so many of a hundred webhooks never come. The same ones are lost each time.
func (p *Play) Lose(percent int) { p.lost = percent }

// loses reports whether a webhook never comes.
func (p *Play) loses(id string) bool {
	h := fnv.New32a()
	h.Write([]byte(id))
	return int(h.Sum32()%100) < p.lost
}

// Run has the recorded customers call, one every gap, lets everything happen that
// follows, until all is quiet, and returns the transcript.
func (p *Play) Run(gap time.Duration, recs ...*recording.Recording) (string, error) {
	end := p.now.Add(playLimit + longest(recs) + gap*time.Duration(len(recs)))
	calls := 0
	for p.now.Before(end) {
		for calls < len(recs) && !p.now.Before(Start.Add(gap*time.Duration(calls))) {
			if _, err := p.World.Call(recs[calls], p.State.Settings.Number); err != nil {
				return "", fmt.Errorf("call %s: %w", recs[calls].Name, err)
			}
			calls++
		}
		if calls == len(recs) && p.quiet() {
			return p.out.String(), nil
		}
		p.step()
	}
	return p.out.String(), errors.New("the calls do not end")
}

// longest returns how long the longest of recordings may take: the greatest time in it.
func longest(recs []*recording.Recording) time.Duration {
	var most time.Duration
	for _, rec := range recs {
		for _, l := range rec.Lines {
			most = max(most, l.At)
		}
	}
	return most
}

func (p *Play) quiet() bool {
	return len(p.World.Live()) == 0 && p.now.After(Start) && len(p.State.Open()) == 0
}

// step lets a tenth of a second go by.
func (p *Play) step() {
	next := p.now.Add(100 * time.Millisecond)
	for _, e := range p.due(next) {
		body, ok := body(e)
		if !ok || p.loses(e.ID) {
			continue
		}
		fmt.Fprintf(&p.out, "%s %s\n", p.clock(), what(e))
		p.enter(engine.Entry{ID: e.ID, By: engine.ByTelnyx, Occurred: e.At, Body: body})
		if e.Repeat {
			p.enter(engine.Entry{ID: e.ID + "/again", By: engine.ByTelnyx, Occurred: e.At, Body: body})
		}
	}
	p.until(next)
	p.stream()
	if p.now.Sub(Start)%pollEvery == 0 {
		p.poll()
	}
}

// due returns what is told by a time: what happened, but for what is told late, and
// what was to be told late before.
func (p *Play) due(now time.Time) []world.Event {
	var told []world.Event
	waiting := p.late
	p.late = nil
	for _, e := range append(waiting, p.World.Advance(now)...) {
		if e.At.Add(e.Late).After(now) {
			p.late = append(p.late, e)
		} else {
			told = append(told, e)
		}
	}
	return told
}

// stream tells what Symbl hears of each leg alone, and that its sound has come.
func (p *Play) stream() {
	for _, id := range slices.Sorted(maps.Keys(p.lines)) {
		l := p.lines[id]
		if !l.up && l.token != "" {
			l.up = true
			p.World.StreamUp(l.stream)
			p.enter(engine.Entry{ID: "media/" + l.token + "/up", By: engine.ByTelnyx, Occurred: p.now,
				Body: engine.MediaUp{LegRef: engine.LegRef{Leg: id}, Token: l.token}})
		}
		said, next, on := p.World.Sound(l.stream, l.told)
		if l.told = next; on {
			l.said = append(l.said, said...)
		}
		for len(l.said) > 0 && !l.said[0].End.Add(hearsIn).After(p.now) && l.connection != "" {
			p.utter(l.session, l.connection, l.said[0], id)
			l.said = l.said[1:]
		}
	}
}

func (p *Play) utter(session engine.SessionID, connection engine.ConnectionID, said world.Said, leg engine.LegID) {
	fmt.Fprintf(&p.out, "%s %s: %q %s\n", p.clock(), said.Who, said.Text, engine.Polarity(said.Polarity))
	p.enter(engine.Entry{ID: "symbl/" + string(connection) + "/" + said.ID, By: engine.BySymbl, Occurred: said.End, Body: engine.Uttered{
		Session: session, Connection: connection, Conversation: engine.ConversationID("v" + connection), Message: said.ID, Revision: 1,
		Text: said.Text, Start: said.Start, End: said.End, Scored: said.Scored, Polarity: engine.Polarity(said.Polarity), Leg: leg,
	}})
}

// poll tells what each of Symbl's legs has heard.
func (p *Play) poll() {
	for _, id := range slices.Sorted(maps.Keys(p.ears)) {
		e := p.ears[id]
		if !e.hearing {
			continue
		}
		for _, said := range p.World.Heard(e.leg, e.told) {
			if said.End.Add(hearsIn).After(p.now) {
				break
			}
			e.told++
			p.utter(e.session, id, said, "")
		}
	}
}

// maxTries is how often a command that stumbles is sent.
const maxTries = 3

// carryOut does a command in the world, and again where it fails with 500, as the
// client does.
func (p *Play) carryOut(c engine.Command) (engine.Body, bool) {
	for range maxTries {
		p.stumbled = false
		outcome, ok := p.do(c)
		if !p.stumbled {
			return outcome, ok
		}
	}
	return engine.Unanswered{Command: c.Name}, true
}

func (p *Play) do(c engine.Command) (engine.Body, bool) {
	id := world.Command{ID: string(c.Name)}
	ok := engine.Accepted{Command: c.Name}
	switch a := c.Action.(type) {
	case engine.Answer:
		return p.done(c, ok, p.World.Answer(world.LegID(a.Leg), with(id, a.State)))
	case engine.OpenConference:
		room, err := p.World.CreateConference(world.NewConference{Name: a.Room, Owner: world.LegID(a.Leg)}, with(id, a.State))
		return p.done(c, engine.ConferenceOpened{Command: c.Name, Conference: engine.ConferenceID(room)}, err)
	case engine.EndOnExit:
		yes := true
		return p.done(c, ok, p.World.SetExit(world.ConferenceID(a.Conference), string(a.Leg), world.Exit{End: &yes}))
	case engine.Join:
		return p.done(c, ok, p.World.Join(string(a.Conference), world.Place{
			Leg: world.LegID(a.Leg), Muted: a.Mute, Role: role(a.Role), Whisper: legs(a.Whisper)}, id))
	case engine.SetRole:
		return p.done(c, ok, p.World.SetRole(string(a.Conference), world.LegID(a.Leg), role(a.Role), legs(a.Whisper), id))
	case engine.Hold:
		held := []world.LegID{world.LegID(a.Leg)}
		if !a.On {
			return p.done(c, ok, p.World.Unhold(string(a.Conference), held))
		}
		return p.done(c, ok, p.World.Hold(string(a.Conference), held, a.Audio.URL+a.Audio.Media))
	case engine.Play:
		return p.done(c, ok, p.World.Play(world.LegID(a.Leg), world.Play{Audio: a.Audio.URL + a.Audio.Media, Media: a.Audio.URL == "", Times: times(a)}, id))
	case engine.StopPlay:
		return p.done(c, ok, p.World.StopPlay(world.LegID(a.Leg), world.StopAll, id))
	case engine.Leave:
		return p.done(c, ok, p.World.Leave(string(a.Conference), world.LegID(a.Leg), id))
	case engine.Dial:
		call := world.Call{From: a.From, To: a.To, LinkTo: world.LegID(a.LinkTo), Ring: a.Ring}
		if a.Detect {
			call.Detect = world.DetectPremium
		}
		leg, err := p.World.Dial(call, with(id, a.State))
		return p.done(c, engine.Dialled{Command: c.Name, Leg: engine.LegID(leg)}, err)
	case engine.Hangup:
		return p.done(c, ok, p.World.Hangup(world.LegID(a.Leg), id))
	case engine.Mute:
		return p.done(c, ok, p.World.Mute(string(a.Conference), []world.LegID{world.LegID(a.Leg)}, a.On))
	case engine.Speak:
		return p.done(c, ok, p.World.Speak(world.LegID(a.Leg), a.Text, world.StopAll, id))
	case engine.Gather:
		return p.done(c, ok, p.World.Gather(world.LegID(a.Leg), world.Gathering{
			Text: a.Text, Valid: a.Valid, Min: a.Min, Max: a.Max, Terminator: a.Terminator, First: a.Timeout, Between: a.Timeout,
			Total: a.Timeout, Tries: 1,
		}, id))
	case engine.StopGather:
		return p.done(c, ok, p.World.StopGather(world.LegID(a.Leg), id))
	case engine.Listen:
		p.made++
		name := engine.ConnectionID(fmt.Sprintf("x%d", p.made))
		leg, err := p.World.CallIn("+12025550198", a.Number, ",,"+a.Code+"#,,,,"+a.Code+"#")
		p.ears[name] = &ear{session: c.Session, leg: leg}
		return p.done(c, engine.Listening{Command: c.Name, Connection: name, Conversation: engine.ConversationID("v" + name)}, err)
	case engine.Relay:
		p.line(c.Session, a.Leg).connection = a.Connection
		return engine.Listening{Command: c.Name, Connection: a.Connection, Conversation: engine.ConversationID("v" + a.Connection)}, true
	case engine.Unrelay:
		for _, id := range slices.Sorted(maps.Keys(p.lines)) {
			if l := p.lines[id]; l.connection == a.Connection && (a.Leg == "" || a.Leg == id) {
				l.connection = ""
			}
		}
		return ok, true
	case engine.Stream:
		stream, err := p.World.Stream(world.LegID(a.Leg), "wss://switchboard.test/media/"+a.Token, id)
		if err == nil {
			l := p.line(c.Session, a.Leg)
			*l = line{session: c.Session, connection: l.connection, stream: stream, token: a.Token}
		}
		return p.done(c, ok, err)
	case engine.StopStream:
		return p.done(c, ok, p.World.StopStream(world.LegID(a.Leg), "", id))
	case engine.Transcribe:
		return p.done(c, ok, p.World.Transcribe(world.LegID(a.Leg), world.Transcription{Language: a.Language}, id))
	case engine.StopTranscribe:
		return p.done(c, ok, p.World.StopTranscribe(world.LegID(a.Leg), id))
	case engine.StartRecording:
		return p.done(c, ok, p.World.StartRecording(world.LegID(a.Leg), id))
	case engine.PauseRecording:
		return p.done(c, ok, p.World.PauseRecording(world.LegID(a.Leg), id))
	case engine.ResumeRecording:
		return p.done(c, ok, p.World.ResumeRecording(world.LegID(a.Leg), id))
	case engine.Hear:
		p.ears[a.Connection].hearing = true
		return ok, true
	case engine.Unlisten:
		p.ears[a.Connection].hearing = false
		p.World.PutDown(p.ears[a.Connection].leg)
		return ok, true
	default:
		panic(fmt.Sprintf("enginetest: %T", a))
	}
}

func (p *Play) line(session engine.SessionID, leg engine.LegID) *line {
	l := p.lines[leg]
	if l == nil {
		l = &line{session: session}
		p.lines[leg] = l
	}
	return l
}

func (p *Play) done(c engine.Command, good engine.Body, err error) (engine.Body, bool) {
	var refused *world.Error
	switch {
	case err == nil:
		return good, true
	case errors.As(err, &refused):
		p.stumbled = refused.HTTP >= 500
		r := engine.Refused{Command: c.Name, Reason: reason(refused.Code), Detail: refused.Detail}
		fmt.Fprintf(&p.out, "    x %s refused: %s %s\n", c.Name, refused.Code, refused.Detail)
		return r, true
	}
	return engine.Unanswered{Command: c.Name, Detail: err.Error()}, true
}

// reason is what the client takes a refusal's code for.
func reason(code string) engine.Reason {
	switch code {
	case "90015", "90018":
		return engine.ReasonEnded
	case "90034":
		return engine.ReasonNotAnswered
	case "90033":
		return engine.ReasonNameTaken
	case "90019", "90058":
		return engine.ReasonNoConference
	case "90044":
		return engine.ReasonAlreadyIn
	case "90032":
		return engine.ReasonFull
	case "90041", "90042", "90043":
		return engine.ReasonLimit
	case "90103":
		return engine.ReasonPaced
	default:
		return engine.ReasonOther
	}
}

var (
	attested = map[string]engine.Attestation{"A": engine.AttestationA, "B": engine.AttestationB, "C": engine.AttestationC}
	machines = map[string]engine.Machine{"human_business": engine.MachineHuman, "machine": engine.MachineVoicemail, "not_sure": engine.MachineUnsure}
)

func role(r engine.MonitorRole) world.Role {
	switch r {
	case 0:
		return world.RoleNone
	case engine.Monitor:
		return world.Monitor
	case engine.Whisper:
		return world.Whisper
	case engine.Barge:
		return world.Barge
	default:
		panic(fmt.Sprintf("enginetest: role %d", r))
	}
}

func legs(ids []engine.LegID) []world.LegID {
	var all []world.LegID
	for _, id := range ids {
		all = append(all, world.LegID(id))
	}
	return all
}

func with(c world.Command, s engine.ClientState) world.Command {
	text, _ := s.MarshalText()
	c.State = base64.StdEncoding.EncodeToString(text)
	return c
}

// body returns what an event of the world is to the engine.
func body(e world.Event) (engine.Body, bool) {
	ref := engine.LegRef{Leg: engine.LegID(e.Leg), CallLeg: engine.CallLegID(e.CallLeg)}
	if text, err := base64.StdEncoding.DecodeString(e.State); err == nil {
		_ = ref.State.UnmarshalText(text) // another's is none of ours
	}
	room := engine.ConferenceID(e.Conference)
	switch e.Kind {
	case world.Initiated:
		direction := engine.Incoming
		if e.Direction == world.Outgoing {
			direction = engine.Outgoing
		}
		return engine.LegInitiated{LegRef: ref, Direction: direction, From: e.From, To: e.To, Name: e.Name,
			Attested: attested[e.Attested]}, true
	case world.Answered:
		return engine.LegAnswered{LegRef: ref}, true
	case world.HungUp:
		return engine.LegHungUp{LegRef: ref, Cause: e.Cause, Source: e.Source, SIP: e.SIP}, true
	case world.KeyPressed:
		return engine.KeyPressed{LegRef: ref, Digit: e.Digit}, true
	case world.GatherEnded:
		return engine.Gathered{LegRef: ref, Digits: e.Digits, Status: e.Status}, true
	case world.SpeakStarted:
		return engine.SpeechStarted{LegRef: ref}, true
	case world.SpeakEnded:
		return engine.SpeechEnded{LegRef: ref, Status: e.Status}, true
	case world.PlaybackStarted:
		return nil, false
	case world.PlaybackEnded:
		return engine.AudioEnded{LegRef: ref, Status: e.Status}, true
	case world.MachineDetected:
		ref.Leg = "" // Telnyx does not tell it here
		return engine.MachineDetected{LegRef: ref, Result: machines[e.Status]}, true
	case world.ConferenceCreated:
		return engine.ConferenceCreated{LegRef: ref, Conference: room}, true
	case world.ConferenceEnded:
		return engine.ConferenceEnded{LegRef: ref, Conference: room, Reason: e.Reason}, true
	case world.ParticipantJoined:
		return engine.ParticipantJoined{LegRef: ref, Conference: room}, true
	case world.ParticipantLeft:
		return engine.ParticipantLeft{LegRef: ref, Conference: room}, true
	case world.FloorChanged:
		return engine.FloorChanged{LegRef: ref, Conference: room}, true
	case world.StreamFailed:
		return engine.StreamFailed{LegRef: ref, Token: path.Base(e.URL), Why: e.Reason}, true
	case world.RecordingSaved:
		return engine.RecordingSaved{LegRef: engine.LegRef{CallLeg: ref.CallLeg, State: ref.State}, URL: "https://recordings.example.com/" + e.Recording,
			From: e.RecordedFrom, To: e.RecordedTo}, true
	case world.Transcribed:
		score := sentiment.Of(e.Text)
		return engine.Transcribed{LegRef: ref, Text: e.Text, Confidence: e.Confidence, Scored: score.Scored, Polarity: score.Polarity,
			Source: sentiment.Source, Flags: score.Flags}, e.Final
	default:
		return nil, false
	}
}

// what writes an event of the world in a line.
func what(e world.Event) string {
	text := e.Kind.String()
	for _, more := range []string{e.From, e.Digit, e.Digits, e.Status, e.Cause, e.Reason, e.Text} {
		if more != "" {
			text += " " + more
		}
	}
	return text
}

// times is how often audio is played; 0 is over and over.
func times(a engine.Play) int {
	if a.Once {
		return 1
	}
	return 0
}
