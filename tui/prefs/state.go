package prefs

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// version is the form of the state's file. It rises when what a field means changes; a
// new field needs no new version.
const version = 1

// Clone returns a State that shares nothing with s.
func (s State) Clone() State {
	s.Columns, s.Views = slices.Clone(s.Columns), maps.Clone(s.Views)
	return s
}

// A kept is one field of a State, and how the file calls it.
type kept struct {
	name string
	own  bool // each kind of console has its own: what a demo is filtered by must not hide a customer
	at   any  // a pointer to it
}

// fields are all that is kept of a State.
func (s *State) fields() []kept {
	return []kept{
		{"theme", false, &s.Theme},
		{"sort", false, &s.Sort},
		{"reverse", false, &s.Reverse},
		{"columns", false, &s.Columns},
		{"density", false, &s.Density},
		{"views", false, &s.Views},
		{"background", false, &s.Background},
		{"toured", false, &s.Toured},
		{"filter", true, &s.Filter},
		{"muted-until", true, &s.MutedUntil},
	}
}

// A document is a state's file: its members by name. Those of a newer version are kept as
// they are.
type document map[string]json.RawMessage

// parse reads a document, and whether a newer version has written it.
func parse(text []byte) (d document, newer bool, err error) {
	if err := json.Unmarshal(text, &d); err != nil {
		return nil, false, err
	}
	v := 0
	if err := json.Unmarshal(d["version"], &v); err != nil || v < 1 {
		return nil, false, fmt.Errorf("it has no version")
	}
	return d, v > version, nil
}

// member returns the members of one kind of console.
func (d document) member(kind string) (document, error) {
	own := document{}
	if d[kind] == nil {
		return own, nil
	}
	err := json.Unmarshal(d[kind], &own)
	return own, err
}

// state reads what a document says for one kind of console. What a newer version says in
// a way that is not understood is left out; else that is an error.
func (d document) state(kind string, newer bool) (State, error) {
	var s State
	own, err := d.member(kind)
	if err != nil && !newer {
		return State{}, fmt.Errorf("%s: %w", kind, err)
	}
	for _, f := range s.fields() {
		text := d[f.name]
		if f.own {
			text = own[f.name]
		}
		if text == nil {
			continue
		}
		if err := json.Unmarshal(text, f.at); err != nil {
			reflect.ValueOf(f.at).Elem().SetZero()
			if !newer {
				return State{}, fmt.Errorf("%s: %w", f.name, err)
			}
		}
	}
	s.trim()
	return s, nil
}

// trim takes out what no console has written: the file lies where others may write.
func (s *State) trim() {
	for _, text := range []*string{&s.Theme, &s.Sort, &s.Density, &s.Filter} {
		*text = showable(*text)
	}
	s.Columns = s.Columns[:min(len(s.Columns), maxColumns)]
	for i := range s.Columns {
		s.Columns[i] = showable(s.Columns[i])
	}
	for name, view := range s.Views {
		if len(s.Views) > maxViews || name != showable(name) || view != showable(view) {
			delete(s.Views, name)
		}
	}
}

// showable returns a text without what could garble a screen, and none where it is longer
// than any view.
func showable(text string) string {
	if len([]rune(text)) > maxView {
		return ""
	}
	return strings.Map(func(r rune) rune {
		if notGraphic(r) {
			return -1
		}
		return r
	}, text)
}

// change writes into a document what of a State is other than it was, and reports
// whether anything is. What another console has written meanwhile stays.
func (d document) change(kind string, was, is State) (bool, error) {
	own, err := d.member(kind)
	if err != nil {
		own = document{}
	}
	changed, ownChanged := false, false
	before, after := was.fields(), is.fields()
	for i, f := range after {
		if same(before[i].at, f.at) {
			continue
		}
		to := d
		if f.own {
			to, ownChanged = own, true
		}
		changed = true
		value := f.at
		if views, ok := f.at.(*map[string]string); ok {
			all := joined(to[f.name], *before[i].at.(*map[string]string), *views)
			value = &all
		}
		if empty(value) {
			delete(to, f.name)
			continue
		}
		text, err := json.Marshal(value)
		if err != nil {
			return false, err
		}
		to[f.name] = text
	}
	if ownChanged {
		text, err := json.Marshal(own)
		if err != nil {
			return false, err
		}
		d[kind] = text
	}
	return changed, nil
}

// joined puts what a map has changed since it was so into the one that the file has now:
// another console may have saved other views meanwhile.
func joined(text json.RawMessage, was, is map[string]string) map[string]string {
	all := map[string]string{}
	if json.Unmarshal(text, &all) != nil || all == nil {
		all = map[string]string{}
	}
	for name := range was {
		if _, stays := is[name]; !stays {
			delete(all, name)
		}
	}
	for name, view := range is {
		if old, had := was[name]; !had || old != view {
			all[name] = view
		}
	}
	return all
}

// empty reports whether a field holds nothing.
func empty(at any) bool {
	v := reflect.ValueOf(at).Elem()
	return v.IsZero() || (v.Kind() == reflect.Slice || v.Kind() == reflect.Map) && v.Len() == 0
}

func same(a, b any) bool { return empty(a) && empty(b) || reflect.DeepEqual(a, b) }
