package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os/signal"
	"strconv"
	"syscall"

	"github.com/spf13/cobra"

	"switchboard/engine/world"
)

// emulateOptions are what the emulators may be told.
type emulateOptions struct {
	telnyxPort, symblPort int
	webhook               string
	calls                 int
	speed                 float64
	seed                  uint64
	front                 bool
	faults                float64
	envFile               string
}

func emulateCommand() *cobra.Command {
	var o emulateOptions
	cmd := &cobra.Command{
		Use:   "emulate",
		Short: "Run the pretend Telnyx and Symbl alone",
		Long: "emulate runs the pretend telephone network of the demo alone, as two servers on this machine, and prints the " +
			"environment that points `switchboard run` at them. Customers keep calling until it is ended. They stand in for both " +
			"portals too: the pretend account has numbers, applications, an outbound profile and a public key, so that setup, " +
			"doctor, set-webhook and run --tunnel loopback can be tried without an account. What it prints says how.",
		Example: "  switchboard emulate --env .env.emulate     # in one terminal; in another:\n" +
			"  switchboard run --env-file .env.emulate --journal trial.db",
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.check(); err != nil {
				return err
			}
			return emulate(cmd.Context(), o, cmd.OutOrStdout())
		},
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().IntVar(&o.telnyxPort, "telnyx-port", 9101, "the port of the pretend Telnyx on 127.0.0.1")
	cmd.Flags().IntVar(&o.symblPort, "symbl-port", 9102, "the port of the pretend Symbl on 127.0.0.1")
	cmd.Flags().StringVar(&o.webhook, "webhook", "http://127.0.0.1:8000/webhook", "where webhooks are sent")
	cmd.Flags().IntVar(&o.calls, "calls", 5, "how many calls are live at once")
	cmd.Flags().Float64Var(&o.speed, "speed", 1, "how many times as fast as the wall the house goes, here and in `run`")
	cmd.Flags().Uint64Var(&o.seed, "seed", 1, "fixes what the pretend world does")
	cmd.Flags().BoolVar(&o.front, "front", false, "name the front desk in the environment: an assistant talks with customers first")
	cmd.Flags().Float64Var(&o.faults, "faults", 0, "how often, of 1, a webhook comes twice or late and a command fails once")
	cmd.Flags().StringVar(&o.envFile, "env", "", "a file that the environment is written to, for run --env-file")
	return cmd
}

// maxFaults is how often something may go wrong: beyond it nothing would go right.
const maxFaults = 0.5

// faults returns the faults of a network in which each thing goes wrong so often.
func faults(often float64) world.Faults {
	return world.Faults{Repeat: often, Swap: often, Stumble: often}
}

// check refuses what cannot be emulated.
func (o emulateOptions) check() error {
	_, wrong := baseURL(o.webhook, "http")
	switch {
	case o.calls < 1 || o.calls > maxDemoCalls:
		return usage("--calls must be from 1 to %d", maxDemoCalls)
	case checkSpeed(o.speed) != nil:
		return usage("--%w", checkSpeed(o.speed))
	case !(o.faults >= 0 && o.faults <= maxFaults):
		return usage("--faults must be from 0 to %v", maxFaults)
	case !isPort(o.telnyxPort):
		return usage("--telnyx-port must be from 0 to %d; 0 takes a free one", maxPort)
	case !isPort(o.symblPort):
		return usage("--symbl-port must be from 0 to %d; 0 takes a free one", maxPort)
	case o.telnyxPort == o.symblPort && o.symblPort != 0:
		return usage("--telnyx-port and --symbl-port must not be the same")
	case wrong != nil:
		return usage("--webhook %w", wrong)
	}
	return nil
}

// emulate runs the emulators until ctx is done, and says how to reach them.
func emulate(ctx context.Context, o emulateOptions, out io.Writer) error {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGHUP) // the terminal is gone
	defer stop()
	if err := o.checkEnvFile(); err != nil {
		return err
	}
	house := faster(o.speed)
	e, err := startEmulators(emulatorsConfig{
		Clock: house.clock(), Seed: o.seed, Calls: o.calls, Front: o.front, Webhook: o.webhook, Faults: faults(o.faults),
		TelnyxAddress: loopback(o.telnyxPort), SymblAddress: loopback(o.symblPort),
	})
	if err != nil {
		return err
	}
	// With HOUSE_TIME, at whatever speed, run insists on a journal of its own: pretend
	// calls never get into that of real ones.
	values := append(e.environment(), setValue{"PORT_NUMBER", portOf(o.webhook)}, setValue{"HOUSE_TIME", house.String()})
	if o.envFile != "" {
		if err := replace([]fileChange{{o.envFile, []byte(asEnvFile(values)), 0o600}}); err != nil {
			return errors.Join(err, e.close())
		}
	}
	fmt.Fprint(out, asExports(values))
	fmt.Fprintf(out, "# With these, `%s` takes the calls.\n", o.runCommand())
	fmt.Fprint(out, e.asNewUser(values, o.webhook))
	fmt.Fprint(out, "# Customers are calling; ctrl+c ends it.\n")
	return errors.Join(e.run(ctx), e.close())
}

// checkEnvFile refuses to write over a file that is not of an earlier emulate: it may hold
// the secrets of real calls.
func (o emulateOptions) checkEnvFile() error {
	if o.envFile == "" {
		return nil
	}
	text, err := readOrNone(o.envFile)
	if err != nil {
		return err
	}
	if there, _ := readEnv("", text); len(text) > 0 && there["TELNYX_API_KEY"] != worldKey {
		return usage("%s is there already, and is not what emulate writes: name another file with --env, as in --env .env.emulate", o.envFile)
	}
	return nil
}

// runCommand is what to type to have the emulators' calls taken.
func (o emulateOptions) runCommand() string {
	if o.envFile == "" {
		return "switchboard run --journal trial.db"
	}
	return "switchboard run --env-file " + o.envFile + " --journal trial.db"
}

// isPort reports whether a server may be told to listen there: 0 takes a free port.
func isPort(port int) bool { return port >= 0 && port <= maxPort }

func loopback(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

// portOf returns the port of a URL that baseURL has taken.
func portOf(webhook string) string {
	u, err := url.Parse(webhook)
	if err != nil || u.Port() == "" {
		return "80"
	}
	return u.Port()
}
