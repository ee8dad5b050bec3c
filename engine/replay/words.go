package replay

import (
	"fmt"
	"strings"
	"time"

	"switchboard/engine"
)

// Words tells what happened, in few words: "leg answered · customer". It may hold text
// from outside, so it must be cleaned before it is shown.
func (f Fall) Words() string {
	words := bodyWords(f.Body)
	if f.Leg != "" {
		return words + " · " + f.Leg
	}
	return words
}

// bodyWords tells what a body says, but for whose leg it is.
func bodyWords(b engine.Body) string {
	switch e := b.(type) {
	case engine.LegInitiated:
		return "leg " + e.Direction.String() + with(e.From) + to(e.To)
	case engine.LegAnswered:
		return "leg answered"
	case engine.LegHungUp:
		return "leg hung up" + because(e.Cause)
	case engine.KeyPressed:
		return "key " + e.Digit + " pressed"
	case engine.Gathered:
		return "keys gathered" + because(joined(e.Digits, e.Status))
	case engine.SpeechStarted:
		return "prompt begins"
	case engine.SpeechEnded:
		return "prompt ends" + unless(e.Status, "completed")
	case engine.AudioEnded:
		return "audio ends" + unless(e.Status, "completed")
	case engine.MachineDetected:
		return "line says: " + e.Result.String()
	case engine.ConferenceCreated:
		return "conference created"
	case engine.ConferenceEnded:
		return "conference ended" + because(e.Reason)
	case engine.ParticipantJoined:
		return "joined the conference"
	case engine.ParticipantLeft:
		return "left the conference"
	case engine.FloorChanged:
		return "holds the floor"
	case engine.Transcribed:
		return "said “" + e.Text + "”" + score(e.Scored, e.Polarity)
	case engine.Uttered:
		return "said “" + e.Text + "”" + score(e.Scored, e.Polarity)
	case engine.StreamFailed:
		return "its sound will not come" + because(e.Why)
	case engine.LegMissed:
		return "sweep: the leg is gone"
	case engine.LegFound:
		return "sweep: the leg is alive"
	case engine.RoomDiffers:
		return "sweep: the leg is " + either(e.In, "in the conference", "not in the conference")
	case engine.MuteDiffers:
		return "sweep: the leg is " + either(e.Muted, "muted", "not muted") + either(e.Held, ", held", "")
	case engine.MediaUp:
		return "its sound comes"
	case engine.MediaDown:
		return "its sound is gone" + because(e.Why)
	case engine.MediaGap:
		return "sound was lost, " + e.To.Sub(e.From).Round(10*time.Millisecond).String()
	case engine.FeedFailed:
		return "feed fails" + because(e.Why)
	case engine.FeedBack:
		return "feed is back"
	case engine.FeedProbed:
		return "feed " + e.Kind.String() + either(e.Works, " would start", " would not start"+because(e.Why))
	case engine.SettingsLoaded:
		return "settings loaded" + policyWords(e.Settings.Policy)
	case engine.Resumed:
		return "the program started again"
	case engine.Ticked:
		return "deadline came"
	}
	if words := askedWords(b); words != "" {
		return words
	}
	return outcomeWords(b)
}

// askedWords tells what a supervisor asked; empty where a body is nothing of the kind.
func askedWords(b engine.Body) string {
	switch e := b.(type) {
	case engine.TransferAsked:
		return "asked: transfer" + to(joined(e.Group, e.To)) + either(e.Cold, ", cold", "")
	case engine.VetoAsked:
		return "asked: veto"
	case engine.VetoExplained:
		return "asked: note why it was vetoed" + because(e.Label.String())
	case engine.HurryAsked:
		return "asked: start the transfer now"
	case engine.SnoozeAsked:
		return "asked: snooze"
	case engine.TakeBackAsked:
		return "asked: take the transfer back"
	case engine.AgainAllowed:
		return "asked: let automation transfer once more"
	case engine.AlertSeen:
		return "asked: alerts are seen"
	case engine.ClaimAsked:
		return "asked: " + either(e.On, "claim", "claim no longer")
	case engine.HoldAsked:
		return "asked: " + either(e.On, "hold ", "unhold ") + string(e.Leg)
	case engine.MonitorAsked:
		return "asked: " + e.Role.String()
	case engine.TakeOverAsked:
		return "asked: take over"
	case engine.AutomationAsked:
		return "asked: automation " + e.Mode.String()
	case engine.CallbackDone:
		return "asked: callback done"
	case engine.MuteAsked:
		return "asked: " + either(e.On, "mute ", "unmute ") + string(e.Leg)
	case engine.HangupAsked:
		what := string(e.Leg)
		if what == "" {
			what = "the call"
		}
		return "asked: hang up " + what + either(e.Silent, ", in silence", "")
	}
	return ""
}

// outcomeWords tells what became of a command. A body that is of no kind known here is
// told by its name in the journal.
func outcomeWords(b engine.Body) string {
	switch e := b.(type) {
	case engine.Accepted:
		return "done: " + intent(e.Command)
	case engine.Dialled:
		return "done: " + intent(e.Command)
	case engine.ConferenceOpened:
		return "done: " + intent(e.Command)
	case engine.Listening:
		return "done: " + intent(e.Command)
	case engine.Scored:
		return "scored" + score(true, e.Polarity)
	case engine.Refused:
		return "refused: " + intent(e.Command) + because(joined(e.Reason.String(), e.Detail))
	case engine.Lapsed:
		return "too late to send: " + intent(e.Command)
	case engine.Unanswered:
		return "perhaps done: " + intent(e.Command) + because(e.Detail)
	}
	kind, _, err := engine.EncodeBody(b)
	if err != nil {
		return "an event"
	}
	return strings.ReplaceAll(kind, ".", " ")
}

// intent is a command's name without its call: "dial op-2".
func intent(n engine.CommandName) string {
	parts := strings.Split(string(n), "/")
	if len(parts) < 3 {
		return string(n)
	}
	return parts[1] + " " + parts[2]
}

// Words tells what was to be done, in few words: "speak announcement", "dial op-2". It
// may hold text from outside, so it must be cleaned before it is shown.
func (o Order) Words() string {
	switch a := o.Action.(type) {
	case engine.Dial:
		return intent(o.Name) + to(a.To)
	case engine.Mute:
		return either(a.On, "mute", "unmute") + of(o.Leg)
	case engine.Hold:
		return either(a.On, "hold", "unhold") + of(o.Leg)
	case engine.SetRole:
		return a.Role.String() + of(o.Leg)
	case engine.Speak:
		return intent(o.Name) + quoted(a.Text)
	case engine.Gather:
		return intent(o.Name) + quoted(a.Text)
	}
	if o.Leg != "" && !strings.HasSuffix(intent(o.Name), " "+o.Leg) {
		return intent(o.Name) + of(o.Leg)
	}
	return intent(o.Name)
}

func with(text string) string {
	if text == "" {
		return ""
	}
	return " from " + text
}

func to(text string) string {
	if text == "" {
		return ""
	}
	return " to " + text
}

func of(leg string) string {
	if leg == "" {
		return ""
	}
	return " " + leg
}

func because(why string) string {
	if why == "" {
		return ""
	}
	return ": " + why
}

// unless tells a status that is another than is usual.
func unless(status, usual string) string {
	if status == usual {
		return ""
	}
	return because(status)
}

func quoted(text string) string {
	if text == "" {
		return ""
	}
	return " “" + text + "”"
}

func joined(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + ", " + b
}

func either(on bool, yes, no string) string {
	if on {
		return yes
	}
	return no
}

func score(scored bool, p engine.Polarity) string {
	if !scored {
		return ""
	}
	return " " + p.String()
}

func policyWords(p engine.Policy) string {
	if p.Name == "" {
		return ""
	}
	return fmt.Sprintf(", policy %s v%d", p.Name, p.Version)
}

// refOf returns the leg that an event is about, as it names it.
func refOf(b engine.Body) engine.LegRef {
	switch e := b.(type) {
	case engine.LegInitiated:
		return e.LegRef
	case engine.LegAnswered:
		return e.LegRef
	case engine.LegHungUp:
		return e.LegRef
	case engine.KeyPressed:
		return e.LegRef
	case engine.Gathered:
		return e.LegRef
	case engine.SpeechStarted:
		return e.LegRef
	case engine.SpeechEnded:
		return e.LegRef
	case engine.AudioEnded:
		return e.LegRef
	case engine.MachineDetected:
		return e.LegRef
	case engine.ParticipantJoined:
		return e.LegRef
	case engine.ParticipantLeft:
		return e.LegRef
	case engine.FloorChanged:
		return e.LegRef
	case engine.Transcribed:
		return e.LegRef
	case engine.StreamFailed:
		return e.LegRef
	case engine.LegMissed:
		return e.LegRef
	case engine.LegFound:
		return e.LegRef
	case engine.RoomDiffers:
		return e.LegRef
	case engine.MuteDiffers:
		return e.LegRef
	case engine.MediaUp:
		return e.LegRef
	case engine.MediaDown:
		return e.LegRef
	case engine.MediaGap:
		return e.LegRef
	case engine.Uttered:
		return engine.LegRef{Leg: e.Leg}
	case engine.FeedFailed:
		return engine.LegRef{Leg: e.Leg}
	case engine.FeedBack:
		return engine.LegRef{Leg: e.Leg}
	case engine.Dialled:
		return engine.LegRef{Leg: e.Leg, CallLeg: e.CallLeg}
	}
	return engine.LegRef{}
}

// legOf returns the leg that an action is done to.
func legOf(a engine.Action) engine.LegID {
	switch a := a.(type) {
	case engine.Answer:
		return a.Leg
	case engine.OpenConference:
		return a.Leg
	case engine.EndOnExit:
		return a.Leg
	case engine.Join:
		return a.Leg
	case engine.SetRole:
		return a.Leg
	case engine.Hold:
		return a.Leg
	case engine.Play:
		return a.Leg
	case engine.StopPlay:
		return a.Leg
	case engine.Leave:
		return a.Leg
	case engine.Hangup:
		return a.Leg
	case engine.Mute:
		return a.Leg
	case engine.Speak:
		return a.Leg
	case engine.Gather:
		return a.Leg
	case engine.StopGather:
		return a.Leg
	case engine.Stream:
		return a.Leg
	case engine.StopStream:
		return a.Leg
	case engine.Transcribe:
		return a.Leg
	case engine.StopTranscribe:
		return a.Leg
	case engine.Relay:
		return a.Leg
	case engine.Unrelay:
		return a.Leg
	}
	return ""
}
