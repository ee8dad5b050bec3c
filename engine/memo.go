package engine

import (
	"errors"
	"strings"
	"time"
)

// Limits of handover notes.
const (
	maxMemos = 64
	maxMemo  = 500 // bytes
)

// Why a supervisor's note is refused.
var (
	ErrNoText  = errors.New("a note needs a text, as in :note the printer in room 2 is out of order")
	ErrTooLong = errors.New("a note has at most 500 letters; write two")
)

// A Memo is a note that one shift leaves for the next.
type Memo struct {
	At      time.Time
	By      By
	Text    string
	Session SessionID `json:",omitempty"` // the call that it is about
	Number  int       `json:",omitempty"` // of that call, as the console shows it
	Event   uint64    `json:",omitempty"` // that wrote it
}

func allowMemo(e NoteAsked) error {
	switch text := strings.TrimSpace(e.Text); {
	case text == "":
		return ErrNoText
	case len(text) > maxMemo:
		return ErrTooLong
	}
	return nil
}

// noteAsked keeps a note. One about a call that is gone by now is kept all the same.
func (t *turn) noteAsked(e NoteAsked) {
	if err := allowMemo(e); err != nil {
		t.refuse(e.Session, err)
		return
	}
	m := Memo{At: t.now, By: t.event.By, Text: strings.TrimSpace(e.Text), Session: e.Session, Event: t.event.Seq}
	if s, ok := t.edit(e.Session); ok {
		m.Number = s.Number
		t.note(s, NoteAct, "note by %s: %s", t.event.By, m.Text)
	}
	t.memos = append(t.memos, m)
}
