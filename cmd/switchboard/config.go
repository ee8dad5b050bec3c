package main

import (
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"switchboard/engine"
	"switchboard/engine/redact"
	reports "switchboard/engine/report"
	"switchboard/engine/runner"
)

// A Config is everything that a run of the program is told from outside. Each field
// names the setting that fills it; see settings for what each is for.
type Config struct {
	// APIKey (TELNYX_API_KEY, required) is the key that our commands are sent with.
	APIKey Secret

	// PublicKey (TELNYX_PUBLIC_KEY, required) is the Ed25519 key, in base64, that
	// webhooks are checked against.
	PublicKey string

	// ConnectionID (CONNECTION_ID, required) is the Voice API application's id.
	ConnectionID string

	// Port (PORT_NUMBER, default 8000) is where webhooks are listened for.
	Port int

	// Number (CONFERENCE_NUMBER, required) is the E.164 number that customers call.
	Number string

	// Conference (CONFERENCE_NAME, default "switchboard") begins the rooms' names.
	Conference string

	// Operators (TRANSFER_NUMBER, required) are E.164 numbers and SIP URIs, tried in
	// turn.
	Operators []string

	// SymblNumber (SYMBL_NUMBER, optional) is the number that Symbl calls from.
	SymblNumber string

	// SymblID and SymblSecret (SYMBL_APP_ID and SYMBL_APP_SECRET, optional, but both
	// or neither) are Symbl's credentials. Without them Symbl does not listen.
	SymblID     string
	SymblSecret Secret

	// ListenNumber (LISTEN_NUMBER, optional) is a number of ours that only Symbl calls.
	ListenNumber string

	// FrontNumber (FRONT_NUMBER, optional) is the number or SIP URI of a bot or
	// first-line desk that talks with the customer first, and FrontName (FRONT_NAME,
	// default "front desk") what it is called.
	FrontNumber string
	FrontName   string

	// TelnyxURL (TELNYX_API_URL, default https://api.telnyx.com/v2), SymblURL
	// (SYMBL_API_URL, default https://api.symbl.ai) and SymblSocketURL (SYMBL_WS_URL,
	// default wss://api.symbl.ai) are where the far ends are.
	TelnyxURL      string
	SymblURL       string
	SymblSocketURL string

	// PublicURL (PUBLIC_URL, optional) is where Telnyx reaches us.
	PublicURL string

	// Tunnel (TUNNEL, default "none") is who gives a run a public address: one of tunnels.
	Tunnel string

	// NgrokToken (NGROK_AUTHTOKEN, optional) opens a tunnel at ngrok.
	NgrokToken Secret

	// Feed (FEED, default "auto") is who listens to calls: one of feeds.
	Feed string

	// TranscriptionEngine and TranscriptionModel (TRANSCRIPTION_ENGINE, default
	// "Google", and TRANSCRIPTION_MODEL, optional) say who writes down what is said
	// where Telnyx listens, as its transcription_start spells them.
	TranscriptionEngine, TranscriptionModel string

	// Scorer (SCORER, default "local") is who scores sentences that come without a
	// score: one of scorers.
	Scorer string

	// ChatURL (CHAT_URL, default Telnyx's chat endpoint, where TelnyxURL is), ChatModel
	// (CHAT_MODEL, optional at Telnyx), ChatKey (CHAT_KEY, default the APIKey where
	// ChatURL is Telnyx's) and ChatPrompt (CHAT_PROMPT, optional) are the model that the
	// scorer chat asks. ChatPrompt is what the file holds; empty for our own.
	ChatURL, ChatModel string
	ChatKey            Secret
	ChatPrompt         string

	// Redact (REDACT, default yes) hides long numbers and codes before anything is kept or
	// shown, and what Patterns (REDACT_PATTERNS, optional: a file) match.
	Redact   bool
	Patterns redact.Patterns

	// Consent (CONSENT, default off) has each customer asked for a key before anybody
	// listens to him.
	Consent bool

	// Record (RECORD_CALLS, default no) has Telnyx record the sound of calls.
	Record bool

	// PayLimit (PAY_LIMIT, default 5 min) is how long a payment may last before the call is
	// heard again by itself.
	PayLimit time.Duration

	// RetainRecordings (RETAIN_RECORDINGS, default 30 days), RetainTranscripts
	// (RETAIN_TRANSCRIPTS, default 90 days) and RetainEvents (RETAIN_EVENTS, default 400
	// days) are how long recordings, words, and names and numbers are kept; zero is for ever.
	RetainRecordings, RetainTranscripts, RetainEvents time.Duration

	// SymblForget (SYMBL_FORGET, default no) has Symbl delete a call's conversation when
	// the call is over.
	SymblForget bool

	// Ring (RING_SECONDS, default 20 s) is how long one operator is called.
	Ring time.Duration

	// Policy (POLICY, default "default") names the rules of escalation: one that is built
	// in, or a file, which may also tell the groups of operators and the like.
	Policy siteFile

	// Shifts (SHIFTS, optional) are when the team works each day: what reports tell of.
	Shifts []reports.Shift

	// Phone (SUPERVISOR_PHONE, optional) is the supervisor's own: E.164 or a SIP URI.
	Phone string

	// Hold (HOLD_AUDIO, optional) is what a customer hears who waits.
	Hold engine.Audio

	// Tolerance (SIGNATURE_TOLERANCE, default 5 min) is how old, in house time, a
	// webhook's signature may be.
	Tolerance time.Duration

	// English and Spanish (PROMPT_…) are what the customer is told.
	English, Spanish engine.Prompts

	// House (HOUSE_TIME, default the wall's) is how fast house time runs: for trials
	// with the emulators, which print it.
	House houseTime

	// OwnAnnouncement says that PROMPT_ANNOUNCEMENT or its Spanish sister was set, so
	// that ours, which fits what listens, does not replace it.
	OwnAnnouncement bool
}

// A Problem is one setting that is wrong or missing, or a line of a file that cannot be
// read.
type Problem struct {
	Name  string // of the setting, as in TELNYX_API_KEY; or the file and the line
	Wrong string // what is wrong with it, without its value if that is a secret
	For   string // what it is for
	Where string // where its value is found
}

// A ConfigError lists everything that is wrong with a configuration.
type ConfigError struct{ Problems []Problem }

// Error lists the problems, each with what the setting is for and where to find it.
func (e *ConfigError) Error() string {
	var b strings.Builder
	if e.fresh() {
		return e.firstStart()
	}
	b.WriteString("the configuration does not serve; nothing was started")
	for _, p := range e.Problems {
		b.WriteString("\n\n" + wrap("  ", p.Name+" "+p.Wrong))
		if p.For != "" {
			b.WriteString("\n" + wrap("    what for:         ", p.For))
		}
		if p.Where != "" {
			b.WriteString("\n" + wrap("    where to find it: ", p.Where))
		}
	}
	b.WriteString("\n\nSettings come from flags, the environment, .env and switchboard.yaml;\nswitchboard setup asks for them, switchboard run --help lists them.")
	return b.String()
}

// firstStart says where to begin.
func (e *ConfigError) firstStart() string {
	names := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		names[i] = p.Name
	}
	return "nothing is set up here yet\n\n" +
		"  switchboard setup    asks for what is needed, and writes it down\n" +
		"  switchboard demo     shows the console, without any account\n\n" +
		wrap("", "By hand: .env.sample and switchboard setup --sample tell the settings. Needed are "+strings.Join(names, ", ")+".")
}

// fresh reports whether everything that is required is missing, and nothing else is wrong.
func (e *ConfigError) fresh() bool {
	return len(e.Problems) == len(Config{}.required()) && !slices.ContainsFunc(e.Problems, func(p Problem) bool { return p.Wrong != isMissing })
}

// maxColumns is how long a line is at most, so that it can be read with ease.
const maxColumns = 78

// wrap breaks a text between words into lines of at most maxColumns, all beginning
// where the text after the label does.
func wrap(label, text string) string { return wrapAt(maxColumns, label, text) }

// wrapAt breaks a text as wrap does, into lines of at most so many columns.
func wrapAt(columns int, label, text string) string {
	margin := utf8.RuneCountInString(label)
	line, column := label, margin
	for i, word := range strings.Fields(text) {
		width := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case column+1+width > columns:
			line += "\n" + strings.Repeat(" ", margin)
			column = margin
		default:
			line += " "
			column++
		}
		line += word
		column += width
	}
	return line
}

// isMissing begins what is wrong with a setting that has no value.
const isMissing = "is missing"

// withFaults puts what cannot be read in the configuration's files before what else is
// wrong with it. A setting whose line cannot be read is not missing as well.
func withFaults(faults []Problem, err error) error {
	if len(faults) == 0 {
		return err
	}
	found := &ConfigError{faults}
	var more *ConfigError
	if errors.As(err, &more) {
		found.add(more.Problems)
	}
	return found
}

// add adds problems, but for what is told already: a setting that is only missing because
// it could not be read, or a mistake that stands there with its line.
func (e *ConfigError) add(problems []Problem) {
	told := slices.Clone(e.Problems)
	for _, p := range problems {
		if !slices.ContainsFunc(told, func(t Problem) bool {
			return t.Name == p.Name && (strings.HasPrefix(p.Wrong, isMissing) || strings.HasSuffix(t.Wrong, p.Wrong))
		}) {
			e.Problems = append(e.Problems, p)
		}
	}
}

// complete fills in what follows from other settings where nobody said otherwise. The
// key of Telnyx is given to no other host.
func (c *Config) complete() {
	c.ChatURL = cmp.Or(c.ChatURL, c.TelnyxURL+chatPath)
	if c.ChatKey.Empty() && c.chatAtTelnyx() {
		c.ChatKey = c.APIKey
	}
}

// chatAtTelnyx reports whether the scorer chat asks a model at Telnyx.
func (c Config) chatAtTelnyx() bool {
	return strings.HasPrefix(c.ChatURL, c.TelnyxURL+"/") || strings.HasPrefix(c.ChatURL, "https://api.telnyx.com/")
}

// A requirement is a setting that must be given, for nobody can make it up.
type requirement struct {
	name    string
	missing bool
}

func (c Config) required() []requirement {
	return []requirement{
		{"TELNYX_API_KEY", c.APIKey.Empty()},
		{"TELNYX_PUBLIC_KEY", c.PublicKey == ""},
		{"CONNECTION_ID", c.ConnectionID == ""},
		{"CONFERENCE_NUMBER", c.Number == ""},
		{"TRANSFER_NUMBER", len(c.Operators) == 0 && len(c.Policy.Groups) == 0 && !c.Policy.unread},
	}
}

// Validate checks what one setting alone cannot tell: what is required is there, and
// what belongs together came together. It returns a *ConfigError or nil.
func (c Config) Validate() error {
	var found ConfigError
	wrong := func(name, what string) { found.Problems = append(found.Problems, problem(name, what)) }
	for _, r := range c.required() {
		if r.missing {
			wrong(r.name, isMissing)
		}
	}
	if c.Tunnel == tunnelNgrok && c.NgrokToken.Empty() {
		wrong("NGROK_AUTHTOKEN", isMissing+", though TUNNEL is ngrok")
	}
	if c.Record && c.English.Announcement == "" {
		wrong("RECORD_CALLS", "is yes, but PROMPT_ANNOUNCEMENT is off: nobody is recorded without being told")
	}
	if c.Consent && (c.English.Consent == "" || c.Spanish.Consent == "") {
		wrong("CONSENT", "is "+consentKey+", but PROMPT_CONSENT or PROMPT_CONSENT_ES is off: a customer could not be asked")
	}
	if longer(c.RetainRecordings, c.RetainTranscripts) {
		wrong("RETAIN_RECORDINGS", "is longer than RETAIN_TRANSCRIPTS: a recording is what was said, and goes with it")
	}
	if longer(c.RetainTranscripts, c.RetainEvents) {
		wrong("RETAIN_TRANSCRIPTS", "is longer than RETAIN_EVENTS: with who it was goes what he said")
	}
	if c.SymblID == "" && !c.SymblSecret.Empty() {
		wrong("SYMBL_APP_ID", isMissing+", though SYMBL_APP_SECRET is given")
	}
	if c.SymblID != "" && c.SymblSecret.Empty() {
		wrong("SYMBL_APP_SECRET", isMissing+", though SYMBL_APP_ID is given")
	}
	if strings.HasPrefix(c.Feed, "symbl-") && c.SymblID == "" && c.SymblSecret.Empty() {
		wrong("FEED", "is "+c.Feed+", but Symbl's credentials are missing: give SYMBL_APP_ID and SYMBL_APP_SECRET, or choose auto")
	}
	if c.Scorer == scorerChat && c.ChatModel == "" && !c.chatAtTelnyx() {
		wrong("CHAT_MODEL", isMissing+": only Telnyx has one that it takes by itself")
	}
	if c.Number != "" && c.Number == c.ListenNumber {
		wrong("LISTEN_NUMBER", "is the same as CONFERENCE_NUMBER; leave it out or give Symbl a number of its own")
	}
	for _, own := range []string{c.Number, c.ListenNumber} {
		if own != "" && slices.Contains(c.Operators, own) {
			wrong("TRANSFER_NUMBER", own+" is our own number: it would call itself")
		}
		if own != "" && c.Policy.calls(own) {
			wrong("POLICY", own+", which it names, is our own number: it would call itself")
		}
		if own != "" && own == c.Phone {
			wrong("SUPERVISOR_PHONE", own+" is our own number: it would call itself")
		}
		if own != "" && own == c.FrontNumber {
			wrong("FRONT_NUMBER", own+" is our own number: it would call itself")
		}
	}
	if len(found.Problems) == 0 {
		return nil
	}
	return &found
}

// longer reports whether something is kept for longer than something else; zero is for ever.
func longer(a, b time.Duration) bool { return b != 0 && (a == 0 || a > b) }

// redactor returns what hides numbers and codes; nil where nothing is to be hidden.
func (c Config) redactor() runner.Redactor {
	if !c.Redact {
		return nil
	}
	return redact.New(c.Patterns)
}

// front returns the front desk; the zero one where none is configured.
func (c Config) front() engine.Front {
	if c.FrontNumber == "" {
		return c.Policy.Front
	}
	return engine.Front{Number: c.FrontNumber, Name: c.FrontName}
}

// Settings returns what the engine reads of the configuration from now on. Groups that
// have hours are open in the days to come, so that settings are to be given again daily.
// What a setting says goes before what the policy's file says.
func (c Config) Settings(now time.Time) engine.Settings {
	english, spanish := c.English, c.Spanish
	if !c.OwnAnnouncement {
		english.Announcement, spanish.Announcement = heed{len(c.Feeds()) > 0, c.Record, c.Consent}.announcement()
	}
	return engine.Settings{
		Floor:        floor,
		Number:       c.Number,
		ListenNumber: c.ListenNumber,
		SymblNumber:  c.SymblNumber,
		Conference:   c.Conference,
		Operators:    slices.Clone(c.Operators),
		Front:        c.front(),
		Ring:         c.Ring,
		Deaf:         c.deaf(),
		Feeds:        c.Feeds(),
		Chat:         c.Scorer == scorerChat,
		Policy:       c.Policy.Policy,
		Groups:       c.Policy.At(now),
		Hold:         cmp.Or(c.Hold, c.Policy.Hold),
		Queue:        c.Policy.queue(),
		Phone:        cmp.Or(c.Phone, c.Policy.Phone),
		Briefing:     c.Policy.briefing(english),
		MinWords:     minWords,
		Consent:      c.Consent,
		Record:       c.Record,
		PayAtMost:    c.PayLimit,
		English:      english,
		Spanish:      spanish,
	}
}

const (
	floor    = "main" // one program runs one floor
	minWords = 3      // shorter sentences are shown but not judged
)

// validKey refuses what is not a raw Ed25519 public key in base64.
func validKey(text string) error {
	key, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return errors.New("is not base64: copy it whole, with the = at its end")
	}
	if len(key) != 32 {
		return fmt.Errorf("holds %d bytes, where a public key has 32", len(key))
	}
	return nil
}

// baseURL returns an absolute URL of one of the schemes, without a slash at its end.
func baseURL(text string, schemes ...string) (string, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return "", errors.New("is not a URL")
	case !slices.Contains(schemes, u.Scheme):
		return "", fmt.Errorf("must begin with %s://", strings.Join(schemes, ":// or "))
	case u.Hostname() == "":
		return "", errors.New("names no host")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return "", errors.New("must be a plain address, without credentials, ? or #")
	}
	return u.Scheme + strings.TrimRight(text[len(u.Scheme):], "/"), nil
}
