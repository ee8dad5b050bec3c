package runner

import (
	"slices"
	"time"

	"switchboard/engine"
	"switchboard/engine/redact"
)

// gatherLife is how long before its end what a gather of several keys tells may have been
// keyed in.
const gatherLife = 2 * time.Minute

// A privacy tells what of a batch of entries is kept by nobody: what is said and keyed in
// while a customer pays, and what is said without his consent. The state says so, and a
// payment that begins in the batch itself, before Step has seen it.
type privacy struct {
	state *engine.State
	now   time.Time
	begun []engine.SessionID
}

// words reports whether nobody keeps what was said on a call.
func (p *privacy) words(id engine.SessionID, from, to time.Time) bool {
	return slices.Contains(p.begun, id) || p.state.Private(id, p.at(from), p.at(to))
}

// keys returns keys as they may be kept: of the customer, and of whoever is in the
// conference with him, for a desk may key in what it is told. Symbl's listener dials its
// code on a leg of its own, and an operator takes a call by a key before he is joined.
// Those of a leg that is no call's any more may have been pressed in a payment, and nobody
// waits for them.
func (p *privacy) keys(leg engine.LegRef, pressed time.Time, keys string) string {
	session, role, ok := p.state.Whose(leg)
	switch {
	case keys == "":
		return keys
	case !ok:
		return p.lateKeys(leg.State, pressed, keys)
	case role != engine.RoleCustomer && !p.with(session, leg):
		return keys
	}
	return p.keysOf(session, pressed, keys)
}

// lateKeys returns keys of a leg that is gone, or not known yet, by what we have Telnyx
// carry. Where the call is gone as well nobody can tell whether they were a payment's.
func (p *privacy) lateKeys(of engine.ClientState, pressed time.Time, keys string) string {
	switch of.Role {
	case engine.RoleCustomer, engine.RoleOperator, engine.RoleFront, engine.RoleSupervisor:
	case engine.RoleListener, engine.RoleUnplaced:
		return keys
	default:
		return redact.Mark // nobody can tell whose they are; no call of ours goes by them
	}
	if _, ok := p.state.Session(of.Session); !ok {
		return redact.Mark
	}
	return p.keysOf(of.Session, pressed, keys)
}

// keysOf returns keys that were pressed on a call.
func (p *privacy) keysOf(session engine.SessionID, pressed time.Time, keys string) string {
	to := p.at(pressed)
	from := to
	if len(keys) > 1 {
		from = to.Add(-gatherLife)
	}
	if slices.Contains(p.begun, session) || p.state.PaidIn(session, from, to) {
		return redact.Mark
	}
	return keys
}

// with reports whether a leg is one that talks with the customer.
func (p *privacy) with(session engine.SessionID, leg engine.LegRef) bool {
	s, ok := p.state.Session(session)
	return ok && slices.ContainsFunc(s.Legs, func(l engine.Leg) bool {
		return l.ID == leg.Leg && l.Joined && l.Role != engine.RoleListener && l.Role != engine.RoleUnplaced
	})
}

// at returns a time of the source's, or now where it has not told one.
func (p *privacy) at(t time.Time) time.Time {
	if t.IsZero() {
		return p.now
	}
	return t
}

// closed are calls whose partials nobody may see, and until when; zero: until it is said.
type closed map[engine.SessionID]time.Time

// shut closes a call before Step has seen why.
func (c *closed) shut(id engine.SessionID) {
	if *c == nil {
		*c = closed{}
	}
	(*c)[id] = time.Time{}
}

// take closes a call, or opens it, as it stands.
func (c *closed) take(s *engine.Session) {
	until, private := s.Private()
	switch {
	case !private || s.Filed || s.Number == 0: // one without a number is Symbl's
		delete(*c, s.ID)
	default:
		c.shut(s.ID)
		(*c)[s.ID] = until
	}
}

// has reports whether a call is closed.
func (c closed) has(id engine.SessionID, now time.Time) bool {
	until, ok := c[id]
	return ok && (until.IsZero() || now.Before(until))
}
