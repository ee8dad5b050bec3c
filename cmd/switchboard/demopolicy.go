package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"switchboard/engine/policy"
)

// demoPolicy returns the policy of a demo: the default rules, and a site with the
// operators in two groups. All but the last two of them are in the first, which rules
// transfer to. Their names are those of desks, for what they say is recorded, and each
// says another name of his own.
func demoPolicy(operators []string) string {
	rules, _ := policy.Text("default")
	first := max(1, len(operators)-2)
	var b strings.Builder
	b.Write(rules)
	b.WriteString("\n# The site of the demo. Change what you like and say :policy reload.\ngroups:\n")
	writeGroup(&b, "tier-2", "Desk", operators[:first])
	if first < len(operators) {
		writeGroup(&b, "billing", "Billing", operators[first:])
	}
	fmt.Fprintf(&b, "hold: {media: %s}\nqueue: {at_most: 3m, then: stay, callback: true}\n", worldHold)
	return b.String()
}

func writeGroup(b *strings.Builder, name, desk string, operators []string) {
	fmt.Fprintf(b, "  - name: %s\n    order: in-turn\n    ring: 20s\n    operators:\n", name)
	for i, number := range operators {
		fmt.Fprintf(b, "      - {number: %q, name: %s %d}\n", number, desk, i+1)
	}
}

// writeDemoPolicy writes the policy of a demo to a folder, and returns where it stands.
func writeDemoPolicy(folder string, operators []string) (string, error) {
	path := filepath.Join(folder, "policy.yaml")
	if err := os.WriteFile(path, []byte(demoPolicy(operators)), 0o600); err != nil {
		return "", fmt.Errorf("write the demo's policy: %w", err)
	}
	return path, nil
}
