package tui

import (
	"strings"
	"testing"
	"time"

	"switchboard/engine"
)

func TestTabGoesAroundThePanes(t *testing.T) {
	for _, c := range []struct {
		w, h int
		keys string
		open bool
		want pane
	}{
		{80, 24, "tab", false, paneWords},
		{80, 24, "tab tab", false, paneCalls},
		{80, 24, "tab esc", false, paneCalls},
		{60, 16, "tab", true, paneWords},
		{120, 36, "tab tab", false, paneSide},
		{120, 36, "tab tab tab", false, paneEvents},
		{120, 36, "tab tab tab tab", false, paneCalls},
		{120, 36, "shift+tab", false, paneEvents},
		{120, 36, "tab shift+tab", false, paneCalls},
		{120, 36, "enter", true, paneWords},
		{120, 36, "enter tab", true, paneSide},
		{120, 36, "enter tab tab tab", true, paneWords},
		{120, 36, "enter esc", false, paneCalls},
		{200, 50, "enter esc esc", false, paneCalls},
	} {
		b := newBench(afternoon(), c.w, c.h)
		b.press(strings.Fields(c.keys)...)
		if b.open != c.open || b.focus != c.want {
			t.Errorf("%dx%d %q: open %v, pane %d; want %v, %d", c.w, c.h, c.keys, b.open, b.focus, c.open, c.want)
		}
	}
}

func TestMovingMovesInThePaneThatHasTheKeyboard(t *testing.T) {
	b := newBench(afternoon(), 120, 36)
	b.press("tab", "k", "k")
	if b.words.following() || b.list.selected != "s1" {
		t.Error("k in the words does not scroll them")
	}
	b.press("G")
	if !b.words.following() {
		t.Error("G in the words does not follow")
	}
	b.press("g", "tab", "tab", "j", "j")
	if b.events.top != 2 {
		t.Errorf("events scrolled by %d, want 2", b.events.top)
	}
	b.wantText(t, "2 newer ↑")
	b.press("f")
	if b.events.top != 0 || !b.words.following() {
		t.Error("f does not follow")
	}
}

func TestEnterOpensAndNeverActs(t *testing.T) {
	for _, keys := range []string{"enter", "enter enter", "j enter", "2 enter", "tab enter", "? enter", "X enter", "q enter"} {
		s := afternoon()
		b := newBench(s, 80, 24)
		b.press(strings.Fields(keys)...)
		if len(s.asked) > 0 {
			t.Errorf("%q asked %v", keys, s.asked)
		}
	}
}

func TestOpenCallIsLeftWhenNoCallIsThere(t *testing.T) {
	s := afternoon()
	b := newBench(s, 80, 24)
	b.press("enter")
	s.set()
	b.tick()
	b.wantText(t, "Nobody is calling")
	if b.open {
		t.Error("an empty screen stays open")
	}
}

func TestBoxesCloseWhenWhatTheyAskAboutIsGone(t *testing.T) {
	for keys, want := range map[string]string{
		"j j j j t": "The call of Hanne Friis has ended: nobody was called.",
		"2 m":       "The call of Ahmed El-Sayed has ended.",
		"2 X":       "The call of Ahmed El-Sayed has ended by itself.",
		"q":         "No transfer is under way any more",
	} {
		s := afternoon()
		b := newBench(s, 80, 24)
		b.press(strings.Fields(keys)...)
		if b.box == nil {
			t.Fatalf("%q opens no box", keys)
		}
		s.set(s.frame.Sessions[0])
		b.tick()
		if b.box != nil {
			t.Errorf("%q: the box is still open", keys)
		}
		b.wantText(t, want)
	}
}

func TestCallStandsInWords(t *testing.T) {
	with := func(change func(*engine.Session)) *engine.Session {
		s := call(1, "Mette", "+12025550142", time.Minute)
		change(s)
		return s
	}
	transfer := func(status engine.TransferStatus, why string) func(*engine.Session) {
		return func(s *engine.Session) {
			s.Transfer = engine.Transfer{Status: status, To: "+12025550167", Since: ago(4 * time.Second), Leg: "op-1", Why: why}
		}
	}
	for _, c := range []struct {
		about string
		s     *engine.Session
		state state
		want  string
	}{
		{"nothing", with(func(*engine.Session) {}), stateTalk, ""},
		{"a prompt", with(func(s *engine.Session) { s.Prompt.Kind = engine.PromptMenu }), stateTalk, "hears the menu"},
		{"an operator is called", with(transfer(engine.TransferDialling, "")), stateAsk, "→ calling 4s, +1 202 555 0167"},
		{"he answered", with(transfer(engine.TransferJoining, "")), stateAsk, "→ joining …, +1 202 555 0167"},
		{"he joined", with(transfer(engine.TransferJoined, "")), stateTalk, "✓ +1 202 555 0167"},
		{"nobody came", with(transfer(engine.TransferFailed, "")), stateHot, "nobody could be reached"},
		{"with a reason", with(transfer(engine.TransferFailed, "all\x1b[2J busy")), stateHot, "no operator: all busy"},
		{"he left", with(transfer(engine.TransferEnded, "")), stateTalk, "operator has left"},
		{"trouble", with(func(s *engine.Session) { s.Trouble = "no conference" }), stateHot, "no conference"},
		{"quarantine", with(func(s *engine.Session) { s.Quarantined = engine.Quarantine{Event: 7, Reason: "index out of range"} }), stateHot, "left alone after event 7: index out of range"},
		{"blind", with(func(s *engine.Session) { s.Feed = engine.Feed{Status: engine.FeedBlind, Why: "no answer"} }), stateBlind, "not heard: no answer"},
		{"muted", with(func(s *engine.Session) { s.Legs[0].Muted, s.Legs[0].MuteAsked = true, true }), stateTalk, "customer muted"},
		{"muting", with(func(s *engine.Session) { s.Legs[0].MuteAsked = true }), stateTalk, "customer muting …"},
		{"unmuting", with(func(s *engine.Session) { s.Legs[0].Muted = true }), stateTalk, "customer unmuting …"},
		{"heard too late", with(func(s *engine.Session) { s.Feed.Late = true }), stateBlind, "words come too late to act upon"},
		{"ending", with(func(s *engine.Session) { s.Phase, s.Ending = engine.PhaseEnding, "supervisor" }), stateEnding, "ending: supervisor"},
		{"over", with(func(s *engine.Session) { s.Phase, s.Over, s.Ending = engine.PhaseOver, noon, "customer hung up" }), stateEnded, "customer hung up"},
	} {
		t.Run(c.about, func(t *testing.T) {
			if got := stateOf(c.s); got != c.state {
				t.Errorf("state %d, want %d", got, c.state)
			}
			if got, _ := situation(c.s, noon, nil); string(got) != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if short := inShort(c.s, noon); width(string(short)) > minBrief {
				t.Errorf("%q takes more than %d cells", short, minBrief)
			}
		})
	}
}

func TestFeedStandsInWords(t *testing.T) {
	for want, f := range map[string]engine.Feed{
		"hears":                     {Status: engine.FeedLive},
		"connecting …":              {Status: engine.FeedConnecting},
		"blind: no answer":          {Status: engine.FeedBlind, Why: "no answer"},
		"not there: no credentials": {Status: engine.FeedNone, Why: "no credentials"},
		"not yet there":             {},
	} {
		if _, got := feedWords(&engine.Session{Feed: f}); string(got) != want {
			t.Errorf("%+v: %q, want %q", f, got, want)
		}
	}
}

// "A '?' row says we are blind, never 'calm'": where nobody heard him the line has dots.
func TestSparklineShowsWhereNobodyHeard(t *testing.T) {
	s := call(1, "Mette", "+12025550142", 10*time.Minute)
	s.Samples = samples(ago(2*time.Minute), -800, -800)
	if got := string(spark(s, noon, 8)); strings.Contains(got, "·") || !strings.HasPrefix(got, "  ") {
		t.Errorf("heard: %q", got)
	}
	s.Feed = engine.Feed{Status: engine.FeedBlind, BlindAt: ago(time.Minute)}
	if got := string(spark(s, noon, 8)); !strings.HasSuffix(got, "··") || strings.HasPrefix(got, "·") {
		t.Errorf("blind for a minute: %q", got)
	}
	for p, want := range map[engine.Polarity]rune{-1000: '▁', -500: '▁', 0: '▄', 500: '█', 1000: '█'} {
		if got := bar(p); got != want {
			t.Errorf("bar(%d) = %c, want %c", p, got, want)
		}
	}
}

func TestHeaderTellsTheAgeOfWhatWeHear(t *testing.T) {
	s := afternoon()
	b := newBench(s, 120, 36)
	b.wantText(t, "● voice 1s    ● text 1.4s   5 of 6 heard")
	s.now = noon.Add(999 * time.Millisecond) // less than a second later the age has not moved
	s.set(s.frame.Sessions...)
	b.tick()
	b.wantText(t, "● text 1.4s")
	s.now = noon.Add(time.Second)
	b.tick()
	b.wantText(t, "● text 2.4s")
	s.now = noon.Add(30 * time.Second)
	b.tick()
	b.wantText(t, "● text 31s ")
	s.change("s3", func(c *engine.Session) { c.Feed.Heard = s.now })
	b.tick()
	b.wantText(t, "● text <1s ")
	s.now = noon.Add(time.Second)
	f := *s.frame
	f.Deaf, f.Number = "no Symbl credentials are configured", 99
	f.Sessions = f.Sessions[3:4]
	s.frame = &f
	b.tick()
	b.wantText(t, "? no text")
	b.wantText(t, "No call is heard.  no Symbl credentials are configured")
	s.health.Journal = "no space left on device"
	s.now = noon.Add(2 * time.Second)
	b.tick()
	b.wantText(t, "The journal cannot write: no space left on device")
}
