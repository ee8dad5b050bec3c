package tui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"switchboard/tui/safe"
)

// A helpBox shows the keys, written from the key map, and what the signs mean.
type helpBox struct{ top int }

func (b *helpBox) press(m *model, k tea.KeyPressMsg) tea.Cmd {
	switch {
	case key.Matches(k, m.keys.Help, m.keys.Cancel, m.keys.Confirm, m.keys.Quit):
		m.box = nil
	case key.Matches(k, m.keys.Down, m.keys.PageDown):
		b.top++
	case key.Matches(k, m.keys.Up, m.keys.PageUp):
		b.top = max(b.top-1, 0)
	}
	return nil
}

func (*helpBox) follow(*model) {}

func (b *helpBox) draw(m *model, w int) card {
	columns := m.keys.columns()
	if m.deck != nil {
		columns = m.keys.tapeColumns(m.deck.within)
	}
	tall := 0
	for _, c := range columns {
		tall = max(tall, len(c.keys))
	}
	cells := []int{w * 34 / 100, w * 31 / 100, w - w*34/100 - w*31/100}
	heads := m.theme.line(onPage, w)
	for i, c := range columns {
		heads.col(toneDim, c.title, cells[i])
	}
	rows := []string{heads.end()}
	for r := range tall {
		l := m.theme.line(onPage, w)
		for i, c := range columns {
			if r >= len(c.keys) {
				l.gap(cells[i])
				continue
			}
			h := c.keys[r].Help()
			l.col(toneAccent, m.theme.keyName(h.Key), 6)
			l.col(toneText, own(h.Desc), cells[i]-7)
			l.gap(1)
		}
		rows = append(rows, l.end())
	}
	rows = append(rows, m.theme.empty(w))
	signs := []safe.Text{
		"▲ needs a hand   ◆ operator is called   ? nobody hears   ! ◇ alert",
		"△ · ▽ ▼ mood   │ ┃ █ how a sentence weighs   ░ being said   ‖ hold ▒ pay",
		"… only asked    :  note, report, export, policy, backtest and more",
	}
	if m.deck != nil {
		signs[2] = "on the bar: ▲ rule or proposal  ◆ called  ✓ joined  ▽ vetoed  ! failed"
	}
	for _, text := range signs {
		rows = append(rows, m.boxRow(w, toneDim, text))
	}
	keys := []key.Binding{bind("? esc", "close")}
	if len(rows) > m.boxRoom() {
		keys = append(keys, bind("j k", "more"))
	}
	rows, b.top = m.window(rows, b.top)
	return card{title: "Keys", rows: rows, caret: -1, keys: keys, brief: "? or esc closes help"}
}

// window returns as many rows as a box has room for, from the one that it is scrolled
// to, and where that is.
func (m *model) window(rows []string, top int) ([]string, int) {
	top = min(top, max(len(rows)-m.boxRoom(), 0))
	return rows[top:], top
}
