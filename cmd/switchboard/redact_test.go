package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"switchboard/engine"
	"switchboard/engine/recording"
)

// payers speak a card's number and its codes in several ways. No scheme has the number
// 4929 1834 7756 0213.
var payers = []string{
	`{"recording":1,"name":"pays-written","about":"A caller who reads out his card.","from":"+12025550141","caller":"Ann Example","language":"en"}
{"operator":"answers","after":1}
{"on":"menu","round":1,"at":0.5,"key":"1"}
{"on":"operator","at":1,"who":"operator","say":"Hello, what is the card number?"}
{"on":"operator","at":4,"who":"customer","say":"It is 4929 1834 7756 0213, thank you."}
{"on":"operator","at":8,"who":"operator","say":"I have 4929-1834-7756-0213, is that right?"}
{"on":"operator","at":13,"who":"customer","say":"It is, and my PIN is 9183 I think."}
{"on":"operator","at":17,"who":"operator","say":"And what are the three digits on the back?"}
{"on":"operator","at":21,"who":"customer","say":"Um, 619."}
{"on":"operator","at":24,"who":"customer","say":"The card was 4929 and 1834 and 7756 and then 0213 in full."}
{"on":"operator","at":30,"who":"customer","hangup":true}
{"on":"answered","at":140,"who":"customer","hangup":true}
`,
	`{"recording":1,"name":"pays-spoken","about":"A caller who speaks his card's digits.","from":"+12025550142","caller":"Bob Example","language":"en"}
{"operator":"answers","after":1}
{"on":"menu","round":1,"at":0.5,"key":"1"}
{"on":"operator","at":1,"who":"operator","say":"Go on, please."}
{"on":"operator","at":3,"who":"customer","say":"Four nine two nine."}
{"on":"operator","at":6,"who":"operator","say":"Yes."}
{"on":"operator","at":8,"who":"customer","say":"One eight three four."}
{"on":"operator","at":11,"who":"customer","say":"Um, double seven five six."}
{"on":"operator","at":14,"who":"customer","say":"And oh two one three, dash."}
{"on":"operator","at":17,"who":"operator","say":"The security code?"}
{"on":"operator","at":20,"who":"customer","say":"Six one nine."}
{"on":"operator","at":23,"who":"customer","say":"forty nine twenty nine eighteen thirty four seventy seven fifty six oh two thirteen"}
{"on":"operator","at":31,"who":"customer","hangup":true}
{"on":"answered","at":140,"who":"customer","hangup":true}
`,
	`{"recording":1,"name":"pays-spanish","about":"A caller who speaks his card's digits in Spanish.","from":"+12025550143","caller":"Eva Example","language":"es"}
{"on":"menu","round":1,"at":0.5,"key":"2"}
{"on":"answered","at":30,"who":"customer","say":"Cuatro nueve dos nueve, uno ocho tres cuatro, siete siete cinco seis, cero dos uno tres."}
{"on":"answered","at":40,"who":"customer","say":"El código de seguridad es seis uno nueve."}
{"on":"answered","at":46,"who":"customer","say":"Mi clave es nueve uno ocho tres."}
{"on":"answered","at":52,"who":"customer","hangup":true}
`,
	`{"recording":1,"name":"pays-by-hand","about":"A caller who says and keys in his card while a supervisor has pressed P.","from":"` + paysByHand + `","caller":"Kim Example","language":"en"}
{"on":"answered","at":16,"who":"customer","say":"I would like to settle that now."}
{"on":"answered","at":23,"who":"customer","say":"Let me see where I have put it, yes, here it is, it says zebra and zebra.","lasts":9}
{"on":"answered","at":33,"who":"customer","key":"*"}
{"on":"answered","at":34,"who":"customer","key":"*"}
{"on":"answered","at":36,"who":"customer","say":"The word on the back is quagga."}
{"on":"answered","at":43,"who":"customer","say":"And once more zebra, and a long tail of words behind it to the end.","lasts":6}
{"on":"answered","at":62,"who":"customer","say":"Thank you kindly for that."}
{"on":"answered","at":68,"who":"customer","hangup":true}
`,
}

// paysByHand is the caller whose payment a supervisor begins while he speaks, 26 s after he
// was answered, and ends at 46 s, while he speaks again.
const paysByHand = "+12025550144"

// press has the supervisor press P at the caller's payment, and again at its end.
func press(ctx context.Context, t *testing.T, s *stage) {
	next := 0
	at := []time.Duration{26 * time.Second, 46 * time.Second}
	for ctx.Err() == nil && next < len(at) {
		for _, c := range s.program.runner.Frame().Sessions {
			if c.Caller != paysByHand || c.AnsweredAt.IsZero() || s.program.clock.Now().Sub(c.AnsweredAt) < at[next] {
				continue
			}
			entry := engine.Entry{ID: fmt.Sprint("test/P/", next), By: engine.BySupervisor, Body: engine.PayAsked{Session: c.ID, On: next == 0}}
			if err := s.program.runner.Submit(ctx, entry); err != nil {
				t.Errorf("P: %v", err)
			}
			next++
			break
		}
		select {
		case <-ctx.Done():
		case <-time.After(3 * time.Millisecond):
		}
	}
	if next < len(at) {
		t.Errorf("P was pressed %d times", next)
	}
}

// planted is what must be found nowhere.
var planted = []string{
	"7756 0213", "77560213", "7756-0213", "and 7756", "then 0213", "34 7756", "9183 I think", "Um, 619", " 619.",
	"seven five six", "oh two one three", "seventy seven", "two thirteen", "Six one nine", "six one nine",
	"zebra", "quagga", `"Digit":"*"`, "siete siete cinco", "cero dos uno", "seis uno nueve", "nueve uno ocho tres",
}

// plantedIn returns what is planted and stands in a text, however its letters are cased.
func plantedIn(text []byte) (all []string) {
	text = bytes.ToLower(text)
	for _, p := range planted {
		if bytes.Contains(text, bytes.ToLower([]byte(p))) {
			all = append(all, p)
		}
	}
	return all
}

// A watcher keeps all that a console may have shown.
type watcher struct {
	mu       sync.Mutex
	shown    []string // planted things that were to be seen, and where
	partials int
	lines    map[string]bool // sentences that were shown
}

// watch looks until ctx is done.
func (w *watcher) watch(ctx context.Context, s *stage) {
	for ctx.Err() == nil {
		frame := s.program.runner.Frame()
		w.look("a frame", frame)
		w.look("the health line", s.program.runner.Health())
		for _, c := range frame.Sessions {
			talk := s.program.runner.Talk(c.ID)
			w.look("what is said", talk)
			w.mu.Lock()
			w.partials += len(talk.Partials)
			for _, u := range talk.Lines {
				w.lines[u.Text] = true
			}
			w.mu.Unlock()
		}
		select {
		case <-ctx.Done():
		case <-time.After(3 * time.Millisecond):
		}
	}
}

func (w *watcher) look(where string, what any) {
	raw, err := json.Marshal(what)
	w.mu.Lock()
	defer w.mu.Unlock()
	if err != nil {
		w.shown = append(w.shown, where+": "+err.Error())
	}
	for _, p := range plantedIn(raw) {
		if say := where + " shows " + p; !slices.Contains(w.shown, say) {
			w.shown = append(w.shown, say)
		}
	}
}

func (w *watcher) saw(part string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for line := range w.lines {
		if strings.Contains(line, part) {
			return true
		}
	}
	return false
}

// "Secrets and card numbers planted in every input are found nowhere on disk, in logs or
// on screens": with each way of hearing a call.
func TestPlantedCardNumbersAreFoundNowhere(t *testing.T) {
	for name := range feedKinds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plant(t, name)
		})
	}
}

func plant(t *testing.T, feed string) {
	dir := t.TempDir()
	o := demoOptions{speed: 8, seed: 1, feed: feed, journal: filepath.Join(dir, "journal.db")}
	log, file, err := openLog(o.journal)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	s, err := newStage(o, log)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	w := watcher{lines: map[string]bool{}}
	var ended error
	var tasks sync.WaitGroup
	tasks.Go(func() { ended = s.run(ctx, quiet) })
	tasks.Go(func() { w.watch(ctx, s) })
	tasks.Go(func() { press(ctx, t, s) })
	end := func() { cancel(); tasks.Wait() }
	defer end()

	await(t, "the program is there", 5*time.Second, func() bool { return s.program.runner.Frame().Seq > 0 })
	for _, text := range payers {
		rec, err := recording.Read(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.emulators.network.Call(rec, worldNumber); err != nil {
			t.Fatal(err)
		}
	}
	s.program.runner.Note(engine.TroubleSymbl, "cannot read 4929 1834 7756 0213")
	await(t, "all calls are over", 50*time.Second, func() bool {
		return s.emulators.network.Customers() == 0 && w.saw("") && s.program.runner.Frame().Counts.Calls == len(payers)
	})
	s.program.clock.Sleep(t.Context(), 8*time.Second) // the last sentences, and the log
	end()
	if ended != nil {
		t.Errorf("the program ended with %v", ended)
	}

	for _, say := range w.shown {
		t.Error(say)
	}
	for _, part := range []string{
		"settle that now", "Thank you kindly", "4929 18[redacted]", "my PIN is [redacted] I think", "Um, [redacted].", "One eight [redacted]", "uno ocho [redacted]",
	} {
		if !w.saw(part) {
			t.Errorf("nobody was seen to say %q: the test has proved nothing", part)
		}
	}
	if w.partials == 0 {
		t.Error("no partial was seen")
	}
	t.Logf("%d sentences, partials seen %d times", len(w.lines), w.partials)
	checkFiles(t, dir)
}

// checkFiles looks for what is planted in the journal, in what SQLite keeps beside it,
// and in the log.
func checkFiles(t *testing.T, dir string) {
	t.Helper()
	names, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	marks, logged := 0, false
	for _, n := range names {
		raw, err := os.ReadFile(filepath.Join(dir, n.Name()))
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range plantedIn(raw) {
			t.Errorf("%s holds %q", n.Name(), p)
		}
		marks += bytes.Count(raw, []byte("[redacted]"))
		logged = logged || strings.HasSuffix(n.Name(), ".log") && bytes.Contains(raw, []byte("[redacted]"))
	}
	if marks < 10 || !logged {
		t.Errorf("%d marks in the files, in the log: %t: the test has proved nothing", marks, logged)
	}
}

func TestNumbersAreHiddenUnlessRedactIsOff(t *testing.T) {
	values := whole()
	for value, hides := range map[string]bool{"": true, "on": true, "yes": true, "off": false, "no": false} {
		values["REDACT"] = value
		c, err := readConfig(fromMap(values))
		if err != nil {
			t.Fatal(err)
		}
		if got := c.redactor() != nil; got != hides {
			t.Errorf("with REDACT=%q numbers are hidden: %t", value, got)
		}
	}
}

func TestPatternsOfAFileAreHidden(t *testing.T) {
	path := filepath.Join(t.TempDir(), "patterns.txt")
	write(t, path, "# ours\nCASE-[0-9]+\n")
	values := whole()
	values["REDACT_PATTERNS"] = path
	c, err := readConfig(fromMap(values))
	if err != nil {
		t.Fatal(err)
	}
	if got := c.redactor().Text("see CASE-12"); got != "see [redacted]" {
		t.Errorf("got %q", got)
	}
	write(t, path, "CASE-[0-9\n")
	if _, err := readConfig(fromMap(values)); err == nil || !strings.Contains(err.Error(), "line 1") {
		t.Errorf("a mistake in the file is told as %v", err)
	}
}
