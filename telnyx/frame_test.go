package telnyx

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

func FuzzFrame(f *testing.F) {
	for _, seed := range []string{
		`{"event":"connected","version":"1.0.0"}`,
		`{"event":"start","sequence_number":"1","start":{"call_control_id":"v3:a","media_format":{"encoding":"PCMU","sample_rate":8000,"channels":1}}}`,
		`{"event":"start","start":{"call_control_id":7,"media_format":{"encoding":["PCMA"],"sample_rate":8e3,"channels":null}}}`,
		media(2, []byte{0xff, 0x7f, 0}),
		`{"event":"media","media":{"chunk":-1,"payload":null}}`,
		stopFrame,
		`{"event":"error","stream_id":"s","payload":{"code":100003,"title":"malformed_frame","detail":"é"}}`,
		`{"event":"error","payload":"` + strings.Repeat("é", 400) + `"}`,
		`{"event":` + strings.Repeat(`[`, 20_000),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		f, err := decodeFrame(raw)
		if err != nil {
			if !errors.Is(err, errFrame) {
				t.Errorf("an error outside of the closed set: %v", err)
			}
			return
		}
		if f.Event == "" {
			t.Error("a frame of no kind")
		}
		if n, ok := f.Media.number(); ok && n < 0 {
			t.Errorf("a frame of number %d", n)
		}
		if l, err := f.Start.Format.law(); (err == nil) != (l == lawMu || l == lawA) {
			t.Errorf("law %d and %v", l, err)
		} else if err != nil && !utf8.ValidString(err.Error()) {
			t.Errorf("%q cannot be shown", err)
		}
		if words := f.Payload.words(); len(words) > maxDetail {
			t.Errorf("%d bytes of an error", len(words))
		}
	})
}
