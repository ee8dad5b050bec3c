package tui

import (
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/engine"
)

// change shows a frame in which a call is other than it was.
func (s *stage) change(id engine.SessionID, change func(*engine.Session)) {
	sessions := slices.Clone(s.frame.Sessions)
	for i, old := range sessions {
		if old.ID == id {
			now := *old
			now.Legs, now.Notes = slices.Clone(now.Legs), slices.Clone(now.Notes)
			now.Changed += 1000
			change(&now)
			sessions[i] = &now
		}
	}
	s.set(sessions...)
}

func TestNoticeSaysSoAsSoonAsAWishIsGranted(t *testing.T) {
	over := func(s *engine.Session) { s.Phase, s.Over = engine.PhaseOver, noon }
	for _, c := range []struct {
		about, keys, asked string
		call               engine.SessionID
		taken              func(*engine.Session) // not yet granted
		granted            func(*engine.Session)
		want               string
	}{
		{
			"mute", "3 m", "Asked: mute the customer of", "s5",
			func(s *engine.Session) { s.Legs[0].MuteAsked = true },
			func(s *engine.Session) { s.Legs[0].Muted = true }, "Customer muted, call of +1 415 555 0100.",
		},
		{
			"unmute", "j j j m o", "Asked: unmute the operator", "s3",
			func(s *engine.Session) { s.Legs[2].MuteAsked = false },
			func(s *engine.Session) { s.Legs[2].Muted = false }, "Operator unmuted, call of Łukasz Żak.",
		},
		{
			"mute refused by Telnyx", "3 m", "Asked: mute", "s5",
			func(s *engine.Session) { s.Legs[0].MuteAsked = true },
			func(s *engine.Session) {
				s.Legs[0].MuteAsked = false
				s.Notes = append(s.Notes, engine.Note{At: noon, Kind: engine.NoteTrouble, Text: "mute of customer refused: the line is gone"})
			}, "Not done, mute the customer of +1 415 555 0100: Mute of customer refused",
		},
		{
			"mute of who has left", "3 m", "Asked: mute", "s5",
			func(s *engine.Session) { s.Legs[0].MuteAsked = true },
			func(s *engine.Session) { s.Legs[0].Status = engine.LegGone }, "Too late to mute the customer of +1 415 555 0100: that leg has gone.",
		},
		{
			"transfer", "j j j j t enter", "Asked: transfer Hanne Friis", "s4",
			func(*engine.Session) {},
			func(s *engine.Session) {
				s.Transfer = engine.Transfer{Status: engine.TransferDialling, To: "+12025550170", Asked: noon, Since: noon}
			}, "Calling +1 202 555 0170 for Hanne Friis.",
		},
		{
			"transfer after one that failed", "t enter", "Asked: transfer Mette", "s1",
			func(*engine.Session) {},
			func(s *engine.Session) {
				s.Transfer = engine.Transfer{Status: engine.TransferFailed, Asked: noon.Add(time.Second), Since: noon.Add(time.Second), Why: "everybody is engaged"}
			}, "Not done, transfer Mette Sørensen to the next operator: Everybody is engaged.",
		},
		{
			"hang-up", "X y", "Asked: hang up on Mette", "s1",
			func(s *engine.Session) { s.Phase, s.Ending = engine.PhaseEnding, "supervisor" }, over, "The call of Mette Sørensen has ended.",
		},
		{
			"hang-up of a leg", "2 X tab y", "Asked: hang up on the operator", "s2",
			func(s *engine.Session) { s.Legs[2].HangupAsked = true },
			func(s *engine.Session) { s.Legs[2].Status = engine.LegGone }, "The operator is off the call of Ahmed El-Sayed.",
		},
	} {
		t.Run(c.about, func(t *testing.T) {
			s := afternoon()
			b := newBench(s, 80, 24)
			b.press(strings.Fields(c.keys)...)
			b.wantText(t, c.asked)
			s.change(c.call, c.taken)
			b.tick()
			b.wantText(t, c.asked)
			s.change(c.call, c.granted)
			b.tick()
			if strings.Contains(b.text(), "Asked:") {
				t.Error("it is still shown as asked")
			}
			b.wantText(t, c.want)
		})
	}
}

func TestGrantedWishTakesNoOtherNoticesPlace(t *testing.T) {
	s := afternoon()
	b := newBench(s, 80, 24)
	b.press("3", "m", "G", "t")
	b.wantText(t, "The call is over.")
	s.change("s5", func(s *engine.Session) { s.Legs[0].MuteAsked, s.Legs[0].Muted = true, true })
	b.tick()
	b.wantText(t, "The call is over.")
}
