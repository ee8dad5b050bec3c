package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/pflag"

	"switchboard/engine"
	"switchboard/engine/policy"
	"switchboard/engine/redact"
	reports "switchboard/engine/report"
	"switchboard/tui/safe"
)

// Limits of what may be configured.
const (
	minRing, maxRing           = 5 * time.Second, 120 * time.Second
	minTolerance, maxTolerance = 10 * time.Second, time.Hour
	minPayLimit, maxPayLimit   = 30 * time.Second, 30 * time.Minute
	maxConferenceName          = 64
	maxFrontName               = 32 // runes
	maxPort                    = 65535
	maxDays                    = 36500
	maxPrompt                  = 2000     // runes; Telnyx speaks at most 3,000 characters
	maxChatPrompt              = 16 << 10 // bytes
)

// A setting is one value that the program can be told, by flag, environment, .env or
// switchboard.yaml. This table is all that anybody knows of it: flags, help, samples and
// the set-up are made from it.
type setting struct {
	name   string // in the environment and .env
	preset string // its default
	about  string // what it is for
	where  string // where its value is found; empty where one makes it up
	secret bool   // has no flag, for every user of a machine can read its command lines
	minor  bool   // its flag is not listed in the help
	list   bool   // holds several values, with commas between; a list in switchboard.yaml
	yesNo  bool   // is yes or no
	file   bool   // names a file, whose mistakes are the setting's
	set    func(c *Config, value string) error
}

// flag returns the name of the setting's flag, which is its key in switchboard.yaml too.
func (s setting) flag() string { return strings.ToLower(strings.ReplaceAll(s.name, "_", "-")) }

// Whether a customer is asked before anybody listens.
const (
	consentOff = "off"
	consentKey = "key"
)

var consents = []string{consentOff, consentKey}

const (
	portalKeys = "portal.telnyx.com, Account Settings, Keys & Credentials"
	portalApps = "portal.telnyx.com, Voice, Programmable Voice: your Voice API application"
	portalNums = "portal.telnyx.com, Numbers, My Numbers: one that is assigned to the application"
	symblHome  = "platform.symbl.ai, on the first page after logging in"
	ngrokHome  = "dashboard.ngrok.com, Your Authtoken"
)

// The words of settings that are one of some.
var (
	feeds   = []string{feedAuto, feedSymblStream, feedSymblPhone, feedTelnyx, feedNone}
	scorers = []string{scorerLocal, scorerChat, scorerNone}
	// Of the contract's page on transcription_start; its A and B are older names of the
	// first two.
	engines = []string{"Google", "Telnyx", "Deepgram", "Azure", "xAI", "AssemblyAI", "Speechmatics", "Soniox", "Parakeet"}
)

// What [Config.Feed] and [Config.Scorer] may be.
const (
	feedAuto        = "auto"
	feedSymblStream = "symbl-stream"
	feedSymblPhone  = "symbl-phone"
	feedTelnyx      = "telnyx"
	feedNone        = "none"

	scorerLocal = "local"
	scorerChat  = "chat"
	scorerNone  = "none"
)

// chatPath is where Telnyx's address continues to its OpenAI-style chat endpoint.
const chatPath = "/ai/openai/chat/completions"

// allSettings returns every setting there is, in the order they are listed.
func allSettings() []setting {
	return append([]setting{
		{name: "TELNYX_API_KEY", secret: true,
			about: "the key that commands are sent to Telnyx with", where: portalKeys + ", API Keys (it begins with KEY)",
			set: func(c *Config, v string) error { c.APIKey = NewSecret(v); return oneWord(v) }},
		{name: "TELNYX_PUBLIC_KEY",
			about: "the key that webhooks are checked against; without it none can be trusted", where: portalKeys + ", Public Key",
			set: func(c *Config, v string) error { c.PublicKey = v; return validKey(v) }},
		{name: "CONNECTION_ID",
			about: "the Voice API application that calls belong to", where: portalApps + ", its ID",
			set: func(c *Config, v string) error { c.ConnectionID = v; return oneWord(v) }},
		{name: "CONFERENCE_NUMBER",
			about: "the number that customers call", where: portalNums,
			set: func(c *Config, v string) error { return setNumber(&c.Number, v) }},
		{name: "TRANSFER_NUMBER", list: true,
			about: "the operators to bring in, tried in turn: numbers or SIP URIs, with commas between", where: "your own desks and phones",
			set: func(c *Config, v string) (err error) { c.Operators, err = destinations(v); return err }},
		{name: "CONFERENCE_NAME", preset: "switchboard",
			about: "what the names of conferences begin with",
			set:   setConferenceName},
		{name: "PORT_NUMBER", preset: "8000",
			about: "the port that webhooks are listened for on",
			set:   setPort},
		{name: "PUBLIC_URL",
			about: "where Telnyx reaches this machine, without /webhook at its end", where: "your tunnel or proxy",
			set: setPublicURL},
		{name: "TUNNEL", preset: tunnelNone,
			about: "a public address that run opens for itself, and has webhooks sent to while it runs: none or ngrok",
			set:   func(c *Config, v string) (err error) { c.Tunnel, err = word(v, tunnels); return err }},
		{name: "NGROK_AUTHTOKEN", secret: true,
			about: "the token that opens a tunnel, for run --tunnel ngrok", where: ngrokHome,
			set: func(c *Config, v string) error { c.NgrokToken = NewSecret(v); return oneWord(v) }},
		{name: "FEED", preset: "auto",
			about: "who listens to calls: " + oneOf(feeds) + "; auto takes the first that is configured and works",
			set:   func(c *Config, v string) (err error) { c.Feed, err = word(v, feeds); return err }},
		{name: "SYMBL_APP_ID",
			about: "Symbl's credentials; without them Symbl does not listen", where: symblHome,
			set: func(c *Config, v string) error { c.SymblID = v; return oneWord(v) }},
		{name: "SYMBL_APP_SECRET", secret: true,
			about: "Symbl's credentials; without them Symbl does not listen", where: symblHome,
			set: func(c *Config, v string) error { c.SymblSecret = NewSecret(v); return oneWord(v) }},
		{name: "SYMBL_NUMBER",
			about: "the number that Symbl calls from, if it is known", where: "the call log of a first trial",
			set: func(c *Config, v string) error { return setNumber(&c.SymblNumber, v) }},
		{name: "LISTEN_NUMBER",
			about: "a number of your own that only Symbl calls, so that it is never taken for a customer", where: portalNums,
			set: func(c *Config, v string) error { return setNumber(&c.ListenNumber, v) }},
		{name: "SYMBL_FORGET", preset: "no", yesNo: true,
			about: "whether Symbl is told to delete a call's conversation when the call is over",
			set:   func(c *Config, v string) (err error) { c.SymblForget, err = yes(v); return err }},
		{name: "TRANSCRIPTION_ENGINE", preset: "Google",
			about: "who writes down what is said where Telnyx listens: " + oneOf(engines),
			set:   func(c *Config, v string) (err error) { c.TranscriptionEngine, err = word(v, engines); return err }},
		{name: "TRANSCRIPTION_MODEL",
			about: "that engine's model, where it has several", where: "developers.telnyx.com, transcription_start",
			set: func(c *Config, v string) error { c.TranscriptionModel = v; return oneWord(v) }},
		{name: "SCORER", preset: "local",
			about: "who scores sentences that come without a score: " + oneOf(scorers) + "; local asks nobody",
			set:   func(c *Config, v string) (err error) { c.Scorer, err = word(v, scorers); return err }},
		{name: "CHAT_URL",
			about: "where the scorer chat asks; Telnyx's " + chatPath + " where it is left out", where: "leave it out, unless you run a model of your own",
			set: func(c *Config, v string) error { return setURL(&c.ChatURL, v, "https", "http") }},
		{name: "CHAT_MODEL",
			about: "the model that the scorer chat asks", where: "portal.telnyx.com, AI, Inference, or your own model's name",
			set: func(c *Config, v string) error { c.ChatModel = v; return oneWord(v) }},
		{name: "CHAT_KEY", secret: true,
			about: "the key for CHAT_URL; Telnyx's own where that is Telnyx", where: "who runs the model",
			set: func(c *Config, v string) error { c.ChatKey = NewSecret(v); return oneWord(v) }},
		{name: "CHAT_PROMPT", file: true,
			about: "a file with what the scorer chat is told to do, instead of ours", where: "your own text file",
			set: func(c *Config, v string) (err error) { c.ChatPrompt, err = readPrompt(v); return err }},
		{name: "REDACT", preset: "yes", yesNo: true,
			about: "whether the seventh and later digits of every number, and codes, are hidden before anything is kept or shown",
			set:   func(c *Config, v string) (err error) { c.Redact, err = yes(v); return err }},
		{name: "REDACT_PATTERNS", file: true,
			about: "a file with what is hidden beside numbers and codes: a pattern (RE2) a line", where: "your own text file",
			set: func(c *Config, v string) (err error) { c.Patterns, err = readPatterns(v); return err }},
		{name: "CONSENT", preset: consentOff,
			about: "whether a customer is asked before anybody listens: " + oneOf(consents) + "; key has him press 1 to agree",
			set: func(c *Config, v string) error {
				asked, err := word(v, consents)
				c.Consent = asked == consentKey
				return err
			}},
		{name: "RECORD_CALLS", preset: "no", yesNo: true,
			about: "whether Telnyx records the sound of calls, from the announcement on",
			set:   func(c *Config, v string) (err error) { c.Record, err = yes(v); return err }},
		{name: "PAY_LIMIT", preset: "300",
			about: "how many seconds a payment (P) may last, in which nothing is heard or kept",
			set:   func(c *Config, v string) error { return setSeconds(&c.PayLimit, v, minPayLimit, maxPayLimit) }},
		{name: "RETAIN_RECORDINGS", preset: "30d",
			about: "how many days recordings are kept, here and at Telnyx: as in 30d; 0 is for ever",
			set:   func(c *Config, v string) (err error) { c.RetainRecordings, err = days(v); return err }},
		{name: "RETAIN_TRANSCRIPTS", preset: "90d",
			about: "how many days it is kept what was said, keyed in and noted; 0 is for ever",
			set:   func(c *Config, v string) (err error) { c.RetainTranscripts, err = days(v); return err }},
		{name: "RETAIN_EVENTS", preset: "400d",
			about: "how many days it is kept who it was: names and numbers; times and counts stay; 0 is for ever",
			set:   func(c *Config, v string) (err error) { c.RetainEvents, err = days(v); return err }},
		{name: "FRONT_NUMBER",
			about: "a bot or first-line desk that talks with the customer first: number or SIP URI", where: "your bot's maker, or your own desk",
			set: func(c *Config, v string) (err error) { c.FrontNumber, err = destination(v); return err }},
		{name: "FRONT_NAME", preset: "front desk",
			about: "what that bot or desk is called on the screen",
			set:   func(c *Config, v string) error { c.FrontName = v; return oneName(v) }},
		{name: "RING_SECONDS", preset: "20",
			about: "how long one operator is called before the next one is",
			set:   func(c *Config, v string) error { return setSeconds(&c.Ring, v, minRing, maxRing) }},
		{name: "POLICY", preset: "default", file: true,
			about: "the rules of escalation: default, sample-compat or a file", where: "switchboard policy show > policy.yaml writes one to begin with",
			set: func(c *Config, v string) (err error) { c.Policy, err = readSite(v); return err }},
		{name: "SHIFTS", list: true,
			about: "when your team works each day, as in 06:00-14:00,14:00-22:00: what report tells of unless it is told otherwise", where: "your roster",
			set: func(c *Config, v string) (err error) { c.Shifts, err = reports.ParseShifts(v); return err }},
		{name: "SUPERVISOR_PHONE",
			about: "your own phone, called when you listen, whisper or barge: a number or a SIP URI", where: "on your desk",
			set: func(c *Config, v string) error { c.Phone = v; return engine.ValidTarget(v) }},
		{name: "HOLD_AUDIO",
			about: "what a customer hears who waits: the https address of a WAV or MP3 file, or a media name at Telnyx; without it a line is spoken every 20 s",
			where: "portal.telnyx.com, Voice, Media Storage",
			set:   func(c *Config, v string) (err error) { c.Hold, err = audio(v); return err }},
		{name: "MOOD_RULE", minor: true,
			about: "no longer used",
			set: func(*Config, string) error {
				return errors.New("is no longer used: rules stand in a policy now. Write one with switchboard policy show > policy.yaml and name it with POLICY")
			}},
		{name: "SIGNATURE_TOLERANCE", preset: "300",
			about: "how many seconds old a webhook's signature may be",
			set:   func(c *Config, v string) error { return setSeconds(&c.Tolerance, v, minTolerance, maxTolerance) }},
		{name: "TELNYX_API_URL", preset: "https://api.telnyx.com/v2",
			about: "where Telnyx is", where: "leave it out, but for tests",
			set: func(c *Config, v string) error { return setURL(&c.TelnyxURL, v, "https", "http") }},
		{name: "SYMBL_API_URL", preset: "https://api.symbl.ai",
			about: "where Symbl is", where: "leave it out, unless Symbl gave you an address of your own",
			set: func(c *Config, v string) error { return setURL(&c.SymblURL, v, "https", "http") }},
		{name: "SYMBL_WS_URL", preset: "wss://api.symbl.ai",
			about: "where Symbl's sockets are", where: "leave it out, unless Symbl gave you an address of your own",
			set: func(c *Config, v string) error { return setURL(&c.SymblSocketURL, v, "wss", "ws") }},
		{name: "HOUSE_TIME", minor: true,
			about: "how fast house time runs, for trials", where: "what switchboard emulate prints",
			set: func(c *Config, v string) (err error) { c.House, err = parseHouseTime(v); return err }},
		{name: "VOICE", preset: english.Voice, minor: true,
			about: "the voice that speaks English, as Provider.Model.Voice",
			set:   func(c *Config, v string) error { c.English.Voice = v; return oneWord(v) }},
		{name: "VOICE_ES", preset: spanish.Voice, minor: true,
			about: "the voice that speaks Spanish, as Provider.Model.Voice",
			set:   func(c *Config, v string) error { c.Spanish.Voice = v; return oneWord(v) }},
	}, allPrompts()...)
}

// allPrompts returns the settings of the prompts, in both languages.
func allPrompts() []setting {
	var all []setting
	for _, language := range []struct {
		suffix, name string
		of           func(*Config) *engine.Prompts
		presets      engine.Prompts
	}{
		{"", "English", func(c *Config) *engine.Prompts { return &c.English }, english},
		{"_ES", "Spanish", func(c *Config) *engine.Prompts { return &c.Spanish }, spanish},
	} {
		for i, p := range promptSettings {
			all = append(all, setting{
				name:   "PROMPT_" + p.name + language.suffix,
				about:  fmt.Sprintf("%s; %s, or off", p.about, language.name),
				preset: *p.text(&language.presets),
				minor:  language.suffix != "" || i > 2,
				set: func(c *Config, v string) error {
					prompts := language.of(c)
					prompts.Language = language.presets.Language
					return p.set(prompts, v)
				},
			})
		}
	}
	return all
}

// problem returns what is wrong with the named setting, with what it is for.
func problem(name, wrong string) Problem {
	for _, s := range allSettings() {
		if s.name == name {
			return Problem{name, wrong, s.about, s.where}
		}
	}
	return Problem{Name: name, Wrong: wrong}
}

// readConfig fills a Config from sources, the first that has a value before the
// others. Its error is a *ConfigError that lists everything that is wrong at once.
func readConfig(sources ...source) (Config, error) {
	var c Config
	var found ConfigError
	for _, s := range allSettings() {
		value, given := lookUp(s.name, sources)
		if strings.HasPrefix(s.name, "PROMPT_ANNOUNCEMENT") && given {
			c.OwnAnnouncement = true
		}
		value = cmp.Or(value, s.preset)
		if value == "" {
			continue
		}
		if err := s.set(&c, value); err != nil {
			found.Problems = append(found.Problems, problemsOf(s, err)...)
		}
	}
	c.complete()
	var more *ConfigError
	if errors.As(c.Validate(), &more) {
		found.add(more.Problems)
	}
	if len(found.Problems) > 0 {
		return c, &found
	}
	return c, nil
}

// problemsOf returns what is wrong with a setting: the mistakes of the file that it names
// are a problem each.
func problemsOf(s setting, err error) []Problem {
	var mistakes policy.Mistakes
	if !errors.As(err, &mistakes) {
		return []Problem{{s.name, err.Error(), s.about, s.where}}
	}
	problems := []Problem{{Name: s.name, Wrong: "names a file with " + plural(len(mistakes), "mistake"), For: s.about}}
	for _, m := range mistakes {
		problems = append(problems, Problem{Name: string(safe.Clean(m.String(), maxComplaint))})
	}
	return problems
}

func lookUp(name string, sources []source) (string, bool) {
	for _, s := range sources {
		if v, ok := s(name); ok {
			return v, true
		}
	}
	return "", false
}

// addFlags gives a command a flag for each setting that is no secret.
func addFlags(flags *pflag.FlagSet) {
	for _, s := range allSettings() {
		if s.secret {
			continue
		}
		usage := s.about
		if s.preset != "" && !s.minor && !strings.HasPrefix(s.name, "PROMPT_") {
			usage += " (default " + s.preset + ")"
		}
		flags.String(s.flag(), "", usage)
		if s.yesNo {
			flags.Lookup(s.flag()).NoOptDefVal = "yes"
		}
		if s.minor {
			flags.MarkHidden(s.flag())
		}
	}
}

// addHiddenFlags gives a command the same flags without listing them, but for some: where
// they only matter because the command reads what run reads.
func addHiddenFlags(flags *pflag.FlagSet, listed ...string) {
	addFlags(flags)
	for _, s := range allSettings() {
		if !s.secret && !slices.Contains(listed, s.name) {
			flags.MarkHidden(s.flag())
		}
	}
}

// fromFlags returns the source that holds what was said on the command line.
func fromFlags(flags *pflag.FlagSet) source {
	return func(name string) (string, bool) {
		f := flags.Lookup(setting{name: name}.flag())
		if f == nil || !f.Changed {
			return "", false
		}
		v := strings.TrimSpace(f.Value.String())
		return v, v != ""
	}
}

// word returns the one of some words that a value is, however its letters are cased.
func word(v string, words []string) (string, error) {
	for _, w := range words {
		if strings.EqualFold(v, w) {
			return w, nil
		}
	}
	if near, ok := policy.Nearest(v, words); ok {
		return "", fmt.Errorf("must be %s; did you mean %q?", oneOf(words), near)
	}
	return "", fmt.Errorf("must be %s", oneOf(words))
}

// oneOf joins words as in "local, chat or none".
func oneOf(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// yes reads a yes or no, in the words that people and YAML have for it.
func yes(v string) (bool, error) {
	switch strings.ToLower(v) {
	case "yes", "true", "on", "1":
		return true, nil
	case "no", "false", "off", "0":
		return false, nil
	}
	return false, errors.New("must be yes or no")
}

// readPrompt reads what a model is told to do.
func readPrompt(path string) (string, error) {
	text, err := readSmall(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("%s: there is no such file", path)
	case err != nil:
		return "", err
	case len(text) > maxChatPrompt:
		return "", fmt.Errorf("%s is larger than %d KiB", path, maxChatPrompt>>10)
	case !utf8.Valid(text) || len(bytes.TrimSpace(text)) == 0:
		return "", fmt.Errorf("%s holds no text", path)
	}
	return string(bytes.TrimSpace(text)), nil
}

// readPatterns reads what is hidden beside numbers and codes.
func readPatterns(path string) (redact.Patterns, error) {
	text, err := readSmall(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return redact.Patterns{}, fmt.Errorf("%s: there is no such file", path)
	case err != nil:
		return redact.Patterns{}, err
	}
	p, err := redact.ParsePatterns(string(text))
	if err != nil {
		return redact.Patterns{}, fmt.Errorf("%s: %w", path, err)
	}
	return p, nil
}

func oneWord(v string) error {
	if strings.ContainsFunc(v, func(r rune) bool { return !unicode.IsPrint(r) || unicode.IsSpace(r) }) {
		return errors.New("holds a space, a line break or a sign that cannot be seen: copy it again")
	}
	return nil
}

// oneName refuses what is no name to be shown in a line.
func oneName(v string) error {
	if len([]rune(v)) > maxFrontName || strings.ContainsFunc(v, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return fmt.Errorf("must be at most %d printable characters", maxFrontName)
	}
	return nil
}

func setNumber(to *string, v string) (err error) {
	*to, err = number(v)
	return err
}

func setURL(to *string, v string, schemes ...string) (err error) {
	*to, err = baseURL(v, schemes...)
	return err
}

// setPublicURL takes the webhook's address for that of the machine, for that is what
// stands in the portal.
func setPublicURL(c *Config, v string) error {
	err := setURL(&c.PublicURL, v, "https", "http")
	for _, path := range []string{webhookPath, "/Webhook"} {
		c.PublicURL = strings.TrimSuffix(c.PublicURL, path)
	}
	return err
}

func setSeconds(to *time.Duration, v string, least, most time.Duration) error {
	seconds, err := strconv.Atoi(strings.TrimSuffix(v, "s"))
	*to = time.Duration(seconds) * time.Second
	if err != nil || *to < least || *to > most {
		return fmt.Errorf("must be a number of seconds from %d to %d", int(least.Seconds()), int(most.Seconds()))
	}
	return nil
}

// days reads a number of days, as in 30d.
func days(v string) (time.Duration, error) {
	n, err := strconv.Atoi(strings.TrimSuffix(v, "d"))
	if err != nil || n < 0 || n > maxDays {
		return 0, fmt.Errorf("must be a number of days from 0 to %d, as in 30d; 0 is for ever", maxDays)
	}
	return time.Duration(n) * 24 * time.Hour, nil
}

func setPort(c *Config, v string) error {
	port, err := strconv.Atoi(v)
	if err != nil || port < 1 || port > maxPort {
		return fmt.Errorf("must be a port, from 1 to %d", maxPort)
	}
	c.Port = port
	return nil
}

func setConferenceName(c *Config, v string) error {
	if len(v) > maxConferenceName {
		return fmt.Errorf("must be at most %d characters", maxConferenceName)
	}
	c.Conference = v
	return oneWord(v)
}
