package telnyxtest

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"switchboard/engine/world"
)

// Times as Telnyx writes them: to the microsecond in webhooks and calls, to the
// millisecond in conferences.
func stamp(t time.Time) string  { return t.UTC().Format("2006-01-02T15:04:05.000000Z") }
func millis(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// A payload is what a webhook tells. Its fields are written in the order of their
// names, as in Telnyx's own.
type payload map[string]any

// webhook returns the body of one delivery of an event.
func webhook(e world.Event, connection, url string, attempt int) []byte {
	event := map[string]any{"record_type": "event", "event_type": eventType(e), "id": e.ID, "payload": newPayload(e, connection)}
	var body any = map[string]any{"data": event, "meta": map[string]any{"attempt": attempt, "delivered_to": url}}
	switch e.Kind {
	case world.ConferenceCreated, world.ConferenceEnded, world.SpeakStarted, world.SpeakEnded, world.PlaybackStarted, world.PlaybackEnded:
		// These have it inside: contracts/telnyx.md, section 9.1.
		event["payload"].(payload)["occurred_at"] = stamp(e.At)
	case world.FloorChanged:
		event["occurred_at"] = stamp(e.At)
		body = event // and this one has no envelope
	default:
		event["occurred_at"] = stamp(e.At)
	}
	raw, err := json.Marshal(body)
	if err != nil {
		panic(fmt.Sprintf("telnyxtest: %v", err)) // it cannot fail
	}
	return raw
}

func eventType(e world.Event) string {
	switch e.Kind {
	case world.Initiated:
		return "call.initiated"
	case world.Answered:
		return "call.answered"
	case world.HungUp:
		return "call.hangup"
	case world.KeyPressed:
		return "call.dtmf.received"
	case world.GatherEnded:
		return "call.gather.ended"
	case world.SpeakStarted:
		return "call.speak.started"
	case world.SpeakEnded:
		return "call.speak.ended"
	case world.ConferenceCreated:
		return "conference.created"
	case world.ConferenceEnded:
		return "conference.ended"
	case world.ParticipantJoined:
		return "conference.participant.joined"
	case world.ParticipantLeft:
		return "conference.participant.left"
	case world.FloorChanged:
		return "conference.floor.changed"
	case world.PlaybackStarted:
		return "call.playback.started"
	case world.PlaybackEnded:
		return "call.playback.ended"
	case world.StreamStarted:
		return "streaming.started"
	case world.StreamStopped:
		return "streaming.stopped"
	case world.StreamFailed:
		return "streaming.failed"
	case world.Transcribed:
		return "call.transcription"
	case world.RecordingSaved:
		return "call.recording.saved"
	case world.MachineDetected:
		if e.Premium {
			return "call.machine.premium.detection.ended"
		}
		return "call.machine.detection.ended"
	default:
		panic(fmt.Sprintf("telnyxtest: no webhook for %s", e.Kind))
	}
}

func newPayload(e world.Event, connection string) payload {
	p := payload{
		"call_control_id": string(e.Leg),
		"call_leg_id":     e.CallLeg,
		"call_session_id": e.Session,
		"connection_id":   connection,
		"client_state":    nil,
	}
	if e.State != "" {
		p["client_state"] = e.State
	}
	switch e.Kind {
	case world.Initiated:
		p.parties(e)
		p.initiated(e)
	case world.Answered:
		p.parties(e)
		p.media(e)
		p["codec"], p["sampling_rate"] = e.Codec, world.SampleRate
	case world.HungUp:
		p.parties(e)
		p.media(e)
		p["end_time"] = stamp(e.At)
		p["hangup_cause"], p["hangup_source"], p["sip_hangup_cause"] = e.Cause, e.Source, e.SIP
		p["call_quality_stats"] = nil
	case world.KeyPressed:
		p.parties(e)
		p["digit"] = e.Digit
	case world.GatherEnded:
		p.parties(e)
		p["digits"], p["status"] = e.Digits, e.Status
	case world.PlaybackStarted:
		p.audio(e)
	case world.PlaybackEnded:
		p.audio(e)
		p["status"] = e.Status
	case world.MachineDetected:
		p.parties(e)
		p["result"] = e.Status
		delete(p, "call_control_id") // the specification has none here: section 9.2
	case world.StreamStarted, world.StreamStopped:
		p["stream_url"] = e.URL
	case world.StreamFailed:
		p["failure_reason"], p["stream_id"], p["stream_type"] = e.Reason, e.Stream, "websocket"
		p["stream_params"] = payload{"stream_url": e.URL, "track": "inbound_track"}
	case world.Transcribed:
		p["transcription_data"] = payload{"transcript": e.Text, "is_final": e.Final, "confidence": float64(e.Confidence) / 1000}
	case world.RecordingSaved:
		p["channels"] = "dual"
		p["recording_started_at"], p["recording_ended_at"] = stamp(e.RecordedFrom), stamp(e.RecordedTo)
		p["recording_urls"] = payload{"mp3": "https://recordings.example.com/" + e.Recording + ".mp3"}
		p["public_recording_urls"] = payload{}
		delete(p, "call_control_id") // the specification has none here, and no recording_id: section 9.2
	case world.SpeakStarted:
	case world.SpeakEnded:
		p["status"] = e.Status
	case world.ConferenceCreated, world.ParticipantJoined, world.ParticipantLeft, world.FloorChanged:
		p["conference_id"] = string(e.Conference)
	case world.ConferenceEnded:
		p["conference_id"], p["reason"] = string(e.Conference), e.Reason
	default:
		panic(fmt.Sprintf("telnyxtest: no payload for %s", e.Kind))
	}
	return p
}

func (p payload) parties(e world.Event) { p["from"], p["to"] = e.From, e.To }

func (p payload) audio(e world.Event) {
	p["overlay"] = false
	if e.Media {
		p["media_name"] = e.Audio
	} else {
		p["media_url"] = e.Audio
	}
}

func (p payload) media(e world.Event) {
	p["calling_party_type"], p["start_time"] = partyType(e.From), stamp(e.Began)
}

func (p payload) initiated(e world.Event) {
	p["direction"] = e.Direction.String()
	if e.Direction == world.Outgoing {
		p["state"] = "bridging"
		return
	}
	p.media(e)
	p["state"] = "parked"
	p["caller_id_name"] = e.Name
	if e.Attested != "" {
		p["shaken_stir_attestation"], p["shaken_stir_validated"] = e.Attested, true
	}
	p["connection_codecs"], p["offered_codecs"] = "PCMA,PCMU,VP8,H264", "PCMU,G729"
	p["from_sip_uri"] = strings.TrimPrefix(e.From, "+") + "@192.0.2.10:5060"
	p["to_sip_uri"] = e.To + "@192.0.2.20:5060"
}

func partyType(number string) string {
	if strings.HasPrefix(number, "sip") {
		return "sip"
	}
	return "pstn"
}

// sign sets the headers that prove a webhook: the signature of the time and the body.
func sign(h http.Header, key ed25519.PrivateKey, at time.Time, body []byte) {
	seconds := strconv.FormatInt(at.Unix(), 10)
	signature := ed25519.Sign(key, append([]byte(seconds+"|"), body...))
	h.Set("telnyx-timestamp", seconds)
	h.Set("telnyx-signature-ed25519", base64.StdEncoding.EncodeToString(signature))
	h.Set("User-Agent", "telnyx-webhooks")
	h.Set("Content-Type", "application/json")
}
