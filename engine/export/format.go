package export

import (
	"fmt"
	"io"
	"strings"
	"time"

	"switchboard/engine"
	"switchboard/engine/recording"
)

// Format is what an export is.
type Format string

// The formats.
const (
	AsRecording Format = "recording"
	AsText      Format = "text"
	AsMarkdown  Format = "markdown"
	AsJSON      Format = "json"
)

var formats = []Format{AsRecording, AsText, AsMarkdown, AsJSON}

// Formats names the formats for people.
func Formats() string {
	var all []string
	for _, f := range formats {
		all = append(all, string(f))
	}
	return strings.Join(all, ", ")
}

// ParseFormat returns the format that a word names, whole or by its
// beginning, or by what its files end in.
func ParseFormat(word string) (Format, error) {
	for _, f := range formats {
		if word = strings.ToLower(word); word != "" && strings.HasPrefix(string(f), word) || "."+word == f.Ending() {
			return f, nil
		}
	}
	return "", fmt.Errorf("there is no format %q; possible are: %s", word, Formats())
}

// FormatOf returns the format that a file's name says by its ending, and false where it
// says none.
func FormatOf(name string) (Format, bool) {
	for _, f := range formats {
		if strings.HasSuffix(strings.ToLower(name), f.Ending()) {
			return f, true
		}
	}
	return "", false
}

// Ending returns what the names of a format's files end in.
func (f Format) Ending() string {
	switch f {
	case AsRecording:
		return ".jsonl"
	case AsText:
		return ".txt"
	case AsMarkdown:
		return ".md"
	case AsJSON:
		return ".json"
	default:
		panic("export: format " + string(f))
	}
}

// FileName returns what a call's file is called: by the day it began in the zone, its
// number, and a few letters that tell it from another journal's. It holds no customer's
// number.
func (f Format) FileName(r engine.Record, zone *time.Location) string {
	return r.Started.In(zone).Format(time.DateOnly) + "-" + Name(r) + f.Ending()
}

// Write writes a call in a format.
func (f Format) Write(w io.Writer, r engine.Record, zone *time.Location) error {
	switch f {
	case AsRecording:
		rec, err := Recording(r)
		if err != nil {
			return err
		}
		return recording.Write(w, rec)
	case AsText:
		return Text(w, r, zone)
	case AsMarkdown:
		return Markdown(w, r, zone)
	case AsJSON:
		return JSON(w, r)
	default:
		panic("export: format " + string(f))
	}
}
