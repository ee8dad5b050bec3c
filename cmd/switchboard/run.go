package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"

	"github.com/adrg/xdg"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func runCommand() *cobra.Command {
	var o struct {
		plain   bool
		journal string
		envFile string
	}
	cmd := &cobra.Command{
		Use:   "run",
		Short: "Take your own calls",
		Long: "run takes the calls of your Telnyx number. Settings come from flags, the environment and a .env file, " +
			"the first that has one before the others; .env.sample lists them. Secrets have no flags, for every user " +
			"of a machine can read its command lines: TELNYX_API_KEY and SYMBL_APP_SECRET.",
		Example: "  cp .env.sample .env     # and fill it in\n" +
			"  switchboard run\n" +
			"  switchboard run --plain --port-number 8080 --policy policy.yaml",
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			config, err := runConfig(cmd.Flags(), o.envFile)
			if err != nil {
				return err
			}
			return takeCalls(cmd, config, o.journal, newConsole(cmd, "LIVE", o.plain))
		},
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().BoolVar(&o.plain, "plain", false, "a line for each change instead of the full screen")
	cmd.Flags().StringVar(&o.journal, "journal", "", "where the calls are written down (default: the user's state folder)")
	cmd.Flags().StringVar(&o.envFile, "env-file", "", "where settings are read from (default: .env, if it is there)")
	addFlags(cmd.Flags())
	return cmd
}

// runConfig reads the configuration from where run looks for it.
func runConfig(flags *pflag.FlagSet, envFile string) (Config, error) {
	path := cmp.Or(envFile, ".env")
	file, faults, err := fromEnvFile(path, envFile == "")
	if err != nil {
		return Config{}, &usageError{err}
	}
	conf, more := fromSymblConf(symblConf(path))
	config, err := readConfig(fromFlags(flags), fromEnvironment, file, conf)
	return config, withFaults(append(faults, more...), err)
}

// takeCalls runs the program on the configured port until the console ends.
func takeCalls(cmd *cobra.Command, config Config, journal string, c console) error {
	if journal == "" && config.House.Speed != 0 {
		return usage("a trial with HOUSE_TIME needs --journal, as in --journal trial.db: its calls must not be mixed with real ones")
	}
	if journal == "" {
		file, err := xdg.StateFile("switchboard/journal.db")
		if err != nil {
			return fmt.Errorf("find a place for the journal; --journal names one: %w", err)
		}
		journal = file
	}
	log, file, err := openLog(journal)
	if err != nil {
		return err
	}
	defer file.Close()
	webhooks, err := net.Listen("tcp", net.JoinHostPort("", strconv.Itoa(config.Port)))
	if err != nil {
		return portTaken(fmt.Errorf("listen for webhooks: %w", err), "PORT_NUMBER")
	}
	p, err := newProgram(programConfig{
		Config: config, Clock: config.House.clock(), Journal: journal, Webhooks: webhooks, Log: log,
	})
	if err != nil {
		return err
	}
	c.remain = true
	c.ends = "Calls go on at Telnyx, but nobody takes new ones or brings operators until switchboard runs again."
	return p.run(cmd.Context(), func(ctx context.Context) error {
		return c.show(ctx, p, whereWebhooksGo(config)...)
	})
}

// portTaken adds to an error what to do where a port is in use already.
func portTaken(err error, setting string) error {
	if !errors.Is(err, syscall.EADDRINUSE) {
		return err
	}
	return fmt.Errorf("%w; is another switchboard running? End it, or choose another port with %s", err, setting)
}

// whereWebhooksGo says what to enter in the portal.
func whereWebhooksGo(c Config) []string {
	here := fmt.Sprintf("Webhooks are awaited on port %d, path /webhook.", c.Port)
	if c.PublicURL == "" {
		return []string{here, "The Telnyx application's webhook URL is where that is reached from outside, API version 2."}
	}
	return []string{here, "The Telnyx application's webhook URL is " + c.PublicURL + "/webhook, API version 2."}
}
