package replay

import "switchboard/engine"

// StretchOfLong is Stretch of a journal that counts as a long one.
func StretchOfLong(p Past, s Span) (Reading, error) { return stretch(p, "long", s, 0) }

// OneCallOfLong is OneCall of a journal that counts as a long one.
func OneCallOfLong(p Past, id engine.SessionID) (Reading, error) { return oneCall(p, "long", id, 0) }
