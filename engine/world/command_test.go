package world

import (
	"encoding/base64"
	"testing"
	"time"
)

// "Codes the engine must know": contracts/telnyx.md, section 2.
func TestCommandsAreRefusedWithTelnyxCodes(t *testing.T) {
	tests := []struct {
		name string
		do   func(s *sitting, leg LegID, room ConferenceID) error // of a customer in his room
		want string
		http int
	}{
		{"answer an unknown leg", func(s *sitting, _ LegID, _ ConferenceID) error { return s.Answer("v3:x", Command{}) }, "90015", 422},
		{"answer twice", func(s *sitting, leg LegID, _ ConferenceID) error { return s.Answer(leg, Command{}) }, "10015", 422},
		{"answer our own call", func(s *sitting, leg LegID, _ ConferenceID) error {
			return s.Answer(s.operator(desk, leg), Command{})
		}, "90102", 422},
		{"hang up what is gone", func(s *sitting, leg LegID, _ ConferenceID) error {
			s.PutDown(leg)
			return s.Hangup(leg, Command{})
		}, "90018", 422},
		{"hang up what is forgotten", func(s *sitting, leg LegID, _ ConferenceID) error {
			s.PutDown(leg)
			s.wait(keepEnded + time.Second)
			return s.Hangup(leg, Command{})
		}, "90015", 422},
		{"speak before the answer", func(s *sitting, leg LegID, _ ConferenceID) error {
			return s.Speak(s.operator(desk, leg), "x", StopNone, Command{})
		}, "90034", 422},
		{"gather before the answer", func(s *sitting, leg LegID, _ ConferenceID) error {
			return s.Gather(s.operator(desk, leg), Gathering{}, Command{})
		}, "90034", 422},
		{"client_state is not base64", func(s *sitting, leg LegID, _ ConferenceID) error {
			return s.Speak(leg, "x", StopNone, Command{State: "one|two"})
		}, "90017", 422},
		{"client_state is wrapped", func(s *sitting, leg LegID, _ ConferenceID) error {
			return s.Speak(leg, "x", StopNone, Command{State: "YWJj\nYWJj"})
		}, "90017", 422},
		{"dial with a client_state that is not base64", func(s *sitting, leg LegID, _ ConferenceID) error {
			_, err := s.Dial(Call{To: desk}, Command{State: "#"})
			return err
		}, "90017", 422},
		{"dial linked to an unknown leg", func(s *sitting, leg LegID, _ ConferenceID) error {
			_, err := s.Dial(Call{To: desk, LinkTo: "v3:x"}, Command{})
			return err
		}, "90015", 422},
		{"room with a name that is taken", func(s *sitting, leg LegID, room ConferenceID) error {
			_, err := s.CreateConference(NewConference{Name: "room of " + string(leg), Owner: leg}, Command{})
			return err
		}, "90033", 422},
		{"room for a leg that is not answered", func(s *sitting, leg LegID, _ ConferenceID) error {
			_, err := s.CreateConference(NewConference{Name: "new", Owner: s.operator(desk, leg)}, Command{})
			return err
		}, "90034", 422},
		{"join twice", func(s *sitting, leg LegID, room ConferenceID) error {
			return s.Join(string(room), Place{Leg: leg}, Command{})
		}, "90044", 422},
		{"join what never was", func(s *sitting, leg LegID, _ ConferenceID) error {
			return s.Join("nowhere", Place{Leg: leg}, Command{})
		}, "90058", 404},
		{"join what has ended", func(s *sitting, leg LegID, room ConferenceID) error {
			s.must(s.Leave(string(room), leg, Command{}))
			return s.Join(string(room), Place{Leg: leg}, Command{})
		}, "90019", 422},
		{"join before the answer", func(s *sitting, leg LegID, room ConferenceID) error {
			return s.Join(string(room), Place{Leg: s.operator(desk, leg)}, Command{})
		}, "90034", 422},
		{"join what is full", func(s *sitting, leg LegID, _ ConferenceID) error {
			small, err := s.CreateConference(NewConference{Name: "small", Owner: leg, Max: 1}, Command{})
			s.must(err)
			return s.Join(string(small), Place{Leg: s.call("")}, Command{})
		}, "90032", 422},
		{"leave where it is not", func(s *sitting, leg LegID, room ConferenceID) error {
			return s.Leave(string(room), s.call(""), Command{})
		}, "10007", 422},
		{"mute in what is gone", func(s *sitting, leg LegID, room ConferenceID) error {
			s.PutDown(leg)
			return s.Mute(string(room), []LegID{leg}, true)
		}, "90019", 422},
		{"mute what is not there", func(s *sitting, leg LegID, room ConferenceID) error {
			return s.Mute(string(room), []LegID{s.call("")}, true)
		}, "10007", 422},
		{"exit of nobody", func(s *sitting, leg LegID, room ConferenceID) error {
			return s.SetExit(room, "x", Exit{})
		}, "10005", 404},
		{"more calls than the account may", func(s *sitting, leg LegID, _ ConferenceID) error {
			s.cfg.Limits = Limits{Account: 1}
			s.operator(desk, leg)
			_, err := s.Dial(Call{To: otherDesk, LinkTo: leg}, Command{})
			return err
		}, "90041", 422},
		{"more calls than the profile may", func(s *sitting, leg LegID, _ ConferenceID) error {
			s.cfg.Limits = Limits{Profile: 1}
			s.operator(desk, leg)
			_, err := s.Dial(Call{To: otherDesk, LinkTo: leg}, Command{})
			return err
		}, "90042", 422},
		{"more calls than the connection may", func(s *sitting, leg LegID, _ ConferenceID) error {
			s.cfg.Limits = Limits{Connection: 1}
			s.operator(desk, leg)
			_, err := s.Dial(Call{To: otherDesk, LinkTo: leg}, Command{})
			return err
		}, "90043", 422},
		{"dials too fast", func(s *sitting, leg LegID, _ ConferenceID) error {
			s.cfg.Limits = Limits{Dials: 1}
			for range 5 {
				s.operator(desk, leg)
			}
			_, err := s.Dial(Call{To: otherDesk, LinkTo: leg}, Command{})
			return err
		}, "90103", 429},
		{"too many prompts", func(s *sitting, leg LegID, _ ConferenceID) error {
			for range maxQueue {
				s.must(s.Speak(leg, "x", StopNone, Command{}))
			}
			return s.Speak(leg, "x", StopNone, Command{})
		}, "10015", 422},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := sit(t, Config{Lines: -1})
			leg := s.call("")
			room := s.room(leg)
			err := tt.do(s, leg, room)
			if code(err) != tt.want {
				t.Fatalf("got %v, want %s", err, tt.want)
			}
			if got := err.(*Error).HTTP; got != tt.http {
				t.Errorf("answered with %d, want %d", got, tt.http)
			}
		})
	}
}

// "duplicates within 60 s are ignored": contracts/telnyx.md, section 3.
func TestACommandIDCountsOnceInSixtySeconds(t *testing.T) {
	c := Command{ID: "6b1f2e6c"}
	t.Run("call commands by leg", func(t *testing.T) {
		s := sit(t, Config{})
		one, other := s.call(""), s.call("")
		speak := func(leg LegID) { s.must(s.Speak(leg, "x", StopNone, c)) }
		speak(one)
		speak(one)
		speak(other)
		s.wants(s.wait(59*time.Second), "0.0 speak started ~ 0.0 speak started ~ 0.5 speak ended completed ~ 0.5 speak ended completed")
		speak(one)
		s.wants(s.wait(time.Second), "")
		speak(one)
		s.wants(s.wait(0), "60.0 speak started")
	})
	t.Run("one that was refused does not count", func(t *testing.T) {
		s := sit(t, Config{})
		leg, err := s.Call(read(t, ""), ourNumber)
		s.must(err)
		if err := s.Speak(leg, "x", StopNone, c); code(err) != "90034" {
			t.Fatal(err)
		}
		s.must(s.Answer(leg, Command{}))
		s.must(s.Speak(leg, "x", StopNone, c))
		if got := kindsOf(s.wait(0)); got[len(got)-1] != SpeakStarted {
			t.Errorf("got %v", got)
		}
	})
	t.Run("hang-up of what the first one ended", func(t *testing.T) {
		s := sit(t, Config{})
		leg := s.call("")
		s.must(s.Hangup(leg, c))
		s.must(s.Hangup(leg, c))
	})
	t.Run("dial repeats its first answer, across all dials", func(t *testing.T) {
		s := sit(t, Config{Lines: -1})
		one, other := s.call(""), s.call("")
		dial := func(link LegID) LegID {
			leg, err := s.Dial(Call{From: ourNumber, To: desk, LinkTo: link, Ring: 5 * time.Minute}, c)
			s.must(err)
			return leg
		}
		first := dial(one)
		if again := dial(other); again != first {
			t.Errorf("got another leg: %s, %s", first, again)
		}
		s.wants(s.wait(0), "0.0 initiated outgoing")
		s.wait(repeatWindow)
		if again := dial(one); again == first {
			t.Error("the id is still remembered after 60 s")
		}
	})
	t.Run("conference commands across all rooms", func(t *testing.T) {
		s := sit(t, Config{})
		one, other := s.call(""), s.call("")
		room, err := s.CreateConference(NewConference{Name: "one", Owner: one}, c)
		s.must(err)
		again, err := s.CreateConference(NewConference{Name: "one", Owner: one}, c)
		s.must(err)
		if room != again {
			t.Errorf("got another room: %s, %s", room, again)
		}
		s.wait(0)
		join := Command{ID: "join"}
		s.must(s.Join(string(room), Place{Leg: other}, join))
		s.must(s.Join(string(room), Place{Leg: other}, join))
		s.wants(s.wait(0), "0.0 participant joined")
	})
}

// "Conference webhooks carry the client_state of the conference owner": section 4.
func TestClientStateSticksAndConferencesCarryTheirOwners(t *testing.T) {
	state := func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
	s := sit(t, Config{})
	leg, err := s.Call(read(t, ""), ourNumber)
	s.must(err)
	s.must(s.Answer(leg, Command{State: state("customer")}))
	room := s.room(leg)
	operator, err := s.Dial(Call{To: desk, LinkTo: leg, Ring: time.Minute}, Command{State: state("operator")})
	s.must(err)
	s.wait(5 * time.Second)
	s.must(s.Join(string(room), Place{Leg: operator}, Command{}))
	s.must(s.Speak(leg, "x", StopNone, Command{State: state("new")}))
	s.must(s.Hangup(operator, Command{}))
	s.wait(0)
	var got []string
	sessions := map[string]bool{}
	for _, e := range s.events {
		text, err := base64.StdEncoding.DecodeString(e.State)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, e.Kind.String()+": "+string(text))
		sessions[e.Session] = true
	}
	want := []string{"initiated: ", "answered: customer", "conference created: customer", "participant joined: customer",
		"initiated: operator", "answered: operator", "participant joined: customer", "speak started: new",
		"participant left: new", "hung up: operator"}
	if len(got) != len(want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("event %d is %q, want %q", i, got[i], want[i])
		}
	}
	if len(sessions) != 1 {
		t.Errorf("linked legs have %d sessions, want one", len(sessions))
	}
}

func TestGathers(t *testing.T) {
	text := "Words." // 0.8 s
	tests := []struct {
		name string
		g    Gathering
		keys string // the customer's lines, from the answer on
		want string
	}{
		{"a key in the middle of the text cuts it off",
			Gathering{Text: text, Valid: "12", Min: 1, Max: 1, First: 5 * time.Second, Tries: 1},
			`{"on":"answered","at":0.2,"key":"1"}`,
			`0.2 key pressed 1 ~ 0.2 gather ended 1 valid`},
		{"no key: the time counts from the end of the text",
			Gathering{Text: text, Valid: "12", Min: 1, Max: 1, First: 5 * time.Second, Tries: 1}, ``,
			`5.8 gather ended timeout`},
		{"no key: the text is spoken as often as it has tries",
			Gathering{Text: text, Valid: "12", Min: 1, Max: 1, First: 5 * time.Second, Tries: 2}, ``,
			`11.5 gather ended timeout`},
		{"a wrong key ends the last try",
			Gathering{Text: text, Valid: "12", Min: 1, Max: 1, First: 5 * time.Second, Tries: 1},
			`{"on":"answered","at":2,"key":"9"}`,
			`2.0 key pressed 9 ~ 2.0 gather ended 9 invalid`},
		{"the terminator ends it",
			Gathering{Valid: "0123456789", Min: 1, Max: 10, Terminator: "#", First: 5 * time.Second, Between: 5 * time.Second},
			`{"on":"answered","at":1,"key":"1"}
{"on":"answered","at":2,"key":"2"}
{"on":"answered","at":3,"key":"#"}`,
			`1.0 key pressed 1 ~ 2.0 key pressed 2 ~ 3.0 key pressed # ~ 3.0 gather ended 12 valid`},
		{"a pause between keys ends it",
			Gathering{Valid: "0123456789", Min: 3, Max: 10, Terminator: "#", First: 5 * time.Second, Between: 2 * time.Second},
			`{"on":"answered","at":1,"key":"1"}
{"on":"answered","at":4,"key":"2"}`,
			`1.0 key pressed 1 ~ 3.0 gather ended 1 invalid ~ 4.0 key pressed 2`},
		{"all in all it takes no longer than Total",
			Gathering{Valid: "0123456789", Min: 3, Max: 10, First: 5 * time.Second, Between: 2 * time.Second, Total: 2500 * time.Millisecond},
			`{"on":"answered","at":1,"key":"1"}
{"on":"answered","at":2,"key":"2"}`,
			`1.0 key pressed 1 ~ 2.0 key pressed 2 ~ 2.5 gather ended 12 invalid`},
		{"the customer's end ends it",
			Gathering{Text: text, Valid: "12", Min: 1, Max: 1, First: 5 * time.Second, Tries: 1},
			`{"on":"answered","at":0.5,"who":"customer","hangup":true}`,
			`0.5 gather ended call_hangup ~ 0.5 hung up normal_clearing caller 200`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := sit(t, Config{})
			leg := s.call(tt.keys)
			s.must(s.Gather(leg, tt.g, Command{}))
			s.wants(s.wait(30*time.Second), tt.want)
		})
	}
}

func TestPromptsWaitForOneAnotherUnlessTheyAreToldToStop(t *testing.T) {
	say := func(s *sitting, leg LegID, text string, stop Stop) { s.must(s.Speak(leg, text, stop, Command{})) }
	tests := []struct {
		stop Stop
		want string
	}{
		{StopNone, `0.0 speak started ~ 1.0 speak ended completed ~ 1.0 speak started ~ 2.0 speak ended completed ~ 2.0 speak started ~ 3.0 speak ended completed`},
		{StopCurrent, `0.0 speak started ~ 0.5 speak ended cancelled ~ 0.5 speak started ~ 1.5 speak ended completed ~ 1.5 speak started ~ 2.5 speak ended completed`},
		{StopAll, `0.0 speak started ~ 0.5 speak ended cancelled ~ 0.5 speak started ~ 1.5 speak ended completed`},
	}
	for _, tt := range tests {
		s := sit(t, Config{})
		leg := s.call("")
		say(s, leg, "ten letter", StopNone)
		say(s, leg, "ten letter", StopNone)
		events := s.wait(500 * time.Millisecond)
		say(s, leg, "ten letter", tt.stop)
		s.wants(append(events, s.wait(10*time.Second)...), tt.want)
	}
}
