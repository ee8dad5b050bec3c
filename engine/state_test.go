package engine_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"switchboard/engine"
	"switchboard/engine/enginetest"
)

// TestFoldEncodeDecode: a state that is read back goes on as the one it was taken
// from. Every script is cut at every event.
func TestFoldEncodeDecode(t *testing.T) {
	every := 7
	if testing.Short() {
		every = 29
	}
	for name, events := range journals(t) {
		whole := engine.NewState(enginetest.Epoch)
		for cut, e := range events {
			whole, _ = engine.Step(whole, e)
			if cut%every != 0 {
				continue
			}
			back := reread(t, whole)
			for _, e := range events[cut+1:] {
				back, _ = engine.Step(back, e)
			}
			straight := reread(t, whole)
			for _, e := range events[cut+1:] {
				straight, _ = engine.Step(straight, e)
			}
			if diff := cmp.Diff(encode(t, straight), encode(t, back)); diff != "" {
				t.Fatalf("%s, cut after event %d:\n%s", name, e.Seq, diff)
			}
		}
		through := engine.NewState(enginetest.Epoch)
		middle := engine.NewState(enginetest.Epoch)
		for i, e := range events {
			if i == len(events)/2 {
				middle = reread(t, middle)
			}
			through, _ = engine.Step(through, e)
			middle, _ = engine.Step(middle, e)
		}
		if diff := cmp.Diff(encode(t, through), encode(t, middle)); diff != "" {
			t.Errorf("%s, encoded and decoded on the way:\n%s", name, diff)
		}
	}
}

// TestLateDeliveriesChangeNothing: every webhook delivered again at the
// end, under another id, changes no call and orders nothing but a stray's hang-up.
func TestLateDeliveriesChangeNothing(t *testing.T) {
	for name, events := range journals(t) {
		state := engine.NewState(enginetest.Epoch)
		for _, e := range events {
			state, _ = engine.Step(state, e)
		}
		over := map[engine.SessionID]bool{}
		for _, s := range state.Frame().Sessions {
			if s.Phase == engine.PhaseOver {
				over[s.ID] = true
			}
		}
		before := encodeSessions(t, state, over)
		for _, e := range events {
			if e.By != engine.ByTelnyx {
				continue
			}
			e.Seq, e.At, e.ID = state.Seq+1, state.Now, e.ID+"/late"
			var commands []engine.Command
			state, commands = engine.Step(state, e)
			for _, c := range commands {
				if over[c.Session] && !strings.HasSuffix(string(c.Name), "/stray") {
					t.Errorf("%s: a late %T called for %s", name, e.Body, c.Name)
				}
			}
		}
		if diff := cmp.Diff(before, encodeSessions(t, state, over)); diff != "" {
			t.Errorf("%s: late webhooks changed a call that is over:\n%s", name, diff)
		}
	}
}

// TestFrameNeverMoves: what a console holds is never written again.
func TestFrameNeverMoves(t *testing.T) {
	for name, events := range journals(t) {
		state := engine.NewState(enginetest.Epoch)
		type held struct {
			frame *engine.Frame
			was   string
		}
		var frames []held
		for _, e := range events {
			state, _ = engine.Step(state, e)
			f := state.Frame()
			frames = append(frames, held{f, encode(t, f)})
		}
		for _, h := range frames {
			if diff := cmp.Diff(h.was, encode(t, h.frame)); diff != "" {
				t.Fatalf("%s: the frame of event %d moved:\n%s", name, h.frame.Seq, diff)
			}
		}
	}
}

// TestMood: one sentence cannot decide, a sentence counts half after a half-life, and
// a late score lands where it was said.
func TestMood(t *testing.T) {
	at := enginetest.Start
	s := &engine.Session{Samples: []engine.Sample{{At: at, Polarity: -1000, Weight: 1000}}}
	for _, c := range []struct {
		after time.Duration
		want  engine.Polarity
	}{{0, -400}, {30 * time.Second, -250}, {60 * time.Second, -142}, {20 * time.Minute, 0}} {
		if got, ok := s.Mood(at.Add(c.after)); !ok || got != c.want {
			t.Errorf("mood %s after one sentence of -1000 = %d, %t; want %d", c.after, got, ok, c.want)
		}
	}
	if _, ok := s.Mood(at.Add(-time.Second)); ok {
		t.Error("there is a mood before anything was said")
	}
}

// TestPolarityInWords holds the form that people read.
func TestPolarityInWords(t *testing.T) {
	for p, want := range map[engine.Polarity]string{-300: "-0.30", 450: "+0.45", 0: "0.00", -1000: "-1.00", 4: "+0.00", -35: "-0.04"} {
		if got := p.String(); got != want {
			t.Errorf("Polarity(%d) = %q, want %q", p, got, want)
		}
	}
}

// journals returns the events of every script.
func journals(t *testing.T) map[string][]engine.Event {
	t.Helper()
	files, err := filepath.Glob("../testdata/scripts/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	all := map[string][]engine.Event{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		s := enginetest.New()
		if _, err := s.Run(strings.ReplaceAll(string(text), "\npanic\n", "\n")); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all[filepath.Base(file)] = s.Journal()
	}
	return all
}

func reread(t *testing.T, s engine.State) engine.State {
	t.Helper()
	var back engine.State
	if err := json.Unmarshal([]byte(encode(t, s)), &back); err != nil {
		t.Fatal(err)
	}
	return back
}

func encode(t *testing.T, v any) string {
	t.Helper()
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func encodeSessions(t *testing.T, s engine.State, which map[engine.SessionID]bool) string {
	t.Helper()
	var b strings.Builder
	for _, session := range s.Frame().Sessions {
		if which[session.ID] {
			still := *session
			still.Changed = 0 // it was looked at, no more
			b.WriteString(encode(t, still))
		}
	}
	return b.String()
}
