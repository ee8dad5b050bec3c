package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The rules of the house, as ARCHITECTURE.md states them, kept by reading the source.

// may says which packages of ours a package may import. cmd joins them all and may
// import any. A new package is entered here, or the test fails.
var may = map[string][]string{
	"engine":                         {},
	"engine/clock":                   {},
	"engine/recording":               {},
	"engine/typo":                    {},
	"engine/policy":                  {"engine", "engine/typo"},
	"engine/sentiment":               {"engine"},
	"engine/sentiment/chat":          {"engine", "engine/clock"},
	"engine/sentiment/chat/chattest": {"engine/clock", "engine/sentiment"},
	"engine/backtest":                {"engine", "engine/policy", "engine/recording", "engine/enginetest", "engine/world"},
	"engine/report":                  {"engine"},
	"engine/world":                   {"engine/clock", "engine/recording"},
	"engine/journal":                 {"engine"},
	"engine/export":                  {"engine", "engine/recording", "engine/redact", "tui/safe"},
	"engine/history":                 {"engine"},
	"engine/redact":                  {},
	"engine/replay":                  {"engine"},
	"engine/runner":                  {"engine", "engine/clock", "engine/redact"},
	"engine/enginetest":              {"engine", "engine/clock", "engine/policy", "engine/recording", "engine/sentiment", "engine/world"},
	"telnyx":                         {"engine", "engine/clock"},
	"telnyx/telnyxtest":              {"engine/clock", "engine/recording", "engine/world"},
	"symbl":                          {"engine", "engine/clock"},
	"symbl/symbltest":                {"engine/clock", "engine/recording", "engine/world"},
	"tui":                            {"engine", "engine/clock", "engine/replay", "engine/typo", "tui/filter", "tui/prefs", "tui/safe"},
	"tui/filter":                     {"engine/typo"},
	"tui/prefs":                      {"engine/typo"},
	"tui/plain":                      {"engine", "engine/clock", "tui/safe"},
	"tui/safe":                       {},
	"tui/shot":                       {"engine/clock"},
	"testdata":                       {"engine/recording"},
}

// only says where a library of others may be used: in these folders and below.
var only = map[string][]string{
	"charm.land/":                    {"tui", "cmd"},
	"github.com/charmbracelet/":      {"tui", "cmd"},
	"github.com/gorilla/websocket":   {"telnyx", "symbl"},
	"github.com/spf13/":              {"cmd"},
	"github.com/joho/godotenv":       {"cmd"},
	"github.com/adrg/xdg":            {"cmd"},
	"github.com/muesli/":             {"cmd"},
	"golang.ngrok.com/":              {"cmd"},
	"gopkg.in/ini.v1":                {"cmd"},
	"modernc.org/sqlite":             {"engine/journal", "engine/history"},
	"golang.org/x/text/":             {"engine/history", "tui"},
	"go.yaml.in/yaml/":               {"engine/policy", "tui/prefs", "cmd"},
	"github.com/sahilm/fuzzy":        {"tui"},
	"golang.org/x/image/":            {"tui/shot"},
	"github.com/go-fonts/":           {"tui/shot"},
	"github.com/creack/pty":          {"tui/shot"},
	"github.com/getkin/kin-openapi/": {}, // tests alone
	"github.com/google/go-cmp/":      {},
	"github.com/jonreiter/govader":   {},
	"go.uber.org/goleak":             {},
	"pgregory.net/rapid":             {},
	"net/http":                       {"telnyx", "symbl", "cmd", "engine/sentiment/chat"},
	"os/signal":                      {"cmd", "tui/shot/shots"},
}

// wallTime are the functions of package time that only engine/clock may call.
var wallTime = []string{"Now", "Since", "Until", "After", "Sleep", "NewTimer", "NewTicker", "AfterFunc", "Tick"}

// A source file, parsed.
type sourceFile struct {
	path    string // from the project's top
	pkg     string // its folder
	test    bool
	file    *ast.File
	imports []string
}

func sources(t *testing.T) (*token.FileSet, []sourceFile) {
	t.Helper()
	root := filepath.Join("..", "..")
	set := token.NewFileSet()
	var all []sourceFile
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, name)
		rel = filepath.ToSlash(rel)
		if d.IsDir() {
			if rel != "." && strings.HasPrefix(d.Name(), ".") {
				return fs.SkipDir
			}
			return nil
		}
		if path.Ext(rel) != ".go" {
			return nil
		}
		f, err := parser.ParseFile(set, name, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		s := sourceFile{path: rel, pkg: path.Dir(rel), test: strings.HasSuffix(rel, "_test.go"), file: f}
		for _, spec := range f.Imports {
			p, _ := strconv.Unquote(spec.Path.Value)
			s.imports = append(s.imports, p)
		}
		all = append(all, s)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 20 {
		t.Fatalf("read %d files: this is not the project's top", len(all))
	}
	return set, all
}

func TestPackagesImportOnlyWhatTheyMay(t *testing.T) {
	_, files := sources(t)
	for _, f := range files {
		if f.test || f.file.Name.Name == "main" {
			continue
		}
		allowed, known := may[f.pkg]
		if !known {
			t.Errorf("%s: a new package: say in this test what it may import", f.path)
			continue
		}
		for _, p := range f.imports {
			if own, ok := strings.CutPrefix(p, "switchboard/"); ok && !slices.Contains(allowed, own) {
				t.Errorf("%s imports %s, but may import only %v", f.path, own, allowed)
			}
		}
	}
}

func TestLibrariesStayInTheirRooms(t *testing.T) {
	_, files := sources(t)
	for _, f := range files {
		if f.test {
			continue
		}
		for _, p := range f.imports {
			for library, rooms := range only {
				if !strings.HasPrefix(p, library) || p == library+"test" {
					continue
				}
				if !slices.ContainsFunc(rooms, func(room string) bool { return f.pkg == room || strings.HasPrefix(f.pkg, room+"/") }) {
					t.Errorf("%s imports %s, which belongs in %v alone", f.path, p, rooms)
				}
			}
		}
	}
}

func TestOnlyTheClockTellsTime(t *testing.T) {
	set, files := sources(t)
	for _, f := range files {
		if f.test || f.pkg == "engine/clock" {
			continue
		}
		ast.Inspect(f.file, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := s.X.(*ast.Ident); ok && x.Name == "time" && slices.Contains(wallTime, s.Sel.Name) {
					t.Errorf("%s: time.%s: house time comes from engine/clock", set.Position(s.Pos()), s.Sel.Name)
				}
			}
			return true
		})
	}
}

func TestNoFolderHidesWhatItHolds(t *testing.T) {
	_, files := sources(t)
	for _, f := range files {
		for part := range strings.SplitSeq(f.pkg, "/") {
			if slices.Contains([]string{"internal", "pkg", "utils", "util", "common", "models", "model", "mock", "mocks", "helpers"}, part) {
				t.Errorf("%s: a folder called %s", f.path, part)
			}
		}
	}
}

func TestEmulatorsDoNotImportTesting(t *testing.T) {
	_, files := sources(t)
	for _, f := range files {
		if strings.HasSuffix(f.pkg, "test") && !f.test && slices.Contains(f.imports, "testing") {
			t.Errorf("%s imports testing, but the demo runs on it", f.path)
		}
	}
}

func TestEveryExportedNameIsDocumented(t *testing.T) {
	set, files := sources(t)
	documented := map[string]bool{}
	for _, f := range files {
		if f.test {
			continue
		}
		documented[f.pkg] = documented[f.pkg] || f.file.Doc != nil
		for _, d := range f.file.Decls {
			for _, name := range undocumented(d) {
				t.Errorf("%s: %s has no doc comment", set.Position(name.Pos()), name.Name)
			}
		}
	}
	for pkg, ok := range documented {
		if !ok {
			t.Errorf("package %s has no doc comment", pkg)
		}
	}
}

// undocumented returns the exported names that a declaration declares without a word.
// Methods that the language or a well-known interface defines need none.
func undocumented(d ast.Decl) (names []*ast.Ident) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		wellKnown := []string{"String", "Error", "Unwrap", "Len", "Less", "Swap", "Push", "Pop"}
		if d.Doc == nil && d.Name.IsExported() && receiverExported(d) &&
			!(d.Recv != nil && slices.Contains(wellKnown, d.Name.Name)) {
			names = append(names, d.Name)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				if d.Doc == nil && spec.Doc == nil && spec.Comment == nil && spec.Name.IsExported() {
					names = append(names, spec.Name)
				}
			case *ast.ValueSpec:
				for _, n := range spec.Names {
					if d.Doc == nil && spec.Doc == nil && spec.Comment == nil && n.IsExported() {
						names = append(names, n)
					}
				}
			}
		}
	}
	return names
}

// receiverExported reports whether a function is no method, or one of an exported type.
func receiverExported(d *ast.FuncDecl) bool {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return true
	}
	of := d.Recv.List[0].Type
	for {
		switch t := of.(type) {
		case *ast.StarExpr:
			of = t.X
		case *ast.IndexExpr:
			of = t.X
		case *ast.Ident:
			return t.IsExported()
		default:
			return true
		}
	}
}
