package telnyx

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"

	"switchboard/engine"
)

// The codes that say that a stream or a transcription is already as it is wanted, or
// in the way (section 2).
const (
	codeStreaming       = "90045" // the leg is streamed
	codeNotStreaming    = "90048"
	codeTranscribing    = "90054" // the leg is transcribed
	codeNotTranscribing = "90055" // the transcription cannot be stopped
)

type (
	streamRequest struct {
		URL       string `json:"stream_url"`
		Track     string `json:"stream_track"`
		Codec     string `json:"stream_codec"`
		CommandID string `json:"command_id"`
	}

	transcribeRequest struct {
		Engine    string    `json:"transcription_engine"`
		Config    earConfig `json:"transcription_engine_config"`
		Tracks    string    `json:"transcription_tracks"`
		CommandID string    `json:"command_id"`
	}

	// Of these fields an engine has some.
	earConfig struct {
		Engine      string `json:"transcription_engine"`
		Language    string `json:"language,omitempty"`
		Model       string `json:"transcription_model,omitempty"`
		GoogleModel string `json:"model,omitempty"`
		Region      string `json:"region,omitempty"`
		Interim     bool   `json:"interim_results,omitempty"`
	}
)

// stream has Telnyx send a leg's sound to us. PCMU is asked for, and what comes is
// told by the stream itself: Telnyx may send another codec (section 7).
//
// A leg has one stream. One that is on already was begun by an earlier run, with a
// token that nobody knows any more, so it is stopped for ours.
func (d *delivery) stream(ctx context.Context, a engine.Stream) engine.Body {
	base := *d.client.media.Load()
	if base == "" {
		return engine.Refused{Command: d.name, Reason: engine.ReasonNoFeed,
			Detail: "no public address is set that Telnyx could send sound to: set PUBLIC_URL"}
	}
	media := d.client.config.Media
	if media != nil {
		media.Expect(a.Leg, a.Token)
	}
	body := streamRequest{strings.TrimRight(base, "/") + "/media/" + url.PathEscape(a.Token),
		"inbound_track", "PCMU", d.id}
	for try := 1; ; try++ {
		r := onLeg(a.Leg, "streaming_start", body)
		r.whole = r.whole && a.Token != ""
		_, f := d.send(ctx, r)
		switch {
		case f == nil:
			return engine.Accepted{Command: d.name}
		case f.says(codeStreaming) && d.perhaps && media != nil && !media.expects(a.Token):
			return engine.Accepted{Command: d.name} // the try that was not answered began it
		case !f.says(codeStreaming) || try == maxTries:
			return d.outcome(f)
		}
		stop := onLeg(a.Leg, "streaming_stop", commandRequest{d.another("stop", try)})
		if _, f := d.send(ctx, stop); f != nil && !f.says(codeNotStreaming) {
			return d.outcome(f)
		}
		if try > 1 && !d.pause(ctx, backoff(try)) { // it is accepted before it is done
			return d.outcome(f)
		}
		body.CommandID = d.another("again", try) // Telnyx ignores one that it has seen
	}
}

// another returns a command_id of a further command that the same wish needs.
func (d *delivery) another(what string, try int) string {
	return uuid.NewSHA1(d.client.epoch, fmt.Appendf(nil, "%s/%s/%d", d.name, what, try)).String()
}

// stopStream ends all streams of a leg. What becomes of their sockets is no trouble
// from here on.
func (d *delivery) stopStream(ctx context.Context, a engine.StopStream) engine.Body {
	if media := d.client.config.Media; media != nil {
		media.Forget(a.Leg)
	}
	return d.settled(ctx, onLeg(a.Leg, "streaming_stop", commandRequest{d.id}), codeNotStreaming)
}

func (d *delivery) transcribe(ctx context.Context, a engine.Transcribe) engine.Body {
	body, err := newTranscribe(d.client.config.Transcription, a.Language, d.id)
	if err != nil {
		return engine.Refused{Command: d.name, Reason: engine.ReasonInvalid, Detail: err.Error()}
	}
	return d.settled(ctx, onLeg(a.Leg, "transcription_start", body), codeTranscribing)
}

func (d *delivery) stopTranscribe(ctx context.Context, a engine.StopTranscribe) engine.Body {
	return d.settled(ctx, onLeg(a.Leg, "transcription_stop", commandRequest{d.id}), codeNotTranscribing)
}

// settled sends a request like accepted. A refusal with that code settles it as well:
// what it was to bring about is so.
func (d *delivery) settled(ctx context.Context, r request, code string) engine.Body {
	if _, f := d.send(ctx, r); f != nil && !f.says(code) {
		return d.outcome(f)
	}
	return engine.Accepted{Command: d.name}
}

// says reports whether a code is among those of a refusal.
func (f *failure) says(code string) bool { return slices.Contains(f.codes, code) }

// A Transcription says who writes down at Telnyx what is said.
type Transcription struct {
	// Engine is Telnyx's word for it, as in "Deepgram"; empty is "Google".
	Engine string

	// Model is one of the engine's own, as in "deepgram/nova-2", and for Azure the
	// region, as in "eastus"; empty is a usual one.
	Model string
}

// An ear is what one of Telnyx's transcription engines can be told. Each has fields of
// its own (API reference, transcription_start; most are newer than the OpenAPI file).
type ear struct {
	engine   string
	model    string                             // the usual one; empty: Telnyx chooses
	put      func(c *earConfig, model string)   // the model into its field
	language func(tag string) (language string) // the engine's own word; nil: it is not told
	interim  bool                               // it tells what is still being said
}

var ears = []ear{
	{engine: "Google", put: putGoogleModel, language: plainLanguage, interim: true},
	{engine: "Telnyx", put: putModel, language: plainLanguage},
	{engine: "Deepgram", model: "deepgram/nova-3", put: putModel, language: deepgramLanguage, interim: true},
	{engine: "Azure", model: "eastus", put: putRegion, language: plainLanguage},
	{engine: "xAI", model: "xai/grok-stt", put: putModel, language: plainLanguage, interim: true},
	{engine: "AssemblyAI", model: "assemblyai/universal-streaming", put: putModel, interim: true},
	{engine: "Speechmatics", model: "speechmatics/standard", put: putModel, language: plainLanguage, interim: true},
	{engine: "Soniox", model: "soniox/stt-rt-v4", put: putModel, language: plainLanguage, interim: true},
	{engine: "Parakeet", model: "nvidia/parakeet-v3", put: putModel, interim: true},
	{engine: "A", put: putGoogleModel, language: plainLanguage, interim: true}, // Google's older name
	{engine: "B", put: putModel, language: plainLanguage},                      // and Telnyx's
}

func putModel(c *earConfig, model string)       { c.Model = model }
func putGoogleModel(c *earConfig, model string) { c.GoogleModel = model }
func putRegion(c *earConfig, model string)      { c.Region = model }

// newTranscribe returns what a transcription is begun with, of what the leg itself says.
func newTranscribe(t Transcription, tag, id string) (transcribeRequest, error) {
	name := cmp.Or(t.Engine, "Google")
	i := slices.IndexFunc(ears, func(e ear) bool { return strings.EqualFold(e.engine, name) })
	if i < 0 {
		return transcribeRequest{}, fmt.Errorf("Telnyx has no transcription engine %q: set TRANSCRIPTION_ENGINE, as in Google", cut(name, maxWord))
	}
	e := ears[i]
	config := earConfig{Engine: e.engine, Interim: e.interim}
	e.put(&config, cmp.Or(t.Model, e.model))
	if e.language != nil {
		config.Language = e.language(tag)
	}
	return transcribeRequest{e.engine, config, "inbound", id}, nil
}

// plainLanguage returns the language of a tag, as in "en" of "en-US".
func plainLanguage(tag string) string {
	short, _, _ := strings.Cut(tag, "-")
	return strings.ToLower(short)
}

// deepgramLanguages are those that Deepgram's newest model is told with their region.
// The first of a language stands for its other regions.
var deepgramLanguages = []string{
	"en-US", "en-AU", "en-GB", "en-IN", "en-NZ", "sv-SE", "da-DK", "pt-BR", "pt-PT", "es-419", "fr-CA",
}

// deepgramLanguage returns a tag as Deepgram knows it: "en" alone it does not, and of
// "es-ES" only "es".
func deepgramLanguage(tag string) string {
	for _, l := range deepgramLanguages {
		if strings.EqualFold(l, tag) {
			return l
		}
	}
	short := plainLanguage(tag)
	for _, l := range deepgramLanguages {
		if plainLanguage(l) == short && short != "es" && short != "fr" { // these two it knows alone
			return l
		}
	}
	return short
}
