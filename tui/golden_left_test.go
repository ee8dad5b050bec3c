package tui

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// pictures are the paths of those that a test has looked at.
var pictures sync.Map

// TestMain runs the tests, and fails where a picture in testdata is no test's: one that was
// left behind says what is not so. Where only some of the tests run, nobody knows.
func TestMain(m *testing.M) {
	code := m.Run()
	if code == 0 && everyTestRan() {
		code = leftBehind()
	}
	os.Exit(code)
}

// everyTestRan reports whether none was left out.
func everyTestRan() bool {
	for _, some := range []string{"test.run", "test.skip", "test.list", "test.fuzz"} {
		if f := flag.Lookup(some); f != nil && f.Value.String() != "" {
			return false
		}
	}
	return !testing.Short()
}

// leftBehind names the pictures that no test has looked at; with -update it takes them away.
func leftBehind() (code int) {
	paths, _ := filepath.Glob(filepath.Join("testdata", "*", "*.txt"))
	for _, path := range paths {
		if _, ok := pictures.Load(path); ok {
			continue
		}
		if *update {
			if err := os.Remove(path); err != nil {
				fmt.Println(err)
				code = 1
			}
			continue
		}
		fmt.Printf("%s: no test looks at this picture; -update takes it away\n", path)
		code = 1
	}
	return code
}
