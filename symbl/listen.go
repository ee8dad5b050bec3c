package symbl

import (
	"context"
	"net/http"
	"strings"

	"switchboard/engine"
)

// connectPath takes both start and stop (contracts/symbl.md, section 2).
const connectPath = "/v1/endpoint:connect"

// noCredentials says that nothing can be asked of Symbl.
const noCredentials = "no credentials for Symbl: set SYMBL_APP_ID and SYMBL_APP_SECRET"

type (
	startRequest struct {
		Operation         string       `json:"operation"`
		Endpoint          pstnEndpoint `json:"endpoint"`
		Data              startData    `json:"data"`
		Languages         []string     `json:"languages"`
		Timezone          string       `json:"timezone"`
		Actions           []struct{}   `json:"actions"` // none: the only one there is mails transcripts
		PushSpeakerEvents bool         `json:"pushSpeakerEvents"`
	}

	pstnEndpoint struct {
		Type        string `json:"type"`
		PhoneNumber string `json:"phoneNumber"` // digits with the country code, no "+"
		DTMF        string `json:"dtmf,omitempty"`
	}

	startData struct {
		Session startSession `json:"session"`
	}

	startSession struct {
		Name string `json:"name"`
	}

	stopRequest struct {
		Operation    string              `json:"operation"`
		ConnectionID engine.ConnectionID `json:"connectionId"`
	}

	connectAnswer struct {
		ConnectionID   engine.ConnectionID   `json:"connectionId"`
		ConversationID engine.ConversationID `json:"conversationId"` // may be absent
	}
)

// listen has Symbl call a number. Once the request may have reached Symbl it is never
// sent again: each may become a call. So it has a connection of its own, for one that
// was kept open may turn out to be dead only when it has been written to.
func (c *Client) listen(ctx context.Context, name engine.CommandName, action engine.Listen) engine.Body {
	if c.config.AppID == "" || c.config.AppSecret == "" {
		return engine.Refused{Command: name, Reason: engine.ReasonNoFeed,
			Detail: noCredentials}
	}
	number := strings.TrimPrefix(action.Number, "+")
	if !digits(number) {
		return engine.Refused{Command: name, Reason: engine.ReasonInvalid,
			Detail: "Symbl can only call a telephone number with its country code (+1…): check LISTEN_NUMBER"}
	}
	// Nothing is at stake yet: the token may be asked for again.
	err := c.retry(ctx, func() error { _, err := c.bearer(ctx); return err })
	var answer connectAnswer
	if err == nil {
		err = c.ask(ctx, request{
			wish:   "call us",
			method: http.MethodPost,
			path:   connectPath,
			body:   start(number, action),
			limit:  maxAnswer,
			client: c.fresh,
		}, &answer)
	}
	if err == nil && !known(string(answer.ConnectionID)) {
		err = &failure{words: "Symbl did not name the connection when asked to call us", doubt: true}
	}
	if err != nil {
		return outcome(name, err) // which the runner counts
	}
	if !known(string(answer.ConversationID)) {
		answer.ConversationID = ""
	}
	return engine.Listening{Command: name, Connection: answer.ConnectionID, Conversation: answer.ConversationID}
}

func start(number string, action engine.Listen) startRequest {
	return startRequest{
		Operation:         "start",
		Endpoint:          pstnEndpoint{Type: "pstn", PhoneNumber: number, DTMF: dtmf(action.Code)},
		Data:              startData{startSession{action.Title}},
		Languages:         []string{"en-US"},
		Timezone:          "UTC",
		Actions:           []struct{}{},
		PushSpeakerEvents: true,
	}
}

// dtmf returns the keys that dial a code twice; a comma is a pause of 500 ms. Without a
// code nothing is dialled: a bare # would be heard in the conference.
func dtmf(code string) string {
	if code == "" {
		return ""
	}
	return ",," + code + "#,,,," + code + "#"
}

// unlisten ends the fetching from a connection, and then the connection. What was heard
// is deleted where that is configured; Symbl's leg is gone all the same where it is not
// to be had, so that is noted and no failure.
func (c *Client) unlisten(ctx context.Context, name engine.CommandName, action engine.Unlisten) engine.Body {
	conversation := c.unhear(action.Connection)
	var answer connectAnswer
	err := c.retry(ctx, func() error {
		return c.ask(ctx, request{
			wish:   "hang up",
			method: http.MethodPost,
			path:   connectPath,
			body:   stopRequest{"stop", action.Connection},
			limit:  maxAnswer,
			client: c.http,
		}, &answer)
	})
	if err != nil && !done(err) {
		return outcome(name, err)
	}
	if err := c.erase(ctx, conversation, answer.ConversationID); err != nil {
		c.engine.Note(engine.TroubleSymbl, "a conversation is left at Symbl: "+err.Error())
	}
	return engine.Accepted{Command: name}
}

// known reports whether an identifier of Symbl's is there and of a sane length.
func known(id string) bool { return id != "" && len(id) <= maxID }

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
