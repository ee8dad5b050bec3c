package tui

import (
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/engine"
)

// private is a floor on which nobody listens to some calls, and what is recorded is told.
func private() *stage {
	s := afternoon()
	f := s.frame
	f.Automation = engine.ModeOn
	s.health.Troubles = nil
	unheard := engine.Feed{Status: engine.FeedNone, Wanted: true, Ears: []engine.Ear{{Kind: engine.FeedPhone, Status: engine.FeedNone}},
		Reigns: []engine.Reign{{From: ago(300 * time.Second), Kind: engine.FeedPhone}, {From: ago(80 * time.Second)}}}
	f.Sessions = f.Sessions[:4]
	s.change("s1", func(c *engine.Session) { // pays, and the recording goes on
		c.Transfer = engine.Transfer{Status: engine.TransferJoined, To: "+12025550166", Leg: "op-1", Since: ago(200 * time.Second)}
		c.Legs = []engine.Leg{c.Legs[0], operatorLeg("+12025550166", engine.LegUp, ago(200*time.Second))}
		c.Feed = unheard
		c.Pay = engine.Paying{Since: ago(230 * time.Second), Until: noon.Add(70 * time.Second), By: "supervisor/desk"}
		c.Recorder = engine.Recorder{Status: engine.RecorderOn, Leaks: true, Owed: true,
			Why: "the recording could not be paused: tell the customer to stop, or hang up (Telnyx refused)"}
	})
	s.change("s2", func(c *engine.Session) { // pays
		c.Transfer, c.Legs = engine.Transfer{}, c.Legs[:1]
		c.Feed = unheard
		c.Pay = engine.Paying{Since: ago(50 * time.Second), Until: noon.Add(250 * time.Second), By: "supervisor/desk"}
		c.Recorder = engine.Recorder{Status: engine.RecorderPaused, Owed: true}
		c.Consent = engine.Consent{Status: engine.ConsentGiven, At: ago(150 * time.Second), Key: "1", Text: "To agree, press 1."}
	})
	s.change("s3", func(c *engine.Session) { // has paid
		c.Paid = []engine.Span{{From: ago(90 * time.Second), To: ago(10 * time.Second)}}
		c.Recorder = engine.Recorder{Status: engine.RecorderOn, Owed: true}
		c.Feed.Gaps = []engine.Gap{{From: ago(10 * time.Second), To: ago(8 * time.Second)}}
	})
	s.change("s4", func(c *engine.Session) { // has not agreed
		c.Feed = engine.Feed{Status: engine.FeedNone, GivenUp: true, Why: "no consent"}
		c.Legs, c.Samples = c.Legs[:1], nil
		c.Consent = engine.Consent{Status: engine.ConsentDeclined, At: ago(40 * time.Second), Key: "2", Text: "To agree, press 1."}
	})
	s.talk["s2"] = engine.Talk{Session: "s2", Lines: []engine.Utterance{
		line1("u1", 70*time.Second, engine.SpeakerCustomer, "Can I pay that now with my card?", 120),
		line1("u2", 62*time.Second, engine.SpeakerOperator, "Certainly. One moment.", 0),
	}}
	s.talk["s3"] = engine.Talk{Session: "s3", Lines: []engine.Utterance{
		line1("u1", 110*time.Second, engine.SpeakerCustomer, "Then I would like to pay it.", 420),
		line1("u2", 5*time.Second, engine.SpeakerCustomer, "Thank you very much.", 640),
	}}
	s.talk["s4"] = engine.Talk{Session: "s4"}
	return s
}

// "P pauses: … shown in words; resumed by hand or after a limit."
func TestPBeginsAPaymentAndEndsIt(t *testing.T) {
	s := private()
	b := newBench(s, 120, 36)
	select_ := func(id engine.SessionID) {
		t.Helper()
		b.list.point(slices.IndexFunc(b.list.rows, func(c *engine.Session) bool { return c.ID == id }))
	}
	last := func() engine.PayAsked {
		t.Helper()
		if len(s.asked) == 0 {
			t.Fatal("nothing was asked")
		}
		asked, _ := s.asked[len(s.asked)-1].Body.(engine.PayAsked)
		return asked
	}
	select_("s3")
	b.press("P")
	if got, want := last(), (engine.PayAsked{Session: "s3", On: true}); got != want {
		t.Errorf("P asks for %+v, want %+v", got, want)
	}
	select_("s2")
	b.press("P")
	if got, want := last(), (engine.PayAsked{Session: "s2"}); got != want {
		t.Errorf("P on a call that pays asks for %+v, want %+v", got, want)
	}
	s.change("s2", func(c *engine.Session) { c.Pay = engine.Paying{} })
	b.tick()
	b.press("u")
	if got, want := last(), (engine.PayAsked{Session: "s2", On: true}); got != want {
		t.Errorf("u asks for %+v, want %+v", got, want)
	}
}

// u is pressed to take back a transfer, perhaps of another call: it never has a payment heard
// and kept again.
func TestUEndsNoPayment(t *testing.T) {
	s := private()
	b := newBench(s, 80, 24)
	b.list.point(slices.IndexFunc(b.list.rows, func(c *engine.Session) bool { return c.ID == "s3" }))
	b.press("P", "u")
	for _, e := range s.asked {
		if asked, ok := e.Body.(engine.PayAsked); ok && !asked.On {
			t.Errorf("u asks for %+v", asked)
		}
	}
	if !strings.Contains(b.content(), "A payment is ended by P alone") {
		t.Errorf("the screen does not say why:\n%s", b.content())
	}
}

// A second P within two seconds is the same press: a payment is not ended by a finger
// that trembled.
func TestPTwiceEndsNothing(t *testing.T) {
	s := private()
	s.change("s2", func(c *engine.Session) { c.Pay.Since = ago(time.Second) })
	b := newBench(s, 120, 36)
	b.list.point(slices.IndexFunc(b.list.rows, func(c *engine.Session) bool { return c.ID == "s2" }))
	b.press("P")
	if len(s.asked) > 0 {
		t.Errorf("asked for %+v", s.asked)
	}
	if !strings.Contains(b.content(), "only just begun") {
		t.Error("the screen does not say why")
	}
}

// Who pays, and who has not agreed, is not blind: nobody is to hear him.
func TestWhoIsNotToBeHeardIsNotBlind(t *testing.T) {
	b := newBench(private(), 200, 50)
	text := screenOf(b.content(), 200, 50)
	for _, word := range []string{"blind", "not heard"} {
		if strings.Contains(text, word) {
			t.Errorf("the screen says %q", word)
		}
	}
	for _, words := range []string{"▒ pay", "paying 0:50, not kept", "no-consent", "1▒ paying over 3 min"} {
		if !strings.Contains(text, words) {
			t.Errorf("the screen lacks %q", words)
		}
	}
	if b.tally.ears.awaited != 1 {
		t.Errorf("%d calls are to be heard, want 1", b.tally.ears.awaited)
	}
}
