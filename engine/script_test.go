package engine_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"switchboard/engine/enginetest"
)

var update = flag.Bool("update", false, "rewrite testdata/scripts with what the engine does")

// TestScripts runs every script of testdata/scripts: events in, transcript out.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("../testdata/scripts/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got, err := run(string(want))
			if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", file, diff)
			}
		})
	}
}

// run runs a script that may say "panic" beside what enginetest knows: the event
// after it fails the engine.
func run(text string) (string, error) {
	s := enginetest.New()
	if strings.Contains(text, "\npanic\n") {
		s.Lax()
	}
	var out strings.Builder
	for i, part := range strings.Split(text, "\npanic\n") {
		if i > 0 {
			out.WriteString("panic\n")
			s.State.PanicNext()
		}
		got, err := s.Run(part)
		if err != nil {
			return "", err
		}
		out.WriteString(got)
	}
	return out.String(), nil
}
