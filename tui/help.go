package tui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"switchboard/tui/safe"
)

// A helpBox shows the keys, written from the key map, and what the signs mean.
type helpBox struct{}

func (helpBox) press(m *model, k tea.KeyPressMsg) tea.Cmd {
	if key.Matches(k, m.keys.Help, m.keys.Cancel, m.keys.Confirm, m.keys.Quit) {
		m.box = nil
	}
	return nil
}

func (helpBox) follow(*model) {}

func (helpBox) draw(m *model, w int) card {
	columns := m.keys.columns()
	tall := 0
	for _, c := range columns {
		tall = max(tall, len(c.keys))
	}
	cells := []int{w * 36 / 100, w * 28 / 100, w - w*36/100 - w*28/100}
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
			l.col(toneAccent, own(h.Key), 6)
			l.col(toneText, own(h.Desc), cells[i]-6)
		}
		rows = append(rows, l.end())
	}
	rows = append(rows, m.theme.empty(w))
	for _, text := range []safe.Text{
		"▲ needs a hand   ◆ operator is called   ? nobody hears   △ · ▽ ▼ mood",
		"│ ┃ █ how hard a sentence weighs   ░ still being said   … only asked",
	} {
		rows = append(rows, m.boxRow(w, toneDim, text))
	}
	return card{
		title: "Keys", rows: rows, caret: -1, keys: []key.Binding{bind("? esc", "close")}, brief: "? or esc closes help",
	}
}
