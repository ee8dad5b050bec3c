package main

import (
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

const sampleHead = `# switchboard.yaml: every setting but the secrets. switchboard run reads it from the
# folder it is started in (--config names another). A flag beats the environment, which
# beats .env, which beats this file. switchboard setup writes it, and leaves your
# comments and other lines as they are.
#
# All lines here are comments: take the # away from those that you want to change. What
# stands after a colon is the default. What several names begin with may be written once:
#
#   front:
#     name: Ava               # is front-name: Ava
#
# Lists are written as in [+12025550123, sip:ida@example.com], or a line each after a
# dash. Names of files are as seen from the folder that switchboard is started in.
#
`

// bare is a value that is read as it stands, also by a person.
var bare = regexp.MustCompile(`^([0-9]{1,6}|yes|no)$`)

// yamlSample returns a switchboard.yaml that sets nothing and tells every key.
func yamlSample() string {
	var b strings.Builder
	b.WriteString(sampleHead)
	var secrets []string
	for _, s := range allSettings() {
		if s.secret {
			secrets = append(secrets, s.name)
		}
	}
	b.WriteString(comment("Secrets belong in .env, which only you can read: " + strings.Join(secrets, ", ") + "."))
	for _, s := range allSettings() {
		if s.secret || s.retired() {
			continue
		}
		b.WriteString("\n" + comment(s.about+found(s)))
		b.WriteString(strings.TrimRight("#"+s.flag()+": "+asYAML(s.preset), " ") + "\n")
	}
	return b.String()
}

// retired reports whether a setting is not for everybody's files.
func (s setting) retired() bool { return s.name == "MOOD_RULE" || s.name == "HOUSE_TIME" }

// found says where a setting's value is found; nothing where one makes it up.
func found(s setting) string {
	if s.where == "" {
		return ""
	}
	return " (" + s.where + ")"
}

// comment returns a text as lines of a comment.
func comment(text string) string {
	return strings.ReplaceAll(wrap("# ", text), "\n  ", "\n# ") + "\n"
}

// asYAML writes a value so that it is read as the text that it is. Here every text is, so
// that short numbers and yes and no need no quotes; others have them, for other readers.
func asYAML(value string) string {
	if value == "" || bare.MatchString(value) {
		return value
	}
	text, err := yaml.Marshal(value)
	if err != nil {
		panic("a text that YAML cannot write: " + err.Error()) // there is none
	}
	return strings.TrimSpace(string(text))
}
