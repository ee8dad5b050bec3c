package engine

import "time"

// Settings are everything that Step reads beside the events themselves. They come
// as [SettingsLoaded], so that a replay judges by the settings of its day.
type Settings struct {
	// Floor names the team whose calls these are.
	Floor string

	// Number is the number that customers call and operators are called from (E.164).
	Number string

	// ListenNumber is a number of ours that only Symbl knows; empty where Symbl calls
	// Number.
	ListenNumber string

	// SymblNumber is the number that Symbl calls from, where it is known.
	SymblNumber string

	// Conference is what rooms' names begin with.
	Conference string

	// Operators are the numbers (E.164 or SIP URI) to be tried in turn.
	Operators []string

	// Ring is how long an operator is called before the next one is.
	Ring time.Duration

	// Feeds are what may listen to calls, the preferred first. Nil, as journals of older
	// versions have it, is Symbl by telephone.
	Feeds []FeedKind `json:",omitempty"`

	// Chat says that the customer's sentences are also scored over the network, which
	// rules wait for at most three seconds.
	Chat bool `json:",omitempty"`

	// Deaf says why no feed listens to calls, as a supervisor may read it; empty where
	// one does.
	Deaf string

	// Policy is the rules by which calls are escalated.
	Policy Policy

	// Groups are who may be brought in, the first being who is where nobody says else.
	Groups []Group

	// Front is a bot or a first-line desk that is dialled in after the menu.
	Front Front

	// Hold is what a customer hears while he waits and while he is on hold. Without it
	// a line is spoken to who waits every 20 s.
	Hold Audio

	// Queue is what follows where nobody is free.
	Queue Queue

	// Phone is the supervisor's own, for whoever gives none; may be empty.
	Phone string

	// Briefing is what an operator hears around what the call is about, and Monitored
	// what he hears when a supervisor listens; empty: nothing.
	Briefing Briefing

	// Consent says that a customer is asked for a key before anybody listens: without it
	// nothing of what he says is kept.
	Consent bool `json:",omitempty"`

	// Record says that Telnyx records the sound of calls, where it may be listened to.
	Record bool `json:",omitempty"`

	// PayAtMost is how long a payment may last before the call is heard again by itself; 0 is
	// five minutes.
	PayAtMost time.Duration `json:",omitempty"`

	// MinWords is how many words a sentence needs to be judged.
	MinWords int

	// English and Spanish are what the customer is told.
	English, Spanish Prompts
}

// A Group is operators who stand in for one another.
type Group struct {
	Name      string
	Order     Order
	Ring      time.Duration // how long one of them is called
	AtMost    int           // of them on calls at once; 0: no limit
	Hours     []Span        // when it is open, in the days to come; nil: always
	Operators []Operator
}

// An Operator is one who may be brought in.
type Operator struct {
	Number string // E.164 or a SIP URI
	Name   string `json:",omitempty"` // as configured; empty: his number
}

// An Order says who of a group is called first.
type Order uint8

// The orders.
const (
	OrderIdle  Order = iota + 1 // who has been free for longest
	OrderTurn                   // who comes after the last one that was called
	OrderFixed                  // the first that is free
)

// A Front is a bot or a first-line desk.
type Front struct {
	Number string // E.164 or a SIP URI; empty: none
	Name   string // what it is called on the screen
}

// A Queue says what follows where nobody is free.
type Queue struct {
	AtMost   time.Duration // how long a customer waits
	Then     Fallback      // and what then
	Callback bool          // he may press 2 to be called back
}

// A Fallback is what follows when a customer has waited in vain.
type Fallback uint8

// The fallbacks.
const (
	FallbackStay     Fallback = iota + 1 // he is told, and the call goes on
	FallbackCallback                     // a callback is promised
	FallbackMenu                         // back to the menu
)

// A Briefing is what operators are told. Its text is English: it is for staff.
type Briefing struct {
	Language string
	Voice    string

	Accept    string        // after what it is about: what key takes the call
	Wait      time.Duration // for that key, from the end of the text
	Monitored string        // a supervisor listens now
	Tone      Audio         `json:",omitzero"` // played in place of Monitored
}

// Prompts are the texts of one language. An empty text is not spoken.
type Prompts struct {
	Language string // as in "en-US"
	Voice    string // Provider.Model.Voice

	Announcement string // first of all: who listens, and that it is automated
	Menu         string // what the keys do
	Question     string // when no key was pressed
	Connecting   string // an operator is being called
	Unavailable  string // no operator could be reached
	Left         string // the operator hung up; what the keys do now
	Goodbye      string // before the supervisor ends the call
	Queued       string // nobody is free; %d is his place in the queue
	Waiting      string // every 20 s while he waits, where no hold audio is configured
	Offer        string // after Queued, where he may press 2 to be called back
	Callback     string // he will be called back
	Stopped      string // no operator comes after all
	Consent      string `json:",omitempty"` // after the announcement: which key agrees, and which does not
	Declined     string `json:",omitempty"` // he did not agree: the call goes on unheard
}
