package engine

import (
	"slices"
	"time"
)

// Limits of the recording of a call's sound at Telnyx.
const (
	recordWithin  = 60 * time.Second // for word of a recording that is begun: a command lives 45 s
	recordAgain   = 3 * time.Second  // after a start that was refused
	maxRecords    = 3                // starts of one call
	pauseWithin   = 5 * time.Second  // for word of a pause, before it is taken as failed
	maxPauses     = 3                // of one payment
	maxRecordings = 8                // recordings of one call that are remembered
)

// RecorderStatus is how far the recording of a call is, as Telnyx has told.
type RecorderStatus uint8

// The statuses of a recorder.
const (
	RecorderNone     RecorderStatus = iota
	RecorderStarting                // ordered
	RecorderOn
	RecorderPausing // ordered
	RecorderPaused
	RecorderResuming // ordered
)

// A Recorder is Telnyx's recording of the customer's line: what he says and what he hears.
type Recorder struct {
	Status RecorderStatus
	Why    string    `json:",omitempty"` // what went wrong last, as a supervisor may read it
	Until  time.Time `json:",omitzero"`  // when what was ordered counts as failed, or is tried again
	Tries  int       `json:",omitempty"` // in a row

	// Leaks says that the customer pays and the recording could not be paused.
	Leaks bool `json:",omitempty"`

	// Owed says that a recording was made of which Telnyx has yet to tell where it is.
	Owed bool `json:",omitempty"`
}

// On reports whether the sound of the call is being recorded, as far as we know.
func (r Recorder) On() bool {
	switch r.Status {
	case RecorderOn, RecorderPausing, RecorderResuming:
		return true
	case RecorderNone, RecorderStarting, RecorderPaused:
	}
	return false
}

// String returns the status's name, as the journal has it.
func (e RecorderStatus) String() string { return name(recorderNames, e) }

// MarshalText implements [encoding.TextMarshaler].
func (e RecorderStatus) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (e *RecorderStatus) UnmarshalText(text []byte) error { return parse(recorderNames, e, text) }

// waits reports whether an order is under way of which Telnyx has not told.
func (r Recorder) waits() bool {
	switch r.Status {
	case RecorderStarting, RecorderPausing, RecorderResuming:
		return true
	case RecorderNone, RecorderOn, RecorderPaused:
	}
	return false
}

// recordSound sees to it that the call is recorded where it is to be, and paused while
// the customer pays. It changes nothing where nothing is to be done, and is called
// whenever anything about a call has changed.
func (t *turn) recordSound(s *Session) {
	r := &s.Recorder
	l, ok := s.Customer()
	if !ok || !l.staysUp() || s.Quarantined.Event != 0 || s.Phase != PhaseTalking {
		return
	}
	switch r.Status {
	case RecorderNone:
		if t.Settings.Record && s.recordable() && r.Tries < maxRecords && r.Until.IsZero() {
			r.Tries++
			r.set(RecorderStarting, t.now.Add(recordWithin))
			t.order(s, string(l.Name), StartRecording{Leg: l.ID})
		}
	case RecorderOn, RecorderResuming:
		switch {
		case s.Pay.On() && !r.Leaks:
			t.pauseRecording(s, l)
		case !s.Pay.On() && r.Leaks: // perhaps it was paused after all
			t.resumeRecording(s, l)
		}
	case RecorderPaused, RecorderPausing:
		if !s.Pay.On() {
			t.resumeRecording(s, l)
		}
	case RecorderStarting: // it is paused, if need be, once it is on
	default:
		panic("engine: no such recorder: " + r.Status.String())
	}
}

// recordable reports whether a call may be recorded now: the customer was told, has
// agreed where he is asked, and does not pay.
func (s *Session) recordable() bool {
	return !s.AnnouncedAt.IsZero() && !s.Unagreed() && !s.Pay.On()
}

func (r *Recorder) set(status RecorderStatus, until time.Time) { r.Status, r.Until = status, until }

func (t *turn) pauseRecording(s *Session, l Leg) {
	r := &s.Recorder
	r.Tries++
	r.set(RecorderPausing, t.now.Add(pauseWithin))
	t.order(s, string(l.Name), PauseRecording{Leg: l.ID})
}

func (t *turn) resumeRecording(s *Session, l Leg) {
	s.Recorder = Recorder{Status: RecorderResuming, Until: t.now.Add(pauseWithin), Owed: true}
	t.order(s, string(l.Name), ResumeRecording{Leg: l.ID})
}

// recording is for a recording that is on from now, at the latest.
func (t *turn) recording(s *Session, id LegID) {
	r := &s.Recorder
	if r.Status != RecorderStarting || !s.isCustomer(id) {
		return
	}
	*r = Recorder{Status: RecorderOn, Owed: true}
	t.note(s, NoteFact, "the call is recorded from here on")
}

func (t *turn) notRecorded(s *Session, words string) {
	r := &s.Recorder
	if r.Status != RecorderStarting {
		return
	}
	r.Status, r.Why = RecorderNone, "the call is not recorded: "+words
	r.Until = t.now.Add(recordAgain)
	if r.Tries >= maxRecords {
		r.Until = time.Time{}
		t.note(s, NoteTrouble, "%s", r.Why)
	}
}

func (t *turn) recordingPaused(s *Session, id LegID) {
	r := &s.Recorder
	if r.Status != RecorderPausing && !r.Leaks {
		return // the payment was over before
	}
	if s.awaits(ResumeRecording{Leg: id}) {
		return // it goes on after that one: the word of the pause that follows counts
	}
	if r.Leaks {
		t.note(s, NoteFact, "the recording is paused after all")
	}
	*r = Recorder{Status: RecorderPaused, Owed: true}
}

// notPaused is for a recording that goes on though the customer pays: it is told at once,
// and tried again.
func (t *turn) notPaused(s *Session, words string) {
	r := &s.Recorder
	if r.Status != RecorderPausing || !s.Pay.On() {
		return
	}
	r.Why = "the recording could not be paused: tell the customer to stop, or hang up (" + words + ")"
	if !r.Leaks {
		t.note(s, NoteTrouble, "%s", r.Why)
	}
	r.Leaks = true
	r.set(RecorderOn, time.Time{})
	if r.Tries < maxPauses {
		r.Until = t.now.Add(recordAgain)
	}
}

func (t *turn) recordingResumed(s *Session) {
	if s.Recorder.Status == RecorderResuming {
		s.Recorder = Recorder{Status: RecorderOn, Owed: true}
	}
}

func (t *turn) notResumed(s *Session, words string) {
	r := &s.Recorder
	if r.Status != RecorderResuming {
		return
	}
	r.set(RecorderOn, time.Time{}) // perhaps: it is paused again where that matters
	r.Why = "the recording may not go on after the payment: " + words
	t.note(s, NoteTrouble, "%s", r.Why)
}

// recorderDue runs the wait of the recording.
func (t *turn) recorderDue(s *Session) {
	r := &s.Recorder
	if !t.due(r.Until) {
		return
	}
	r.Until = time.Time{}
	switch r.Status {
	case RecorderStarting:
		if l, ok := s.Customer(); ok {
			t.recording(s, l.ID) // perhaps: it is paused where that matters
		}
	case RecorderPausing:
		t.notPaused(s, "Telnyx has not said that it is")
	case RecorderResuming:
		t.notResumed(s, "Telnyx has not said that it does")
	case RecorderOn:
		if l, ok := s.Customer(); ok && r.Leaks && s.Pay.On() && l.staysUp() {
			t.pauseRecording(s, l)
		}
	case RecorderNone, RecorderPaused:
	default:
		panic("engine: no such recorder: " + r.Status.String())
	}
}

// recorderAgain orders a pause, or its end, once more after the program was started again,
// and has a recording paused that has perhaps begun.
func (t *turn) recorderAgain(s *Session) {
	l, ok := s.Customer()
	if !ok || !l.staysUp() || s.Ending != "" {
		return
	}
	switch s.Recorder.Status {
	case RecorderPausing:
		t.pauseRecording(s, l)
	case RecorderResuming:
		t.resumeRecording(s, l)
	case RecorderStarting:
		if s.Pay.On() {
			t.recording(s, l.ID) // perhaps: it is paused at once
		}
	case RecorderNone, RecorderOn, RecorderPaused:
	default:
		panic("engine: no such recorder: " + s.Recorder.Status.String())
	}
}

// endPrivate ends a payment and the recording with the call.
func (t *turn) endPrivate(s *Session) {
	if s.Pay.On() {
		s.Paid = keepLast(s.Paid, maxPaid, Span{From: s.Pay.Since, To: t.now})
		s.Pay = Paying{}
	}
	s.Recorder = Recorder{Owed: s.Recorder.Owed, Why: s.Recorder.Why}
}

// recordingSaved keeps where the sound of a call is. It is told when the call is over:
// legs of calls that are over are in no index, so the call is found by what we had Telnyx
// carry, or by the leg among the calls that are still shown.
func (t *turn) recordingSaved(e RecordingSaved) {
	s, ok := t.edit(t.recordedCall(e.LegRef))
	if !ok {
		t.counts.Late++
		return
	}
	if slices.ContainsFunc(s.Recorded, func(r Recorded) bool {
		return r.ID == e.ID && (e.ID != "" || r.From.Equal(e.From))
	}) {
		return
	}
	s.Recorded = keepLast(s.Recorded, maxRecordings, Recorded{ID: e.ID, URL: clip(e.URL, maxText), From: e.From, To: e.To})
	if s.Phase == PhaseOver {
		s.Recorder.Owed = false
	}
	t.note(s, NoteFact, "the recording is saved")
}

// recordedCall returns the call of a leg that may be over.
func (t *turn) recordedCall(r LegRef) SessionID {
	if id := t.place(r).session; id != "" {
		return id
	}
	if r.State.Floor == t.floorName() && r.State.Session != "" {
		return r.State.Session
	}
	if r.State.Floor != "" || r.Leg == "" && r.CallLeg == "" {
		return ""
	}
	for _, s := range slices.Backward(t.sessions) {
		if s.Phase == PhaseOver && slices.ContainsFunc(s.Legs, func(l Leg) bool {
			return r.Leg != "" && l.ID == r.Leg || r.CallLeg != "" && l.CallLeg == r.CallLeg
		}) {
			return s.ID
		}
	}
	return ""
}
