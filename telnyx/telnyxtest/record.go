package telnyxtest

// recordStart has what a leg says and hears recorded, until it is over.
func (s *Server) recordStart(r request) (answer, error) {
	if err := refused(s.faults.Load().RefuseRecord); err != nil {
		return answer{}, err
	}
	return done(r.world.StartRecording(r.leg(), r.command()))
}

func (s *Server) recordPause(r request) (answer, error) {
	if err := refused(s.faults.Load().RefusePause); err != nil {
		return answer{}, err
	}
	return done(r.world.PauseRecording(r.leg(), r.command()))
}

func (s *Server) recordResume(r request) (answer, error) {
	return done(r.world.ResumeRecording(r.leg(), r.command()))
}
