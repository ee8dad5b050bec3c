package engine

import "time"

// A Frame is what the engine shows: everything as it stood after one event. It is
// plain data, encodes to JSON, and is never written again, so any goroutine may
// read it. Sessions are in the order they opened; the unplaced are left out.
type Frame struct {
	Number     uint64 // rises when anything shown has changed
	Seq        uint64
	Now        time.Time
	Floor      string
	Sessions   []*Session
	Ended      []Ended   // calls that are over and gone from Sessions, the newest last
	Refusals   []Refusal // what supervisors asked in vain, the newest last
	Roster     Roster
	Counts     Counts
	Day        Day
	Feeds      []FeedKind   // what may listen, the preferred first
	Outages    []Outage     // feeds that calls pass over now
	Deaf       string       // why no feed listens at all; empty where one does
	Policy     Policy       // by which it is judged
	Automation Mode         // of the whole floor
	Records    []RuleRecord // of each rule, over 30 days
	Bells      Bells
	Queue      []SessionID // who waits for a free operator, the first first
	Callbacks  []Callback  // promised and not yet done, the oldest first
	Limited    time.Time   // when Telnyx last refused a dial for the account's limit; zero: never
	Phone      string      // the supervisor's own, as configured
	Handover   []Memo      // notes for the next shift, the newest last
	Front      string      // the front desk's name; empty: none
}

// A RuleRecord is what a rule has done over the last 30 days.
type RuleRecord struct {
	Rule string
	Days []RecordDay // the oldest first
}

// A RecordDay is what a rule did on one day.
type RecordDay struct {
	Day     int // days since 1970, in UTC
	Fired   int
	Kept    int // what it proposed was begun
	Vetoed  int
	Shadow  int // fired, and nothing of it acted
	Wrong   int // vetoed, and labelled so
	Handled int
	BadTime int
}

// Sum returns the record of all its days as one.
func (r RuleRecord) Sum() RecordDay {
	var sum RecordDay
	for _, d := range r.Days {
		sum.Fired += d.Fired
		sum.Kept += d.Kept
		sum.Vetoed += d.Vetoed
		sum.Shadow += d.Shadow
		sum.Wrong += d.Wrong
		sum.Handled += d.Handled
		sum.BadTime += d.BadTime
	}
	return sum
}

// Bells are how often alerts rang in the last hour, and how often they may.
type Bells struct {
	Rung, Of int
	Last     time.Time `json:",omitzero"`
}

// A Callback is a promise to call a customer back.
type Callback struct {
	ID       CallbackID
	Number   string
	Name     string `json:",omitempty"` // from outside
	Promised time.Time
	Session  SessionID
	Why      string // why he was to be transferred
}

// An Ended is a call that is over, in one line.
type Ended struct {
	Session   SessionID
	Number    int
	Caller    string
	Name      string `json:",omitempty"`
	Started   time.Time
	Over      time.Time
	Mood      Polarity
	Judged    bool   // there was a mood
	Operator  string `json:",omitempty"` // the number that was joined
	Transfers int
}

// A Refusal says why something that was asked is not done.
type Refusal struct {
	Entry   string // the entry's ID
	At      time.Time
	Session SessionID
	Reason  string // as a supervisor may read it
}

// Counts are what the engine has seen and could not use, and how much is under way.
type Counts struct {
	Calls      int    // customers' calls ever
	Answered   int    // of these, answered
	Joined     int    // operators that joined
	Ended      int    `json:",omitempty"` // customers' calls that are over
	Lost       int    `json:",omitempty"` // of these, those whose customer hung up while an operator was called or waited for
	Auto       int    `json:",omitempty"` // of those joined, those that a rule brought in
	ByHand     int    `json:",omitempty"` // … and those that a supervisor did
	Vetoed     int    `json:",omitempty"` // transfers stopped by a supervisor who had not asked for them
	Queued     int    `json:",omitempty"` // waits for a free operator
	Promised   int    `json:",omitempty"` // callbacks
	Late       uint64 // about legs, conferences or sessions that are over
	Unknown    uint64 // about legs that we have never heard of
	Foreign    uint64 // with another floor's client_state
	Refused    uint64 // commands refused by the far end
	Unanswered uint64 // commands that may or may not have been carried out
	Lapsed     uint64 // commands too old to be sent
	Panics     uint64 // sessions quarantined
}

// A Roster is the operators' numbers and which of them are on calls.
type Roster struct {
	Numbers []string // of all groups
	Groups  []Group
	Idle    []IdleSince    // operators that are free, since when
	Queue   bool           // who finds nobody free may wait
	Now     time.Time      // for the groups' hours
	Own     []string       // the customers' and Symbl's own, never to be called
	Busy    []BusyOperator // by number
	Phones  []BusyOperator // supervisors' phones that are called or on a call, by number
	Phone   string         // the supervisor's own, for whoever gives none
}

// IdleSince says since when an operator is free, where he was on a call before.
type IdleSince struct {
	Number string
	Since  time.Time
}

// A BusyOperator is a number that is being called or on a call.
type BusyOperator struct {
	Number  string
	Session SessionID
}

// Talk is what was said in one call.
type Talk struct {
	Session  SessionID
	Lines    []Utterance // by the time they were said
	Partials []Partial   // not final, not judged, not kept
}

// A Partial is a sentence that is still being said.
type Partial struct {
	Session SessionID
	Leg     LegID // whose words they are, where the feed hears one leg alone; Speaker is told by it
	Speaker Speaker
	Text    string
	At      time.Time
}

// Session returns the session of that id.
func (f *Frame) Session(id SessionID) (*Session, bool) {
	for _, s := range f.Sessions {
		if s.ID == id {
			return s, true
		}
	}
	return nil, false
}

// Health is how well we hear and are heard. The runner keeps it beside the frame; it
// is neither journaled nor judged.
type Health struct {
	Webhook  time.Time // when the last webhook was accepted; zero: none yet
	Telnyx   time.Time // when Telnyx last answered a command
	Symbl    time.Time // when Symbl last answered
	Journal  string    // why the journal cannot write; empty while it can
	Webhooks uint64    // accepted
	Troubles []Trouble // by kind; a kind that never happened is left out
}

// A Trouble is a kind of thing that went wrong, how often and when last.
type Trouble struct {
	Kind   TroubleKind
	Count  uint64
	Last   time.Time
	Detail string // of the last one, as a supervisor may read it
}

// TroubleKind says what went wrong.
type TroubleKind uint8

// The kinds of trouble.
const (
	TroubleSignature TroubleKind = iota + 1 // a webhook whose signature is missing or wrong
	TroubleStale                            // a webhook signed too long ago, or in the future
	TroubleVersion                          // a webhook in the v1 format
	TroubleMalformed                        // a webhook that cannot be read
	TroubleUnusable                         // a webhook of a type that we have no use for
	TroubleBusy                             // a webhook answered 503, for the inbox was full
	TroubleJournal                          // a webhook answered 503, for the journal cannot write
	TroubleTelnyx                           // a command that Telnyx refused or did not answer
	TroubleSymbl                            // a request that Symbl refused or did not answer
	TroublePolicy                           // a policy file that could not be loaded
	TroubleScorer                           // a scorer that is asked over the network gave no score
	TroubleMedia                            // a media stream that was refused, or could not be read
	TroubleRecording                        // a call that could not be written as a recording
	TroubleHistory                          // the history of ended calls could not be written
	TroubleRetention                        // what is past its keep, or was to be forgotten, is not erased yet
)
