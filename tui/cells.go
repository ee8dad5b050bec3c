package tui

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// What each column of the list draws of a call, and what it is sorted by.

// keyOf is a key of words, last where there are none. Letters stand where people look for
// them who do not know their marks: Łukasz beside Lukas.
func keyOf(words safe.Text) sortKey {
	plain := theme{ascii: true}
	return sortKey{none: words == "", text: strings.ToLower(plain.shape(words)) + "\x00" + string(words)}
}

// since is a key of what has lasted, last where nothing has.
func (m *model) since(at time.Time) sortKey {
	return sortKey{none: at.IsZero(), n: int64(m.now.Sub(at))}
}

func putState(_ *model, l *line, c drawnCall, w int) {
	glyph, word, to := signOf(c.Session)
	l.col(to, glyph, 1)
	l.gap(1)
	l.col(to, word, w-2)
}

func keyCaller(_ *model, s *engine.Session) sortKey {
	name := safe.Name(s.Name, maxName)
	if name == "" { // names first, then numbers
		return sortKey{none: s.Caller == "", n: 1, text: s.Caller}
	}
	return keyOf(name)
}

func putCaller(_ *model, l *line, c drawnCall, w int) { l.col(c.name, callerOf(c.Session), w) }

func keyNumber(_ *model, s *engine.Session) sortKey {
	return sortKey{none: !strings.HasPrefix(s.Caller, "+"), text: s.Caller}
}

func putNumber(_ *model, l *line, c drawnCall, w int) { l.col(toneDim, safe.Number(c.Caller), w) }

func keyTime(m *model, s *engine.Session) sortKey { return sortKey{n: int64(lasted(s, m.now))} }

func putTime(m *model, l *line, c drawnCall, w int) {
	l.right(c.text, long(lasted(c.Session, m.now)), w)
}

// moodTone is the tone of a call's mood, and its sign; dim once the call is over.
func (m *model) moodTone(c drawnCall) (p engine.Polarity, judged bool, sign safe.Text, to tone) {
	p, judged = c.Mood(m.moment(c.Session))
	sign, to = moodSign(p)
	if c.state == stateEnded {
		to = toneDim
	}
	return p, judged, sign, to
}

// keyTrend is by how much a mood has risen in the time that the sparkline shows.
func keyTrend(m *model, s *engine.Session) sortKey {
	at := m.moment(s)
	now, judged := s.Mood(at)
	before, was := s.Mood(at.Add(-sparkSpan))
	if !was {
		before = 0
	}
	return sortKey{none: !judged || deaf(s, m.now), n: int64(now) - int64(before)}
}

func putSpark(m *model, l *line, c drawnCall, w int) {
	_, _, _, to := m.moodTone(c)
	l.col(sparkTone(to), spark(c.Session, m.now, w), w)
}

func keyMood(m *model, s *engine.Session) sortKey {
	p, judged := s.Mood(m.moment(s))
	return sortKey{none: !judged || deaf(s, m.now), n: int64(p)}
}

func putMood(m *model, l *line, c drawnCall, w int) {
	p, judged, sign, to := m.moodTone(c)
	switch {
	case deaf(c.Session, m.now):
		l.col(toneWatch, "? –", w)
	case judged:
		l.put(to, sign+" ")
		l.col(to, signed(p), w-2)
	default:
		l.gap(w)
	}
}

// with names who talks with the customer: the operator, or the front desk. Of a call that
// is over it is the operator who came last.
func (m *model) with(s *engine.Session) (name safe.Text) {
	over := s.Phase == engine.PhaseOver
	for i := range slices.Backward(s.Legs) { // asked of every call: no leg is copied
		l := &s.Legs[i]
		switch {
		case l.Role == engine.RoleOperator && (l.Live() && l.Joined || over && (l.Joined || !l.JoinedAt.IsZero())):
			return m.called(l.Number)
		case l.Role == engine.RoleFront && l.Live() && l.Joined:
			name = m.roleName(*l)
		}
	}
	return name
}

// called is an operator's name, or the end of his number, which tells him from others.
func (m *model) called(number string) safe.Text {
	if name := m.book().name(number); name != "" {
		return name
	}
	full := []rune(string(safe.Number(number)))
	if n := len(full); n > 8 {
		return "…" + own(string(full[n-7:]))
	}
	return own(string(full))
}

func keyWith(m *model, s *engine.Session) sortKey {
	return keyOf(m.with(s))
}

func putWith(m *model, l *line, c drawnCall, w int) {
	l.col(c.text, m.with(c.Session), w)
}

// transferRanks are the statuses of a transfer, the one that is farthest from an operator
// on the call first; what goes on without a transfer stands where none does.
func transferRanks() []engine.TransferStatus {
	return []engine.TransferStatus{
		engine.TransferFailed, engine.TransferProposed, engine.TransferQueued, engine.TransferDialling, engine.TransferBriefing, engine.TransferJoining,
		engine.TransferNone, engine.TransferCallback, engine.TransferVetoed, engine.TransferEnded, engine.TransferJoined,
	}
}

func keyTransfer(m *model, s *engine.Session) sortKey {
	none := s.Phase == engine.PhaseOver
	if s.Transfer.Status == engine.TransferNone {
		words, _ := situation(s, m.now, m.book())
		none = none || words == ""
	}
	return sortKey{none: none, n: int64(slices.Index(transferRanks(), s.Transfer.Status))}
}

func putTransfer(m *model, l *line, c drawnCall, w int) {
	words, to := situation(c.Session, m.now, m.book())
	switch muted := mutedWords(c.Session); {
	case words != "" && w < minRest:
		words = inShort(c.Session, m.now)
	case muted != "" && !strings.Contains(cut(m.theme.shape(words), w, m.theme.tail()), m.theme.shape(own(muted))): // who cannot be heard is never what is cut
		short := inShort(c.Session, m.now)
		if words = short + own(" · "+muted); m.theme.width(words) > w {
			words = short + " · muted"
		}
	}
	if m.stray(c.Session) {
		words, to = strayWords(words, to)
	}
	l.col(to, words, w)
}

func keyCall(_ *model, s *engine.Session) sortKey {
	return sortKey{none: s.Number == 0, n: int64(s.Number)}
}

func putCall(_ *model, l *line, c drawnCall, w int) {
	words := safe.Text("")
	if c.Number > 0 {
		words = own("#" + strconv.Itoa(c.Number))
	}
	l.right(toneDim, words, w)
}

func keyStarted(_ *model, s *engine.Session) sortKey { return sortKey{n: s.Started.UnixNano()} }

func putStarted(m *model, l *line, c drawnCall, w int) {
	l.col(toneDim, clockTime(c.Started, m.zone), w)
}

// waitsSince is since when a customer waits: for an operator, on hold, to be answered.
// Zero: he does not.
func waitsSince(s *engine.Session) time.Time {
	switch t := s.Transfer; {
	case s.Phase == engine.PhaseOver:
		return time.Time{}
	case t.Status == engine.TransferQueued:
		return t.Queued
	case t.Open():
		return t.Asked
	case s.Phase == engine.PhaseRinging:
		return s.Started
	}
	if !onHold(s) {
		return time.Time{}
	}
	for i := range slices.Backward(s.Holds) {
		if h := &s.Holds[i]; h.To.IsZero() && h.Leg == customer(s) {
			return h.From
		}
	}
	return time.Time{}
}

func keyWaits(m *model, s *engine.Session) sortKey { return m.since(waitsSince(s)) }

func putWaits(m *model, l *line, c drawnCall, w int) {
	words := safe.Text("")
	if at := waitsSince(c.Session); !at.IsZero() {
		words = long(m.now.Sub(at))
	}
	l.right(toneWatch, words, w)
}

// ruleWords name the rule that proposes a transfer, or the one of the gravest alert.
func ruleWords(s *engine.Session) safe.Text {
	rule := alertOf(s).Rule
	if s.Transfer.Open() && ruleOf(s.Transfer) != "" {
		rule = ruleOf(s.Transfer)
	}
	return safe.Clean(rule, maxRule)
}

func keyRule(_ *model, s *engine.Session) sortKey { return keyOf(ruleWords(s)) }

func putRule(_ *model, l *line, c drawnCall, w int) { l.col(c.text, ruleWords(c.Session), w) }

// unseen counts the alerts of a call that nobody has seen.
func unseen(s *engine.Session) int {
	n := 0
	for i := range s.Alerts {
		if !s.Alerts[i].Seen {
			n++
		}
	}
	return n
}

func keyAlerts(_ *model, s *engine.Session) sortKey {
	n := unseen(s)
	return sortKey{none: n == 0, n: int64(n)}
}

func putAlerts(_ *model, l *line, c drawnCall, w int) {
	words := safe.Text("")
	if n := unseen(c.Session); n > 0 {
		words = own(strconv.Itoa(n))
	}
	l.right(toneWatch, words, w)
}

// groupFor names the group that takes a call, or is to take it: that of the transfer, or
// that of the operator who is on it.
func (m *model) groupFor(s *engine.Session) safe.Text {
	if s.Transfer.Group != "" {
		return safe.Clean(s.Transfer.Group, maxRule)
	}
	for i := range slices.Backward(s.Legs) {
		if l := &s.Legs[i]; l.Role == engine.RoleOperator && l.Joined {
			for _, g := range m.frame.Roster.Groups {
				if slices.ContainsFunc(g.Operators, func(o engine.Operator) bool { return o.Number == l.Number }) {
					return safe.Clean(g.Name, maxRule)
				}
			}
		}
	}
	return ""
}

func keyGroup(m *model, s *engine.Session) sortKey { return keyOf(m.groupFor(s)) }

func putGroup(m *model, l *line, c drawnCall, w int) { l.col(c.text, m.groupFor(c.Session), w) }

func (m *model) claimedBy(s *engine.Session) safe.Text {
	if s.Claimed != "" && s.Claimed == m.by() {
		return "you"
	}
	return byWhom(s.Claimed)
}

func keyClaimed(m *model, s *engine.Session) sortKey { return keyOf(m.claimedBy(s)) }

func putClaimed(m *model, l *line, c drawnCall, w int) { l.col(c.text, m.claimedBy(c.Session), w) }

// feedOf names what hears a call.
func (m *model) feedOf(s *engine.Session) (tone, safe.Text) {
	switch {
	case deaf(s, m.now):
		return toneWatch, "nothing"
	case s.Phase != engine.PhaseTalking || s.Feed.Kind == 0 || s.Feed.Status != engine.FeedLive:
		return toneDim, ""
	}
	return toneDim, own(strings.TrimPrefix(s.Feed.Kind.String(), "symbl-"))
}

func keyFeed(m *model, s *engine.Session) sortKey {
	_, words := m.feedOf(s)
	return keyOf(words)
}

func putFeed(m *model, l *line, c drawnCall, w int) {
	to, words := m.feedOf(c.Session)
	l.col(to, words, w)
}

func keyHeard(m *model, s *engine.Session) sortKey {
	if s.Phase == engine.PhaseOver {
		return sortKey{none: true}
	}
	return m.since(s.Feed.Heard)
}

func putHeard(m *model, l *line, c drawnCall, w int) {
	words := safe.Text("")
	if !c.Feed.Heard.IsZero() && c.Phase != engine.PhaseOver {
		words = short(m.now.Sub(c.Feed.Heard))
	}
	l.right(toneDim, words, w)
}

func languageOf(s *engine.Session) safe.Text {
	switch s.Language {
	case engine.English:
		return "English"
	case engine.Spanish:
		return "Spanish"
	}
	return ""
}

func keyLanguage(_ *model, s *engine.Session) sortKey { return keyOf(languageOf(s)) }

func putLanguage(_ *model, l *line, c drawnCall, w int) { l.col(toneDim, languageOf(c.Session), w) }

// tapeWords tell whether a call's sound is recorded.
func tapeWords(s *engine.Session) (tone, safe.Text) {
	to, words := recordedTitle(s)
	switch words {
	case "STILL RECORDED":
		words = "STILL ON"
	case "recording paused":
		words = "paused"
	}
	return to, words
}

func keyRecorded(_ *model, s *engine.Session) sortKey {
	_, words := tapeWords(s)
	return keyOf(words)
}

func putRecorded(_ *model, l *line, c drawnCall, w int) {
	to, words := tapeWords(c.Session)
	l.col(to, words, w)
}
