// Package enginetest drives the engine from scripts: events in, transcript out.
//
// A script is lines of text. A line that begins with a time (seconds since the
// beginning, or +seconds since the line before) is an event: its kind as the journal
// names it, and its fields:
//
//	0     leg.initiated Leg=c1 Direction=incoming From=+12025550142 To=+12025550100
//	+0.2  leg.answered Leg=c1
//	12    transfer.asked Session=s2 By=supervisor/ann
//
// Deadlines that come before an event are run first, in their order. Other lines are
// directives:
//
//	settings Operators=+12025550101,+12025550102 Ring=20s   settings from here on (an event)
//	rule mood When.Negative.Count=1 Veto=8s
//	                         changes a rule of the policy, or adds one
//	policy default           puts a preset in place of the policy's rules
//	group support Order=in~turn Open=0-60 +12025550101=Jonas +12025550102
//	                         adds a group of operators to the settings
//	silent dial speak        commands of these verbs get no answer from here on
//	answering dial           … and are answered again
//	refuse dial ended detail the next command of this verb is refused so
//	unanswered dial          the next command of this verb is never known to be done
//	again                    the event before once more, with the same ID: a duplicate
//	together … / end         the events between are one batch, as the journal takes it
//	run 30                   lets so many seconds go by
//	restart                  the program ends and starts again from its journal
//	show                     prints the calls as they stand
//	# …                      a comment
//
// A tilde stands for a space within a value. Every other command is answered at once, as Telnyx and Symbl would. What follows
// from a line is written under it, indented; a script in testdata is compared with
// what it gives when run, and rewritten with -update.
package enginetest

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"switchboard/engine"
	"switchboard/engine/policy"
)

// Start is when every script begins.
var Start = time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)

// Epoch is the journal's epoch in every script.
const Epoch = "5eed0000-0000-4000-8000-000000000001"

// A Script is a run of a script. Its State may be looked at between lines.
type Script struct {
	State *engine.State
	Sent  []engine.Command // every command ordered
	Filed []engine.Record  // every record that was to be kept
	Begun []Begun          // every transfer begun, in order

	now     time.Time
	out     strings.Builder
	known   map[string]bool
	journal []engine.Event
	queue   []engine.Entry // outcomes to come
	silent  map[string]bool
	refuse  map[string][]engine.Body // by verb: what the next ones come to
	batch   []engine.Entry
	batched bool
	last    engine.Entry
	ids     int
	notes   map[engine.SessionID]int
	refused int
	lax     bool
	world   func(engine.Command) (engine.Body, bool) // who answers; nil for canned answers
}

// A Begun is a transfer that was begun.
type Begun struct {
	Session engine.SessionID
	At      time.Time
	Cause   engine.Cause
	Rule    string
}

// New returns a script that has not begun, with the settings of [Defaults].
func New() *Script {
	state := engine.NewState(Epoch)
	return &Script{
		State: &state, now: Start, known: map[string]bool{}, silent: map[string]bool{},
		refuse: map[string][]engine.Body{}, notes: map[engine.SessionID]int{},
	}
}

// Defaults are the settings that a script begins with.
func Defaults() engine.Settings {
	return engine.Settings{
		Floor: "main", Number: "+12025550100", ListenNumber: "+12025550199", Conference: "desk",
		Operators: []string{"+12025550101", "+12025550102"}, Ring: 20 * time.Second,
		Policy: engine.Policy{Name: "test", Version: 1, Bells: 6, Rules: []engine.Rule{{
			ID: "mood", Version: 1, About: "the customer's mood has fallen", Mode: engine.ModeOn, Severity: engine.SeverityRed,
			When: engine.Cond{Negative: &engine.Negative{Count: 3, Of: 5, Limit: engine.Limit{Below: -300}}},
			Then: engine.Then{Transfer: &engine.Propose{}},
		}}},
		MinWords: 3,
		English: engine.Prompts{
			Language: "en-US", Voice: "v-en", Announcement: "a machine listens", Menu: "press 1 or 2", Question: "what is it about",
			Connecting: "connecting", Unavailable: "nobody is free", Left: "press 1 again", Goodbye: "goodbye", Stopped: "go on",
		},
		Spanish: engine.Prompts{
			Language: "es-US", Voice: "v-es", Announcement: "una máquina escucha", Menu: "oprima 1", Question: "de qué se trata",
			Connecting: "conectando", Unavailable: "nadie", Left: "oprima 1 otra vez", Goodbye: "adiós", Stopped: "siga",
		},
	}
}

// Lax lets the engine put a session into quarantine, where it would else panic.
func (s *Script) Lax() { s.lax = true }

// Run runs a script and returns it with what followed from each line.
func (s *Script) Run(text string) (string, error) {
	if !s.lax {
		s.State.Strict()
	}
	if s.State.Seq == 0 {
		s.enter(engine.Entry{ID: "settings", By: engine.ByRunner, Body: engine.SettingsLoaded{Settings: Defaults()}})
	}
	s.out.Reset()
	for n, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		if strings.HasPrefix(line, "    ") {
			continue // what a run before this one gave
		}
		fmt.Fprintln(&s.out, line)
		if err := s.line(strings.Fields(line)); err != nil {
			return "", fmt.Errorf("line %d: %w", n+1, err)
		}
	}
	return s.out.String(), nil
}

func (s *Script) line(words []string) error {
	if len(words) == 0 || strings.HasPrefix(words[0], "#") {
		return nil
	}
	switch words[0] {
	case "settings":
		settings := s.State.Settings
		if err := assign(reflect.ValueOf(&settings).Elem(), words[1:]); err != nil {
			return err
		}
		s.take(engine.Entry{ID: s.id(), By: engine.ByRunner, Body: engine.SettingsLoaded{Settings: settings}})
	case "rule":
		return s.rule(words[1:])
	case "policy":
		return s.policy(words[1:])
	case "group":
		return s.group(words[1:])
	case "silent":
		for _, verb := range words[1:] {
			s.silent[verb] = true
		}
	case "answering":
		for _, verb := range words[1:] {
			delete(s.silent, verb)
		}
	case "refuse":
		return s.refuseNext(words[1:])
	case "unanswered":
		s.refuse[words[1]] = append(s.refuse[words[1]], engine.Unanswered{Detail: "no answer"})
	case "again":
		s.take(s.last)
	case "together":
		s.batched = true
	case "end":
		s.batched = false
		batch := s.batch
		s.batch = nil
		s.enter(batch...)
	case "run":
		seconds, err := strconv.ParseFloat(words[1], 64)
		if err != nil {
			return err
		}
		s.until(s.now.Add(time.Duration(seconds * float64(time.Second))))
	case "restart":
		return s.restart()
	case "show":
		s.show()
	default:
		return s.event(words)
	}
	return nil
}

// rule changes a rule of the policy, or adds one, as in:
// rule mood When.Negative.Count=1 Veto=8s
func (s *Script) rule(words []string) error {
	if len(words) == 0 {
		return errors.New("rule takes an id and fields")
	}
	settings := s.State.Settings
	settings.Policy.Rules = slices.Clone(settings.Policy.Rules)
	i := slices.IndexFunc(settings.Policy.Rules, func(r engine.Rule) bool { return r.ID == words[0] })
	if i < 0 {
		i = len(settings.Policy.Rules)
		settings.Policy.Rules = append(settings.Policy.Rules, engine.Rule{
			ID: words[0], Version: 1, About: words[0], Mode: engine.ModeOn, Severity: engine.SeverityAmber,
		})
	}
	if err := assign(reflect.ValueOf(&settings.Policy.Rules[i]).Elem(), words[1:]); err != nil {
		return err
	}
	s.take(engine.Entry{ID: s.id(), By: engine.ByRunner, Body: engine.SettingsLoaded{Settings: settings}})
	return nil
}

// policy puts a preset in place of the policy, as in: policy default
func (s *Script) policy(words []string) error {
	if len(words) != 1 {
		return errors.New("policy takes the name of a preset")
	}
	preset, ok := policy.Preset(words[0])
	if !ok {
		return fmt.Errorf("there is no policy %q; there are %s", words[0], strings.Join(policy.Presets(), " and "))
	}
	settings := s.State.Settings
	settings.Policy = preset
	s.take(engine.Entry{ID: s.id(), By: engine.ByRunner, Body: engine.SettingsLoaded{Settings: settings}})
	return nil
}

// group adds a group to the settings: its name, fields as settings has them, and who is
// in it, as in: group support Order=in~turn AtMost=1 +12025550101=Jonas +12025550102
func (s *Script) group(words []string) error {
	if len(words) == 0 {
		return errors.New("group takes a name, fields and numbers")
	}
	g := engine.Group{Name: words[0], Order: engine.OrderFixed, Ring: 20 * time.Second}
	for _, w := range words[1:] {
		name, text, _ := strings.Cut(w, "=")
		text = strings.ReplaceAll(text, "~", " ")
		switch {
		case strings.HasPrefix(name, "+"):
			g.Operators = append(g.Operators, engine.Operator{Number: name, Name: text})
		case name == "Open": // seconds from and to
			var from, to float64
			if _, err := fmt.Sscanf(text, "%g-%g", &from, &to); err != nil {
				return fmt.Errorf("%s: %w", w, err)
			}
			at := func(seconds float64) time.Time { return Start.Add(time.Duration(seconds * float64(time.Second))) }
			g.Hours = append(g.Hours, engine.Span{From: at(from), To: at(to)})
		default:
			if err := assign(reflect.ValueOf(&g).Elem(), []string{name + "=" + text}); err != nil {
				return err
			}
		}
	}
	settings := s.State.Settings
	settings.Groups = append(slices.Clip(settings.Groups), g)
	s.take(engine.Entry{ID: s.id(), By: engine.ByRunner, Body: engine.SettingsLoaded{Settings: settings}})
	return nil
}

func (s *Script) refuseNext(words []string) error {
	if len(words) < 2 {
		return errors.New("refuse takes a verb, a reason and perhaps a detail")
	}
	var r engine.Refused
	if err := r.Reason.UnmarshalText([]byte(strings.ReplaceAll(words[1], "-", " "))); err != nil {
		return err
	}
	r.Detail = strings.ReplaceAll(strings.Join(words[2:], " "), "~", " ")
	s.refuse[words[0]] = append(s.refuse[words[0]], r)
	return nil
}

func (s *Script) id() string {
	s.ids++
	return fmt.Sprintf("e%d", s.ids)
}

// event runs a line that begins with a time.
func (s *Script) event(words []string) error {
	at, relative := strings.CutPrefix(words[0], "+")
	seconds, err := strconv.ParseFloat(at, 64)
	if err != nil || len(words) < 2 {
		return fmt.Errorf("%q is neither a directive nor a time and an event", strings.Join(words, " "))
	}
	when := Start.Add(time.Duration(seconds * float64(time.Second)))
	if relative {
		when = s.now.Add(when.Sub(Start))
	}
	zero, err := engine.DecodeBody(words[1], []byte("{}"))
	if err != nil {
		return err
	}
	e := engine.Entry{ID: s.id(), By: engine.ByTelnyx}
	body := reflect.New(reflect.TypeOf(zero)).Elem()
	rest := slices.DeleteFunc(slices.Clone(words[2:]), func(w string) bool {
		if by, ok := strings.CutPrefix(w, "By="); ok {
			e.By = engine.By(by)
			return true
		}
		if ago, ok := strings.CutPrefix(w, "Ago="); ok {
			d, _ := time.ParseDuration(ago)
			e.Occurred = when.Add(-d)
			return true
		}
		return false
	})
	if err := assign(body, rest); err != nil {
		return err
	}
	e.Body = body.Interface().(engine.Body)
	s.until(when)
	s.take(e)
	return nil
}

// take enters an entry, or keeps it for the batch.
func (s *Script) take(e engine.Entry) {
	s.last = e
	if s.batched {
		s.batch = append(s.batch, e)
		return
	}
	s.enter(e)
}

// maxTicks is how many turns of deadlines there may be at one moment.
const maxTicks = 1000

// until lets time go by and runs the deadlines that come.
func (s *Script) until(when time.Time) {
	for ticks := 0; ; ticks++ {
		at, ok := s.State.Next()
		if !ok || at.After(when) {
			break
		}
		if at.After(s.now) {
			s.now, ticks = at, 0
		}
		if ticks > maxTicks {
			panic(fmt.Sprintf("enginetest: a deadline at %s does not move:\n%s", s.clock(), s.out.String()[max(0, s.out.Len()-4000):]))
		}
		for _, id := range s.State.Due(s.now, 256) {
			fmt.Fprintf(&s.out, "    @%s tick %s\n", s.clock(), id)
			s.enter(engine.Entry{ID: s.id(), By: engine.ByRunner, Body: engine.Ticked{Session: id}})
		}
	}
	if when.After(s.now) {
		s.now = when
	}
}

func (s *Script) clock() string { return s.at(s.now) }

// at writes a time in seconds since the beginning.
func (s *Script) at(t time.Time) string {
	return strconv.FormatFloat(t.Sub(Start).Seconds(), 'f', -1, 64)
}

// enter does what the journal and the runner do: it drops what is known, numbers the
// rest, steps, and has the commands answered.
func (s *Script) enter(entries ...engine.Entry) {
	s.queue = append(s.queue, entries...)
	for len(s.queue) > 0 {
		e := s.queue[0]
		s.queue = s.queue[1:]
		if s.known[e.ID] {
			fmt.Fprintf(&s.out, "    = known\n")
			continue
		}
		s.known[e.ID] = true
		event := engine.Event{Seq: s.State.Seq + 1, At: s.now, Entry: e}
		s.journal = append(s.journal, event)
		next, commands := engine.Step(*s.State, event)
		*s.State = next
		s.report()
		for _, c := range commands {
			if f, ok := c.Action.(engine.File); ok { // a record is long: see [Script.Filed]
				s.Filed = append(s.Filed, f.Record)
				continue
			}
			s.Sent = append(s.Sent, c)
			fmt.Fprintf(&s.out, "    > %s%s\n", c.Name, fields(c.Action))
			if outcome, ok := s.answer(c); ok {
				s.queue = append(s.queue, engine.Entry{ID: string(c.Name) + "/outcome", By: engine.ByRunner, Body: outcome})
			}
		}
	}
}

// report writes the notes and refusals that are new.
func (s *Script) report() {
	f := s.State.Frame()
	for _, session := range s.State.Changed() {
		tr := session.Transfer
		known := slices.ContainsFunc(s.Begun, func(b Begun) bool { return b.Session == session.ID && b.At.Equal(tr.Asked) })
		if tr.Under() && !known {
			s.Begun = append(s.Begun, Begun{session.ID, tr.Asked, tr.Cause, tr.Rule})
		}
	}
	for _, session := range f.Sessions {
		fresh := session.NoteCount - s.notes[session.ID]
		s.notes[session.ID] = session.NoteCount
		for _, n := range session.Notes[max(0, len(session.Notes)-fresh):] {
			mark := map[engine.NoteKind]string{engine.NoteFact: ".", engine.NoteAct: "*", engine.NoteTrouble: "!", engine.NoteProposal: ".", engine.NoteFired: "."}[n.Kind]
			fmt.Fprintf(&s.out, "    %s %s: %s\n", mark, session.ID, n.Text)
		}
	}
	for _, r := range f.Refusals[min(s.refused, len(f.Refusals)):] {
		fmt.Fprintf(&s.out, "    ! refused: %s\n", r.Reason)
	}
	s.refused = len(f.Refusals)
}

// answer returns what Telnyx or Symbl would answer a command at once.
func (s *Script) answer(c engine.Command) (engine.Body, bool) {
	verb := c.Verb()
	if next := s.refuse[verb]; len(next) > 0 {
		s.refuse[verb] = next[1:]
		switch b := next[0].(type) {
		case engine.Refused:
			b.Command = c.Name
			return b, true
		case engine.Unanswered:
			b.Command = c.Name
			return b, true
		}
	}
	if s.silent[verb] {
		return nil, false
	}
	if s.world != nil {
		return s.world(c)
	}
	switch a := c.Action.(type) {
	case engine.Dial:
		return engine.Dialled{Command: c.Name, Leg: engine.LegID(fmt.Sprintf("%s-%s-%d", a.State.Session, a.State.Role, a.State.Attempt))}, true
	case engine.OpenConference:
		room := "room-" + string(c.Session)
		if _, n, _ := strings.Cut(string(c.Name), "/conference/"); n != "1" {
			room += "-" + n // each has an id of its own
		}
		return engine.ConferenceOpened{Command: c.Name, Conference: engine.ConferenceID(room)}, true
	case engine.Listen:
		return engine.Listening{Command: c.Name, Connection: engine.ConnectionID("x-" + c.Session), Conversation: engine.ConversationID("v-" + c.Session)}, true
	case engine.Relay:
		return engine.Listening{Command: c.Name, Connection: a.Connection, Conversation: engine.ConversationID("v-" + c.Session)}, true
	case engine.Score:
		return engine.Scored{Command: c.Name, Polarity: -500, Source: "chat"}, true
	}
	return engine.Accepted{Command: c.Name}, true
}

// restart folds the journal anew, by way of JSON, as a new process would.
func (s *Script) restart() error {
	fresh := engine.NewState(Epoch)
	if !s.lax {
		fresh.Strict()
	}
	for _, e := range s.journal {
		b, err := e.MarshalJSON()
		if err != nil {
			return err
		}
		var back engine.Event
		if err := back.UnmarshalJSON(b); err != nil {
			return err
		}
		fresh, _ = engine.Step(fresh, back)
	}
	*s.State = fresh
	for _, id := range s.State.Open() {
		s.enter(engine.Entry{ID: s.id(), By: engine.ByRunner, Body: engine.Resumed{Session: id}})
	}
	return nil
}

// show prints the calls as they stand.
func (s *Script) show() {
	for _, session := range s.State.Frame().Sessions {
		mood, judged := session.Mood(s.now)
		words := "-"
		if judged {
			words = mood.String()
		}
		status := session.Feed.Status.String()
		if session.Feed.Late {
			status += " late"
		}
		fmt.Fprintf(&s.out, "    %s call %d %s, feed %s %q, transfer %s, mood %s, %d lines, pending %d\n", session.ID, session.Number,
			session.Phase, status, session.Feed.Why, session.Transfer.Status, words, session.Transcript.Total(), len(session.Pending))
		s.showFeeds(session)
		for _, l := range session.Legs {
			fmt.Fprintf(&s.out, "      %s %s %s%s\n", l.Name, l.Number, l.Status, flags(l))
		}
		for _, u := range session.Talk() {
			fmt.Fprintf(&s.out, "      %s: %q%s\n", u.Speaker, u.Text, score(u))
		}
		s.showPrivate(session)
		s.showEscalation(session)
	}
	f := s.State.Frame()
	for _, o := range f.Outages {
		if len(f.Feeds) > 1 {
			fmt.Fprintf(&s.out, "    out: %s until @%s: %s\n", o.Kind, s.at(o.Until), o.Why)
		}
	}
	s.showFloor(f)
	for _, cb := range f.Callbacks {
		fmt.Fprintf(&s.out, "    %s: call %s back, %s\n", cb.ID, cb.Number, cb.Why)
	}
	c := f.Counts
	fmt.Fprintf(&s.out, "    late %d, unknown %d, foreign %d, panics %d\n", c.Late, c.Unknown, c.Foreign, c.Panics)
}

// showFeeds prints what hears a call that more than the telephone may hear.
func (s *Script) showFeeds(session *engine.Session) {
	f := &session.Feed
	if len(f.Ears) < 2 && (len(f.Ears) == 0 || f.Ears[0].Kind == engine.FeedPhone) {
		return
	}
	fmt.Fprintf(&s.out, "      heard by %s\n", f.Kind)
	for _, e := range f.Ears {
		fmt.Fprintf(&s.out, "        %s %s %q%s%s\n", e.Kind, e.Status, e.Why, ifSo(!e.Failing.IsZero(), " failing"), ifSo(e.GivenUp, " given up"))
		for _, l := range e.Lines {
			fmt.Fprintf(&s.out, "          %s%s%s\n", l.Leg, ifSo(l.Taken, " taken"), ifSo(l.Up, " up"))
		}
	}
	for _, g := range f.Gaps {
		to := "…"
		if !g.To.IsZero() {
			to = "@" + s.at(g.To)
		}
		fmt.Fprintf(&s.out, "        gap @%s to %s %s %q\n", s.at(g.From), to, g.Leg, g.Why)
	}
}

// showPrivate prints what is kept of a call beside its words, and what is not.
func (s *Script) showPrivate(session *engine.Session) {
	if c := session.Consent; c.Status != engine.ConsentNone {
		fmt.Fprintf(&s.out, "      consent %s%s, event %d, asked %q %d times\n", c.Status, ifSo(c.Key != "", " by "+c.Key), c.Event, c.Text, c.Rounds)
	}
	if p := session.Pay; p.On() {
		fmt.Fprintf(&s.out, "      paying since @%s until @%s, by %s\n", s.at(p.Since), s.at(p.Until), p.By)
	}
	for _, p := range session.Paid {
		fmt.Fprintf(&s.out, "      paid @%s to @%s\n", s.at(p.From), s.at(p.To))
	}
	if r := session.Recorder; r.Status != engine.RecorderNone || r.Why != "" {
		fmt.Fprintf(&s.out, "      recorder %s%s %q\n", r.Status, ifSo(r.Leaks, " leaks"), r.Why)
	}
	for _, r := range session.Recorded {
		fmt.Fprintf(&s.out, "      recorded %s @%s to @%s\n", r.ID, s.at(r.From), s.at(r.To))
	}
}

// showEscalation prints what rules have brought about on a call: alerts and a proposal,
// each with what was seen, and what keeps rules quiet.
func (s *Script) showEscalation(session *engine.Session) {
	for _, a := range session.Alerts {
		fmt.Fprintf(&s.out, "      alert %s %s%s%s\n", a.Rule, a.Severity, ifSo(a.Rings, " rings"), ifSo(a.Seen, " seen"))
		s.showChecks(a.Evidence)
	}
	if tr := session.Transfer; tr.Status == engine.TransferProposed {
		fmt.Fprintf(&s.out, "      proposal %s to %s, due @%s\n", tr.Rule, tr.Group, s.at(tr.Due))
		s.showChecks(tr.Evidence)
	}
	for _, z := range session.Snoozed {
		fmt.Fprintf(&s.out, "      snoozed %s until @%s\n", z.Rule, s.at(z.Until))
	}
	if !session.HeldBack.IsZero() {
		fmt.Fprintf(&s.out, "      held back until @%s\n", s.at(session.HeldBack))
	}
	if session.Pinned {
		fmt.Fprintln(&s.out, "      pinned")
	}
}

func (s *Script) showChecks(e engine.Evidence) {
	for _, c := range e.Checks {
		fmt.Fprintf(&s.out, "        %s | %s | %s\n", c.What, c.Seen, c.Unless)
	}
}

// showFloor prints what rules have done on all calls, where they have done anything.
func (s *Script) showFloor(f *engine.Frame) {
	if f.Automation != engine.ModeOn {
		fmt.Fprintf(&s.out, "    automation %s\n", f.Automation)
	}
	if f.Bells.Rung > 0 {
		fmt.Fprintf(&s.out, "    bells %d of %d\n", f.Bells.Rung, f.Bells.Of)
	}
	if len(f.Queue) > 0 {
		fmt.Fprintf(&s.out, "    queue %v\n", f.Queue)
	}
	for _, r := range f.Records {
		d := r.Sum()
		fmt.Fprintf(&s.out, "    record %s: fired %d, kept %d, vetoed %d, shadow %d", r.Rule, d.Fired, d.Kept, d.Vetoed, d.Shadow)
		if d.Wrong+d.Handled+d.BadTime > 0 {
			fmt.Fprintf(&s.out, ", wrong %d, handled %d, bad time %d", d.Wrong, d.Handled, d.BadTime)
		}
		fmt.Fprintln(&s.out)
	}
}

func ifSo(so bool, text string) string {
	if !so {
		return ""
	}
	return text
}

func score(u engine.Utterance) string {
	switch {
	case u.Judged:
		return " " + u.Polarity.String()
	case u.Scored:
		return " " + u.Polarity.String() + ", not judged"
	}
	return ""
}

func flags(l engine.Leg) string {
	var b strings.Builder
	if l.Joined {
		b.WriteString(" joined")
	}
	if l.Muted {
		b.WriteString(" muted")
	}
	if l.Held {
		b.WriteString(" held")
	} else if l.HoldAsked {
		b.WriteString(" hold-asked")
	}
	if l.Monitor != 0 {
		fmt.Fprintf(&b, " %s", l.Monitor)
	}
	if l.MonitorAsked != l.Monitor && l.Live() {
		fmt.Fprintf(&b, " %s-asked", l.MonitorAsked)
	}
	for _, name := range l.Whisper {
		fmt.Fprintf(&b, " to-%s", name)
	}
	return b.String()
}

// fields writes an action's fields that are set, but for those that only repeat who
// we are.
func fields(a engine.Action) string {
	var b strings.Builder
	v := reflect.ValueOf(a)
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		if v.Field(i).IsZero() || slices.Contains([]string{"State", "Voice", "Language", "From", "Title"}, name) {
			continue
		}
		text := fmt.Sprint(v.Field(i).Interface())
		if strings.Contains(text, " ") {
			text = strconv.Quote(text)
		}
		fmt.Fprintf(&b, " %s=%s", name, text)
	}
	return b.String()
}

// Journal returns the events taken in so far.
func (s *Script) Journal() []engine.Event { return slices.Clone(s.journal) }
