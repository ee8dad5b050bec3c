package main

import (
	"cmp"
	"context"

	"switchboard/symbl"
)

// askFeed asks who listens to calls.
func (s *setup) askFeed(ctx context.Context) error {
	now := cmp.Or(s.now("FEED"), feedAuto)
	has := s.now("SYMBL_APP_ID") != "" && s.now("SYMBL_APP_SECRET") != ""
	options := []option[string]{
		{"Telnyx itself: its transcription, scored here; nothing else is needed", feedTelnyx},
		{"whoever works best: Symbl.ai while it does, Telnyx otherwise", feedAuto},
		{"Symbl.ai alone, by media stream", feedSymblStream},
		{"Symbl.ai alone, by telephone", feedSymblPhone},
		{"nobody: calls go on unheard", feedNone},
	}
	if now == feedAuto && !has {
		now = feedTelnyx
	}
	feed, err := choose(ctx, s.dialogue, question{title: "Who listens to calls, so that you see how customers are?",
		about: "Symbl.ai needs credentials of its own; whether it still takes any, its check tells."}, now, options)
	if err != nil {
		return err
	}
	s.set("FEED", feed)
	if feed == feedTelnyx || feed == feedNone {
		return nil
	}
	return s.askSymbl(ctx, feed)
}

// askSymbl asks for Symbl's credentials and tries them.
func (s *setup) askSymbl(ctx context.Context, feed string) error {
	for {
		if err := s.askSetting(ctx, "SYMBL_APP_ID", question{title: "Symbl's App ID", about: "From " + symblHome + "."}); err != nil {
			return err
		}
		if err := s.askSetting(ctx, "SYMBL_APP_SECRET", question{title: "Symbl's App Secret", about: "From the same page. It is not shown."}); err != nil {
			return err
		}
		s.say("Symbl is asked …")
		err := s.trySymbl(ctx)
		if err == nil {
			s.say("✓ Symbl takes the credentials.")
			return s.askListenNumber(ctx, feed)
		}
		if ctx.Err() != nil {
			return errLeft
		}
		s.trouble(err)
		what, err := choose(ctx, s.dialogue, question{title: "What now?"}, "again", []option[string]{
			{"enter them again", "again"}, {"keep them all the same", "keep"}, {"have Telnyx listen instead", "telnyx"},
		})
		switch {
		case err != nil:
			return err
		case what == "keep":
			return s.askListenNumber(ctx, feed)
		case what == "telnyx":
			s.forgetSymbl()
			return nil
		}
	}
}

// trySymbl asks Symbl for a token.
func (s *setup) trySymbl(ctx context.Context) error {
	client := symbl.New(symbl.Config{
		URL: s.now("SYMBL_API_URL"), SocketURL: s.now("SYMBL_WS_URL"),
		AppID: s.now("SYMBL_APP_ID"), AppSecret: s.now("SYMBL_APP_SECRET"), Clock: s.clock, Engine: deafEars{}, Timeout: symblWait,
	})
	defer client.Close()
	return client.Authenticate(ctx)
}

// forgetSymbl takes the credentials back that were just entered, and lets Telnyx listen.
func (s *setup) forgetSymbl() {
	s.set("FEED", feedTelnyx)
	delete(s.chosen, "SYMBL_APP_ID")
	delete(s.chosen, "SYMBL_APP_SECRET")
}

// askListenNumber asks for a number of our own that Symbl calls, where it may listen by
// telephone.
func (s *setup) askListenNumber(ctx context.Context, feed string) error {
	if feed == feedSymblStream {
		return nil
	}
	return s.askOwnNumber(ctx, "LISTEN_NUMBER", question{
		title: "Which number does Symbl call?", blank: true,
		about: "By telephone Symbl listens by calling us. A second number of your own, which nobody else calls, is advised; Symbl calls the United States and Canada only.",
	})
}
