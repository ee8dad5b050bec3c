package telnyxtest

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"switchboard/engine/world"
)

// The frames of a media stream: contracts/telnyx.md, section 7. Their numbers are
// strings.

// userID is the account's.
const userID = "3e6f995f-0c1e-4a3a-9d2f-0f6f2d2a6b11"

const connectedFrame = `{"event":"connected","version":"1.0.0"}`

type (
	startFrame struct {
		Event    string `json:"event"`
		Sequence string `json:"sequence_number"`
		Stream   string `json:"stream_id"`
		Start    start  `json:"start"`
	}
	start struct {
		User    string      `json:"user_id"`
		Leg     string      `json:"call_control_id"`
		Session string      `json:"call_session_id"`
		From    string      `json:"from"`
		To      string      `json:"to"`
		State   string      `json:"client_state,omitempty"`
		Format  mediaFormat `json:"media_format"`
	}
	mediaFormat struct {
		Encoding string `json:"encoding"`
		Rate     int    `json:"sample_rate"`
		Channels int    `json:"channels"`
	}
	keyFrame struct {
		Event    string `json:"event"`
		Stream   string `json:"stream_id"`
		At       string `json:"occurred_at"`
		Sequence string `json:"sequence_number"`
		Key      key    `json:"dtmf"`
	}
	key struct {
		Digit string `json:"digit"`
	}
	stopFrame struct {
		Event    string `json:"event"`
		Sequence string `json:"sequence_number"`
		Stream   string `json:"stream_id"`
		Stop     stop   `json:"stop"`
	}
	stop struct {
		User string `json:"user_id"`
		Leg  string `json:"call_control_id"`
	}
)

// frames writes the frames of one stream. What it returns is overwritten by the next
// media frame.
type frames struct {
	stream   world.Stream
	codec    string
	packet   time.Duration // that a media frame lasts
	sequence int64         // frames so far, but for connected
	chunk    int64         // media frames so far

	samples []byte // of one frame
	silence []byte // in base64: the payload of a silent one
	media   []byte
}

func newFrames(s world.Stream, codec string, packet time.Duration) *frames {
	f := &frames{stream: s, codec: codec, packet: packet, samples: make([]byte, packet*world.SampleRate/time.Second)}
	for i := range f.samples {
		f.samples[i] = world.Silence
	}
	f.encode()
	f.silence = base64.StdEncoding.AppendEncode(nil, f.samples)
	return f
}

// encode brings the samples from mu-law to the stream's codec.
func (f *frames) encode() {
	if f.codec == world.ALaw {
		for i, c := range f.samples {
			f.samples[i] = toALaw[c]
		}
	}
}

// next returns the next media frame, with what a voice says.
func (f *frames) next(v *world.Voice) []byte {
	f.chunk++
	b := append(f.media[:0], `{"event":"media","sequence_number":"`...)
	b = append(b, f.count()...)
	b = append(b, `","stream_id":"`...)
	b = append(b, f.stream.ID...)
	b = append(b, `","media":{"track":"inbound","chunk":"`...)
	b = strconv.AppendInt(b, f.chunk, 10)
	b = append(b, `","timestamp":"`...)
	b = strconv.AppendInt(b, int64(time.Duration(f.chunk-1)*f.packet/time.Millisecond), 10)
	b = append(b, `","payload":"`...)
	if v.Rest(len(f.samples)) {
		b = append(b, f.silence...)
	} else {
		v.Read(f.samples)
		f.encode()
		b = base64.StdEncoding.AppendEncode(b, f.samples)
	}
	f.media = append(b, `"}}`...)
	return f.media
}

// skip leaves out media frames, as if they had been lost on the way.
func (f *frames) skip(n int64, v *world.Voice) {
	if v.Rest(int(n) * len(f.samples)) {
		f.chunk, f.sequence = f.chunk+n, f.sequence+n
		return
	}
	for range n {
		f.next(v)
	}
}

func (f *frames) start() []byte {
	s := f.stream
	return written(startFrame{"start", f.count(), s.ID, start{userID, string(s.Leg), s.Session, s.From, s.To, s.State,
		mediaFormat{f.codec, world.SampleRate, 1}}})
}

func (f *frames) key(e world.Event) []byte {
	return written(keyFrame{"dtmf", f.stream.ID, stamp(e.At), f.count(), key{e.Digit}})
}

func (f *frames) stop() []byte {
	return written(stopFrame{"stop", f.count(), f.stream.ID, stop{userID, string(f.stream.Leg)}})
}

// count returns the number of the next frame.
func (f *frames) count() string {
	f.sequence++
	return strconv.FormatInt(f.sequence, 10)
}

func written(frame any) []byte {
	raw, err := json.Marshal(frame)
	if err != nil {
		panic(fmt.Sprintf("telnyxtest: %v", err)) // it cannot fail
	}
	return raw
}
