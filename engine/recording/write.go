package recording

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// Write writes a recording as [Read] reads it: Read gives back what Write was given.
// It writes nothing of a recording that Read would refuse.
func Write(w io.Writer, rec *Recording) error {
	if err := rec.checkAll(); err != nil {
		return fmt.Errorf("write recording: %w", err)
	}
	out := bufio.NewWriter(w)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	lines := []any{headerLine{version, rec.Name, rec.About, rec.From, rec.Caller, rec.Language, rec.Attested, rec.Expect}}
	for _, o := range rec.Operators {
		lines = append(lines, operatorLine{o.Does, o.after(), moment(o.Accepts), moment(o.Declines), o.Ignores})
	}
	if rec.Front.Does != "" {
		lines = append(lines, frontLine{rec.Front.Does, rec.Front.after()})
	}
	for _, l := range rec.Lines {
		lines = append(lines, l.wire())
	}
	for _, line := range lines {
		if err := enc.Encode(line); err != nil {
			return fmt.Errorf("write recording: %w", err)
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write recording: %w", err)
	}
	return nil
}

func (rec *Recording) checkAll() error {
	if err := rec.check(); err != nil {
		return err
	}
	if n := 1 + btoi(rec.Front.Does != "") + len(rec.Operators) + len(rec.Lines); n > maxLines || len(rec.Operators) > maxOperators {
		return fmt.Errorf("%d lines with %d operators: at most %d and %d", n, len(rec.Operators), maxLines, maxOperators)
	}
	for i, o := range rec.Operators {
		if err := o.check(); err != nil {
			return fmt.Errorf("operator %d: %w", i+1, err)
		}
	}
	if rec.Front.Does != "" {
		if err := checkFront(rec.Front); err != nil {
			return fmt.Errorf("front: %w", err)
		}
	}
	for i, l := range rec.Lines {
		if err := l.check(); err != nil {
			return fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	return nil
}

type headerLine struct {
	Recording int    `json:"recording"`
	Name      string `json:"name"`
	About     string `json:"about,omitempty"`
	From      string `json:"from"`
	Caller    string `json:"caller,omitempty"`
	Language  string `json:"language"`
	Attested  string `json:"attested,omitempty"`
	Expect    string `json:"expect,omitempty"`
}

type operatorLine struct {
	Operator Does        `json:"operator"`
	After    json.Number `json:"after,omitempty"`
	Accepts  json.Number `json:"accepts,omitempty"`
	Declines json.Number `json:"declines,omitempty"`
	Ignores  bool        `json:"ignores,omitempty"`
}

type frontLine struct {
	Front Does        `json:"front"`
	After json.Number `json:"after,omitempty"`
}

type anyLine struct {
	On       Anchor      `json:"on"`
	Round    int         `json:"round,omitempty"`
	At       json.Number `json:"at"`
	Who      Who         `json:"who"`
	Say      string      `json:"say,omitempty"`
	Polarity json.Number `json:"polarity,omitempty"`
	Lasts    json.Number `json:"lasts,omitempty"`
	Key      string      `json:"key,omitempty"`
	Hangup   bool        `json:"hangup,omitempty"`
}

// after is left out where it says nothing: Read would put AnswersAfter in the place
// of a missing one, so that who answers at once must say so.
func (o Operator) after() json.Number {
	if o.After == 0 && o.Does != Answers && o.Does != Voicemail {
		return ""
	}
	return seconds(o.After)
}

func (l Line) wire() anyLine {
	out := anyLine{On: l.On, Round: l.Round, At: seconds(l.At), Who: l.Who, Say: l.Say, Key: l.Key, Hangup: l.Hangup}
	if l.Scored {
		out.Polarity = json.Number(formatDecimal(int64(l.Polarity), 3))
	}
	if l.Lasts > 0 {
		out.Lasts = seconds(l.Lasts)
	}
	return out
}

// moment is left out where it is nothing.
func moment(d time.Duration) json.Number {
	if d == 0 {
		return ""
	}
	return seconds(d)
}

func seconds(d time.Duration) json.Number { return json.Number(formatDecimal(int64(d), 9)) }
