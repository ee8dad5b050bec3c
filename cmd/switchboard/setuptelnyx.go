package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"switchboard/telnyx"
	"switchboard/tui/safe"
)

// Limits of what is shown of an account, and of what is made.
const (
	maxListed    = 100 // numbers or applications in one choice; the others can be pasted
	maxAppName   = 64  // letters
	shownName    = 40
	maxTrouble   = 300
	noAddressYet = "https://switchboard.invalid" // stands where an address must, until there is one
)

// A portal is the account as Telnyx told it, and what is to be changed in it.
type portal struct {
	account *telnyx.Account
	asked   bool // it has answered; without that everything is pasted
	numbers []telnyx.Number
	apps    []telnyx.Application

	create *telnyx.NewApplication
	point  *telnyx.Application      // whose webhooks are to be sent here
	assign map[string]telnyx.Number // by the setting that they are for
}

// askAccount asks for the key and what Telnyx tells by it.
func (s *setup) askAccount(ctx context.Context) error {
	q := question{title: "Your Telnyx API key", about: "From " + portalKeys + ", API Keys. It begins with KEY and is not shown."}
	q.now = s.now("TELNYX_API_KEY")
	for {
		key, err := s.secret(ctx, q, oneWord)
		if err != nil {
			return err
		}
		s.set("TELNYX_API_KEY", key)
		keep, err := s.tryKey(ctx)
		switch {
		case errors.Is(err, telnyx.ErrKeyRefused):
			s.trouble(err)
			q.now = "" // it is not to be kept
		case err != nil:
			return err
		case keep:
			return s.askPublicKey(ctx)
		default:
			q.now = key
		}
	}
}

// tryKey asks Telnyx what the account of the key has, as often as is wanted. It reports
// whether to go on with the key.
func (s *setup) tryKey(ctx context.Context) (bool, error) {
	for {
		err := s.lookAround(ctx)
		switch {
		case ctx.Err() != nil:
			return false, errLeft
		case errors.Is(err, telnyx.ErrKeyRefused):
			return false, err
		case err == nil:
			s.say("✓ Telnyx takes the key and tells %s.", listed(s.telnyx.numbers, s.telnyx.apps))
			return true, nil
		}
		s.trouble(err)
		what, err := choose(ctx, s.dialogue, question{title: "Telnyx could not be asked. What now?"}, "again", []option[string]{
			{"try again", "again"}, {"another key", "key"}, {"go on without: I paste numbers and ids from the portal", "paste"},
		})
		if err != nil || what != "again" {
			return what == "paste", err
		}
	}
}

// lookAround asks Telnyx what the account has.
func (s *setup) lookAround(ctx context.Context) (err error) {
	s.close()
	s.telnyx = portal{assign: map[string]telnyx.Number{}}
	s.telnyx.account = telnyx.NewAccount(telnyx.AccountConfig{
		URL: cmp.Or(s.now("TELNYX_API_URL"), defaultOf("TELNYX_API_URL")), Key: s.now("TELNYX_API_KEY"), Clock: s.clock,
	})
	s.say("Telnyx is asked …")
	if s.telnyx.numbers, err = s.telnyx.account.Numbers(ctx); err != nil {
		return err
	}
	if s.telnyx.apps, err = s.telnyx.account.Applications(ctx); err != nil {
		return err
	}
	s.telnyx.asked = true
	return nil
}

// defaultOf returns a setting's default.
func defaultOf(name string) string {
	known, _ := settingNamed(name)
	return known.preset
}

// trouble says what went wrong, in one paragraph.
func (s *setup) trouble(err error) { s.say("✗ %s", safe.Clean(err.Error(), maxTrouble)) }

// askPublicKey fetches the key that webhooks are checked against, or asks for it.
func (s *setup) askPublicKey(ctx context.Context) error {
	if s.telnyx.asked {
		key, err := s.telnyx.account.PublicKey(ctx)
		if err == nil {
			if was := s.now("TELNYX_PUBLIC_KEY"); was != "" && was != key {
				s.say("The public key that was configured is another account's: it is replaced.")
			}
			s.set("TELNYX_PUBLIC_KEY", key)
			s.say("✓ The account's public key was fetched.")
			return nil
		}
		if ctx.Err() != nil {
			return errLeft
		}
		s.trouble(err)
	}
	return s.askSetting(ctx, "TELNYX_PUBLIC_KEY", question{title: "The account's public key", about: "From " + portalKeys + ", Public Key."})
}

// askAddress asks how Telnyx gets to this machine.
func (s *setup) askAddress(ctx context.Context) error {
	now := "own"
	if s.now("TUNNEL") == tunnelNgrok {
		now = "ngrok"
	}
	way, err := choose(ctx, s.dialogue, question{
		title: "How does Telnyx reach this machine?",
		about: "It sends what happens on a call to a public https address, which must lead to port " +
			cmp.Or(s.now("PORT_NUMBER"), defaultOf("PORT_NUMBER")) + " here.",
	}, now, []option[string]{
		{"by an address that I have: a proxy, or a tunnel that I run", "own"},
		{"by a tunnel that switchboard opens itself, at ngrok.com", "ngrok"},
		{"that is not settled yet", "later"},
	})
	if err != nil {
		return err
	}
	s.set("TUNNEL", tunnelNone)
	switch way {
	case "own":
		return s.askPublicURL(ctx)
	case "ngrok":
		s.set("TUNNEL", tunnelNgrok)
		s.set("PUBLIC_URL", "")
		return s.askSetting(ctx, "NGROK_AUTHTOKEN", question{title: "Your ngrok token", about: "From " + ngrokHome + ". It is not shown."})
	}
	s.set("PUBLIC_URL", "")
	return nil
}

func (s *setup) askPublicURL(ctx context.Context) error {
	if err := s.askSetting(ctx, "PUBLIC_URL", question{title: "The public address", about: "As in https://calls.example.com."}); err != nil {
		return err
	}
	var c Config
	if err := setPublicURL(&c, s.now("PUBLIC_URL")); err != nil {
		return err // askSetting has let it through
	}
	s.set("PUBLIC_URL", c.PublicURL)
	telnyxURL := cmp.Or(s.now("TELNYX_API_URL"), defaultOf("TELNYX_API_URL"))
	switch wrong := onlyInside(c.PublicURL); {
	case wrong != "" && !isInside(telnyxURL):
		s.say("%s %s, where Telnyx cannot come: it must be the address of your tunnel or proxy. You can change it at the end.", c.PublicURL, wrong)
	case wrong == "" && strings.HasPrefix(c.PublicURL, "http://"):
		s.say("That is not https: whoever is between Telnyx and you can read what is said of your calls.")
	}
	return nil
}

// webhookURL is where webhooks are to be sent; false while nobody knows.
func (s *setup) webhookURL() (string, bool) {
	base := s.now("PUBLIC_URL")
	return cmp.Or(base, noAddressYet) + webhookPath, base != ""
}

// The answers of a choice that are no id or number.
const (
	makeNew = "\x00new"
	paste   = "\x00paste"
	noOne   = "\x00none"
)

// askApplication asks which application calls belong to, or has one made.
func (s *setup) askApplication(ctx context.Context) error {
	wasNew := s.telnyx.create != nil
	s.telnyx.create, s.telnyx.point = nil, nil
	if !s.telnyx.asked {
		return s.askSetting(ctx, "CONNECTION_ID", question{title: "The application's ID", about: "From " + portalApps + "."})
	}
	options, now := s.applicationOptions()
	if wasNew {
		now = makeNew
	}
	if len(s.telnyx.apps) == 0 {
		s.say("The account has no Call Control application yet; one can be made here.")
	}
	id, err := choose(ctx, s.dialogue, question{title: "Which application do calls belong to?",
		about: "An application at Telnyx says where webhooks go."}, now, options)
	switch {
	case err != nil:
		return err
	case id == makeNew:
		return s.askNewApplication(ctx)
	case id == paste:
		return s.askPastedApplication(ctx)
	}
	i := slices.IndexFunc(s.telnyx.apps, func(a telnyx.Application) bool { return a.ID == id })
	return s.useApplication(ctx, s.telnyx.apps[i])
}

func (s *setup) applicationOptions() (options []option[string], now string) {
	now = s.now("CONNECTION_ID")
	known := false
	for _, a := range s.telnyx.apps[:min(len(s.telnyx.apps), maxListed)] {
		options = append(options, option[string]{named(a.Name, a.ID), a.ID})
		known = known || a.ID == now
		if now == "" && a.Name == "switchboard" {
			now, known = a.ID, true
		}
	}
	options = append(options, option[string]{"make a new one", makeNew}, option[string]{"paste an ID", paste})
	switch {
	case known:
	case now != "":
		now = paste
	default:
		now = options[0].value
	}
	return options, now
}

// named returns how a thing of the account is called in a choice.
func named(name, id string) string {
	return string(safe.Clean(name, shownName) + ", " + safe.Clean(id, shownName))
}

func appName(a telnyx.Application) safe.Text { return safe.Clean(a.Name, shownName) }

func (s *setup) askPastedApplication(ctx context.Context) error {
	for {
		if err := s.askSetting(ctx, "CONNECTION_ID", question{title: "The application's ID", about: "From " + portalApps + "."}); err != nil {
			return err
		}
		app, err := s.telnyx.account.Application(ctx, s.now("CONNECTION_ID"))
		if err == nil {
			return s.useApplication(ctx, app)
		}
		if ctx.Err() != nil {
			return errLeft
		}
		s.trouble(err)
		use, err := s.confirm(ctx, question{title: "Use that ID all the same?"}, false)
		if err != nil || use {
			return err
		}
	}
}

// useApplication takes an application, and asks whether its webhooks are to be sent here.
func (s *setup) useApplication(ctx context.Context, a telnyx.Application) error {
	s.set("CONNECTION_ID", a.ID)
	if !a.FirstCommandTimeout {
		s.say("Advice: turn on the first command timeout of %s in the portal, so that callers are let go when this machine is down.", appName(a))
	}
	if a.Profile == "" {
		s.say("%s has no outbound voice profile: nobody can be dialled. Give it one in the portal.", appName(a))
	}
	url, known := s.webhookURL()
	if s.now("TUNNEL") == tunnelNgrok {
		s.say("While switchboard runs it has the webhooks of %s sent to its tunnel, and gives them back at its end.", appName(a))
		return nil
	}
	if !known {
		if a.Webhook.Version != "2" {
			s.say("Its webhooks have version %s, which is refused here: set them to version 2 in the portal.", safe.Clean(a.Webhook.Version, 8))
		}
		return nil
	}
	if a.Webhook.URL == url && a.Webhook.Version == "2" {
		s.say("✓ Its webhooks come here, in version 2.")
		return nil
	}
	point, err := s.confirm(ctx, question{
		title: "Have its webhooks sent to " + url + "?",
		about: "Now they go to " + cmp.Or(string(safe.Clean(a.Webhook.URL, maxTrouble)), "nowhere") + ", in version " +
			cmp.Or(string(safe.Clean(a.Webhook.Version, 8)), "1") + "; version 2 is needed.",
	}, true)
	if err == nil && point {
		s.telnyx.point = &a
	}
	return err
}

// askNewApplication asks what an application is to be like that is made in the end.
func (s *setup) askNewApplication(ctx context.Context) error {
	url, known := s.webhookURL()
	n := &telnyx.NewApplication{WebhookURL: url}
	var err error
	n.Name, err = s.text(ctx, question{title: "The new application's name", now: s.freshName()}, func(v string) error {
		if len([]rune(v)) > maxAppName {
			return fmt.Errorf("must be at most %d letters", maxAppName)
		}
		return nil
	})
	if err != nil {
		return err
	}
	n.Failover, err = s.text(ctx, question{
		title: "A failover address", blank: true,
		about: "A second way to this machine, which Telnyx takes when the first does not answer: a whole https address, or none.",
	}, func(v string) error { _, err := baseURL(v, "https", "http"); return err })
	if err != nil {
		return err
	}
	if n.Profile, err = s.askProfile(ctx); err != nil {
		return err
	}
	s.telnyx.create = n
	switch {
	case s.now("TUNNEL") == tunnelNgrok:
		s.say("Its webhooks will go to %s, which is nowhere, but while switchboard runs to its tunnel.", url)
	case !known:
		s.say("Its webhooks will go to %s, which is nowhere; once there is an address, switchboard set-webhook changes that.", url)
	}
	return nil
}

// freshName returns a name that no application of the account has.
func (s *setup) freshName() string {
	name := "switchboard"
	for n := 2; slices.ContainsFunc(s.telnyx.apps, func(a telnyx.Application) bool { return a.Name == name }); n++ {
		name = fmt.Sprintf("switchboard %d", n)
	}
	return name
}

// askProfile asks with which outbound voice profile operators are dialled.
func (s *setup) askProfile(ctx context.Context) (string, error) {
	profiles, err := s.telnyx.account.Profiles(ctx)
	switch {
	case ctx.Err() != nil:
		return "", errLeft
	case err != nil:
		s.trouble(err)
		s.say("Give the application an outbound voice profile in the portal: without one nobody can be dialled.")
		return "", nil
	case len(profiles) == 0:
		s.say("The account has no outbound voice profile: nobody can be dialled. Make one in the portal, and give it to the application.")
		return "", nil
	case len(profiles) == 1:
		return profiles[0].ID, nil
	}
	var options []option[string]
	for _, p := range profiles[:min(len(profiles), maxListed)] {
		options = append(options, option[string]{named(p.Name, p.ID), p.ID})
	}
	return choose(ctx, s.dialogue, question{title: "Which outbound voice profile are operators dialled with?",
		about: "It says which countries may be called."}, profiles[0].ID, options)
}

// askNumber asks for the number that customers call.
func (s *setup) askNumber(ctx context.Context) error {
	return s.askOwnNumber(ctx, "CONFERENCE_NUMBER", question{title: "Which number do customers call?"})
}

// askOwnNumber asks for a number of the account, which must belong to the application.
func (s *setup) askOwnNumber(ctx context.Context, name string, q question) error {
	delete(s.telnyx.assign, name)
	for s.telnyx.asked && len(s.telnyx.numbers) == 0 && !q.blank {
		s.say("The account has no number yet. Buy one at portal.telnyx.com, Numbers, Search & Buy; it is found when you ask again.")
		what, err := choose(ctx, s.dialogue, question{title: "What now?"}, "again", []option[string]{
			{"ask Telnyx again", "again"}, {"paste a number", "paste"}})
		if err != nil {
			return err
		}
		if what == "paste" {
			return s.askPastedNumber(ctx, name, q)
		}
		s.again(ctx)
	}
	if !s.telnyx.asked {
		return s.askSetting(ctx, name, q)
	}
	picked, err := choose(ctx, s.dialogue, q, s.numberNow(name, q), s.numberOptions(name, q))
	switch {
	case err != nil:
		return err
	case picked == noOne:
		s.set(name, "")
		return nil
	case picked == paste:
		return s.askPastedNumber(ctx, name, q)
	}
	i := slices.IndexFunc(s.telnyx.numbers, func(n telnyx.Number) bool { return n.Number == picked })
	return s.useNumber(ctx, name, s.telnyx.numbers[i])
}

// again asks Telnyx for the numbers once more.
func (s *setup) again(ctx context.Context) {
	numbers, err := s.telnyx.account.Numbers(ctx)
	if err != nil {
		s.trouble(err)
		return
	}
	s.telnyx.numbers = numbers
}

// others returns the numbers that may be chosen for a setting: not one that another
// setting has.
func (s *setup) others(name string) []telnyx.Number {
	taken := s.now("CONFERENCE_NUMBER")
	if name == "CONFERENCE_NUMBER" {
		taken = ""
	}
	free := slices.DeleteFunc(slices.Clone(s.telnyx.numbers), func(n telnyx.Number) bool { return n.Number == taken })
	return free[:min(len(free), maxListed)]
}

func (s *setup) numberOptions(name string, q question) (options []option[string]) {
	for _, n := range s.others(name) {
		options = append(options, option[string]{string(safe.Number(n.Number)) + ", " + s.goesTo(n), n.Number})
	}
	options = append(options, option[string]{"paste a number", paste})
	if q.blank {
		options = append(options, option[string]{"none", noOne})
	}
	return options
}

// goesTo says where the calls to a number go.
func (s *setup) goesTo(n telnyx.Number) string {
	switch {
	case !n.Active():
		return "cannot be called yet (" + string(safe.Clean(n.Status, shownName)) + ")"
	case n.Application == "":
		return "goes nowhere"
	}
	return "goes to " + string(safe.Clean(cmp.Or(n.ApplicationName, n.Application), shownName))
}

// numberNow is what is chosen where nothing else is: what is configured; else a number
// that goes to the application already, or the first.
func (s *setup) numberNow(name string, q question) string {
	now, free := tidy(setting{}, s.now(name)), s.others(name)
	told := func(number string) bool {
		return slices.ContainsFunc(free, func(n telnyx.Number) bool { return n.Number == number })
	}
	switch {
	case told(now):
		return now
	case now != "":
		return paste
	case q.blank:
		return noOne
	}
	if i := slices.IndexFunc(free, func(n telnyx.Number) bool { return n.Application != "" && n.Application == s.now("CONNECTION_ID") }); i >= 0 {
		return free[i].Number
	}
	return ""
}

func (s *setup) askPastedNumber(ctx context.Context, name string, q question) error {
	for {
		if err := s.askSetting(ctx, name, question{title: "The number", about: "With + and the country code, as in +12025550123."}); err != nil {
			return err
		}
		n, err := s.telnyx.account.Number(ctx, s.now(name))
		if err == nil {
			return s.useNumber(ctx, name, n)
		}
		if ctx.Err() != nil {
			return errLeft
		}
		s.trouble(err)
		use, err := s.confirm(ctx, question{title: "Use that number all the same?"}, false)
		if err != nil || use {
			return err
		}
	}
}

// useNumber takes a number, and asks whether its calls are to go to the application.
func (s *setup) useNumber(ctx context.Context, name string, n telnyx.Number) error {
	s.set(name, n.Number)
	if !n.Active() {
		s.say("%s %s: Telnyx lets no call to it through until then.", safe.Number(n.Number), s.goesTo(n))
	}
	if s.telnyx.create == nil && n.Application == s.now("CONNECTION_ID") {
		s.say("✓ Its calls go to the application.")
		return nil
	}
	yes, err := s.confirm(ctx, question{
		title: "Have the calls to " + string(safe.Number(n.Number)) + " go to " + s.applicationName() + "?",
		about: "Now it " + s.goesTo(n) + ".",
	}, true)
	if err != nil {
		return err
	}
	if yes {
		s.telnyx.assign[name] = n
		return nil
	}
	s.say("Then no call to it arrives here until you assign it in the portal.")
	return nil
}

// applicationName is what the application that calls belong to is called.
func (s *setup) applicationName() string {
	if s.telnyx.create != nil {
		return "the new application " + string(safe.Clean(s.telnyx.create.Name, shownName))
	}
	id := s.now("CONNECTION_ID")
	for _, a := range s.telnyx.apps {
		if a.ID == id {
			return string(appName(a))
		}
	}
	return "application " + string(safe.Clean(id, shownName))
}
