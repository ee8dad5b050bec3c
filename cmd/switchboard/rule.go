package main

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"switchboard/engine"
)

// maxRuleOf is how many sentences a mood rule may look back upon: as many as the
// engine keeps judged.
const maxRuleOf = 32

var ruleForm = regexp.MustCompile(`^(\d{1,3})/(\d{1,3})<=([+-]?[0-9]*\.?[0-9]+)$`)

var errRule = errors.New("must be COUNT/OF<=LIMIT as in 3/5<=-0.30, or sample (1/1<=-0.70), or off")

// parseRule reads a mood rule: "3/5<=-0.30" fires when three of the last five judged
// sentences of the customer are at or below -0.30; "sample" is the sample app's rule
// and "off" the rule that never fires.
func parseRule(text string) (engine.MoodRule, error) {
	text = strings.ToLower(strings.ReplaceAll(text, " ", ""))
	switch text {
	case "off":
		return engine.MoodRule{}, nil
	case "sample":
		text = "1/1<=-0.70"
	}
	m := ruleForm.FindStringSubmatch(text)
	if m == nil {
		return engine.MoodRule{}, errRule
	}
	count, _ := strconv.Atoi(m[1])
	of, _ := strconv.Atoi(m[2])
	limit, err := strconv.ParseFloat(m[3], 64)
	switch {
	case err != nil:
		return engine.MoodRule{}, errRule
	case count < 1 || of < count || of > maxRuleOf:
		return engine.MoodRule{}, fmt.Errorf("must count at least 1 sentence, of at most %d", maxRuleOf)
	case limit < -1 || limit >= 0:
		return engine.MoodRule{}, errors.New("must have a limit from -1 to below 0")
	}
	return engine.MoodRule{Count: count, Of: of, Below: engine.Polarity(math.Round(limit * 1000))}, nil
}
