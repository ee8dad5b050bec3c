package main

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// envLine takes a line of a .env file apart: what is before the value, the name in it,
// and the rest.
var envLine = regexp.MustCompile(`^(\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.]*)\s*=[ \t]*)(.*)$`)

// inEnv reports whether a setting has a line in the text of a .env file, be it an empty
// one.
func inEnv(text []byte, name string) bool {
	return slices.ContainsFunc(strings.Split(string(text), "\n"), func(line string) bool {
		m := envLine.FindStringSubmatch(line)
		return m != nil && m[2] == name
	})
}

// editEnv returns the text of a .env file with other values. Lines that are not about
// them, and comments, stay as they are; a setting that has no line gets one at the end.
func editEnv(text []byte, values []setValue) ([]byte, error) {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	ending := "\n"
	if bytes.Contains(text, []byte("\r\n")) {
		ending = "\r\n"
	}
	for _, v := range values {
		text = editEnvLine(text, v, ending)
	}
	again, _ := readEnv("", text)
	for _, v := range values {
		if again[v.Name] != v.Value {
			return nil, fmt.Errorf("%s cannot be written into a .env file: it holds signs that such a file cannot hold", v.Name)
		}
	}
	return text, nil
}

// editEnvLine changes every line of one setting, for the last of them counts, or adds one.
func editEnvLine(text []byte, v setValue, ending string) []byte {
	lines := strings.Split(string(text), "\n")
	found := false
	for i, line := range lines {
		line, carriage := strings.CutSuffix(line, "\r")
		m := envLine.FindStringSubmatch(line)
		if m == nil || m[2] != v.Name {
			continue
		}
		found = true
		lines[i] = m[1] + envQuoted(v.Value) + afterValue(m[3])
		if carriage {
			lines[i] += "\r"
		}
	}
	if !found {
		last := len(lines) - 1
		if lines[last] != "" { // the file does not end with a line's end
			lines[last] += strings.TrimSuffix(ending, "\n")
			lines = append(lines, "")
			last++
		}
		lines[last] = v.Name + "=" + envQuoted(v.Value) + strings.TrimSuffix(ending, "\n")
		lines = append(lines, "")
	}
	return []byte(strings.Join(lines, "\n"))
}

// afterValue returns what follows a value on its line: blanks and a comment, or nothing.
func afterValue(rest string) string {
	if rest == "" {
		return ""
	}
	if quote := rest[0]; quote == '"' || quote == '\'' {
		for i := 1; i < len(rest); i++ {
			if rest[i] == quote && rest[i-1] != '\\' {
				return rest[i+1:]
			}
		}
		return ""
	}
	if i := strings.Index(rest, " #"); i >= 0 {
		return rest[len(strings.TrimRight(rest[:i], " \t")):]
	}
	if rest[0] == '#' {
		return " " + rest
	}
	return ""
}

// envQuoted writes a value in quotes that have nothing in it read as anything else.
func envQuoted(value string) string {
	if !strings.ContainsAny(value, `'\`) {
		return "'" + value + "'"
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, `$`, `\$`).Replace(value) + `"`
}
