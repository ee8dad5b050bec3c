package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"switchboard/engine"
)

var today = time.Date(2026, 11, 22, 15, 0, 0, 0, time.UTC)

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
	s := c.Settings(today)
	for _, want := range []struct {
		what      string
		got, want any
	}{
		{"port", c.Port, 8000},
		{"number", s.Number, "+12025550100"},
		{"operators", fmt.Sprint(s.Operators), "[+12025550123 sip:ida@example.com]"},
		{"conference", s.Conference, "switchboard"},
		{"ring", s.Ring, 20 * time.Second},
		{"policy", s.Policy.Name, "default"},
		{"groups", len(s.Groups), 0},
		{"queue", s.Queue, engine.Queue{AtMost: 3 * time.Minute, Then: engine.FallbackStay, Callback: true}},
		{"hold", s.Hold, engine.Audio{}},
		{"phone", s.Phone, ""},
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

func TestTheFrontDeskIsOneNumberOrSIPURIAndHasAName(t *testing.T) {
	for _, test := range []struct {
		number, name string
		want         engine.Front
	}{
		{"", "", engine.Front{}},
		{"", "Ava", engine.Front{}}, // a name alone is no desk
		{"+1 202 555 0150", "", engine.Front{Number: "+12025550150", Name: "front desk"}},
		{"SIP:ava@example.com", "Ava, the assistant", engine.Front{Number: "sip:ava@example.com", Name: "Ava, the assistant"}},
	} {
		values := whole()
		values["FRONT_NUMBER"], values["FRONT_NAME"] = test.number, test.name
		c, err := readConfig(fromMap(values))
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Settings(today).Front; got != test.want {
			t.Errorf("%q, %q: got %+v, want %+v", test.number, test.name, got, test.want)
		}
	}
	values := whole()
	values["FRONT_NUMBER"], values["LISTEN_NUMBER"] = "+12025550199", "+12025550199"
	if _, err := readConfig(fromMap(values)); err == nil || !strings.Contains(unwrapped(err), "FRONT_NUMBER +12025550199 is our own number") {
		t.Errorf("got %v, want Symbl's number refused", err)
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
		if !strings.Contains(unwrapped(err), p.Wrong) {
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
		{"TELNYX_API_KEY", "KEY\u200bof", "a sign that cannot be seen"},
		{"TELNYX_API_KEY", "KEY\u00a0of", "holds a space"},
		{"TELNYX_PUBLIC_KEY", "!!!", "not base64"},
		{"TELNYX_PUBLIC_KEY", "AAAA", "holds 3 bytes"},
		{"CONFERENCE_NUMBER", "2025550100", "must begin with +"},
		{"CONFERENCE_NUMBER", "+1202555", "8 to 15 digits"},
		{"CONFERENCE_NUMBER", "+1202555x100", "8 to 15 digits"},
		{"TRANSFER_NUMBER", "+12025550123,sip:ida@", "“sip:ida@” is not a SIP URI, as in sip:ida@example.com, sips:"},
		{"TRANSFER_NUMBER", "tel:+12025550123", "not a SIP URI"},
		{"TRANSFER_NUMBER", ",,", "names no number"},
		{"TRANSFER_NUMBER", "+12025550100", "would call itself"},
		{"LISTEN_NUMBER", "+12025550100", "the same as CONFERENCE_NUMBER"},
		{"CONFERENCE_NAME", "two words", "holds a space"},
		{"CONFERENCE_NAME", strings.Repeat("x", 65), "at most 64"},
		{"PORT_NUMBER", "0", "must be a port"},
		{"PORT_NUMBER", "65536", "must be a port"},
		{"FRONT_NUMBER", "+12025550100", "FRONT_NUMBER +12025550100 is our own number"},
		{"FRONT_NUMBER", "ava", "must begin with +"},
		{"FRONT_NUMBER", "+12025550123,+12025550124", "8 to 15 digits"},
		{"FRONT_NUMBER", "sip:ava@", "not a SIP URI"},
		{"FRONT_NAME", strings.Repeat("x", 33), "at most 32"},
		{"FRONT_NAME", "A\x1bva", "printable"},
		{"RING_SECONDS", "4", "from 5 to 120"},
		{"RING_SECONDS", "soon", "from 5 to 120"},
		{"SIGNATURE_TOLERANCE", "0", "from 10 to 3600"},
		{"MOOD_RULE", "3/5<=-0.30", "MOOD_RULE is no longer used: rules stand in a policy now. Write one with switchboard policy show > policy.yaml and name it with POLICY"},
		{"POLICY", "none.yaml", "POLICY none.yaml: there is no such file; built in are: default, sample-compat"},
		{"SUPERVISOR_PHONE", "+12025550100", "SUPERVISOR_PHONE +12025550100 is our own number"},
		{"SUPERVISOR_PHONE", "my desk", "SUPERVISOR_PHONE"},
		{"HOLD_AUDIO", "a tune", "a media name without blanks"},
		{"HOLD_AUDIO", "ftp://example.com/tune.mp3", "the https address"},
		{"PROMPT_QUEUED", "Place %s of %d.", "may hold %d once"},
		{"PROMPT_QUEUED", "%d of %d.", "may hold %d once"},
		{"PROMPT_QUEUED_ES", "El 100 % ocupados.", "no other %"},
		{"TELNYX_API_URL", "ftp://example.com", "must begin with https://"},
		{"TELNYX_API_URL", "https://", "names no host"},
		{"PUBLIC_URL", "https://:8000", "names no host"},
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
		if !strings.Contains(unwrapped(err), test.want) {
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
	file, faults, err := fromEnvFile(envFile, false)
	conf, more := fromSymblConf(symblConf(envFile))
	if err != nil || len(faults)+len(more) > 0 {
		t.Fatal(err, faults, more)
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
		{"A=1\nTELNYX_API_KEY=\"" + hush + "\nB=2\n", "TELNYX_API_KEY (.env, line 2) opens a quote and does not close it"},
		{"TELNYX_API_KEY='" + hush + "\nB='2'\n", "TELNYX_API_KEY (.env, line 1) opens a quote and does not close it"},
		{"TELNYX_API_KEY='a' " + hush + "\n", "TELNYX_API_KEY (.env, line 1) has something after its closing quote"},
		{"A=1\n\n# note\n" + hush + "\nB=2\n", ".env, line 4 is not NAME=value: there is no ="},
		{"TELNYX_API_KEY " + hush + "\nB=2\n", ".env, line 1 is not NAME=value: there is no ="},
		{"TELNYX_API_KEY https://" + hush + "\nB=2\n", ".env, line 1 is not NAME=value: there is no ="},
		{"=" + hush + "\nB=2\n", ".env, line 1 is not NAME=value: there is no name"},
		{"A " + hush + "=2\nB=2\n", ".env, line 1 is not NAME=value: the name may hold"},
	} {
		t.Chdir(t.TempDir())
		write(t, ".env", test.text)
		s, faults, err := fromEnvFile(".env", false)
		if err != nil || len(faults) != 1 {
			t.Errorf("%q: got %v, %v, want one fault", test.text, faults, err)
			continue
		}
		if got := faults[0].Name + " " + faults[0].Wrong; !strings.HasPrefix(got, test.want) {
			t.Errorf("%q: got %q, want %q", test.text, got, test.want)
		}
		if strings.Contains(fmt.Sprint(faults), hush) {
			t.Errorf("the fault shows the secret: %v", faults)
		}
		if got, _ := s("B"); strings.Contains(test.text, "B=2") && got != "2" {
			t.Errorf("%q: B is %q: the line after is lost", test.text, got)
		}
	}
}

func TestFileThatIsNotThereIsAnErrorOnlyWhereItWasNamed(t *testing.T) {
	none := filepath.Join(t.TempDir(), "none")
	if _, faults, err := fromEnvFile(none, true); err != nil || faults != nil {
		t.Errorf("a .env that is not there: got %v, %v, want none", faults, err)
	}
	if _, _, err := fromEnvFile(none, false); err == nil || !strings.Contains(err.Error(), "there is no such file; name one") {
		t.Errorf("a file that was named and is not there: got %v", err)
	}
	if _, faults := fromSymblConf(none); faults != nil {
		t.Errorf("a symbl.conf that is not there: got %v", faults)
	}
}

func TestAFileWithoutEndIsNotReadToItsEnd(t *testing.T) {
	if _, err := os.Stat("/dev/zero"); err != nil {
		t.Skip(err)
	}
	if _, _, err := fromEnvFile("/dev/zero", false); err == nil || !strings.Contains(err.Error(), "is larger than") {
		t.Errorf("got %v", err)
	}
}

func TestFaultInAFileHidesNothingElse(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, s := range allSettings() {
		t.Setenv(s.name, "")
	}
	write(t, ".env", "TELNYX_API_KEY='"+hush+"\n"+hush+"\nPORT_NUMBER=eighty\nTRANSFER_NUMBER=5550123, +12025550100 ,sip:\nCONFERENCE_NUMBER=+12025550100\n")
	write(t, "symbl.conf", "[credentials\n[credentials]\napp_id = mine\napp_secret = \""+hushSymbl+"\nnothing\n")
	_, err := runConfig(pflag.NewFlagSet("run", pflag.ContinueOnError), configFiles{})
	var wrong *ConfigError
	if !errors.As(err, &wrong) {
		t.Fatalf("got %v, want a ConfigError", err)
	}
	var got []string
	for _, p := range wrong.Problems {
		got = append(got, p.Name+" "+p.Wrong)
	}
	want := []string{
		"TELNYX_API_KEY (.env, line 1) opens a quote and does not close it",
		".env, line 2 is not NAME=value: there is no =",
		"symbl.conf, line 1 opens a [ and does not close it",
		"SYMBL_APP_SECRET (symbl.conf, line 4) opens a quote and does not close it",
		"symbl.conf, line 5 is not name = value: there is no =",
		"TRANSFER_NUMBER “5550123” must begin with + and the country code, as in +12025550123; " +
			"“sip:” is not a SIP URI, as in sip:ida@example.com, sips:ida@example.com or sip:example.com",
		"PORT_NUMBER must be a port, from 1 to 65535",
		"TELNYX_PUBLIC_KEY is missing",
		"CONNECTION_ID is missing",
		"TRANSFER_NUMBER +12025550100 is our own number: it would call itself",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if strings.Contains(err.Error(), hush) || strings.Contains(err.Error(), hushSymbl) {
		t.Errorf("the error shows a secret: %v", err)
	}
}

func TestFaultsOfAFileAreLimited(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, ".env", strings.Repeat("no\n", 1000))
	_, faults, err := fromEnvFile(".env", false)
	if err != nil || len(faults) != maxUnread+1 || faults[maxUnread].Wrong != "has 990 more such lines" {
		t.Errorf("got %v, %v", faults, err)
	}
}

func TestSIPURIsOfBothSchemesAndWithoutUserAreTaken(t *testing.T) {
	got, err := destinations("sip:ida@example.com,SIPS:ida@example.com, sip:example.com")
	if want := []string{"sip:ida@example.com", "sips:ida@example.com", "sip:example.com"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
}

func TestConfigErrorFitsEightyColumns(t *testing.T) {
	_, err := readConfig(fromMap(map[string]string{"TRANSFER_NUMBER": "5550123,5550124", "SYMBL_APP_ID": "id", "LISTEN_NUMBER": "1"}))
	for line := range strings.Lines("switchboard: " + err.Error()) {
		if n := len([]rune(strings.TrimSuffix(line, "\n"))); n > 80 {
			t.Errorf("%d columns: %q", n, line)
		}
	}
}

func TestEnvFileTakesQuotesCommentsAndWindowsLines(t *testing.T) {
	path := filepath.Join(t.TempDir(), ".env")
	write(t, path, "\ufeffTELNYX_API_KEY = \"a b\" # why\r\nCONNECTION_ID='1'\r\n# PORT_NUMBER=1\r\nEMPTY=\r\n")
	s, faults, err := fromEnvFile(path, false)
	if err != nil || len(faults) > 0 {
		t.Fatal(err, faults)
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
	settings, _ := json.Marshal(c.Settings(today))
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
	if s := c.Settings(today); s.Deaf != "" || !slices.Equal(s.Feeds, []engine.FeedKind{engine.FeedTelnyx}) {
		t.Errorf("without Symbl: deaf %q, feeds %v", s.Deaf, s.Feeds)
	}
	values["FEED"] = "none"
	if c, err = readConfig(fromMap(values)); err != nil {
		t.Fatal(err)
	}
	if s := c.Settings(today); s.Deaf == "" || strings.Contains(s.English.Announcement, "analysed") {
		t.Errorf("without a feed: deaf %q, announcement %q", s.Deaf, s.English.Announcement)
	}
	values["FEED"] = "auto"
	values["SYMBL_APP_ID"], values["SYMBL_APP_SECRET"] = "id", "secret"
	if c, err = readConfig(fromMap(values)); err != nil {
		t.Fatal(err)
	}
	if s := c.Settings(today); s.Deaf != "" || !strings.Contains(s.English.Announcement, "transcribed and analysed automatically") ||
		!strings.Contains(s.Spanish.Announcement, "se transcribe y analiza automáticamente") {
		t.Errorf("with Symbl: deaf %q, announcement %q", s.Deaf, s.English.Announcement)
	}
	values["PROMPT_ANNOUNCEMENT"] = "off"
	if c, err = readConfig(fromMap(values)); err != nil {
		t.Fatal(err)
	}
	if got := c.Settings(today).English.Announcement; got != "" {
		t.Errorf("switched off: got %q", got)
	}
	delete(values, "SYMBL_APP_ID")
	delete(values, "SYMBL_APP_SECRET")
	values["PROMPT_ANNOUNCEMENT"] = "Hello."
	if c, err = readConfig(fromMap(values)); err != nil {
		t.Fatal(err)
	}
	if got := c.Settings(today).English.Announcement; got != "Hello." {
		t.Errorf("one's own, without Symbl: got %q, want it kept", got)
	}
}

// unwrapped returns what an error says, on one line.
func unwrapped(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }

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
		if s.name == "HOUSE_TIME" || s.name == "MOOD_RULE" || strings.HasSuffix(s.name, "_ES") { // for trials; named in a comment
			continue
		}
		if !strings.Contains(string(text), "\n"+s.name+"=") && !strings.Contains(string(text), "\n#"+s.name+"=") {
			t.Errorf("%s is not in .env.sample", s.name)
		}
	}
	file, faults, err := fromEnvFile(sample, false)
	if err != nil || len(faults) > 0 {
		t.Fatal(err, faults)
	}
	if _, err := readConfig(file, fromMap(whole())); err != nil {
		t.Errorf("left as it is, it is in the way: %v", err)
	}
}

func TestAnAddressIsTakenHoweverItsLettersAreCased(t *testing.T) {
	values := whole()
	values["PUBLIC_URL"] = "HTTPS://Calls.example.com/desk/"
	c, err := readConfig(fromMap(values))
	if err != nil || c.PublicURL != "https://Calls.example.com/desk" || mediaURL(c.PublicURL) != "wss://Calls.example.com/desk" {
		t.Errorf("got %q, %q, %v", c.PublicURL, mediaURL(c.PublicURL), err)
	}
}

// All of them stand in .env.sample and switchboard.sample.yaml.
func TestReadmeNamesTheSettingsThatAreRequiredAndNoneThatThereIsNot(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{}
	for _, m := range regexp.MustCompile("`([A-Z]+(?:_[A-Z]+)+)`|`([A-Z_]+)=").FindAllStringSubmatch(string(text), -1) {
		name := m[1] + m[2]
		named[name] = true
		if slices.Contains([]string{"NO_COLOR", "CLICOLOR_FORCE", "FORCE_COLOR"}, name) { // every program's
			continue
		}
		if _, known := settingNamed(name); !known {
			t.Errorf("README.md names %s, which is no setting", name)
		}
	}
	for _, r := range (Config{}).required() {
		if !named[r.name] {
			t.Errorf("%s is not in README.md", r.name)
		}
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
