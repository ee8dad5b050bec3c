package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"switchboard/engine"
	"switchboard/engine/runner"
	"switchboard/engine/sentiment"
	"switchboard/engine/sentiment/chat"
	"switchboard/symbl"
	"switchboard/telnyx"
)

// Feeds that a configuration names, and what the engine calls them.
var feedKinds = map[string]engine.FeedKind{
	feedSymblStream: engine.FeedStream, feedSymblPhone: engine.FeedPhone, feedTelnyx: engine.FeedTelnyx,
}

// Feeds returns what may listen to calls, the preferred first. Where nothing may, it is
// empty and [Config.deaf] says why.
func (c Config) Feeds() []engine.FeedKind {
	switch c.Feed {
	case feedNone:
		return []engine.FeedKind{}
	case feedAuto, "":
		all := []engine.FeedKind{}
		if c.Heard() && c.PublicURL != "" {
			all = append(all, engine.FeedStream)
		}
		if c.Heard() {
			all = append(all, engine.FeedPhone)
		}
		return append(all, engine.FeedTelnyx)
	default:
		return []engine.FeedKind{feedKinds[c.Feed]}
	}
}

// mediaURL returns where Telnyx sends media streams, without their tokens, where webhooks
// reach us at a public address of http or https; empty where there is none.
func mediaURL(public string) string {
	if rest, ok := strings.CutPrefix(public, "http"); ok {
		return "ws" + rest
	}
	return ""
}

// Heard reports whether Symbl's credentials are configured.
func (c Config) Heard() bool { return c.SymblID != "" && !c.SymblSecret.Empty() }

// deaf says why no feed listens; empty where one does.
func (c Config) deaf() string {
	if c.Feed == feedNone {
		return "no feed is to listen (FEED is none)"
	}
	return ""
}

// A localScorer scores in the process.
type localScorer struct{}

// Score returns how a customer's sentence was meant, as far as its words tell.
func (localScorer) Score(text string) telnyx.Score {
	s := sentiment.Of(text)
	return telnyx.Score{Scored: s.Scored, Polarity: s.Polarity, Source: sentiment.Source, Flags: s.Flags}
}

// Flags returns what a sentence asks for, as far as its words tell.
func (localScorer) Flags(text string) engine.Flags { return sentiment.Of(text).Flags }

// connect makes the ways to Telnyx, Symbl and the scorer, and to the runner what may be
// told by them.
func (p *program) connect(epoch string, adapters map[engine.Adapter]runner.Doer, pass func(point string)) error {
	c := p.config
	if c.Heard() {
		config := symbl.Config{
			URL: c.SymblURL, SocketURL: c.SymblSocketURL, AppID: c.SymblID, AppSecret: c.SymblSecret.Reveal(),
			Clock: p.clock, Engine: p.runner, Forget: c.SymblForget,
		}
		if c.Scorer != scorerNone {
			config.Scorer = localScorer{}
		}
		p.symbl = symbl.New(config)
		p.media = telnyx.NewMedia(telnyx.MediaConfig{Clock: p.clock, Engine: p.runner, Sink: p.symbl})
		adapters[engine.AdapterSymbl] = p.symbl
	}
	p.telnyx = telnyx.NewClient(telnyx.ClientConfig{
		URL: c.TelnyxURL, Key: c.APIKey.Reveal(), ConnectionID: c.ConnectionID, Epoch: epoch, Clock: p.clock,
		MediaURL: mediaURL(c.PublicURL), Media: p.media, Pass: pass,
		Transcription: telnyx.Transcription{Engine: c.TranscriptionEngine, Model: c.TranscriptionModel},
	})
	adapters[engine.AdapterTelnyx] = p.telnyx
	p.sweeper = telnyx.NewSweeper(telnyx.SweeperConfig{Client: p.telnyx, Clock: p.clock, Engine: p.runner, Epoch: epoch})
	if c.Scorer != scorerChat {
		return nil
	}
	var err error
	p.chat, err = chat.New(chat.Config{URL: c.ChatURL, Model: c.ChatModel, Prompt: c.ChatPrompt, Key: c.ChatKey.Reveal(), Clock: p.clock})
	if err != nil {
		return fmt.Errorf("SCORER is chat: %w; check CHAT_URL and CHAT_KEY", err)
	}
	adapters[engine.AdapterScorer] = p.chat
	return nil
}

// disconnect ends what connect made.
func (p *program) disconnect() {
	p.telnyx.Close()
	if p.media != nil {
		p.media.Close()
	}
	if p.symbl != nil {
		p.symbl.Close()
	}
	if p.chat != nil {
		p.chat.Close()
	}
	p.logCounts()
}

// logCounts leaves in the log what the feeds came across, above all what is new to us: by
// it a change of their formats is found out.
func (p *program) logCounts() {
	if p.media != nil {
		c := p.media.Counts()
		p.log.Info("sound from Telnyx", "frames", c.Frames, "late", c.Late, "lost", c.Lost, "malformed", c.Malformed,
			"ignored", c.Ignored, "refused_streams", c.Refused, "unheard", c.Unheard)
	}
	if p.symbl != nil {
		c := p.symbl.Counts()
		p.log.Info("heard from Symbl", "unknown_types", c.Types, "unknown_fields", c.Fields, "dropped_bytes", c.Dropped)
	}
}

// scorer returns who scores what Telnyx writes down; nil for nobody.
func (c Config) scorer() telnyx.Scorer {
	if c.Scorer == scorerNone {
		return nil
	}
	return localScorer{}
}

// probeEvery is how often a feed that has failed to start is tried, in house time, and
// probeWait how long that may take on the wall.
const (
	probeEvery = 30 * time.Second
	probeWait  = 15 * time.Second
)

// keepProbing tries the feeds that calls pass over, until ctx is done, and tells the
// engine when one would start again. Telnyx's transcription cannot be tried without a
// call: a call that nothing else hears does.
func (p *program) keepProbing(ctx context.Context) {
	for p.clock.Sleep(ctx, probeEvery) == nil {
		for _, o := range p.runner.Frame().Outages {
			if p.symbl == nil || o.Kind == engine.FeedTelnyx {
				continue
			}
			p.probe(ctx, o.Kind)
		}
	}
}

func (p *program) probe(ctx context.Context, kind engine.FeedKind) {
	ctx, cancel := context.WithTimeout(ctx, probeWait)
	defer cancel()
	body := engine.FeedProbed{Kind: kind, Works: true}
	if err := p.symbl.Probe(ctx, kind); err != nil {
		body.Works, body.Why = false, err.Error()
	}
	if !body.Works {
		p.log.Info("feed still out", "feed", kind, "error", body.Why)
		return // nothing has changed
	}
	if err := p.runner.Submit(ctx, engine.Entry{ID: "probe/" + kind.String() + "/" + p.runner.Now().Format(time.RFC3339Nano), By: engine.ByRunner, Body: body}); err != nil {
		p.log.Error("tell that a feed works again", "feed", kind, "error", err)
	}
}
