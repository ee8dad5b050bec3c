package enginetest

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"switchboard/engine"
	"switchboard/engine/policy"
	"switchboard/engine/recording"
)

// Options of a simulation: what the floor is like.
const (
	withQueue      = "queue"       // who finds nobody free waits
	withCallback   = "callback"    // and may be called back
	withFront      = "front"       // a front desk
	withGroups     = "groups"      // two groups of operators, in turn and by rest
	withStream     = "stream"      // Symbl hears by stream, then by telephone, then Telnyx
	withTelnyx     = "transcripts" // Telnyx alone writes down what is said
	withPhoneAlike = "one-number"  // Symbl calls the customers' number
	withHoldAudio  = "hold-audio"
	withRules      = "rules" // the default policy
	withChat       = "chat"  // a scorer over the network
	withConsent    = "consent"
	withTapes      = "recorded"  // Telnyx records the sound
	withPaying     = "paying"    // customers read numbers out, and now and then a payment is told
	withForgetting = "forgetful" // calls that are over are forgotten
)

func simOptions() []string {
	return []string{withQueue, withCallback, withFront, withGroups, withStream, withTelnyx, withPhoneAlike, withHoldAudio, withRules, withChat,
		withConsent, withTapes, withPaying, withForgetting}
}

// SupervisorPhone is the supervisor's in a simulation.
const supervisorPhone = "+12025550177"

// NewSimulation makes a simulation from a seed: so many calls that come at once or one
// after the other, a floor, and a mix of the named faults; of all where none is named.
func NewSimulation(seed uint64, calls int, names []string, faults ...string) Simulation {
	d := dice{seed}
	s := Simulation{Seed: seed, Chances: map[string]int{}}
	add := func(step SimStep) { s.Steps = append(s.Steps, step) }
	for _, o := range simOptions() {
		if d.roll(3, "with", o) == 0 {
			add(SimStep{Verb: "with", What: o})
		}
	}
	gap := d.between(100*time.Millisecond, 6*time.Second, "gap")
	span := gap*time.Duration(calls) + time.Minute
	for n := 1; n <= calls; n++ {
		what := "made"
		if len(names) > 0 && d.roll(8, "recording", itoa(n)) == 0 {
			what = names[d.roll(len(names), "which", itoa(n))]
		}
		at := gap * time.Duration(n-1)
		add(SimStep{Verb: "call", Call: n, What: what, At: at.Truncate(time.Millisecond)})
	}
	for i := range calls {
		n := itoa(i)
		call := 1 + d.roll(calls, "whose", n)
		at := gap*time.Duration(call-1) + d.between(time.Second, 70*time.Second, "when", n)
		for k, kind := range keys(d, n) {
			add(SimStep{
				Verb: "press", What: kind, Call: call, Choice: 1 + d.roll(999, "choice", n, itoa(k)),
				At: at + time.Duration(k)*d.between(time.Second, 12*time.Second, "next", n),
			})
		}
	}
	s.private(d, calls, gap)
	chosen := faults
	if len(chosen) == 0 {
		for _, f := range SimFaults() {
			if d.roll(5, "fault", f) < 2 || f == Kill9 && d.roll(2, "kills") == 0 {
				chosen = append(chosen, f)
			}
		}
	}
	for _, f := range chosen {
		s.mix(d, f, span)
	}
	slices.SortStableFunc(s.Steps, func(a, b SimStep) int { return int(a.At - b.At) })
	return s
}

// stories are keys that a supervisor presses one after the other on a call.
func stories() [][]string {
	return [][]string{
		{"monitor.asked", "monitor.asked", "takeover.asked"},
		{"monitor.asked", "transfer.asked", "monitor.asked", "takeover.asked", "hangup.asked"},
		{"transfer.asked", "takeback.asked", "transfer.asked"},
		{"transfer.asked", "monitor.asked", "hold.asked", "hold.asked"},
		{"hurry.asked", "veto.asked", "veto.explained", "again.allowed"},
		{"mute.asked", "mute.asked", "claim.asked", "hold.asked", "hangup.asked"},
		{"snooze.asked", "alert.seen", "again.allowed"},
	}
}

// keys returns what a supervisor presses at one time: a story, or one key of all.
func keys(d dice, n string) []string {
	if all := stories(); d.roll(2, "story", n) == 0 {
		return all[d.roll(len(all), "which story", n)]
	}
	kinds := keyKinds()
	return kinds[d.roll(len(kinds), "kind", n):][:1]
}

// mix adds a fault: as a chance, or at some times within a span.
func (s *Simulation) mix(d dice, fault string, span time.Duration) {
	add := func(step SimStep) { s.Steps = append(s.Steps, step) }
	times := 1 + d.roll(4, "times", fault)
	switch fault {
	case Kill9:
		places := killPlaces()
		for i := range times {
			n := itoa(i)
			down := d.between(200*time.Millisecond, 4*time.Second, "down", n)
			if d.roll(4, "long", n) == 0 {
				down = d.between(5*time.Second, 3*time.Minute, "down", n)
			}
			add(SimStep{Verb: fault, What: places[d.roll(len(places), "place", n)], At: d.between(time.Second, span, "kill", n), For: down})
		}
	case DiskFull, SymblDrop, SymblSilence:
		for i := range times {
			n := itoa(i)
			add(SimStep{Verb: fault, At: d.between(time.Second, span, fault, n), For: d.between(time.Second, 40*time.Second, fault, "for", n)})
		}
	case ClockJump:
		by := time.Hour
		if d.roll(2, "back") == 0 {
			by = -by
		}
		add(SimStep{Verb: fault, At: d.between(time.Second, span, fault), For: by})
		if d.roll(2, "again") == 0 {
			add(SimStep{Verb: fault, At: d.between(time.Second, span, fault, "again"), For: -by})
		}
	default:
		s.Chances[fault] = []int{30, 100, 400, 1500}[d.roll(4, "chance", fault)]
	}
}

// settings returns what the floor of a simulation is like.
func (s Simulation) settings() engine.Settings {
	has := s.has
	set := Defaults()
	set.Phone = supervisorPhone
	set.Briefing = engine.Briefing{Language: "en-US", Voice: "v-en", Monitored: "a supervisor listens"}
	for i := range 3 {
		set.Operators = append(set.Operators, fmt.Sprintf("+1202555010%d", 3+i))
	}
	set.English.Queued, set.English.Offer, set.English.Callback = "you are number %d", "press 2 to be called back", "we will call you back"
	set.English.Waiting, set.Spanish.Queued = "please wait", "usted es el número %d"
	if has(withQueue) {
		set.Queue = engine.Queue{AtMost: 75 * time.Second, Then: engine.FallbackMenu, Callback: has(withCallback)}
		if has(withCallback) {
			set.Queue.Then = engine.FallbackCallback
		}
	}
	if has(withFront) {
		set.Front = engine.Front{Number: FrontNumber, Name: "Ava"}
	}
	if has(withGroups) {
		set.Groups = []engine.Group{
			{Name: "first", Order: engine.OrderIdle, Ring: 15 * time.Second, AtMost: 2},
			{Name: "second", Order: engine.OrderTurn, Ring: 20 * time.Second},
		}
		for i, number := range set.Operators {
			g := &set.Groups[min(i/3, 1)]
			g.Operators = append(g.Operators, engine.Operator{Number: number})
		}
	}
	switch {
	case has(withTelnyx):
		set.Feeds = []engine.FeedKind{engine.FeedTelnyx}
	case has(withStream):
		set.Feeds = []engine.FeedKind{engine.FeedStream, engine.FeedPhone, engine.FeedTelnyx}
	}
	if has(withPhoneAlike) {
		set.ListenNumber = ""
	}
	if has(withHoldAudio) {
		set.Hold = engine.Audio{URL: "https://example.test/hold.mp3"}
	}
	if has(withRules) {
		set.Policy = defaultPolicy()
	}
	set.Chat, set.Record, set.Consent = has(withChat), has(withTapes), has(withConsent)
	if has(withConsent) {
		set.English.Consent, set.English.Declined = "to agree press 1", "nobody listens"
		set.Spanish.Consent = "oprima 1 si acepta"
	}
	if has(withPaying) {
		set.PayAtMost = 45 * time.Second
	}
	return set
}

// has reports whether the floor has an option.
func (s Simulation) has(o string) bool {
	return slices.ContainsFunc(s.Steps, func(x SimStep) bool { return x.Verb == "with" && x.What == o })
}

// made returns the recording of a customer who is made up: what he presses and says, how
// operators and the front desk meet him, and when he hangs up.
func made(seed uint64, call int) *recording.Recording {
	d := dice{seed}
	n := itoa(call)
	roll := func(k int, what ...string) int { return d.roll(k, append(what, "made", n)...) }
	secs := func(from, to int, what ...string) time.Duration {
		return d.between(time.Duration(from)*time.Second, time.Duration(to)*time.Second, append(what, "made", n)...)
	}
	r := &recording.Recording{
		Name: "made", From: fmt.Sprintf("+120255501%02d", 20+roll(60, "from")), Caller: "Made Up " + n, Language: "en",
		Attested: []string{"", "A", "B", "C"}[roll(4, "attested")],
	}
	if roll(12, "withheld") == 0 {
		r.From = "anonymous"
	}
	says := func(on recording.Anchor, at time.Duration, who recording.Who, sour bool) {
		text, p := "I only want to ask about my parcel", 100
		if sour {
			text, p = "This is the third time that nobody helps me", -700
		}
		r.Lines = append(r.Lines, recording.Line{On: on, At: at, Who: who, Say: text, Scored: true, Polarity: p, Lasts: 2 * time.Second})
	}
	does := []recording.Does{recording.Answers, recording.Answers, recording.Answers, recording.Busy, recording.Rejects, recording.Silent, recording.Voicemail}
	for i := range roll(4, "operators") {
		k := itoa(i)
		o := recording.Operator{Does: does[roll(len(does), "does", k)], After: secs(1, 9, "after", k)}
		if o.Does == recording.Answers {
			switch roll(6, "key", k) {
			case 0:
				o.Declines = secs(1, 4, "declines", k)
			case 1:
				o.Ignores = true
			case 2:
				o.Accepts = secs(1, 3, "accepts", k)
			}
		}
		r.Operators = append(r.Operators, o)
	}
	if roll(2, "front") == 0 {
		r.Front = recording.Front{Does: does[roll(6, "front does")], After: secs(1, 6, "front after")}
		says(recording.OnFront, secs(1, 4, "front says"), recording.Desk, false)
		if roll(2, "front leaves") == 0 {
			r.Lines = append(r.Lines, recording.Line{On: recording.OnFront, At: secs(3, 25, "front hangs up"), Who: recording.Desk, Hangup: true})
		}
	}
	if r.Front.Does == recording.Voicemail {
		r.Front.Does = recording.Answers
	}
	for round := 1; round <= 3; round++ {
		if key := []string{"", "1", "1", "2", "9"}[roll(5, "menu", itoa(round))]; key != "" {
			r.Lines = append(r.Lines, recording.Line{On: recording.OnMenu, Round: round, At: secs(1, 6, "menu at", itoa(round)), Who: recording.Customer, Key: key})
		}
	}
	sour := roll(2, "sour") == 0
	for i := range roll(5, "says") {
		says(recording.OnAnswered, secs(4, 60, "says", itoa(i)), recording.Customer, sour)
	}
	says(recording.OnOperator, 2*time.Second, recording.Agent, false)
	if roll(3, "operator leaves") == 0 {
		r.Lines = append(r.Lines, recording.Line{On: recording.OnOperator, At: secs(4, 30, "operator hangs up"), Who: recording.Agent, Hangup: true})
	}
	r.Lines = append(r.Lines, recording.Line{On: recording.OnAnswered, At: secs(3, 110, "hangs up"), Who: recording.Customer, Hangup: true})
	return r
}

func defaultPolicy() engine.Policy { return policy.Default() }

func itoa(n int) string { return strconv.Itoa(n) }
