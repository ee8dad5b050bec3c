package plain

import (
	"fmt"
	"slices"
	"strings"
)

// A topic is a part of the help: nobody can listen to all of it.
type topic struct {
	name, about string
	lines       []string
}

var topics = []topic{
	{"look", "what goes on", []string{
		"needs: which calls need a hand, the most pressing first, and what you can type",
		"calls: list the calls, and how many of them are heard; calls tier-2 !neutral lists only those in whose line the one stands and not the other",
		"call 3: how call 3 stands, who is in it, what hears it, and what was said last",
		"why 3: why a transfer of call 3 is proposed, or why it is flagged, and how to stop it",
		"watch: alerts that nobody has seen; seen 3 takes those of call 3 off",
		"callbacks: who is to be called back; callbacks done cb7 takes one off",
	}},
	{"transfer", "to propose, stop and start transfers", []string{
		"veto 3: stop the transfer that is proposed for call 3, or that has begun; reason 3 wrong, reason 3 handled or reason 3 bad time says why",
		"now 3: start it at once",
		"snooze 3: drop it, and keep its rule quiet on call 3 for two minutes",
		"back 3: take a transfer back, until the operator has joined",
		"again 3: let automation transfer call 3 once more",
		"transfer 3: bring the next free operator into call 3; he hears first what it is about",
		"transfer 3 billing: bring in one of that group, or the operator of that name; groups lists them",
		"transfer 3 +12025550123: bring in the one at that number, or at a SIP URI",
		"cold 3: as transfer, without a briefing; it takes the same words",
	}},
	{"legs", "who hears and who stays", []string{
		"mute 3 customer: nobody hears the customer of call 3; any leg that call 3 lists may be named",
		"unmute 3 customer: he is heard again",
		"hold 3 customer: put him on hold; unhold 3 customer takes him back",
		"hangup 3 yes: end call 3 for everybody; without yes you are told what would end",
		"hangup 3 operator yes: end one leg",
		"pay 3: the customer of call 3 pays now: nobody listens and nothing is kept, until the limit; paid 3 ends it",
		"claim 3: you look after call 3; unclaim 3: no longer",
	}},
	{"listen", "your own phone on a call", []string{
		"listen 3: your phone is called into call 3, nobody hears you; whisper 3: the operator alone hears you; barge 3: everybody does",
		"takeover 3 yes: the operator is taken off call 3 and you stay; stop 3: your phone leaves it",
		"phone +12025550100: your own phone, for this console",
	}},
	{"floor", "automation, rules, what is kept", []string{
		"auto: whether rules act; auto on, auto shadow, auto off yes",
		"policy show: the rules and what they have done; policy reload: read the file again",
		"backtest: what the policy would have done in the last 7 days",
		"history refund day:today: calls that are over in which that was said; switchboard history --help lists what can be looked for",
		"export 3 [text, markdown, json or recording]: write call 3 to a file, without numbers and names",
		"report: what the shift has come to, up to now",
		"note TEXT: a note for the next shift; note #3 TEXT is about call 3; handover reads the notes, the newest first",
		"forget +12025550123: what is kept of the calls with that number, and would be erased; with yes it is; with words alone what was said",
	}},
	{"say", "what you are told", []string{
		"say needed: what needs a hand, and what becomes of your commands",
		"say calls: what happens in calls as well, but not their words",
		"say all: every sentence as well",
		"follow 3: the words of call 3 whatever else is told; unfollow 3 ends it",
		"quiet 10: nothing but what needs a hand for ten minutes; quiet off ends it",
		"help: what can be typed; help veto: one command",
		"an empty line: holds the lines while you type; another one goes on",
		"quit: end this program",
	}},
}

// verbs are the first words of all commands: a test holds that each does something and that
// the help tells of each.
var verbs = []string{
	"needs", "calls", "call", "why", "watch", "callbacks", "veto", "reason", "now", "snooze", "back", "again", "transfer", "cold", "groups",
	"mute", "unmute", "hold", "unhold", "hangup", "pay", "paid", "claim", "unclaim", "seen", "listen", "whisper", "barge", "takeover", "stop", "phone",
	"auto", "policy", "backtest", "history", "export", "report", "note", "handover", "forget", "say", "follow", "unfollow", "quiet", "help", "quit",
}

// help tells the topics, one of them, what can be typed that begins with a word, or all.
func (c *console) help(words []string) {
	if len(words) == 0 {
		for _, t := range topics {
			c.out.line(fmt.Sprintf("help %s: %s", t.name, t.about))
		}
		c.out.line("help veto, and so on: one command; help all: every one")
		c.out.line("the first ones: needs, calls, call 3, why 3, veto 3, transfer 3, mute 3 customer, hangup 3, quit")
		return
	}
	word, found := strings.ToLower(words[0]), false
	for _, t := range topics {
		whole := word == "all" || word == t.name
		for _, line := range t.lines {
			if whole || begins(line, word) {
				c.out.line(line)
				found = true
			}
		}
	}
	if !found {
		c.out.line(unknown(words[0]))
	}
}

// begins reports whether a line of the help is about a command.
func begins(line, verb string) bool {
	for part := range strings.SplitSeq(line, "; ") {
		if part == verb || strings.HasPrefix(part, verb+" ") || strings.HasPrefix(part, verb+":") {
			return true
		}
	}
	return false
}

// unknown says that there is no such command, and which ones it may have been meant for.
func unknown(word string) string {
	word = clean(word)
	var near []string
	if instead, ok := synonyms[strings.ToLower(word)]; ok {
		near = append(near, instead)
	}
	for _, v := range verbs {
		if len(near) < 3 && !slices.Contains(near, v) && alike(strings.ToLower(word), v) {
			near = append(near, v)
		}
	}
	if len(near) == 0 {
		return fmt.Sprintf("there is no command %q; help tells what can be typed", word)
	}
	return fmt.Sprintf("there is no command %q; did you mean %s? help tells what can be typed", word, strings.Join(near, " or "))
}

// synonyms are what people type who come from elsewhere.
var synonyms = map[string]string{
	"list": "calls", "ls": "calls", "show": "call 3", "info": "call 3", "status": "calls", "hang": "hangup 3", "kill": "hangup 3", "end": "hangup 3", "y": "now 3", "v": "veto 3", "w": "why 3",
	"undo": "back 3", "attention": "needs", "next": "needs", "silence": "quiet 10", "exit": "quit", "bye": "quit", "?": "help",
}

// alike reports whether two words begin alike, or differ by one letter.
func alike(a, b string) bool {
	if len(a) >= 2 && strings.HasPrefix(b, a) || len(b) >= 3 && strings.HasPrefix(a, b) {
		return true
	}
	if len(a) < 3 || len(b) < 3 {
		return false
	}
	return within1(a, b)
}

// within1 reports whether one letter more, less or other makes one word of the other.
func within1(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) == len(b) {
		return i == len(a) || a[i+1:] == b[i+1:]
	}
	return a[i:] == b[i+1:]
}
