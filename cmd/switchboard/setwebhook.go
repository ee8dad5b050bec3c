package main

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"github.com/spf13/cobra"

	"switchboard/engine/clock"
)

func setWebhookCommand() *cobra.Command {
	var files configFiles
	cmd := &cobra.Command{
		Use:   "set-webhook",
		Short: "Have Telnyx send its webhooks here",
		Long: "set-webhook sets the webhook URL of the Telnyx application CONNECTION_ID to PUBLIC_URL/webhook, in API version 2, " +
			"says what it was, and leaves it so. `switchboard run --set-webhook` does the same before it takes calls. " +
			"With a tunnel neither is needed: run sets the URL while it lasts, and gives it back.",
		Example: "  switchboard set-webhook --public-url https://calls.example.com",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			config, err := runConfig(cmd.Flags(), files)
			if err := concerning(err, "TELNYX_API_KEY", "CONNECTION_ID", "PUBLIC_URL", "TELNYX_API_URL"); err != nil {
				return err
			}
			if config.PublicURL == "" {
				return usage("set-webhook needs to know where Telnyx reaches this machine: give PUBLIC_URL, or --public-url")
			}
			account := config.account(clock.New(clock.Wall(), 1))
			defer account.Close()
			line, err := setWebhook(cmd.Context(), account, config.ConnectionID, config.PublicURL+webhookPath, slog.New(slog.DiscardHandler))
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), line)
			return err
		},
	}
	cmd.Flags().SortFlags = false
	files.addFlags(cmd.Flags())
	addHiddenFlags(cmd.Flags(), "CONNECTION_ID", "PUBLIC_URL")
	return cmd
}

// concerning returns what is wrong with a configuration, but for what is not about some
// settings.
func concerning(err error, names ...string) error {
	var found *ConfigError
	if !errors.As(err, &found) {
		return err
	}
	about := slices.DeleteFunc(slices.Clone(found.Problems), func(p Problem) bool { return !slices.Contains(names, p.Name) })
	if len(about) == 0 {
		return nil
	}
	return &ConfigError{about}
}
