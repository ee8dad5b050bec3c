package telnyx

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

type (
	// A frame is one message of a stream (section 7). Numbers are texts there; what an
	// event does not need is ignored.
	frame struct {
		Event   text       `json:"event"`
		Start   startFrame `json:"start"`
		Media   mediaFrame `json:"media"`
		Payload errorFrame `json:"payload"`
	}

	startFrame struct {
		Leg    text        `json:"call_control_id"`
		Format mediaFormat `json:"media_format"`
	}

	mediaFormat struct {
		Encoding text `json:"encoding"`
		Rate     text `json:"sample_rate"`
		Channels text `json:"channels"`
	}

	mediaFrame struct {
		Track   text   `json:"track"`
		Chunk   text   `json:"chunk"`
		Payload []byte `json:"payload"` // base64
	}

	errorFrame struct {
		Code   text `json:"code"`
		Title  text `json:"title"`
		Detail text `json:"detail"`
	}
)

// errFrame means that a message is no frame that we can read.
var errFrame = errors.New("not a frame of a stream")

// decodeFrame reads one message. It returns errFrame for what cannot be read.
func decodeFrame(raw []byte) (f frame, err error) {
	if err := json.Unmarshal(raw, &f); !readable(err) || f.Event == "" {
		return frame{}, errFrame
	}
	return f, nil
}

// number returns the frame's place among the sound of its leg.
func (f mediaFrame) number() (int64, bool) {
	n, err := strconv.ParseUint(string(f.Chunk), 10, 62)
	return int64(n), err == nil
}

// words returns what an error says.
func (f errorFrame) words() string {
	words := strings.Join(nonEmpty(string(f.Title), string(f.Detail)), ": ")
	if f.Code != "" {
		words += fmt.Sprintf(" (%s)", f.Code)
	}
	return cut(strings.TrimSpace(words), maxDetail)
}

// law returns how the sound is to be read, by what comes and not by what was asked for:
// elsewhere than in America the same call may come in A-law, and is noise when it is
// read as mu-law. The error says what to change.
func (f mediaFormat) law() (law, error) {
	narrow := f.Rate == "8000" && (f.Channels == "1" || f.Channels == "")
	switch {
	case narrow && strings.EqualFold(string(f.Encoding), "PCMU"):
		return lawMu, nil
	case narrow && strings.EqualFold(string(f.Encoding), "PCMA"):
		return lawA, nil
	}
	return 0, fmt.Errorf("its sound comes as %q at %q Hz with %q channels, and only PCMU and PCMA at 8000 Hz with one can be read: "+
		"in the Telnyx portal, let the number's connection use no codecs but G711U and G711A",
		cut(f.Encoding, maxWord), cut(f.Rate, maxWord), cut(f.Channels, maxWord))
}
