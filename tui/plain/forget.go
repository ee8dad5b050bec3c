package plain

import (
	"context"
	"strings"

	"switchboard/engine"
)

// forget erases the calls with a number where the last word is yes, and else tells what
// would be erased: forget +12025550123, forget +12025550123 words yes.
func (c *console) forget(rest []string) error {
	typed, sure := cutWord(rest, "yes")
	typed, wordsAlone := cutWord(typed, "words")
	number, what := grouped(strings.Join(typed, "")), engine.EraseAll
	if wordsAlone {
		what = engine.EraseWords
	}
	return c.askHouse("forget", func(ctx context.Context) ([]string, error) {
		if sure {
			return c.house.Forget(ctx, number, what, c.by())
		}
		return c.house.WouldForget(ctx, number, what)
	})
}

// cutWord takes a word off the end, and reports whether it was there.
func cutWord(words []string, word string) ([]string, bool) {
	if n := len(words); n > 0 && strings.EqualFold(words[n-1], word) {
		return words[:n-1], true
	}
	return words, false
}
