package telnyx

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"switchboard/engine"
	"switchboard/engine/clock"
)

// A critic scores what it is asked for, and remembers it.
type critic struct{ asked []string }

func (c *critic) Score(text string) Score {
	c.asked = append(c.asked, text)
	if text == "mumble" {
		return Score{Polarity: -7, Source: "critic", Flags: engine.FlagLeave}
	}
	return Score{Scored: true, Polarity: -800, Source: "critic", Flags: engine.FlagRequest}
}

// transcription returns a webhook of a sentence on the leg of a role, or of nobody.
func transcription(role engine.Role, fields string) []byte {
	state := ""
	if role != 0 {
		text, _ := engine.ClientState{Floor: "main", Session: "s41", Role: role, Attempt: 1}.MarshalText()
		state = base64.StdEncoding.EncodeToString(text)
	}
	return body("call.transcription", fmt.Sprintf(`"call_control_id":"v3:a","client_state":%q,"transcription_data":{%s}`, state, fields))
}

func take(t *testing.T, s *taker, scorer Scorer, body []byte) {
	t.Helper()
	now := time.Unix(vectorTime, 0)
	h := NewHandler(HandlerConfig{Key: vectorKey(t), Clock: clock.New(now, 1), Engine: s, Scorer: scorer})
	if w := serve(h, post("/webhook", signed(body, now), body)); w.Code != http.StatusOK {
		t.Errorf("got %d %q, want 200", w.Code, w.Body)
	}
}

// "Only the customer is judged": ARCHITECTURE.md, Listening.
func TestOnlyTheCustomersSentencesAreScored(t *testing.T) {
	for role, scored := range map[engine.Role]bool{
		0: true, engine.RoleCustomer: true, // whose leg it is without a state the engine finds out
		engine.RoleOperator: false, engine.RoleFront: false, engine.RoleSupervisor: false,
	} {
		s, c := &taker{}, &critic{}
		take(t, s, c, transcription(role, `"transcript":"this is a disgrace","is_final":true`))
		if len(s.entries) != 1 || len(s.said) != 0 {
			t.Fatalf("role %d: got %+v and %+v, want one entry", role, s.entries, s.said)
		}
		got := s.entries[0].Body.(engine.Transcribed)
		want := engine.Transcribed{LegRef: got.LegRef, Text: "this is a disgrace"}
		if scored {
			want.Scored, want.Polarity, want.Source, want.Flags = true, -800, "critic", engine.FlagRequest
		}
		if got != want || len(c.asked) != map[bool]int{true: 1}[scored] {
			t.Errorf("role %d: got %+v after %q, want %+v", role, got, c.asked, want)
		}
	}
}

func TestNoScoreIsNotAScoreOfZero(t *testing.T) {
	for _, scorer := range []Scorer{nil, &critic{}} {
		s := &taker{}
		take(t, s, scorer, transcription(engine.RoleCustomer, `"transcript":"mumble"`))
		got := s.entries[0].Body.(engine.Transcribed)
		if got.Scored || got.Polarity != 0 || got.Source != "" || got.Flags.Has(engine.FlagLeave) != (scorer != nil) {
			t.Errorf("with scorer %v: got %+v, want no score, and the flags that were seen", scorer, got)
		}
	}
}

func TestWhatIsStillBeingSaidIsShownAndNotWrittenDown(t *testing.T) {
	for role, speaker := range map[engine.Role]engine.Speaker{
		engine.RoleCustomer: engine.SpeakerCustomer, engine.RoleOperator: engine.SpeakerOperator,
		engine.RoleFront: engine.SpeakerFront, engine.RoleSupervisor: engine.SpeakerSupervisor,
	} {
		s, c := &taker{}, &critic{}
		take(t, s, c, transcription(role, `"transcript":"i have been","is_final":false`))
		if len(s.said) != 1 || len(s.entries) != 0 || len(s.notes) != 0 || len(c.asked) != 0 {
			t.Fatalf("%s: got %+v, %+v, %q, scored %q; want one partial", role, s.said, s.entries, s.notes, c.asked)
		}
		got := s.said[0]
		want := engine.Partial{Session: "s41", Leg: "v3:a", Speaker: speaker, Text: "i have been", At: got.At}
		if diff := cmp.Diff(want, got); diff != "" || got.At.Sub(time.Unix(vectorTime, 0)) > time.Minute || got.At.Unix() < vectorTime {
			t.Errorf("%s: at %s (-want +got):\n%s", role, got.At, diff)
		}
	}
	for name, body := range map[string][]byte{
		"a leg that we do not know": transcription(0, `"transcript":"i have been","is_final":false`),
		"a listener":                transcription(engine.RoleListener, `"transcript":"i have been","is_final":false`),
		"what the leg hears":        transcription(engine.RoleCustomer, `"transcript":"i have been","is_final":false,"transcription_track":"outbound"`),
		"nothing":                   transcription(engine.RoleCustomer, `"transcript":" ","is_final":false`),
	} {
		s := &taker{}
		take(t, s, nil, body)
		if len(s.said)+len(s.entries)+len(s.notes) != 0 {
			t.Errorf("%s: got %+v, %+v, %q, want nothing", name, s.said, s.entries, s.notes)
		}
	}
}
