package backtest

import (
	"strings"
	"testing"
)

// counted is a report of ten calls: three needed an operator, of which two were alarmed;
// four did not, of which one was; of the other three, one was.
func counted() Report {
	r := Report{Calls: make([]Call, 10), Labelled: 7}
	for i := range r.Calls {
		switch {
		case i < 3:
			r.Calls[i].Label = LabelTransfer
		case i < 7:
			r.Calls[i].Label = LabelCalm
		}
	}
	r.Policies = []Result{{All: RuleResult{Calls: 4, Right: 2, Wrong: 1}, Missed: 1}}
	return r
}

func TestConditionsAreMetAtTheirLimits(t *testing.T) {
	for text, want := range map[string]bool{
		"precision<0.667": false, "precision<0.668": true, "precision<=0.667": true, "precision>0.6": true,
		"recall<0.667": false, "recall<=0.667": true, "recall>=0.668": false,
		"alarmed>0.4": false, "alarmed>=0.4": true, "alarmed > 0.05": true,
		"alarmed-calm>0": true, "alarmed-calm>1": false, "missed>0": true, "missed>1": false, "calls<10": false, "calls<11": true,
	} {
		c, err := ParseCondition(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if why, got := c.Met(counted()); got != want {
			t.Errorf("%s is met: %v (%s), want %v", text, got, why, want)
		}
	}
}

// A test that tests nothing must not pass.
func TestAConditionThatCannotBeToldIsMet(t *testing.T) {
	bare := Report{Calls: make([]Call, 3), Policies: []Result{{}}}
	silent := counted()
	silent.Policies = []Result{{Missed: 3}}
	for _, test := range []struct {
		text   string
		report Report
		want   bool
	}{
		{"precision<0.5", bare, true},
		{"recall<0.5", bare, true},
		{"alarmed-calm>0", bare, true},
		{"missed>0", bare, true},
		{"alarmed>0.5", bare, false},
		{"alarmed>0.5", Report{Policies: []Result{{}}}, true},
		{"calls<1", Report{Policies: []Result{{}}}, true},
		{"precision<0.5", silent, false}, // it alarmed on nothing: no alarm was wrong
		{"recall<0.5", silent, true},
	} {
		c, err := ParseCondition(test.text)
		if err != nil {
			t.Fatal(err)
		}
		if why, got := c.Met(test.report); got != test.want {
			t.Errorf("%s is met: %v (%s), want %v", test.text, got, why, test.want)
		}
	}
}

func TestWhatIsNoConditionIsRefused(t *testing.T) {
	for text, want := range map[string]string{
		"precision": "is no condition", "": "is no condition", "speed<1": "possible are alarmed (", "recall<": "a number",
		"recall<0.12345": "three places", "recall<-1": "a number", "recall<1.": "a number", "recall<<1": "a number",
	} {
		if _, err := ParseCondition(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}
