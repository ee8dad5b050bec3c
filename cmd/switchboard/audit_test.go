package main

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"switchboard/engine/journal"
)

// What a chain proves of the acts that it names as changed is nothing: it does not say so.
func TestAChainWithFaultsProvesNothingOfWhatItNames(t *testing.T) {
	for _, faults := range [][]journal.AuditFault{nil, {{Event: 7, What: "it was changed"}}} {
		var out bytes.Buffer
		err := printAudit(&out, journal.Audit{Head: journal.AuditHead{Acts: 2}, Faults: faults}, "")
		whole := strings.Contains(strings.Join(strings.Fields(out.String()), " "), "none was taken out")
		if whole != (faults == nil) || errors.Is(err, errChanged) == whole {
			t.Errorf("%v: got %v and\n%s", faults, err, out.String())
		}
	}
}
