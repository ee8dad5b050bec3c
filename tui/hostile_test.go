package tui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"switchboard/engine"
	"switchboard/tui/shot"
)

// poison returns a deep copy of what an engine shows with every string in it changed,
// whatever it is for: what nobody thought of as hostile is so, too.
func poison[T any](v T, with func(string) string) T {
	to := reflect.New(reflect.TypeFor[T]()).Elem()
	poisonInto(to, reflect.ValueOf(v), with)
	return to.Interface().(T)
}

func poisonInto(to, from reflect.Value, with func(string) string) {
	switch from.Kind() {
	case reflect.String:
		to.SetString(with(from.String()))
	case reflect.Pointer:
		if !from.IsNil() {
			to.Set(reflect.New(from.Type().Elem()))
			poisonInto(to.Elem(), from.Elem(), with)
		}
	case reflect.Struct:
		to.Set(from) // the fields that are not exported: those of a time
		for i := range from.NumField() {
			if from.Type().Field(i).IsExported() {
				poisonInto(to.Field(i), from.Field(i), with)
			}
		}
	case reflect.Slice:
		if !from.IsNil() {
			to.Set(reflect.MakeSlice(from.Type(), from.Len(), from.Len()))
			for i := range from.Len() {
				poisonInto(to.Index(i), from.Index(i), with)
			}
		}
	case reflect.Map:
		if !from.IsNil() {
			to.Set(reflect.MakeMap(from.Type()))
			for _, k := range from.MapKeys() {
				key, value := reflect.New(k.Type()).Elem(), reflect.New(from.Type().Elem()).Elem()
				poisonInto(key, k, with)
				poisonInto(value, from.MapIndex(k), with)
				to.SetMapIndex(key, value)
			}
		}
	default:
		to.Set(from)
	}
}

// poisoned is a floor on which everything that is said ends in raw, and where it is to be
// all, what is left empty says it too: then much has gone wrong on that floor.
func poisoned(s *stage, raw string, all bool) *stage {
	with := func(old string) string {
		if old == "" && !all {
			return ""
		}
		return old + raw
	}
	s.frame = poison(s.frame, with)
	s.health = poison(s.health, with)
	s.talk = poison(s.talk, with)
	return s
}

// poisonedCalls is the same with ids that an engine would give: the marks of the mouse hold
// no others, so only such calls can be clicked.
func poisonedCalls(s *stage, raw string, all bool) *stage {
	ids := map[string]bool{}
	for _, c := range s.frame.Sessions {
		ids[string(c.ID)] = true
	}
	with := func(old string) string {
		if ids[old] || old == "" && !all {
			return old
		}
		return old + raw
	}
	s.frame, s.health, s.talk = poison(s.frame, with), poison(s.health, with), poison(s.talk, with)
	return s
}

// rendition is what our own styles are written with.
var rendition = regexp.MustCompile("\x1b\\[[0-9;:]*m")

// raised returns the first thing in a content that no terminal may be given.
func raised(content string) string {
	if !utf8.ValidString(content) {
		return "bytes that are no text"
	}
	for text := range strings.SplitSeq(rendition.ReplaceAllString(content, "\n"), "\n") {
		for _, r := range text {
			if r != ' ' && !unicode.IsGraphic(r) || unicode.In(r, unicode.C, unicode.Bidi_Control, unicode.Variation_Selector) {
				return fmt.Sprintf("%U in %q", r, text)
			}
		}
	}
	return ""
}

// strange returns the first style in a content that is none of the theme's: a caller has
// coloured his own name.
func strange(content string, th *theme) string {
	ours := map[string]bool{reset: true, markThere: true, markHere: true}
	for _, tones := range th.sgr {
		for _, sgr := range tones {
			ours[sgr] = true
		}
	}
	for _, seq := range rendition.FindAllString(content, -1) {
		if !ours[seq] {
			return fmt.Sprintf("%q", seq)
		}
	}
	return ""
}

// venoms are strings that do harm where they are drawn as they come.
var venoms = []string{
	"\x1b[2J\x1b[H", "\x1b]0;owned\a", "\x1b]52;c;ZXZpbA==\a", "\x1b[31mred", "\u009b31mred", "\u009d0;owned\u009c", "\x1bc", "\x1b[6n", "\x1b]8;;https://evil.example\a",
	"\x1bPq#0\x1b\\", "\r", "\n", "\b\b\b", "\t", "\x00", "\x7f", "\x0e", "\u202egnp.exe", "\u2066a\u2069", "\u200b", "\ufeff", "\xff\xfe", "\u0301\u0301\u0301\u0301",
	"\U000e0041", "\ue000", "\u3164", "\u2028", "\x1b]0;without an end",
}

var floors = map[string]func() *stage{
	"afternoon": afternoon, "governed": governed, "two proposals": twoProposals, "listened": listened, "private": private, "troubled": troubled,
}

// everyKey are the keys that open every box and pane from the calls, each a way of its own.
var everyKey = []string{
	"", "enter", "enter tab", "tab", "tab tab", "t", "t 1", "X", "X tab", "m", "h", "w", "l", "o", "q", "?", "!", "O", "W", "c", "H", "K K", "s", "d", "/ x", "space",
	": c a l l b a c k s enter", ": w a t c h enter", ": p o l i c y space s h o w enter", ": h e l p enter",
	":", ": t r a n", ": down down", "/ s t a t e :", "/ t h up", "/ ?", "/ t enter n", "? t r", "? down down enter", ": v i e w s enter",
	"W", "W tab", "W tab tab", "W ?", "O enter", "O j j", "O tab", "O tab j j", "tab tab tab", "tab tab enter", "tab tab tab enter", "enter / t enter n",
	": r e p o r t enter", ": h i s t o r y enter", ": h i s t o r y space r e enter j n", ": h i s t o r y space z z enter", "R", "R space n", "R g", "R p", "R ?", "R :", "R enter / t",
	": f o r g e t space + 1 2 0 2 5 5 5 0 1 4 2 enter", ": b a c k t e s t enter", ": e x p o r t enter", ": p o l i c y space r e l o a d enter",
}

// On each floor every string ends in all venoms at once; on one also in each alone, for
// one may hide another.
func TestNothingFromOutsideIsDrawnAsItCame(t *testing.T) {
	if testing.Short() {
		t.Skip("it draws some two thousand screens, in one goroutine")
	}
	cocktail := strings.Join(venoms, "x")
	for floor, make := range floors {
		t.Run(floor, func(t *testing.T) {
			for i, keys := range everyKey {
				size := sizes[i%len(sizes)]
				drawsNothing(t, furnished(poisoned(make(), cocktail, (i+len(floor))%2 == 0), size.w, size.h), keys)
			}
		})
	}
	for i, venom := range venoms {
		b := furnished(poisoned(governed(), venom, i%2 == 0), 200, 50)
		b.beginTour()
		for j, keys := range everyKey {
			if (i+j)%7 == 0 {
				drawsNothing(t, b, keys)
			}
		}
	}
}

// furnished is a console with a mouse, a tape, calls that are over, notes, views and filters
// of before, all of which do harm.
func furnished(s *stage, w, h int) *bench {
	b := newBench(s, w, h)
	b.house, b.archive, b.look.Mouse = venomous{shelf{tape: replayed(), wall: b.wall}}, &cellar{calls: poison(ended(5), func(old string) string { return old + venoms[0] + venoms[4] + venoms[17] })}, true
	raw := strings.Join(venoms, "x")
	b.config.Views = map[string]string{"mine" + raw: "re" + raw}
	b.filter.past = []string{"x" + raw}
	return b
}

// A venomous house reports what does harm.
type venomous struct{ shelf }

func (venomous) Report(context.Context) ([]string, error) { return venoms, nil }

func (venomous) Export(context.Context, string, string) ([]string, error) {
	return nil, errors.New(strings.Join(venoms, "x"))
}

func (venomous) Backtest(context.Context, time.Duration) ([]string, error) { return venoms, nil }

func (venomous) ReloadPolicy(context.Context) ([]string, error) { return venoms, errors.New(venoms[3]) }

func (venomous) WouldForget(context.Context, string, engine.Erasure) ([]string, error) {
	return venoms, nil
}

// drawsNothing presses keys on three calls, and finds nothing on the screen that no
// terminal may be given.
func drawsNothing(t *testing.T, b *bench, keys string) {
	t.Helper()
	for range 3 {
		b.press(strings.Fields(keys)...)
		content := b.content()
		if bad := raised(content); bad != "" {
			t.Fatalf("%s: drawn is %s", keys, bad)
		}
		if bad := strange(content, b.theme); bad != "" {
			t.Fatalf("%s: drawn is the style %s", keys, bad)
		}
		if v := b.View(); v.WindowTitle != "switchboard" {
			t.Fatalf("%s: the title is %q", keys, v.WindowTitle)
		}
		b.press("esc", "esc", "esc", "esc", "esc", "j")
	}
}

// The check must find what it looks for.
func TestRaisedFindsWhatItLooksFor(t *testing.T) {
	for _, venom := range []string{"\x1b[2J", "\u009b31m", "\r", "\u202e", "\ufeff", "\xff", "\x00", "\u200b", "\ue000"} {
		if raised("Nina "+venom) == "" {
			t.Errorf("%q is not found", venom)
		}
	}
	if bad := raised("▲ Łukasz 山田 שלום −.31"); bad != "" {
		t.Errorf("what is harmless is found: %s", bad)
	}
	th := newBench(afternoon(), 80, 24).theme
	if strange("\x1b[5mNina", th) == "" || strange(th.sgr[onRow][toneBad]+"Nina"+reset, th) != "" {
		t.Error("a style that is not ours is not told from ours")
	}
}

// FuzzScreen draws any string at every place where one comes from outside.
func FuzzScreen(f *testing.F) {
	for i, venom := range venoms {
		f.Add(venom, uint8(i), uint8(i*7))
	}
	names := []string{"afternoon", "governed", "two proposals", "listened", "private", "troubled"}
	f.Fuzz(func(t *testing.T, raw string, floor, keys uint8) {
		if len(raw) > 4096 {
			return
		}
		size := sizes[int(floor)/len(names)%len(sizes)]
		b := newBench(poisoned(floors[names[int(floor)%len(names)]](), raw, keys%2 == 0), size.w, size.h)
		b.press(strings.Fields(everyKey[int(keys)%len(everyKey)])...)
		content := b.content()
		if bad := raised(content); bad != "" {
			t.Errorf("%q is drawn: %s", raw, bad)
		}
		if bad := strange(content, b.theme); bad != "" {
			t.Errorf("%q is drawn: the style %s", raw, bad)
		}
		for i, l := range strings.Split(content, "\n") {
			if w := ansi.StringWidth(l); w != size.w {
				t.Errorf("line %d of %q has %d cells, want %d", i, raw, w, size.w)
			}
		}
	})
}

// "No byte outside the allowed escapes ever reaches the terminal, whatever the call data":
// the whole stream of a console that is driven through its screens.
func TestStreamHoldsOnlyAllowedEscapes(t *testing.T) {
	for _, venom := range []string{strings.Join(venoms, "x"), "\x1b[2J\x1b]52;c;ZXZpbA==\a", "\u009b31m\r\xff"} {
		s := poisoned(governed(), venom, false)
		term, wait := start(t, t.Context(), &guarded{s: s})
		term.await(t, "DEMO")
		for _, step := range []struct{ key, then string }{
			{"w", "NOT IF"}, {"\x1b", "⏎ open"}, {"t", "Transfer Mette"}, {"\x1b", "⏎ open"}, {"?", "Keys"}, {"\x1b", "⏎ open"}, {"X", "Hang up"}, {"\x1b", "⏎ open"}, {"\r", "esc back"},
		} {
			io.WriteString(term.keys, step.key)
			term.await(t, step.then)
		}
		io.WriteString(term.keys, "\x03\x03")
		if err := wait(); err != nil {
			t.Error(err)
		}
		for _, bad := range shot.Foreign(term.sent()) {
			t.Errorf("%q brought %q to the terminal", venom, bad)
		}
	}
}

// The same with a mouse that clicks and rolls, a terminal that is looked away from and back
// at, is asked about its background, and rings with a notice: that holds no word of a call's.
func TestStreamWithMouseFocusAndNoticeHoldsOnlyAllowedEscapes(t *testing.T) {
	s := poisonedCalls(governed(), strings.Join(venoms, "x"), false)
	g := &guarded{s: s}
	term, wait := startAs(t, t.Context(), g, Look{Mouse: true})
	term.await(t, "DEMO")
	io.WriteString(term.keys, "\x1b[O\x1b[<0;12;6M\x1b[<0;12;6m\x1b[<65;12;6M\x1b[<64;12;6M\x1b[<2;12;7M\x1b[<2;12;7m") // away; a row, the wheel, the other button
	g.mu.Lock()
	s.change(s.frame.Sessions[1].ID, func(c *engine.Session) {
		e := sustained()
		c.Alerts = []engine.Alert{{Rule: "sustained-negative" + venoms[1], Severity: engine.SeverityRed, Evidence: e, At: noon, Rings: true}}
	})
	g.mu.Unlock()
	term.awaitSent(t, "\x1b]9;")
	io.WriteString(term.keys, "\x1b[I\x03\x03")
	if err := wait(); err != nil {
		t.Error(err)
	}
	raw := term.sent()
	for _, want := range []string{"\x1b[?1002h", "\x1b[?1006h", "\x1b[?1004h", "\x1b]11;?", "\x1b[c", "\x1b]9;switchboard: 1 alert", "\x1b[?1002l", "\x1b[?1004l"} {
		if !strings.Contains(raw, want) {
			t.Errorf("%q was not sent: the test has not seen it", want)
		}
	}
	for _, bad := range shot.Foreign(raw) {
		if bad != "\a" { // the bell
			t.Errorf("%q came to the terminal", bad)
		}
	}
	if rings := strings.Count(endedByBell.ReplaceAllString(raw, ""), "\a"); rings != 1 {
		t.Errorf("it rings %d times", rings)
	}
}

// endedByBell is a command of a terminal's that ends in a bell, which nobody hears.
var endedByBell = regexp.MustCompile("\x1b\\][^\a\x1b]*\a")

// awaitSent waits until a terminal was sent something.
func (t *terminal) awaitSent(tb testing.TB, want string) {
	tb.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for !strings.Contains(t.sent(), want) {
		select {
		case <-look.C:
		case <-deadline.C:
			tb.Fatalf("%q is not sent", want)
		}
	}
}
