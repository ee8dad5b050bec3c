package tui

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"switchboard/engine"
	"switchboard/engine/replay"
)

// "v = veto, both act on the call named in the strip" whatever is selected (CONSOLE.md),
// from any pane, from within boxes that take no text, and at any size.
func TestStripKeysActOnTheCallThatTheStripNames(t *testing.T) {
	for _, c := range []struct {
		about, keys string
		w, h        int
		want        engine.Body
	}{
		{"v", "v", 80, 24, engine.VetoAsked{Session: "s1"}},
		{"y", "y", 80, 24, engine.HurryAsked{Session: "s1"}},
		{"z", "z", 80, 24, engine.SnoozeAsked{Session: "s1"}},
		{"another is selected", "j j v", 80, 24, engine.VetoAsked{Session: "s1"}},
		{"y with another selected", "G y", 80, 24, engine.HurryAsked{Session: "s1"}},
		{"another pane", "tab v", 80, 24, engine.VetoAsked{Session: "s1"}},
		{"another call is open", "j enter v", 80, 24, engine.VetoAsked{Session: "s1"}},
		{"from the hang-up box of another call", "j X v", 80, 24, engine.VetoAsked{Session: "s1"}},
		{"from the mute box", "j m v", 80, 24, engine.VetoAsked{Session: "s1"}},
		{"in help it is a letter", "? v", 80, 24, nil},
		{"from help", "? esc v", 80, 24, engine.VetoAsked{Session: "s1"}},
		{"from the troubles", "! v", 80, 24, engine.VetoAsked{Session: "s1"}},
		{"on one line", "v", 30, 3, engine.VetoAsked{Session: "s1"}},
		{"y on one line", "y", 44, 5, engine.HurryAsked{Session: "s1"}},
		{"on the smallest screen", "v", 60, 16, engine.VetoAsked{Session: "s1"}},
		{"in the picker it is a letter", "j j j j j t v", 80, 24, nil},
		{"in a command it is a letter", ": v", 80, 24, nil},
		{"from the card", "w v", 80, 24, engine.VetoAsked{Session: "s1"}},
		{"y from the card", "w y", 80, 24, engine.HurryAsked{Session: "s1"}},
		{"z from the card", "w z", 80, 24, engine.SnoozeAsked{Session: "s1"}},
		{"a from the card", "w a", 80, 24, engine.AlertSeen{Session: "s1"}},
		{"Enter only opens", "enter", 80, 24, nil},
		{"Enter in the card does nothing", "w enter", 80, 24, nil},
	} {
		t.Run(c.about, func(t *testing.T) {
			s := twoProposals()
			b := newBench(s, c.w, c.h)
			b.press(strings.Fields(c.keys)...)
			wantAsked(t, s, c.want)
		})
	}
}

func TestNearestDeadlineIsNamedAndTheOthersCounted(t *testing.T) {
	b := newBench(twoProposals(), 80, 24)
	strip := strings.Split(b.text(), "\n")[1]
	if !strings.Contains(strip, "Mette Sørensen → Tier 2 in 5 s") || !strings.Contains(strip, "+1 ↓") {
		t.Errorf("strip %q", strip)
	}
	if got := b.order(); !strings.HasPrefix(got, "s1 s4 ") {
		t.Errorf("the proposals are not first: %s", got)
	}
}

// "Keys typed within 150 ms of a strip change are dropped for y" (CONSOLE.md): the name
// under the finger changed.
func TestHurryIsDeadWhileTheNameHasOnlyJustChanged(t *testing.T) {
	for after, want := range map[time.Duration]int{0: 0, nameDead - time.Millisecond: 0, nameDead: 1} {
		s := twoProposals()
		b := newBench(s, 80, 24)
		b.press("j")
		s.change("s1", func(s *engine.Session) { s.Transfer = engine.Transfer{Status: engine.TransferVetoed, Since: noon} })
		b.tick() // Hanne stands in the strip now
		b.wall.at = b.wall.at.Add(after)
		b.hit("y")
		if len(s.asked) != want {
			t.Errorf("y after %v: asked %d times, want %d", after, len(s.asked), want)
		}
		if want == 0 {
			b.wantText(t, "the name in the strip has only just changed")
		}
	}
	s := twoProposals()
	b := newBench(s, 80, 24)
	s.change("s1", func(s *engine.Session) { s.Transfer = engine.Transfer{Status: engine.TransferVetoed, Since: noon} })
	b.tick()
	b.hit("v") // the safe direction is never dead
	wantAsked(t, s, engine.VetoAsked{Session: "s4"})
}

// "v also within 10 s after it started (= take back)" (CONSOLE.md).
func TestVetoTakesBackWhatHasOnlyJustBegun(t *testing.T) {
	for age, want := range map[time.Duration]engine.Body{
		9 * time.Second:  engine.VetoAsked{Session: "s1"},
		10 * time.Second: nil,
	} {
		s := governed()
		s.change("s1", func(m *engine.Session) {
			m.Transfer = proposed(-age)
			m.Transfer.Status, m.Transfer.Since, m.Transfer.To = engine.TransferDialling, ago(age), "+12025550170"
		})
		s.set(s.frame.Sessions[0])
		b := newBench(s, 80, 24)
		b.press("v")
		wantAsked(t, s, want)
		if want == nil {
			b.wantText(t, "u takes it back")
			b.press("u")
			wantAsked(t, s, engine.TakeBackAsked{Session: "s1"})
		}
	}
}

// vetoed is the governed floor after this console has vetoed its one proposal.
func vetoed(t *testing.T) (*stage, *bench) {
	t.Helper()
	s := governed()
	b := newBench(s, 80, 24)
	b.press("v")
	s.change("s1", func(m *engine.Session) {
		m.Transfer.Status, m.Transfer.Since, m.Transfer.VetoedBy = engine.TransferVetoed, noon, "supervisor/desk"
	})
	b.tick()
	s.asked = nil
	return s, b
}

// "w h b as reasons for a veto act only in the strip's 6 s" (CONSOLE.md).
func TestVetoAsksForAReasonForSixSeconds(t *testing.T) {
	for key, want := range map[string]engine.VetoLabel{"w": engine.VetoWrong, "h": engine.VetoHandled, "b": engine.VetoBadTime} {
		s, b := vetoed(t)
		b.wantText(t, "▽ Vetoed.   why?   w rule wrong   h handled   b bad time   ⏎ skip")
		b.press(key)
		wantAsked(t, s, engine.VetoExplained{Session: "s1", Label: want})
	}
	s, b := vetoed(t)
	b.press("enter")
	wantAsked(t, s, nil)
	if b.open || strings.Contains(b.text(), "why?") {
		t.Error("Enter does not skip the reason, and only that")
	}

	s, b = vetoed(t)
	b.wall.at = b.wall.at.Add(reasonLife)
	b.tick()
	if strings.Contains(b.text(), "why?") {
		t.Error("the reason is asked for longer than 6 s")
	}
	b.hit("b") // was meant as the reason, and must put nobody on the line
	wantAsked(t, s, nil)
	b.wantText(t, "Too late for a reason")
	b.hit("b")
	wantAsked(t, s, engine.MonitorAsked{Session: "s1", Role: engine.Barge, Phone: "+12025550111"})

	s, b = vetoed(t)
	b.wall.at = b.wall.at.Add(reasonLife + reasonLate + time.Millisecond)
	b.tick()
	b.hit("b")
	wantAsked(t, s, engine.MonitorAsked{Session: "s1", Role: engine.Barge, Phone: "+12025550111"})
}

// A proposal is never hidden by the question about the one before.
func TestNextProposalComesBeforeTheReason(t *testing.T) {
	s := twoProposals()
	b := newBench(s, 80, 24)
	b.press("v")
	s.change("s1", func(m *engine.Session) { m.Transfer.Status, m.Transfer.Since = engine.TransferVetoed, noon })
	b.tick()
	b.wantText(t, "▲ Hanne Friis → Tier 2 in 7 s")
	s.asked = nil
	b.press("w")
	wantAsked(t, s, nil)
	if _, ok := b.box.(*whyBox); !ok {
		t.Error("w does not open the card of the proposal that the strip names")
	}
}

func TestPastedTextPressesNoKeyOfTheStrip(t *testing.T) {
	s := twoProposals()
	b := newBench(s, 80, 24)
	for _, text := range []string{"v", "y", "z", "u", "w", "A"} {
		b.Update(tea.PasteMsg{Content: text})
	}
	wantAsked(t, s, nil)
	if b.box != nil {
		t.Error("pasted text has opened a box")
	}
}

// The card acts on the call in its title, also when the strip names another one.
func TestWhyCardActsOnTheCallInItsTitle(t *testing.T) {
	s := twoProposals()
	b := newBench(s, 80, 24)
	b.press("w")
	b.wantText(t, "Mette Sørensen · transfer to Tier 2 in 5 s")
	s.change("s4", func(h *engine.Session) { h.Transfer = proposed(2 * time.Second) })
	b.tick()
	b.press("y")
	wantAsked(t, s, engine.HurryAsked{Session: "s1"})
}

func TestKeyThatOpenedTheCardPressesNothingInIt(t *testing.T) {
	s := governed()
	b := newBench(s, 80, 24)
	b.press("w")
	b.hit("y") // at the same moment
	wantAsked(t, s, nil)
	b.hit("v")
	wantAsked(t, s, engine.VetoAsked{Session: "s1"})
}

// "The 120-column screen shows the whole WHY without scrolling" (issue 3).
func TestWholeWhyStandsOnTheStandardScreen(t *testing.T) {
	b := newBench(governed(), 120, 36)
	for _, want := range []string{
		"sustained-negative v3, red", "The customer has been unhappy for a while", "3 of the last 5 customer sentences at or below −.30 within 90 s",
		"−.34 −.41 −.66 in 49 s", "mood at or below −.25: −.31", "I was told it would be here", "conf .91", "conf .88", "conf .93", "▼ −.66",
		"NOT IF one of the three were above −.30, or mood above −.25", "30 days: 41 fired, 33 kept, 8 vetoed (80 % kept)",
		"in 5 s → Tier 2 (Jonas)", "v stops it, y at once",
	} {
		b.wantText(t, want)
	}
}

func TestKeyOneIsToldAsWhatTheCustomerDid(t *testing.T) {
	s := governed()
	s.change("s1", func(m *engine.Session) {
		m.Transfer = engine.Transfer{Status: engine.TransferDialling, Cause: engine.CauseKey, To: "+12025550170", Asked: noon, Since: noon}
		m.Alerts = nil
	})
	b := newBench(s, 120, 36)
	b.wantText(t, "The customer pressed 1.")
}

func TestTransferIsToldThroughItsWholeLife(t *testing.T) {
	for _, c := range []struct {
		about string
		to    func(*engine.Transfer)
		want  string
	}{
		{"proposed", func(*engine.Transfer) {}, "▲ Mette Sørensen → Tier 2 in 5 s"},
		{"calling", func(t *engine.Transfer) {
			t.Status, t.Since, t.To, t.Place, t.Of = engine.TransferDialling, ago(4*time.Second), "+12025550170", 2, 3
		}, "→ Mette Sørensen → Tier 2  calling Jonas, 4 s, 2 of 3 · sustained-negative"},
		{"briefing", func(t *engine.Transfer) {
			t.Status, t.Since, t.To = engine.TransferBriefing, ago(6*time.Second), "+12025550170"
		}, "Jonas hears the briefing 6 s"},
		{"joining", func(t *engine.Transfer) {
			t.Status, t.Since, t.To = engine.TransferJoining, ago(time.Second), "+12025550170"
		}, "Jonas is being joined …"},
		{"queued", func(t *engine.Transfer) {
			t.Status, t.Queued = engine.TransferQueued, ago(48*time.Second)
		}, "waits for an operator, number 2, 48 s"},
		{"joined", func(t *engine.Transfer) {
			t.Status, t.Since, t.To = engine.TransferJoined, ago(time.Second), "+12025550170"
		}, "✓ Mette Sørensen joined with Jonas  at 14:32:06"},
		{"vetoed by another", func(t *engine.Transfer) {
			t.Status, t.Since, t.VetoedBy, t.Label = engine.TransferVetoed, ago(time.Second), "supervisor/ida", engine.VetoHandled
		}, "▽ Vetoed: Mette Sørensen → Tier 2  by ida: it is being handled"},
		{"taken back", func(t *engine.Transfer) {
			t.Status, t.Cause, t.Since, t.VetoedBy, t.Group = engine.TransferVetoed, engine.CauseHand, ago(time.Second), "supervisor/ida", ""
		}, "▽ Taken back: Mette Sørensen  by ida"},
		{"failed", func(t *engine.Transfer) {
			t.Status, t.Since, t.Why = engine.TransferFailed, ago(time.Second), "no answer from any number"
		}, "▲ Mette Sørensen   no operator: no answer from any number"},
		{"callback", func(t *engine.Transfer) { t.Status, t.Since = engine.TransferCallback, ago(time.Second) }, "✓ Mette Sørensen is promised a callback"},
	} {
		t.Run(c.about, func(t *testing.T) {
			s := governed()
			s.health.Troubles = nil
			s.change("s1", func(m *engine.Session) { c.to(&m.Transfer) })
			f := *s.frame
			f.Number++
			f.Sessions, f.Queue = f.Sessions[:1], []engine.SessionID{"s9", "s1"}
			s.frame = &f
			b := newBench(s, 120, 36)
			if strip := strings.Split(b.text(), "\n")[1]; !strings.Contains(strip, c.want) {
				t.Errorf("strip %q, want %q in it", strip, c.want)
			}
		})
	}
}

// "countdown bar (moves 1 cell per step)" (CONSOLE.md).
func TestCountdownBarMovesOneCellAStep(t *testing.T) {
	p := proposed(8 * time.Second)
	before := filled(p, noon, 16)
	if before != 16 {
		t.Errorf("it begins with %d cells of 16", before)
	}
	for at := time.Duration(0); at <= 9*time.Second; at += 500 * time.Millisecond {
		now := filled(p, noon.Add(at), 16)
		if before-now > 1 || now > before {
			t.Fatalf("after %v it has %d cells, before %d", at, now, before)
		}
		before = now
	}
	if before != 0 {
		t.Errorf("at the end it has %d cells", before)
	}
}

// "take back the last act if it still can be (says why not)" (CONSOLE.md).
func TestTakeBackTakesBackTheLastAct(t *testing.T) {
	for _, c := range []struct {
		about, keys string
		then        func(*stage)
		want        engine.Body
		says        string
	}{
		{about: "nothing has begun", keys: "u", says: "Nothing has begun yet: v vetoes what is proposed."},
		{about: "a mute", keys: "j m", want: engine.MuteAsked{Session: "s5", Leg: "customer"}, then: func(s *stage) {
			s.change("s5", func(s *engine.Session) { s.Legs[0].MuteAsked, s.Legs[0].Muted = true, true })
		}},
		{about: "a claim", keys: "C", want: engine.ClaimAsked{Session: "s1"}, then: func(s *stage) {
			s.change("s1", func(s *engine.Session) { s.Claimed = "supervisor/desk" })
		}},
		{about: "shadow", keys: "A", want: engine.AutomationAsked{Mode: engine.ModeOn}},
		{about: "a veto", keys: "v", says: "What was stopped stays stopped"},
		{about: "a transfer by hand", keys: "G k t enter", want: engine.TakeBackAsked{Session: "s4"}, then: func(s *stage) {
			s.change("s4", func(s *engine.Session) {
				s.Transfer = engine.Transfer{Status: engine.TransferDialling, To: "+12025550170", Asked: noon, Since: noon}
			})
		}},
		{about: "a transfer that is done", keys: "G k t enter", says: "That transfer is done", then: func(s *stage) {
			s.change("s4", func(s *engine.Session) {
				s.Transfer = engine.Transfer{Status: engine.TransferJoined, To: "+12025550170", Asked: noon, Since: noon}
			})
		}},
	} {
		t.Run(c.about, func(t *testing.T) {
			s := governed()
			s.change("s2", func(s *engine.Session) { s.Transfer, s.Legs = engine.Transfer{}, s.Legs[:2] })
			s.frame.Sessions = append(s.frame.Sessions[:5:5], s.frame.Sessions[7:]...)
			b := newBench(s, 120, 36)
			for _, k := range strings.Fields(c.keys) {
				b.press(k)
			}
			s.asked = nil
			if c.then != nil {
				c.then(s)
				b.tick()
			}
			b.press("u")
			wantAsked(t, s, c.want)
			if c.says != "" {
				b.wantText(t, c.says)
			}
		})
	}
}

func TestAutomationGoesFromOnToShadowToOffAndOffAsks(t *testing.T) {
	s := governed()
	b := newBench(s, 120, 36)
	b.wantText(t, "auto on")
	turn := func(mode engine.Mode) {
		f := *s.frame
		f.Number++
		f.Automation = mode
		s.frame, s.asked = &f, nil
		b.tick()
	}
	b.press("A")
	wantAsked(t, s, engine.AutomationAsked{Mode: engine.ModeShadow})
	turn(engine.ModeShadow)
	b.wantText(t, "SHADOW: nothing acts by itself")
	b.press("A")
	wantAsked(t, s, nil)
	b.wantText(t, "Turn automation off for the whole floor?")
	b.press("A", "enter")
	wantAsked(t, s, nil)
	b.press("A", "y")
	wantAsked(t, s, engine.AutomationAsked{Mode: engine.ModeOff})
	turn(engine.ModeOff)
	b.wantText(t, "AUTO OFF")
	b.press("A")
	wantAsked(t, s, engine.AutomationAsked{Mode: engine.ModeOn})
}

func TestGroupsAreOfferedFirstAndClosedOnesNot(t *testing.T) {
	for _, c := range []struct {
		about, keys string
		want        engine.Body
	}{
		{"the first group, warm", "t enter", engine.TransferAsked{Session: "s4", Group: "Tier 2"}},
		{"cold", "t tab enter", engine.TransferAsked{Session: "s4", Group: "Tier 2", Cold: true}},
		{"warm again", "t tab tab enter", engine.TransferAsked{Session: "s4", Group: "Tier 2"}},
		{"the second group", "t down enter", engine.TransferAsked{Session: "s4", Group: "Billing"}},
		{"the closed group is passed over", "t down down enter", engine.TransferAsked{Session: "s4", To: "+12025550170"}},
		{"an operator by name", "t s a r enter", engine.TransferAsked{Session: "s4", To: "+12025550171"}},
		{"the closed group by name is not offered", "t n i g h enter", nil},
		{"a typed number, cold", "t + 1 3 0 5 5 5 5 0 1 2 2 tab enter", engine.TransferAsked{Session: "s4", To: "+13055550122", Cold: true}},
	} {
		t.Run(c.about, func(t *testing.T) {
			s := governed()
			s.set(s.frame.Sessions[3])
			b := newBench(s, 80, 24)
			b.press(strings.Fields(c.keys)...)
			wantAsked(t, s, c.want)
		})
	}
	s := governed()
	s.set(s.frame.Sessions[3])
	b := newBench(s, 80, 24)
	b.press("t")
	b.wantText(t, "2 free   next: Jonas, free 3:10")
	b.wantText(t, "closed, opens 20:32   not offered")
	b.wantText(t, "Warm: Jonas hears a briefing first")
}

// listening shows Łukasz' call with this supervisor's phone on it.
func listening(s *stage, is, asked engine.MonitorRole) {
	s.change("s3", func(s *engine.Session) {
		s.Legs = append(s.Legs, engine.Leg{Name: "sup-1", Role: engine.RoleSupervisor, Status: engine.LegUp, Joined: true, Number: "+12025550111",
			Owner: "supervisor/desk", Monitor: is, MonitorAsked: asked, Whisper: []engine.LegName{"op-1"}})
	})
}

func TestSupervisorsHand(t *testing.T) {
	for _, c := range []struct {
		about, keys string
		on          engine.MonitorRole // of his phone on s3 already
		want        engine.Body
		says        string
	}{
		{about: "listen", keys: "4 l", want: engine.MonitorAsked{Session: "s3", Role: engine.Monitor, Phone: "+12025550111"}},
		{about: "whisper names who hears it", keys: "4 i", want: engine.MonitorAsked{Session: "s3", Role: engine.Whisper, Phone: "+12025550111"}, says: "only Ida hears you"},
		{about: "barge", keys: "4 b", want: engine.MonitorAsked{Session: "s3", Role: engine.Barge, Phone: "+12025550111"}},
		{about: "another role", keys: "4 i", on: engine.Monitor, want: engine.MonitorAsked{Session: "s3", Role: engine.Whisper, Phone: "+12025550111"}},
		{about: "listening already", keys: "4 l", on: engine.Monitor, says: "You listen on the call of Łukasz Żak already"},
		{about: "nobody to whisper to", keys: "5 i", says: "Nobody to whisper to"},
		{about: "a phone that was typed", keys: ": p h tab + 1 2 0 2 5 5 5 0 1 5 0 enter 4 l", want: engine.MonitorAsked{Session: "s3", Role: engine.Monitor, Phone: "+12025550150"}},
		{about: "not a number", keys: ": p h tab 1 2 enter", says: "Not a number to call"},
		{about: "stop from anywhere", keys: "L", on: engine.Monitor, want: engine.HangupAsked{Session: "s3", Leg: "sup-1"}},
		{about: "nothing to stop", keys: "L", says: "Your phone is on no call."},
		{about: "off the call is taken back by l", keys: "L u", on: engine.Monitor, want: engine.HangupAsked{Session: "s3", Leg: "sup-1"}, says: "l calls it again"},
		{about: "take over asks", keys: "4 o", on: engine.Monitor, says: "Ida is taken off the call. You stay and are heard by everybody."},
		{about: "take over by y", keys: "4 o y", on: engine.Monitor, want: engine.TakeOverAsked{Session: "s3"}},
		{about: "take over not by Enter", keys: "4 o enter", on: engine.Monitor},
		{about: "take over from outside", keys: "4 o", says: "You are not on the call"},
		{about: "hold asks which", keys: "4 h", says: "Hold or take back, call of Łukasz Żak"},
		{about: "hold the operator", keys: "4 h o", want: engine.HoldAsked{Session: "s3", Leg: "op-1", On: true}},
		{about: "claim", keys: "4 C", want: engine.ClaimAsked{Session: "s3", On: true}},
	} {
		t.Run(c.about, func(t *testing.T) {
			s := governed()
			s.change("s3", func(s *engine.Session) {
				s.Alerts = []engine.Alert{{Rule: "silence", Severity: engine.SeverityAmber, At: ago(time.Second)}}
			})
			s.change("s4", func(s *engine.Session) {
				s.Alerts = []engine.Alert{{Rule: "falling", Severity: engine.SeverityWatch, At: ago(time.Second)}}
			})
			if c.on != 0 {
				listening(s, c.on, c.on)
			}
			b := newBench(s, 120, 36)
			b.press(strings.Fields(c.keys)...)
			wantAsked(t, s, c.want)
			if c.says != "" {
				b.wantText(t, c.says)
			}
		})
	}
}

// "'listening' is shown only when Telnyx has confirmed it" (issue 3).
func TestListeningIsShownOnlyOnceItIsGranted(t *testing.T) {
	s := governed()
	listening(s, 0, engine.Monitor)
	s.set(s.frame.Sessions[2])
	b := newBench(s, 120, 36)
	b.wantText(t, "asked: listening …")
	s.change("s3", func(s *engine.Session) { s.Legs[len(s.Legs)-1].Monitor = engine.Monitor })
	b.tick()
	b.wantText(t, "listening, heard by nobody")
	s.change("s3", func(s *engine.Session) {
		l := &s.Legs[len(s.Legs)-1]
		l.Monitor, l.MonitorAsked = engine.Whisper, engine.Whisper
	})
	b.tick()
	b.wantText(t, "whispering, heard by Id")
}

func TestAttentionIsInTheOrderOfNeed(t *testing.T) {
	alert := func(severity engine.Severity, seen bool) []engine.Alert {
		return []engine.Alert{{Rule: "r", Severity: severity, Seen: seen}}
	}
	for _, c := range []struct {
		about string
		make  func(*engine.Session)
		want  state
	}{
		{"proposed before hot", func(s *engine.Session) { s.Transfer.Status, s.Trouble = engine.TransferProposed, "x" }, stateProposed},
		{"safety", func(s *engine.Session) { s.Alerts = alert(engine.SeveritySafety, false) }, stateHot},
		{"pinned", func(s *engine.Session) { s.Pinned = true }, stateHot},
		{"queued", func(s *engine.Session) { s.Transfer.Status = engine.TransferQueued }, stateQueued},
		{"briefing", func(s *engine.Session) { s.Transfer.Status = engine.TransferBriefing }, stateAsk},
		{"amber", func(s *engine.Session) { s.Alerts = alert(engine.SeverityAmber, false) }, stateAlert},
		{"seen", func(s *engine.Session) { s.Alerts = alert(engine.SeverityAmber, true) }, stateTalk},
		{"watch", func(s *engine.Session) { s.Alerts = alert(engine.SeverityWatch, false) }, stateWatch},
		{"hold", func(s *engine.Session) { s.Legs[0].Held = true }, stateHold},
	} {
		s := call(1, "Mette", "+12025550142", time.Minute)
		c.make(s)
		if got := stateOf(s); got != c.want {
			t.Errorf("%s: state %d, want %d", c.about, got, c.want)
		}
	}
}

func TestBellRingsOnceForEachNewAlertThatMay(t *testing.T) {
	bells := func(b *bench) int {
		n := 0
		cmd := b.model.fetch(false)
		_, next := b.Update(cmd())
		var count func(tea.Cmd)
		count = func(cmd tea.Cmd) {
			if cmd == nil {
				return
			}
			switch msg := cmd().(type) {
			case tea.BatchMsg:
				for _, c := range msg {
					count(c)
				}
			case tea.RawMsg:
				n++
			}
		}
		count(next)
		return n
	}
	s := governed() // Mette's alert is there already
	b := newBench(s, 80, 24)
	if n := bells(b); n != 0 {
		t.Errorf("%d bells for a call that was there", n)
	}
	ring := func(id engine.SessionID, rings bool) {
		s.change(id, func(s *engine.Session) {
			s.Alerts = append(s.Alerts[:len(s.Alerts):len(s.Alerts)], engine.Alert{Rule: "silence", Severity: engine.SeverityRed, At: s.Started, Rings: rings})
		})
	}
	ring("s4", true)
	if n := bells(b); n != 1 {
		t.Errorf("%d bells for a new alert, want 1", n)
	}
	s.set(s.frame.Sessions...)
	if n := bells(b); n != 0 {
		t.Errorf("%d bells for the same alert again", n)
	}
	ring("s3", false)
	if n := bells(b); n != 0 {
		t.Errorf("%d bells for an alert beyond the budget", n)
	}
	b.look.Silent = true
	ring("s5", true)
	if n := bells(b); n != 0 {
		t.Errorf("%d bells though it is silent", n)
	}
}

// A house that reports what it is told to.
type fakeHouse struct{ err error }

func (h fakeHouse) ReloadPolicy(context.Context) ([]string, error) {
	return []string{"sustained-negative  v3 -> v4", "silence: off"}, h.err
}

func (h fakeHouse) Export(_ context.Context, call, format string) ([]string, error) {
	return []string{"call " + call + " as " + format}, h.err
}

func (h fakeHouse) Backtest(_ context.Context, since time.Duration) ([]string, error) {
	return []string{"calls " + since.String()}, h.err
}

func (h fakeHouse) Replay(context.Context, engine.SessionID) (*replay.Player, error) {
	return nil, h.err
}

func (h fakeHouse) Judge(context.Context, *replay.Tape, string) (replay.Trial, error) {
	return replay.Trial{}, h.err
}

func (h fakeHouse) Report(context.Context) ([]string, error) {
	return []string{"Shift 08:00-16:00", "", "  began      7\x1b[2J"}, h.err
}

func (h fakeHouse) WouldForget(_ context.Context, number string, what engine.Erasure) ([]string, error) {
	return []string{"would forget " + what.String() + " of " + number}, h.err
}

func (h fakeHouse) Forget(_ context.Context, number string, what engine.Erasure, by engine.By) ([]string, error) {
	return []string{"forgot " + what.String() + " of " + number + " for " + string(by)}, h.err
}

// The account's limit is told in words whatever the strip says, while it is new.
func TestTheHeaderSaysThatTheAccountsLimitStopsDials(t *testing.T) {
	s := governed()
	f := *s.frame
	f.Limited = f.Now.Add(-30 * time.Second)
	s.frame = &f
	b := newBench(s, 120, 36)
	if top := b.line(0); !strings.Contains(top, "! dial limit") {
		t.Errorf("got %q", top)
	}
	f.Limited = f.Now.Add(-2 * time.Minute)
	b = newBench(s, 120, 36)
	if top := b.line(0); strings.Contains(top, "dial limit") {
		t.Errorf("got %q, two minutes later", top)
	}
}

// The card names the call that it is about, so v takes its transfer back until the
// operator has joined, however long ago it began.
func TestTheCardTakesBackATransferThatIsNoLongerYoung(t *testing.T) {
	for _, status := range []engine.TransferStatus{engine.TransferDialling, engine.TransferBriefing, engine.TransferQueued} {
		s := governed()
		s.change("s1", func(s *engine.Session) { s.Transfer, s.Alerts = engine.Transfer{}, nil })
		s.change("s2", func(s *engine.Session) {
			s.Transfer.Status, s.Transfer.Asked, s.Transfer.Since = status, ago(time.Minute), ago(30*time.Second)
		})
		b := newBench(s, 120, 36)
		b.press("w")
		b.wantText(t, "v take back")
		b.press("v")
		wantAsked(t, s, engine.VetoAsked{Session: "s2"})
	}
}

// A signal has the policy read again while a key may be on its way: it is told, no box
// takes the key, and what changed can be read in peace.
func TestAPolicyReadAgainBySignalIsToldAndOpensNoBox(t *testing.T) {
	b := newBench(governed(), 120, 36)
	b.Update(unasked{"silence: 12s -> 15s", "new rule: fresh\x1b[2J"})
	b.wantText(t, "The policy was read again: silence: 12s -> 15s; new rule: fresh")
	if b.box != nil {
		t.Error("a box was opened that nobody asked for")
	}
	b.press(":", "p", "o", "l", "down", "enter")
	b.wantText(t, "Read again at")
	b.wantText(t, "  new rule: fresh")
}

func TestCommands(t *testing.T) {
	for _, c := range []struct {
		about, keys string
		house       House
		want        engine.Body
		says        string
	}{
		{about: "policy reload", keys: ": p o l tab enter", house: fakeHouse{}, says: "sustained-negative  v3 -> v4"},
		{about: "a broken policy", keys: ": p o l tab enter", house: fakeHouse{errors.New("policy.yaml:3:7: no such rule")}, says: "Policy.yaml:3:7: no such rule."},
		{about: "no house", keys: ": p o l enter", says: "not possible here"},
		{about: "forget tells first", keys: ": f o tab +12025550123 enter", house: fakeHouse{}, says: "would forget all of +12025550123"},
		{about: "backtest", keys: ": b a enter", house: fakeHouse{}, says: "calls 168h0m0s"},
		{about: "export of the selected call", keys: ": e x enter", house: fakeHouse{}, says: "call s1 as"},
		{about: "policy show", keys: ": p o l down enter", says: "41 fired, 33 kept, 8 vetoed (80 % kept); why vetoed: 1 wrong"},
		{about: "auto off asks", keys: ": a u t o down down enter", says: "Turn automation off"},
		{about: "auto shadow", keys: ": a u t o down enter", want: engine.AutomationAsked{Mode: engine.ModeShadow}},
		{about: "again", keys: ": a g enter", want: engine.AgainAllowed{Session: "s1"}},
		{about: "callbacks", keys: ": c enter enter", want: engine.CallbackDone{Callback: "cb7"}},
		{about: "watch", keys: ": w enter", says: "Mette Sørensen: sustained-negative, red, 3 s ago"},
		{about: "no such command", keys: ": x x enter", says: "There is no such command"},
		{about: "esc", keys: ": a g esc enter"},
	} {
		t.Run(c.about, func(t *testing.T) {
			s := governed()
			s.change("s1", func(s *engine.Session) { s.AutoSpent = true })
			b := newBench(s, 120, 36)
			b.house = c.house
			b.press(strings.Fields(c.keys)...)
			wantAsked(t, s, c.want)
			if c.says != "" {
				b.wantText(t, c.says)
			}
		})
	}
}

func TestStripIsNeverCoveredByABox(t *testing.T) {
	for _, keys := range []string{"w", "?", "!", ":", "X", "j j j j t", "A A"} {
		for _, size := range sizes {
			b := newBench(governed(), size.w, size.h)
			b.press(strings.Fields(keys)...)
			if strip := strings.Split(b.text(), "\n")[1]; !strings.Contains(strip, "Mette Sørensen") || !strings.Contains(strip, "v veto") {
				t.Errorf("%q at %dx%d covers the strip: %q", keys, size.w, size.h, strip)
			}
		}
	}
}

// In a box y means the box's own yes: the strip must not offer it.
func TestStripOffersNoKeyThatABoxTakes(t *testing.T) {
	for keys, want := range map[string]string{"X": "v veto", "?": "esc then v veto", ":": "esc then v veto", "j j j j t": "esc then v veto"} {
		b := newBench(governed(), 80, 24)
		b.press(strings.Fields(keys)...)
		strip := strings.Split(b.text(), "\n")[1]
		if strings.Contains(strip, "y now") || !strings.Contains(strip, want) {
			t.Errorf("%q: strip %q", keys, strip)
		}
	}
}

// The countdown of the row and that of the strip never tell different seconds.
func TestRowCountsWithTheStrip(t *testing.T) {
	s := governed()
	b := newBench(s, 80, 24)
	s.now = noon.Add(400 * time.Millisecond)
	s.change("s1", func(m *engine.Session) { m.Transfer.Due = noon.Add(2500 * time.Millisecond) })
	b.tick()
	b.wantText(t, "Tier 2 in 3 s")
	b.wantText(t, "→ Tier 2 in 3s")
	s.now = noon.Add(900 * time.Millisecond)
	b.tick()
	b.wantText(t, "Tier 2 in 2 s")
	b.wantText(t, "→ Tier 2 in 2s")
}

// However much a rule has seen, what happens next and the key that stops it are shown.
func TestLongWhyKeepsWhatHappensNext(t *testing.T) {
	s := governed()
	s.change("s1", func(m *engine.Session) {
		e := sustained()
		e.Lines = append(append([]engine.Quote{}, e.Lines...), e.Lines...)
		for range 4 {
			e.Checks = append(e.Checks, engine.Check{What: strings.Repeat("and this holds too ", 7), Seen: "yes", Unless: strings.Repeat("it did not ", 9)})
		}
		m.Transfer.Evidence = e
	})
	for _, size := range []struct{ w, h int }{{120, 36}, {140, 24}, {200, 50}} {
		b := newBench(s, size.w, size.h)
		b.wantText(t, "v stops it, y at once")
	}
}

func TestReasonIsAskedOfWhoGaveTheVeto(t *testing.T) {
	s := governed()
	b := newBench(s, 80, 24)
	b.press("v")
	s.change("s1", func(m *engine.Session) {
		m.Transfer.Status, m.Transfer.Since, m.Transfer.VetoedBy = engine.TransferVetoed, noon, "supervisor/ida"
	})
	b.tick()
	if strings.Contains(b.text(), "why?") {
		t.Error("the reason of another supervisor's veto is asked for")
	}
}

// A table of a report keeps its columns where the screen is wide enough.
func TestReportIsAsWideAsItsTable(t *testing.T) {
	row := "sustained-negative" + strings.Repeat("  1234", 12)
	b := newBench(governed(), 120, 36)
	b.Update(reported{title: "Backtest", lines: []string{row, "\x1b[2J<-"}})
	b.wantText(t, row)
	b.wantText(t, "<-")
}

// He who is on the line must not forget it, whatever he looks at.
func TestStatusSaysThatTheSupervisorIsOnTheLine(t *testing.T) {
	for role, want := range map[engine.MonitorRole]string{
		engine.Monitor: "you listen to Łukasz Żak · L stops",
		engine.Whisper: "you whisper to Łukasz Żak's operator · L stops",
		engine.Barge:   "everybody on Łukasz Żak hears you · L stops",
	} {
		s := governed()
		listening(s, role, role)
		b := newBench(s, 80, 24)
		b.wantText(t, want)
		b.press("L")
		wantAsked(t, s, engine.HangupAsked{Session: "s3", Leg: "sup-1"})
		s.change("s3", func(s *engine.Session) { s.Legs = s.Legs[:len(s.Legs)-1] })
		b.tick()
		if strings.Contains(b.text(), "L stops") {
			t.Error("it is still told though he has hung up")
		}
	}
}

// What was decided can be read afterwards, and nothing of it acts any more.
func TestCardOfACallThatIsOverOnlyTells(t *testing.T) {
	s := governed()
	over := func(m *engine.Session) { m.Phase, m.Over = engine.PhaseOver, noon }
	s.change("s1", over)
	s.set(s.frame.Sessions[0])
	b := newBench(s, 80, 24)
	b.press("w")
	s.set(s.frame.Sessions...)
	b.tick()
	b.wantText(t, "the call is over")
	b.press("v", "y", "z", "a", "l")
	wantAsked(t, s, nil)

	s = governed()
	b = newBench(s, 80, 24)
	b.press("w")
	s.change("s1", over)
	b.tick()
	if b.box != nil {
		t.Error("the card of a call that has just ended stays under the finger")
	}
}

// An alert that an operator came for is done with: the row and the strip say no more of
// it. What comes after he has joined is new, and danger is never done with by itself.
func TestAlertIsAnsweredByTheOperatorWhoJoined(t *testing.T) {
	for _, c := range []struct {
		about string
		rule  string
		from  time.Duration // before the operator joined
		grave engine.Severity
		want  bool // still told
	}{
		{"of the rule that proposed it", "sustained-negative", 40 * time.Second, engine.SeverityRed, false},
		{"of another, while it was under way", "hard-spike", 5 * time.Second, engine.SeverityRed, false},
		{"of another, before it", "blind", 40 * time.Second, engine.SeverityAmber, true},
		{"after he joined", "sustained-negative", -5 * time.Second, engine.SeverityRed, true},
		{"of danger", "safety", 5 * time.Second, engine.SeveritySafety, true},
	} {
		t.Run(c.about, func(t *testing.T) {
			s := call(1, "Mette", "+12025550142", time.Minute)
			s.Transfer = engine.Transfer{Status: engine.TransferJoined, Rule: "sustained-negative", Asked: ago(30 * time.Second), Since: ago(10 * time.Second)}
			s.Alerts = []engine.Alert{{Rule: c.rule, Severity: c.grave, At: ago(10*time.Second + c.from)}}
			if got := alertOf(s).Rule != ""; got != c.want {
				t.Errorf("told: %t, want %t", got, c.want)
			}
			if got := gravest(s) != 0; got != c.want {
				t.Errorf("weighs: %t, want %t", got, c.want)
			}
		})
	}
}

func TestEvidenceIsWrittenAsTheRestOfTheScreen(t *testing.T) {
	if got := proper("3 at or below -0.30 in 90 s: -0.47 -1.00"); got != "3 at or below −.30 in 90 s: −.47 −1.00" {
		t.Errorf("got %q", got)
	}
	if got := wrap("at or below within 90 s: -0.47", 22); len(got) != 2 || got[0] != "at or below within" {
		t.Errorf("a number is parted from its unit: %q", got)
	}
}

// A person who has never seen the console reads why in words, on a small screen too, and
// the strip never ends in half a rule.
func TestWhyIsToldInWordsOnASmallScreen(t *testing.T) {
	b := newBench(governed(), 80, 24)
	b.wantText(t, "WHY  The customer has been unhappy for a while  sustained-negative")
	for w := 60; w <= 220; w += 5 {
		if strip := strings.Split(newBench(governed(), w, 24).text(), "\n")[1]; strings.Contains(strip, "…") {
			t.Errorf("%d cells: strip %q", w, strip)
		}
	}
}

// Export takes a call and a format, in this order, or neither; it takes no more.
func TestExportTakesACallAndAFormat(t *testing.T) {
	for typed, says := range map[string]string{
		"export 12 md": "call 12 as md", "export #12": "call #12 as", "export json": "call s1 as json",
		"export 12 13": "xport takes a call and a format", "export md json": "xport takes a call and a format",
	} {
		s := governed()
		b := newBench(s, 120, 36)
		b.house = fakeHouse{}
		b.press(":", typed, "enter")
		b.wantText(t, says)
	}
}

// What cannot be had back is done for a yes alone.
func TestForgettingIsToldBeforeItIsDone(t *testing.T) {
	for typed, want := range map[string]string{
		"forget +1 202 555 0123 words":  "would forget words of +12025550123",
		"forget +12025550123 words yes": "forgot words of +12025550123 for supervisor",
		"forget +1 (202) 555-0123 yes":  "forgot all of +12025550123 for supervisor",
	} {
		b := newBench(governed(), 120, 36)
		b.house = fakeHouse{}
		b.press(":", typed, "enter")
		b.wantText(t, want)
	}
}
