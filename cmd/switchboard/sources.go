package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/joho/godotenv"
	"gopkg.in/ini.v1"
)

// maxFile is how much of a configuration file is read.
const maxFile = 1 << 20

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
// source. Its errors name the line and never repeat it, for it may hold a secret.
func fromEnvFile(path string, optional bool) (source, error) {
	text, err := readSmall(path)
	if optional && errors.Is(err, fs.ErrNotExist) {
		return fromMap(nil), nil
	}
	if err != nil {
		return nil, err
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	// godotenv lets a quote run on over the lines after it, which would swallow them:
	// here a value ends with its line.
	for i, line := range strings.Split(string(text), "\n") {
		if _, err := godotenv.Unmarshal(strings.TrimRight(line, "\r")); err != nil {
			return nil, fmt.Errorf("%s: line %d %s", path, i+1, lineFault(line))
		}
	}
	values, err := godotenv.UnmarshalBytes(text)
	if err != nil {
		return nil, fmt.Errorf("%s: is not a list of NAME=value lines", path)
	}
	return fromMap(values), nil
}

// lineFault says what is wrong with a line that godotenv does not take.
func lineFault(line string) string {
	_, value, found := strings.Cut(line, "=")
	value = strings.TrimSpace(value)
	if found && (strings.HasPrefix(value, `"`) || strings.HasPrefix(value, `'`)) {
		if strings.Count(value, value[:1])%2 == 1 {
			return "opens a quote and does not close it"
		}
		return "has something after its closing quote"
	}
	return "is not NAME=value"
}

// fromSymblConf reads the sample app's symbl.conf, if it is there: app_id and
// app_secret in the section [credentials].
func fromSymblConf(path string) (source, error) {
	text, err := readSmall(path)
	if errors.Is(err, fs.ErrNotExist) {
		return fromMap(nil), nil
	}
	if err != nil {
		return nil, err
	}
	conf, err := ini.Load(text)
	if err != nil { // its error repeats the line
		return nil, fmt.Errorf("%s: is not a section [credentials] with lines app_id = … and app_secret = …", path)
	}
	section := conf.Section("credentials")
	unquote := func(key string) string { return strings.Trim(section.Key(key).Value(), `"'`) }
	return fromMap(map[string]string{
		"SYMBL_APP_ID":     unquote("app_id"),
		"SYMBL_APP_SECRET": unquote("app_secret"),
	}), nil
}

// readSmall reads a file of at most maxFile bytes.
func readSmall(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read configuration: %w", err)
	}
	if info.Size() > maxFile {
		return nil, fmt.Errorf("read configuration: %s is larger than %d bytes", path, maxFile)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read configuration: %w", err)
	}
	return text, nil
}

// symblConf is where the sample app's file is looked for: beside the .env file.
func symblConf(envFile string) string { return filepath.Join(filepath.Dir(envFile), "symbl.conf") }
