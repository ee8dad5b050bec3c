//go:build unix

package faults_test

import (
	"syscall"
	"testing"
	"time"
)

// "paused-owner (SIGSTOP 20 s): no duplicate effect": the machine stands still, and the
// telephone network does not.
func TestAPausedProgramGoesOnWhereItWas(t *testing.T) {
	t.Parallel()
	const calls, speed, pauses = 10, 10, 4
	h := open(t, plan{speed: speed, calls: calls})
	h.invite(calls)
	p := h.run("")
	p.hears(t, shows)
	for range pauses {
		await(t, "a transfer is under way", conferral, h.under)
		_ = p.Process.Signal(syscall.SIGSTOP)
		time.Sleep(20 * time.Second / speed)
		_ = p.Process.Signal(syscall.SIGCONT)
		time.Sleep(time.Second)
		if p.over() {
			t.Fatal("the program has ended")
		}
	}
	h.drain()
	if code := p.end(syscall.SIGTERM); code != 0 {
		t.Errorf("it exited with %d after SIGTERM", code)
	}
	h.judge(true)
}
