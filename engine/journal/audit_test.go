package journal_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"switchboard/engine"
	"switchboard/engine/journal"
)

func act(id string, body engine.Body) engine.Entry {
	return engine.Entry{ID: id, By: engine.BySupervisor + "/console", Body: body}
}

// acted returns the path of a closed journal with six acts among other events, and its head.
func acted(t *testing.T) (string, journal.AuditHead) {
	t.Helper()
	path := fresh(t)
	j, err := journal.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	for i, body := range []engine.Body{
		engine.MuteAsked{Session: "s1", Leg: "customer", On: true}, engine.TransferAsked{Session: "s1", To: "+12025550141"},
		engine.VetoAsked{Session: "s1"}, engine.MonitorAsked{Session: "s1", Role: engine.Monitor, Phone: "+12025550142"},
		engine.NoteAsked{Text: "the printer"}, engine.HangupAsked{Session: "s1"},
	} {
		appended(t, j, noon.Add(time.Duration(i)*time.Second), key(fmt.Sprint("k", i)), act(fmt.Sprint("a", i), body))
	}
	head, err := j.AuditHead()
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	return path, head
}

func audited(t *testing.T, path, head string) journal.Audit {
	t.Helper()
	a, err := openCopy(t, path).VerifyAudit(t.Context(), head)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// "switchboard audit verify finds any change."
func TestAuditFindsWhatWasChanged(t *testing.T) {
	for name, x := range map[string]struct {
		sql   string
		event uint64 // that is named first; 0: the beginning
		what  string
	}{
		"another says it":        {`UPDATE event SET by = 'supervisor/other' WHERE seq = 4`, 4, "cannot be read"},
		"another call":           {`UPDATE event SET body = replace(body, 's1', 's2') WHERE seq = 6`, 6, "cannot be read"},
		"taken out":              {`DELETE FROM event WHERE seq = 8`, 8, "taken out"},
		"taken out with link":    {`DELETE FROM event WHERE seq = 8; DELETE FROM audit WHERE seq = 8`, 10, "between it and the one before"},
		"link taken out":         {`DELETE FROM audit WHERE seq = 8`, 8, "not in the chain"},
		"beginning taken out":    {`DELETE FROM audit WHERE seq = 0`, 0, "beginning"},
		"links in another order": {`UPDATE audit SET form = (SELECT form FROM audit WHERE seq = 6) WHERE seq = 4`, 4, "not what was linked"},
		"salt":                   {`UPDATE audit SET salt = zeroblob(32) WHERE seq = 4`, 4, "what it says"},
		"salt dropped":           {`UPDATE audit SET salt = NULL WHERE seq = 4`, 4, "what it says"},
		"hash":                   {`UPDATE audit SET hash = zeroblob(32) WHERE seq = 4`, 4, "not what was linked"},
	} {
		t.Run(name, func(t *testing.T) {
			path, head := acted(t)
			if a := audited(t, path, head.Hash); len(a.Faults) > 0 || a.Head != head || head.Acts != 6 || !a.Found || a.Passed != 12 {
				t.Fatalf("before: %+v, its head was %+v", a, head)
			}
			tamper(t, path, x.sql)
			a := audited(t, path, "")
			if len(a.Faults) == 0 || a.Faults[0].Event != x.event || !strings.Contains(a.Faults[0].What, x.what) {
				t.Errorf("got %+v", a.Faults)
			}
		})
	}
}

// What was changed with its checksum is found by the chain alone.
func TestAuditFindsAChangeThatIsSummedAnew(t *testing.T) {
	for _, sql := range []string{
		`UPDATE event SET by = 'supervisor/other' WHERE seq = 4`, `UPDATE event SET at = at + 1 WHERE seq = 4`,
		`UPDATE event SET body = replace(body, '0141', '0142') WHERE seq = 4`, `UPDATE event SET body = replace(body, 's1', 's2') WHERE seq = 4`,
		`UPDATE event SET kind = 'veto.asked', body = '{"Session":"s1"}' WHERE seq = 4`,
		`UPDATE event SET by = 'telnyx' WHERE seq = 4`,
	} {
		path, _ := acted(t)
		tamper(t, path, sql)
		j, err := journal.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(j.SumAnew(4), j.Close()); err != nil {
			t.Fatal(err)
		}
		a := audited(t, path, "")
		if len(a.Faults) == 0 || a.Faults[0].Event != 4 {
			t.Errorf("%s: got %+v", sql, a.Faults)
		}
	}
}

// "Says what it can and cannot prove": the newest acts can be taken out, and a head that was
// kept elsewhere tells.
func TestAHeadThatWasKeptTellsThatTheNewestActsAreGone(t *testing.T) {
	path, head := acted(t)
	tamper(t, path, `DELETE FROM event WHERE seq >= 12; DELETE FROM known WHERE seq >= 12; DELETE FROM audit WHERE seq = 12`)
	if a := audited(t, path, head.Hash[:12]); len(a.Faults) > 0 || a.Found {
		t.Errorf("got %+v", a)
	}
}

// A journal from before the chain: all that is there is linked when it is opened.
func TestAnOlderJournalGetsItsChainWhenItIsOpened(t *testing.T) {
	path, _ := acted(t)
	tamper(t, path, `DROP TABLE audit; DROP TABLE erasure; PRAGMA user_version = 1`)
	j := open(t, path)
	a, err := j.VerifyAudit(t.Context(), "")
	if err != nil || len(a.Faults) > 0 || a.Head.Acts != 6 || a.Began != 12 {
		t.Fatalf("got %+v, %v", a, err)
	}
	appended(t, j, noon.Add(time.Hour), act("new", engine.AutomationAsked{Mode: engine.ModeOff}))
	if a, err = j.VerifyAudit(t.Context(), a.Head.Hash); err != nil || len(a.Faults) > 0 || a.Head.Acts != 7 || a.Passed != 12 {
		t.Errorf("with one more: %+v, %v", a, err)
	}
}

func TestAnActThatIsNotWrittenIsNotLinked(t *testing.T) {
	path, head := acted(t)
	j := open(t, path)
	appended(t, j, noon.Add(time.Hour), act("a0", engine.VetoAsked{Session: "s2"})) // known already
	if got, _ := j.AuditHead(); got != head {
		t.Errorf("got %+v, want %+v", got, head)
	}
}
