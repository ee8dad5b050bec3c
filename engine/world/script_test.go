package world

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"switchboard/engine/recording"
)

var began = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

const (
	ourNumber = "+12025550100"
	desk      = "+12025550111"
	otherDesk = "+12025550112"
)

// A sitting is a world with somebody who steps it and reads what it tells.
type sitting struct {
	*World
	t      *testing.T
	events []Event
}

func sit(t *testing.T, cfg Config) *sitting {
	t.Helper()
	cfg.Start = began
	return &sitting{World: New(cfg), t: t}
}

// wait lets time go on and collects what happens.
func (s *sitting) wait(d time.Duration) []Event {
	events := s.Advance(s.Now().Add(d))
	s.events = append(s.events, events...)
	return events
}

func (s *sitting) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// call has a customer call and answers him.
func (s *sitting) call(text string) LegID {
	s.t.Helper()
	leg, err := s.Call(read(s.t, text), ourNumber)
	s.must(err)
	s.must(s.Answer(leg, Command{}))
	s.wait(0)
	return leg
}

// room makes a conference with a leg in it.
func (s *sitting) room(leg LegID) ConferenceID {
	s.t.Helper()
	id, err := s.CreateConference(NewConference{Name: "room of " + string(leg), Owner: leg}, Command{})
	s.must(err)
	s.wait(0)
	return id
}

// operator dials for a customer.
func (s *sitting) operator(to string, customer LegID) LegID {
	s.t.Helper()
	leg, err := s.Dial(Call{From: ourNumber, To: to, LinkTo: customer, Ring: 20 * time.Second}, Command{})
	s.must(err)
	return leg
}

func read(t *testing.T, lines string) *recording.Recording {
	t.Helper()
	rec, err := recording.Read(strings.NewReader(`{"recording":1,"name":"test","from":"+12025550142","caller":"Mette"}` + "\n" + lines))
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

// line is an event as the transcripts of these tests show it.
func line(e Event) string {
	s := fmt.Sprintf("%.1f %s", e.At.Sub(began).Seconds(), e.Kind)
	for _, more := range []string{e.Direction.String(), e.Digit, e.Digits, e.Status, e.Cause, e.Source, e.SIP, e.Reason} {
		if more != "" && (more != e.Direction.String() || e.Kind == Initiated) {
			s += " " + more
		}
	}
	return s
}

func transcript(events []Event) string {
	var lines []string
	for _, e := range events {
		lines = append(lines, line(e))
	}
	return strings.Join(lines, "\n")
}

func (s *sitting) wants(events []Event, want string) {
	s.t.Helper()
	want = strings.Join(strings.Fields(strings.ReplaceAll(strings.TrimSpace(want), "\n", " ~ ")), " ")
	got := strings.ReplaceAll(transcript(events), "\n", " ~ ")
	if got != want {
		s.t.Errorf("got\n%s\nwant\n%s", strings.ReplaceAll(got, " ~ ", "\n"), strings.ReplaceAll(want, " ~ ", "\n"))
	}
}

func kindsOf(events []Event) (out []Kind) {
	for _, e := range events {
		out = append(out, e.Kind)
	}
	return out
}

func texts(said []Said) string {
	var out []string
	for _, s := range said {
		out = append(out, fmt.Sprintf("%s: %s", s.Who, s.Text))
	}
	return strings.Join(out, " | ")
}

// code returns Telnyx's code of an error.
func code(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return fmt.Sprint(err)
}

func TestOneCallFromRingToHangUp(t *testing.T) {
	s := sit(t, Config{Seed: 1})
	rec := read(t, `
{"operator":"busy"}
{"operator":"answers","after":3}
{"on":"answered","at":1,"who":"customer","say":"Lost: nobody is there."}
{"on":"menu","at":1,"key":"5"}
{"on":"menu","round":2,"at":2,"key":"1"}
{"on":"unavailable","at":0,"who":"customer","say":"Then try again."}
{"on":"operator","at":1,"who":"operator","say":"Hello, this is Ida.","polarity":0.4,"lasts":2}
{"on":"operator","at":1,"who":"customer","say":"Finally.","polarity":-0.8,"lasts":4}
{"on":"operator","at":6,"who":"operator","hangup":true}
{"on":"left","at":2,"who":"customer","hangup":true}`)
	leg, err := s.Call(rec, ourNumber)
	s.must(err)
	s.wants(s.wait(2*time.Second), `0.0 initiated incoming`)

	s.must(s.Answer(leg, Command{State: "Y3VzdG9tZXI="}))
	s.wants(s.wait(0), `2.0 answered`)
	s.wait(2 * time.Second) // his first words are lost
	room := s.room(leg)
	listener, err := s.CallIn("+12025550190", ourNumber, ",12#")
	s.must(err)
	s.must(s.Answer(listener, Command{}))
	s.must(s.Join(string(room), Place{Leg: listener, Muted: true}, Command{}))
	s.wants(s.wait(5*time.Second), `
		4.0 initiated incoming
		4.0 answered
		4.0 participant joined
		5.0 key pressed 1
		5.1 key pressed 2
		5.2 key pressed #`)

	menu := Gathering{Text: strings.Repeat("m", 60), Valid: "12", Min: 1, Max: 1, First: 8 * time.Second, Tries: 1}
	s.must(s.Gather(leg, menu, Command{}))
	s.wants(s.wait(2*time.Second), `
		10.0 key pressed 5
		10.0 gather ended 5 invalid`)
	s.must(s.Gather(leg, menu, Command{}))
	s.wants(s.wait(3*time.Second), `
		13.0 key pressed 1
		13.0 gather ended 1 valid`)

	s.must(s.Speak(leg, "One moment.", StopAll, Command{}))
	s.operator(desk, leg)
	s.wants(s.wait(2*time.Second), `
		14.0 speak started
		14.0 initiated outgoing
		14.0 hung up user_busy callee 486
		15.1 speak ended completed`)
	s.must(s.Speak(leg, "Nobody could be reached.", StopAll, Command{}))
	s.wants(s.wait(4*time.Second), `
		16.0 speak started
		16.0 floor changed
		17.8 speak ended completed`)

	operator := s.operator(desk, leg)
	s.wants(s.wait(4*time.Second), `
		20.0 initiated outgoing
		23.0 answered`)
	s.must(s.Join(string(room), Place{Leg: operator}, Command{}))
	s.wants(s.wait(10*time.Second), `
		24.0 participant joined
		25.0 floor changed
		25.0 floor changed
		30.0 participant left
		30.0 hung up normal_clearing callee 200
		32.0 participant left
		32.0 hung up normal_clearing caller 200`)
	if got, want := texts(s.Heard(listener, 0)), "customer: Then try again. | operator: Hello, this is Ida. | customer: Finally."; got != want {
		t.Errorf("the listener heard %q, want %q", got, want)
	}
	if got, want := texts(s.Heard(leg, 0)), "operator: Hello, this is Ida."; got != want {
		t.Errorf("the customer heard %q, want %q", got, want)
	}
	last := s.Heard(listener, 2)[0]
	if !last.Scored || last.Polarity != -800 || last.Leg != leg || last.End.Sub(last.Start) != 4*time.Second {
		t.Errorf("heard %+v", last)
	}
	s.must(s.Hangup(listener, Command{}))
	s.wants(s.wait(0), `
		34.0 participant left
		34.0 conference ended all_left
		34.0 hung up normal_clearing callee 200`)
	if left := s.Live(); len(left) != 0 {
		t.Errorf("legs left: %+v", left)
	}
}

func TestAnchorsGoByWhatTheCustomerCanTell(t *testing.T) {
	keys := `{"on":"question","at":0,"key":"7"}
{"on":"unavailable","at":0,"key":"8"}
{"on":"left","at":0,"key":"9"}
{"on":"menu","round":2,"at":0,"key":"2"}
`
	menu := Gathering{Text: "Press 1.", Valid: "1", Min: 1, Max: 1, First: time.Second, Tries: 1}
	speak := func(s *sitting, leg LegID) { s.must(s.Speak(leg, "Words.", StopAll, Command{})) }
	tests := []struct {
		name, lines string
		do          func(*sitting, LegID)
		want        string
	}{
		{"announcement is no question", "", speak, ""},
		{"spoken after a menu without a key: question", "", func(s *sitting, leg LegID) {
			s.must(s.Gather(leg, menu, Command{}))
			s.wait(5 * time.Second)
			speak(s, leg)
			s.wait(5 * time.Second)
			speak(s, leg)
		}, "7"},
		{"spoken over an open menu: no question", "", func(s *sitting, leg LegID) {
			s.must(s.Gather(leg, menu, Command{}))
			speak(s, leg)
		}, ""},
		{"spoken after a menu was stopped: no question", "", func(s *sitting, leg LegID) {
			s.must(s.Gather(leg, menu, Command{}))
			s.must(s.StopGather(leg, Command{}))
			speak(s, leg)
		}, ""},
		{"spoken while an operator is called: no question", "", func(s *sitting, leg LegID) {
			s.must(s.Gather(leg, menu, Command{}))
			s.wait(5 * time.Second)
			s.operator(desk, leg)
			speak(s, leg)
		}, ""},
		{"second menu", "", func(s *sitting, leg LegID) {
			s.must(s.Gather(leg, menu, Command{}))
			s.must(s.Gather(leg, menu, Command{}))
		}, "2"},
		{"told after a busy operator: unavailable", `{"operator":"busy"}`, func(s *sitting, leg LegID) {
			s.operator(desk, leg)
			s.wait(time.Second)
			s.must(s.Gather(leg, menu, Command{}))
		}, "8"},
		{"told after a refused dial: unavailable", "", func(s *sitting, leg LegID) {
			s.cfg.Limits.Account = 1
			s.operator(desk, "")
			if _, err := s.Dial(Call{From: ourNumber, To: desk, LinkTo: leg}, Command{}); code(err) != "90041" {
				s.t.Error(err)
			}
			speak(s, leg)
		}, "8"},
		{"operator who joined leaves: left", `{"operator":"answers","after":0}`, func(s *sitting, leg LegID) {
			room := s.room(leg)
			operator := s.operator(desk, leg)
			s.wait(0)
			s.must(s.Join(string(room), Place{Leg: operator}, Command{}))
			s.must(s.Hangup(operator, Command{}))
		}, "9"},
		{"told after one that was busy and one that came and left: left, not unavailable",
			`{"operator":"busy"}
{"operator":"answers","after":0}`, func(s *sitting, leg LegID) {
				room := s.room(leg)
				s.operator(desk, leg)
				s.wait(time.Second)
				operator := s.operator(otherDesk, leg)
				s.wait(0)
				s.must(s.Join(string(room), Place{Leg: operator}, Command{}))
				s.must(s.Hangup(operator, Command{}))
				speak(s, leg)
			}, "9"},
		{"operator who never joined leaves: not left", `{"operator":"answers","after":0}`, func(s *sitting, leg LegID) {
			operator := s.operator(desk, leg)
			s.wait(0)
			s.must(s.Hangup(operator, Command{}))
		}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := sit(t, Config{})
			leg := s.call(tt.lines + "\n" + keys)
			tt.do(s, leg)
			s.wait(10 * time.Second)
			got := ""
			for _, e := range s.events {
				got += e.Digit
			}
			if got != tt.want {
				t.Errorf("he pressed %q, want %q", got, tt.want)
			}
		})
	}
}
