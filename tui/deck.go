package tui

import (
	"context"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"switchboard/engine"
	"switchboard/engine/replay"
	"switchboard/tui/safe"
)

// skipped is how far an arrow goes on the tape.
const skipped = 5 * time.Second

// A deck is what a console that shows a replay knows beside what every console does: the
// player that it turns, and where that was when it last looked.
type deck struct {
	player   *replay.Player
	at       replay.Position
	trial    *replay.Trial // what another policy would have made of it; nil: none was asked
	within   bool          // of a console that shows live calls: its top row stays live
	searched bool          // it was begun from the history, and esc goes back there
	begun    bool          // it is known how large the screen is
	opened   bool          // the call was opened by itself, where the screen shows one thing at a time
}

// maxLead is how many events a replay looks through, at its beginning, for the first that
// there is something to see of.
const maxLead = 200

// begin takes a tape that nobody has turned yet to where its call has just come in: an empty
// screen tells nobody what to do.
func begin(p *replay.Player, call engine.SessionID) {
	at := p.Position()
	if at.Event > 1 || at.Playing || at.Now.After(at.From) {
		return
	}
	for n := 1; n <= min(at.Of, maxLead); n++ {
		p.SeekEvent(n)
		for _, s := range p.Frame().Sessions {
			if s.Number > 0 && (call == "" || s.ID == call) {
				return
			}
		}
	}
	p.Seek(at.From)
}

// newDeck returns the deck of a player.
func newDeck(p *replay.Player) *deck {
	return &deck{player: p, at: p.Position(), trial: p.Trial()}
}

// notLive tells why a key that acts does nothing.
const notLive = "This is a replay: nothing here is live, and no key acts."

// turned is what came of a key that turns the tape.
type turned struct {
	fetched
	call   engine.SessionID // that is to be selected; empty: the one that is
	moment replay.Moment    // that it stands at, whose call is to be selected; zero: none
	tone   tone
	notice safe.Text // empty: nothing is to be said
}

// tried is what another policy would have made of the tape.
type tried struct {
	tape  *replay.Tape
	trial replay.Trial
	err   error
}

// turnTape does something to the player beside the console, and fetches what it then shows.
func (m *model) turnTape(do func(*replay.Player) turned) tea.Cmd {
	p, w := m.deck.player, m.wants()
	w.number = 0 // whatever is shown
	return func() tea.Msg {
		t := do(p)
		t.fetched = fetch(p, w)
		return t
	}
}

// turnedTo shows where the tape stands now.
func (m *model) turnedTo(t turned) tea.Cmd {
	if t.notice != "" {
		m.tell(t.tone, t.notice)
	}
	cmd := m.take(t.fetched)
	if t.call != "" && t.call != m.list.selected && m.pointAt(t.call) {
		return tea.Batch(cmd, m.turn())
	}
	if t.moment.Kind == 0 {
		return cmd
	}
	m.tell(toneText, m.momentWords(t.moment))
	if call := t.moment.Session; call != m.list.selected && m.pointAt(call) {
		return tea.Batch(cmd, m.turn())
	}
	return cmd
}

// pressTape takes a key that turns the tape, or that acts where nothing may, and reports
// whether it was one.
func (m *model) pressTape(k tea.KeyPressMsg) (tea.Cmd, bool) {
	keys := m.keys
	switch {
	case m.search.on && key.Matches(k, keys.NextFound, keys.PrevFound): // of the words, as the line says
		return nil, false
	case key.Matches(k, keys.PlayPause):
		return m.turnTape(playOrPause), true
	case key.Matches(k, keys.SkipBack):
		return m.turnTape(func(p *replay.Player) turned { p.Skip(-skipped); return turned{} }), true
	case key.Matches(k, keys.SkipOn):
		return m.turnTape(func(p *replay.Player) turned { p.Skip(skipped); return turned{} }), true
	case key.Matches(k, keys.EventBack):
		return m.turnTape(func(p *replay.Player) turned { p.Step(-1); return turned{} }), true
	case key.Matches(k, keys.EventOn):
		return m.turnTape(func(p *replay.Player) turned { p.Step(1); return turned{} }), true
	case key.Matches(k, keys.Slower):
		return m.turnTape(func(p *replay.Player) turned { return faster(p, true, keys) }), true
	case key.Matches(k, keys.Faster):
		return m.turnTape(func(p *replay.Player) turned { return faster(p, false, keys) }), true
	case key.Matches(k, keys.HotOn):
		return m.turnTape(func(p *replay.Player) turned { return hot(p.Next()) }), true
	case key.Matches(k, keys.HotBack):
		return m.turnTape(func(p *replay.Player) turned { return hotBack(p.Prev()) }), true
	case key.Matches(k, keys.TapeFirst):
		m.move(-far)
	case key.Matches(k, keys.GoTo):
		m.openBox(&goToBox{}, 0)
	case key.Matches(k, keys.OtherPolicy):
		m.openBox(&policyBox{}, 0)
	case key.Matches(k, keys.Quit):
		return tea.Quit, true
	case m.acts(k):
		m.tell(toneWatch, notLive)
	default:
		return nil, false
	}
	return nil, true
}

// acts reports whether a key asks something of live calls or of the floor.
func (m *model) acts(k tea.KeyPressMsg) bool {
	keys := m.keys
	return key.Matches(k, keys.Veto, keys.Hurry, keys.Snooze, keys.TakeBack, keys.Transfer, keys.Mute, keys.Hold, keys.Hangup,
		keys.Listen, keys.Whisper, keys.Barge, keys.TakeOver, keys.StopListening, keys.Claim, keys.Pay, keys.Automation, keys.Replay)
}

func playOrPause(p *replay.Player) turned {
	if p.Playing() {
		p.Pause()
	} else {
		p.Play()
	}
	return turned{}
}

func faster(p *replay.Player, down bool, k keyMap) turned {
	switch ok := p.Faster(down); {
	case ok:
		return turned{}
	case down:
		return turned{tone: toneDim, notice: "It goes no slower than a quarter of the time; " + word(k.EventBack) + " and " + word(k.EventOn) + " go by single events."}
	}
	return turned{tone: toneDim, notice: "It goes no faster than 64 times; " + word(k.HotOn) + " goes to the next hot moment."}
}

func hot(moment replay.Moment, ok bool) turned {
	if !ok {
		return turned{tone: toneDim, notice: "No hot moment is left before the end."}
	}
	return turned{moment: moment}
}

func hotBack(moment replay.Moment, ok bool) turned {
	if !ok {
		return turned{tone: toneDim, notice: "No hot moment is left before the beginning."}
	}
	return turned{moment: moment}
}

// momentWords tells what happened in a moment.
func (m *model) momentWords(moment replay.Moment) safe.Text {
	glyph, _ := markOf(moment.Kind)
	text := glyph + " "
	if who := m.callName(moment.Session); who != "" {
		text += who + ": "
	}
	text += own(moment.Kind.String())
	switch {
	case moment.What == "":
	case moment.Kind == replay.Joined:
		text += ", " + m.book().who(moment.What)
	default:
		text += ": " + safe.Clean(moment.What, maxWhy)
	}
	return text
}

// tryPolicy judges the tape by another policy: a file, one that is built in, or, where
// the name is empty, the one that is in force.
func (m *model) tryPolicy(name string) tea.Cmd {
	house, tape := m.house, m.deck.player.Tape()
	if house == nil {
		m.tell(toneWatch, "Another policy cannot be tried here.")
		return nil
	}
	m.tell(toneDim, "Judging it by the other policy …")
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), houseLimit)
		defer cancel()
		trial, err := house.Judge(ctx, tape, name)
		return tried{tape, trial, err}
	}
}

// judged shows what another policy would have made of the tape.
func (m *model) judged(t tried) tea.Cmd {
	if m.deck == nil || t.tape != m.deck.player.Tape() {
		return nil
	}
	if t.err != nil {
		m.tell(toneBad, "Not tried: "+reason(t.err.Error()))
		return nil
	}
	cmd := m.compareWith(&t.trial)
	if m.box == nil {
		m.notice = notice{}
		m.showDifferences()
	}
	return cmd
}

// compareWith shows a trial beside the marks of the day; nil shows the day's alone.
func (m *model) compareWith(trial *replay.Trial) tea.Cmd {
	m.deck.trial = trial
	m.version++
	m.drawn.forget() // the bar takes a line more, or less
	m.list.fits(m.layout().rows)
	return m.turnTape(func(p *replay.Player) turned { p.Judge(trial); return turned{} })
}
