package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"switchboard/engine"
)

const maxDrawn = 512 // rows, and sentences

// drawn keeps what was drawn, by everything that it depends on, so that a screen costs
// what has changed on it. It holds nothing that could not be drawn again.
type drawn struct {
	version uint64 // of the model that view shows
	view    tea.View
	rows    cache[rowKey, string]
	words   cache[wordsKey, []string]
	events  allEvents
}

// forget drops all of it: another width, another theme.
func (d *drawn) forget() {
	d.version = 0
	d.rows.forget()
	d.words.forget()
	d.events = allEvents{}
}

// A rowKey is what a drawn row of the list depends on, beside width and theme.
type rowKey struct {
	id       engine.SessionID
	changed  uint64
	second   int64
	selected bool
	marked   bool
	width    int
	stray    bool          // it is shown though the filter does not let it through
	due      time.Duration // left until a proposal begins: it need not end with a second
}

// A cache keeps what was drawn last. Once full it is emptied: what is on the screen
// comes back with the next one.
type cache[K comparable, V any] struct{ kept map[K]V }

func (c *cache[K, V]) get(k K) (V, bool) {
	v, ok := c.kept[k]
	return v, ok
}

func (c *cache[K, V]) put(k K, v V) {
	if c.kept == nil || len(c.kept) >= maxDrawn {
		c.kept = make(map[K]V)
	}
	c.kept[k] = v
}

func (c *cache[K, V]) forget() { c.kept = nil }
