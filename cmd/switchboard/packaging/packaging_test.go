// Package packaging_test holds what is given to others to its promises: the unit, the
// package's files, and that the same source makes the same bytes.
package packaging_test

import (
	"bytes"
	"crypto/sha256"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var top = filepath.Join("..", "..", "..")

const unit = "switchboard.service"

// systemd itself reads the unit and finds nothing wrong with it. It wants the program to
// be there, so it is shown another one; and the man pages are not installed here.
func TestSystemdAcceptsTheUnit(t *testing.T) {
	verify, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("there is no systemd here")
	}
	text, err := os.ReadFile(unit)
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	shown := regexp.MustCompile(`(?m)^Documentation=.*\n`).ReplaceAllString(string(text), "")
	shown = strings.ReplaceAll(shown, "/usr/bin/switchboard", self)
	file := filepath.Join(t.TempDir(), unit)
	if err := os.WriteFile(file, []byte(shown), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(verify, "verify", file).CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("%v\n%s", err, out)
	}
}

// goreleaser's package and deb.sh's hold the same files.
func TestBothWaysToAPackageHoldTheSameFiles(t *testing.T) {
	config, script := read(t, "goreleaser.yaml"), read(t, "deb.sh")
	_, contents, _ := strings.Cut(config, "    contents:")
	contents, _, _ = strings.Cut(contents, "\nsboms:")
	inConfig := regexp.MustCompile(`dst: /([^,}]+)`).FindAllStringSubmatch(contents, -1)
	if len(inConfig) < 10 {
		t.Fatalf("found %d files in goreleaser.yaml", len(inConfig))
	}
	for _, f := range inConfig {
		if !strings.Contains(script, f[1]) {
			t.Errorf("deb.sh does not put %s", f[1])
		}
	}
	for _, f := range regexp.MustCompile(`put 0644 \S+ ([\w./-]+)`).FindAllStringSubmatch(script, -1) {
		if !strings.Contains(contents, "/"+f[1]) {
			t.Errorf("goreleaser.yaml does not put %s", f[1])
		}
	}
	for _, name := range regexp.MustCompile(`src: ([\w./-]+)`).FindAllStringSubmatch(contents, -1) {
		if _, err := os.Stat(filepath.Join(top, name[1])); err != nil && !strings.HasPrefix(name[1], "bin/") {
			t.Errorf("goreleaser.yaml puts a file that is not there: %v", err)
		}
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Building twice, in two folders, gives the same bytes.
func TestTheSameSourceMakesTheSameBytes(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds the program twice")
	}
	var sums [2][]byte
	for i := range sums {
		dir := t.TempDir()
		copySource(t, dir)
		out := filepath.Join(dir, "switchboard.out")
		cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -X main.version=v0.0.0-test", "-o", out, "./cmd/switchboard")
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if said, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, said)
		}
		program, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(program, []byte(dir)) {
			t.Errorf("the program names the folder that it was built in, %s", dir)
		}
		sum := sha256.Sum256(program)
		sums[i] = sum[:]
	}
	if !bytes.Equal(sums[0], sums[1]) {
		t.Errorf("built twice: %x and %x", sums[0], sums[1])
	}
}

// copySource copies what the program is built from.
func copySource(t *testing.T, to string) {
	t.Helper()
	err := filepath.WalkDir(top, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(top, name)
		if err != nil {
			return err
		}
		switch {
		case d.IsDir() && (rel == ".git" || rel == "bin"):
			return fs.SkipDir
		case d.IsDir():
			return os.MkdirAll(filepath.Join(to, rel), 0o700)
		case !d.Type().IsRegular() || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		in, err := os.Open(name)
		if err != nil {
			return err
		}
		defer in.Close()
		out, err := os.Create(filepath.Join(to, rel))
		if err != nil {
			return err
		}
		if _, err := io.Copy(out, in); err != nil {
			return err
		}
		return out.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
}
