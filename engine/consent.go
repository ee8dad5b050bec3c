package engine

import "time"

// ConsentStatus is whether a customer has agreed to be listened to.
type ConsentStatus uint8

// The statuses of consent.
const (
	ConsentNone  ConsentStatus = iota // he is not asked for a key
	ConsentAsked                      // his key is awaited
	ConsentGiven
	ConsentDeclined // nobody listens to this call
)

// A Consent is the proof of whether a customer agreed to be listened to.
type Consent struct {
	Status ConsentStatus
	At     time.Time `json:",omitzero"`  // when he pressed the key, or did not
	Event  uint64    `json:",omitempty"` // that told it
	Asked  time.Time `json:",omitzero"`
	Text   string    `json:",omitempty"` // what he was asked, word for word
}

// String returns the status's name, as the journal has it.
func (e ConsentStatus) String() string { return name(consentNames, e) }

// MarshalText implements [encoding.TextMarshaler].
func (e ConsentStatus) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (e *ConsentStatus) UnmarshalText(text []byte) error { return parse(consentNames, e, text) }
