package tui

import (
	"strconv"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// How long, in house time, the strip tells of what is done.
const (
	youngTransfer = 10 * time.Second // v takes back what has only just begun
	vetoTold      = 6 * time.Second
	freshlyJoined = 6 * time.Second // then it fades
)

// A headline is what the strip says, and about which call.
type headline struct {
	kind  headlineKind
	about *engine.Session
	more  int // of the same kind
}

type headlineKind uint8

const (
	headNothing headlineKind = iota // no call is named that a key could act on
	headReason                      // a veto was given: why?
	headProposed
	headUnderWay
	headHot
	headQueued
)

// headline tells what the strip says. A proposal comes before all else, for it begins
// by itself; then one that has only just begun, for v still takes it back.
func (m *model) headline() headline {
	t := m.tally
	switch {
	case m.health.Journal != "": // nothing can be asked, and nothing falls due
		return headline{}
	case t.proposed != nil:
		return headline{headProposed, t.proposed, t.states[stateProposed] - 1}
	case m.reasonOpen():
		if s, ok := m.frame.Session(m.reason.session); ok {
			return headline{kind: headReason, about: s}
		}
	case t.ask != nil && !t.ask.Transfer.Due.IsZero() && m.now.Sub(began(t.ask.Transfer)) < youngTransfer:
		return headline{headUnderWay, t.ask, t.states[stateAsk] - 1}
	case t.hot != nil:
		return headline{headHot, t.hot, t.states[stateHot] - 1}
	case t.ask != nil:
		return headline{headUnderWay, t.ask, t.states[stateAsk] - 1}
	case t.queued != nil:
		return headline{headQueued, t.queued, t.states[stateQueued] - 1}
	}
	return headline{}
}

// began returns when a transfer that is under way began: a proposal begins when it is
// hurried or when it falls due.
func began(t engine.Transfer) time.Time {
	switch {
	case t.Due.IsZero():
		return t.Asked
	case t.Since.Before(t.Due):
		return t.Since
	}
	return t.Due
}

// strip is the one row that says what matters most now. It is always there, so that
// nothing moves when it changes.
func (m *model) strip(w int) string {
	switch h := m.headline(); h.kind {
	case headReason:
		return m.reasonStrip(w, h.about)
	case headProposed:
		return m.proposedStrip(w, h)
	case headUnderWay, headQueued:
		return m.underWayStrip(w, h)
	case headHot:
		words, _ := situation(h.about, m.now, m.book())
		return m.alarm(w, "▲", toneBadStrong, callerOf(h.about), words, h.about, h.more)
	case headNothing:
		return m.calmStrip(w)
	}
	panic("tui: a strip without a headline")
}

// calmStrip tells what is worth a look though no call needs a hand.
func (m *model) calmStrip(w int) string {
	t := m.tally
	if m.health.Journal != "" {
		return m.alarm(w, "▲", toneBadStrong, "The journal cannot write: "+safe.Clean(m.health.Journal, maxWhy), "", nil, 0)
	}
	if broken, ok := m.setUp(); ok {
		return m.mend(w, broken)
	}
	outage, fresh := m.freshOutage()
	out := m.outages()
	switch {
	case t.deaf != nil && t.ears.heard == 0 && t.ears.deaf > 1 && m.frame.Deaf == "": // worse than any news is good
		return m.deafStrip(w)
	case t.done != nil:
		return m.doneStrip(w, t.done)
	case t.calls == 0 && m.unread() > 0:
		return m.calm(w, "", "No calls.", m.unreadWords()+"   "+word(m.keys.Handover)+" reads")
	case t.calls == 0 && m.idle != "":
		return m.calm(w, "", "No calls.", m.idle)
	case m.frame.Deaf != "":
		return m.calm(w, "?", "No call is heard.", safe.Clean(m.frame.Deaf, maxWhy))
	case m.limited():
		return m.calm(w, "!", "Telnyx refuses more calls at once:", "the account's limit is reached; raise it in the portal (outbound channels).")
	case fresh && t.deaf == nil:
		return m.outageStrip(w, outage)
	case t.deaf != nil:
		return m.deafStrip(w)
	case t.pays != nil:
		return m.calm(w, "▒", callerOf(t.pays), "has been paying for "+seconds(paysFor(t.pays, m.now))+"; nobody listens until "+word(m.keys.Pay)+" on that row, or "+long(t.pays.Pay.Until.Sub(m.now))+" from now")
	case t.paid != nil:
		return m.calm(w, "▒", callerOf(t.paid), "the payment is over, the call is heard again")
	case t.alert != nil:
		return m.calm(w, "!", callerOf(t.alert), alertWords(t.alert)+"   "+word(m.keys.Why)+" why")
	case t.low != nil:
		p, _ := t.low.Mood(m.now)
		sign, _ := moodSign(p)
		words := own("mood " + string(signed(p)))
		if op, ok := t.low.Operator(); ok && op.Joined {
			words += ", with " + m.withWords(op.Number)
		}
		return m.calm(w, sign, callerOf(t.low), words)
	case len(out) > 0:
		return m.outageStrip(w, out[0])
	case t.calls == 0:
		return m.calm(w, "", "No calls.", "")
	}
	if words := m.unreadWords(); words != "" {
		return m.calm(w, "", "All calm.", words+"   "+word(m.keys.Handover)+" reads")
	}
	return m.allCalm(w)
}

// limitTold is how long header and strip tell that Telnyx has refused a dial for the
// account's limit, in house time.
const limitTold = time.Minute

// withWords names an operator in a sentence.
func (m *model) withWords(number string) safe.Text {
	if name := m.book().name(number); name != "" {
		return name
	}
	return "the operator at " + safe.Number(number)
}

// doneStrip tells what a transfer came to: bright at first, then weak.
func (m *model) doneStrip(w int, s *engine.Session) string {
	t, name := s.Transfer, callerOf(s)
	switch t.Status {
	case engine.TransferJoined:
		text := name + " joined with " + m.book().who(t.To)
		if t.To == "" {
			text = name + " joined with an operator"
		}
		if m.now.Sub(t.Since) < freshlyJoined && !m.look.Calm {
			return m.fresh(w, "✓", toneGood, text, own("at "+string(clockTime(t.Since, m.zone))))
		}
		return m.calm(w, "✓", text, own("at "+string(clockTime(t.Since, m.zone))))
	case engine.TransferVetoed:
		words := safe.Text("")
		if t.VetoedBy != "" {
			words = "by " + byWhom(t.VetoedBy)
		}
		if label := labelWords(t.Label); label != "" {
			words += ": " + label
		}
		what := "Vetoed: " + name
		if t.Cause == engine.CauseHand {
			what = "Taken back: " + name
		}
		if t.Group != "" {
			what += " → " + groupOf(t)
		}
		return m.fresh(w, "▽", toneText, what, words)
	case engine.TransferCallback:
		return m.fresh(w, "✓", toneText, name+" is promised a callback", m.colon("callbacks")+" lists them")
	case engine.TransferNone, engine.TransferDialling, engine.TransferJoining, engine.TransferFailed, engine.TransferEnded,
		engine.TransferProposed, engine.TransferBriefing, engine.TransferQueued:
	}
	return m.allCalm(w)
}

// fresh draws the strip about what has just been done.
func (m *model) fresh(w int, glyph safe.Text, to tone, name, words safe.Text) string {
	l := m.theme.line(onPage, w)
	l.gap(1)
	l.put(to, glyph)
	l.gap(1)
	l.put(toneText, name)
	l.gap(2)
	l.put(toneDim, words)
	return l.end()
}

// labelWords is why a veto was given.
func labelWords(l engine.VetoLabel) safe.Text {
	switch l {
	case engine.VetoWrong:
		return "the rule was wrong"
	case engine.VetoHandled:
		return "it is being handled"
	case engine.VetoBadTime:
		return "a bad time"
	}
	return ""
}

// A stripKey is a key that the strip shows, and what it does.
type stripKey struct{ key, does safe.Text }

// shows is a key of the key map as the strip shows it: as it was remapped, if it was.
func shows(b key.Binding, does safe.Text) stripKey { return stripKey{own(b.Help().Key), does} }

// reasonKeys say why a veto was given.
func (m *model) reasonKeys() []stripKey {
	k := m.keys
	return []stripKey{shows(k.Wrong, "rule wrong"), shows(k.Handled, "handled"), shows(k.BadTime, "bad time"), shows(k.Skip, "skip")}
}

// keysCells is how many cells keys take with gaps of so many.
func (th *theme) keysCells(keys []stripKey, gap int) int {
	n := 0
	for i, k := range keys {
		if i > 0 {
			n += gap
		}
		n += th.width(k.key) + 1 + th.width(k.does)
	}
	return n
}

// keys draws keys that can be clicked, about the call that they would act on.
func (l *line) keys(keys []stripKey, gap int, about engine.SessionID) {
	for i, k := range keys {
		if i > 0 {
			l.gap(gap)
		}
		l.pressable(string(k.key), string(about), l.theme.keysCells([]stripKey{k}, 0))
		l.put(toneAccent, k.key)
		l.gap(1)
		l.put(toneText, k.does)
	}
}

// proposedStrip draws a proposal: who, to whom, when, and the keys that stop or hurry
// it. On a narrow screen v is the last to leave.
func (m *model) proposedStrip(w int, h headline) string {
	t := h.about.Transfer
	l := m.theme.line(onStrip, w)
	keys, gap := m.proposedKeys(w)
	more := safe.Text("")
	if h.more > 0 {
		more = own("+" + strconv.Itoa(h.more) + " ↓")
	}
	tail := m.theme.keysCells(keys, gap) + 1
	if more != "" {
		tail += 2 + m.theme.width(more)
	}
	seconds := own(strconv.Itoa(int(left(t, m.now) / time.Second)))
	digits := width(strconv.Itoa(int(t.Veto / time.Second)))
	to := " → " + groupOf(t) + " in "
	name := callerOf(h.about)
	room := w - 3 - tail - m.theme.width(to) - digits - 4
	if w < minWidth { // the group's name leaves before the caller's
		to = " in "
		room = w - 3 - tail - m.theme.width(to) - digits - 4
	}
	l.gap(1)
	l.put(toneBadStrong, "▲")
	l.gap(1)
	used := min(width(m.theme.shape(name)), max(room, 4))
	l.col(toneStrong, name, used)
	l.put(toneStrong, to)
	l.right(toneStrong, seconds, digits)
	l.put(toneStrong, " s")
	if bar := m.barCells(w, room-used); bar > 0 {
		l.gap(2)
		full := filled(t, m.now, bar)
		l.fill(toneBad, "▰", full)
		l.fill(toneDim, "▱", bar-full)
		room -= bar + 2
	}
	if rule := m.stripRule(h.about, w, room-used-3); rule != "" {
		l.gap(2)
		l.put(toneDim, rule)
	}
	l.gap(max(l.left-tail, 1))
	l.keys(keys, gap, h.about.ID)
	if more != "" {
		l.gap(2)
		l.mark(rowSpot(m.proposedAfter(h.about.ID)), width(string(more)))
		l.put(toneStrong, more)
	}
	return l.end()
}

// proposedKeys are the keys of a proposal, as they fit.
func (m *model) proposedKeys(w int) (keys []stripKey, gap int) {
	k := m.keys
	switch {
	case m.deck != nil: // what it names is over
		return nil, 2
	case m.takesText() && w < 36: // … as below, where it is narrow
		return []stripKey{{"esc", "then " + own(k.Veto.Help().Key)}}, 2
	case m.takesText(): // every key is a letter: what is typed must be left first
		return []stripKey{{"esc", "then " + own(k.Veto.Help().Key) + " veto"}}, 2
	case m.inBox(): // y is the box's
		return []stripKey{shows(k.Veto, "veto")}, 2
	case w >= splitWidth:
		return []stripKey{shows(k.Hurry, "now"), shows(k.Veto, "veto"), shows(k.Snooze, "snooze 2 min"), shows(k.Why, "why")}, 4
	case w >= 76:
		return []stripKey{shows(k.Hurry, "now"), shows(k.Veto, "veto"), shows(k.Snooze, "snooze"), shows(k.Why, "why")}, 2
	case w >= minWidth:
		return []stripKey{shows(k.Hurry, "now"), shows(k.Veto, "veto"), shows(k.Why, "why")}, 2
	case w >= 44:
		return []stripKey{shows(k.Veto, "veto"), shows(k.Hurry, "now")}, 2
	}
	return []stripKey{shows(k.Veto, "veto")}, 2
}

// inBox reports whether a box is open, of this console or of the replay that it shows: then
// every key but v is the box's.
func (m *model) inBox() bool { return m.box != nil || m.past != nil && m.past.box != nil }

// takesText reports whether the open box takes text, so that no key acts on a call.
func (m *model) takesText() bool {
	switch b := m.box.(type) {
	case *picker, *paletteBox, *helpBox, *goToBox, *policyBox, lineBox:
		return true
	case *historyBox:
		return b.typing
	}
	return m.past != nil && m.past.takesText()
}

// barCells is how long the countdown's bar is.
func (m *model) barCells(w, room int) int {
	most := 12
	switch {
	case m.look.Calm || w < minWidth:
		return 0
	case w >= wideWidth:
		most = 22
	case w >= splitWidth:
		most = 16
	}
	if room -= 3; room < 4 {
		return 0
	}
	return min(most, room)
}

// filled is how many cells of a countdown's bar are full: all of them when it begins,
// one less with each equal part of the time.
func filled(t engine.Transfer, now time.Time, cells int) int {
	if t.Veto <= 0 {
		return 0
	}
	rest := t.Due.Sub(now)
	step := t.Veto / time.Duration(cells)
	if step <= 0 {
		return 0
	}
	return min(max(int((rest+step-1)/step), 0), cells)
}

// beat is how often a screen is drawn anew though nothing has happened: every second,
// and while a countdown runs once for each cell of its bar.
func (m *model) beat() time.Duration {
	s := m.tally.proposed
	if s == nil || m.look.Calm || m.width < minWidth {
		return time.Second
	}
	cells := 12
	if m.width >= splitWidth {
		cells = 16
	}
	if m.width >= wideWidth {
		cells = 22
	}
	return min(max(s.Transfer.Veto/time.Duration(cells), 100*time.Millisecond), time.Second)
}

// stripRule is why a transfer is proposed, in as many words as there are cells for:
// half a word says less than none.
func (m *model) stripRule(s *engine.Session, w, cells int) safe.Text {
	e := s.Transfer.Evidence
	rule := safe.Clean(ruleOf(s.Transfer), maxRule)
	if rule == "" {
		rule = own(causeWords(s.Transfer))
	} else if w >= wideWidth && len(e.Checks) > 0 {
		long := rule + ": " + proper(safe.Clean(e.Checks[0].What, maxWhy))
		if width(m.theme.shape(long)) <= cells {
			return long
		}
	}
	if width(m.theme.shape(rule)) > cells {
		return ""
	}
	return rule
}

// ruleOf is the rule that proposed a transfer.
func ruleOf(t engine.Transfer) string {
	if t.Rule != "" {
		return t.Rule
	}
	return t.Evidence.Rule
}

// reasonStrip asks why a veto was given: the three keys mean this now, and nothing else.
func (m *model) reasonStrip(w int, about *engine.Session) string {
	caller := callerOf(about)
	l := m.theme.line(onStrip, w)
	l.gap(1)
	l.put(toneText, "▽")
	l.gap(1)
	l.put(toneStrong, "Vetoed.")
	wrong, handled, bad := word(m.keys.Wrong), word(m.keys.Handled), word(m.keys.BadTime)
	switch {
	case m.inBox(): // its keys are its own
		l.gap(3)
		l.put(toneDim, caller)
	case w >= 76:
		l.gap(3)
		l.put(toneText, "why?")
		l.gap(3)
		l.keys(m.reasonKeys(), 3, about.ID)
		l.gap(3)
		l.put(toneDim, caller)
	case w >= 52:
		l.gap(1)
		l.keys([]stripKey{shows(m.keys.Wrong, "wrong"), shows(m.keys.Handled, "handled"), shows(m.keys.BadTime, "bad time"), shows(m.keys.Skip, "skip")}, 2, about.ID)
	case w >= 40:
		l.gap(1)
		l.keys([]stripKey{shows(m.keys.Wrong, "wrong"), shows(m.keys.Handled, "handled"), shows(m.keys.BadTime, "bad time")}, 2, about.ID)
	default:
		l.gap(1)
		l.put(toneText, "why? "+wrong+" "+handled+" "+bad)
	}
	return l.end()
}

// underWayStrip draws a transfer that is under way or queued.
func (m *model) underWayStrip(w int, h headline) string {
	t := h.about.Transfer
	l := m.theme.line(onStrip, w)
	tail := safe.Text("")
	if h.more > 0 {
		tail = own("+"+strconv.Itoa(h.more)) + " ↓"
	}
	var keys []stripKey
	switch young := m.now.Sub(began(t)) < youngTransfer; {
	case m.deck != nil:
	case m.takesText():
	case m.inBox() && young:
		keys = []stripKey{shows(m.keys.Veto, "take back")}
	case m.inBox():
	case w < minWidth && young:
		keys = []stripKey{shows(m.keys.Veto, "stop")}
	case w < minWidth:
		keys = []stripKey{shows(m.keys.TakeBack, "stop")}
	case m.undoes() == h.about.ID:
		keys = []stripKey{shows(m.keys.TakeBack, "take back")}
	case young:
		keys = []stripKey{shows(m.keys.Veto, "take back")}
	}
	end := m.theme.keysCells(keys, 2) + 1
	if tail != "" {
		end += m.theme.width(tail) + 2
	}
	l.gap(1)
	l.put(toneWatch, "→")
	l.gap(1)
	room := l.left - end - 1
	if len(keys) > 0 { // "pressed 1 u take back" would be read as one
		room--
	}
	name := callerOf(h.about)
	used := min(width(m.theme.shape(name)), max(room, 0))
	l.col(toneStrong, name, used)
	if group := groupOf(t); t.Group != "" && w >= minWidth && room-used > 24 {
		used += l.put(toneStrong, " → "+group)
	}
	if words := m.stageWords(h.about); room-used > 6 {
		l.gap(2)
		told := min(width(m.theme.shape(words)), room-used-2)
		l.col(toneWatch, words, told)
		if hears := hearsMeanwhile(t.Status); hears != "" && used+2+told+3+width(string(hears)) <= room {
			l.put(toneDim, " · "+hears)
		}
	}
	l.gap(l.left - end)
	l.keys(keys, 2, h.about.ID)
	if tail != "" {
		l.gap(2)
		l.put(toneStrong, tail)
	}
	return l.end()
}

// stageWords tells how far a transfer has come, with the seconds of this stage, and why
// an operator is brought in.
func (m *model) stageWords(s *engine.Session) safe.Text {
	words := m.stage(s)
	if !s.Transfer.Under() {
		return words
	}
	return words + " · " + own(causeWords(s.Transfer))
}

// stage tells how far a transfer has come, with the seconds of this stage.
func (m *model) stage(s *engine.Session) safe.Text {
	t := s.Transfer
	who := safe.Text("an operator")
	if t.To != "" {
		who = m.book().who(t.To)
	}
	since := " " + seconds(m.now.Sub(t.Since))
	var words safe.Text
	switch t.Status {
	case engine.TransferDialling:
		words = "calling "
		if leg, ok := s.Leg(t.Leg); ok && leg.Status == engine.LegRinging {
			words = "ringing "
		}
		words += who + "," + since // Desk 3 8 s reads as a number
		if t.Of > 1 && t.Place > 0 {
			words += own(", " + strconv.Itoa(t.Place) + " of " + strconv.Itoa(t.Of))
		}
	case engine.TransferBriefing:
		words = who + " hears the briefing" + since
	case engine.TransferJoining:
		words = who + " is being joined …"
	case engine.TransferQueued:
		words = "waits for an operator"
		if place := m.placeOf(s.ID); place > 0 {
			words += own(", number " + strconv.Itoa(place))
		}
		return words + ", " + seconds(m.now.Sub(t.Queued))
	case engine.TransferNone, engine.TransferJoined, engine.TransferFailed, engine.TransferEnded, engine.TransferProposed,
		engine.TransferVetoed, engine.TransferCallback:
		return ""
	}
	return words
}

// placeOf is a call's place in the queue, from 1; 0 where it is not in it.
func (m *model) placeOf(id engine.SessionID) int {
	for i, q := range m.frame.Queue {
		if q == id {
			return i + 1
		}
	}
	return 0
}

// alarm draws the strip on its tint: a name, what about it, and how many more.
func (m *model) alarm(w int, glyph safe.Text, to tone, name, words safe.Text, about *engine.Session, more int) string {
	l := m.theme.line(onStrip, w)
	l.gap(1)
	l.put(to, glyph)
	l.gap(1)
	tail := safe.Text("")
	if more > 0 {
		tail = own("+") + count(more, "more", "more") + " ↓"
	}
	key := safe.Text("")
	if !m.inBox() && about != nil && w >= minWidth {
		key = m.nextKey(about)
	}
	room := l.left - m.theme.width(tail) - m.theme.width(key) - 4
	used := min(m.theme.width(name), room)
	l.col(toneStrong, name, used)
	if words != "" && room-used > 6 {
		l.gap(3)
		l.col(to, words, room-used-3)
	}
	l.gap(l.left - m.theme.width(tail) - m.theme.width(key) - 3)
	l.put(toneStrong, tail)
	l.gap(2)
	if word, _, ok := strings.Cut(string(key), " "); ok {
		l.pressable(word, string(about.ID), width(string(key)))
	}
	l.put(toneDim, key)
	return l.end()
}

// mend draws the strip about trouble that our own set-up makes: all that is known of it
// where there is room, and otherwise what to look at and the key that tells all.
func (m *model) mend(w int, t trouble) string {
	l := m.theme.line(onStrip, w)
	l.gap(1)
	l.put(toneWatch, "!")
	l.gap(1)
	l.put(toneStrong, t.name)
	l.gap(3)
	more := word(m.keys.Troubles) + " more"
	if words := t.words(); width(m.theme.shape(words)) <= l.left-1 {
		l.put(toneText, words)
		return l.end()
	}
	if m.inBox() || w < minWidth {
		l.put(toneText, t.remedy)
		return l.end()
	}
	l.col(toneText, t.remedy, l.left-width(string(more))-3)
	l.gap(2)
	l.pressable("!", "", len(more))
	l.put(toneDim, more)
	return l.end()
}

// nextKey is the key that brings the supervisor nearer to a call, or, where he is
// there, the one that helps it.
func (m *model) nextKey(about *engine.Session) safe.Text {
	switch {
	case m.past != nil && m.shelf != nil: // the history lies between
		return "esc esc live"
	case m.past != nil:
		return "esc live"
	}
	if about.ID == m.list.selected {
		switch {
		case m.deck != nil:
		case about.Transfer.Status == engine.TransferFailed:
			return word(m.keys.Transfer) + " transfer"
		case alertOf(about).Rule != "":
			return word(m.keys.Why) + " why"
		case stateOf(about) == stateHot && about.Pinned:
			return word(m.keys.Why) + " why"
		case stateOf(about) == stateHot:
			return word(m.keys.Transfer) + " transfer"
		}
		return ""
	}
	n := 0
	for _, s := range m.list.need {
		if !stateOf(s).attention() {
			continue
		}
		n++
		if s.ID == about.ID && n <= 9 {
			return own(strconv.Itoa(n) + " jumps there")
		}
	}
	return ""
}

// calm draws the strip without a tint.
func (m *model) calm(w int, glyph, name, words safe.Text) string {
	l := m.theme.line(onPage, w)
	l.gap(1)
	if glyph != "" {
		l.put(toneText, glyph)
		l.gap(1)
	}
	l.put(toneDim, name)
	if words != "" {
		l.gap(2)
		l.put(toneDim, words)
	}
	return l.end()
}

// causeWords tells why an operator is brought in.
func causeWords(t engine.Transfer) string {
	switch t.Cause {
	case engine.CauseKey:
		return "the customer pressed 1"
	case engine.CauseMood:
		return "mood"
	case engine.CauseHand:
		if t.By != "" {
			return "by hand (" + string(byWhom(t.By)) + ")"
		}
		return "by hand"
	case engine.CauseRule:
		if rule := ruleOf(t); rule != "" {
			return string(safe.Clean(rule, maxRule))
		}
		return "a rule"
	case engine.CauseAsked:
		return "the customer asked for a person"
	}
	return "no cause given"
}
