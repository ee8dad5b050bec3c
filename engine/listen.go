package engine

import (
	"slices"
	"time"
)

// What may listen to a call follows the settings, also while the call goes on.

// feedsChanged has every call looked at anew where other feeds are to listen than did.
func (t *turn) feedsChanged() {
	was, now := &t.State.Settings, t.Settings
	if was.Deaf != now.Deaf || !slices.Equal(was.feeds(), now.feeds()) {
		t.lookAnew(func(*Feed) bool { return true })
	}
}

// lookAnew has the feeds of some calls looked at anew, each by a tick of its own: many
// calls need many commands, and one event calls for few.
func (t *turn) lookAnew(which func(*Feed) bool) {
	for _, session := range t.State.sessions {
		if session.Phase != PhaseTalking || session.Ending != "" || session.Quarantined.Event != 0 ||
			!session.Feed.Wanted || !which(&session.Feed) {
			continue
		}
		if s, ok := t.edit(session.ID); ok {
			s.Feed.Anew = t.now.Add(grain)
		}
	}
}

// feedsAnew has a call heard by what may listen now. What may do so no longer ends, and
// what waits for its next try is tried at once, unless it is out.
func (t *turn) feedsAnew(s *Session) {
	f := &s.Feed
	if t.Settings.Deaf != "" {
		if !f.GivenUp {
			t.stopFeed(s)
			f.Ears = nil
			if !s.Pay.On() {
				f.openGap(t.now, t.Settings.Deaf)
			}
			t.wantFeed(s)
		}
		return
	}
	if f.Deaf {
		f.Deaf, f.GivenUp, f.Why = false, false, ""
	}
	if f.GivenUp || s.Ending != "" {
		return
	}
	t.listFeeds(s)
	for i := range f.Ears {
		if e := &f.Ears[i]; e.Kind != FeedPhone && !t.out(e.Kind) {
			e.NextTry = time.Time{}
		}
	}
	t.attend(s)
}

// listFeeds takes what may listen to a call from the settings, and ends what may not.
func (t *turn) listFeeds(s *Session) {
	kinds := t.Settings.feeds()
	for i := range s.Feed.Ears {
		if e := &s.Feed.Ears[i]; !slices.Contains(kinds, e.Kind) {
			t.endEar(s, e)
		}
	}
	ears := make([]Ear, 0, len(kinds))
	for _, kind := range kinds {
		if e := s.Feed.ear(kind); e != nil {
			ears = append(ears, *e)
			continue
		}
		ears = append(ears, Ear{Kind: kind, Status: FeedNone, Tries: s.begun(kind)})
	}
	s.Feed.Ears = ears
}

// begun returns how often a feed was begun on a call at the most, for what was named by
// that is not to be named so again.
func (s *Session) begun(kind FeedKind) int {
	switch kind {
	case FeedPhone:
		return s.ordered("listen/feed")
	case FeedStream:
		return s.ordered("relay/" + string(customerName))
	case FeedTelnyx:
		return s.ordered("transcribe/" + string(customerName))
	default:
		panic("engine: no such feed: " + kind.String())
	}
}
