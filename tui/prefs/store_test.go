package prefs

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func file(t *testing.T) string { return filepath.Join(t.TempDir(), "switchboard", "console.json") }

func open(t *testing.T, path, kind string) (*Store, State) {
	t.Helper()
	s, state, err := Open(path, kind, noon)
	if err != nil {
		t.Fatal(err)
	}
	return s, state
}

func save(t *testing.T, s *Store, state State) {
	t.Helper()
	if err := s.Save(state); err != nil {
		t.Fatal(err)
	}
}

func whole() State {
	return State{
		Theme: "dusk", Background: "light", Sort: "mood", Reverse: true, Columns: []string{"state", "caller"}, Density: "compact",
		Filter: "state:hold", Views: map[string]string{"a": "b"}, MutedUntil: noon.Add(time.Hour), Toured: true,
	}
}

func TestWhatIsSavedIsThereAtTheNextStart(t *testing.T) {
	for i := range reflect.TypeFor[State]().NumField() {
		if v := reflect.ValueOf(whole()).Field(i); v.IsZero() {
			t.Fatalf("the test knows no %s", reflect.TypeFor[State]().Field(i).Name)
		}
	}
	path := file(t)
	s, state := open(t, path, "live")
	if !reflect.DeepEqual(state, State{}) {
		t.Errorf("at first there is %+v", state)
	}
	save(t, s, whole())
	if _, got := open(t, path, "live"); cmp.Diff(whole(), got) != "" {
		t.Errorf("the next start has (-want +got):\n%s", cmp.Diff(whole(), got))
	}
	save(t, s, State{})
	if _, got := open(t, path, "live"); !reflect.DeepEqual(got, State{}) {
		t.Errorf("what was taken away is there again: %+v", got)
	}
}

func TestNobodyElseMayReadTheState(t *testing.T) {
	path := file(t)
	s, _ := open(t, path, "live")
	save(t, s, whole())
	for name, want := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v; want %v", name, info.Mode(), err, want)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".console-*")); len(left) > 0 {
		t.Errorf("%v are left behind", left)
	}
}

// A demo must not leave a filter in the way of a real shift.
func TestADemoSharesTheLookButNotTheFilter(t *testing.T) {
	path := file(t)
	demo, _ := open(t, path, "demo")
	save(t, demo, whole())
	_, live := open(t, path, "live")
	want := whole()
	want.Filter, want.MutedUntil = "", time.Time{}
	if diff := cmp.Diff(want, live); diff != "" {
		t.Errorf("the real shift begins with (-want +got):\n%s", diff)
	}
}

func TestTwoConsolesKeepWhatEachHasChanged(t *testing.T) {
	path := file(t)
	a, inA := open(t, path, "live")
	b, inB := open(t, path, "live")
	inA.Theme = "dusk"
	save(t, a, inA)
	inB.Sort = "mood"
	save(t, b, inB)
	inA.Density = "compact"
	save(t, a, inA)
	inB.Density = "comfortable" // the last word
	save(t, b, inB)
	want := State{Theme: "dusk", Sort: "mood", Density: "comfortable"}
	if _, got := open(t, path, "live"); cmp.Diff(want, got) != "" {
		t.Errorf("(-want +got):\n%s", cmp.Diff(want, got))
	}
}

func TestConsolesAtOnceNeverBreakTheFile(t *testing.T) {
	path := file(t)
	var all sync.WaitGroup
	for c := range 4 {
		s, state := open(t, path, []string{"live", "demo"}[c%2])
		all.Go(func() {
			for n := range 20 {
				state.Filter = fmt.Sprint(c, n)
				if err := s.Save(state); err != nil {
					t.Error(err)
				}
				if _, _, err := Open(path, "live", noon); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
}

func TestABrokenFileIsSetAsideWithAWord(t *testing.T) {
	for name, text := range map[string]string{
		"no JSON":         "{",
		"empty":           "",
		"no version":      `{"theme": "dusk"}`,
		"another kind":    `["theme"]`,
		"a wrong type":    `{"version": 1, "theme": 7}`,
		"a wrong member":  `{"version": 1, "live": 7}`,
		"far too long":    `{"version": 1, "theme": "` + strings.Repeat("x", maxState) + `"}`,
		"binary, hostile": "\x00\x1b]0;x\a",
	} {
		path := file(t)
		must(t, os.MkdirAll(filepath.Dir(path), 0o700))
		must(t, os.WriteFile(path, []byte(text), 0o600))
		s, state, err := Open(path, "live", noon)
		const aside = "console.json.broken-2026-11-23-120000"
		if err == nil || !strings.Contains(err.Error(), "was broken, and is set aside as "+aside) || !reflect.DeepEqual(state, State{}) {
			t.Errorf("%s: %+v, %v", name, state, err)
		}
		if kept, err := os.ReadFile(filepath.Join(filepath.Dir(path), aside)); err != nil || string(kept) != text {
			t.Errorf("%s: what was there is lost: %v", name, err)
		}
		save(t, s, whole())
		if _, got := open(t, path, "live"); cmp.Diff(whole(), got) != "" {
			t.Errorf("%s: the next start has %+v", name, got)
		}
	}
}

func TestWhatANewerVersionWroteStays(t *testing.T) {
	path := file(t)
	must(t, os.MkdirAll(filepath.Dir(path), 0o700))
	must(t, os.WriteFile(path, []byte(`{"version": 9, "sky": {"is": "blue"}, "theme": {"dark": "a"}, "density": "compact", "live": {"filter": "x", "moon": 1}}`), 0o600))
	s, state := open(t, path, "live")
	if want := (State{Density: "compact", Filter: "x"}); !reflect.DeepEqual(state, want) {
		t.Errorf("of it is understood %+v, want %+v", state, want)
	}
	state.Filter, state.Toured = "", true
	save(t, s, state)
	text, err := os.ReadFile(path)
	must(t, err)
	var got, want map[string]any
	must(t, json.Unmarshal(text, &got))
	must(t, json.Unmarshal([]byte(`{"version": 9, "sky": {"is": "blue"}, "theme": {"dark": "a"}, "density": "compact", "toured": true, "live": {"moon": 1}}`), &want))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWhereNothingCanBeWrittenItIsSaid(t *testing.T) {
	path := file(t)
	must(t, os.WriteFile(filepath.Dir(path), nil, 0o600)) // a file where the folder should be
	s, _, err := Open(path, "live", noon)
	if err == nil || !strings.Contains(err.Error(), "cannot be read") {
		t.Errorf("opening says %v", err)
	}
	if err := s.Save(whole()); err == nil {
		t.Error("it says that it has saved")
	}
	must(t, os.Remove(filepath.Dir(path)))
	save(t, s, whole()) // and nothing that was not written is taken as written
	if _, got := open(t, path, "live"); cmp.Diff(whole(), got) != "" {
		t.Errorf("later it has %+v", got)
	}
}

func TestAFileThatGoesMeanwhileIsWrittenWhole(t *testing.T) {
	path := file(t)
	s, _ := open(t, path, "live")
	save(t, s, whole())
	must(t, os.Remove(path))
	other := whole()
	other.Theme = "dawn"
	save(t, s, other)
	if _, got := open(t, path, "live"); cmp.Diff(other, got) != "" {
		t.Errorf("(-want +got):\n%s", cmp.Diff(other, got))
	}
}

func TestAStateHoldsNothingThatGarblesAScreen(t *testing.T) {
	path := file(t)
	s, _ := open(t, path, "live")
	save(t, s, State{Filter: "a\x1b[2Jb\nc", Theme: strings.Repeat("x", maxView+1), Columns: []string{"st\u202eate"}, Views: map[string]string{"a\a": "b", "c": "d"}})
	want := State{Filter: "a[2Jbc", Columns: []string{"state"}, Views: map[string]string{"c": "d"}}
	if _, got := open(t, path, "live"); cmp.Diff(want, got) != "" {
		t.Errorf("(-want +got):\n%s", cmp.Diff(want, got))
	}
}

func TestALinkToTheStateStaysOne(t *testing.T) {
	path, real := file(t), filepath.Join(t.TempDir(), "dotfiles.json")
	must(t, os.MkdirAll(filepath.Dir(path), 0o700))
	must(t, os.WriteFile(real, []byte(`{"version": 1}`), 0o600))
	must(t, os.Symlink(real, path))
	s, _ := open(t, path, "live")
	save(t, s, whole())
	if info, err := os.Lstat(path); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if _, got := open(t, real, "live"); cmp.Diff(whole(), got) != "" {
		t.Errorf("the file has %+v", got)
	}
}

func TestNoStateGoesBeforeALaterOne(t *testing.T) {
	var saved []string
	s := NewSaver(func(state State) error {
		saved = append(saved, state.Theme)
		return errors.New(state.Theme)
	})
	for _, n := range []uint64{1, 3, 2} {
		_ = s.Save(n, State{Theme: fmt.Sprint(n)})
	}
	if diff := cmp.Diff([]string{"1", "3"}, saved); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
