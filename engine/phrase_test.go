package engine

import (
	"strings"
	"testing"
)

// requests are the phrases of a customer who asks for a person, as a policy may list
// them, and reports are what excludes a sentence that only tells of one.
var (
	requests = []string{
		"speak|talk to|with ... agent|human|person|operator|representative|rep|advisor|manager|supervisor|someone|somebody|boss",
		"(speak|talk|get through) to|with (anyone|anybody) else",
		"want|need|like|get|give|find ... agent|human|operator|representative|manager|supervisor",
		"want|need|like|get|give ... (real|live|actual) person",
		"connect|transfer|put|pass me|us ... agent|human|person|operator|representative|manager|supervisor|someone|somebody",
		"connect|transfer me|us please",
		"put me through",
		"real|live|actual person|human|agent",
		"human|agent|representative|operator|manager|supervisor please",
		"please ... agent|representative|operator|supervisor",
		"is there (a|an|any)? (human|person|manager|supervisor|someone|somebody|anyone|anybody) ... (talk|speak|there)",
		"let me (speak|talk)",
		"hablar con ... persona|operador|operadora|agente|humano|alguien|gerente|supervisor|supervisora|encargado|encargada",
		"hablar con (una persona|un operador)",
		"quiero|necesito ... persona|operador|operadora|agente|humano|supervisor",
		"(páseme|pásame|paseme|pasame|comuníqueme|comuniqueme|transfiérame|transfierame) ... persona|operador|operadora|agente|alguien|supervisor",
		"(persona|operador|agente) por favor",
	}
	reports = []string{
		"already|just|yesterday ... spoke|spoken|talked|speaking|talking",
		"spoke|talked to|with",
		"have|had|has|been|was ... spoken|talked|speaking|talking (to|with)",
		"ya hablé",
		"i am|im|was a|an|the|your agent|manager|operator|representative|supervisor",
		"thank|thanks ... agent|person|manager",
	}
)

func phrases(t testing.TB, texts ...string) []Phrase {
	t.Helper()
	var all []Phrase
	for _, text := range texts {
		p, err := ParsePhrase(text)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		all = append(all, p)
	}
	return all
}

// TestRequests: who asks for a person is heard, in whatever words; who only tells of
// one, or says that he wants none, is not.
func TestRequests(t *testing.T) {
	ask, except := phrases(t, requests...), phrases(t, reports...)
	for sentence, want := range map[string]bool{
		"I want to speak to a manager":                             true,
		"Can I talk to a person, please?":                          true,
		"can't I just talk to a person":                            true,
		"Why can't I talk to somebody?":                            true,
		"Won't you let me speak with your supervisor":              true,
		"No, I want to speak to a manager":                         true,
		"no i want to talk to a human":                             true,
		"No. Get me a manager.":                                    true,
		"Don't hang up, get me a manager":                          true,
		"I need a real person":                                     true,
		"Give me an actual human being":                            true,
		"Agent, please":                                            true,
		"REPRESENTATIVE PLEASE":                                    true,
		"please just get me an operator":                           true,
		"Connect me to somebody who can help":                      true,
		"transfer me to your manager now":                          true,
		"Put me through!":                                          true,
		"Is there anyone I can talk to":                            true,
		"is there a supervisor there":                              true,
		"I'd like to talk to your boss":                            true,
		"could I speak with an advisor":                            true,
		"I don't want a robot, I want a real person":               true,
		"not you but a real person":                                true,
		"let me talk to someone else":                              true,
		"can you put us through to a human":                        true,
		"I would like an agent":                                    true,
		"Quiero hablar con una persona":                            true,
		"quisiera hablar con un operador":                          true,
		"¿Puedo hablar con alguien?":                               true,
		"necesito un agente":                                       true,
		"Páseme con un supervisor":                                 true,
		"un operador por favor":                                    true,
		"I already spoke to your manager":                          false,
		"I spoke to a manager yesterday":                           false,
		"I talked with a representative, she promised to call":     false,
		"I have been talking to a real person for an hour":         false,
		"I don't want to talk to a manager":                        false,
		"I do not want to speak to a supervisor":                   false,
		"I don't really want to talk to an agent":                  false,
		"no need to talk to a manager":                             false,
		"I would rather not talk to a person":                      false,
		"I never asked to speak to someone":                        false,
		"please don't transfer me to an operator":                  false,
		"without talking to a person":                              false,
		"I am a manager at the store":                              false,
		"thank you, you are a nice person":                         false,
		"the agent told me it would take a week":                   false,
		"my manager needs the invoice":                             false,
		"he is a person of interest":                               false,
		"my estate agent sent the papers":                          false,
		"I want my money back":                                     false,
		"I would like to change my address":                        false,
		"can you tell me about the personal account":               false,
		"the operator of the machine was hurt":                     false,
		"No quiero hablar con un operador":                         false,
		"ya hablé con una persona ayer, no quiero hablar con ella": false,
		"nunca hablar con un agente":                               false,
		"":                                                         false,
	} {
		words := tokens(nil, sentence)
		got := phraseIn(ask, words, false) != nil && phraseIn(except, words, true) == nil
		if got != want {
			t.Errorf("%q asks for a person: %t, want %t", sentence, got, want)
		}
	}
}

// TestPhraseMatches holds the syntax of a phrase to what it says.
func TestPhraseMatches(t *testing.T) {
	for _, c := range []struct {
		phrase, sentence string
		want             bool
	}{
		{"lawyer", "My lawyer will call you", true},
		{"lawyer", "my lawyers will", false},
		{"cancel*", "I am cancelling it", true},
		{"cancel*", "cancel", true},
		{"cancel*", "a cance", false},
		{"don't call", "DON’T CALL me", true},
		{"dont call", "don't call me", true},
		{"agent|human", "a human", true},
		{"agent|human", "a manager", false},
		{"speak to (a person|someone)", "speak to a person", true},
		{"speak to (a person|someone)", "speak to someone", true},
		{"speak to (a person|someone)", "speak to a", false},
		{"real? person", "a person", true},
		{"real? person", "a real person", true},
		{"right (away now)? please", "right please", true},
		{"right (away now)? please", "right away now please", true},
		{"right (away now)? please", "right away please", false},
		{"speak ... manager", "speak manager", true},
		{"speak ... manager", "speak one two three manager", true},
		{"speak ... manager", "speak one two three four manager", false},
		{"call back", "a call-back", true},
		{"call-back", "please call back", true},
		{"one two", "one, two", true},
		{"(a|a b) c", "a b c", true},
		{"i ... i ... i ... i ... x", strings.Repeat("i ", 300), false},
		{"añadir", "quiero AÑADIR una", true},
	} {
		p := phrases(t, c.phrase)[0]
		if got := p.in(tokens(nil, c.sentence), false); got != c.want {
			t.Errorf("%q in %q = %t, want %t", c.phrase, c.sentence, got, c.want)
		}
	}
}

// TestTokens: a sentence is cut into the same words on the plain path and on the other.
func TestTokens(t *testing.T) {
	for text, want := range map[string]string{
		"I'm HERE, don't go": "im here| dont go",
		"  call-back 24/7 ":  "call back 24 7",
		"No... I said: NO!":  "no| i said| no",
		"'' ' x'":            "x",
		"":                   "",
	} {
		for _, cut := range []func([]spoken, string) []spoken{tokens, foreignTokens} {
			var b strings.Builder
			for i, w := range cut(nil, text) {
				switch {
				case i > 0 && w.mark:
					b.WriteString("| ")
				case i > 0:
					b.WriteString(" ")
				}
				b.WriteString(w.text)
			}
			if b.String() != want {
				t.Errorf("%q is cut into %q, want %q", text, b.String(), want)
			}
		}
	}
}

// TestPhraseNegated: a not within three words before, in the same clause, counts; one
// in the phrase itself, or behind it, does not.
func TestPhraseNegated(t *testing.T) {
	for _, c := range []struct {
		phrase, sentence string
		want             bool
	}{
		{"manager", "not a b manager", false},
		{"manager", "not a b c manager", true},
		{"manager", "not this. manager", true},
		{"manager", "not you but the manager", true},
		{"manager", "no manager", false},
		{"manager", "no i said manager", true},
		{"manager", "no manager, I said manager", true},
		{"cant breathe", "I can't breathe", true},
		{"manager", "manager not here", true},
		{"manager", "dont you have a manager", true},
		{"manager", "we dont have a manager", false},
		{"manager", "without really just any manager", false},
	} {
		p := phrases(t, c.phrase)[0]
		if got := p.in(tokens(nil, c.sentence), false); got != c.want {
			t.Errorf("%q in %q = %t, want %t", c.phrase, c.sentence, got, c.want)
		}
		if !p.in(tokens(nil, c.sentence), true) {
			t.Errorf("%q in %q, negated or not, is not found", c.phrase, c.sentence)
		}
	}
}

// TestPhraseErrors: what is wrong with a pattern is said, and its text is not repeated.
func TestPhraseErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                                "there is no word in it",
		"  ":                              "there is no word in it",
		"(a|b":                            "a bracket is not closed",
		"a|b)":                            "a bracket is closed that was not opened",
		"(a|(b))":                         "a bracket stands within a bracket",
		"a(b)":                            "a bracket follows a word without a space",
		"(a)b":                            "after a bracket there may only be",
		"a||b":                            "an alternative is empty",
		"()":                              "an alternative is empty",
		"a? b?":                           "every word of it may be missing",
		"... a":                           "a gap needs a word before it and one after it",
		"a ...":                           "a gap needs a word before it and one after it",
		"a ... ... b":                     "two gaps stand side by side",
		"a...b":                           "the dots of a gap need a space",
		"ca*ncel":                         "a * may stand only at the end",
		"a* b":                            "a * needs at least 2 letters",
		"*":                               "a * needs at least 2 letters",
		"(a?|b)":                          "a ? may stand only at the end",
		"hello, you":                      "neither a letter nor",
		strings.Repeat("a ", 17):          "longer than 16",
		strings.Repeat("a ... ", 5) + "b": "more than 4 gaps",
		strings.Repeat("a|", 32) + "b":    "more than 32 alternatives",
	} {
		_, err := ParsePhrase(text)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ParsePhrase(%q) = %v, want %q", text, err, want)
		}
		if err != nil && len(text) > 3 && strings.Contains(err.Error(), text) {
			t.Errorf("the error of %q repeats it", text)
		}
	}
}
