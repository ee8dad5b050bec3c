package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// notice returns what goes with every copy of the program: which libraries are in it, and
// the text of each licence, once.
func notice(libraries []library) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("switchboard is under the MIT licence (LICENSE). These libraries of others are in it on\n" +
		"at least one of the systems that it is built for, each under its own licence, which\n" +
		"follows. Made by `make licences`; a test fails where it does not hold.\n\n")
	var texts []string
	under := map[string][]string{} // the text, the libraries
	for _, l := range libraries {
		fmt.Fprintf(&b, "  %s\n", strings.TrimRight(fmt.Sprintf("%-46s %-12s %s", l.name(), shortVersion(l.version), strings.Join(l.licences, ", ")), " "))
		for _, text := range l.texts {
			if !slices.Contains(texts, text) {
				texts = append(texts, text)
			}
			if !slices.Contains(under[text], l.name()) {
				under[text] = append(under[text], l.name())
			}
		}
	}
	for _, text := range texts {
		fmt.Fprintf(&b, "\n%s\n%s\n\n%s\n", strings.Repeat("-", 88), strings.Join(under[text], "\n"), text)
	}
	return b.Bytes(), nil
}

// name is what people call the library.
func (l library) name() string {
	if l.path == goItself {
		return "Go's standard library"
	}
	return l.path
}

// shortVersion leaves out of a version that has no tag when and which commit it was.
func shortVersion(v string) string {
	if short, _, ok := strings.Cut(v, "-0.20"); ok {
		return short
	}
	if strings.Count(v, "-") == 2 {
		return v[len(v)-12:]
	}
	return v
}
