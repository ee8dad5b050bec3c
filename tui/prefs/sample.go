package prefs

import _ "embed" // the sample stands in a file of its own

//go:embed console.sample.yaml
var sample string

// Sample returns a console.yaml that sets nothing and tells every setting.
func Sample() string { return sample }
