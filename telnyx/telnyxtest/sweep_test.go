package telnyxtest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"switchboard/engine"
	"switchboard/engine/world"
	"switchboard/telnyx"
)

const journalEpoch = "5eed0000-9dad-11d1-80b4-00c04fd430c8"

// A floor is what we hold, and what a sweep has told us and asked of Telnyx.
type floor struct {
	mu      sync.Mutex
	frame   *engine.Frame
	entries []engine.Entry
	notes   []string
	asked   []string // paths
	full    error    // why nothing is taken in
	meet    func(path string)
}

func (f *floor) Frame() *engine.Frame {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.frame
}

func (f *floor) Submit(_ context.Context, e engine.Entry) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.full != nil {
		return f.full
	}
	f.entries = append(f.entries, e)
	return nil
}

func (f *floor) Note(kind engine.TroubleKind, detail string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.notes = append(f.notes, kind.String()+": "+detail)
}

func (f *floor) RoundTrip(r *http.Request) (*http.Response, error) {
	f.mu.Lock()
	f.asked = append(f.asked, strings.TrimPrefix(r.URL.Path, "/v2"))
	meet := f.meet
	f.mu.Unlock()
	if meet != nil {
		meet(r.URL.Path)
	}
	return http.DefaultTransport.RoundTrip(r)
}

// change gives the floor another frame.
func (f *floor) change(how func(s *engine.Session)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	frame := *f.frame
	frame.Sessions = slices.Clone(frame.Sessions)
	for i, s := range frame.Sessions {
		changed := *s
		changed.Legs = slices.Clone(s.Legs)
		how(&changed)
		frame.Sessions[i] = &changed
	}
	f.frame = &frame
}

// told returns what was submitted since it was called last.
func (f *floor) told() []engine.Entry {
	f.mu.Lock()
	defer f.mu.Unlock()
	told := f.entries
	f.entries = nil
	return told
}

// A swept is a call with an operator, at Telnyx and as we hold it, and a sweeper.
type swept struct {
	*house
	*telnyx.Sweeper
	floor              *floor
	do                 func(engine.Action) engine.Body
	customer, operator engine.LegRef
	room               engine.ConferenceID
}

func stateOf(role engine.Role, attempt int) engine.ClientState {
	return engine.ClientState{Floor: engine.FloorName("main", journalEpoch), Session: "s1", Role: role, Attempt: attempt}
}

// sweeping opens a house in which such a call goes on, whose legs are as old as may be.
func sweeping(t *testing.T) *swept {
	t.Helper()
	h := open(t, 20, world.Config{Seed: 1, Lines: -1})
	_, do := h.realClient()
	s := &swept{house: h, do: do, floor: &floor{}}
	leg := h.call(`{"operator":"answers","after":1}`)
	rang := h.await("call.initiated", leg).entry.Body.(engine.LegInitiated)
	do(engine.Answer{Leg: rang.Leg, State: stateOf(engine.RoleCustomer, 1)})
	s.customer = h.await("call.answered", leg).entry.Body.(engine.LegAnswered).LegRef
	s.room = do(engine.OpenConference{Leg: rang.Leg, Room: "room-s1"}).(engine.ConferenceOpened).Conference
	s.operator = s.dial(stateOf(engine.RoleOperator, 1))
	do(engine.Join{Leg: s.operator.Leg, Conference: s.room})
	h.await("conference.participant.joined", world.LegID(s.operator.Leg))

	long := h.clock.Now().Add(-time.Minute)
	hold := func(name engine.LegName, role engine.Role, ref engine.LegRef) engine.Leg {
		return engine.Leg{Name: name, ID: ref.Leg, CallLeg: ref.CallLeg, Role: role, Attempt: 1, Status: engine.LegUp, Since: long, Joined: true}
	}
	s.floor.frame = &engine.Frame{Floor: "main", Sessions: []*engine.Session{{
		ID: "s1", Number: 1, Phase: engine.PhaseTalking, Conference: s.room,
		Legs: []engine.Leg{hold("customer", engine.RoleCustomer, s.customer), hold("op-1", engine.RoleOperator, s.operator)},
	}}}
	transport := http.DefaultTransport.(*http.Transport)
	t.Cleanup(transport.CloseIdleConnections)
	client := telnyx.NewClient(telnyx.ClientConfig{URL: h.telnyx.URL(), Key: h.telnyx.Key(), ConnectionID: h.telnyx.ConnectionID(),
		Clock: h.clock, Transport: s.floor, Wait: 200 * time.Millisecond})
	s.Sweeper = telnyx.NewSweeper(telnyx.SweeperConfig{Client: client, Clock: h.clock, Engine: s.floor, Epoch: journalEpoch})
	return s
}

// dial calls the desk and waits until it answers.
func (s *swept) dial(state engine.ClientState) engine.LegRef {
	s.t.Helper()
	made := s.do(engine.Dial{To: desk, From: ourNumber, LinkTo: s.customer.Leg, Ring: 20 * time.Second, State: state}).(engine.Dialled)
	return s.await("call.answered", world.LegID(made.Leg)).entry.Body.(engine.LegAnswered).LegRef
}

// sweep sweeps, and returns what was told; the sweep must be done.
func (s *swept) sweep() []engine.Entry {
	s.t.Helper()
	if err := s.Sweep(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	return s.floor.told()
}

// quiet sweeps three times, which must tell nothing.
func (s *swept) quiet(why string) {
	s.t.Helper()
	for i := range 3 {
		if told := s.sweep(); len(told) > 0 {
			s.t.Errorf("%s: sweep %d told %+v", why, i+1, told)
		}
	}
	if len(s.floor.notes) > 0 {
		s.t.Errorf("%s: noted %q", why, s.floor.notes)
	}
	s.refusedNothing()
}

// finds sweeps until the difference is told: at the second sweep, once, and never again.
func (s *swept) finds(want engine.Body) engine.Entry {
	s.t.Helper()
	if told := s.sweep(); len(told) > 0 {
		s.t.Errorf("one sweep alone told %+v", told)
	}
	told := s.sweep()
	if len(told) != 1 || told[0].Body != want || told[0].By != engine.ByTelnyx || told[0].ID == "" {
		s.t.Fatalf("told %+v, want %+v", told, want)
	}
	if again := s.sweep(); len(again) > 0 {
		s.t.Errorf("told again: %+v", again)
	}
	s.refusedNothing()
	return told[0]
}

func (s *swept) session(how func(*engine.Session)) { s.floor.change(how) }

func (s *swept) end(leg engine.LegRef) {
	s.t.Helper()
	s.network.Do(func(w *world.World) { w.PutDown(world.LegID(leg.Leg)) })
	s.await("call.hangup", world.LegID(leg.Leg))
}

func ref(l engine.LegRef) engine.LegRef { return engine.LegRef{Leg: l.Leg, CallLeg: l.CallLeg} }

func TestASweepThatFindsNoDifferenceTellsNothing(t *testing.T) {
	s := sweeping(t)
	s.quiet("a call with an operator")
	s.do(engine.Mute{Leg: s.operator.Leg, Conference: s.room, On: true})
	s.do(engine.Hold{Leg: s.customer.Leg, Conference: s.room, On: true})
	s.session(func(c *engine.Session) { c.Legs[1].Muted, c.Legs[0].Held = true, true })
	s.quiet("muted and held, as we know")
	if want := []string{"/connections/" + s.telnyx.ConnectionID() + "/active_calls", "/conferences/" + string(s.room) + "/participants"}; !cmp.Equal(s.floor.asked[:2], want) || len(s.floor.asked) != 12 {
		t.Errorf("asked %q, want two questions a sweep", s.floor.asked)
	}
}

// "A leg is called gone only after two sweeps", and where Telnyx says so of it.
func TestALegThatIsOverIsMissed(t *testing.T) {
	s := sweeping(t)
	s.quiet("both are there")
	before := s.clock.Now()
	s.end(s.operator)
	told := s.finds(engine.LegMissed{LegRef: ref(s.operator)})
	if told.Occurred.Before(before) || told.Occurred.After(s.clock.Now()) {
		t.Errorf("it ended at %s, by Telnyx's clock between %s and now", told.Occurred, before)
	}
	if !strings.HasPrefix(told.ID, "sweep/missed/"+string(s.operator.Leg)+"/") {
		t.Errorf("it is named %q", told.ID)
	}
}

func TestALegThatTelnyxNoLongerKnowsIsMissed(t *testing.T) {
	s := sweeping(t)
	gone := engine.LegRef{Leg: "v3:of-yesterday", CallLeg: "l-1"}
	s.session(func(c *engine.Session) {
		c.Legs = append(c.Legs, engine.Leg{Name: "op-2", ID: gone.Leg, CallLeg: gone.CallLeg, Role: engine.RoleOperator, Attempt: 2, Status: engine.LegRinging, Since: c.Legs[0].Since})
	})
	s.finds(engine.LegMissed{LegRef: gone})
}

func TestALegThatAListLeavesOutIsNotMissed(t *testing.T) {
	s := sweeping(t)
	s.telnyx.Misbehave(Faults{Looks: Looks{Missed: world.LegID(s.operator.Leg)}})
	for range 5 { // however often
		if told := s.sweep(); len(told) > 0 {
			t.Fatalf("told %+v", told)
		}
	}
	if !slices.Contains(s.floor.asked, "/calls/"+string(s.operator.Leg)) {
		t.Error("Telnyx was not asked about the leg itself")
	}
	s.telnyx.Misbehave(Faults{})
	s.quiet("it is listed again")
}

// One that has just been dialled may not be listed yet, and one without an id cannot be.
func TestALegThatIsYoungOrHasNoNameIsNotMissed(t *testing.T) {
	s := sweeping(t)
	s.session(func(c *engine.Session) {
		c.Legs = append(c.Legs,
			engine.Leg{Name: "op-2", ID: "v3:young", Role: engine.RoleOperator, Attempt: 2, Status: engine.LegRinging, Since: s.clock.Now().Add(time.Hour)},
			engine.Leg{Name: "op-3", Role: engine.RoleOperator, Attempt: 3, Status: engine.LegAsked, Since: c.Legs[0].Since},
			engine.Leg{Name: "op-4", ID: "v3:gone", Role: engine.RoleOperator, Attempt: 4, Status: engine.LegGone, Since: c.Legs[0].Since})
	})
	s.quiet("none of them is live and settled")
}

func TestALegWhoseHangupComesWhileWeAskIsNotMissed(t *testing.T) {
	s := sweeping(t)
	s.end(s.operator)
	s.sweep()
	s.floor.meet = func(path string) {
		if strings.Contains(path, "/calls/") {
			s.session(func(c *engine.Session) { c.Legs[1].Status, c.Legs[1].Joined = engine.LegGone, false })
		}
	}
	s.quiet("its webhook has told it")
}

func TestALegOfOursThatWeDoNotHoldIsFound(t *testing.T) {
	s := sweeping(t)
	found := s.dial(stateOf(engine.RoleOperator, 2))
	s.finds(engine.LegFound{LegRef: found})
}

// Its hang-up may have come to nothing: nobody else would ask for it again.
func TestALegOfOursThatStaysIsFoundAgainByAnotherName(t *testing.T) {
	s := sweeping(t)
	found := s.dial(stateOf(engine.RoleOperator, 2))
	first := s.finds(engine.LegFound{LegRef: found})
	again := s.sweep()
	if len(again) != 1 || again[0].Body != (engine.LegFound{LegRef: found}) || again[0].ID == first.ID {
		t.Errorf("told %+v, want it found again under another id than %s", again, first.ID)
	}
}

func TestAnAskedLegWhoseDialHadNoAnswerIsFoundLaterNotAtOnce(t *testing.T) {
	s := sweeping(t)
	found := s.dial(stateOf(engine.RoleOperator, 2))
	asked := engine.Leg{Name: "op-2", Role: engine.RoleOperator, Attempt: 2, Status: engine.LegAsked, Since: s.clock.Now().Add(time.Hour)}
	s.session(func(c *engine.Session) { c.Legs = append(c.Legs, asked) })
	s.quiet("it is being dialled")
	s.session(func(c *engine.Session) { c.Legs[2].Since = c.Legs[0].Since })
	s.finds(engine.LegFound{LegRef: found})
}

func TestOnlyLegsOfThisFloorAndJournalAreFound(t *testing.T) {
	s := sweeping(t)
	for i, state := range []engine.ClientState{
		{Floor: engine.FloorName("other", journalEpoch), Session: "s1", Role: engine.RoleOperator, Attempt: 7},
		{Floor: engine.FloorName("main", "6ba7b814-9dad-11d1"), Session: "s1", Role: engine.RoleOperator, Attempt: 7},
		stateOf(engine.RoleUnplaced, 1), // no frame shows them
	} {
		s.dial(state)
		s.quiet(fmt.Sprintf("leg %d is none that we should hold", i))
	}
	gone := s.dial(stateOf(engine.RoleOperator, 8))
	s.session(func(c *engine.Session) {
		c.Legs = append(c.Legs, engine.Leg{Name: "op-8", ID: gone.Leg, Role: engine.RoleOperator, Attempt: 8, Status: engine.LegGone})
	})
	s.quiet("we were told that it is gone")
	if live := s.network.Snapshot().Legs; slices.ContainsFunc(live, func(l world.LegReport) bool { return !l.Ended.IsZero() }) {
		t.Error("a sweep has hung somebody up")
	}
}

// "an active_calls that is stale by some seconds"
func TestAStaleListTellsNothing(t *testing.T) {
	s := sweeping(t)
	found := s.dial(stateOf(engine.RoleOperator, 2))
	s.clock.Sleep(t.Context(), 2*time.Second)
	ended := s.clock.Now()
	s.end(found)
	s.telnyx.Misbehave(Faults{Looks: Looks{Stale: 3600 * time.Second}})
	s.quiet("a list of an hour ago has nobody, and Telnyx says of each that it is alive")
	for range 3 { // a list on which the leg that is over still stands
		s.telnyx.Misbehave(Faults{Looks: Looks{Stale: s.clock.Now().Sub(ended) + time.Second}})
		if told := s.sweep(); len(told) > 0 {
			t.Errorf("told %+v", told)
		}
	}
	if !slices.Contains(s.floor.asked, "/calls/"+string(found.Leg)) {
		t.Error("the list was not stale")
	}
}

func TestALegThatLeftOrCameIntoItsConferenceUntoldIsTold(t *testing.T) {
	s := sweeping(t)
	s.quiet("both are in")
	s.do(engine.Leave{Leg: s.operator.Leg, Conference: s.room})
	out := s.finds(engine.RoomDiffers{LegRef: ref(s.operator), Conference: s.room})
	s.session(func(c *engine.Session) { c.Legs[1].Joined = false })
	s.quiet("we have taken it in")
	s.do(engine.Join{Leg: s.operator.Leg, Conference: s.room})
	s.finds(engine.RoomDiffers{LegRef: ref(s.operator), Conference: s.room, In: true})
	s.session(func(c *engine.Session) { c.Legs[1].Joined = true })
	s.quiet("we have taken it in")
	s.do(engine.Leave{Leg: s.operator.Leg, Conference: s.room})
	if again := s.finds(engine.RoomDiffers{LegRef: ref(s.operator), Conference: s.room}); again.ID == out.ID {
		t.Errorf("another finding has the same name %q", again.ID)
	}
}

func TestAConferenceThatEndedUntoldHasNobodyIn(t *testing.T) {
	s := sweeping(t)
	s.session(func(c *engine.Session) { c.Conference = "3fa85f64-5717-4562-b3fc-2c963f66afa6" }) // none that Telnyx knows
	s.sweep()
	told := s.sweep()
	if len(told) != 2 || told[0].Body != (engine.RoomDiffers{LegRef: ref(s.customer), Conference: "3fa85f64-5717-4562-b3fc-2c963f66afa6"}) {
		t.Errorf("told %+v", told)
	}
}

func TestAMuteAndAHoldThatWeDoNotHoldAreTold(t *testing.T) {
	s := sweeping(t)
	s.do(engine.Mute{Leg: s.operator.Leg, Conference: s.room, On: true})
	s.finds(engine.MuteDiffers{LegRef: ref(s.operator), Conference: s.room, Muted: true})
	s.session(func(c *engine.Session) { c.Legs[1].Muted = true })
	s.quiet("we have taken it in")
	s.do(engine.Hold{Leg: s.operator.Leg, Conference: s.room, On: true})
	s.finds(engine.MuteDiffers{LegRef: ref(s.operator), Conference: s.room, Muted: true, Held: true})
}

// "only where two sweeps agree and nothing is pending for that leg"
func TestADifferenceThatIsOnItsWayOrGoesAwayIsNotTold(t *testing.T) {
	s := sweeping(t)
	mute := engine.Mute{Leg: s.operator.Leg, Conference: s.room, On: true}
	s.do(mute)
	s.session(func(c *engine.Session) {
		c.Pending = []engine.Pending{{Command: engine.Command{Name: "s1/mute/op-1/1", Session: "s1", Action: mute}}}
	})
	s.quiet("its outcome is still to come")
	s.session(func(c *engine.Session) { c.Pending[0].Command.Name = "s1/mute/op-11/1" })
	s.sweep()
	mute.On = false
	s.do(mute)
	s.sweep() // it is gone
	mute.On = true
	s.do(mute)
	if told := s.sweep(); len(told) > 0 {
		t.Errorf("sweeps that did not agree told %+v", told)
	}
	for _, spoil := range []func(*engine.Session){
		func(c *engine.Session) { c.Legs[1].HangupAsked = true },
		func(c *engine.Session) { c.Legs[1].HangupAsked, c.Ending = false, "the customer hung up" },
		func(c *engine.Session) { c.Ending, c.Quarantined = "", engine.Quarantine{Event: 7} },
	} {
		s.session(spoil)
		s.quiet("the leg is falling, or left alone")
	}
	s.session(func(c *engine.Session) {
		c.Quarantined = engine.Quarantine{}
		c.Pending[0].Command.Name, c.Pending[0].Unknown = "s1/mute/op-1/1", true
	})
	s.finds(engine.MuteDiffers{LegRef: ref(s.operator), Conference: s.room, Muted: true}) // nobody else will tell
}

// What changes while we ask is not held against Telnyx, whichever of us is told first.
func TestWhatHappensWhileWeAskIsNoDifference(t *testing.T) {
	for name, atTelnyx := range map[string]bool{"and is answered": true, "and is not yet answered": false} {
		t.Run(name, func(t *testing.T) {
			s := sweeping(t)
			mute := func(on bool) {
				if atTelnyx {
					s.do(engine.Mute{Leg: s.operator.Leg, Conference: s.room, On: on})
				}
				s.session(func(c *engine.Session) { c.Legs[1].Muted = on })
			}
			s.floor.meet = func(path string) {
				if strings.HasSuffix(path, "/participants") {
					mute(true)
				}
			}
			for range 3 {
				if told := s.sweep(); len(told) > 0 {
					t.Errorf("told %+v", told)
				}
				mute(false)
			}
		})
	}
}

func TestASupervisorsMuteIsNotCompared(t *testing.T) {
	s := sweeping(t)
	s.session(func(c *engine.Session) { c.Legs[1].Role = engine.RoleSupervisor })
	s.do(engine.Mute{Leg: s.operator.Leg, Conference: s.room, On: true})
	s.quiet("Telnyx does not say what it calls muted of who only listens")
}

// "a sweep that could not be done changes nothing (an error is noted as TroubleTelnyx)"
func TestASweepThatCannotBeDoneChangesNothing(t *testing.T) {
	for name, fault := range map[string]Looks{
		"500": {Status: http.StatusInternalServerError}, "429": {Status: http.StatusTooManyRequests, Reset: time.Hour}, "no answer": {Hang: true},
	} {
		t.Run(name, func(t *testing.T) {
			s := sweeping(t)
			s.end(s.operator)
			s.sweep()
			s.telnyx.Misbehave(Faults{Looks: fault})
			for range 2 {
				if err := s.Sweep(t.Context()); err == nil {
					t.Fatal("it was done")
				}
			}
			if told := s.floor.told(); len(told) > 0 {
				t.Errorf("told %+v", told)
			}
			if len(s.floor.notes) != 2 || !strings.HasPrefix(s.floor.notes[0], "telnyx: what is alive is not known: ") ||
				strings.Contains(s.floor.notes[0], s.telnyx.Key()) {
				t.Errorf("noted %q", s.floor.notes)
			}
			s.telnyx.Misbehave(Faults{})
			if told := s.sweep(); len(told) != 1 { // and nothing is forgotten
				t.Errorf("told %+v", told)
			}
		})
	}
}

// One answer that cannot be used keeps nobody else from being found.
func TestAQuestionThatIsRefusedAloneHoldsUpNoOther(t *testing.T) {
	for _, path := range []string{"/call_events", "/participants"} {
		t.Run(path, func(t *testing.T) {
			s := sweeping(t)
			s.telnyx.Misbehave(Faults{Looks: Looks{Status: http.StatusForbidden, Only: path}})
			if path == "/call_events" {
				s.session(func(c *engine.Session) { c.Legs[0].Status = engine.LegRinging })
			}
			s.end(s.operator)
			s.finds(engine.LegMissed{LegRef: ref(s.operator)})
			if len(s.floor.notes) != 1 {
				t.Errorf("noted %q", s.floor.notes)
			}
		})
	}
	s := sweeping(t)
	s.telnyx.Misbehave(Faults{Looks: Looks{Status: http.StatusForbidden, Only: "/calls/"}})
	s.end(s.operator)
	s.do(engine.Mute{Leg: s.customer.Leg, Conference: s.room, On: true})
	s.finds(engine.MuteDiffers{LegRef: ref(s.customer), Conference: s.room, Muted: true})
	s.telnyx.Misbehave(Faults{})
	if told := s.sweep(); len(told) != 1 {
		t.Errorf("told %+v", told)
	}
}

func TestWhatTheEngineDoesNotTakeInIsToldAgainByTheSameName(t *testing.T) {
	s := sweeping(t)
	s.end(s.operator)
	s.sweep()
	s.floor.full = errors.New("the journal cannot write")
	if err := s.Sweep(t.Context()); !errors.Is(err, s.floor.full) || len(s.floor.notes) > 0 {
		t.Errorf("got %v, noted %q", err, s.floor.notes)
	}
	s.floor.full = nil
	first := s.sweep()
	if len(first) != 1 || len(s.sweep()) > 0 {
		t.Errorf("told %+v", first)
	}
}

func TestAListOfManyPagesLosesNobody(t *testing.T) {
	s := sweeping(t)
	for i := range 3 {
		leg := s.dial(stateOf(engine.RoleOperator, 2+i))
		s.session(func(c *engine.Session) {
			c.Legs = append(c.Legs, engine.Leg{Name: engine.LegName(fmt.Sprintf("op-%d", 2+i)), ID: leg.Leg, CallLeg: leg.CallLeg,
				Role: engine.RoleOperator, Attempt: 2 + i, Status: engine.LegUp, Since: c.Legs[0].Since})
		})
	}
	s.telnyx.Misbehave(Faults{Looks: Looks{Page: 1}})
	s.quiet("one leg on a page")
	if n := len(s.floor.asked); n != 3*(5+2) {
		t.Errorf("asked %d pages", n)
	}
}

// "bounded cost: at most N participants requests a sweep"
func TestASweepAsksForSomeConferencesAndTheOthersHaveTheirTurn(t *testing.T) {
	s := sweeping(t)
	first := *s.floor.frame.Sessions[0]
	for i := range 99 {
		other := first
		other.ID, other.Conference, other.Legs = engine.SessionID(fmt.Sprintf("s%d", i+2)), engine.ConferenceID(fmt.Sprintf("room-%d", i)), nil
		s.floor.frame.Sessions = append(s.floor.frame.Sessions, &other)
	}
	asked := map[string]int{}
	for i := range 5 {
		s.floor.asked = nil
		s.sweep()
		rooms := 0
		for _, path := range s.floor.asked {
			if strings.HasSuffix(path, "/participants") {
				rooms++
				asked[path]++
			}
		}
		if rooms != 40 {
			t.Errorf("sweep %d asked for %d conferences", i+1, rooms)
		}
	}
	for path, n := range asked {
		if n != 2 {
			t.Errorf("%s was asked for %d times of 5", path, n)
		}
	}
	if len(asked) != 100 {
		t.Errorf("%d of 100 conferences had their turn", len(asked))
	}
}

// A caller whose call.initiated was lost would ring unheard.
func TestACallThatWeWereNotToldOfIsCaughtUpWith(t *testing.T) {
	s := sweeping(t)
	s.telnyx.Misbehave(Faults{LoseWebhooks: []string{"call.initiated"}})
	leg := s.call(`{"operator":"answers","after":1}`)
	s.until("it is lost", func() bool { return s.telnyx.Webhooks().Lost > 0 })
	told := s.sweep()
	if len(told) != 1 || strings.HasPrefix(told[0].ID, "sweep/") {
		t.Fatalf("told %+v", told)
	}
	got, ok := told[0].Body.(engine.LegInitiated)
	if !ok || got.Leg != engine.LegID(leg) || got.Direction != engine.Incoming || got.From != "+12025550142" || got.Name != "Mette" {
		t.Errorf("told %+v", told[0])
	}
	if again := s.sweep(); len(again) > 0 {
		t.Errorf("told again: %+v", again)
	}
	if len(s.received("call.initiated", leg)) > 0 {
		t.Error("the webhook was not lost")
	}
}

func TestACallThatIsOverIsNotCaughtUpWith(t *testing.T) {
	s := sweeping(t)
	s.telnyx.Misbehave(Faults{LoseWebhooks: []string{"call.initiated"}})
	leg := s.call(`{"operator":"answers","after":1}`)
	s.clock.Sleep(t.Context(), 2*time.Second)
	ended := s.clock.Now()
	s.end(engine.LegRef{Leg: engine.LegID(leg)})
	s.telnyx.Misbehave(Faults{Looks: Looks{Stale: s.clock.Now().Sub(ended) + time.Second}})
	if told := s.sweep(); len(told) > 0 {
		t.Errorf("told %+v", told)
	}
	if !slices.Contains(s.floor.asked, "/call_events") {
		t.Error("the list was not stale")
	}
}

func TestALegThatHasRungForLongIsAskedWhetherItWasAnswered(t *testing.T) {
	s := sweeping(t)
	s.session(func(c *engine.Session) {
		c.Legs[1].Status, c.Legs[1].Joined, c.Conference = engine.LegRinging, false, ""
	})
	told := s.sweep()
	answered := s.received("call.answered", world.LegID(s.operator.Leg))[0].entry
	if len(told) != 2 || !cmp.Equal(told[1], answered) {
		t.Errorf("told %+v, want the webhook %+v", told, answered)
	}
	if again := s.sweep(); len(again) > 0 {
		t.Errorf("told again: %+v", again)
	}
}
