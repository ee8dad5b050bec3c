package tui

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// Limits of what is shown of texts from outside, in runes.
const (
	maxName  = 64
	maxWhy   = 160
	maxWords = 2000 // of one sentence
	maxRule  = 32   // of a rule's or a group's name
)

// A state is how a call stands, in one word.
type state uint8

// The states, the one that needs a hand most first: the list is in this order.
const (
	stateProposed state = iota // a transfer is proposed: it begins by itself unless somebody stops it
	stateHot                   // something failed, or somebody may be in danger: a person must look
	stateAsk                   // an operator is being brought in
	stateQueued                // nobody is free: the customer waits
	stateBlind                 // nobody can tell how the customer is
	stateAlert                 // a rule says that it is worth a look
	stateWatch                 // on the watch list, no more
	stateTalk
	statePay // the customer pays: nobody is to hear him
	stateHold
	stateRing
	stateEnding
	stateEnded
)

// stateOf tells how a call stands.
func stateOf(s *engine.Session) state {
	top := gravest(s)
	switch {
	case s.Phase == engine.PhaseOver:
		return stateEnded
	case s.Transfer.Status == engine.TransferProposed:
		return stateProposed
	case s.Hot(), s.Quarantined.Event != 0, s.Pinned, top == engine.SeveritySafety:
		return stateHot
	case s.Phase == engine.PhaseEnding:
		return stateEnding
	case s.Transfer.Under():
		return stateAsk
	case s.Transfer.Status == engine.TransferQueued:
		return stateQueued
	case s.Blind():
		return stateBlind
	case top >= engine.SeverityAmber:
		return stateAlert
	case top == engine.SeverityWatch:
		return stateWatch
	case s.Phase == engine.PhaseRinging:
		return stateRing
	case onHold(s):
		return stateHold
	case s.Pay.On():
		return statePay
	}
	return stateTalk
}

// gravest returns how grave the gravest alert is that nobody has seen. It is asked of
// every call at every turn of the list: no alert is copied.
func gravest(s *engine.Session) engine.Severity {
	var top engine.Severity
	for i := range s.Alerts {
		if a := &s.Alerts[i]; !a.Seen && a.Severity > top && !answered(s, a) {
			top = a.Severity
		}
	}
	return top
}

// alertOf returns the gravest alert of a call that nobody has seen yet, the newest of
// those; the zero Alert where there is none.
func alertOf(s *engine.Session) engine.Alert {
	var top engine.Alert
	for i := range s.Alerts {
		if a := &s.Alerts[i]; !a.Seen && a.Severity >= top.Severity && !answered(s, a) {
			top = *a
		}
	}
	return top
}

// answered reports whether an operator came for what an alert is about: it rang with the
// transfer or while that was under way, and the operator has joined. It stays on the
// watch list, but the row and the strip need not go on about it. Danger is never
// answered by an operator alone.
func answered(s *engine.Session, a *engine.Alert) bool {
	t := s.Transfer
	return t.Status == engine.TransferJoined && a.Severity != engine.SeveritySafety &&
		!a.At.After(t.Since) && (a.Rule == ruleOf(t) || !t.Asked.IsZero() && !a.At.Before(t.Asked))
}

// onHold reports whether the customer is on hold.
func onHold(s *engine.Session) bool {
	for i := range s.Legs {
		if l := &s.Legs[i]; l.Role == engine.RoleCustomer && l.Held && l.Live() {
			return true
		}
	}
	return false
}

// sign returns the glyph, the word and the tone of a state.
func (s state) sign() (glyph, word safe.Text, to tone) {
	switch s {
	case stateProposed, stateHot:
		return "▲", "hot", toneBadStrong
	case stateAsk:
		return "◆", "ask", toneWatch
	case stateQueued:
		return "◆", "queue", toneWatch
	case stateBlind:
		return "?", "blind", toneWatch
	case stateAlert:
		return "!", "alert", toneWatch
	case stateWatch:
		return "◇", "watch", toneWatch
	case stateTalk:
		return "●", "talk", toneText
	case statePay:
		return "▒", "pay", toneText
	case stateHold:
		return "‖", "hold", toneText
	case stateRing:
		return "○", "ring", toneText
	case stateEnding:
		return "·", "ends", toneDim
	case stateEnded:
		return "✓", "ended", toneDim
	}
	panic("tui: a state without a sign")
}

// signOf returns what a call's row begins with: that the customer is on hold, or pays, is
// said also where something of before is why he needs a look.
func signOf(s *engine.Session) (glyph, word safe.Text, to tone) {
	st := stateOf(s)
	glyph, word, to = st.sign()
	switch {
	case st == stateAlert && onHold(s):
		glyph, word, _ = stateHold.sign()
	case s.Pay.On() && (st == stateAlert || st == stateWatch || st == stateHold):
		glyph, word, _ = statePay.sign()
	}
	return glyph, word, to
}

// attention reports whether a supervisor should look at calls in this state.
func (s state) attention() bool { return s <= stateWatch }

// rank is a state's place in the list.
func (s state) rank() state {
	switch s {
	case stateQueued:
		return stateAsk
	case stateRing, stateEnding, stateHold, statePay:
		return stateTalk // these come and go: their rows stay where they are
	case stateProposed, stateHot, stateAsk, stateBlind, stateAlert, stateWatch, stateTalk, stateEnded:
		return s
	}
	panic("tui: a state without a rank")
}

// asTheyCame orders calls that need a hand alike: by when their proposals begin, then as
// they came.
func asTheyCame(a, b *engine.Session) int {
	return cmp.Or(byDue(a, b), a.Started.Compare(b.Started), cmp.Compare(a.Opened, b.Opened), cmp.Compare(a.ID, b.ID))
}

// byDue orders calls whose transfer is proposed: the one that begins first stands first.
func byDue(a, b *engine.Session) int {
	if a.Transfer.Status != engine.TransferProposed || b.Transfer.Status != engine.TransferProposed {
		return 0
	}
	return a.Transfer.Due.Compare(b.Transfer.Due)
}

// callerOf returns what a call is named by: the caller's name, or his number.
func callerOf(s *engine.Session) safe.Text {
	if name := safe.Name(s.Name, maxName); name != "" {
		return name
	}
	return safe.Number(s.Caller)
}

// lasted returns how long a call has gone on, or went on.
func lasted(s *engine.Session, now time.Time) time.Duration {
	if !s.Over.IsZero() {
		now = s.Over
	}
	return max(now.Sub(s.Started), 0)
}

// situation returns what is going on in a call beside talk, the most pressing first.
func situation(s *engine.Session, now time.Time, of book) (safe.Text, tone) {
	if s.Phase == engine.PhaseOver {
		return endedAs(s, of), toneDim
	}
	text, to := "", toneDim
	add := func(t tone, words string) {
		if words == "" {
			return
		}
		if text == "" {
			text, to = words, t
			return
		}
		text += " · " + words
	}
	if s.Quarantined.Event != 0 {
		add(toneBad, fmt.Sprintf("left alone after event %d: %s", s.Quarantined.Event, safe.Clean(s.Quarantined.Reason, maxWhy)))
	}
	if s.Trouble != "" {
		add(toneBad, string(safe.Clean(s.Trouble, maxWhy)))
	}
	if s.Recorder.Leaks {
		add(toneBadStrong, "STILL RECORDED: tell him to stop, or hang up")
	}
	words, t := transferWords(s, now, of)
	if s.Transfer.Open() || s.Transfer.Status == engine.TransferFailed {
		add(t, words)
		words = ""
	}
	if s.Pay.On() {
		add(toneText, string(payWords(s, now)))
	}
	add(alertTone(s), string(alertWords(s)))
	add(toneWatch, mutedWords(s)) // who cannot be heard is news, who has joined is not
	if deaf(s, now) {
		add(toneWatch, string(deafWords(s, now)))
	}
	if s.Consent.Status == engine.ConsentDeclined {
		add(toneDim, "no-consent")
	}
	add(t, words)
	if s.Claimed != "" {
		add(toneDim, "claimed by "+string(byWhom(s.Claimed)))
	}
	if s.Phase == engine.PhaseEnding {
		add(toneDim, endingWords(s))
	}
	if text == "" {
		add(toneDim, promptWords(s.Prompt.Kind))
	}
	return own(text), to
}

// ruleBlind is the default policy's rule of calls that nobody hears.
const ruleBlind = "blind"

// alertWords names the rule of a call's gravest alert that nobody has seen.
func alertWords(s *engine.Session) safe.Text {
	a := alertOf(s)
	switch {
	case a.Rule == "", s.Transfer.Status == engine.TransferProposed: // the proposal says it
		return ""
	case a.Rule == ruleBlind && s.Blind(): // the row says it, and why
		return ""
	}
	words := safe.Clean(a.Rule, maxRule)
	if a.Severity == engine.SeveritySafety {
		words = "safety: " + words
	}
	return words
}

func alertTone(s *engine.Session) tone {
	switch alertOf(s).Severity {
	case engine.SeverityRed, engine.SeveritySafety:
		return toneBad
	case engine.SeverityAmber, engine.SeverityWatch:
	}
	return toneWatch
}

// byWhom names who asked for something: a supervisor by his console's name.
func byWhom(by engine.By) safe.Text {
	name, ok := strings.CutPrefix(string(by), string(engine.BySupervisor)+"/")
	if !ok {
		name = string(by)
	}
	return safe.Clean(name, maxName)
}

// transferWords tells how far the bringing in of an operator has come.
func transferWords(s *engine.Session, now time.Time, of book) (string, tone) {
	t, to := s.Transfer, ""
	if t.To != "" {
		to = string(of.who(t.To))
	}
	switch t.Status {
	case engine.TransferNone:
		return "", toneDim
	case engine.TransferProposed:
		return "→ " + string(groupOf(t)) + " in " + string(short(left(t, now))), toneBadStrong
	case engine.TransferDialling:
		doing := "calling"
		if leg, ok := s.Leg(t.Leg); ok && leg.Status == engine.LegRinging {
			doing = "ringing"
		}
		return "→ " + doing + " " + string(short(now.Sub(t.Since))) + ", " + to + ofMany(t), toneWatch
	case engine.TransferBriefing:
		return "→ " + to + " hears the briefing " + string(short(now.Sub(t.Since))), toneWatch
	case engine.TransferJoining:
		return "→ joining …, " + to, toneWatch
	case engine.TransferQueued:
		return "waits for an operator " + string(short(now.Sub(t.Queued))), toneWatch
	case engine.TransferJoined:
		return "✓ " + to, toneText
	case engine.TransferFailed:
		if t.Why == "" {
			return "nobody could be reached", toneBad
		}
		return "no operator: " + string(safe.Clean(t.Why, maxWhy)), toneBad
	case engine.TransferEnded:
		return "operator has left", toneDim
	case engine.TransferVetoed:
		if t.Cause == engine.CauseHand {
			return "taken back " + string(short(now.Sub(t.Since))) + " ago", toneDim
		}
		return "vetoed " + string(short(now.Sub(t.Since))) + " ago", toneDim
	case engine.TransferCallback:
		return "callback promised", toneText
	}
	panic("tui: a transfer in no status")
}

// left is how long it takes until a proposal begins by itself, in whole seconds that
// have begun: 1 s is shown until it does.
func left(t engine.Transfer, now time.Time) time.Duration {
	return max(t.Due.Sub(now)+time.Second-1, 0).Truncate(time.Second)
}

// groupOf names to whom a transfer goes.
func groupOf(t engine.Transfer) safe.Text {
	if t.Group == "" {
		return "an operator"
	}
	return safe.Clean(t.Group, maxRule)
}

// ofMany tells the place of the target that is tried, where there are several.
func ofMany(t engine.Transfer) string {
	if t.Of < 2 || t.Place < 1 {
		return ""
	}
	return ", " + strconv.Itoa(t.Place) + " of " + strconv.Itoa(t.Of)
}

// mutedWords tells who cannot be heard or is on hold, and whose muting or hold is asked
// and not granted. The listener and the supervisors are left out: they are muted by
// their nature.
func mutedWords(s *engine.Session) string {
	var all []string
	for _, l := range s.Legs {
		if !l.Live() || l.Role == engine.RoleListener || l.Role == engine.RoleUnplaced || l.Role == engine.RoleSupervisor {
			continue
		}
		for _, words := range []string{turning(l.Held, l.HoldAsked, "on hold", "holding …", "unholding …"),
			turning(l.Muted, l.MuteAsked, "muted", "muting …", "unmuting …")} {
			if words != "" {
				all = append(all, l.Role.String()+" "+words)
			}
		}
	}
	return strings.Join(all, ", ")
}

// turning tells of something that is granted, asked for, or being taken back.
func turning(is, asked bool, on, begins, ends string) string {
	switch {
	case is && asked:
		return on
	case asked:
		return begins
	case is:
		return ends
	}
	return ""
}

// promptWords tells what the customer is hearing from us.
func promptWords(k engine.PromptKind) string {
	switch k {
	case engine.PromptNone:
		return ""
	case engine.PromptAnnouncement:
		return "hears the announcement"
	case engine.PromptMenu:
		return "hears the menu"
	case engine.PromptQuestion:
		return "hears the question"
	case engine.PromptConnecting:
		return "hears: connecting"
	case engine.PromptUnavailable:
		return "hears: nobody is free"
	case engine.PromptLeft:
		return "hears: operator left"
	case engine.PromptGoodbye:
		return "hears the goodbye"
	case engine.PromptSaid:
		return "hears what a rule says"
	case engine.PromptQueued:
		return "hears: nobody is free yet"
	case engine.PromptWaiting:
		return "hears: still waiting"
	case engine.PromptCallback:
		return "hears: we call back"
	case engine.PromptStopped:
		return "hears: please go on"
	case engine.PromptConsent:
		return "is asked for his consent"
	case engine.PromptDeclined:
		return "hears: we go on unheard"
	}
	panic("tui: a prompt of no kind")
}

func endingWords(s *engine.Session) string {
	if s.Ending == "" {
		return "ending …"
	}
	return "ending: " + string(safe.Clean(s.Ending, maxWhy))
}

func endedAs(s *engine.Session, of book) safe.Text {
	switch {
	case s.Ending != "":
		return safe.Clean(s.Ending, maxWhy)
	case s.Transfer.Status == engine.TransferEnded, s.Transfer.Status == engine.TransferJoined:
		return own("with " + string(of.who(s.Transfer.To)))
	}
	return ""
}
