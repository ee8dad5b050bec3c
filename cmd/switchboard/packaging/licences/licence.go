package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// platforms are the systems that we release for; their libraries differ.
var platforms = []string{"darwin", "linux", "windows"}

// goItself is the standard library, which is in every program.
const goItself = "std"

// A library is a module that is in the program, or that tests need.
type library struct {
	path, version string
	dir           string // where Go has it
	licences      []string
	texts         []string // of its licences and notices, in the order of the files' names
}

// linked returns the libraries that are in switchboard on any of the platforms, by
// path, with the standard library. Where is the project's top folder.
func linked(where string) ([]library, error) {
	all := map[string]library{}
	for _, system := range platforms {
		if err := list(all, where, system, "-deps", "switchboard/cmd/switchboard"); err != nil {
			return nil, err
		}
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, fmt.Errorf("ask go where it is: %w", err)
	}
	all[goItself] = library{path: goItself, dir: strings.TrimSpace(string(root))}
	return read(all, nil)
}

// needed returns all libraries that the project's packages and tests need on this system.
func needed(where string) ([]library, error) {
	all := map[string]library{}
	if err := list(all, where, "", "-deps", "-test", "./...", "./testdata"); err != nil {
		return nil, err
	}
	return read(all, testsAlone)
}

// testsAlone are licences that the source may need and no program may hold: they ask
// more of who passes a copy on than that he passes their text on.
var testsAlone = []string{"MPL-2.0"}

// list adds what `go list` names to all, for a system or, without one, for this one.
func list(all map[string]library, where, system string, args ...string) error {
	const format = "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}{{end}}"
	cmd := exec.Command("go", append([]string{"list", "-f", format}, args...)...)
	cmd.Dir, cmd.Stderr = where, os.Stderr
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if system != "" {
		cmd.Env = append(cmd.Env, "GOOS="+system)
	}
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("list the libraries: %w", err)
	}
	for line := range strings.Lines(string(out)) {
		if f := strings.Split(strings.TrimSpace(line), "\t"); len(f) == 3 {
			all[f[0]] = library{path: f[0], version: f[1], dir: f[2]}
		}
	}
	return nil
}

// read reads the licences of all libraries. Its error names each that has none that we
// know, or none but those that only tests may have, unless they are allowed as well.
func read(all map[string]library, also []string) ([]library, error) {
	var libraries []library
	var wrong []error
	for _, l := range all {
		if err := l.read(also); err != nil {
			wrong = append(wrong, err)
		}
		libraries = append(libraries, l)
	}
	slices.SortFunc(libraries, func(a, b library) int { return strings.Compare(a.path, b.path) })
	slices.SortFunc(wrong, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return libraries, errors.Join(wrong...)
}

// licenceFile matches the files that a licence, or what it wants told, stands in.
var licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|unlicense|notice)`)

func (l *library) read(also []string) error {
	entries, err := os.ReadDir(l.dir)
	if err != nil {
		return fmt.Errorf("%s: %w; go mod download fetches it", l.path, err)
	}
	for _, e := range entries {
		if e.IsDir() || !licenceFile.MatchString(e.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(l.dir, e.Name()))
		if err != nil {
			return err
		}
		l.texts = append(l.texts, tidy(string(text)))
		for _, name := range classify(string(text)) {
			if !slices.Contains(l.licences, name) && (!slices.Contains(testsAlone, name) || slices.Contains(also, name)) {
				l.licences = append(l.licences, name)
			}
		}
	}
	slices.Sort(l.licences)
	if len(l.licences) == 0 {
		return fmt.Errorf("%s has no licence that is known: read what it has in %s; classify in licence.go lists those that may be used", l.path, l.dir)
	}
	return nil
}

// tidy takes out what differs without meaning anything.
func tidy(text string) string {
	lines := strings.Split(strings.ReplaceAll(text, "\r", ""), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " \t")
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

// classify names the licences that a text holds, as SPDX does. Only those that let
// switchboard be given to anybody are known, and testsAlone: whoever adds a library under
// another one has to think first.
func classify(text string) (names []string) {
	words := strings.ToLower(strings.Join(strings.Fields(text), " "))
	has := func(phrase string) bool { return strings.Contains(words, phrase) }
	add := func(name string, is bool) {
		if is {
			names = append(names, name)
		}
	}
	bsd := has("redistribution and use in source and binary forms")
	third := has("neither the name") || has("names of its contributors may") || has("name of the author may not be used")
	add("Apache-2.0", has("apache license") && has("version 2.0"))
	add("BSD-2-Clause", bsd && !third)
	add("BSD-3-Clause", bsd && third)
	add("ISC", has("permission to use, copy, modify, and/or distribute this software for any purpose with or without fee"))
	add("MIT", has("permission is hereby granted, free of charge"))
	add("MPL-2.0", has("mozilla public license") && has("version 2.0"))
	add("blessing", has("the author disclaims copyright to this source code"))
	return names
}
