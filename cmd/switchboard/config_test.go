package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"switchboard/engine"
)

const (
	goodKey   = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
	hush      = "KEY-not-to-be-shown"
	hushSymbl = "symbl-not-to-be-shown"
)

// whole returns the least that run needs.
func whole() map[string]string {
	return map[string]string{
		"TELNYX_API_KEY":    hush,
		"TELNYX_PUBLIC_KEY": goodKey,
		"CONNECTION_ID":     "1234567890",
		"CONFERENCE_NUMBER": "+1 (202) 555-0100",
		"TRANSFER_NUMBER":   "+12025550123, sip:ida@example.com,+1 202 555 0123",
	}
}

func TestDefaultsAreTheDocumentedOnes(t *testing.T) {
	c, err := readConfig(fromMap(whole()))
	if err != nil {
		t.Fatal(err)
	}
	s := c.Settings()
	for _, want := range []struct {
		what      string
		got, want any
	}{
		{"port", c.Port, 8000},
		{"number", s.Number, "+12025550100"},
		{"operators", fmt.Sprint(s.Operators), "[+12025550123 sip:ida@example.com]"},
		{"conference", s.Conference, "switchboard"},
		{"ring", s.Ring, 20 * time.Second},
		{"rule", s.Rule, engine.MoodRule{Count: 3, Of: 5, Below: -300}},
		{"tolerance", c.Tolerance, 5 * time.Minute},
		{"Telnyx", c.TelnyxURL, "https://api.telnyx.com/v2"},
		{"Symbl", c.SymblURL, "https://api.symbl.ai"},
		{"Symbl's sockets", c.SymblSocketURL, "wss://api.symbl.ai"},
		{"words", s.MinWords, 3},
		{"English", s.English.Language, "en-US"},
		{"Spanish", s.Spanish.Language, "es-US"},
	} {
		if want.got != want.want {
			t.Errorf("%s: got %v, want %v", want.what, want.got, want.want)
		}
	}
}

func TestEverythingWrongIsListedAtOnce(t *testing.T) {
	_, err := readConfig(fromMap(map[string]string{
		"TELNYX_PUBLIC_KEY": "abc",
		"TRANSFER_NUMBER":   "5550123",
		"PORT_NUMBER":       "eighty",
		"SYMBL_APP_SECRET":  hushSymbl,
	}))
	var wrong *ConfigError
	if !errors.As(err, &wrong) {
		t.Fatalf("got %v, want a ConfigError", err)
	}
	var got []string
	for _, p := range wrong.Problems {
		got = append(got, p.Name)
		if p.For == "" {
			t.Errorf("%s: does not say what it is for", p.Name)
		}
		if !strings.Contains(err.Error(), p.Wrong) {
			t.Errorf("the message leaves out %q", p.Wrong)
		}
	}
	slices.Sort(got)
	want := []string{"CONFERENCE_NUMBER", "CONNECTION_ID", "PORT_NUMBER", "SYMBL_APP_ID", "TELNYX_API_KEY", "TELNYX_PUBLIC_KEY", "TRANSFER_NUMBER"}
	if !slices.Equal(got, want) {
		t.Errorf("got problems with %v, want %v", got, want)
	}
	for _, required := range []string{"TELNYX_API_KEY", "CONNECTION_ID"} {
		if p := problem(required, ""); p.Where == "" {
			t.Errorf("%s: does not say where to find it", required)
		}
	}
}

func TestOneWrongValueIsRefused(t *testing.T) {
	tests := []struct{ name, value, want string }{
		{"TELNYX_API_KEY", "two words", "holds a space"},
		{"TELNYX_PUBLIC_KEY", "!!!", "not base64"},
		{"TELNYX_PUBLIC_KEY", "AAAA", "holds 3 bytes"},
		{"CONFERENCE_NUMBER", "2025550100", "must begin with +"},
		{"CONFERENCE_NUMBER", "+1202555", "8 to 15 digits"},
		{"CONFERENCE_NUMBER", "+1202555x100", "8 to 15 digits"},
		{"TRANSFER_NUMBER", "+12025550123,sip:nobody", "not a SIP URI"},
		{"TRANSFER_NUMBER", ",,", "names no number"},
		{"TRANSFER_NUMBER", "+12025550100", "would call itself"},
		{"LISTEN_NUMBER", "+12025550100", "the same as CONFERENCE_NUMBER"},
		{"CONFERENCE_NAME", "two words", "holds a space"},
		{"CONFERENCE_NAME", strings.Repeat("x", 65), "at most 64"},
		{"PORT_NUMBER", "0", "must be a port"},
		{"PORT_NUMBER", "65536", "must be a port"},
		{"RING_SECONDS", "4", "from 5 to 120"},
		{"RING_SECONDS", "soon", "from 5 to 120"},
		{"SIGNATURE_TOLERANCE", "0", "from 10 to 3600"},
		{"MOOD_RULE", "often", "must be COUNT/OF<=LIMIT"},
		{"MOOD_RULE", "6/5<=-0.3", "at least 1 sentence"},
		{"MOOD_RULE", "0/5<=-0.3", "at least 1 sentence"},
		{"MOOD_RULE", "3/5<=0.3", "below 0"},
		{"MOOD_RULE", "3/5<=-1.3", "from -1"},
		{"TELNYX_API_URL", "ftp://example.com", "must begin with https://"},
		{"TELNYX_API_URL", "https://", "names no host"},
		{"SYMBL_WS_URL", "https://example.com", "must begin with wss://"},
		{"PUBLIC_URL", "https://key:word@example.com", "plain address"},
		{"SYMBL_APP_ID", "alone", "SYMBL_APP_SECRET is missing"},
		{"PROMPT_MENU", strings.Repeat("x", 2001), "at most 2000"},
	}
	for _, test := range tests {
		values := whole()
		values[test.name] = test.value
		_, err := readConfig(fromMap(values))
		var wrong *ConfigError
		if !errors.As(err, &wrong) || len(wrong.Problems) != 1 {
			t.Errorf("%s=%s: got %v, want one problem", test.name, test.value, err)
			continue
		}
		if !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s=%s: got %v, want %q in it", test.name, test.value, err, test.want)
		}
	}
}

func TestFlagsBeatEnvironmentBeatsEnvFileBeatsSymblConf(t *testing.T) {
	dir := t.TempDir()
	envFile := filepath.Join(dir, ".env")
	write(t, envFile, "PORT_NUMBER=1001\nCONFERENCE_NAME=\"from file\"\nRING_SECONDS=31\nexport SYMBL_APP_ID='file-id'\n")
	write(t, symblConf(envFile), "[credentials]\napp_id=conf-id\napp_secret = "+hushSymbl+"\n")
	t.Setenv("PORT_NUMBER", "1002")
	t.Setenv("CONFERENCE_NAME", "environment")
	t.Setenv("RING_SECONDS", "") // set and empty is not set

	flags := pflag.NewFlagSet("run", pflag.ContinueOnError)
	addFlags(flags)
	if err := flags.Parse([]string{"--port-number", "1003"}); err != nil {
		t.Fatal(err)
	}
	file, err := fromEnvFile(envFile, false)
	if err != nil {
		t.Fatal(err)
	}
	conf, err := fromSymblConf(symblConf(envFile))
	if err != nil {
		t.Fatal(err)
	}
	c, err := readConfig(fromFlags(flags), fromEnvironment, file, conf, fromMap(whole()))
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprint(c.Port, c.Conference, c.Ring, c.SymblID, c.SymblSecret.Reveal())
	want := fmt.Sprint(1003, "environment", 31*time.Second, "file-id", hushSymbl)
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if _, set := os.LookupEnv("SYMBL_APP_ID"); set {
		t.Error("reading .env changed the environment of the process")
	}
}

func TestEnvFileFaultNamesTheLineAndHidesItsText(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"A=1\nTELNYX_API_KEY=\"" + hush + "\nB=2\n", "line 2 opens a quote and does not close it"},
		{"TELNYX_API_KEY='" + hush + "\nB='2'\n", "line 1 opens a quote and does not close it"},
		{"A=1\n\n# note\n" + hush + "\n", "line 4 is not NAME=value"},
	} {
		path := filepath.Join(t.TempDir(), ".env")
		write(t, path, test.text)
		_, err := fromEnvFile(path, false)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: got %v, want %q", test.text, err, test.want)
		}
		if err != nil && strings.Contains(err.Error(), hush) {
			t.Errorf("the error shows the secret: %v", err)
		}
	}
	if _, err := fromEnvFile(filepath.Join(t.TempDir(), "none"), true); err != nil {
		t.Errorf("a .env that is not there: got %v, want none", err)
	}
	if _, err := fromEnvFile(filepath.Join(t.TempDir(), "none"), false); err == nil {
		t.Error("a file that was named and is not there: got no error")
	}
}

func TestEnvFileTakesQuotesCommentsAndWindowsLines(t *testing.T) {
	path := filepath.Join(t.TempDir(), ".env")
	write(t, path, "\ufeffTELNYX_API_KEY = \"a b\" # why\r\nCONNECTION_ID='1'\r\n# PORT_NUMBER=1\r\nEMPTY=\r\n")
	s, err := fromEnvFile(path, false)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"TELNYX_API_KEY": "a b", "CONNECTION_ID": "1", "PORT_NUMBER": "", "EMPTY": ""} {
		if got, _ := s(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func TestSecretsAreNeverShown(t *testing.T) {
	values := whole()
	values["SYMBL_APP_ID"], values["SYMBL_APP_SECRET"] = "id", hushSymbl
	c, err := readConfig(fromMap(values))
	if err != nil {
		t.Fatal(err)
	}
	nested := struct {
		c Config
		p *Config
	}{c, &c}
	encoded, _ := json.Marshal(c)
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "config", c, "key", c.APIKey)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "config", c, "key", c.APIKey)
	settings, _ := json.Marshal(c.Settings())
	shown := fmt.Sprint(c, &c, nested) + string(encoded) + log.String() + string(settings)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		shown += fmt.Sprintf(verb, c) + fmt.Sprintf(verb, nested) + fmt.Sprintf(verb, c.APIKey)
	}
	for _, secret := range []string{hush, hushSymbl, fmt.Sprintf("%x", hush), fmt.Sprintf("%x", hushSymbl)} {
		if strings.Contains(shown, secret) {
			t.Errorf("%q is shown", secret)
		}
	}
	if !strings.Contains(shown, "(secret)") {
		t.Error("nothing says that there is a secret")
	}
	flags := pflag.NewFlagSet("run", pflag.ContinueOnError)
	addFlags(flags)
	for _, s := range allSettings() {
		if s.secret && flags.Lookup(s.flag()) != nil {
			t.Errorf("%s has a flag, which every user of the machine can read", s.name)
		}
	}
}

func TestAnnouncementNamesAnalysisOnlyWhereSomethingListens(t *testing.T) {
	values := whole()
	c, err := readConfig(fromMap(values))
	if err != nil {
		t.Fatal(err)
	}
	if s := c.Settings(); s.Deaf == "" || strings.Contains(s.English.Announcement, "computer") {
		t.Errorf("without Symbl: deaf %q, announcement %q", s.Deaf, s.English.Announcement)
	}
	values["SYMBL_APP_ID"], values["SYMBL_APP_SECRET"] = "id", "secret"
	if c, err = readConfig(fromMap(values)); err != nil {
		t.Fatal(err)
	}
	if s := c.Settings(); s.Deaf != "" || !strings.Contains(s.English.Announcement, "computer") {
		t.Errorf("with Symbl: deaf %q, announcement %q", s.Deaf, s.English.Announcement)
	}
	values["PROMPT_ANNOUNCEMENT"] = "off"
	if c, err = readConfig(fromMap(values)); err != nil {
		t.Fatal(err)
	}
	if got := c.Settings().English.Announcement; got != "" {
		t.Errorf("switched off: got %q", got)
	}
	delete(values, "SYMBL_APP_ID")
	delete(values, "SYMBL_APP_SECRET")
	values["PROMPT_ANNOUNCEMENT"] = "Hello."
	if c, err = readConfig(fromMap(values)); err != nil {
		t.Fatal(err)
	}
	if got := c.Settings().English.Announcement; got != "Hello." {
		t.Errorf("one's own, without Symbl: got %q, want it kept", got)
	}
}

func TestMoodRule(t *testing.T) {
	for text, want := range map[string]engine.MoodRule{
		"3/5<=-0.30":   {Count: 3, Of: 5, Below: -300},
		"2/3 <= -.255": {Count: 2, Of: 3, Below: -255},
		"sample":       {Count: 1, Of: 1, Below: -700},
		"Off":          {},
	} {
		if got, err := parseRule(text); err != nil || got != want {
			t.Errorf("%s: got %v, %v, want %v", text, got, err, want)
		}
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestEnvSampleNamesEverySettingAndIsReadable(t *testing.T) {
	const sample = "../../.env.sample"
	text, err := os.ReadFile(sample)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range allSettings() {
		if s.name == "HOUSE_TIME" || strings.HasSuffix(s.name, "_ES") { // for trials; named in a comment
			continue
		}
		if !strings.Contains(string(text), "\n"+s.name+"=") && !strings.Contains(string(text), "\n#"+s.name+"=") {
			t.Errorf("%s is not in .env.sample", s.name)
		}
	}
	file, err := fromEnvFile(sample, false)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := readConfig(file, fromMap(whole())); err != nil {
		t.Errorf("left as it is, it is in the way: %v", err)
	}
}

func TestHouseTimeIsTheSameForAllWhoAreGivenIt(t *testing.T) {
	given := faster(20)
	read, err := parseHouseTime(given.String())
	if err != nil || read != given {
		t.Fatalf("got %v, %v, want %v", read, err, given)
	}
	one, other := given.clock(), read.clock()
	if apart := other.Now().Sub(one.Now()).Abs(); apart > 10*time.Second { // half a second of the wall
		t.Errorf("they are %s apart", apart)
	}
	for _, bad := range []string{"", "20", "20@", "0@2026-11-22T15:00:00Z", "-1@2026-11-22T15:00:00Z", "101@2026-11-22T15:00:00Z", "NaN@2026-11-22T15:00:00Z", "x@y"} {
		if _, err := parseHouseTime(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}
