package shot

import (
	"regexp"
	"slices"
	"unicode/utf8"
)

// escapes are all that the console may send to a terminal: what draws, what turns the
// terminal's modes on and off, and what it is asked once.
var escapes = []*regexp.Regexp{
	regexp.MustCompile("^\x1b\\[[0-9;:]*m$"),                                                              // colours
	regexp.MustCompile("^\x1b\\[[0-9;]*[ABCDEFGHIJKLMPSTXZ`abdefr@]$"),                                    // moving, erasing, scrolling
	regexp.MustCompile("^\x1b\\[c$"),                                                                      // who are you: every terminal answers
	regexp.MustCompile("^\x1b\\]9;switchboard: [0-9]+ alerts?(, [0-9]+ calls? needs? a look)?\a$"),        // a notice, in words of ours
	regexp.MustCompile("^\x1b\\[\\?1003l$"),                                                               // all motion is never turned on, and at the end off
	regexp.MustCompile("^\x1b\\[\\?(1|7|25|1002|1004|1006|1049|2004|2026|2027)[hl]$"),                     // modes: cursor, wrap, mouse, focus, screen, paste, synchronised, graphemes
	regexp.MustCompile("^\x1b\\[\\?(2026|2027)\\$p$"),                                                     // is a mode known
	regexp.MustCompile("^\x1b\\[[0-9]* q$"),                                                               // the cursor's shape
	regexp.MustCompile("^\x1b\\[[<>=?]?[0-9;]*u$"),                                                        // the keyboard's manner
	regexp.MustCompile("^\x1b\\[>[0-9;]*m$"),                                                              // the same, as xterm does it
	regexp.MustCompile("^\x1b\\](11;\\?|111|112|12;\\?|0;switchboard|2;switchboard|0;|2;)(\a|\x1b\\\\)$"), // the background; the title, ours alone
	regexp.MustCompile("^\x1b\\[\\?5W$"),                                                                  // tab stops as they were
	regexp.MustCompile("^\x1b[M78=>]$"),                                                                   // the line above, keypad, save and restore
}

// sequence is anything that a terminal takes for one: it begins with ESC, or is a lone
// control character.
var sequence = regexp.MustCompile("\x1b\\[[0-?]*[ -/]*[@-~]|\x1b[\\]PX^_][^\a\x1b]*(?:\a|\x1b\\\\)?|\x1b[ -/]*[0-~]|\x1b|[\x00-\x08\x0b-\x1f\x7f]|\u009b|\u009d|\u0090")

// Foreign returns what in a stream is none of the escapes that the console may send,
// each once.
func Foreign(raw string) []string {
	var found []string
	if !utf8.ValidString(raw) {
		found = append(found, "bytes that are no text")
	}
	for _, seq := range sequence.FindAllString(raw, -1) {
		ours := seq == "\r" || seq == "\b" || slices.ContainsFunc(escapes, func(e *regexp.Regexp) bool { return e.MatchString(seq) })
		if !ours && !slices.Contains(found, seq) {
			found = append(found, seq)
		}
	}
	return found
}
