package main

import (
	"errors"
	"fmt"
	"strings"

	"switchboard/engine"
)

// english and spanish are what customers are told unless the configuration says
// otherwise. They are short, for they are heard, not read. The announcements here
// hold while a feed listens and nothing is recorded; [Config.Settings] puts those of
// announcements in their place otherwise.
var (
	english = engine.Prompts{
		Language:     "en-US",
		Voice:        "AWS.Polly.Joanna",
		Announcement: "Welcome. This call is transcribed and analysed automatically, to help us help you.",
		Menu:         "To speak to an operator, press 1. Para español, oprima el 2.",
		Question:     "How can we help you today?",
		Connecting:   "I am connecting you with a colleague. You will not have to repeat yourself.",
		Unavailable:  "We are sorry, all our operators are busy. Please stay on the line and go on talking to us.",
		Left:         "The operator has left the call. To speak to another one, press 1.",
		Goodbye:      "Thank you for calling. Goodbye.",
		Queued:       "All our operators are busy. You are number %d in the queue.",
		Offer:        "To be called back instead, press 2.",
		Waiting:      "We are still connecting you. Please stay on the line.",
		Callback:     "Thank you. We will call you back on this number as soon as we can.",
		Stopped:      "Thank you for your patience. Please go on: we are listening.",
		Consent:      "To agree, press 1. To go on without it, press 2.",
		Declined:     "That is fine. We go on without it.",
	}
	spanish = engine.Prompts{
		Language:     "es-US",
		Voice:        "AWS.Polly.Lupe",
		Announcement: "Bienvenido. Esta llamada se transcribe y analiza automáticamente, para ayudarle mejor.",
		Menu:         "Para hablar con un operador, oprima el 1.",
		Question:     "¿En qué podemos ayudarle?",
		Connecting:   "Un momento, por favor. Le estamos comunicando con un operador.",
		Unavailable:  "Lo sentimos, todos los operadores están ocupados. Siga en la línea, por favor.",
		Left:         "El operador ha dejado la llamada. Para hablar con otro, oprima el 1.",
		Goodbye:      "Gracias por llamar. Hasta luego.",
		Queued:       "Todos nuestros operadores están ocupados. Usted es el número %d en la cola.",
		Offer:        "Si prefiere que le llamemos, oprima el 2.",
		Waiting:      "Seguimos comunicándole. No cuelgue, por favor.",
		Callback:     "Gracias. Le llamaremos a este número en cuanto podamos.",
		Stopped:      "Gracias por su paciencia. Siga, por favor: le escuchamos.",
		Consent:      "Si está de acuerdo, oprima el 1. Para seguir sin ello, oprima el 2.",
		Declined:     "De acuerdo. Seguimos sin ello.",
	}
)

// A heed is what is done with what a customer says, as far as an announcement tells it.
type heed struct {
	heard    bool // a feed listens
	recorded bool
	asked    bool // for his consent, in the words that follow
}

// announcement returns what is said of it, in English and in Spanish.
func (h heed) announcement() (inEnglish, inSpanish string) {
	switch {
	case !h.heard && !h.recorded: // then no machine analyses anything
		return "Welcome.", "Bienvenido."
	case h.asked:
		what, qué := h.words()
		return "Welcome. To help us help you, we would like this call to be " + what + ".",
			"Bienvenido. Para ayudarle mejor, quisiéramos que esta llamada se " + qué + "."
	case !h.heard:
		return "Welcome. This call is recorded, to help us help you.", "Bienvenido. Esta llamada se graba, para ayudarle mejor."
	case h.recorded:
		return "Welcome. This call is recorded, transcribed and analysed automatically, to help us help you.",
			"Bienvenido. Esta llamada se graba, se transcribe y se analiza automáticamente, para ayudarle mejor."
	}
	return english.Announcement, spanish.Announcement
}

func (h heed) words() (inEnglish, inSpanish string) {
	switch {
	case !h.heard:
		return "recorded", "grabara"
	case h.recorded:
		return "recorded, transcribed and analysed automatically", "grabara, transcribiera y analizara automáticamente"
	}
	return "transcribed and analysed automatically", "transcribiera y analizara automáticamente"
}

// A promptSetting is one text of [engine.Prompts] that can be configured.
type promptSetting struct {
	name  string // PROMPT_…, without the language
	about string
	text  func(*engine.Prompts) *string
	place bool // %d in it stands for the place in the queue
}

// set takes a text, or off for none.
func (p promptSetting) set(to *engine.Prompts, v string) error {
	switch {
	case len([]rune(v)) > maxPrompt:
		return fmt.Errorf("must be at most %d characters", maxPrompt)
	case p.place && strings.Contains(strings.Replace(v, "%d", "", 1), "%"):
		return errors.New("may hold %d once, for the place in the queue, and no other %: write “per cent”")
	case strings.EqualFold(v, "off"):
		v = ""
	}
	*p.text(to) = v
	return nil
}

var promptSettings = []promptSetting{
	{"ANNOUNCEMENT", "what the customer hears first: who listens, and that it is automated",
		func(p *engine.Prompts) *string { return &p.Announcement }, false},
	{"MENU", "what the keys do: 1 for an operator, 2 for Spanish",
		func(p *engine.Prompts) *string { return &p.Menu }, false},
	{"QUESTION", "what is asked when no key was pressed",
		func(p *engine.Prompts) *string { return &p.Question }, false},
	{"CONNECTING", "that an operator is being called",
		func(p *engine.Prompts) *string { return &p.Connecting }, false},
	{"UNAVAILABLE", "that no operator could be reached",
		func(p *engine.Prompts) *string { return &p.Unavailable }, false},
	{"LEFT", "that the operator hung up, and what the keys do now",
		func(p *engine.Prompts) *string { return &p.Left }, false},
	{"QUEUED", "that nobody is free; %d is the customer's place in the queue",
		func(p *engine.Prompts) *string { return &p.Queued }, true},
	{"OFFER", "after that: that 2 has him called back",
		func(p *engine.Prompts) *string { return &p.Offer }, false},
	{"WAITING", "every 20 s while he waits, where there is no hold audio",
		func(p *engine.Prompts) *string { return &p.Waiting }, false},
	{"CALLBACK", "that he will be called back",
		func(p *engine.Prompts) *string { return &p.Callback }, false},
	{"STOPPED", "that no operator comes after all, for a supervisor has stopped it",
		func(p *engine.Prompts) *string { return &p.Stopped }, false},
	{"CONSENT", "after the announcement, with CONSENT: that 1 agrees, and 2 does not",
		func(p *engine.Prompts) *string { return &p.Consent }, false},
	{"DECLINED", "that the call goes on unheard, for the customer has not agreed",
		func(p *engine.Prompts) *string { return &p.Declined }, false},
	{"GOODBYE", "what is said before the supervisor ends the call",
		func(p *engine.Prompts) *string { return &p.Goodbye }, false},
}
