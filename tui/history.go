package tui

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// Limits of the search in calls that are over.
const (
	pastPage   = 50               // calls had at once
	pastAhead  = 10               // rows from the end at which the next are had
	pastLimit  = 20 * time.Second // for one search
	maxSearch  = 200              // letters of a query
	pastHead   = 2                // lines above the calls: the query and a hairline
	pastLeast  = 3                // calls that are shown at the least
	callCells  = 6                // #41207
	whenCells  = 12               // 22 Nov 14:02
	pastWidest = 132              // cells of a sentence with its time and score: an eye has to find from one to the other
	pastNarrow = 96               // cells below which a row leaves out how many sentences match
)

// A historyBox searches calls that are over, on the whole screen: the query, the calls that
// were found, and of the chosen one the sentences that match among those around them. While
// the query is typed every key is a letter; the calls follow as it is typed. A search is begun
// when the last one is back, so that fast fingers ask for no more than can be answered.
type historyBox struct {
	typed  string
	typing bool
	past   Past
	wrong  safe.Text // what does not serve in the query
	asked  string    // the query of past
	busy   bool      // a search is under way
	stale  bool      // … and the query has changed since it began

	chosen engine.SessionID
	top    int // the first call that is shown
	hit    int // the sentence of the chosen call that a replay begins with
}

// pastFound is what a search has come back with.
type pastFound struct {
	box   *historyBox
	query PastQuery
	past  Past
	err   error
}

// showHistory opens the search.
func (m *model) showHistory(query string) tea.Cmd {
	if m.archive == nil {
		m.tell(toneWatch, "History: not possible here, for there is no journal behind this console.")
		return nil
	}
	b := &historyBox{typed: query, typing: query == ""}
	m.openBox(b, 0)
	return b.search(m)
}

// search looks for what is typed, or notes that it has to be done once more.
func (b *historyBox) search(m *model) tea.Cmd { return b.fetch(m, 0) }

// fetch has calls from the n-th on.
func (b *historyBox) fetch(m *model, from int) tea.Cmd {
	if b.busy {
		b.stale = b.stale || from == 0
		return nil
	}
	b.busy = true
	archive, q := m.archive, PastQuery{Text: b.typed, Typing: b.typing, From: from, Limit: pastPage}
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), pastLimit)
		defer cancel()
		past, err := archive.Past(ctx, q)
		return pastFound{b, q, past, err}
	}
}

// pastFound shows what a search has come back with, unless its box is gone.
func (m *model) pastFound(f pastFound) tea.Cmd {
	b := f.box
	b.busy = false
	if m.box != b {
		return nil
	}
	m.version++
	if b.stale {
		b.stale = false
		return b.search(m)
	}
	if f.err != nil {
		b.wrong = reason(f.err.Error())
		return nil
	}
	b.wrong, b.asked = "", f.query.Text
	if f.query.From > 0 {
		f.past.Calls = append(slices.Clip(b.past.Calls), f.past.Calls...)
	}
	b.past = f.past
	if b.at() < 0 {
		b.choose(0)
		b.top = 0
	}
	return nil
}

// at returns the place of the chosen call, or -1.
func (b *historyBox) at() int {
	return slices.IndexFunc(b.past.Calls, func(c PastCall) bool { return c.Record.Session == b.chosen })
}

// call returns the chosen call.
func (b *historyBox) call() (PastCall, bool) {
	i := b.at()
	if i < 0 {
		return PastCall{}, false
	}
	return b.past.Calls[i], true
}

func (b *historyBox) choose(i int) {
	if len(b.past.Calls) == 0 {
		b.chosen = ""
		return
	}
	i = min(max(i, 0), len(b.past.Calls)-1)
	if id := b.past.Calls[i].Record.Session; id != b.chosen {
		b.chosen, b.hit = id, 0
	}
}

// move chooses another call, and has more of them where the end is near.
func (b *historyBox) move(m *model, by int) tea.Cmd {
	b.choose(min(max(b.at()+by, 0), far))
	n := len(b.past.Calls)
	if b.at() >= n-pastAhead && (n < b.past.Total || b.past.More) {
		return b.fetch(m, n)
	}
	return nil
}

func (b *historyBox) press(m *model, k tea.KeyPressMsg) tea.Cmd {
	if b.typing {
		return b.type1(m, k)
	}
	page := max(b.listRows(m)-1, 1)
	switch {
	case key.Matches(k, m.keys.Cancel, m.keys.Quit):
		m.box = nil
	case key.Matches(k, m.keys.Search):
		b.typing = true
	case key.Matches(k, m.keys.Up):
		return b.move(m, -1)
	case key.Matches(k, m.keys.Down):
		return b.move(m, 1)
	case key.Matches(k, m.keys.PageUp, m.keys.HalfUp):
		return b.move(m, -page)
	case key.Matches(k, m.keys.PageDown, m.keys.HalfDown):
		return b.move(m, page)
	case key.Matches(k, m.keys.First):
		return b.move(m, -far)
	case key.Matches(k, m.keys.Last):
		return b.move(m, far)
	case key.Matches(k, m.keys.NextMatch):
		b.nextHit(1)
	case key.Matches(k, m.keys.PrevMatch):
		b.nextHit(-1)
	case key.Matches(k, m.keys.Confirm):
		return b.replay(m)
	}
	return nil
}

// type1 takes a key while the query is typed.
func (b *historyBox) type1(m *model, k tea.KeyPressMsg) tea.Cmd {
	was := b.typed
	switch {
	case key.Matches(k, m.keys.Cancel):
		if b.typed == "" || len(b.past.Calls) == 0 {
			m.box = nil
			return nil
		}
		b.typing = false
	case key.Matches(k, m.keys.Confirm):
		b.typing = false
		return b.search(m) // what was the beginning of a word is a word now
	case key.Matches(k, m.keys.Choose):
		if k.String() == "down" {
			return b.move(m, 1)
		}
		return b.move(m, -1)
	case key.Matches(k, m.keys.Erase) && b.typed != "":
		_, size := utf8.DecodeLastRuneInString(b.typed)
		b.typed = b.typed[:len(b.typed)-size]
	case key.Matches(k, m.keys.Erase):
		m.box = nil
		return nil
	case key.Matches(k, m.keys.EraseAll):
		b.typed = ""
	case k.Text != "":
		b.write(k.Text)
	}
	if b.typed == was {
		return nil
	}
	return b.search(m)
}

// write appends what was typed or pasted.
func (b *historyBox) write(text string) {
	clean := string(safe.Clean(b.typed+text, maxSearch+1))
	if strings.HasSuffix(text, " ") && !strings.HasSuffix(clean, " ") && clean != "" {
		clean += " "
	}
	if utf8.RuneCountInString(clean) <= maxSearch {
		b.typed = clean
	}
}

// nextHit chooses another sentence of the chosen call.
func (b *historyBox) nextHit(by int) {
	if c, ok := b.call(); ok && len(c.Hits) > 0 {
		b.hit = (b.hit + by + len(c.Hits)) % len(c.Hits)
	}
}

// replay shows the chosen call from the chosen sentence on, or from where it mattered.
func (b *historyBox) replay(m *model) tea.Cmd {
	c, ok := b.call()
	switch {
	case !ok: // there may be some by now
		return b.search(m)
	case c.Erased != 0:
		m.tell(toneWatch, "Call "+own(strconv.Itoa(c.Record.Number))+" cannot be replayed: what was said in it is erased.")
		return nil
	}
	m.shelf, m.box = b, nil // it is there again when the replay is left
	begun := m.replayFrom(c.Record.Session, callerOf(&engine.Session{Name: c.Record.Name, Caller: c.Record.Caller}), b.moment(c))
	if begun == nil {
		m.unshelve()
	}
	return begun
}

// moment is the moment of a call that is looked at: of the chosen sentence, or its beginning.
func (b *historyBox) moment(c PastCall) time.Time {
	if b.hit < len(c.Hits) {
		return c.Record.Lines[c.Hits[b.hit].Line].Start
	}
	return c.Record.Started
}

func (*historyBox) follow(*model) {}

// listRows is how many lines the calls have, no more than there are calls; what is left is the
// chosen call's.
func (b *historyBox) listRows(m *model) int {
	room := max(m.boxRoom()-pastHead-1, 1)
	most := max(room*55/100, min(pastLeast, room))
	return min(most, max(len(b.past.Calls), len(b.past.Advice), pastLeast))
}
