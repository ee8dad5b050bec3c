package sentiment

import (
	"fmt"
	"sync"

	"switchboard/engine"
)

// A flagPattern says how a flag is known. The patterns are those of a policy's phrases:
// see [engine.ParsePhrase]. They are to be precise first, for a rule may act upon one
// sentence; what they miss the policy's own words and the mood may still find.
type flagPattern struct {
	flag    engine.Flags
	negated bool // a "not" before it does not matter
	phrases []string
	except  []string // a sentence that holds one of these does not count
}

var flagPatterns = []flagPattern{
	{
		flag: engine.FlagRequest,
		phrases: []string{
			// Speak to somebody.
			"(can|could|may|might|let|wants|like|love|want|need|prefer|demand|asked|ask|ready|possible|able|someone|somebody|anyone|anybody) ... speak|talk to|with ... " +
				people,
			"(can|could|may|might) i|we ... speak|talk to|with",
			"like|want|need|demand|trying to ... speak|talk to|with",
			"let me (speak|talk) to|with",
			"rather (speak|talk) to|with",
			"give me (somebody|someone)",
			"please|just speak|talk to|with (a|an|the|your|somebody|someone)",
			"have a word with (you|the|your|a|him|her|someone|somebody)",
			"(talk|speak) (to|with) a (person|human|agent|manager|supervisor|representative)",
			"get (the|your) (manager|supervisor|boss) (or|now|please|here|out)",
			"either (the|your) (manager|supervisor|boss)",
			"(get|am i) ... (get|put)? through to ... " + people,
			// Put me through.
			"(can|could|would|will|please|just|to|be) ... (put|putting|transfer|connect|pass|switch) (me|us) ... (to|through|over|with|back)",
			"(put|transfer|connect|pass) (me|us) (through|over|back|to) ... " + people,
			"put|transfer|connect|pass|send me|us (through|over)? to (the|your|a|an|whoever|somebody|someone|room|billing|mortgage)",
			"put your|the|a ... (manager|supervisor|boss|human|person|owner) on",
			"put a|your (human|manager|supervisor|boss) on",
			// Get me a manager.
			"(get|give|find|fetch) (me|us) ... " + strong,
			"(get|give|find) (me|us) (somebody|someone) (who|in|from|else)",
			"get ... (your|a|the) (boss|manager|supervisor|owner|front desk) ... (for|on|line|please|me)",
			"(want|need|prefer|like|wanted) (a|an|the|your|another|any|to have a|to see a)? ... " + strong,
			"(want|need|like) (somebody|someone) (who|in|from|more|senior|else|on|that)",
			"(want|like|need) (a|the) (lady|gentleman|man|woman) (at|from|in|on)",
			"(asked|asking|ask) ... for (a|an|the|your|somebody|someone|ms|mr|miss|mrs) ... " + strong,
			"(asked|asking) ... for (somebody|someone)",
			"(is|isnt) there (a|an|any|anyone|anybody|somebody|someone|nobody|no one|not a single|not one|a single)? ... " +
				"(human|human being|real person|agent|operator|representative|manager|supervisor|person i can|senior|above you)",
			"is there (anyone|anybody|somebody|someone) ... (i can|i could|can talk|can speak|make|senior|allowed|able)",
			"(is|are) the (owner|manager|supervisor|caretaker|boss) (there|in|about|around|free)",
			"(whos|who is) (above|over) you",
			"(somebody|someone) ... (above|over) you",
			"(somebody|someone) (more senior|in charge|whos in charge|who is in charge)",
			"(whoever|whoevers|who ever) (is)? in charge",
			"want|need this escalated",
			"escalate (it|this|me) please?",
			"(manager|supervisor|boss|person) (can|to|should|could) (call|ring|phone) me",
			// Only a word or two.
			"agent|human|person|representative|operator|supervisor|manager|adviser|advisor please|now",
			"(your|the|a|an) (agent|human|person|operator|supervisor|manager|boss) (please|now)",
			"please|just (give|get) me a person",
			"live|real agent|human",
			"(real|actual|live) person (please|now|who)",
			"not a machine|robot|bot",
			"agent agent|representative",
			"customer service representative",
			"(say|said) representative",
			"hablar con (una|un|la|el|alguna)? (persona|operador|operadora|agente|humano|alguien|gerente|supervisor|supervisora|encargado|encargada)",
			"(dont|do not) want (the|a|another) (robot|bot|machine|chat bot|chatbot|trainee|text)",
		},
		except: []string{
			"(already|just|yesterday|earlier|before) (spoke|spoken|talked|talking)",
			"i spoke|talked (to|with)",
			"nice|good|lovely|great|pleasure|easy to talk|speak|spoken",
			"(what|happens|happen) ... if (somebody|someone|a person)",
			"(password|account|property|line|product) manager (app|program)",
			"(have|had|has|got|get) (a|an|my|our|the) ... manager|agent (and|who|but|already|is)",
			"my manager (asked|wants|told|said|needs)",
			"thank|thanks ... (agent|person|manager|human)",
			"talk to (my|his|her|our) (sister|brother|wife|husband|mother|father|son|daughter|boss|manager|doctor|lawyer)",
			"(want|like) to (talk|speak) to (her|him|them)",
			"when|after|then|before she|he|they|you put|passed|transferred|connected me",
			"(dont|do not|no) need (to)? (speak|talk|to speak|to talk|anybody|anyone|somebody|someone|an agent|a person)",
			"(dont|do not) want to (speak|talk) to (you|him|her|anyone|anybody)",
		},
	},
	{
		flag: engine.FlagLeave,
		phrases: []string{
			"(cancel|cancelling|canceling|close|closing|delete|deleting|terminate) ... (everything|all of it|it all|the whole thing|my account|our account|the account)",
			"(going|go|moving|move|taking|take|switching|switch|leaving|leave|off|shop|somewhere) ... (elsewhere|somebody else|someone else|somewhere else|another bank|another company|another provider|competitor|competition|competitors|other lot)",
			"take|taking|bring|bringing my|our (business|money|custom|mortgage|savings|miles|car|seats|family|accounts) ... (elsewhere|somewhere|to|off|back)",
			"your competitor|competitors",
			"(im|i am|we are|were|i was|am) (switching|leaving you|leaving|out of here|off to) ... (supplier|provider|insurers|banks|bank|company|tomorrow|today|the minute|to|because|and)",
			"(im|i am|were|we are) (done|through|finished) with (you|this|it|your)",
			"(seriously)? (thinking|thought|think) of (leaving|switching|moving)",
			"looking|shopping at|for|around other|another (vendors|providers|suppliers|banks|companies)",
			"lost a ... (customer|member|client)",
			"never (see|hear from) me again",
			"you wont see me|us again",
			"last time (im|i am|i|we|were|i will|ill) ... (book|booking|order|ordering|buy|buying|call|calling|use|using|fly|flying|stay|staying|come|coming)",
			"(wont|will not|not|never) (be)? (renewing|renew|ordering|order|booking|buying|flying|shopping) ... (again|with you|from you|here|simple)",
			"im not renewing",
			"not renewing",
			"(give|giving|gave|get|hand) ... (my|our) notice",
			"(im|i am) giving notice",
			"chargeback|chargebacks",
			"charge it back",
			"(reverse|dispute|disputing|pull back|claw back|claw) ... (charge|charges|fee|payment|payments|it) ... (bank|card)",
			"(bank|card company) ... (reverse|pull|claw|dispute) ... (charge|back|it)",
			"(dispute|disputing) ... with (my|the|our) (card|bank)",
			"(filing|file|open|opening|raise) ... (dispute|case) with (my|the|our) (card|bank)",
			"(getting|get) my money back from (the|my) bank",
			"(going|go|straight|report|reporting|take) ... to (the)? (ombudsman|regulator)",
			"report you to",
			"(taking|take|see) (you|us|me)? (to|in) court",
			"(id|i would) (rather|sooner) ... than (renew|give you|spend|stay|pay|fly)",
			"(reason|why) ... (to|should) ... stay",
			"cancel ... (membership|policy|contract|subscription|lease|order|renewal|plan|cover|application|direct debit|credit card|card) ... " +
				"(done|had enough|trust|instead|anymore|rather|worth|never|cheaper|lost|mind|today|youve|now and)",
			"(close|closing|cancel|cancelling|delete|deleting) (my|our|the|all|everything|this|that) ... (done|enough|account and|accounts|patience|again)",
			"(then|just|fine) ... (close|cancel) (my|the|our) (account|contract|policy|subscription|membership)",
			"(deleting|delete|uninstalling) (the|your|this) app",
			"(moving|move|transferring) (my|our|all|everything) ... (to another|to somebody|away|elsewhere|bank|out)",
			"(find|found|finding) (a|another|a different|somebody|someone) ... (different|other|practice|provider|place|supplier|company) ... (because|ridiculous|and|instead)",
			"(order|ordering|buy|get|getting) (it|them|that|from) ... (from)? (somewhere else|somebody else|someone else|the other|other lot)",
			"(leave|leaving|left|quit|quitting) (you|your company|your bank|your service)",
			"(another|next|other|different) (bank|company|provider|supplier|airline|insurer|carrier) ... (instead|can|then)",
			"(ill|i will|going to|we will|well|im) ... (switch|switching) ... (to|supplier|provider|bank|insurer|insurers|carrier|today|tomorrow)",
		},
		except: []string{
			"(how|can|could|would|want|like) (do|i|you|to) ... switch (to|from|between|on|off) (paperless|monthly|annual|yearly|the|a)? ... (plan|tariff|billing|statements|email|card|meter|account|language|room|seat|size|colour|color)",
			"(spoke|talked|talk|speak|speaking) (to|with) (somebody|someone) else",
			"(on|from|in) the other (screen|page|phone|side|line|card|account|room|hand)",
			"(is there|whats|what is|how much) ... (charge|fee|cost) ... (cancel|cancelling|close|closing)",
			"(not|never|arent|wont|dont) (leaving|going|switching|thinking) (anywhere|elsewhere|of)",
			"(appointment|reservation|booking|table|meeting)",
		},
	},
	{
		flag:    engine.FlagSafety,
		negated: true,
		phrases: []string{
			// Himself.
			"kill|hurt|harm|harming|hurting|cut|cutting myself|himself|herself|themselves",
			"suicide|suicidal",
			"end (my life|it all)",
			"(dont|do not) want to (live|be alive|go on|be here any more|be here anymore)",
			"(want|going|rather) to die",
			"(better off|better) without me",
			"(cant|cannot|dont think i can) (carry on|go on any more|go on anymore)",
			"on (this|the|a) bridge for",
			"took too many ... (them|pills|tablets)",
			"overdose*",
			// The body.
			"(call|need|needs|send|get) ... ambulance|paramedic|paramedics",
			"(send|call|get) (a|the|for a) (doctor|first aider|first aid)",
			"(cant|cannot|not|stopped|isnt|trouble|hard|struggling|hardly) (to)? (breathe|breathing|breath)",
			"chest pain|pains",
			"pain|pains in (my|his|her|the) chest",
			"heart attack",
			"(having|had|having had) a (stroke|seizure|heart attack)",
			"(throat|throats|tongue) (is|s)? (closing|swelling|swollen)",
			"(wont|will not|wouldnt) stop bleeding",
			"bleeding (from|badly|a lot|heavily)",
			"(hes|shes|he is|she is|im|i am|is) bleeding",
			"unconscious|collapsed|fainted",
			"(swallowed|drank|ate) (one of|a|an|the|some|from)? ... (battery|batteries|magnet|magnets|bleach|poison|tablets|pills|bottle) ... (what|burning|do|hospital)",
			"(swallowed) ... (battery|batteries|magnet|magnets|bleach|poison|pills)",
			"(cant|cannot) (feel|move) (his|her|my|their) (legs|leg|arm|arms|neck)",
			"(cant|cannot) (stand|get) up",
			"(fell|fallen|slipped|hit|collapsed) ... (cant|not|isnt|hes not|shes not) (move|moving|get up|stand|stand up)",
			"(burned|burnt|cut) my (hand|face|mouth|arm|leg|head|eye|eyes)",
			"(hes|shes|hes been|and hes|is|are) hurt",
			"my (wifes|husbands|sons|daughters|mothers|fathers|dads|mums|moms|babys|childs) hurt",
			"hurt (his|her|my) (neck|head|back)",
			"trapped in",
			"(needs|need) (her|his|my) insulin",
			"oxygen|breathing machine",
			"medical alarm on|is|and",
			"(got|get|had) a shock",
			// The house.
			"smell|smelling|smells (of)? (gas|petrol|burning|smoke)",
			"smell ... (gas|petrol)",
			"burning smell",
			"carbon monoxide",
			"(theres|there is|there was|seeing|see) (smoke|sparks|a fire|fire) ",
			"smoke (coming|on|in|from)",
			"is smoking and",
			"(caught|on|catch|catches|catching) fire",
			"(battery|charger|phone|laptop) (exploded|blew up)",
			"sparks (coming|out|from|and)",
			"and sparks",
			"(fuse box) ... (hot|crackling|sparks|water|buzzing)",
			"(buzzing|water) ... (fuse box|transformer)",
			"(bare|live) wire",
			"power lines down",
			"(got|have) no brakes",
			"(frightened|scared) for (her|him|them|my)",
			// Others.
			"(has|have|got|with|had) a (gun|knife)",
			"(going to|ill|hell|says hell|will|threatened to) (kill|shoot|stab|hurt) (you|him|her|them|someone|somebody|me|us)",
			"(somebody|someone) will get (killed|hurt)",
			"break (my|his|her) legs",
			"(hes|shes|theyre|is|are|driver|riders|rider) (hitting|beating|threatening|attacking|kicking)",
			"threatening (me|us|to)",
			"(hit|hits|beat|beats|punched|attacked|pushed|assaulted) (me|us|him|her)",
			"(hit|hits|beat|beats|punched|attacked|pushed|assaulted) my (husband|wife|son|daughter|dad|mum|mother|father|child)",
			"(making|forcing) me (take|pay|withdraw|send|get) ... money",
		},
		except: []string{
			"kill|killing (time|two birds|deal)",
			"dying|killing to (know|hear|see)",
			"(scared|frightened|bored|worried|bore) ... to death",
			"almost|nearly had a heart attack",
			"police report|station|certificate|check|record",
			"bleeding (money|obvious|edge)",
			"(gas|electric|electricity) (bill|meter|account|reading|man|supplier)",
			"(ambulance|air ambulance) (bill|invoice|charge|cover|charges|fee|ride|claim)",
			"(bill|charge|charged|claim|invoice|fee) ... for ... ambulance",
			"(it|that|this|wait|price|queue|music|screen|laptop|phone|news) (hit|hits) (me|us)",
			"(smoke|carbon monoxide) (detector|alarm) (battery|batteries|certificate|test|subscription|model)",
			"what ... if i ever",
			"(hit|hits) me and",
			"years|months|weeks ago",
			"(how|what|which|when) ... (change|replace|test) ... (carbon monoxide|smoke)",
		},
	},
}

// Who is asked for. The strong ones need no further word to be a request.
const (
	strong = "(agent|human|human being|real person|live person|actual person|operator|representative|rep|supervisor|manager|boss|superior|person please|duty manager|branch manager)"
	people = "(agent|human|person|operator|representative|rep|advisor|adviser|manager|supervisor|someone|somebody|anyone|anybody|boss|superior|owner|nurse|doctor|officer|technician|" +
		"pharmacist|midwife|landlord|colleague|department|team|desk|whoever|dispatch)"
)

type flagMatcher struct {
	flag engine.Flags
	said engine.Said
}

var flagMatchers = sync.OnceValue(func() []flagMatcher {
	all := make([]flagMatcher, len(flagPatterns))
	for i, p := range flagPatterns {
		all[i] = flagMatcher{p.flag, engine.Said{Phrases: parsed(p.phrases), Except: parsed(p.except), Negated: p.negated}}
	}
	return all
})

func parsed(patterns []string) []engine.Phrase {
	all := make([]engine.Phrase, len(patterns))
	for i, text := range patterns {
		p, err := engine.ParsePhrase(text)
		if err != nil {
			panic(fmt.Sprintf("the pattern %q: %v", text, err)) // ours: a test parses them all
		}
		all[i] = p
	}
	return all
}

// flagsOf returns the flags of a sentence.
func (s *sentence) flagsOf(text string) (flags engine.Flags) {
	if s.onlyCalls() {
		flags = engine.FlagRequest
	}
	for _, m := range flagMatchers() {
		if m.said.In(text) {
			flags |= m.flag
		}
	}
	return flags
}

// maxCall is how many words a sentence may have that does no more than call for somebody.
const maxCall = 5

// onlyCalls reports whether a sentence does no more than call for somebody: "agent",
// "speak to an agent please".
func (s *sentence) onlyCalls() bool {
	calls := false
	for i := range s.words {
		switch string(s.words[i].text) {
		case "agent", "human", "person", "representative", "operator", "supervisor", "manager", "adviser", "advisor":
			calls = true
		case "an", "a", "the", "please", "now", "speak", "talk", "to", "with", "live", "real", "customer", "service", "oh", "okay", "yes", "desk", "front":
		default:
			return false
		}
	}
	return calls && len(s.words) <= maxCall
}
