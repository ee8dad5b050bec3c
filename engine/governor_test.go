package engine_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"switchboard/engine"
	"switchboard/engine/enginetest"
)

// proposing is a call on which a rule proposes when 5 is pressed.
const proposing = `settings Deaf=no~feed
rule cry When.Key=5 Severity=red Cooldown=20s Veto=8s Then.Transfer.Cold=false Then.Alert=true
0    leg.initiated Leg=c1 Direction=incoming From=+12025550142 To=+12025550100
+0.3 leg.answered Leg=c1
+3   speech.ended Leg=c1 Status=completed
+2   key.pressed Leg=c1 Digit=5
`

// TestRecordCountsWhatBecameOfAProposal: fired, kept and vetoed, and one reason a veto;
// one that is taken back after it was begun is vetoed and not kept.
func TestRecordCountsWhatBecameOfAProposal(t *testing.T) {
	for name, c := range map[string]struct {
		then string
		want engine.RecordDay
	}{
		"vetoed":            {"+1 veto.asked Session=s4", engine.RecordDay{Fired: 1, Vetoed: 1}},
		"begun by itself":   {"run 9", engine.RecordDay{Fired: 1, Kept: 1}},
		"hurried":           {"+1 hurry.asked Session=s4", engine.RecordDay{Fired: 1, Kept: 1}},
		"snoozed":           {"+1 snooze.asked Session=s4", engine.RecordDay{Fired: 1}},
		"taken back":        {"run 9\n+1 takeback.asked Session=s4", engine.RecordDay{Fired: 1, Vetoed: 1}},
		"taken back, twice": {"run 9\n+1 takeback.asked Session=s4\n+1 takeback.asked Session=s4", engine.RecordDay{Fired: 1, Vetoed: 1}},
		"explained anew": {
			"+1 veto.asked Session=s4\n+1 veto.explained Session=s4 Label=handled\n+1 veto.explained Session=s4 Label=wrong",
			engine.RecordDay{Fired: 1, Vetoed: 1, Wrong: 1},
		},
		"automation goes off": {"+1 automation.asked Mode=off", engine.RecordDay{Fired: 1}},
		"the customer goes":   {"+1 leg.hungup Leg=c1 Cause=normal_clearing", engine.RecordDay{Fired: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			s := enginetest.New()
			if out, err := s.Run(proposing + c.then); err != nil {
				t.Fatalf("%v after\n%s", err, out)
			}
			records := s.State.Frame().Records
			if len(records) != 1 || records[0].Rule != "cry" {
				t.Fatalf("records = %+v, want one of cry", records)
			}
			if diff := cmp.Diff(c.want, records[0].Sum()); diff != "" {
				t.Errorf("record (-want +got):\n%s", diff)
			}
		})
	}
}

// TestDowntimeDialsNobody: what fell due while the program was down is not begun, who
// was called meanwhile is hung up, and the customer, if he is still there, is told of
// what he had been told of.
func TestDowntimeDialsNobody(t *testing.T) {
	for name, c := range map[string]struct {
		then string
		want engine.TransferStatus
		does []string
	}{
		"proposed": {"", engine.TransferNone, nil},
		"dialling": {"+1 hurry.asked Session=s4", engine.TransferFailed, []string{"hangup", "speak"}},
		"briefing": {"+1 hurry.asked Session=s4\n+2 leg.answered Leg=s4-operator-1", engine.TransferFailed, []string{"hangup", "speak"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := enginetest.New()
			if out, err := s.Run(proposing + c.then); err != nil {
				t.Fatalf("%v after\n%s", err, out)
			}
			state, commands := engine.Step(*s.State, engine.Event{
				Seq: s.State.Seq + 1, At: s.State.Now.Add(time.Hour), Entry: engine.Entry{Body: engine.Resumed{Session: "s4"}},
			})
			call, _ := state.Frame().Session("s4")
			if got := call.Transfer.Status; got != c.want {
				t.Errorf("transfer = %s, want %s", got, c.want)
			}
			var does []string
			for _, command := range commands {
				does = append(does, command.Verb())
			}
			if diff := cmp.Diff(c.does, does); diff != "" {
				t.Errorf("orders (-want +got):\n%s", diff)
			}
		})
	}
}
