package report_test

import "testing"

func TestX(t *testing.T) {
	d, p := shift(t)
	t.Log("\n" + text(build(t, d, p)))
}
