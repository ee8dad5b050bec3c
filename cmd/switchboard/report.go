package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"

	"switchboard/tui/safe"
)

// A grade is how a thing is that was looked at.
type grade uint8

const (
	gradeOK grade = iota + 1
	gradeWarning
	gradeFailed
	gradeSkipped
)

// String returns the word for a grade.
func (v grade) String() string {
	switch v {
	case gradeOK:
		return "ok"
	case gradeWarning:
		return "warning"
	case gradeFailed:
		return "failed"
	case gradeSkipped:
		return "skipped"
	default:
		panic(fmt.Sprintf("grade %d is unknown", v))
	}
}

// MarshalText writes a grade by its word.
func (v grade) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// A finding is what one check has found.
type finding struct {
	Group string `json:"group"`
	Name  string `json:"name"`
	Grade grade  `json:"grade"`
	Says  string `json:"says"`
	Do    string `json:"do,omitempty"` // what to do about it
}

// A report is what all checks have found, in their order.
type report []finding

// count returns how many checks ended so.
func (r report) count(v grade) int {
	n := 0
	for _, f := range r {
		if f.Grade == v {
			n++
		}
	}
	return n
}

// err returns what the exit code says: nothing where nothing failed.
func (r report) err() error {
	if n := r.count(gradeFailed); n > 0 {
		return fmt.Errorf("%s failed", plural(n, "check"))
	}
	return nil
}

func (r report) writeJSON(w io.Writer) error {
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	out.SetEscapeHTML(false)
	err := out.Encode(struct {
		OK     bool   `json:"ok"`
		Checks report `json:"checks"`
	}{r.err() == nil, r})
	if err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

// The table's columns.
const (
	gradeColumn = 9
	nameColumn  = 18
)

// write writes the report as a table, with what to do below what is not in order. The
// grades are coloured as far as the terminal goes; the words say the same.
func (r report) write(w io.Writer, environ []string) error {
	var b strings.Builder
	group := ""
	for _, f := range r {
		if f.Group != group {
			group = f.Group
			fmt.Fprintf(&b, "\n%s\n", strings.ToUpper(group[:1])+group[1:])
		}
		label := "  " + pad(f.Grade.String(), gradeColumn) + pad(f.Name, nameColumn)
		row := wrap(label, f.Says)
		b.WriteString(strings.Replace(row, f.Grade.String(), style(f.Grade).Render(f.Grade.String()), 1) + "\n")
		if f.Do != "" {
			b.WriteString(wrap(strings.Repeat(" ", len(label))+"→ ", f.Do) + "\n")
		}
	}
	fmt.Fprintf(&b, "\n%d ok, %s, %d failed, %d skipped.\n", r.count(gradeOK), plural(r.count(gradeWarning), "warning"),
		r.count(gradeFailed), r.count(gradeSkipped))
	_, err := io.WriteString(colorprofile.NewWriter(w, environ), b.String())
	return err
}

// style returns how a grade's word looks.
func style(v grade) lipgloss.Style {
	switch v {
	case gradeOK:
		return lipgloss.NewStyle().Foreground(lipgloss.Green)
	case gradeWarning:
		return lipgloss.NewStyle().Foreground(lipgloss.Yellow)
	case gradeFailed:
		return lipgloss.NewStyle().Foreground(lipgloss.Red).Bold(true)
	case gradeSkipped:
		return lipgloss.NewStyle().Faint(true)
	default:
		panic(fmt.Sprintf("grade %d is unknown", v))
	}
}

func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(1, width-utf8.RuneCountInString(s)))
}

// maxShown is how many columns are shown of another's words.
const maxShown = 200

// shown returns a text from outside as it may be shown.
func shown(text string) string { return string(safe.Clean(text, maxShown)) }

// brief returns an error as it may be shown.
func brief(err error) string { return shown(strings.Join(strings.Fields(err.Error()), " ")) }
