package world

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// A desk at which a customer, his operator, a listener and a supervisor are in one room.
type overheardRoom struct {
	*sitting
	id                                       ConferenceID
	customer, operator, listener, supervisor LegID
}

func overhear(t *testing.T) overheardRoom {
	t.Helper()
	s := sit(t, Config{Phones: []string{otherDesk}})
	o := overheardRoom{sitting: s, customer: s.call(`{"operator":"answers","after":1}`)}
	o.id = s.room(o.customer)
	o.operator = s.operator(desk, o.customer)
	o.supervisor = s.operator(otherDesk, o.customer)
	var err error
	o.listener, err = s.CallIn("+12025550190", ourNumber, "")
	s.must(err)
	s.must(s.Answer(o.listener, Command{}))
	s.wait(5 * time.Second)
	for _, p := range []Place{{Leg: o.operator}, {Leg: o.listener, Muted: true}, {Leg: o.supervisor, Role: Monitor}} {
		s.must(s.Join(string(o.id), p, Command{}))
	}
	return o
}

// says has a leg say a text and returns who heard it: the letters of customer, operator,
// listener and supervisor.
func (o overheardRoom) says(leg LegID, text string) string {
	o.t.Helper()
	if !o.Talk(leg, text) {
		o.t.Fatalf("%s cannot talk", leg)
	}
	o.wait(10 * time.Second)
	return o.heardBy(text)
}

func (o overheardRoom) heardBy(text string) string {
	who := ""
	for _, e := range []struct {
		letter string
		leg    LegID
	}{{"c", o.customer}, {"o", o.operator}, {"l", o.listener}, {"s", o.supervisor}} {
		if slices.ContainsFunc(o.Heard(e.leg, 0), func(s Said) bool { return s.Text == text }) {
			who += e.letter
		}
	}
	return who
}

// "monitor: muted, hears all; whisper: only whisper_call_control_ids hear, empty list =>
// monitor; barge: all hear": section 8.
func TestWhoHearsASupervisorIsHisRolesToSay(t *testing.T) {
	o := overhear(t)
	for i, tt := range []struct {
		role    Role
		whisper []LegID
		want    string
	}{
		{Monitor, nil, ""},
		{Whisper, []LegID{o.operator}, "o"},
		{Whisper, []LegID{o.customer}, "c"},
		{Whisper, nil, ""},
		{Barge, nil, "col"},
		{Monitor, []LegID{o.operator}, ""},
		{RoleNone, nil, "col"},
	} {
		o.must(o.SetRole(string(o.id), o.supervisor, tt.role, tt.whisper, Command{}))
		if got := o.says(o.supervisor, fmt.Sprintf("Sentence %d.", i)); got != tt.want {
			t.Errorf("%s to %d legs: %q heard it, want %q", tt.role, len(tt.whisper), got, tt.want)
		}
		if got := o.says(o.customer, fmt.Sprintf("The customer's %d.", i)); got != "ols" {
			t.Errorf("%s: %q heard the customer, want all others", tt.role, got)
		}
	}
	stays := o.Snapshot().Conferences[0].Stays
	if got := stays[len(stays)-1]; got.Party != Stranger || !slices.Equal(got.Roles, []Role{Monitor, Whisper, Barge, Monitor, RoleNone}) {
		t.Errorf("the supervisor's stay is %+v", got)
	}
}

func TestAWhisperTakesNoFloor(t *testing.T) {
	o := overhear(t)
	o.must(o.SetRole(string(o.id), o.supervisor, Whisper, []LegID{o.operator}, Command{}))
	o.wait(0)
	o.Talk(o.supervisor, "Offer him a refund.")
	if kinds := kindsOf(o.wait(time.Minute)); len(kinds) != 0 {
		t.Errorf("told %v of a whisper", kinds)
	}
}

func TestWhoBecomesAMonitorInMidSentenceIsHeardNoMore(t *testing.T) {
	o := overhear(t)
	o.must(o.SetRole(string(o.id), o.supervisor, Barge, nil, Command{}))
	o.Talk(o.supervisor, "I am not to be heard to the end.")
	o.wait(500 * time.Millisecond)
	o.must(o.SetRole(string(o.id), o.supervisor, Whisper, []LegID{o.operator}, Command{}))
	o.wait(10 * time.Second)
	if got := o.heardBy("I am not to be heard to the end."); got != "o" {
		t.Errorf("%q heard it, want the operator alone", got)
	}
}

func TestALegOnHoldNeitherHearsNorIsHeard(t *testing.T) {
	o := overhear(t)
	o.must(o.SetRole(string(o.id), o.supervisor, Barge, nil, Command{}))
	o.wait(0)
	o.must(o.Hold(string(o.id), []LegID{o.customer}, "https://example.test/hold.mp3"))
	if got := o.says(o.customer, "Is anybody there?"); got != "" {
		t.Errorf("%q heard who is on hold", got)
	}
	if got := o.says(o.operator, "Between us, he is right."); got != "ls" {
		t.Errorf("%q heard the operator, want all but the customer", got)
	}
	report := o.leg(o.customer)
	if !report.Held || report.Playing != "https://example.test/hold.mp3" {
		t.Errorf("got %+v", report)
	}
	if err := o.Unhold(string(o.id), []LegID{o.customer}); err != nil {
		t.Fatal(err)
	}
	if got := o.says(o.customer, "There you are again."); got != "ols" {
		t.Errorf("%q heard him, want all others", got)
	}
	if o.leg(o.customer).Held || !o.Snapshot().Conferences[0].Stays[0].Held {
		t.Error("the snapshot does not tell the hold")
	}
	if events := o.wait(0); slices.Contains(kindsOf(events), PlaybackStarted) {
		t.Error("a hold is told: no webhook is listed for it")
	}
	if err := o.Hold(string(o.id), []LegID{o.call("")}, ""); code(err) != "10007" {
		t.Errorf("hold of who is elsewhere: got %v", err)
	}
}

func (s *sitting) leg(id LegID) LegReport {
	legs := s.Snapshot().Legs
	return legs[slices.IndexFunc(legs, func(l LegReport) bool { return l.ID == id })]
}

func TestWhoIsHeldInMidSentenceHasNotHeardIt(t *testing.T) {
	o := overhear(t)
	o.Talk(o.operator, "This is a long sentence of mine.")
	o.wait(500 * time.Millisecond)
	o.must(o.Hold(string(o.id), []LegID{o.customer}, ""))
	o.must(o.Unhold(string(o.id), []LegID{o.customer}))
	o.wait(10 * time.Second)
	if got := o.heardBy("This is a long sentence of mine."); got != "ls" {
		t.Errorf("%q heard it, want all but the customer", got)
	}
}

func TestASupervisorsPhoneIsNoOperator(t *testing.T) {
	s := sit(t, Config{Phones: []string{otherDesk}})
	leg := s.call(`{"operator":"busy"}
{"operator":"answers","after":1}
{"on":"left","at":0,"key":"9"}`)
	room := s.room(leg)
	phone := s.operator(otherDesk, leg)
	s.wait(5 * time.Second)
	s.must(s.Join(string(room), Place{Leg: phone, Role: Monitor}, Command{}))
	s.must(s.Gather(phone, Gathering{Text: "Monitored.", Valid: "12", Min: 1, Max: 1, First: time.Second, Tries: 1}, Command{}))
	s.operator(desk, leg)
	events := s.wait(5 * time.Second)
	if s.legs[phone].status != up || !slices.ContainsFunc(events, func(e Event) bool { return e.Cause == "user_busy" }) {
		t.Errorf("the first operator is not the busy one: %s", transcript(events))
	}
	s.must(s.Hangup(phone, Command{}))
	if events := s.wait(time.Minute); slices.Contains(kindsOf(events), KeyPressed) {
		t.Errorf("somebody took the phone for an operator: %s", transcript(events))
	}
}

func TestTheLineTellsWhoPicksUp(t *testing.T) {
	count := map[string]int{}
	for seed := range uint64(200) {
		s := sit(t, Config{Seed: seed})
		leg := s.call(`{"operator":"answers","after":1}
{"operator":"voicemail","after":1}
{"operator":"busy"}`)
		for _, kind := range []string{"human", "machine", "busy"} {
			_, err := s.Dial(Call{To: desk, LinkTo: leg, Ring: 20 * time.Second, Detect: DetectPremium}, Command{})
			s.must(err)
			var answered time.Time
			for _, e := range s.wait(30 * time.Second) {
				switch e.Kind {
				case Answered:
					answered = e.At
				case MachineDetected:
					count[kind+": "+e.Status]++
					if after := e.At.Sub(answered); after < time.Second || after > 3*time.Second || !e.Premium {
						t.Errorf("told %v after the answer", after)
					}
				}
			}
			for _, l := range s.Live() {
				if l.ID != leg {
					s.must(s.Hangup(l.ID, Command{}))
				}
			}
			s.wait(0)
		}
	}
	if count["human: human_business"]+count["human: not_sure"] != 200 || count["machine: machine"]+count["machine: not_sure"] != 200 {
		t.Errorf("got %v, want every answered leg told once and no other", count)
	}
	if n := count["human: not_sure"] + count["machine: not_sure"]; n == 0 || n > 60 {
		t.Errorf("%d of 400 are not sure, want few and some", n)
	}
}

func TestWhoIsNotAskedForIsNotTold(t *testing.T) {
	s := sit(t, Config{})
	s.operator(desk, s.call(""))
	if events := s.wait(time.Minute); slices.Contains(kindsOf(events), MachineDetected) {
		t.Errorf("told %s", transcript(events))
	}
}

func TestAudioPlaysUntilItIsStopped(t *testing.T) {
	url := Play{Audio: "https://example.test/hold.mp3"}
	for _, tt := range []struct {
		name string
		do   func(*sitting, LegID)
		want string
	}{
		{"over and over", func(s *sitting, leg LegID) {
			s.must(s.Play(leg, url, Command{}))
			s.wait(time.Hour)
			s.must(s.StopPlay(leg, StopAll, Command{}))
		}, "0.0 playback started ~ 3600.0 playback ended cancelled"},
		{"twice", func(s *sitting, leg LegID) {
			s.must(s.Play(leg, Play{Audio: url.Audio, Times: 2}, Command{}))
		}, "0.0 playback started ~ 60.0 playback ended completed"},
		{"after what is being said", func(s *sitting, leg LegID) {
			s.must(s.Speak(leg, "ten letter", StopAll, Command{}))
			s.must(s.Play(leg, url, Command{}))
		}, "0.0 speak started ~ 1.0 speak ended completed ~ 1.0 playback started"},
		{"until something is said in its place", func(s *sitting, leg LegID) {
			s.must(s.Play(leg, url, Command{}))
			s.wait(5 * time.Second)
			s.must(s.Speak(leg, "ten letter", StopAll, Command{}))
		}, "0.0 playback started ~ 5.0 playback ended cancelled ~ 5.0 speak started ~ 6.0 speak ended completed"},
		{"a name that is known", func(s *sitting, leg LegID) {
			s.must(s.Play(leg, Play{Audio: "waltz", Media: true}, Command{}))
		}, "0.0 playback started"},
		{"a name that nobody knows", func(s *sitting, leg LegID) {
			s.must(s.Play(leg, Play{Audio: "polka", Media: true}, Command{}))
			s.must(s.Speak(leg, "ten letter", StopNone, Command{}))
		}, "0.0 playback ended file_not_found ~ 0.0 speak started ~ 1.0 speak ended completed"},
		{"what is no address", func(s *sitting, leg LegID) {
			s.must(s.Play(leg, Play{Audio: "file:///waltz.mp3"}, Command{}))
		}, "0.0 playback ended file_not_found"},
		{"until the leg ends", func(s *sitting, leg LegID) {
			s.must(s.Play(leg, url, Command{}))
			s.wait(time.Second)
			s.PutDown(leg)
		}, "0.0 playback started ~ 1.0 playback ended call_hangup ~ 1.0 hung up normal_clearing caller 200"},
		{"stopped where nothing plays", func(s *sitting, leg LegID) { s.must(s.StopPlay(leg, StopAll, Command{})) }, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := sit(t, Config{Media: []string{"waltz"}})
			leg := s.call("")
			s.events = nil
			tt.do(s, leg)
			s.wait(10 * time.Minute)
			s.wants(s.events, tt.want)
		})
	}
}

func TestMusicIsNoQuestion(t *testing.T) {
	s := sit(t, Config{})
	leg := s.call(`{"on":"question","at":0,"key":"7"}`)
	s.must(s.Gather(leg, Gathering{Text: "Press 1.", Valid: "1", Min: 1, Max: 1, First: time.Second, Tries: 1}, Command{}))
	s.wait(5 * time.Second)
	s.must(s.Play(leg, Play{Audio: "https://example.test/hold.mp3"}, Command{}))
	if events := s.wait(time.Minute); slices.Contains(kindsOf(events), KeyPressed) {
		t.Error("he took music for a question")
	}
}

// "Over it the leg dies with SIP 403 'User channel limit exceeded D1'": section 2.
func TestANewAccountsLimitIsToldByTheLegsEnd(t *testing.T) {
	s := sit(t, Config{Limits: Limits{Account: 1, Late: true}})
	leg := s.call("")
	s.operator(desk, leg)
	s.operator(otherDesk, leg)
	events := s.wait(5 * time.Second)
	if got := strings.ReplaceAll(transcript(events), "\n", " ~ "); got != "0.0 initiated outgoing ~ 0.0 initiated outgoing ~ 0.5 hung up call_rejected callee 403 ~ 4.0 answered" {
		t.Errorf("got %s", got)
	}
}

func TestTheCarriersWordForTheNumberIsTold(t *testing.T) {
	s := sit(t, Config{})
	rec := read(t, "")
	rec.Attested = "B"
	_, err := s.Call(rec, ourNumber)
	s.must(err)
	if events := s.wait(0); len(events) != 1 || events[0].Attested != "B" {
		t.Errorf("got %+v", events)
	}
}
