package engine

import (
	"slices"
	"time"
)

// Role says what a leg is for.
type Role uint8

// The roles.
const (
	RoleCustomer Role = iota + 1
	RoleOperator
	RoleListener   // the feed's leg
	RoleUnplaced   // a leg that may be a listener and has not dialled its code yet
	RoleFront      // a bot or a first-line desk
	RoleSupervisor // the supervisor's own phone
)

// LegStatus is how far a leg has come. It only rises, so that a webhook that comes
// late can never bring a leg back.
type LegStatus uint8

// The statuses.
const (
	LegAsked   LegStatus = iota + 1 // ordered; Telnyx has not spoken of it
	LegRinging                      // initiated, not answered
	LegUp                           // answered
	LegGone                         // hung up, or never made
)

// Direction says who called whom.
type Direction uint8

// The directions, in Telnyx's words.
const (
	Incoming Direction = iota + 1
	Outgoing
)

// Polarity is the sentiment of a sentence in thousandths, from -1000, the most
// negative, to +1000. It is an integer because Go may fuse a float multiply and add
// on one processor and not on another, and a replay must give the same bits on both.
type Polarity int16

// A Leg is one party's line.
type Leg struct {
	Name    LegName
	ID      LegID     `json:",omitempty"` // empty while only asked for
	CallLeg CallLegID `json:",omitempty"`
	Role    Role
	Attempt int
	Status  LegStatus
	Number  string // the far end's: E.164 or a SIP URI
	Called  string `json:",omitempty"` // an operator's name, as configured when he was called

	Since    time.Time // when it was asked for or first heard of
	Answered time.Time `json:",omitzero"`
	Gone     time.Time `json:",omitzero"`
	Cause    string    `json:",omitempty"` // why it is gone, in Telnyx's word

	Joined    bool // in the session's conference
	JoinAsked bool // a Join was accepted or is under way
	Muted     bool // as Telnyx has granted it
	MuteAsked bool // as the supervisor wants it; Muted, once granted

	Held      bool // as Telnyx has granted it
	HoldAsked bool // as the supervisor wants it; Held, once granted

	Monitor      MonitorRole `json:",omitempty"` // what a supervisor's leg is, as Telnyx has granted it
	MonitorAsked MonitorRole `json:",omitempty"` // … and as he wants it
	Whisper      []LegName   `json:",omitempty"` // who hears a whisper that is granted
	Owner        By          `json:",omitempty"` // whose phone it is

	Briefed     bool        `json:",omitempty"` // an operator who was asked for his key
	Decided     time.Time   `json:",omitzero"`  // when an operator took the call, or was passed over on the line
	Turned      string      `json:",omitempty"` // why he was passed over; empty where he took it
	Channels    bool        `json:",omitempty"` // it failed for the account's limit of calls
	RoleSent    MonitorRole `json:",omitempty"` // ordered last, by Join or SetRole
	WhisperSent []LegName   `json:",omitempty"` // … and who was to hear it
	Heard       []Span      `json:",omitempty"` // when a supervisor was heard by all
	TakesOver   bool        `json:",omitempty"` // the operator is dropped once Barge is granted

	JoinAccepted bool      // Telnyx took the Join; its webhook is still to come
	JoinedAt     time.Time `json:",omitzero"`
	ByHand       bool      // its end was asked for by a supervisor

	HangupAsked bool      // we have ordered its end
	Hangups     int       // how often
	Until       time.Time `json:",omitzero"`  // when to give it up, or to ask again
	Keys        []Key     `json:",omitempty"` // dialled on it, in the order they were pressed: a code may be among them
}

// A Key is one key that was pressed. Telnyx keeps no order: At is its clock's.
type Key struct {
	At    time.Time
	Digit string
}

// Live reports whether the leg may still be heard of.
func (l Leg) Live() bool { return l.Status != LegGone }

// Phase is how far a session has come, for the list of calls.
type Phase uint8

// The phases.
const (
	PhaseRinging Phase = iota + 1 // the customer's leg is not answered yet
	PhaseTalking
	PhaseEnding // the customer is gone, or we are ending the call; legs are still falling
	PhaseOver   // no leg is left
)

// A PromptKind says which prompt a customer is being told.
type PromptKind uint8

// The prompts.
const (
	PromptNone PromptKind = iota
	PromptAnnouncement
	PromptMenu
	PromptQuestion
	PromptConnecting
	PromptUnavailable
	PromptLeft
	PromptGoodbye
	PromptSaid     // what a rule says
	PromptQueued   // nobody is free: you are number n
	PromptWaiting  // still waiting, where no hold audio is configured
	PromptCallback // a callback is promised
	PromptStopped  // a supervisor has stopped what he was told would come
	PromptConsent  // which key agrees to be listened to
	PromptDeclined // the call goes on unheard
)

// A Prompt is what the customer is being told.
type Prompt struct {
	Kind  PromptKind
	Began time.Time
	Until time.Time  // when it is taken as over though Telnyx has not said so
	Ends  int        // ends of speech to come before this prompt is over: it cut off others
	Next  PromptKind // to be told after it; only an announcement is never cut off
	Text  string     `json:",omitempty"` // of Next, where it is made for the moment
}

// A Span is a stretch of time. To is zero while it lasts.
type Span struct{ From, To time.Time }

// A Language is what the customer chose.
type Language uint8

// The languages.
const (
	English Language = iota + 1
	Spanish
)

// A Menu is where the customer is in the menu.
type Menu struct {
	Open   bool      // a gather is under way
	Round  int       // 1 for the first time it is spoken, 2 and 3 for the repeats
	Taken  string    // the key acted upon in this round
	Owed   int       // gathers ordered whose end Telnyx has not told
	Until  time.Time // when the gather is taken as over though Telnyx has not said so
	Closed time.Time // when the last gather ended, on Telnyx's clock
	Last   string    // the keys it ended with
}

// FeedStatus says how well a call is heard.
type FeedStatus uint8

// The statuses of a feed. Only FeedLive is hearing; the others have a reason.
const (
	FeedNone       FeedStatus = iota + 1 // nothing listens: none configured, or not yet
	FeedConnecting                       // ordered; the listener's leg is not there yet
	FeedLive
	FeedBlind // was to be live, and its sign of life is missing
)

// A Feed is how well a call is heard, and by what.
type Feed struct {
	Status FeedStatus // of the feed in charge, or of what is to come
	Why    string     // why it is not live, or fails, as a supervisor may read it
	Kind   FeedKind   `json:",omitempty"` // in charge; zero: none
	Since  time.Time  `json:",omitzero"`  // of Kind

	Wanted    bool      // the announcement is over: listening may begin
	GivenUp   bool      // nothing is to listen to this call
	Deaf      bool      `json:",omitempty"` // given up only for as long as no feed is configured
	HoldUntil time.Time `json:",omitzero"`  // nothing listens yet, for this may be a listener
	Anew      time.Time `json:",omitzero"`  // when its feeds are looked at anew: settings or a feed have changed
	Late      bool      // the last sentence came too late to act upon
	BlindAt   time.Time `json:",omitzero"` // when what fails counts as blind, while nothing else hears
	Unsaid    bool      // Why is not noted yet: the customer may be hanging up

	Ears   []Ear     `json:",omitempty"` // what may listen, the preferred first
	Reigns []Reign   `json:",omitempty"` // who was in charge since when, the newest last
	Gaps   []Gap     `json:",omitempty"` // the newest last
	Heard  time.Time `json:",omitzero"`  // when the newest sentence of anybody came in
	Voice  time.Time `json:",omitzero"`  // since when the customer speaks and no words of his come

	Scoring []Scoring `json:",omitempty"` // sentences that wait for a score, the oldest first

	Phone  PhoneFeed  `json:",omitzero"`
	Stream StreamFeed `json:",omitzero"`
}

// A Scoring is a sentence that waits for a score from over the network.
type Scoring struct {
	Utterance string
	By        time.Time // until when
}

// A PhoneFeed is Symbl's call to us.
type PhoneFeed struct {
	Connection   ConnectionID   `json:",omitempty"`
	Conversation ConversationID `json:",omitempty"`
	Code         string         `json:",omitempty"` // the code we wait for; dead when empty
	CodeUntil    time.Time      `json:",omitzero"`
	AbsentAt     time.Time      `json:",omitzero"` // when the listener should have been there
}

// A StreamFeed is what Symbl hears by stream.
type StreamFeed struct {
	Connection   ConnectionID   `json:",omitempty"`
	Conversation ConversationID `json:",omitempty"`
}

// Speaker says whose words a sentence is.
type Speaker uint8

// The speakers.
const (
	SpeakerUnknown Speaker = iota + 1
	SpeakerCustomer
	SpeakerOperator
	SpeakerPrompt // ours: nobody's words
	SpeakerFront  // the front desk: never scored
	SpeakerSupervisor
)

// An Utterance is one final sentence.
type Utterance struct {
	ID       string // conversation/message
	Start    time.Time
	End      time.Time
	Speaker  Speaker
	Text     string
	Scored   bool
	Polarity Polarity
	Judged   bool // it counted for the mood
	Revision int

	// Told and ToldPolarity are the feed's score, whosever sentence it is. It is shown
	// to nobody and read only by a rule that says so.
	Told         bool     `json:",omitempty"`
	ToldPolarity Polarity `json:",omitempty"`
	Confidence   int      `json:",omitempty"` // in thousandths; 0: the feed gave none
	Source       string   `json:",omitempty"` // who scored it
	Feed         FeedKind `json:",omitempty"` // who heard it
	Leg          LegName  `json:",omitempty"` // whose words they are, where the feed heard one leg alone
	Flags        Flags    `json:",omitzero"`

	// ScoreBy is until when rules wait for a score from over the network; until then, or
	// until it has come, the sentence does not count.
	ScoreBy time.Time `json:",omitzero"`
}

// A Sample is one judged sentence of the customer, as the mood sees it.
type Sample struct {
	Utterance string
	At        time.Time // when it was said
	Polarity  Polarity
	Weight    int // in thousandths
}

// A Cause says why an operator is brought in.
type Cause uint8

// The causes.
const (
	CauseKey   Cause = iota + 1 // the customer pressed 1
	CauseMood                   // the mood rule fired
	CauseHand                   // a supervisor said so
	CauseRule                   // a rule fired
	CauseAsked                  // a rule saw that the customer asked for it
)

// TransferStatus is how far a transfer has come.
type TransferStatus uint8

// The statuses of a transfer.
const (
	TransferNone     TransferStatus = iota
	TransferDialling                // an operator is being called
	TransferJoining                 // he answered and is being put into the conference
	TransferJoined
	TransferFailed   // nobody could be reached; the call goes on
	TransferEnded    // the operator has left the call, or the call is over
	TransferProposed // it may be vetoed until Due
	TransferBriefing // he answered, and is told what it is about: his key is awaited
	TransferQueued   // nobody is free: the customer waits
	TransferVetoed   // a supervisor stopped it, before it began or before it was done
	TransferCallback // the customer is promised to be called back
)

// A Transfer is the bringing in of an operator.
type Transfer struct {
	Status TransferStatus
	Cause  Cause
	By     By     `json:",omitempty"` // who, when by hand
	To     string // the number being tried
	Typed  bool   // To was named by the supervisor: no other is tried
	Leg    LegName
	Tried  []string // numbers tried, To included
	Asked  time.Time
	Since  time.Time // of the status
	Why    string    // why it failed or moved on, as a supervisor may read it

	Rule     string        `json:",omitempty"` // that proposed it
	Evidence Evidence      `json:",omitzero"`  // what the rule saw, or what the customer did
	Due      time.Time     `json:",omitzero"`  // when a proposal starts by itself
	Veto     time.Duration // how long it could be vetoed, in all
	Group    string        // to whom
	Cold     bool          // without a briefing
	Place    int           // the target that is tried: 1 for the first
	Of       int           // targets there are
	Queued   time.Time     `json:",omitzero"`  // since when the customer has waited for a free operator
	Told     bool          `json:",omitempty"` // the customer was told of it when it was proposed
	RetryAt  time.Time     `json:",omitzero"`  // when those who did not answer are called again for who waits
	Auto     bool          // begun by automation
	Accepted time.Time     `json:",omitzero"`  // when the operator took the call
	Label    VetoLabel     `json:",omitempty"` // why it was vetoed
	VetoedBy By            `json:",omitempty"`
}

// Under reports whether a transfer is under way: an operator is being called, briefed
// or joined.
func (t Transfer) Under() bool {
	return t.Status == TransferDialling || t.Status == TransferBriefing || t.Status == TransferJoining
}

// Open reports whether a transfer is proposed, under way or queued: it may be taken back.
func (t Transfer) Open() bool {
	return t.Under() || t.Status == TransferProposed || t.Status == TransferQueued
}

// An Alert is a rule that fired and still holds.
type Alert struct {
	Rule     string
	Severity Severity
	Evidence Evidence
	At       time.Time
	Rings    bool // the bell budget allowed it to ring
	Seen     bool // a supervisor took it off the watch list
}

// A Snooze keeps a rule quiet on a call.
type Snooze struct {
	Rule  string
	Until time.Time
}

// A FrontDesk is how far a call has come with the bot or first-line desk.
type FrontDesk struct {
	Asked bool    // it was called
	Leg   LegName `json:",omitempty"`
	Why   string  `json:",omitempty"` // why it is not on the call
}

// A Waiting is what a customer hears while he waits for an operator.
type Waiting struct {
	Audio bool      // hold audio plays
	Mute  bool      `json:",omitempty"` // hold audio cannot be played
	Next  time.Time `json:",omitzero"`  // when he is told something again
}

// A VetoLabel says why a supervisor vetoed.
type VetoLabel uint8

// The labels of a veto.
const (
	VetoWrong   VetoLabel = iota + 1 // the rule is wrong
	VetoHandled                      // it is being handled
	VetoBadTime
)

// A Machine is who picked up, as far as the line tells.
type Machine uint8

// Who picks up.
const (
	MachineHuman Machine = iota + 1
	MachineVoicemail
	MachineUnsure
)

// A MonitorRole is what a supervisor's leg hears, and who hears it.
type MonitorRole uint8

// The roles of a supervisor's leg.
const (
	Monitor MonitorRole = iota + 1 // hears all, is heard by nobody
	Whisper                        // hears all, is heard by the operator
	Barge                          // is heard by all
)

// A Note is one line of a call's history.
type Note struct {
	At   time.Time
	Kind NoteKind
	Text string // may hold text from outside: clean it before it is shown
}

// NoteKind says how much a note matters.
type NoteKind uint8

// The kinds of notes.
const (
	NoteFact     NoteKind = iota + 1
	NoteAct               // a supervisor's
	NoteTrouble           // something went wrong
	NoteProposal          // a transfer is proposed: the session's Transfer says it in full
	NoteFired             // a rule has fired: the session's Alerts or Transfer say it in full
)

// A Quarantine says that the engine failed on a session and leaves it alone.
type Quarantine struct {
	Event  uint64 // zero: none
	Reason string
}

// An OrderCount is how often a verb was ordered for a subject.
type OrderCount struct {
	What string // "dial/op-2"
	N    int
}

// A Session is one customer's conversation with all of its legs. A Session that is
// reachable from a State or a Frame is never written again; [Step] replaces it whole.
type Session struct {
	ID      SessionID
	Opened  uint64 // event that opened it
	Number  int    // calls are numbered as they come, from 1; 0 for an unplaced leg
	Started time.Time
	Changed uint64 // event that changed it last: a cache key
	Phase   Phase
	Over    time.Time `json:",omitzero"` // when its last leg was gone
	Filed   bool      // over, shown long enough, and to be taken out

	Caller   string // the customer's number
	Name     string `json:",omitempty"` // his caller id name, from outside
	Language Language

	Legs            []Leg        // in the order they were asked for or heard of
	Conference      ConferenceID `json:",omitempty"`
	ConferenceUntil time.Time    `json:",omitzero"` // when to try again to open it
	Rooms           int          // how often a room was asked for
	Room            string       `json:",omitempty"` // asked for, and perhaps made: nobody has told

	// RoomsOver are rooms of this call that have ended, the newest last: what is told late of
	// one does not bring it back.
	RoomsOver []ConferenceID `json:",omitempty"`

	Prompt    Prompt
	Spoken    []Span // when prompts played, the newest last
	Announced bool
	Menu      Menu
	Ending    string // why we are ending the call; empty while we are not

	Feed        Feed
	Floor       []FloorSpan // who spoke when, the newest last
	Transcript  Transcript
	Samples     []Sample // the customer's judged sentences by the time they were said
	Transfer    Transfer
	Transfers   int    // operators dialled so far: names their legs
	Supervisors int    `json:",omitempty"` // supervisors' phones dialled so far: names their legs
	AutoSpent   bool   // automation has brought an operator: it does so once a call
	Trouble     string `json:",omitempty"` // what is wrong with the call itself
	Quarantined Quarantine

	AnsweredAt time.Time   `json:",omitzero"` // when the customer was
	Attested   Attestation `json:",omitempty"`
	Marks      Marks       `json:",omitempty"` // what the judge remembers
	JudgeAt    time.Time   `json:",omitzero"`  // when it is to look again
	Alerts     []Alert     `json:",omitempty"` // that hold, the newest last
	Pinned     bool        `json:",omitempty"`
	Claimed    By          `json:",omitempty"` // who looks after the call
	Snoozed    []Snooze    `json:",omitempty"`
	HeldBack   time.Time   `json:",omitzero"`  // after a veto: until when no rule but a request proposes
	NoInput    int         `json:",omitempty"` // menus in a row without a key

	Standing    Standing  `json:",omitzero"`  // what it is in the midst of
	Words       int       `json:",omitempty"` // the customer has said in all
	AnnouncedAt time.Time `json:",omitzero"`  // when the announcement was over; zero: none was spoken

	Front FrontDesk `json:",omitzero"`
	Wait  Waiting   `json:",omitzero"`

	Fired   []Firing  `json:",omitempty"` // rules that fired, the newest last
	Brought []Brought `json:",omitempty"` // every bringing in of an operator, the newest last
	Holds   []Holding `json:",omitempty"` // the newest last
	Told    []Told    `json:",omitempty"` // what the customer was told by us, the newest last

	Consent  Consent    `json:",omitzero"`
	Pay      Paying     `json:",omitzero"`
	Paid     []Span     `json:",omitempty"` // payments that are over
	Recorder Recorder   `json:",omitzero"`  // of its sound
	Recorded []Recorded `json:",omitempty"`

	Notes     []Note // the newest, oldest first
	NoteCount int    // notes ever made

	Pending []Pending // commands not yet reported
	Orders  []OrderCount
}

// A Pending is a command that was decided and not yet reported.
type Pending struct {
	Command Command
	Unknown bool // the program ended before it was reported: perhaps done
}

// A FloorSpan says that a leg began to speak.
type FloorSpan struct {
	At  time.Time
	Leg LegName
}

// Leg returns the leg with the given name.
func (s *Session) Leg(name LegName) (Leg, bool) {
	i := slices.IndexFunc(s.Legs, func(l Leg) bool { return l.Name == name })
	if i < 0 {
		return Leg{}, false
	}
	return s.Legs[i], true
}

// Customer returns the customer's leg.
func (s *Session) Customer() (Leg, bool) { return s.live(RoleCustomer) }

// Operator returns the operator's leg that is asked for, ringing or up.
func (s *Session) Operator() (Leg, bool) { return s.live(RoleOperator) }

// operatorOn reports whether an operator is on the call or on his way to it. One whose
// line is only still to fall is neither.
func (s *Session) operatorOn() bool {
	return slices.ContainsFunc(s.Legs, func(l Leg) bool {
		return l.Role == RoleOperator && l.Live() && (l.Joined || !l.HangupAsked)
	})
}

// Listener returns the feed's leg, while it is there.
func (s *Session) Listener() (Leg, bool) { return s.live(RoleListener) }

// live returns the newest live leg in a role.
func (s *Session) live(role Role) (Leg, bool) {
	for _, l := range slices.Backward(s.Legs) {
		if l.Role == role && l.Live() {
			return l, true
		}
	}
	return Leg{}, false
}

// Mood returns the customer's mood at a time: the running polarity of what he has
// said so far. It reports false while nothing was judged.
func (s *Session) Mood(at time.Time) (Polarity, bool) { return mood(s.Samples, at, halfLife) }

// Hot reports whether the call needs a hand: nobody could be brought in, something is
// wrong with the call itself, the customer pays and is recorded, or the engine failed on it.
func (s *Session) Hot() bool {
	if s.Phase == PhaseOver {
		return false
	}
	return s.Transfer.Status == TransferFailed || s.Trouble != "" || s.Quarantined.Event != 0 || s.Recorder.Leaks
}

// Blind reports whether nobody can tell how the customer is: the call goes on and no feed
// hears it, though one is to. While he pays, and without his consent, none is to.
func (s *Session) Blind() bool {
	if s.Phase != PhaseTalking || s.Pay.On() || s.Unagreed() {
		return false // nobody is to hear it
	}
	return s.Feed.Status == FeedBlind || s.Feed.Late || s.Feed.Status == FeedNone && s.Feed.Why != ""
}
