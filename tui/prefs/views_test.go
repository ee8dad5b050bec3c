package prefs

import (
	"maps"
	"path/filepath"
	"testing"
	"time"
)

// Two consoles save a view each: none takes the other's away.
func TestViewsOfTwoConsolesAreBothKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "console.json")
	one, _, _ := Open(path, "live", time.Time{})
	two, _, _ := Open(path, "live", time.Time{})
	for _, err := range []error{
		one.Save(State{Views: map[string]string{"low": "mood<0", "old": "is:hot"}}),
		two.Save(State{Views: map[string]string{"held": "state:hold"}}),
		one.Save(State{Views: map[string]string{"low": "mood<-.2"}}),
		one.Save(State{}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	_, got, err := Open(path, "live", time.Time{})
	if want := map[string]string{"held": "state:hold"}; err != nil || !maps.Equal(got.Views, want) {
		t.Errorf("kept are %v (%v), want %v", got.Views, err, want)
	}
}
