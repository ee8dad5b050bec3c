// Package report says what a shift has come to: how many calls there were, who was
// brought in and why, how long customers waited for a human voice, what the rules were
// worth, what was not heard, and what is left to be done.
//
// A report is folded from the journal's events, so it can be made of any period that the
// journal still holds, and comes out the same each time. It names calls by their numbers
// and customers by the last two digits of theirs: it is made to be handed on. It says
// nothing of how an operator felt: only customers are scored, in any house of ours.
package report

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"switchboard/engine"
)

// A Report is what a period came to. It encodes to JSON under names that stay; times there
// are in RFC 3339, durations in seconds, shares and polarities in thousandths. What nobody
// has measured is null there.
type Report struct {
	Period string    `json:"period"` // in words
	From   time.Time `json:"from"`
	To     time.Time `json:"to"`
	Until  time.Time `json:"until"` // up to where calls were followed
	Over   bool      `json:"over"`  // the period is
	Made   time.Time `json:"made"`
	Zone   string    `json:"zone"`
	Floor  string    `json:"floor"`
	Policy string    `json:"policy"` // at its end, with its version

	Calls     Calls      `json:"calls"`
	Transfers []Transfer `json:"transfers"` // by cause; a cause of none is left out
	Human     Human      `json:"human_voice"`
	Rules     []Rule     `json:"rules"`       // that fired or proposed
	Quiet     int        `json:"quiet_rules"` // of the policy at its end, that did neither
	Quarters  []Quarter  `json:"quarters"`    // of an hour, all of the period up to Until
	Lowest    []Low      `json:"lowest"`
	Holds     []Hold     `json:"longest_holds"`
	Operators []Operator `json:"operators"`

	Unheard   []Unheard `json:"unheard"`
	Outages   []Outage  `json:"outages"`
	Callbacks Callbacks `json:"callbacks"`
	Acts      []Count   `json:"acts"`    // supervisors', by kind
	Refused   int       `json:"refused"` // of them
	Changes   []Change  `json:"changes"` // of automation and policy, and starts anew
	Commands  []Count   `json:"commands_not_done"`
	Bells     int       `json:"bells"`
	Notes     []Note    `json:"notes"` // the oldest first

	Audit   *Audit   `json:"audit,omitempty"`
	Remarks []string `json:"remarks"`

	zone *time.Location
}

// An Audit is where the chain of supervisors' acts stands.
type Audit struct {
	Head     string `json:"head"` // of the chain, in hex
	Acts     int    `json:"acts"` // in it
	Verified string `json:"verified"`
}

// Seconds is a duration that encodes to a number of seconds.
type Seconds time.Duration

// MarshalJSON implements [json.Marshaler].
func (s Seconds) MarshalJSON() ([]byte, error) {
	ms := time.Duration(s).Milliseconds()
	sign := ""
	if ms < 0 {
		sign, ms = "-", -ms
	}
	return fmt.Appendf(nil, "%s%d.%03d", sign, ms/1000, ms%1000), nil
}

// Calls are how many calls began in the period, and what became of them.
type Calls struct {
	All         int `json:"all"`      // that began in it
	Answered    int `json:"answered"` // of these, by us
	Alone       int `json:"alone"`    // over before anybody was on the call with the customer, and nothing promised
	Up          int `json:"still_up"` // at Until
	Before      int `json:"from_before"`
	Declined    int `json:"declined"` // to be listened to
	Paid        int `json:"with_payments"`
	Quarantined int `json:"quarantined"`
	Erased      int `json:"erased"` // and counted nowhere else

	Most    int       `json:"most_at_once"`
	MostAt  time.Time `json:"most_at_once_at,omitzero"`
	Busiest int       `json:"busiest_quarter_calls"`
	BusyAt  time.Time `json:"busiest_quarter,omitzero"`
}

// A Ref names a call.
type Ref struct {
	Session engine.SessionID `json:"session"`
	Number  int              `json:"number,omitempty"` // as the console shows it; 0: the report does not know it
	Caller  string           `json:"caller"`           // the last two digits, or the number where that was asked for
}

// A Transfer is what the bringing in of operators for one cause came to. Each is counted
// once: in All and in one other field.
type Transfer struct {
	Cause engine.Cause `json:"cause"`
	All   int          `json:"all"`
	Results
	Auto int `json:"by_itself"` // of All, begun or proposed by automation
}

// Results are what transfers came to.
type Results struct {
	Joined    int `json:"joined"`
	Vetoed    int `json:"vetoed"`     // before anybody was called
	TakenBack int `json:"taken_back"` // after
	Failed    int `json:"failed"`
	Callback  int `json:"callback"`
	Withdrawn int `json:"withdrawn"` // by the rule, a snooze, or whoever came before it
	Left      int `json:"caller_left"`
	UnderWay  int `json:"under_way"`
}

// Human is how long customers waited for a human voice: an operator's who joined, or a
// supervisor's who was heard by all.
type Human struct {
	Trigger Times    `json:"from_the_trigger"` // of a transfer, until its operator joined
	Answer  Times    `json:"from_the_answer"`  // of the call, until the first of them was heard
	Within  *int     `json:"within_30_s_thousandths"`
	Spread  []Bucket `json:"spread"` // of Trigger
}

// Times are durations in sum. Median and Ninth are nil where N is 0.
type Times struct {
	N      int      `json:"n"`
	Median *Seconds `json:"median"`
	Ninth  *Seconds `json:"ninth_decile"` // nine of ten were no longer
}

// A Bucket counts the durations of at least From and less than To; the last one has no To.
type Bucket struct {
	From Seconds  `json:"from"`
	To   *Seconds `json:"to"`
	N    int      `json:"n"`
}

// A Rule is what one rule did on the calls of the period.
type Rule struct {
	Rule     string `json:"rule"`
	Fired    int    `json:"fired"`
	Shadow   int    `json:"in_shadow"` // fired, and nothing of it acted
	Proposed int    `json:"proposed"`
	Kept     int    `json:"kept"` // begun, and not vetoed
	Vetoed   int    `json:"vetoed"`
	Wrong    int    `json:"vetoed_wrong"` // of Vetoed, by the supervisor's word; the rest gave none
	Handled  int    `json:"vetoed_handled"`
	BadTime  int    `json:"vetoed_bad_time"`

	// Precision is Kept of Kept and Vetoed in thousandths; nil where both are 0.
	Precision *int `json:"precision_thousandths"`
}

// A Quarter is a quarter of an hour.
type Quarter struct {
	At        time.Time        `json:"at"`
	Calls     int              `json:"calls"` // that began in it
	Sentences int              `json:"sentences"`
	Mood      *engine.Polarity `json:"mood_thousandths"` // the mean of these sentences, of whatever call

	sum int
}

// A Low is a call in which the mood fell low.
type Low struct {
	Ref
	At    time.Time       `json:"at"` // when the call began
	Mood  engine.Polarity `json:"mood_thousandths"`
	Rules []string        `json:"rules"` // that fired on it
	Came  string          `json:"came_to"`
}

// A Hold is a stretch on hold.
type Hold struct {
	Ref
	Whose engine.Role `json:"whose"`
	From  time.Time   `json:"from"`
	For   Seconds     `json:"for"`
	Lasts bool        `json:"lasts,omitempty"`
}

// An Operator is how many calls one has been called for and taken, and how long he talked.
type Operator struct {
	Name  string  `json:"operator"`
	Rung  int     `json:"called"`
	Taken int     `json:"taken"`
	Talk  Seconds `json:"talk"`
}

// An Unheard is how much of the calls a feed did not hear, for one reason.
type Unheard struct {
	Feed   engine.FeedKind `json:"feed"`  // that was in charge
	Whole  bool            `json:"whole"` // calls; else single legs of them
	Why    string          `json:"why"`
	Calls  int             `json:"calls"`
	Lasted Seconds         `json:"lasted"`
}

// An Outage is a stretch in which a feed could not be started.
type Outage struct {
	Feed engine.FeedKind `json:"feed"`
	Why  string          `json:"why"`
	From time.Time       `json:"from"`
	To   time.Time       `json:"to,omitzero"` // zero: it lasts
}

// Callbacks are those promised in the calls of the period, those taken off the list in it,
// and those that were open at Until.
type Callbacks struct {
	Promised int        `json:"promised"`
	Done     int        `json:"done"`
	Open     []Callback `json:"open"`
}

// A Callback is a promise that is not kept yet.
type Callback struct {
	ID engine.CallbackID `json:"id"`
	Ref
	Promised time.Time `json:"promised"`
	Why      string    `json:"why"`
}

// A Count is how often something happened.
type Count struct {
	What string `json:"what"`
	N    int    `json:"n"`
}

// A Change is something that changed for the whole floor.
type Change struct {
	At   time.Time `json:"at"`
	What string    `json:"what"`
	By   string    `json:"by,omitempty"`
}

// A Note is a handover note.
type Note struct {
	At   time.Time `json:"at"`
	By   string    `json:"by"`
	Text string    `json:"text"`
	Call *Ref      `json:"call,omitempty"`
}

// Sum returns all transfers as one.
func (r Report) Sum() Transfer {
	var sum Transfer
	for _, t := range r.Transfers {
		sum.All += t.All
		sum.Auto += t.Auto
		sum.Joined += t.Joined
		sum.Vetoed += t.Vetoed
		sum.TakenBack += t.TakenBack
		sum.Failed += t.Failed
		sum.Callback += t.Callback
		sum.Withdrawn += t.Withdrawn
		sum.Left += t.Left
		sum.UnderWay += t.UnderWay
	}
	return sum
}

// Empty reports whether nothing at all happened in the period.
func (r Report) Empty() bool {
	return r.Calls.All+r.Calls.Before+r.Calls.Erased+len(r.Acts)+len(r.Changes)+len(r.Notes)+len(r.Outages) == 0
}

// masked returns how a number may be shown to anybody: by its last two digits.
func masked(number string, open bool) string {
	switch {
	case number == "":
		return "no number"
	case open:
		return number
	}
	digits := number
	if digits[0] == '+' {
		digits = digits[1:]
	}
	for i := range len(digits) {
		if digits[i] < '0' || digits[i] > '9' {
			return "no number"
		}
	}
	if len(digits) < 6 {
		return "no number"
	}
	return "…" + digits[len(digits)-2:]
}

// share returns n of so many in thousandths, or nil of none.
func share(n, of int) *int {
	if of == 0 {
		return nil
	}
	s := (n*1000 + of/2) / of
	return &s
}

// timesOf sums up durations: the median is the lower of two in the middle.
func timesOf(all []time.Duration) Times {
	t := Times{N: len(all)}
	if t.N == 0 {
		return t
	}
	slices.Sort(all)
	median, ninth := Seconds(all[(t.N-1)/2]), Seconds(all[(t.N*9+9)/10-1])
	t.Median, t.Ninth = &median, &ninth
	return t
}

// steps are where the buckets of the time to a human voice begin.
var steps = [...]time.Duration{0, 10 * time.Second, 20 * time.Second, 30 * time.Second, 45 * time.Second, time.Minute, 2 * time.Minute}

// spread counts durations by buckets.
func spread(all []time.Duration) []Bucket {
	buckets := make([]Bucket, len(steps))
	for i, from := range steps {
		buckets[i].From = Seconds(from)
		if i+1 < len(steps) {
			to := Seconds(steps[i+1])
			buckets[i].To = &to
		}
	}
	for _, d := range all {
		i := len(steps) - 1
		for i > 0 && d < steps[i] {
			i--
		}
		buckets[i].N++
	}
	return buckets
}

// JSON writes the report as JSON, for machines.
func (r Report) JSON(out io.Writer) error {
	enc := json.NewEncoder(out)
	enc.SetIndent("", "  ")
	if err := enc.Encode(r); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}
