package enginetest

import "switchboard/engine"

// Load gives the settings that hold from here on.
func (s *Script) Load(settings engine.Settings) {
	s.enter(engine.Entry{ID: s.id(), By: engine.ByRunner, Body: engine.SettingsLoaded{Settings: settings}})
}
