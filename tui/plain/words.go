package plain

import (
	"fmt"
	"strings"
	"time"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// callWords names a call as in "call 3, Mette Sørensen".
func callWords(number int, name, caller string) string {
	who := string(safe.Name(name, maxName))
	if who == "" {
		who = numberWords(caller)
	}
	return fmt.Sprintf("call %d, %s", number, who)
}

func sessionWords(s *engine.Session) string { return callWords(s.Number, s.Name, s.Caller) }

func numberWords(number string) string {
	if n := safe.Number(number); n != safe.Withheld {
		return string(n)
	}
	return "number withheld"
}

func clean(text string) string { return string(safe.Clean(text, maxText)) }

// polarityWords says a polarity as a number and in words: "−0.41 negative". The minus
// is the real one, which screen readers say.
func polarityWords(p engine.Polarity) string { return figure(p) + " " + band(p) }

// hundredths rounds a polarity as it is shown, so that figure and words agree.
func hundredths(p engine.Polarity) int {
	if p < 0 {
		return -int(5-p) / 10
	}
	return int(p+5) / 10
}

func figure(p engine.Polarity) string {
	switch n := hundredths(p); {
	case n < 0:
		return fmt.Sprintf("−%d.%02d", -n/100, -n%100)
	case n > 0:
		return fmt.Sprintf("+%d.%02d", n/100, n%100)
	}
	return "0.00"
}

// band names the part of the scale that a polarity lies in.
func band(p engine.Polarity) string {
	switch n := hundredths(p); {
	case n <= -60:
		return "very negative"
	case n <= -30:
		return "negative"
	case n <= -10:
		return "a little negative"
	case n < 10:
		return "neutral"
	case n < 30:
		return "a little positive"
	}
	return "positive"
}

func speakerWords(s engine.Speaker) string {
	switch s {
	case engine.SpeakerCustomer:
		return "customer"
	case engine.SpeakerOperator:
		return "operator"
	case engine.SpeakerPrompt:
		return "somebody, during a prompt"
	case engine.SpeakerUnknown:
		return "someone"
	case engine.SpeakerFront:
		return "front desk"
	case engine.SpeakerSupervisor:
		return "supervisor"
	}
	return s.String()
}

// sentenceWords tells one sentence: who said what, and how it scored.
func sentenceWords(u engine.Utterance) string {
	text := fmt.Sprintf("%s: %s%s", speakerWords(u.Speaker), clean(u.Text), flagWords(u.Flags))
	if u.Scored {
		text += "  " + polarityWords(u.Polarity)
	}
	return text
}

func durationWords(d time.Duration) string {
	d = max(d, 0).Round(time.Second) // a journal of another clock may be ahead of ours
	minutes, seconds := d/time.Minute, d%time.Minute/time.Second
	if minutes == 0 {
		return fmt.Sprintf("%d s", seconds)
	}
	return fmt.Sprintf("%d min %02d s", minutes, seconds)
}

func because(what, why string) string {
	if why == "" {
		return what
	}
	return what + ": " + spokenText(why)
}

// transferWords says how far a transfer has come; empty where there is none.
func transferWords(f *engine.Frame, t engine.Transfer) string {
	who := operatorWords(f, t.To)
	if t.To == "" {
		who = "an operator"
	}
	switch t.Status {
	case engine.TransferProposed:
		return "transfer to " + groupWords(t) + " proposed"
	case engine.TransferDialling:
		text := "calling operator " + who
		if t.Of > 1 && t.Place > 0 {
			text += fmt.Sprintf(", %d of %d", t.Place, t.Of)
		}
		return text
	case engine.TransferBriefing:
		return "operator " + who + " answered and hears the briefing"
	case engine.TransferJoining:
		return "operator " + who + " answered and is being joined"
	case engine.TransferQueued:
		return "waiting for an operator to come free"
	case engine.TransferJoined:
		return "with operator " + who
	case engine.TransferFailed:
		return because("transfer failed", t.Why)
	case engine.TransferVetoed:
		return "transfer vetoed"
	case engine.TransferCallback:
		return "promised a callback"
	case engine.TransferNone, engine.TransferEnded:
	}
	return ""
}

// legWords names one party of a call.
func legWords(l engine.Leg) string {
	text := fmt.Sprintf("%s, %s, %s", l.Name, numberWords(l.Number), l.Status)
	if l.Muted {
		text += ", muted"
	}
	if l.Held {
		text += ", on hold"
	}
	if l.HoldAsked != l.Held {
		text += map[bool]string{true: ", hold asked for", false: ", to be taken back from hold"}[l.HoldAsked]
	}
	if l.Role == engine.RoleSupervisor {
		text += ", " + monitorWords(l)
	}
	if l.MuteAsked != l.Muted {
		text += map[bool]string{true: ", mute asked for", false: ", unmute asked for"}[l.MuteAsked]
	}
	return text
}

// monitorWords says what a supervisor's leg is, as it is granted.
func monitorWords(l engine.Leg) string {
	words := map[engine.MonitorRole]string{engine.Monitor: "listening", engine.Whisper: "whispering", engine.Barge: "heard by all"}
	if l.Monitor != l.MonitorAsked && l.MonitorAsked != 0 {
		return "asked for: " + words[l.MonitorAsked]
	}
	if l.Monitor == 0 {
		return "joining"
	}
	return words[l.Monitor]
}

// summary says in one line how a call stands.
func summary(f *engine.Frame, s *engine.Session, now time.Time) string {
	if s.Phase == engine.PhaseOver {
		return over(s, now)
	}
	parts := []string{standing(s, now)}
	if m, ok := s.Mood(now); ok {
		parts = append(parts, "mood "+polarityWords(m))
	}
	if s.Phase == engine.PhaseTalking {
		parts = append(parts, feedWords(s, now))
	}
	if s.Language == engine.Spanish {
		parts = append(parts, "in Spanish")
	}
	if s.Transfer.Status == engine.TransferProposed {
		parts = append(parts, proposal(s, now))
	} else if t := transferWords(f, s.Transfer); t != "" {
		parts = append(parts, t)
	}
	for _, a := range s.Alerts {
		if !a.Seen {
			parts = append(parts, "alert "+clean(a.Rule)+", "+a.Severity.String())
		}
	}
	if s.Pinned {
		parts = append(parts, "pinned")
	}
	if s.Claimed != "" {
		parts = append(parts, "claimed by "+clean(strings.TrimPrefix(string(s.Claimed), string(engine.BySupervisor)+"/")))
	}
	if s.Recorder.Leaks {
		parts = append(parts, "trouble: "+clean(s.Recorder.Why))
	}
	if s.Trouble != "" {
		parts = append(parts, "trouble: "+clean(s.Trouble))
	}
	if s.Quarantined.Event != 0 {
		parts = append(parts, fmt.Sprintf("left alone after an error of ours on event %d: %s", s.Quarantined.Event, clean(s.Quarantined.Reason)))
	}
	return strings.Join(parts, "; ")
}

// standing says how far a call has come, and how long it has lasted.
func standing(s *engine.Session, now time.Time) string {
	lasted := durationWords(now.Sub(s.Started))
	if s.Phase == engine.PhaseEnding {
		return "ending after " + lasted
	}
	return s.Phase.String() + " for " + lasted
}

// over says in one line how a call ended.
func over(s *engine.Session, now time.Time) string {
	text := "over after " + durationWords(s.Over.Sub(s.Started)) + ", " + durationWords(now.Sub(s.Over)) + " ago"
	if m, ok := s.Mood(s.Over); ok {
		text += "; mood at the end " + polarityWords(m)
	}
	if s.Ending != "" {
		text += "; " + clean(s.Ending)
	}
	return text
}

// troubleWords says what kind of thing went wrong.
func troubleWords(k engine.TroubleKind) string {
	switch k {
	case engine.TroubleSignature:
		return "webhook refused, its signature is missing or wrong"
	case engine.TroubleStale:
		return "webhook refused, it was signed too long ago or in the future"
	case engine.TroubleVersion:
		return "webhook refused, it is in the old format"
	case engine.TroubleMalformed:
		return "webhook refused, it cannot be read"
	case engine.TroubleUnusable:
		return "webhook ignored, we have no use for its type"
	case engine.TroubleBusy:
		return "webhook put off, too many are waiting"
	case engine.TroubleJournal:
		return "webhook put off, the journal cannot write"
	case engine.TroubleTelnyx:
		return "Telnyx refused a command or did not answer"
	case engine.TroubleSymbl:
		return "Symbl refused a request or did not answer"
	case engine.TroublePolicy:
		return "the policy file could not be loaded"
	case engine.TroubleScorer:
		return "the chat scorer gave no score"
	case engine.TroubleMedia:
		return "a media stream was refused or could not be read"
	case engine.TroubleRecording:
		return "a call could not be written as a recording"
	case engine.TroubleHistory:
		return "the history of ended calls could not be written"
	case engine.TroubleRetention:
		return "what is past its keep, or was to be forgotten, is not erased yet"
	}
	return k.String()
}

func times(n uint64) string {
	if n == 1 {
		return "once so far"
	}
	return fmt.Sprintf("%d times so far", n)
}
