package engine

import (
	"fmt"
	"slices"
	"time"
)

// Limits of escalation.
const (
	maxAlerts   = 16               // that hold on one call
	maxRecorded = 64               // rules that have a record
	recordDays  = 30               // of a record
	snoozeTime  = 2 * time.Minute  // of a rule on one call
	bellWindow  = time.Hour        // in which bells are counted
	staleAfter  = 30 * time.Second // a proposal that fell due so long ago, while we were down, is dropped
)

// escalate has the judge look at each call that this turn has changed, and does what
// follows. Judge and hand are apart: what a rule saw is the judge's, what is done is
// decided here.
func (t *turn) escalate() {
	for i := 0; i < len(t.edits); i++ {
		t.look(t.edits[i].after)
		t.waitChecked(t.edits[i].after)
	}
	t.serveQueue()
}

// look judges one call.
func (t *turn) look(s *Session) {
	if t.nothingNew(s) {
		return
	}
	if s.Number == 0 || s.Quarantined.Event != 0 || s.Phase == PhaseOver || s.Ending != "" || len(t.policy().Rules) == 0 {
		s.JudgeAt = time.Time{}
		return
	}
	if s.Phase != PhaseTalking && s.JudgeAt.IsZero() && len(s.Marks) == 0 {
		return
	}
	p := t.policy()
	c := s.Case(t.now, t.typical)
	marks, findings, next := p.Watch(c, s.Marks)
	s.Marks, s.JudgeAt = marks, next
	for _, f := range findings {
		if f.Ended {
			t.ended(s, f.Rule)
		} else {
			t.fired(s, f)
		}
	}
	if len(findings) > 0 { // what was done about them has changed the case, and perhaps the marks
		s.JudgeAt = p.Next(s.Case(t.now, t.typical), s.Marks)
	}
	if !s.JudgeAt.IsZero() && !s.JudgeAt.After(t.now) {
		s.JudgeAt = t.now.Add(grain)
	}
}

// nothingNew reports whether the event has changed nothing that a rule may know: that
// Telnyx took a command, which is every second event, does so only where the call
// stands otherwise by it.
func (t *turn) nothingNew(s *Session) bool {
	_, taken := t.event.Body.(Accepted)
	return taken && !t.due(s.JudgeAt) && s.standing(t.now) == s.Standing
}

// policy returns the rules that hold in this turn.
func (t *turn) policy() *Policy { return &t.Settings.Policy }

// rulesChanged takes back what a rule has begun that acts no longer: its alert and what
// it has proposed. An alert of danger stays until somebody has seen it.
func (t *turn) rulesChanged(s *Session) {
	acts := func(id string) bool {
		r, ok := t.rule(id)
		return ok && r.Mode == ModeOn
	}
	s.Alerts = slices.DeleteFunc(slices.Clone(s.Alerts), func(a Alert) bool {
		return a.Severity != SeveritySafety && !acts(a.Rule)
	})
	if s.Transfer.Status == TransferProposed && s.Transfer.Rule != "" && !acts(s.Transfer.Rule) {
		t.note(s, NoteFact, "the proposal is withdrawn: rule %s acts no longer", s.Transfer.Rule)
		t.stopTransfer(s, TransferNone, "")
	}
}

// mode returns how much of a rule acts: no more than the whole automation does.
func (t *turn) mode(r Rule) Mode { return max(r.Mode, t.State.automation()) }

func (s *State) automation() Mode {
	if s.auto == 0 {
		return ModeOn
	}
	return s.auto
}

// fired does what a rule says, as far as it may.
func (t *turn) fired(s *Session, f Finding) {
	r := f.Rule
	mode := t.mode(r)
	if mode != ModeOff {
		s.Fired = keepLast(s.Fired, maxFired, Firing{At: t.now, Rule: r.ID, Severity: r.Severity, Shadow: mode == ModeShadow})
	}
	switch mode {
	case ModeOff:
		return
	case ModeShadow:
		t.record(r.ID, func(d *RecordDay) { d.Shadow++ })
		t.note(s, NoteFact, "shadow: rule %s would have acted: %s", r.ID, r.About)
		return
	case ModeOn:
	default:
		panic(fmt.Sprintf("engine: rule %s in mode %s", r.ID, r.Mode))
	}
	t.record(r.ID, func(d *RecordDay) { d.Fired++ })
	t.note(s, NoteFired, "rule %s fired: %s", r.ID, r.About)
	proposed := false
	why := ""
	if r.Then.Transfer != nil {
		if why = t.mayNot(s, r); why == "" {
			t.propose(s, f)
			proposed = true
		} else {
			t.note(s, NoteFact, "no transfer is proposed: %s", why)
		}
	}
	if r.Then.Alert || r.Then.Watch || r.Then.Pin || r.Then.Transfer != nil {
		t.alert(s, f)
	}
	if r.Then.Pin {
		s.Pinned = true
	}
	if r.Then.Transfer == nil || proposed && s.Transfer.Status == TransferProposed {
		t.sayRule(s, r)
	}
	if r.Then.Callback && s.Transfer.Status == TransferQueued && t.Settings.Queue.Callback && !s.talkedWith() {
		t.sayPlace(s)
	}
}

// sayRule tells the customer what a rule says, at once.
func (t *turn) sayRule(s *Session, r Rule) {
	text := r.Then.Say
	if s.Language == Spanish {
		text = r.Then.SayEs
	}
	if text == "" || s.operatorOn() || s.supervised() {
		return
	}
	t.tell(s, PromptSaid, text)
	if r.Then.Transfer != nil {
		s.Transfer.Told = true
	}
}

// mayNot says why no transfer may be proposed now, or nothing.
func (t *turn) mayNot(s *Session, r Rule) string {
	switch {
	case s.Phase != PhaseTalking || s.Conference == "":
		return "the call is not in a conference"
	case s.supervised():
		return "a supervisor is with the customer"
	case s.operatorOn() || s.Transfer.Under():
		return "an operator is on the call or on his way"
	case s.Transfer.Open() && !s.goesBefore(r):
		return "a transfer is proposed or queued already"
	case s.AutoSpent:
		return "automation has transferred this call once; a supervisor may allow it again"
	case !r.Request && t.now.Before(s.HeldBack):
		return fmt.Sprintf("a transfer of this call was vetoed; none is proposed for another %s", spokenTime(s.HeldBack.Sub(t.now)))
	case len(t.Settings.groups()) == 0:
		return ErrNoOperators.Error()
	case !r.Request && t.Settings.Queue.AtMost <= 0 && t.freeOperator(s, Transfer{Group: r.Then.Transfer.Group}) == "":
		return "nobody is free, and there is no queue to wait in"
	}
	return ""
}

// goesBefore reports whether a rule may take the place of what another has proposed:
// who asks for a person himself is answered at once.
func (s *Session) goesBefore(r Rule) bool {
	return r.Request && s.Transfer.Status == TransferProposed && s.Transfer.Cause == CauseRule
}

// propose proposes a transfer: it starts by itself when its veto time is over. Where
// nobody is free now there is nothing to propose: the customer waits, and is told.
func (t *turn) propose(s *Session, f Finding) {
	r := f.Rule
	tr := Transfer{
		Cause: CauseRule, Rule: r.ID, Evidence: f.Evidence, Group: t.groupOf(r.Then.Transfer.Group).Name,
		Cold: r.Then.Transfer.Cold, Auto: true, Asked: t.now, Veto: r.Veto,
	}
	if r.Request {
		tr.Cause = CauseAsked
	}
	if r.Veto <= 0 || t.freeOperator(s, tr) == "" {
		t.begin(s, tr)
		return
	}
	tr.Status, tr.Since, tr.Due = TransferProposed, t.now, t.now.Add(r.Veto)
	if was := s.Transfer; was.Status == TransferProposed && was.Due.Before(tr.Due) {
		tr.Due = was.Due
	}
	s.Transfer = tr
	t.note(s, NoteProposal, "transfer to %s proposed, in %s unless it is vetoed", tr.Group, tr.Due.Sub(t.now).Round(grain))
}

// alert shows that a rule has fired, and rings where the budget allows.
func (t *turn) alert(s *Session, f Finding) {
	a := Alert{Rule: f.Rule.ID, Severity: f.Rule.Severity, Evidence: f.Evidence, At: t.now}
	switch a.Severity {
	case SeveritySafety:
		a.Rings = true
		t.rung = append(t.rung, t.now)
	case SeverityRed:
		if a.Rings = t.mayRing(); a.Rings {
			t.rung = append(t.rung, t.now)
		}
	case 0, SeverityWatch, SeverityAmber:
	}
	s.Alerts = slices.DeleteFunc(slices.Clone(s.Alerts), func(x Alert) bool { return x.Rule == a.Rule })
	s.Alerts = append(s.Alerts[max(0, len(s.Alerts)+1-maxAlerts):], a)
}

// mayRing reports whether the hour's budget of bells has one left.
func (t *turn) mayRing() bool { return t.State.rungBy(t.now)+len(t.rung) < t.policy().Bells }

func (s *State) rungBy(now time.Time) int {
	n := 0
	for _, at := range s.bells {
		if now.Sub(at) < bellWindow {
			n++
		}
	}
	return n
}

// ended takes a rule's alert away once it no longer holds. What it has proposed and
// may still be vetoed is withdrawn, if the rule has an exit of its own: the customer
// has come round by himself. An alert of danger stays until somebody has seen it.
func (t *turn) ended(s *Session, r Rule) {
	i := slices.IndexFunc(s.Alerts, func(a Alert) bool { return a.Rule == r.ID })
	if i >= 0 && s.Alerts[i].Severity != SeveritySafety {
		s.Alerts = slices.Delete(slices.Clone(s.Alerts), i, i+1)
	}
	if r.Exit != nil && s.Transfer.Status == TransferProposed && s.Transfer.Rule == r.ID {
		t.note(s, NoteFact, "the proposal is withdrawn: rule %s no longer holds", r.ID)
		t.stopTransfer(s, TransferNone, "")
	}
}

// proposalDue starts what nobody has vetoed.
func (t *turn) proposalDue(s *Session) {
	if s.operatorOn() || s.supervised() {
		t.stopTransfer(s, TransferNone, "")
		return
	}
	t.begin(s, s.Transfer)
}

// proposed returns the call whose proposal a supervisor speaks of, or refuses.
func (t *turn) proposed(id SessionID) (*Session, bool) {
	s, ok := t.permitted(id)
	if ok {
		t.note(s, NoteAct, "%s by %s", actWords(t.event.Body), t.event.By)
	}
	return s, ok
}

// actWords names what a supervisor does about a transfer.
func actWords(b Body) string {
	switch b.(type) {
	case VetoAsked:
		return "transfer vetoed"
	case HurryAsked:
		return "transfer hurried"
	case SnoozeAsked:
		return "rule snoozed for two minutes on this call"
	case TakeBackAsked:
		return "transfer taken back"
	case AgainAllowed:
		return "another automatic transfer allowed"
	case AlertSeen:
		return "alerts seen"
	default:
		panic(fmt.Sprintf("engine: no words for %T", b))
	}
}

func (t *turn) vetoAsked(e VetoAsked) {
	if s, ok := t.proposed(e.Session); ok {
		t.veto(s)
	}
}

func (t *turn) takeBackAsked(e TakeBackAsked) {
	if s, ok := t.proposed(e.Session); ok {
		t.veto(s)
	}
}

// veto stops a transfer that is proposed, under way or queued. Its rule, and every
// other but a request, stays quiet on this call for the rule's cooldown.
func (t *turn) veto(s *Session) {
	was := s.Transfer
	if r, ok := t.rule(was.Rule); ok {
		s.Marks = s.Marks.cool(r.ID, t.now.Add(r.Cooldown), false)
		if until := t.now.Add(r.Cooldown); until.After(s.HeldBack) {
			s.HeldBack = until
		}
	}
	if was.Rule != "" {
		t.record(was.Rule, func(d *RecordDay) {
			d.Vetoed++
			if was.Status != TransferProposed && was.Auto && d.Kept > 0 {
				d.Kept--
			}
		})
	}
	s.Transfer.VetoedBy = t.event.By
	t.stopTransfer(s, TransferVetoed, fmt.Sprintf("stopped by %s", t.event.By))
}

func (t *turn) vetoExplained(e VetoExplained) {
	s, ok := t.permitted(e.Session)
	if !ok {
		return
	}
	was := s.Transfer.Label
	s.Transfer.Label = e.Label
	t.note(s, NoteAct, "reason of the veto, by %s: %s", t.event.By, e.Label)
	if s.Transfer.Rule == "" {
		return
	}
	t.record(s.Transfer.Rule, func(d *RecordDay) {
		if n := d.labelled(was); n != nil && *n > 0 {
			*n-- // one veto has one reason: the last that was given
		}
		if n := d.labelled(e.Label); n != nil {
			*n++
		}
	})
}

// labelled returns where vetoes of a label are counted, or nil.
func (d *RecordDay) labelled(l VetoLabel) *int {
	switch l {
	case VetoWrong:
		return &d.Wrong
	case VetoHandled:
		return &d.Handled
	case VetoBadTime:
		return &d.BadTime
	case 0:
		return nil // none was given
	default:
		panic(fmt.Sprintf("engine: no count of the label %s", l))
	}
}

func (t *turn) hurryAsked(e HurryAsked) {
	if s, ok := t.proposed(e.Session); ok {
		t.begin(s, s.Transfer)
	}
}

func (t *turn) snoozeAsked(e SnoozeAsked) {
	s, ok := t.proposed(e.Session)
	if !ok {
		return
	}
	until := t.now.Add(snoozeTime)
	rule := s.Transfer.Rule
	s.Marks = s.Marks.cool(rule, until, true)
	s.Snoozed = slices.DeleteFunc(slices.Clone(s.Snoozed), func(x Snooze) bool { return x.Rule == rule || !x.Until.After(t.now) })
	s.Snoozed = append(s.Snoozed, Snooze{rule, until})
	s.Alerts = slices.DeleteFunc(slices.Clone(s.Alerts), func(a Alert) bool { return a.Rule == rule && a.Severity != SeveritySafety })
	t.stopTransfer(s, TransferNone, "")
}

func (t *turn) againAllowed(e AgainAllowed) {
	if s, ok := t.proposed(e.Session); ok {
		s.AutoSpent, s.HeldBack = false, time.Time{}
		for _, r := range t.policy().Rules { // what holds still may propose anew
			if r.Then.Transfer != nil && !s.snoozed(r.ID, t.now) {
				s.Marks = s.Marks.cool(r.ID, time.Time{}, true)
			}
		}
	}
}

// snoozed reports whether a rule is kept quiet on the call.
func (s *Session) snoozed(rule string, now time.Time) bool {
	return slices.ContainsFunc(s.Snoozed, func(x Snooze) bool { return x.Rule == rule && x.Until.After(now) })
}

func (t *turn) alertSeen(e AlertSeen) {
	s, ok := t.proposed(e.Session)
	if !ok {
		return
	}
	s.Pinned = false
	s.Alerts = slices.Clone(s.Alerts)
	for i := range s.Alerts {
		s.Alerts[i].Seen = true
	}
	s.Alerts = slices.DeleteFunc(s.Alerts, func(a Alert) bool { // one that has ended stayed only for this
		i := slices.IndexFunc(s.Marks, func(m Mark) bool { return m.Rule == a.Rule })
		return i < 0 || s.Marks[i].Fired.IsZero()
	})
}

func (t *turn) automationAsked(e AutomationAsked) {
	if e.Mode < ModeOn || e.Mode > ModeOff {
		t.refuse("", ErrNotSupervised)
		return
	}
	t.autoSet = e.Mode
	if e.Mode == ModeOn {
		return
	}
	for _, session := range t.State.sessions { // what automation has proposed does not go on without it
		if session.Transfer.Status != TransferProposed || !session.Transfer.Auto {
			continue
		}
		if s, ok := t.edit(session.ID); ok {
			t.note(s, NoteAct, "the proposal is withdrawn: automation %s, by %s", e.Mode, t.event.By)
			t.stopTransfer(s, TransferNone, "")
		}
	}
}

// rule returns the rule of that id.
func (t *turn) rule(id string) (Rule, bool) {
	rules := t.policy().Rules
	i := slices.IndexFunc(rules, func(r Rule) bool { return r.ID == id })
	if i < 0 || id == "" {
		return Rule{}, false
	}
	return rules[i], true
}

// cool returns the marks with a rule kept from firing until a time. Anew has it fire
// then though it holds all the while; else it must end first.
func (m Marks) cool(rule string, until time.Time, anew bool) Marks {
	i := slices.IndexFunc(m, func(x Mark) bool { return x.Rule == rule })
	if i < 0 {
		return m
	}
	m = slices.Clone(m)
	if anew || until.After(m[i].Cool) {
		m[i].Cool = until
	}
	if anew {
		m[i].Fired, m[i].Since, m[i].Clear = time.Time{}, time.Time{}, time.Time{}
	}
	return m
}

// recordDay returns the day that a rule's record counts a time to.
func recordDay(at time.Time) int { return int(at.Unix() / (24 * 60 * 60)) }

// cloneRecords returns a copy of records, free to be written.
func cloneRecords(records []RuleRecord) []RuleRecord {
	records = slices.Clone(records)
	for i := range records {
		records[i].Days = slices.Clone(records[i].Days)
	}
	return records
}

// record changes a rule's record of today.
func (t *turn) record(rule string, change func(*RecordDay)) {
	today := recordDay(t.now)
	if t.records == nil {
		t.records = cloneRecords(t.State.records)
	}
	i := slices.IndexFunc(t.records, func(r RuleRecord) bool { return r.Rule == rule })
	if i < 0 {
		t.records = append(t.records[max(0, len(t.records)+1-maxRecorded):], RuleRecord{Rule: rule})
		i = len(t.records) - 1
	}
	days := t.records[i].Days
	if n := len(days); n == 0 || days[n-1].Day != today {
		days = append(days, RecordDay{Day: today})
	}
	for len(days) > 0 && days[0].Day <= today-recordDays {
		days = days[1:]
	}
	change(&days[len(days)-1])
	t.records[i].Days = days
}
