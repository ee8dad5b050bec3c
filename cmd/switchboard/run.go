package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"

	"github.com/adrg/xdg"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"switchboard/engine/journal"
)

func runCommand() *cobra.Command {
	var o struct {
		plain   bool
		journal string
		set     bool
		files   configFiles
		record  recordFlags
		console consoleFlags
	}
	cmd := &cobra.Command{
		Use:   "run",
		Short: "Take your own calls",
		Long: "run takes the calls of your Telnyx number. Settings come from flags, the environment, .env and switchboard.yaml, " +
			"the first that has one before the others; switchboard setup asks for them and writes both files. Secrets have " +
			"no flags, for every user of a machine can read its command lines: they belong in .env.",
		Example: "  switchboard setup       # once\n" +
			"  switchboard run\n" +
			"  switchboard run --tunnel ngrok\n" +
			"  switchboard run --record calls\n" +
			"  switchboard run --plain --port-number 8080 --policy policy.yaml",
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			config, err := runConfig(cmd.Flags(), o.files)
			if err != nil {
				return err
			}
			if err := checkReach(config, o.set); err != nil {
				return err
			}
			c := newConsole(cmd, "LIVE", o.plain)
			if err := c.prefer(o.console, kindLive); err != nil {
				return err
			}
			return takeCalls(cmd, config, runOptions{journal: o.journal, setWebhook: o.set, record: o.record}, c)
		},
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().BoolVar(&o.plain, "plain", false, "a line for each change instead of the full screen")
	cmd.Flags().StringVar(&o.journal, "journal", "", "where the calls are written down (default: the user's state folder)")
	cmd.Flags().BoolVar(&o.set, "set-webhook", false, "have Telnyx send its webhooks to PUBLIC_URL/webhook first, and leave it so")
	o.record.add(cmd.Flags())
	o.console.add(cmd.Flags())
	o.files.addFlags(cmd.Flags())
	addFlags(cmd.Flags())
	return cmd
}

// runOptions are what a run is told beside its configuration.
type runOptions struct {
	journal    string // empty: the usual place
	setWebhook bool
	record     recordFlags

	pass func(point string) // only tests have it
}

// configFiles are the files that settings are read from; empty ones are the usual ones,
// where they are there.
type configFiles struct {
	env, yaml string
	absent    bool // files that are named need not be there yet
}

// yetToCome returns the files for who will write them.
func (f configFiles) yetToCome() configFiles {
	f.absent = true
	return f
}

// addFlags gives a command the flags that name the files.
func (f *configFiles) addFlags(flags *pflag.FlagSet) {
	flags.StringVar(&f.env, "env-file", "", "where secrets and settings are read from (default: .env, if it is there)")
	flags.StringVar(&f.yaml, "config", "", "where settings that are no secrets are read from (default: switchboard.yaml, if it is there)")
}

// envPath and yamlPath say where the files are.
func (f configFiles) envPath() string  { return cmp.Or(f.env, ".env") }
func (f configFiles) yamlPath() string { return cmp.Or(f.yaml, yamlPlace) }

// read returns what the files say, the first before the others, and what is wrong in
// them.
func (f configFiles) read() ([]source, []Problem, error) {
	env, faults, err := fromEnvFile(f.envPath(), f.absent || f.env == "")
	if err != nil {
		return nil, nil, &usageError{err}
	}
	conf, more := fromSymblConf(symblConf(f.envPath()))
	file, wrong, err := fromYAML(f.yamlPath(), f.absent || f.yaml == "")
	if err != nil {
		return nil, nil, &usageError{err}
	}
	return []source{env, conf, file}, slices.Concat(faults, more, wrong), nil
}

// runConfig reads the configuration from where run looks for it.
func runConfig(flags *pflag.FlagSet, files configFiles) (Config, error) {
	sources, faults, err := files.read()
	if err != nil {
		return Config{}, err
	}
	config, err := readConfig(append([]source{fromFlags(flags), fromEnvironment}, sources...)...)
	return config, withFaults(faults, err)
}

// takeCalls runs the program on the configured port until the console ends.
func takeCalls(cmd *cobra.Command, config Config, o runOptions, c console) error {
	place, err := journalPlace(config, o.journal)
	if err != nil {
		return err
	}
	if err := journal.Free(place); err != nil { // before anything is changed at Telnyx, or the port is found taken
		return err
	}
	log, file, err := openLog(place)
	if err != nil {
		return err
	}
	defer file.Close()
	records, err := o.record.open(log)
	if err != nil {
		return err
	}
	webhooks, err := net.Listen("tcp", net.JoinHostPort("", strconv.Itoa(config.Port)))
	if err != nil {
		return portTaken(fmt.Errorf("listen for webhooks: %w", err), "PORT_NUMBER")
	}
	last := &patient{to: c.out} // for what is said when the console is gone
	r, err := newReach(cmd.Context(), config, o.setWebhook, place, log, last)
	if err != nil {
		return errors.Join(err, webhooks.Close())
	}
	config.PublicURL = r.public
	p, err := newProgram(programConfig{
		Config: config, Clock: config.House.clock(), Journal: place, Runs: cmd.CommandPath(), Webhooks: webhooks, Log: log, Recorder: records, Pass: o.pass,
	})
	if err != nil {
		r.close()
		return err
	}
	c.remain = true
	c.ends = "Calls go on at Telnyx, but nobody takes new ones or brings operators until switchboard runs again."
	return p.run(cmd.Context(), func(ctx context.Context) error {
		return r.during(ctx, p, func(ctx context.Context, said []string) error {
			err := c.show(ctx, p, append(append(said, greeting(config, o.setWebhook || r.tunnel != nil)...), o.record.says()...)...)
			if up := farewell(p.runner.Frame(), c.ends); up != "" {
				fmt.Fprintln(last, up)
			}
			return err
		})
	})
}

// journalPlace returns where a run's journal is. It makes nothing there.
func journalPlace(c Config, asked string) (string, error) {
	switch {
	case asked != "":
		return asked, nil
	case c.House.Speed != 0:
		return "", usage("a trial with HOUSE_TIME needs --journal, as in --journal trial.db: its calls must not be mixed with real ones")
	}
	return filepath.Join(xdg.StateHome, "switchboard", "journal.db"), nil
}

// portTaken adds to an error what to do where a port is in use already.
func portTaken(err error, setting string) error {
	if !errors.Is(err, syscall.EADDRINUSE) {
		return err
	}
	return fmt.Errorf("%w; is another switchboard running? End it, or choose another port with %s", err, setting)
}

// greeting says where webhooks are awaited and who listens to calls, and what to enter in
// the portal where the webhook was not set for it.
func greeting(c Config, set bool) []string {
	said := []string{fmt.Sprintf("Webhooks are awaited on port %d, path %s.", c.Port, webhookPath), whoListens(c)}
	switch {
	case set:
		return said
	case c.PublicURL == "":
		return append(said, "The application's webhook URL at Telnyx must lead there, in API version 2; switchboard doctor looks whether it does.")
	}
	return append(said, "The application's webhook URL at Telnyx must be "+c.PublicURL+webhookPath+", in API version 2; --set-webhook sets it.")
}

// whoListens says who is to listen to calls.
func whoListens(c Config) string {
	feeds := c.Feeds()
	switch {
	case len(feeds) == 0:
		return "Nobody listens to calls: FEED is none."
	case c.Feed == feedAuto && !c.Heard():
		return "Listening to calls: " + feeds[0].Words() + ", for no credentials of Symbl's are configured."
	}
	return "Listening to calls: " + feeds[0].Words() + inReserve(c, feeds[0]) + "."
}
