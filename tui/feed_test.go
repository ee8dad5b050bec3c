package tui

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"switchboard/engine"
)

// hearing is a floor of calls that are heard in these ways.
func hearing(feeds ...engine.Feed) *stage {
	s := afternoon()
	s.health.Troubles = nil
	var all []*engine.Session
	for i, f := range feeds {
		c := call(i+1, "Hanne Friis", "+12025550123", 5*time.Minute)
		c.Feed = f
		all = append(all, c)
	}
	s.set(all...)
	return s
}

func by(kind engine.FeedKind) engine.Feed {
	return reigns(engine.Reign{From: ago(time.Minute), Kind: kind})
}

func lastingGap(since time.Duration, why string) engine.Feed {
	f := by(engine.FeedStream)
	f.Gaps = []engine.Gap{{From: ago(since), Why: why}}
	return f
}

// "The share of calls that are heard": of those that are to be heard by now.
func TestShareOfCallsThatAreHeard(t *testing.T) {
	late := by(engine.FeedStream)
	late.Late = true
	blind := by(engine.FeedStream)
	blind.Status, blind.Why = engine.FeedBlind, "no sign of life"
	for _, c := range []struct {
		about string
		feed  engine.Feed
		want  string
	}{
		{"heard", by(engine.FeedTelnyx), "2 of 2 heard"},
		{"the announcement is not over", engine.Feed{Status: engine.FeedNone}, "1 of 1 heard"},
		{"a feed starts", engine.Feed{Status: engine.FeedConnecting, Wanted: true}, "1 of 2 heard"},
		{"wanted, and none begun", engine.Feed{Status: engine.FeedNone, Wanted: true}, "1 of 2 heard"},
		{"it has just failed", lastingGap(2*time.Second, "Symbl's socket broke"), "1 of 2 heard"},
		{"too late", late, "1 of 2 heard"},
		{"blind", blind, "1 of 2 heard"},
		{"one leg alone is not heard", func() engine.Feed {
			f := by(engine.FeedStream)
			f.Gaps = []engine.Gap{{From: ago(time.Second), Leg: "op-1"}}
			return f
		}(), "2 of 2 heard"},
	} {
		b := newBench(hearing(by(engine.FeedStream), c.feed), 120, 36)
		if head := b.line(0); !strings.Contains(head, c.want) {
			t.Errorf("%s: no %q in %q", c.about, c.want, head)
		}
	}
	s := hearing(by(engine.FeedStream), by(engine.FeedStream))
	s.change("s2", func(c *engine.Session) { c.Phase = engine.PhaseEnding })
	if head := newBench(s, 80, 24).line(0); !strings.Contains(head, "1/1 heard") {
		t.Errorf("a call that ends counts: %q", head)
	}
}

func TestHeaderNamesTheFeedsThatHear(t *testing.T) {
	for _, c := range []struct {
		want  string
		feeds []engine.Feed
	}{
		{"2 of 2 heard by Symbl stream   ", []engine.Feed{by(engine.FeedStream), by(engine.FeedStream)}},
		{"1 of 1 heard by Telnyx   ", []engine.Feed{by(engine.FeedTelnyx)}},
		{"3 of 3 heard (1 Symbl stream, 2 Telnyx)", []engine.Feed{by(engine.FeedTelnyx), by(engine.FeedStream), by(engine.FeedTelnyx)}},
		{"0 of 1 heard   ", []engine.Feed{lastingGap(time.Second, "")}},
	} {
		if head := newBench(hearing(c.feeds...), 200, 50).line(0); !strings.Contains(head, c.want) {
			t.Errorf("no %q in %q", c.want, head)
		}
	}
}

// "A feed that failed to start is skipped by all calls for 5 minutes and tried in the
// background, and the header says so."
func TestFeedThatIsOutIsTold(t *testing.T) {
	const why = "Symbl cannot be reached"
	out := func(since time.Duration, kinds ...engine.FeedKind) *stage {
		s := hearing(by(engine.FeedTelnyx))
		for _, k := range kinds {
			s.frame.Outages = append(s.frame.Outages, engine.Outage{Kind: k, Since: ago(since), Until: noon.Add(time.Minute), Why: why})
		}
		return s
	}
	old := 4 * time.Minute
	for _, c := range []struct {
		about string
		stage *stage
		w     int
		line  int
		want  string
	}{
		{"narrow", out(old, engine.FeedStream), 60, 0, "! feed out"},
		{"small", out(old, engine.FeedStream), 80, 0, "! Symbl stream out 4m"},
		{"standard", out(old, engine.FeedStream), 120, 0, "! Symbl stream out 4m: " + why},
		{"wide", out(old, engine.FeedStream), 200, 0, "! Symbl by stream out for 4 min: " + why + "; tried again in the background"},
		{"two, narrow", out(old, engine.FeedStream, engine.FeedPhone), 60, 0, "! 2 feeds out"},
		{"two, standard", out(old, engine.FeedStream, engine.FeedPhone), 140, 0, "! Symbl stream out 4m, Symbl phone out 4m"},
		{"the strip, where all is calm", out(old, engine.FeedStream), 120, 1, "! Symbl by stream  out for 4 min: " + why + "; tried again in the background"},
	} {
		if line := newBench(c.stage, c.w, 24).line(c.line); !strings.Contains(line, c.want) {
			t.Errorf("%s: no %q in %q", c.about, c.want, line)
		}
	}
	s := out(10*time.Second, engine.FeedPhone)
	s.change("s1", func(c *engine.Session) { c.Samples = samples(ago(time.Second), -900, -900, -900, -900, -900) })
	b := newBench(s, 80, 24)
	if strip := b.line(1); !strings.Contains(strip, "! Symbl by telephone") {
		t.Errorf("news of a feed waits behind a mood: %q", strip)
	}
	s.now = noon.Add(51 * time.Second)
	b.tick()
	if strip := b.line(1); !strings.Contains(strip, "mood") {
		t.Errorf("a mood waits behind what is no news: %q", strip)
	}
	b.press("!")
	b.wantText(t, "Symbl by telephone")
	b.wantText(t, why)
	b.press("esc")
	s.now = noon.Add(time.Minute) // the five minutes are over
	b.tick()
	if text := b.text(); strings.Contains(text, why) || strings.Contains(text, " out") {
		t.Errorf("a feed that is tried again is told as out:\n%s", text)
	}
}

// "Nothing moves unless it matters": what stands behind an age does not move with it.
func TestAgesInTheHeaderMoveNothing(t *testing.T) {
	s := listened()
	s.frame.Outages[0].Until = noon.Add(time.Hour)
	b := newBench(s, 120, 36)
	at := strings.Index(b.line(0), "heard")
	for i := range 70 {
		s.now = noon.Add(time.Duration(i*1731) * time.Millisecond)
		s.health.Telnyx = s.now.Add(-time.Duration(i) * time.Second)
		if i == 40 { // somebody has spoken
			s.change("s1", func(c *engine.Session) { c.Feed.Heard = s.now })
		}
		b.tick()
		if head := b.line(0); strings.Index(head, "heard") != at {
			t.Fatalf("after %d s: %q", i, head)
		}
	}
}

// "The call shows which feed it is, and the gaps", since when, and what was before.
func TestCallTellsWhatHearsIt(t *testing.T) {
	changed := reigns(engine.Reign{From: ago(5 * time.Minute), Kind: engine.FeedStream}, engine.Reign{From: ago(100 * time.Second)},
		engine.Reign{From: ago(90 * time.Second), Kind: engine.FeedTelnyx}, engine.Reign{From: ago(80 * time.Second), Kind: engine.FeedStream},
		engine.Reign{From: ago(60 * time.Second), Kind: engine.FeedTelnyx})
	changed.Ears[0].Why = "Symbl's socket broke"
	speaks := by(engine.FeedTelnyx)
	speaks.Voice = ago(14 * time.Second)
	late := by(engine.FeedPhone)
	late.Late, late.Heard = true, ago(time.Second)
	never := engine.Feed{Status: engine.FeedNone, Why: "Symbl cannot be reached", Wanted: true, Ears: []engine.Ear{
		{Kind: engine.FeedStream, Status: engine.FeedNone, NextTry: noon.Add(12 * time.Second)}, {Kind: engine.FeedPhone, Status: engine.FeedNone, NextTry: noon.Add(3 * time.Second), GivenUp: true}}}
	starts := engine.Feed{Status: engine.FeedConnecting, Wanted: true, Ears: []engine.Ear{{Kind: engine.FeedStream, Status: engine.FeedConnecting}}}
	quiet := by(engine.FeedStream)
	quiet.Heard = time.Time{}
	failing := lastingGap(4*time.Second, "Symbl's socket broke")
	failing.Ears[2].Status = engine.FeedConnecting
	for _, c := range []struct {
		about string
		feed  engine.Feed
		want  string
	}{
		{"heard", by(engine.FeedStream), "heard by Symbl stream | since 14:31:07, words 6s ago"},
		{"just now", func() engine.Feed { f := by(engine.FeedStream); f.Heard = noon; return f }(), "heard by Symbl stream | since 14:31:07, words just now"},
		{"nobody has spoken", quiet, "heard by Symbl stream | since 14:31:07, no words yet"},
		{"changed", changed, "heard by Telnyx | since 14:31:07, words 6s ago | before: Symbl stream, 3 changes | instead of Symbl stream: | Symbl's socket broke"},
		{"words are missing", speaks, "heard by Telnyx | customer speaks, no words 14s"},
		{"late", late, "heard by Symbl phone, too late to act | upon | since 14:31:07, words 1s ago"},
		{"fails", failing, "heard by nobody for 4 s | Symbl's socket broke | Telnyx's transcription starts …"},
		{"blind from the first", never, "heard by nobody  Symbl cannot be reached | Symbl stream again in 12 s"},
		{"starts", starts, "heard by nobody yet | Symbl by stream starts …"},
		{"not begun", engine.Feed{}, "heard by nobody yet"},
	} {
		b := newBench(hearing(c.feed), 120, 36)
		s, _ := b.list.call()
		var got []string
		for _, l := range b.heardLines(s, 10, 42) {
			if n := ansi.StringWidth(l); n != 42 {
				t.Errorf("%s: %d cells of 42", c.about, n)
			}
			got = append(got, strings.TrimSpace(ansi.Strip(l)))
		}
		if all := strings.Join(got, " | "); all != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.about, all, c.want)
		}
	}
	s := hearing(by(engine.FeedStream))
	s.change("s1", func(c *engine.Session) { c.Phase = engine.PhaseEnding })
	b := newBench(s, 120, 36)
	if strings.Contains(b.text(), "heard by Symbl") {
		t.Error("a call that ends is told as to be heard")
	}
}

func TestLegTellsHowItIsHeardAlone(t *testing.T) {
	s := hearing(by(engine.FeedStream))
	op := operatorLeg("+12025550166", engine.LegUp, ago(time.Minute))
	muted := op
	muted.Muted, muted.MuteAsked = true, true
	for _, c := range []struct {
		about string
		leg   engine.Leg
		lines []engine.Line
		gaps  []engine.Gap
		want  string
	}{
		{"by stream", op, []engine.Line{{Leg: "op-1", Taken: true, Up: true}}, nil, " | talks with customer"},
		{"its sound has not come", op, []engine.Line{{Leg: "op-1", Taken: true}}, nil, " | talks with customer | stream starts …"},
		{"the feed hears no leg alone", op, nil, nil, " | talks with customer"},
		{"that leg is not heard", op, []engine.Line{{Leg: "op-1"}}, []engine.Gap{{From: ago(12 * time.Second), Leg: "op-1"}}, " | talks with customer | not heard 12s"},
		{"that leg is heard again", op, []engine.Line{{Leg: "op-1", Taken: true, Up: true}}, []engine.Gap{{From: ago(12 * time.Second), To: ago(time.Second), Leg: "op-1"}}, " | talks with customer"},
		{"nobody is heard", op, []engine.Line{{Leg: "op-1", Taken: true, Up: true}}, []engine.Gap{{From: ago(time.Second)}}, " | talks with customer"},
		{"muted", muted, []engine.Line{{Leg: "op-1", Taken: true, Up: true}}, nil, ", muted | hears customer, heard by nobody"},
	} {
		s.change("s1", func(call *engine.Session) {
			call.Legs = append(call.Legs[:1:1], c.leg)
			call.Feed.Ears[0].Lines = c.lines
			call.Feed.Gaps = c.gaps
		})
		b := newBench(s, 120, 36)
		call, _ := b.list.call()
		var got []string
		for _, l := range b.leg(call, c.leg, 10, 42) {
			got = append(got, strings.TrimSpace(ansi.Strip(l)))
		}
		if row, want := strings.Join(got, " | "), "operator +1 202 555 0166"+c.want; row != want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.about, row, want)
		}
	}
	s.change("s1", func(call *engine.Session) {
		call.Feed.Ears[0].Lines = []engine.Line{{Leg: "op-1", Taken: true, Up: true}}
	})
	b := newBench(s, 100, 30)
	b.press("enter")
	b.wantText(t, "heard by nobody, stream hears")
}

// words are the lines of the transcript, without the spaces around them.
func (b *bench) said(w, h int) string {
	var all []string
	for _, l := range b.transcript(w, h) {
		if l = strings.TrimSpace(ansi.Strip(l)); l != "" {
			all = append(all, strings.Join(strings.Fields(l), " "))
		}
	}
	return strings.Join(all, "\n")
}

// Gaps stand in the transcript at their place in time.
func TestGapsStandWhereTheyWere(t *testing.T) {
	s := hearing(by(engine.FeedStream))
	s.change("s1", func(c *engine.Session) {
		c.Legs = append(c.Legs[:1:1], operatorLeg("+12025550166", engine.LegUp, ago(time.Minute)))
		c.Feed.Gaps = []engine.Gap{
			{From: ago(90 * time.Second), To: ago(89 * time.Second), Why: "before all words"},
			{From: ago(50 * time.Second), To: ago(44 * time.Second), Why: "Symbl's socket broke"},
			{From: ago(30 * time.Second), To: ago(29 * time.Second), Leg: "customer", Why: "50 packets were lost"},
			{From: ago(9 * time.Second)},
			{From: ago(28 * time.Second), To: ago(26 * time.Second), Leg: "customer", Why: "100 packets were lost"}, // told late
			{From: ago(20 * time.Second), To: ago(19900 * time.Millisecond), Leg: "op-1"},
			{From: ago(15 * time.Second), To: ago(15 * time.Second), Why: "the next feed was there at once"},
		}
	})
	s.talk["s1"] = engine.Talk{Session: "s1", Lines: []engine.Utterance{
		line1("a", 60*time.Second, engine.SpeakerCustomer, "One.", 0), line1("b", 40*time.Second, engine.SpeakerCustomer, "Two.", 0),
		line1("c", 10*time.Second, engine.SpeakerOperator, "Three.", 0)}}
	b := newBench(s, 100, 22)
	b.look.ASCII = false
	want := `14:30:37 — not heard for 1 s: before all words —
14:31:07 customer │ One. · +.00
14:31:17 — not heard for 6 s: Symbl's socket broke —
14:31:27 customer │ Two. · +.00
14:31:37 — customer not heard for 3 s in 2 pieces: 100 packets were lost —
14:31:47 — operator not heard for a moment —
14:31:57 operator │ Three.
— not heard since 14:31:58 —`
	if got := b.said(90, 20); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	b.press("K") // back by one sentence: what is beside it goes with it
	if got := b.said(90, 4); strings.Contains(got, "since 14:31:58") || !strings.Contains(got, "for a moment —\n── 1 below ↓") {
		t.Errorf("scrolled up:\n%s", got)
	}
	b.press("f")
	s.change("s1", func(c *engine.Session) {
		c.Phase, c.Over, c.Feed.Gaps = engine.PhaseOver, noon, []engine.Gap{{From: ago(9 * time.Second)}}
	})
	b.tick()
	if got := b.said(90, 20); !strings.HasSuffix(got, "— not heard from then on —") {
		t.Errorf("over:\n%s", got)
	}
}

// "Mood chart shows gaps as dots as it does for blind."
func TestSparklineShowsGapsAsDots(t *testing.T) {
	s := call(1, "Mette", "+12025550142", 10*time.Minute)
	s.Samples = samples(ago(170*time.Second), 300)
	dots := func(gaps ...engine.Gap) int {
		s.Feed.Gaps = gaps
		return strings.Count(string(spark(s, noon, 18)), "·") // a cell is ten seconds
	}
	for _, c := range []struct {
		about string
		gap   engine.Gap
		want  int
	}{
		{"a whole minute", engine.Gap{From: ago(100 * time.Second), To: ago(40 * time.Second)}, 6},
		{"a moment is in the words alone", engine.Gap{From: ago(100 * time.Second), To: ago(98 * time.Second)}, 0},
		{"the customer alone", engine.Gap{From: ago(100 * time.Second), To: ago(40 * time.Second), Leg: "customer"}, 6},
		{"another leg", engine.Gap{From: ago(100 * time.Second), To: ago(40 * time.Second), Leg: "op-1"}, 0},
		{"it lasts", engine.Gap{From: ago(3 * time.Second)}, 1},
	} {
		if got := dots(c.gap); got != c.want {
			t.Errorf("%s: %d dots, want %d: %q", c.about, got, c.want, spark(s, noon, 18))
		}
	}
}

// A sentence that waits for its score has a quiet mark, one without a score no number.
func TestScoreThatIsAwaitedIsMarked(t *testing.T) {
	s := hearing(by(engine.FeedTelnyx))
	u := line1("a", 10*time.Second, engine.SpeakerCustomer, "Well.", -300)
	u.Scored, u.Judged, u.Polarity, u.ScoreBy = false, false, 0, noon.Add(2*time.Second)
	show := func(u engine.Utterance) string {
		s.talk["s1"] = engine.Talk{Session: "s1", Lines: []engine.Utterance{u}}
		s.set(s.frame.Sessions...)
		b := newBench(s, 100, 36)
		return b.said(90, 4)
	}
	if got := show(u); !strings.HasSuffix(got, "│ Well. …") {
		t.Errorf("it waits: %q", got)
	}
	u.ScoreBy = ago(time.Second)
	if got := show(u); !strings.HasSuffix(got, "│ Well.") {
		t.Errorf("no score came: %q", got)
	}
	u.Scored, u.Polarity, u.Judged, u.ScoreBy = true, -300, true, time.Time{}
	if got := show(u); !strings.HasSuffix(got, "┃ Well. ▽ −.30") {
		t.Errorf("it came: %q", got)
	}
	u.Scored, u.Speaker = false, engine.SpeakerOperator
	u.ScoreBy = noon.Add(time.Second)
	if got := show(u); !strings.HasSuffix(got, "│ Well.") {
		t.Errorf("an operator is never scored: %q", got)
	}
}

// The score of a sentence that is drawn already is drawn when it comes, and not before.
func TestScoreThatComesIsDrawn(t *testing.T) {
	s := hearing(by(engine.FeedTelnyx))
	u := line1("a", 10*time.Second, engine.SpeakerCustomer, "Well.", 0)
	u.Scored, u.Judged, u.ScoreBy = false, false, noon.Add(2*time.Second)
	s.talk["s1"] = engine.Talk{Session: "s1", Lines: []engine.Utterance{u}}
	b := newBench(s, 100, 36)
	b.said(90, 4)
	u.Scored, u.Judged, u.ScoreBy = true, true, time.Time{} // the same revision, and a score of nought
	s.talk["s1"] = engine.Talk{Session: "s1", Lines: []engine.Utterance{u}}
	s.set(s.frame.Sessions...)
	b.tick()
	if got := b.said(90, 4); !strings.HasSuffix(got, "· +.00") {
		t.Errorf("got %q", got)
	}
}

func TestScorerIsNamedWhereItIsNotSymbl(t *testing.T) {
	for source, want := range map[string]string{"": "", "symbl": "", "local": "by the local scorer", "chat": "by the chat scorer"} {
		s := hearing(by(engine.FeedTelnyx))
		u := line1("a", 10*time.Second, engine.SpeakerCustomer, "Well.", -300)
		u.Source = source
		s.change("s1", func(c *engine.Session) { c.Samples = samples(ago(10*time.Second), -300) })
		s.talk["s1"] = engine.Talk{Session: "s1", Lines: []engine.Utterance{u}}
		text := newBench(s, 120, 36).text()
		if strings.Contains(text, "scorer") != (want != "") || !strings.Contains(text, want) {
			t.Errorf("%q: no %q in\n%s", source, want, text)
		}
	}
}

func TestFlagsStandBehindTheWordsWhereThereIsRoom(t *testing.T) {
	for _, c := range []struct {
		flags engine.Flags
		text  string
		want  string
	}{
		{engine.FlagRequest, "A person please.", "A person please. asks for a person ▽ −.30"},
		{engine.FlagLeave | engine.FlagSafety, "Or else.", "Or else. safety, may leave ▽ −.30"},
		{0, "Well.", "Well. ▽ −.30"},
		{engine.FlagRequest, strings.Repeat("word ", 10) + "end", strings.Repeat("word ", 10) + "end ▽ −.30"},
	} {
		s := hearing(by(engine.FeedTelnyx))
		u := line1("a", 10*time.Second, engine.SpeakerCustomer, c.text, -300)
		u.Flags = c.flags
		s.talk["s1"] = engine.Talk{Session: "s1", Lines: []engine.Utterance{u}}
		if got := newBench(s, 100, 36).said(95, 4); !strings.HasSuffix(got, "┃ "+c.want) {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

// What both say at once is shown of both, the customer's words last: there the eye is.
func TestWhatIsBeingSaidEndsWithTheCustomer(t *testing.T) {
	s := hearing(by(engine.FeedStream))
	s.talk["s1"] = engine.Talk{Session: "s1", Partials: []engine.Partial{
		{Leg: "c", Speaker: engine.SpeakerCustomer, Text: "but I", At: ago(2 * time.Second)},
		{Leg: "o", Speaker: engine.SpeakerOperator, Text: "let me", At: ago(time.Second)},
	}}
	if got, want := newBench(s, 100, 36).said(90, 6), "14:32:06 operator ░ let me…\n14:32:05 customer ░ but I…"; got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

// A listener's own row tells of its own feed, also where another hears the call.
func TestListenerIsToldByItsOwnFeed(t *testing.T) {
	s := hearing(by(engine.FeedTelnyx))
	s.change("s1", func(c *engine.Session) {
		c.Legs = append(c.Legs[:1:1], listenerLeg(ago(time.Minute)))
		c.Feed.Ears[1] = engine.Ear{Kind: engine.FeedPhone, Status: engine.FeedLive, Failing: ago(5 * time.Second), Why: "Symbl does not answer"}
	})
	b := newBench(s, 200, 50)
	b.wantText(t, "listener not heard: Symbl does not")
	s.change("s1", func(c *engine.Session) {
		c.Feed.Ears[1].Status, c.Feed.Ears[1].Failing = engine.FeedConnecting, time.Time{}
	})
	b.tick()
	b.wantText(t, "listener connecting …")
}
