package tui

import (
	"strconv"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// Limits of what is shown of evidence.
const (
	maxChecks = 6
	maxQuotes = 5
)

// evidenceOf returns what a call is flagged for: the evidence of its transfer, or of
// its gravest alert.
func evidenceOf(s *engine.Session) (engine.Evidence, bool) {
	told := func(e engine.Evidence) bool { return e.Rule != "" || len(e.Checks) > 0 || len(e.Lines) > 0 }
	t := s.Transfer
	switch t.Status {
	case engine.TransferProposed, engine.TransferDialling, engine.TransferBriefing, engine.TransferJoining, engine.TransferQueued,
		engine.TransferVetoed, engine.TransferFailed, engine.TransferJoined, engine.TransferCallback:
		if told(t.Evidence) {
			return t.Evidence, true
		}
	case engine.TransferNone, engine.TransferEnded:
	}
	if a := alertOf(s); told(a.Evidence) {
		return a.Evidence, true
	}
	if n := len(s.Alerts); n > 0 && told(s.Alerts[n-1].Evidence) {
		return s.Alerts[n-1].Evidence, true
	}
	return engine.Evidence{}, false
}

// whyKnown reports whether there is anything to say of why a call is flagged.
func whyKnown(s *engine.Session) bool {
	_, ok := evidenceOf(s)
	return ok || s.Transfer.Open()
}

// whyShown reports whether why a call is flagged stands beside its words: while it may
// still be acted upon, and a minute longer. The card tells it later as well.
func (m *model) whyShown(s *engine.Session) bool {
	switch t := s.Transfer; {
	case !whyKnown(s):
		return false
	case t.Open(), t.Status == engine.TransferFailed, alertOf(s).Rule != "":
		return true
	default:
		return t.Status != engine.TransferNone && t.Status != engine.TransferEnded && m.now.Sub(t.Since) < whyTold
	}
}

// whyTold is how long why a transfer was proposed stands beside the words once it is
// over, in house time.
const whyTold = time.Minute

// whyWithin is why in at most h lines: where it is longer, the oldest sentences go
// first, for they stand in the words as well, and what happens next goes last.
func (m *model) whyWithin(s *engine.Session, w, h int, keys bool) []string {
	for quotes := maxQuotes; ; quotes-- {
		lines := m.why(s, w, quotes, keys)
		switch {
		case len(lines) <= h:
			return lines
		case quotes == 0 && h > 0:
			return append(lines[:h-1:h-1], lines[len(lines)-1])
		case quotes == 0:
			return nil
		}
	}
}

// why tells why a call is flagged, each line of exactly so many cells: what the rule
// is, what it saw against its limits, what would have kept it quiet, how well it has
// done, and what happens next. It says the same wherever it stands.
func (m *model) why(s *engine.Session, w, quotes int, keys bool) []string {
	if !whyKnown(s) {
		return nil
	}
	const indent = 7
	var lines []string
	part := func(label safe.Text, to tone, text safe.Text) {
		for i, piece := range wrap(m.theme.shape(text), max(w-indent-2, 4)) {
			l := m.theme.line(onPage, w)
			l.gap(1)
			l.col(toneDim, pick(i == 0, label), indent)
			l.put(to, own(piece))
			lines = append(lines, l.end())
		}
	}
	e, ok := evidenceOf(s)
	t := s.Transfer
	first := toneText
	if stateOf(s).attention() { // it needs a hand
		first = toneStrong
	}
	switch {
	case !ok || e.Rule == "" && e.About == "":
		part("WHY", toneText, capital(own(causeWords(t)))+".")
	case t.Cause == engine.CauseKey && t.Open():
		part("WHY", toneText, "The customer pressed 1.")
	case e.About != "": // what it means comes before what it is called
		part("WHY", first, capital(safe.Clean(e.About, maxWhy)))
		if e.Rule != "" { // a key is no rule
			part("", toneText, "rule "+ruleTitle(e))
		}
	default:
		part("WHY", first, ruleTitle(e))
	}
	checks := e.Checks
	if e.Rule == "" && e.About != "" { // a key: that it was pressed says all
		checks = nil
	}
	for _, c := range checks[:min(len(checks), maxChecks)] {
		text := safe.Clean(c.What, maxWhy)
		if c.Seen != "" {
			text += ": " + safe.Clean(c.Seen, maxWhy)
		}
		part("", toneText, proper(text))
	}
	for _, q := range e.Lines[max(0, len(e.Lines)-quotes):] {
		lines = append(lines, m.quote(q, w))
	}
	if unless := m.unless(checks); unless != "" {
		part("NOT IF", toneText, unless)
	}
	if record := m.record(e.Rule); record != "" && m.deck == nil { // a tape does not hold 30 days
		part("RULE", toneText, record)
	}
	if next := m.next(s, keys); next != "" {
		part("NEXT", toneText, next)
	}
	return lines
}

// ruleTitle names a rule, its version, and how much it matters.
func ruleTitle(e engine.Evidence) safe.Text {
	text := safe.Clean(e.Rule, maxRule)
	if e.Version > 0 {
		text += own(" v" + strconv.Itoa(e.Version))
	}
	if e.Severity != 0 {
		text += own(", " + e.Severity.String())
	}
	return text
}

// unless tells what would have kept a rule from firing: any one of these is enough.
func (m *model) unless(checks []engine.Check) safe.Text {
	var text safe.Text
	for _, c := range checks {
		words := safe.Clean(c.Unless, maxWhy)
		if words == "" {
			continue
		}
		if text != "" {
			text += ", or "
		}
		text += words
	}
	return proper(text)
}

// record tells what a rule has done over the last 30 days.
func (m *model) record(rule string) safe.Text {
	if rule == "" {
		return ""
	}
	for _, r := range m.frame.Records {
		if r.Rule != rule {
			continue
		}
		return "30 days: " + recordWords(r.Sum())
	}
	return "30 days: it has not fired before"
}

// recordWords is a rule's record in a sentence.
func recordWords(sum engine.RecordDay) safe.Text {
	text := strconv.Itoa(sum.Fired) + " fired, " + strconv.Itoa(sum.Kept) + " kept, " + strconv.Itoa(sum.Vetoed) + " vetoed"
	if n := sum.Kept + sum.Vetoed; n >= fewKept {
		text += " (" + strconv.Itoa((100*sum.Kept+n/2)/n) + " % kept)"
	}
	if sum.Shadow > 0 {
		text += ", " + strconv.Itoa(sum.Shadow) + " in shadow"
	}
	return own(text)
}

// reasons tells why a rule was vetoed, as far as supervisors have said.
func (m *model) reasons(rule string) safe.Text {
	text := ""
	for _, r := range m.frame.Records {
		if r.Rule != rule {
			continue
		}
		sum := r.Sum()
		for _, label := range []struct {
			n    int
			word string
		}{{sum.Wrong, "wrong"}, {sum.Handled, "handled"}, {sum.BadTime, "bad time"}} {
			if label.n > 0 {
				text += ", " + strconv.Itoa(label.n) + " " + label.word
			}
		}
	}
	if text == "" {
		return ""
	}
	return own("; why vetoed: " + text[len(", "):])
}

// fewKept is how many proposals must have been let pass or vetoed before a part of a
// hundred says more than the numbers do.
const fewKept = 5

// next tells what happens by itself, and the keys that stop it.
func (m *model) next(s *engine.Session, keys bool) safe.Text {
	t := s.Transfer
	switch {
	case s.Phase == engine.PhaseOver:
		return "nothing: the call is over"
	case t.Status == engine.TransferProposed:
		text := "in " + seconds(left(t, m.now)) + " → " + groupOf(t)
		if name := m.nextOf(t.Group); name != "" {
			text += " (" + name + ")"
		}
		if keys && m.deck == nil && m.headline().about == s {
			text += ":  " + word(m.keys.Veto) + " stops it, " + word(m.keys.Hurry) + " at once, " + word(m.keys.Snooze) + " not for 2 min"
		}
		return text
	case t.Under(), t.Status == engine.TransferQueued:
		text := m.stage(s) // why stands above
		if keys && m.deck == nil && m.undoes() == s.ID {
			text += ":  " + word(m.keys.TakeBack) + " takes it back"
		}
		return text
	case t.Status == engine.TransferVetoed:
		text := safe.Text("nothing: vetoed")
		if t.VetoedBy != "" {
			text += " by " + byWhom(t.VetoedBy)
		}
		if label := labelWords(t.Label); label != "" {
			text += ", " + label
		}
		return text
	case t.Status == engine.TransferNone:
		if m.deck != nil {
			return "nothing by itself: it is only shown."
		}
		return "nothing by itself: it is only shown.  " + word(m.keys.Transfer) + " transfers by hand"
	}
	return ""
}

// nextOf names who of a group comes next.
func (m *model) nextOf(group string) safe.Text {
	for i, g := range m.frame.Roster.Groups {
		if g.Name != group && (group != "" || i > 0) {
			continue
		}
		if st := m.standingOf(g); st.next != "" {
			return m.book().who(st.next)
		}
		return "nobody free: queued"
	}
	return ""
}

// quote draws a sentence of the evidence with its score and how sure the words are.
func (m *model) quote(q engine.Quote, w int) string {
	l := m.theme.line(onPage, w)
	l.gap(8)
	if w >= timesFrom {
		l.put(toneDim, clockTime(q.At, m.zone))
		l.gap(2)
	}
	gutter, sign, to := safe.Text("│"), safe.Text(""), toneDim
	score, sure := safe.Text(""), safe.Text("")
	if q.Scored {
		gutter, sign, to = weight(q.Polarity, negativeLimit)
		if q.Low && sign == "·" { // low by its rule's own limit
			gutter, sign, to = "┃", "▽", toneWatch
		}
		score = sign + " " + signed(q.Polarity)
	}
	if q.Confidence > 0 {
		sure = "conf " + hundredths(q.Confidence)
	}
	room := l.left - scoreCells - 2
	if sure != "" && w >= minWidth {
		room -= 10
	}
	name := safe.Text("")
	if q.Speaker != engine.SpeakerCustomer && q.Speaker != 0 {
		name = m.speaker(q.Speaker) + ": "
	}
	l.put(to, gutter)
	l.gap(1)
	l.col(toneText, name+"“"+safe.Clean(q.Text, maxWords)+"”", room-2)
	l.gap(1)
	l.right(to, score, scoreCells)
	if sure != "" && w >= minWidth {
		l.gap(1)
		l.right(toneDim, sure, 9)
	}
	return l.end()
}

// hundredths is a part of a thousand as people write it: .91.
func hundredths(thousandths int) safe.Text {
	n := (thousandths + 5) / 10
	if n >= 100 {
		return "1.0"
	}
	return own("." + two(max(n, 0)))
}

// whyBrief is why a call is flagged in one line, or the call's newest event.
func (m *model) whyBrief(s *engine.Session, w int) string {
	l := m.theme.line(onPage, w)
	l.gap(1)
	if e, ok := evidenceOf(s); ok && s.Transfer.Status != engine.TransferJoined {
		l.put(toneDim, "WHY  ")
		if about := capital(safe.Clean(e.About, maxWhy)); about != "" && width(m.theme.shape(about)) < l.left { // what it means comes before what it is called
			l.put(toneText, about)
			if rule := safe.Clean(e.Rule, maxRule); rule != "" && width(m.theme.shape(rule))+2 < l.left {
				l.put(toneDim, "  "+rule)
			}
			return l.end()
		}
		if e.Rule != "" {
			l.put(toneText, safe.Clean(e.Rule, maxRule)+": ")
		}
		if len(e.Checks) > 0 {
			l.put(toneText, proper(safe.Clean(e.Checks[0].What, maxWhy)))
			if e.Checks[0].Seen != "" {
				l.put(toneDim, "  "+proper(safe.Clean(e.Checks[0].Seen, maxWhy)))
			}
		} else {
			l.put(toneText, safe.Clean(e.About, maxWhy))
		}
		return l.end()
	}
	if s.Transfer.Open() {
		l.put(toneDim, "WHY  ")
		l.put(toneText, capital(own(causeWords(s.Transfer))))
		return l.end()
	}
	if n := len(s.Notes); n > 0 {
		l.put(toneDim, "LAST ")
		_, to := noteSign(s.Notes[n-1].Kind)
		if to == toneText {
			to = toneDim
		}
		l.put(toneDim, clockTime(s.Notes[n-1].At, m.zone)+" ")
		l.put(to, noteText(s.Notes[n-1]))
	}
	return l.end()
}

// A whyBox is the card that tells why one call is flagged. Its keys act on that call,
// which its title names, and on no other.
type whyBox struct {
	session engine.SessionID
	caller  safe.Text
	past    bool // the call was over when it was opened: there is only something to read
	top     int
}

// openWhy opens the card on the call that the strip names, or on the selected one.
func (m *model) openWhy() {
	s := m.whyAbout()
	if s == nil {
		m.tell(toneDim, "No rule has fired on this call.")
		return
	}
	m.openWhyOf(s)
}

// whyAbout is the call that why is asked about: the strip's, the selected one, or the one
// with an alert; nil where no rule has fired.
func (m *model) whyAbout() *engine.Session {
	if s := m.headline().about; s != nil && whyKnown(s) {
		return s
	}
	selected, ok := m.list.call()
	switch {
	case ok && whyKnown(selected):
		return selected
	case m.tally.alert != nil && whyKnown(m.tally.alert):
		return m.tally.alert
	}
	return nil
}

func (m *model) openWhyOf(s *engine.Session) {
	m.openBox(&whyBox{session: s.ID, caller: callerOf(s), past: s.Phase == engine.PhaseOver || m.deck != nil}, boxDead)
}

func (b *whyBox) press(m *model, k tea.KeyPressMsg) tea.Cmd {
	s, ok := m.frame.Session(b.session)
	if !ok {
		m.box = nil
		return nil
	}
	proposed := s.Transfer.Status == engine.TransferProposed
	switch {
	case key.Matches(k, m.keys.Cancel, m.keys.Why):
		m.box = nil
	case key.Matches(k, m.keys.Down):
		b.top++
	case key.Matches(k, m.keys.Up):
		b.top = max(b.top-1, 0)
	case b.past:
	case key.Matches(k, m.keys.Pane):
		b.next(m)
	case key.Matches(k, m.keys.Veto):
		if !s.Transfer.Open() { // the title names whose it is, however long ago it began
			m.tell(toneDim, "Nothing is proposed for "+b.caller+" that could be vetoed.")
			return nil
		}
		m.box = nil
		return m.vetoCall(s)
	case key.Matches(k, m.keys.Seen):
		if len(s.Alerts) == 0 && !s.Pinned {
			m.tell(toneDim, "There is no alert to take off the watch list.")
			return nil
		}
		m.box = nil
		return m.seen(s)
	case m.dead():
	case key.Matches(k, m.keys.Hurry) && proposed:
		m.box = nil
		return m.hurryCall(s)
	case key.Matches(k, m.keys.Snooze) && proposed:
		m.box = nil
		return m.snoozeCall(s)
	case key.Matches(k, m.keys.Listen):
		m.box = nil
		m.pointAt(s.ID)
		return m.monitor(engine.Monitor)
	}
	return nil
}

// seen takes a call's alerts off the watch list.
func (m *model) seen(s *engine.Session) tea.Cmd {
	return m.ask(engine.AlertSeen{Session: s.ID}, "take the alerts of "+callerOf(s)+" off the watch list")
}

func (b *whyBox) follow(m *model) {
	s, ok := m.frame.Session(b.session)
	switch {
	case !ok || s.Phase == engine.PhaseOver && !b.past:
		m.closeBox(toneWatch, "The call of "+b.caller+" has ended.")
	case !whyKnown(s):
		m.closeBox(toneDim, "Nothing is proposed for "+b.caller+" any more.")
	}
}

func (b *whyBox) draw(m *model, w int) card {
	s, ok := m.frame.Session(b.session)
	if !ok {
		return card{title: b.caller, caret: -1}
	}
	t := s.Transfer
	rows := m.why(s, w, maxQuotes, false)
	all := len(rows)
	rows, b.top = m.window(rows, b.top)
	c := card{title: "Why: " + b.caller, caret: -1, rows: rows}
	listen, veto := as(m.keys.Listen, "listen"), word(m.keys.Veto)
	close := bind("esc", "close")
	switch {
	case b.past:
		c.keys, c.brief = []key.Binding{close}, "esc close  "+b.caller
	case t.Status == engine.TransferProposed:
		c.title = b.caller + " · transfer to " + groupOf(t) + " in " + seconds(left(t, m.now))
		c.keys = []key.Binding{as(m.keys.Veto, "veto"), as(m.keys.Hurry, "start now"), as(m.keys.Snooze, "snooze"), listen, close}
		if n := len(m.proposals()); n > 1 {
			c.keys = append(c.keys, bind("tab", "next of "+strconv.Itoa(n)))
		}
		c.brief = veto + " veto  " + word(m.keys.Hurry) + " now  " + word(m.keys.Snooze) + " snooze  " + b.caller + " in " + seconds(left(t, m.now))
	case t.Under(), t.Status == engine.TransferQueued:
		c.keys = []key.Binding{as(m.keys.Veto, "take back"), listen, close}
		c.brief = veto + " take back  esc close  " + b.caller
	default:
		c.keys = []key.Binding{listen, close}
		c.brief = "esc close  " + b.caller
	}
	if !b.past && (alertOf(s).Rule != "" || s.Pinned) {
		c.keys = append([]key.Binding{m.keys.Seen}, c.keys...)
		if t.Status == engine.TransferProposed { // what stops it comes first
			c.keys = append(c.keys[1:], c.keys[0])
		}
	}
	if all > m.boxRoom() {
		c.keys = append(c.keys, pair(m.keys.Down, m.keys.Up, "more"))
	}
	return c
}

// negativeLimit is where a sentence counts as negative on the screen: the feed's own
// band. A rule's own limit is told with its evidence.
const negativeLimit engine.Polarity = -300

// pointAt selects a call, and reports whether it is there.
func (m *model) pointAt(id engine.SessionID) bool { return m.list.choose(id) }

// justJoined is how long, in house time, the strip tells that an operator has joined.
const justJoined = 10 * time.Second
