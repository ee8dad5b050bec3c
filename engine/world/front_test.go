package world

import (
	"testing"
	"time"
)

const frontDesk = "+12025550150"

// "The front of his recording, and no operator": [Config.Front].
func TestAFrontIsKnownByItsNumberAndTakesNoOperatorsPlace(t *testing.T) {
	s := sit(t, Config{Front: frontDesk})
	leg := s.call(`
{"operator":"rejects","after":1}
{"operator":"answers","after":1}
{"front":"answers","after":3}`)
	front := s.operator(frontDesk, leg)
	s.wants(s.wait(5*time.Second), `
		0.0 initiated outgoing
		3.0 answered`)
	s.operator(desk, leg)
	s.wants(s.wait(2*time.Second), `
		5.0 initiated outgoing
		6.0 hung up call_rejected callee 603`)
	for _, l := range s.Snapshot().Legs {
		if l.ID == front && (l.Party != Front || l.Customer != leg) {
			t.Errorf("the front's leg is %s's, called for %s", l.Party, l.Customer)
		}
	}
}

func TestAFrontOfWhichNothingIsSaidIsBusyAndOneIsNeverEngaged(t *testing.T) {
	s := sit(t, Config{Front: frontDesk})
	leg := s.call("")
	s.operator(frontDesk, leg)
	s.wants(s.wait(5*time.Second), `
		0.0 initiated outgoing
		0.5 hung up user_busy callee 486`)
	for range 3 {
		s.operator(frontDesk, s.call(`{"front":"answers","after":1}`))
	}
	if s.wait(5 * time.Second); len(s.Live()) != 7 {
		t.Errorf("got %d legs, want four customers and three calls of the front desk", len(s.Live()))
	}
}

func TestAFrontThatIsNotReachedIsNoOperatorThatIsNot(t *testing.T) {
	s := sit(t, Config{Front: frontDesk})
	leg := s.call(`
{"front":"rejects","after":1}
{"on":"unavailable","at":1,"key":"9"}`)
	s.operator(frontDesk, leg)
	s.wait(3 * time.Second)
	s.must(s.Speak(leg, "How can we help you?", StopAll, Command{}))
	s.wait(5 * time.Second)
	for _, e := range s.events {
		if e.Kind == KeyPressed {
			t.Error("the customer takes it for an operator's not being there")
		}
	}
}

// "The front desk says nothing while it is not in his conference, and is answered by
// nobody once an operator is there. Its leaving raises no anchor": package recording.
func TestAFrontTalksWhileItIsThereAndNoOperatorIs(t *testing.T) {
	s := sit(t, Config{Front: frontDesk})
	leg := s.call(`
{"operator":"answers","after":1}
{"front":"answers","after":1}
{"on":"front","at":1,"who":"front","say":"I am Ava.","lasts":1}
{"on":"front","at":3,"who":"customer","say":"A person, please.","lasts":1}
{"on":"front","at":9,"who":"front","say":"I am still here.","lasts":1}
{"on":"front","at":11,"who":"customer","say":"Nobody hears this.","lasts":1}
{"on":"front","at":16,"who":"front","say":"I am gone.","lasts":1}
{"on":"operator","at":1,"who":"operator","say":"Here I am.","lasts":1}
{"on":"left","at":0,"who":"customer","say":"Where is he?","lasts":1}`)
	room := s.room(leg)
	listener, err := s.CallIn("+12025550190", ourNumber, "")
	s.must(err)
	s.must(s.Answer(listener, Command{}))
	s.must(s.Join(string(room), Place{Leg: listener}, Command{}))
	front := s.operator(frontDesk, leg)
	s.wait(6 * time.Second) // it is on the line, and not in the conference
	if said, ok := s.Saying(listener); ok || len(s.Heard(listener, 0)) > 0 {
		t.Errorf("heard %q before the front desk was in the conference", said.Text)
	}
	s.must(s.Join(string(room), Place{Leg: front}, Command{}))
	s.wait(5 * time.Second)
	operator := s.operator(desk, leg)
	s.wait(2 * time.Second)
	s.must(s.Join(string(room), Place{Leg: operator}, Command{}))
	s.wait(6 * time.Second)
	s.must(s.Hangup(front, Command{}))
	s.wait(9 * time.Second)
	want := "front: I am Ava. | customer: A person, please. | operator: Here I am."
	if got := texts(s.Heard(listener, 0)); got != want {
		t.Errorf("heard %q, want %q", got, want)
	}
	s.must(s.Hangup(operator, Command{}))
	s.wait(3 * time.Second)
	if got := texts(s.Heard(listener, 0)); got != want+" | customer: Where is he?" {
		t.Errorf("heard %q, want him to miss the operator, and nobody before", got)
	}
}

func TestAFrontHangsUpByItself(t *testing.T) {
	s := sit(t, Config{Front: frontDesk})
	leg := s.call(`
{"front":"answers","after":1}
{"on":"front","at":2,"who":"front","hangup":true}`)
	room := s.room(leg)
	front := s.operator(frontDesk, leg)
	s.wait(2 * time.Second)
	s.must(s.Join(string(room), Place{Leg: front}, Command{}))
	s.wants(s.wait(5*time.Second), `
		2.0 participant joined
		4.0 participant left
		4.0 hung up normal_clearing callee 200`)
}

func TestAFrontWhoseDialIsRefusedIsNoOperatorThatIsNot(t *testing.T) {
	s := sit(t, Config{Front: frontDesk, Limits: Limits{Account: 1}})
	leg := s.call(`{"on":"unavailable","at":1,"key":"9"}`)
	_, err := s.Dial(Call{From: ourNumber, To: desk, Ring: 20 * time.Second}, Command{})
	s.must(err)
	if _, err := s.Dial(Call{From: ourNumber, To: frontDesk, LinkTo: leg, Ring: 20 * time.Second}, Command{}); code(err) != "90041" {
		t.Fatalf("got %v, want the account's limit", err)
	}
	s.must(s.Speak(leg, "How can we help you?", StopAll, Command{}))
	s.wait(5 * time.Second)
	for _, e := range s.events {
		if e.Kind == KeyPressed {
			t.Error("the customer takes it for an operator's not being there")
		}
	}
}

func TestAFrontThatHasLeftTheConferenceSaysNothing(t *testing.T) {
	s := sit(t, Config{Front: frontDesk})
	leg := s.call(`
{"front":"answers","after":1}
{"on":"front","at":1,"who":"front","say":"One.","lasts":1}
{"on":"front","at":5,"who":"front","say":"Two.","lasts":1}`)
	room := s.room(leg)
	front := s.operator(frontDesk, leg)
	s.wait(2 * time.Second)
	s.must(s.Join(string(room), Place{Leg: front}, Command{}))
	s.wait(3 * time.Second)
	s.must(s.Leave(string(room), front, Command{}))
	s.wait(5 * time.Second)
	for _, l := range s.Snapshot().Legs {
		if l.ID == front && l.Said != 1 {
			t.Errorf("the front has said %d sentences, want 1", l.Said)
		}
	}
}
