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

	// Deaf says why no feed listens to calls, as a supervisor may read it; empty where
	// one does.
	Deaf string

	// Rule is when the customer's mood brings an operator.
	Rule MoodRule

	// MinWords is how many words a sentence needs to be judged.
	MinWords int

	// English and Spanish are what the customer is told.
	English, Spanish Prompts
}

// A MoodRule fires when Count of the last Of judged customer sentences are at or
// below Below.
type MoodRule struct {
	Count, Of int
	Below     Polarity
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
}
