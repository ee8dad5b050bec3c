package engine

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestPure holds the engine to its promise: no clock, no chance, no I/O, no
// goroutines, no floating point. Only the packages below may be imported, and none
// of time's ways of reading the clock may be used.
func TestPure(t *testing.T) {
	allowed := []string{
		"cmp", "container/heap", "crypto/sha256", "encoding/binary", "encoding/json", "errors", "fmt", "maps",
		"reflect", "slices", "strconv", "strings", "time",
	}
	clocks := []string{"Now", "Since", "Until", "After", "AfterFunc", "NewTimer", "NewTicker", "Tick", "Sleep"}

	fset := token.NewFileSet()
	for _, file := range sources(t, fset) {
		for _, spec := range file.Imports {
			if path, _ := strconv.Unquote(spec.Path.Value); !slices.Contains(allowed, path) {
				t.Errorf("%s: the engine may not import %s", fset.Position(spec.Pos()), path)
			}
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GoStmt, *ast.SelectStmt, *ast.ChanType:
				t.Errorf("%s: the engine has no goroutines and no channels", fset.Position(n.Pos()))
			case *ast.Ident:
				if n.Name == "float64" || n.Name == "float32" {
					t.Errorf("%s: the engine has no floating point", fset.Position(n.Pos()))
				}
			case *ast.SelectorExpr:
				if pkg, ok := n.X.(*ast.Ident); ok && pkg.Name == "time" && slices.Contains(clocks, n.Sel.Name) {
					t.Errorf("%s: the engine may not read the clock: take Event.At", fset.Position(n.Pos()))
				}
			}
			return true
		})
	}
}

// TestClosedSets holds every body and action to being in the codec, and so in the
// journal: what is declared is known by name.
func TestClosedSets(t *testing.T) {
	fset := token.NewFileSet()
	declared := map[string][]string{} // by method: the types that have it
	for _, file := range sources(t, fset) {
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv == nil || (f.Name.Name != "body" && f.Name.Name != "action") {
				continue
			}
			declared[f.Name.Name] = append(declared[f.Name.Name], f.Recv.List[0].Type.(*ast.Ident).Name)
		}
	}
	known := map[string][]string{}
	for kind, b := range bodies {
		known["body"] = append(known["body"], typeName(b))
		if got, err := DecodeBody(kind, []byte("{}")); err != nil || typeName(got) != typeName(b) {
			t.Errorf("DecodeBody(%q) = %T, %v; want a %T", kind, got, err, b)
		}
	}
	for verb, a := range actions {
		known["action"] = append(known["action"], typeName(a))
		if got, _, _ := a.action(); got != verb {
			t.Errorf("%T is listed as %q and calls itself %q", a, verb, got)
		}
	}
	for method := range declared {
		slices.Sort(declared[method])
		slices.Sort(known[method])
		if !slices.Equal(declared[method], known[method]) {
			t.Errorf("the codec knows %v\nof the declared %v", known[method], declared[method])
		}
	}
}

// TestEnumsHaveNames holds every enum to a name for each member and back.
func TestEnumsHaveNames(t *testing.T) {
	for _, names := range [][]string{
		roleNames, legNames, directions, phaseNames, promptNames, languageNames, feedNames, speakerNames, causeNames,
		transferNames, noteNames, adapterNames, repeatNames, reasonNames, troubleNames,
	} {
		if sorted := slices.Sorted(slices.Values(names)); len(slices.Compact(sorted)) != len(names) {
			t.Errorf("a name stands twice in %v", names)
		}
	}
	last := map[string]string{
		RoleSupervisor.String(): "supervisor", LegGone.String(): "gone", Outgoing.String(): "outgoing", PhaseOver.String(): "over",
		PromptStopped.String(): "stopped", Spanish.String(): "Spanish", FeedBlind.String(): "blind", SpeakerSupervisor.String(): "supervisor",
		CauseAsked.String(): "asked", TransferCallback.String(): "callback", NoteTrouble.String(): "trouble", AdapterSymbl.String(): "symbl",
		Once.String(): "once", ReasonNoFeed.String(): "no feed",
	}
	for got, want := range last {
		if got != want {
			t.Errorf("the last member is called %q, want %q: a name is missing", got, want)
		}
	}
}

func typeName(v any) string {
	_, name, _ := strings.Cut(reflectName(v), ".")
	return name
}

func sources(t *testing.T, fset *token.FileSet) []*ast.File {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var files []*ast.File
	for _, entry := range entries {
		if name := entry.Name(); strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			file, err := parser.ParseFile(fset, name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, file)
		}
	}
	return files
}
