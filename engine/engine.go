// Package engine is the call-handling core: the rules that turn what happened on the
// lines into what is to be done about it.
//
// The package is pure. Events go into [Step], commands come out, and nothing in
// between touches the network, the disk, the clock, a random source or another
// goroutine. A journal of events therefore fixes every state and every command that
// followed from it; the live console, the demo, recovery and, later, replay and
// backtest are ways of running this one function.
package engine

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Limits of a State and of one event. Past them we refuse or drop the oldest.
const (
	maxSessions  = 8192
	maxCommands  = 64  // called for by one event
	maxEnded     = 256 // calls kept as one line
	maxRefusals  = 64
	maxBells     = 256
	maxIdle      = 1024
	typicalOf    = 200 // calls that tell how long one lasts
	typicalLeast = 20
	maxListeners = 64 // numbers that have dialled a right code
	linger       = 30 * time.Second
	lingerOwing  = 90 * time.Second // for a session that still owes Symbl a goodbye
)

// A State is everything the engine knows of one floor. Make one with [NewState]. A
// State belongs to whoever steps it; what leaves it is a [Frame].
type State struct {
	Seq      uint64    // event that led here
	Now      time.Time // when that event was taken in
	Epoch    string    // of the journal; part of what we have Telnyx carry
	Settings Settings

	sessions  []*Session // in the order they opened
	index     index      // derived from sessions by commit
	tombs     tombs
	ended     []Ended
	refusals  []Refusal
	listeners []string
	counts    Counts
	auto      Mode // of the whole floor; zero is on
	records   []RuleRecord
	bells     []time.Time // rung within the last hour
	callbacks []Callback
	idle      []IdleSince   // operators that came free, each once
	lasts     []last        // whom groups called last
	outages   []Outage      // feeds that failed to start
	limited   time.Time     // when a dial was last refused for the account's limit
	typical   time.Duration // derived: 95 of 100 of the last calls were shorter
	handover  []Memo        // notes for the next shift, the newest last
	occupied  []occupancy   // operators whom forgotten calls keep busy
	day       Day           // what the last day came to
	changed   []*Session    // by the last event
	strict    bool
	panicAt   uint64 // tests: the event at which a turn panics
	panicLate uint64 // … and at which it panics at its end
}

// NewState returns a state that knows nothing yet, for a journal of that epoch.
func NewState(epoch string) State { return State{Epoch: epoch, index: newIndex()} }

// Strict makes [Step] panic where it would otherwise put a session into quarantine.
// It is for tests.
func (s *State) Strict() { s.strict = true }

// Step applies one event and returns the state after it, with the commands it calls
// for in the order they are to be run. Like append, Step consumes its first argument:
//
//	state, commands = engine.Step(state, event)
//
// A turn commits at its end: should the engine fail on an event, Step leaves
// everything as it was, but for the session that the event is about, which it puts
// into quarantine.
func Step(state State, event Event) (State, []Command) {
	invariant(event.Seq == state.Seq+1, "event %d follows event %d", event.Seq, state.Seq)
	invariant(!event.At.Before(state.Now), "event %d goes back in time", event.Seq)
	state.Seq, state.Now = event.Seq, event.At

	t := newTurn(&state, event)
	subject := t.subject(event.Body)
	if fault := t.try(func() { t.take(subject); t.attendAll(); t.escalate(); t.moved(); t.finish() }); fault != "" {
		t = newTurn(&state, event)
		if t.try(func() { t.quarantine(subject, fault); t.finish() }) != "" {
			t = newTurn(&state, event) // not even that: the event is passed over
			t.counts.Panics++
		}
	}
	t.commit()
	return state, t.commands
}

// moved sees to it that a deadline that was run has moved: else it would be run for ever.
func (t *turn) moved() {
	e, ok := t.event.Body.(Ticked)
	if !ok {
		return
	}
	s, ok := t.session(e.Session)
	if !ok || s.gone() || s.Phase == PhaseOver {
		return
	}
	at := s.deadline()
	invariant(at.IsZero() || at.After(t.now), "the deadline of %s does not move", e.Session)
}

// A turn is one event on its way through the engine. Handlers write only what the
// turn holds; the State changes in commit alone.
type turn struct {
	*State
	event    Event
	now      time.Time
	edits    []edit
	counts   Counts
	gain     gain
	Settings *Settings // that hold in this turn: the State's, or those that it loads
	refused  []Refusal
	buried   []tomb
	heard    []string // numbers to be added to listeners
	autoSet  Mode
	retry    bool         // who waits in vain is to be tried for again
	records  []RuleRecord // the changed ones; nil: as they were
	rung     []time.Time
	promised []Callback
	called   []CallbackID // taken off the list
	lasts    []last       // dialled in this turn, the latest first
	limited  time.Time
	outages  *[]Outage // the changed ones; nil: as they were
	memos    []Memo    // written in this turn
	erased   *forgotten
	commands []Command

	occupied   *[]occupancy // the changed ones; nil: as they were
	occupant   SessionID    // the forgotten call that changed them
	unoccupied []string     // operators whom it has let go
}

// An edit is a session before and after the turn.
type edit struct{ before, after *Session }

func newTurn(s *State, e Event) *turn {
	return &turn{State: s, Settings: &s.Settings, event: e, now: e.At, counts: s.counts}
}

// try runs f and returns what it panicked with, or nothing.
func (t *turn) try(f func()) (fault string) {
	if t.strict {
		f()
		return ""
	}
	defer func() {
		if r := recover(); r != nil {
			fault = fmt.Sprint(r)
		}
	}()
	f()
	return ""
}

// take gives the event to its handler.
func (t *turn) take(subject SessionID) {
	if s, ok := t.session(subject); ok && s.Quarantined.Event != 0 {
		t.inQuarantine(subject)
		return
	}
	switch e := t.event.Body.(type) {
	case LegInitiated:
		t.legInitiated(e)
	case LegAnswered:
		t.legAnswered(e)
	case LegHungUp:
		t.legHungUp(e)
	case KeyPressed:
		t.keyPressed(e)
	case Gathered:
		t.gathered(e)
	case SpeechStarted:
		// Only its end matters.
	case SpeechEnded:
		t.speechEnded(e)
	case AudioEnded:
		t.audioEnded(e)
	case MachineDetected:
		t.machineDetected(e)
	case ConferenceCreated:
		t.conferenceCreated(e)
	case ConferenceEnded:
		t.conferenceEnded(e)
	case ParticipantJoined:
		t.participantJoined(e)
	case ParticipantLeft:
		t.participantLeft(e)
	case FloorChanged:
		t.floorChanged(e)
	case Uttered:
		t.uttered(e)
	case FeedFailed:
		t.feedFailed(e)
	case FeedBack:
		t.feedBack(e)
	case LegMissed:
		t.legMissed(e)
	case LegFound:
		t.legFound(e)
	case RoomDiffers:
		t.roomDiffers(e)
	case MuteDiffers:
		t.muteDiffers(e)
	case Transcribed:
		t.transcribed(e)
	case StreamFailed:
		t.streamFailed(e)
	case MediaUp:
		t.mediaUp(e)
	case MediaDown:
		t.mediaDown(e)
	case MediaGap:
		t.mediaGap(e)
	case FeedProbed:
		t.feedProbed(e)
	case Scored:
		t.scored(e)
	case TransferAsked:
		t.transferAsked(e)
	case MuteAsked:
		t.muteAsked(e)
	case HangupAsked:
		t.hangupAsked(e)
	case VetoAsked:
		t.vetoAsked(e)
	case VetoExplained:
		t.vetoExplained(e)
	case HurryAsked:
		t.hurryAsked(e)
	case SnoozeAsked:
		t.snoozeAsked(e)
	case TakeBackAsked:
		t.takeBackAsked(e)
	case AgainAllowed:
		t.againAllowed(e)
	case AlertSeen:
		t.alertSeen(e)
	case ClaimAsked:
		t.claimAsked(e)
	case HoldAsked:
		t.holdAsked(e)
	case MonitorAsked:
		t.monitorAsked(e)
	case TakeOverAsked:
		t.takeOverAsked(e)
	case AutomationAsked:
		t.automationAsked(e)
	case CallbackDone:
		t.callbackDone(e)
	case PayAsked:
		t.payAsked(e)
	case NoteAsked:
		t.noteAsked(e)
	case RecordingSaved:
		t.recordingSaved(e)
	case CallsForgotten:
		t.callsForgotten(e)
	case Forgotten:
		t.forgotten(e)
	case SettingsLoaded:
		t.settingsLoaded(e)
	case Resumed:
		t.resumed(e)
	case Ticked:
		t.ticked(e)
	case Accepted:
		t.accepted(e)
	case Dialled:
		t.dialled(e)
	case ConferenceOpened:
		t.conferenceOpened(e)
	case Listening:
		t.listening(e)
	case Refused:
		t.refusedCommand(e)
	case Lapsed:
		t.lapsed(e)
	case Unanswered:
		t.unanswered(e)
	default:
		panic(fmt.Sprintf("engine: event %d has an unknown body %T", t.event.Seq, e))
	}
	invariant(t.panicAt != t.event.Seq, "event %d was to panic", t.event.Seq)
}

// subject returns the session that a body is about, or nothing.
func (t *turn) subject(b Body) SessionID {
	switch e := b.(type) {
	case LegInitiated:
		return t.place(e.LegRef).session
	case LegAnswered:
		return t.place(e.LegRef).session
	case LegHungUp:
		return t.place(e.LegRef).session
	case KeyPressed:
		return t.place(e.LegRef).session
	case Gathered:
		return t.place(e.LegRef).session
	case SpeechStarted:
		return t.place(e.LegRef).session
	case SpeechEnded:
		return t.place(e.LegRef).session
	case AudioEnded:
		return t.place(e.LegRef).session
	case MachineDetected:
		return t.place(e.LegRef).session
	case ConferenceCreated:
		return t.place(e.participant()).session
	case ConferenceEnded:
		return t.State.index.rooms[e.Conference]
	case ParticipantJoined:
		return t.place(e.participant()).session
	case ParticipantLeft:
		return t.place(e.participant()).session
	case FloorChanged:
		return t.State.index.rooms[e.Conference]
	case LegMissed:
		return t.place(e.LegRef).session
	case LegFound:
		return t.place(e.LegRef).session
	case RoomDiffers:
		return t.place(e.participant()).session
	case MuteDiffers:
		return t.place(e.participant()).session
	case Transcribed:
		return t.place(e.LegRef).session
	case StreamFailed:
		return t.place(e.LegRef).session
	case MediaUp:
		return t.place(e.LegRef).session
	case MediaDown:
		return t.place(e.LegRef).session
	case MediaGap:
		return t.place(e.LegRef).session
	case FeedProbed:
		return ""
	case Scored:
		return e.Command.Session()
	case Uttered:
		return e.Session
	case FeedFailed:
		return e.Session
	case FeedBack:
		return e.Session
	case TransferAsked:
		return e.Session
	case MuteAsked:
		return e.Session
	case HangupAsked:
		return e.Session
	case VetoAsked:
		return e.Session
	case VetoExplained:
		return e.Session
	case HurryAsked:
		return e.Session
	case SnoozeAsked:
		return e.Session
	case TakeBackAsked:
		return e.Session
	case AgainAllowed:
		return e.Session
	case AlertSeen:
		return e.Session
	case ClaimAsked:
		return e.Session
	case HoldAsked:
		return e.Session
	case MonitorAsked:
		return e.Session
	case TakeOverAsked:
		return e.Session
	case AutomationAsked, CallbackDone, NoteAsked, CallsForgotten, Forgotten:
		return ""
	case PayAsked:
		return e.Session
	case RecordingSaved:
		return t.recordedCall(e.LegRef)
	case Resumed:
		return e.Session
	case Ticked:
		return e.Session
	case Accepted:
		return e.Command.Session()
	case Dialled:
		return e.Command.Session()
	case ConferenceOpened:
		return e.Command.Session()
	case Listening:
		return e.Command.Session()
	case Refused:
		return e.Command.Session()
	case Lapsed:
		return e.Command.Session()
	case Unanswered:
		return e.Command.Session()
	case SettingsLoaded:
		return ""
	default:
		return ""
	}
}

// Session returns the session on whose behalf the command is run.
func (n CommandName) Session() SessionID {
	id, _, _ := strings.Cut(string(n), "/")
	return SessionID(id)
}

// verb returns what the command does.
func (n CommandName) verb() string {
	_, rest, _ := strings.Cut(string(n), "/")
	verb, _, _ := strings.Cut(rest, "/")
	return verb
}

// session returns a session as it stands in this turn, not to be written.
func (t *turn) session(id SessionID) (*Session, bool) {
	for _, e := range t.edits {
		if e.after.ID == id {
			return e.after, true
		}
	}
	return t.find(id)
}

// edit returns a copy of a session, free to be written until the turn ends. It
// reports false for a session that is gone or unknown, as when a webhook comes late.
func (t *turn) edit(id SessionID) (*Session, bool) {
	for _, e := range t.edits {
		if e.after.ID == id {
			return e.after, true
		}
	}
	before, ok := t.find(id)
	if !ok {
		return nil, false
	}
	after := *before
	after.Legs = slices.Clone(before.Legs)
	after.Pending = slices.Clone(before.Pending)
	after.Orders = slices.Clone(before.Orders)
	after.Feed.Ears = cloneEars(before.Feed.Ears)
	after.Changed = t.event.Seq
	t.edits = append(t.edits, edit{before, &after})
	return &after, true
}

// order calls for an action on behalf of a session. Subject is what it is done to: a
// leg's name, or a word.
func (t *turn) order(s *Session, subject string, a Action) {
	verb, _, _ := a.action()
	what := verb + "/" + subject
	i := slices.IndexFunc(s.Orders, func(o OrderCount) bool { return o.What == what })
	if i < 0 {
		i = len(s.Orders)
		s.Orders = append(s.Orders, OrderCount{What: what})
	}
	s.Orders[i].N++
	c := t.send(s.ID, fmt.Sprintf("%s/%d", what, s.Orders[i].N), a)
	s.Pending = append(s.Pending, Pending{Command: c})
}

// stray calls for an action on something that no session holds any more.
func (t *turn) stray(id SessionID, subject string, a Action) {
	verb, _, _ := a.action()
	t.send(id, fmt.Sprintf("%s/%s/stray", verb, subject), a)
}

func (t *turn) send(id SessionID, what string, a Action) Command {
	invariant(len(t.commands) < maxCommands, "event %d calls for too many commands", t.event.Seq)
	c := Command{Name: CommandName(string(id) + "/" + what), Session: id, Decided: t.now, Action: a}
	t.commands = append(t.commands, c)
	return c
}

// note adds a line to a session's history.
func (t *turn) note(s *Session, kind NoteKind, format string, args ...any) {
	keep := s.Notes[max(0, len(s.Notes)+1-maxNotes):]
	s.Notes = append(slices.Clip(keep), Note{t.now, kind, fmt.Sprintf(format, args...)})
	s.NoteCount++
}

// refuse keeps why something that a supervisor asked is not done.
func (t *turn) refuse(id SessionID, err error) {
	t.refused = append(t.refused, Refusal{Entry: t.event.ID, At: t.now, Session: id, Reason: err.Error()})
}

// finish closes the sessions of a turn that are over, remembers what their records need, and
// has them filed.
func (t *turn) finish() {
	for _, e := range t.edits {
		t.settle(e.after)
		t.remember(e)
		t.reckon(e)
		t.fileOver(e)
		e.after.Standing = e.after.standing(t.now)
		invariant(t.panicLate != t.event.Seq || e.after.Quarantined.Event == t.event.Seq, "event %d was to panic at its end", t.event.Seq)
		if t.strict {
			why := e.after.stuck()
			invariant(why == "", "event %d leaves session %s waiting for ever: %s", t.event.Seq, e.after.ID, why)
		}
	}
}

// commit puts the turn's sessions in their places and derives the indexes anew.
func (t *turn) commit() {
	s := t.State
	s.Settings = *t.Settings
	for _, e := range t.edits {
		s.index.drop(e.before)
	}
	s.changed = s.changed[:0]
	for _, e := range t.edits {
		s.index.add(e.after, e.before)
		s.put(e)
		s.changed = append(s.changed, e.after)
	}
	t.commitFloor()
	t.commitDay()
	s.counts = t.counts
	for _, b := range t.buried {
		s.tombs.bury(b)
	}
	s.tombs.sweep(t.now)
	s.refusals = keepLast(s.refusals, maxRefusals, t.refused...)
	for _, number := range t.heard {
		if !slices.Contains(s.listeners, number) {
			s.listeners = keepLast(s.listeners, maxListeners, number)
		}
	}
}

// put places a session in the list, or takes it out when its time is over.
func (s *State) put(e edit) {
	if e.before == nil {
		if !e.after.gone() {
			s.sessions = append(s.sessions, e.after)
		}
		return
	}
	i, ok := s.locate(e.before.Opened)
	invariant(ok, "session %s is lost", e.before.ID)
	if !e.after.gone() {
		s.sessions[i] = e.after
		return
	}
	if e.after.Number > 0 {
		s.ended = keepLast(s.ended, maxEnded, e.after.endedLine())
		s.typical = typical(s.ended)
	}
	s.sessions = slices.Delete(s.sessions, i, i+1)
}

// commitFloor puts what belongs to no single call in its place.
func (t *turn) commitFloor() {
	s := t.State
	if t.autoSet != 0 {
		s.auto = t.autoSet
	}
	if t.records != nil {
		s.records = t.records
	}
	if t.outages != nil {
		s.outages = *t.outages
	}
	if !t.limited.IsZero() {
		s.limited = t.limited
	}
	s.handover = keepLast(s.handover, maxMemos, t.memos...)
	t.commitOccupied()
	if len(t.rung) > 0 {
		recent := slices.DeleteFunc(slices.Clone(s.bells), func(at time.Time) bool { return t.now.Sub(at) >= bellWindow })
		s.bells = keepLast(recent, maxBells, t.rung...)
	}
	if len(t.called) > 0 {
		s.callbacks = slices.DeleteFunc(slices.Clone(s.callbacks), func(c Callback) bool { return slices.Contains(t.called, c.ID) })
	}
	s.callbacks = keepLast(s.callbacks, maxCallbacks, t.promised...)
	for _, number := range t.freed() {
		rest := slices.DeleteFunc(slices.Clone(s.idle), func(i IdleSince) bool { return i.Number == number })
		s.idle = keepLast(rest, maxIdle, IdleSince{number, t.now})
	}
	if t.erased != nil {
		t.erased.from(s)
	}
	for _, l := range slices.Backward(t.lasts) {
		rest := slices.DeleteFunc(slices.Clone(s.lasts), func(x last) bool { return x.Group == l.Group })
		s.lasts = keepLast(rest, maxIdle, l)
	}
}

// settingsLoaded takes the settings from here on. Where the rules are others, every
// call is looked at by them.
func (t *turn) settingsLoaded(e SettingsLoaded) {
	t.Settings = &e.Settings
	t.feedsChanged()
	if reflect.DeepEqual(t.State.Settings.Policy, e.Settings.Policy) {
		return
	}
	for _, session := range t.State.sessions {
		if session.Phase == PhaseOver || session.Number == 0 {
			continue
		}
		if s, ok := t.edit(session.ID); ok && s.Quarantined.Event == 0 {
			t.rulesChanged(s)
		}
	}
}

// reloaded reports whether this turn loads other settings.
func (t *turn) reloaded() bool { return t.Settings != &t.State.Settings }

// keepLast returns a slice with more at its end and at most limit in all. The slice
// it was given stays as it is, for a frame may hold it.
func keepLast[E any](s []E, limit int, more ...E) []E {
	if len(more) == 0 {
		return s
	}
	s = append(slices.Clip(s), more...)
	return s[max(0, len(s)-limit):]
}

// find returns a session as it stood before this turn.
func (s *State) find(id SessionID) (*Session, bool) {
	opened, ok := s.index.opened[id]
	if !ok {
		return nil, false
	}
	i, ok := s.locate(opened)
	invariant(ok, "session %s is lost", id)
	return s.sessions[i], true
}

func (s *State) locate(opened uint64) (int, bool) {
	return slices.BinarySearchFunc(s.sessions, opened, func(s *Session, opened uint64) int {
		switch {
		case s.Opened < opened:
			return -1
		case s.Opened > opened:
			return 1
		}
		return 0
	})
}

// Open returns the sessions that are not over, or that still owe something, in the
// order they opened: those to be told when the program starts again.
func (s *State) Open() []SessionID {
	var ids []SessionID
	for _, session := range s.sessions {
		if session.Phase != PhaseOver || len(session.Pending) > 0 {
			ids = append(ids, session.ID)
		}
	}
	return ids
}

// invariant stops the turn when the engine itself is wrong. What Telnyx, Symbl or a
// supervisor sends is never the engine's fault and is never checked this way.
func invariant(ok bool, format string, args ...any) {
	if !ok {
		panic("engine: " + fmt.Sprintf(format, args...))
	}
}
