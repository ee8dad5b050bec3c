package engine

import "time"

// A Policy is the rules by which calls are escalated, and what is offered where nobody
// is free. It is data: read by package policy, loaded as an event, judged in [Policy.Judge].
type Policy struct {
	Name    string // as in "default"
	Version int
	Rules   []Rule

	// Bells is how many alerts may ring in an hour; the rest is only shown. Alerts of
	// SeveritySafety always ring.
	Bells int
}

// A Rule says when something is to be done about a call, and what.
type Rule struct {
	ID      string // as in "sustained-negative"
	Version int
	About   string // in a sentence, for people

	When Cond          // fires when this has held for For
	For  time.Duration // 0: at once

	// Exit ends it. Without one it ends when When no longer holds; with one, when Exit
	// has held for ExitFor. A rule fires again only once it has ended.
	Exit    *Cond `json:",omitempty"`
	ExitFor time.Duration

	NotBefore     time.Duration // since the customer was answered
	Cooldown      time.Duration // from one firing, or its veto, to the next at the earliest
	Veto          time.Duration // how long what it proposes may be vetoed; 0: none
	MinConfidence int           // sentences less certain do not count, in thousandths; one without any does
	Mode          Mode
	Severity      Severity
	Request       bool // the customer asked for it himself: a veto of another rule does not hold it back
	Then          Then
}

// A Mode says whether a rule, or the whole automation, acts.
type Mode uint8

// The modes.
const (
	ModeOn     Mode = iota + 1
	ModeShadow      // judged and counted; nothing of it acts
	ModeOff
)

// A Severity says how much an alert matters.
type Severity uint8

// The severities.
const (
	SeverityWatch  Severity = iota + 1 // moves the call up, no more
	SeverityAmber                      // worth a look
	SeverityRed                        // needs a hand: rings
	SeveritySafety                     // somebody may be in danger: rings whatever was spent, and is pinned
)

// Then is what follows when a rule fires.
type Then struct {
	Transfer *Propose `json:",omitempty"` // propose a transfer
	Alert    bool     // show it, with the rule's severity
	Watch    bool     // move the call up
	Pin      bool     // keep it at the top until somebody takes it off
	Callback bool     // offer a callback to a customer who waits
	Say      string   `json:",omitempty"` // to an English customer, at once
	SayEs    string   `json:",omitempty"` // to a Spanish one
}

// Propose is a transfer that a rule proposes.
type Propose struct {
	Group string // to whom; empty: the first group
	Cold  bool   // without a briefing
}

// A Cond is a condition. Of the fields that are set each must hold. The zero Cond
// never holds.
type Cond struct {
	All []Cond `json:",omitempty"`
	Any []Cond `json:",omitempty"`
	Not *Cond  `json:",omitempty"`

	Negative    *Negative     `json:",omitempty"`
	Mood        *MoodLimit    `json:",omitempty"`
	MinWords    int           `json:",omitempty"` // the customer has said so many in all
	NoInput     int           `json:",omitempty"` // so many menus in a row went by without a key
	Duration    *LongCall     `json:",omitempty"`
	Blind       *BlindFor     `json:",omitempty"`
	Said        *Said         `json:",omitempty"`
	NotSaid     *NotSaid      `json:",omitempty"`
	Flagged     *Flagged      `json:",omitempty"`
	Key         string        `json:",omitempty"` // the customer pressed one of these, within the last five seconds
	Silence     time.Duration `json:",omitempty"` // nobody has spoken for so long, though somebody should
	InState     *InState      `json:",omitempty"`
	Falling     *Falling      `json:",omitempty"`
	Repeats     *Repeats      `json:",omitempty"`
	Attestation Attestation   `json:",omitempty"` // the caller's number is attested below this: B means C or none
}

// Speakers says whose sentences count.
type Speakers uint8

// Whose sentences count. The zero Speakers is the customer's.
const (
	SpeakersCustomer Speakers = iota
	SpeakersOperator
	SpeakersAny // prompts and the unknown too
)

// A Limit is a polarity, which may differ by who scored: thresholds belong to the
// source of the score.
type Limit struct {
	Below  Polarity      // at or below
	Source []SourceLimit `json:",omitempty"`
}

// A SourceLimit is the limit for sentences that one source has scored.
type SourceLimit struct {
	Source string // as in "symbl"
	Below  Polarity
}

// Negative holds when Count of the last Of sentences, none older than Within, are at
// or below the limit.
type Negative struct {
	Count, Of int
	Within    time.Duration // 0: however old
	Limit     Limit
	Speakers  Speakers `json:",omitempty"`
}

// A MoodLimit holds while the mood is at or below a limit or, with Above, at or above it.
type MoodLimit struct {
	Limit    Limit
	Above    bool
	HalfLife time.Duration // 0: 30 s
}

// LongCall holds once the call has lasted longer than Above or, with P95, than 95 of
// a hundred of the last 200 calls did (and at least 20 are known).
type LongCall struct {
	Above time.Duration
	P95   bool
}

// BlindFor holds once nobody has heard the customer for so long though the call goes
// on, or once the last Of sentences were understood too badly.
type BlindFor struct {
	For        time.Duration
	Confidence int // the mean of the last Of is below this, in thousandths; 0: not asked
	Of         int
}

// Said holds when a phrase was said within the last Within, in a sentence that holds
// none of Except. A phrase that is negated ("I do not want a manager") does not count,
// unless Negated.
type Said struct {
	Phrases  []Phrase
	Except   []Phrase `json:",omitempty"`
	Within   time.Duration
	Negated  bool
	Speakers Speakers
}

// Flagged holds when a scorer has set one of the flags on a sentence that was said
// within the last Within.
type Flagged struct {
	Flags    Flags
	Within   time.Duration
	Speakers Speakers `json:",omitempty"`
}

// NotSaid holds when none of the phrases was said within Within after the customer
// was answered. With Notice it is our own announcement that counts as well.
type NotSaid struct {
	Phrases  []Phrase `json:",omitempty"`
	Within   time.Duration
	Notice   bool
	Speakers Speakers
}

// InState holds once the call has been in one of the states for so long.
type InState struct {
	States []CallState
	For    time.Duration
}

// Falling holds when the mood fell by By within Within.
type Falling struct {
	By       Polarity
	Within   time.Duration
	HalfLife time.Duration // 0: 30 s
}

// Repeats holds when the customer said much the same Times over within Within: so
// many sentences of four words or more share at least Overlap of their words with his
// latest, which is counted.
type Repeats struct {
	Times   int
	Overlap int // in thousandths
	Within  time.Duration
}

// A CallState is what is going on in a call, in one word.
type CallState uint8

// The states of a call.
const (
	CallRinging  CallState = iota + 1 // not answered yet
	CallMachine                       // alone with our menu and prompts
	CallFront                         // with the front desk
	CallProposed                      // a transfer is proposed and may be vetoed
	CallReaching                      // an operator is being called or briefed
	CallQueued                        // waits for an operator to come free
	CallOperator                      // with an operator
	CallHold                          // the customer is on hold
	CallEnding
)

// An Attestation is how sure the carrier is of the caller's number (STIR/SHAKEN).
// The higher, the surer.
type Attestation uint8

// The attestations.
const (
	AttestationNone Attestation = iota // no word, or it did not hold
	AttestationC
	AttestationB
	AttestationA
)

// A Phrase is a pattern of words, made by [ParsePhrase].
type Phrase struct {
	Text  string
	Words []Word
}

// A Word is one place of a phrase: one of some words, or a gap.
type Word struct {
	Alt []string `json:",omitempty"` // in small letters, without apostrophes; "cancel*" stands for all that begin so
	Gap int      `json:",omitempty"` // up to so many words of any kind
	Opt bool     `json:",omitempty"` // it may be missing
}

// A Case is what a rule may know of one call at a moment. See [Session.Case].
type Case struct {
	Now      time.Time
	Answered time.Time // when the customer was; zero: not yet
	Talking  bool      // the call goes on and may be judged
	English  bool      // only English is scored

	Said      []Heard // the last sentences of anybody, by the time they were said
	Words     int     // the customer's words so far
	State     CallState
	Since     time.Time // of the state
	NoInput   int       // menus in a row without a key
	Keys      []Key     // the customer's last keys
	Blind     time.Time // since when nobody hears him; zero: he is heard
	Unheard   bool      // nobody is to hear him: he has not agreed
	Quiet     time.Time // since when nobody has spoken though somebody should; zero: not so
	Announced time.Time // when the announcement was over; zero: not yet
	Attested  Attestation
	Typical   time.Duration // 95 of 100 calls are shorter; zero: too few are known
}

// A Heard is one sentence, as a rule sees it.
type Heard struct {
	Utterance  string
	At, End    time.Time
	Speaker    Speaker
	Text       string
	Words      int
	Scored     bool     // it has a polarity that counts: the customer's, in a language that is scored, long enough
	Polarity   Polarity // Told, where only a rule for any speaker counts it
	Told       bool     // the feed scored it, whosever it is
	Confidence int      // in thousandths; 0: the feed gave none
	Source     string   // who scored it
	Flags      Flags    // that the scorer set
	Weight     int      // for the mood, in thousandths
}

// Marks are what a judge remembers of one call between two looks. The zero Marks are
// of a call not looked at yet. They are never written in place.
type Marks []Mark

// A Mark is what a judge remembers of one rule.
type Mark struct {
	Rule   string
	Since  time.Time `json:",omitzero"` // since when it has held without having fired
	Fired  time.Time `json:",omitzero"` // since when it is active; zero: it is not
	Clear  time.Time `json:",omitzero"` // since when its exit has held; kept after its end until When has ceased
	Cool   time.Time `json:",omitzero"` // until when it may not fire again
	Firing int       // how often it has
}

// A Finding is a rule that has just fired, or just ended.
type Finding struct {
	Rule     Rule
	Ended    bool
	Evidence Evidence // of what fired; zero where it ended
}

// Evidence is what a rule saw when it fired. Its words are for people; text from
// outside is in Lines alone, and is to be cleaned before it is shown.
type Evidence struct {
	Rule     string
	Version  int
	About    string
	Severity Severity
	At       time.Time
	Checks   []Check
	Lines    []Quote  // the sentences that counted, the oldest first
	Mood     Polarity // then
	Judged   bool     // there was a mood
}

// A Check is one condition that held.
type Check struct {
	What   string // as in "3 of the last 4 customer sentences at or below -0.30 within 90 s"
	Seen   string // as in "-0.34 -0.41 -0.66 in 41 s"
	Unless string // what would have kept it from holding: "one of them were above -0.30"
}

// A Quote is a sentence in evidence.
type Quote struct {
	Utterance  string
	At         time.Time
	Speaker    Speaker
	Text       string
	Scored     bool
	Polarity   Polarity
	Confidence int  // in thousandths; 0: none was given
	Low        bool // at or below the limit
}
