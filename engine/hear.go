package engine

import (
	"fmt"
	"strings"
	"time"
)

// A FeedKind names a way of hearing a call.
type FeedKind uint8

// The feeds, in the order in which they are preferred.
const (
	FeedStream FeedKind = iota + 1 // Symbl, by Telnyx's media stream of each leg
	FeedPhone                      // Symbl, by telephone: one mixed line
	FeedTelnyx                     // Telnyx's own transcription of each leg, scored by us
)

// Flags are what a scorer saw in a sentence beside how it was meant.
type Flags uint8

// The flags.
const (
	FlagRequest Flags = 1 << iota // asks for a person
	FlagLeave                     // threatens to leave
	FlagSafety                    // somebody may be in danger
)

var flagNames = []string{"request", "leave", "safety"}

// Has reports whether all of some flags are set.
func (f Flags) Has(all Flags) bool { return f&all == all }

// String returns the flags' names with commas between them; empty where none is set.
func (f Flags) String() string {
	var names []string
	for i, name := range flagNames {
		if f.Has(1 << i) {
			names = append(names, name)
		}
	}
	return strings.Join(names, ",")
}

// MarshalText implements [encoding.TextMarshaler].
func (f Flags) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (f *Flags) UnmarshalText(text []byte) error {
	var read Flags
	for name := range strings.SplitSeq(string(text), ",") {
		if name == "" {
			continue
		}
		var one uint8
		if err := parse(flagNames, &one, []byte(name)); err != nil {
			return fmt.Errorf("engine: there is no flag %q", name)
		}
		read |= 1 << one
	}
	*f = read
	return nil
}

// An Ear is one feed, as far as one call is concerned.
type Ear struct {
	Kind   FeedKind
	Status FeedStatus
	Why    string    `json:",omitempty"` // why it is not live, or fails, as a supervisor may read it
	Since  time.Time `json:",omitzero"`  // of Status

	Tries   int       // starts ordered
	Failed  int       `json:",omitempty"` // starts in a row that failed
	NextTry time.Time `json:",omitzero"`
	GivenUp bool      `json:",omitempty"` // no further try
	Paused  int       `json:",omitempty"` // starts that were ended for a payment: they are not held against it
	Patient time.Time `json:",omitzero"`  // while it starts: until when no other is asked to carry the call
	StartBy time.Time `json:",omitzero"`  // while it starts: when it counts as failed

	Failing time.Time `json:",omitzero"` // since when its sign of life is missing; zero: it is not
	BlindAt time.Time `json:",omitzero"` // when that makes the call blind, if nothing else hears it

	Lines []Line `json:",omitempty"` // of a feed that hears each leg alone
}

// A Line is one leg, as a feed hears it alone.
type Line struct {
	Leg      LegName
	Count    int       // how often it was begun in a row
	Token    string    `json:",omitempty"` // that Telnyx's media stream must show
	Language string    `json:",omitempty"` // of the transcription
	Taken    bool      `json:",omitempty"` // the feed takes it
	Up       bool      `json:",omitempty"` // its sound comes
	Since    time.Time `json:",omitzero"`  // while it is heard: since when
	Broken   bool      `json:",omitempty"` // it failed
	Again    time.Time `json:",omitzero"`  // when it counts as failed; of a broken one, when it is begun anew
}

// A Reign is since when a feed is in charge of a call; Kind is zero for none.
type Reign struct {
	From time.Time
	Kind FeedKind
}

// A Gap is a stretch of a call that nobody heard. To is zero while it lasts. Leg is
// set where only that leg was not heard.
type Gap struct {
	From time.Time
	To   time.Time `json:",omitzero"`
	Leg  LegName   `json:",omitempty"`
	Why  string    `json:",omitempty"`
}

// An Outage is a feed that has failed to start: calls pass it over until then, unless
// nothing else hears them.
type Outage struct {
	Kind  FeedKind
	Since time.Time
	Until time.Time
	Why   string
}

// String returns the feed's name, as settings and the journal have it.
func (e FeedKind) String() string { return name(feedKindNames, e) }

// MarshalText implements [encoding.TextMarshaler].
func (e FeedKind) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (e *FeedKind) UnmarshalText(text []byte) error { return parse(feedKindNames, e, text) }

// Words names the feed for a supervisor.
func (e FeedKind) Words() string {
	switch e {
	case FeedStream:
		return "Symbl by stream"
	case FeedPhone:
		return "Symbl by telephone"
	case FeedTelnyx:
		return "Telnyx's transcription"
	default:
		return "nothing"
	}
}
