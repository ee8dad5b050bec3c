package plain

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"switchboard/engine"
)

// several are calls that one outage hits at once: the feed is told as failing, another
// takes over, and the gap is over when it is told.
func several(n int) (before, after []*engine.Session) {
	for i := range n {
		number := func(s *engine.Session) {
			s.ID, s.Number = engine.SessionID(fmt.Sprint("s", i)), n-i
		}
		gap := engine.Gap{From: ago(2 * time.Second), To: noon, Why: "Symbl cannot be reached"}
		before = append(before, mette(number, heardBy(1, engine.FeedStream)))
		after = append(after, mette(number, heardBy(2, engine.FeedTelnyx, gap), noted(
			engine.Note{At: ago(time.Second), Kind: engine.NoteTrouble, Text: "Symbl by telephone does not hear this call: no answer"},
			engine.Note{At: noon, Kind: engine.NoteFact, Text: "Telnyx's transcription listens, in place of Symbl by stream"})))
	}
	return before, after
}

// "Plain console's lines for the same event": one for all calls, not one for each.
func TestWhatHitsManyCallsIsOneLine(t *testing.T) {
	tell := func(n int) []string {
		before, after := several(n)
		return watch(t, new(fake), frameOf(before...), frameOf(after...))[n:] // without how they stood
	}
	for n, who := range map[int]string{3: "calls 1, 2 and 3", 12: "12 calls"} {
		wantLines(t, tell(n),
			"12:00:00 "+who+": trouble: Symbl's telephone does not hear them: no answer",
			"12:00:00 "+who+": heard by Telnyx's transcription, in place of Symbl's stream",
			"12:00:00 "+who+": not heard for 2 s: Symbl cannot be reached")
	}
	wantLines(t, tell(2)[:2],
		"12:00:00 call 2, Mette Sørensen: trouble: Symbl's telephone does not hear this call: no answer",
		"12:00:00 call 1, Mette Sørensen: trouble: Symbl's telephone does not hear this call: no answer")
}

// A clocked engine has a time of its own.
type clocked struct {
	*fake
	at time.Time
}

func (c *clocked) Now() time.Time { return c.at }

// A trouble that goes on is told once a minute; one that is new at once.
func TestTroubleThatGoesOnIsToldOnceAMinute(t *testing.T) {
	f, b := &clocked{fake: new(fake)}, bytes.Buffer{}
	c := &console{engine: f, zone: time.UTC, out: newOutput(&b), calls: map[engine.SessionID]told{}}
	for i, trouble := range []struct {
		after  time.Duration
		detail string
	}{{0, "no answer"}, {10 * time.Second, "no answer"}, {20 * time.Second, "401"}, {30 * time.Second, "401"}, {80 * time.Second, "401"}} {
		f.at = noon.Add(trouble.after)
		f.health.Troubles = []engine.Trouble{{Kind: engine.TroubleSymbl, Count: uint64(i + 1), Last: f.at, Detail: trouble.detail}}
		c.look()
	}
	c.out.close()
	wantLines(t, lines(b.String()),
		"12:00:00 health: Symbl refused a request or did not answer: no answer; once so far",
		"12:00:20 health: Symbl refused a request or did not answer: 401; 3 times so far",
		"12:01:20 health: Symbl refused a request or did not answer: 401; 5 times so far")
}
