package tui

import (
	"strconv"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"switchboard/tui/safe"
)

// showAbout opens what this console is: its clock, its voice, how it draws.
func (m *model) showAbout(string) tea.Cmd {
	m.openBox(&textBox{title: "About this console", lines: m.aboutLines(), make: (*model).aboutLines}, 0)
	return nil
}

// showEvents gives what happened in all calls the whole screen.
func (m *model) showEvents(string) tea.Cmd {
	m.setFull(paneAll)
	return nil
}

func (m *model) aboutLines() []safe.Text {
	lines := []safe.Text{aboutLine("Shows", m.shownAs()), aboutLine("Clock", m.zoneWords())}
	if m.deck == nil {
		lines = append(lines, aboutLine("Signs as", safe.Clean(string(m.by()), maxName)))
		if phone := m.phone(); phone != "" {
			lines = append(lines, aboutLine("Phone", safe.Number(phone)))
		} else {
			lines = append(lines, aboutLine("Phone", "none; "+m.colon("phone NUMBER")+" sets it"))
		}
		lines = append(lines, aboutLine("Bell", m.bellWords()))
	}
	if name := m.policyName(); name != "" {
		lines = append(lines, aboutLine("Policy", name))
	}
	return append(lines, aboutLine("Drawn", m.drawnWords()), "", word(m.keys.Help)+" tells the keys; the manual: switchboard help keys")
}

func aboutLine(what string, is safe.Text) safe.Text {
	return own(what+spaces(10-len(what))) + is
}

// shownAs is what the header calls it, in a sentence.
func (m *model) shownAs() safe.Text {
	if m.deck != nil {
		return "a replay: nothing in it is live"
	}
	return m.title + ", " + count(m.tally.calls, "call", "calls")
}

// zoneWords name the zone that every time on the screen is of.
func (m *model) zoneWords() safe.Text {
	at := m.now.In(m.zone)
	name, _ := at.Zone()
	zone := "the local zone"
	if m.zone != time.Local {
		zone = m.zone.String()
	}
	text := "24 hours, in " + safe.Clean(zone, maxName)
	if name != zone {
		text += ", " + safe.Clean(name, maxName)
	}
	return text + own(", UTC"+at.Format("-07:00"))
}

// bellWords tell whether the bell rings here, and how often it may.
func (m *model) bellWords() safe.Text {
	switch told := m.bellTold(); {
	case m.look.Silent:
		return "silent here"
	case told != "":
		return told + "; " + m.colon("bell on") + " has it ring"
	}
	return "rings " + m.budgetWords()
}

// drawnWords tell how the screen is drawn: what to say where it does not look right.
func (m *model) drawnWords() safe.Text {
	text := own(strconv.Itoa(m.width)+" by "+strconv.Itoa(m.height)) + ", theme " + m.themes.scheme().name
	text += pick(m.dark, ", dark") + pick(!m.dark, ", light")
	switch m.look.Depth(m.depth) {
	case colorprofile.TrueColor:
		text += ", true colour"
	case colorprofile.ANSI256:
		text += ", 256 colours"
	case colorprofile.ANSI:
		text += ", 16 colours"
	default:
		text += ", no colour"
	}
	return text + pick(m.look.ASCII, ", ASCII") + pick(m.look.Calm, ", calm") + pick(!m.look.Mouse, ", without the mouse")
}
