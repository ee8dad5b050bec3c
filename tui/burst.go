package tui

import (
	"bytes"
	"io"
	"os"
	"time"
	"unicode/utf8"

	"golang.org/x/term"
)

// A terminal tells pasted text from typed keys, if it can. One that cannot sends it as if
// somebody typed faster than anybody types, and "my order" would mute a leg and start a
// transfer. So what comes in one piece, and is longer than fingers make it, is taken for a
// paste: it goes into a box that takes text, and presses no key.

const (
	burstRunes = 6                     // different keys that come at once are no hand's
	burstGap   = 30 * time.Millisecond // what comes so soon after a paste belongs to it
	burstRoom  = 16                    // bytes that are kept free for the brackets of a piece
)

// pasteBegins and pasteEnds are what a terminal brackets pasted text with.
var pasteBegins, pasteEnds = []byte("\x1b[200~"), []byte("\x1b[201~")

// keyboard is what is typed at: an input that is given, or the process's own. Of a terminal
// it tells pastes. nil: the library finds one.
func keyboard(given io.Reader, wall wall) io.Reader {
	if given == nil && term.IsTerminal(int(os.Stdin.Fd())) {
		given = os.Stdin
	}
	if f, ok := given.(*os.File); ok {
		return &hands{File: f, sort: sorter{wall: wall}}
	}
	return given
}

// A hands is a terminal's keyboard whose pastes are all told as such. It is a file still:
// who reads it sets the terminal by it, and waits for it.
type hands struct {
	*os.File
	sort sorter
}

// Read reads what was typed or pasted.
func (h *hands) Read(p []byte) (int, error) {
	if len(p) <= 2*burstRoom {
		return h.File.Read(p)
	}
	n, err := h.File.Read(p[:len(p)-burstRoom])
	if n <= 0 {
		return n, err
	}
	return copy(p, h.sort.told(p[:n])), err
}

// A sorter tells pastes from keys in what a terminal sends, piece by piece.
type sorter struct {
	wall   wall
	inside bool      // of a paste that the terminal has told itself
	tail   []byte    // of the last piece: brackets may be broken across two
	pasted time.Time // when the last piece was that was a paste untold
}

// told returns a piece as it is to be read.
func (s *sorter) told(piece []byte) []byte {
	was := s.inside
	seen := append(append([]byte(nil), s.tail...), piece...)
	begins, ends := bytes.LastIndex(seen, pasteBegins), bytes.LastIndex(seen, pasteEnds)
	if begins >= 0 || ends >= 0 {
		s.inside = begins > ends
	}
	s.tail = seen[max(0, len(seen)-len(pasteEnds)+1):]
	if was || s.inside || begins >= 0 || ends >= 0 || bytes.ContainsRune(piece, 0x1b) {
		return piece
	}
	now := s.wall.Now()
	goesOn := !s.pasted.IsZero() && now.Sub(s.pasted) < burstGap && isText(piece)
	if !goesOn && !burst(piece) {
		return piece
	}
	s.pasted = now
	return append(append(append([]byte(nil), pasteBegins...), piece...), pasteEnds...)
}

// burst reports whether a piece is more than fingers send at once. A key that is held down
// over a slow line comes in pieces, too: always the same one.
func burst(piece []byte) bool {
	if !isText(piece) || utf8.RuneCount(piece) < burstRunes {
		return false
	}
	first, _ := utf8.DecodeRune(piece)
	return bytes.ContainsFunc(piece, func(r rune) bool { return r != first })
}

// isText reports whether a piece is text: letters, and what stands between them. Keys
// that are none, such as ctrl+c, are always keys.
func isText(piece []byte) bool {
	return !bytes.ContainsFunc(piece, func(r rune) bool {
		return r < ' ' && r != '\r' && r != '\n' && r != '\t' || r == 0x7f
	})
}
