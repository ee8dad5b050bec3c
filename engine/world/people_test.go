package world

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// "end_conference_on_exit hangs up all others when that leg leaves": section 6.
func TestWhenTheCustomerLeavesNobodyIsLeft(t *testing.T) {
	s := sit(t, Config{})
	leg := s.call(`{"on":"answered","at":10,"who":"customer","hangup":true}`)
	room := s.room(leg)
	in, err := s.Participants(room)
	s.must(err)
	yes := true
	s.must(s.SetExit(room, in[0].ID, Exit{End: &yes}))
	operator := s.operator(desk, leg)
	s.wait(5 * time.Second)
	s.must(s.Join(string(room), Place{Leg: operator}, Command{}))
	s.wait(time.Second)
	s.wants(s.wait(10*time.Second), `
		10.0 participant left
		10.0 participant left
		10.0 hung up normal_clearing caller 200
		10.0 conference ended host_left
		10.0 hung up normal_clearing caller 200`)
	if left := s.Live(); len(left) != 0 {
		t.Errorf("legs left: %+v", left)
	}
}

func TestWhenAnOperatorLeavesTheCustomerStays(t *testing.T) {
	s := sit(t, Config{})
	leg := s.call("")
	room := s.room(leg)
	operator := s.operator(desk, leg)
	s.wait(5 * time.Second)
	s.must(s.Join(string(room), Place{Leg: operator}, Command{}))
	s.must(s.Hangup(operator, Command{}))
	if in, _ := s.Participants(room); len(in) != 1 || in[0].Leg != leg {
		t.Errorf("in the room are %+v", in)
	}
}

func TestAMutedCustomerIsNotHeard(t *testing.T) {
	s := sit(t, Config{})
	leg := s.call(`
{"on":"answered","at":1,"who":"customer","say":"One is heard.","lasts":1}
{"on":"answered","at":3,"who":"customer","say":"Two is cut.","lasts":2}
{"on":"answered","at":6,"who":"customer","say":"Three is lost.","lasts":1}
{"on":"answered","at":9,"who":"customer","say":"Four is heard.","lasts":1}`)
	room := s.room(leg)
	listener, err := s.CallIn("+12025550190", ourNumber, "")
	s.must(err)
	s.must(s.Answer(listener, Command{}))
	s.must(s.Join(string(room), Place{Leg: listener}, Command{}))
	s.wait(4 * time.Second)
	if _, saying := s.Saying(listener); !saying {
		t.Error("nothing is heard before the mute")
	}
	s.must(s.Mute(string(room), nil, true))
	if said, saying := s.Saying(listener); saying {
		t.Errorf("heard %q of a muted leg", said.Text)
	}
	s.wait(4 * time.Second)
	s.must(s.Mute(string(room), []LegID{leg}, false))
	s.wait(4 * time.Second)
	if got, want := texts(s.Heard(listener, 0)), "customer: One is heard. | customer: Four is heard."; got != want {
		t.Errorf("heard %q, want %q", got, want)
	}
	if got := s.Heard(leg, 0); len(got) != 0 {
		t.Errorf("the customer heard himself: %v", got)
	}
}

func TestWhoLeavesBeforeTheEndOfASentenceHasNotHeardIt(t *testing.T) {
	s := sit(t, Config{})
	leg := s.call(`{"on":"answered","at":1,"who":"customer","say":"You will miss the end of this.","lasts":4}`)
	room := s.room(leg)
	listener, err := s.CallIn("+12025550190", ourNumber, "")
	s.must(err)
	s.must(s.Answer(listener, Command{}))
	s.must(s.Join(string(room), Place{Leg: listener}, Command{}))
	s.wait(3 * time.Second)
	s.must(s.Leave(string(room), listener, Command{}))
	s.wait(10 * time.Second)
	if heard := s.Heard(listener, 0); len(heard) != 0 {
		t.Errorf("heard %q", texts(heard))
	}
}

func TestOnlyThoseWhoAreThereFromTheBeginningHear(t *testing.T) {
	s := sit(t, Config{})
	leg := s.call(`
{"on":"answered","at":1,"who":"customer","say":"Too early for you.","lasts":2}
{"on":"answered","at":1.5,"who":"customer","say":"This waits for its turn.","lasts":2}`)
	room := s.room(leg)
	listener, err := s.CallIn("+12025550190", ourNumber, "")
	s.must(err)
	s.must(s.Answer(listener, Command{}))
	s.wait(2 * time.Second)
	s.must(s.Join(string(room), Place{Leg: listener}, Command{}))
	s.wait(10 * time.Second)
	heard := s.Heard(listener, 0)
	if got, want := texts(heard), "customer: This waits for its turn."; got != want {
		t.Fatalf("heard %q, want %q", got, want)
	}
	if got := heard[0].Start.Sub(began); got != 3*time.Second {
		t.Errorf("the second sentence began at %v, want 3s: nobody says two things at once", got)
	}
}

func TestSayingGivesWholeWordsOfWhatWasSaidSoFar(t *testing.T) {
	s := sit(t, Config{})
	leg := s.call(`{"on":"answered","at":1,"who":"customer","say":"aa bb cc dd é","lasts":10}`)
	room := s.room(leg)
	listener, err := s.CallIn("+12025550190", ourNumber, "")
	s.must(err)
	s.must(s.Answer(listener, Command{}))
	s.must(s.Join(string(room), Place{Leg: listener}, Command{}))
	var got []string
	for range 12 {
		s.wait(time.Second)
		said, _ := s.Saying(listener)
		got = append(got, said.Text)
	}
	want := []string{"", "", "", "aa", "aa", "aa bb", "aa bb", "aa bb cc", "aa bb cc", "aa bb cc dd", "", ""}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestOperatorsBehaveInTurn(t *testing.T) {
	s := sit(t, Config{Lines: -1})
	leg := s.call(`
{"operator":"busy","after":1}
{"operator":"rejects","after":2}
{"operator":"silent"}
{"operator":"voicemail","after":3}
{"operator":"answers","after":6}`)
	want := []string{
		"0.0 initiated outgoing ~ 1.0 hung up user_busy callee 486",
		"0.0 initiated outgoing ~ 2.0 hung up call_rejected callee 603",
		"0.0 initiated outgoing ~ 20.0 hung up no_answer unknown 487",
		"0.0 initiated outgoing ~ 3.0 answered ~ 23.0 hung up normal_clearing callee 200",
		"0.0 initiated outgoing ~ 6.0 answered",
		"0.0 initiated outgoing ~ 6.0 answered", // the last one holds
	}
	other := s.call("")
	for i, want := range want {
		start := s.Now()
		s.operator(desk, leg)
		events := s.wait(time.Minute)
		for i := range events {
			events[i].At = began.Add(events[i].At.Sub(start))
		}
		if got := strings.ReplaceAll(transcript(events), "\n", " ~ "); got != want {
			t.Errorf("operator %d: got %s, want %s", i+1, got, want)
		}
	}
	s.operator(desk, other)
	if got := kindsOf(s.wait(5 * time.Second)); !slices.Equal(got, []Kind{Initiated, Answered}) {
		t.Errorf("of a recording without operators one did %v, want to answer", got)
	}
}

func TestAVoicemailIsHeardInTheRoom(t *testing.T) {
	s := sit(t, Config{})
	leg := s.call(`{"operator":"voicemail","after":1}
{"on":"operator","at":1,"who":"operator","say":"A machine never says this."}`)
	room := s.room(leg)
	machine := s.operator(desk, leg)
	if !s.leg(machine).Machine || s.leg(leg).Machine {
		t.Error("the snapshot does not tell the machine from the man")
	}
	s.wait(1500 * time.Millisecond)
	s.must(s.Join(string(room), Place{Leg: machine}, Command{}))
	s.wait(time.Minute)
	if got, want := texts(s.Heard(leg, 0)), "operator: "+greeting[0].Say+" | operator: "+greeting[1].Say; got != want {
		t.Errorf("the customer heard %q, want %q", got, want)
	}
}

// "Accepted (operator hears a short briefing, presses 1; voicemail is recognised by the
// missing 1)": issue 3.
func TestAnOperatorWhoIsBriefedTakesTheCallAndAMachineDoesNot(t *testing.T) {
	text := strings.Repeat("b", 60) // takes 4 s
	for _, tt := range []struct {
		name, operator, want string
	}{
		{"when he has recognised it", `{"operator":"answers","after":1}`, "4.8 key pressed 1 ~ 4.8 gather ended 1 valid"},
		{"when he is told to", `{"operator":"answers","after":1,"accepts":2.5}`, "4.5 key pressed 1 ~ 4.5 gather ended 1 valid"},
		{"never, but declines", `{"operator":"answers","after":1,"declines":3}`, "5.0 key pressed 2 ~ 5.0 gather ended 2 valid"},
		{"never", `{"operator":"answers","after":1,"ignores":true}`, "19.0 gather ended timeout"},
		{"too late: it is over", `{"operator":"answers","after":1,"accepts":60}`, "19.0 gather ended timeout"},
		{"once, though the text is repeated", `{"operator":"answers","after":1,"accepts":12}`, "14.0 key pressed 1 ~ 14.0 gather ended 1 valid"},
		{"a machine", `{"operator":"voicemail","after":1}`, "19.0 gather ended timeout ~ 21.0 hung up normal_clearing callee 200"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := sit(t, Config{})
			operator := s.operator(desk, s.call(tt.operator))
			s.wait(2 * time.Second)
			s.must(s.Gather(operator, Gathering{Text: text, Valid: "12", Min: 1, Max: 1, First: 4500 * time.Millisecond, Tries: 2}, Command{}))
			s.wants(s.wait(time.Minute), tt.want)
			if heard := s.Snapshot().Legs; tt.name == "a machine" && heard[1].Said != 2 {
				t.Errorf("the machine said %d sentences, want 2: it talks on", heard[1].Said)
			}
		})
	}
}

func TestAWaitWithoutATextIsNoBriefing(t *testing.T) {
	s := sit(t, Config{})
	operator := s.operator(desk, s.call(`{"operator":"answers","after":1}`))
	s.wait(2 * time.Second)
	s.must(s.Gather(operator, Gathering{Valid: "12", Min: 1, Max: 1, First: 5 * time.Second}, Command{}))
	s.wants(s.wait(time.Minute), "7.0 gather ended timeout")
}

func TestAStrangerWhoIsDialledForNobodyPressesNothing(t *testing.T) {
	s := sit(t, Config{})
	phone := s.operator(desk, "")
	s.wait(5 * time.Second)
	s.must(s.Gather(phone, Gathering{Text: "Press 1.", Valid: "12", Min: 1, Max: 1, First: 5 * time.Second, Tries: 1}, Command{}))
	s.wants(s.wait(time.Minute), "10.9 gather ended timeout")
}

// "A front is dialled into the conference after the menu; recordings may have a front":
// issue 3.
func TestAFrontIsNoOperator(t *testing.T) {
	s := sit(t, Config{Front: "+12025550177"})
	leg := s.call(`
{"operator":"busy"}
{"front":"answers","after":3}
{"on":"front","at":1,"who":"front","say":"I am the assistant.","lasts":1}
{"on":"front","at":3,"who":"customer","say":"A person, please.","lasts":1}
{"on":"front","at":30,"who":"customer","say":"Still here?","lasts":1}
{"on":"operator","at":0,"who":"customer","key":"8"}
{"on":"left","at":0,"key":"9"}
{"on":"unavailable","at":0,"key":"7"}`)
	room := s.room(leg)
	front := s.operator("+12025550177", leg)
	s.wait(5 * time.Second)
	s.must(s.Gather(front, Gathering{Text: "Press 1.", Valid: "1", Min: 1, Max: 1, First: time.Second, Tries: 1}, Command{}))
	s.must(s.Join(string(room), Place{Leg: front}, Command{}))
	s.wait(5 * time.Second)
	if got, want := texts(s.Heard(front, 0))+" / "+texts(s.Heard(leg, 0)), "customer: A person, please. / front: I am the assistant."; got != want {
		t.Errorf("they heard %q, want %q", got, want)
	}
	s.operator(desk, leg)
	s.wait(time.Second)
	s.must(s.Hangup(front, Command{}))
	s.wait(time.Minute)
	for _, e := range s.events {
		if e.Kind == KeyPressed {
			t.Errorf("%s: somebody took the front for an operator", line(e))
		}
	}
	if report := s.leg(front); report.Party != Front || report.Cause != "normal_clearing" || report.Customer != leg {
		t.Errorf("got %+v", report)
	}
	if s.call(""); s.operator("+12025550177", leg) == s.operator("+12025550177", leg) {
		t.Error("a front takes one call")
	}
	for _, e := range s.wait(10 * time.Second) {
		if e.Cause == "user_busy" {
			t.Error("a front is engaged")
		}
	}
}

func TestTheRingTimeIsStrictUnlessOtherRoutesAreTried(t *testing.T) {
	for retry, want := range map[bool]string{false: "no_answer", true: "timeout"} {
		s := sit(t, Config{})
		leg := s.call(`{"operator":"answers","after":9}`)
		_, err := s.Dial(Call{To: desk, LinkTo: leg, Ring: 8 * time.Second, Retry: retry}, Command{})
		s.must(err)
		events := s.wait(time.Minute)
		if last := events[len(events)-1]; last.Cause != want || last.At.Sub(began) != 8*time.Second {
			t.Errorf("retry %t: got %s, want %s after 8 s", retry, line(last), want)
		}
	}
}

func TestANumberThatIsEngagedIsBusy(t *testing.T) {
	for _, tt := range []struct {
		lines int
		want  []string
	}{
		{0, []string{"", "user_busy", "user_busy"}},
		{2, []string{"", "", "user_busy"}},
		{-1, []string{"", "", ""}},
	} {
		s := sit(t, Config{Lines: tt.lines})
		var got []string
		for range 3 {
			leg := s.operator(desk, s.call(""))
			s.wait(10 * time.Second)
			got = append(got, s.legs[leg].cause)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("with %d lines: got %q, want %q", tt.lines, got, tt.want)
		}
	}
}

func TestACallerWhomNobodyAnswersGivesUp(t *testing.T) {
	s := sit(t, Config{})
	_, err := s.Call(read(t, ""), ourNumber)
	s.must(err)
	s.wants(s.wait(time.Hour), "0.0 initiated incoming ~ 60.0 hung up originator_cancel caller 487")
}

func TestFiftyCallsDoNotMix(t *testing.T) {
	s := sit(t, Config{Seed: 7, Keep: time.Hour})
	for i := range 50 {
		leg := s.call(fmt.Sprintf(`
{"on":"answered","at":%d,"who":"customer","say":"I am number %d."}
{"on":"operator","at":1,"who":"operator","say":"You are number %d."}
{"on":"operator","at":8,"who":"customer","hangup":true}`, 5+i%7, i, i))
		room := s.room(leg)
		in, err := s.Participants(room)
		s.must(err)
		yes := true
		s.must(s.SetExit(room, in[0].ID, Exit{End: &yes}))
		operator := s.operator(fmt.Sprintf("+1202555%04d", 200+i), leg)
		listener, err := s.CallIn("+12025550190", ourNumber, "1")
		s.must(err)
		s.must(s.Answer(listener, Command{}))
		s.must(s.Join(string(room), Place{Leg: listener, Muted: true}, Command{}))
		t.Cleanup(func() {
			got := texts(s.Heard(listener, 0))
			said, told := fmt.Sprintf("customer: I am number %d.", i), fmt.Sprintf("operator: You are number %d.", i)
			if got != said+" | "+told && got != told+" | "+said {
				t.Errorf("listener %d heard %q", i, got)
			}
		})
		s.after(6*time.Second, nil, func() { s.must(s.Join(string(room), Place{Leg: operator}, Command{})) })
	}
	s.wait(time.Minute)
	snapshot := s.Snapshot()
	if len(snapshot.Conferences) != 50 || len(snapshot.Legs) != 150 {
		t.Errorf("there were %d conferences and %d legs", len(snapshot.Conferences), len(snapshot.Legs))
	}
	for _, c := range snapshot.Conferences {
		if c.Ended.IsZero() || c.Together(Customer) != 1 || c.Together(Operator) != 1 || len(c.Stays) != 3 {
			t.Errorf("conference %+v", c)
		}
	}
	for _, l := range snapshot.Legs {
		if l.Ended.IsZero() || l.Answers != 1 {
			t.Errorf("leg %+v", l)
		}
	}
}
