package main

import (
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Each promise of the README names tests that are there.
func TestPromisesNameTestsThatThereAre(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, promises, _ := strings.Cut(string(readme), "\n## Promises\n")
	promises, _, _ = strings.Cut(promises, "\n## ")
	for n := '1'; n <= '7'; n++ {
		if !strings.Contains(promises, "\n"+string(n)+". **") {
			t.Errorf("promise %c is missing", n)
		}
	}
	_, files := sources(t)
	declared := map[string]bool{}
	for _, f := range files {
		for _, d := range f.file.Decls {
			if function, ok := d.(*ast.FuncDecl); f.test && ok && function.Recv == nil {
				declared[function.Name.Name] = true
			}
		}
	}
	names := regexp.MustCompile("`((?:Test|Benchmark)[A-Z][A-Za-z0-9]*)`").FindAllStringSubmatch(promises, -1)
	if len(names) < 15 {
		t.Errorf("the promises name %d tests", len(names))
	}
	for _, name := range names {
		if !declared[name[1]] {
			t.Errorf("the promises name %s, which is no test", name[1])
		}
	}
}
