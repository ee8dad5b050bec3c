package telnyxtest

import (
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"switchboard/engine/world"
)

// A request is one that was found in order.
type request struct {
	path  func(name string) string
	query url.Values
	body  form
	world *world.World
}

// An answer is the body of a 200: data, and meta where there is any.
type answer struct {
	Data any `json:"data"`
	Meta any `json:"meta,omitempty"`
}

var ok = answer{Data: map[string]string{"result": "ok"}}

// An operation is what is done for one method and path.
type operation struct {
	pattern string
	body    shape    // nil: none
	lenient bool     // the body may be missing
	query   []string // the parameters that are known
	portal  bool     // it is about the account, not a call: its faults are of their own
	looks   bool     // it tells how calls stand: its faults are [Looks]
	status  int      // of the answer; 200 where zero
	do      func(*Server, request) (answer, error)
}

var paging = []string{"page[number]", "page[size]", "region"}

var operations = []operation{
	{pattern: "POST /v2/calls", body: dialShape, do: (*Server).dial},
	{pattern: "GET /v2/calls/{id}", looks: true, do: (*Server).call},
	{pattern: "POST /v2/calls/{id}/actions/answer", body: answerShape, do: (*Server).answer},
	{pattern: "POST /v2/calls/{id}/actions/reject", body: rejectShape, do: (*Server).reject},
	{pattern: "POST /v2/calls/{id}/actions/hangup", body: hangupShape, do: (*Server).hangup},
	{pattern: "POST /v2/calls/{id}/actions/speak", body: speakShape, do: (*Server).speak},
	{pattern: "POST /v2/calls/{id}/actions/playback_start", body: playShape, do: (*Server).playbackStart},
	{pattern: "POST /v2/calls/{id}/actions/playback_stop", body: stopPlayShape, do: (*Server).playbackStop},
	{pattern: "POST /v2/calls/{id}/actions/gather", body: gatherShape, do: (*Server).gather},
	{pattern: "POST /v2/calls/{id}/actions/gather_using_speak", body: gatherSpeakShape, do: (*Server).gatherUsingSpeak},
	{pattern: "POST /v2/calls/{id}/actions/gather_stop", body: plainShape, do: (*Server).gatherStop},
	{pattern: "POST /v2/calls/{id}/actions/streaming_start", body: streamShape, do: (*Server).streamingStart},
	{pattern: "POST /v2/calls/{id}/actions/streaming_stop", body: stopStreamShape, do: (*Server).streamingStop},
	{pattern: "POST /v2/calls/{id}/actions/transcription_start", body: transcribeShape, do: (*Server).transcriptionStart},
	{pattern: "POST /v2/calls/{id}/actions/transcription_stop", body: plainShape, do: (*Server).transcriptionStop},
	{pattern: "POST /v2/calls/{id}/actions/record_start", body: recordShape, do: (*Server).recordStart},
	{pattern: "POST /v2/calls/{id}/actions/record_pause", body: recordingShape, do: (*Server).recordPause},
	{pattern: "POST /v2/calls/{id}/actions/record_resume", body: recordingShape, do: (*Server).recordResume},
	{pattern: "PUT /v2/calls/{id}/actions/client_state_update", body: stateShape, do: (*Server).stateUpdate},
	{pattern: "GET /v2/connections/{id}/active_calls", query: []string{"page[limit]", "page[after]", "page[before]"}, looks: true, do: (*Server).activeCalls},
	{pattern: "GET /v2/call_events", query: append([]string{"filter[leg_id]", "filter[application_session_id]", "filter[type]", "filter[name]"}, paging...), looks: true, do: (*Server).callEvents},
	{pattern: "POST /v2/conferences", body: conferenceShape, do: (*Server).createConference},
	{pattern: "GET /v2/conferences", query: append([]string{"filter[name]", "filter[status]", "filter[connection_id]"}, paging...), do: (*Server).conferences},
	{pattern: "GET /v2/conferences/{id}", query: []string{"region"}, do: (*Server).conference},
	{pattern: "POST /v2/conferences/{id}/actions/join", body: joinShape, do: (*Server).join},
	{pattern: "POST /v2/conferences/{id}/actions/leave", body: leaveShape, do: (*Server).leave},
	{pattern: "POST /v2/conferences/{id}/actions/mute", body: muteShape, do: (*Server).mute},
	{pattern: "POST /v2/conferences/{id}/actions/unmute", body: muteShape, do: (*Server).unmute},
	{pattern: "POST /v2/conferences/{id}/actions/hold", body: holdShape, do: (*Server).hold},
	{pattern: "POST /v2/conferences/{id}/actions/unhold", body: unholdShape, do: (*Server).unhold},
	{pattern: "POST /v2/conferences/{id}/actions/update", body: updateShape, do: (*Server).update},
	{pattern: "GET /v2/conferences/{id}/participants", query: append([]string{"filter[muted]", "filter[on_hold]", "filter[whispering]"}, paging...), looks: true, do: (*Server).participants},
	{pattern: "PATCH /v2/conferences/{id}/participants/{participant}", body: participantShape, lenient: true, do: (*Server).patchParticipant},

	{pattern: "GET /v2/call_control_applications", query: append([]string{"sort"}, paging...), portal: true, do: (*Server).applications},
	{pattern: "POST /v2/call_control_applications", body: newApplicationShape, portal: true, status: http.StatusCreated, do: (*Server).createApplication},
	{pattern: "GET /v2/call_control_applications/{id}", portal: true, do: (*Server).application},
	{pattern: "PATCH /v2/call_control_applications/{id}", body: applicationShape, portal: true, do: (*Server).updateApplication},
	{pattern: "GET /v2/phone_numbers", query: append([]string{"filter[phone_number]", "filter[connection_id]", "filter[status]"}, paging...), portal: true, do: (*Server).phoneNumbers},
	{pattern: "PATCH /v2/phone_numbers/{id}", body: numberShape, portal: true, do: (*Server).updateNumber},
	{pattern: "GET /v2/outbound_voice_profiles", query: paging, portal: true, do: (*Server).profiles},
	{pattern: "GET /v2/outbound_voice_profiles/{id}", portal: true, do: (*Server).profile},
	{pattern: "GET /v2/webhook_deliveries", query: append([]string{"filter[status][eq]", "filter[event_type]", "filter[started_at][gte]"}, paging...), portal: true, do: (*Server).webhookDeliveries},
	{pattern: "GET /v2/public_key", portal: true, do: (*Server).publicKey},
	{pattern: "GET /v2/balance", portal: true, do: (*Server).balance},
}

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	for _, o := range operations {
		mux.HandleFunc(o.pattern, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, o) })
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.refuse(w, r, complaint{status: http.StatusNotFound, code: "10005", title: "Resource not found",
			detail: "The requested resource or URL could not be found."})
	})
	return mux
}

// serve answers one request: what is asked is done only if all of it is in order.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, o operation) {
	w.Header().Set("Date", s.config.Clock.Now().UTC().Format(http.TimeFormat))
	key, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !bearer || subtle.ConstantTimeCompare([]byte(key), []byte(s.config.Key)) != 1 {
		reply(w, http.StatusUnauthorized, failures{[]failure{{Code: "10009", Title: "Authentication failed",
			Detail: "The required authentication headers were either invalid or not included in the request."}}})
		return
	}
	body, wrong := o.read(w, r)
	wrong = append(wrong, o.checkQuery(r.URL)...)
	if len(wrong) > 0 {
		s.refuse(w, r, wrong...)
		return
	}
	if o.looks && s.overlook(w, r) {
		return
	}
	fault, fails := PortalFault{}, false
	if o.portal {
		fault, fails = s.portal.fail()
	}
	if fails && !fault.Done {
		stumble(w, fault.Status)
		return
	}
	var got answer
	var err error
	s.config.Network.Do(func(net *world.World) {
		got, err = o.do(s, request{path: r.PathValue, query: r.URL.Query(), body: body, world: net})
	})
	var undone *world.Error
	var refused complaint
	switch {
	case fails:
		stumble(w, fault.Status)
	case err == nil:
		reply(w, max(o.status, http.StatusOK), got)
	case errors.As(err, &undone):
		f := failure{Code: undone.Code, Title: undone.Title, Detail: undone.Detail, Meta: docs(undone.Code)}
		if undone.Pointer != "" {
			f.Source = &source{Pointer: undone.Pointer}
		}
		if undone.Wait > 0 { // in whole seconds, as the header is: section 2
			w.Header().Set("X-Ratelimit-Reset", strconv.FormatInt(int64((undone.Wait+time.Second-1)/time.Second), 10))
		}
		reply(w, undone.HTTP, failures{[]failure{f}})
	case errors.As(err, &refused):
		s.refuse(w, r, refused)
	default:
		panic(fmt.Sprintf("telnyxtest: %s: %v", o.pattern, err))
	}
}

// read reads the body that an operation takes.
func (o operation) read(w http.ResponseWriter, r *http.Request) (form, []complaint) {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	switch {
	case err != nil:
		return nil, []complaint{{status: http.StatusRequestEntityTooLarge, code: "10015", title: "Bad Request",
			detail: "The body could not be read, or is too large."}}
	case o.body == nil && len(raw) > 0:
		return nil, []complaint{bad("10015", "Bad Request", "", "No body is taken here.")}
	case o.body == nil, o.lenient && len(raw) == 0:
		return nil, nil
	case !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json"):
		return nil, []complaint{bad("10015", "Bad Request", "", "The Content-Type must be application/json.")}
	}
	return o.body.read(raw)
}

// checkQuery refuses parameters that are not known, and brackets that are not encoded:
// Telnyx answers those with an empty list, which is worse.
func (o operation) checkQuery(u *url.URL) []complaint {
	var wrong []complaint
	if strings.ContainsAny(u.RawQuery, "[]") {
		wrong = append(wrong, bad("10015", "Bad Request", "", "Brackets in a query must be encoded."))
	}
	for name := range u.Query() {
		if !slices.Contains(o.query, name) {
			wrong = append(wrong, complaint{status: 422, code: "10007", title: "Unexpected parameter", parameter: name,
				detail: "The parameter is not known here."})
		}
	}
	return wrong
}

// The body of an error: contracts/telnyx.md, section 2.
type (
	failures struct {
		Errors []failure `json:"errors"`
	}
	failure struct {
		Code   string            `json:"code"`
		Title  string            `json:"title"`
		Detail string            `json:"detail,omitempty"`
		Source *source           `json:"source,omitempty"`
		Meta   map[string]string `json:"meta,omitempty"`
	}
	source struct {
		Pointer   string `json:"pointer,omitempty"`
		Parameter string `json:"parameter,omitempty"`
	}
)

func docs(code string) map[string]string {
	return map[string]string{"url": "https://developers.telnyx.com/docs/overview/errors/" + code}
}

// refuse answers a request that is not in order, and remembers it.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, wrong ...complaint) {
	var all failures
	for _, c := range wrong {
		s.note(r.Method + " " + r.URL.Path + ": " + c.Error())
		f := failure{Code: c.code, Title: c.title, Detail: c.detail, Meta: docs(c.code)}
		if c.pointer != "" || c.parameter != "" {
			f.Source = &source{c.pointer, c.parameter}
		}
		all.Errors = append(all.Errors, f)
	}
	reply(w, wrong[0].status, all)
}

// stumble answers with a failure that is Telnyx's own.
func stumble(w http.ResponseWriter, status int) {
	reply(w, status, failures{[]failure{{Code: "10000", Title: http.StatusText(status), Detail: "Something went wrong at Telnyx."}}})
}

func reply(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // who asked has gone
}
