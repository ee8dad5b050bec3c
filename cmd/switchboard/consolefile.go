package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"github.com/adrg/xdg"
	"github.com/spf13/pflag"

	"switchboard/engine/clock"
	"switchboard/tui"
	"switchboard/tui/prefs"
	"switchboard/tui/safe"
)

// consoleFile is what the supervisor's own file about his console is called, and
// stateFile the one in which the console keeps what it remembers for him.
const consoleFile, stateFile = "console.yaml", "console.json"

// The kinds of console. Each has a filter of its own.
const (
	kindLive   = "live"
	kindDemo   = "demo"
	kindReplay = "replay"
)

// consolePath is where console.yaml is looked for.
func consolePath() string { return filepath.Join(xdg.ConfigHome, "switchboard", consoleFile) }

// statePath is where a console's state is kept.
func statePath() string { return filepath.Join(xdg.StateHome, "switchboard", stateFile) }

// consoleFlags say where a console's preferences come from.
type consoleFlags struct {
	file    string
	noState bool
}

func (f *consoleFlags) add(flags *pflag.FlagSet) {
	flags.StringVar(&f.file, "console", "", "what you have written about your console (default: console.yaml in the user's configuration folder)")
	flags.BoolVar(&f.noState, "no-state", false, "neither read nor keep what the console remembers (filter, order, theme)")
}

// preferences are what a console begins with.
type preferences struct {
	config prefs.Config
	state  prefs.State
	save   func(prefs.State) error // nil: nothing is kept
	said   []string                // what is wrong with the files, for the supervisor
}

// load reads the preferences of a kind of console. A broken file keeps no console from
// starting: it is said. The error is for a file that was named and is not there.
func (f consoleFlags) load(kind string) (preferences, error) {
	var p preferences
	config, err := readConsole(f.file)
	var absent *usageError
	switch {
	case errors.As(err, &absent):
		return preferences{}, err
	case err != nil:
		p.said = append(p.said, notAsWritten(f.place(), err))
	default:
		p.config = config
	}
	if f.noState {
		return p, nil
	}
	store, state, err := prefs.Open(statePath(), kind, clock.Wall())
	if err != nil {
		p.said = append(p.said, sentence(err.Error()))
	}
	p.state, p.save = state, store.Save
	return p, nil
}

// place is where the file is looked for.
func (f consoleFlags) place() string {
	if f.file != "" {
		return f.file
	}
	return consolePath()
}

// notAsWritten says that a console starts as it comes, and who tells why.
func notAsWritten(path string, err error) string {
	tells := "switchboard config check"
	if path != consolePath() {
		tells += " " + path
	}
	var m prefs.Mistakes
	if errors.As(err, &m) {
		return fmt.Sprintf("%s is left aside: %s tells what is wrong in it.", filepath.Base(path), tells)
	}
	return sentence(fmt.Sprintf("%s is left aside: %v", filepath.Base(path), err))
}

// sentence makes a sentence of an error.
func sentence(text string) string {
	letters := []rune(string(safe.Clean(text, maxComplaint)))
	if len(letters) > 0 && letters[0] >= 'a' && letters[0] <= 'z' {
		letters[0] += 'A' - 'a'
	}
	return string(letters) + "."
}

// readConsole reads and checks a console.yaml: the named one, or the usual one, which need
// not be there. What is wrong in it comes as [prefs.Mistakes].
func readConsole(named string) (prefs.Config, error) {
	path := named
	if path == "" {
		path = consolePath()
	}
	text, err := readSmall(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && named == "":
		return prefs.Config{}, nil
	case errors.Is(err, fs.ErrNotExist):
		return prefs.Config{}, usage("%s: there is no such file; switchboard config init makes one", named)
	case err != nil:
		return prefs.Config{}, err
	}
	return checkConsole(filepath.Base(path), text)
}

// checkConsole reads a console.yaml and has the console say what it does not know of.
func checkConsole(name string, text []byte) (prefs.Config, error) {
	config, err := prefs.Read(name, text)
	var m prefs.Mistakes
	if err != nil && !errors.As(err, &m) {
		return prefs.Config{}, err
	}
	for _, wrong := range knownToConsole(config) {
		m = append(m, prefs.Mistake{File: name, Text: wrong.Error()})
	}
	if len(m) > 0 {
		return prefs.Config{}, m
	}
	return config, nil
}

// knownToConsole says which keys, themes, columns and filters mean nothing to the console.
func knownToConsole(c prefs.Config) []error {
	return slices.Concat(tui.CheckKeys(c.Keys), tui.CheckThemes(c), tui.CheckList(c))
}
