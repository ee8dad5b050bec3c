// Package policy reads and writes the rules of escalation as a YAML file.
package policy

import _ "go.yaml.in/yaml/v3"
