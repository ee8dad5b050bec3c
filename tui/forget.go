package tui

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// forget erases the calls with a number where the last word is yes, and else shows what
// would be erased: forget +12025550123, forget +12025550123 words yes.
func (m *model) forget(typed string) tea.Cmd {
	words := strings.Fields(typed)
	words, sure := cutWord(words, "yes")
	words, wordsAlone := cutWord(words, "words")
	number, what := squeeze(strings.Join(words, "")), engine.EraseAll
	if wordsAlone {
		what = engine.EraseWords
	}
	by, title := m.by(), safe.Text("Forget ")+safe.Number(number)
	if sure {
		return m.askHouse(title, "Erasing the calls with "+safe.Number(number)+" …", func(ctx context.Context, h House) ([]string, error) {
			return h.Forget(ctx, number, what, by)
		})
	}
	return m.askHouse(title, "Looking for the calls with "+safe.Number(number)+" …", func(ctx context.Context, h House) ([]string, error) {
		return h.WouldForget(ctx, number, what)
	})
}

// cutWord takes a word off the end, and reports whether it was there.
func cutWord(words []string, word string) ([]string, bool) {
	if n := len(words); n > 0 && strings.EqualFold(words[n-1], word) {
		return words[:n-1], true
	}
	return words, false
}
