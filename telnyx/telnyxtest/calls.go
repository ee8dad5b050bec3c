package telnyxtest

import (
	"time"

	"switchboard/engine/world"
)

// A callData is Telnyx's call resource.
type callData struct {
	RecordType   string `json:"record_type"`
	Leg          string `json:"call_control_id"`
	CallLeg      string `json:"call_leg_id"`
	Session      string `json:"call_session_id"`
	IsAlive      *bool  `json:"is_alive,omitempty"`
	ClientState  string `json:"client_state,omitempty"`
	CallDuration *int   `json:"call_duration,omitempty"` // seconds
	StartTime    string `json:"start_time,omitempty"`
	EndTime      string `json:"end_time,omitempty"`
}

func newCall(l world.LegState) callData {
	return callData{RecordType: "call", Leg: string(l.ID), CallLeg: l.CallLeg, Session: l.Session, ClientState: l.State}
}

// command is what every command to a call may carry.
func (r request) command() world.Command {
	return world.Command{ID: r.body.text("command_id", ""), State: r.body.text("client_state", "")}
}

func (r request) leg() world.LegID { return world.LegID(r.path("id")) }

// done is the answer to a command that has none of its own.
func done(err error) (answer, error) { return ok, err }

func (s *Server) dial(r request) (answer, error) {
	to, single := r.body["to"].(string)
	if !single {
		return answer{}, bad("10015", "Bad Request", "/to", "Telnyx rings several numbers at once; telnyxtest does not.")
	}
	app := r.body.text("connection_id", "")
	if !s.portal.has(app) {
		return answer{}, world.Unprocessable("10015", "Invalid value for connection_id (Call Control App ID)", "/connection_id",
			"The requested connection_id (Call Control App ID) is either invalid or does not exist.")
	}
	leg, err := r.world.Dial(world.Call{
		From:   r.body.text("from", ""),
		To:     to,
		LinkTo: world.LegID(r.body.text("link_to", "")),
		Ring:   time.Duration(r.body.integer("timeout_secs", 30)) * time.Second,
		Retry:  r.body.flag("retry_on_timeout", true),
		Detect: listening[r.body.text("answering_machine_detection", "disabled")],
		Limit:  time.Duration(r.body.integer("time_limit_secs", 14400)) * time.Second,
	}, r.command())
	if err != nil {
		return answer{}, err
	}
	s.portal.own(leg, app)
	l, err := r.world.Leg(leg)
	if err != nil {
		return answer{}, err
	}
	alive := false // always, in the answer to a dial
	call := newCall(l)
	call.IsAlive = &alive
	return answer{Data: call}, nil
}

func (s *Server) call(r request) (answer, error) {
	l, err := r.world.Leg(r.leg())
	if err != nil {
		return answer{}, err
	}
	alive, seconds := l.Ended.IsZero(), int(l.Duration(r.world.Now())/time.Second)
	call := newCall(l)
	call.IsAlive, call.CallDuration, call.StartTime = &alive, &seconds, stamp(l.Began)
	if !alive {
		call.EndTime = stamp(l.Ended)
	}
	return answer{Data: call}, nil
}

func (s *Server) answer(r request) (answer, error) { return done(r.world.Answer(r.leg(), r.command())) }
func (s *Server) hangup(r request) (answer, error) { return done(r.world.Hangup(r.leg(), r.command())) }

func (s *Server) reject(r request) (answer, error) {
	return done(r.world.Reject(r.leg(), r.body.text("cause", "") == "USER_BUSY", r.command()))
}

var listening = map[string]world.Detection{"detect": world.DetectPlain, "premium": world.DetectPremium}

func (s *Server) speak(r request) (answer, error) {
	return done(r.world.Speak(r.leg(), r.body.text("payload", ""), r.stop(""), r.command()))
}

// stop is what a prompt cuts off, or what is to be stopped.
func (r request) stop(otherwise string) world.Stop {
	switch r.body.text("stop", otherwise) {
	case "current":
		return world.StopCurrent
	case "all":
		return world.StopAll
	default:
		return world.StopNone
	}
}

// audio returns the file that a body names; both ways exclude each other.
func (r request) audio() (name string, media bool, err error) {
	address, name := r.body.text("audio_url", ""), r.body.text("media_name", "")
	if address != "" && name != "" {
		return "", false, bad("10015", "Bad Request", "/media_name", "Only one of audio_url and media_name can be given.")
	}
	return address + name, name != "", nil
}

func (s *Server) playbackStart(r request) (answer, error) {
	name, media, err := r.audio()
	if err != nil {
		return answer{}, err
	}
	if name == "" {
		return answer{}, bad("10004", "Missing required parameter", "/audio_url", "One of audio_url and media_name is required.")
	}
	times, err := r.times()
	if err != nil {
		return answer{}, err
	}
	return done(r.world.Play(r.leg(), world.Play{Audio: name, Media: media, Times: times, Stop: r.stop("")}, r.command()))
}

// times is how often audio is played; 0 is over and over.
func (r request) times() (int, error) {
	loop := r.body.text("loop", "")
	if loop == "infinity" {
		return 0, nil
	}
	n := r.body.integer("loop", 1)
	if loop != "" || n < 1 || n > 100 {
		return 0, bad("10033", "Out of range", "/loop", `The value must be between 1 and 100, or "infinity".`)
	}
	return int(n), nil
}

func (s *Server) playbackStop(r request) (answer, error) {
	return done(r.world.StopPlay(r.leg(), r.stop("all"), r.command()))
}

// gathering is what both gathers take.
func (r request) gathering() world.Gathering {
	return world.Gathering{
		Valid:      r.body.text("valid_digits", "0123456789#*"),
		Min:        int(r.body.integer("minimum_digits", 1)),
		Max:        int(r.body.integer("maximum_digits", 128)),
		Terminator: r.body.text("terminating_digit", "#"),
		Between:    r.millis("inter_digit_timeout_millis", 5000),
	}
}

func (r request) millis(name string, otherwise int64) time.Duration {
	return time.Duration(r.body.integer(name, otherwise)) * time.Millisecond
}

func (s *Server) gather(r request) (answer, error) {
	g := r.gathering()
	g.First = r.millis("initial_timeout_millis", 5000)
	g.Total = r.millis("timeout_millis", 60000)
	return done(r.world.Gather(r.leg(), g, r.command()))
}

func (s *Server) gatherUsingSpeak(r request) (answer, error) {
	g := r.gathering()
	g.Text = r.body.text("payload", "")
	g.First = r.millis("timeout_millis", 60000)
	g.Tries = int(r.body.integer("maximum_tries", 3))
	return done(r.world.Gather(r.leg(), g, r.command()))
}

func (s *Server) gatherStop(r request) (answer, error) {
	return done(r.world.StopGather(r.leg(), r.command()))
}

func (s *Server) stateUpdate(r request) (answer, error) {
	return done(r.world.SetState(r.leg(), r.command()))
}
