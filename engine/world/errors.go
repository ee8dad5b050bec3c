package world

import (
	"fmt"
	"time"
)

// An Error is why a command was not carried out, in Telnyx's terms.
type Error struct {
	HTTP    int    // the status of the answer
	Code    string // Telnyx's, as in "90018"
	Title   string
	Detail  string
	Pointer string // the field it is about, as in "/call_control_id", or empty

	// Wait is how long to wait before asking again, where that is told; or 0.
	Wait time.Duration
}

func (e *Error) Error() string { return fmt.Sprintf("%s %s: %s", e.Code, e.Title, e.Detail) }

// Unprocessable returns the error of a command that cannot be carried out (422).
func Unprocessable(code, title, pointer, detail string) error {
	return refuse(code, title, pointer, detail)
}

// NotFound returns the error of a command to what does not exist (404).
func NotFound(code, title, detail string) error {
	return &Error{HTTP: 404, Code: code, Title: title, Detail: detail}
}

func refuse(code, title, pointer, detail string) *Error {
	return &Error{HTTP: 422, Code: code, Title: title, Detail: detail, Pointer: pointer}
}

func errEnded() error {
	return refuse("90018", "Call has already ended", "/call_control_id",
		"This call is no longer active and can't receive commands.")
}

func errUnknown(pointer string) error {
	return refuse("90015", "Invalid Call Control ID", pointer, "The call_control_id provided was not valid.")
}

func errNotAnswered() error {
	return refuse("90034", "Call has not been answered yet", "/call_control_id",
		"This command can't be issued on a call that is not answered yet.")
}

func errAnswered() error {
	return refuse("10015", "Bad Request", "/call_control_id", "This call has already been answered.")
}

func errOutgoing() error {
	return refuse("90102", "Invalid call direction", "/call_control_id",
		"The answer command can't be issued on an outbound call.")
}

func errState() error {
	return refuse("90017", "Invalid client_state", "/client_state", "The client_state must be a valid base64 string.")
}

func errNameTaken() error {
	return refuse("90033", "Unable to execute command", "/name",
		"Conference with given name already exists and it's active.")
}

func errConferenceOver() error {
	return refuse("90019", "Conference has already ended", "/conference_id", "This conference is no longer active.")
}

func errNoConference() error {
	return &Error{HTTP: 404, Code: "90058", Title: "Invalid conference_id", Detail: "The conference does not exist.", Pointer: "/conference_id"}
}

func errAlreadyIn() error {
	return refuse("90044", "Unable to execute command", "/call_control_id",
		"The call must not join the same conference twice.")
}

func errFull() error {
	return refuse("90032", "Maximum number of participants reached", "/conference_id",
		"The conference can't take another participant.")
}

func errNotIn() error {
	return refuse("10007", "Resource not found", "/call_control_id", "The call is not a participant of this conference.")
}

func errNoParticipant() error {
	return &Error{HTTP: 404, Code: "10005", Title: "Resource not found", Detail: "The participant does not exist.", Pointer: "/participant_id"}
}

func errQueue() error {
	return refuse("10015", "Bad Request", "/payload", "Too many prompts are waiting on this call.")
}

func errStreaming() error {
	return refuse("90045", "Unable to execute command", "/call_control_id", "The media of this call is already being streamed.")
}

func errNotStreaming() error {
	return refuse("90048", "Unable to execute command", "/call_control_id", "The media of this call is not being streamed.")
}

func errTranscribing() error {
	return refuse("90054", "Unable to execute command", "/call_control_id", "The transcription of this call is already running.")
}

func errNotTranscribing() error {
	return refuse("90055", "Unable to execute command", "/call_control_id", "The transcription of this call is not running.")
}

func errNoAudio() error {
	return refuse("90020", "Unable to execute command", "/call_control_id", "The call can't be recorded before its audio has started.")
}

func errRecording() error {
	return refuse("10015", "Bad Request", "/call_control_id", "The call is already being recorded.")
}

func errNotRecording() error {
	return refuse("10015", "Bad Request", "/call_control_id", "The call is not being recorded.")
}

func errLimit(code, whose string) error {
	return refuse(code, "Limit reached", "", "The channel limit of the "+whose+" has been reached.")
}

func errPaced(wait time.Duration) error {
	return &Error{HTTP: 429, Code: "90103", Title: "Dial rate limit exceeded",
		Detail: "The number of dials per second of this account was exceeded.", Wait: wait}
}

// Faults: what a supplier does on a bad day.

func errStumble() error {
	return &Error{HTTP: 500, Code: "10000", Title: "Internal server error", Detail: "Something went wrong. Try again."}
}

func errPretend() error {
	return refuse("10015", "Bad Request", "", "Refused by the pretend network, as it was told to do now and then.")
}
