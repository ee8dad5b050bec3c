package tui

import (
	"strings"

	"switchboard/tui/filter"
	"switchboard/tui/safe"
)

// A value is one of those that may follow a command, where they are known.
type value struct {
	text  string
	about safe.Text
}

// valuesOf are the values that the palette offers behind a command, as they are now. A
// command that takes words of the supervisor's own has none.
func (m *model) valuesOf(command string) []value {
	switch command {
	case "bell":
		return []value{{"on", "it rings, within its budget"}, {"off", "it is silent at this console"}, {"mute 30", "it is silent for so many minutes"}}
	case "calm":
		return []value{{"on", "nothing moves by itself"}, {"off", "countdowns have their bar"}}
	case "export":
		return []value{{"text", "to be read"}, {"markdown", "to be read, with headings"}, {"json", "for machines"}, {"recording", "for demo and backtest"}}
	case "mouse":
		return []value{{"on", "the console's: rows, titles, keys"}, {"off", "the terminal's: text can be selected"}}
	case "sort":
		return sortValues()
	case "theme":
		return m.themeValues()
	case "view", "view delete":
		return m.viewValues(command == "view")
	}
	return nil
}

func sortValues() []value {
	all := []value{{byNeed, "who needs a hand first"}}
	for _, c := range knownColumns() {
		if c.key != nil {
			all = append(all, value{c.id, c.about})
		}
	}
	return all
}

func (m *model) themeValues() []value {
	var all []value
	for _, s := range m.themes.all {
		all = append(all, value{string(s.name), s.about})
	}
	return append(all, value{wordDark, "the terminal is dark"}, value{wordLight, "the terminal is light"}, value{wordAuto, "the terminal is asked"})
}

// viewValues are the saved filters; those of the configuration cannot be deleted here.
func (m *model) viewValues(configured bool) []value {
	var all []value
	for _, v := range m.views() {
		if configured || !v.configured {
			all = append(all, value{v.name, safe.Clean(v.text, maxLine)})
		}
	}
	return all
}

// valued returns a command with each of the values that what is typed behind it may become,
// and the command as it is typed: first where it may stand alone and nothing follows it yet,
// last where nothing fits.
func (o offer) valued(typed string) []offer {
	rest := strings.TrimLeft(typed[len(o.id):], " ")
	want := filter.Fold(rest)
	var all []offer
	for _, v := range o.values {
		if !strings.HasPrefix(filter.Fold(v.text), want) {
			continue
		}
		with := o
		with.value, with.label, with.words, with.key = v.text, own(o.id+" ")+safe.Clean(v.text, maxLine), v.about, ""
		if filter.Fold(v.text) == want { // what is typed whole is meant
			all = append([]offer{with}, all...)
			continue
		}
		all = append(all, with)
	}
	if rest == "" || len(all) == 0 {
		return append([]offer{o}, all...)
	}
	return all
}
