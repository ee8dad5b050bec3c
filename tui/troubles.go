package tui

import (
	"slices"
	"strings"
	"time"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// Trouble is what goes wrong beside the calls: webhooks refused, commands that Telnyx
// or Symbl did not carry out. It is never only logged: the header names the newest,
// the strip tells at once of what our own set-up makes, and a box tells all of it.

// troubleNew is how long, in house time, a trouble is new.
const troubleNew = time.Minute

// maxDetail is how much of a trouble's detail is shown, in runes: more than is kept.
const maxDetail = 400

// A trouble is a kind of thing that went wrong, as it is shown.
type trouble struct {
	name   safe.Text // in two words: its name on the screen
	means  safe.Text // what it is and what became of it
	count  uint64    // zero: it is so at this moment
	last   time.Time // zero: not known
	detail safe.Text // of the last one; may be empty
	remedy safe.Text // what to look at, where it is made by our own set-up
}

// words tells of a trouble in one line.
func (t trouble) words() safe.Text {
	if t.detail == "" {
		return t.means
	}
	return t.detail
}

// isNew reports whether it has happened within the last minute.
func (t trouble) isNew(now time.Time) bool { return now.Sub(t.last) < troubleNew }

// troublesOf returns what went wrong, the newest first.
func troublesOf(h engine.Health, c engine.Counts) []trouble {
	all := make([]trouble, 0, len(h.Troubles)+1)
	for _, t := range h.Troubles {
		all = append(all, trouble{
			name: troubleName(t.Kind), means: troubleMeans(t.Kind), count: t.Count, last: t.Last,
			detail: safe.Clean(t.Detail, maxDetail), remedy: remedy(t),
		})
	}
	if c.Panics > 0 {
		all = append(all, trouble{name: "engine error", means: "calls left alone after an error of our own", count: c.Panics})
	}
	slices.SortStableFunc(all, func(a, b trouble) int { return b.last.Compare(a.last) })
	return all
}

// troubled returns how often anything went wrong.
func (m *model) troubled() int {
	n := uint64(0)
	for _, t := range m.troubles {
		n += min(t.count, 1<<30)
	}
	return int(min(n, 1<<30))
}

// setUp returns the newest trouble that our own set-up has just made.
func (m *model) setUp() (trouble, bool) {
	for _, t := range m.troubles {
		if t.remedy != "" && t.isNew(m.now) {
			return t, true
		}
	}
	return trouble{}, false
}

// troubleName names a kind in two words, at most 14 cells: that much is left of the
// header on a screen of 80.
func troubleName(k engine.TroubleKind) safe.Text {
	switch k {
	case engine.TroubleSignature:
		return "bad signature"
	case engine.TroubleStale:
		return "stale webhook"
	case engine.TroubleVersion:
		return "v1 webhook"
	case engine.TroubleMalformed:
		return "broken webhook"
	case engine.TroubleUnusable:
		return "odd webhook"
	case engine.TroubleBusy:
		return "inbox full"
	case engine.TroubleJournal:
		return "not journaled"
	case engine.TroubleTelnyx:
		return "Telnyx error"
	case engine.TroubleSymbl:
		return "Symbl error"
	case engine.TroublePolicy:
		return "policy file"
	case engine.TroubleScorer:
		return "no score"
	case engine.TroubleMedia:
		return "media stream"
	case engine.TroubleRecording:
		return "not recorded"
	case engine.TroubleHistory:
		return "history"
	case engine.TroubleRetention:
		return "not erased"
	}
	return own(k.String())
}

// troubleMeans tells what a kind is, and what became of what came so.
func troubleMeans(k engine.TroubleKind) safe.Text {
	switch k {
	case engine.TroubleSignature:
		return "webhooks refused: their signature is missing or wrong"
	case engine.TroubleStale:
		return "webhooks refused: signed too long ago or in the future"
	case engine.TroubleVersion:
		return "webhooks refused: they are in the old format"
	case engine.TroubleMalformed:
		return "webhooks refused: they cannot be read"
	case engine.TroubleUnusable:
		return "webhooks left out: we have no use for their type"
	case engine.TroubleBusy:
		return "webhooks put off: too many are waiting"
	case engine.TroubleJournal:
		return "webhooks put off: the journal cannot write"
	case engine.TroubleTelnyx:
		return "commands that Telnyx refused or did not answer"
	case engine.TroubleSymbl:
		return "requests that Symbl refused or did not answer"
	case engine.TroublePolicy:
		return "the policy file could not be loaded: the rules stay as they were"
	case engine.TroubleScorer:
		return "the chat scorer gave no score: those sentences count by the local scorer's"
	case engine.TroubleMedia:
		return "media streams that were refused, or could not be read"
	case engine.TroubleRecording:
		return "calls that could not be written as recordings"
	case engine.TroubleHistory:
		return "the history of ended calls could not be written; nothing is lost, for the journal has it all"
	case engine.TroubleRetention:
		return "what is past its keep, or was to be forgotten, is not erased yet; it is tried again"
	}
	return own(k.String())
}

// remedy tells what to look at when our own set-up makes a trouble. It is empty where
// it does not: a busy line, a full inbox.
func remedy(t engine.Trouble) safe.Text {
	switch t.Kind {
	case engine.TroubleSignature:
		return "check TELNYX_PUBLIC_KEY"
	case engine.TroubleStale:
		return "check this machine's clock"
	case engine.TroubleVersion:
		return "set Webhook API version to API v2 in the Telnyx portal"
	case engine.TroubleMalformed:
		return "check what calls the webhook address"
	case engine.TroubleJournal:
		return "check the disk of the journal"
	case engine.TroubleHistory:
		return "check the disk of the journal; switchboard history --rebuild makes the history anew"
	case engine.TroubleTelnyx:
		if unauthorized(t.Detail) {
			return "check TELNYX_API_KEY"
		}
	case engine.TroubleSymbl:
		if unauthorized(t.Detail) {
			return "check SYMBL_APP_ID and SYMBL_APP_SECRET"
		}
	case engine.TroublePolicy:
		return "mend the policy file, and load it with :policy reload"
	case engine.TroubleScorer:
		if unauthorized(t.Detail) {
			return "check the chat scorer's key and address: CHAT_KEY and CHAT_URL"
		}
		if strings.Contains(t.Detail, "status 404") || strings.Contains(t.Detail, "status 400") {
			return "check CHAT_URL and CHAT_MODEL"
		}
	case engine.TroubleRecording:
		return "check the folder of --record and its disk; switchboard export has the call from the journal"
	case engine.TroubleUnusable, engine.TroubleBusy, engine.TroubleMedia, engine.TroubleRetention: // its detail says what to do
	}
	return ""
}

// outageRemedy tells what to look at while a feed is out.
func outageRemedy(o engine.Outage) safe.Text {
	if o.Kind != engine.FeedTelnyx && unauthorized(o.Why) {
		return "check SYMBL_APP_ID and SYMBL_APP_SECRET"
	}
	return "switchboard doctor, in another terminal, tries each feed and says what it needs"
}

// unauthorized reports whether a detail tells that our credentials were not accepted.
// A trouble has no field for it: these are the words of the runner and of symbl.
func unauthorized(detail string) bool {
	return strings.Contains(detail, engine.ReasonUnauthorized.String()) ||
		strings.Contains(detail, "answered 401") || strings.Contains(detail, "answered 403")
}
