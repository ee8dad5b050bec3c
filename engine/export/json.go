package export

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"switchboard/engine"
)

// version is that of the JSON: it rises when a field changes its meaning or goes. New
// fields may come in the same version.
const version = 1

// JSON writes a call as one JSON object, in which texts from outside are as they came.
// Times are UTC, polarities numbers from -1 to +1. A time that never was, an empty text
// and an empty list are left out; what the fields mean is said at [engine.Record], whose
// words they are:
//
//	version    1
//	call       number, session, started, answered, over, ending
//	customer   number, name, attested, language
//	mood       end, lowest; left out where nothing was judged
//	legs       name, role, number, called, since, answered, joined, gone, cause, turned
//	transfers  cause, rule, about, group, automatic, by, asked, began, queued, accepted,
//	           joined, over, status, to, called, tried, why, veto, vetoed_by
//	rules      at, rule, severity, shadow
//	lines      start, end, who, leg, text, polarity (where it was scored), judged, flags
//	told       at, kind, waits: what the customer was told, and whether a key was awaited
//	keys       at, key
//	gaps       from, to, leg, why: when somebody was not heard
//	holds      leg, from, to
//	payments   from, to
//	notes      at, kind, text
//	consent    status, at, asked, text
//	callback   true where one was promised
func JSON(w io.Writer, r engine.Record) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(documentOf(r)); err != nil {
		return fmt.Errorf("write the call: %w", err)
	}
	return nil
}

type document struct {
	Version   int            `json:"version"`
	Call      jsonCall       `json:"call"`
	Customer  jsonCustomer   `json:"customer"`
	Mood      *jsonMood      `json:"mood,omitempty"`
	Legs      []jsonLeg      `json:"legs,omitempty"`
	Transfers []jsonTransfer `json:"transfers,omitempty"`
	Rules     []jsonRule     `json:"rules,omitempty"`
	Lines     []jsonLine     `json:"lines,omitempty"`
	Told      []jsonTold     `json:"told,omitempty"`
	Keys      []jsonKey      `json:"keys,omitempty"`
	Gaps      []jsonSpan     `json:"gaps,omitempty"`
	Holds     []jsonSpan     `json:"holds,omitempty"`
	Payments  []jsonSpan     `json:"payments,omitempty"`
	Notes     []jsonNote     `json:"notes,omitempty"`
	Consent   *jsonConsent   `json:"consent,omitempty"`
	Callback  bool           `json:"callback,omitempty"`
}

type jsonCall struct {
	Number   int              `json:"number"`
	Session  engine.SessionID `json:"session"`
	Started  time.Time        `json:"started"`
	Answered time.Time        `json:"answered,omitzero"`
	Over     time.Time        `json:"over,omitzero"`
	Ending   string           `json:"ending,omitempty"`
}

type jsonCustomer struct {
	Number   string `json:"number"`
	Name     string `json:"name,omitempty"`
	Attested string `json:"attested,omitempty"`
	Language string `json:"language"`
}

type jsonMood struct {
	End    json.Number `json:"end"`
	Lowest json.Number `json:"lowest"`
}

type jsonLeg struct {
	Name     engine.LegName `json:"name"`
	Role     string         `json:"role"`
	Number   string         `json:"number"`
	Called   string         `json:"called,omitempty"`
	Since    time.Time      `json:"since"`
	Answered time.Time      `json:"answered,omitzero"`
	Joined   time.Time      `json:"joined,omitzero"`
	Gone     time.Time      `json:"gone,omitzero"`
	Cause    string         `json:"cause,omitempty"`
	Turned   string         `json:"turned,omitempty"`
}

type jsonTransfer struct {
	Cause     string    `json:"cause"`
	Rule      string    `json:"rule,omitempty"`
	About     string    `json:"about,omitempty"`
	Group     string    `json:"group,omitempty"`
	Automatic bool      `json:"automatic,omitempty"`
	By        engine.By `json:"by,omitempty"`
	Asked     time.Time `json:"asked,omitzero"`
	Began     time.Time `json:"began,omitzero"`
	Queued    time.Time `json:"queued,omitzero"`
	Accepted  time.Time `json:"accepted,omitzero"`
	Joined    time.Time `json:"joined,omitzero"`
	Over      time.Time `json:"over,omitzero"`
	Status    string    `json:"status"`
	To        string    `json:"to,omitempty"`
	Called    string    `json:"called,omitempty"`
	Tried     int       `json:"tried"`
	Why       string    `json:"why,omitempty"`
	Veto      string    `json:"veto,omitempty"`
	VetoedBy  engine.By `json:"vetoed_by,omitempty"`
}

type jsonRule struct {
	At       time.Time `json:"at"`
	Rule     string    `json:"rule"`
	Severity string    `json:"severity"`
	Shadow   bool      `json:"shadow,omitempty"`
}

type jsonLine struct {
	Start    time.Time      `json:"start"`
	End      time.Time      `json:"end"`
	Who      string         `json:"who"`
	Leg      engine.LegName `json:"leg,omitempty"`
	Text     string         `json:"text"`
	Polarity json.Number    `json:"polarity,omitempty"`
	Judged   bool           `json:"judged,omitempty"`
	Flags    string         `json:"flags,omitempty"`
}

type jsonTold struct {
	At    time.Time `json:"at"`
	Kind  string    `json:"kind"`
	Waits bool      `json:"waits,omitempty"`
}

type jsonKey struct {
	At  time.Time `json:"at"`
	Key string    `json:"key"`
}

type jsonSpan struct {
	From time.Time      `json:"from"`
	To   time.Time      `json:"to,omitzero"`
	Leg  engine.LegName `json:"leg,omitempty"`
	Why  string         `json:"why,omitempty"`
}

type jsonNote struct {
	At   time.Time `json:"at"`
	Kind string    `json:"kind"`
	Text string    `json:"text"`
}

type jsonConsent struct {
	Status string    `json:"status"`
	At     time.Time `json:"at,omitzero"`
	Asked  time.Time `json:"asked,omitzero"`
	Text   string    `json:"text,omitempty"`
}

func documentOf(r engine.Record) document {
	d := document{
		Version:  version,
		Call:     jsonCall{r.Number, r.Session, r.Started.UTC(), utc(r.Answered), utc(r.Over), r.Ending},
		Customer: jsonCustomer{r.Caller, r.Name, attested(r.Attested), language(r.Language)},
		Callback: r.Callback,
	}
	if r.Judged {
		d.Mood = &jsonMood{decimal(r.Mood), decimal(r.Low)}
	}
	for _, l := range r.Legs {
		d.Legs = append(d.Legs, jsonLeg{l.Name, l.Role.String(), l.Number, l.Called, utc(l.Since), utc(l.Answered), utc(l.Joined), utc(l.Gone), l.Cause, l.Turned})
	}
	for _, b := range r.Brought {
		veto := ""
		if b.Label != 0 {
			veto = b.Label.String()
		}
		d.Transfers = append(d.Transfers, jsonTransfer{b.Cause.String(), b.Rule, b.About, b.Group, b.Auto, b.By, utc(b.Asked), utc(b.Began), utc(b.Queued),
			utc(b.Accepted), utc(b.Joined), utc(b.Over), b.Status.String(), b.To, b.Called, b.Tried, b.Why, veto, b.VetoedBy})
	}
	for _, f := range r.Fired {
		d.Rules = append(d.Rules, jsonRule{utc(f.At), f.Rule, f.Severity.String(), f.Shadow})
	}
	for _, u := range r.Lines {
		l := jsonLine{Start: utc(u.Start), End: utc(u.End), Who: u.Speaker.String(), Leg: u.Leg, Text: u.Text, Judged: u.Judged, Flags: u.Flags.String()}
		if u.Scored {
			l.Polarity = decimal(u.Polarity)
		}
		d.Lines = append(d.Lines, l)
	}
	for _, t := range r.Told {
		d.Told = append(d.Told, jsonTold{utc(t.At), t.Kind.String(), t.Waits})
	}
	for _, k := range r.Keys {
		d.Keys = append(d.Keys, jsonKey{utc(k.At), k.Digit})
	}
	for _, g := range r.Gaps {
		d.Gaps = append(d.Gaps, jsonSpan{utc(g.From), utc(g.To), g.Leg, g.Why})
	}
	for _, h := range r.Holds {
		d.Holds = append(d.Holds, jsonSpan{From: utc(h.From), To: utc(h.To), Leg: h.Leg})
	}
	for _, s := range r.Paid {
		d.Payments = append(d.Payments, jsonSpan{From: utc(s.From), To: utc(s.To)})
	}
	for _, n := range r.Notes {
		d.Notes = append(d.Notes, jsonNote{utc(n.At), n.Kind.String(), n.Text})
	}
	if c := r.Consent; c.Status != engine.ConsentNone {
		d.Consent = &jsonConsent{c.Status.String(), utc(c.At), utc(c.Asked), c.Text}
	}
	return d
}

// utc returns a time in UTC, and the zero time as it is.
func utc(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.UTC()
}

// decimal writes a polarity as a number, without floating point.
func decimal(p engine.Polarity) json.Number {
	sign, n := "", int(p)
	if n < 0 {
		sign, n = "-", -n
	}
	text := strings.TrimRight(fmt.Sprintf("%d.%03d", n/1000, n%1000), "0")
	return json.Number(sign + strings.TrimSuffix(text, "."))
}
