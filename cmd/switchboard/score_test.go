package main

import (
	"bytes"
	"io"
	"strconv"
	"strings"
	"testing"
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
