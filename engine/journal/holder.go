package journal

import (
	"encoding/json"
	"fmt"
	"os"
	"time"
)

// A Holder is the process that has a journal open.
type Holder struct {
	PID   int       // zero: the system does not tell
	Runs  string    // what it is, as in "switchboard run"; empty: it has not said
	Since time.Time // on the wall's clock; zero: not known
}

// String says who it is, as in "process 4711 (switchboard run, since 2026-03-14 12:00:00)".
func (h Holder) String() string {
	switch {
	case h.PID == 0:
		return "another switchboard"
	case h.PID == os.Getpid():
		return "this very program"
	case h.Runs == "" || h.Since.IsZero():
		return fmt.Sprintf("process %d", h.PID)
	}
	return fmt.Sprintf("process %d (%s, since %s)", h.PID, h.Runs, h.Since.Local().Format(time.DateTime))
}

// inUse is ErrInUse with a name to it.
type inUse struct {
	holder Holder
	cause  error
}

func (e *inUse) Error() string {
	return fmt.Sprintf("the journal is in use by %s: end that one first, or name another file with --journal", e.holder)
}

// Unwrap returns ErrInUse, and what SQLite said.
func (e *inUse) Unwrap() []error {
	if e.cause == nil {
		return []error{ErrInUse}
	}
	return []error{ErrInUse, e.cause}
}

// The holder's note lies beside the journal for as long as that is open. It is no lock:
// SQLite's is, which ends with its process however that ends. It only says who has it,
// in a file of its own, for opening and closing the journal itself to ask would let go of
// this process's lock. What a process that was killed has left behind is written over by
// the next. The file's time is since when.
type note struct {
	PID  int    `json:"pid"`
	Runs string `json:"runs"`
}

func notePath(path string) string { return path + "-holder" }

// leaveNote says that this process has the journal. A note that cannot be written, as on
// a full disk, makes a refusal vaguer and nothing else.
func leaveNote(path, runs string) {
	text, err := json.Marshal(note{os.Getpid(), runs})
	if err != nil {
		return
	}
	_ = os.Remove(notePath(path)) // or the time and the mode would be another's
	_ = os.WriteFile(notePath(path), append(text, '\n'), 0o600)
}

// readNote returns who says that he has the journal, if that process is there.
func readNote(path string) Holder {
	text, err := os.ReadFile(notePath(path))
	if err != nil {
		return Holder{}
	}
	var n note
	info, err := os.Stat(notePath(path))
	if err != nil || json.Unmarshal(text, &n) != nil || n.PID <= 0 || !alive(n.PID) {
		return Holder{}
	}
	return Holder{PID: n.PID, Runs: n.Runs, Since: info.ModTime()}
}

// Free returns ErrInUse, wrapped, where another process has the journal at path, as far as
// the system tells; the journal need not be there. It takes nothing: who wants to be sure
// has to open it.
func Free(path string) error {
	if h, held := HeldBy(path); held && h.PID != os.Getpid() {
		return fmt.Errorf("open the journal %s: %w", path, &inUse{h, nil})
	}
	return nil
}

// HeldBy returns who has the journal at path, as far as the system tells.
func HeldBy(path string) (Holder, bool) {
	path, err := resolve(path)
	if err != nil || !exists(path) {
		return Holder{}, false
	}
	h := readNote(path)
	if h.PID == os.Getpid() {
		return h, true // to ask the system would let go of this process's own lock
	}
	held, pid := holder(path)
	if !held {
		return Holder{}, false
	}
	if pid == 0 || h.PID == pid {
		return h, true
	}
	return Holder{PID: pid}, true
}
