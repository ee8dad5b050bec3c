package engine

import (
	"fmt"
	"slices"
	"time"
)

// Limits of what is remembered of a call for its record.
const (
	maxBrought = 32
	maxFired   = 64
	maxHolds   = 64
	maxTold    = 256
)

// Why an operator who was on the line was passed over, where it says what he did.
const (
	TurnedDown    = "declined"
	TurnedMachine = "a machine picked up"
)

// A Record is one customer's call that is over, whole: what history, reports and exports
// are made of. It is plain data and encodes to JSON.
type Record struct {
	Session SessionID
	Number  int    // as the console showed it
	Opened  uint64 // event that opened it
	Closed  uint64 // event that this record was made at

	Caller   string // the customer's number
	Name     string `json:",omitempty"` // his caller id name, from outside
	Attested Attestation
	Language Language

	Started  time.Time
	Answered time.Time `json:",omitzero"`
	Over     time.Time
	Ending   string // why it ended

	Mood   Polarity // at its end
	Judged bool     // there was a mood
	Low    Polarity // the lowest that it was, as far as its sentences are kept

	Legs    []RecordLeg
	Lines   []Utterance // by the time they were said
	Keys    []Key       `json:",omitempty"` // that the customer pressed
	Fired   []Firing    `json:",omitempty"`
	Brought []Brought   `json:",omitempty"`
	Holds   []Holding   `json:",omitempty"`
	Told    []Told      `json:",omitempty"` // by us
	Gaps    []Gap       `json:",omitempty"`
	Notes   []Note      `json:",omitempty"`

	Consent  Consent    `json:",omitzero"`
	Paid     []Span     `json:",omitempty"` // payments, in which nothing was kept
	Recorded []Recorded `json:",omitempty"` // the sound, at Telnyx

	Callback    bool       `json:",omitempty"` // one was promised in it
	Quarantined Quarantine `json:",omitzero"`
}

// A RecordLeg is one party of a call that is over.
type RecordLeg struct {
	Name     LegName
	Role     Role
	Number   string
	Called   string    `json:",omitempty"` // an operator's name, as configured
	Since    time.Time // when it was asked for or first heard of
	Answered time.Time `json:",omitzero"`
	Joined   time.Time `json:",omitzero"`
	Gone     time.Time `json:",omitzero"`
	Cause    string    `json:",omitempty"` // why it is gone, in Telnyx's word
	Decided  time.Time `json:",omitzero"`  // when an operator took the call, or was passed over on the line
	Turned   string    `json:",omitempty"` // why he was passed over; empty where he took it
}

// A Told is something that the customer was told by us.
type Told struct {
	At    time.Time
	Kind  PromptKind
	Waits bool `json:",omitempty"` // a key was waited for
	Vain  bool `json:",omitempty"` // … and no right one came
}

// A Firing is a rule that fired on a call.
type Firing struct {
	At       time.Time
	Rule     string
	Severity Severity
	Shadow   bool `json:",omitempty"` // nothing of it acted
}

// A Brought is one bringing in of an operator, from its proposal to what it came to.
type Brought struct {
	Cause    Cause
	Rule     string    `json:",omitempty"`
	About    string    `json:",omitempty"` // the evidence, in a line
	Group    string    `json:",omitempty"`
	Auto     bool      `json:",omitempty"`
	By       By        `json:",omitempty"` // who, when by hand
	Asked    time.Time // when it was proposed or asked for
	Began    time.Time `json:",omitzero"` // when the first operator was called
	Queued   time.Time `json:",omitzero"` // since when the customer waited for a free one
	Accepted time.Time `json:",omitzero"`
	Joined   time.Time `json:",omitzero"`
	Over     time.Time `json:",omitzero"` // when it was over: the operator left, or it came to nothing

	// Status is how far it came. None is a proposal that was withdrawn or snoozed; Ended is an
	// operator who has left, or, where Joined is zero, a call that was over before he came.
	Status   TransferStatus
	To       string    `json:",omitempty"` // the number that was tried last, or joined
	Called   string    `json:",omitempty"` // the name of the operator at To, as configured
	Tried    int       // numbers
	Why      string    `json:",omitempty"` // why it failed, as a supervisor may read it
	Label    VetoLabel `json:",omitempty"`
	VetoedBy By        `json:",omitempty"`
}

// A Holding is a stretch for which a leg was on hold. To is zero while it lasts.
type Holding struct {
	Leg  LegName
	From time.Time
	To   time.Time `json:",omitzero"`
}

// A Recorded is the sound of a call, as Telnyx keeps it.
type Recorded struct {
	ID   string    // Telnyx's recording_id, by which it can be had (GET /recordings/{id}); empty where it did not tell
	URL  string    `json:",omitempty"` // where it was told to lie; good for ten minutes
	From time.Time `json:",omitzero"`
	To   time.Time `json:",omitzero"`
}

// remember keeps what a call's record needs and its state forgets: transfers before the
// last, and holds. It runs at the end of each turn.
func (t *turn) remember(e edit) {
	var before Session
	if e.before != nil {
		before = *e.before
	}
	s := e.after
	t.rememberTransfer(s, &before)
	t.nobodyStays(s)
	for _, l := range s.Legs {
		was, _ := before.Leg(l.Name)
		held := l.Held && l.Live() && s.Phase != PhaseOver
		switch i := s.holding(l.Name); {
		case held && i < 0:
			s.Holds = keepLast(s.Holds, maxHolds, Holding{Leg: l.Name, From: t.now})
		case !held && i >= 0 && (was.Held || s.Phase == PhaseOver):
			s.Holds = slices.Clone(s.Holds)
			s.Holds[i].To = t.now
		}
	}
}

// nobodyStays ends the bringing in that a call ended with, where nobody has told of its end:
// a call in quarantine is left as it stood.
func (t *turn) nobodyStays(s *Session) {
	n := len(s.Brought)
	if s.Phase != PhaseOver || n == 0 || !s.Brought[n-1].Over.IsZero() {
		return
	}
	s.Brought = slices.Clone(s.Brought)
	s.Brought[n-1].Status, s.Brought[n-1].Over = TransferEnded, t.now
}

// told remembers that the customer is told something.
func (s *Session) told(what Told) { s.Told = keepLast(s.Told, maxTold, what) }

// waitedInVain remembers that no right key came to what the customer was told last.
func (s *Session) waitedInVain() {
	if n := len(s.Told); n > 0 && s.Told[n-1].Waits {
		s.Told = slices.Clone(s.Told)
		s.Told[n-1].Vain = true
	}
}

// holding returns the place of the hold of a leg that lasts, or -1.
func (s *Session) holding(leg LegName) int {
	return slices.IndexFunc(s.Holds, func(h Holding) bool { return h.Leg == leg && h.To.IsZero() })
}

func (t *turn) rememberTransfer(s, before *Session) {
	now, was := &s.Transfer, &before.Transfer
	if now.Status == was.Status && now.To == was.To && now.Label == was.Label && now.Asked.Equal(was.Asked) && now.Rule == was.Rule {
		return
	}
	if n := len(s.Brought); n > 0 && s.Brought[n-1].Over.IsZero() &&
		(now.Status == TransferNone || !now.same(&s.Brought[n-1])) { // withdrawn, or another took its place
		s.Brought = slices.Clone(s.Brought)
		last := &s.Brought[n-1]
		last.Over = t.now
		if last.Joined.IsZero() {
			last.Status = TransferNone
		} else {
			last.Status = TransferEnded
		}
	}
	if now.Status == TransferNone {
		return
	}
	n := len(s.Brought)
	if n == 0 || !now.same(&s.Brought[n-1]) {
		s.Brought = keepLast(s.Brought, maxBrought, Brought{Cause: now.Cause, Rule: now.Rule, About: now.Evidence.About, Auto: now.Auto,
			By: now.By, Asked: now.Asked})
		n = len(s.Brought)
	} else {
		s.Brought = slices.Clone(s.Brought)
	}
	b := &s.Brought[n-1]
	b.Status, b.Group, b.To, b.Called, b.Why = now.Status, now.Group, now.To, t.operatorName(now.To), now.Why
	b.Accepted, b.Label, b.VetoedBy = now.Accepted, now.Label, now.VetoedBy
	b.Tried = max(b.Tried, len(now.Tried)) // who waits is tried for anew
	if !now.Queued.IsZero() {
		b.Queued = now.Queued
	}
	if b.Began.IsZero() && now.Status != TransferProposed && now.Status != TransferVetoed && now.To != "" {
		b.Began = t.now
	}
	switch now.Status {
	case TransferJoined:
		if b.Joined.IsZero() {
			b.Joined = t.now
		}
	case TransferFailed, TransferEnded, TransferVetoed, TransferCallback:
		if b.Over.IsZero() {
			b.Over = t.now
		}
	case TransferNone, TransferProposed, TransferDialling, TransferBriefing, TransferJoining, TransferQueued:
		b.Over = time.Time{} // a failed one may be tried again
	}
}

// same reports whether a transfer is the one that is remembered.
func (tr *Transfer) same(b *Brought) bool {
	return tr.Asked.Equal(b.Asked) && tr.Cause == b.Cause && tr.Rule == b.Rule
}

// operatorName returns the name of an operator; empty where none is configured.
func (t *turn) operatorName(number string) string {
	for _, g := range t.Settings.groups() {
		for _, o := range g.Operators {
			if o.Number == number {
				return o.Name
			}
		}
	}
	return ""
}

// fileOver has a call that is over filed: at once, and again where something is still told
// of it before it is taken out. Filing again replaces what was filed. Nothing waits for it:
// what is missing in the files is made from the journal.
func (t *turn) fileOver(e edit) {
	s := e.after
	if s.Number == 0 || s.Phase != PhaseOver {
		return
	}
	if e.before != nil && e.before.Phase == PhaseOver && !t.toldMore(e) {
		return
	}
	if len(t.commands) == maxCommands {
		return // many calls at once: what is missing in the files is made from the journal
	}
	r := s.Record(t.now)
	for i := range r.Legs {
		if l := &r.Legs[i]; l.Role == RoleOperator && l.Called == "" {
			l.Called = t.operatorName(l.Number)
		}
	}
	t.send(s.ID, fmt.Sprintf("file/call/%d", t.event.Seq), File{Record: r})
}

// toldMore reports whether the turn adds to what is known of a call that is over. What was
// on its way when the program ended is filed again.
func (t *turn) toldMore(e edit) bool {
	if _, again := t.event.Body.(Resumed); again {
		return true
	}
	return !e.after.Transcript.same(e.before.Transcript) || len(e.after.Recorded) != len(e.before.Recorded) || e.after.NoteCount != e.before.NoteCount
}

// Record returns what is to be kept of a call, as it stands at a time.
func (s *Session) Record(now time.Time) Record {
	r := Record{
		Session: s.ID, Number: s.Number, Opened: s.Opened, Closed: s.Changed,
		Caller: s.Caller, Name: s.Name, Attested: s.Attested, Language: s.Language,
		Started: s.Started, Answered: s.AnsweredAt, Over: s.Over, Ending: s.Ending,
		Lines: s.Talk(), Fired: s.Fired, Brought: s.Brought, Holds: s.Holds, Told: s.Told, Gaps: s.Feed.Gaps, Notes: s.Notes,
		Consent: s.Consent, Paid: s.Paid, Recorded: s.Recorded, Quarantined: s.Quarantined,
	}
	at := s.Over
	if at.IsZero() {
		at = now
	}
	r.Mood, r.Judged = s.Mood(at)
	r.Low = s.lowest(r.Lines)
	for _, l := range s.Legs {
		if l.Role == RoleCustomer {
			r.Keys = l.Keys
		}
		leg := RecordLeg{Name: l.Name, Role: l.Role, Number: l.Number, Called: l.Called, Since: l.Since, Answered: l.Answered, Joined: l.JoinedAt, Gone: l.Gone, Cause: l.Cause,
			Decided: l.Decided, Turned: l.Turned}
		for _, b := range s.Brought {
			if leg.Called == "" && b.To == l.Number && l.Role == RoleOperator {
				leg.Called = b.Called
			}
		}
		r.Legs = append(r.Legs, leg)
	}
	r.Callback = slices.ContainsFunc(s.Brought, func(b Brought) bool { return b.Status == TransferCallback })
	return r
}

// lowest returns the lowest mood after any of the customer's sentences that counted, as far
// as they are kept: the samples alone go back only so far.
func (s *Session) lowest(lines []Utterance) Polarity {
	var all []Sample
	for i := range lines {
		u := &lines[i]
		if at := slices.IndexFunc(s.Samples, func(x Sample) bool { return x.Utterance == u.ID }); at >= 0 {
			all = append(all, s.Samples[at]) // a score that came late stands there
		} else if u.Judged && s.Language == English {
			all = append(all, Sample{u.ID, u.Start, u.Polarity, weigh(countWords(u.Text), u.Confidence)})
		}
	}
	low := Polarity(0)
	for i := range all {
		if m, _ := mood(all[max(0, i+1-maxJudged):i+1], all[i].At, halfLife); i == 0 || m < low {
			low = m
		}
	}
	return low
}
