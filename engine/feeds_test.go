package engine_test

import (
	"fmt"
	"strings"
	"testing"

	"switchboard/engine"
	"switchboard/engine/enginetest"
	"switchboard/engine/policy"
	"switchboard/engine/recording"
	"switchboard/engine/world"
	"switchboard/testdata"
)

// played returns the transfers that one recorded call comes to, heard by a feed.
func played(t *testing.T, rec *recording.Recording, feeds ...engine.FeedKind) string {
	t.Helper()
	settings := enginetest.Defaults()
	settings.Feeds = feeds
	settings.Policy, _ = policy.Preset("default")
	play := enginetest.NewPlayIn(world.Config{Seed: 1, Front: enginetest.FrontNumber}, settings)
	if rec.Front.Does != "" {
		play.WithFront()
	}
	out, err := play.Run(0, rec)
	if err != nil {
		t.Fatalf("%s by %v: %v after\n%s", rec.Name, feeds, err, out)
	}
	var begun []string
	for _, b := range play.Begun {
		begun = append(begun, strings.TrimSpace(fmt.Sprintf("%s %s", b.Cause, b.Rule)))
	}
	return strings.Join(begun, ", ")
}

// "both Symbl feeds give the same transfers on the demo's recordings; with telnyx and the
// local scorer those by key, by request and by force are the same": those by mood may
// differ, and are told.
func TestFeedsBringTheSameTransfers(t *testing.T) {
	recs, err := testdata.Recordings()
	if err != nil {
		t.Fatal(err)
	}
	some := 0
	for _, rec := range recs {
		phone := played(t, rec, engine.FeedPhone)
		stream := played(t, rec, engine.FeedStream)
		telnyx := played(t, rec, engine.FeedTelnyx)
		if phone != "" {
			some++
		}
		t.Logf("%-20s phone: %-40s stream: %-40s telnyx: %s", rec.Name, phone, stream, telnyx)
		if phone != stream {
			t.Errorf("%s: by telephone %q, by stream %q", rec.Name, phone, stream)
		}
		if a, b := sure(phone), sure(telnyx); a != b && moods(telnyx) == moods(phone) { // one by mood may come before
			t.Errorf("%s: by key and request %q with Symbl, %q with Telnyx's transcription", rec.Name, a, b)
		}
	}
	if some < 8 {
		t.Errorf("only %d recordings come to a transfer", some)
	}
}

func moods(begun string) int { return strings.Count(begun, "rule") }

// sure returns the transfers that hang on no score.
func sure(begun string) string {
	var all []string
	for _, b := range strings.Split(begun, ", ") {
		if strings.HasPrefix(b, "key") || strings.HasPrefix(b, "asked") {
			all = append(all, b)
		}
	}
	return strings.Join(all, ", ")
}
