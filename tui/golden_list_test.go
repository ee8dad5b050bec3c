package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"switchboard/engine"
)

// listScreens are the list sorted, chosen, crowded and compact.
var listScreens = []struct {
	name  string
	stage func() *stage
	keys  string
}{
	{"list-columns", afternoon, "c j j space j j j j K"},
	{"list-sorted", governed, "s s s space j"},
	{"list-folded", busyFloor, ""},
	{"list-fold-selected", busyFloor, "G"},
	{"list-fold-open", busyFloor, "F G enter"},
	{"list-compact", busyFloor, "d j"},
}

// busyFloor is the afternoon with 60 more calls.
func busyFloor() *stage {
	s := governed()
	sessions := s.frame.Sessions
	names := []string{"Peter Lund", "Sofie Krogh", "Erik Dahl", "Inês Carvalho", "Noa Ben-Ami", ""}
	for i := range 60 {
		c := call(100+i, names[i%len(names)], fmt.Sprintf("+120255501%02d", i), time.Duration(900-i*13)*time.Second, engine.Polarity(i*7%400-180), engine.Polarity(i*11%300-140))
		if i%8 == 0 {
			operator := operatorLeg("+12025550166", engine.LegUp, ago(time.Minute))
			c.Legs = append(c.Legs, operator)
			c.Transfer = engine.Transfer{Status: engine.TransferJoined, To: "+12025550166", Leg: "op-1", Since: ago(time.Minute)}
		}
		sessions = append(sessions, c)
	}
	s.set(sessions...)
	return s
}

func TestListFrames(t *testing.T) {
	for _, screen := range listScreens {
		for _, size := range sizes {
			name := fmt.Sprintf("%s-%dx%d", screen.name, size.w, size.h)
			t.Run(name, func(t *testing.T) {
				b := newBench(screen.stage(), size.w, size.h)
				b.press(strings.Fields(screen.keys)...)
				wantFrame(t, name, screenOf(b.content(), size.w, size.h))
			})
		}
	}
}
