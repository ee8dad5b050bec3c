package tui

import (
	"testing"
	"time"
)

// While no hand is at the keys the console looks ten times a second; a key makes it quick
// again.
func TestConsoleLooksLessOftenWhileNobodyPressesAKey(t *testing.T) {
	b := newBench(afternoon(), 80, 24)
	b.press("j")
	if got := b.pace(); got != framePeriod {
		t.Errorf("after a key it looks every %s, want %s", got, framePeriod)
	}
	b.wall.at = b.wall.at.Add(restAfter + time.Millisecond)
	if got := b.pace(); got != restPeriod {
		t.Errorf("at rest it looks every %s, want %s", got, restPeriod)
	}
	b.period = time.Second
	if got := b.pace(); got != time.Second {
		t.Errorf("at rest over a slow line it looks every %s", got)
	}
}
