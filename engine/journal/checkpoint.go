package journal

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"math"
)

// Checkpoint keeps what the events up to seq have led to, as the given build of the
// program encoded it. The newest three are kept. It may be called beside Append. One from
// before the newest [engine.CallsForgotten] is passed over: it holds what is erased.
func (j *Journal) Checkpoint(seq uint64, build string, state []byte) error {
	sum := checkpointSum(seq, build, state)

	j.mu.Lock()
	defer j.mu.Unlock()
	if j.failed == nil && (seq == 0 || seq > j.seq) {
		return fmt.Errorf("keep checkpoint %d: the journal has events 1 to %d", seq, j.seq)
	}
	if j.failed == nil && seq < j.erased {
		return nil
	}
	err := j.transact(fmt.Sprintf("keep checkpoint %d", seq), func() error {
		if _, err := j.do.keep.Exec(seq, build, state, sum); err != nil {
			return err
		}
		_, err := j.do.drop.Exec(keep)
		return err
	})
	if err != nil {
		return err
	}
	j.copyLog(len(state)>>12 + 4)
	return nil
}

// Latest returns the newest checkpoint that is what was written: the number of the
// last event in it, the build that made it, and its state. A damaged one is passed
// over. Where there is none, seq is 0.
func (j *Journal) Latest() (seq uint64, build string, state []byte, err error) {
	return j.LatestBefore(math.MaxInt64)
}

// LatestBefore is Latest of those checkpoints whose last event comes before one.
func (j *Journal) LatestBefore(event uint64) (seq uint64, build string, state []byte, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.failed != nil {
		return 0, "", nil, j.failed
	}
	for seq = event; ; {
		var sum []byte
		err := j.do.latest.QueryRow(seq).Scan(&seq, &build, &state, &sum)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return 0, "", nil, nil
		case err != nil:
			return 0, "", nil, fmt.Errorf("read the latest checkpoint: %w", explain(err))
		case bytes.Equal(sum, checkpointSum(seq, build, state)):
			return seq, build, state, nil
		}
	}
}

func checkpointSum(seq uint64, build string, state []byte) []byte {
	h := sha256.New()
	fmt.Fprintf(h, "%d %q ", seq, build)
	h.Write(state)
	return h.Sum(nil)
}
