package tui

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"switchboard/engine/typo"
	"switchboard/tui/safe"
)

// Limits of what console.yaml says about keys.
const (
	maxKeysOf = 8 // keys of one act
	maxNear   = 3 // acts that are named in place of one that is not there
)

// CheckKeys tells all that does not serve in the keys of a console's configuration, by the
// ids that [KeyActs] has: acts and keys that there are not, two acts of a screen on one key,
// a ctrl key on what acts on a call. Without an error the console takes them as they are;
// with one it takes none of them.
func CheckKeys(keys map[string][]string) []error {
	_, wrong := remapped(keys)
	return wrong
}

// remapped returns the keys as they are configured; where anything is wrong with them, the
// keys as they come, and what is wrong.
func remapped(to map[string][]string) (keyMap, []error) {
	k := defaultKeys()
	var wrong []error
	for _, id := range slices.Sorted(maps.Keys(to)) {
		e, ok := k.entry(id)
		if !ok {
			wrong = append(wrong, fmt.Errorf("there is no act %q%s", safe.Clean(id, maxTyped), k.near(id)))
			continue
		}
		names, errs := e.take(to[id])
		wrong = append(wrong, errs...)
		if len(errs) == 0 {
			e.rebind(names)
		}
	}
	if len(wrong) == 0 { // a clash is told of what can be read
		wrong = k.clashes()
	}
	if len(wrong) > 0 {
		return defaultKeys(), wrong
	}
	if len(to) > 0 {
		k.Scroll = pair(k.ScrollDown, k.ScrollUp, k.Scroll.Help().Desc)
	}
	return k, nil
}

// take reads the keys that an act is to have, and tells what is wrong with them.
func (e entry) take(typed []string) (names []string, wrong []error) {
	if e.fixed {
		return nil, []error{fmt.Errorf("%s stays on %s: it is the same in every box and screen", e.id, strings.Join(e.key.Keys(), ", "))}
	}
	if len(typed) == 0 {
		return nil, []error{fmt.Errorf("%s is given no key: leave the line out, and it keeps %s", e.id, strings.Join(e.key.Keys(), ", "))}
	}
	if len(typed) > maxKeysOf {
		return nil, []error{fmt.Errorf("%s is given %d keys: no act has more than %d", e.id, len(typed), maxKeysOf)}
	}
	for _, t := range typed {
		name, ok := keyNamed(t)
		switch {
		case !ok:
			wrong = append(wrong, fmt.Errorf("%s: there is no key %q; keys are written as m, M, space, f5, ctrl+k, alt+k, pgup, left", e.id, safe.Clean(t, maxTyped)))
		case name == "esc" || name == "alt+v" || name == "ctrl+c" || name == "enter" && e.id != "open":
			wrong = append(wrong, fmt.Errorf("%s cannot be on %s: %s", e.id, name, reserved(name)))
		case e.acts && (strings.Contains(name, "ctrl+") || strings.Contains(name, "alt+")):
			wrong = append(wrong, fmt.Errorf("%s cannot be on %s: it acts on calls, and hands press ctrl and alt by habit", e.id, name))
		case e.in&(placeTyped|placeHelp) != 0 && e.id != "help" && types(name):
			wrong = append(wrong, fmt.Errorf("%s cannot be on %s: it works also where text is typed, so it takes no letter; f1 to f12 or ctrl+ are free", e.id, name))
		case !slices.Contains(names, name):
			names = append(names, name)
		}
	}
	return names, wrong
}

// reserved tells what a key means that no act can have.
func reserved(name string) string {
	switch name {
	case "esc":
		return "it goes back, always"
	case "alt+v":
		return "it is esc and then v, told as one key"
	case "ctrl+c":
		return "twice, it quits at once"
	case "enter":
		return "it opens, and in boxes it confirms"
	}
	panic("tui: a key that is not reserved")
}

// rebind gives an act other keys, and shows the first of them.
func (e entry) rebind(names []string) {
	e.key.SetKeys(names...)
	e.key.SetHelp(string(shownKey(names[0])), e.key.Help().Desc)
}

// clashes tells of every key that two acts of one place have, and of a yes that the key
// which asks would give.
func (k *keyMap) clashes() []error {
	all := k.entries()
	var wrong []error
	for i, a := range all {
		for _, b := range all[i+1:] {
			if name, both := sameKey(a, b); both && (meet(a, b) || saysYes(a, b) || saysYes(b, a)) {
				wrong = append(wrong, clash(a, b, name))
			}
		}
	}
	return wrong
}

func clash(a, b entry, name string) error {
	if saysYes(a, b) || saysYes(b, a) {
		return fmt.Errorf("%s and %s are both on %s: the key that asks must not be the one that says yes", a.id, b.id, name)
	}
	return fmt.Errorf("%s and %s are both on %s", a.id, b.id, name)
}

// meet reports whether two acts are live in the same place.
func meet(a, b entry) bool {
	for in := placeCalls; in < lastPlace; in <<= 1 {
		if a.live(in) && b.live(in) {
			return true
		}
	}
	return false
}

// saysYes reports whether one act asks, and the other is the yes to it.
func saysYes(opens, says entry) bool {
	return opens.asks && (says.id == "yes" || says.id == "in-silence")
}

// sameKey returns a key that both acts have.
func sameKey(a, b entry) (string, bool) {
	for _, name := range a.key.Keys() {
		if slices.Contains(b.key.Keys(), name) {
			return name, true
		}
	}
	return "", false
}

// near names the acts whose ids are nearest to one that there is not.
func (k *keyMap) near(id string) string {
	type far struct {
		id   string
		edit int
	}
	var all []far
	for _, e := range k.entries() {
		if d := typo.Distance(id, e.id); !e.fixed && d <= max(len(e.id)/2, 2) {
			all = append(all, far{e.id, d})
		}
	}
	slices.SortStableFunc(all, func(a, b far) int { return cmp.Compare(a.edit, b.edit) })
	if len(all) == 0 {
		return "; switchboard help keys lists them"
	}
	var ids []string
	for _, f := range all[:min(len(all), maxNear)] {
		if f.edit <= all[0].edit+1 {
			ids = append(ids, f.id)
		}
	}
	return "; perhaps " + strings.Join(ids, " or ")
}

// takeKeys takes the keys that are configured, or says that they do not serve.
func (m *model) takeKeys() {
	keys, wrong := remapped(m.config.Keys)
	m.keys = keys
	if len(wrong) == 0 {
		return
	}
	more := safe.Text("")
	if len(wrong) > 1 {
		more = "  " + count(len(wrong)-1, "fault more", "faults more") + ":"
	}
	m.tell(toneWatch, "The keys of console.yaml are not taken: "+safe.Clean(wrong[0].Error(), maxWhy)+"."+more+"  switchboard config check tells all.")
}

// A KeyAct is one act of the console as the table of the keys has it.
type KeyAct struct {
	// ID is its name in console.yaml.
	ID string
	// Keys are those that do it, as the terminal library names them.
	Keys []string
	// Screen is where it is live first, and Group what it is shown under there.
	Screen, Group string
	// Does is a sentence about it, without its full stop.
	Does string
	// Guard is what keeps it from happening by accident; empty: nothing.
	Guard string
	// With is the act that it is told together with, as a step forth with the step back.
	With string
	// Acts says that it acts on a call or on the floor.
	Acts bool
	// Fixed says that it cannot be given another key.
	Fixed bool
}

// KeyActs returns the table of the keys in the order in which it is read: as it comes, or
// with the keys that a configuration gives. Keys that do not serve change nothing.
func KeyActs(keys map[string][]string) []KeyAct {
	k, _ := remapped(keys)
	var all []KeyAct
	for _, e := range k.entries() {
		all = append(all, KeyAct{
			ID: e.id, Keys: slices.Clone(e.key.Keys()), Screen: e.screen(), Group: string(e.group.title()),
			Does: k.filled(e.manual), Guard: k.filled(e.guard), With: e.with, Acts: e.acts, Fixed: e.fixed,
		})
	}
	return all
}

// screen names the place where an act is live first.
func (e entry) screen() string {
	switch e.group {
	case groupMove, groupStrip, groupCall, groupView, groupFloor:
		return "The calls, an open call, a pane"
	case groupTape:
		return "A replay"
	case groupReason:
		return "The top row, asking why you vetoed"
	case groupHistory:
		return "The history"
	case groupBoxes:
		return "Boxes"
	case groups:
	}
	panic("tui: keys without a group")
}
