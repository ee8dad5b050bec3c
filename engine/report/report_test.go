package report_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"switchboard/engine"
	"switchboard/engine/enginetest"
	"switchboard/engine/report"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func seconds(n int) *report.Seconds {
	s := report.Seconds(time.Duration(n) * time.Second)
	return &s
}

func thousandths(n int) *int { return &n }

func TestAReportCountsWhatHappened(t *testing.T) {
	d, p := shift(t)
	r := build(t, d, p)
	at := func(minutes int) time.Time { return moment(minutes) }

	t.Run("calls", func(t *testing.T) {
		want := report.Calls{
			All: 7, Answered: 7,
			Alone:  4, // #3, #5, #7 and #8
			Before: 1, Most: 2, MostAt: at(16), Busiest: 3, BusyAt: at(60),
		}
		if diff := cmp.Diff(want, r.Calls); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("transfers", func(t *testing.T) {
		want := []report.Transfer{
			{Cause: engine.CauseKey, All: 2, Results: report.Results{Joined: 1, Callback: 1}},
			{Cause: engine.CauseRule, All: 2, Results: report.Results{Joined: 1, Vetoed: 1}, Auto: 2},
			{Cause: engine.CauseHand, All: 2, Results: report.Results{TakenBack: 1, Left: 1}},
		}
		if diff := cmp.Diff(want, r.Transfers); diff != "" {
			t.Error(diff)
		}
		if sum := r.Sum(); sum.All != 6 || sum.Joined+sum.Vetoed+sum.TakenBack+sum.Failed+sum.Callback+sum.Withdrawn+sum.Left+sum.UnderWay != sum.All {
			t.Errorf("every transfer has one result, but the sum is %+v", sum)
		}
	})
	t.Run("time to a human voice", func(t *testing.T) {
		// #2: 4 s menu, 4 s ring, 1 s briefing, 1 s to join. #4: 8 s of veto, 4+1+1 s, and a second of the script's.
		if diff := cmp.Diff(report.Times{N: 2, Median: seconds(10), Ninth: seconds(15)}, r.Human.Trigger); diff != "" {
			t.Error(diff)
		}
		if r.Human.Within == nil || *r.Human.Within != 1000 || r.Human.Answer.N != 2 {
			t.Errorf("human voice: %+v", r.Human)
		}
	})
	t.Run("rules", func(t *testing.T) {
		want := []report.Rule{{Rule: "mood", Fired: 2, Proposed: 2, Kept: 1, Vetoed: 1, Wrong: 1, Precision: thousandths(500)}}
		if diff := cmp.Diff(want, r.Rules); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("mood", func(t *testing.T) {
		q := r.Quarters
		if len(q) != 4 || q[0].Sentences != 2 || q[0].Mood == nil || *q[0].Mood != 300 || q[1].Sentences != 6 || *q[1].Mood != -600 || q[2].Mood != nil || q[3].Mood != nil {
			t.Errorf("quarters %+v", q)
		}
		if len(r.Lowest) != 2 || r.Lowest[0].Number != 3 || !slices.Equal(r.Lowest[0].Rules, []string{"mood"}) {
			t.Errorf("lowest: %+v", r.Lowest)
		}
	})
	t.Run("holds", func(t *testing.T) {
		if len(r.Holds) != 2 || r.Holds[0].For != *seconds(75) || r.Holds[1].For != *seconds(20) || r.Holds[0].Whose != engine.RoleCustomer {
			t.Errorf("holds: %+v", r.Holds)
		}
	})
	t.Run("operators", func(t *testing.T) {
		// Jonas talked from 16:17 to 19:47 with #2, and 61 s with #4.
		if len(r.Operators) == 0 || r.Operators[0].Name != "Jonas" || r.Operators[0].Taken != 2 || r.Operators[0].Talk != *seconds(271) {
			t.Errorf("operators: %+v", r.Operators)
		}
	})
	t.Run("callbacks", func(t *testing.T) {
		c := r.Callbacks
		if c.Promised != 1 || c.Done != 0 || len(c.Open) != 1 || c.Open[0].Number != 6 || c.Open[0].Caller != "…46" {
			t.Errorf("callbacks: %+v", c)
		}
	})
	t.Run("floor", func(t *testing.T) {
		if r.Bells != 2 || r.Refused != 1 || len(r.Changes) != 2 || r.Changes[0].What != "automation shadow" || r.Changes[0].By != "ann" {
			t.Errorf("bells %d, refused %d, changes %+v", r.Bells, r.Refused, r.Changes)
		}
		if !slices.Contains(r.Acts, report.Count{What: "vetoes", N: 2}) || !slices.Contains(r.Acts, report.Count{What: "transfers asked for", N: 2}) {
			t.Errorf("acts: %+v", r.Acts)
		}
		if !slices.Contains(r.Commands, report.Count{What: "dial refused: limit", N: 1}) {
			t.Errorf("commands: %+v", r.Commands)
		}
	})
	t.Run("notes", func(t *testing.T) {
		if len(r.Notes) != 2 || r.Notes[0].Text != "the printer is out of order; call …43 back" || r.Notes[0].By != "ann" || r.Notes[0].Call != nil ||
			r.Notes[1].Call == nil || r.Notes[1].Call.Number != 5 {
			t.Errorf("notes: %+v", r.Notes)
		}
	})
}

func TestARuleKeepsTheEnginesOwnRecord(t *testing.T) {
	d, _ := shift(t)
	r := build(t, d, report.Between(moment(0), moment(120)))
	for _, record := range d.State.Frame().Records {
		sum := record.Sum()
		i := slices.IndexFunc(r.Rules, func(one report.Rule) bool { return one.Rule == record.Rule })
		if i < 0 {
			t.Errorf("rule %s is not in the report", record.Rule)
			continue
		}
		if one := r.Rules[i]; one.Fired != sum.Fired || one.Kept != sum.Kept || one.Vetoed != sum.Vetoed || one.Wrong != sum.Wrong {
			t.Errorf("the report has %+v, the engine %+v", one, sum)
		}
	}
}

func TestShiftsAddUpToTheDay(t *testing.T) {
	d, _ := shift(t)
	whole := build(t, d, report.Between(moment(0), moment(120)))
	var calls, transfers, sentences, bells int
	for from := 0; from < 120; from += 15 {
		r := build(t, d, report.Between(moment(from), moment(from+15)))
		calls, transfers, bells = calls+r.Calls.All, transfers+r.Sum().All, bells+r.Bells
		for _, q := range r.Quarters {
			sentences += q.Sentences
		}
	}
	said := 0
	for _, q := range whole.Quarters {
		said += q.Sentences
	}
	if calls != whole.Calls.All || transfers != whole.Sum().All || sentences != said || bells != whole.Bells {
		t.Errorf("the parts have %d calls, %d transfers, %d sentences, %d bells; the whole %d, %d, %d, %d",
			calls, transfers, sentences, bells, whole.Calls.All, whole.Sum().All, said, whole.Bells)
	}
}

func TestACallThatIsUpAtTheEndIsFollowedToItsEnd(t *testing.T) {
	d, p := shift(t)
	r := build(t, d, p)
	if r.Calls.Up != 0 || !r.Until.After(p.To) || r.Until.After(moment(80)) {
		t.Errorf("still up %d, followed until %s", r.Calls.Up, r.Until)
	}
	var early []engine.Event // the report is made at 10:15:30, in mid-call
	for _, e := range d.Journal() {
		if e.At.Before(p.To.Add(30 * time.Second)) {
			early = append(early, e)
		}
	}
	r, err := report.Build(report.Options{Period: p, State: engine.NewState(enginetest.Epoch), Made: p.To.Add(30 * time.Second)}, events(early))
	if err != nil {
		t.Fatal(err)
	}
	if r.Calls.Up != 1 || r.Calls.Alone != 3 || r.Calls.All != 7 {
		t.Errorf("in mid-call: %+v", r.Calls)
	}
}

// partly returns the events from two minutes before a period, with the settings and the
// state of automation before them, as cmd reads them of a long journal.
func partly(all []engine.Event, from time.Time) []engine.Event {
	var settings, auto *engine.Event
	for i, e := range all {
		if !e.At.Before(from) {
			var out []engine.Event
			for _, before := range []*engine.Event{settings, auto} {
				if before != nil {
					out = append(out, *before)
				}
			}
			slices.SortFunc(out, func(a, b engine.Event) int { return int(a.Seq) - int(b.Seq) })
			return append(out, all[i:]...)
		}
		switch e.Body.(type) {
		case engine.SettingsLoaded:
			settings = &all[i]
		case engine.AutomationAsked:
			auto = &all[i]
		}
	}
	return nil
}

func TestAFoldThatBeginsInTheMiddleCountsTheSame(t *testing.T) {
	d, p := shift(t)
	whole := build(t, d, p)
	part, err := report.Build(report.Options{Period: p, State: engine.NewState(enginetest.Epoch), Part: true, Made: whole.Made},
		events(partly(d.Journal(), p.From.Add(-time.Minute))))
	if err != nil {
		t.Fatal(err)
	}
	whole.Calls.Before, whole.Calls.Most, whole.Calls.MostAt = part.Calls.Before, part.Calls.Most, part.Calls.MostAt // #1 is not known
	if diff := cmp.Diff(whole.Calls, part.Calls); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(whole.Transfers, part.Transfers); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(whole.Rules, part.Rules); diff != "" {
		t.Error(diff)
	}
	for _, l := range part.Lowest {
		if l.Number != 0 {
			t.Errorf("call %s is numbered %d though its number cannot be known", l.Session, l.Number)
		}
	}
	if !strings.Contains(text(part), "two hours before the period") {
		t.Error("the report does not say what it does not know")
	}
}

func TestNoNumberStandsInAReportUnlessItIsAskedFor(t *testing.T) {
	d, p := shift(t)
	whole := func(r report.Report) string {
		var b bytes.Buffer
		if err := errors.Join(r.JSON(&b), r.HTML(&b, cut)); err != nil {
			t.Fatal(err)
		}
		return b.String() + text(r) + r.Markdown(cut)
	}
	shown := whole(build(t, d, p))
	for _, number := range []string{"202555", "2025550143", "5550146", "Mette"} {
		if strings.Contains(shown, number) {
			t.Errorf("%s stands in the report", number)
		}
	}
	open := whole(build(t, d, p, func(o *report.Options) { o.Numbers = true }))
	if !strings.Contains(open, "+12025550143") {
		t.Error("the numbers were asked for and are not there")
	}
}

func TestWhatNobodyMeasuredIsNoNumber(t *testing.T) {
	d := newDay(t)
	leg, _ := d.call(60, "+12025550142")
	d.gone(5, leg)
	d.run("run 60")
	r := build(t, d, report.Between(moment(0), moment(60)))
	shown := text(r)
	if !strings.Contains(shown, "nobody was waited for") || strings.Contains(shown, "0 %") {
		t.Errorf("a report of one calm call:\n%s", shown)
	}
	if r.Human.Within != nil || r.Human.Trigger.Median != nil {
		t.Errorf("measured of nothing: %+v", r.Human)
	}

	d = newDay(t) // a rule that proposes, and is withdrawn by a snooze: nothing is kept, nothing vetoed
	leg, id := d.call(60, "+12025550142")
	for range 3 {
		d.says(3, leg, -700)
	}
	d.run("+2 snooze.asked Session=" + id + " By=supervisor/ann")
	d.gone(30, leg)
	d.run("run 60")
	r = build(t, d, report.Between(moment(0), moment(60)))
	if len(r.Rules) != 1 || r.Rules[0].Proposed != 1 || r.Rules[0].Precision != nil || r.Sum().Withdrawn != 1 || !strings.Contains(text(r), "—") {
		t.Errorf("rules %+v, transfers %+v", r.Rules, r.Transfers)
	}
}

func TestAnEmptyPeriodIsEmpty(t *testing.T) {
	d, _ := shift(t)
	r := build(t, d, report.Between(moment(300), moment(360)))
	if !r.Empty() {
		t.Errorf("%+v", r)
	}
	for _, line := range strings.Split(text(r), "\n") {
		if strings.Contains(line, "nil") || strings.Contains(line, "NaN") {
			t.Error(line)
		}
	}
}

func TestAStartAndWhatIsNotHeardStandInTheReport(t *testing.T) {
	d := newDay(t)
	d.run("settings Feeds=symbl-stream,telnyx\nsilent stream\nrefuse relay unreachable\nrefuse transcribe other 10015")
	leg, _ := d.call(60, "+12025550142")
	d.run("run 20\nrestart\nrun 5")
	d.gone(5, leg)
	d.run("run 400")
	r := build(t, d, report.Between(moment(0), moment(60)))
	i := slices.IndexFunc(r.Changes, func(c report.Change) bool {
		return c.What == "switchboard started again, with 1 call going on"
	})
	if i < 0 {
		t.Errorf("changes: %+v", r.Changes)
	}
	i = slices.IndexFunc(r.Outages, func(o report.Outage) bool { return o.Feed == engine.FeedTelnyx })
	if i < 0 || !strings.Contains(r.Outages[i].Why, "10015") {
		t.Errorf("outages: %+v", r.Outages)
	}
}

func TestBlindMinutesAreCountedByFeedAndCause(t *testing.T) {
	d := newDay(t)
	leg, id := d.call(60, "+12025550142")
	d.says(1, leg, 100)
	d.run("+2 floor.changed Leg=" + leg + " Conference=room-" + id + "\nrun 90")
	d.gone(1, leg)
	d.run("run 60")
	r := build(t, d, report.Between(moment(0), moment(60)))
	if len(r.Unheard) != 1 || r.Unheard[0].Feed != engine.FeedTelnyx || !r.Unheard[0].Whole || r.Unheard[0].Calls != 1 || r.Unheard[0].Lasted < *seconds(60) {
		t.Errorf("unheard: %+v", r.Unheard)
	}
}

// golden compares with a file, or rewrites it.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := errors.Join(os.MkdirAll("testdata", 0o755), os.WriteFile(path, got, 0o644)); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func TestTheReportReadsTheSameInEachForm(t *testing.T) {
	d, p := shift(t)
	r := build(t, d, p)
	r.Audit = &report.Audit{Head: strings.Repeat("5eed", 16), Acts: 13, Verified: "whole since 5 January"}
	var page, machine bytes.Buffer
	if err := errors.Join(r.HTML(&page, cut), r.JSON(&machine)); err != nil {
		t.Fatal(err)
	}
	golden(t, "shift.txt", []byte(text(r)))
	golden(t, "shift.md", []byte(r.Markdown(cut)))
	golden(t, "shift.html", page.Bytes())
	golden(t, "shift.json", machine.Bytes())
}

func TestTextFitsTheConsolesBoxOnAScreenOfEightyColumns(t *testing.T) {
	d, p := shift(t)
	for i := range 6 {
		d.at(5000+float64(i), "note.asked Text=%s By=supervisor/ann", strings.Repeat("long~words~", 40+i))
	}
	whole := build(t, d, p)
	whole.Transfers = nil // of all causes at once
	for _, c := range []engine.Cause{engine.CauseKey, engine.CauseAsked, engine.CauseRule, engine.CauseMood, engine.CauseHand} {
		whole.Transfers = append(whole.Transfers, report.Transfer{Cause: c, All: 1234, Results: report.Results{Joined: 1234}})
	}
	for _, r := range []report.Report{whole, build(t, d, p), build(t, d, report.Between(moment(0), moment(24*60))), build(t, d, report.Week(moment(600)))} {
		for _, line := range r.Lines(cut) {
			if strings.HasSuffix(line, "…") {
				t.Errorf("cut: %q", line)
			}
			if n := utf8.RuneCountInString(line); n > 74 || strings.HasSuffix(line, " ") {
				t.Errorf("%d columns: %q", n, line)
			}
		}
	}
}

// hostile is text from outside at its worst.
const hostile = `</title><script>alert(1)</script><img src=x onerror="alert(1)">"'><!-- | [a](javascript:alert(1)) ` + "`x`"

func TestHostileNamesStayText(t *testing.T) {
	d, p := shift(t)
	r := build(t, d, p)
	r.Period, r.Floor, r.Policy = hostile, hostile, hostile
	r.Rules[0].Rule, r.Operators[0].Name, r.Notes[0].Text, r.Notes[0].By = hostile, hostile, hostile, hostile
	r.Callbacks.Open[0].Why, r.Lowest[0].Rules[0], r.Changes[0].What, r.Lowest[0].Caller = hostile, hostile, hostile, hostile
	r.Unheard = append(r.Unheard, report.Unheard{Why: hostile, Whole: true, Calls: 1})
	r.Outages = append(r.Outages, report.Outage{Feed: engine.FeedTelnyx, Why: hostile})
	r.Remarks = append(r.Remarks, hostile)
	var page bytes.Buffer
	if err := r.HTML(&page, func(s string, _ int) string { return s }); err != nil {
		t.Fatal(err)
	}
	elements := parsed(t, page.String())
	for _, e := range elements {
		if n := e.Name.Local; n == "script" || n == "img" || n == "a" || n == "iframe" || n == "link" {
			t.Errorf("the page has an element <%s>", n)
		}
		for _, a := range e.Attr {
			if strings.HasPrefix(a.Name.Local, "on") || a.Name.Local == "src" || a.Name.Local == "href" {
				t.Errorf("<%s> has %s=%q", e.Name.Local, a.Name.Local, a.Value)
			}
		}
	}
	for line := range strings.Lines(r.Markdown(func(s string, _ int) string { return s })) {
		if strings.Contains(line, "<script") || strings.Contains(line, "](javascript") {
			t.Errorf("Markdown has %q", line)
		}
	}
}

// parsed returns the elements of a page that is written so strictly that it is XML too.
func parsed(t *testing.T, page string) []xml.StartElement {
	t.Helper()
	dec := xml.NewDecoder(strings.NewReader(page))
	dec.Entity = xml.HTMLEntity
	var all []xml.StartElement
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("the page cannot be read: %v", err)
		}
		if e, ok := token.(xml.StartElement); ok {
			all = append(all, e.Copy())
		}
	}
}

func TestThePageNeedsNothingBesideItAndIsReadableWithoutEyes(t *testing.T) {
	d, p := shift(t)
	var page bytes.Buffer
	if err := build(t, d, p).HTML(&page, cut); err != nil {
		t.Fatal(err)
	}
	shown := page.String()
	for _, outside := range []string{"http:", "https:", "<script", "@import", "url("} {
		if strings.Contains(shown, outside) {
			t.Errorf("the page has %q", outside)
		}
	}
	charts, ids := 0, map[string]int{}
	var box []int
	for _, e := range parsed(t, shown) {
		at := map[string]string{}
		for _, a := range e.Attr {
			at[a.Name.Local] = a.Value
		}
		if id := at["id"]; id != "" {
			ids[id]++
		}
		number := func(name string) int {
			n, err := strconv.Atoi(at[name])
			if err != nil {
				t.Errorf("<%s %s=%q>", e.Name.Local, name, at[name])
			}
			return n
		}
		switch e.Name.Local {
		case "svg":
			box = nil
			if at["role"] == "img" {
				charts++
				for _, part := range strings.Fields(at["viewBox"]) {
					n, _ := strconv.Atoi(part)
					box = append(box, n)
				}
				if len(strings.Fields(at["aria-labelledby"])) != 2 {
					t.Errorf("a chart is labelled by %q", at["aria-labelledby"])
				}
			}
		case "rect":
			if box != nil && (number("x") < 0 || number("y") < 0 || number("x")+number("width") > box[2] || number("y")+number("height") > box[3]) {
				t.Errorf("a bar leaves its chart %v: %v", box, at)
			}
		case "circle":
			if box != nil && (number("cx") > box[2] || number("cy") > box[3] || number("cy") < 0) {
				t.Errorf("a dot leaves its chart %v: %v", box, at)
			}
		}
	}
	if charts != 4 {
		t.Errorf("%d charts, want calls, mood, transfers and the time to a human voice", charts)
	}
	for id, n := range ids {
		if n > 1 {
			t.Errorf("the id %s stands there %d times", id, n)
		}
	}
}

func TestJSONNamesWhatIsNotMeasuredNull(t *testing.T) {
	d := newDay(t)
	var b bytes.Buffer
	if err := build(t, d, report.Between(moment(0), moment(15))).JSON(&b); err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	for _, list := range []string{"transfers", "rules", "quarters", "lowest", "longest_holds", "operators", "unheard", "outages", "acts", "changes", "commands_not_done", "notes"} {
		if _, ok := got[list].([]any); !ok {
			t.Errorf("%s is %v, not a list", list, got[list])
		}
	}
	voice := got["human_voice"].(map[string]any)
	if voice["within_30_s_thousandths"] != nil || voice["from_the_trigger"].(map[string]any)["median"] != nil {
		t.Errorf("human_voice: %v", voice)
	}
}

func TestACallThatGoesOnAllThroughThePeriodIsCountedAsFromBefore(t *testing.T) {
	d := newDay(t)
	_, id := d.call(60, "+12025550142")
	d.run("run 3600")
	d.at(3700, "note.asked Session=%s Text=he~is~still~here By=supervisor/ann", id)
	p := report.Between(moment(30), moment(60))
	if r := build(t, d, p); r.Calls.Before != 1 || r.Calls.Most != 1 || r.Calls.All != 0 {
		t.Errorf("%+v", r.Calls)
	}

	state := engine.NewState(enginetest.Epoch) // from a checkpoint within the call
	var rest []engine.Event
	for _, e := range d.Journal() {
		if e.At.Before(moment(61)) {
			state, _ = engine.Step(state, e)
		} else {
			rest = append(rest, e)
		}
	}
	p = report.Between(moment(61), moment(70))
	r, err := report.Build(report.Options{Period: p, State: state, Made: p.To}, events(rest))
	if err != nil {
		t.Fatal(err)
	}
	if r.Calls.Before != 1 {
		t.Errorf("from a checkpoint: %+v", r.Calls)
	}
	if len(r.Notes) != 1 || r.Notes[0].Call == nil || r.Notes[0].Call.Number != 1 {
		t.Errorf("notes: %+v", r.Notes)
	}
}
