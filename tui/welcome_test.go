package tui

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
)

// greeted is the screen of a bare start.
func greeted(look Look, w, h int) *welcome {
	s := newWelcome(WelcomeOptions{
		Starts: []Start{
			{'d', "Demo", "the living console, without any account"},
			{'s', "Setup", "asks for what your own calls need"},
			{'o', "Doctor", "looks whether everything is right"},
			{'?', "Help", "every command"},
		},
		About: "See every live call in one terminal: how the customer is, and who is needed. Switchboard brings an operator into a call that goes badly; you can stop it, or do it yourself.",
		Now:   "Nothing is set up here yet. The demo needs nothing.",
		Look:  look,
	})
	s.Update(tea.WindowSizeMsg{Width: w, Height: h})
	return s
}

func (w *welcome) content() string { return w.View().Content }

func TestWelcomeFrames(t *testing.T) {
	for _, size := range sizes[:3] {
		name := fmt.Sprintf("welcome-%dx%d", size.w, size.h)
		t.Run(name, func(t *testing.T) {
			wantFrame(t, name, screenOf(greeted(Look{Background: BackgroundDark}, size.w, size.h).content(), size.w, size.h))
		})
	}
}

// "one key each (d/s/o/?/q, arrows + enter)".
func TestEachStartHasItsKey(t *testing.T) {
	for keys, want := range map[string]int{
		"d": 0, "s": 1, "o": 2, "?": 3, "q": -1, "esc": -1, "ctrl+c": -1, "enter": 0, "down enter": 1, "j j enter": 2,
		"up enter": 3, "down down down down enter": 0, "tab enter": 1,
	} {
		w := greeted(Look{}, 80, 24)
		ended := false
		for _, k := range strings.Fields(keys) {
			if _, cmd := w.Update(keyPress(k)); cmd != nil {
				_, ended = cmd().(tea.QuitMsg)
			}
		}
		if !ended || w.choice != want {
			t.Errorf("%s: chooses %d, ended %v, want %d", keys, w.choice, ended, want)
		}
	}
	w := greeted(Look{}, 80, 24)
	for _, k := range []string{"x", "D", "r", "space"} {
		if _, cmd := w.Update(keyPress(k)); cmd != nil {
			t.Errorf("%s does something", k)
		}
	}
	if _, cmd := w.Update(tea.PasteMsg{Content: "d"}); cmd != nil || w.choice >= 0 {
		t.Error("a pasted text starts something")
	}
}

func TestTheFirstScreenFitsAnyTerminal(t *testing.T) {
	for w := 1; w <= 130; w += 3 {
		for h := 1; h <= 40; h++ {
			s := greeted(Look{}, w, h)
			lines := strings.Split(s.content(), "\n")
			if len(lines) != h {
				t.Fatalf("%dx%d: %d lines", w, h, len(lines))
			}
			for i, line := range lines {
				if got := ansi.StringWidth(line); got != w {
					t.Fatalf("%dx%d: line %d has %d cells: %q", w, h, i, got, line)
				}
			}
			if _, y := s.screen(); w >= 30 && h >= 1 && !strings.Contains(ansi.Strip(lines[y]), "Demo") {
				t.Fatalf("%dx%d: the cursor is in line %d: %q", w, h, y, lines[y])
			}
		}
	}
}

func TestTheFirstScreenIsAsTheTerminalCan(t *testing.T) {
	plain := greeted(Look{NoColor: true, ASCII: true}, 80, 24).content()
	if strings.Contains(plain, "\x1b[38") || strings.ContainsFunc(plain, func(r rune) bool { return r >= 0x80 }) {
		t.Errorf("without colour and signs it has %q", plain)
	}
	w := greeted(Look{}, 80, 24)
	dark := w.content()
	w.Update(tea.ColorProfileMsg{Profile: colorprofile.ANSI256})
	if !strings.Contains(w.content(), "\x1b[1;38;5;") {
		t.Errorf("a terminal of 256 colours is sent %q", w.content())
	}
	w.Update(tea.ColorProfileMsg{Profile: colorprofile.TrueColor})
	if w.content() != dark {
		t.Error("the same terminal is sent something else")
	}
}
