package history

import (
	"fmt"
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	benchDir, errBench = os.MkdirTemp("", "switchboard-history-")
	code := m.Run()
	if err := os.RemoveAll(benchDir); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(code)
}
