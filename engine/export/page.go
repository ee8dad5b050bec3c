package export

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"switchboard/engine"
	"switchboard/engine/redact"
	"switchboard/tui/safe"
)

// Limits of texts from outside.
const (
	maxSaid  = 4096
	maxShown = 200 // of a name, or of why something is
)

// A page is a call as it is read, in words that harm no terminal.
type page struct {
	title  string
	facts  []fact
	lists  []list // legs, transfers, rules, notes; those that are empty are left out
	talk   []spoken
	hidden int // places in what was said where something is hidden
	over   int // sentences that were heard over a prompt
}

type fact struct{ name, text string }

type list struct {
	title string
	lines []string
}

// spoken is one line of what was said, or of what happened meanwhile.
type spoken struct {
	at      time.Time
	who     string // empty: it happened
	mood    string // the sentence's polarity, where it was judged
	text    string
	outside bool // from outside: it is what somebody said
}

// pageOf makes a page of a call. Times of day are the zone's.
func pageOf(r engine.Record, zone *time.Location) page {
	p := pager{Record: r, zone: zone}
	p.title = fmt.Sprintf("Call %d, %s", r.Number, p.day(r.Started))
	p.tellFacts()
	p.list("Operators and others", p.legs())
	p.list("Transfers", p.transfers())
	p.list("Rules that fired", p.rules())
	p.list("Hands and troubles", p.notes())
	p.tellTalk()
	return p.page
}

type pager struct {
	page
	engine.Record
	zone *time.Location
}

func (p *pager) day(t time.Time) string   { return t.In(p.zone).Format("2 January 2006") }
func (p *pager) clock(t time.Time) string { return t.In(p.zone).Format("15:04:05") }

func (p *pager) fact(name, text string) {
	if text != "" {
		p.facts = append(p.facts, fact{name, text})
	}
}

func (p *pager) list(title string, lines []string) {
	if len(lines) > 0 {
		p.lists = append(p.lists, list{title, lines})
	}
}

func (p *pager) tellFacts() {
	r := p.Record
	end := ended(r)
	p.fact("When", fmt.Sprintf("%s to %s (%s), %s", p.clock(r.Started), p.clock(end), lasting(end.Sub(r.Started)), p.zoneName(r.Started)))
	customer := string(safe.Number(r.Caller))
	if r.Name != "" {
		customer = string(safe.Name(r.Name, maxShown)) + ", " + customer
	}
	if a := attested(r.Attested); a != "" {
		customer += ", attested " + a
	}
	p.fact("Customer", customer)
	p.fact("Language", r.Language.String())
	switch {
	case r.Over.IsZero():
		p.fact("End", "it was still up when this was written")
	default:
		p.fact("End", outside(r.Ending))
	}
	if r.Answered.IsZero() {
		p.fact("Answered", "never")
	} else {
		p.fact("Answered", fmt.Sprintf("%s, after %s", p.clock(r.Answered), lasting(r.Answered.Sub(r.Started))))
	}
	if r.Judged {
		p.fact("Mood", fmt.Sprintf("%s at the end, %s at its lowest (from -1, bad, to +1)", polarity(r.Mood), polarity(r.Low)))
	}
	if r.Consent.Status != engine.ConsentNone {
		p.fact("Consent", r.Consent.Status.String()+" at "+p.clock(cmp.Or(r.Consent.At, r.Consent.Asked)))
	}
	if n := len(r.Paid); n > 0 {
		p.fact("Payments", fmt.Sprintf("%d, in which nothing was kept", n))
	}
	if n := len(r.Recorded); n > 0 {
		p.fact("Sound", counted(n, "recording")+" at Telnyx")
	}
	if r.Callback {
		p.fact("Callback", "promised")
	}
	if r.Quarantined.Event != 0 {
		p.fact("Failed", "switchboard failed on this call and left it alone: "+outside(r.Quarantined.Reason))
	}
}

func (p *pager) zoneName(t time.Time) string { return t.In(p.zone).Format("MST") }

func outside(text string) string { return string(safe.Clean(text, maxShown)) }

// polarity writes a polarity; what is next to nothing has no sign.
func polarity(p engine.Polarity) string {
	if p > -5 && p < 5 {
		return engine.Polarity(0).String()
	}
	return p.String()
}

// lasting writes how long something was, in whole seconds.
func lasting(d time.Duration) string {
	seconds := int(max(0, d).Round(time.Second) / time.Second)
	if seconds < 60 {
		return fmt.Sprintf("%d s", seconds)
	}
	return fmt.Sprintf("%d min %d s", seconds/60, seconds%60)
}

// called writes an operator.
func called(name, number string) string {
	if name == "" {
		return string(safe.Number(number))
	}
	return outside(name) + ", " + string(safe.Number(number))
}

func (p *pager) legs() []string {
	var all []string
	for _, l := range p.Legs {
		if l.Role == engine.RoleCustomer || l.Role == engine.RoleListener || l.Role == engine.RoleUnplaced {
			continue
		}
		text := fmt.Sprintf("%s %s: called %s", l.Role, called(l.Called, l.Number), p.clock(l.Since))
		for _, step := range []struct {
			did string
			at  time.Time
		}{{"answered", l.Answered}, {"joined", l.Joined}, {"gone", l.Gone}} {
			if !step.at.IsZero() {
				text += ", " + step.did + " " + p.clock(step.at)
			}
		}
		if why := cmp.Or(l.Turned, l.Cause); why != "" {
			text += " (" + outside(strings.ReplaceAll(why, "_", " ")) + ")"
		}
		all = append(all, text)
	}
	return all
}

func (p *pager) transfers() []string {
	var all []string
	for _, b := range p.Brought {
		text := p.clock(b.Asked) + " " + p.cause(b)
		if b.About != "" {
			text += ": " + strings.TrimRight(outside(b.About), ".")
		}
		text += ". " + p.result(b)
		all = append(all, text)
	}
	return all
}

func (p *pager) cause(b engine.Brought) string {
	text := ""
	switch b.Cause {
	case engine.CauseKey:
		text = "the customer pressed a key"
	case engine.CauseMood:
		text = "the customer's mood fell"
	case engine.CauseHand:
		text = "by hand"
	case engine.CauseRule, engine.CauseAsked:
		text = "rule " + outside(b.Rule)
	default:
		text = b.Cause.String()
	}
	if b.By != "" {
		text += ", " + outside(string(b.By))
	}
	if b.Auto {
		text += ", by itself"
	}
	return text
}

func (p *pager) result(b engine.Brought) string {
	to := called(b.Called, b.To)
	why := ""
	if b.Why != "" {
		why = ": " + outside(b.Why)
	}
	if b.VetoedBy != "" {
		why += ", by " + outside(string(b.VetoedBy))
	}
	if b.Label != 0 {
		why += ", " + b.Label.String()
	}
	switch b.Status {
	case engine.TransferNone:
		return "Withdrawn" + why
	case engine.TransferJoined, engine.TransferEnded:
		if b.Joined.IsZero() {
			return "It ended before anybody came" + why
		}
		text := fmt.Sprintf("%s joined at %s", to, p.clock(b.Joined))
		if !b.Over.IsZero() {
			text += fmt.Sprintf(" and was there for %s", lasting(b.Over.Sub(b.Joined)))
		}
		return text
	case engine.TransferFailed:
		return fmt.Sprintf("Nobody came, %d tried%s", b.Tried, why)
	case engine.TransferVetoed:
		return "Vetoed" + why
	case engine.TransferCallback:
		return "A callback was promised" + why
	case engine.TransferProposed, engine.TransferDialling, engine.TransferBriefing, engine.TransferJoining, engine.TransferQueued:
		return "It was " + b.Status.String() + " when this was written"
	default:
		panic("export: transfer " + b.Status.String())
	}
}

func (p *pager) rules() []string {
	var all []string
	for _, f := range p.Fired {
		text := fmt.Sprintf("%s %s, %s", p.clock(f.At), outside(f.Rule), f.Severity)
		if f.Shadow {
			text += ", in shadow: nothing of it acted"
		}
		all = append(all, text)
	}
	return all
}

func (p *pager) notes() []string {
	var all []string
	for _, n := range p.Notes {
		if n.Kind == engine.NoteAct || n.Kind == engine.NoteTrouble {
			all = append(all, p.clock(n.At)+" "+outside(n.Text))
		}
	}
	return all
}

func (p *pager) tellTalk() {
	for _, u := range p.Lines {
		s := spoken{at: u.Start, who: who(u.Speaker), text: string(safe.Clean(u.Text, maxSaid)), outside: true}
		if u.Scored && u.Speaker == engine.SpeakerCustomer {
			s.mood = polarity(u.Polarity)
		}
		if u.Speaker == engine.SpeakerPrompt {
			p.over++
		}
		p.hidden += strings.Count(u.Text, redact.Mark)
		p.talk = append(p.talk, s)
	}
	for _, t := range p.Told {
		p.happened(t.At, "prompt: "+t.Kind.String())
	}
	for _, k := range p.Keys {
		p.happened(k.At, "the customer pressed "+outside(k.Digit))
	}
	for _, g := range p.Gaps {
		if !g.To.IsZero() && g.To.Sub(g.From) < time.Second {
			continue // as when Symbl's line falls with the customer's
		}
		p.happened(g.From, "not heard"+p.span(g.From, g.To)+because(g.Why))
	}
	for _, h := range p.Holds {
		p.happened(h.From, string(h.Leg)+" on hold"+p.span(h.From, h.To))
	}
	for _, paid := range p.Paid {
		p.happened(paid.From, "payment: nothing was kept"+p.span(paid.From, paid.To))
	}
	for _, l := range p.Legs {
		if l.Role == engine.RoleListener || l.Role == engine.RoleUnplaced {
			continue
		}
		if l.Role != engine.RoleCustomer {
			p.happened(l.Joined, fmt.Sprintf("%s joined", l.Role))
		}
		if l.Role == engine.RoleCustomer || !l.Joined.IsZero() {
			p.happened(l.Gone, fmt.Sprintf("%s gone", l.Role))
		}
	}
	slices.SortStableFunc(p.talk, func(a, b spoken) int { return a.at.Compare(b.at) })
}

func (p *pager) happened(at time.Time, text string) {
	if !at.IsZero() {
		p.talk = append(p.talk, spoken{at: at, text: text})
	}
}

// span says how long something was, where it ended.
func (p *pager) span(from, to time.Time) string {
	if to.IsZero() {
		return ", to the end"
	}
	return " " + lasting(to.Sub(from))
}

func because(why string) string {
	if why == "" {
		return ""
	}
	return ": " + outside(why)
}

const overPrompt = "(prompt)"

// who names a speaker as a reader does.
func who(s engine.Speaker) string {
	switch s {
	case engine.SpeakerUnknown:
		return "somebody"
	case engine.SpeakerPrompt:
		return overPrompt
	case engine.SpeakerCustomer, engine.SpeakerOperator, engine.SpeakerFront, engine.SpeakerSupervisor:
		return s.String()
	default:
		panic("export: speaker " + s.String())
	}
}

// closing says what the marks in a transcript mean.
func (p page) closing() []string {
	var said []string
	if p.over > 0 {
		said = append(said, overPrompt+" marks what was heard while a prompt played: it is taken for nobody's words.")
	}
	if p.hidden > 0 {
		said = append(said, fmt.Sprintf("%s stands %s for a number or a code that nobody may keep.", redact.Mark, times(p.hidden)))
	}
	return said
}

// counted is a number of things, as in 1 recording and 2 recordings.
func counted(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprint(n, " ", what)
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}
