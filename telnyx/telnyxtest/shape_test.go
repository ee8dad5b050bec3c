package telnyxtest

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

// A schema is what testdata/telnyx/openapi.json says of a body or a field.
type schema struct {
	Ref        string `json:"$ref"`
	Enum       []any
	Required   []string
	Properties map[string]schema
}

type document struct {
	Paths map[string]map[string]struct {
		RequestBody struct {
			Content map[string]struct{ Schema schema }
		}
	}
	Components struct{ Schemas map[string]schema }
}

func readDocument(t *testing.T) document {
	t.Helper()
	raw, err := os.ReadFile("../../testdata/telnyx/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	var d document
	if err := json.Unmarshal(raw, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

func (d document) resolve(s schema) schema {
	for {
		name, isRef := strings.CutPrefix(s.Ref, "#/components/schemas/")
		if !isRef {
			return s
		}
		s = d.Components.Schemas[name]
	}
}

// body returns the schema of what an operation takes, where the file has it.
func (d document) body(o operation) (schema, bool) {
	method, path, _ := strings.Cut(o.pattern, " ")
	path = strings.TrimPrefix(path, "/v2")
	if strings.HasPrefix(path, "/calls/") {
		path = strings.Replace(path, "{id}", "{call_control_id}", 1)
	}
	found, there := d.Paths[path][strings.ToLower(method)]
	return d.resolve(found.RequestBody.Content["application/json"].Schema), there && o.body != nil
}

// disagreements returns where a shape knows less than a schema.
func (d document) disagreements(s shape, with schema) (all []string) {
	for _, name := range slices.Sorted(maps.Keys(with.Properties)) {
		f, known := s[name]
		switch {
		case !known:
			all = append(all, name+" is not known")
			continue
		case f.required != slices.Contains(with.Required, name):
			all = append(all, fmt.Sprintf("%s required: %t", name, f.required))
		}
		for _, word := range d.resolve(with.Properties[name]).Enum {
			if w, isText := word.(string); isText && len(f.oneOf) > 0 && !slices.Contains(f.oneOf, w) {
				all = append(all, name+" is never "+w)
			}
		}
	}
	return all
}

// What Telnyx's own file lets a body have, ours may have, but for what is named here.
func TestShapesKnowWhatTelnyxsFileKnows(t *testing.T) {
	d := readDocument(t)
	excused := map[string][]string{
		// Telnyx may stream to Dialogflow instead; this server does not.
		"POST /v2/calls/{id}/actions/streaming_start": {"stream_url required: true"},
	}
	compared := map[string]bool{}
	for _, o := range operations {
		with, there := d.body(o)
		if !there {
			continue
		}
		compared[o.pattern[strings.LastIndex(o.pattern, "/")+1:]] = true
		if got := d.disagreements(o.body, with); !slices.Equal(got, excused[o.pattern]) {
			t.Errorf("%s: %q, want %q", o.pattern, got, excused[o.pattern])
		}
	}
	for _, name := range []string{"answer", "speak", "streaming_start", "streaming_stop", "transcription_start", "transcription_stop"} {
		if !compared[name] {
			t.Errorf("the file has no %s", name)
		}
	}
	for name, s := range map[string]shape{"TranscriptionEngineAConfig": googleShape, "TranscriptionEngineBConfig": telnyxShape} {
		with, there := d.Components.Schemas[name]
		want := []string{"transcription_engine required: true"} // it tells which of them it is
		if got := d.disagreements(s, with); !there || !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
