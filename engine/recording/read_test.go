package recording

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const header = `{"recording":1,"name":"sours","about":"Slowly.","from":"+12025550142","caller":"Mette Sørensen","language":"en","attested":"A","expect":"transfer"}`

func TestReadTheFormatOfThePackageDoc(t *testing.T) {
	text := header + `
{"operator":"answers","after":6}
{"operator":"busy"}
{"operator":"rejects","after":1.5}
{"operator":"silent"}
{"operator":"voicemail"}
{"operator":"answers","after":1,"accepts":2.5}
{"operator":"answers","after":1,"declines":3}
{"operator":"answers","after":1,"ignores":true}
{"front":"answers"}

{"on":"answered","at":14.2,"who":"customer","say":"I was told Tuesday.","polarity":-0.34}
{"on":"menu","at":3,"key":"1"}
{"on":"menu","round":2,"at":0.000000001,"who":"customer","key":"*"}
{"on":"operator","at":2,"who":"operator","say":"Hello, this is Ida.","polarity":0,"lasts":1.75}
{"on":"operator","at":40,"who":"operator","hangup":true}
{"on":"front","at":1,"who":"front","say":"I am the assistant."}
`
	got, err := Read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	want := &Recording{
		Name: "sours", About: "Slowly.", From: "+12025550142", Caller: "Mette Sørensen", Language: "en",
		Attested: "A", Expect: ExpectTransfer,
		Operators: []Operator{{Does: Answers, After: 6 * time.Second}, {Does: Busy}, {Does: Rejects, After: 1500 * time.Millisecond},
			{Does: Silent}, {Does: Voicemail, After: AnswersAfter}, {Does: Answers, After: time.Second, Accepts: 2500 * time.Millisecond},
			{Does: Answers, After: time.Second, Declines: 3 * time.Second}, {Does: Answers, After: time.Second, Ignores: true}},
		Front: Operator{Does: Answers, After: FrontAfter},
		Lines: []Line{
			{On: OnAnswered, At: 14200 * time.Millisecond, Who: Customer, Say: "I was told Tuesday.", Scored: true, Polarity: -340},
			{On: OnMenu, At: 3 * time.Second, Who: Customer, Key: "1"},
			{On: OnMenu, Round: 2, At: 1, Who: Customer, Key: "*"},
			{On: OnOperator, At: 2 * time.Second, Who: Agent, Say: "Hello, this is Ida.", Scored: true, Lasts: 1750 * time.Millisecond},
			{On: OnOperator, At: 40 * time.Second, Who: Agent, Hangup: true},
			{On: OnFront, At: time.Second, Who: Desk, Say: "I am the assistant."},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestReadGivesBackWhatWriteWrote(t *testing.T) {
	want := &Recording{
		Name: "hostile-name", From: "anonymous", Language: "es", Attested: "C", Expect: ExpectNone,
		Caller: "\x1b[2J\u202eevil\u2066 <b>&" + strings.Repeat("x", 500),
		Operators: []Operator{{Does: Answers}, {Does: Busy, After: 3}, {Does: Voicemail, After: 18 * time.Second}, {Does: Silent},
			{Does: Answers, Accepts: 1}, {Does: Answers, Declines: 4 * time.Hour}, {Does: Answers, Ignores: true}},
		Front: Operator{Does: Rejects, After: time.Second},
		Lines: []Line{
			{On: OnQuestion, At: 1, Who: Customer, Say: "line\nbreak \"quoted\"", Scored: true, Polarity: -1000},
			{On: OnMenu, Round: 1, Who: Customer, Key: "#"},
			{On: OnUnavailable, At: 90 * time.Minute, Who: Customer, Say: "¿Y ahora?", Scored: true},
			{On: OnLeft, At: 4 * time.Hour, Who: Customer, Hangup: true},
		},
	}
	var file bytes.Buffer
	if err := Write(&file, want); err != nil {
		t.Fatal(err)
	}
	got, err := Read(&file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestReadRefusesAndNamesTheLine(t *testing.T) {
	line := func(s string) string { return header + "\n" + s }
	tests := []struct{ name, text, want string }{
		{"nothing", "", "recording is empty"},
		{"no object", "[]", "line 1: not one JSON object"},
		{"two objects", header + header, "line 1: more than one"},
		{"no number", `{"name":"a","from":"+12025550142"}`, `line 1: the first line has "recording":1`},
		{"other version", `{"recording":2,"name":"a","from":"+12025550142"}`, `"recording":1`},
		{"bad name", `{"recording":1,"name":"A b","from":"+12025550142"}`, "one word"},
		{"bad number", `{"recording":1,"name":"a","from":"12025550142"}`, "no number"},
		{"bad language", `{"recording":1,"name":"a","from":"anonymous","language":"fr"}`, "one of en, es"},
		{"attested otherwise", `{"recording":1,"name":"a","from":"anonymous","attested":"D"}`, "one of A, B, C"},
		{"expects otherwise", `{"recording":1,"name":"a","from":"anonymous","expect":"calm"}`, "one of transfer, none"},
		{"null", `{"recording":1,"name":null,"from":"anonymous"}`, "name is null"},
		{"header field in a line", line(`{"on":"menu","at":1,"key":"1","name":"x"}`), `line 2: unknown field "name"`},
		{"unknown field", line(`{"on":"menu","at":1,"kee":"1"}`), "possible here are operator, after, accepts, declines, ignores, front, on, round"},
		{"field in other case", line(`{"On":"menu","at":1,"key":"1"}`), `unknown field "On"`},
		{"field twice", line(`{"on":"menu","at":1,"at":2,"key":"1"}`), "at stands there twice"},
		{"operator with a line's field", line(`{"operator":"busy","at":1}`), "possible here are operator, after"},
		{"line with an operator's field", line(`{"on":"menu","after":1,"key":"1"}`), `unknown field "after"`},
		{"operator unknown", line(`{"operator":"sleeps"}`), "answers, busy, rejects, silent, voicemail"},
		{"busy accepts", line(`{"operator":"busy","accepts":2}`), "only an operator who answers"},
		{"voicemail presses", line(`{"operator":"voicemail","ignores":true}`), "only an operator who answers"},
		{"accepts and declines", line(`{"operator":"answers","accepts":2,"declines":3}`), "at most one of accepts, declines and ignores"},
		{"accepts at once", line(`{"operator":"answers","accepts":0}`), "more than 0 seconds"},
		{"ignores not", line(`{"operator":"answers","ignores":false}`), "ignores is false: it is true or not there"},
		{"two fronts", line(`{"front":"busy"}` + "\n" + `{"front":"busy"}`), "line 3: a recording has at most one front"},
		{"front that is a machine's", line(`{"front":"voicemail"}`), "a front answers, or is busy"},
		{"front that is briefed", line(`{"front":"answers","accepts":1}`), "possible here are front, after"},
		{"front presses", line(`{"on":"front","at":1,"who":"front","key":"1"}`), "pressed by the customer"},
		{"silent after", line(`{"operator":"silent","after":2}`), "silent operator"},
		{"anchor unknown", header + "\n\n" + `{"on":"hello","at":1,"key":"1"}`, `line 3: on "hello" is not one of answered, menu`},
		{"round off a menu", line(`{"on":"question","round":1,"at":1,"key":"1"}`), "only a menu has rounds"},
		{"say and key", line(`{"on":"menu","at":1,"say":"x","key":"1","who":"customer"}`), "this one has 2"},
		{"nothing done", line(`{"on":"menu","at":1,"who":"customer"}`), "this one has 0"},
		{"who missing", line(`{"on":"menu","at":1,"say":"x"}`), "customer, operator, front"},
		{"operator presses", line(`{"on":"menu","at":1,"who":"operator","key":"1"}`), "pressed by the customer"},
		{"two keys", line(`{"on":"menu","at":1,"key":"12"}`), `key "12"`},
		{"no key", line(`{"on":"menu","at":1,"key":"A"}`), `key "A"`},
		{"polarity too high", line(`{"on":"menu","at":1,"who":"customer","say":"x","polarity":1.001}`), "between -1 and 1"},
		{"polarity too fine", line(`{"on":"menu","at":1,"who":"customer","say":"x","polarity":-0.3401}`), "at most 3 places"},
		{"polarity in quotes", line(`{"on":"menu","at":1,"who":"customer","say":"x","polarity":"-0.3"}`), "plain number"},
		{"polarity with exponent", line(`{"on":"menu","at":1,"who":"customer","say":"x","polarity":-3e-1}`), "plain number"},
		{"polarity of a key", line(`{"on":"menu","at":1,"key":"1","polarity":0}`), "only what is said"},
		{"time before the anchor", line(`{"on":"menu","at":-1,"key":"1"}`), "at is -1"},
		{"time too late", line(`{"on":"menu","at":14400.1,"key":"1"}`), "between 0 and 14400 seconds"},
		{"hangup false", line(`{"on":"menu","at":1,"who":"customer","hangup":false}`), "true or not there"},
		{"text too long", line(`{"on":"menu","at":1,"who":"customer","say":"` + strings.Repeat("x", maxText+1) + `"}`), "at most 4096"},
		{"line too long", line(strings.Repeat("x", maxLine+1)), "line 2: longer than"},
		{"broken UTF-8", line("{\"on\":\"menu\",\"at\":1,\"who\":\"customer\",\"say\":\"\xff\"}"), "line 2: not UTF-8"},
		{"torn", line(`{"on":"menu","at":1,"who":"cust`), "line 2: who is not JSON"},
		{"too many lines", header + strings.Repeat("\n"+`{"on":"menu","at":1,"key":"1"}`, maxLines), "line 4097: a recording has at most"},
		{"too many operators", header + strings.Repeat("\n"+`{"operator":"busy"}`, maxOperators+1), "at most 64 operators"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Read(strings.NewReader(tt.text))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want an error with %q", err, tt.want)
			}
		})
	}
}

func TestWriteRefusesWhatReadWould(t *testing.T) {
	good := Recording{Name: "a", From: "anonymous", Language: "en"}
	for name, spoil := range map[string]func(*Recording){
		"name":     func(r *Recording) { r.Name = "" },
		"caller":   func(r *Recording) { r.Caller = "\xff" },
		"operator": func(r *Recording) { r.Operators = []Operator{{Does: "sings"}} },
		"front":    func(r *Recording) { r.Front = Operator{Does: Voicemail} },
		"briefing": func(r *Recording) { r.Operators = []Operator{{Does: Answers, Accepts: -1}} },
		"line":     func(r *Recording) { r.Lines = []Line{{On: OnMenu, Who: Customer}} },
		"polarity": func(r *Recording) {
			r.Lines = []Line{{On: OnAnswered, Who: Customer, Say: "x", Scored: true, Polarity: 1001}}
		},
		"unscored": func(r *Recording) { r.Lines = []Line{{On: OnAnswered, Who: Customer, Say: "x", Polarity: 1}} },
	} {
		rec := good
		spoil(&rec)
		var file bytes.Buffer
		if err := Write(&file, &rec); err == nil || file.Len() != 0 {
			t.Errorf("%s: wrote %q, %v; want nothing and an error", name, file.String(), err)
		}
	}
}

func TestWordsTakeAsLongAsTheyAre(t *testing.T) {
	for _, tt := range []struct {
		line Line
		want time.Duration
	}{
		{Line{Say: "¿Qué?"}, 700 * time.Millisecond},
		{Line{Say: "Hello.", Lasts: 5 * time.Second}, 5 * time.Second},
		{Line{Key: "1"}, 0},
		{Line{Hangup: true}, 0},
	} {
		if got := tt.line.Duration(); got != tt.want {
			t.Errorf("%+v lasts %v, want %v", tt.line, got, tt.want)
		}
	}
}

func TestAnOperatorTakesACallWhenHeHasRecognisedWhatItIs(t *testing.T) {
	for _, tt := range []struct {
		operator Operator
		key      string
		after    time.Duration
	}{
		{Operator{Does: Answers}, "1", 3500 * time.Millisecond},
		{Operator{Does: Answers, Accepts: time.Second}, "1", time.Second},
		{Operator{Does: Answers, Declines: 2 * time.Second}, "2", 2 * time.Second},
		{Operator{Does: Answers, Ignores: true}, "", 0},
		{Operator{Does: Voicemail}, "", 0},
	} {
		if key, after := tt.operator.Key(6 * time.Second); key != tt.key || after != tt.after {
			t.Errorf("%+v presses %q after %v, want %q after %v", tt.operator, key, after, tt.key, tt.after)
		}
	}
}

func TestDecimalsAreReadExactly(t *testing.T) {
	for s, want := range map[string]int64{"0": 0, "-0": 0, "-0.34": -340, "1": 1000, "0.340000": 340, "14.2": 14200, "0.001": 1} {
		if got, err := parseDecimal(s, 3); err != nil || got != want {
			t.Errorf("%s is %d, %v; want %d", s, got, err, want)
		}
	}
	for n, want := range map[int64]string{0: "0", -340: "-0.34", 1000: "1", 14200: "14.2", -1: "-0.001"} {
		if got := formatDecimal(n, 3); got != want {
			t.Errorf("%d is written %s, want %s", n, got, want)
		}
	}
}

func FuzzReadNeverPanicsAndWritesBackWhatItTook(f *testing.F) {
	f.Add(header + "\n" + `{"operator":"busy"}` + "\n" + `{"on":"menu","at":3,"key":"1"}`)
	f.Fuzz(func(t *testing.T, text string) {
		rec, err := Read(strings.NewReader(text))
		if err != nil {
			return
		}
		var file bytes.Buffer
		if err := Write(&file, rec); err != nil {
			t.Fatalf("read but not written: %v", err)
		}
		again, err := Read(&file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(rec, again); diff != "" {
			t.Error(diff)
		}
	})
}
