package enginetest

import (
	"fmt"
	"reflect"
	"slices"
	"time"

	"switchboard/engine"
)

// keyKinds returns what a supervisor may ask, by the names that the journal has for it.
func keyKinds() []string {
	return []string{
		"transfer.asked", "veto.asked", "veto.explained", "hurry.asked", "snooze.asked", "takeback.asked", "again.allowed",
		"alert.seen", "claim.asked", "hold.asked", "monitor.asked", "takeover.asked", "automation.asked", "callback.done",
		"mute.asked", "hangup.asked", "pay.asked", "note.asked",
	}
}

const (
	stubborn = 8               // one key in so many is pressed though the engine will refuse it
	waitsFor = 12              // times that a supervisor looks whether his key may be pressed
	looks    = 2 * time.Second // from one time to the next
)

// press has a supervisor press a key on a call, once it may be pressed. What else is to be
// said is chosen by the step's number; now and then a key is pressed that will be refused.
func (s *sim) press(step SimStep, look int) {
	later := func() {
		if look < waitsFor {
			s.after(looks, func() { s.press(step, look+1) })
		}
	}
	if s.up == nil { // there is no console
		later()
		return
	}
	f := s.up.state.Frame()
	zero, err := engine.DecodeBody(step.What, []byte("{}"))
	if err != nil {
		s.fail("the simulation can be read", "%v", err)
		return
	}
	session := s.sessionOf(f, step.Call)
	h := hand{s: s, f: f, session: session, n: step.Choice}
	v := reflect.New(reflect.TypeOf(zero)).Elem()
	h.fill(v)
	b := v.Interface().(engine.Body)
	if f.Allow(b) != nil {
		if on := v.FieldByName("On"); on.IsValid() {
			on.SetBool(!on.Bool())
			b = v.Interface().(engine.Body)
		}
	}
	if f.Allow(b) != nil && step.Choice%stubborn != 0 {
		later()
		return
	}
	s.stats.Keys++
	by := engine.BySupervisor + engine.By([]string{"/ann", "/bob"}[step.Choice/3%2])
	s.submit(engine.Entry{ID: fmt.Sprintf("console/%s/%d", by, s.placed) + step.String(), By: by, Occurred: s.now, Body: b}, nil)
}

func (s *sim) sessionOf(f *engine.Frame, call int) *engine.Session {
	i := slices.IndexFunc(f.Sessions, func(x *engine.Session) bool { return s.sessions[x.ID] == call })
	if i < 0 {
		return nil
	}
	return f.Sessions[i]
}

// A hand fills in what a key leaves open.
type hand struct {
	s       *sim
	f       *engine.Frame
	session *engine.Session // nil: the call is not there
	n       int
}

func (h *hand) fill(v reflect.Value) {
	for i := range v.NumField() {
		field, name := v.Field(i), v.Type().Field(i).Name
		h.n = h.n*31%1009 + 7
		switch x := field.Addr().Interface().(type) {
		case *engine.SessionID:
			*x = "s0"
			if h.session != nil {
				*x = h.session.ID
			}
		case *engine.LegName:
			*x = h.leg()
		case *engine.CallbackID:
			if all := h.f.Callbacks; len(all) > 0 {
				*x = all[h.n%len(all)].ID
			}
		case *engine.MonitorRole:
			*x = engine.MonitorRole(1 + h.n%3)
		case *engine.VetoLabel:
			*x = engine.VetoLabel(1 + h.n%3)
		case *engine.Mode:
			*x = engine.ModeOn
			if h.n%6 == 0 {
				*x = engine.ModeShadow
			}
		case *bool:
			*x = h.n%2 == 0
		case *string:
			*x = h.text(name)
		}
	}
}

// leg names a leg of the call: mostly one that is live. Now and then none, or one that is not.
func (h *hand) leg() engine.LegName {
	if h.session == nil || h.n%16 == 0 {
		return []engine.LegName{"", "op-9"}[h.n/16%2]
	}
	var live []engine.LegName
	for _, l := range h.session.Legs {
		if l.Live() && l.Role != engine.RoleCustomer || h.n%5 == 0 {
			live = append(live, l.Name)
		}
	}
	if len(live) == 0 {
		return "customer"
	}
	return live[h.n%len(live)]
}

func (h *hand) text(field string) string {
	switch {
	case field == "Group" && h.n%3 == 0 && len(h.f.Roster.Groups) > 0:
		return h.f.Roster.Groups[h.n%len(h.f.Roster.Groups)].Name
	case field == "To" && h.n%4 == 0:
		return []string{"+12025550188", "+12025550101", "nobody", supervisorPhone}[h.n/4%4]
	case field == "Group", field == "To", field == "Phone":
		return ""
	}
	return "a note"
}
