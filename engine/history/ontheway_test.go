package history

import (
	"testing"

	"switchboard/engine"
)

// What was on its way into the history when its call was forgotten is kept without what was to
// go: also where the history had nothing of it, as while it is made anew.
func TestWhatComesAfterItWasForgottenIsKeptWithoutIt(t *testing.T) {
	for _, anew := range []bool{false, true} {
		s, late := newStore(t), few()[0]
		if err := s.Forget(t.Context(), []engine.SessionID{late.Session}, engine.EraseAll, digest); err != nil {
			t.Fatal(err)
		}
		if anew {
			if err := s.Clear(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		for range 2 {
			if err := s.Put(t.Context(), late); err != nil {
				t.Fatal(err)
			}
		}
		c, err := s.Get(t.Context(), "1")
		if err != nil {
			t.Fatal(err)
		}
		if r := c.Record; c.Erased != engine.EraseAll || r.Lines != nil || r.Name == late.Name || r.Caller == late.Caller || r.Caller != r.Legs[0].Number {
			t.Errorf("left is %+v", c)
		}
		if got := numbers(t, s, "manager"); got != "" {
			t.Errorf("what he said finds %q", got)
		}
		if late.Notes[0].Text == "" || late.Legs[0].Number != late.Caller {
			t.Error("the record itself was changed, which the engine has, too")
		}
	}
}

// The sound that was forgotten stays so when the call is filed again; its words are found.
func TestSoundThatWasForgottenIsNotFiledAgain(t *testing.T) {
	r := few()[0]
	r.Recorded = []engine.Recorded{{ID: "rec-1", URL: "https://example.com/rec-1"}}
	s := newStore(t, r)
	if err := s.Forget(t.Context(), []engine.SessionID{r.Session}, engine.EraseSound, digest); err != nil {
		t.Fatal(err)
	}
	if got := numbers(t, s, "manager"); got != "1" {
		t.Errorf("at once, what he said finds %q", got)
	}
	if err := s.Put(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	c, err := s.Get(t.Context(), "1")
	if err != nil || c.Record.Recorded != nil || c.Erased != 0 {
		t.Errorf("left is %+v, %v", c, err)
	}
	if got := numbers(t, s, "manager"); got != "1" {
		t.Errorf("what he said finds %q", got)
	}
}

// Far ends' own words may quote: they go with the words, as they do in the journal.
func TestFarEndsWordsAreForgottenWithTheWords(t *testing.T) {
	r := few()[0]
	r.Gaps = []engine.Gap{{Why: "could not read: she said zebra"}}
	r.Brought[0].Why = "refused: no route to zebra"
	s := newStore(t, r)
	if err := s.Forget(t.Context(), []engine.SessionID{r.Session}, engine.EraseWords, digest); err != nil {
		t.Fatal(err)
	}
	c, err := s.Get(t.Context(), "1")
	if err != nil || c.Record.Gaps[0].Why != "" || c.Record.Brought[0].Why != "" {
		t.Errorf("left is %+v, %v", c.Record, err)
	}
}
