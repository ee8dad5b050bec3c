//go:build ignore

// Cut takes from Telnyx's OpenAPI document, on standard input, what the client's
// requests are checked against, and writes it to standard output:
//
//	go run cut.go < telnyx-openapi.json > openapi.json
//
// Of the operations that we use it keeps parameters and request bodies with every
// schema that they name; of responses only the statuses; of prose nothing.
package main

import (
	"encoding/json"
	"log"
	"os"
	"strings"
)

// operations are the ones that telnyx/ uses and the document has.
var operations = [][2]string{
	{"/call_control_applications", "get"},
	{"/call_control_applications", "post"},
	{"/call_control_applications/{id}", "get"},
	{"/call_control_applications/{id}", "patch"},
	{"/calls", "post"},
	{"/calls/{call_control_id}/actions/answer", "post"},
	{"/calls/{call_control_id}/actions/gather", "post"},
	{"/calls/{call_control_id}/actions/gather_stop", "post"},
	{"/calls/{call_control_id}/actions/gather_using_speak", "post"},
	{"/calls/{call_control_id}/actions/hangup", "post"},
	{"/calls/{call_control_id}/actions/playback_start", "post"},
	{"/calls/{call_control_id}/actions/playback_stop", "post"},
	{"/calls/{call_control_id}/actions/speak", "post"},
	{"/calls/{call_control_id}/actions/streaming_start", "post"},
	{"/calls/{call_control_id}/actions/streaming_stop", "post"},
	{"/calls/{call_control_id}/actions/transcription_start", "post"},
	{"/calls/{call_control_id}/actions/transcription_stop", "post"},
	{"/conferences", "get"},
	{"/conferences", "post"},
	{"/conferences/{conference_id}/participants", "get"},
	{"/conferences/{id}/actions/hold", "post"},
	{"/conferences/{id}/actions/join", "post"},
	{"/conferences/{id}/actions/leave", "post"},
	{"/conferences/{id}/actions/mute", "post"},
	{"/conferences/{id}/actions/unhold", "post"},
	{"/conferences/{id}/actions/unmute", "post"},
	{"/recordings/{recording_id}", "delete"},
	{"/webhook_deliveries", "get"},
}

type object = map[string]any

func main() {
	log.SetFlags(0)
	var whole object
	if err := json.NewDecoder(os.Stdin).Decode(&whole); err != nil {
		log.Fatalf("read the document: %v", err)
	}
	paths, components := object{}, object{}
	for _, o := range operations {
		path := at(whole, "paths", o[0])
		operation := at(path, o[1])
		kept := object{"operationId": operation["operationId"], "responses": object{}}
		for status := range operation["responses"].(object) {
			kept["responses"].(object)[status] = object{"description": ""}
		}
		for _, part := range []string{"parameters", "requestBody"} {
			if operation[part] != nil {
				kept[part] = plain(operation[part])
				collect(whole, components, kept[part])
			}
		}
		if paths[o[0]] == nil {
			paths[o[0]] = object{}
			if path["parameters"] != nil {
				paths[o[0]].(object)["parameters"] = plain(path["parameters"])
				collect(whole, components, path["parameters"])
			}
		}
		paths[o[0]].(object)[o[1]] = kept
	}
	cut := object{
		"openapi": whole["openapi"],
		"info": object{
			"title":       "Telnyx Voice API (Call Control v2), cut for request checks",
			"version":     at(whole, "info")["version"],
			"description": at(whole, "info")["description"],
			"license":     at(whole, "info")["license"],
		},
		"servers":    whole["servers"],
		"paths":      paths,
		"components": components,
	}
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", " ")
	if err := out.Encode(cut); err != nil {
		log.Fatalf("write the cut: %v", err)
	}
}

// at follows keys into an object.
func at(in object, keys ...string) object {
	for _, key := range keys {
		next, ok := in[key].(object)
		if !ok {
			log.Fatalf("the document has no %s", strings.Join(keys, " "))
		}
		in = next
	}
	return in
}

// plain copies a value without its prose and examples. A property may be called
// "title" or "example" too, so the names below "properties" are left alone.
func plain(v any) any {
	switch v := v.(type) {
	case object:
		kept := object{}
		for key, value := range v {
			switch key {
			case "description", "summary", "title", "example", "examples":
			case "properties":
				properties := object{}
				for name, schema := range value.(object) {
					properties[name] = plain(schema)
				}
				kept[key] = properties
			default:
				if !strings.HasPrefix(key, "x-") {
					kept[key] = plain(value)
				}
			}
		}
		return kept
	case []any:
		kept := make([]any, len(v))
		for i := range v {
			kept[i] = plain(v[i])
		}
		return kept
	default:
		return v
	}
}

// collect puts into components whatever a value names, and what that names in turn.
func collect(whole, components object, v any) {
	switch v := v.(type) {
	case object:
		if ref, ok := v["$ref"].(string); ok {
			parts := strings.Split(strings.TrimPrefix(ref, "#/components/"), "/")
			group, _ := components[parts[0]].(object)
			if group == nil {
				group = object{}
				components[parts[0]] = group
			}
			if group[parts[1]] == nil {
				group[parts[1]] = plain(at(whole, "components", parts[0])[parts[1]])
				collect(whole, components, group[parts[1]])
			}
		}
		for _, value := range v {
			collect(whole, components, value)
		}
	case []any:
		for _, value := range v {
			collect(whole, components, value)
		}
	}
}
