package report

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"switchboard/engine"
)

// Before is how long before a period its events should begin, so that calls which go on
// when it begins are known.
const Before = 2 * time.Hour

// Limits of a report.
const (
	followFor  = 2 * time.Hour // after the period, until calls that were up at its end are over
	maxLowest  = 5
	maxHolds   = 5
	maxUnheard = 12
)

// Options are what a report is made of and how.
type Options struct {
	Period Period

	// State is where the events begin: engine.NewState, or what a checkpoint holds.
	State engine.State

	// Part says that calls and events are missing before the first one: numbers of calls
	// are then not known, and the report says so.
	Part bool

	// Numbers has customers' numbers stand in the report as they are.
	Numbers bool

	Made time.Time // now

	// Filed returns what was filed of a call when it was over. It is asked where calls were
	// forgotten, for then the events tell less of those beside them. It may be nil.
	Filed func(engine.SessionID) (engine.Record, bool)
}

// errEnough ends the reading.
var errEnough = errors.New("enough")

// Build makes a report of the events that read yields, in their order. They begin
// [Before] the period, or anywhere before that, and go on to the journal's end; what is
// not needed is not read. A call belongs to the period in which it began, and is followed
// to its end, for two hours at most.
func Build(o Options, read func(yield func(engine.Event) error) error) (Report, error) {
	f := fold{
		o: o, state: o.State, calls: map[engine.SessionID]*call{}, live: map[engine.SessionID]*engine.Session{},
		acts: map[string]int{}, failed: map[string]int{}, erased: map[engine.SessionID]bool{}, until: o.Period.From,
	}
	for _, s := range f.state.Frame().Sessions { // that a checkpoint has
		f.changed(s, time.Time{})
	}
	if err := read(f.take); err != nil && !errors.Is(err, errEnough) {
		return Report{}, fmt.Errorf("make the report: %w", err)
	}
	f.finish()
	return f.report(), nil
}

// A fold goes through the events once.
type fold struct {
	o     Options
	state engine.State
	calls map[engine.SessionID]*call
	order []engine.SessionID // in which they began
	live  map[engine.SessionID]*engine.Session
	until time.Time // up to where it has come

	acts    map[string]int
	refused int
	changes []Change
	started bool // the last event was a start
	resumed int  // calls that the newest start found going on; 0: the last event was none of them
	failed  map[string]int
	bells   int
	notes   []memo
	done    int // callbacks
	outages []Outage
	erased  map[engine.SessionID]bool
	beside  bool // a call was forgotten: what was filed of the others is surer
	floor   string
	policy  engine.Policy
}

// A call is what is kept of one for the report.
type call struct {
	engine.Record // without its words

	said  []said
	heard time.Time // when a supervisor was first heard by all
	ruled []engine.Reign
	open  bool
}

// A said is one judged sentence.
type said struct {
	at       time.Time
	polarity engine.Polarity
}

// A memo is a handover note, and the call that it is about.
type memo struct {
	Note
	about engine.SessionID
}

// take steps one event and keeps what the report needs of it.
func (f *fold) take(e engine.Event) error {
	switch p := f.o.Period; {
	case e.Body == nil:
		return fmt.Errorf("event %d says nothing", e.Seq)
	case e.Seq <= f.state.Seq:
		return fmt.Errorf("event %d comes after event %d", e.Seq, f.state.Seq)
	case e.At.Before(f.state.Now):
		return fmt.Errorf("event %d goes back in time", e.Seq)
	case !e.At.Before(p.To) && (!f.follows() || e.At.Sub(p.To) > followFor):
		f.until = later(f.until, p.To)
		return errEnough
	}
	if left, ok := e.Body.(engine.Forgotten); ok && left.Session != "" && left.What.Takes(engine.EraseWords) {
		f.beside = true
	}
	was := f.state.Settings
	f.state.Seq = e.Seq - 1
	var commands []engine.Command
	f.state, commands = engine.Step(f.state, e)
	for _, s := range f.state.Changed() {
		f.changed(s, e.At)
	}
	for _, c := range commands {
		if file, ok := c.Action.(engine.File); ok {
			f.file(file.Record)
		}
	}
	f.until = later(f.until, e.At)
	if e.At.Before(f.o.Period.To) {
		f.floor, f.policy = f.state.Settings.Floor, f.state.Settings.Policy
	}
	if f.o.Period.has(e.At) {
		f.happened(e, was)
		f.lookAtFeeds(e.At)
	}
	return nil
}

// follows reports whether a call of the period goes on.
func (f *fold) follows() bool {
	for _, s := range f.live { // whichever: the answer is the same
		if f.o.Period.has(s.Started) {
			return true
		}
	}
	return false
}

// changed keeps a call that goes on, as it stands.
func (f *fold) changed(s *engine.Session, at time.Time) {
	if s.Number == 0 { // Symbl's own call
		return
	}
	if f.o.Period.has(at) {
		for _, a := range s.Alerts {
			if a.Rings && a.At.Equal(at) && !f.rang(s.ID, a) {
				f.bells++
			}
		}
	}
	if s.Phase == engine.PhaseOver {
		delete(f.live, s.ID)
		return
	}
	f.live[s.ID] = s
}

// rang reports whether an alert stood there before this event, in the same instant.
func (f *fold) rang(id engine.SessionID, a engine.Alert) bool {
	s, ok := f.live[id]
	return ok && slices.ContainsFunc(s.Alerts, func(x engine.Alert) bool { return x.Rule == a.Rule && x.At.Equal(a.At) })
}

// file keeps a call that is over, in place of what was filed of it before.
func (f *fold) file(r engine.Record) {
	p := f.o.Period
	if !r.Over.IsZero() && r.Over.Before(p.From) || !r.Started.Before(p.To) {
		return
	}
	c := &call{Record: r, open: r.Over.IsZero()}
	for _, s := range f.state.Changed() {
		if s.ID == r.Session {
			c.ruled, c.heard = s.Feed.Reigns, heardAll(s)
		}
	}
	for _, u := range r.Lines {
		if u.Judged && u.Speaker == engine.SpeakerCustomer {
			c.said = append(c.said, said{u.End, u.Polarity})
		}
	}
	c.Lines, c.Record.Notes, c.Keys = nil, nil, nil
	if f.calls[r.Session] == nil {
		f.order = append(f.order, r.Session)
	}
	f.calls[r.Session] = c
}

// heardAll returns when a supervisor was first heard by all on a call; zero: never.
func heardAll(s *engine.Session) time.Time {
	var first time.Time
	for _, l := range s.Legs {
		for _, span := range l.Heard {
			if first.IsZero() || span.From.Before(first) {
				first = span.From
			}
		}
	}
	return first
}

// finish keeps the calls that go on, as they stand.
func (f *fold) finish() {
	var open []*engine.Session
	for _, s := range f.live {
		open = append(open, s)
	}
	slices.SortFunc(open, func(a, b *engine.Session) int { return int(int64(a.Opened) - int64(b.Opened)) })
	for _, s := range open {
		f.file(s.Record(f.until))
		if c := f.calls[s.ID]; c != nil {
			c.ruled, c.heard, c.open = s.Feed.Reigns, heardAll(s), true
		}
	}
	f.preferFiled()
	slices.SortFunc(f.order, func(a, b engine.SessionID) int { return int(int64(f.calls[a].Opened) - int64(f.calls[b].Opened)) })
}

// preferFiled takes what was filed of calls in place of what the events tell of them, where
// they tell less because calls beside them were forgotten.
func (f *fold) preferFiled() {
	if !f.beside || f.o.Filed == nil {
		return
	}
	for _, id := range slices.Clone(f.order) {
		was := f.calls[id]
		r, ok := f.o.Filed(id)
		switch {
		case !ok:
		case r.Over.Before(f.o.Period.From): // it is only the events that have it as up
			delete(f.calls, id)
			f.order = slices.DeleteFunc(f.order, func(x engine.SessionID) bool { return x == id })
		default:
			f.file(r)
			if c := f.calls[id]; c != was {
				c.ruled, c.heard = was.ruled, was.heard
			}
		}
	}
}

// happened keeps what an event of the period says of the floor.
func (f *fold) happened(e engine.Event, was engine.Settings) {
	begun := f.started // the event before was a start
	f.started = false
	if _, again := e.Body.(engine.Resumed); !again {
		f.resumed = 0
	}
	refused := f.act(e)
	switch b := e.Body.(type) {
	case engine.AutomationAsked:
		if !refused {
			f.change(e, "automation "+b.Mode.String())
		}
	case engine.SettingsLoaded:
		started := strings.HasPrefix(e.ID, "start/") // as the runner names what it begins with
		if !reflect.DeepEqual(was.Policy, b.Settings.Policy) && policyName(b.Settings.Policy) != "" {
			f.change(e, "policy "+policyName(b.Settings.Policy))
		}
		if started {
			f.change(e, "switchboard started")
			f.started = true
		}
	case engine.Resumed:
		if f.resumed == 0 && !begun {
			f.change(e, "")
		}
		f.resumed++
		f.changes[len(f.changes)-1].What = "switchboard started again, with " + count(f.resumed, "call") + " going on"
	case engine.CallbackDone:
		if !refused {
			f.done++
		}
	case engine.NoteAsked:
		if !refused {
			f.notes = append(f.notes, memo{Note{At: e.At, By: whom(e.By), Text: f.noteText(b.Text)}, b.Session})
		}
	case engine.Refused:
		if b.Reason != engine.ReasonEnded { // the leg was gone: nothing is wrong
			f.failed[verb(b.Command)+" refused: "+b.Reason.String()]++
		}
	case engine.Unanswered:
		f.failed[verb(b.Command)+" not answered"]++
	case engine.Lapsed:
		f.failed[verb(b.Command)+" not sent in time"]++
	case engine.Forgotten:
		if b.Session != "" {
			f.erased[b.Session] = true
		}
	}
}

// phoneNumber is a number that somebody wrote into a note.
var phoneNumber = regexp.MustCompile(`\+\d[\d ().-]{5,}\d|\d{7,}`)

// noteText returns a note's text, with the numbers in it as those of customers.
func (f *fold) noteText(text string) string {
	text = strings.TrimSpace(text)
	if f.o.Numbers {
		return text
	}
	return phoneNumber.ReplaceAllStringFunc(text, func(number string) string { return "…" + number[len(number)-2:] })
}

func (f *fold) change(e engine.Event, what string) {
	c := Change{At: e.At, What: what}
	if bySupervisor(e.By) {
		c.By = whom(e.By)
	}
	f.changes = append(f.changes, c)
}

// act counts what a supervisor asked, and reports whether it was refused.
func (f *fold) act(e engine.Event) (refused bool) {
	if !bySupervisor(e.By) {
		return false
	}
	what := actWords(e.Body)
	if what == "" {
		return false
	}
	f.acts[what]++
	all := f.state.Frame().Refusals
	if n := len(all); n > 0 && all[n-1].Entry == e.ID && all[n-1].At.Equal(e.At) {
		f.refused++
		return true
	}
	return false
}

// lookAtFeeds keeps which feeds cannot be started, and since when.
func (f *fold) lookAtFeeds(now time.Time) {
	out := f.state.Outages()
	for i := range f.outages {
		o := &f.outages[i]
		if o.To.IsZero() && !slices.ContainsFunc(out, func(x engine.Outage) bool { return x.Kind == o.Feed }) {
			o.To = now
		}
	}
	for _, o := range out {
		if !slices.ContainsFunc(f.outages, func(x Outage) bool { return x.Feed == o.Kind && x.To.IsZero() }) {
			f.outages = append(f.outages, Outage{Feed: o.Kind, Why: o.Why, From: later(o.Since, f.o.Period.From)})
		}
	}
}

// bySupervisor reports whether a person asked for something.
func bySupervisor(by engine.By) bool {
	return by == engine.BySupervisor || strings.HasPrefix(string(by), string(engine.BySupervisor)+"/")
}

// whom names who asked for something.
func whom(by engine.By) string {
	return strings.TrimPrefix(strings.TrimPrefix(string(by), string(engine.BySupervisor)), "/")
}

// verb returns what a command does.
func verb(n engine.CommandName) string {
	parts := strings.SplitN(string(n), "/", 3)
	if len(parts) < 2 {
		return "command"
	}
	return parts[1]
}

func policyName(p engine.Policy) string {
	switch {
	case p.Name == "":
		return ""
	case p.Version == 0:
		return p.Name
	}
	return fmt.Sprintf("%s v%d", p.Name, p.Version)
}

// actWords names what a supervisor asked for; empty: it is nobody's act.
func actWords(b engine.Body) string {
	either := func(on bool, yes, no string) string {
		if on {
			return yes
		}
		return no
	}
	switch b := b.(type) {
	case engine.TransferAsked:
		return "transfers asked for"
	case engine.VetoAsked:
		return "vetoes"
	case engine.VetoExplained:
		return "reasons of vetoes given"
	case engine.HurryAsked:
		return "proposals begun at once"
	case engine.SnoozeAsked:
		return "rules snoozed on a call"
	case engine.TakeBackAsked:
		return "transfers taken back"
	case engine.AgainAllowed:
		return "automatic transfers allowed again"
	case engine.AlertSeen:
		return "alerts seen"
	case engine.ClaimAsked:
		return either(b.On, "calls claimed", "claims given up")
	case engine.HoldAsked:
		return either(b.On, "legs put on hold", "legs taken off hold")
	case engine.MonitorAsked:
		switch b.Role {
		case engine.Whisper:
			return "whispers"
		case engine.Barge:
			return "barges"
		case engine.Monitor:
		}
		return "calls listened to"
	case engine.TakeOverAsked:
		return "calls taken over"
	case engine.AutomationAsked:
		return "changes of automation"
	case engine.PayAsked:
		return either(b.On, "payments begun", "payments ended")
	case engine.NoteAsked:
		return "handover notes"
	case engine.CallbackDone:
		return "callbacks done"
	case engine.MuteAsked:
		return either(b.On, "legs muted", "legs unmuted")
	case engine.HangupAsked:
		return either(b.Leg == "", "calls hung up", "legs hung up")
	case engine.CallsForgotten:
		return "erasures"
	case engine.Forgotten:
		if was, err := engine.DecodeBody(b.Kind, orEmpty(b.Body)); err == nil && b.Kind != "forgotten" {
			return actWords(was)
		}
	}
	return ""
}

// orEmpty returns a forgotten form that can be read.
func orEmpty(body []byte) []byte {
	if len(body) == 0 {
		return []byte("{}")
	}
	return body
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
