package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestExitCodes(t *testing.T) {
	t.Chdir(t.TempDir()) // where there is no .env
	for _, s := range allSettings() {
		t.Setenv(s.name, "")
	}
	broken := filepath.Join(t.TempDir(), "broken.env")
	write(t, broken, "TELNYX_API_KEY='"+hush+"\n")
	for _, test := range []struct {
		args string
		code int
		says string
	}{
		{"", exitClean, "demo"},
		{"help", exitClean, "emulate"},
		{"version", exitClean, "switchboard "},
		{"run --help", exitClean, "--mood-rule"},
		{"demo --help", exitClean, "switchboard demo --plain --seed 1 --speed 20 --for 40s"},
		{"emulate --help", exitClean, "switchboard emulate --env"},
		{"dance", exitConfiguration, `no command "dance"`},
		{"run now", exitConfiguration, "run takes no arguments"},
		{"run --dance", exitConfiguration, "unknown flag: --dance"},
		{"run --journal j.db", exitConfiguration, "TELNYX_API_KEY is missing"},
		{"run --journal j.db --env-file none", exitConfiguration, "none"},
		{"run --journal j.db --env-file " + broken, exitConfiguration, "line 1 opens a quote and does not close it"},
		{"demo --calls 0", exitConfiguration, "--calls must be from 1"},
		{"demo --speed NaN", exitConfiguration, "--speed must be above 0"},
		{"emulate --webhook ftp://here", exitConfiguration, "--webhook must begin with http://"},
	} {
		var out bytes.Buffer
		code := run(t.Context(), strings.Fields(test.args), strings.NewReader(""), &out, &out)
		if code != test.code || !strings.Contains(out.String(), test.says) {
			t.Errorf("switchboard %s: exits with %d, want %d, and %q in:\n%s", test.args, code, test.code, test.says, &out)
		}
		if strings.Contains(out.String(), hush) {
			t.Errorf("switchboard %s shows a secret", test.args)
		}
	}
	if _, err := os.Stat("j.db"); err == nil {
		t.Error("a journal was made though the configuration does not serve")
	}
}
