package main

import (
	"bytes"
	"context"
	"log/slog"
	"path/filepath"
	"regexp"
	"testing"
	"time"
)

// "Unknown fields and types are ignored and counted": how many there were stands in the
// log when a run ends, beside what there was of sound.
func TestWhatWasNotUnderstoodStandsInTheLog(t *testing.T) {
	var text bytes.Buffer
	s, err := newStage(demoOptions{seed: 1, speed: 5, journal: filepath.Join(t.TempDir(), "journal.db"), feed: feedSymblStream},
		slog.New(slog.NewTextHandler(&text, nil)))
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.run(ctx, quiet) }()
	callIn(t, s, 1)
	await(t, "a call is heard by stream", 20*time.Second, func() bool { return heardBy(s, feedKinds[feedSymblStream], 1) })
	end()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`msg="heard from Symbl" unknown_types=0 unknown_fields=0`, `msg="sound from Telnyx" frames=\d+ .*ignored=\d`} {
		if !regexp.MustCompile(want).Match(text.Bytes()) {
			t.Errorf("want %s in\n%s", want, &text)
		}
	}
}
