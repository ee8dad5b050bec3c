package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/joho/godotenv"
	"gopkg.in/ini.v1"
)

// Limits of a configuration file.
const (
	maxFile   = 1 << 20 // bytes
	maxUnread = 10      // lines that are named, of those that cannot be read
)

// A source tells the value of a setting by its name, and false where it has none. An
// empty value is none.
type source func(name string) (string, bool)

// fromMap returns a source that holds what a map does.
func fromMap(values map[string]string) source {
	return func(name string) (string, bool) {
		v := strings.TrimSpace(values[name])
		return v, v != ""
	}
}

// fromEnvironment is the process's environment.
func fromEnvironment(name string) (string, bool) {
	v := strings.TrimSpace(os.Getenv(name))
	return v, v != ""
}

// fromEnvFile reads a .env file. Where optional, a file that is not there is an empty
// source. Lines that cannot be read are left out and returned as problems, which never
// repeat them, for they may hold a secret.
func fromEnvFile(path string, optional bool) (source, []Problem, error) {
	text, err := readSmall(path)
	if errors.Is(err, fs.ErrNotExist) {
		if optional {
			return fromMap(nil), nil, nil
		}
		return nil, nil, fmt.Errorf("%s: there is no such file; name one that there is, or leave --env-file out to have .env read", path)
	}
	if err != nil {
		return nil, nil, err
	}
	values, faults := readEnv(path, text)
	return fromMap(values), faults, nil
}

// readEnv reads the text of a .env file.
func readEnv(path string, text []byte) (map[string]string, []Problem) {
	// godotenv lets a quote run on over the lines after it, which would swallow them:
	// here a value ends with its line.
	text, faults := readable(path, text, envFault)
	values, err := godotenv.UnmarshalBytes(text)
	if err != nil { // it repeats the line
		faults = append(faults, Problem{Name: path, Wrong: "is not a list of NAME=value lines"})
	}
	return values, faults
}

// fromSymblConf reads the sample app's symbl.conf, if it is there: app_id and
// app_secret in the section [credentials]. Lines that cannot be read are left out and
// returned as problems.
func fromSymblConf(path string) (source, []Problem) {
	text, err := readSmall(path)
	if errors.Is(err, fs.ErrNotExist) {
		return fromMap(nil), nil
	}
	if err != nil {
		return fromMap(nil), []Problem{{Name: path, Wrong: "cannot be read: " + err.Error()}}
	}
	text, faults := readable(path, text, iniFault)
	conf, err := ini.Load(text)
	if err != nil { // it repeats the line
		return fromMap(nil), append(faults, Problem{Name: path,
			Wrong: "is not a section [credentials] with lines app_id = … and app_secret = …"})
	}
	section := conf.Section("credentials")
	unquote := func(key string) string { return strings.Trim(section.Key(key).Value(), `"'`) }
	return fromMap(map[string]string{
		"SYMBL_APP_ID":     unquote("app_id"),
		"SYMBL_APP_SECRET": unquote("app_secret"),
	}), faults
}

// readable returns a file without the lines that fault finds something wrong with, and
// these as problems. fault also tells which setting the line is about, if it can.
func readable(path string, text []byte, fault func(line string) (name, wrong string)) ([]byte, []Problem) {
	lines := strings.Split(string(bytes.TrimPrefix(text, []byte("\ufeff"))), "\n")
	var faults []Problem
	more := 0
	for i, line := range lines {
		name, wrong := fault(strings.TrimSpace(line))
		if wrong == "" {
			continue
		}
		lines[i] = ""
		place := fmt.Sprintf("%s, line %d", path, i+1)
		switch p := problem(name, "("+place+") "+wrong); {
		case p.For != "":
			faults = append(faults, p) // however many: each is a setting that is not missing
		case len(faults) < maxUnread:
			faults = append(faults, Problem{Name: place, Wrong: wrong})
		default:
			more++
		}
	}
	if more > 0 {
		faults = append(faults, Problem{Name: path, Wrong: fmt.Sprintf("has %d more such lines", more)})
	}
	return []byte(strings.Join(lines, "\n")), faults
}

var envName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.]*$`)

// envFault says what is wrong with a line of a .env file; nothing where it is right.
func envFault(line string) (name, wrong string) {
	if line == "" || line[0] == '#' {
		return "", ""
	}
	name, value, found := strings.Cut(line, "=")
	if rest, exported := strings.CutPrefix(name, "export "); exported {
		name = rest
	}
	name = strings.TrimSpace(name)
	switch {
	case !found:
		return "", "is not NAME=value: there is no ="
	case name == "":
		return "", "is not NAME=value: there is no name before the ="
	case !envName.MatchString(name):
		return "", "is not NAME=value: the name may hold letters, digits and _ alone"
	}
	return name, quoteFault(strings.TrimSpace(value), "#")
}

// iniFault says what is wrong with a line of symbl.conf; nothing where it is right.
func iniFault(line string) (name, wrong string) {
	switch {
	case line == "" || line[0] == '#' || line[0] == ';':
		return "", ""
	case line[0] == '[' && strings.Contains(line, "]"):
		return "", ""
	case line[0] == '[':
		return "", "opens a [ and does not close it"
	}
	i := strings.IndexAny(line, "=:")
	switch {
	case i < 0:
		return "", "is not name = value: there is no ="
	case strings.TrimSpace(line[:i]) == "":
		return "", "is not name = value: there is no name before the ="
	}
	switch strings.TrimSpace(line[:i]) {
	case "app_id":
		name = "SYMBL_APP_ID"
	case "app_secret":
		name = "SYMBL_APP_SECRET"
	}
	return name, quoteFault(strings.TrimSpace(line[i+1:]), "#;")
}

// quoteFault says what is wrong with a value's quotes; nothing where it has none. One of
// the comment signs may begin a comment after it.
func quoteFault(value, comment string) string {
	if value == "" || value[0] != '"' && value[0] != '\'' {
		return ""
	}
	for i := 1; i < len(value); i++ {
		if value[i] != value[0] || value[i-1] == '\\' {
			continue
		}
		if rest := strings.TrimSpace(value[i+1:]); rest != "" && !strings.Contains(comment, rest[:1]) {
			return "has something after its closing quote"
		}
		return ""
	}
	return "opens a quote and does not close it"
}

// readSmall reads a file of at most maxFile bytes.
func readSmall(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read configuration: %w", err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1)) // what is no file has no size, and perhaps no end
	if err != nil {
		return nil, fmt.Errorf("read configuration: %w", err)
	}
	if len(text) > maxFile {
		return nil, fmt.Errorf("read configuration: %s is larger than %d bytes", path, maxFile)
	}
	return text, nil
}

// symblConf is where the sample app's file is looked for: beside the .env file.
func symblConf(envFile string) string { return filepath.Join(filepath.Dir(envFile), "symbl.conf") }
