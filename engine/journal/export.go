package journal

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"

	"switchboard/engine"
)

// The head of an export is its first line: what its events belong to.
type head struct {
	Epoch string `json:"epoch"`
	Call  string `json:"call,omitempty"` // the session, where the export holds one call alone
}

// Export writes the journal as JSON Lines: one that names its epoch, then one for each
// event. [Import] and backtest read it. Where an event cannot be read, the lines before
// it are written, and the error names it. It returns how many events were written.
func (j *Journal) Export(w io.Writer) (int, error) {
	return j.export(w, head{Epoch: j.epoch}, func(engine.Event) bool { return true })
}

// ExportCall is Export for the events of one call: those that changed it, Symbl's leg of
// it and what held for all calls meanwhile, with the settings that it began under. Their
// numbers are the journal's own, with gaps, so backtest reads it and Import does not. What
// other calls meant for it, as an operator who was busy with one, is not in it.
func (j *Journal) ExportCall(w io.Writer, c Call) (int, error) {
	return j.export(w, head{j.epoch, string(c.Session)}, c.has)
}

func (j *Journal) export(w io.Writer, h head, wanted func(engine.Event) bool) (int, error) {
	out := bufio.NewWriter(w)
	enc := json.NewEncoder(out)
	if err := enc.Encode(h); err != nil {
		return 0, fmt.Errorf("export the journal: %w", err)
	}
	n := 0
	err := j.Read(1, func(e engine.Event) error {
		if !wanted(e) {
			return nil
		}
		if err := enc.Encode(e); err != nil {
			return fmt.Errorf("export event %d: %w", e.Seq, err)
		}
		n++
		return nil
	})
	if flushed := out.Flush(); err == nil && flushed != nil {
		err = fmt.Errorf("export the journal: %w", flushed)
	}
	return n, err
}
