package tui

import (
	"context"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"switchboard/engine"
)

// noon is when the tests' calls are looked at.
var noon = time.Date(2026, 11, 22, 14, 32, 7, 0, time.UTC)

func ago(d time.Duration) time.Time { return noon.Add(-d) }

// A stage is an engine that shows what it is told and keeps what it is asked.
type stage struct {
	frame  *engine.Frame
	talk   map[engine.SessionID]engine.Talk
	health engine.Health
	now    time.Time
	asked  []engine.Entry
	err    error
}

func (s *stage) Frame() *engine.Frame                 { return s.frame }
func (s *stage) Talk(id engine.SessionID) engine.Talk { return s.talk[id] }
func (s *stage) Health() engine.Health                { return s.health }
func (s *stage) Now() time.Time                       { return s.now }
func (s *stage) Submit(_ context.Context, e engine.Entry) error {
	s.asked = append(s.asked, e)
	return s.err
}

// set shows other sessions in a new frame.
func (s *stage) set(sessions ...*engine.Session) {
	f := *s.frame
	f.Number++
	f.Sessions = sessions
	s.frame = &f
}

// A hand is a wall clock that a test moves.
type hand struct{ at time.Time }

func (h *hand) Now() time.Time { return h.at }

// A bench is a console on a stage, driven without a terminal.
type bench struct {
	*model
	stage *stage
	wall  *hand
}

func newBench(s *stage, w, h int) *bench {
	m := newModel(Options{Engine: s, Name: "desk", Title: "LIVE", Zone: time.UTC, Look: Look{Background: BackgroundDark}})
	b := &bench{m, s, &hand{noon}}
	m.wall = b.wall
	m.Update(tea.WindowSizeMsg{Width: w, Height: h})
	b.tick()
	return b
}

// tick lets the console look at the engine once.
func (b *bench) tick() {
	b.run(b.model.fetch(false))
}

// run carries out what Update asks for, except what waits for the clock.
func (b *bench) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case tea.BatchMsg:
		for _, c := range msg {
			b.run(c)
		}
	case nil, tea.QuitMsg:
	default:
		_, next := b.Update(msg)
		b.run(next)
	}
}

// press presses keys, by their names, long after one another.
func (b *bench) press(keys ...string) {
	for _, k := range keys {
		b.wall.at = b.wall.at.Add(time.Second)
		b.hit(k)
	}
}

// hit presses a key at this very moment, and returns what it asks the program for.
func (b *bench) hit(name string) tea.Cmd {
	_, cmd := b.Update(keyPress(name))
	b.run(cmd)
	return cmd
}

func keyPress(name string) tea.KeyPressMsg {
	special := map[string]rune{
		"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "up": tea.KeyUp, "down": tea.KeyDown,
		"pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "backspace": tea.KeyBackspace, "left": tea.KeyLeft, "right": tea.KeyRight, "space": tea.KeySpace, "home": tea.KeyHome, "end": tea.KeyEnd,
	}
	if code, ok := special[name]; ok {
		return tea.KeyPressMsg{Code: code}
	}
	if name == "shift+tab" {
		return tea.KeyPressMsg{Code: tea.KeyTab, Mod: tea.ModShift}
	}
	if len(name) == 6 && name[:5] == "ctrl+" {
		return tea.KeyPressMsg{Code: rune(name[5]), Mod: tea.ModCtrl}
	}
	r := []rune(name)[0]
	return tea.KeyPressMsg{Code: r, Text: name}
}

func (b *bench) content() string { return b.View().Content }

// samples are a customer's judged sentences, each so many thousandths, 12 s apart, the
// last one ended a while ago.
func samples(end time.Time, polarities ...engine.Polarity) []engine.Sample {
	var all []engine.Sample
	for i, p := range polarities {
		at := end.Add(-time.Duration(len(polarities)-1-i) * 12 * time.Second)
		all = append(all, engine.Sample{Utterance: fmt.Sprint("u", i), At: at, Polarity: p, Weight: 1000})
	}
	return all
}

func customerLeg(number string, since time.Time) engine.Leg {
	return engine.Leg{Name: "customer", ID: "c", Role: engine.RoleCustomer, Status: engine.LegUp, Number: number, Since: since, Answered: since, Joined: true, JoinAsked: true}
}

func operatorLeg(number string, status engine.LegStatus, since time.Time) engine.Leg {
	l := engine.Leg{Name: "op-1", ID: "o", Role: engine.RoleOperator, Attempt: 1, Status: status, Number: number, Since: since}
	if status == engine.LegUp {
		l.Answered, l.Joined, l.JoinAsked = since, true, true
	}
	return l
}

func listenerLeg(since time.Time) engine.Leg {
	return engine.Leg{Name: "listener-1", ID: "l", Role: engine.RoleListener, Status: engine.LegUp, Number: "+12025550199", Since: since, Answered: since, Joined: true, Muted: true, MuteAsked: true}
}

// byPhone is the sample's way of hearing: Symbl's own call to us.
func byPhone(since time.Time, said bool) engine.Feed {
	f := engine.Feed{
		Status: engine.FeedLive, Wanted: true, Kind: engine.FeedPhone, Since: since,
		Ears: []engine.Ear{{Kind: engine.FeedPhone, Status: engine.FeedLive, Since: since}}, Reigns: []engine.Reign{{From: since, Kind: engine.FeedPhone}},
	}
	if said {
		f.Heard = ago(1400 * time.Millisecond)
	}
	return f
}

// call is a customer who talks and is heard.
func call(n int, name, number string, lasts time.Duration, mood ...engine.Polarity) *engine.Session {
	started := ago(lasts)
	return &engine.Session{
		ID: engine.SessionID(fmt.Sprint("s", n)), Opened: uint64(n), Number: n, Started: started, Changed: uint64(n),
		Phase: engine.PhaseTalking, Conference: "room", Caller: number, Name: name, Language: engine.English,
		Legs: []engine.Leg{customerLeg(number, started), listenerLeg(started.Add(8 * time.Second))},
		Feed: byPhone(started.Add(8*time.Second), len(mood) > 0), Samples: samples(ago(6*time.Second), mood...),
		Notes: []engine.Note{
			{At: started, Kind: engine.NoteFact, Text: "call answered"},
			{At: started.Add(8 * time.Second), Kind: engine.NoteFact, Text: "Symbl listens"},
		},
	}
}

func line1(id string, at time.Duration, who engine.Speaker, text string, p engine.Polarity) engine.Utterance {
	return engine.Utterance{ID: id, Start: ago(at), End: ago(at - 3*time.Second), Speaker: who, Text: text,
		Scored: who == engine.SpeakerCustomer, Polarity: p, Judged: who == engine.SpeakerCustomer, Revision: 1}
}

// afternoon is a floor with one call of each kind.
func afternoon() *stage {
	mette := call(1, "Mette Sørensen", "+12025550142", 372*time.Second, 120, 40, -100, -200, -340, -20, -410, -660)
	mette.Transfer = engine.Transfer{Status: engine.TransferFailed, Cause: engine.CauseMood, To: "+12025550168",
		Tried: []string{"+12025550167", "+12025550168"}, Asked: ago(50 * time.Second), Since: ago(9 * time.Second), Why: "no answer from any number"}
	mette.Transfer.Evidence = sustained()
	gone := operatorLeg("+12025550168", engine.LegGone, ago(29*time.Second))
	gone.Gone, gone.Cause = ago(9*time.Second), "no_answer"
	mette.Legs = append(mette.Legs, gone)
	mette.Notes = append(mette.Notes,
		engine.Note{At: ago(50 * time.Second), Kind: engine.NoteFact, Text: "mood: 3 of 5 sentences at or below -0.30"},
		engine.Note{At: ago(49 * time.Second), Kind: engine.NoteFact, Text: "calling +12025550167"},
		engine.Note{At: ago(30 * time.Second), Kind: engine.NoteFact, Text: "+12025550167: busy"},
		engine.Note{At: ago(9 * time.Second), Kind: engine.NoteTrouble, Text: "no operator could be reached"})

	ahmed := call(2, "Ahmed El-Sayed", "+12025550167", 160*time.Second, 60, 0, -120, -240, -180)
	ahmed.Transfer = engine.Transfer{Status: engine.TransferDialling, Cause: engine.CauseKey, To: "+12025550169", Leg: "op-1",
		Asked: ago(4 * time.Second), Since: ago(4 * time.Second)}
	ahmed.Legs = append(ahmed.Legs, operatorLeg("+12025550169", engine.LegRinging, ago(4*time.Second)))
	ahmed.Notes = append(ahmed.Notes, engine.Note{At: ago(5 * time.Second), Kind: engine.NoteFact, Text: "pressed 1"})

	lukasz := call(3, "Łukasz Żak", "+12025550180", 663*time.Second, 100, 300, 420, 510, 380, 600, 640)
	lukasz.Transfer = engine.Transfer{Status: engine.TransferJoined, Cause: engine.CauseHand, To: "+12025550166", Leg: "op-1", Since: ago(200 * time.Second)}
	op := operatorLeg("+12025550166", engine.LegUp, ago(200*time.Second))
	op.Muted, op.MuteAsked = true, true
	lukasz.Legs = append(lukasz.Legs, op)
	lukasz.Notes = append(lukasz.Notes, engine.Note{At: ago(210 * time.Second), Kind: engine.NoteAct, Text: "transfer by desk"},
		engine.Note{At: ago(20 * time.Second), Kind: engine.NoteAct, Text: "operator muted by desk"})

	hanne := call(4, "Hanne Friis", "+12025550123", 58*time.Second, 90, 60)
	blind := call(5, "", "+14155550100", 202*time.Second, 50, 20)
	blind.Samples = samples(ago(100*time.Second), 200, 120, -50, 60)
	blind.Feed.Status, blind.Feed.Why, blind.Feed.Heard = engine.FeedBlind, "Symbl does not answer", ago(95*time.Second)
	blind.Feed.Gaps = []engine.Gap{{From: ago(70 * time.Second), Why: "Symbl does not answer"}}
	blind.Legs = blind.Legs[:1]
	nina := call(6, "Nina Holm", "anonymous", 4*time.Second)
	nina.Phase, nina.Feed, nina.Legs[0].Status, nina.Legs[0].Joined = engine.PhaseRinging, engine.Feed{Status: engine.FeedNone}, engine.LegRinging, false
	nina.Legs, nina.Notes = nina.Legs[:1], nil
	maria := call(7, "María Peña", "+13055550117", 41*time.Second)
	maria.Language, maria.Prompt.Kind = engine.Spanish, engine.PromptQuestion
	jonas := call(8, "Jonas Bech", "+12025550133", 300*time.Second, 200, 300, 400, 380)
	jonas.Phase, jonas.Over, jonas.Ending = engine.PhaseOver, ago(33*time.Second), "customer hung up"
	for i := range jonas.Legs {
		l := &jonas.Legs[i]
		l.Status, l.Gone, l.Cause = engine.LegGone, jonas.Over, "normal_clearing"
	}
	jonas.Samples = samples(ago(40*time.Second), 200, 300, 400, 380)

	return &stage{
		now: noon,
		frame: &engine.Frame{
			Number: 7, Seq: 900, Now: noon, Floor: "support",
			Sessions: []*engine.Session{mette, ahmed, lukasz, hanne, blind, nina, maria, jonas},
			Feeds:    []engine.FeedKind{engine.FeedPhone},
			Counts:   engine.Counts{Calls: 72, Answered: 71, Joined: 9},
			Day: engine.Day{Now: engine.Slot{From: noon.Truncate(engine.SlotSpan), Hold: 112 * time.Second,
				Count: engine.Counts{Calls: 72, Answered: 71, Joined: 9, Ended: 64, Auto: 7, ByHand: 2, Vetoed: 3}}},
			Roster: engine.Roster{
				Numbers: []string{"+12025550166", "+12025550169", "+12025550170", "+12025550171"},
				Busy:    []engine.BusyOperator{{Number: "+12025550166", Session: "s3"}, {Number: "+12025550169", Session: "s2"}},
			},
		},
		health: engine.Health{Webhook: ago(time.Second), Telnyx: ago(4 * time.Second), Symbl: ago(1400 * time.Millisecond), Webhooks: 4812,
			Troubles: []engine.Trouble{{Kind: engine.TroubleSignature, Count: 2, Last: ago(20 * time.Minute), Detail: "signature does not match"}}},
		talk: map[engine.SessionID]engine.Talk{"s1": {
			Session: "s1",
			Lines: []engine.Utterance{
				line1("u1", 95*time.Second, engine.SpeakerPrompt, "This call is analysed automatically. Press 1 for an operator.", 0),
				line1("u2", 77*time.Second, engine.SpeakerCustomer, "Hi. It is about my order again.", -80),
				line1("u3", 55*time.Second, engine.SpeakerCustomer, "I was told it would be here on Tuesday.", -340),
				line1("u4", 38*time.Second, engine.SpeakerCustomer, "Four four one, nine.", -20),
				line1("u5", 27*time.Second, engine.SpeakerUnknown, "One moment please.", 0),
				line1("u6", 20*time.Second, engine.SpeakerCustomer, "It is the third time I call about this, and every time somebody promises to ring me back within the hour.", -410),
				line1("u7", 6*time.Second, engine.SpeakerCustomer, "No. I want to talk to a manager, now.", -660),
			},
			Partials: []engine.Partial{{Session: "s1", Speaker: engine.SpeakerCustomer, Text: "this is really not accep", At: ago(2 * time.Second)}},
		}},
	}
}

// sustained is the evidence of the rule that customers are most often transferred by.
func sustained() engine.Evidence {
	return engine.Evidence{
		Rule: "sustained-negative", Version: 3, About: "the customer has been unhappy for a while", Severity: engine.SeverityRed,
		At: ago(3 * time.Second), Mood: -312, Judged: true,
		Checks: []engine.Check{
			{What: "3 of the last 5 customer sentences at or below -0.30 within 90 s", Seen: "-0.34 -0.41 -0.66 in 49 s", Unless: "one of the three were above -0.30"},
			{What: "mood at or below -0.25", Seen: "-0.31", Unless: "mood above -0.25"},
		},
		Lines: []engine.Quote{
			{Utterance: "u3", At: ago(55 * time.Second), Speaker: engine.SpeakerCustomer, Text: "I was told it would be here on Tuesday.", Scored: true, Polarity: -340, Confidence: 910, Low: true},
			{Utterance: "u6", At: ago(20 * time.Second), Speaker: engine.SpeakerCustomer, Text: "It is the third time I call about this, and every time somebody promises to ring me back within the hour.", Scored: true, Polarity: -410, Confidence: 880, Low: true},
			{Utterance: "u7", At: ago(6 * time.Second), Speaker: engine.SpeakerCustomer, Text: "No. I want to talk to a manager, now.", Scored: true, Polarity: -660, Confidence: 930, Low: true},
		},
	}
}

// proposed is a transfer that a rule proposes, and that begins after so long.
func proposed(in time.Duration) engine.Transfer {
	return engine.Transfer{
		Status: engine.TransferProposed, Cause: engine.CauseRule, Rule: "sustained-negative", Evidence: sustained(), Group: "Tier 2",
		Asked: noon.Add(in - 8*time.Second), Since: noon.Add(in - 8*time.Second), Due: noon.Add(in), Veto: 8 * time.Second, Of: 3, Auto: true,
	}
}

// governed is the afternoon with a policy, groups and a proposal for Mette.
func governed() *stage {
	s := afternoon()
	f := s.frame
	f.Automation, f.Policy, f.Bells = engine.ModeOn, engine.Policy{Name: "default", Version: 3, Rules: []engine.Rule{
		{ID: "sustained-negative", Version: 3, About: "the customer has been unhappy for a while", Severity: engine.SeverityRed, Mode: engine.ModeOn, Veto: 8 * time.Second, Then: engine.Then{Transfer: &engine.Propose{Group: "Tier 2"}}},
		{ID: "silence", Version: 1, About: "nobody speaks", Severity: engine.SeverityAmber, Mode: engine.ModeShadow, Then: engine.Then{Alert: true}},
	}}, engine.Bells{Rung: 2, Of: 6}
	f.Records = []engine.RuleRecord{{Rule: "sustained-negative", Days: []engine.RecordDay{{Day: 1, Fired: 30, Kept: 25, Vetoed: 5}, {Day: 2, Fired: 11, Kept: 8, Vetoed: 3, Wrong: 1}}}}
	f.Roster.Groups = []engine.Group{
		{Name: "Tier 2", Order: engine.OrderIdle, Operators: []engine.Operator{{Number: "+12025550170", Name: "Jonas"}, {Number: "+12025550166", Name: "Ida"}, {Number: "+12025550171", Name: "Sara"}}},
		{Name: "Billing", Order: engine.OrderFixed, Operators: []engine.Operator{{Number: "+12025550169", Name: "Omar"}}},
		{Name: "Night desk", Hours: []engine.Span{{From: noon.Add(6 * time.Hour), To: noon.Add(14 * time.Hour)}}, Operators: []engine.Operator{{Number: "+12025550172", Name: "Timo"}}},
	}
	f.Roster.Queue, f.Roster.Now = true, f.Now
	f.Roster.Idle = []engine.IdleSince{{Number: "+12025550170", Since: ago(190 * time.Second)}, {Number: "+12025550171", Since: ago(20 * time.Second)}}
	f.Front = "bot"
	f.Phone = "+12025550111"
	f.Callbacks = []engine.Callback{{ID: "cb7", Number: "+12025550144", Name: "Erik Dahl", Promised: ago(12 * time.Minute), Session: "s9", Why: "nobody was free"}}
	mette := *f.Sessions[0]
	mette.Transfer, mette.Legs = proposed(5*time.Second), mette.Legs[:2]
	mette.Alerts = []engine.Alert{{Rule: "sustained-negative", Severity: engine.SeverityRed, Evidence: sustained(), At: ago(3 * time.Second), Rings: true}}
	mette.Notes = append(mette.Notes[:2:2], engine.Note{At: ago(3 * time.Second), Kind: engine.NoteFact, Text: "sustained-negative: transfer to Tier 2 proposed, veto 8 s"})
	f.Sessions[0] = &mette
	ahmed := *f.Sessions[1]
	ahmed.Transfer.Group, ahmed.Transfer.Place, ahmed.Transfer.Of, ahmed.Transfer.Asked = "Billing", 1, 1, ago(14*time.Second)
	f.Sessions[1] = &ahmed
	return s
}

// twoProposals is the governed floor with a second proposal, that begins later.
func twoProposals() *stage {
	s := governed()
	s.change("s4", func(h *engine.Session) { h.Transfer = proposed(7 * time.Second) })
	return s
}

// reigns are feeds that were in charge of a call one after the other.
func reigns(of ...engine.Reign) (f engine.Feed) {
	last := of[len(of)-1]
	f = engine.Feed{Status: engine.FeedLive, Wanted: true, Kind: last.Kind, Since: last.From, Reigns: of, Heard: ago(6 * time.Second)}
	for k := engine.FeedStream; k <= engine.FeedTelnyx; k++ {
		ear := engine.Ear{Kind: k, Status: engine.FeedNone}
		if k == last.Kind {
			ear.Status, ear.Since = engine.FeedLive, last.From
			ear.Lines = []engine.Line{{Leg: "customer", Count: 1, Taken: true, Up: true}}
		}
		f.Ears = append(f.Ears, ear)
	}
	return f
}

// listened is a floor that several feeds hear: one of them is out, one call changed its
// feed, one has just lost it, and one is blind.
func listened() *stage {
	s := governed()
	f := s.frame
	f.Feeds = []engine.FeedKind{engine.FeedStream, engine.FeedPhone, engine.FeedTelnyx}
	f.Outages = []engine.Outage{{Kind: engine.FeedStream, Since: ago(250 * time.Second), Until: noon.Add(50 * time.Second), Why: "Symbl cannot be reached"}}
	s.health.Troubles = nil
	s.change("s1", func(c *engine.Session) {
		c.Transfer = engine.Transfer{Status: engine.TransferJoined, Cause: engine.CauseRule, Rule: "sustained-negative", Evidence: sustained(), To: "+12025550166", Leg: "op-1", Group: "Tier 2", Asked: ago(50 * time.Second), Since: ago(30 * time.Second)}
		c.Alerts = nil
		c.Legs = []engine.Leg{c.Legs[0], operatorLeg("+12025550166", engine.LegUp, ago(30*time.Second))}
		c.Feed = reigns(engine.Reign{From: ago(364 * time.Second), Kind: engine.FeedStream}, engine.Reign{From: ago(49 * time.Second), Kind: engine.FeedTelnyx})
		c.Feed.Ears[0].Why = "Symbl cannot be reached"
		c.Feed.Ears[2].Lines = append(c.Feed.Ears[2].Lines, engine.Line{Leg: "op-1", Count: 1, Taken: true})
		c.Feed.Gaps = []engine.Gap{
			{From: ago(72 * time.Second), To: ago(71500 * time.Millisecond), Leg: "customer", Why: "25 packets were lost"},
			{From: ago(70 * time.Second), To: ago(69 * time.Second), Leg: "customer", Why: "50 packets were lost"},
			{From: ago(55 * time.Second), To: ago(49 * time.Second), Why: "Symbl's socket broke"},
			{From: ago(12 * time.Second), Leg: "op-1", Why: "Telnyx refused (10015)"},
		}
	})
	s.change("s2", func(c *engine.Session) {
		c.Feed = reigns(engine.Reign{From: ago(150 * time.Second), Kind: engine.FeedTelnyx})
		c.Legs = c.Legs[:1]
		c.Transfer = engine.Transfer{}
	})
	s.change("s4", func(c *engine.Session) {
		c.Feed = reigns(engine.Reign{From: ago(50 * time.Second), Kind: engine.FeedPhone})
		c.Feed.Why = "Symbl does not answer"
		c.Feed.Gaps = []engine.Gap{{From: ago(4 * time.Second), Why: "Symbl does not answer"}}
		c.Feed.Ears[1].Failing, c.Feed.Ears[1].Why = ago(4*time.Second), "Symbl does not answer"
		c.Feed.Ears[2].Status = engine.FeedConnecting
	})
	s.change("s5", func(c *engine.Session) {
		c.Feed = reigns(engine.Reign{From: ago(190 * time.Second), Kind: engine.FeedStream}, engine.Reign{From: ago(100 * time.Second), Kind: engine.FeedTelnyx}, engine.Reign{From: ago(70 * time.Second)})
		c.Feed.Status, c.Feed.Why = engine.FeedNone, "Telnyx sends no sound: is PUBLIC_URL reachable from outside, and does it let websockets through?"
		c.Feed.Gaps = []engine.Gap{{From: ago(70 * time.Second), Why: "Symbl cannot be reached"}}
		c.Feed.Ears[0].NextTry = noon.Add(12 * time.Second)
	})
	talk := s.talk["s1"]
	for i := range talk.Lines {
		talk.Lines[i].Source, talk.Lines[i].Feed = "local", engine.FeedTelnyx
	}
	talk.Lines[6].Flags = engine.FlagRequest
	talk.Lines = append(talk.Lines, engine.Utterance{ID: "u8", Start: ago(5 * time.Second), End: ago(3 * time.Second), Speaker: engine.SpeakerCustomer,
		Text: "Or I will go to somebody else.", ScoreBy: noon.Add(2 * time.Second), Flags: engine.FlagLeave, Revision: 1})
	talk.Partials = []engine.Partial{
		{Session: "s1", Leg: "c", Speaker: engine.SpeakerCustomer, Text: "this is really not accep", At: ago(2 * time.Second)},
		{Session: "s1", Leg: "o", Speaker: engine.SpeakerOperator, Text: "I quite underst", At: ago(time.Second)},
	}
	s.talk["s1"] = talk
	return s
}
