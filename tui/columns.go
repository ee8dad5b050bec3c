package tui

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// A column of the list of calls. All that is known of one is its row in knownColumns.
type column struct {
	id    string    // as it is configured and typed
	title safe.Text // at its head
	brief safe.Text // … where it is narrow; empty: the title
	about safe.Text // what it tells, for the chooser
	gap   int       // cells before it
	cells int       // that it takes where there is room
	right bool      // its figures stand at the right
	stays bool      // it never leaves
	falls bool      // it is first sorted from the greatest to the least

	key  func(*model, *engine.Session) sortKey // what it is sorted by; nil: attention
	draw func(*model, *line, drawnCall, int)   // into so many cells
}

// A drawnCall is a call with what all of its columns are drawn by.
type drawnCall struct {
	*engine.Session
	state      state
	name, text tone
}

// Cells of columns whose width is not their own affair alone.
const (
	markerCells = 1 // before all columns: which row is selected
	numberCells = 17
	longCells   = 6
	moodCells   = 6
	minCaller   = 12
	idealCaller = 16
	maxCaller   = 20
	sparkCells  = 16
	minSpark    = 8
	idealRest   = 24 // words of the transfer, beside columns that may leave
	minRest     = 18 // … beside those that may not
	fullRest    = 36 // more than this is the caller's first
	minBrief    = 9  // their short form
)

// The columns that the widths of others depend on.
const (
	colState    = "state"
	colCaller   = "caller"
	colNumber   = "number"
	colTime     = "time"
	colMood     = "mood"
	colNow      = "now"
	colWith     = "with"
	colTransfer = "transfer"
)

// defaultColumns are shown where nobody has chosen others.
func defaultColumns() []string {
	return []string{colState, colCaller, colNumber, colTime, colMood, colNow, colWith, colTransfer}
}

// knownColumns are all columns that there are, in the order in which they are offered.
func knownColumns() []column {
	return []column{
		{id: colState, title: "STATE", about: "how the call stands", cells: 7, stays: true, draw: putState},
		{id: colCaller, title: "CALLER", about: "who calls: his name, or his number", gap: 1, cells: idealCaller, stays: true, key: keyCaller, draw: putCaller},
		{id: colNumber, title: "NUMBER", about: "the number that he calls from", gap: 1, cells: numberCells, key: keyNumber, draw: putNumber},
		{id: colTime, title: "TIME", about: "how long the call has lasted", gap: 1, cells: longCells, right: true, stays: true, falls: true, key: keyTime, draw: putTime},
		{id: colMood, title: "MOOD, last 3 min", brief: "MOOD 3m", about: "his mood over 3 minutes; sorted by how it falls", gap: 2, cells: sparkCells, key: keyTrend, draw: putSpark},
		{id: colNow, title: "NOW", about: "his mood now", gap: 2, cells: moodCells, stays: true, key: keyMood, draw: putMood},
		{id: colWith, title: "WITH", about: "who talks with him", gap: 2, cells: 8, key: keyWith, draw: putWith},
		{id: colTransfer, title: "TRANSFER", about: "what goes on beside talk, and why", gap: 2, cells: idealRest, key: keyTransfer, draw: putTransfer},
		{id: "call", title: "CALL", about: "the call's number, for :export and :note", gap: 1, cells: 6, right: true, key: keyCall, draw: putCall},
		{id: "started", title: "BEGAN", about: "when it began", gap: 2, cells: 8, key: keyStarted, draw: putStarted},
		{id: "waits", title: "WAITS", about: "how long he has waited, rung or been on hold", gap: 2, cells: 7, right: true, falls: true, key: keyWaits, draw: putWaits},
		{id: "rule", title: "RULE", about: "the rule that speaks up", gap: 2, cells: 18, key: keyRule, draw: putRule},
		{id: "alerts", title: "ALERTS", about: "alerts that nobody has seen", gap: 1, cells: 8, right: true, falls: true, key: keyAlerts, draw: putAlerts},
		{id: "group", title: "GROUP", about: "the group that takes the call, or is to", gap: 2, cells: 10, key: keyGroup, draw: putGroup},
		{id: "claimed", title: "CLAIMED", about: "who looks after the call", gap: 2, cells: 9, key: keyClaimed, draw: putClaimed},
		{id: "feed", title: "FEED", about: "what hears the call", gap: 2, cells: 7, key: keyFeed, draw: putFeed},
		{id: "heard", title: "HEARD", about: "how old the last words are", gap: 1, cells: 7, right: true, falls: true, key: keyHeard, draw: putHeard},
		{id: "language", title: "LANG", about: "the language that he chose", gap: 2, cells: 7, key: keyLanguage, draw: putLanguage},
		{id: "recorded", title: "TAPE", about: "whether its sound is recorded", gap: 2, cells: 10, key: keyRecorded, draw: putRecorded},
	}
}

// columnNames are the names of all columns, for those who type one.
func columnNames() safe.Text {
	names := []string{byNeed}
	for _, c := range knownColumns() {
		names = append(names, c.id)
	}
	return own(strings.Join(names, ", "))
}

// columnNamed returns a column by its name, also one that is not shown.
func columnNamed(id string) (column, bool) {
	all := knownColumns()
	if i := slices.IndexFunc(all, func(c column) bool { return c.id == id }); i >= 0 {
		return all[i], true
	}
	return column{}, false
}

// columnsNamed returns columns by their names, and the names that are unknown. Those that
// never leave come first where they are not named.
func columnsNamed(ids []string) (named []column, unknown []string) {
	all := knownColumns()
	for _, id := range ids {
		i := slices.IndexFunc(all, func(c column) bool { return c.id == id })
		switch {
		case i < 0:
			unknown = append(unknown, id)
		case !slices.ContainsFunc(named, func(c column) bool { return c.id == id }):
			named = append(named, all[i])
		}
	}
	at := 0
	for _, c := range all {
		if i := slices.IndexFunc(named, func(n column) bool { return n.id == c.id }); c.stays && i < 0 {
			named = slices.Insert(named, at, c)
			at++
		} else if c.stays {
			at = i + 1
		}
	}
	return named, unknown
}

// A seat is a column at its place in a row.
type seat struct {
	column
	gap, width int
}

// seatsOf divides a row. When it gets narrow what was added leaves first, from the right;
// then the number, who talks with him, half of the sparkline, the words of the transfer.
func seatsOf(columns []column, w int) []seat {
	seats := make([]seat, len(columns))
	over := markerCells - w
	for i, c := range columns {
		seats[i] = seat{c, c.gap, c.cells}
		if i == 0 {
			seats[i].gap = min(c.gap, 1)
		}
		over += seats[i].gap + c.cells
	}
	for _, id := range leaving(columns) {
		if over <= 0 {
			break
		}
		i := slices.IndexFunc(seats, func(s seat) bool { return s.id == id })
		over -= seats[i].gap + seats[i].width
		seats = slices.Delete(seats, i, i+1)
	}
	for _, step := range []sized{{colTransfer, minRest}, {colMood, minSpark}, {colCaller, idealCaller - 1}, {colTransfer, minBrief},
		{colCaller, minCaller}, {colTransfer, 0}, {colMood, 0}} {
		i := step.of(seats)
		if i < 0 || over <= 0 {
			continue
		}
		by := min(over, max(seats[i].width-step.cells, 0))
		if step.id == colMood { // half a sparkline, or a whole one
			by = max(seats[i].width-step.cells, 0)
		}
		seats[i].width -= by
		over -= by
	}
	for _, step := range []sized{{colTransfer, fullRest}, {colCaller, maxCaller}, {colTransfer, far}, {colCaller, 2 * maxCaller}} {
		if i := step.of(seats); i >= 0 && over < 0 {
			by := min(-over, max(step.cells-seats[i].width, 0))
			seats[i].width += by
			over += by
		}
	}
	return slices.DeleteFunc(seats, func(s seat) bool { return s.width <= 0 })
}

// A sized is a column and the cells that it is to have.
type sized struct {
	id    string
	cells int
}

// of returns where the column sits, or -1.
func (z sized) of(seats []seat) int {
	return slices.IndexFunc(seats, func(s seat) bool { return s.id == z.id })
}

// leaving are the columns that leave when it gets narrow, the first first.
func leaving(columns []column) []string {
	var ids []string
	for _, c := range slices.Backward(columns) {
		if !slices.Contains(defaultColumns(), c.id) {
			ids = append(ids, c.id)
		}
	}
	for _, id := range []string{colNumber, colWith} {
		if slices.ContainsFunc(columns, func(c column) bool { return c.id == id }) {
			ids = append(ids, id)
		}
	}
	return ids
}

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

func putState(m *model, l *line, c drawnCall, w int) {
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
	if words != "" && w < minRest {
		words = inShort(c.Session, m.now)
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
