package tui

import (
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"switchboard/engine"
)

var hostileNames = []string{
	"Mette Sørensen", "", "\x1b[2J\x1b[H", "\x1b]0;owned\a", "a\u009b31mred", "\u202egnp.exe", "山田太郎山田太郎山田太郎", "שלום עולם",
	"Z\u0301\u0302\u0303\u0304algo", strings.Repeat("very long ", 60), "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f1e9\U0001f1f0",
	"line\nbreak\r\rover", "\ufeff\u200b", "ก็็็็็็็", "한국어", "हिन्दी", "+1 202 555 0100", "\xff\xfe\x80", "ﷺ", "\u0e33\u0e33", "e\u0301\u0301\u0301",
}

func drawName() *rapid.Generator[string] {
	return rapid.OneOf(rapid.SampledFrom(hostileNames), rapid.String())
}

// drawCall makes any session that an engine might show, and some that none would.
func drawCall(t *rapid.T, n int) *engine.Session {
	name := drawName().Draw(t, "name")
	s := call(n, name, rapid.SampledFrom([]string{"+12025550142", "anonymous", "", "sip:a@b", name}).Draw(t, "number"),
		time.Duration(rapid.IntRange(-5, 400000).Draw(t, "lasts"))*time.Second)
	s.Changed = rapid.Uint64().Draw(t, "changed")
	s.Phase = rapid.SampledFrom([]engine.Phase{engine.PhaseRinging, engine.PhaseTalking, engine.PhaseTalking, engine.PhaseEnding, engine.PhaseOver}).Draw(t, "phase")
	if s.Phase == engine.PhaseOver {
		s.Over = noon
	}
	s.Transfer = engine.Transfer{
		Status: engine.TransferStatus(rapid.IntRange(0, 10).Draw(t, "transfer")), Cause: engine.Cause(rapid.IntRange(0, 5).Draw(t, "cause")),
		To: "+12025550166", Leg: "op-1", Since: noon, Why: name,
		Due: noon.Add(time.Duration(rapid.IntRange(-3, 12).Draw(t, "due")) * time.Second), Veto: time.Duration(rapid.IntRange(0, 12).Draw(t, "veto")) * time.Second,
		Queued: noon, Place: rapid.IntRange(0, 3).Draw(t, "place"), Of: rapid.IntRange(0, 3).Draw(t, "of"),
	}
	s.Feed = drawFeed(t, name)
	s.Language = engine.Language(rapid.IntRange(0, 2).Draw(t, "language"))
	s.Prompt.Kind = engine.PromptKind(rapid.IntRange(0, 11).Draw(t, "prompt"))
	if rapid.Bool().Draw(t, "operator") {
		l := operatorLeg("+12025550166", engine.LegStatus(rapid.IntRange(1, 4).Draw(t, "leg")), noon)
		l.Muted, l.MuteAsked, l.HangupAsked, l.Cause = rapid.Bool().Draw(t, "muted"), rapid.Bool().Draw(t, "asked"), rapid.Bool().Draw(t, "hangup"), name
		s.Legs = append(s.Legs, l)
	}
	if rapid.Bool().Draw(t, "trouble") {
		s.Trouble, s.Ending, s.Quarantined.Event, s.Quarantined.Reason = name, name, 3, name
		e := sustained()
		e.Rule, e.About, e.Checks[0].What, e.Lines[0].Text = name, name, name, name
		s.Alerts = []engine.Alert{{Rule: name, Severity: engine.Severity(rapid.IntRange(0, 4).Draw(t, "severity")), Evidence: e, At: noon, Rings: rapid.Bool().Draw(t, "rings"), Seen: rapid.Bool().Draw(t, "seen")}}
		s.Pinned, s.Claimed = rapid.Bool().Draw(t, "pinned"), engine.By(name)
	}
	if rapid.Bool().Draw(t, "evidence") {
		s.Transfer.Evidence, s.Transfer.Rule, s.Transfer.Group = sustained(), name, name
		s.Transfer.Evidence.Rule = name
	}
	if rapid.Bool().Draw(t, "supervised") {
		s.Legs = append(s.Legs, engine.Leg{Name: "sup-1", Role: engine.RoleSupervisor, Status: engine.LegUp, Joined: true, Owner: engine.By(rapid.SampledFrom([]string{"supervisor/desk", name}).Draw(t, "owner")),
			Monitor: engine.MonitorRole(rapid.IntRange(0, 3).Draw(t, "monitor")), MonitorAsked: engine.MonitorRole(rapid.IntRange(0, 3).Draw(t, "monitors")), Whisper: []engine.LegName{"op-1"}})
		s.Legs = append(s.Legs, engine.Leg{Name: "front-1", Role: engine.RoleFront, Status: engine.LegUp, Joined: true, Held: rapid.Bool().Draw(t, "held"), HoldAsked: rapid.Bool().Draw(t, "holds")})
	}
	s.Samples = samples(noon, engine.Polarity(rapid.IntRange(-1000, 1000).Draw(t, "mood")))
	s.Notes = append(s.Notes, engine.Note{At: noon, Kind: engine.NoteKind(rapid.IntRange(0, 3).Draw(t, "note")), Text: name})
	return s
}

// drawFeed makes any state of being heard.
func drawFeed(t *rapid.T, name string) engine.Feed {
	kind := func(label string) engine.FeedKind { return engine.FeedKind(rapid.IntRange(0, 4).Draw(t, label)) }
	at := func(label string) time.Time {
		if rapid.Bool().Draw(t, label+" is") {
			return time.Time{}
		}
		return noon.Add(time.Duration(rapid.IntRange(-400, 10).Draw(t, label)) * time.Second)
	}
	f := engine.Feed{
		Status: engine.FeedStatus(rapid.IntRange(0, 4).Draw(t, "feed")), Why: name, Kind: kind("kind"), Since: at("since"),
		Wanted: rapid.Bool().Draw(t, "wanted"), Late: rapid.Bool().Draw(t, "late"), Heard: at("heard"), Voice: at("voice"),
	}
	for range rapid.IntRange(0, 3).Draw(t, "ears") {
		f.Ears = append(f.Ears, engine.Ear{
			Kind: kind("ear"), Status: engine.FeedStatus(rapid.IntRange(0, 4).Draw(t, "ear is")), Why: name, NextTry: at("next"), Failing: at("failing"),
			Lines: []engine.Line{{Leg: "customer", Taken: rapid.Bool().Draw(t, "taken"), Up: rapid.Bool().Draw(t, "up")}, {Leg: "op-1"}},
		})
		f.Reigns = append(f.Reigns, engine.Reign{From: at("reign"), Kind: kind("reigns")})
		f.Gaps = append(f.Gaps, engine.Gap{From: at("gap"), To: at("gap ends"), Why: name, Leg: engine.LegName(rapid.SampledFrom([]string{"", "customer", "op-1", name}).Draw(t, "gap of"))})
	}
	return f
}

func checkSize(t *rapid.T, b *bench) {
	lines := strings.Split(b.content(), "\n")
	if len(lines) != b.height {
		t.Fatalf("%d lines on a terminal of %d", len(lines), b.height)
	}
	for i, l := range lines {
		if n := ansi.StringWidth(l); n != b.width {
			t.Fatalf("line %d has %d cells of %d: %q", i, n, b.width, l)
		}
	}
	checkHarmless(t, b.content())
}

// checkHarmless finds every byte that our own styles do not explain.
func checkHarmless(t interface{ Fatalf(string, ...any) }, content string) {
	for i := 0; i < len(content); i++ {
		switch c := content[i]; {
		case c == 0x1b:
			j := i + 1
			for j < len(content) && (content[j] == '[' || content[j] == ';' || content[j] >= '0' && content[j] <= '9') {
				j++
			}
			if j == len(content) || content[j] != 'm' || content[i+1] != '[' {
				t.Fatalf("a sequence that is no style: %q", content[i:min(j+1, len(content))])
			}
			i = j
		case c < ' ' && c != '\n', c == 0x7f:
			t.Fatalf("a control character: %q", content[max(0, i-8):min(i+8, len(content))])
		}
	}
	for _, r := range content {
		if r >= 0x80 && r < 0xa0 || r == 0x202e || r == 0x200b || r == 0xfeff || r == 0x2028 {
			t.Fatalf("%U on the screen", r)
		}
	}
}
