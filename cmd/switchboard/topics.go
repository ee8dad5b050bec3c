package main

import (
	"embed"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// A topic is a matter that `switchboard help` tells about, beside the commands.
type topic struct {
	name  string // also of its file, and of its man page
	short string
}

// topics are all of them, in the order of their being needed. Each has its text in
// topics/, at most 79 columns wide, for a terminal, a pipe and a man page alike.
var topics = []topic{
	{"policy", "The rules of escalation: how one reads, and how to make your own"},
	{"recordings", "Calls as files: where they come from, and what they are for"},
	{"feeds", "Who listens to a call, and what is done when nobody does"},
	{"privacy", "What is kept, hidden and erased"},
	{"recovery", "What to do when something has stopped"},
}

//go:embed topics/*.txt
var topicTexts embed.FS

// text returns what is told about the topic.
func (t topic) text() (string, error) {
	b, err := topicTexts.ReadFile("topics/" + t.name + ".txt")
	if err != nil {
		return "", fmt.Errorf("the topic %s has no text: %w", t.name, err)
	}
	return string(b), nil
}

// topicNames lists the topics there are.
func topicNames() string {
	names := make([]string, len(topics))
	for i, t := range topics {
		names[i] = t.name
	}
	return strings.Join(names, ", ")
}

// addTopics gives the help command of root, whichever it is, a command for each topic.
func addTopics(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	for _, c := range root.Commands() {
		if c.Name() != "help" {
			continue
		}
		for _, t := range topics {
			c.AddCommand(t.command())
		}
	}
}

// command returns `help TOPIC`. A topic may be called as a command is: what follows its
// name (help policy check) can only be about the command.
func (t topic) command() *cobra.Command {
	return &cobra.Command{
		Use:     t.name,
		Short:   t.short,
		Example: "  switchboard help " + t.name,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return helpAbout(cmd.Root(), append([]string{t.name}, args...))
			}
			text, err := t.text()
			if err != nil {
				return err
			}
			_, err = fmt.Fprint(cmd.OutOrStdout(), text)
			return err
		},
	}
}

// helpAbout prints the help of the command that the words name.
func helpAbout(root *cobra.Command, words []string) error {
	about, rest, err := root.Find(words)
	if err != nil || about == root || len(rest) > 0 {
		return usage("there is no help about %q; topics are: %s; commands: %s", strings.Join(words, " "), topicNames(), commandNames(root))
	}
	about.InitDefaultHelpFlag()
	return about.Help()
}
