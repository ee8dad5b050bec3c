package telnyxtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// A kind is the type of a field.
type kind uint8

const (
	text kind = iota + 1
	integer
	boolean
	object
	texts   // a list of strings
	objects // a list of objects
	number  // a text or an integer
	target  // a text or a list of them
)

var kindNames = []string{"", "a string", "an integer", "a boolean", "an object", "an array of strings",
	"an array of objects", "a string or an integer", "a string or an array of strings"}

// A field is what Appendix A says of one.
type field struct {
	kind     kind
	required bool
	oneOf    []string // the words that are possible; any if empty
	min, max int64    // of an integer's value or a text's length in characters; none if both are 0
	match    *regexp.Regexp
	says     string // what match asks for
	fields   shape  // of an object; any if nil

	// undone is what the field would have Telnyx do and this server does not. The values
	// in idle ask for nothing.
	undone bool
	idle   []any
}

// A shape is the fields of a body by name.
type shape map[string]field

// with returns the shape with the fields of others.
func (s shape) with(others ...shape) shape {
	all := maps.Clone(s)
	for _, o := range others {
		maps.Copy(all, o)
	}
	return all
}

// without returns the shape without the fields of the given names.
func (s shape) without(names ...string) shape {
	rest := maps.Clone(s)
	for _, name := range names {
		delete(rest, name)
	}
	return rest
}

// A complaint is one thing that is wrong with a request.
type complaint struct {
	status              int
	code, title, detail string
	pointer, parameter  string
}

func (c complaint) Error() string {
	where := c.pointer + c.parameter
	return strings.TrimSpace(where + " " + c.detail)
}

func bad(code, title, pointer, detail string) complaint {
	return complaint{status: 422, code: code, title: title, pointer: pointer, detail: detail}
}

// read reads a body and returns all that is wrong with it.
func (s shape) read(raw []byte) (form, []complaint) {
	in := json.NewDecoder(bytes.NewReader(raw))
	in.UseNumber()
	var body map[string]any
	if err := in.Decode(&body); err != nil || body == nil {
		return nil, []complaint{bad("10015", "Bad Request", "", "The body must be a JSON object.")}
	}
	if _, err := in.Token(); err != io.EOF {
		return nil, []complaint{bad("10015", "Bad Request", "", "The body must be one JSON object.")}
	}
	return body, s.check("", body)
}

func (s shape) check(at string, body map[string]any) []complaint {
	var wrong []complaint
	for _, name := range slices.Sorted(maps.Keys(s)) {
		if _, given := body[name]; s[name].required && !given {
			wrong = append(wrong, bad("10004", "Missing required parameter", at+"/"+name, "The parameter is required."))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(body)) {
		f, known := s[name]
		if !known {
			wrong = append(wrong, bad("10007", "Unexpected parameter", at+"/"+name, "The parameter is not known here."))
			continue
		}
		wrong = append(wrong, f.check(at+"/"+name, body[name])...)
	}
	return wrong
}

func (f field) check(at string, value any) []complaint {
	if !f.kind.holds(value) {
		return []complaint{bad("10026", "Wrong type", at, "The value must be "+kindNames[f.kind]+".")}
	}
	if f.undone && !slices.Contains(f.idle, value) {
		return []complaint{bad("10015", "Bad Request", at, "Telnyx does this; telnyxtest does not.")}
	}
	if s, ok := value.(string); ok {
		return f.checkText(at, s)
	}
	if n, ok := value.(json.Number); ok {
		i, _ := n.Int64()
		if f.min != f.max && (i < f.min || i > f.max) {
			return []complaint{bad("10033", "Out of range", at, fmt.Sprintf("The value must be between %d and %d.", f.min, f.max))}
		}
	}
	if o, ok := value.(map[string]any); ok && f.fields != nil {
		return f.fields.check(at, o)
	}
	return nil
}

func (f field) checkText(at, s string) []complaint {
	switch n := int64(utf8.RuneCountInString(s)); {
	case len(f.oneOf) > 0 && !slices.Contains(f.oneOf, s):
		return []complaint{bad("10032", "Invalid value", at, "The value must be one of "+strings.Join(f.oneOf, ", ")+".")}
	case f.required && s == "":
		return []complaint{bad("10004", "Missing required parameter", at, "The parameter must not be empty.")}
	case f.min != f.max && (n < f.min || n > f.max):
		return []complaint{bad("10033", "Out of range", at, fmt.Sprintf("The length must be between %d and %d.", f.min, f.max))}
	case f.match != nil && !f.match.MatchString(s):
		return []complaint{bad("10015", "Bad Request", at, "The value must be "+f.says+".")}
	}
	return nil
}

// holds reports whether a value is of a kind.
func (k kind) holds(value any) bool {
	switch v := value.(type) {
	case string:
		return k == text || k == number || k == target
	case bool:
		return k == boolean
	case json.Number:
		_, err := v.Int64()
		return err == nil && (k == integer || k == number)
	case map[string]any:
		return k == object
	case []any:
		for _, e := range v {
			_, isText := e.(string)
			_, isObject := e.(map[string]any)
			if isText != (k == texts || k == target) || isObject != (k == objects) {
				return false
			}
		}
		return k == texts || k == target || k == objects
	default:
		return false // null
	}
}

// A form is a body that was found in order.
type form map[string]any

func (f form) text(name, otherwise string) string {
	if s, ok := f[name].(string); ok {
		return s
	}
	return otherwise
}

func (f form) integer(name string, otherwise int64) int64 {
	n, ok := f[name].(json.Number)
	if !ok {
		return otherwise
	}
	i, _ := n.Int64()
	return i
}

func (f form) flag(name string, otherwise bool) bool {
	if b, ok := f[name].(bool); ok {
		return b
	}
	return otherwise
}

// given returns a flag, or nil if there is none.
func (f form) given(name string) *bool {
	if b, ok := f[name].(bool); ok {
		return &b
	}
	return nil
}

func (f form) texts(name string) []string {
	var all []string
	list, _ := f[name].([]any)
	for _, e := range list {
		all = append(all, e.(string))
	}
	return all
}
