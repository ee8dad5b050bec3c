package plain

import "switchboard/engine"

// terms say on which terms a call is listened to, and whether its sound is recorded.
func (c *console) terms(s *engine.Session) []string {
	var lines []string
	switch k := s.Consent; k.Status {
	case engine.ConsentNone:
	case engine.ConsentAsked:
		lines = append(lines, "consent: asked, his key is awaited")
	case engine.ConsentGiven:
		lines = append(lines, "consent: given with key "+clean(k.Key)+" at "+c.clock(k.At)+"; he was asked: "+clean(k.Text))
	case engine.ConsentDeclined:
		how := "he pressed no key"
		if k.Key != "" {
			how = "he pressed " + clean(k.Key)
		}
		lines = append(lines, "no-consent: "+how+"; he was asked: "+clean(k.Text))
	}
	if text := soundWords(s); text != "" {
		lines = append(lines, "sound: "+text)
	}
	return lines
}

// soundWords say whether the sound of a call is recorded; empty where it is not.
func soundWords(s *engine.Session) string {
	r := s.Recorder
	switch {
	case r.Why != "":
		return clean(r.Why)
	case r.Status == engine.RecorderPausing:
		return "the recording is being paused"
	case r.Status == engine.RecorderPaused:
		return "the recording is paused"
	case r.On():
		return "recorded"
	case len(s.Recorded) > 0:
		return "recorded; it is at Telnyx"
	case r.Owed:
		return "recorded; Telnyx has yet to say where"
	}
	return ""
}
