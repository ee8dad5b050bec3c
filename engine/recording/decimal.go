package recording

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// maxWhole is how many digits a number may have before its point.
const maxWhole = 9

// errDecimal means that a JSON value is no plain decimal number.
var errDecimal = errors.New("it is a plain number such as -0.34, without quotes or exponent")

// parseDecimal reads a JSON number exactly, without floating point, in units of the
// last of the given places: "-0.34" to three places is -340.
func parseDecimal(s string, places int) (int64, error) {
	digits, negative := strings.CutPrefix(s, "-")
	whole, fraction, _ := strings.Cut(digits, ".")
	fraction = strings.TrimRight(fraction, "0")
	if whole == "" || len(whole) > maxWhole || strings.Trim(whole+fraction, "0123456789") != "" {
		return 0, errDecimal
	}
	if len(fraction) > places {
		return 0, fmt.Errorf("it has at most %d places after the point", places)
	}
	n, err := strconv.ParseInt(whole+fraction+strings.Repeat("0", places-len(fraction)), 10, 64)
	if err != nil {
		return 0, errDecimal
	}
	if negative {
		n = -n
	}
	return n, nil
}

// formatDecimal writes n, in units of the last of the given places, as parseDecimal
// reads it.
func formatDecimal(n int64, places int) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	digits := fmt.Sprintf("%0*d", places+1, n)
	whole, fraction := digits[:len(digits)-places], strings.TrimRight(digits[len(digits)-places:], "0")
	if fraction == "" {
		return sign + whole
	}
	return sign + whole + "." + fraction
}
