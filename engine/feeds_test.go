package engine_test

import (
	"fmt"
	"slices"
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

// TestNoOrderOfFeedEventsLeavesACallUnattended: whatever feeds tell of two calls in
// whatever order, is refused or never told, and whatever settings come in between, at most
// one feed is in charge of a call and those after it are ended; a call that none hears has
// a try to come or was given up by all (which strict states see to); a gap that lasts is
// there just while the call is not heard; a leg that is not heard has its gap; words count
// once; and what was asked to listen is told to end, at once where the call goes on.
func TestNoOrderOfFeedEventsLeavesACallUnattended(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := &listener{T: t, Script: enginetest.New(), refused: map[engine.CommandName]bool{}}
		l.run("settings Chat=true Feeds=" + l.feeds() + rapid.SampledFrom([]string{"", "", " Record=true", " Record=true Consent=true English.Consent=agree~with~1"}).Draw(t, "kept"))
		for _, leg := range []string{"c1", "c2"} {
			l.run("+1 leg.initiated Leg=" + leg + " Direction=incoming From=+12025550142 To=+12025550100\n" +
				"+0.3 leg.answered Leg=" + leg + "\n+3 speech.ended Leg=" + leg + " Status=completed")
		}
		for range rapid.IntRange(5, 60).Draw(t, "events") {
			l.run(l.line())
		}
		l.run("answering relay stream transcribe listen unrelay unlisten hangup\n+1 leg.hungup Leg=c1 Cause=normal_clearing\n" +
			"+0 leg.hungup Leg=c2 Cause=normal_clearing\nrun 300")
		l.ended()
	})
}

// A listener is a run of a script whose feeds are looked at after each line.
type listener struct {
	*rapid.T
	*enginetest.Script
	said    strings.Builder
	refused map[engine.CommandName]bool // surely not done
	read    int                         // of the journal
	legs    int                         // of Symbl's
	words   int
}

func (l *listener) run(lines string) {
	out, err := l.Script.Run(lines)
	l.said.WriteString(out)
	if err != nil {
		l.Fatalf("%v after\n%s", err, l.said.String())
	}
	journal := l.Journal()
	for _, e := range journal[l.read:] {
		if r, ok := e.Body.(engine.Refused); ok {
			l.refused[r.Command] = true
		}
	}
	l.read = len(journal)
	for _, s := range l.State.Frame().Sessions {
		l.look(s)
		l.wanted(s)
		l.once(s)
		l.private(s)
	}
}

// private checks that nobody listens to who pays or has not agreed, that nothing is kept of
// what is said then, and that a recording that goes on all the same is told of.
func (l *listener) private(s *engine.Session) {
	f, r := s.Feed, s.Recorder
	if s.Pay.On() || s.Unagreed() {
		for _, e := range f.Ears {
			if e.Status != engine.FeedNone || len(e.Lines) > 0 {
				l.wrong(s, "is heard by %s, and nobody is to hear it", e.Kind)
			}
		}
		if f.Kind != 0 || f.Phone != (engine.PhoneFeed{}) || s.Blind() {
			l.wrong(s, "is heard by %s %+v, or blind, and nobody is to hear it", f.Kind, f.Phone)
		}
	}
	for _, u := range s.Talk() {
		for _, p := range append(slices.Clone(s.Paid), engine.Span{From: s.Pay.Since}) {
			if !p.From.IsZero() && u.End.After(p.From) && (p.To.IsZero() || u.Start.Before(p.To)) {
				l.wrong(s, "has kept %q, said %s to %s, of the payment %v", u.Text, u.Start, u.End, p)
			}
		}
		if s.Unagreed() {
			l.wrong(s, "has kept %q without consent", u.Text)
		}
	}
	switch {
	case s.Phase == engine.PhaseOver && (s.Pay.On() || r.Status != engine.RecorderNone):
		l.wrong(s, "is over, and still pays or is recorded: %+v", r)
	case s.Phase != engine.PhaseTalking || s.Ending != "":
	case s.Pay.On() && r.Status == engine.RecorderOn && !r.Leaks:
		l.wrong(s, "pays and is recorded, and nobody is told")
	case !s.Pay.On() && (r.Status == engine.RecorderPausing || r.Status == engine.RecorderPaused || r.Leaks):
		l.wrong(s, "does not pay, and its recording is %+v", r)
	case s.Unagreed() && r.Status != engine.RecorderNone:
		l.wrong(s, "is recorded without consent: %+v", r)
	}
}

func (l *listener) wrong(s *engine.Session, format string, args ...any) {
	l.Helper()
	l.Fatalf("%s %s\n%s", s.ID, fmt.Sprintf(format, args...), l.said.String())
}

// look checks who is in charge, and the gaps.
func (l *listener) look(s *engine.Session) {
	f := s.Feed
	hears, open := -1, 0
	for i, e := range f.Ears {
		if hears >= 0 && (e.Status != engine.FeedNone || e.Kind == engine.FeedPhone && f.Phone != engine.PhoneFeed{}) {
			l.wrong(s, "is heard by %s, and %s is %s", f.Ears[hears].Kind, e.Kind, e.Status)
		}
		if hears < 0 && e.Status == engine.FeedLive && e.Failing.IsZero() {
			hears = i
		}
	}
	for i, g := range f.Gaps {
		switch {
		case g.To.IsZero() && g.Leg == "":
			open++
		case g.To.IsZero() && s.Phase == engine.PhaseOver:
			l.wrong(s, "is over, and %s is still not heard", g.Leg)
		case !g.To.IsZero() && g.To.Before(g.From):
			l.wrong(s, "has a gap that ends before it begins: %v", g)
		}
		for _, was := range f.Gaps[:i] {
			if g.Leg == "" && was.Leg == "" && g.From.Before(was.To) {
				l.wrong(s, "has two gaps at once: %v and %v", was, g)
			}
		}
	}
	switch {
	case s.Phase == engine.PhaseOver && (f.Kind != 0 || open > 0):
		l.wrong(s, "is over, heard by %s, %d gaps open", f.Kind, open)
	case s.Phase != engine.PhaseTalking || s.Ending != "" || !f.Anew.IsZero() || f.GivenUp:
	case hears >= 0 && (f.Kind != f.Ears[hears].Kind || f.Status != engine.FeedLive || open > 0):
		l.wrong(s, "is heard by %s: in charge is %s, feed %s, %d gaps open", f.Ears[hears].Kind, f.Kind, f.Status, open)
	case s.Pay.On() && open > 0:
		l.wrong(s, "has a gap that lasts while the customer pays")
	case s.Pay.On():
	case hears < 0 && len(f.Reigns) > 0 && open != 1:
		l.wrong(s, "is not heard, and %d gaps are open", open)
	}
}

// wanted checks that nothing goes on for a leg that the call has no use for, and that a
// leg which is not heard has its gap.
func (l *listener) wanted(s *engine.Session) {
	if s.Phase != engine.PhaseTalking || s.Ending != "" || !s.Feed.Anew.IsZero() {
		return
	}
	lines := map[engine.FeedKind]map[engine.LegID]bool{engine.FeedStream: {}, engine.FeedTelnyx: {}}
	for _, e := range s.Feed.Ears {
		for _, line := range e.Lines {
			leg, _ := s.Leg(line.Leg)
			lines[e.Kind][leg.ID] = true
			gap := slices.ContainsFunc(s.Feed.Gaps, func(g engine.Gap) bool { return g.Leg == line.Leg && g.To.IsZero() })
			if line.Broken && line.Leg != "customer" && leg.Live() && e.Kind == s.Feed.Kind && !gap {
				l.wrong(s, "does not hear %s, and has no gap", line.Leg)
			}
		}
	}
	for _, leg := range s.Legs {
		if leg.Status != engine.LegUp || leg.HangupAsked || leg.ID == "" {
			continue
		}
		for kind, on := range l.ordered(leg.ID) {
			if on && !lines[kind][leg.ID] {
				l.wrong(s, "has no use for %s of %s, and has not ended it", kind, leg.Name)
			}
		}
	}
}

// ordered returns what feeds were last told to hear a leg, as far as it was not refused.
func (l *listener) ordered(leg engine.LegID) map[engine.FeedKind]bool {
	on := map[engine.FeedKind]bool{}
	for _, c := range l.Sent {
		switch a := c.Action.(type) {
		case engine.Stream:
			on[engine.FeedStream] = a.Leg == leg && !l.refused[c.Name] || a.Leg != leg && on[engine.FeedStream]
		case engine.StopStream:
			on[engine.FeedStream] = a.Leg != leg && on[engine.FeedStream]
		case engine.Transcribe:
			on[engine.FeedTelnyx] = a.Leg == leg && !l.refused[c.Name] || on[engine.FeedTelnyx]
		case engine.StopTranscribe:
			on[engine.FeedTelnyx] = a.Leg != leg && on[engine.FeedTelnyx]
		}
	}
	return on
}

// once checks that each sentence is there once, and that what it adds was added once.
func (l *listener) once(s *engine.Session) {
	seen, words := map[string]engine.Utterance{}, 0
	for _, u := range s.Talk() {
		if _, twice := seen[u.ID]; twice {
			l.wrong(s, "has sentence %s twice", u.ID)
		}
		seen[u.ID] = u
		if u.Speaker == engine.SpeakerCustomer {
			words += len(strings.Fields(u.Text))
		}
	}
	if words != s.Words {
		l.wrong(s, "has %d words of the customer, and counts %d", words, s.Words)
	}
	counted := map[string]bool{}
	for _, x := range s.Samples {
		if u, ok := seen[x.Utterance]; !ok || counted[x.Utterance] || u.Speaker != engine.SpeakerCustomer {
			l.wrong(s, "has sentence %s in its mood twice, or for nothing", x.Utterance)
		}
		counted[x.Utterance] = true
	}
}

// ended checks what is left when all calls are over.
func (l *listener) ended() {
	relayed, connected := map[engine.ConnectionID]bool{}, map[engine.ConnectionID]bool{}
	for _, c := range l.Sent {
		switch a := c.Action.(type) {
		case engine.Relay:
			relayed[a.Connection] = true
		case engine.Unrelay:
			if a.Leg == "" {
				delete(relayed, a.Connection)
			}
		case engine.Hear:
			connected[a.Connection] = true
		case engine.Unlisten:
			delete(connected, a.Connection)
		}
	}
	if len(relayed)+len(connected) > 0 {
		l.Fatalf("Symbl listens for ever to %v %v\n%s", relayed, connected, l.said.String())
	}
	if len(l.Sent) > 900 {
		l.Fatalf("%d commands\n%s", len(l.Sent), l.said.String())
	}
}

func (l *listener) feeds() string {
	return rapid.SampledFrom([]string{"symbl-stream,symbl-phone,telnyx", "symbl-stream,telnyx", "symbl-phone,telnyx", "telnyx",
		"symbl-stream"}).Draw(l.T, "feeds")
}

// line draws what happens next.
func (l *listener) line() string {
	pick := func(of ...string) string { return rapid.SampledFrom(of).Draw(l.T, "event") }
	calls := l.State.Frame().Sessions
	calls = slices.DeleteFunc(slices.Clone(calls), func(s *engine.Session) bool { return s.Phase == engine.PhaseOver })
	if len(calls) == 0 {
		return "run 1"
	}
	f := rapid.SampledFrom(calls).Draw(l.T, "call")
	customer, operator := string(f.Legs[0].ID), fmt.Sprintf("%s-operator-%d", f.ID, f.Transfers)
	leg := pick(customer, customer, customer, operator)
	after := pick("+0 ", "+0.3 ", "+2 ", "+7 ")
	stream := fmt.Sprintf(" Session=%s Connection=%s Leg=%s", f.ID, f.Feed.Stream.Connection, leg)
	phone := fmt.Sprintf(" Session=%s Connection=%s", f.ID, f.Feed.Phone.Connection)
	room := " Conference=" + string(f.Conference)
	now := l.State.Now.Sub(enginetest.Start).Seconds()
	switch pick("media", "media", "media", "symbl", "symbl", "words", "words", "words", "answers", "answers", "call", "operator",
		"phone", "time", "time", "pay", "pay") {
	case "pay":
		return pick(fmt.Sprintf("%spay.asked Session=%s On=true By=supervisor/ann", after, f.ID), fmt.Sprintf("%spay.asked Session=%s On=true By=supervisor/ann", after, f.ID),
			fmt.Sprintf("%spay.asked Session=%s On=false By=supervisor/ann", after, f.ID), "+0.3 key.pressed Leg="+customer+" Digit=1",
			fmt.Sprintf("%suttered Message=n%d Revision=1 Start=%.1f End=%.1f Text=four~two~four~two%s", after, l.words, now-4, now-1, stream),
			fmt.Sprintf("%suttered Message=n%d Revision=1 Start=%.1f End=%.1f Text=four~two~four~two%s", after, l.words, now-4, now-1, phone),
			"refuse record other no", "refuse pause-recording other no", "unanswered pause-recording", "unanswered record", "silent pause-recording resume-recording record",
			"answering pause-recording resume-recording record", "refuse resume-recording other no", "refuse stop-transcribe other no",
			"+0.1 recording.saved ID=r Leg="+customer)
	case "media":
		return after + pick("media.up", "media.up", "media.up", "media.down Why=broke", "stream.failed Why=connection_failed",
			"media.gap From=6 To=7") + " Leg=" + leg
	case "symbl":
		return after + pick("feed.failed Why=broke"+stream, "feed.back"+stream, "feed.back"+stream, "feed.failed Why=broke"+phone, "feed.back"+phone,
			"feed.probed Kind=symbl-stream Works=true", "feed.probed Kind=symbl-phone Works=false")
	case "words":
		l.words++
		said := fmt.Sprintf("Message=m%d Revision=%d Start=%d End=%d", l.words-rapid.IntRange(0, 1).Draw(l.T, "again"),
			rapid.IntRange(1, 2).Draw(l.T, "revision"), l.words, l.words+2)
		return after + pick("floor.changed Leg="+leg+room, "floor.changed Leg="+leg+room+" Ago=5s",
			"transcribed Text=this~is~no~good Scored=true Polarity=-400 Source=local Leg="+leg,
			"transcribed Text=this~is~no~good Scored=true Polarity=-400 Source=local Ago=20s Leg="+leg,
			"uttered "+said+" Text=this~is~no~good~at~all Scored=true Polarity=-500"+stream,
			"uttered "+said+" Text=this~is~no~good~at~all Scored=true Polarity=-500"+phone,
			fmt.Sprintf("scored Command=%s/score/sentence/1 Polarity=-700 Source=chat", f.ID))
	case "phone":
		l.legs++
		return fmt.Sprintf("%sleg.initiated Leg=l%[2]d Direction=incoming From=+12025550198 To=+12025550199\n+0.2 leg.answered Leg=l%[2]d\n"+
			"+1 gathered Leg=l%[2]d Digits=%s Status=valid\n+0.2 participant.joined Leg=l%[2]d%s", after, l.legs,
			or(f.Feed.Phone.Code, "1"), room) + pick("", "", fmt.Sprintf("\n+9 leg.hungup Leg=l%d Cause=normal_clearing", l.legs))
	case "operator":
		next := fmt.Sprintf("%s-operator-%d", f.ID, f.Transfers+1)
		return fmt.Sprintf("%stransfer.asked Session=%s By=supervisor/ann\n+2 leg.answered Leg=%[3]s\n+1 gathered Leg=%[3]s Digits=1 Status=valid\n"+
			"+0.2 participant.joined Leg=%[3]s%s", after, f.ID, next, room)
	case "answers":
		return pick("refuse relay unreachable", "refuse relay unauthorized", "refuse stream other", "refuse transcribe other", "refuse listen unreachable",
			"unanswered relay", "unanswered stream", "unanswered transcribe", "unanswered score", "silent relay stream", "silent transcribe score",
			"answering relay stream transcribe score", "again", "refuse stream ended", "refuse stop-transcribe other", "silent stop-transcribe stop-stream")
	case "call":
		return pick("restart", "+1 gathered Leg="+customer+" Digits=2 Status=valid", fmt.Sprintf("+1 transfer.asked Session=%s By=supervisor/ann", f.ID),
			"+1 leg.answered Leg="+operator, "+1 gathered Leg="+operator+" Digits=1 Status=valid", "+1 participant.joined Leg="+operator+room,
			"+1 leg.hungup Leg="+operator+" Cause=normal_clearing", fmt.Sprintf("+1 hangup.asked Session=%s By=supervisor/ann", f.ID),
			fmt.Sprintf("+1 hold.asked Session=%s Leg=customer On=true By=supervisor/ann", f.ID),
			fmt.Sprintf("+1 hold.asked Session=%s Leg=customer On=false By=supervisor/ann", f.ID),
			"+1 conference.ended"+room, "+1 participant.left Leg="+operator+room, "settings Deaf= Feeds="+l.feeds(), "settings Deaf=off")
	default:
		return pick("run 1", "run 3", "run 12", "run 35", "run 200", "run 400")
	}
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
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

// What Symbl takes of a call that the engine has failed on ends with the call, and nothing
// of the telephone's is ended for it.
func TestARelayOfAQuarantinedCallEndsWithIt(t *testing.T) {
	s := enginetest.New()
	s.Lax()
	runs(t, s, "settings Feeds=symbl-stream\nsilent relay\n0 leg.initiated Leg=c1 Direction=incoming From=+12025550142 To=+12025550100\n"+
		"+0.3 leg.answered Leg=c1\n+3 speech.ended Leg=c1 Status=completed")
	call := s.State.Frame().Sessions[0]
	s.State.PanicNext()
	runs(t, s, "+1 floor.changed Leg=c1 Conference=room-"+string(call.ID))
	if got := s.State.Frame().Sessions[0].Quarantined.Event; got == 0 {
		t.Fatal("the call is not in quarantine")
	}
	runs(t, s, fmt.Sprintf("+1 listening Command=%s/relay/customer/1 Connection=%s\n+40 leg.hungup Leg=c1 Cause=normal_clearing",
		call.ID, call.Feed.Stream.Connection))
	unrelayed := 0
	for _, c := range s.Sent {
		switch c.Action.(type) {
		case engine.Unlisten:
			t.Errorf("%s ends a connection by telephone that is none", c.Name)
		case engine.Unrelay:
			unrelayed++
		}
	}
	if unrelayed != 1 {
		t.Errorf("ended %d times, want once", unrelayed)
	}
}
