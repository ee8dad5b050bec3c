package export_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"switchboard/engine"
	"switchboard/engine/export"
	"switchboard/engine/recording"
)

// Whatever a call was, its recording is within the format's limits, and is read as it was
// written: clocks that disagree, texts that are no texts, calls that last for days.
func TestEveryCallHasARecordingThatCanBeRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		moment := func(label string) time.Time {
			if rapid.IntRange(0, 5).Draw(t, label+" never") == 0 {
				return time.Time{}
			}
			return began.Add(time.Duration(rapid.Int64Range(-int64(time.Minute), int64(30*time.Hour)).Draw(t, label)))
		}
		texts := rapid.OneOf(rapid.String(), rapid.Just("caf\xe9"), rapid.Just(strings.Repeat("é", 4000)), rapid.Just(" "))
		r := engine.Record{
			Session: "s1", Number: rapid.IntRange(0, 1e6).Draw(t, "number"), Started: began, Answered: began.Add(time.Second), Over: moment("over"),
			Caller: rapid.SampledFrom([]string{"+13035550123", "anonymous", "", "Restricted", "sip:x y@z", "sip:ida@example.com", "110"}).Draw(t, "caller"),
			Name:   texts.Draw(t, "name"), Language: rapid.SampledFrom([]engine.Language{engine.English, engine.Spanish}).Draw(t, "language"),
		}
		roles := []engine.Role{engine.RoleCustomer, engine.RoleOperator, engine.RoleFront, engine.RoleListener, engine.RoleSupervisor, engine.RoleUnplaced}
		for range rapid.IntRange(0, 80).Draw(t, "legs") {
			r.Legs = append(r.Legs, engine.RecordLeg{
				Name: "leg", Role: rapid.SampledFrom(roles).Draw(t, "role"), Since: moment("since"), Answered: moment("answered"), Decided: moment("decided"),
				Joined: moment("joined"), Gone: moment("gone"), Turned: rapid.SampledFrom([]string{"", engine.TurnedDown, engine.TurnedMachine, "x"}).Draw(t, "turned"),
				Cause: rapid.SampledFrom([]string{"", "user_busy", "call_rejected", "timeout", "odd"}).Draw(t, "cause"),
			})
		}
		speakers := []engine.Speaker{engine.SpeakerUnknown, engine.SpeakerCustomer, engine.SpeakerOperator, engine.SpeakerPrompt, engine.SpeakerFront, engine.SpeakerSupervisor}
		for range rapid.IntRange(0, 30).Draw(t, "lines") {
			r.Lines = append(r.Lines, engine.Utterance{Start: moment("start"), End: moment("end"), Speaker: rapid.SampledFrom(speakers).Draw(t, "speaker"),
				Text: texts.Draw(t, "text"), Scored: rapid.Bool().Draw(t, "scored"), Polarity: engine.Polarity(rapid.Int16().Draw(t, "polarity")), Told: true, ToldPolarity: 2000})
		}
		for range rapid.IntRange(0, 200).Draw(t, "told") {
			r.Told = append(r.Told, engine.Told{At: moment("told"), Kind: engine.PromptMenu, Waits: rapid.Bool().Draw(t, "waits"), Vain: rapid.Bool().Draw(t, "vain")})
		}
		for range rapid.IntRange(0, 5).Draw(t, "keys") {
			r.Keys = append(r.Keys, engine.Key{At: moment("key"), Digit: rapid.SampledFrom([]string{"1", "#", "", "12", "•"}).Draw(t, "digit")})
		}
		for _, r := range []engine.Record{r, export.NewScrubber([]byte("x")).Record(r)} {
			rec, err := export.Recording(r)
			if err != nil {
				t.Fatal(err)
			}
			var file bytes.Buffer
			if err := recording.Write(&file, rec); err != nil {
				t.Fatal(err)
			}
			again, err := recording.Read(&file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(rec, again); diff != "" {
				t.Fatal(diff)
			}
			if last := rec.Lines[len(rec.Lines)-1]; !last.Hangup || last.On != recording.OnAnswered {
				t.Fatalf("the call does not end: %+v", last)
			}
		}
	})
}
