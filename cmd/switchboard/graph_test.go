package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Where the picture stands in ARCHITECTURE.md.
const (
	pictureBegins = "<!-- imports: made by go test ./cmd/switchboard -run TestThePictureOfPackages -update -->\n"
	pictureEnds   = "<!-- imports end -->\n"
)

// imports returns, for each package of the project, which others of it `go list` says that
// it imports; tests aside.
func imports(t *testing.T) map[string][]string {
	t.Helper()
	cmd := exec.Command("go", "list", "-f", "{{.ImportPath}} {{len .GoFiles}} {{join .Imports \" \"}}", "./...", "./testdata")
	cmd.Dir = filepath.Join("..", "..")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	graph := map[string][]string{}
	for line := range strings.Lines(string(out)) {
		f := strings.Fields(line)
		if f[1] == "0" { // tests alone
			continue
		}
		name := strings.TrimPrefix(f[0], "switchboard/")
		graph[name] = []string{}
		for _, p := range f[2:] {
			if own, ok := strings.CutPrefix(p, "switchboard/"); ok {
				graph[name] = append(graph[name], own)
			}
		}
	}
	return graph
}

// picture draws the graph: a package a line, and what it imports. A list that is long is
// wrapped at 96 columns.
func picture(graph map[string][]string) string {
	names := make([]string, 0, len(graph))
	wide := 0
	for name := range graph {
		names, wide = append(names, name), max(wide, len(name))
	}
	slices.Sort(names)
	var b strings.Builder
	b.WriteString("```text\n")
	for _, name := range names {
		line := fmt.Sprintf("%-*s ", wide, name)
		if len(graph[name]) == 0 {
			line += " –"
		}
		for _, p := range graph[name] {
			if len(line)+1+len(p) > 96 {
				b.WriteString(line + "\n")
				line = strings.Repeat(" ", wide+1)
			}
			line += " " + p
		}
		b.WriteString(line + "\n")
	}
	b.WriteString("```\n")
	return b.String()
}

func TestThePictureOfPackagesIsTrue(t *testing.T) {
	path := filepath.Join("..", "..", "ARCHITECTURE.md")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(b), pictureBegins)
	got, after, ended := strings.Cut(rest, pictureEnds)
	if !ok || !ended {
		t.Fatalf("ARCHITECTURE.md lacks the lines %q and %q", pictureBegins, pictureEnds)
	}
	want := picture(imports(t))
	if *update {
		if err := os.WriteFile(path, []byte(before+pictureBegins+want+pictureEnds+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got != want {
		t.Errorf("ARCHITECTURE.md draws other packages than go list; -update draws them anew:\n%s", want)
	}
}

// "Rooms" names folders that are there, and leaves out no layer.
func TestTheRoomsOfArchitectureAreThere(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("..", "..", "ARCHITECTURE.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(b), "## Rooms")
	text, _, _ = strings.Cut(text, "**Who imports whom.**")
	rooms := regexp.MustCompile(`(?m)^([a-z/]+)/ +\S`).FindAllStringSubmatch(text, -1)
	if len(rooms) < 15 {
		t.Fatalf("found %d rooms: was the picture read?", len(rooms))
	}
	var named []string
	for _, r := range rooms {
		named = append(named, r[1])
		if info, err := os.Stat(filepath.Join("..", "..", filepath.FromSlash(r[1]))); err != nil || !info.IsDir() {
			t.Errorf("ARCHITECTURE.md names %s, which is no folder", r[1])
		}
	}
	for name := range imports(t) {
		if !slices.ContainsFunc(named, func(room string) bool { return name == room || strings.HasPrefix(name, room+"/") }) {
			t.Errorf("ARCHITECTURE.md has no room for %s", name)
		}
	}
}
