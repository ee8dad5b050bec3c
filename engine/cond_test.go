package engine

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func secs(n int) time.Duration { return time.Duration(n) * time.Second }

// at is a case so many seconds after the customer was answered.
func at(seconds int, said ...Heard) Case {
	return Case{
		Now: noon.Add(secs(seconds)), Answered: noon, Talking: true, English: true, Said: said,
		State: CallMachine, Since: noon,
	}
}

// cust is a sentence of the customer that began so many seconds after the answer, and
// took one.
func cust(seconds int, p Polarity, text string) Heard {
	begun := noon.Add(secs(seconds))
	return Heard{
		Utterance: fmt.Sprint("u", seconds), At: begun, End: begun.Add(time.Second), Speaker: SpeakerCustomer, Text: text,
		Words: countWords(text), Scored: true, Told: true, Polarity: p, Weight: weigh(countWords(text), 0),
	}
}

// told is a sentence of somebody else, which the feed has scored all the same.
func told(who Speaker, seconds int, p Polarity, text string) Heard {
	h := cust(seconds, p, text)
	h.Speaker, h.Scored = who, false
	return h
}

func unsure(h Heard, confidence int) Heard {
	h.Confidence = confidence
	h.Weight = weigh(h.Words, confidence)
	return h
}

func from(source string, h Heard) Heard {
	h.Source = source
	return h
}

func marked(f Flags, h Heard) Heard {
	h.Flags = f
	return h
}

const eight = "one two three four five six seven eight"

// TestConditions: each condition holds at its limit, and just beyond it does not.
func TestConditions(t *testing.T) {
	low := func(p Polarity) Limit { return Limit{Below: p} }
	three := Cond{Negative: &Negative{Count: 3, Of: 5, Within: secs(90), Limit: low(-300)}}
	sours := func(a, b, c Polarity) []Heard {
		return []Heard{cust(0, a, eight), cust(10, b, eight), cust(20, c, eight)}
	}
	bySource := Limit{Below: -300, Source: []SourceLimit{{"words", -600}}}
	blind := func(c Case) Case { c.Blind = noon; return c }
	ask := phrases(t, "a manager")
	with := func(c Case, f func(*Case)) Case { f(&c); return c }

	for name, c := range map[string]struct {
		cond Cond
		c    Case
		want bool
	}{
		"nothing asked": {Cond{}, at(10), false},

		"negative: three at the limit":             {three, at(30, sours(-300, -300, -300)...), true},
		"negative: one just above":                 {three, at(30, sours(-300, -299, -300)...), false},
		"negative: the oldest just in time":        {three, at(91, sours(-300, -300, -300)...), true},
		"negative: the oldest too old":             {three, with(at(91, sours(-300, -300, -300)...), func(c *Case) { c.Now = c.Now.Add(1) }), false},
		"negative: two calm ones between":          {three, at(50, append(sours(-300, -300, -300), cust(30, 0, eight), cust(40, 0, eight))...), true},
		"negative: three calm ones push one out":   {three, at(60, append(sours(-300, -300, -300), cust(30, 0, eight), cust(40, 0, eight), cust(50, 0, eight))...), false},
		"negative: blind":                          {three, blind(at(30, sours(-300, -300, -300)...)), false},
		"negative: an operator's do not count":     {three, at(30, told(SpeakerOperator, 0, -900, eight), cust(10, -300, eight), cust(20, -300, eight)), false},
		"negative: a limit of the source":          {Cond{Negative: &Negative{Count: 1, Of: 1, Limit: bySource}}, at(5, from("words", cust(0, -600, eight))), true},
		"negative: above the source's limit":       {Cond{Negative: &Negative{Count: 1, Of: 1, Limit: bySource}}, at(5, from("words", cust(0, -599, eight))), false},
		"negative: another source":                 {Cond{Negative: &Negative{Count: 1, Of: 1, Limit: bySource}}, at(5, cust(0, -300, eight)), true},
		"negative: no source is symbl":             {Cond{Negative: &Negative{Count: 1, Of: 1, Limit: Limit{Below: -300, Source: []SourceLimit{{"symbl", -700}}}}}, at(5, cust(0, -600, eight)), false},
		"negative: anybody's":                      {Cond{Negative: &Negative{Count: 1, Of: 1, Limit: low(-700), Speakers: SpeakersAny}}, at(5, told(SpeakerOperator, 0, -700, "no")), true},
		"negative: the operator's":                 {Cond{Negative: &Negative{Count: 1, Of: 1, Limit: low(-700), Speakers: SpeakersOperator}}, at(5, told(SpeakerOperator, 0, -700, "no"), cust(2, 0, eight)), true},
		"negative: not scored at all":              {Cond{Negative: &Negative{Count: 1, Of: 1, Limit: low(0), Speakers: SpeakersAny}}, at(5, Heard{At: noon, Speaker: SpeakerCustomer}), false},
		"negative: too old by default is not":      {Cond{Negative: &Negative{Count: 1, Of: 1, Limit: low(-300)}}, at(5000, cust(0, -300, eight)), true},
		"mood: at the limit":                       {Cond{Mood: &MoodLimit{Limit: low(-400)}}, at(0, cust(0, -1000, eight)), true},
		"mood: just above":                         {Cond{Mood: &MoodLimit{Limit: low(-401)}}, at(0, cust(0, -1000, eight)), false},
		"mood: faded":                              {Cond{Mood: &MoodLimit{Limit: low(-250)}}, at(30, cust(0, -1000, eight)), true},
		"mood: faded more":                         {Cond{Mood: &MoodLimit{Limit: low(-250)}}, at(32, cust(0, -1000, eight)), false},
		"mood: another half-life":                  {Cond{Mood: &MoodLimit{Limit: low(-250), HalfLife: time.Minute}}, at(60, cust(0, -1000, eight)), true},
		"mood: … faded":                            {Cond{Mood: &MoodLimit{Limit: low(-250), HalfLife: time.Minute}}, at(64, cust(0, -1000, eight)), false},
		"mood: nothing judged is not low":          {Cond{Mood: &MoodLimit{Limit: low(100)}}, at(0), false},
		"mood: above":                              {Cond{Mood: &MoodLimit{Limit: low(-400), Above: true}}, at(0, cust(0, -1000, eight)), true},
		"mood: not above":                          {Cond{Mood: &MoodLimit{Limit: low(-399), Above: true}}, at(0, cust(0, -1000, eight)), false},
		"mood: nothing judged is calm":             {Cond{Mood: &MoodLimit{Limit: low(-100), Above: true}}, at(0), true},
		"mood: blind is not calm":                  {Cond{Mood: &MoodLimit{Limit: low(-100), Above: true}}, blind(at(0)), false},
		"mood: not (blind) is not either":          {Cond{Not: &Cond{Mood: &MoodLimit{Limit: low(-100)}}}, blind(at(0)), false},
		"mood: the limit of the source":            {Cond{Mood: &MoodLimit{Limit: Limit{Below: -900, Source: []SourceLimit{{"words", -400}}}}}, at(0, from("words", cust(0, -1000, eight))), true},
		"mood: a sentence not sure weighs half":    {Cond{Mood: &MoodLimit{Limit: low(-250)}}, at(0, unsure(cust(0, -1000, eight), 599)), true},
		"mood: … and no more":                      {Cond{Mood: &MoodLimit{Limit: low(-251)}}, at(0, unsure(cust(0, -1000, eight), 599)), false},
		"falling: by the limit":                    {Cond{Falling: &Falling{By: 400, Within: secs(60)}}, at(10, cust(10, -1000, eight)), true},
		"falling: by less":                         {Cond{Falling: &Falling{By: 401, Within: secs(60)}}, at(10, cust(10, -1000, eight)), false},
		"falling: from a good mood":                {Cond{Falling: &Falling{By: 600, Within: secs(60)}}, at(40, cust(0, 900, eight), cust(10, 900, eight), cust(30, -1000, eight), cust(40, -1000, eight)), true},
		"falling: too long ago":                    {Cond{Falling: &Falling{By: 300, Within: secs(20)}}, at(40, cust(0, -1000, eight), cust(18, -1000, eight)), false},
		"falling: rising is not":                   {Cond{Falling: &Falling{By: 200, Within: secs(60)}}, at(20, cust(0, -1000, eight), cust(20, 1000, eight)), false},
		"falling: blind":                           {Cond{Falling: &Falling{By: 400, Within: secs(60)}}, blind(at(10, cust(10, -1000, eight))), false},
		"min_words: as many":                       {Cond{MinWords: 15}, with(at(0), func(c *Case) { c.Words = 15 }), true},
		"min_words: one fewer":                     {Cond{MinWords: 15}, with(at(0), func(c *Case) { c.Words = 14 }), false},
		"no_input: as often":                       {Cond{NoInput: 2}, with(at(0), func(c *Case) { c.NoInput = 2 }), true},
		"no_input: once less":                      {Cond{NoInput: 2}, with(at(0), func(c *Case) { c.NoInput = 1 }), false},
		"flagged: one of them":                     {Cond{Flagged: &Flagged{Flags: FlagRequest | FlagSafety, Within: secs(15)}}, at(10, marked(FlagRequest, cust(0, 0, eight))), true},
		"flagged: another":                         {Cond{Flagged: &Flagged{Flags: FlagSafety, Within: secs(15)}}, at(10, marked(FlagRequest, cust(0, 0, eight))), false},
		"flagged: too long ago":                    {Cond{Flagged: &Flagged{Flags: FlagRequest, Within: secs(15)}}, at(60, marked(FlagRequest, cust(0, 0, eight))), false},
		"flagged: the operator's":                  {Cond{Flagged: &Flagged{Flags: FlagRequest, Within: secs(15)}}, at(5, marked(FlagRequest, told(SpeakerOperator, 0, 0, eight))), false},
		"attestation: below":                       {Cond{Attestation: AttestationB}, with(at(0), func(c *Case) { c.Attested = AttestationC }), true},
		"attestation: none":                        {Cond{Attestation: AttestationB}, at(0), true},
		"attestation: as asked":                    {Cond{Attestation: AttestationB}, with(at(0), func(c *Case) { c.Attested = AttestationB }), false},
		"duration: as long":                        {Cond{Duration: &LongCall{Above: secs(60)}}, at(60), false},
		"duration: longer":                         {Cond{Duration: &LongCall{Above: secs(60)}}, with(at(60), func(c *Case) { c.Now = c.Now.Add(1) }), true},
		"duration: not answered":                   {Cond{Duration: &LongCall{Above: secs(60)}}, with(at(90), func(c *Case) { c.Answered = time.Time{} }), false},
		"duration: p95 not known":                  {Cond{Duration: &LongCall{P95: true}}, at(9000), false},
		"duration: p95":                            {Cond{Duration: &LongCall{P95: true}}, with(at(301), func(c *Case) { c.Typical = secs(300) }), true},
		"duration: within p95":                     {Cond{Duration: &LongCall{P95: true}}, with(at(300), func(c *Case) { c.Typical = secs(300) }), false},
		"blind: so long":                           {Cond{Blind: &BlindFor{For: secs(30)}}, blind(at(30)), true},
		"blind: not so long":                       {Cond{Blind: &BlindFor{For: secs(30)}}, blind(at(29)), false},
		"blind: heard":                             {Cond{Blind: &BlindFor{For: secs(30)}}, at(300), false},
		"blind: at once":                           {Cond{Blind: &BlindFor{}}, blind(at(0)), true},
		"blind: badly understood":                  {Cond{Blind: &BlindFor{Confidence: 500, Of: 2}}, at(9, cust(0, 0, eight), unsure(cust(1, 0, eight), 400), unsure(cust(2, 0, eight), 599)), true},
		"blind: just understood":                   {Cond{Blind: &BlindFor{Confidence: 500, Of: 2}}, at(9, unsure(cust(1, 0, eight), 400), unsure(cust(2, 0, eight), 600)), false},
		"blind: too few to tell":                   {Cond{Blind: &BlindFor{Confidence: 500, Of: 2}}, at(9, unsure(cust(1, 0, eight), 400)), false},
		"silence: so long":                         {Cond{Silence: secs(12)}, with(at(12), func(c *Case) { c.Quiet = noon }), true},
		"silence: not so long":                     {Cond{Silence: secs(12)}, with(at(11), func(c *Case) { c.Quiet = noon }), false},
		"silence: not silent":                      {Cond{Silence: secs(12)}, at(99), false},
		"in_state: so long":                        {Cond{InState: &InState{States: []CallState{CallHold, CallMachine}, For: secs(45)}}, at(45), true},
		"in_state: not so long":                    {Cond{InState: &InState{States: []CallState{CallMachine}, For: secs(45)}}, at(44), false},
		"in_state: another":                        {Cond{InState: &InState{States: []CallState{CallHold}, For: secs(45)}}, at(99), false},
		"key: just now":                            {Cond{Key: "01"}, with(at(5), func(c *Case) { c.Keys = []Key{{noon, "0"}, {noon.Add(1), "2"}} }), true},
		"key: too long ago":                        {Cond{Key: "01"}, with(at(5), func(c *Case) { c.Keys = []Key{{noon.Add(-1), "0"}} }), false},
		"key: another":                             {Cond{Key: "01"}, with(at(5), func(c *Case) { c.Keys = []Key{{noon, "2"}} }), false},
		"said: just in time":                       {Cond{Said: &Said{Phrases: ask, Within: secs(10)}}, at(11, cust(0, 0, "get me a manager")), true},
		"said: too long ago":                       {Cond{Said: &Said{Phrases: ask, Within: secs(10)}}, at(12, cust(0, 0, "get me a manager")), false},
		"said: by somebody else":                   {Cond{Said: &Said{Phrases: ask, Within: secs(10)}}, at(5, told(SpeakerOperator, 0, 0, "get me a manager")), false},
		"said: by the operator":                    {Cond{Said: &Said{Phrases: ask, Within: secs(10), Speakers: SpeakersOperator}}, at(5, told(SpeakerOperator, 0, 0, "get me a manager")), true},
		"said: by anybody":                         {Cond{Said: &Said{Phrases: ask, Within: secs(10), Speakers: SpeakersAny}}, at(5, told(SpeakerUnknown, 0, 0, "get me a manager")), true},
		"said: negated":                            {Cond{Said: &Said{Phrases: ask, Within: secs(10)}}, at(5, cust(0, 0, "not a manager")), false},
		"said: negated, and that counts":           {Cond{Said: &Said{Phrases: ask, Within: secs(10), Negated: true}}, at(5, cust(0, 0, "not a manager")), true},
		"said: excepted":                           {Cond{Said: &Said{Phrases: ask, Except: phrases(t, "i am"), Within: secs(10)}}, at(5, cust(0, 0, "I am a manager")), false},
		"said: blind does not matter":              {Cond{Said: &Said{Phrases: ask, Within: secs(10)}}, blind(at(5, cust(0, 0, "a manager"))), true},
		"not_said: too early to tell":              {Cond{NotSaid: &NotSaid{Phrases: ask, Within: secs(20)}}, at(19), false},
		"not_said: not":                            {Cond{NotSaid: &NotSaid{Phrases: ask, Within: secs(20)}}, at(20), true},
		"not_said: in time":                        {Cond{NotSaid: &NotSaid{Phrases: ask, Within: secs(20)}}, at(50, cust(19, 0, "a manager")), false},
		"not_said: too late":                       {Cond{NotSaid: &NotSaid{Phrases: ask, Within: secs(20)}}, at(50, cust(20, 0, "a manager")), true},
		"not_said: announced in time":              {Cond{NotSaid: &NotSaid{Notice: true, Within: secs(20)}}, with(at(50), func(c *Case) { c.Announced = noon.Add(secs(20)) }), false},
		"not_said: announced too late":             {Cond{NotSaid: &NotSaid{Notice: true, Within: secs(20)}}, with(at(50), func(c *Case) { c.Announced = noon.Add(secs(20) + 1) }), true},
		"not_said: never announced":                {Cond{NotSaid: &NotSaid{Notice: true, Within: secs(20)}}, at(20), true},
		"not_said: an announcement does not count": {Cond{NotSaid: &NotSaid{Phrases: ask, Within: secs(20)}}, with(at(50), func(c *Case) { c.Announced = noon }), true},
		"not_said: blind cannot tell":              {Cond{NotSaid: &NotSaid{Phrases: ask, Within: secs(20)}}, blind(at(50)), false},
		"not_said: the beginning is forgotten":     {Cond{NotSaid: &NotSaid{Phrases: ask, Within: secs(20)}}, at(900, many(maxHeard, 100)...), false},
		"repeats: as often":                        {Cond{Repeats: &Repeats{Times: 2, Overlap: 700, Within: secs(60)}}, at(30, cust(0, 0, "where is my parcel now"), cust(20, 0, "where is my big parcel")), true},
		"repeats: another thing":                   {Cond{Repeats: &Repeats{Times: 2, Overlap: 700, Within: secs(60)}}, at(30, cust(0, 0, "where is my parcel now"), cust(20, 0, "where is your office today")), false},
		"repeats: overlap at the limit":            {Cond{Repeats: &Repeats{Times: 2, Overlap: 800, Within: secs(60)}}, at(30, cust(0, 0, "where is my parcel now"), cust(20, 0, "where is my big parcel")), true},
		"repeats: overlap below the limit":         {Cond{Repeats: &Repeats{Times: 2, Overlap: 801, Within: secs(60)}}, at(30, cust(0, 0, "where is my parcel now"), cust(20, 0, "where is my big parcel")), false},
		"repeats: too long ago":                    {Cond{Repeats: &Repeats{Times: 2, Overlap: 700, Within: secs(60)}}, at(62, cust(0, 0, "where is my parcel"), cust(20, 0, "where is my parcel")), false},
		"repeats: short ones are none":             {Cond{Repeats: &Repeats{Times: 2, Overlap: 700, Within: secs(60)}}, at(30, cust(0, 0, "yes I do"), cust(20, 0, "yes I do")), false},
		"repeats: a short one between":             {Cond{Repeats: &Repeats{Times: 2, Overlap: 700, Within: secs(60)}}, at(30, cust(0, 0, "where is my parcel"), cust(20, 0, "where is my parcel"), cust(25, 0, "yes")), true},
		"repeats: part of a longer one":            {Cond{Repeats: &Repeats{Times: 2, Overlap: 700, Within: secs(60)}}, at(30, cust(0, 0, "I want to know"), cust(20, 0, "I want to know where you have left my parcel")), false},

		"all hold":        {Cond{All: []Cond{{MinWords: 1}, {NoInput: 1}}}, with(at(0), func(c *Case) { c.Words, c.NoInput = 1, 1 }), true},
		"all, but one":    {Cond{All: []Cond{{MinWords: 1}, {NoInput: 1}}}, with(at(0), func(c *Case) { c.Words = 1 }), false},
		"any":             {Cond{Any: []Cond{{MinWords: 1}, {NoInput: 1}}}, with(at(0), func(c *Case) { c.NoInput = 1 }), true},
		"any of none":     {Cond{Any: []Cond{{MinWords: 1}, {NoInput: 1}}}, at(0), false},
		"not":             {Cond{Not: &Cond{MinWords: 1}}, at(0), true},
		"not so":          {Cond{Not: &Cond{MinWords: 1}}, with(at(0), func(c *Case) { c.Words = 1 }), false},
		"fields together": {Cond{NoInput: 1, Any: []Cond{{MinWords: 5}}}, with(at(0), func(c *Case) { c.NoInput = 1 }), false},
	} {
		p := Policy{Rules: []Rule{{ID: "r", When: c.cond}}}
		marks, findings := p.Judge(c.c, nil)
		if got := len(findings) == 1; got != c.want {
			t.Errorf("%s: fires %t, want %t", name, got, c.want)
		}
		if again, twice := p.Judge(c.c, marks); len(twice) > 0 || !cmp.Equal(again, marks) {
			t.Errorf("%s: a second look changes something: %v", name, twice)
		}
		if len(findings) == 1 {
			for _, check := range findings[0].Evidence.Checks {
				if check.What == "" || check.Seen == "" || check.Unless == "" {
					t.Errorf("%s: evidence without words: %+v", name, check)
				}
			}
		}
	}
}

// many returns n sentences of the customer, one every six seconds.
func many(n, begin int) []Heard {
	var all []Heard
	for i := range n {
		all = append(all, cust(begin+6*i, 0, fmt.Sprintf("well the%[1]d thing%[1]d is%[1]d that%[1]d parcels%[1]d come%[1]d late%[1]d", i)))
	}
	return all
}

// A walk judges one rule along a call, and tells what happened: "+5" fired at 5 s,
// "-9" ended.
func walk(p Policy, seconds []int, c func(seconds int) Case) string {
	var m Marks
	var all []string
	for _, s := range seconds {
		var findings []Finding
		m, findings = p.Judge(c(s), m)
		for _, f := range findings {
			sign := "+"
			if f.Ended {
				sign = "-"
			}
			all = append(all, fmt.Sprint(sign, s))
		}
	}
	return strings.Join(all, " ")
}

func every(step, to int) []int {
	var all []int
	for s := 0; s <= to; s += step {
		all = append(all, s)
	}
	return all
}

// TestRule: for, not_before, exit, cooldown and mode do what they say.
func TestRule(t *testing.T) {
	// pressed: no key in the menus from 10 s on, but for 40 to 49 s.
	idle := func(s int) Case {
		c := at(s)
		if s >= 10 && (s < 40 || s >= 50) {
			c.NoInput = 1
		}
		return c
	}
	calmAt := func(from int) func(int) Case {
		return func(s int) Case {
			c := idle(s)
			if s >= from {
				c.Words = 1
			}
			return c
		}
	}
	blindFrom := func(f func(int) Case, from, to int) func(int) Case {
		return func(s int) Case {
			c := f(s)
			if s >= from && s < to {
				c.Blind = noon.Add(secs(from))
			}
			return c
		}
	}
	when := Cond{NoInput: 1}
	exit := &Cond{MinWords: 1}
	calm := &Cond{MinWords: 1, Mood: &MoodLimit{Limit: Limit{Below: -100}, Above: true}}
	for name, c := range map[string]struct {
		rule Rule
		c    func(int) Case
		want string
	}{
		"at once, and ends with its condition": {Rule{When: when}, idle, "+10 -40 +50"},
		"for":                                  {Rule{When: when, For: secs(5)}, idle, "+15 -40 +55"},
		"for: longer than it holds":            {Rule{When: when, For: secs(31)}, idle, "+81"},
		"not before":                           {Rule{When: when, NotBefore: secs(20)}, idle, "+20 -40 +50"},
		"cooldown":                             {Rule{When: when, Cooldown: secs(60)}, idle, "+10 -40 +70"},
		"cooldown that is over":                {Rule{When: when, Cooldown: secs(40)}, idle, "+10 -40 +50"},
		"off":                                  {Rule{When: when, Mode: ModeOff}, idle, ""},
		"shadow":                               {Rule{When: when, Mode: ModeShadow}, idle, "+10 -40 +50"},
		"exit that does not come":              {Rule{When: when, Exit: exit}, idle, "+10"},
		"exit":                                 {Rule{When: when, Exit: exit}, calmAt(45), "+10 -45 +50 -51"},
		"exit for":                             {Rule{When: when, Exit: exit, ExitFor: secs(20)}, calmAt(45), "+10 -65"},
		"exit, and the same facts hold":        {Rule{When: when, Exit: exit}, calmAt(20), "+10 -20 +50 -51"},
		"exit is not reached by blindness":     {Rule{When: when, Exit: calm, ExitFor: secs(5)}, blindFrom(calmAt(45), 46, 70), "+10 -75"},
	} {
		c.rule.ID = "r"
		if got := walk(Policy{Rules: []Rule{c.rule}}, every(1, 100), c.c); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestNotTalking: a call that nobody talks in is not judged, and asks for no look.
func TestNotTalking(t *testing.T) {
	p := Policy{Rules: []Rule{{ID: "r", When: Cond{InState: &InState{States: []CallState{CallMachine}}}}}}
	c := at(10)
	c.Talking = false
	m := Marks{{Rule: "r", Fired: noon}}
	got, findings := p.Judge(c, m)
	if len(findings) > 0 || !cmp.Equal(got, m) || !p.Next(c, m).IsZero() {
		t.Errorf("judged all the same: %v %v", got, findings)
	}
}

// TestBlindDoesNotEnd: a rule on sentiment that has fired stays while nobody hears the
// customer, and one on something else goes on.
func TestBlindDoesNotEnd(t *testing.T) {
	sour := Rule{ID: "sour", When: Cond{Negative: &Negative{Count: 1, Of: 1, Within: secs(10), Limit: Limit{Below: -300}}}}
	deaf := Rule{ID: "deaf", When: Cond{Blind: &BlindFor{For: secs(3)}}}
	got := walk(Policy{Rules: []Rule{sour, deaf}}, every(1, 40), func(s int) Case {
		c := at(s, cust(0, -400, eight))
		if s >= 5 && s < 30 {
			c.Blind = noon.Add(secs(5))
		}
		return c
	})
	if want := "+0 +8 -30 -30"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestMinConfidence: a sentence less certain than a rule asks does not count for it;
// one without any does.
func TestMinConfidence(t *testing.T) {
	ask := Cond{Said: &Said{Phrases: phrases(t, "a manager"), Within: secs(10)}}
	sour := Cond{Negative: &Negative{Count: 1, Of: 1, Limit: Limit{Below: -300}}}
	again := Cond{Repeats: &Repeats{Times: 1, Within: secs(60)}}
	for _, cond := range []Cond{ask, sour, again} {
		p := Policy{Rules: []Rule{{ID: "r", MinConfidence: 600, When: cond}}}
		for confidence, want := range map[int]int{0: 1, 599: 0, 600: 1} {
			h := unsure(cust(0, -400, "get me a manager"), confidence)
			if _, findings := p.Judge(at(2, h), nil); len(findings) != want {
				t.Errorf("%s, confidence %d: %d findings, want %d", cond.words(), confidence, len(findings), want)
			}
		}
	}
	// A sentence that is not certain does not stand in the place of one that is.
	p := Policy{Rules: []Rule{{ID: "r", MinConfidence: 600, When: sour}}}
	if _, f := p.Judge(at(5, cust(0, -400, eight), unsure(cust(2, 500, eight), 100)), nil); len(f) != 1 {
		t.Error("an uncertain sentence has pushed out one that counts")
	}
}

// TestEvidence: what a rule saw is said in words for people, with the sentences that
// counted.
func TestEvidence(t *testing.T) {
	limit := Limit{Below: -300}
	sour := []Heard{
		cust(10, 200, "hello there how are you doing today sir"), cust(20, -520, "that is the third time I explain this now"),
		cust(35, -610, "no you are not listening to me at all"), cust(60, -380, "this is useless and I have had enough now"),
	}
	for name, c := range map[string]struct {
		when  Cond
		c     Case
		want  []Check
		lines string
	}{
		"sustained": {
			Cond{
				Negative: &Negative{Count: 3, Of: 5, Within: secs(90), Limit: limit},
				Mood:     &MoodLimit{Limit: Limit{Below: -200}}, MinWords: 15,
			}, at(61, sour...),
			[]Check{
				{"3 of the last 4 customer sentences at or below -0.30 within 90 s", "-0.52 -0.61 -0.38 in 41 s", "one of them were above -0.30"},
				{"mood at or below -0.20", "-0.23", "the mood were above -0.20"},
				{"the customer said 15 words or more", "33 words", "he had said fewer than 15 words"},
			}, "u20- u35- u60-",
		},
		"more than are needed": {
			Cond{Negative: &Negative{Count: 2, Of: 3, Limit: limit}}, at(61, sour...),
			[]Check{{"3 of the last 3 customer sentences at or below -0.30", "-0.52 -0.61 -0.38 in 41 s", "2 of them were above -0.30"}},
			"u20- u35- u60-",
		},
		"one": {
			Cond{Negative: &Negative{Count: 1, Of: 1, Within: secs(20), Limit: limit}}, at(61, sour...),
			[]Check{{"a customer sentence at or below -0.30 within 20 s", "-0.38", "it were above -0.30"}}, "u60-",
		},
		"mood alone quotes what made it": {
			Cond{Mood: &MoodLimit{Limit: Limit{Below: -200}}}, at(61, sour...),
			[]Check{{"mood at or below -0.20", "-0.23", "the mood were above -0.20"}}, "u10 u20 u35 u60",
		},
		"any: only what held": {
			Cond{Any: []Cond{{Key: "0"}, {Said: &Said{Phrases: phrases(t, "useless"), Within: secs(10)}}}}, at(64, sour...),
			[]Check{{`the customer said "useless" within 10 s`, `"useless" 3 s ago`, "it had not been said"}}, "u60",
		},
		"not": {
			Cond{NoInput: 0, Silence: secs(12), Not: &Cond{Duration: &LongCall{Above: secs(600)}}},
			func() Case { c := at(140); c.Quiet = noon.Add(secs(5)); return c }(),
			[]Check{
				{"nobody spoke for 12 s", "2 min 15 s of silence", "somebody had spoken"},
				{"not: the call lasts longer than 10 min", "not so", "it were so"},
			}, "",
		},
	} {
		c.c.Words = 33
		p := Policy{Rules: []Rule{{ID: "r", Version: 3, About: "about", Severity: SeverityRed, When: c.when}}}
		_, findings := p.Judge(c.c, nil)
		if len(findings) != 1 {
			t.Errorf("%s: does not fire", name)
			continue
		}
		e := findings[0].Evidence
		if diff := cmp.Diff(c.want, e.Checks); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
		var lines []string
		for _, l := range e.Lines {
			line := l.Utterance
			if l.Low {
				line += "-"
			}
			lines = append(lines, line)
		}
		if got := strings.Join(lines, " "); got != c.lines {
			t.Errorf("%s: quotes %q, want %q", name, got, c.lines)
		}
		if e.Rule != "r" || e.Version != 3 || e.About != "about" || e.Severity != SeverityRed || !e.At.Equal(c.c.Now) {
			t.Errorf("%s: whose evidence is this: %+v", name, e)
		}
	}
}

// TestEvidenceIsBounded: at most six sentences are quoted, the newest, and of each
// 200 bytes.
func TestEvidenceIsBounded(t *testing.T) {
	said := many(20, 0)
	for i := range said {
		said[i].Polarity, said[i].Text = -900, strings.Repeat("é", 500)
	}
	p := Policy{Rules: []Rule{{ID: "r", When: Cond{Negative: &Negative{Count: 10, Of: 20, Limit: Limit{Below: -300}}}}}}
	_, f := p.Judge(at(300, said...), nil)
	lines := f[0].Evidence.Lines
	if len(lines) != maxQuotes || lines[5].Utterance != said[19].Utterance || len(lines[0].Text) > maxQuote {
		t.Errorf("quoted %d lines of %d bytes", len(lines), len(lines[0].Text))
	}
}

// usual is a policy like the default one.
func usual(t testing.TB) Policy {
	limit := func(p Polarity) Limit { return Limit{Below: p} }
	return Policy{Name: "usual", Rules: []Rule{
		{ID: "ask-human", MinConfidence: 600, Request: true, Cooldown: secs(30), When: Cond{Any: []Cond{
			{Said: &Said{Phrases: phrases(t, requests...), Except: phrases(t, reports...), Within: secs(10)}}, {Key: "0"},
		}}},
		{ID: "sustained-negative", NotBefore: secs(20), Cooldown: secs(120), When: Cond{
			Negative: &Negative{Count: 3, Of: 5, Within: secs(90), Limit: limit(-300)}, Mood: &MoodLimit{Limit: limit(-250)}, MinWords: 15,
		}, Exit: &Cond{Mood: &MoodLimit{Limit: limit(-100), Above: true}}, ExitFor: secs(20)},
		{ID: "hard-spike", When: Cond{
			Negative: &Negative{Count: 1, Of: 2, Within: secs(20), Limit: limit(-800)},
			Any: []Cond{
				{Said: &Said{Phrases: phrases(t, "lawyer|attorney|sue", "fuck*", "chargeback", "cancel* ... account"), Within: secs(20), Negated: true}},
				{Negative: &Negative{Count: 2, Of: 5, Within: secs(20), Limit: limit(-500)}},
			},
		}, Cooldown: secs(60)},
		{ID: "safety", When: Cond{Said: &Said{Speakers: SpeakersAny, Within: secs(15), Negated: true, Phrases: phrases(t,
			"kill (myself|himself|herself)", "suicide|suicidal", "call ... ambulance|police", "heart attack", "cant breathe", "chest pain|pains")}}},
		{ID: "stuck", When: Cond{Any: []Cond{{Repeats: &Repeats{Times: 2, Overlap: 700, Within: secs(60)}}, {NoInput: 2}}}},
		{ID: "silence", When: Cond{Silence: secs(12)}},
		{ID: "time-in-state", When: Cond{Any: []Cond{{InState: &InState{States: []CallState{CallHold}, For: secs(45)}}, {Duration: &LongCall{P95: true}}}}},
		{ID: "falling", Cooldown: secs(60), When: Cond{Falling: &Falling{By: 500, Within: secs(60)}}},
		{ID: "not-said", When: Cond{NotSaid: &NotSaid{Notice: true, Within: secs(20)}}},
		{ID: "blind", When: Cond{Blind: &BlindFor{For: secs(30), Confidence: 500, Of: 5}}},
	}}
}

// TestNextIsNeverLate: between two looks nothing changes by the passing of time, and
// a look at the time that Next names is followed by a later one or by none; nothing
// that was given is written.
func TestNextIsNeverLate(t *testing.T) {
	words := []string{"get me a manager", "where is my parcel now", "yes", "I will sue you", "cancel my account at once", eight}
	policies := []Policy{usual(t), odd(t)}
	rapid.Check(t, func(t *rapid.T) {
		p := policies[rapid.IntRange(0, len(policies)-1).Draw(t, "policy")]
		c := at(rapid.IntRange(0, 200).Draw(t, "now"))
		for range rapid.IntRange(0, 12).Draw(t, "sentences") {
			h := cust(rapid.IntRange(0, 210).Draw(t, "at"), Polarity(rapid.IntRange(-10, 10).Draw(t, "polarity")*100), rapid.SampledFrom(words).Draw(t, "text"))
			h.Confidence = rapid.SampledFrom([]int{0, 300, 900}).Draw(t, "confidence")
			c.Said = append(c.Said, h)
		}
		slices.SortStableFunc(c.Said, func(a, b Heard) int { return a.At.Compare(b.At) })
		begun := func(name string) time.Time {
			if s := rapid.IntRange(-1, 200).Draw(t, name); s >= 0 {
				return noon.Add(secs(s))
			}
			return time.Time{}
		}
		c.Words, c.NoInput = rapid.IntRange(0, 30).Draw(t, "words"), rapid.IntRange(0, 3).Draw(t, "no input")
		c.State = CallState(rapid.IntRange(int(CallRinging), int(CallEnding)).Draw(t, "state"))
		c.Blind, c.Quiet, c.Announced = begun("blind"), begun("quiet"), begun("announced")
		c.Typical = secs(rapid.IntRange(0, 300).Draw(t, "typical"))
		if k := begun("key"); !k.IsZero() {
			c.Keys = []Key{{k, "0"}}
		}
		var marks Marks
		for range rapid.IntRange(0, 2).Draw(t, "looks before") {
			marks, _ = p.Judge(c, marks)
			c.Now = c.Now.Add(secs(rapid.IntRange(0, 30).Draw(t, "later")))
		}

		marks, _ = p.Judge(c, marks)
		for looks := 0; ; looks++ {
			if looks > 500 {
				t.Fatalf("the judge looks for ever: now %s", c.Now)
			}
			before := fmt.Sprintf("%+v %+v", c, marks)
			next := p.Next(c, marks)
			if again := p.Next(c, marks); !again.Equal(next) {
				t.Fatalf("Next says %s and then %s", next, again)
			}
			if !next.IsZero() && !next.After(c.Now) {
				t.Fatalf("the next look is at %s, and now is %s", next, c.Now)
			}
			end := next
			if end.IsZero() {
				end = c.Now.Add(time.Hour)
			}
			for _, part := range []time.Duration{1, 3, 7, 9} { // until just before it
				early := c
				if early.Now = c.Now.Add(end.Sub(c.Now) / 10 * part); !early.Now.Before(end) {
					continue
				}
				if got, findings := p.Judge(early, marks); slices.ContainsFunc(findings, exact) {
					t.Fatalf("%s at %s, and Next said %s\n%+v\n%+v", findings[0].Rule.ID, early.Now, next, got, marks)
				}
			}
			if after := fmt.Sprintf("%+v %+v", c, marks); after != before {
				t.Fatalf("what was given is written:\n%s\n%s", before, after)
			}
			if next.IsZero() {
				return
			}
			c.Now = next
			one, first := p.Judge(c, marks)
			two, second := p.Judge(c, marks)
			if !cmp.Equal(one, two) || len(first) != len(second) {
				t.Fatalf("two looks at the same differ")
			}
			marks = one
			if same, more := p.Judge(c, marks); len(more) > 0 || len(marks) > 0 && &same[0] != &marks[0] {
				t.Fatalf("a second look at the same moment finds %v", more)
			}
		}
	})
}

// exact reports whether a rule turns at a moment that is computed. A mood fades in
// steps, and passes a limit a step earlier or later than a smooth one would: see
// TestNextOfAMood.
func exact(f Finding) bool {
	return !slices.Contains([]string{"sustained-negative", "falling", "not mood", "good", "either", "short fall"}, f.Rule.ID)
}

// odd is a policy of conditions that turn with time in unusual ways.
func odd(t testing.TB) Policy {
	mood := func(p Polarity, above bool) Cond { return Cond{Mood: &MoodLimit{Limit: Limit{Below: p}, Above: above}} }
	good, bad := mood(100, true), mood(-100, false)
	said := Cond{Said: &Said{Phrases: phrases(t, "manager"), Within: secs(30)}}
	return Policy{Name: "odd", Rules: []Rule{
		{ID: "not", When: Cond{Not: &said}, For: secs(7)},
		{ID: "not mood", When: Cond{Not: &bad, MinWords: 1}, Exit: &bad, ExitFor: secs(3)},
		{ID: "good", When: good, For: secs(4), Exit: &Cond{Not: &good}},
		{ID: "either", When: Cond{Any: []Cond{bad, said}}, Cooldown: secs(40), NotBefore: secs(100)},
		{ID: "key gone", When: Cond{Key: "0"}, Exit: &Cond{Not: &Cond{Key: "0"}}, ExitFor: secs(9)},
		{ID: "both", When: Cond{All: []Cond{{Silence: secs(20)}, {Duration: &LongCall{Above: secs(90)}}, {Not: &said}}}},
		{ID: "few", When: Cond{Not: &Cond{Negative: &Negative{Count: 2, Of: 4, Within: secs(50), Limit: Limit{Below: -200}}}}},
		{ID: "short fall", When: Cond{Falling: &Falling{By: 150, Within: secs(20), HalfLife: secs(10)}}, For: secs(6)},
		{ID: "again", When: Cond{Not: &Cond{Repeats: &Repeats{Times: 2, Overlap: 500, Within: secs(45)}}}},
	}}
}

// TestNext names the very time, where the moment is known.
func TestNext(t *testing.T) {
	with := func(c Case, f func(*Case)) Case { f(&c); return c }
	for name, c := range map[string]struct {
		rule Rule
		c    Case
		want time.Duration // after the answer; 0: never
	}{
		"nothing":        {Rule{When: Cond{MinWords: 1}}, at(10), 0},
		"silence":        {Rule{When: Cond{Silence: secs(12)}}, with(at(10), func(c *Case) { c.Quiet = noon.Add(secs(4)) }), secs(16)},
		"in state":       {Rule{When: Cond{InState: &InState{States: []CallState{CallMachine}, For: secs(45)}}}, at(10), secs(45)},
		"duration":       {Rule{When: Cond{Duration: &LongCall{Above: secs(60)}}}, at(10), secs(60) + 1},
		"not said":       {Rule{When: Cond{NotSaid: &NotSaid{Notice: true, Within: secs(20)}}}, at(10), secs(20)},
		"blind":          {Rule{When: Cond{Blind: &BlindFor{For: secs(30)}}}, with(at(10), func(c *Case) { c.Blind = noon.Add(secs(9)) }), secs(39)},
		"for":            {Rule{When: Cond{MinWords: 1}, For: secs(5)}, with(at(10), func(c *Case) { c.Words = 1 }), secs(15)},
		"not before":     {Rule{When: Cond{MinWords: 1}, NotBefore: secs(25)}, with(at(10), func(c *Case) { c.Words = 1 }), secs(25)},
		"key over":       {Rule{When: Cond{Key: "0"}}, with(at(10), func(c *Case) { c.Keys = []Key{{noon.Add(secs(8)), "0"}} }), secs(13) + 1},
		"said over":      {Rule{When: Cond{Said: &Said{Phrases: phrases(t, "help"), Within: secs(10)}}}, at(10, cust(8, 0, "help")), secs(19) + 1},
		"later of two":   {Rule{When: Cond{All: []Cond{{Silence: secs(12)}, {Duration: &LongCall{Above: secs(60)}}}}}, with(at(10), func(c *Case) { c.Quiet = noon }), secs(60) + 1},
		"one that never": {Rule{When: Cond{All: []Cond{{Silence: secs(12)}, {MinWords: 1}}}}, with(at(10), func(c *Case) { c.Quiet = noon }), 0},
		"sooner of two":  {Rule{When: Cond{Any: []Cond{{Silence: secs(12)}, {Duration: &LongCall{Above: secs(60)}}}}}, with(at(10), func(c *Case) { c.Quiet = noon }), secs(12)},
		"off":            {Rule{Mode: ModeOff, When: Cond{Silence: secs(12)}}, with(at(10), func(c *Case) { c.Quiet = noon }), 0},
	} {
		c.rule.ID = "r"
		p := Policy{Rules: []Rule{c.rule}}
		m, _ := p.Judge(c.c, nil)
		want := time.Time{}
		if c.want > 0 {
			want = noon.Add(c.want)
		}
		if got := p.Next(c.c, m); !got.Equal(want) {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

// TestNextOfAMood: the end of a rule by a fading mood is seen to the tenth of a second.
func TestNextOfAMood(t *testing.T) {
	p := Policy{Rules: []Rule{{
		ID: "r", When: Cond{Mood: &MoodLimit{Limit: Limit{Below: -250}}},
		Exit: &Cond{Mood: &MoodLimit{Limit: Limit{Below: -100}, Above: true}}, ExitFor: secs(20),
	}}}
	c := at(0, cust(0, -1000, eight))
	m, _ := p.Judge(c, nil)
	next := p.Next(c, m)
	c.Now = next.Add(-200 * time.Millisecond)
	if early, _ := p.Judge(c, m); !cmp.Equal(early, m) {
		t.Errorf("the exit holds before %s", next)
	}
	c.Now = next
	m, _ = p.Judge(c, m)
	if m[0].Clear.IsZero() {
		t.Fatalf("the exit does not hold at %s", next)
	}
	if got := p.Next(c, m); !got.Equal(next.Add(secs(20))) {
		t.Errorf("ends at %s, want 20 s after %s", got, next)
	}
}

// TestMarksAreNotWritten: marks that were given stay as they are, and come back
// themselves where nothing changed.
func TestMarksAreNotWritten(t *testing.T) {
	p := usual(t)
	c := at(30, many(4, 0)...)
	c.Announced = noon
	m, _ := p.Judge(c, nil)
	if len(m) != 0 {
		t.Errorf("a calm call is remembered: %+v", m)
	}
	c.Quiet = noon
	one, _ := p.Judge(c, m)
	was := slices.Clone(one)
	c.Quiet = time.Time{}
	two, f := p.Judge(c, one)
	if len(f) != 1 || !f[0].Ended || !cmp.Equal(one, was) || &one[0] == &two[0] {
		t.Errorf("the marks were written: %+v, were %+v", one, was)
	}
}

// BenchmarkJudge is one look after an event of a call with twenty sentences, by ten
// rules.
func BenchmarkJudge(b *testing.B) {
	p := usual(b)
	calm := at(120, many(20, 0)...)
	calm.Announced = noon
	sour := at(120, many(20, 0)...)
	for i := range sour.Said {
		sour.Said[i].Polarity = -400
	}
	sour.Announced, sour.Words = noon, 100
	for name, c := range map[string]Case{"calm": calm, "sour": sour} {
		m, _ := p.Judge(c, nil)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				p.Judge(c, m)
			}
		})
		b.Run(name+"/next", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				p.Next(c, m)
			}
		})
	}
}
