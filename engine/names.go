package engine

import (
	"fmt"
	"slices"
)

// Enums are written to the journal and to frames by name, never by number. A name,
// once used, is never given to another member; the names stand in the members' order.
var (
	roleNames   = []string{"", "customer", "operator", "listener", "unplaced", "front", "supervisor"}
	legNames    = []string{"", "asked", "ringing", "up", "gone"}
	directions  = []string{"", "incoming", "outgoing"}
	phaseNames  = []string{"", "ringing", "talking", "ending", "over"}
	promptNames = []string{"none", "announcement", "menu", "question", "connecting", "unavailable", "left", "goodbye", "said", "queued", "waiting", "callback", "stopped",
		"consent", "declined"}
	languageNames = []string{"", "English", "Spanish"}
	feedNames     = []string{"", "none", "connecting", "live", "blind"}
	speakerNames  = []string{"", "unknown", "customer", "operator", "prompt", "front", "supervisor"}
	causeNames    = []string{"", "key", "mood", "hand", "rule", "asked"}
	transferNames = []string{"none", "dialling", "joining", "joined", "failed", "ended", "proposed", "briefing", "queued",
		"vetoed", "callback"}
	noteNames    = []string{"", "fact", "act", "trouble", "proposal", "fired"}
	adapterNames = []string{"", "telnyx", "symbl", "scorer", "history"}
	repeatNames  = []string{"", "guarded", "natural", "once"}
	reasonNames  = []string{"", "other", "ended", "not answered", "name taken", "no conference", "already in", "full",
		"limit", "paced", "unauthorized", "invalid", "unreachable", "no feed"}
	troubleNames = []string{"", "signature", "stale", "version", "malformed", "unusable", "busy", "journal", "telnyx", "symbl", "policy", "scorer", "media", "recording", "history", "retention"}
)

var (
	modeNames        = []string{"", "on", "shadow", "off"}
	severityNames    = []string{"", "watch", "amber", "red", "safety"}
	speakersNames    = []string{"customer", "operator", "any"}
	callStateNames   = []string{"", "ringing", "machine", "front", "proposed", "reaching", "queued", "operator", "hold", "ending"}
	attestationNames = []string{"none", "C", "B", "A"}
	vetoNames        = []string{"", "wrong", "handled", "bad time"}
	machineNames     = []string{"", "human", "machine", "unsure"}
	monitorNames     = []string{"", "monitor", "whisper", "barge"}
	orderNames       = []string{"", "longest idle", "in turn", "fixed"}
	fallbackNames    = []string{"", "stay", "callback", "menu"}
	recorderNames    = []string{"none", "starting", "on", "pausing", "paused", "resuming"}
	consentNames     = []string{"none", "asked", "given", "declined"}
	erasureNames     = []string{"", "words", "all", "sound"}
	dispositionNames = []string{"", "joined", "callback", "queued", "left", "failed", "taken back", "vetoed", "none"}
	feedKindNames    = []string{"none", "symbl-stream", "symbl-phone", "telnyx"}
)

func name[E ~uint8](names []string, e E) string {
	if int(e) < len(names) && (names[e] != "" || e == 0) {
		return names[e]
	}
	return fmt.Sprintf("%T(%d)", e, uint8(e))
}

func parse[E ~uint8](names []string, e *E, text []byte) error {
	i := slices.Index(names, string(text))
	if i < 0 {
		return fmt.Errorf("engine: %T has no member %q", *e, text)
	}
	*e = E(i)
	return nil
}

func (e Role) String() string { return name(roleNames, e) }

// MarshalText implements [encoding.TextMarshaler].
func (e Role) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (e *Role) UnmarshalText(text []byte) error { return parse(roleNames, e, text) }

func (e LegStatus) String() string { return name(legNames, e) }

// MarshalText implements [encoding.TextMarshaler].
func (e LegStatus) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (e *LegStatus) UnmarshalText(text []byte) error { return parse(legNames, e, text) }

func (e Direction) String() string { return name(directions, e) }

// MarshalText implements [encoding.TextMarshaler].
func (e Direction) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (e *Direction) UnmarshalText(text []byte) error { return parse(directions, e, text) }

func (e Phase) String() string { return name(phaseNames, e) }

// MarshalText implements [encoding.TextMarshaler].
func (e Phase) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (e *Phase) UnmarshalText(text []byte) error { return parse(phaseNames, e, text) }

func (e PromptKind) String() string { return name(promptNames, e) }

// MarshalText implements [encoding.TextMarshaler].
func (e PromptKind) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (e *PromptKind) UnmarshalText(text []byte) error { return parse(promptNames, e, text) }

func (e Language) String() string { return name(languageNames, e) }

// MarshalText implements [encoding.TextMarshaler].
func (e Language) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (e *Language) UnmarshalText(text []byte) error { return parse(languageNames, e, text) }

func (e FeedStatus) String() string { return name(feedNames, e) }

// MarshalText implements [encoding.TextMarshaler].
func (e FeedStatus) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (e *FeedStatus) UnmarshalText(text []byte) error { return parse(feedNames, e, text) }

func (e Speaker) String() string { return name(speakerNames, e) }

// MarshalText implements [encoding.TextMarshaler].
func (e Speaker) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (e *Speaker) UnmarshalText(text []byte) error { return parse(speakerNames, e, text) }

func (e Cause) String() string { return name(causeNames, e) }

// MarshalText implements [encoding.TextMarshaler].
func (e Cause) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (e *Cause) UnmarshalText(text []byte) error { return parse(causeNames, e, text) }

func (e TransferStatus) String() string { return name(transferNames, e) }

// MarshalText implements [encoding.TextMarshaler].
func (e TransferStatus) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (e *TransferStatus) UnmarshalText(text []byte) error { return parse(transferNames, e, text) }

func (e NoteKind) String() string { return name(noteNames, e) }

// MarshalText implements [encoding.TextMarshaler].
func (e NoteKind) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (e *NoteKind) UnmarshalText(text []byte) error { return parse(noteNames, e, text) }

func (e Adapter) String() string { return name(adapterNames, e) }

// MarshalText implements [encoding.TextMarshaler].
func (e Adapter) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (e *Adapter) UnmarshalText(text []byte) error { return parse(adapterNames, e, text) }

func (e Repeat) String() string { return name(repeatNames, e) }

// MarshalText implements [encoding.TextMarshaler].
func (e Repeat) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (e *Repeat) UnmarshalText(text []byte) error { return parse(repeatNames, e, text) }

func (e Reason) String() string { return name(reasonNames, e) }

// MarshalText implements [encoding.TextMarshaler].
func (e Reason) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (e *Reason) UnmarshalText(text []byte) error { return parse(reasonNames, e, text) }

func (e TroubleKind) String() string { return name(troubleNames, e) }

// MarshalText implements [encoding.TextMarshaler].
func (e TroubleKind) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (e *TroubleKind) UnmarshalText(text []byte) error { return parse(troubleNames, e, text) }

func (e Mode) String() string { return name(modeNames, e) }

// MarshalText implements [encoding.TextMarshaler].
func (e Mode) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (e *Mode) UnmarshalText(text []byte) error { return parse(modeNames, e, text) }

func (e Severity) String() string { return name(severityNames, e) }

// MarshalText implements [encoding.TextMarshaler].
func (e Severity) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (e *Severity) UnmarshalText(text []byte) error { return parse(severityNames, e, text) }

func (e Speakers) String() string { return name(speakersNames, e) }

// MarshalText implements [encoding.TextMarshaler].
func (e Speakers) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (e *Speakers) UnmarshalText(text []byte) error { return parse(speakersNames, e, text) }

func (e CallState) String() string { return name(callStateNames, e) }

// MarshalText implements [encoding.TextMarshaler].
func (e CallState) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (e *CallState) UnmarshalText(text []byte) error { return parse(callStateNames, e, text) }

func (e Attestation) String() string { return name(attestationNames, e) }

// MarshalText implements [encoding.TextMarshaler].
func (e Attestation) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (e *Attestation) UnmarshalText(text []byte) error { return parse(attestationNames, e, text) }

func (e VetoLabel) String() string { return name(vetoNames, e) }

// MarshalText implements [encoding.TextMarshaler].
func (e VetoLabel) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (e *VetoLabel) UnmarshalText(text []byte) error { return parse(vetoNames, e, text) }

func (e Machine) String() string { return name(machineNames, e) }

// MarshalText implements [encoding.TextMarshaler].
func (e Machine) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (e *Machine) UnmarshalText(text []byte) error { return parse(machineNames, e, text) }

func (e MonitorRole) String() string { return name(monitorNames, e) }

// MarshalText implements [encoding.TextMarshaler].
func (e MonitorRole) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (e *MonitorRole) UnmarshalText(text []byte) error { return parse(monitorNames, e, text) }

func (e Order) String() string { return name(orderNames, e) }

// MarshalText implements [encoding.TextMarshaler].
func (e Order) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (e *Order) UnmarshalText(text []byte) error { return parse(orderNames, e, text) }

func (e Fallback) String() string { return name(fallbackNames, e) }

// MarshalText implements [encoding.TextMarshaler].
func (e Fallback) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (e *Fallback) UnmarshalText(text []byte) error { return parse(fallbackNames, e, text) }
