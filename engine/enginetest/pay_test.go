package enginetest

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"switchboard/engine"
	"switchboard/engine/recording"
	"switchboard/engine/world"
)

// A customer who reads his card number out, says something before and thanks after.
const payer = `{"recording":1,"name":"payer","from":"+12025550142"}
{"on":"answered","at":12,"who":"customer","say":"I would like to pay my bill please.","polarity":0.1}
{"on":"answered","at":20,"who":"customer","say":"It is zebra four nine two nine and quagga.","polarity":0.1}
{"on":"answered","at":30,"who":"customer","say":"And the code is zebra seven three one.","polarity":0.1}
{"on":"answered","at":50,"who":"customer","say":"Thank you very much indeed.","polarity":0.3}
{"on":"answered","at":60,"who":"customer","hangup":true}
`

// What is said in a payment is in no transcript, whoever listens, and not on the tape.
func TestAPaymentIsOnNoTapeAndInNoTranscript(t *testing.T) {
	for _, feed := range []engine.FeedKind{engine.FeedPhone, engine.FeedStream, engine.FeedTelnyx} {
		t.Run(feed.String(), func(t *testing.T) {
			rec, err := recording.Read(strings.NewReader(payer))
			if err != nil {
				t.Fatal(err)
			}
			settings := Defaults()
			settings.Feeds, settings.Record = []engine.FeedKind{feed}, true
			p := NewPlayIn(world.Config{Seed: 1}, settings)
			if _, err := p.World.Call(rec, settings.Number); err != nil {
				t.Fatal(err)
			}
			pay := func(on bool, id string) {
				p.enter(engine.Entry{ID: id, By: engine.BySupervisor, Body: engine.PayAsked{Session: p.State.Open()[0], On: on}})
			}
			begun, over := false, false
			for p.now.Sub(Start) < 10*time.Minute && !(p.quiet() && begun) {
				p.step()
				switch at := p.now.Sub(Start); {
				case !begun && at >= 19*time.Second:
					begun = true
					pay(true, "pay")
				case !over && at >= 40*time.Second:
					over = true
					pay(false, "paid")
				}
			}
			for range 50 { // Telnyx tells a little later where the recording is
				p.step()
			}
			if len(p.Filed) == 0 {
				t.Fatalf("no record was made:\n%s", p.out.String())
			}
			record := p.Filed[len(p.Filed)-1]
			raw, err := json.Marshal(record)
			if err != nil {
				t.Fatal(err)
			}
			for _, word := range []string{"zebra", "quagga", "seven three one"} {
				if strings.Contains(string(raw), word) {
					t.Errorf("%q is in the record: %s", word, raw)
				}
			}
			if len(record.Paid) != 1 || len(record.Recorded) != 1 || !strings.Contains(string(raw), "pay my bill") || !strings.Contains(string(raw), "Thank you") {
				t.Errorf("the record is %s", raw)
			}
			tape := p.World.Tapes()[0]
			for _, heard := range []bool{false, true} {
				var l world.Listener
				if _, err := l.Write(tape.Sound(heard)); err != nil {
					t.Fatal(err)
				}
				l.Finish()
				var words strings.Builder
				for _, said := range l.Said() {
					words.WriteString(said.Text + "\n")
				}
				if strings.Contains(words.String(), "zebra") || strings.Contains(words.String(), "code") {
					t.Errorf("the tape has %q", words.String())
				}
				if !heard && (!strings.Contains(words.String(), "pay my bill") || !strings.Contains(words.String(), "Thank you")) {
					t.Errorf("the tape has only %q", words.String())
				}
			}
		})
	}
}
