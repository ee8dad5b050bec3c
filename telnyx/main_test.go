package telnyx

import (
	"os"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// webhook reads a file of testdata/webhooks.
func webhook(t testing.TB, name string) []byte {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("..", "testdata", "webhooks", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return body
}
