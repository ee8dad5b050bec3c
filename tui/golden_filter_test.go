package tui

import (
	"fmt"
	"strings"
	"testing"
)

// filterScreens are those on which calls are filtered, or the words of one searched: keys,
// then what is typed, then keys.
var filterScreens = []struct{ name, keys, types, then string }{
	{"filter-typed", "/", "state:ask,", ""},
	{"filter-kept", "/", "state:hold,talk !zak", "enter"},
	{"search-kept", "enter /", "it is", "enter"},
}

func TestFilterFrames(t *testing.T) {
	draw := func(name, keys, types, then string, w, h int) {
		name = fmt.Sprintf("%s-%dx%d", name, w, h)
		t.Run(name, func(t *testing.T) {
			b := newBench(mixed(), w, h)
			b.press(strings.Fields(keys)...)
			b.types(types)
			b.press(strings.Fields(then)...)
			wantFrame(t, name, screenOf(b.content(), w, h))
		})
	}
	for _, s := range filterScreens {
		for _, size := range sizes {
			draw(s.name, s.keys, s.types, s.then, size.w, size.h)
		}
	}
	draw("filter-wrong", "/", "hanne mood<x", "", 80, 24)
	draw("filter-none", "/", "nobody", "enter", 80, 24)
	draw("filter-typed", "/", "state:ask,", "", 40, 5)
	draw("filter-kept", "/", "state:hold", "enter", 40, 5)
	draw("filter-help", "/", "", "?", 80, 24)
	draw("filter-help", "/", "", "?", 200, 50)
}
