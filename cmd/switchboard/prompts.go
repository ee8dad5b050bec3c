package main

import "switchboard/engine"

// english and spanish are what customers are told unless the configuration says
// otherwise. They are short, for they are heard, not read. The announcements here
// hold while a feed listens; [Config.Settings] puts the others in their place while
// none does, for then no machine analyses anything.
var (
	english = engine.Prompts{
		Language:     "en-US",
		Voice:        "AWS.Polly.Joanna",
		Announcement: "Welcome. This call is transcribed and analysed automatically, to help us help you.",
		Menu:         "To speak to an operator, press 1. Para español, oprima el 2.",
		Question:     "How can we help you today?",
		Connecting:   "One moment please, we are connecting you to an operator.",
		Unavailable:  "We are sorry, all our operators are busy. Please stay on the line and go on talking to us.",
		Left:         "The operator has left the call. To speak to another one, press 1.",
		Goodbye:      "Thank you for calling. Goodbye.",
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
	}
)

// What is announced while nothing listens.
const (
	unheardEnglish = "Welcome."
	unheardSpanish = "Bienvenido."
)

// A promptSetting is one text of [engine.Prompts] that can be configured.
type promptSetting struct {
	name  string // PROMPT_…, without the language
	about string
	text  func(*engine.Prompts) *string
}

var promptSettings = []promptSetting{
	{"ANNOUNCEMENT", "what the customer hears first: who listens, and that it is automated",
		func(p *engine.Prompts) *string { return &p.Announcement }},
	{"MENU", "what the keys do: 1 for an operator, 2 for Spanish",
		func(p *engine.Prompts) *string { return &p.Menu }},
	{"QUESTION", "what is asked when no key was pressed",
		func(p *engine.Prompts) *string { return &p.Question }},
	{"CONNECTING", "that an operator is being called",
		func(p *engine.Prompts) *string { return &p.Connecting }},
	{"UNAVAILABLE", "that no operator could be reached",
		func(p *engine.Prompts) *string { return &p.Unavailable }},
	{"LEFT", "that the operator hung up, and what the keys do now",
		func(p *engine.Prompts) *string { return &p.Left }},
	{"GOODBYE", "what is said before the supervisor ends the call",
		func(p *engine.Prompts) *string { return &p.Goodbye }},
}
