package history

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"switchboard/engine"
)

const epoch = "11111111-1111-4111-8111-111111111111"

// at is a moment of the day on which the tests' calls are.
func at(clock string) time.Time {
	t, err := time.Parse("2006-01-02 15:04:05", "2026-11-22 "+clock)
	if err != nil {
		panic(err)
	}
	return t
}

// reading is the afternoon of that day, in a zone that is an hour ahead.
var reading = Reading{Now: at("15:00:00"), Zone: time.FixedZone("CET", 3600)}

func said(who engine.Speaker, clock, text string) engine.Utterance {
	return engine.Utterance{ID: clock, Start: at(clock), End: at(clock).Add(2 * time.Second), Speaker: who, Text: text, Revision: 1}
}

// mette was vetoed, ahmed was joined by Ana, maria speaks Spanish and waited in vain, and
// nobody knows who the fourth was, who said nothing.
func few() []engine.Record {
	mette := engine.Record{
		Session: "s10", Number: 1, Opened: 10, Closed: 60, Caller: "+12025550142", Name: "Mette Sørensen", Language: engine.English,
		Started: at("13:02:00"), Over: at("13:08:12"), Mood: -312, Judged: true, Low: -520,
		Legs: []engine.RecordLeg{{Name: "customer", Role: engine.RoleCustomer, Number: "+12025550142"}},
		Lines: []engine.Utterance{
			said(engine.SpeakerPrompt, "13:02:03", "Press 1 for an operator."),
			said(engine.SpeakerCustomer, "13:03:00", "It is about the refund for my café order."),
			said(engine.SpeakerOperator, "13:03:20", "I see. One moment please."),
			said(engine.SpeakerCustomer, "13:04:10", "I want to speak to a manager."),
			said(engine.SpeakerCustomer, "13:04:12", "Now. Refund me today, or I don't pay."),
		},
		Keys:  []engine.Key{{At: at("13:02:05"), Digit: "2"}},
		Fired: []engine.Firing{{At: at("13:04:13"), Rule: "sustained-negative", Severity: engine.SeverityRed}},
		Brought: []engine.Brought{{Cause: engine.CauseRule, Rule: "sustained-negative", Asked: at("13:04:13"), Over: at("13:04:18"),
			Status: engine.TransferVetoed, VetoedBy: "supervisor/ida", Label: engine.VetoWrong}},
		Notes: []engine.Note{{At: at("13:02:00"), Kind: engine.NoteFact, Text: "call from +12025550142"}},
	}
	ahmed := engine.Record{
		Session: "s20", Number: 2, Opened: 20, Closed: 90, Caller: "+12025550167", Name: "Ahmed El-Sayed", Language: engine.English,
		Started: at("13:30:00"), Over: at("13:52:00"), Mood: 240, Judged: true, Low: -120,
		Legs: []engine.RecordLeg{{Name: "customer", Role: engine.RoleCustomer, Number: "+12025550167"},
			{Name: "op-1", Role: engine.RoleOperator, Number: "+12025550101", Called: "Ana Peña", Joined: at("13:31:00")}},
		Lines: []engine.Utterance{
			said(engine.SpeakerCustomer, "13:30:30", "My order has not come."),
			said(engine.SpeakerOperator, "13:32:00", "I will speak to them and refund it."),
		},
		Holds: []engine.Holding{{Leg: "customer", From: at("13:33:00"), To: at("13:34:30")}, {Leg: "op-1", From: at("13:33:00"), To: at("13:50:00")}},
		Brought: []engine.Brought{{Cause: engine.CauseKey, Asked: at("13:30:10"), Began: at("13:30:10"), Joined: at("13:31:00"), Over: at("13:52:00"),
			Status: engine.TransferEnded, To: "+12025550101", Called: "Ana Peña"}},
	}
	maria := engine.Record{
		Session: "s30", Number: 3, Opened: 30, Closed: 95, Caller: "+13055550117", Name: "María Peña", Language: engine.Spanish,
		Started: at("23:30:00"), Over: at("23:30:50"),
		Legs:  []engine.RecordLeg{{Name: "customer", Role: engine.RoleCustomer, Number: "+13055550117"}},
		Lines: []engine.Utterance{said(engine.SpeakerCustomer, "23:30:20", "Mañana no puedo, quiero hablar con alguien.")},
		Brought: []engine.Brought{{Cause: engine.CauseAsked, Rule: "ask-human", Asked: at("23:30:21"), Began: at("23:30:22"), Queued: at("23:30:30"), Over: at("23:30:50"),
			Status: engine.TransferEnded}},
	}
	nobody := engine.Record{
		Session: "s40", Number: 4, Opened: 40, Closed: 97, Caller: "anonymous", Language: engine.English,
		Started: at("23:45:00"), Over: at("23:45:10"), Ending: "the customer hung up",
	}
	return []engine.Record{mette, ahmed, maria, nobody}
}

func newStore(t *testing.T, records ...engine.Record) *Store {
	t.Helper()
	s := New(filepath.Join(t.TempDir(), "a folder", "j.history.db"), epoch)
	t.Cleanup(func() { s.Close() })
	for _, r := range records {
		if err := s.Put(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// numbers returns the calls that a query finds, as one text.
func numbers(t *testing.T, s *Store, text string) string {
	t.Helper()
	q, err := Parse(text, reading)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	page, err := s.Find(t.Context(), q, Paging{Limit: 50})
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	var all []string
	for _, c := range page.Calls {
		all = append(all, fmt.Sprint(c.Record.Number))
	}
	if page.Total != len(all) || page.More {
		t.Errorf("%s: counted %d (more: %v) of %d", text, page.Total, page.More, len(all))
	}
	return strings.Join(all, " ")
}

func TestEachFilterFindsItsCalls(t *testing.T) {
	s := newStore(t, few()...)
	for text, want := range map[string]string{
		"":                         "4 3 2 1",
		"refund":                   "2 1",
		"REFUND,":                  "2 1",
		"refu*":                    "2 1",
		"refu":                     "",
		"cafe":                     "1", // without its accent
		"CAFÉ":                     "1",
		"manana":                   "3",
		"order refund":             "2 1", // in different sentences
		"order manager":            "1",
		`"speak to a manager"`:     "1",
		`"speak to a man*"`:        "1",
		`"manager now"`:            "", // not across two sentences
		`"speak to"`:               "2 1",
		"“speak to”":               "2 1",
		`"speak to`:                "2 1", // still typed
		"don't":                    "1",
		"operator":                 "", // our own prompt is not searched
		"refund !manager":          "2",
		"refund -manager":          "2",
		"!refund":                  "4 3",
		"not:refund":               "4 3",
		"mette":                    "", // a name is not said
		"name:mette":               "1",
		"name:sorensen":            "1",
		"name:rensen":              "",
		"name:peña":                "3",
		"vetoed":                   "1",
		"!vetoed":                  "4 3 2",
		`"vetoed"`:                 "",
		"outcome:vetoed":           "1",
		"outcome:joined":           "2",
		"outcome:queued,joined":    "3 2",
		"outcome:none":             "4",
		"outcome:taken-back":       "",
		"cause:rule":               "1",
		"cause:key,asked":          "3 2",
		"rule:sustained-neg":       "1",
		"rule:negative":            "",
		"rule:ask-human":           "3",
		"operator:ana":             "2",
		"operator:pena":            "2",
		"operator:na":              "",
		"operator:+12025550101":    "2",
		"operator:0101":            "2",
		"number:+12025550142":      "1",
		"number:+1202":             "2 1",
		"number:0142":              "1",
		"number:202-555-0142":      "1",
		"number:+0142":             "",
		"number:anonymous":         "4",
		"+12025550142":             "1",
		"call:3":                   "3",
		"#3":                       "3",
		"call:s30":                 "3",
		"mood<-.3":                 "1",
		"mood<−0.3":                "1",
		"mood:-.3":                 "1",
		"mood<-.312":               "",
		"mood<=-.312":              "1",
		"mood>0":                   "2",
		"mood:.2":                  "2",
		"mood:none":                "4 3",
		"low<-.1":                  "2 1",
		"hold>60s":                 "2",
		"hold:90":                  "2",
		"hold>90s":                 "", // of the customer, not of the operator
		"longer>10m":               "2",
		"longer:22min":             "2",
		"shorter<30s":              "4",
		"shorter:50s":              "4 3",
		"lang:es":                  "3",
		"lang:en":                  "4 2 1",
		"day:2026-11-22":           "2 1", // in the supervisor's zone midnight is at 23:00 UTC
		"day:today":                "2 1",
		"day:2026-11-23":           "4 3",
		"day:sunday":               "2 1",
		"day:yesterday":            "",
		"from:14:30":               "4 3 2",
		"to:14:29":                 "1",
		"from:14:00 to:14:30":      "2 1",
		"from:2026-11-23":          "4 3",
		"to:2026-11-22":            "2 1",
		"from:2026-11-23T00:45":    "4",
		"!day:today":               "4 3",
		"refund day:today !vetoed": "2",
		"***":                      "4 3 2 1", // signs that nobody says
	} {
		if got := numbers(t, s, text); got != want {
			t.Errorf("%s finds %q, want %q", text, got, want)
		}
	}
}

func TestAWordThatIsStillTypedMayBeABeginning(t *testing.T) {
	s := newStore(t, few()...)
	typing := reading
	typing.Typing = true
	for text, want := range map[string]int{"ref": 2, "order ref": 2, "ref ": 0, "refund outcome:ve": 2, "refund outcome:vetoed": 1, "refund foo:": 2} {
		q, err := Parse(text, typing)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		page, err := s.Find(t.Context(), q, Paging{Limit: 5})
		if err != nil || page.Total != want {
			t.Errorf("%q finds %d, %v; want %d", text, page.Total, err, want)
		}
	}
}

func TestWhatDoesNotServeIsSaid(t *testing.T) {
	for text, want := range map[string]string{
		"foo:bar":                "there is no filter foo:",
		"day:tomorrow":           "is no day or time",
		"day:2026-13-01":         "is no day or time",
		"day:1901-01-01":         "no call was in the year 1901",
		"outcome:lost":           "possible are: joined, callback",
		"cause:weather":          "possible are: key, rule",
		"lang:da":                "possible are: en, es",
		"mood<low":               "a number from -1 to 1",
		"mood<-300":              "a number from -1 to 1",
		"mood<NaN":               "a number from -1 to 1",
		"hold>soon":              "is no length",
		"hold>-3s":               "is no length",
		"day:":                   "day: wants something after it, as in day:2026-11-22",
		"day>2026-11-22":         "day is no measure",
		"call:x":                 "is not the number of a call",
		"operator:...":           "wants a name or a number",
		"name:!":                 "wants a name",
		strings.Repeat("a", 401): "at most 400 letters",
		strings.Repeat("a ", 25): "at most 24 words",
	} {
		if _, err := Parse(text, reading); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// Whatever a supervisor types, it is answered or refused in our own words.
func TestNoTextIsTakenForSQL(t *testing.T) {
	s := newStore(t, few()...)
	look := func(text string, typing bool) error {
		r := reading
		r.Typing = typing
		q, err := Parse(text, r)
		if err != nil {
			return nil // in our words, as the test above has it
		}
		if _, err := s.Find(context.Background(), q, Paging{Limit: 3}); err != nil {
			return fmt.Errorf("%q: %w", text, err)
		}
		for i := range q.Parts() {
			if _, err := s.Find(context.Background(), q.Without(i), Paging{Limit: 3}); err != nil {
				return fmt.Errorf("%q without %d: %w", text, i, err)
			}
		}
		q.Marks(text)
		return nil
	}
	for _, text := range []string{
		"'", `"`, `""`, `"""`, "'; DROP TABLE call; --", "a AND", "OR", "NOT", "NEAR(a b)", "a NEAR/3 b", "said:a", "{said}:a", "^a", "a^", "*", "a**", "-", "--", "-- a", "!", "!!a", "!\"",
		"(", ")", "(a", "a + b", `a"b"c`, "\x00", "a\x00b", "\xff\xfe", "\uE000", "½", "İ", "ß", "𞤀", "e\u0301", "\u0301", "mood<", "mood<<1", "mood=.1", "mood==", ":", "a:", ":a", "rule:'", "rule:%", "name:\"",
		"number:+", "number:-", "operator:+", "call:99999999999999999999", "hold>9999999999999h", "from:99999-01-01", "day:s", "day:su", "lang:,", "outcome:,", "outcome:joined,,", "words MATCH 'x'", "not:", "not:!a",
	} {
		for _, typing := range []bool{false, true} {
			if err := look(text, typing); err != nil {
				t.Error(err)
			}
		}
	}
	alphabet := []rune(`ab "“”'*()!-+:<>=.,#^{}\%_;/` + "\x00éñ½İ\u0301\uE000𞤀")
	words := []string{"mood<-.3", "day:today", "rule:", "operator:", "NEAR", "AND", "outcome:", "number:", "hold>", "from:", "call:", "name:", "vetoed", "not:"}
	rapid.Check(t, func(t *rapid.T) {
		var b strings.Builder
		for _, n := range rapid.SliceOfN(rapid.IntRange(0, len(alphabet)+len(words)-1), 0, 30).Draw(t, "text") {
			if n < len(alphabet) {
				b.WriteRune(alphabet[n])
			} else {
				b.WriteString(words[n-len(alphabet)])
			}
		}
		if err := look(b.String(), rapid.Bool().Draw(t, "typing")); err != nil {
			t.Fatal(err)
		}
	})
}

func TestSentencesThatMatchAreMarked(t *testing.T) {
	s := newStore(t, few()...)
	q, err := Parse(`refund cafe "speak to a manager" "don't"`, reading)
	if err != nil {
		t.Fatal(err)
	}
	page, err := s.Find(t.Context(), q, Paging{Limit: 1})
	if err != nil || len(page.Calls) != 1 {
		t.Fatal(page, err)
	}
	var got []string
	for _, m := range page.Calls[0].Matches {
		text := page.Calls[0].Record.Lines[m.Line].Text
		for _, k := range slices.Backward(m.Marks) {
			text = text[:k.From] + "[" + text[k.From:k.To] + "]" + text[k.To:]
		}
		got = append(got, text)
	}
	want := []string{"It is about the [refund] for my [café] order.", "I want to [speak to a manager].", "Now. [Refund] me today, or I [don't] pay."}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if page.Calls[0].Matched != 3 {
		t.Errorf("%d sentences match, want 3", page.Calls[0].Matched)
	}
}

func TestPagesGoFromTheNewestToTheOldest(t *testing.T) {
	m := newMaker(7, time.Minute)
	var all []engine.Record
	for n := 1; n <= 45; n++ {
		all = append(all, m.call(n))
	}
	slices.Reverse(all) // in whatever order they are filed
	s := newStore(t, all...)
	want := 45
	for from := 0; from < 60; from += 20 {
		page, err := s.Find(t.Context(), Query{}, Paging{From: from, Limit: 20})
		if err != nil || page.Total != 45 || page.Kept != 45 {
			t.Fatalf("page from %d: %d of %d, %v", from, page.Total, page.Kept, err)
		}
		for _, c := range page.Calls {
			if c.Record.Number != want {
				t.Fatalf("call %d stands where %d belongs", c.Record.Number, want)
			}
			want--
		}
	}
	if want != 0 {
		t.Errorf("%d calls are on no page", want)
	}
}

func TestMoreThanAThousandAreNotCounted(t *testing.T) {
	if testing.Short() {
		t.Skip("long under the race detector, in which SQLite is slow")
	}
	s := newStore(t)
	m := newMaker(3, time.Minute)
	err := s.writes(t.Context(), func(tx *sql.Tx) error {
		var rows []*row
		for n := 1; n <= 1500; n++ {
			r := m.call(n)
			w, err := rowOf(&r)
			if err != nil {
				return err
			}
			rows = append(rows, w)
		}
		return putAll(t.Context(), tx, rows...)
	})
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]struct {
		total int
		more  bool
	}{"": {1000, true}, spell(0): {1000, true}, "call:7": {1, false}, "outcome:joined": {-1, false}} {
		q, err := Parse(text, reading)
		if err != nil {
			t.Fatal(err)
		}
		page, err := s.Find(t.Context(), q, Paging{Limit: 20})
		if err != nil || page.More != want.more || want.total >= 0 && page.Total != want.total || page.Kept != 1500 {
			t.Errorf("%q: %d, more %v, of %d, %v", text, page.Total, page.More, page.Kept, err)
		}
	}
	page, err := s.Find(t.Context(), Query{}, Paging{From: 1480, Limit: 20})
	if err != nil || page.Total != 1500 || len(page.Calls) != 20 || page.Calls[19].Record.Number != 1 {
		t.Errorf("the last page: %d of %d, %v", len(page.Calls), page.Total, err)
	}
}

func TestFilingAgainReplaces(t *testing.T) {
	all := few()
	s := newStore(t, all...)
	again := all[0]
	again.Lines = append(slices.Clone(again.Lines[:1]), said(engine.SpeakerCustomer, "13:03:00", "It is about an invoice \xff and nothing else."))
	again.Judged = false
	for range 2 {
		if err := s.Put(t.Context(), again); err != nil {
			t.Fatal(err)
		}
	}
	for text, want := range map[string]string{"": "4 3 2 1", "invoice": "1", "refund": "2", "mood:none": "4 3 1"} {
		if got := numbers(t, s, text); got != want {
			t.Errorf("%q finds %q, want %q", text, got, want)
		}
	}
	if terms := vocabulary(t, s); slices.Contains(terms, "manager") || !slices.Contains(terms, "invoice") {
		t.Errorf("the index has %q", terms)
	}
}

// vocabulary returns every word that the index has.
func vocabulary(t *testing.T, s *Store) []string {
	t.Helper()
	s.file.RLock()
	defer s.file.RUnlock()
	conn, err := s.open.write.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(t.Context(), `CREATE VIRTUAL TABLE IF NOT EXISTS temp.terms USING fts5vocab(main, words, row)`); err != nil {
		t.Fatal(err)
	}
	rows, err := conn.QueryContext(t.Context(), `SELECT term FROM terms`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var term string
		if err := rows.Scan(&term); err != nil {
			t.Fatal(err)
		}
		all = append(all, term)
	}
	return all
}

func TestOneCallIsHadByItsNumberOrSession(t *testing.T) {
	s := newStore(t, few()...)
	for _, name := range []string{"2", "#2", "s20"} {
		c, err := s.Get(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(few()[1], c.Record); diff != "" {
			t.Errorf("%s (-filed +had)\n%s", name, diff)
		}
	}
	if _, err := s.Get(t.Context(), "7"); !errors.Is(err, ErrNoCall) {
		t.Errorf("call 7: %v", err)
	}
	missing, err := s.Missing(t.Context(), []engine.SessionID{"s10", "s11", "s40"})
	if err != nil || !slices.Equal(missing, []engine.SessionID{"s11"}) {
		t.Errorf("missing are %v, %v", missing, err)
	}
}

func TestTheAdapterFilesAndRefusesInWords(t *testing.T) {
	s := newStore(t)
	name := engine.CommandName("s10/file/call/60")
	if got := s.Do(t.Context(), engine.Command{Name: name, Action: engine.File{Record: few()[0]}}); got != (engine.Accepted{Command: name}) {
		t.Errorf("filing: %#v", got)
	}
	if got, ok := s.Do(t.Context(), engine.Command{Name: name, Action: engine.Hangup{}}).(engine.Refused); !ok || got.Detail == "" {
		t.Errorf("a hang-up: %#v", got)
	}
	blocked := New(filepath.Join(s.Path(), "below a file", "j.history.db"), epoch)
	if got, ok := blocked.Do(t.Context(), engine.Command{Name: name, Action: engine.File{Record: few()[0]}}).(engine.Refused); !ok || !strings.Contains(got.Detail, "keep call 1 in the history") {
		t.Errorf("where nothing can be written: %#v", got)
	}
}

func TestOnlyTheOwnerMayReadIt(t *testing.T) {
	s := newStore(t, few()...)
	for _, path := range append(files(s.Path()), filepath.Dir(s.Path())) {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v", path, info.Mode())
		}
	}
}

func TestOthersReadWhileOneWrites(t *testing.T) {
	s := newStore(t, few()...)
	r, err := OpenToRead(s.Path())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	other := New(s.Path(), epoch) // as switchboard history --rebuild beside a run
	defer other.Close()
	late := few()[0]
	late.Session, late.Number, late.Opened = "s50", 5, 50
	err = s.writes(t.Context(), func(tx *sql.Tx) error {
		if got := numbers(t, r, "refund"); got != "2 1" {
			t.Errorf("while another writes: %q", got)
		}
		w, err := rowOf(&late)
		if err != nil {
			return err
		}
		return putAll(t.Context(), tx, w)
	})
	if err != nil {
		t.Fatal(err)
	}
	late.Session, late.Number, late.Opened = "s60", 6, 60
	if err := other.Put(t.Context(), late); err != nil {
		t.Fatal(err)
	}
	if got := numbers(t, r, "refund"); got != "6 5 2 1" {
		t.Errorf("afterwards: %q", got)
	}
	if err := r.Put(t.Context(), late); err == nil {
		t.Error("who only reads has written")
	}
}

// wanting reports whether the history wants to be rebuilt.
func wanting(s *Store) bool {
	select {
	case <-s.Wanting():
		return true
	default:
		return false
	}
}

// settle says that all calls were gone through.
func settle(t *testing.T, s *Store) {
	t.Helper()
	if err := s.writes(t.Context(), func(tx *sql.Tx) error {
		_, err := tx.Exec(`UPDATE history SET complete = 1`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	wanting(s)
}

func TestWhatCannotBeUsedIsReplacedAndWantsRebuilding(t *testing.T) {
	exec := func(text string) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			db, err := sql.Open("sqlite", source(path))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := db.Exec(text); err != nil {
				t.Fatal(err)
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
	write := func(text string) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			if err := errors.Join(remove(path), os.WriteFile(path, []byte(text), 0o600)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, c := range []struct {
		name  string
		spoil func(*testing.T, string)
		aside bool  // it is kept under another name
		read  error // what who only reads is told
	}{
		{"an older version's", exec("PRAGMA user_version = 0"), false, ErrForeign},
		{"a newer version's", exec("PRAGMA user_version = 99"), false, ErrNewer},
		{"another journal's", exec("UPDATE history SET epoch = 'another'"), true, nil},
		{"another program's", exec("PRAGMA application_id = 7"), true, ErrForeign},
		{"no database", write(strings.Repeat("dear diary ", 1000)), true, ErrDamaged},
		{"an empty file", write(""), false, ErrNone},
		{"deleted", func(t *testing.T, path string) {
			if err := remove(path); err != nil {
				t.Fatal(err)
			}
		}, false, ErrNone},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStore(t, few()...)
			settle(t, s)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			c.spoil(t, s.Path())
			r, err := OpenToRead(s.Path())
			if !errors.Is(err, c.read) {
				t.Errorf("who only reads is told %v, want %v", err, c.read)
			}
			if err == nil {
				r.Close()
			}
			if err := s.Put(t.Context(), few()[3]); !errors.Is(err, ErrClosed) {
				t.Errorf("closed, it is told %v", err)
			}
			if err := errors.Join(s.Open(), s.Put(t.Context(), few()[3])); err != nil {
				t.Fatal(err)
			}
			if got := numbers(t, s, ""); got != "4" || !wanting(s) {
				t.Errorf("it has %q afterwards", got)
			}
			kept, _ := filepath.Glob(filepath.Join(filepath.Dir(s.Path()), "*.aside-*"))
			if (len(kept) > 0) != c.aside {
				t.Errorf("set aside: %q", kept)
			}
		})
	}
}

func TestAHistoryIsMendedWhileItIsUsed(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, s *Store){
		"deleted": func(t *testing.T, s *Store) {
			if err := remove(s.Path()); err != nil {
				t.Fatal(err)
			}
		},
		"overwritten": func(t *testing.T, s *Store) {
			info, err := os.Stat(s.Path())
			if err != nil {
				t.Fatal(err)
			}
			junk := bytes.Repeat([]byte("x"), int(info.Size()))
			if err := os.WriteFile(s.Path(), junk, 0o600); err != nil {
				t.Fatal(err)
			}
		},
		"a record spoilt": func(t *testing.T, s *Store) {
			if err := s.writes(t.Context(), func(tx *sql.Tx) error {
				_, err := tx.Exec(`UPDATE record SET body = x'00'`)
				return err
			}); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStore(t, few()...)
			settle(t, s)
			if err := s.cutLog(t.Context()); err != nil {
				t.Fatal(err)
			}
			s.open.read.SetMaxIdleConns(0) // nothing of the file is remembered
			s.open.write.SetMaxIdleConns(0)
			spoil(t, s)
			_, _ = s.Find(t.Context(), Query{}, Paging{Limit: 5}) // it may be refused, and finds the damage
			if err := s.Put(t.Context(), few()[1]); err != nil {
				t.Fatal(err)
			}
			if !wanting(s) {
				t.Fatal("nobody is told that calls are missing")
			}
			if got := numbers(t, s, "order"); got != "2" {
				t.Errorf("it has %q afterwards", got)
			}
		})
	}
}

func digest(text string) string { return fmt.Sprintf("~%d", len(text)) }

func TestWhatIsErasedIsGoneFromTheDisk(t *testing.T) {
	s := newStore(t, few()...)
	settle(t, s)
	if err := s.Forget(t.Context(), []engine.SessionID{"s10", "s99"}, engine.EraseWords, digest); err != nil {
		t.Fatal(err)
	}
	c, err := s.Get(t.Context(), "1")
	if err != nil {
		t.Fatal(err)
	}
	if r := c.Record; c.Erased != engine.EraseWords || r.Lines != nil || r.Keys != nil || r.Notes[0].Text != "" || r.Name != "Mette Sørensen" || r.Caller != "+12025550142" {
		t.Errorf("left is %+v", c)
	}
	for text, want := range map[string]string{"": "4 3 2 1", "manager": "", "refund": "2", "vetoed": "1", "name:mette": "1", "number:0142": "1", "rule:sustained": "1"} {
		if got := numbers(t, s, text); got != want {
			t.Errorf("%q finds %q, want %q", text, got, want)
		}
	}
	if terms := vocabulary(t, s); slices.Contains(terms, "manager") || slices.Contains(terms, "cafe") || !slices.Contains(terms, "refund") {
		t.Errorf("the index has %q", terms)
	}
	if err := s.Forget(t.Context(), []engine.SessionID{"s10", "s20"}, engine.EraseAll, digest); err != nil {
		t.Fatal(err)
	}
	if c, err = s.Get(t.Context(), "s20"); err != nil {
		t.Fatal(err)
	}
	if r := c.Record; c.Erased != engine.EraseAll || r.Caller != "~12" || r.Name != "~14" || r.Legs[0].Number != "~12" || r.Brought[0].To != "+12025550101" {
		t.Errorf("left is %+v", r)
	}
	for text, want := range map[string]string{"": "4 3 2 1", "name:mette": "", "number:0142": "", "vetoed": "1", "operator:ana": "2", "outcome:joined": "2", "hold>60s": "2"} {
		if got := numbers(t, s, text); got != want {
			t.Errorf("%q finds %q, want %q", text, got, want)
		}
	}
	if info, err := os.Stat(s.Path() + "-wal"); err != nil || info.Size() != 0 {
		t.Errorf("the log has %d bytes, %v", info.Size(), err)
	}
	on, err := os.ReadFile(s.Path())
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"manager", "0142", "0167", "mette", "ahmed"} {
		if bytes.Contains(bytes.ToLower(on), []byte(word)) {
			t.Errorf("%q stands in the file", word)
		}
	}
	for _, r := range few()[:2] { // what was on its way is not put back
		if err := s.Put(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Clear(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := numbers(t, s, ""); got != "2 1" {
		t.Errorf("emptied, it keeps %q: only what was erased is known nowhere else", got)
	}
	if got := numbers(t, s, "refund"); got != "" {
		t.Errorf("what was erased is back: %q", got)
	}
}

// What was erased in a large index is gone from every part of it.
func TestErasingMovesNothingElse(t *testing.T) {
	calls := 150
	if testing.Short() {
		calls = 30 // the race detector makes SQLite slow
	}
	s := newStore(t)
	m := newMaker(11, time.Minute)
	var ids []engine.SessionID
	for n := 1; n <= calls; n++ {
		r := m.call(n)
		r.Lines[7].Text += fmt.Sprintf(" secret%dword", n)
		if n%3 == 0 {
			ids = append(ids, r.Session)
		}
		if err := s.Put(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Forget(t.Context(), ids, engine.EraseWords, digest); err != nil {
		t.Fatal(err)
	}
	terms := vocabulary(t, s)
	for n := 1; n <= calls; n++ {
		word := fmt.Sprintf("secret%dword", n)
		if there := slices.Contains(terms, word); there == (n%3 == 0) {
			t.Errorf("%s is in the index: %v", word, there)
		}
		if got := numbers(t, s, word); (got == "") != (n%3 == 0) {
			t.Errorf("%s finds %q", word, got)
		}
	}
	if err := s.writes(t.Context(), func(tx *sql.Tx) error {
		_, err := tx.Exec(`INSERT INTO words (words) VALUES ('integrity-check')`)
		return err
	}); err != nil {
		t.Error(err)
	}
}

func TestASearchEndsWithItsContext(t *testing.T) {
	s := newStore(t, few()...)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Find(ctx, Query{}, Paging{Limit: 1}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if got := numbers(t, s, ""); got != "4 3 2 1" {
		t.Errorf("the next one finds %q", got)
	}
}

func TestArgumentsOfAShellAreOneQuery(t *testing.T) {
	for want, args := range map[string][]string{
		`refund vetoed`:                  {"refund", "vetoed"},
		`"speak to a manager" day:today`: {"speak to a manager", "day:today"},
		`operator:"ana pena"`:            {"operator:ana pena"},
		`refund day:today`:               {"refund day:today"},
		`"a b" c`:                        {`"a b" c`},
		``:                               nil,
	} {
		if got := Join(args); got != want {
			t.Errorf("%q is %s, want %s", args, got, want)
		}
	}
}

func TestEveryFilterThatIsListedCanBeTyped(t *testing.T) {
	for _, f := range Filters() {
		for word := range strings.FieldsSeq(f[0]) {
			if strings.Contains(f[0], `"`) {
				word = f[0]
			}
			if _, err := Parse(word, reading); err != nil {
				t.Errorf("%s: %v", word, err)
			}
		}
	}
}

func TestADayHasTheHoursThatItHas(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Copenhagen")
	if err != nil {
		t.Skip(err)
	}
	for day, want := range map[string]time.Duration{"2026-03-29": 23 * time.Hour, "2026-10-25": 25 * time.Hour, "2026-11-22": 24 * time.Hour} {
		from, to, err := span(day, Reading{Now: at("12:00:00"), Zone: zone})
		if err != nil || to.Sub(from) != want {
			t.Errorf("%s has %v, %v", day, to.Sub(from), err)
		}
	}
}
