package main

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
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
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	everywhere, err := net.Listen("tcp", ":0")
	if err != nil {
		t.Fatal(err)
	}
	defer everywhere.Close()
	taken := strconv.Itoa(busy.Addr().(*net.TCPAddr).Port)
	good, trial := filepath.Join(t.TempDir(), "good.env"), filepath.Join(t.TempDir(), "trial.env")
	values := whole()
	values["PORT_NUMBER"] = strconv.Itoa(everywhere.Addr().(*net.TCPAddr).Port)
	write(t, good, envFileOf(values))
	values["HOUSE_TIME"] = faster(1).String() // as emulate writes it at the wall's speed
	write(t, trial, envFileOf(values))
	for _, test := range []struct {
		args string
		code int
		says string
	}{
		{"", exitClean, "demo"},
		{"help", exitClean, "emulate"},
		{"version", exitClean, "switchboard "},
		{"run --help", exitClean, "--policy"},
		{"demo --help", exitClean, "switchboard demo --plain --seed 1 --speed 20 --for 40s"},
		{"emulate --help", exitClean, "switchboard emulate --env"},
		{"dance", exitConfiguration, `no command "dance"`},
		{"--dance", exitConfiguration, "unknown flag: --dance; see switchboard --help"},
		{"demo --dance", exitConfiguration, "unknown flag: --dance; see switchboard demo --help"},
		{"demo now", exitConfiguration, `demo takes no arguments, but got "now"; see switchboard demo --help`},
		{"run now", exitConfiguration, "run takes no arguments"},
		{"run --dance", exitConfiguration, "unknown flag: --dance"},
		{"run --journal j.db", exitConfiguration, "nothing is set up here yet\n\n  switchboard setup    asks for what is needed, and writes it down\n  switchboard demo"},
		{"run --journal j.db", exitConfiguration, "are TELNYX_API_KEY, TELNYX_PUBLIC_KEY"},
		{"run --journal j.db --port-number 1", exitConfiguration, "nothing is set up here yet"},
		{"run --journal j.db --connection-id 1", exitConfiguration, "the configuration does not serve"},
		{"setup now", exitConfiguration, "setup takes no arguments"},
		{"setup --config " + broken, exitConfiguration, "settings must"},
		{"run --journal j.db --env-file none", exitConfiguration, "none: there is no such file; name one"},
		{"run --journal j.db --env-file " + broken, exitConfiguration, "line 1) opens a"},
		{"run --journal j.db --env-file " + broken, exitConfiguration, "CONNECTION_ID is missing"},
		{"demo --calls 0", exitConfiguration, "--calls must be from 1"},
		{"demo --speed NaN", exitConfiguration, "--speed must be above 0"},
		{"emulate --webhook ftp://here", exitConfiguration, "--webhook must begin with http://"},
		{"emulate --telnyx-port 70000", exitConfiguration, "--telnyx-port must be from 0 to 65535"},
		{"emulate --symbl-port -1", exitConfiguration, "--symbl-port must be from 0 to 65535"},
		{"emulate --telnyx-port 9999 --symbl-port 9999", exitConfiguration, "must not be the same"},
		{"emulate --telnyx-port " + taken, exitFailure, "is another switchboard running? End it, or choose another port with --telnyx-port"},
		{"emulate --telnyx-port 0 --symbl-port " + taken, exitFailure, "choose another port with --symbl-port"},
		{"run --journal j2.db --env-file " + good, exitFailure, "is another switchboard running? End it, or choose another port with PORT_NUMBER"},
		{"run --env-file " + trial, exitConfiguration, "needs --journal, as in --journal trial.db"},
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

func envFileOf(values map[string]string) string {
	var b strings.Builder
	for name, value := range values {
		fmt.Fprintf(&b, "%s='%s'\n", name, value)
	}
	return b.String()
}
