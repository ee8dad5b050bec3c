package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"switchboard/telnyx"
	"switchboard/tui/safe"
)

// A change is one setting that is to be another.
type change struct {
	setting
	was, value string
	envFile    bool // it stands in .env, or belongs there
}

// changes returns what the answers change, in the order of the settings.
func (s *setup) changes() ([]change, error) {
	env, err := readOrNone(s.files.envPath())
	if err != nil {
		return nil, err
	}
	var all []change
	for _, known := range allSettings() {
		value, answered := s.chosen[known.name]
		was, _ := lookUp(known.name, s.stored)
		pending := known.name == "CONNECTION_ID" && s.telnyx.create != nil
		if !answered || pending || sameList(was, value) || was == "" && value == known.preset {
			continue
		}
		all = append(all, change{known, was, value, known.secret || inEnv(env, known.name)})
	}
	return all, nil
}

// String returns a change in a line, without any secret.
func (c change) String() string {
	name := c.name
	if !c.envFile {
		name = c.flag()
	}
	switch {
	case c.value == "" && c.secret:
		return name + ": taken away"
	case c.value == "":
		return fmt.Sprintf("%s: taken away (was %s)", name, shownValue(c.was))
	case c.secret && c.was == "":
		return name + ": set (not shown)"
	case c.secret:
		return name + ": replaced (not shown)"
	case c.was == "":
		return name + ": " + shownValue(c.value)
	}
	return fmt.Sprintf("%s: %s (was %s)", name, shownValue(c.value), shownValue(c.was))
}

func shownValue(v string) string {
	return string(safe.Clean(strings.Join(listOf(v), ", "), maxTrouble))
}

// review shows what is to be changed, and does it where that is wanted.
func (s *setup) review(ctx context.Context, steps []step) error {
	for {
		changes, err := s.changes()
		if err != nil {
			return err
		}
		deeds := s.deeds()
		if len(changes)+len(deeds) == 0 {
			s.say("\nNothing is to be changed: everything stays as it is.")
			return s.finish(ctx)
		}
		s.show(changes, deeds)
		what, err := choose(ctx, s.dialogue, question{title: "Is that right?"}, "write", []option[string]{
			{"yes: do it", "write"}, {"change an answer", "back"}, {"no: leave everything as it was", "leave"}})
		switch {
		case err != nil:
			return err
		case what == "leave":
			return errLeft
		case what == "back":
			if err := s.goBack(ctx, steps); err != nil {
				return err
			}
			continue
		}
		done, err := s.carryOut(ctx)
		if err != nil {
			return err
		}
		if done {
			return s.finish(ctx)
		}
	}
}

// show prints what is to be changed, and what is still wrong with it.
func (s *setup) show(changes []change, deeds []deed) {
	s.heading("This is to be changed.")
	part := func(title string, lines []string) {
		if len(lines) == 0 {
			return
		}
		s.say("%s", title)
		for _, line := range lines {
			s.say("  %s", line)
		}
	}
	var atTelnyx, inEnvFile, inYAML []string
	for _, d := range deeds {
		atTelnyx = append(atTelnyx, d.wish)
	}
	if s.telnyx.create != nil {
		inYAML = append(inYAML, "connection-id: the new application's")
	}
	for _, c := range changes {
		if c.envFile {
			inEnvFile = append(inEnvFile, c.String())
		} else {
			inYAML = append(inYAML, c.String())
		}
	}
	part("At Telnyx:", atTelnyx)
	part("In "+s.files.envPath()+", which only you can read:", inEnvFile)
	part("In "+s.files.yamlPath()+":", inYAML)
	var wrong *ConfigError
	if _, err := s.config(); errors.As(err, &wrong) {
		s.say("With that, run does not start yet:")
		for _, p := range wrong.Problems {
			s.say("  ✗ %s %s", p.Name, p.Wrong)
		}
	}
}

// goBack asks one step's questions again, and after it those that hang on its answer:
// what is chosen of an account hangs on what was chosen before it.
func (s *setup) goBack(ctx context.Context, steps []step) error {
	var options []option[int]
	for i, step := range steps {
		options = append(options, option[int]{step.name, i})
	}
	i, err := choose(ctx, s.dialogue, question{title: "Which one?"}, 0, options)
	if err != nil {
		return err
	}
	for ; i < len(steps); i++ {
		if err := steps[i].ask(ctx); err != nil {
			return err
		}
		if !steps[i].leads {
			break
		}
	}
	return nil
}

// A deed is one thing to be changed at Telnyx.
type deed struct {
	wish string // as in "make application switchboard"
	do   func(context.Context) (done string, err error)
}

// deeds returns what is to be changed at Telnyx, in the order in which it must be.
func (s *setup) deeds() []deed {
	var all []deed
	if n := s.telnyx.create; n != nil {
		failover := ""
		if n.Failover != "" {
			failover = ", and " + n.Failover + " where that fails"
		}
		all = append(all, deed{
			fmt.Sprintf("make the application %s, with its webhooks sent to %s%s, in version 2", safe.Clean(n.Name, shownName), n.WebhookURL, failover),
			s.makeApplication,
		})
	}
	if a := s.telnyx.point; a != nil {
		url, _ := s.webhookURL()
		all = append(all, deed{fmt.Sprintf("have the webhooks of %s sent to %s, in version 2; now they go to %s", appName(*a), url,
			orNowhere(string(safe.Clean(a.Webhook.URL, maxTrouble)))), s.pointWebhook})
	}
	for _, name := range []string{"CONFERENCE_NUMBER", "LISTEN_NUMBER"} {
		if n, wanted := s.telnyx.assign[name]; wanted {
			all = append(all, deed{fmt.Sprintf("have the calls to %s go to %s; now it %s", safe.Number(n.Number), s.applicationName(), s.goesTo(n)),
				func(ctx context.Context) (string, error) { return s.assignNumber(ctx, name) }})
		}
	}
	return all
}

func (s *setup) makeApplication(ctx context.Context) (string, error) {
	s.telnyx.create.WebhookURL, _ = s.webhookURL()
	a, err := s.telnyx.account.CreateApplication(ctx, *s.telnyx.create)
	if err != nil {
		return "", err
	}
	s.telnyx.create = nil
	s.telnyx.apps = append([]telnyx.Application{a}, s.telnyx.apps...)
	s.set("CONNECTION_ID", a.ID)
	return fmt.Sprintf("the application %s was made at Telnyx; its ID is %s", appName(a), a.ID), nil
}

func (s *setup) pointWebhook(ctx context.Context) (string, error) {
	a := *s.telnyx.point
	url, _ := s.webhookURL()
	was, err := s.telnyx.account.SetWebhook(ctx, a.ID, url)
	if err != nil {
		return "", err
	}
	s.telnyx.point = nil
	return fmt.Sprintf("the webhooks of %s go to %s now, in version 2; before, they went to %s", appName(a), url,
		orNowhere(string(safe.Clean(was.URL, maxTrouble)))), nil
}

func orNowhere(place string) string {
	if place == "" {
		return "nowhere"
	}
	return place
}

func (s *setup) assignNumber(ctx context.Context, name string) (string, error) {
	n := s.telnyx.assign[name]
	was := "nowhere"
	if a := cmp.Or(n.ApplicationName, n.Application); a != "" {
		was = "to " + string(safe.Clean(a, shownName))
	}
	if _, err := s.telnyx.account.AssignNumber(ctx, n, s.now("CONNECTION_ID")); err != nil {
		return "", err
	}
	delete(s.telnyx.assign, name)
	i := slices.IndexFunc(s.telnyx.numbers, func(other telnyx.Number) bool { return other.ID == n.ID })
	if i >= 0 {
		s.telnyx.numbers[i].Application, s.telnyx.numbers[i].ApplicationName = s.now("CONNECTION_ID"), s.applicationName()
	}
	return fmt.Sprintf("the calls to %s go to %s now; before, they went %s", safe.Number(n.Number), s.applicationName(), was), nil
}

// carryOut changes first what is to be changed at Telnyx, for the files are to hold what
// comes of it, and then the files. It returns false where the answers are to be looked
// at once more.
func (s *setup) carryOut(ctx context.Context) (bool, error) {
	for len(s.deeds()) > 0 {
		d := s.deeds()[0]
		done, err := d.do(ctx)
		if err == nil {
			s.say("✓ %s%s.", strings.ToUpper(done[:1]), done[1:])
			s.happened = append(s.happened, done)
			continue
		}
		if ctx.Err() != nil {
			return false, errLeft
		}
		s.trouble(err)
		again, err := choose(ctx, s.dialogue, question{title: "That was not done at Telnyx. What now?"}, true, []option[bool]{
			{"try again", true}, {"look at the answers once more", false}})
		if err != nil || !again {
			return false, err
		}
	}
	return true, s.writeFiles()
}

// writeFiles changes .env and switchboard.yaml. They are read anew, so that what somebody
// has changed in them meanwhile stays.
func (s *setup) writeFiles() error {
	changes, err := s.changes()
	if err != nil || len(changes) == 0 {
		return err
	}
	var inEnvFile, inYAML []setValue
	for _, c := range changes {
		if c.envFile {
			inEnvFile = append(inEnvFile, setValue{c.name, c.value})
		}
		if !c.secret && (!c.envFile || c.value == "") { // what is taken away must not shine through
			inYAML = append(inYAML, setValue{c.name, c.value})
		}
	}
	files, err := s.edited(inEnvFile, inYAML)
	if err != nil {
		return err
	}
	if err := replace(files); err != nil {
		return err
	}
	for _, f := range files {
		s.happened = append(s.happened, f.path+" was written")
		s.say("✓ %s was written.", f.path)
	}
	if s.stored, _, err = s.files.yetToCome().read(); err != nil {
		return err
	}
	s.overridden(changes)
	return nil
}

// edited returns the files as they are to be.
func (s *setup) edited(inEnvFile, inYAML []setValue) (files []fileChange, err error) {
	for _, f := range []struct {
		path   string
		values []setValue
		mode   os.FileMode
		edit   func([]byte) ([]byte, error)
	}{
		{s.files.envPath(), inEnvFile, 0o600, func(text []byte) ([]byte, error) { return editEnv(text, inEnvFile) }},
		{s.files.yamlPath(), inYAML, 0, func(text []byte) ([]byte, error) { return editYAML(s.files.yamlPath(), text, inYAML) }},
	} {
		if len(f.values) == 0 {
			continue
		}
		text, err := readOrNone(f.path)
		if err != nil {
			return nil, err
		}
		after, err := f.edit(text)
		if err != nil {
			return nil, err
		}
		if string(after) != string(text) {
			files = append(files, fileChange{f.path, after, f.mode})
		}
	}
	return files, nil
}

// overridden says which of the changes have no effect, because something else goes first.
func (s *setup) overridden(changes []change) {
	for _, c := range changes {
		if v, given := fromEnvironment(c.name); given && v != c.value {
			s.say("%s is set in the environment as well, which goes before the files: unset it.", c.name)
		} else if after, _ := lookUp(c.name, s.stored); !given && !sameList(after, c.value) {
			s.say("%s still comes from %s: change it there.", c.name, symblConf(s.files.envPath()))
		}
	}
}

// finish offers the doctor and says how to go on.
func (s *setup) finish(ctx context.Context) error {
	start := "switchboard run"
	if s.now("PUBLIC_URL") == "" && cmp.Or(s.now("TUNNEL"), tunnelNone) == tunnelNone {
		start += " --tunnel ngrok" // without an address no call comes in
	}
	if s.now("HOUSE_TIME") != "" {
		start += " --journal trial.db" // which a trial must have
	}
	for _, f := range []struct{ flag, path string }{{"--env-file", s.files.env}, {"--config", s.files.yaml}} {
		if f.path != "" {
			start += " " + f.flag + " " + f.path
		}
	}
	ready, err := s.ready()
	if err != nil {
		return err
	}
	if !ready {
		s.say("\nrun does not start yet. switchboard setup asks again for what is wrong or missing.")
		return nil
	}
	if s.doctor != nil {
		look, err := s.confirm(ctx, question{title: "See whether everything works?", about: "switchboard doctor looks at each part, and changes nothing."}, true)
		if err != nil && !errors.Is(err, errLeft) { // whoever leaves now has everything done
			return err
		}
		if err == nil && look {
			if err := s.doctor(ctx); err != nil {
				s.trouble(err)
			}
		}
	}
	s.say("\nTo take calls: %s", start)
	return nil
}

// ready reports whether run would start with the files as they are, and says what is in
// its way.
func (s *setup) ready() (bool, error) {
	sources, faults, err := s.files.yetToCome().read()
	if err != nil {
		return false, err
	}
	_, err = readConfig(append(slices.Clone(s.given), sources...)...)
	var wrong *ConfigError
	if err = withFaults(faults, err); !errors.As(err, &wrong) {
		return true, nil
	}
	for _, p := range wrong.Problems {
		s.say("✗ %s %s", p.Name, p.Wrong)
	}
	return false, nil
}
