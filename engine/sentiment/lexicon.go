package sentiment

import "strings"

// The lexicon is the little that was written by hand: words that mean much the same on
// every support line, so that what one trade teaches holds in another. What a class is
// worth is learnt, not written.

// An entry is what is known of a word.
type entry struct {
	as      []byte // the word that it counts as
	class   string
	dropped bool // it says nothing: um
	foreign bool // no English word: the sentence may be Spanish
}

var lexicon = newLexicon()

func newLexicon() map[string]entry {
	all := map[string]entry{}
	for _, c := range classes {
		for w := range strings.FieldsSeq(c.words) {
			all[w] = entry{as: []byte(w), class: c.name}
		}
	}
	for _, a := range aliases {
		for w := range strings.FieldsSeq(a.words) {
			all[w] = entry{as: []byte(a.as), class: all[a.as].class}
		}
	}
	for w := range strings.FieldsSeq(fillers) {
		all[w] = entry{dropped: true}
	}
	for w := range strings.FieldsSeq(spanish) {
		all[w] = entry{as: []byte(w), foreign: true}
	}
	return all
}

const fillers = `um uh erm er uhm umm uhh hm hmm mm`

// classes are words of one kind. A word stands in one of them.
var classes = []struct{ name, words string }{
	{"not", `not never dont doesnt didnt wont wouldnt couldnt shouldnt isnt arent wasnt werent hasnt havent
		hadnt cant aint without neither nor`},
	{"none", `nobody nothing none nowhere noone`},
	{"fail", `broken broke breaks breaking crash crashed crashes crashing fail fails failed failing failure
		stopped stops freeze freezes frozen froze drop drops dropped dropping lost lose losing missing
		disappeared vanished stuck dead wrong down error errors faulty defective damaged ruined leaking leaked
		rejected declined refused blocked locked expired bounced cracked ripped torn bent soaked`},
	{"mess", `mess messed joke nightmare disaster disgrace shambles circus fiasco farce nonsense rubbish garbage
		crap crappy rip ripoff scam robbery theft insult lie lies lied lying liar liars excuse excuses runaround
		stonewalling hell pathetic stupid`},
	{"bad", `bad worse worst terrible horrible awful ridiculous unacceptable unbelievable useless disgusting
		disgraceful outrageous appalling shocking poor unfair unreasonable absurd insane crazy dreadful lousy
		rude dishonest incompetent hopeless pointless shameful sick unreal atrocious abysmal horrendous horrid deplorable
		inexcusable laughable ludicrous unprofessional disrespectful`},
	{"upset", `frustrated frustrating frustration upset upsetting angry annoyed annoying disappointed disappointing
		furious fed tired worried worry worrying scared afraid nervous stressed stressful unhappy concerned
		confused confusing embarrassed embarrassing livid desperate exhausted crying cry ashamed cheated ignored
		helpless panicking shaking regret hate sucks`},
	{"trouble", `problem problems issue issues trouble complaint complain complaining mistake mistakes dispute outage
		outages delay delays delayed fault glitch interruption noise`},
	{"wait", `wait waits waiting waited hold holding queue line`},
	{"again", `again still another twice repeatedly repeat repeated repeating`},
	{"keep", `keep keeps kept keeping always every everytime constantly forever`},
	{"unit", `second seconds minute minutes hour hours day days week weeks month months year years`},
	{"times", `time times`},
	{"nth", `third fourth fifth sixth seventh eighth ninth tenth`},
	{"#", `zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
		seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand`},
	{"weekday", `monday tuesday wednesday thursday friday saturday sunday`},
	{"month", `january february march april june july august september october november december`},
	{"when", `today tomorrow yesterday tonight morning afternoon evening noon weekend`},
	{"told", `told said promised promise promises supposed assured guaranteed claimed`},
	{"called", `called calling phoned rang emailed wrote written chatted contacted`},
	{"work", `work works working worked load loads loading connect connects connecting open opens function
		functioning respond responding start starts turn turns run runs sync`},
	{"help", `help helps helped fix fixed fixes fixing solve solved resolve resolved sort sorted answer answers
		answered repair repaired`},
	{"pay", `pay pays paid paying bill bills billed billing fee fees charged charges payment payments price prices
		cost costs owe debt`},
	{"money", `money dollars dollar bucks pounds pound cents refund refunds refunded credit deposit`},
	{"good", `good great perfect wonderful lovely brilliant excellent fantastic awesome amazing super beautiful nice
		fine cool smashing marvellous marvelous terrific fabulous superb grand sweet best better splendid delightful pleasant magic ace`},
	{"glad", `glad happy pleased relieved relief grateful delighted impressed satisfied appreciate appreciated love
		loved`},
	{"thanks", `thanks thank cheers bless`},
	{"kind", `helpful kind patient polite friendly quick quickly fast easy smooth painless professional clear`},
	{"please", `please kindly`},
	{"hello", `hello hi hey greetings`},
	{"bye", `bye goodbye`},
	{"yes", `yes okay right sure correct exactly alright absolutely certainly`},
	{"ask", `how what when where which who whose`},
	{"why", `why`},
	{"may", `can could would will may might shall`},
	{"person", `person human manager supervisor agent representative rep operator someone somebody boss advisor`},
	{"leave", `cancel cancelling cancels leave leaving switch switching quit elsewhere competitor competitors`},
	{"law", `lawyer lawyers attorney solicitor sue court ombudsman regulator chargeback bbb`},
	{"guess", `guess suppose apparently obviously clearly supposedly literally honestly seriously frankly`},
	{"blame", `blame responsible accept expect expecting expected ignore ignoring`},
	{"feel", `feel feels feeling felt`},
	{"enough", `enough anymore longer whole entire already yet even`},
	{"slow", `slow slowly sluggish late overdue behind`},
	{"they", `they them their theyre theyve`},
	{"you", `you your youre youve yours`},
	{"me", `i me my mine im ive ill id we us our weve`},
}

// aliases are words that count as another.
var aliases = []struct{ as, words string }{
	{"cant", "cannot"},
	{"yes", "yeah yep yup yea ya aye"},
	{"okay", "ok kay okey"},
	{"alright", "allright"},
	{"thanks", "thankyou ta thx"},
	{"waiting", "weighting waitin"},
	{"queue", "cue que queueing queuing cueing"},
	{"going", "gonna goin"},
	{"want", "wanna"},
	{"got", "gotta"},
	{"canceled", "cancelled"},
	{"because", "cause cuz cos coz"},
	{"about", "bout"},
	{"bye", "byebye"},
	{"mhm", "mmhmm uhhuh huh"},
}

// spanish are common words that are no English ones.
const spanish = `el la los las del una unos unas que qué es está estoy están pero porque por para con mi mis su sus
	muy más ya hola gracias señor señora buenos buenas días tardes quiero necesito tengo tiene puede puedo ayuda
	factura cuenta esto eso este esta ese esa nada hace hasta desde cuando cuándo cómo dónde quién también sí yo
	usted ustedes nos les lo le se ha llevo hablar persona alguien servicio vez veces todo todos`
