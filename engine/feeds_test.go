package engine_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

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

// TestNoOrderOfFeedEventsLeavesACallUnattended: whatever feeds tell in whatever order, is
// refused or never told, at most one of them is in charge and those after it are ended;
// a call that none hears has a try to come or was given up by all; a gap that lasts is
// there just while the call is not heard; and what Symbl was asked to listen to it is
// told to end.
func TestNoOrderOfFeedEventsLeavesACallUnattended(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := &listener{T: t, Script: enginetest.New()}
		feeds := rapid.SampledFrom([]string{"symbl-stream,symbl-phone,telnyx", "symbl-stream,telnyx", "symbl-phone,telnyx", "telnyx", "symbl-stream"})
		l.run("settings Chat=true Feeds=" + feeds.Draw(t, "feeds"))
		l.run("0 leg.initiated Leg=c1 Direction=incoming From=+12025550142 To=+12025550100\n" +
			"+0.3 leg.answered Leg=c1\n+0.2 participant.joined Leg=c1 Conference=room-s3\n+3 speech.ended Leg=c1 Status=completed")
		for range rapid.IntRange(5, 50).Draw(t, "events") {
			l.run(l.line())
		}
		l.run("answering relay stream transcribe listen unrelay unlisten hangup\n+1 leg.hungup Leg=c1 Cause=normal_clearing\nrun 300")
		relayed := map[engine.ConnectionID]bool{}
		for _, c := range l.Sent {
			switch a := c.Action.(type) {
			case engine.Relay:
				relayed[a.Connection] = true
			case engine.Unrelay:
				if a.Leg == "" {
					delete(relayed, a.Connection)
				}
			}
		}
		if len(relayed) > 0 {
			t.Fatalf("Symbl listens for ever to %v\n%s", relayed, l.said.String())
		}
		if len(l.Sent) > 400 {
			t.Fatalf("%d commands\n%s", len(l.Sent), l.said.String())
		}
	})
}

// A listener is a run of a script whose feeds are looked at after each line.
type listener struct {
	*rapid.T
	*enginetest.Script
	said strings.Builder
}

func (l *listener) run(lines string) {
	out, err := l.Script.Run(lines)
	l.said.WriteString(out)
	if err != nil {
		l.Fatalf("%v after\n%s", err, l.said.String())
	}
	for _, s := range l.State.Frame().Sessions {
		l.look(s)
	}
}

func (l *listener) look(s *engine.Session) {
	f := s.Feed
	wrong := func(format string, args ...any) {
		l.Helper()
		l.Fatalf("%s %s\n%s", s.ID, fmt.Sprintf(format, args...), l.said.String())
	}
	hears, waits := -1, false
	for i, e := range f.Ears {
		if hears >= 0 && e.Status != engine.FeedNone {
			wrong("is heard by %s, and %s is %s", f.Ears[hears].Kind, e.Kind, e.Status)
		}
		if hears < 0 && e.Status == engine.FeedLive && e.Failing.IsZero() {
			hears = i
		}
		waits = waits || e.Status != engine.FeedNone || !e.NextTry.IsZero() || e.Kind == engine.FeedPhone && f.Phone != engine.PhoneFeed{}
		waits = waits || !e.GivenUp // an outage of all: the next event begins it
	}
	open := 0
	for _, g := range f.Gaps {
		if g.To.IsZero() && g.Leg == "" {
			open++
		}
	}
	switch {
	case s.Phase == engine.PhaseOver && (f.Kind != 0 || open > 0):
		wrong("is over, heard by %s, %d gaps open", f.Kind, open)
	case s.Phase != engine.PhaseTalking || len(f.Ears) == 0 || s.Ending != "":
	case hears >= 0 && (f.Kind != f.Ears[hears].Kind || f.Status != engine.FeedLive || open > 0):
		wrong("is heard by %s: in charge is %s, feed %s, %d gaps open", f.Ears[hears].Kind, f.Kind, f.Status, open)
	case hears < 0 && len(f.Reigns) > 0 && open != 1:
		wrong("is not heard, and %d gaps are open", open)
	}
}

// line draws what happens next.
func (l *listener) line() string {
	pick := func(of ...string) string { return rapid.SampledFrom(of).Draw(l.T, "event") }
	f, ok := l.State.Frame().Session("s3")
	if !ok {
		return "run 1"
	}
	leg := pick("c1", "c1", "c1", "s3-operator-1")
	after := pick("+0 ", "+0.3 ", "+2 ", "+7 ")
	stream := fmt.Sprintf(" Session=s3 Connection=%s Leg=%s", f.Feed.Stream.Connection, leg)
	phone := fmt.Sprintf(" Session=s3 Connection=%s", f.Feed.Phone.Connection)
	room := " Conference=room-s3"
	switch pick("media", "media", "media", "symbl", "symbl", "words", "answers", "answers", "call", "time", "time") {
	case "media":
		return after + pick("media.up", "media.up", "media.up", "media.down Why=broke", "stream.failed Why=connection_failed",
			"media.gap From=6 To=7") + " Leg=" + leg
	case "symbl":
		return after + pick("feed.failed Why=broke"+stream, "feed.back"+stream, "feed.back"+stream, "feed.failed Why=broke"+phone, "feed.back"+phone,
			"feed.probed Kind=symbl-stream Works=true", "feed.probed Kind=symbl-phone Works=false")
	case "words":
		return after + pick("floor.changed Leg="+leg+room, "transcribed Text=this~is~no~good Scored=true Polarity=-400 Source=local Leg="+leg,
			"uttered Message=m Revision=1 Text=this~is~no~good~at~all Start=20 End=21 Scored=true Polarity=-500"+stream)
	case "answers":
		return pick("refuse relay unreachable", "refuse relay unauthorized", "refuse stream other", "refuse transcribe other", "refuse listen unreachable",
			"unanswered relay", "unanswered stream", "unanswered transcribe", "unanswered score", "silent relay stream", "silent transcribe score",
			"answering relay stream transcribe score", "again", "refuse stream ended")
	case "call":
		return pick("restart", "+1 gathered Leg=c1 Digits=2 Status=valid", "+1 transfer.asked Session=s3 By=supervisor/ann",
			"+1 leg.answered Leg=s3-operator-1", "+1 participant.joined Leg=s3-operator-1"+room, "+1 leg.hungup Leg=s3-operator-1 Cause=normal_clearing",
			"+1 hangup.asked Session=s3 By=supervisor/ann")
	default:
		return pick("run 1", "run 3", "run 12", "run 35", "run 200")
	}
}

// manyCalls has so many customers heard by the feeds that settings name.
func manyCalls(t *testing.T, s *enginetest.Script, n int) {
	t.Helper()
	for i := range n {
		runs(t, s, fmt.Sprintf("+0.1 leg.initiated Leg=c%d Direction=incoming From=+12025550142 To=+12025550100\n"+
			"+0 leg.answered Leg=c%d\n+0 speech.ended Leg=c%d Status=completed", i, i, i))
	}
}

func runs(t *testing.T, s *enginetest.Script, lines string) string {
	t.Helper()
	out, err := s.Run(lines)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return out
}

// heardBy counts the calls that a feed hears.
func heardBy(s *enginetest.Script, kind engine.FeedKind) int {
	n := 0
	for _, c := range s.State.Frame().Sessions {
		if c.Feed.Kind == kind && c.Feed.Status == engine.FeedLive {
			n++
		}
	}
	return n
}

// An event may call for 64 commands at most. A floor of more calls than that takes other
// settings, and goes to a feed that works again, all the same.
func TestAFloorOfManyCallsChangesItsFeeds(t *testing.T) {
	const calls = 100
	s := enginetest.New()
	runs(t, s, "settings Feeds=telnyx")
	manyCalls(t, s, calls)
	runs(t, s, "settings Feeds=symbl-phone,telnyx Deaf=off\nrun 2")
	if n := heardBy(s, 0) + heardBy(s, engine.FeedTelnyx); n != 0 {
		t.Errorf("%d calls are heard though nothing is to listen", n)
	}
	runs(t, s, "refuse listen unreachable\nsettings Feeds=symbl-phone,telnyx Deaf=\nrun 4")
	if n := heardBy(s, engine.FeedTelnyx); n != calls {
		t.Errorf("%d of %d calls are heard by Telnyx's transcription", n, calls)
	}
	runs(t, s, "run 301\nsettings MinWords=4\nrule mood Veto=9s\nrun 1") // Symbl's outage is over
	if s.State.Settings.MinWords != 4 || s.State.Frame().Counts.Panics > 0 {
		t.Errorf("settings are not taken, or the engine failed")
	}
}
