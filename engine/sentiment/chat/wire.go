package chat

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"strings"

	"switchboard/engine"
)

// What goes over the wire, and what of it is believed.

type request struct {
	Model          string         `json:"model"`
	Messages       []message      `json:"messages"`
	Temperature    float64        `json:"temperature"`
	MaxTokens      int            `json:"max_tokens"`
	ResponseFormat responseFormat `json:"response_format"`
}

type message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

type responseFormat struct {
	Type string `json:"type"`
}

type completion struct {
	Choices []struct {
		Message struct {
			Content string `json:"content"`
		} `json:"message"`
	} `json:"choices"`
}

// What the model is given, and what it is to give.
type (
	asked struct {
		Sentences []askedSentence `json:"sentences"`
	}
	askedSentence struct {
		ID   int    `json:"id"`
		Text string `json:"text"`
	}
	answer struct {
		Scores []answeredScore `json:"scores"`
	}
	answeredScore struct {
		ID       *int     `json:"id"`
		Polarity *float64 `json:"polarity"`
		Flags    []string `json:"flags"`
	}
)

// Tokens that an answer may take.
const (
	tokensOfAnswer   = 64
	tokensOfSentence = 48
)

// A failure is why a request came to nothing. Nothing in it is the far end's own words:
// some repeat the key in them.
type failure struct {
	reason engine.Reason // none: perhaps it was asked, but no answer came in time
	detail string
}

func (f *failure) outcome(command engine.CommandName) engine.Body {
	if f.reason == 0 {
		return engine.Unanswered{Command: command, Detail: f.detail}
	}
	return engine.Refused{Command: command, Reason: f.reason, Detail: f.detail}
}

// ask sends one request and returns a score for each text.
func (c *Client) ask(texts []string) ([]score, *failure) {
	ctx, cancel := context.WithTimeout(c.ctx, c.within)
	defer cancel()
	select {
	case c.slots <- struct{}{}:
		defer func() { <-c.slots }()
	case <-ctx.Done():
		return nil, &failure{engine.ReasonUnreachable, "the chat scorer was too busy to be asked"}
	}
	body, err := c.send(ctx, texts)
	if err != nil {
		return nil, failed(ctx, err)
	}
	scores, err := read(body, len(texts))
	if err != nil {
		return nil, &failure{engine.ReasonInvalid, "the chat scorer's answer cannot be used: " + err.Error()}
	}
	return scores, nil
}

// A statusError is an answer that is no success.
type statusError int

func (e statusError) Error() string {
	return strings.TrimSpace(fmt.Sprintf("status %d %s", int(e), http.StatusText(int(e))))
}

var errLong = fmt.Errorf("it is longer than %d bytes", maxAnswer)

// failed says of an error what the engine may be told.
func failed(ctx context.Context, err error) *failure {
	var status statusError
	var wrapped *url.Error
	switch {
	case errors.As(err, &status):
		reason := engine.ReasonOther
		switch status {
		case http.StatusUnauthorized, http.StatusForbidden:
			reason = engine.ReasonUnauthorized
		case http.StatusTooManyRequests:
			reason = engine.ReasonLimit
		}
		return &failure{reason, "the chat scorer answers with " + status.Error()}
	case errors.Is(err, errLong):
		return &failure{engine.ReasonInvalid, "the chat scorer's answer cannot be used: " + err.Error()}
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return &failure{detail: fmt.Sprintf("the chat scorer did not answer within %v", answerWithin)}
	case errors.Is(ctx.Err(), context.Canceled):
		return &failure{engine.ReasonUnreachable, errClosed.Error()}
	case errors.As(err, &wrapped):
		err = wrapped.Err // without the URL
	}
	return &failure{engine.ReasonUnreachable, "the chat scorer cannot be reached: " + err.Error()}
}

// send posts texts and returns the body of the answer.
func (c *Client) send(ctx context.Context, texts []string) ([]byte, error) {
	body, err := json.Marshal(c.request(texts))
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.config.URL, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if c.config.Key != "" {
		r.Header.Set("Authorization", "Bearer "+c.config.Key)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json")
	response, err := c.http.Do(r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, statusError(response.StatusCode)
	}
	got, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	if err == nil && len(got) > maxAnswer {
		err = errLong
	}
	return got, err
}

func (c *Client) request(texts []string) request {
	var data asked
	for i, text := range texts {
		data.Sentences = append(data.Sentences, askedSentence{i + 1, text})
	}
	// As JSON a sentence cannot end its own quotation, whatever it holds.
	sentences, _ := json.Marshal(data) // integers and valid strings always marshal
	return request{
		Model: c.config.Model,
		Messages: []message{
			{"system", c.config.Prompt},
			{"user", string(sentences)},
		},
		MaxTokens:      tokensOfAnswer + tokensOfSentence*len(texts),
		ResponseFormat: responseFormat{"json_object"},
	}
}

// read returns the scores of an answer about n sentences. Anything but exactly one good
// score for each is an error, which quotes nothing of the answer.
func read(body []byte, n int) ([]score, error) {
	var c completion
	if err := json.Unmarshal(body, &c); err != nil {
		return nil, errors.New("it is not the JSON of a chat completion")
	}
	if len(c.Choices) != 1 {
		return nil, fmt.Errorf("it has %d choices", len(c.Choices))
	}
	var a answer
	if err := json.Unmarshal([]byte(c.Choices[0].Message.Content), &a); err != nil {
		return nil, errors.New("the model did not answer with the JSON that was asked for")
	}
	if len(a.Scores) != n {
		return nil, fmt.Errorf("%d scores for %d sentences", len(a.Scores), n)
	}
	scores := make([]score, n)
	seen := make([]bool, n)
	for _, s := range a.Scores {
		if s.ID == nil || *s.ID < 1 || *s.ID > n || seen[*s.ID-1] {
			return nil, errors.New("a score for no sentence, or a second one")
		}
		got, err := s.read()
		if err != nil {
			return nil, err
		}
		scores[*s.ID-1], seen[*s.ID-1] = got, true
	}
	return scores, nil
}

func (s answeredScore) read() (score, error) {
	if s.Polarity == nil || !(*s.Polarity >= -1 && *s.Polarity <= 1) {
		return score{}, errors.New("a polarity that is not between -1 and 1")
	}
	got := score{polarity: engine.Polarity(math.Round(*s.Polarity * 1000))}
	if err := got.flags.UnmarshalText([]byte(strings.Join(s.Flags, ","))); err != nil {
		return score{}, errors.New("a flag that was not asked for")
	}
	return got, nil
}
