package journal_test

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"
	"time"

	"switchboard/engine"
	"switchboard/engine/enginetest"
	"switchboard/engine/journal"
	"switchboard/engine/runner"
	"switchboard/engine/world"
	"switchboard/testdata"
)

// played returns the path of a journal that holds the demo's recorded calls, made
// without checkpoints, and its events.
func played(t *testing.T) (string, []engine.Event) {
	t.Helper()
	recs, err := testdata.Recordings()
	if err != nil {
		t.Fatal(err)
	}
	play := enginetest.NewPlay(1, world.Faults{})
	play.Load(enginetest.Defaults())
	if _, err := play.Run(20*time.Second, recs[:6]...); err != nil {
		t.Fatal(err)
	}
	path := fresh(t)
	if _, err := journal.Import(path, bytes.NewReader(lines(t, play.Journal()))); err != nil {
		t.Fatal(err)
	}
	return path, play.Journal()
}

// lines returns events as an export has them.
func lines(t testing.TB, events []engine.Event) []byte {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	if err := enc.Encode(map[string]string{"epoch": enginetest.Epoch}); err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		if err := enc.Encode(e); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

// digest returns what a journal leads to, as a text that can be compared.
func digest(t *testing.T, j *journal.Journal) string {
	t.Helper()
	state, err := runner.Recover(j)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(&state)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// checkpointed keeps a checkpoint after each of the events, as a build would.
func checkpointed(t *testing.T, path, build string, after ...uint64) {
	t.Helper()
	j, err := journal.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	state := engine.NewState(j.Epoch())
	for _, e := range all(t, j, 1) {
		state, _ = engine.Step(state, e)
		for _, seq := range after {
			if seq != e.Seq {
				continue
			}
			c := state.Checkpoint()
			text, err := json.Marshal(&c)
			if err != nil {
				t.Fatal(err)
			}
			if err := j.Checkpoint(seq, build, text); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func stateText(t *testing.T, s *engine.State) string {
	t.Helper()
	c := s.Checkpoint()
	text, err := json.Marshal(&c)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func stateOf(t *testing.T, text string) (s engine.State) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// eventsOf reads an export.
func eventsOf(t *testing.T, text []byte) (events []engine.Event) {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(text))
	var head map[string]string
	if err := dec.Decode(&head); err != nil {
		t.Fatal(err)
	}
	for dec.More() {
		var e engine.Event
		if err := dec.Decode(&e); err != nil {
			t.Fatal(err)
		}
		events = append(events, e)
	}
	return events
}

// spoil writes over some pages in the middle of a file.
func spoil(t *testing.T, path string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := len(text) / 2; i < len(text)/2+3*4096; i++ {
		text[i] = 0xff
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}
