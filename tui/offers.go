package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// What the palette offers, of which call, and why it cannot be done.

// aboutSelected are the commands that mean the selected call where none is typed.
var aboutSelected = []string{"again", "export", "note"}

// notLiveCommands are those that mean nothing in a replay.
var notLiveCommands = []string{"again", "auto on", "auto shadow", "auto off", "callbacks", "forget", "note", "phone", "policy reload", "watch"}

// offers are the acts and commands of the screen as it is, or the acts on one call.
func (m *model) offers(of engine.SessionID) []offer {
	all := m.actOffers(of, groupStrip, groupCall)
	if of == "" {
		if m.deck != nil {
			all = append(m.actOffers("", groupTape), all...)
		}
		all = append(all, m.commandOffers()...)
		all = append(all, m.actOffers("", groupView, groupFloor, groupMove)...)
	}
	for i := range all {
		all[i].why = m.unable(all[i])
	}
	return all
}

// rank orders offers before anything is typed.
func (m *model) rank(o offer) int {
	if i := slices.Index(m.used, o.id); i >= 0 {
		return i - maxUsed
	}
	if o.why != "" {
		return 1
	}
	return 0
}

// actOffers are the acts of groups that are live on the screen; where a call is named, those
// on that call.
func (m *model) actOffers(of engine.SessionID, from ...group) []offer {
	in := m.places()
	var all []offer
	for _, e := range m.keys.entries() {
		onCall := strings.Contains(string(e.label), "%")
		switch {
		case !slices.Contains(from, e.group), e.label == "", isCommand(e.id) && !onCall:
			continue
		case !e.live(in), of != "" && !onCall:
			continue
		}
		o := offer{id: e.id, entry: e, label: e.label, words: own(m.keys.filled(e.manual)), key: own(e.key.Help().Key)}
		if onCall {
			m.nameCall(&o, of)
			if of != "" && o.call != of {
				continue
			}
		}
		all = append(all, o)
	}
	return all
}

// isCommand reports whether a command of that name stands for the act, for it does without
// what may follow it.
func isCommand(id string) bool {
	return slices.ContainsFunc(commands(), func(c command) bool { return c.name == id && (c.takes == "" || c.alone()) })
}

// nameCall writes into an offer which call it would act on.
func (m *model) nameCall(o *offer, of engine.SessionID) {
	o.last = m.last
	s := m.meant(o.id, of)
	who := safe.Text("the call")
	if s != nil {
		o.call, o.caller = s.ID, callerOf(s)
		who = o.caller
		if o.id == "veto" && s.Transfer.Under() {
			o.label = "Stop the transfer of %"
		}
	}
	if o.id == "take-back" {
		switch {
		case s != nil:
			who = "the transfer of " + o.caller
		case m.last.body != nil:
			who = m.last.what
		default:
			who = "what you did last"
		}
	}
	o.label = own(strings.Replace(string(o.label), "%", string(who), 1))
}

// meant returns the call that an act would be about: of the top row for its keys, of the
// supervisor's own phone to stop it, and else the selected one.
func (m *model) meant(id string, of engine.SessionID) *engine.Session {
	chosen, ok := m.list.call()
	if of != "" {
		chosen, ok = m.frame.Session(of)
	}
	if !ok {
		chosen = nil
	}
	switch id {
	case "veto", "start-now", "snooze":
		if of != "" {
			return chosen
		}
		if h := m.headline(); h.kind == headProposed || id == "veto" && h.kind == headUnderWay {
			return h.about
		}
		return nil
	case "why":
		if of != "" {
			return chosen
		}
		return m.whyAbout()
	case "take-back":
		if s, ok := m.frame.Session(m.undoes()); ok {
			return s
		}
		return nil
	case "stop-listening":
		if s, ok := m.frame.Session(m.air); ok {
			return s
		}
		return nil
	}
	return chosen
}

func (m *model) commandOffers() []offer {
	all := make([]offer, 0, 32)
	for _, c := range commands() {
		o := offer{id: c.name, command: &c, label: own(c.name + c.takes), words: c.does, values: m.valuesOf(c.name)}
		if e, ok := m.keys.entry(c.name); ok && isCommand(c.name) && !strings.Contains(string(e.label), "%") {
			o.key = own(e.key.Help().Key)
		}
		if s, ok := m.list.call(); ok && slices.Contains(aboutSelected, c.name) {
			o.call, o.caller = s.ID, callerOf(s)
			if c.name == "again" {
				o.words = "let automation transfer " + o.caller + " once more"
			}
		}
		all = append(all, o)
	}
	return all
}

// do does an act to the call that it was offered for, and to no other.
func (m *model) do(o offer) tea.Cmd {
	e := o.entry
	if o.call == "" {
		if o.id == "take-back" && (m.undoes() != "" || m.last.at != o.last.at || m.last.what != o.last.what) {
			m.tell(toneWatch, "What was done last is something else by now: nothing was taken back.")
			return nil
		}
		return m.doKey(e)
	}
	s, ok := m.frame.Session(o.call)
	if !ok || e.acts && s.Phase == engine.PhaseOver {
		m.tell(toneWatch, "The call of "+o.caller+" has ended: nothing was done.")
		return nil
	}
	switch o.id {
	case "veto":
		return m.vetoCall(s)
	case "start-now":
		return m.hurryCall(s)
	case "snooze":
		return m.snoozeCall(s)
	case "why":
		m.openWhyOf(s)
		return nil
	case "take-back":
		if m.undoes() != o.call {
			m.tell(toneWatch, "The transfer of "+o.caller+" is not what would be taken back by now: nothing was done.")
			return nil
		}
		return m.takeBack()
	case "stop-listening":
		leg, _ := m.mine(s)
		return m.ask(engine.HangupAsked{Session: s.ID, Leg: leg.Name}, "take your phone off the call of "+o.caller)
	}
	before := m.list.selected
	if before != o.call && !m.pointAt(o.call) {
		m.tell(toneWatch, "The call of "+o.caller+" is not in the list as it is shown: nothing was done.")
		return nil
	}
	cmd := m.doKey(e)
	if m.list.selected != before {
		return tea.Batch(cmd, m.turn())
	}
	return cmd
}

// doKey does what the key of an act does on the screen. It is no reason for a veto.
func (m *model) doKey(e entry) tea.Cmd {
	k, ok := pressOf(e.key.Keys()[0])
	if !ok {
		return nil
	}
	if m.deck != nil {
		if cmd, taken := m.pressTape(k); taken {
			return cmd
		}
	}
	if e.group == groupMove {
		return m.act(k)
	}
	asked := m.reason
	m.reason.session = ""
	cmd := m.actHere(k)
	if m.reason.waiting == asked.waiting && m.reason.session == "" {
		m.reason.session = asked.session
	}
	return cmd
}

// unable tells why an offer cannot be taken now, in a few words; empty: it can.
func (m *model) unable(o offer) safe.Text {
	if o.command != nil {
		return m.unableCommand(o)
	}
	e := o.entry
	if m.deck != nil && e.acts {
		if m.deck.within {
			return "the top row's keys act outside this box"
		}
		return "a replay: nothing is live"
	}
	if !strings.Contains(string(e.label), "%") {
		return m.unableHere(o.id)
	}
	s, ok := m.frame.Session(o.call)
	switch {
	case o.call == "":
		return m.unnamed(o)
	case !ok, e.acts && s.Phase == engine.PhaseOver:
		return "the call has ended"
	}
	return m.unableOn(o.id, s)
}

// unnamed tells why there is no call that an act could be about.
func (m *model) unnamed(o offer) safe.Text {
	switch o.id {
	case "veto", "start-now", "snooze":
		return "nothing is proposed"
	case "why":
		return "no rule has fired on it"
	case "stop-listening":
		return "your phone is on no call"
	case "take-back":
		if m.last.body == nil {
			return "nothing to take back"
		}
		if body, why := m.opposite(m.last); body == nil {
			return fewWords(why)
		}
		return ""
	}
	return "there is no call"
}

// unableHere tells why an act on the screen cannot be done.
func (m *model) unableHere(id string) safe.Text {
	switch {
	case id == "troubles" && !m.hasTroubles() && countWords(m.frame.Counts) == "":
		return "no trouble so far"
	case id == "follow" && m.words.following():
		return "it follows already"
	}
	return ""
}

// unableOn tells why an act cannot be done to a call.
func (m *model) unableOn(id string, s *engine.Session) safe.Text {
	leg, on := m.mine(s)
	var err error
	switch id {
	case "veto":
		if !s.Transfer.Open() {
			return "nothing is proposed"
		}
		err = m.allow(engine.VetoAsked{Session: s.ID})
	case "start-now", "snooze":
		if s.Transfer.Status != engine.TransferProposed {
			return "nothing is proposed"
		}
	case "why":
		if !whyKnown(s) {
			return "no rule has fired on it"
		}
	case "take-back":
		if m.undoes() != s.ID {
			return "nothing to take back"
		}
	case "transfer":
		err = m.transferable(s.ID)
	case "hang-up":
		_, err = m.endable(s)
	case "mute":
		return m.unableTurn(turnMute, s)
	case "hold":
		return m.unableTurn(turnHold, s)
	case "listen", "whisper", "barge":
		return m.unableMonitor(id, s)
	case "take-over":
		if !on {
			return "listen first: " + word(m.keys.Listen)
		}
		err = m.allow(engine.TakeOverAsked{Session: s.ID})
	case "stop-listening":
		if !on {
			return "your phone is not on it"
		}
		err = m.allow(engine.HangupAsked{Session: s.ID, Leg: leg.Name})
	case "claim":
		err = m.allow(engine.ClaimAsked{Session: s.ID, On: s.Claimed != m.by()})
	case "payment":
		err = m.allow(engine.PayAsked{Session: s.ID, On: !s.Pay.On()})
	case "replay", "export":
		if m.house == nil {
			return "not possible here, there is no journal"
		}
	}
	if err != nil {
		return fewWords(safe.Clean(err.Error(), maxWhy))
	}
	return ""
}

// unableTurn tells why no leg of a call can be muted, or held.
func (m *model) unableTurn(what turn, s *engine.Session) safe.Text {
	why := safe.Text("nobody is on this call")
	for _, l := range s.Legs {
		if !l.Live() || !what.fits(l) {
			continue
		}
		err := m.allow(what.wish(s.ID, l))
		if err == nil {
			return ""
		}
		why = fewWords(safe.Clean(err.Error(), maxWhy))
	}
	return why
}

// unableMonitor tells why the supervisor's phone cannot be brought into a call in a role.
func (m *model) unableMonitor(id string, s *engine.Session) safe.Text {
	role := map[string]engine.MonitorRole{"listen": engine.Monitor, "whisper": engine.Whisper, "barge": engine.Barge}[id]
	leg, on := m.mine(s)
	body := engine.MonitorAsked{Session: s.ID, Role: role, Phone: m.phone()}
	if on {
		body.Phone = leg.Number
	}
	switch {
	case on && leg.Monitor == role && leg.MonitorAsked == role:
		return "you " + roleVerb(role) + " already"
	case !on && m.phone() == "":
		return "no phone: :phone NUMBER"
	case role == engine.Whisper && m.whoHears(s) == "":
		return "no operator on the call"
	}
	if err := m.allow(body); err != nil {
		return fewWords(safe.Clean(err.Error(), maxWhy))
	}
	return ""
}

// unableCommand tells why a command cannot be run now.
func (m *model) unableCommand(o offer) safe.Text {
	s, ok := m.frame.Session(o.call)
	switch {
	case m.deck != nil && m.deck.within && o.id == "quit":
		return word(m.keys.Quit) + " goes back to the live calls"
	case m.deck != nil && slices.Contains(notLiveCommands, o.id):
		return "a replay: nothing is live"
	case o.id == "again" && o.call == "":
		return "there is no call"
	case o.id == "again" && (!ok || s.Phase == engine.PhaseOver):
		return "the call has ended"
	case o.id == "again" && !s.AutoSpent:
		return "automation may transfer it already"
	case strings.TrimPrefix(o.id, "auto ") == m.frame.Automation.String() && strings.HasPrefix(o.id, "auto "):
		return "it is so already"
	case o.id == "callbacks" && len(m.frame.Callbacks) == 0:
		return "nobody is to be called back"
	case o.id == "handover" && len(m.frame.Handover) == 0:
		return "there are no notes; note TEXT writes one"
	case o.id == "history" && m.archive == nil:
		return "not possible here, there is no journal"
	case m.house == nil && slices.Contains([]string{"backtest", "export", "forget", "policy reload", "report"}, o.id):
		return "not possible here, there is no journal"
	}
	return ""
}

// fewWords makes of a sentence what may stand after a colon.
func fewWords(text safe.Text) safe.Text {
	s := strings.TrimSuffix(string(text), ".")
	if i := strings.IndexAny(s, ":;"); i > 0 {
		s = s[:i]
	}
	if s != "" && len(s) > 1 && s[1] >= 'a' && s[1] <= 'z' {
		s = strings.ToLower(s[:1]) + s[1:]
	}
	return own(s)
}
