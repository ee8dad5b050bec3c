package telnyx

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"switchboard/engine"
	"switchboard/engine/clock"
)

// The limits of a sweep. All times are house time.
const (
	sweepEvery = 30 * time.Second // while calls are live
	sweepIdle  = 5 * time.Minute  // while none is, that we know of
	sweepAgain = 5 * time.Second  // from the first sweep to the second
	sweepRest  = 2 * time.Minute  // the most that is waited after sweeps that could not be done
	sweepPause = 200 * time.Millisecond
	sweepRooms = 40 // conferences asked for in one sweep; the others have their turn in the next
	sweepAsked = 40 // legs asked for in one sweep

	settled = 20 * time.Second // a leg that is younger may not be listed yet, or known to us
	agreed  = 2                // sweeps running that must find the same
)

// A Sweeping is what a [Sweeper] compares Telnyx's answers with, and whom it tells. Its
// methods may be called from any goroutine.
type Sweeping interface {
	// Frame returns what we hold now. It is never written again.
	Frame() *engine.Frame

	// Submit returns nil when the entry is durable, or known already.
	Submit(ctx context.Context, entry engine.Entry) error

	// Note counts a trouble for the health line. It does not wait.
	Note(kind engine.TroubleKind, detail string)
}

// A SweeperConfig says what a [Sweeper] needs. All fields are required.
type SweeperConfig struct {
	Client *Client
	Clock  *clock.Clock
	Engine Sweeping
	Epoch  string // the journal's: legs of another are none of ours
}

// A Sweeper asks Telnyx what is alive and tells the engine where that differs from what we
// hold: webhooks are lost, and what they would have told is found here. It tells a
// difference only when two sweeps running agree about it, and once; what it was told
// before it asked, or while it did, it does not hold against Telnyx. Only a leg of ours that
// nobody holds is told again while it is there: its hang-up may have come to nothing. It
// changes nothing at Telnyx: nobody is ever hung up by it.
//
// Its methods are for one goroutine.
type Sweeper struct {
	config SweeperConfig
	legs   findings
	rooms  map[engine.ConferenceID]*roomSweep
	done   int // sweeps that were
}

// NewSweeper returns a sweeper, which does nothing until it is told to.
func NewSweeper(c SweeperConfig) *Sweeper {
	return &Sweeper{config: c, rooms: map[engine.ConferenceID]*roomSweep{}}
}

// Run sweeps until ctx is done: twice at once, and then every 30 s of house time while
// calls are live, or something found has yet to be made sure of; on an empty floor every five
// minutes, for there may be calls that we were never told of. After a sweep that could not be done it waits longer each time, up to
// two minutes.
func (s *Sweeper) Run(ctx context.Context) {
	house, wait, failed := s.config.Clock, time.Duration(0), 0
	began := house.Now()
	for house.Sleep(ctx, wait) == nil {
		wait = sweepEvery
		if s.idle() && house.Now().Sub(began) < sweepIdle {
			continue
		}
		began = house.Now()
		switch err := s.Sweep(ctx); {
		case err != nil:
			wait = min(sweepEvery<<min(failed, 8), sweepRest)
			failed++
			continue
		case s.done < agreed:
			wait = sweepAgain
		}
		failed = 0
		wait = max(wait-house.Now().Sub(began), sweepAgain)
	}
}

// idle reports whether there is nothing to be compared but what we were never told of.
func (s *Sweeper) idle() bool {
	return s.done >= agreed && len(s.config.Engine.Frame().Sessions) == 0 && s.legs.waiting() == 0
}

// Sweep asks once, and submits what two sweeps have agreed about. Where Telnyx does not
// answer, nothing is concluded and nothing forgotten: the error is noted for the health
// line, and returned.
func (s *Sweeper) Sweep(ctx context.Context) error {
	err := s.sweep(ctx)
	if err == nil {
		s.done++
	} else if ctx.Err() == nil && !errors.As(err, new(untold)) { // the engine tells its own troubles
		s.note("what is alive is not known", err)
	}
	return err
}

func (s *Sweeper) note(what string, err error) {
	s.config.Engine.Note(engine.TroubleTelnyx, what+": "+err.Error()+". Calls go on, and it is asked again.")
}

// alone reports whether an error is about what was asked alone: other questions may fare
// better.
func alone(err error) bool {
	for _, all := range []error{ErrUnreachable, ErrBusy, ErrKeyRefused} {
		if errors.Is(err, all) {
			return false
		}
	}
	return !errors.As(err, new(untold))
}

// An untold says why the engine did not take in what a sweep has found.
type untold struct{ error }

// Unwrap returns what went wrong.
func (e untold) Unwrap() error { return e.error }

func (s *Sweeper) sweep(ctx context.Context) error {
	before := s.config.Engine.Frame()
	calls, err := s.config.Client.ActiveCalls(ctx)
	if err != nil {
		return err
	}
	active := map[engine.LegID]bool{}
	for _, c := range calls {
		active[c.Leg] = true
	}
	if err := s.sweepLegs(ctx, before, calls, active); err != nil {
		return err
	}
	return s.sweepRooms(ctx, active)
}

// sweepLegs looks for legs that we take as live and Telnyx does not, and the other way.
func (s *Sweeper) sweepLegs(ctx context.Context, before *engine.Frame, calls []engine.LegRef, active map[engine.LegID]bool) error {
	now, after := s.config.Clock.Now(), s.config.Engine.Frame()
	found := both(s.unlike(before, now, calls, active), s.unlike(after, now, calls, active))
	s.legs.look(found, now)
	asked := 0
	for _, body := range found {
		f := s.legs[body]
		if !f.ready() && !(lacking(body) && !f.told) {
			continue
		}
		if asked++; asked > sweepAsked {
			break
		}
		if err := s.settle(ctx, body, f); err != nil {
			if !alone(err) {
				return err
			}
			s.note("how one call stands is not known", err)
			f.told = lacking(body) // what cannot be caught up with is not asked for again
		}
		if err := s.config.Clock.Sleep(ctx, sweepPause); err != nil {
			return err
		}
	}
	return nil
}

// unlike returns how a list of active calls differs from a frame: what is to be asked, for
// a list alone proves nothing.
func (s *Sweeper) unlike(f *engine.Frame, now time.Time, calls []engine.LegRef, active map[engine.LegID]bool) []engine.Body {
	var all []engine.Body
	held := map[engine.LegID]bool{}
	for _, session := range f.Sessions {
		for _, l := range session.Legs {
			if l.ID == "" {
				continue
			}
			held[l.ID] = true
			rings := l.Status == engine.LegRinging
			switch {
			case !rings && l.Status != engine.LegUp, now.Sub(l.Since) < settled:
			case !active[l.ID]:
				all = append(all, engine.LegMissed{LegRef: engine.LegRef{Leg: l.ID, CallLeg: l.CallLeg}})
			case rings: // for long: it may have been answered
				all = append(all, engine.LegFound{LegRef: engine.LegRef{Leg: l.ID, CallLeg: l.CallLeg}})
			}
		}
	}
	floor := engine.FloorName(f.Floor, s.config.Epoch)
	for _, c := range calls {
		if !held[c.Leg] && ours(f, c.State, floor, now) {
			all = append(all, engine.LegFound{LegRef: c})
		}
	}
	return all
}

// ours reports whether a leg that we do not hold should be held. One without client_state
// may be a customer whose call we have not been told of. One that is unplaced is never
// shown in a frame; and one that is being dialled has no id there yet.
func ours(f *engine.Frame, state engine.ClientState, floor string, now time.Time) bool {
	if state == (engine.ClientState{}) {
		return true
	}
	if state.Floor != floor || state.Role == 0 || state.Role == engine.RoleUnplaced {
		return false
	}
	session, ok := f.Session(state.Session)
	if !ok {
		return true
	}
	return !slices.ContainsFunc(session.Legs, func(l engine.Leg) bool {
		return l.Role == state.Role && l.Attempt == state.Attempt && l.ID == "" && now.Sub(l.Since) < settled
	})
}

// settle asks Telnyx about one leg, and tells the engine what is so.
func (s *Sweeper) settle(ctx context.Context, body engine.Body, f *finding) error {
	switch b := body.(type) {
	case engine.LegMissed:
		life, err := s.config.Client.Alive(ctx, b.Leg)
		if err != nil {
			return err
		}
		l, ok := legOf(s.config.Engine.Frame(), b.Leg)
		switch {
		case !ok || !l.Live(): // told meanwhile
		case life.over(l.Status):
			return s.tell(ctx, body, f, life.Ended)
		default:
			f.times = 0 // the list had left it out
		}
	case engine.LegFound:
		if lacking(body) {
			return s.catchUp(ctx, b.LegRef, f)
		}
		life, err := s.config.Client.Alive(ctx, b.Leg)
		if err != nil {
			return err
		}
		_, held := legOf(s.config.Engine.Frame(), b.Leg)
		switch {
		case held: // told meanwhile
		case life.Known && !life.over(0):
			err := s.tell(ctx, body, f, time.Time{})
			if f.told { // and again, if it stays
				*f = finding{since: s.config.Clock.Now()}
			}
			return err
		default:
			f.times = 0 // the list was stale
		}
	default:
		panic(fmt.Sprintf("telnyx: a sweep of legs found a %T", body))
	}
	return nil
}

// over reports whether a leg of this status is surely over. That a leg which nobody has
// answered is not alive does not say so: Telnyx calls it that when it is dialled.
func (l Life) over(status engine.LegStatus) bool {
	return !l.Known || !l.Alive && (!l.Ended.IsZero() || status == engine.LegUp)
}

// lacking reports whether a finding is only that webhooks may be lacking: of a call that
// we do not know, or that has rung for long. What they say is a fact by itself, and need not
// be found twice.
func lacking(body engine.Body) bool {
	b, ok := body.(engine.LegFound)
	return ok && b.State == (engine.ClientState{})
}

// catchUp has the engine told what webhooks were to tell of a leg, by their own names: those
// that it was told are known by them, and are not taken in again.
func (s *Sweeper) catchUp(ctx context.Context, leg engine.LegRef, f *finding) error {
	if leg.CallLeg == "" {
		return nil
	}
	entries, err := s.config.Client.Events(ctx, leg.CallLeg)
	if err != nil {
		return err
	}
	_, held := legOf(s.config.Engine.Frame(), leg.Leg)
	for _, e := range entries {
		switch e.Body.(type) {
		case engine.LegHungUp: // the list was stale, and its webhook is on its way
			f.told = true
			return nil
		case engine.LegInitiated:
			f.told = f.told || !held
		case engine.LegAnswered:
			f.told = f.told || held
		}
	}
	if held && !f.told {
		return nil // it rings
	}
	for _, e := range entries {
		if err := s.submit(ctx, e); err != nil {
			f.told = false
			return err
		}
	}
	return nil
}

// tell submits a finding, once.
func (s *Sweeper) tell(ctx context.Context, body engine.Body, f *finding, occurred time.Time) error {
	err := s.submit(ctx, engine.Entry{ID: f.id(body), By: engine.ByTelnyx, Occurred: occurred, Body: body})
	f.told = err == nil
	return err
}

func (s *Sweeper) submit(ctx context.Context, e engine.Entry) error {
	if err := s.config.Engine.Submit(ctx, e); err != nil {
		return untold{fmt.Errorf("take in what a sweep has found: %w", err)}
	}
	return nil
}

// legOf returns a leg that a frame holds.
func legOf(f *engine.Frame, id engine.LegID) (engine.Leg, bool) {
	for _, s := range f.Sessions {
		for _, l := range s.Legs {
			if l.ID == id {
				return l, true
			}
		}
	}
	return engine.Leg{}, false
}
