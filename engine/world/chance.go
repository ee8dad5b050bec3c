package world

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"time"
)

// Faults are how often, of 1, something goes wrong. Which events and commands it is
// depends on the seed and on whose they are (the third customer's second event, the
// first dial for him), not on how the calls happen to interleave.
type Faults struct {
	Repeat  float64 // an event is told twice
	Swap    float64 // an event is told late, so that others overtake it
	Stumble float64 // a command fails once with 500; sent again, it is carried out
	Refuse  float64 // a command is refused with 422
}

// maxLate is the most by which an event is told late.
const maxLate = 900 * time.Millisecond

// chance returns the dice that belong to a key.
func (w *World) chance(key string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(key))
	return rand.New(rand.NewPCG(w.cfg.Seed, h.Sum64()))
}

// uuid returns the version 4 UUID that belongs to a key.
func (w *World) uuid(key string) string {
	b := bytesOf(w.chance("uuid/"+key), 16)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// controlID returns the call_control_id that belongs to a key: as long as a real one
// and of the same letters.
func (w *World) controlID(key string) LegID {
	return LegID("v3:" + base64.RawURLEncoding.EncodeToString(bytesOf(w.chance("leg/"+key), 40)))
}

// codec returns what the leg of a key speaks.
func (w *World) codec(key string) string {
	if w.cfg.ALaw > 0 && w.chance("codec/"+key).Float64() < w.cfg.ALaw {
		return ALaw
	}
	return MuLaw
}

func bytesOf(r *rand.Rand, n int) []byte {
	b := make([]byte, 0, n+8)
	for len(b) < n {
		b = binary.BigEndian.AppendUint64(b, r.Uint64())
	}
	return b[:n]
}

func (w *World) misdeliver(key string) (repeat bool, late time.Duration) {
	f := w.cfg.Faults
	if f.Repeat <= 0 && f.Swap <= 0 {
		return false, 0
	}
	r := w.chance("deliver/" + key)
	repeat = r.Float64() < f.Repeat
	if r.Float64() < f.Swap {
		late = time.Duration(r.Int64N(int64(maxLate))) + time.Millisecond
	}
	return repeat, late
}
