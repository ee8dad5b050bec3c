package main

import (
	"strings"
	"testing"
	"time"
)

// The announcement says what is done with the call, in both languages, and asks for no
// more than that.
func TestTheAnnouncementSaysThatACallIsRecorded(t *testing.T) {
	for _, tt := range []struct {
		feed, record, consent string
		want, not             []string
	}{
		{"auto", "no", "off", []string{"transcribed", "transcribe"}, []string{"record", "graba", "we would like"}},
		{"auto", "yes", "off", []string{"is recorded, transcribed and analysed", "se graba, se transcribe"}, []string{"we would like"}},
		{"none", "yes", "off", []string{"is recorded", "se graba"}, []string{"transcri"}},
		{"none", "no", "key", []string{"Welcome."}, []string{"record", "transcri"}},
		{"auto", "no", "key", []string{"we would like", "transcribed", "quisiéramos"}, []string{"record", "graba"}},
		{"none", "yes", "key", []string{"we would like", "be recorded.", "se grabara."}, []string{"transcri"}},
		{"auto", "yes", "key", []string{"be recorded, transcribed", "se grabara, transcribiera"}, nil},
	} {
		values := whole()
		values["FEED"], values["RECORD_CALLS"], values["CONSENT"] = tt.feed, tt.record, tt.consent
		c, err := readConfig(fromMap(values))
		if err != nil {
			t.Fatal(err)
		}
		s := c.Settings(today)
		if s.Record != (tt.record == "yes") || s.Consent != (tt.consent == "key") || s.PayAtMost != 5*time.Minute {
			t.Errorf("%+v: record %t, consent %t, payments %s", tt, s.Record, s.Consent, s.PayAtMost)
		}
		said := s.English.Announcement + " " + s.Spanish.Announcement
		for _, want := range tt.want {
			if !strings.Contains(said, want) {
				t.Errorf("%+v: %q lacks %q", tt, said, want)
			}
		}
		for _, not := range tt.not {
			if strings.Contains(said, not) {
				t.Errorf("%+v: %q has %q", tt, said, not)
			}
		}
	}
}

// Nobody is recorded without being told, and nobody is asked without words.
func TestRecordingAndConsentNeedTheirWords(t *testing.T) {
	for name, change := range map[string][]string{
		"RECORD_CALLS": {"RECORD_CALLS", "yes", "PROMPT_ANNOUNCEMENT", "off"},
		"CONSENT":      {"CONSENT", "key", "PROMPT_CONSENT_ES", "off"},
		"PAY_LIMIT":    {"PAY_LIMIT", "5"},
	} {
		values := whole()
		for i := 0; i < len(change); i += 2 {
			values[change[i]] = change[i+1]
		}
		_, err := readConfig(fromMap(values))
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%v: %v", change, err)
		}
	}
}
