package engine

func (t *turn) vetoAsked(e VetoAsked)             { t.refuse(e.Session, ErrNotSupervised) }
func (t *turn) vetoExplained(e VetoExplained)     { t.refuse(e.Session, ErrNotSupervised) }
func (t *turn) hurryAsked(e HurryAsked)           { t.refuse(e.Session, ErrNotSupervised) }
func (t *turn) snoozeAsked(e SnoozeAsked)         { t.refuse(e.Session, ErrNotSupervised) }
func (t *turn) takeBackAsked(e TakeBackAsked)     { t.refuse(e.Session, ErrNotSupervised) }
func (t *turn) againAllowed(e AgainAllowed)       { t.refuse(e.Session, ErrNotSupervised) }
func (t *turn) alertSeen(e AlertSeen)             { t.refuse(e.Session, ErrNotSupervised) }
func (t *turn) automationAsked(AutomationAsked)   { t.refuse("", ErrNotSupervised) }
func (t *turn) callbackDone(CallbackDone)         { t.refuse("", ErrNotSupervised) }
func (t *turn) audioEnded(AudioEnded)             {}
func (t *turn) machineDetected(MachineDetected)   {}
func (t *turn) unplayed(s *Session, words string) {}
