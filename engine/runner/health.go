package runner

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"

	"switchboard/engine"
)

// health is how well we hear and are heard. Its methods may be called from any
// goroutine.
type health struct {
	mu         sync.Mutex
	now        engine.Health
	journal    string // why it cannot append
	checkpoint string // why it cannot keep a checkpoint
}

// Health returns how well we hear and are heard. The caller may keep it.
func (r *Runner) Health() engine.Health {
	h := &r.health
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.now
	now.Journal = cmp.Or(h.journal, h.checkpoint)
	now.Troubles = slices.Clone(now.Troubles)
	return now
}

// Note counts something that went wrong. Detail is for the supervisor, and may be
// empty; past 300 bytes it is cut.
func (r *Runner) Note(kind engine.TroubleKind, detail string) {
	r.health.note(kind, 1, r.redaction.text(detail), r.Now())
	r.touch()
}

// Alive says that a far end has just answered: engine.ByTelnyx or engine.BySymbl.
func (r *Runner) Alive(by engine.By) {
	if r.health.alive(by, r.Now()) {
		r.touch()
	}
}

func (h *health) note(kind engine.TroubleKind, n uint64, detail string, at time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	i, ok := slices.BinarySearchFunc(h.now.Troubles, kind, func(t engine.Trouble, kind engine.TroubleKind) int {
		return cmp.Compare(t.Kind, kind)
	})
	if !ok {
		h.now.Troubles = slices.Insert(h.now.Troubles, i, engine.Trouble{Kind: kind})
	}
	t := &h.now.Troubles[i]
	t.Count += n
	t.Last, t.Detail = at, cut(detail)
}

// cut keeps a text short, and whole letters.
func cut(text string) string {
	if len(text) <= maxDetail {
		return text
	}
	return strings.ToValidUTF8(text[:maxDetail], "") + "…"
}

// alive takes note of a far end's answer, and reports whether that is to be shown: each
// socket answers pings all the time, and a person sees no more than the second.
func (h *health) alive(by engine.By, at time.Time) (news bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	last := &h.now.Symbl
	switch by {
	case engine.BySymbl:
	case engine.ByTelnyx:
		last = &h.now.Telnyx
	default:
		return false
	}
	news = !at.Truncate(time.Second).Equal(last.Truncate(time.Second))
	*last = at
	return news
}

// accepted counts webhooks that are durable.
func (h *health) accepted(n uint64, at time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now.Webhooks += n
	h.now.Webhook = at
}

func (h *health) setJournal(why string) (changed bool)    { return h.set(&h.journal, why) }
func (h *health) setCheckpoint(why string) (changed bool) { return h.set(&h.checkpoint, why) }

func (h *health) set(what *string, why string) (changed bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	changed = *what != why
	*what = why
	return changed
}
