package journal_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"switchboard/engine"
	"switchboard/engine/journal"
	"switchboard/engine/runner"
)

var (
	update = flag.Bool("update", false, "write what old journals lead to anew: read the difference as code")
	keep   = flag.String("keep", "", "keep this export as testdata/journals/NAME.db, for a format that is about to be released")
	called = flag.String("called", "", "the NAME for -keep")
)

const old = "../../testdata/journals"

// Each released format has a journal there, that was never touched again. It is an
// export of a demo, as in
//
//	switchboard demo --plain --calls 2 --speed 20 --front --for 11s --journal demo.db
//	switchboard journal export --journal demo.db --out demo.jsonl
//	go test ./engine/journal -run TestKeep -keep demo.jsonl -called v1
//
// with a checkpoint in its middle, as that version has written it.
func TestKeep(t *testing.T) {
	if *keep == "" {
		t.Skip("nothing is to be kept")
	}
	f, err := os.Open(*keep)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	path := fresh(t)
	n, err := journal.Import(path, f)
	if err != nil {
		t.Fatal(err)
	}
	after := n / 2
	for _, e := range all(t, openCopy(t, path), 1) {
		if _, ok := e.Body.(engine.CallsForgotten); ok { // none is kept from before it
			after = max(after, (e.Seq+n)/2)
		}
	}
	checkpointed(t, path, "of its day", after)
	c := openCopy(t, path)
	if err := c.Backup(filepath.Join(old, *called+".db")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(old, *called+".jsonl"), exported(t, c), 0o644); err != nil {
		t.Fatal(err)
	}
}

// "Old journals of each released format in testdata replay to the same state": from the
// checkpoint as after a kill, and from the first event.
func TestOldJournalsReplayToTheSameState(t *testing.T) {
	journals, err := filepath.Glob(filepath.Join(old, "*.db"))
	if err != nil || len(journals) == 0 {
		t.Fatalf("there are no old journals: %v", err)
	}
	for _, path := range journals {
		t.Run(filepath.Base(path), func(t *testing.T) {
			before, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if size := len(before); size > 200<<10 {
				t.Errorf("it has %d bytes: more than a repository should carry", size)
			}
			j := openCopy(t, path)
			recovered, err := runner.Recover(j)
			if err != nil {
				t.Fatal(err)
			}
			folded := engine.NewState(j.Epoch())
			for _, e := range all(t, j, 1) {
				folded, _ = engine.Step(folded, e)
			}
			if n := folded.Frame().Counts; n.Calls == 0 || n.Joined == 0 || n.Panics > 0 || len(folded.Open()) == 0 {
				t.Errorf("it holds too little to tell anything, or something panics: %+v", n)
			}
			// What a version has begun to keep is not in a checkpoint from before.
			for how, state := range map[string]*engine.State{"recovered": &recovered, "folded": &folded} {
				golden := strings.TrimSuffix(path, "db") + how + ".json"
				got := said(t, state)
				if *update {
					if err := os.WriteFile(golden, got, 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(golden)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")); diff != "" {
					t.Errorf("%s, it leads to another state (-then +now):\n%s", how, diff)
				}
			}
			imported := imported(t, strings.TrimSuffix(path, ".db")+".jsonl")
			if diff := cmp.Diff(all(t, j, 1), all(t, imported, 1)); diff != "" || imported.Epoch() != j.Epoch() {
				t.Errorf("its export holds other events:\n%s", diff)
			}
			if r := checked(t, path); len(r.Faults) > 0 {
				t.Errorf("a check finds %+v", r.Faults)
			}
			if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
				t.Error("it was changed")
			}
		})
	}
}

// imported returns a journal made of an export.
func imported(t *testing.T, path string) *journal.Journal {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	to := fresh(t)
	if _, err := journal.Import(to, f); err != nil {
		t.Fatal(err)
	}
	return open(t, to)
}

// said returns what a state says, without what it leaves unsaid: a field that a later
// version adds is not there until it means something. The settings are the journal's own.
func said(t *testing.T, s *engine.State) []byte {
	t.Helper()
	var state map[string]any
	if err := json.Unmarshal([]byte(stateText(t, s)), &state); err != nil {
		t.Fatal(err)
	}
	delete(state, "Shape")
	delete(state, "Settings")
	rest, _ := prune(state)
	text, err := json.MarshalIndent(rest, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return append(text, '\n')
}

// prune drops what is empty, and reports whether anything is left.
func prune(v any) (any, bool) {
	switch v := v.(type) {
	case map[string]any:
		for name, value := range v {
			if kept, ok := prune(value); ok {
				v[name] = kept
			} else {
				delete(v, name)
			}
		}
		return v, len(v) > 0
	case []any:
		for i := range v {
			v[i], _ = prune(v[i]) // a place in a list means something, also an empty one
		}
		return v, len(v) > 0
	case nil:
		return v, false
	case bool:
		return v, v
	case float64:
		return v, v != 0
	case string:
		return v, v != "" && v != "none" && v != "0001-01-01T00:00:00Z"
	}
	return v, true
}
