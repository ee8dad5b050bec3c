package telnyx

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"switchboard/engine"
	"switchboard/engine/clock"
)

// verbs returns the last words of the paths that were asked for.
func (f *farEnd) verbs() (verbs []string) {
	for _, s := range f.seen {
		path := strings.Fields(s)[1]
		verbs = append(verbs, path[strings.LastIndexByte(path, '/')+1:])
	}
	return verbs
}

func TestWhatIsAsItIsWantedIsAccepted(t *testing.T) {
	for _, tt := range []struct {
		action engine.Action
		code   string
	}{
		{engine.Transcribe{Leg: "v3:a", Language: "en-US"}, "90054"},
		{engine.StopTranscribe{Leg: "v3:a"}, "90055"},
		{engine.StopStream{Leg: "v3:a"}, "90048"},
	} {
		got, far, _ := carryOut(t, tt.action, refuse(422, tt.code, "as it is"))
		if want := (engine.Accepted{Command: "s41/x/y/1"}); got != want || len(far.seen) != 1 {
			t.Errorf("%T refused with %s: got %+v after %d requests, want it accepted", tt.action, tt.code, got, len(far.seen))
		}
		got, _, _ = carryOut(t, tt.action, reply{}, refuse(422, tt.code, "as it is"))
		if want := (engine.Accepted{Command: "s41/x/y/1"}); got != want {
			t.Errorf("%T refused with %s after a try that was not answered: got %+v, want it accepted", tt.action, tt.code, got)
		}
		got, _, _ = carryOut(t, tt.action, refuse(422, "90018", "ended"))
		if refused, _ := got.(engine.Refused); refused.Reason != engine.ReasonEnded {
			t.Errorf("%T of a leg that is gone: got %+v", tt.action, got)
		}
	}
}

// A stream of an earlier run goes nowhere: its token is forgotten.
func TestAStreamThatIsInTheWayIsStopped(t *testing.T) {
	stream := engine.Stream{Leg: "v3:a", Token: "k7"}
	yes := reply{status: 200, body: ok}
	used := refuse(422, "90045", "Media streaming is used")
	tests := []struct {
		name    string
		replies []reply
		want    engine.Body
		verbs   string
	}{
		{"it stops", []reply{used, yes, yes}, engine.Accepted{Command: "s41/x/y/1"},
			"streaming_start streaming_stop streaming_start"},
		{"it had just stopped", []reply{used, refuse(422, "90048", "not used"), yes}, engine.Accepted{Command: "s41/x/y/1"},
			"streaming_start streaming_stop streaming_start"},
		{"it takes a while", []reply{used, yes, used, yes, yes}, engine.Accepted{Command: "s41/x/y/1"},
			"streaming_start streaming_stop streaming_start streaming_stop streaming_start"},
		{"the call ends", []reply{used, refuse(422, "90018", "ended")},
			engine.Refused{Command: "s41/x/y/1", Reason: engine.ReasonEnded, Detail: "Unable to execute command: ended (90018)"},
			"streaming_start streaming_stop"},
		{"it never ends", []reply{used, yes, used, yes, used, yes, used, yes, used},
			engine.Refused{Command: "s41/x/y/1", Reason: engine.ReasonInvalid, Detail: "Unable to execute command: Media streaming is used (90045)"},
			"streaming_start" + strings.Repeat(" streaming_stop streaming_start", maxTries-1)},
		{"it does not start", []reply{refuse(422, "90046", "failed to start")},
			engine.Refused{Command: "s41/x/y/1", Reason: engine.ReasonInvalid, Detail: "Unable to execute command: failed to start (90046)"},
			"streaming_start"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, far, _ := carryOut(t, stream, tt.replies...)
			if verbs := strings.Join(far.verbs(), " "); got != tt.want || verbs != tt.verbs {
				t.Errorf("got %+v by %s\nwant %+v by %s", got, verbs, tt.want, tt.verbs)
			}
			var ids []string
			for _, s := range far.seen {
				_, id, _ := strings.Cut(s, `"command_id":`)
				ids = append(ids, id)
			}
			slices.Sort(ids)
			if len(slices.Compact(ids)) != len(far.seen) {
				t.Errorf("a command_id is used twice, which Telnyx ignores: %q", far.seen)
			}
		})
	}
}

// A start that was carried out and not answered must not be undone by its second try:
// the token is used up.
func TestAStreamThatALostAnswerBeganIsNotStopped(t *testing.T) {
	for _, connected := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			house := clock.New(start, 1)
			media := NewMedia(MediaConfig{Clock: house, Engine: &taker{}})
			defer media.Close()
			far := &farEnd{replies: []reply{{status: 502}, refuse(422, "90045", "used"), {status: 200, body: ok}}}
			client := bubbleClient(far, house)
			client.config.Media = media
			lost := make(chan engine.Body)
			go func() {
				lost <- client.Do(t.Context(), engine.Command{Name: "s41/stream/customer/1", Decided: house.Now(),
					Action: engine.Stream{Leg: "v3:a", Token: "k7"}})
			}()
			synctest.Wait()
			if !media.expects("k7") {
				t.Error("the token is not expected while its stream is asked for")
			}
			if connected {
				if leg, err := media.admit("k7"); leg != "v3:a" || err != nil {
					t.Fatalf("admit: %q, %v", leg, err)
				}
				defer media.leave()
			}
			if got, want := <-lost, (engine.Accepted{Command: "s41/stream/customer/1"}); got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
			want := "streaming_start streaming_start"
			if !connected {
				want += " streaming_stop streaming_start"
			}
			if verbs := strings.Join(far.verbs(), " "); verbs != want {
				t.Errorf("connected %t: sent %s, want %s", connected, verbs, want)
			}
		})
	}
}

func TestALegThatIsLetGoIsNoLongerExpected(t *testing.T) {
	for _, action := range []engine.Action{engine.StopStream{Leg: "v3:a"}, engine.Hangup{Leg: "v3:a"}} {
		house := clock.New(start, 1)
		media := NewMedia(MediaConfig{Clock: house, Engine: &taker{}})
		media.Expect("v3:a", "k7")
		media.Expect("v3:b", "k8")
		client := bubbleClient(&farEnd{replies: []reply{{status: 200, body: ok}}}, house)
		client.config.Media = media
		got := client.Do(t.Context(), engine.Command{Name: "s41/x/y/1", Decided: house.Now(), Action: action})
		if _, accepted := got.(engine.Accepted); !accepted || media.expects("k7") || !media.expects("k8") {
			t.Errorf("%T: got %+v, and of the leg a stream is expected: %t, of another: %t", action, got, media.expects("k7"), media.expects("k8"))
		}
		media.Close()
	}
}

func TestWithoutAnAddressNothingIsStreamed(t *testing.T) {
	far := &farEnd{replies: []reply{{status: 200, body: ok}}}
	house := clock.New(start, 1)
	client := bubbleClient(far, house)
	client.MoveMedia("")
	got := client.Do(t.Context(), engine.Command{Name: "s41/x/y/1", Decided: house.Now(), Action: engine.Stream{Leg: "v3:a", Token: "k7"}})
	refused, _ := got.(engine.Refused)
	if refused.Reason != engine.ReasonNoFeed || !strings.Contains(refused.Detail, "PUBLIC_URL") || len(far.seen) != 0 {
		t.Errorf("got %+v after %q, want it refused with what to set", got, far.seen)
	}
}

func TestAStreamGoesWhereTheMediaServerIsReachedNow(t *testing.T) {
	far := &farEnd{replies: []reply{{status: 200, body: ok}}}
	house := clock.New(start, 1)
	client := bubbleClient(far, house)
	client.MoveMedia("wss://moved.test")
	client.Do(t.Context(), engine.Command{Name: "s41/x/y/1", Decided: house.Now(), Action: engine.Stream{Leg: "v3:a", Token: "k7"}})
	if len(far.seen) != 1 || !strings.Contains(fmt.Sprint(far.seen), "wss://moved.test/media/k7") {
		t.Errorf("sent %v", far.seen)
	}
}

func TestALanguageIsToldAsTheEngineKnowsIt(t *testing.T) {
	for want, tags := range map[string][]string{
		"Google en":       {"en-US", "en-GB", "EN"},
		"Telnyx es":       {"es-US"},
		"Azure es":        {"es-US"},
		"Deepgram en-US":  {"en-US", "en", "en-ZA"},
		"Deepgram en-GB":  {"en-gb"},
		"Deepgram es":     {"es-US", "es"},
		"Deepgram es-419": {"es-419"},
		"Deepgram fr":     {"fr-FR"},
		"Deepgram pt-PT":  {"pt-PT"},
		"Deepgram sv-SE":  {"sv"},
		"Parakeet ":       {"en-US"},
	} {
		name, language, _ := strings.Cut(want, " ")
		for _, tag := range tags {
			request, err := newTranscribe(Transcription{Engine: name}, tag, "id")
			if err != nil || request.Config.Language != language {
				t.Errorf("%s, %s: got %q (%v), want %q", name, tag, request.Config.Language, err, language)
			}
		}
	}
}

func TestTheConfiguredModelGoesIntoTheEnginesField(t *testing.T) {
	for _, want := range []earConfig{
		{Engine: "Google", GoogleModel: "m", Interim: true},
		{Engine: "Telnyx", Model: "m"},
		{Engine: "Deepgram", Model: "m", Interim: true},
		{Engine: "Azure", Region: "m"},
	} {
		request, err := newTranscribe(Transcription{Engine: want.Engine, Model: "m"}, "", "id")
		if err != nil || request.Config != want || request.Engine != want.Engine {
			t.Errorf("got %+v (%v), want %+v", request, err, want)
		}
	}
	if _, err := newTranscribe(Transcription{Engine: "Whisper"}, "en-US", "id"); err == nil || !strings.Contains(err.Error(), `"Whisper"`) {
		t.Errorf("an engine that is none: got %v, want it named", err)
	}
}
