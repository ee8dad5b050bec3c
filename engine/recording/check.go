package recording

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

var (
	attested  = []string{"", "A", "B", "C"}
	expects   = []string{"", ExpectTransfer, ExpectNone}
	languages = []string{"en", "es"}
	dos       = []Does{Answers, Busy, Rejects, Silent, Voicemail}
	people    = []Who{Customer, Agent, Desk}
	anchors   = []Anchor{OnAnswered, OnMenu, OnQuestion, OnFront, OnOperator, OnUnavailable, OnLeft}

	nameShape = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	fromShape = regexp.MustCompile(`^(\+[1-9][0-9]{6,14}|anonymous|sip:[^\s<>]+@[^\s<>]+)$`)
)

const keys = "0123456789*#"

// check refuses a first line that cannot be.
func (rec *Recording) check() error {
	if !nameShape.MatchString(rec.Name) || len(rec.Name) > maxName {
		return fmt.Errorf(`name %q is not one word of a-z, 0-9 and hyphens, as in "slow-sour"`, rec.Name)
	}
	if !fromShape.MatchString(rec.From) {
		return fmt.Errorf("from %q is no number (+12025550142), SIP URI, or anonymous", rec.From)
	}
	if !slices.Contains(languages, rec.Language) {
		return fmt.Errorf("language %q is not one of %s", rec.Language, list(languages))
	}
	if !slices.Contains(attested, rec.Attested) {
		return fmt.Errorf("attested %q is not one of %s", rec.Attested, list(attested[1:]))
	}
	if !slices.Contains(expects, rec.Expect) {
		return fmt.Errorf("expect %q is not one of %s", rec.Expect, list(expects[1:]))
	}
	return errors.Join(checkText("about", rec.About), checkText("caller", rec.Caller))
}

// check refuses an operator that cannot be.
func (o Operator) check() error {
	if !slices.Contains(dos, o.Does) {
		return fmt.Errorf("operator %q is not one of %s", o.Does, list(dos))
	}
	if o.After < 0 || o.After > maxTime {
		return fmt.Errorf("after is %s: it is between 0 and %s", o.After, maxTime)
	}
	if o.Does == Silent && o.After != 0 {
		return errors.New("a silent operator does nothing after any time")
	}
	if o.Accepts < 0 || o.Accepts > maxTime || o.Declines < 0 || o.Declines > maxTime {
		return fmt.Errorf("accepts is %s and declines is %s: they are more than 0 and at most %s", o.Accepts, o.Declines, maxTime)
	}
	takes := btoi(o.Accepts > 0) + btoi(o.Declines > 0) + btoi(o.Ignores)
	if takes > 1 {
		return fmt.Errorf("an operator has at most one of accepts, declines and ignores: this one has %d", takes)
	}
	if takes > 0 && o.Does != Answers {
		return errors.New("only an operator who answers accepts, declines or ignores a briefing")
	}
	return nil
}

// checkFront refuses a front that cannot be: it is like an operator who is not briefed.
func checkFront(o Operator) error {
	if o.Does == Voicemail || o.Accepts != 0 || o.Declines != 0 || o.Ignores {
		return errors.New("a front answers, or is busy, rejects or is silent, and takes no briefing")
	}
	return o.check()
}

// check refuses a line that cannot be.
func (l Line) check() error {
	if !slices.Contains(anchors, l.On) {
		return fmt.Errorf("on %q is not one of %s", l.On, list(anchors))
	}
	if l.Round != 0 && l.On != OnMenu || l.Round < 0 || l.Round > maxRound {
		return fmt.Errorf("round %d: only a menu has rounds, 1 to %d", l.Round, maxRound)
	}
	if l.At < 0 || l.At > maxTime || l.Lasts < 0 || l.Lasts > maxTime {
		return fmt.Errorf("at is %s and lasts is %s: they are between 0 and %s", l.At, l.Lasts, maxTime)
	}
	if !slices.Contains(people, l.Who) {
		return fmt.Errorf("who %q is not one of %s", l.Who, list(people))
	}
	if does := btoi(l.Say != "") + btoi(l.Key != "") + btoi(l.Hangup); does != 1 {
		return fmt.Errorf("a line has exactly one of say, key and hangup: this one has %d", does)
	}
	if l.Say == "" && (l.Scored || l.Polarity != 0 || l.Lasts != 0) {
		return errors.New("only what is said has a polarity and lasts")
	}
	if !l.Scored && l.Polarity != 0 || l.Polarity < -1000 || l.Polarity > 1000 {
		return fmt.Errorf("polarity %d/1000 is not between -1 and 1, or not scored", l.Polarity)
	}
	if l.Key != "" && (len(l.Key) != 1 || !strings.Contains(keys, l.Key) || l.Who != Customer) {
		return fmt.Errorf("key %q is not one of %s, pressed by the customer", l.Key, keys)
	}
	return checkText("say", l.Say)
}

func checkText(name, text string) error {
	if len(text) > maxText || !utf8.ValidString(text) {
		return fmt.Errorf("%s is not UTF-8 of at most %d bytes", name, maxText)
	}
	return nil
}

func list[S ~string](all []S) string {
	words := make([]string, len(all))
	for i, s := range all {
		words[i] = string(s)
	}
	return strings.Join(words, ", ")
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
