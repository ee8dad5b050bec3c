package tui

import (
	"fmt"
	"testing"
	"time"

	"switchboard/engine"
)

// thousand is the busy floor with so many calls, each with a full history.
func thousand(calls int) *stage {
	s := busyDay()
	sessions := append([]*engine.Session{}, s.frame.Sessions...)
	for i := range calls {
		c := call(100+i, "Grace", "+12025550142", time.Duration(i)*time.Second, 40, -100, 60)
		for n := range 60 {
			c.Notes = append(c.Notes, engine.Note{At: ago(time.Duration(60-n) * time.Second), Kind: engine.NoteFact, Text: fmt.Sprint("note ", n)})
		}
		sessions = append(sessions, c)
	}
	s.set(sessions...)
	return s
}

// BenchmarkFloor draws a new frame of 1,000 calls. The budget is 5 ms at 200x50, for the
// whole screen.
func BenchmarkFloor(b *testing.B) {
	for name, keys := range map[string][]string{"wide-200x50": nil, "floor-200x50": {"O"}, "wallboard-200x50": {"W"}} {
		b.Run(name, func(b *testing.B) {
			s := thousand(1000)
			c := newBench(s, 200, 50)
			c.press(keys...)
			for b.Loop() {
				f := *s.frame
				f.Number++
				s.frame = &f
				c.model.frame = s.frame
				c.version++
				c.View()
			}
		})
	}
}
