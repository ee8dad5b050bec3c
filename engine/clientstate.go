package engine

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// A ClientState is what we have Telnyx carry for us on a leg. It is the only thing
// of ours that comes back with webhooks and with the list of active calls. It holds
// no secrets: Telnyx reads it.
type ClientState struct {
	Floor   string // the floor and the journal's epoch: ours or not
	Session SessionID
	Role    Role
	Attempt int
}

// ErrClientState means that a client_state is not one of ours.
var ErrClientState = errors.New("client state is not ours")

const clientStateVersion = "1"

// FloorName returns what the legs of a floor carry as [ClientState.Floor] in the epoch of
// a journal: by it we know our legs again, and those of this journal from another's.
func FloorName(floor, epoch string) string { return floor + "." + epoch[:min(8, len(epoch))] }

// MarshalText implements [encoding.TextMarshaler]: version|floor|session|role|attempt.
// The zero ClientState is the empty text.
func (c ClientState) MarshalText() ([]byte, error) {
	if c == (ClientState{}) {
		return nil, nil
	}
	return fmt.Appendf(nil, "%s|%s|%s|%s|%d", clientStateVersion, c.Floor, c.Session, c.Role, c.Attempt), nil
}

// UnmarshalText implements [encoding.TextUnmarshaler]. It returns ErrClientState for
// what another program, or a version that we do not know, has written.
func (c *ClientState) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*c = ClientState{}
		return nil
	}
	parts := strings.Split(string(text), "|")
	if len(parts) != 5 || parts[0] != clientStateVersion {
		return ErrClientState
	}
	var role Role
	if err := role.UnmarshalText([]byte(parts[3])); err != nil {
		return ErrClientState
	}
	attempt, err := strconv.Atoi(parts[4])
	if err != nil || attempt < 0 {
		return ErrClientState
	}
	*c = ClientState{parts[1], SessionID(parts[2]), role, attempt}
	return nil
}

// leg returns the name of the leg that the state is carried by.
func (c ClientState) leg() LegName { return legName(c.Role, c.Attempt) }
