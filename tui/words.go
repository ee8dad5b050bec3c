package tui

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// clockTime is the time of day in the supervisor's zone.
func clockTime(t time.Time, zone *time.Location) safe.Text {
	return own(t.In(zone).Format(time.TimeOnly))
}

// long is how long a call lasts: 6:12, 11:03, 1h 40m.
func long(d time.Duration) safe.Text {
	s := int(max(d, 0) / time.Second)
	switch {
	case s < 6000:
		return own(strconv.Itoa(s/60) + ":" + two(s%60))
	case s < 360000:
		return own(strconv.Itoa(s/3600) + "h" + two(s/60%60) + "m")
	}
	return own(strconv.Itoa(s/86400) + "d" + two(s/3600%24) + "h")
}

func two(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

// short is an age or a wait: 4s, 2m, 3h.
func short(d time.Duration) safe.Text {
	s := int(max(d, 0) / time.Second)
	switch {
	case s < 100:
		return own(strconv.Itoa(s) + "s")
	case s < 6000:
		return own(strconv.Itoa(s/60) + "m")
	}
	return own(strconv.Itoa(s/3600) + "h")
}

// tenths is the age of what should be fresh: <1s, 1.4s; from ten seconds on 12s, 2m, 3h.
func tenths(d time.Duration) safe.Text {
	switch {
	case d < time.Second:
		return "<1s"
	case d >= 10*time.Second:
		return short(d)
	}
	n := int(d / (100 * time.Millisecond))
	return own(strconv.Itoa(n/10) + "." + strconv.Itoa(n%10) + "s")
}

// seconds is a wait or an age in a sentence: 4 s, 2 min, 3 h.
func seconds(d time.Duration) safe.Text {
	s := int(max(d, 0) / time.Second)
	switch {
	case s < 100:
		return own(strconv.Itoa(s) + " s")
	case s < 6000:
		return own(strconv.Itoa(s/60) + " min")
	}
	return own(strconv.Itoa(s/3600) + " h")
}

// signed is a polarity as people write it: +.41, −.31, −1.00.
func signed(p engine.Polarity) safe.Text {
	sign, n := "+", int(p)
	if n < 0 {
		sign, n = "−", -n
	}
	hundredths := (n + 5) / 10
	if hundredths == 0 {
		sign = "+"
	}
	if hundredths >= 100 {
		return own(fmt.Sprintf("%s%d.%02d", sign, hundredths/100, hundredths%100))
	}
	return own(sign + "." + two(hundredths))
}

// proper writes the numbers of a rule's evidence as the rest of the screen does: −.47
// for -0.47.
func proper(text safe.Text) safe.Text {
	if !strings.ContainsAny(string(text), "-+") {
		return text
	}
	words := strings.Split(string(text), " ")
	for i, w := range words {
		for _, as := range [][2]string{{"-0.", "−."}, {"-1.", "−1."}, {"+0.", "+."}} {
			if rest, ok := strings.CutPrefix(w, as[0]); ok && rest != "" && safe.Digits(rest[:1]) {
				words[i] = as[1] + rest
			}
		}
	}
	return own(strings.Join(words, " "))
}

// aligned writes the numbers in a row of a table as the rest of the screen does, each in as
// many cells as it had.
func aligned(row safe.Text) safe.Text {
	text := string(row)
	for _, as := range [][2]string{{"-0.", "−."}, {"+0.", "+."}, {"-1.", "−1."}} {
		text = strings.ReplaceAll(text, "  "+as[0], "  "+spaces(len(as[0])-width(as[1]))+as[1])
	}
	return proper(own(text))
}

// capital begins a sentence with a capital letter.
func capital(text safe.Text) safe.Text {
	first, size := utf8.DecodeRuneInString(string(text))
	if size == 0 {
		return text
	}
	return own(string(unicode.ToUpper(first))) + text[size:]
}

// count is a number of things: 1 call, 3 calls.
func count(n int, one, many string) safe.Text {
	if n == 1 {
		return own("1 " + one)
	}
	return own(strconv.Itoa(n) + " " + many)
}
