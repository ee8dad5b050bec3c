package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Man pages: one for each command in section 1, as git has them, and one for each topic
// in section 7. They carry the build's name and no date, so that the same source makes
// the same pages.

// A manPage is one file.
type manPage struct {
	name string // switchboard-run.1
	text string // in the language of man(7)
}

func manCommand() *cobra.Command {
	var into string
	cmd := &cobra.Command{
		Use:    "man",
		Hidden: true,
		Short:  "Write the man pages, for packages",
		Example: "  switchboard man | man -l -\n" +
			"  switchboard man --into man",
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			pages, err := manPages(cmd.Root())
			if err != nil {
				return err
			}
			if into == "" {
				_, err := io.WriteString(cmd.OutOrStdout(), pages[0].text)
				return err
			}
			return writePages(into, pages)
		},
	}
	cmd.Flags().StringVar(&into, "into", "", "a folder that all of them are written to, in man1 and man7")
	return cmd
}

// writePages writes each page into the folder of its section.
func writePages(into string, pages []manPage) error {
	for _, p := range pages {
		dir := filepath.Join(into, "man"+strings.TrimPrefix(filepath.Ext(p.name), "."))
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return fmt.Errorf("write the man pages: %w", err)
		}
		if err := os.WriteFile(filepath.Join(dir, p.name), []byte(p.text), 0o644); err != nil {
			return fmt.Errorf("write the man pages: %w", err)
		}
	}
	return nil
}

// manPages returns all pages; the first is the program's own.
func manPages(root *cobra.Command) ([]manPage, error) {
	pages := []manPage{rootPage(root)}
	for _, c := range root.Commands() {
		pages = appendPages(pages, c)
	}
	for _, t := range topics {
		text, err := t.text()
		if err != nil {
			return nil, err
		}
		pages = append(pages, topicPage(t, text))
	}
	return pages, nil
}

// appendPages appends a command's page, and those of its own commands.
func appendPages(pages []manPage, c *cobra.Command) []manPage {
	if c.Hidden || c.Name() == "help" {
		return pages
	}
	pages = append(pages, commandPage(c))
	for _, sub := range c.Commands() {
		pages = appendPages(pages, sub)
	}
	return pages
}

// A roff writes one page. The words that it is given are plain text.
type roff struct{ strings.Builder }

// orders are what man would take for orders of its own.
var orders = strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`)

// inline escapes a text. What is not ASCII is named, for not every man reads UTF-8.
func inline(s string) string {
	var b strings.Builder
	for _, r := range orders.Replace(s) {
		if r < utf8.RuneSelf {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, `\[u%04X]`, r)
		}
	}
	return b.String()
}

// words escapes a text that begins a line. A dot at the front would be an order.
func words(s string) string {
	s = inline(s)
	if strings.HasPrefix(s, ".") {
		s = `\&` + s
	}
	return s
}

func (r *roff) title(name, section, manual string) {
	fmt.Fprintf(r, ".TH \"%s\" \"%s\" \"\" \"switchboard %s\" \"%s\"\n.nh\n.ad l\n", inline(strings.ToUpper(name)), section, inline(build()), manual)
}

func (r *roff) section(title string) { fmt.Fprintf(r, ".SH %s\n", title) }

// prose writes paragraphs, which blank lines part.
func (r *roff) prose(text string) {
	for i, para := range strings.Split(strings.TrimSpace(text), "\n\n") {
		if i > 0 {
			r.WriteString(".PP\n")
		}
		fmt.Fprintln(r, words(strings.Join(strings.Fields(para), " ")))
	}
}

// term writes what is explained, and its explanation.
func (r *roff) term(term, about string) {
	fmt.Fprintf(r, ".TP\n\\fB%s\\fR\n%s\n", inline(term), words(about))
}

// verbatim writes lines as they are.
func (r *roff) verbatim(text string) {
	r.WriteString(".nf\n")
	for line := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
		if line == "" {
			r.WriteString(".sp\n") // an empty line is not portable
			continue
		}
		fmt.Fprintln(r, words(line))
	}
	r.WriteString(".fi\n")
}

// pageName names a command's page: switchboard-journal-check.
func pageName(c *cobra.Command) string { return strings.ReplaceAll(c.CommandPath(), " ", "-") }

// head writes what every command's page begins with.
func (r *roff) head(c *cobra.Command) {
	r.title(pageName(c), "1", "switchboard")
	r.section("NAME")
	fmt.Fprintf(r, "%s \\- %s\n", inline(pageName(c)), words(lowered(c.Short)))
	r.section("SYNOPSIS")
	line := c.UseLine()
	if c.HasAvailableSubCommands() {
		line = c.CommandPath() + " [command] [flags]"
	}
	r.verbatim(line)
	r.section("DESCRIPTION")
	about := c.Long
	if about == "" {
		about = c.Short + "."
	}
	r.prose(about)
}

// lowered begins a text with a small letter, as the list of all pages has them.
func lowered(s string) string { return strings.ToLower(s[:1]) + s[1:] }

func (r *roff) flags(flags *pflag.FlagSet) {
	first := true
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		if first {
			r.section("OPTIONS")
			first = false
		}
		kind, about := pflag.UnquoteUsage(f)
		term := "--" + f.Name
		if f.Shorthand != "" {
			term = "-" + f.Shorthand + ", " + term
		}
		if kind != "" {
			term += " " + kind
		}
		if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "[]" && !strings.Contains(about, "default") {
			about += " (default: " + f.DefValue + ")"
		}
		r.term(term, about+".")
	})
}

func (r *roff) examples(c *cobra.Command) {
	if c.Example == "" {
		return
	}
	r.section("EXAMPLES")
	r.verbatim(c.Example)
}

// commandPage is the page of a command.
func commandPage(c *cobra.Command) manPage {
	var r roff
	r.head(c)
	if c.HasAvailableSubCommands() {
		r.section("COMMANDS")
		r.commands(c)
	}
	c.InitDefaultHelpFlag()
	r.flags(c.LocalFlags())
	r.examples(c)
	r.section("SEE ALSO")
	fmt.Fprintf(&r, "\\fB%s\\fR(1)\n", inline(pageName(c.Parent())))
	return manPage{pageName(c) + ".1", r.String()}
}

// commands lists the commands of a command, with their pages.
func (r *roff) commands(c *cobra.Command) {
	for _, sub := range c.Commands() {
		if !sub.Hidden && sub.Name() != "help" {
			r.term(pageName(sub)+"(1)", sub.Short+".")
		}
	}
}

// rootPage is the page of the program.
func rootPage(root *cobra.Command) manPage {
	var r roff
	r.head(root)
	r.section("COMMANDS")
	r.commands(root)
	r.section("TOPICS")
	for _, t := range topics {
		r.term(topicName(t)+"(7)", t.short+".")
	}
	r.examples(root)
	r.section("ENVIRONMENT")
	r.prose("A setting comes from a flag, or the environment, or .env, or switchboard.yaml: the first that has it counts. " +
		"In the environment and .env they are called as here; in switchboard.yaml and as flags in small letters with dashes.")
	for _, s := range allSettings() {
		r.term(s.name, s.manual())
	}
	r.section("FILES")
	r.term(".env, switchboard.yaml", "In the folder that it is started in: settings, the first with the secrets. switchboard setup writes both.")
	r.term("~/.config/switchboard/console.yaml", "How your own console looks and which keys it has; switchboard config tells.")
	r.term("~/.local/state/switchboard/journal.db", "The journal of run, unless --journal names another; beside it lie the history and the log.")
	r.section("EXIT STATUS")
	r.term(fmt.Sprint(exitClean), "It ended as it was asked to.")
	r.term(fmt.Sprint(exitFailure), "Something failed, or was found to be wrong.")
	r.term(fmt.Sprint(exitConfiguration), "The command line or the settings do not serve; nothing was started.")
	return manPage{root.Name() + ".1", r.String()}
}

// manual says what a setting is for.
func (s setting) manual() string {
	about := s.about
	if s.preset != "" {
		about += " (default: " + s.preset + ")"
	}
	if s.secret {
		about += "; has no flag"
	}
	return strings.ToUpper(about[:1]) + about[1:] + "."
}

func topicName(t topic) string { return "switchboard-" + t.name }

// topicPage is the page of a topic: its text, as `help` prints it, under its own titles.
func topicPage(t topic, text string) manPage {
	var r roff
	r.title(topicName(t), "7", "switchboard")
	r.section("NAME")
	fmt.Fprintf(&r, "%s \\- %s\n", inline(topicName(t)), words(lowered(t.short)))
	title, body := "DESCRIPTION", ""
	write := func() {
		if strings.TrimSpace(body) != "" {
			r.section(inline(title))
			r.verbatim(strings.Trim(body, "\n"))
		}
		body = ""
	}
	_, text, _ = strings.Cut(text, "\n") // its first line is the title
	for line := range strings.Lines(text) {
		if s := strings.TrimSpace(line); s != "" && s == strings.ToUpper(s) && line[0] != ' ' {
			write()
			title = s
			continue
		}
		body += line
	}
	write()
	r.section("SEE ALSO")
	r.WriteString("\\fBswitchboard\\fR(1)\n")
	return manPage{topicName(t) + ".7", r.String()}
}
