package world

import (
	"context"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"switchboard/engine/clock"
)

func TestTheWorldIsPure(t *testing.T) {
	pure := []string{"container/heap", "cmp", "encoding/base64", "encoding/binary", "errors", "fmt", "hash/crc32", "hash/fnv",
		"math/rand/v2", "slices", "strings", "time", "unicode/utf8", "switchboard/engine/recording"}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") || name == "network.go" {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range file.Imports {
			if path := strings.Trim(i.Path.Value, `"`); !slices.Contains(pure, path) {
				t.Errorf("%s imports %s", name, path)
			}
		}
	}
}

// play runs two calls and returns all that happened.
func play(t *testing.T, cfg Config) []Event {
	s := sit(t, cfg)
	for range 2 {
		leg := s.call(`{"on":"answered","at":1,"who":"customer","say":"Hello?"}
{"on":"answered","at":9,"who":"customer","hangup":true}`)
		room := s.room(leg)
		s.must(s.Speak(leg, "Welcome.", StopNone, Command{}))
		operator := s.operator(desk, leg)
		s.wait(5 * time.Second)
		_ = s.Join(string(room), Place{Leg: operator}, Command{}) // engaged, for the second
	}
	s.wait(time.Minute)
	return s.events
}

func TestTheSameSeedTellsTheSame(t *testing.T) {
	cfg := Config{Seed: 3, Faults: Faults{Repeat: 0.3, Swap: 0.3}}
	if diff := cmp.Diff(play(t, cfg), play(t, cfg)); diff != "" {
		t.Error(diff)
	}
	other := cfg
	other.Seed = 4
	if cmp.Equal(play(t, cfg), play(t, other)) {
		t.Error("another seed told the same")
	}
	ids := map[string]bool{}
	repeats, late := 0, 0
	for _, e := range play(t, cfg) {
		if ids[e.ID] {
			t.Errorf("two events have the id %s", e.ID)
		}
		ids[e.ID] = true
		if e.Repeat {
			repeats++
		}
		if e.Late > 0 {
			late++
		}
	}
	if repeats == 0 || late == 0 {
		t.Errorf("%d events are repeated and %d late, want some", repeats, late)
	}
}

func TestACommandThatStumbledIsCarriedOutWhenItIsSentAgain(t *testing.T) {
	s := sit(t, Config{Faults: Faults{Stumble: 1}})
	leg, err := s.Call(read(t, ""), ourNumber)
	s.must(err)
	c := Command{ID: "a"}
	err = s.Answer(leg, c)
	if e, ok := err.(*Error); !ok || e.HTTP != 500 {
		t.Fatalf("got %v, want 500", err)
	}
	s.must(s.Answer(leg, c))
	s.wants(s.wait(0), "0.0 initiated incoming ~ 0.0 answered")
}

func TestACommandThatWasRefusedHasNoEffect(t *testing.T) {
	s := sit(t, Config{Faults: Faults{Refuse: 1}})
	leg, err := s.Call(read(t, ""), ourNumber)
	s.must(err)
	if err := s.Answer(leg, Command{ID: "a", State: "YQ=="}); code(err) != "10015" {
		t.Fatalf("got %v, want 10015", err)
	}
	if l, _ := s.Leg(leg); l.State != "" {
		t.Error("the client_state was taken")
	}
	s.wants(s.wait(0), "0.0 initiated incoming")
}

func TestTheWorldForgetsAndKeepsNoDeadTasks(t *testing.T) {
	s := sit(t, Config{})
	for range 100 {
		leg := s.call(strings.Repeat(`{"on":"answered","at":3000,"who":"customer","say":"Never."}`+"\n", 20))
		s.must(s.Hangup(leg, Command{ID: string(leg)}))
		s.wait(time.Second)
	}
	if n := len(s.agenda); n > 60 {
		t.Errorf("%d tasks of legs that are gone are on the agenda", n)
	}
	s.wait(keepEnded + time.Minute)
	if len(s.legs)+len(s.live)+len(s.ended)+len(s.memory)+len(s.recalled) != 0 {
		t.Errorf("still known: %d legs, %d live, %d ended, %d commands", len(s.legs), len(s.live), len(s.ended), len(s.memory))
	}
	if at, ok := s.Next(); ok {
		t.Errorf("something is due at %v", at)
	}
}

func TestNextIsWhenSomethingHappens(t *testing.T) {
	s := sit(t, Config{})
	leg := s.call(`{"on":"answered","at":3.25,"key":"1"}`)
	next, ok := s.Next()
	if !ok || next.Sub(began) != 3250*time.Millisecond {
		t.Errorf("next is %v, %t", next.Sub(began), ok)
	}
	s.wait(time.Second)
	s.must(s.Speak(leg, "x", StopNone, Command{}))
	if next, _ := s.Next(); next.Sub(began) != time.Second {
		t.Errorf("what was commanded is told at %v, want at once", next.Sub(began))
	}
}

func TestTheNetworkTellsWhatHappensWhenItHappens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		house := clock.New(began, 10)
		n := NewNetwork(New(Config{Start: began}), house)
		var got []string
		n.Subscribe(func(events []Event) {
			for _, e := range events {
				got = append(got, line(e))
				if late := house.Now().Sub(e.At); late > 50*time.Millisecond {
					t.Errorf("%s was told %v late", line(e), late)
				}
			}
		})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- n.Run(ctx) }()

		leg, err := n.Call(read(t, `{"on":"answered","at":5,"who":"customer","hangup":true}`), ourNumber)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(100 * time.Millisecond) // a second in the house
		n.Do(func(w *World) { err = w.Answer(leg, Command{}) })
		if err != nil || !n.Alive(leg) || n.Customers() != 1 {
			t.Errorf("answered: %v, alive %t, %d customers", err, n.Alive(leg), n.Customers())
		}
		time.Sleep(time.Second)
		if n.Alive(leg) || n.Customers() != 0 {
			t.Error("he has not hung up")
		}
		cancel()
		if err := <-done; err != context.Canceled {
			t.Error(err)
		}
		want := []string{"0.0 initiated incoming", "1.0 answered", "6.0 hung up normal_clearing caller 200"}
		if !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}
