package engine

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// TestWhisperGoesToTheOperatorBeforeTheFront: whoever whispers to the front desk whispers
// to the operator as soon as he is there. Where Telnyx does not grant it he listens, and
// where not even that is granted his phone is hung up; nothing is ordered for ever.
func TestWhisperGoesToTheOperatorBeforeTheFront(t *testing.T) {
	for _, c := range []struct {
		name    string
		refused int // how many of the changes of role
		want    []string
	}{
		{"granted", 0, []string{"whisper [op]"}},
		{"refused", 1, []string{"whisper [op]", "monitor []"}},
		{"refused twice", 2, []string{"whisper [op]", "monitor []", "hangup sup"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			state := withFront()
			step := func(b Body) []Command {
				var commands []Command
				state, commands = Step(state, Event{Seq: state.Seq + 1, At: state.Now.Add(time.Second), Entry: Entry{ID: fmt.Sprint(state.Seq), Body: b}})
				return commands
			}
			var got []string
			commands := step(ParticipantJoined{LegRef: LegRef{Leg: "op"}, Conference: "room"})
			for len(commands) > 0 && len(got) < 9 {
				var next []Command
				for _, command := range commands {
					switch a := command.Action.(type) {
					case SetRole:
						got = append(got, fmt.Sprintf("%s %s", a.Role, a.Whisper))
						if len(got) <= c.refused {
							next = append(next, step(Refused{Command: command.Name, Reason: ReasonOther})...)
						} else {
							next = append(next, step(Accepted{Command: command.Name})...)
						}
					case Hangup:
						if a.Leg == "sup" { // the front is hung up in every case, for the operator is there
							got = append(got, "hangup sup")
						}
					}
				}
				commands = next
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("ordered %q, want %q", got, c.want)
			}
		})
	}
}

// withFront is a call with the front desk on it, a supervisor who whispers to it, and an
// operator who is on his way in.
func withFront() State {
	up := func(name LegName, id LegID, role Role, joined bool) Leg {
		return Leg{Name: name, ID: id, Role: role, Attempt: 1, Status: LegUp, Number: "+12025550101", Joined: joined}
	}
	sup := up("sup-1", "sup", RoleSupervisor, true)
	sup.MonitorAsked, sup.Monitor, sup.RoleSent = Whisper, Whisper, Whisper
	sup.Whisper, sup.WhisperSent = []LegName{"front-1"}, []LegName{"front-1"}
	op := up("op-1", "op", RoleOperator, false)
	op.JoinAsked = true
	s := &Session{
		ID: "s1", Opened: 1, Number: 1, Phase: PhaseTalking, Language: English, Conference: "room", Announced: true,
		Legs:     []Leg{up("customer", "cust", RoleCustomer, true), up("front-1", "front", RoleFront, true), sup, op},
		Transfer: Transfer{Status: TransferJoining, Leg: "op-1"},
	}
	state := NewState("5eed0000-0000-4000-8000-000000000001")
	state.Strict()
	state.Seq, state.Now = 1, time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	state.sessions = []*Session{s}
	state.index.add(s, nil)
	return state
}
