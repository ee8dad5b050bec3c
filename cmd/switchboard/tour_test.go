package main

import (
	"io"
	"regexp"
	"testing"
	"time"
)

var (
	callCame         = regexp.MustCompile(`(?m)^([0-9:]{8}) call \d+, .*: call from `)
	transferProposed = regexp.MustCompile(`(?m)^([0-9:]{8}) call \d+, .*: transfer to .* proposed in `)
)

// Who takes the tour is to veto within 20 s what he waits for, at the speed that a demo
// has, whatever the seed: house time after the head start is then the wall's.
func TestADemoSoonProposesATransfer(t *testing.T) {
	if testing.Short() {
		t.Skip("it plays a demo")
	}
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	out, keys, exited := startDemo(t, "--seed 7 --speed 4")
	await(t, "a transfer is proposed", 20*time.Second, func() bool { return transferProposed.MatchString(out.String()) })
	io.WriteString(keys, "quit\n")
	exit(t, exited, temporary)
	var at [2]time.Time
	for i, re := range []*regexp.Regexp{callCame, transferProposed} {
		m := re.FindStringSubmatch(out.String())
		if m == nil {
			t.Fatalf("nothing is like %s in:\n%s", re, out)
		}
		var err error
		if at[i], err = time.Parse(time.TimeOnly, m[1]); err != nil {
			t.Fatal(err)
		}
	}
	took := at[1].Sub(at[0])
	if took < 0 { // past midnight
		took += 24 * time.Hour
	}
	if begins := headStart(1, 5); took > begins.House+40*time.Second { // twice what it takes: the machine may be busy
		t.Errorf("a transfer is proposed %s after the first call; the first %s of house time go by in %s", took, begins.House, begins.Wall)
	}
}
