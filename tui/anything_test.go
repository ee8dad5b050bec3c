package tui

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"pgregory.net/rapid"

	"switchboard/engine"
	"switchboard/engine/replay"
)

// allKeys are the keys of the key table, and some that are in it for nothing or for typing
// alone.
var allKeys = sync.OnceValue(func() []string {
	keys := []string{"0", "q", "~", "delete", "ctrl+w", "ctrl+a", "alt+v", "f1", "shift+tab", "x", "r"}
	k := defaultKeys()
	for _, e := range k.entries() {
		for _, name := range e.key.Keys() {
			if name != "ctrl+z" && !slices.Contains(keys, name) {
				keys = append(keys, name)
			}
		}
	}
	slices.Sort(keys)
	return keys
})

// typedLines are whole ways through boxes that random keys hardly ever find.
var typedLines = []string{
	"/ s t a t e : t a l k enter", "/ - esc", "/ m o o d < - . 2", "/ z z z enter", ": c l a i m enter", ": v e t o enter", ": m u t e enter", ": h a n g enter",
	": c a l l b a c k s enter", ": w a t c h enter", ": a g a i n enter", ": p h o n e space + 1 2 0 2 5 5 5 0 1 1 1 enter", ": r e p o r t enter",
	": h i s t o r y enter", ": h i s t o r y space r e f u n d enter", ": v i e w s enter", ": v i e w space s a v e space x enter", ": s o r t space t i m e enter",
	": h e l p space f i l t e r enter", ": n o t e space # space h i enter", ": s t a r t space t h e enter", ": s t o p enter", ": t a k e enter", "R", "R space", "R n", "R p",
	"R g 1 enter", "R enter / x", "W", "W ?", "O", "enter", "tab tab tab tab tab", "tab tab tab enter", "enter / t h enter n N", "? t r a n", "q esc", "A A", "X tab", "X y", "t enter", "m enter", "w tab",
}

// replayed is a tape on which everything that is said does harm; made once, for a tape is
// only read.
var replayed = sync.OnceValue(func() *replay.Tape { return taped(&testing.T{}, hotCall(&testing.T{}), strings.Join(venoms, "x")) })

// An anything is a console at which anything happens, and what is known of it from outside.
type anything struct {
	*bench
	t      *rapid.T
	number int
	named  string    // what y and the boxes' yes would fall upon
	since  time.Time // since when, on the wall
	about  string
}

// newAnything is a console with a hand at its mouse, a house, an archive and a tour.
func newAnything(t *rapid.T) *anything {
	s := rapid.SampledFrom([]func() *stage{afternoon, governed, twoProposals, listened, busyDay, private, troubled}).Draw(t, "floor")()
	if rapid.Bool().Draw(t, "poison") {
		s = poisonedCalls(s, rapid.SampledFrom(venoms).Draw(t, "venom"), rapid.Bool().Draw(t, "all"))
	}
	if rapid.Bool().Draw(t, "many") {
		more := fullHouse(rapid.IntRange(0, 90).Draw(t, "calls"))
		for i, c := range more {
			c.ID = engine.SessionID(fmt.Sprint("f", i))
		}
		s.set(append(more, s.frame.Sessions...)...)
	}
	b := newBench(s, 80, 24)
	b.house, b.archive = shelf{tape: replayed(), wall: b.wall}, &cellar{calls: ended(14)}
	b.look.Mouse, b.look.Calm = true, rapid.Bool().Draw(t, "calm")
	if rapid.Bool().Draw(t, "tour") {
		b.beginTour()
	}
	return &anything{bench: b, t: t, number: 5000}
}

// step lets one thing happen, and reports whether it may choose another call and whether it
// may ask for something.
func (a *anything) step() (chooses, asks bool) {
	t, b, s := a.t, a.bench, a.stage
	a.about = ""
	switch rapid.IntRange(0, 19).Draw(t, "step") {
	case 0:
		sizes := rapid.SampledFrom([][4]int{{1, 20, 1, 5}, {20, 100, 5, 30}, {60, 220, 16, 60}}).Draw(t, "sizes")
		b.Update(tea.WindowSizeMsg{Width: rapid.IntRange(sizes[0], sizes[1]).Draw(t, "w"), Height: rapid.IntRange(sizes[2], sizes[3]).Draw(t, "h")})
	case 1, 2:
		a.number += 100
		if rapid.Bool().Draw(t, "one") {
			s.set(a.changed(s.frame.Sessions)...)
		} else {
			s.set(churn(t, s.frame.Sessions, a.number)...)
		}
		b.tick()
	case 3:
		a.words()
	case 4, 5:
		pause := time.Duration(rapid.SampledFrom([]int{1, 80, 149, 150, 399, 400, 3000, 7000, 12000}).Draw(t, "pause")) * time.Millisecond
		b.wall.at, s.now = b.wall.at.Add(pause), s.now.Add(pause)
		b.tick()
	case 6:
		_, chooses = b.box.(*filterLine)
		b.run(updated(b, tea.PasteMsg{Content: drawName().Draw(t, "paste")}))
	case 7:
		b.Update(rapid.SampledFrom([]tea.Msg{tea.FocusMsg{}, tea.BlurMsg{}, tea.ResumeMsg{}, tea.ColorProfileMsg{Profile: colorprofile.ANSI},
			tea.ColorProfileMsg{Profile: colorprofile.TrueColor}, tea.ColorProfileMsg{Profile: colorprofile.ASCII}}).Draw(t, "terminal"))
	case 8, 9, 10:
		a.click()
		return true, true
	case 11:
		x, y := rapid.IntRange(-1, b.width).Draw(t, "x"), rapid.IntRange(-1, b.height).Draw(t, "y")
		b.rollAt(x, y, rapid.IntRange(-4, 4).Draw(t, "turns"))
		return true, false
	case 12, 13:
		a.answer()
	case 14, 15:
		for _, k := range strings.Fields(rapid.SampledFrom(typedLines).Draw(t, "typed")) {
			a.wall.at = a.wall.at.Add(500 * time.Millisecond)
			a.key(k)
		}
		return true, true
	default:
		a.wall.at = a.wall.at.Add(time.Duration(rapid.SampledFrom([]int{0, 100, 500}).Draw(t, "gap")) * time.Millisecond)
		a.key(rapid.SampledFrom(allKeys()).Draw(t, "key"))
		return true, true
	}
	return chooses, false
}

func updated(b *bench, msg tea.Msg) tea.Cmd {
	_, cmd := b.Update(msg)
	return cmd
}

// changed lets one call be another's kind of call, and its outages and troubles come.
func (a *anything) changed(sessions []*engine.Session) []*engine.Session {
	t, s := a.t, a.stage
	sessions = slices.Clone(sessions)
	if len(sessions) > 0 {
		i := rapid.IntRange(0, len(sessions)-1).Draw(t, "which")
		changed := drawCall(t, a.number)
		changed.ID = sessions[i].ID
		sessions[i] = changed
	}
	s.frame.Outages = []engine.Outage{{Kind: engine.FeedKind(rapid.IntRange(0, 4).Draw(t, "out")), Since: noon, Until: noon.Add(6 * time.Second), Why: drawName().Draw(t, "why out")}}
	s.frame.Automation = engine.Mode(rapid.IntRange(1, 3).Draw(t, "automation"))
	s.health.Troubles = []engine.Trouble{{Kind: engine.TroubleKind(rapid.IntRange(1, 12).Draw(t, "trouble")),
		Count: rapid.Uint64().Draw(t, "count"), Last: s.now, Detail: drawName().Draw(t, "detail")}}
	return sessions
}

// words lets something be said in the selected call.
func (a *anything) words() {
	t, b, s := a.t, a.bench, a.stage
	name := drawName().Draw(t, "words")
	talk := s.talk[b.list.selected]
	talk.Lines = append(talk.Lines[:len(talk.Lines):len(talk.Lines)], line1(fmt.Sprint("r", len(talk.Lines)), 0, engine.Speaker(rapid.IntRange(0, 6).Draw(t, "who")), name, -400))
	said := &talk.Lines[len(talk.Lines)-1]
	said.Flags, said.Source, said.Scored = engine.Flags(rapid.IntRange(0, 7).Draw(t, "flags")), name, rapid.Bool().Draw(t, "scored")
	said.ScoreBy = noon.Add(time.Duration(rapid.IntRange(-3, 3).Draw(t, "score by")) * time.Second)
	talk.Partials = []engine.Partial{{Speaker: engine.SpeakerCustomer, Text: name, At: noon}, {Leg: "o", Speaker: engine.Speaker(rapid.IntRange(0, 6).Draw(t, "also")), Text: name, At: noon}}
	s.talk[b.list.selected] = talk
	s.set(s.frame.Sessions...)
	b.tick()
}

// answer has the engine do what was asked last, as far as the console shows it.
func (a *anything) answer() {
	s := a.stage
	if len(s.asked) == 0 {
		return
	}
	switch w := s.asked[len(s.asked)-1].Body.(type) {
	case engine.VetoAsked:
		s.change(w.Session, func(c *engine.Session) {
			c.Transfer.Status, c.Transfer.VetoedBy, c.Transfer.Since = engine.TransferVetoed, a.by(), s.now
		})
	case engine.PayAsked:
		s.change(w.Session, func(c *engine.Session) {
			if c.Pay = (engine.Paying{}); w.On {
				c.Pay.Since, c.Pay.Until = s.now, s.now.Add(10*time.Minute)
			}
		})
	case engine.AutomationAsked:
		s.frame.Automation = w.Mode
	case engine.MonitorAsked:
		s.change(w.Session, func(c *engine.Session) {
			c.Legs = append(slices.Clone(c.Legs), engine.Leg{Name: "sup-1", Role: engine.RoleSupervisor, Status: engine.LegUp, Joined: true, Owner: a.by(), Monitor: w.Role, MonitorAsked: w.Role, Number: w.Phone})
		})
	}
	s.set(s.frame.Sessions...)
	a.tick()
}

// key presses a key, and looks upon what it may have acted.
func (a *anything) key(name string) {
	k, ok := pressOf(name)
	if !ok {
		a.t.Fatalf("there is no key %q", name)
	}
	a.watch(name, a.mayBe(k), func() {
		_, cmd := a.Update(k)
		a.run(cmd)
	})
}

// click clicks somewhere: most often on something that can be clicked.
func (a *anything) click() {
	a.content()
	type spotAt struct{ x, y int }
	var all []spotAt
	for y, line := range a.drawn.zones {
		for _, z := range line {
			if z.kind != spotCursor && z.kind != spotPane {
				all = append(all, spotAt{z.from, y})
			}
		}
	}
	x, y := rapid.IntRange(-1, a.width).Draw(a.t, "x"), rapid.IntRange(-1, a.height).Draw(a.t, "y")
	if len(all) > 0 && rapid.IntRange(0, 5).Draw(a.t, "on something") > 0 {
		at := all[rapid.IntRange(0, len(all)-1).Draw(a.t, "spot")]
		x, y = at.x, at.y
	}
	button := rapid.SampledFrom([]tea.MouseButton{tea.MouseLeft, tea.MouseLeft, tea.MouseLeft, tea.MouseRight, tea.MouseMiddle}).Draw(a.t, "button")
	a.wall.at = a.wall.at.Add(time.Duration(rapid.SampledFrom([]int{0, 100, 200, 500}).Draw(a.t, "gap")) * time.Millisecond)
	var on zone
	if y >= 0 && y < len(a.drawn.zones) {
		for _, z := range a.drawn.zones[y] {
			if z.kind == spotKey && x >= z.from && x < z.to {
				on = z
			}
		}
	}
	may := may{}
	if k, ok := pressOf(on.of); ok && button == tea.MouseLeft {
		may = a.mayBe(k)
	}
	a.watch(fmt.Sprintf("click on %+v", on.spot), may, func() { a.run(updated(a.bench, tea.MouseClickMsg{X: x, Y: y, Button: button})) })
}

// A may is what a key may act upon, as it is pressed.
type may struct {
	calls []engine.SessionID
	floor bool // and what is of no call
}

func (a *anything) allow(m *may, ids ...engine.SessionID) {
	for _, id := range ids {
		if id != "" {
			m.calls = append(m.calls, id)
		}
	}
}

// mayBe says on which calls a key may act now: on that which the box names, on that which
// the top row names, or on the selected one; each key on one of them.
func (a *anything) mayBe(k tea.KeyPressMsg) (m may) {
	h := a.headline()
	top := engine.SessionID("")
	if h.about != nil {
		top = h.about.ID
	}
	keys := a.keys
	veto := key.Matches(k, keys.Veto) || k.Mod == tea.ModAlt && k.Code == 'v'
	if veto && (!a.takesText() || k.Mod == tea.ModAlt) {
		a.allow(&m, top)
	}
	if _, why := a.box.(*whyBox); why && veto { // it has a v of its own
		m.calls = nil
	}
	if a.inBox() {
		switch b := a.box.(type) {
		case *paletteBox:
			if fit := b.fits(); b.chosen() >= 0 && len(fit) > 0 && key.Matches(k, keys.Confirm) {
				o := fit[min(b.at, len(fit)-1)]
				a.allow(&m, o.call)
				m.floor = o.call == ""
				if o.id == "take-back" {
					a.allow(&m, aboutOf(a.last.body))
				}
			}
		case *clickBox:
			m.floor = b.session == ""
			a.allow(&m, b.session)
		case *hangupBox:
			if a.wall.at.Sub(a.since) >= hangupDead {
				a.allow(&m, b.session)
			}
		case *sureBox:
			m.floor = b.session == ""
			a.allow(&m, b.session)
		case *callbackBox:
			m.floor = true
		case *legBox, *picker, *whyBox:
			a.allow(&m, aboutOf(b))
		}
		return m
	}
	chosen := a.list.selected
	if a.past != nil {
		chosen = ""
	}
	switch {
	case a.board.on:
		if h.kind == headReason {
			a.allow(&m, top)
		}
	case h.kind == headReason && key.Matches(k, keys.Wrong, keys.Handled, keys.BadTime):
		a.allow(&m, top)
	case key.Matches(k, keys.Hurry, keys.Snooze):
		if a.wall.at.Sub(a.since) >= nameDead {
			a.allow(&m, top)
		}
	case key.Matches(k, keys.TakeBack):
		m.floor = true
		a.allow(&m, top, chosen, aboutOf(a.last.body))
	case key.Matches(k, keys.StopListening):
		for _, s := range a.frame.Sessions {
			if _, on := a.mine(s); on {
				a.allow(&m, s.ID)
			}
		}
	case key.Matches(k, keys.Automation):
		m.floor = true
	case key.Matches(k, keys.Transfer, keys.Mute, keys.Hold, keys.Hangup, keys.Listen, keys.Whisper, keys.Barge, keys.TakeOver, keys.Claim, keys.Pay):
		a.allow(&m, chosen)
	}
	return m
}

// watch does something, and looks whether it has acted on what it may, once at most.
func (a *anything) watch(what string, may may, do func()) {
	t, before := a.t, len(a.stage.asked)
	was := fmt.Sprintf("%T", a.box)
	do()
	asked := a.stage.asked[before:]
	if len(asked) > 1 {
		t.Fatalf("%s asks %d times: %+v", what, len(asked), asked)
	}
	for _, e := range asked {
		about := aboutOf(e.Body)
		_, note := e.Body.(engine.NoteAsked)
		switch {
		case note:
		case about == "" && !may.floor:
			t.Fatalf("%s in %s asks %#v", what, was, e.Body)
		case about != "" && !slices.Contains(may.calls, about):
			t.Fatalf("%s in %s asks %#v, and may act on %q alone", what, was, e.Body, may.calls)
		}
	}
	a.look()
}

// look sees since when a yes would fall upon what it would now.
func (a *anything) look() {
	name := string(a.model.named)
	if b, ok := a.box.(*hangupBox); ok {
		name = fmt.Sprintf("hang up %p %d", b, b.at)
	}
	if name != a.named {
		a.named, a.since = name, a.wall.at
	}
}

// Whatever comes in whatever order, the selected call stays selected while it is there, a
// key or a click acts on the call that it names, once, and on none where it must not;
// nothing else acts at all; nothing panics; and the screen is exactly as large as the
// terminal, with nothing on it that no terminal may be given.
func TestScreenHoldsUnderAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := newAnything(t)
		a.look()
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			before, asked := a.list.selected, len(a.stage.asked)
			chooses, asks := a.step()
			a.look()
			if !asks && len(a.stage.asked) > asked {
				t.Fatalf("nobody pressed a key, and %#v is asked", a.stage.asked[asked:])
			}
			if _, there := a.stage.frame.Session(before); there && !chooses && a.list.selected != before {
				t.Fatalf("the selection went from %s to %s by itself", before, a.list.selected)
			}
			if shown, ok := a.list.call(); ok && shown.ID != a.list.selected {
				t.Fatalf("%s is drawn as selected, %s is", shown.ID, a.list.selected)
			}
			a.checkScreen()
		}
		a.checkBack()
	})
}

// checkScreen finds a screen of another size, one that is not that of the model as it is,
// and whatever no terminal may be given.
func (a *anything) checkScreen() {
	t := a.t
	content := a.content()
	checkSize(t, a.bench)
	if bad := raised(content); bad != "" {
		t.Fatalf("drawn is %s", bad)
	}
	if v := a.View(); v.WindowTitle != "switchboard" {
		t.Fatalf("the title is %q", v.WindowTitle)
	}
	if c := a.View().Cursor; c != nil && (c.X < 0 || c.Y < 0 || c.X >= a.width || c.Y >= a.height) {
		t.Fatalf("the cursor stands at %d, %d", c.X, c.Y)
	}
}

// checkBack presses esc until all is as it was: the calls, and nothing on top of them.
func (a *anything) checkBack() {
	t, asked := a.t, len(a.stage.asked)
	const most = 12
	for range most {
		a.wall.at = a.wall.at.Add(time.Second)
		a.key("esc")
		a.checkScreen()
	}
	at := fmt.Sprintf("box %T, full %v, open %v, pane %v, replay %v, board %v", a.box, a.isFull, a.open, a.focus, a.past != nil, a.board.on)
	if a.box != nil || a.isFull || a.open || a.focus != paneCalls || a.past != nil || a.board.on || a.search.on || a.filtered() {
		t.Fatalf("esc does not lead back: %s, search %v, filter %v", at, a.search.on, a.filtered())
	}
	if len(a.stage.asked) > asked {
		t.Fatalf("esc asks %#v", a.stage.asked[asked:])
	}
}
