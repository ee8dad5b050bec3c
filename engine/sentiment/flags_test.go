package sentiment

import (
	"switchboard/engine"
	"testing"
)

func TestX(t *testing.T) {
	for _, p := range flagPatterns {
		for _, x := range append(p.phrases, p.except...) {
			if _, err := engine.ParsePhrase(x); err != nil {
				t.Errorf("%q: %v", x, err)
			}
		}
	}
}
