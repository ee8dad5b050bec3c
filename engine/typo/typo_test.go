package typo

import "testing"

func TestDistanceIsTheFewestChanges(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "hold", 4}, {"hold", "", 4}, {"hold", "hold", 0},
		{"hodl", "hold", 2}, {"hlod", "hold", 2}, {"old", "hold", 1}, {"holds", "hold", 1}, {"bold", "hold", 1},
		{"kitten", "sitting", 3},
	} {
		if got := Distance(c.a, c.b); got != c.want {
			t.Errorf("from %q to %q: %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
