// Package chattest speaks the interface of a chat completions endpoint on loopback. The
// language model behind it is played by the local scorer, so that what it answers is
// sensible and the same every time.
//
// It is not a stand-in for tests alone: the emulators have it, too. It can be told to
// misbehave.
package chattest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"switchboard/engine/clock"
	"switchboard/engine/sentiment"
)

// Path is where completions are asked for. Telnyx answers at OldPath as well.
const (
	Path    = "/v2/ai/openai/chat/completions"
	OldPath = "/v2/ai/chat/completions"
)

// Limits.
const (
	maxBody       = 256 << 10
	maxKept       = 4096 // sentences that are remembered
	headerTimeout = 5 * time.Second
)

// A Manner is a way of answering.
type Manner uint8

// The manners.
const (
	Good     Manner = iota // as asked
	Slow                   // as asked, but after Config.Delay
	Hangs                  // not at all
	Drops                  // hangs up
	Forbids                // 401
	Limits                 // 429
	Breaks                 // 500, with the caller's key in the text
	Sends                  // 307, to itself
	Prose                  // words around the JSON
	Garbled                // no JSON
	Short                  // a sentence is left out
	Twice                  // a sentence is scored twice, another one not
	Stranger               // a sentence is scored that nobody asked about
	Extreme                // a polarity of 7
	Invented               // a flag that does not exist
	Nothing                // no choice
	Endless                // more than anybody should read
)

// A Config says what a Server is like.
type Config struct {
	Address string // of the listener; a free port of 127.0.0.1 where empty
	Key     string // the bearer token that is asked for; test-key where empty
	Clock   *clock.Clock
	Delay   time.Duration // of a Slow answer, in house time; 1 s where zero
}

// A Server is one endpoint. Its methods may be called from any goroutine.
type Server struct {
	config Config
	listen net.Listener
	http   *http.Server
	gone   context.Context
	leave  context.CancelFunc
	serves sync.WaitGroup

	mu        sync.Mutex
	manner    Manner
	requests  int
	atOnce    int
	most      int
	sentences []string
	prompts   []string
}

// Start starts a server. Close ends it.
func Start(config Config) (*Server, error) {
	if config.Address == "" {
		config.Address = "127.0.0.1:0"
	}
	if config.Key == "" {
		config.Key = "test-key"
	}
	if config.Delay == 0 {
		config.Delay = time.Second
	}
	listen, err := net.Listen("tcp", config.Address)
	if err != nil {
		return nil, fmt.Errorf("chattest: %w", err)
	}
	s := &Server{config: config, listen: listen}
	s.gone, s.leave = context.WithCancel(context.Background())
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+Path, s.complete)
	mux.HandleFunc("POST "+OldPath, s.complete)
	s.http = &http.Server{Handler: mux, ReadHeaderTimeout: headerTimeout}
	s.serves.Go(func() { _ = s.http.Serve(listen) }) // it returns when it is closed
	return s, nil
}

// URL returns the address of the endpoint.
func (s *Server) URL() string { return "http://" + s.listen.Addr().String() + Path }

// Behave makes the server answer in a manner from now on.
func (s *Server) Behave(m Manner) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.manner = m
}

// Requests returns how many requests have come, and how many of them were under way at
// once at the most.
func (s *Server) Requests() (all, most int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests, s.most
}

// Sentences returns the sentences that were asked about, in the order in which they came.
func (s *Server) Sentences() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.sentences...)
}

// Prompts returns what the model was told to do, a text for each request.
func (s *Server) Prompts() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.prompts...)
}

// Close ends the server and waits for it.
func (s *Server) Close() {
	s.leave()
	s.http.Close()
	s.serves.Wait()
}

type request struct {
	Model    string `json:"model"`
	Messages []struct {
		Role    string `json:"role"`
		Content string `json:"content"`
	} `json:"messages"`
}

type asked struct {
	Sentences []struct {
		ID   int    `json:"id"`
		Text string `json:"text"`
	} `json:"sentences"`
}

type scored struct {
	ID       int      `json:"id"`
	Polarity float64  `json:"polarity"`
	Flags    []string `json:"flags"`
}

func (s *Server) complete(w http.ResponseWriter, r *http.Request) {
	manner := s.begin()
	defer s.end()
	if r.Header.Get("Authorization") != "Bearer "+s.config.Key {
		refuse(w, http.StatusUnauthorized, "Authentication failed")
		return
	}
	data, err := s.read(r.Body)
	if err != nil {
		refuse(w, http.StatusUnprocessableEntity, err.Error())
		return
	}
	if !s.misbehave(w, r, manner) {
		return
	}
	content, _ := json.Marshal(map[string]any{"scores": bend(judge(data), manner)})
	answer := string(content)
	switch manner {
	case Prose:
		answer = "Of course. Here are the scores:\n```json\n" + answer + "\n```"
	case Garbled:
		answer = `{"scores": [`
	}
	reply(w, answer, manner)
}

// begin counts a request and returns how it is to be answered.
func (s *Server) begin() Manner {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
	s.atOnce++
	s.most = max(s.most, s.atOnce)
	return s.manner
}

func (s *Server) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.atOnce--
}

// read returns the sentences that a request asks about.
func (s *Server) read(body io.Reader) (asked, error) {
	var r request
	var data asked
	if err := json.NewDecoder(io.LimitReader(body, maxBody)).Decode(&r); err != nil || r.Model == "" {
		return data, errors.New("the body is not valid")
	}
	if len(r.Messages) != 2 || r.Messages[0].Role != "system" || r.Messages[1].Role != "user" {
		return data, errors.New("want a system message and a user's")
	}
	if err := json.Unmarshal([]byte(r.Messages[1].Content), &data); err != nil {
		return data, errors.New("the model is given no JSON")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.prompts = append(s.prompts, r.Messages[0].Content)
	for _, sentence := range data.Sentences {
		s.sentences = append(s.sentences, sentence.Text)
	}
	if over := len(s.sentences) - maxKept; over > 0 {
		s.sentences = s.sentences[over:]
	}
	return data, nil
}

// misbehave does what comes before an answer, and reports whether there is to be one.
func (s *Server) misbehave(w http.ResponseWriter, r *http.Request, manner Manner) bool {
	switch manner {
	case Slow:
		return s.config.Clock.Sleep(r.Context(), s.config.Delay) == nil
	case Hangs:
		select {
		case <-r.Context().Done():
		case <-s.gone.Done():
		}
		return false
	case Drops:
		panic(http.ErrAbortHandler)
	case Forbids:
		refuse(w, http.StatusUnauthorized, "Authentication failed")
		return false
	case Limits:
		refuse(w, http.StatusTooManyRequests, "Rate limit exceeded")
		return false
	case Breaks:
		refuse(w, http.StatusInternalServerError, "cannot serve "+r.Header.Get("Authorization"))
		return false
	case Sends:
		http.Redirect(w, r, Path, http.StatusTemporaryRedirect)
		return false
	case Endless:
		w.Header().Set("Content-Type", "application/json")
		for range 1 << 10 {
			if _, err := io.WriteString(w, strings.Repeat(" ", 1<<10)); err != nil {
				break
			}
		}
		return false
	}
	return true
}

// judge scores sentences as a model would that does as it is told.
func judge(data asked) []scored {
	all := []scored{}
	for _, sentence := range data.Sentences {
		score := sentiment.Of(sentence.Text)
		one := scored{ID: sentence.ID, Polarity: float64(score.Polarity) / 1000, Flags: []string{}}
		if words := score.Flags.String(); words != "" {
			one.Flags = strings.Split(words, ",")
		}
		all = append(all, one)
	}
	return all
}

// bend makes good scores into what a manner gives.
func bend(all []scored, manner Manner) []scored {
	if len(all) == 0 {
		return all
	}
	last := &all[len(all)-1]
	switch manner {
	case Short:
		return all[:len(all)-1]
	case Twice:
		all[len(all)-1] = all[0]
		if len(all) == 1 {
			return append(all, all[0])
		}
	case Stranger:
		last.ID = 99
	case Extreme:
		last.Polarity = 7
	case Invented:
		last.Flags = []string{"transfer"}
	}
	return all
}

func reply(w http.ResponseWriter, content string, manner Manner) {
	choice := map[string]any{
		"index": 0, "finish_reason": "stop",
		"message": map[string]any{"role": "assistant", "content": content},
	}
	choices := []any{choice}
	if manner == Nothing {
		choices = []any{}
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{ // whoever hung up misses it
		"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "played by the local scorer",
		"choices": choices,
		"usage":   map[string]any{"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
	})
}

func refuse(w http.ResponseWriter, status int, why string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{ // whoever hung up misses it
		"errors": []any{map[string]any{"code": fmt.Sprint(status), "title": why, "detail": why}},
	})
}
