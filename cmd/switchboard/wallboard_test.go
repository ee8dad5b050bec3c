package main

import "testing"

// A wallboard is for good: no console that takes what is typed is called one.
func TestAWallboardIsNoPlainConsole(t *testing.T) {
	for _, c := range []struct {
		console            console
		asked, plain, want bool
		refused            bool
	}{
		{console{}, false, false, false, false},
		{console{}, true, false, true, false},
		{console{plain: true}, false, true, false, false},
		{console{plain: true}, false, false, false, false},
		{console{plain: true}, true, true, false, true},
		{console{plain: true}, true, false, false, true}, // no terminal
	} {
		got, err := c.console.onWall(c.asked, c.plain)
		if got.wallboard != c.want || (err != nil) != c.refused {
			t.Errorf("%+v: wallboard %v, %v", c, got.wallboard, err)
		}
	}
}
