package tui

import (
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// submitLimit is how long the engine may take to write a wish down, on the wall.
const submitLimit = 2 * time.Second

// maxAsked is how many wishes are remembered until it is known what became of them;
// the engine keeps as many refusals.
const maxAsked = 64

// A notice is one line that says what became of a key.
type notice struct {
	text safe.Text
	tone tone
	at   time.Time // on the wall

	entry string // the wish that it says is asked, if it says so
}

// submitted tells that the engine has written a wish down, or why it has not.
type submitted struct {
	asked
	err error
}

// tell shows a notice.
func (m *model) tell(to tone, text safe.Text) {
	m.notice = notice{text: text, tone: to, at: m.wall.Now()}
	m.version++
}

// fade takes away a notice that has been there long enough.
func (m *model) fade() {
	if m.notice.text != "" && m.wall.Now().Sub(m.notice.at) >= noticeLife {
		m.notice = notice{}
		m.version++
	}
}

// ask hands a wish to the engine, unless the frame says already that it would be
// refused: then the reason is shown, and ask returns nil. The wish is not drawn as
// fact; the next frame tells.
func (m *model) ask(body engine.Body, what safe.Text) tea.Cmd {
	if m.deck != nil { // no key leads here; should one, nothing is asked
		m.tell(toneWatch, notLive)
		return nil
	}
	if m.board.locked { // nor from a wallboard
		m.tell(toneWatch, m.readOnly())
		return nil
	}
	if err := m.allow(body); err != nil {
		m.tell(toneWatch, reason(err.Error()))
		return nil
	}
	m.last = act{body: body, what: what, at: m.engine.Now(), mode: m.frame.Automation}
	wish := m.wishOf(body, what)
	m.asked = append(m.asked, wish)
	if len(m.asked) > maxAsked {
		m.asked = m.asked[1:]
	}
	m.tell(toneDim, "Asked: "+what+" …")
	m.notice.entry = wish.entry
	entry := engine.Entry{
		ID: wish.entry, By: m.by(), Occurred: wish.at, Body: body,
	}
	e := m.engine
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), submitLimit)
		defer cancel()
		return submitted{wish, e.Submit(ctx, entry)}
	}
}

// told shows why a wish could not be written down.
func (m *model) told(s submitted) tea.Cmd {
	if s.err != nil {
		m.settled(s.entry)
		m.tell(toneBad, "Not asked, "+s.what+": "+reason(s.err.Error()))
	}
	return nil
}

// refused shows why the engine did not do what was asked, if the frame says so.
func (m *model) refused() {
	for _, r := range m.frame.Refusals {
		if what, ok := m.settled(r.Entry); ok {
			m.tell(toneWatch, "Refused, "+what+": "+reason(r.Reason))
		}
	}
}

// settled forgets a wish.
func (m *model) settled(entry string) (what safe.Text, ok bool) {
	for i, a := range m.asked {
		if a.entry == entry {
			m.asked = append(m.asked[:i:i], m.asked[i+1:]...)
			return a.what, true
		}
	}
	return "", false
}

// reason makes a sentence of an error's words.
func reason(words string) safe.Text {
	text := string(capital(safe.Clean(words, maxWhy)))
	if text != "" && !strings.HasSuffix(text, ".") && !strings.HasSuffix(text, "…") {
		text += "."
	}
	return own(text)
}
