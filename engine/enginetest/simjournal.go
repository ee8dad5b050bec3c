package enginetest

import (
	"errors"
	"fmt"
	"time"

	"switchboard/engine"
)

// A simJournal is a journal in memory. What was appended is on the disk only once it is
// flushed; what is not is gone when the program ends.
type simJournal struct {
	durable []engine.Event
	tail    []engine.Event
	known   map[string]bool
	marks   []simCheckpoint // the newest last
	plant   plant
}

type simCheckpoint struct {
	seq  uint64
	data []byte
}

const (
	simBuild       = "simulated"
	keptCheckpoint = 3
)

func (j *simJournal) seq() uint64 { return uint64(len(j.durable) + len(j.tail)) }

// append numbers the entries that are not known, as package journal does.
func (j *simJournal) append(now time.Time, entries []engine.Entry) []engine.Event {
	if j.known == nil {
		j.known = map[string]bool{}
	}
	from := len(j.tail)
	for _, e := range entries {
		if j.known[e.ID] && !j.plant.forgetIDs {
			continue
		}
		j.known[e.ID] = true
		j.tail = append(j.tail, engine.Event{Seq: j.seq() + 1, At: now, Entry: e})
	}
	return j.tail[from:len(j.tail):len(j.tail)]
}

// flush brings what was appended to the disk.
func (j *simJournal) flush() {
	j.durable = append(j.durable, j.tail...)
	j.tail = nil
}

// lose is the end of the program: what was not flushed never was.
func (j *simJournal) lose() {
	for _, e := range j.tail {
		delete(j.known, e.ID)
	}
	j.tail = nil
}

func (j *simJournal) checkpoint(seq uint64, data []byte) {
	j.marks = append(j.marks, simCheckpoint{seq, data})
	j.marks = j.marks[max(0, len(j.marks)-keptCheckpoint):]
}

// Epoch implements [Past].
func (j *simJournal) Epoch() string { return Epoch }

// Latest implements [Past].
func (j *simJournal) Latest() (uint64, string, []byte, error) {
	if len(j.marks) == 0 {
		return 0, "", nil, nil
	}
	c := j.marks[len(j.marks)-1]
	return c.seq, simBuild, c.data, nil
}

// Read implements [Past]. Each event goes through the codec, as it would on a disk.
func (j *simJournal) Read(from uint64, yield func(engine.Event) error) error {
	if from == 0 {
		return errors.New("events are numbered from 1")
	}
	for i := from - 1; i < uint64(len(j.durable)); i++ {
		kind, data, err := engine.EncodeBody(j.durable[i].Body)
		if err != nil {
			return fmt.Errorf("encode event %d: %w", i+1, err)
		}
		body, err := engine.DecodeBody(kind, data)
		if err != nil {
			return fmt.Errorf("decode event %d: %w", i+1, err)
		}
		e := j.durable[i]
		e.Body = body
		if err := yield(e); err != nil {
			return err
		}
	}
	return nil
}
