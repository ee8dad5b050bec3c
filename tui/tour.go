package tui

import (
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"switchboard/engine"
	"switchboard/tui/prefs"
	"switchboard/tui/safe"
)

// The tour is a hint in the status line: it names the next key and waits until the
// supervisor has done it. It takes no key but its own, covers nothing, and nothing moves
// when it goes. It is offered where nothing is real.

// A tourStep is one thing that the tour lets the supervisor do.
type tourStep uint8

const (
	tourOver     tourStep = iota // or there is none
	tourVeto                     // what a rule proposes is vetoed, or taken back
	tourTransfer                 // a transfer is begun by hand
	tourReplay                   // a call is replayed, and left again
	tourEnd                      // what else there is
)

const (
	tourLast    = 30 * time.Second // the last hint goes by itself, in the wall's time
	tourYields  = 3 * time.Second  // an answer stands so long in the tour's place
	tourSteps   = int(tourEnd)
	tourLabel   = 9  // cells of "Tour 1/4"
	tourCaller  = 20 // cells of a caller's name in a hint
	tourRoom    = 2  // cells kept free before what ends it
	tourShowing = "switchboard demo --tour"
)

// A tour is how far the supervisor has come.
type tour struct {
	step    tourStep
	since   time.Time // the step, in house time
	shownAt time.Time // on the wall
	inside  bool      // the replay was opened
	drawn   safe.Text // the hint, as it was drawn
}

// A sight is what the tour sees done.
type sight struct {
	vetoed      bool // this supervisor has stopped a transfer since the step began
	transferred bool // … or begun one
	replaying   bool // a replay is shown
	helped      bool // the help is open
	long        bool // the last hint has stood long enough
}

// next returns how far the tour is once something is seen.
func (t tour) next(s sight) tour {
	switch t.step {
	case tourVeto:
		if s.vetoed {
			t.step = tourTransfer
		}
	case tourTransfer:
		if s.transferred {
			t.step = tourReplay
		}
	case tourReplay:
		if t.inside && !s.replaying {
			t.step = tourEnd
		}
		t.inside = s.replaying
	case tourEnd:
		if s.helped || s.long {
			t.step = tourOver
		}
	case tourOver:
	}
	return t
}

// beginTour offers the tour.
func (m *model) beginTour() {
	m.tour = tour{step: tourVeto, since: m.engine.Now()}
}

// guide looks how far the tour is. It is called with each look at the engine.
func (m *model) guide() {
	if m.tour.step == tourOver {
		return
	}
	t := m.tour.next(m.sight())
	if t.step != m.tour.step {
		m.tourTo(t.step)
	} else {
		m.tour.inside = t.inside
	}
	drawn := safe.Text("")
	if m.tourShown() {
		drawn = m.tourHint(false).text() + m.tourHint(true).text()
	}
	if drawn != m.tour.drawn {
		m.tour.drawn = drawn
		m.version++
	}
}

// tourTo goes to a step. Who has come past the first is not offered the tour again.
func (m *model) tourTo(step tourStep) {
	m.tour = tour{step: step, since: m.engine.Now(), shownAt: m.wall.Now()}
	m.version++
	if !m.state.Toured {
		m.remember(func(s *prefs.State) { s.Toured = true })
	}
}

// pressTour takes the tour's own key, and reports whether it was one. It does nothing else,
// anywhere.
func (m *model) pressTour(k tea.KeyPressMsg) bool {
	if m.tour.step == tourOver || m.takesText() || !key.Matches(k, m.keys.TourOn) {
		return false
	}
	if m.tour.step == tourEnd {
		m.endTour()
		return true
	}
	m.tourTo(m.tour.step + 1)
	m.guide()
	return true
}

// endTour ends it, on esc where there is nothing else to go back from.
func (m *model) endTour() {
	if m.tour.step == tourOver {
		return
	}
	m.tourTo(tourOver)
	m.tell(toneDim, "The tour is over; "+tourShowing+" shows it again.")
}

// sight looks what has been done.
func (m *model) sight() sight {
	s := sight{replaying: m.past != nil}
	if m.tour.step == tourEnd {
		_, s.helped = m.box.(*helpBox)
		s.long = m.wall.Now().Sub(m.tour.shownAt) >= tourLast
	}
	for _, call := range m.frame.Sessions {
		t := call.Transfer
		s.vetoed = s.vetoed || t.Status == engine.TransferVetoed && t.VetoedBy == m.by() && !t.Since.Before(m.tour.since)
		s.transferred = s.transferred || t.Cause == engine.CauseHand && !t.Asked.Before(m.tour.since)
	}
	return s
}

// tourShown reports whether the status line is the tour's. What became of a key goes
// before it for a while, and what is worth a look for as long as it is told.
func (m *model) tourShown() bool {
	if m.tour.step == tourOver {
		return false
	}
	n := m.notice
	if m.past != nil && n.text == "" {
		n = m.past.notice
	}
	return n.text == "" || n.tone == toneDim && m.wall.Now().Sub(n.at) >= tourYields
}

// A hint is a sentence with the keys in it.
type hint []hintWord

type hintWord struct {
	tone tone
	text safe.Text
}

func (h hint) text() (all safe.Text) {
	for _, w := range h {
		all += w.text
	}
	return all
}

// say adds words to a hint.
func (h hint) say(text safe.Text) hint { return append(h, hintWord{toneText, text}) }

// key adds the name of a key.
func (h hint) key(b key.Binding) hint { return append(h, hintWord{toneAccent, own(b.Help().Key)}) }

// keys adds the first keys of two bindings, as in "j k".
func (h hint) keys(a, b key.Binding) hint {
	return append(h, hintWord{toneAccent, firstKey(a) + " " + firstKey(b)})
}

func firstKey(b key.Binding) safe.Text {
	if keys := b.Keys(); len(keys) > 0 {
		return own(keys[0])
	}
	return ""
}

// tourHint says what to do next: in a whole sentence, or shortly.
func (m *model) tourHint(short bool) hint {
	switch m.tour.step {
	case tourVeto:
		return m.hintVeto(short)
	case tourTransfer:
		return m.hintTransfer(short)
	case tourReplay:
		return m.hintReplay(short)
	case tourEnd:
		k := m.keys
		if short {
			return hint{}.key(k.Mute).say(" mutes, ").key(k.Hangup).say(" hangs up, ").key(k.Help).say(" all keys.")
		}
		return hint{}.say("That is all: ").key(k.Mute).say(" mutes, ").key(k.Hangup).say(" hangs up, ").key(k.Help).say(" shows every key.")
	case tourOver:
	}
	return nil
}

func (m *model) hintVeto(short bool) hint {
	k, h := m.keys, m.headline()
	switch {
	case h.kind == headProposed && short:
		return hint{}.say("Press ").key(k.Veto).say(" to veto what is proposed.")
	case h.kind == headProposed:
		return hint{}.say("A transfer is proposed for " + clipTo(m.theme, callerOf(h.about), tourCaller) + ": ").key(k.Veto).say(" vetoes it.")
	case h.kind == headUnderWay && m.now.Sub(began(h.about.Transfer)) < youngTransfer && short:
		return hint{}.say("It has begun: ").key(k.Veto).say(" still stops it.")
	case h.kind == headUnderWay && m.now.Sub(began(h.about.Transfer)) < youngTransfer:
		return hint{}.say("It has begun: for 10 s ").key(k.Veto).say(" still takes it back.")
	case short:
		return hint{}.say("A proposal comes at the top. ").keys(k.Down, k.Up).say(" move.")
	}
	return hint{}.say("Soon a transfer is proposed in the top row. Try ").keys(k.Down, k.Up).say(".")
}

func (m *model) hintTransfer(short bool) hint {
	k := m.keys
	if _, open := m.box.(*picker); open {
		return hint{}.key(k.Choose).say(" choose whom to call, ").key(k.Confirm).say(" calls.")
	}
	s, ok := m.list.call()
	switch {
	case !ok && m.list.lines() > 0: // the fold is selected, or no row
		return hint{}.say("Choose a call with ").keys(k.Down, k.Up).say("; then ").key(k.Transfer).say(".")
	case !ok:
		return hint{}.say("Wait until somebody calls.")
	case m.transferable(s.ID) != nil && short:
		return hint{}.say("Another call, with ").keys(k.Down, k.Up).say("; then ").key(k.Transfer).say(".")
	case m.transferable(s.ID) != nil:
		return hint{}.say("Not this call now: choose another with ").keys(k.Down, k.Up).say(", then ").key(k.Transfer).say(".")
	case short:
		return hint{}.say("Transfer by hand: ").key(k.Transfer).say(", then ").key(k.Confirm).say(".")
	}
	return hint{}.say("Now transfer the selected call by hand: ").key(k.Transfer).say(", then ").key(k.Confirm).say(".")
}

func (m *model) hintReplay(short bool) hint {
	k := m.keys
	switch {
	case m.past != nil && short:
		return hint{}.key(k.PlayPause).say(" plays, ").key(k.Back).say(" comes back.")
	case m.past != nil:
		return hint{}.key(k.PlayPause).say(" plays it, ").key(k.HotOn).say(" goes to what mattered, ").key(k.Back).say(" comes back.")
	case short:
		return hint{}.say("Press ").key(k.Replay).say(": the call once more.")
	}
	return hint{}.key(k.Replay).say(" replays the selected call; ").key(k.Back).say(" comes back.")
}

// tourLine draws the status line while it is the tour's.
func (m *model) tourLine(w int) string {
	l := m.theme.line(onPage, w)
	l.gap(1)
	l.col(toneStrong, own("Tour "+string('0'+rune(m.tour.step))+"/"+string('0'+rune(tourSteps))), tourLabel)
	l.gap(1)
	does := safe.Text(" skips")
	if m.tour.step == tourEnd {
		does = " ends"
	}
	end := hint{}.key(m.keys.TourOn).say(does)
	if m.takesText() { // there it would be typed
		end = nil
	}
	if to, air := m.onAir(); air != "" { // whom he is heard by comes before all else
		end = hint{{to, air}}
	}
	room := l.left - width(m.theme.shape(end.text())) - 1 - tourRoom
	h := m.tourHint(false)
	if width(m.theme.shape(h.text())) > room {
		h = m.tourHint(true)
	}
	for _, word := range h {
		room -= l.put(word.tone, clipTo(m.theme, word.text, max(room, 0)))
	}
	l.gap(room + tourRoom)
	for _, word := range end {
		l.put(word.tone, word.text)
	}
	return l.end()
}
