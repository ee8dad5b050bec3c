package recording

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// version is the format's, the number in the first line.
const version = 1

// The fields that each kind of line may have.
var (
	headerFields   = []string{"recording", "name", "about", "from", "caller", "language", "attested", "expect"}
	operatorFields = []string{"operator", "after", "accepts", "declines", "ignores"}
	frontFields    = []string{"front", "after"}
	lineFields     = []string{"on", "round", "at", "who", "say", "polarity", "lasts", "key", "hangup"}
)

// Read reads a recording to its end. An error names the line that is wrong and says
// what would be possible there. Empty lines are passed over.
func Read(r io.Reader) (*Recording, error) {
	in := bufio.NewScanner(r)
	in.Buffer(make([]byte, 0, 4096), maxLine)
	var rec *Recording
	n := 0
	for in.Scan() {
		n++
		line := bytes.TrimSpace(in.Bytes())
		if len(line) == 0 {
			continue
		}
		if n > maxLines {
			return nil, fmt.Errorf("recording line %d: a recording has at most %d lines", n, maxLines)
		}
		var err error
		if rec == nil {
			rec, err = readHeader(line)
		} else {
			err = rec.read(line)
		}
		if err != nil {
			return nil, fmt.Errorf("recording line %d: %w", n, err)
		}
	}
	if errors.Is(in.Err(), bufio.ErrTooLong) {
		return nil, fmt.Errorf("recording line %d: longer than %d bytes", n+1, maxLine)
	}
	if err := in.Err(); err != nil {
		return nil, fmt.Errorf("read recording after line %d: %w", n, err)
	}
	if rec == nil {
		return nil, errors.New(`recording is empty: its first line is {"recording":1,"name":…,"from":…}`)
	}
	return rec, nil
}

func readHeader(line []byte) (*Recording, error) {
	f, err := readFields(line, headerFields)
	if err != nil {
		return nil, err
	}
	number, given, err := f.decimal("recording", 0)
	if err != nil {
		return nil, err
	}
	if !given || number != version {
		return nil, fmt.Errorf(`the first line has "recording":%d, the format's number`, version)
	}
	var rec Recording
	rec.Language = "en"
	err = errors.Join(f.text("name", &rec.Name), f.text("about", &rec.About), f.text("from", &rec.From),
		f.text("caller", &rec.Caller), f.text("language", &rec.Language),
		f.text("attested", &rec.Attested), f.text("expect", &rec.Expect))
	if err != nil {
		return nil, err
	}
	return &rec, rec.check()
}

func (rec *Recording) read(line []byte) error {
	f, err := readFields(line, slices.Concat(operatorFields, frontFields[:1], lineFields))
	if err != nil {
		return err
	}
	if _, ok := f["front"]; ok {
		return rec.readFront(f)
	}
	if _, ok := f["operator"]; !ok {
		l, err := f.line()
		if err != nil {
			return err
		}
		rec.Lines = append(rec.Lines, l)
		return l.check()
	}
	if err := f.only(operatorFields); err != nil {
		return err
	}
	o, err := f.operator()
	if err != nil {
		return err
	}
	rec.Operators = append(rec.Operators, o)
	if len(rec.Operators) > maxOperators {
		return fmt.Errorf("a recording has at most %d operators", maxOperators)
	}
	return o.check()
}

func (rec *Recording) readFront(f fields) error {
	if err := f.only(frontFields); err != nil {
		return err
	}
	if rec.Front.Does != "" {
		return errors.New("a recording has at most one front")
	}
	var front Operator
	if err := f.text("front", (*string)(&front.Does)); err != nil {
		return err
	}
	after, given, err := f.seconds("after")
	if !given && front.Does == Answers {
		after = FrontAfter
	}
	if err != nil {
		return err
	}
	front.After = after
	rec.Front = front
	return checkFront(front)
}

func (f fields) operator() (Operator, error) {
	var o Operator
	if err := f.text("operator", (*string)(&o.Does)); err != nil {
		return o, err
	}
	after, given, err := f.seconds("after")
	if !given && (o.Does == Answers || o.Does == Voicemail) {
		after = AnswersAfter
	}
	o.After = after
	if err != nil {
		return o, err
	}
	if o.Accepts, err = f.moment("accepts"); err != nil {
		return o, err
	}
	if o.Declines, err = f.moment("declines"); err != nil {
		return o, err
	}
	o.Ignores, err = f.flag("ignores")
	return o, err
}

func (f fields) line() (Line, error) {
	var l Line
	if err := f.only(lineFields); err != nil {
		return l, err
	}
	var rounds, polarity int64
	var errs [8]error
	errs[0] = f.text("on", (*string)(&l.On))
	errs[1] = f.text("who", (*string)(&l.Who))
	errs[2] = f.text("say", &l.Say)
	errs[3] = f.text("key", &l.Key)
	rounds, _, errs[4] = f.decimal("round", 0)
	polarity, l.Scored, errs[5] = f.decimal("polarity", 3)
	l.At, _, errs[6] = f.seconds("at")
	l.Lasts, _, errs[7] = f.seconds("lasts")
	if err := errors.Join(errs[:]...); err != nil {
		return l, err
	}
	if polarity < -1000 || polarity > 1000 {
		return l, fmt.Errorf("polarity %s is not between -1 and 1", f["polarity"])
	}
	if rounds < 0 || rounds > maxRound {
		return l, fmt.Errorf("round %s is not between 1 and %d", f["round"], maxRound)
	}
	l.Round, l.Polarity = int(rounds), int(polarity)
	var err error
	if l.Hangup, err = f.flag("hangup"); err != nil {
		return l, err
	}
	if l.Who == "" && l.Key != "" {
		l.Who = Customer
	}
	return l, nil
}

// fields are the raw values of one line by name.
type fields map[string]json.RawMessage

// readFields reads one object, whose fields are all known and stand once.
func readFields(line []byte, known []string) (fields, error) {
	if !utf8.Valid(line) {
		return nil, errors.New("not UTF-8")
	}
	in := json.NewDecoder(bytes.NewReader(line))
	if first, err := in.Token(); err != nil || first != json.Delim('{') {
		return nil, errors.New("not one JSON object in a line")
	}
	f := fields{}
	for in.More() {
		name, err := in.Token()
		if err != nil {
			return nil, fmt.Errorf("not JSON: %w", err)
		}
		key := name.(string) // a key of an object is a string, or Token fails
		if _, twice := f[key]; twice {
			return nil, fmt.Errorf("%s stands there twice", key)
		}
		var raw json.RawMessage
		if err := in.Decode(&raw); err != nil {
			return nil, fmt.Errorf("%s is not JSON: %w", key, err)
		}
		f[key] = raw
	}
	if _, err := in.Token(); err != nil {
		return nil, fmt.Errorf("not JSON: %w", err)
	}
	if _, err := in.Token(); err != io.EOF {
		return nil, errors.New("more than one JSON object in a line")
	}
	return f, f.only(known)
}

// only refuses every field but the known ones.
func (f fields) only(known []string) error {
	for _, key := range slices.Sorted(maps.Keys(f)) {
		if !slices.Contains(known, key) {
			return fmt.Errorf("unknown field %q: possible here are %s", key, strings.Join(known, ", "))
		}
	}
	return nil
}

// text reads a string into to, and leaves to as it is where there is none.
func (f fields) text(key string, to *string) error {
	raw, ok := f[key]
	if !ok {
		return nil
	}
	var text *string
	if err := json.Unmarshal(raw, &text); err != nil || text == nil {
		return fmt.Errorf("%s is %s: it is a text in quotes", key, raw)
	}
	if len(*text) > maxText {
		return fmt.Errorf("%s has %d bytes: at most %d are possible", key, len(*text), maxText)
	}
	*to = *text
	return nil
}

// seconds reads a number of seconds exactly.
func (f fields) seconds(key string) (d time.Duration, given bool, err error) {
	n, given, err := f.decimal(key, 9)
	if err == nil && (n < 0 || n > int64(maxTime)) {
		err = fmt.Errorf("%s is %s: it is between 0 and %d seconds", key, f[key], maxTime/time.Second)
	}
	return time.Duration(n), given, err
}

// moment reads a number of seconds that is more than nothing, where it is given.
func (f fields) moment(key string) (time.Duration, error) {
	d, given, err := f.seconds(key)
	if err == nil && given && d == 0 {
		err = fmt.Errorf("%s is %s: it is more than 0 seconds", key, f[key])
	}
	return d, err
}

// flag reads what is true or not there.
func (f fields) flag(key string) (bool, error) {
	raw, given := f[key]
	if given && string(raw) != "true" {
		return false, fmt.Errorf("%s is %s: it is true or not there", key, raw)
	}
	return given, nil
}

// decimal reads a decimal number exactly, in units of its last place.
func (f fields) decimal(key string, places int) (n int64, given bool, err error) {
	raw, ok := f[key]
	if !ok {
		return 0, false, nil
	}
	n, err = parseDecimal(string(raw), places)
	if err != nil {
		return 0, true, fmt.Errorf("%s is %s: %w", key, raw, err)
	}
	return n, true, nil
}
