package engine_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"switchboard/engine"
	"switchboard/engine/enginetest"
)

// stays are the texts of bodies that tell nobody's words, name or number: ids, words of a
// closed set, and what this program has said itself. Settings are of no call.
var stays = map[string]string{
	"LegRef":                  "ids, and what we have Telnyx carry",
	"Session":                 "an id",
	"Conference":              "an id",
	"Connection":              "an id",
	"Conversation":            "an id",
	"Command":                 "a name of ours",
	"Leg":                     "an id, or a name of ours",
	"Callback":                "an id",
	"CallLeg":                 "an id",
	"Token":                   "of a stream that is over",
	"LegHungUp.Cause":         "a word of Telnyx's",
	"LegHungUp.Source":        "a word of Telnyx's",
	"LegHungUp.SIP":           "a code",
	"Gathered.Status":         "a word of Telnyx's",
	"SpeechEnded.Status":      "a word of Telnyx's",
	"AudioEnded.Status":       "a word of Telnyx's",
	"ConferenceEnded.Reason":  "a word of Telnyx's",
	"Transcribed.Source":      "who scored it",
	"Uttered.Source":          "who scored it",
	"Uttered.Message":         "an id",
	"Scored.Source":           "who scored it",
	"TransferAsked.Group":     "as configured",
	"FeedProbed.Why":          "of no call",
	"SettingsLoaded.Settings": "of no call",
	"CallsForgotten.Sessions": "ids",
	"CallsForgotten.Why":      "ours",
	"Forgotten.Kind":          "a name of ours",
	"Forgotten.Busy":          "operators, as configured",
}

// filled returns a body of a type with a text of its own in every field that takes one.
func filled(of reflect.Type) engine.Body {
	v := reflect.New(of).Elem()
	fill(v, of.Name())
	return v.Interface().(engine.Body)
}

func fill(v reflect.Value, path string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString("<" + path + ">")
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				fill(v.Field(i), path+"."+v.Type().Field(i).Name)
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.String {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			fill(v.Index(0), path)
		}
	}
}

func mark(text string) string { return fmt.Sprintf("#%d", len(text)) }

// A text that a new body brings is either forgotten or said to tell nothing.
func TestNoTextOfABodyIsForgottenToBeForgotten(t *testing.T) {
	used := map[string]bool{}
	for _, zero := range engine.Bodies() {
		of := reflect.TypeOf(zero)
		body := filled(of)
		gone := reflect.ValueOf(engine.Forget(body, engine.EraseAll, mark))
		for i := range of.NumField() {
			f := of.Field(i)
			text, err := json.Marshal(reflect.ValueOf(body).Field(i).Interface())
			if err != nil || !strings.Contains(string(text), `\u003c`) && !strings.Contains(string(text), "<") {
				continue // holds no text
			}
			changed := !reflect.DeepEqual(gone.Field(i).Interface(), reflect.ValueOf(body).Field(i).Interface())
			own, every := of.Name()+"."+f.Name, f.Name
			why := stays[own] + stays[every]
			used[own], used[every] = true, true
			switch {
			case !changed && why == "":
				t.Errorf("%s is kept when its call is erased: forget it, or say here why it may stay", own)
			case changed && why != "":
				t.Errorf("%s is said to stay (%s) and is changed", own, why)
			}
		}
	}
	for name := range stays {
		if !used[name] {
			t.Errorf("no body has %s", name)
		}
	}
}

// The chain of acts stands on the form without names; it must come out the same whether
// the words went first or all went at once.
func TestForgettingByStepsComesToTheSame(t *testing.T) {
	for _, zero := range engine.Bodies() {
		body := filled(reflect.TypeOf(zero))
		once := engine.Forget(body, engine.EraseAll, mark)
		for _, first := range []engine.Erasure{engine.EraseSound, engine.EraseWords} {
			twice := engine.Forget(engine.Forget(body, first, mark), engine.EraseAll, mark)
			if diff := cmp.Diff(once, twice); diff != "" {
				t.Errorf("%T, %s first:\n%s", body, first, diff)
			}
		}
	}
}

func TestErasuresTakeWhatTheyShould(t *testing.T) {
	said := engine.Uttered{Session: "s1", Text: "hello"}
	called := engine.LegInitiated{From: "+12025550141", To: "+12025550100", Name: "Ann"}
	kept := engine.RecordingSaved{ID: "r1", URL: "https://example.com"}
	for what, want := range map[engine.Erasure][]engine.Body{
		engine.EraseSound: {said, called, engine.RecordingSaved{}},
		engine.EraseWords: {engine.Uttered{Session: "s1"}, called, engine.RecordingSaved{}},
		engine.EraseAll:   {engine.Uttered{Session: "s1"}, engine.LegInitiated{From: "#12", To: "#12", Name: "#3"}, engine.RecordingSaved{}},
	} {
		got := []engine.Body{engine.Forget(said, what, mark), engine.Forget(called, what, mark), engine.Forget(kept, what, mark)}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s:\n%s", what, diff)
		}
	}
}

// Counts and records have no field that a tally passes over.
func TestATallyAddsUpEveryCount(t *testing.T) {
	for name, events := range journals(t) {
		state, sum := engine.NewState(enginetest.Epoch), engine.NewState(enginetest.Epoch)
		for _, e := range events {
			before := state.Tally()
			state, _ = engine.Step(state, e)
			added := state.Added(before)
			e.Body = engine.Forgotten{Kind: "x", Counts: added.Counts, Records: added.Records}
			sum, _ = engine.Step(sum, e)
		}
		if diff := cmp.Diff(state.Tally(), sum.Tally()); diff != "" {
			t.Errorf("%s: forgotten, its events add up to something else:\n%s", name, diff)
		}
	}
	for _, of := range []reflect.Type{reflect.TypeFor[engine.Counts](), reflect.TypeFor[engine.RecordDay]()} {
		if n := map[string]int{"Counts": 17, "RecordDay": 8}[of.Name()]; of.NumField() != n {
			t.Errorf("%s has %d fields, and the tally knows %d: see less and plus in forget.go", of.Name(), of.NumField(), n)
		}
	}
}

// What a state still holds of calls that are over goes when they are forgotten; a call
// that is up stays whole.
func TestAForgottenCallLeavesTheState(t *testing.T) {
	seen := map[string]int{}
	for name, events := range journals(t) {
		state := engine.NewState(enginetest.Epoch)
		for _, e := range events {
			state, _ = engine.Step(state, e)
		}
		sessions := map[engine.SessionID]bool{}
		for _, e := range state.Frame().Ended {
			sessions[e.Session] = true
		}
		for _, c := range state.Frame().Callbacks {
			sessions[c.Session] = true
		}
		up := 0
		for _, s := range state.Frame().Sessions {
			sessions[s.ID] = true
			if s.Phase != engine.PhaseOver {
				up++
			}
		}
		var ids []engine.SessionID
		for id := range sessions {
			ids = append(ids, id)
		}
		slices.Sort(ids)
		before := state.Tally()
		entry := engine.Entry{ID: "forget", By: engine.ByRunner, Body: engine.CallsForgotten{Sessions: ids, What: engine.EraseAll}}
		state, commands := engine.Step(state, engine.Event{Seq: state.Seq + 1, At: state.Now, Entry: entry})
		f := state.Frame()
		seen["ended"] += len(sessions)
		seen["up"] += up
		if len(f.Ended) > 0 || len(f.Sessions) != up || len(commands) > 0 {
			t.Errorf("%s: %d lines of calls that are over, %d calls where %d are up, %d commands", name, len(f.Ended), len(f.Sessions), up, len(commands))
		}
		for _, c := range f.Callbacks {
			if s, there := f.Session(c.Session); !there || s.Phase == engine.PhaseOver {
				t.Errorf("%s: it is still to call %s back", name, c.Number)
			}
		}
		if diff := cmp.Diff(before, state.Tally()); diff != "" {
			t.Errorf("%s: the counts change:\n%s", name, diff)
		}
		if diff := cmp.Diff(encode(t, state), encode(t, reread(t, state))); diff != "" {
			t.Errorf("%s: read back it is another:\n%s", name, diff)
		}
	}
	if seen["ended"] < 20 || seen["up"] == 0 {
		t.Errorf("%v: the test has proved nothing", seen)
	}
}

func TestNotesOfAForgottenCallGoWithIt(t *testing.T) {
	state := engine.NewState(enginetest.Epoch)
	step := func(body engine.Body) {
		seq := state.Seq + 1
		state, _ = engine.Step(state, engine.Event{Seq: seq, At: state.Now, Entry: engine.Entry{ID: fmt.Sprint(seq), By: engine.BySupervisor, Body: body}})
	}
	step(engine.NoteAsked{Session: "s9", Text: "of the call"})
	step(engine.NoteAsked{Text: "of nobody's"})
	step(engine.NoteAsked{Text: "to be kept"})
	step(engine.CallsForgotten{Sessions: []engine.SessionID{"s9"}, Events: []uint64{2}, What: engine.EraseWords})
	if f := state.Frame(); len(f.Handover) != 1 || f.Handover[0].Text != "to be kept" {
		t.Errorf("left is %+v", f.Handover)
	}
}
