package filter

import "strings"

// A Key is what a term of a filter looks at.
type Key uint8

// The keys.
const (
	KeyWords    Key = iota + 1 // words without a key: who calls, who is on the call, why
	KeyState                   // how the call stands, as its row says
	KeyMood                    // in hundredths
	KeyTime                    // how long the call has lasted, in seconds
	KeyWith                    // who is on the call beside the customer
	KeyName                    // of the caller
	KeyNumber                  // of the caller
	KeyRule                    // that fired
	KeyGroup                   // to which a transfer goes
	KeyFeed                    // that hears the call
	KeyLanguage                // that the customer chose
	KeyIs                      // what is true of the call
)

// String returns the key as it is typed.
func (k Key) String() string { return entryOf(k).Name }

// A Word is one of the words that a key knows, and what it means.
type Word struct{ Word, Says string }

// An Entry is a key with all that is to be known of it.
type Entry struct {
	Key    Key
	Name   string   // as it is typed; none of the words without a key
	Also   []string // other names that are taken
	Sample string
	Says   string
	Closed []Word // the only words that it takes; nil: any, or a number

	read  func(string) (int, bool) // of a key of numbers
	write func(int) string
	needs string // what is said where it is followed by nothing, or by what it does not take
}

// The words of states, in the order of the list: those that rows begin with, and some for
// several of them.
var states = []Word{
	{"hot", "something failed, or a transfer is proposed"},
	{"proposed", "a transfer begins by itself unless somebody stops it"},
	{"ask", "an operator is being brought in"},
	{"queue", "waits for an operator"},
	{"transfer", "proposed, asked for or queued"},
	{"blind", "nobody hears it, though it should be heard"},
	{"alert", "a rule says that it is worth a look"},
	{"watch", "on the watch list, no more"},
	{"talk", "goes on"},
	{"pay", "the customer pays"},
	{"hold", "the customer is on hold"},
	{"ring", "not answered yet"},
	{"ends", "its legs are falling"},
	{"ended", "is over"},
	{"live", "is not over"},
}

var marks = []Word{
	{"attention", "needs a hand: all that 1 to 9 go to"},
	{"hot", "the gravest of those: ▲"},
	{"marked", "marked with space"},
	{"mine", "claimed by you, or your phone is on it"},
	{"claimed", "claimed by a supervisor"},
	{"pinned", "pinned by a rule"},
	{"unheard", "nobody hears it now"},
	{"muted", "somebody on it is muted or on hold"},
	{"supervised", "a supervisor's phone is on it"},
	{"paying", "the customer pays"},
	{"recorded", "its sound is being recorded"},
	{"declined", "the customer does not want to be listened to"},
	{"anonymous", "the number is withheld"},
	{"vetoed", "its transfer was vetoed or taken back"},
	{"failed", "no operator could be reached"},
}

var languages = []Word{{"english", "he chose English, or nothing"}, {"spanish", "he chose Spanish"}}

var feeds = []Word{
	{"stream", "Symbl, by stream"}, {"phone", "Symbl, by telephone"}, {"telnyx", "Telnyx's transcription"}, {"none", "nobody"},
}

// Keys returns every key, in the order in which they are offered. The first is that of
// words without one.
func Keys() []Entry {
	return []Entry{
		{Key: KeyWords, Sample: "ida  \"two words\"", Says: "who calls, who is on it, rule, group, trouble",
			needs: "a word is missing"},
		{Key: KeyState, Name: "state", Sample: "state:hold,blind", Says: "how it stands, as its row says", Closed: states,
			needs: "state needs a word, as state:hold"},
		{Key: KeyMood, Name: "mood", Sample: "mood<-.2", Says: "the number that the row shows", read: readMood, write: hundredths,
			needs: "mood needs a number, as mood<-.2"},
		{Key: KeyTime, Name: "time", Sample: "time>5m", Says: "how long it lasts: 90s, 5m, 1h30m, 6:12", read: readTime, write: lasting,
			needs: "time needs a while, as time>5m"},
		{Key: KeyWith, Name: "with", Also: []string{"operator"}, Sample: "with:ida", Says: "who is on it, or called; with:none", needs: "with needs a name, as with:ida"},
		{Key: KeyIs, Name: "is", Sample: "is:marked", Says: "what is true of it", Closed: marks, needs: "is needs a word, as is:marked"},
		{Key: KeyRule, Name: "rule", Sample: "rule:sustained", Says: "that fired; rule:none", needs: "rule needs a name, as rule:sustained"},
		{Key: KeyGroup, Name: "group", Also: []string{"queue"}, Sample: "group:billing", Says: "to which it is transferred", needs: "group needs a name, as group:billing"},
		{Key: KeyNumber, Name: "number", Sample: "number:0142", Says: "the caller's, or a part of it", needs: "number needs digits, as number:0142"},
		{Key: KeyName, Name: "name", Sample: "name:hanne", Says: "the caller's", needs: "name needs a name, as name:hanne"},
		{Key: KeyFeed, Name: "feed", Sample: "feed:phone", Says: "that hears it", Closed: feeds, needs: "feed needs a word, as feed:phone"},
		{Key: KeyLanguage, Name: "lang", Also: []string{"language"}, Sample: "lang:spanish", Says: "that the customer chose", Closed: languages,
			needs: "lang needs a word, as lang:spanish"},
	}
}

// table is Keys by their number, for what is asked of every call.
var table = func() (all [KeyIs + 1]Entry) {
	for _, e := range Keys() {
		all[e.Key] = e
	}
	return all
}()

func entryOf(k Key) *Entry { return &table[k] }

// keyOf finds a key by what was typed of it.
func keyOf(typed string) (*Entry, bool) {
	typed = strings.ToLower(typed)
	for i := range table {
		e := &table[i]
		if e.Name == "" {
			continue
		}
		if e.Name == typed {
			return e, true
		}
		for _, also := range e.Also {
			if also == typed {
				return e, true
			}
		}
	}
	return nil, false
}

// numeric reports whether the key takes a number.
func (e *Entry) numeric() bool { return e.read != nil }

// meant returns the words of a closed key that a word is, or is the beginning of.
func (e *Entry) meant(folded string) []string {
	var all []string
	for _, w := range e.Closed {
		if w.Word == folded {
			return []string{w.Word}
		}
		if strings.HasPrefix(w.Word, folded) {
			all = append(all, w.Word)
		}
	}
	return all
}

// A Line of the help: what is typed, and what it does.
type Line struct{ Typed, Says string }

// Help returns what is to be known of the language, made from its keys.
func Help() []Line {
	var lines []Line
	for _, e := range Keys() {
		lines = append(lines, Line{e.Sample, e.Says})
	}
	return append(lines,
		Line{"state:hold|is:mine", "either; or, and a comma, do the same"},
		Line{"!state:ended", "not"},
		Line{"ida mood<0", "both"},
	)
}
