package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"switchboard/tui"
)

// Columns of the printed table of keys, in cells.
const (
	keysWide   = 80  // where nobody tells how wide the terminal is
	keysNarrow = 40  // no narrower
	keysWidest = 110 // an eye has to find the next line
	keysColumn = 13  // of the keys
	idsColumn  = 16  // of the names in console.yaml
)

// helpCommand tells about a command, as cobra's own does, or about the console's keys.
func helpCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "help [command]",
		Short: "Help about any command, or about the console's keys",
		Long: "Help tells about a command, as in switchboard help run. " +
			"switchboard help keys prints all keys of the console.",
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			about, _, err := cmd.Root().Find(args)
			if err != nil || about == nil || about == cmd.Root() && len(args) > 0 {
				return usage("there is no command %q; possible are: keys, %s", strings.Join(args, " "), commandNames(cmd.Root()))
			}
			about.InitDefaultHelpFlag()
			if about.Context() == nil {
				about.SetContext(cmd.Context())
			}
			return about.Help()
		},
	}
	cmd.AddCommand(helpKeysCommand())
	return cmd
}

func helpKeysCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "keys",
		Short: "All keys of the console, with their names for console.yaml",
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			acts := tui.KeyActs(configuredKeys())
			if asJSON {
				return writeKeysJSON(cmd.OutOrStdout(), acts)
			}
			return writeKeys(cmd.OutOrStdout(), acts, keysWidth(cmd.OutOrStdout()))
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "a JSON array, for machines")
	return cmd
}

// configuredKeys are the keys that the supervisor has written down. A file with a mistake
// gives none to the console, and so none to its table.
func configuredKeys() map[string][]string {
	config, err := readConsole("")
	if err != nil {
		return nil
	}
	return config.Keys
}

// keysWidth is how wide the table is printed.
func keysWidth(out io.Writer) int {
	width := keysWide
	if f, ok := out.(*os.File); ok {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil && w > 0 {
			width = w
		}
	}
	return min(max(width, keysNarrow), keysWidest)
}

// writeKeys prints the table, by screen and group.
func writeKeys(out io.Writer, acts []tui.KeyAct, width int) error {
	var b strings.Builder
	para(&b, width, "", "The keys of the console. The second column is an act's name, which console.yaml may give other keys to, as in")
	b.WriteString("\n    keys:\n      hang-up: [X, f9]\n\n")
	para(&b, width, "", "A * stands before what always keeps its key. No ctrl key can be given to what acts on a call, and no key twice on one screen.")
	screen, group := "", ""
	for _, a := range acts {
		if a.Screen != screen {
			fmt.Fprintf(&b, "\n%s\n", strings.ToUpper(a.Screen))
			screen, group = a.Screen, ""
			for _, line := range beside(a.Screen) {
				para(&b, width, "  ", line)
			}
		}
		if a.Group != group && groupTold(a) {
			fmt.Fprintf(&b, "\n  %s\n", groupName(a.Group))
		}
		group = a.Group
		writeKey(&b, a, width)
	}
	_, err := io.WriteString(out, b.String())
	return err
}

// groupTold reports whether a group says more than its screen does.
func groupTold(a tui.KeyAct) bool { return strings.HasPrefix(a.Screen, "The calls") }

// beside is what is to be said of the other keys of a screen.
func beside(screen string) []string {
	if screen == "A replay" {
		return []string{"Beside these: the keys that move and look. Of those that act, the top row's alone, where live calls go on behind it."}
	}
	return nil
}

// writeKey prints one act: its keys, its name, and what it does beneath itself.
func writeKey(b *strings.Builder, a tui.KeyAct, width int) {
	name := a.ID
	if a.Fixed {
		name = "*" + name
	}
	does := a.Does
	if a.Guard != "" {
		does += " (" + a.Guard + ")"
	}
	keys := strings.Join(keyNames(a.Keys), " ")
	indent := 2 + keysColumn + 1 + idsColumn + 1
	if width-indent < 24 { // the words stand beneath
		fmt.Fprintf(b, "  %-*s %s\n", keysColumn, keys, name)
		para(b, width, strings.Repeat(" ", 4), does)
		return
	}
	head := "  " + padCells(keys, keysColumn) + " " + padCells(name, idsColumn) + " "
	if ansi.StringWidth(head) > indent {
		b.WriteString(strings.TrimRight(head, " ") + "\n")
		head = strings.Repeat(" ", indent)
	}
	for i, line := range strings.Split(ansi.Wordwrap(does, width-indent, ""), "\n") {
		if i > 0 {
			head = strings.Repeat(" ", indent)
		}
		b.WriteString(head + line + "\n")
	}
}

// para prints a text in lines of so many cells, each after an indent.
func para(b *strings.Builder, width int, indent, text string) {
	for _, line := range strings.Split(ansi.Wordwrap(text, width-len(indent), ""), "\n") {
		b.WriteString(indent + line + "\n")
	}
}

func padCells(s string, cells int) string {
	return s + strings.Repeat(" ", max(cells-ansi.StringWidth(s), 0))
}

// groupName writes a title of capitals as words are written.
func groupName(title string) string {
	if title == "" {
		return ""
	}
	return title[:1] + strings.ToLower(title[1:])
}

// keyNames are keys as people read them. Nine digits are one.
func keyNames(keys []string) []string {
	if len(keys) == 9 && keys[0] == "1" && keys[8] == "9" {
		return []string{"1…9"}
	}
	arrows := map[string]string{"up": "↑", "down": "↓", "left": "←", "right": "→", "pgup": "PgUp", "pgdown": "PgDn", "home": "Home", "end": "End"}
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = k
		if arrow, ok := arrows[k]; ok {
			names[i] = arrow
		}
	}
	return names
}

// A keyJSON is an act as machines read it.
type keyJSON struct {
	ID     string   `json:"id"`
	Keys   []string `json:"keys"`
	Screen string   `json:"screen"`
	Group  string   `json:"group"`
	Does   string   `json:"does"`
	Guard  string   `json:"guard,omitempty"`
	Acts   bool     `json:"acts"`
	Fixed  bool     `json:"fixed"`
}

func writeKeysJSON(out io.Writer, acts []tui.KeyAct) error {
	all := make([]keyJSON, 0, len(acts))
	for _, a := range acts {
		all = append(all, keyJSON{a.ID, a.Keys, a.Screen, groupName(a.Group), a.Does, a.Guard, a.Acts, a.Fixed})
	}
	enc := json.NewEncoder(out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(all)
}
