package main

import (
	"bytes"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"switchboard/engine/backtest"
	"switchboard/engine/policy"
	"switchboard/engine/recording"
	"switchboard/engine/sentiment"
	"switchboard/testdata"
)

// scored runs the command on a text and returns its lines.
func scored(t *testing.T, text string, flags ...string) []string {
	t.Helper()
	var out, complaints bytes.Buffer
	if code := run(t.Context(), append([]string{"score"}, flags...), strings.NewReader(text), &out, &complaints); code != exitClean {
		t.Fatalf("score exits with %d: %s", code, &complaints)
	}
	got := strings.TrimSuffix(out.String(), "\n")
	if got == "" {
		return nil
	}
	return strings.Split(got, "\n")
}

func TestScoreAnswersEachLineWithOneLine(t *testing.T) {
	hostile := "so \x1b[31mred\x1b[0m \xff\xfe and\tit still does not work\a"
	long := strings.Repeat("it still does not work ", 10_000)
	text := "it still does not work\n\nthank you so much\r\n" + hostile + "\n" + long + "\nlast one without an end"
	lines := scored(t, text)
	if len(lines) != 6 {
		t.Fatalf("%d lines for 6:\n%s", len(lines), strings.Join(lines, "\n"))
	}
	for i, line := range lines {
		fields := strings.Split(line, "\t")
		if len(fields) != 3 {
			t.Errorf("line %d has %d fields: %q", i+1, len(fields), line)
			continue
		}
		if p, err := strconv.Atoi(fields[0]); err != nil || p < -1000 || p > 1000 {
			t.Errorf("line %d: the polarity is %q", i+1, fields[0])
		}
		if strings.ContainsFunc(line, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) {
			t.Errorf("line %d holds a control character: %q", i+1, line)
		}
	}
	if lines[1] != "0\tunscored\t" {
		t.Errorf("the empty line gives %q", lines[1])
	}
	if strings.HasSuffix(lines[2], "\r") || !strings.HasSuffix(lines[2], "\tthank you so much") {
		t.Errorf("the line that ended in CRLF gives %q", lines[2])
	}
	if scored(t, "") != nil {
		t.Error("no input gives output")
	}
}

func TestScoreSaysFlagsAndWhy(t *testing.T) {
	got := scored(t, "I want to speak to a manager, or I will close my account.\nmy account number is five five one two\n", "--why")
	if fields := strings.Split(got[0], "\t"); len(fields) != 4 || fields[1] != "request,leave" || fields[3] == "-" {
		t.Errorf("got %q", got[0])
	}
	if fields := strings.Split(got[1], "\t"); len(fields) != 4 || fields[1] != "-" {
		t.Errorf("got %q", got[1])
	}
	if strings.Contains(scored(t, "hola necesito hablar de mi factura por favor gracias")[0], "\t-\t") {
		t.Error("Spanish is scored")
	}
}

func TestScoreAnswersBeforeTheNextLineIsTyped(t *testing.T) {
	in, typed := io.Pipe()
	shown, out := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := score(t.Context(), in, out, false)
		out.Close()
		done <- err
	}()
	for range 2 {
		if _, err := io.WriteString(typed, "still nothing\n"); err != nil {
			t.Fatal(err)
		}
		var answer [64]byte
		if n, err := shown.Read(answer[:]); err != nil || !strings.HasSuffix(string(answer[:n]), "still nothing\n") {
			t.Fatalf("got %q, %v", answer[:n], err)
		}
	}
	typed.Close()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestScoreReportsThatNobodyReads(t *testing.T) {
	shown, out := io.Pipe()
	shown.Close()
	if err := score(t.Context(), strings.NewReader("still nothing\n"), out, false); err == nil {
		t.Error("no error, though nobody reads")
	}
}

var bothLimits = regexp.MustCompile(`\{default: (-?[0-9.]+), local: (-?[0-9.]+)\}`)

// The limits that the default policy has for the local scorer are those at which the
// demo's callers bring an operator in by mood on the same calls as by Symbl's scores.
func TestTheLocalScorerBringsOperatorsIntoTheSameCalls(t *testing.T) {
	text, ok := policy.Text("default")
	if !ok {
		t.Fatal("there is no default policy")
	}
	if n := len(bothLimits.FindAll(text, -1)); n != 4 {
		t.Fatalf("the default policy has %d limits for the local scorer, want 4", n)
	}
	bySymbl := alarmed(t, text, func(*recording.Line) {})
	locally := alarmed(t, bothLimits.ReplaceAll(text, []byte("$2")), func(l *recording.Line) {
		s := sentiment.Of(l.Say)
		l.Scored, l.Polarity = s.Scored, int(s.Polarity)
	})
	calls := slices.Sorted(maps.Keys(bySymbl))
	if diff := cmp.Diff(calls, slices.Sorted(maps.Keys(locally))); diff != "" || len(calls) == 0 {
		t.Errorf("calls with a proposed transfer (-symbl +local):\n%s", diff)
	}
	for _, call := range calls {
		t.Logf("%-40s after %v by Symbl's scores, %v by ours", call, bySymbl[call], locally[call])
	}
}

// alarmed returns in which of the demo's calls, and by which rule, a policy proposes a
// transfer, and how long after the answer.
func alarmed(t *testing.T, text []byte, change func(*recording.Line)) map[string]time.Duration {
	t.Helper()
	file, err := policy.Read("default", text)
	if err != nil {
		t.Fatal(err)
	}
	recs, err := testdata.Recordings()
	if err != nil {
		t.Fatal(err)
	}
	library := backtest.Library{Settings: trialSettings(), Journal: journalFile}
	var sources []backtest.Source
	for _, rec := range recs {
		for i := range rec.Lines {
			if l := &rec.Lines[i]; l.Who == recording.Customer && l.Scored {
				change(l)
			}
		}
		sources = append(sources, library.Recorded(rec.Name, func() (*recording.Recording, error) { return rec, nil }))
	}
	report, err := backtest.Run(t.Context(), backtest.Options{Policy: file.Policy}, sources)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]time.Duration{}
	for _, c := range report.Calls {
		for _, f := range c.Verdicts[0].Firings {
			if f.Kind == backtest.KindAlarm {
				all[c.Source+": "+f.Rule] = f.At.Sub(c.Answered).Round(time.Second)
			}
		}
	}
	return all
}
