package tui

import (
	"strings"
	"testing"
	"time"

	"switchboard/engine"
)

// inMood gives a call a mood that is low, from before.
func inMood(c *engine.Session) {
	c.Samples = samples(ago(6*time.Second), -900, -900, -900, -900)
}

// "Blind is not calm", from the third second of a gap on: the mood that a row shows is
// one from before.
func TestRowTellsOfAGapThatLasts(t *testing.T) {
	for _, c := range []struct {
		about string
		since time.Duration
		now   string // the mood that is shown
		words string
	}{
		{"the next feed may be there at once", 2 * time.Second, "▼ −", ""},
		{"it is not", 3 * time.Second, "? –", "not heard 3s: Symbl does not answer"},
		{"and goes on", 25 * time.Second, "? –", "not heard 25s: Symbl does not answer"},
	} {
		s := hearing(lastingGap(c.since, "Symbl does not answer"))
		s.change("s1", inMood)
		b := newBench(s, 140, 36) // so wide that the row tells why
		row := b.line(4)
		if !strings.Contains(row, c.now) || !strings.Contains(row, c.words) || c.words == "" && strings.Contains(row, "not heard") {
			t.Errorf("%s: want %q and %q in %q", c.about, c.now, c.words, row)
		}
	}
	s := hearing(lastingGap(4*time.Second, ""))
	s.change("s1", inMood)
	b := newBench(s, 120, 36)
	b.wantText(t, "? unknown: nobody hears the call")
	s.change("s1", func(c *engine.Session) {
		c.Transfer = engine.Transfer{Status: engine.TransferJoined, To: "+12025550167", Since: ago(time.Minute)}
	})
	if row := newBench(s, 120, 36).line(4); !strings.Contains(row, "not heard 4s · ✓") {
		t.Errorf("who has joined stands before that nobody hears: %q", row)
	}
}

func TestStripNamesTheCallThatIsNotHeard(t *testing.T) {
	const why = "Symbl does not answer"
	two := hearing(lastingGap(time.Minute, why), lastingGap(4*time.Second, ""), by(engine.FeedTelnyx))
	none := hearing(lastingGap(time.Minute, why), lastingGap(4*time.Second, ""))
	none.change("s1", func(c *engine.Session) { // news
		c.Transfer = engine.Transfer{Status: engine.TransferJoined, To: "+12025550167", Since: ago(time.Second)}
	})
	late := by(engine.FeedStream)
	late.Late = true
	for _, c := range []struct {
		about string
		stage *stage
		want  string
	}{
		{"a moment", hearing(lastingGap(time.Second, why)), "All calm."},
		{"one call", hearing(lastingGap(4*time.Second, why)), "? Hanne Friis  not heard 4s: " + why},
		{"two calls", two, "? 2 calls are not heard.  " + why},
		{"all calls", none, "? No call is heard.  " + why},
		{"too late", hearing(late), "? Hanne Friis  words come too late to act upon"},
	} {
		if strip := newBench(c.stage, 120, 36).line(1); !strings.Contains(strip, c.want) {
			t.Errorf("%s: no %q in %q", c.about, c.want, strip)
		}
	}
	s := hearing(lastingGap(4*time.Second, why))
	s.change("s1", inMood)
	if strip := newBench(s, 120, 36).line(1); strings.Contains(strip, "mood") {
		t.Errorf("the strip tells a mood that nobody knows: %q", strip)
	}
}

// Words that come late are heard, and no row may say that nobody hears.
func TestLateIsNotCalledUnheard(t *testing.T) {
	late := by(engine.FeedStream)
	late.Late = true
	s := hearing(late)
	s.change("s1", inMood)
	b := newBench(s, 120, 36)
	b.wantText(t, "? unknown: words come too late")
	if text := b.text(); strings.Contains(text, "not heard") || strings.Contains(text, "nobody hears") {
		t.Errorf("a late call is told as unheard:\n%s", text)
	}
}

// The rule that rings when nobody hears a call says no more than the row does.
func TestRowDoesNotSayBlindTwice(t *testing.T) {
	blind := by(engine.FeedStream)
	blind.Status, blind.Why = engine.FeedBlind, "no sign of life"
	blind.Gaps = []engine.Gap{{From: ago(40 * time.Second), Why: "no sign of life"}}
	s := hearing(blind)
	s.change("s1", func(c *engine.Session) {
		c.Alerts = []engine.Alert{{Rule: "blind", Severity: engine.SeverityAmber, At: ago(time.Second)}}
	})
	row := newBench(s, 120, 36).line(4)
	if !strings.Contains(row, "not heard 40s: no sign") || strings.Contains(row, "blind ·") {
		t.Errorf("got %q", row)
	}
	s.change("s1", func(c *engine.Session) { c.Alerts[0].Rule = "silence" })
	if row := newBench(s, 120, 36).line(4); !strings.Contains(row, "silence · not heard 40s") {
		t.Errorf("another alert is not told: %q", row)
	}
}

// What a feed had begun to hear when it failed is not being said any more.
func TestNothingIsBeingSaidWhileNobodyHears(t *testing.T) {
	for _, c := range []struct {
		about string
		feed  engine.Feed
		want  bool
	}{
		{"heard", by(engine.FeedStream), true},
		{"for a moment not", lastingGap(time.Second, ""), true},
		{"not heard", lastingGap(4*time.Second, ""), false},
	} {
		s := hearing(c.feed)
		s.talk["s1"] = engine.Talk{Session: "s1", Partials: []engine.Partial{
			{Session: "s1", Leg: "c", Speaker: engine.SpeakerCustomer, Text: "so I wou", At: ago(5 * time.Second)},
		}}
		if got := newBench(s, 120, 36).said(90, 10); strings.Contains(got, "so I wou") != c.want {
			t.Errorf("%s: got %q", c.about, got)
		}
	}
}

// The smallest screen shows no mood that nobody knows.
func TestSmallestScreenShowsNoMoodOfACallThatIsNotHeard(t *testing.T) {
	s := hearing(lastingGap(4*time.Second, ""))
	s.change("s1", inMood)
	if row := newBench(s, 50, 6).line(1); !strings.Contains(row, "? – not heard 4s") {
		t.Errorf("got %q", row)
	}
}

// On a narrow screen that calls are not heard comes before how fresh the words are.
func TestUnheardCallsAreCountedBeforeTheAgeOfWords(t *testing.T) {
	s := hearing(lastingGap(time.Minute, ""), by(engine.FeedTelnyx))
	s.frame.Outages = []engine.Outage{{Kind: engine.FeedStream, Since: ago(time.Minute), Until: noon.Add(time.Minute)}}
	s.health.Troubles = troubled().health.Troubles
	for _, w := range []int{60, 80} {
		if head := newBench(s, w, 24).line(0); !strings.Contains(head, "1/2 heard") {
			t.Errorf("at %d: got %q", w, head)
		}
	}
}

// The box of troubles says what to do about what our own set-up makes.
func TestTroublesBoxTellsTheRemedy(t *testing.T) {
	s := troubled()
	b := newBench(s, 120, 50)
	b.press("!")
	b.wantText(t, "→ set Webhook API version to API v2 in the Telnyx portal")
	b.wantText(t, "→ check TELNYX_PUBLIC_KEY")

	s.health.Troubles = []engine.Trouble{{Kind: engine.TroubleScorer, Count: 7, Last: ago(time.Minute), Detail: "score refused: other (the chat scorer answers with status 404 Not Found)"}}
	b = newBench(s, 120, 50)
	b.press("!")
	b.wantText(t, "→ check CHAT_URL and CHAT_MODEL")

	s = hearing(lastingGap(time.Minute, ""))
	s.frame.Outages = []engine.Outage{
		{Kind: engine.FeedStream, Since: ago(time.Minute), Until: noon.Add(time.Minute), Why: "Symbl answered 401"},
		{Kind: engine.FeedTelnyx, Since: ago(time.Minute), Until: noon.Add(time.Minute), Why: "it does not start"},
	}
	b = newBench(s, 120, 50)
	b.press("!")
	b.wantText(t, "→ check SYMBL_APP_ID and SYMBL_APP_SECRET")
	b.wantText(t, "→ switchboard doctor, in another terminal, tries each feed")
}

// Where nobody hears the call, that nobody hears the operator takes no second line.
func TestGapOfALegIsPartOfThatOfItsCall(t *testing.T) {
	s := hearing(lastingGap(20*time.Second, "it broke"))
	s.change("s1", func(c *engine.Session) {
		c.Feed.Gaps = append(c.Feed.Gaps, engine.Gap{From: ago(18 * time.Second), Leg: "op-1", Why: "it broke"})
	})
	delete(s.talk, "s1")
	b := newBench(s, 120, 36)
	if got, want := b.said(90, 10), "— not heard since 14:31:47: it broke —"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	over := func(whole, leg time.Time) {
		s.change("s1", func(c *engine.Session) { c.Feed.Gaps[0].To, c.Feed.Gaps[1].To = whole, leg })
		b.tick()
	}
	over(ago(5*time.Second), ago(3*time.Second))
	if got, want := b.said(90, 10), "14:31:47 — not heard for 15 s: it broke —"; got != want {
		t.Errorf("what hangs over is told: got %q, want %q", got, want)
	}
	over(ago(time.Second), time.Time{})
	if got := b.said(90, 10); !strings.Contains(got, "op-1 not heard since") {
		t.Errorf("the leg's own gap is not told once the call is heard: %q", got)
	}
}
