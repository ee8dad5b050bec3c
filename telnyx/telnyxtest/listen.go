package telnyxtest

import (
	"slices"

	"switchboard/engine/world"
)

// transcriptionStart has what a leg says told in call.transcription.
func (s *Server) transcriptionStart(r request) (answer, error) {
	engine := r.body.text("transcription_engine", "Google")
	config, _ := r.body["transcription_engine_config"].(map[string]any)
	if err := checkEngine(engine, config); err != nil {
		return answer{}, err
	}
	if err := refused(s.faults.Load().RefuseTranscribe); err != nil {
		return answer{}, err
	}
	return done(r.world.Transcribe(r.leg(), world.Transcription{
		Language: form(config).text("language", "en"),
		Interims: form(config).flag("interim_results", false),
	}, r.command()))
}

func (s *Server) transcriptionStop(r request) (answer, error) {
	return done(r.world.StopTranscribe(r.leg(), r.command()))
}

// checkEngine refuses what an engine cannot be told. Of some engines only their name is
// known here, and any words are taken.
func checkEngine(engine string, config map[string]any) error {
	const at = "/transcription_engine_config"
	if config == nil {
		return nil
	}
	if form(config).text("transcription_engine", "") != engine {
		return bad("10015", "Bad Request", at+"/transcription_engine", "The value must be that of transcription_engine.")
	}
	fields, known := engineShapes[engine]
	if !known {
		return nil
	}
	if wrong := fields.check(at, config); len(wrong) > 0 {
		return wrong[0]
	}
	return nil
}

// listened takes from what has happened what a fault keeps from being told.
func (s *Server) listened(events []world.Event) []world.Event {
	mute := s.faults.Load().MuteTranscripts
	return slices.DeleteFunc(events, func(e world.Event) bool {
		switch {
		case e.Kind != world.Transcribed:
			return false
		case mute:
			s.unwritten.Add(1)
		default:
			s.transcripts.Add(1)
		}
		return mute
	})
}

// take takes what has happened; the network calls it.
func (s *Server) take(events []world.Event) {
	s.streams.take(events)
	events = s.listened(events)
	s.history.take(events)
	s.post.take(events, s.faults.Load().LoseWebhooks)
}
