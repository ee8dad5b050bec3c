package telnyxtest

import (
	"strconv"
	"time"

	"switchboard/engine/world"
)

const conferenceLife = 4 * time.Hour

// A conferenceData is Telnyx's conference resource.
type conferenceData struct {
	RecordType   string `json:"record_type"`
	ID           string `json:"id"`
	Name         string `json:"name"`
	Status       string `json:"status"`
	ConnectionID string `json:"connection_id"`
	Region       string `json:"region"`
	CreatedAt    string `json:"created_at"`
	UpdatedAt    string `json:"updated_at"`
	ExpiresAt    string `json:"expires_at"`
	EndReason    string `json:"end_reason,omitempty"`
}

func (s *Server) newConference(c world.ConferenceState) conferenceData {
	data := conferenceData{
		RecordType: "conference", ID: string(c.ID), Name: c.Name, Status: "in_progress",
		ConnectionID: s.config.ConnectionID, Region: "sv1",
		CreatedAt: millis(c.Began), UpdatedAt: millis(c.Began), ExpiresAt: millis(c.Began.Add(conferenceLife)),
	}
	if !c.Ended.IsZero() {
		data.Status, data.EndReason, data.UpdatedAt = "completed", c.Reason, millis(c.Ended)
	}
	return data
}

// A participantData is Telnyx's participant resource.
type participantData struct {
	RecordType string            `json:"record_type"`
	ID         string            `json:"id"`
	Conference map[string]string `json:"conference"`
	Leg        string            `json:"call_control_id"`
	CallLeg    string            `json:"call_leg_id"`
	Status     string            `json:"status"`
	Muted      bool              `json:"muted"`
	OnHold     bool              `json:"on_hold"`
	Whisper    []string          `json:"whisper_call_control_ids"`
	EndOnExit  bool              `json:"end_conference_on_exit"`
	SoftOnExit bool              `json:"soft_end_conference_on_exit"`
	CreatedAt  string            `json:"created_at"`
	UpdatedAt  string            `json:"updated_at"`
}

func newParticipant(c world.ConferenceState, p world.Participant) participantData {
	whisper := []string{}
	for _, id := range p.Whisper {
		whisper = append(whisper, string(id))
	}
	return participantData{
		RecordType: "participant", ID: p.ID, Conference: map[string]string{"id": string(c.ID), "name": c.Name},
		Leg: string(p.Leg), CallLeg: p.CallLeg, Status: "joined", Muted: p.Muted, OnHold: p.Held, Whisper: whisper,
		EndOnExit: p.EndOnExit, SoftOnExit: p.SoftOnExit, CreatedAt: millis(p.Joined), UpdatedAt: millis(p.Changed),
	}
}

func (s *Server) createConference(r request) (answer, error) {
	id, err := r.world.CreateConference(world.NewConference{
		Name:  r.body.text("name", ""),
		Owner: world.LegID(r.body.text("call_control_id", "")),
		Max:   int(r.body.integer("max_participants", 0)),
	}, r.command())
	if err != nil {
		return answer{}, err
	}
	c, err := r.world.Conference(id)
	return answer{Data: s.newConference(c)}, err
}

func (s *Server) conference(r request) (answer, error) {
	c, err := r.world.Conference(world.ConferenceID(r.path("id")))
	return answer{Data: s.newConference(c)}, err
}

// conferences lists the live ones; those that have ended are not kept in this list.
func (s *Server) conferences(r request) (answer, error) {
	all := []conferenceData{}
	for _, c := range r.world.Conferences() {
		data := s.newConference(c)
		if r.wants("filter[name]", data.Name) && r.wants("filter[status]", data.Status) &&
			r.wants("filter[connection_id]", data.ConnectionID) {
			all = append(all, data)
		}
	}
	return page(r, all)
}

// wants reports whether a filter, if there is one, lets a value pass.
func (r request) wants(filter, value string) bool {
	return !r.query.Has(filter) || r.query.Get(filter) == value
}

func (s *Server) join(r request) (answer, error) {
	return done(r.world.Join(r.path("id"), world.Place{
		Leg:        world.LegID(r.body.text("call_control_id", "")),
		Muted:      r.body.flag("mute", false),
		Role:       roleOf[r.body.text("supervisor_role", "none")],
		Whisper:    r.legs("whisper_call_control_ids"),
		EndOnExit:  r.body.flag("end_conference_on_exit", false),
		SoftOnExit: r.body.flag("soft_end_conference_on_exit", false),
	}, r.command()))
}

func (s *Server) leave(r request) (answer, error) {
	return done(r.world.Leave(r.path("id"), world.LegID(r.body.text("call_control_id", "")), r.command()))
}

func (s *Server) mute(r request) (answer, error)   { return s.setMute(r, true) }
func (s *Server) unmute(r request) (answer, error) { return s.setMute(r, false) }

func (s *Server) setMute(r request, on bool) (answer, error) {
	return done(r.world.Mute(r.path("id"), r.legs("call_control_ids"), on))
}

// legs are those that a body lists.
func (r request) legs(name string) []world.LegID {
	var legs []world.LegID
	for _, id := range r.body.texts(name) {
		legs = append(legs, world.LegID(id))
	}
	return legs
}

var roleOf = map[string]world.Role{"monitor": world.Monitor, "whisper": world.Whisper, "barge": world.Barge}

func (s *Server) update(r request) (answer, error) {
	return done(r.world.SetRole(r.path("id"), world.LegID(r.body.text("call_control_id", "")),
		roleOf[r.body.text("supervisor_role", "")], r.legs("whisper_call_control_ids"), r.command()))
}

func (s *Server) hold(r request) (answer, error) {
	name, _, err := r.audio()
	if err != nil {
		return answer{}, err
	}
	return done(r.world.Hold(r.path("id"), r.legs("call_control_ids"), name))
}

// unhold names the legs: none is not all of them, as it is elsewhere.
func (s *Server) unhold(r request) (answer, error) {
	legs := r.legs("call_control_ids")
	if len(legs) == 0 {
		return answer{}, bad("10004", "Missing required parameter", "/call_control_ids", "The parameter must not be empty.")
	}
	return done(r.world.Unhold(r.path("id"), legs))
}

func (s *Server) participants(r request) (answer, error) {
	id := world.ConferenceID(r.path("id"))
	c, err := r.world.Conference(id)
	if err != nil {
		return answer{}, err
	}
	in, err := r.world.Participants(id)
	if err != nil {
		return answer{}, err
	}
	all := []participantData{}
	for _, p := range in {
		if r.wants("filter[muted]", strconv.FormatBool(p.Muted)) && r.wants("filter[on_hold]", strconv.FormatBool(p.Held)) &&
			r.wants("filter[whispering]", strconv.FormatBool(p.Role == world.Whisper)) {
			all = append(all, newParticipant(c, p))
		}
	}
	if most := s.faults.Load().Looks.Page; most > 0 {
		return pageOf(r, all, most)
	}
	return page(r, all)
}

// patchParticipant takes a participant's own id, not his leg's.
func (s *Server) patchParticipant(r request) (answer, error) {
	id, participant := world.ConferenceID(r.path("id")), r.path("participant")
	if !uuidShape.MatchString(participant) {
		return answer{}, world.NotFound("10005", "Resource not found", "The participant does not exist.")
	}
	err := r.world.SetExit(id, participant, world.Exit{
		End:  r.body.given("end_conference_on_exit"),
		Soft: r.body.given("soft_end_conference_on_exit"),
	})
	if err != nil {
		return answer{}, err
	}
	c, err := r.world.Conference(id)
	if err != nil {
		return answer{}, err
	}
	in, err := r.world.Participants(id)
	if err != nil {
		return answer{}, err
	}
	for _, p := range in {
		if p.ID == participant {
			return answer{Data: newParticipant(c, p)}, nil
		}
	}
	return ok, nil
}

type pageMeta struct {
	Number int `json:"page_number"`
	Size   int `json:"page_size"`
	Pages  int `json:"total_pages"`
	Total  int `json:"total_results"`
}

// page cuts a list to the page that was asked for.
func page[T any](r request, all []T) (answer, error) { return pageOf(r, all, maxPage) }

// pageOf cuts a list to a page on which there is no more than most.
func pageOf[T any](r request, all []T, most int) (answer, error) {
	size, err := r.number("page[size]", 20)
	if err != nil {
		return answer{}, err
	}
	n, err := r.number("page[number]", 1)
	if err != nil {
		return answer{}, err
	}
	size = min(size, most)
	from := min(len(all), (n-1)*size)
	meta := pageMeta{Number: n, Size: size, Pages: (len(all) + size - 1) / size, Total: len(all)}
	return answer{all[from:min(len(all), from+size)], meta}, nil
}
