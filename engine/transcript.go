package engine

import (
	"encoding/json"
	"slices"
)

// Limits of a transcript.
const (
	chunkSize = 32 // sentences in a chunk
	maxChunks = 64 // kept of a session: 2,048 sentences, then the oldest are dropped
)

// A Transcript is what was said in a session. It is kept in chunks of which only the
// one that is written to is copied: a sentence costs the same in a long call as in a
// short one. The zero Transcript is empty.
type Transcript struct {
	chunks [][]Utterance
	total  int // sentences ever added
}

// Len returns how many sentences are kept.
func (t Transcript) Len() int {
	if len(t.chunks) == 0 {
		return 0
	}
	return (len(t.chunks)-1)*chunkSize + len(t.chunks[len(t.chunks)-1])
}

// Total returns how many sentences were ever added.
func (t Transcript) Total() int { return t.total }

// All returns the sentences kept, in the order they came. The caller may keep it.
func (t Transcript) All() []Utterance {
	all := make([]Utterance, 0, t.Len())
	for _, c := range t.chunks {
		all = append(all, c...)
	}
	return all
}

// add returns the transcript with one sentence more.
func (t Transcript) add(u Utterance) Transcript {
	t.total++
	last := len(t.chunks) - 1
	if last < 0 || len(t.chunks[last]) == chunkSize {
		keep := t.chunks[max(0, len(t.chunks)+1-maxChunks):]
		t.chunks = append(slices.Clip(keep), []Utterance{u})
		return t
	}
	t.chunks = slices.Clone(t.chunks)
	t.chunks[last] = append(slices.Clip(t.chunks[last]), u)
	return t
}

// last returns the newest chunks, the oldest first, cut so that they hold at most so
// many sentences in all. They are not to be written.
func (t Transcript) last(n int) [maxHeard/chunkSize + 2][]Utterance {
	var last [maxHeard/chunkSize + 2][]Utterance
	at := len(last) - 1
	for i := len(t.chunks) - 1; i >= 0 && n > 0 && at >= 0; i-- {
		chunk := t.chunks[i]
		last[at] = chunk[max(0, len(chunk)-n):]
		n -= len(last[at])
		at--
	}
	return last
}

// same reports whether nothing was added or changed between two: what is changed is copied.
func (t Transcript) same(o Transcript) bool {
	return t.total == o.total && len(t.chunks) == len(o.chunks) && (len(t.chunks) == 0 || &t.chunks[0] == &o.chunks[0])
}

// find returns the sentence of that id, the newest first.
func (t Transcript) find(id string) (chunk, i int, ok bool) {
	for c := range slices.Backward(t.chunks) {
		if i := slices.IndexFunc(t.chunks[c], func(u Utterance) bool { return u.ID == id }); i >= 0 {
			return c, i, true
		}
	}
	return 0, 0, false
}

// replace returns the transcript with the sentence at a place that find gave changed.
func (t Transcript) replace(chunk, i int, u Utterance) Transcript {
	t.chunks = slices.Clone(t.chunks)
	t.chunks[chunk] = slices.Clone(t.chunks[chunk])
	t.chunks[chunk][i] = u
	return t
}

type wireTranscript struct {
	Total int
	Lines []Utterance
}

// MarshalJSON implements [json.Marshaler].
func (t Transcript) MarshalJSON() ([]byte, error) {
	return json.Marshal(wireTranscript{t.total, t.All()})
}

// UnmarshalJSON implements [json.Unmarshaler].
func (t *Transcript) UnmarshalJSON(b []byte) error {
	var w wireTranscript
	if err := json.Unmarshal(b, &w); err != nil {
		return err
	}
	*t = Transcript{}
	for chunk := range slices.Chunk(w.Lines, chunkSize) {
		t.chunks = append(t.chunks, slices.Clip(chunk))
	}
	t.total = w.Total
	return nil
}
