package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"switchboard/engine"
	"switchboard/engine/replay"
	"switchboard/tui/filter"
	"switchboard/tui/safe"
)

// In a replay the whole tape is searched, also what is yet to be said: n and N turn it to
// the moment at which a sentence came in.

// A spoken is a sentence of a tape.
type spoken struct {
	event int // it is known after so many events
	call  engine.SessionID
	id    string
	text  string
}

// tapeStretch is how many events of a tape are looked at in one go.
const tapeStretch = 512

// spokenOnTape returns what is said on the tape, each sentence where it first came in.
func (m *model) spokenOnTape() []spoken {
	tape := m.deck.player.Tape()
	known := map[string]bool{}
	var all []spoken
	for from := 0; from < tape.Len(); from += tapeStretch {
		for i, fall := range tape.Falls(from, tapeStretch) {
			one := spoken{event: from + i + 1, call: fall.Session}
			switch b := fall.Body.(type) {
			case engine.Uttered:
				one.id, one.text = string(b.Conversation)+"/"+b.Message, b.Text
			case engine.Transcribed:
				one.id, one.text = fall.ID, b.Text
			default:
				continue
			}
			if !known[one.id] {
				known[one.id] = true
				all = append(all, one)
			}
		}
	}
	return all
}

// lookOnTape finds the sentences that have a word. The tape stays where it is.
func (m *model) lookOnTape(word string) {
	if m.search.tape == nil {
		m.search.tape = m.spokenOnTape()
	}
	m.search = search{on: word != "", word: word, tape: m.search.tape}
	for _, s := range m.search.tape {
		if word != "" && len(filter.Find(string(safe.Clean(s.text, maxWords)), word)) > 0 {
			m.search.places = append(m.search.places, s)
		}
	}
	m.drawn.words.forget()
	m.version++
}

// nextOnTape turns the tape to the next sentence that has it, or the one before; behind the
// last stands the first.
func (m *model) nextOnTape(by int) tea.Cmd {
	places := m.search.places
	if len(places) == 0 {
		m.tell(toneDim, "Nobody says "+safe.Clean(m.search.word, maxLine)+" on this tape.")
		return nil
	}
	now := m.deck.at.Event
	to := places[0]
	if by > 0 {
		if i := slices.IndexFunc(places, func(s spoken) bool { return s.event > now }); i >= 0 {
			to = places[i]
		}
	} else {
		to = places[len(places)-1]
		for _, s := range slices.Backward(places) {
			if s.event < now {
				to = s
				break
			}
		}
	}
	m.search.at = to.id
	m.words = scroll{}
	m.drawn.words.forget()
	return m.turnTape(func(p *replay.Player) turned { p.SeekEvent(to.event); return turned{call: to.call} })
}
