package filter

import "testing"

// What is written down by itself holds nothing of a customer: forget does not look there.
func TestNoCustomerStandsInWhatLasts(t *testing.T) {
	for text, want := range map[string]string{
		"":                                 "",
		"mette":                            "",
		"state:hold mette mood<-.2":        "state:hold mood<-.2",
		`name:mette "speak to" rule:stuck`: "rule:stuck",
		"number:0142 !mine":                "",
		"state:hold|mette with:ida":        "with:ida",
	} {
		f, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Lasting().String(); got != want {
			t.Errorf("%q lasts as %q, want %q", text, got, want)
		}
	}
}
