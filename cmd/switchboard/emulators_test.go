package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"switchboard/engine/clock"
	"switchboard/engine/policy"
)

// Without --front the pretend world is as if there were no front desk: nobody is told of
// one, and nobody calls who is recorded with one.
func TestTheEmulatorsHaveAFrontDeskOnlyWhereAsked(t *testing.T) {
	for _, front := range []bool{false, true} {
		e, err := startEmulators(emulatorsConfig{Clock: clock.New(clock.Wall(), 1), Calls: 1, Front: front, Webhook: "http://127.0.0.1:1/webhook"})
		if err != nil {
			t.Fatal(err)
		}
		met := false
		for _, rec := range e.callers.recordings {
			met = met || rec.Front.Does != ""
		}
		values := asMap(e.environment())
		if err := e.close(); err != nil {
			t.Error(err)
		}
		if values["SUPERVISOR_PHONE"] != worldPhone || values["HOLD_AUDIO"] != worldHold || values["TRANSFER_NUMBER"] == "" {
			t.Errorf("the environment names no phone, hold audio or operators: %v", values)
		}
		_, named := values["FRONT_NUMBER"]
		if met != front || named != front {
			t.Errorf("front %v: named in the environment %v, met by callers %v", front, named, met)
		}
		if c, err := readConfig(fromMap(values)); err != nil || (c.front().Name == worldFrontName) != front {
			t.Errorf("front %v: got %+v, %v", front, c.front(), err)
		}
	}
}

// The demo's file is the default rules, whatever they are, and a site of its own.
func TestTheDemosPolicyIsTheDefaultOneWithASite(t *testing.T) {
	path, err := writeDemoPolicy(t.TempDir(), worldOperators(5))
	if err != nil {
		t.Fatal(err)
	}
	f, err := readSite(path)
	if err != nil || len(f.Warnings) > 0 {
		t.Fatalf("%v, %v", err, f.Warnings)
	}
	if diff := policy.Diff(policy.Default(), f.Policy); len(diff) > 0 {
		t.Errorf("its rules are others: %q", diff)
	}
	if len(f.Groups) != 2 || len(f.Groups[0].Operators) != 4 || len(f.Groups[1].Operators) != 2 || f.Groups[1].Operators[1].Name != "Billing 2" {
		t.Errorf("got groups %+v", f.Groups)
	}
	if f.Hold.Media != worldHold || !f.own {
		t.Errorf("got hold %+v, own %v", f.Hold, f.own)
	}
}

func TestEmulateWritesOverNoFileButItsOwn(t *testing.T) {
	path := filepath.Join(t.TempDir(), ".env")
	for text, ours := range map[string]bool{"TELNYX_API_KEY='KEYofmyown'\n": false, "A=1\n": false, "": true, "TELNYX_API_KEY='" + worldKey + "'\n": true} {
		write(t, path, text)
		ctx, cancel := context.WithCancel(t.Context())
		cancel() // it writes the file, and ends
		var out scroll
		code := run(ctx, []string{"emulate", "--telnyx-port", "0", "--symbl-port", "0", "--env", path}, strings.NewReader(""), &out, &out)
		got, err := os.ReadFile(path)
		if err != nil || ours != (code == exitClean) || ours == (string(got) == text) {
			t.Errorf("%q: exits with %d (%v), and it holds %q:\n%s", text, code, err, got, &out)
		}
	}
}
