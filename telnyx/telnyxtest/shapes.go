package telnyxtest

import (
	"encoding/json"
	"regexp"
	"strings"

	"switchboard/engine/world"
)

// The shapes of the bodies that we take, as contracts/telnyx.md, Appendix A, has them.
// Fields that the appendix lists as accepted and not needed here are known, and undone.

var (
	toShape     = regexp.MustCompile(`^(\+[1-9][0-9]{6,14}(,[0-9wW*#]+)?|sips?:[^\s<>@]+@[^\s<>@]+)$`)
	fromShape   = regexp.MustCompile(`^(\+[1-9][0-9]{6,14}|sips?:[^\s<>@]+@[^\s<>@]+)$`)
	voiceShape  = regexp.MustCompile(`^(male|female|[A-Za-z]+(\.[A-Za-z0-9:_-]+){1,3})$`)
	keysShape   = regexp.MustCompile(`^[0-9*#]{1,12}$`)
	keyShape    = regexp.MustCompile(`^[0-9*#]$`)
	nameShape   = regexp.MustCompile(`^[A-Za-z0-9 \-_~!.+]*$`)
	socketShape = regexp.MustCompile(`^wss?://[^\s/]+(/\S*)?$`)
	uuidShape   = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
)

var (
	languages = []string{"arb", "cmn-CN", "cy-GB", "da-DK", "de-DE", "en-AU", "en-GB", "en-GB-WLS", "en-IN", "en-US", "es-ES",
		"es-MX", "es-US", "fr-CA", "fr-FR", "hi-IN", "is-IS", "it-IT", "ja-JP", "ko-KR", "nb-NO", "nl-NL", "pl-PL", "pt-BR",
		"pt-PT", "ro-RO", "ru-RU", "sv-SE", "tr-TR"}
	detections = []string{"premium", "detect", "detect_beep", "detect_words", "greeting_end", "disabled"}
	regions    = []string{"Australia", "Europe", "Middle East", "US"}
	beeps      = []string{"always", "never", "on_enter", "on_exit"}
	roles      = []string{"barge", "monitor", "none", "whisper"}
)

// Fields that several bodies have.
var (
	needed    = field{kind: text, required: true}
	anyText   = field{kind: text}
	commandID = field{kind: text, min: 0, max: 255}
	state     = field{kind: text}
	region    = field{kind: text, oneOf: regions}
	beep      = field{kind: text, oneOf: beeps}
	unused    = field{kind: object, undone: true}
)

func undone(k kind, idle ...any) field { return field{kind: k, undone: true, idle: idle} }

func oneOf(words ...string) field { return field{kind: text, oneOf: words} }

// The groups of section A.1. The webhooks' own URLs, recordings and streams are not
// done; how a SIP call is set up makes no difference here.
var (
	webhookGroup = shape{
		"webhook_url":              undone(text),
		"webhook_url_method":       undone(text, "POST"),
		"webhook_urls":             unused,
		"webhook_urls_method":      undone(text, "POST"),
		"webhook_retries_policies": unused,
	}
	recordGroup = shape{
		"record":                  undone(text),
		"record_channels":         oneOf("single", "dual"),
		"record_custom_file_name": {kind: text, min: 1, max: 40},
		"record_format":           oneOf("wav", "mp3"),
		"record_max_length":       {kind: integer, min: 0, max: 43200},
		"record_timeout_secs":     {kind: integer},
		"record_track":            oneOf("both", "inbound", "outbound"),
		"record_trim":             oneOf("trim-silence"),
	}
	streamGroup = shape{
		"stream_url":                             undone(text),
		"stream_track":                           oneOf("inbound_track", "outbound_track", "both_tracks"),
		"stream_codec":                           oneOf("PCMU", "PCMA", "G722", "OPUS", "AMR-WB", "L16", "default"),
		"stream_bidirectional_mode":              oneOf("mp3", "rtp"),
		"stream_bidirectional_codec":             oneOf("PCMU", "PCMA", "G722", "OPUS", "AMR-WB", "L16"),
		"stream_bidirectional_target_legs":       oneOf("both", "self", "opposite"),
		"stream_bidirectional_sampling_rate":     {kind: integer},
		"stream_auth_token":                      {kind: text, min: 0, max: 4000},
		"stream_establish_before_call_originate": {kind: boolean},
	}
	sipGroup = shape{
		"sip_auth_username":      anyText,
		"sip_auth_password":      anyText,
		"sip_headers":            {kind: objects},
		"sip_region":             oneOf("US", "Europe", "Canada", "Australia", "Middle East"),
		"sip_transport_protocol": oneOf("UDP", "TCP", "TLS"),
		"custom_headers":         {kind: objects},
		"media_encryption":       oneOf("disabled", "SRTP", "DTLS"),
		"preferred_codecs":       anyText,
		"privacy":                oneOf("id", "none"),
	}
)

// Calls: section A.2.
var (
	plainShape = shape{"client_state": state, "command_id": commandID}

	recordShape = plainShape.with(shape{
		"channels":         {kind: text, required: true, oneOf: []string{"single", "dual"}},
		"format":           {kind: text, required: true, oneOf: []string{"wav", "mp3"}},
		"custom_file_name": {kind: text, min: 1, max: 40},
		"max_length":       undone(number, 0.0),
		"play_beep":        undone(boolean, false),
		"recording_track":  undone(text, "both"),
		"timeout_secs":     undone(number, 0.0),
		"transcription":    undone(boolean, false),
		"trim":             undone(text),
	})

	recordingShape = plainShape.with(shape{"recording_id": {kind: text, match: uuidShape, says: "a UUID"}})

	dialShape = shape{
		"connection_id": needed,
		"from":          {kind: text, required: true, match: fromShape, says: "a number in E.164 format"},
		"to":            {kind: target, required: true, match: toShape, says: "a number in E.164 format or a SIP URI"},
		"answering_machine_detection": {kind: text, oneOf: detections, undone: true,
			idle: []any{"disabled", "detect", "premium"}},
		"answering_machine_detection_config": unused,
		"audio_url":                          undone(text),
		"billing_group_id":                   {kind: text, match: uuidShape, says: "a UUID"},
		"bridge_intent":                      undone(boolean, false),
		"bridge_on_answer":                   undone(boolean, false),
		"client_state":                       state,
		"command_id":                         commandID,
		"conference_config":                  unused,
		"from_display_name":                  {kind: text, min: 0, max: 128, match: nameShape, says: "letters, digits, spaces and -_~!.+"},
		"link_to":                            anyText,
		"media_name":                         undone(text),
		"park_after_unbridge":                oneOf("self"),
		"prevent_double_bridge":              {kind: boolean},
		"retry_on_timeout":                   {kind: boolean},
		"send_digits_on_answer":              undone(text),
		"send_silence_when_idle":             {kind: boolean},
		"supervise_call_control_id":          undone(text),
		"supervisor_role":                    undone(text),
		"time_limit_secs":                    {kind: integer, min: 30, max: 14400},
		"timeout_secs":                       {kind: integer, min: 5, max: 600},
		"transcription":                      undone(boolean, false),
		"assistant":                          unused,
		"conversation_relay_config":          unused,
		"deepfake_detection":                 unused,
		"dialogflow_config":                  unused,
		"enable_dialogflow":                  undone(boolean, false),
		"sound_modifications":                unused,
		"transcription_config":               unused,
	}.with(webhookGroup, recordGroup, streamGroup, sipGroup)

	answerShape = shape{
		"billing_group_id":          {kind: text, match: uuidShape, says: "a UUID"},
		"client_state":              state,
		"command_id":                commandID,
		"send_silence_when_idle":    {kind: boolean},
		"transcription":             undone(boolean, false),
		"assistant":                 unused,
		"conversation_relay_config": unused,
		"deepfake_detection":        unused,
		"sound_modifications":       unused,
		"transcription_config":      unused,
	}.with(webhookGroup, recordGroup,
		streamGroup.without("stream_bidirectional_sampling_rate", "stream_auth_token", "stream_establish_before_call_originate"),
		sipGroup.without("sip_auth_username", "sip_auth_password", "sip_region", "sip_transport_protocol", "media_encryption", "privacy"))

	hangupShape = plainShape.with(shape{"custom_headers": {kind: objects}})

	rejectShape = plainShape.with(shape{"cause": {kind: text, required: true, oneOf: []string{"CALL_REJECTED", "USER_BUSY"}}})

	voiceGroup = shape{
		"payload":        {kind: text, required: true, min: 1, max: 3000},
		"voice":          {kind: text, required: true, match: voiceShape, says: "Provider.Model.Voice"},
		"language":       {kind: text, oneOf: languages},
		"payload_type":   oneOf("text", "ssml"),
		"service_level":  oneOf("basic", "premium"),
		"voice_settings": unused,
	}

	speakShape = plainShape.with(voiceGroup, shape{
		"loop":        undone(number),
		"stop":        oneOf("current", "all"),
		"target_legs": undone(text, "self"),
	})

	audioGroup = shape{
		"audio_url":  {kind: text, min: 1, max: 2000},
		"media_name": {kind: text, min: 1, max: 255},
	}

	playShape = plainShape.with(audioGroup, shape{
		"audio_type":       oneOf("mp3", "wav"),
		"cache_audio":      {kind: boolean},
		"loop":             {kind: number},
		"overlay":          undone(boolean, false),
		"playback_content": undone(text),
		"stop":             oneOf("current", "all"),
		"target_legs":      undone(text, "self"),
	})

	stopPlayShape = plainShape.with(shape{"overlay": undone(boolean, false), "stop": oneOf("current", "all")})

	keysGroup = shape{
		"inter_digit_timeout_millis": {kind: integer, min: 1, max: 120000},
		"maximum_digits":             {kind: integer, min: 1, max: 128},
		"minimum_digits":             {kind: integer, min: 1, max: 128},
		"terminating_digit":          {kind: text, match: keyShape, says: "one of 0-9 * #"},
		"timeout_millis":             {kind: integer, min: 1, max: 1 << 31},
		"valid_digits":               {kind: text, match: keysShape, says: "some of 0123456789#*"},
	}

	gatherShape = plainShape.with(keysGroup, shape{
		"gather_id":              undone(text),
		"initial_timeout_millis": {kind: integer, min: 1, max: 120000},
	})

	gatherSpeakShape = plainShape.with(keysGroup, voiceGroup, shape{
		"invalid_payload": undone(text),
		"maximum_tries":   {kind: integer, min: 1, max: 128},
	})

	stateShape = shape{"client_state": needed}

	// A stream goes one way, with what the far end says.
	streamShape = plainShape.with(streamGroup.without("stream_establish_before_call_originate"), shape{
		"stream_url":                         {kind: text, required: true, min: 1, max: 2000, match: socketShape, says: "a ws:// or wss:// address"},
		"stream_track":                       undone(text, "inbound_track"),
		"stream_codec":                       undone(text, "default", world.MuLaw, world.ALaw),
		"stream_bidirectional_mode":          undone(text, "mp3"),
		"stream_bidirectional_codec":         undone(text, world.MuLaw),
		"stream_bidirectional_target_legs":   undone(text, "opposite"),
		"stream_bidirectional_sampling_rate": undone(integer, json.Number("8000")),
		"stream_auth_token":                  undone(text), // how it is sent is not documented
		"custom_parameters":                  undone(objects),
		"dialogflow_config":                  unused,
		"enable_dialogflow":                  undone(boolean, false),
	})

	stopStreamShape = plainShape.with(shape{"stream_id": {kind: text, match: uuidShape, says: "a UUID"}})

	transcribeShape = plainShape.with(shape{
		"transcription_engine": oneOf("Google", "Telnyx", "Deepgram", "Azure", "xAI", "AssemblyAI", "Speechmatics", "Soniox",
			"Parakeet", "A", "B"),
		"transcription_engine_config": {kind: object},
		"transcription_tracks":        undone(text, "inbound"),
	})
)

// What the transcription engines can be told, as far as the OpenAPI file has it: A is
// the older name of Google, and B that of Telnyx.
var (
	googleShape = shape{
		"transcription_engine":       needed,
		"language":                   oneOf(googleLanguages...),
		"interim_results":            {kind: boolean},
		"enable_speaker_diarization": {kind: boolean},
		"min_speaker_count":          {kind: integer},
		"max_speaker_count":          {kind: integer},
		"profanity_filter":           {kind: boolean},
		"use_enhanced":               {kind: boolean},
		"model": oneOf("latest_long", "latest_short", "command_and_search", "phone_call", "video", "default",
			"medical_conversation", "medical_dictation"),
		"hints":          {kind: texts},
		"speech_context": {kind: objects},
	}
	telnyxShape = shape{
		"transcription_engine": needed,
		"language":             oneOf(telnyxLanguages...),
		"transcription_model":  oneOf("openai/whisper-tiny", "openai/whisper-large-v3-turbo"),
	}
	engineShapes = map[string]shape{"Google": googleShape, "A": googleShape, "Telnyx": telnyxShape, "B": telnyxShape}

	googleLanguages = strings.Fields(`af sq am ar hy az eu bn bs bg my ca yue zh hr cs da nl en et fil fi fr gl ka de el gu iw
		hi hu is id it ja jv kn kk km ko lo lv lt mk ms ml mr mn ne no fa pl pt pa ro ru rw sr si sk sl ss st es su sw sv ta te
		th tn tr ts uk ur uz ve vi xh zu`)
	telnyxLanguages = strings.Fields(`en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no
		th ur hr bg lt la mi ml cy sk te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si km sn yo so af oc
		ka be tg sd gu am yi lo uz fo ht ps tk nn mt sa lb my bo tl mg as tt haw ln ha ba jw su auto_detect`)
)

// Conferences: section A.3.
var (
	conferenceShape = shape{
		"call_control_id":            needed,
		"name":                       needed,
		"beep_enabled":               beep,
		"client_state":               state,
		"comfort_noise":              {kind: boolean},
		"command_id":                 commandID,
		"duration_minutes":           undone(integer),
		"hold_audio_url":             anyText,
		"hold_media_name":            anyText,
		"max_participants":           {kind: integer, min: 2, max: 800},
		"region":                     region,
		"start_conference_on_create": undone(boolean, true),
	}

	joinShape = shape{
		"call_control_id":             needed,
		"beep_enabled":                beep,
		"client_state":                state,
		"command_id":                  commandID,
		"end_conference_on_exit":      {kind: boolean},
		"hold":                        undone(boolean, false),
		"hold_audio_url":              anyText,
		"hold_media_name":             anyText,
		"mute":                        {kind: boolean},
		"region":                      region,
		"soft_end_conference_on_exit": {kind: boolean},
		"start_conference_on_enter":   {kind: boolean},
		"supervisor_role":             oneOf(roles...),
		"whisper_call_control_ids":    {kind: texts},
	}

	leaveShape = shape{"call_control_id": needed, "beep_enabled": beep, "command_id": commandID, "region": region}

	updateShape = shape{
		"call_control_id":          needed,
		"supervisor_role":          {kind: text, required: true, oneOf: roles},
		"command_id":               commandID,
		"region":                   region,
		"whisper_call_control_ids": {kind: texts},
	}

	holdShape = audioGroup.with(shape{"call_control_ids": {kind: texts}, "region": region})

	unholdShape = shape{"call_control_ids": {kind: texts, required: true}, "region": region}

	muteShape = shape{"call_control_ids": {kind: texts}, "region": region}

	participantShape = shape{
		"beep_enabled":                beep,
		"end_conference_on_exit":      {kind: boolean},
		"soft_end_conference_on_exit": {kind: boolean},
	}
)

// The portal: section A.4; the body of a number's update is telnyx-go's
// PhoneNumberUpdateParams, whose fields besides the connection make no difference here.
var (
	urlShape = regexp.MustCompile(`^https?://[^\s/]+`)

	applicationShape = shape{
		"application_name":           needed,
		"webhook_event_url":          {kind: text, required: true, match: urlShape, says: "a URL with its scheme"},
		"active":                     {kind: boolean},
		"anchorsite_override":        anyText,
		"call_cost_in_webhooks":      undone(boolean, false),
		"dtmf_type":                  oneOf("RFC 2833", "Inband", "SIP INFO"),
		"first_command_timeout":      {kind: boolean},
		"first_command_timeout_secs": {kind: integer, min: 1, max: 1 << 31},
		"inbound":                    {kind: object},
		"outbound": {kind: object, fields: shape{
			"channel_limit":             {kind: integer, min: 1, max: 1 << 31},
			"outbound_voice_profile_id": anyText,
		}},
		"redact_dtmf_debug_logging":  {kind: boolean},
		"tags":                       {kind: texts},
		"webhook_api_version":        oneOf("1", "2"),
		"webhook_event_failover_url": {kind: text, match: urlShape, says: "a URL with its scheme"},
		"webhook_timeout_secs":       {kind: integer, min: 0, max: 30},
	}

	newApplicationShape = applicationShape.without("tags")

	numberShape = shape{
		"address_id":         anyText,
		"billing_group_id":   anyText,
		"connection_id":      anyText,
		"customer_reference": anyText,
		"external_pin":       anyText,
		"hd_voice_enabled":   {kind: boolean},
		"tags":               {kind: texts},
	}
)
