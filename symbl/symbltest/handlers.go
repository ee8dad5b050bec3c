package symbltest

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"
)

func (s *Server) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /oauth2/token:generate", s.generate)
	mux.HandleFunc("POST /v1/endpoint:connect", s.authorized(s.connect))
	mux.HandleFunc("GET /v1/conversations", s.authorized(s.list))
	mux.HandleFunc("GET /v1/conversations/{conversation}/messages", s.authorized(s.messages))
	mux.HandleFunc("DELETE /v1/conversations/{conversation}", s.authorized(s.forget))
	mux.HandleFunc("GET /session/subscribe/{connection}", s.authorized(s.subscribe))
	mux.HandleFunc("GET /v1/subscribe/{connection}", s.authorized(s.subscribe))
	mux.HandleFunc("GET /v1/streaming/{connection}", s.authorized(s.stream))
	mux.HandleFunc("GET /v1/realtime/insights/{connection}", s.authorized(s.stream)) // its older name
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { refuse(w, http.StatusNotFound, "Not found") })
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.begin() {
			refuse(w, http.StatusServiceUnavailable, "Closed")
			return
		}
		defer s.work.Done()
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		mux.ServeHTTP(w, r)
	})
}

// generate gives a token: the same one while it is alive, with the time that it has left.
func (s *Server) generate(w http.ResponseWriter, r *http.Request) {
	var question struct {
		Type      string `json:"type"`
		AppID     string `json:"appId"`
		AppSecret string `json:"appSecret"`
	}
	problem := decode(r, &question)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts.TokenRequests++
	switch {
	case problem != nil || question.Type != "application":
		refuse(w, http.StatusBadRequest, "Bad Request")
		return
	case s.faults.RefuseToken, question.AppID != s.config.AppID, question.AppSecret != s.config.AppSecret:
		refuse(w, http.StatusUnauthorized, "Invalid appId or appSecret.")
		return
	}
	now := s.clock.Now()
	if s.token == "" || !now.Before(s.tokenDies) {
		s.token = "eyJ." + rand.Text()
		s.tokenDies = now.Add(s.config.TokenLife)
	}
	answer(w, http.StatusOK, map[string]any{
		"accessToken": s.token,
		"expiresIn":   int(s.tokenDies.Sub(now) / time.Second),
	})
}

// authorized asks for the token, in either of the headers or in the address.
func (s *Server) authorized(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !ok {
			given = r.Header.Get("X-API-KEY")
		}
		if given == "" {
			given = r.URL.Query().Get("access_token")
		}
		s.mu.Lock()
		good := given != "" && given == s.token && s.clock.Now().Before(s.tokenDies)
		s.mu.Unlock()
		if !good {
			refuse(w, http.StatusUnauthorized, "Token validation failed for provided token.")
			return
		}
		next(w, r)
	}
}

// connectRequest is what the contract documents for start and stop; anything else is
// refused, so that a misspelt field does not pass unseen.
type connectRequest struct {
	Operation    string `json:"operation"`
	ConnectionID string `json:"connectionId"`
	Endpoint     struct {
		Type        string `json:"type"`
		PhoneNumber string `json:"phoneNumber"`
		DTMF        string `json:"dtmf"`
		IdleTimeout *int   `json:"idleTimeout"`
	} `json:"endpoint"`
	Data struct {
		Session struct {
			ID   string `json:"id"`
			Name string `json:"name"`
			Type string `json:"type"`
		} `json:"session"`
	} `json:"data"`
	Languages         []string           `json:"languages"`
	Timezone          string             `json:"timezone"`
	Actions           *[]json.RawMessage `json:"actions"`
	PushSpeakerEvents bool               `json:"pushSpeakerEvents"`
}

var (
	phoneNumber = regexp.MustCompile(`^1[2-9][0-9]{9}$`) // the US and Canada only, without "+"
	keys        = regexp.MustCompile(`^[0-9*#,]*$`)
)

func (q *connectRequest) problem() error {
	switch {
	case q.Endpoint.Type != "pstn":
		return fmt.Errorf("endpoint.type %q is not supported", q.Endpoint.Type)
	case !phoneNumber.MatchString(q.Endpoint.PhoneNumber):
		return errors.New("endpoint.phoneNumber must be digits with the country code, in the US or Canada")
	case !keys.MatchString(q.Endpoint.DTMF):
		return errors.New("endpoint.dtmf may hold 0-9, *, # and commas")
	case q.Actions == nil:
		return errors.New("actions must be an array")
	}
	return nil
}

func (s *Server) connect(w http.ResponseWriter, r *http.Request) {
	var question connectRequest
	if err := decode(r, &question); err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	switch question.Operation {
	case "start":
		s.start(w, r, question)
	case "stop":
		s.stop(w, question.ConnectionID)
	default:
		refuse(w, http.StatusBadRequest, "operation must be start or stop")
	}
}

// start answers before anybody has picked up: what becomes of the call is not told.
func (s *Server) start(w http.ResponseWriter, r *http.Request, question connectRequest) {
	s.mu.Lock()
	s.counts.Starts++
	faults, full := s.faults, s.live >= s.config.Connections
	s.mu.Unlock()
	if err := question.problem(); err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	switch {
	case faults.ConnectStatus != 0:
		refuse(w, faults.ConnectStatus, "As it was told")
		return
	case full:
		refuse(w, http.StatusTooManyRequests, "Concurrency limit reached.")
		return
	}
	c, ok := s.open(question.Endpoint.PhoneNumber, question.Endpoint.DTMF)
	switch {
	case !ok:
		refuse(w, http.StatusServiceUnavailable, "Closed")
		return
	case faults.ConnectHang:
		s.hang(r)
		return
	}
	body := map[string]string{
		"eventUrl":           s.URL() + "/v1/event/" + c.id,
		"resultWebSocketUrl": s.SocketURL() + "/events/" + c.id,
		"connectionId":       c.id,
	}
	if !s.config.LateConversation {
		body["conversationId"] = c.conversation
	}
	answer(w, http.StatusCreated, body)
}

// hang keeps whoever asks waiting.
func (s *Server) hang(r *http.Request) {
	select {
	case <-r.Context().Done():
	case <-s.life().Done():
	}
}

func (s *Server) stop(w http.ResponseWriter, id string) {
	s.mu.Lock()
	s.counts.Stops++
	c, ok := s.connections[id]
	status := s.faults.StopStatus
	s.mu.Unlock()
	switch {
	case status != 0:
		refuse(w, status, "As it was told")
	case !ok:
		refuse(w, http.StatusNotFound, "The connectionId is either invalid or does not exist.")
	default:
		c.cancel()
		<-c.done
		answer(w, http.StatusOK, map[string]string{"connectionId": c.id, "conversationId": c.conversation})
	}
}

// decode reads one JSON value and nothing else; a field that is not known is an error.
func decode(r *http.Request, into any) error {
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one JSON value")
	}
	return nil
}

func refuse(w http.ResponseWriter, status int, message string) {
	answer(w, status, map[string]string{"message": message})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body) // an error is the client's going away
}
