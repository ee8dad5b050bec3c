package redact_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"switchboard/engine/redact"
)

var noon = time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)

// A line of the corpus.
type line struct {
	number     int
	who        string
	text, want string
	at         time.Time
}

// corpus returns the conversations of testdata/redact/corpus.txt.
func corpus(t testing.TB) (all [][]line) {
	t.Helper()
	raw, err := os.ReadFile("../../testdata/redact/corpus.txt")
	if err != nil {
		t.Fatal(err)
	}
	var talk []line
	at := noon
	for i, row := range strings.Split(string(raw)+"\n", "\n") {
		wait, timed := strings.CutSuffix(row, "s")
		var seconds int
		switch n, err := fmt.Sscanf(wait, "%d", &seconds); {
		case row == "":
			if len(talk) > 0 {
				all = append(all, talk)
			}
			talk, at = nil, noon
		case strings.HasPrefix(row, "#"):
		case strings.HasPrefix(row, "= "):
			talk[len(talk)-1].want = row[2:]
		case timed && n == 1 && err == nil:
			at = at.Add(time.Duration(seconds) * time.Second)
		default:
			who, text, ok := strings.Cut(row, " | ")
			if !ok {
				t.Fatalf("corpus.txt:%d: %q is neither a sentence nor an expectation", i+1, row)
			}
			at = at.Add(2 * time.Second)
			talk = append(talk, line{i + 1, who, text, text, at})
		}
	}
	return all
}

func (l line) sentence() redact.Sentence {
	return redact.Sentence{Call: "s1", Line: l.who, ID: fmt.Sprint(l.number), Text: l.text, Heard: l.at}
}

func TestTheCorpusIsHiddenAndKept(t *testing.T) {
	lines := 0
	for _, talk := range corpus(t) {
		var r redact.Redactor
		for _, l := range talk {
			lines++
			if got := r.Sentence(l.sentence()); got != l.want {
				t.Errorf("corpus.txt:%d: %s\n got %s\nwant %s", l.number, l.text, got, l.want)
			}
		}
	}
	if lines < 150 {
		t.Errorf("%d lines: too few to say anything", lines)
	}
}
