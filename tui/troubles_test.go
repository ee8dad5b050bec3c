package tui

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"switchboard/engine"
)

// What telnyx says of a webhook in the old format.
const oldFormat = `webhook is in the old v1 format: in the Telnyx portal, under Voice > Programmable Voice, ` +
	`open the application and set "Webhook API version" to "API v2"`

// troubled is a calm floor on which the webhooks come in the old format, and more.
func troubled() *stage {
	s := afternoon()
	s.set(s.frame.Sessions[3], s.frame.Sessions[5])
	s.frame.Counts.Refused, s.frame.Counts.Late = 4, 2
	s.health.Troubles = []engine.Trouble{
		{Kind: engine.TroubleSignature, Count: 2, Last: ago(20 * time.Minute), Detail: "webhook carries no signature"},
		{Kind: engine.TroubleVersion, Count: 31, Last: ago(12 * time.Second), Detail: oldFormat},
		{Kind: engine.TroubleBusy, Count: 1, Last: ago(3 * time.Hour)},
		{Kind: engine.TroubleTelnyx, Count: 4, Last: ago(2 * time.Minute), Detail: "dial refused: limit (This account has reached its limit of concurrent calls; see the portal)"},
	}
	return s
}

func (b *bench) line(i int) string { return strings.Split(b.text(), "\n")[i] }

// "Everything bad is shown in the console's health line, never only logged": the
// newest kind in words, and how often or how long ago.
func TestHeaderNamesTheNewestTrouble(t *testing.T) {
	for _, c := range []struct {
		about string
		stage func() *stage
		w     int
		want  string
	}{
		{"calm, small", troubled, 80, "38 troubles: v1 webhook 12s"},
		{"calm, standard", troubled, 140, "38 troubles: v1 webhook 12s"},
		{"calm, wide", troubled, 200, "38 troubles: v1 webhook 12s: webhook is in the old v1 format"},
		{"busy, small", afternoon, 80, "! bad signature 20m"},
		{"busy, narrow", afternoon, 60, "2 troubles"},
	} {
		b := newBench(c.stage(), c.w, 40)
		head := b.line(0)
		if !strings.Contains(head, c.want) {
			t.Errorf("%s: no %q in %q", c.about, c.want, head)
		}
		for _, always := range []string{"LIVE", "call", "14:32:07"} {
			if !strings.Contains(head, always) {
				t.Errorf("%s: no %q in %q", c.about, always, head)
			}
		}
	}
	for k := engine.TroubleSignature; k <= engine.TroubleRecording; k++ {
		s := troubled()
		s.health.Troubles = []engine.Trouble{{Kind: k, Count: 3, Last: ago(5 * time.Second)}}
		b := newBench(s, 80, 24)
		name := string(troubleName(k))
		if want := "3 troubles: " + name + " 5s"; !strings.Contains(b.line(0), want) || name == "" {
			t.Errorf("%s: no %q in %q", k, want, b.line(0))
		}
	}
}

func TestHeaderTellsOfNoTroubleWhereThereIsNone(t *testing.T) {
	s := afternoon()
	s.health.Troubles = nil
	b := newBench(s, 200, 50)
	if head := b.line(0); strings.Contains(head, "trouble") || strings.Contains(head, "!") {
		t.Errorf("trouble in %q", head)
	}
	if strings.Contains(b.text(), "! troubles") {
		t.Error("the footer offers troubles that there are not")
	}
	b.press("!")
	b.wantText(t, "No trouble so far.")
	if b.box != nil {
		t.Error("an empty box is open")
	}
}

// Trouble that our own set-up makes is said where everybody looks, while it is new.
func TestStripTellsOfTroubleWithOurSetUp(t *testing.T) {
	for _, c := range []struct {
		about   string
		trouble engine.Trouble
		w       int
		want    string
	}{
		{"the whole detail where there is room", engine.Trouble{Kind: engine.TroubleVersion, Detail: oldFormat}, 200, oldFormat},
		{"what to do where there is not", engine.Trouble{Kind: engine.TroubleVersion, Detail: oldFormat}, 80, "set Webhook API version to API v2 in the Telnyx portal   ! more"},
		{"a short detail", engine.Trouble{Kind: engine.TroubleSignature, Detail: "webhook carries no signature"}, 80, "! bad signature   webhook carries no signature"},
		{"the clock", engine.Trouble{Kind: engine.TroubleStale, Detail: "webhook was signed in the future: our clock is behind"}, 80, "our clock is behind"},
		{"no detail", engine.Trouble{Kind: engine.TroubleMalformed}, 80, "! broken webhook   webhooks refused: they cannot be read"},
		{"the journal", engine.Trouble{Kind: engine.TroubleJournal, Detail: "no space left"}, 80, "! not journaled   no space left"},
		{"the key", engine.Trouble{Kind: engine.TroubleTelnyx, Detail: "dial refused: unauthorized (" + strings.Repeat("long ", 20) + ")"}, 80, "check TELNYX_API_KEY"},
		{"Symbl's secret", engine.Trouble{Kind: engine.TroubleSymbl, Detail: "Symbl answered 401 when asked to give a token: check SYMBL_APP_ID and SYMBL_APP_SECRET"}, 80, "check SYMBL_APP_ID and SYMBL_APP_SECRET"},
		{"a busy line is none", engine.Trouble{Kind: engine.TroubleTelnyx, Detail: "dial refused: limit"}, 80, "All calm."},
		{"nor is a full inbox", engine.Trouble{Kind: engine.TroubleBusy}, 80, "All calm."},
	} {
		s := troubled()
		c.trouble.Count, c.trouble.Last = 1, ago(59*time.Second)
		s.health.Troubles = []engine.Trouble{c.trouble}
		b := newBench(s, c.w, 24)
		if strip := b.line(1); !strings.Contains(strip, c.want) {
			t.Errorf("%s: no %q in %q", c.about, c.want, strip)
		}
		s.now = s.now.Add(time.Second)
		b.tick()
		if strip := b.line(1); !strings.Contains(strip, "All calm.") {
			t.Errorf("%s: after a minute: %q", c.about, strip)
		}
	}
	s := afternoon()
	s.health.Troubles[0].Last = ago(time.Second)
	if strip := newBench(s, 80, 24).line(1); !strings.Contains(strip, "Mette Sørensen") {
		t.Errorf("a call that needs a hand is not first: %q", strip)
	}
}

// Every kind with its count, its age and all of its detail can be read at 80x24.
func TestTroublesAreReadWhole(t *testing.T) {
	for _, size := range sizes {
		s := troubled()
		b := newBench(s, size.w, size.h)
		b.wantText(t, "! troubles")
		b.press("!")
		b.wantText(t, "31 times, last 12s ago")
		if strings.Index(b.text(), "v1 webhook") > strings.Index(b.text(), "Telnyx error") && strings.Contains(b.text(), "Telnyx error") {
			t.Error("the newest is not first")
		}
		read := ""
		for range 40 {
			w := min(boxWidth+boxFrame, b.width-2)
			box := ansi.Strip(strings.Join(b.boxed(b.box.draw(b.model, w-boxFrame), w, b.height), " "))
			read += " " + strings.Join(strings.FieldsFunc(box, func(r rune) bool { return r == ' ' || r == '│' }), " ")
			b.press("j")
		}
		for _, want := range []string{
			"31 times, last 12s ago", "4 times, last 2m ago", "2 times, last 20m ago", "once, 3h ago",
			"Voice > Programmable Voice", `API version" to "API v2"`, "of concurrent calls; see the portal)", "webhook carries no signature",
			"too many are waiting", "4 commands refused", "2 webhooks too late",
		} {
			if !strings.Contains(read, want) {
				t.Errorf("%dx%d: %q cannot be read", size.w, size.h, want)
			}
		}
		end := b.text()
		b.press("k")
		if last := b.text(); size.h == 16 && last == end {
			t.Error("k does nothing after more j than there are lines")
		}
		b.press("g", "k", "pgup")
		b.wantText(t, "31 times, last 12s ago")
		b.press("!")
		if b.box != nil {
			t.Error("! does not close")
		}
	}
}

func TestTroublesKeepTheirPlaceWhileTheyAreRead(t *testing.T) {
	s := troubled()
	b := newBench(s, 80, 24)
	b.press("!")
	s.health.Troubles = append([]engine.Trouble{}, s.health.Troubles...)
	s.health.Troubles[0].Count, s.health.Troubles[0].Last = 3, noon
	s.health.Troubles = append(s.health.Troubles, engine.Trouble{Kind: engine.TroubleSymbl, Count: 1, Last: noon})
	s.now = noon.Add(time.Second)
	b.tick()
	at := func(name string) int {
		_, below, _ := strings.Cut(b.text(), "Troubles") // the strip above the box tells of the newest one
		return strings.Index(below, name+"  ")
	}
	if at("v1 webhook") > at("bad signature") || at("bad signature") > at("Symbl error") && at("Symbl error") >= 0 {
		t.Errorf("troubles changed places while they were read:\n%s", b.text())
	}
	b.wantText(t, "3 times, last 1s ago")
}

func TestTroubleOfTheMomentIsInTheBoxToo(t *testing.T) {
	s := troubled()
	s.health.Journal = "no space left on device"
	s.frame.Deaf = "no Symbl credentials are configured"
	b := newBench(s, 80, 24)
	b.press("!")
	b.wantText(t, "no space left on device")
	b.wantText(t, "no Symbl credentials are configured")
}

func TestTroublesAreTakenAsHostile(t *testing.T) {
	for _, name := range hostileNames {
		s := troubled()
		s.health.Troubles[1].Detail = strings.Repeat(name+"\x1b]52;c;ZXZpbA==\a", 9)
		for _, size := range sizes {
			b := newBench(s, size.w, size.h)
			checkHarmless(t, b.content())
			b.press("!")
			checkHarmless(t, b.content())
			for i, l := range strings.Split(b.content(), "\n") {
				if n := ansi.StringWidth(l); n > size.w {
					t.Errorf("line %d has %d cells of %d: %q", i, n, size.w, l)
				}
			}
		}
	}
}
