package tui

import (
	"slices"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// Who hears whom on one call, in words.

// talks reports whether a leg is somebody who may be heard by others: the listener is a
// machine, and a supervisor who listens is heard by nobody.
func talks(l engine.Leg) bool {
	if !l.Live() || !l.Joined {
		return false
	}
	switch l.Role {
	case engine.RoleCustomer, engine.RoleOperator, engine.RoleFront:
		return true
	case engine.RoleSupervisor:
		return l.Monitor == engine.Barge || l.Monitor == engine.Whisper
	case engine.RoleListener, engine.RoleUnplaced:
	}
	return false
}

// reaches reports whether what is said on one leg is heard on another, as Telnyx has
// granted it: mute and hold that are only asked for change nothing yet.
func reaches(from, to engine.Leg) bool {
	switch {
	case from.Name == to.Name, !talks(from), !to.Live() || !to.Joined, from.Muted, from.Held, to.Held:
		return false
	case from.Role == engine.RoleSupervisor && from.Monitor == engine.Whisper:
		return slices.Contains(from.Whisper, to.Name)
	}
	return true
}

// hearing tells whom a person on a call hears and who hears him.
func (m *model) hearing(s *engine.Session, leg engine.Leg) safe.Text {
	var hears, by []safe.Text
	alone := true
	for _, other := range byRole(s.Legs) {
		if other.Name == leg.Name || !talks(other) || other.Role == engine.RoleSupervisor && !reaches(other, leg) {
			continue // a supervisor who whispers to another is told of on his own line
		}
		alone = false
		name := m.legNamed(s, other.Name)
		if reaches(other, leg) {
			hears = append(hears, name)
		}
		if reaches(leg, other) {
			by = append(by, name)
		}
	}
	switch {
	case alone && leg.Role == engine.RoleCustomer && s.Prompt.Kind != engine.PromptNone:
		return own(promptWords(s.Prompt.Kind))
	case alone:
		return "alone in the conference"
	case len(hears) == 0 && len(by) == 0:
		return "hears nobody, heard by nobody"
	case len(by) == 0:
		return "hears " + listed(hears) + ", heard by nobody"
	case len(hears) == 0:
		return "hears nobody, heard by " + listed(by)
	case slices.Equal(hears, by):
		return "talks with " + listed(by)
	}
	return "hears " + listed(hears) + ", heard by " + listed(by)
}

// listed names several: a, b and c.
func listed(names []safe.Text) safe.Text {
	var text safe.Text
	for i, name := range names {
		switch {
		case i == 0:
		case i == len(names)-1:
			text += " and "
		default:
			text += ", "
		}
		text += name
	}
	return text
}
