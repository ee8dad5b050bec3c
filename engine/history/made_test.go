package history

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"switchboard/engine"
)

// day is when the made calls begin.
var day = time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC)

// A maker makes calls that look like real ones: thirty sentences of words that are as frequent
// as words are (Zipf), by two people, with transfers, rules and holds as on a busy floor.
type maker struct {
	r     *rand.Rand
	words *rand.Zipf
	vocab []string
	every time.Duration // between two calls
}

func newMaker(seed uint64, every time.Duration) *maker {
	r := rand.New(rand.NewPCG(seed, 1))
	m := &maker{r: r, words: rand.NewZipf(r, 1.07, 2.7, 29_999), every: every}
	for i := range 30_000 {
		m.vocab = append(m.vocab, spell(i))
	}
	return m
}

// spell makes a word of syllables, the frequent ones short.
func spell(i int) string {
	syllables := []string{"ba", "re", "ti", "mo", "su", "la", "ne", "ki", "do", "va", "pe", "ri", "co", "fu", "za", "mi", "to", "ge", "li", "no"}
	word := syllables[i%20]
	for i /= 20; i > 0; i /= 20 {
		word += syllables[i%20]
	}
	return word
}

func (m *maker) sentence() string {
	words := make([]string, 6+m.r.IntN(9))
	for i := range words {
		words[i] = m.vocab[m.words.Uint64()]
	}
	return strings.Join(words, " ") + "."
}

var operatorNames = []string{"Ana Lopez", "Jonas Bech", "Ida Holm", "Omar Said", "Sara Peña"}

// call makes the n-th call, beginning with 1.
func (m *maker) call(n int) engine.Record {
	started := day.Add(time.Duration(n) * m.every)
	lasted := time.Duration(60+m.r.IntN(600)) * time.Second
	r := engine.Record{
		Session: engine.SessionID(fmt.Sprintf("s%d", n*40)), Number: n, Opened: uint64(n * 40), Closed: uint64(n*40 + 39),
		Caller: fmt.Sprintf("+120255501%02d", m.r.IntN(100)), Name: "Caller " + spell(m.r.IntN(400)), Language: engine.English,
		Started: started, Answered: started.Add(time.Second), Over: started.Add(lasted), Ending: "the customer hung up",
		Mood: engine.Polarity(m.r.IntN(900) - 500), Judged: m.r.IntN(20) > 0,
	}
	if m.r.IntN(8) == 0 {
		r.Language = engine.Spanish
	}
	r.Low = r.Mood - engine.Polarity(m.r.IntN(200))
	r.Legs = []engine.RecordLeg{{Name: "customer", Role: engine.RoleCustomer, Number: r.Caller, Since: started, Answered: r.Answered, Joined: r.Answered, Gone: r.Over}}
	for i := range 30 {
		u := engine.Utterance{
			ID: fmt.Sprintf("c%d/%d", n, i), Start: started.Add(lasted * time.Duration(i) / 30), Speaker: engine.SpeakerCustomer, Text: m.sentence(),
			Scored: true, Polarity: engine.Polarity(m.r.IntN(1400) - 700), Judged: true, Revision: 1, Source: "local", Feed: engine.FeedTelnyx, Leg: "customer", Confidence: 900,
		}
		u.End = u.Start.Add(3 * time.Second)
		if i%2 == 1 {
			u.Speaker, u.Scored, u.Judged, u.Leg = engine.SpeakerOperator, false, false, "op-1"
		}
		r.Lines = append(r.Lines, u)
	}
	if m.r.IntN(3) > 0 {
		return r
	}
	who := m.r.IntN(len(operatorNames))
	b := engine.Brought{
		Cause: engine.CauseRule, Rule: "sustained-negative", About: "the customer has been unhappy for a while", Group: "Tier 2", Auto: true,
		Asked: started.Add(lasted / 3), Began: started.Add(lasted/3 + 8*time.Second), To: fmt.Sprintf("+120255501%02d", 60+who), Called: operatorNames[who], Tried: 1,
		Over: r.Over, Status: engine.TransferEnded,
	}
	r.Fired = []engine.Firing{{At: b.Asked, Rule: b.Rule, Severity: engine.SeverityRed}}
	switch m.r.IntN(5) {
	case 0:
		b.Status, b.VetoedBy, b.Label, b.Began, b.Over, b.To, b.Called = engine.TransferVetoed, "supervisor/ann", engine.VetoWrong, time.Time{}, b.Asked.Add(3*time.Second), "", ""
	case 1:
		b.Status, b.Why = engine.TransferFailed, "no answer"
	default:
		b.Joined = b.Began.Add(12 * time.Second)
		r.Legs = append(r.Legs, engine.RecordLeg{Name: "op-1", Role: engine.RoleOperator, Number: b.To, Called: b.Called, Since: b.Began, Answered: b.Joined, Joined: b.Joined, Gone: r.Over})
		r.Holds = []engine.Holding{{Leg: "customer", From: b.Joined, To: b.Joined.Add(time.Duration(m.r.IntN(150)) * time.Second)}}
	}
	r.Brought = []engine.Brought{b}
	return r
}
