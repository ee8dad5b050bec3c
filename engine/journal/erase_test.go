package journal_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"switchboard/engine"
	"switchboard/engine/enginetest"
	"switchboard/engine/journal"
	"switchboard/engine/recording"
	"switchboard/engine/runner"
	"switchboard/engine/world"
	"switchboard/testdata"
)

// surveyed returns the calls of a journal that were customers', by session, and the strays.
func surveyed(t testing.TB, j *journal.Journal) (map[engine.SessionID]journal.Traced, []journal.Stray) {
	t.Helper()
	calls := map[engine.SessionID]journal.Traced{}
	var strays []journal.Stray
	err := j.Survey(t.Context(), upNow(t, j), func(c journal.Traced) error {
		calls[c.Session] = c
		return nil
	}, func(s journal.Stray) error {
		strays = append(strays, s)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return calls, strays
}

// upNow returns the calls that are up by the newest checkpoint and what came after it.
func upNow(t testing.TB, j *journal.Journal) []engine.SessionID {
	t.Helper()
	state, err := runner.Recover(j)
	if err != nil {
		t.Fatal(err)
	}
	return state.Up()
}

// ordered orders an erasure, as whoever runs the journal does it: with a checkpoint after it.
func ordered(t testing.TB, j *journal.Journal, what engine.Erasure, events []uint64, sessions ...engine.SessionID) {
	t.Helper()
	orderedAs(t, j, engine.CallsForgotten{Sessions: sessions, Events: events, What: what})
}

func orderedAs(t testing.TB, j *journal.Journal, body engine.CallsForgotten) {
	t.Helper()
	slices.Sort(body.Sessions)
	now, err := runner.Recover(j)
	if err != nil {
		t.Fatal(err)
	}
	stands := now.Tally()
	body.Why, body.Stands = "for a test", &stands
	appended(t, j, noon.Add(100*24*time.Hour), engine.Entry{ID: fmt.Sprint("forget", j.Newest()), By: engine.ByRunner, Body: body})
	state, err := runner.Recover(j)
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Checkpoint(state.Seq, "test", []byte(stateText(t, &state))); err != nil {
		t.Fatal(err)
	}
}

func erased(t *testing.T, j *journal.Journal) journal.Erased {
	t.Helper()
	e, err := j.Erase(t.Context(), upNow(t, j))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// holds returns which of some texts stand in a journal's files.
func holds(t *testing.T, path string, texts ...string) (found []string) {
	t.Helper()
	files, err := filepath.Glob(path + "*")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range texts {
			if bytes.Contains(raw, []byte(text)) {
				found = append(found, filepath.Base(file)+" holds "+text)
			}
		}
	}
	return found
}

// secrets returns what of some events must be found nowhere once their calls are erased.
func secrets(events []engine.Event, what engine.Erasure, of map[uint64]bool) map[string]bool {
	all := map[string]bool{}
	for _, e := range events {
		if !of[e.Seq] {
			continue
		}
		switch b := e.Body.(type) {
		case engine.Uttered:
			all[b.Text] = true
		case engine.Transcribed:
			all[b.Text] = true
		case engine.LegInitiated:
			if what == engine.EraseAll {
				all[b.Name] = true
			}
		}
	}
	delete(all, "")
	delete(all, "+12025550198") // Symbl's number stands in the settings as well
	return all
}

// owners returns which events belong to each call, told as the test sees it: by what is
// left after each was erased in a copy.
func eventsOfCall(t *testing.T, path string, id engine.SessionID, what engine.Erasure) map[uint64]bool {
	t.Helper()
	before, after := all(t, openCopy(t, path), 1), []engine.Event(nil)
	j := openCopy(t, path)
	ordered(t, j, what, nil, id)
	erased(t, j)
	after = all(t, j, 1)
	of := map[uint64]bool{}
	for i, e := range before {
		if _, gone := after[i].Body.(engine.Forgotten); gone {
			of[e.Seq] = true
		}
	}
	return of
}

// "A call so rewritten" is found nowhere, and the counts and records stay: each call of a
// floor, alone and with others, in words or whole.
func TestAnErasedCallIsFoundNowhereAndStillCounts(t *testing.T) {
	path, events := played(t)
	calls, _ := surveyed(t, openCopy(t, path))
	var ids []engine.SessionID
	for id, c := range calls {
		if c.Over.IsZero() {
			t.Errorf("%s is not over", id)
		}
		ids = append(ids, id)
	}
	slices.Sort(ids)
	if len(ids) < 6 {
		t.Fatalf("%d calls: the test proves nothing", len(ids))
	}
	want := engine.NewState("x")
	for _, e := range events {
		want, _ = engine.Step(want, e)
	}
	for _, what := range []engine.Erasure{engine.EraseWords, engine.EraseAll} {
		for n, some := range [][]engine.SessionID{ids[:1], ids[len(ids)/2:], ids} {
			name := fmt.Sprintf("%s/%d", what, n)
			of := map[uint64]bool{}
			for _, id := range some {
				for seq := range eventsOfCall(t, path, id, what) {
					of[seq] = true
				}
			}
			to := filepath.Join(t.TempDir(), "journal.db")
			if err := openCopy(t, path).Backup(to); err != nil {
				t.Fatal(err)
			}
			checkpointed(t, to, "test", uint64(len(events)/2), uint64(len(events)))
			j := open(t, to)
			ordered(t, j, what, nil, some...)
			e := erased(t, j)
			if e.Calls != len(some) || len(e.Waiting)+len(e.Late) > 0 {
				t.Errorf("%s: erased %+v of %d calls", name, e, len(some))
			}
			if unfinished, err := j.Unfinished(); len(unfinished) > 0 || err != nil {
				t.Errorf("%s: it is not done: %v", name, err)
			}
			lost := secrets(events, what, of)
			for _, rest := range events { // what another call says as well is not to be found gone
				if !of[rest.Seq] {
					for text := range secrets([]engine.Event{rest}, engine.EraseAll, map[uint64]bool{rest.Seq: true}) {
						delete(lost, text)
					}
				}
			}
			var texts []string
			for text := range lost {
				texts = append(texts, text)
			}
			if len(texts) < 3 {
				t.Errorf("%s: %d texts to be lost", name, len(texts))
			}
			for _, found := range holds(t, to, texts...) {
				t.Errorf("%s: %s", name, found)
			}
			folded := engine.NewState(j.Epoch())
			for _, e := range all(t, j, 1) {
				folded, _ = engine.Step(folded, e)
			}
			if diff := cmp.Diff(want.Tally(), folded.Tally()); diff != "" {
				t.Errorf("%s: it adds up to something else:\n%s", name, diff)
			}
			if len(some) == len(ids) && len(folded.Open()) > 0 {
				t.Errorf("%s: %v are open", name, folded.Open())
			}
			if r := checked(t, to); len(r.Faults) > 0 {
				t.Errorf("%s: a check finds %+v", name, r.Faults)
			}
			again := erased(t, j)
			if again.Events > 0 {
				t.Errorf("%s: once more it rewrites %+v", name, again)
			}
		}
	}
}

// Rows that need more room are moved, and leave copies of themselves behind: none may be
// of what is erased later. A large journal, in many rounds, in any order.
func TestWhatWasMovedIsErasedAsWell(t *testing.T) {
	if testing.Short() {
		t.Skip("it folds a journal several times; nothing in it runs at once")
	}
	path, n := many(t, 2)
	j := open(t, path)
	calls, _ := surveyed(t, j)
	var ids []engine.SessionID
	for id := range calls {
		ids = append(ids, id)
	}
	if len(ids) < n {
		t.Errorf("%d calls of %d are there", len(ids), n)
	}
	slices.Sort(ids)
	random := rand.New(rand.NewPCG(1, 2))
	random.Shuffle(len(ids), func(i, k int) { ids[i], ids[k] = ids[k], ids[i] })
	for round := 0; len(ids) > 0; round++ {
		n := min(len(ids), 1+random.IntN(12))
		what := engine.EraseAll
		if round%2 == 0 {
			what = engine.EraseWords
		}
		ordered(t, j, what, nil, ids[:n]...)
		erased(t, j)
		ids = ids[n:]
	}
	for _, found := range holds(t, path, "a secret that was said") {
		t.Error(found)
	}
	for _, e := range all(t, j, 1) {
		switch e.Body.(type) {
		case engine.Uttered, engine.Transcribed:
			t.Fatalf("event %d was not erased: the test proves nothing", e.Seq)
		}
	}
}

// Calls that go on beside a forgotten one are folded otherwise, for nobody knows any more
// which operator was busy: what all have added up to is written down when it is forgotten.
func TestForgottenCallsLeaveTheCountsOfOthersAsTheyWere(t *testing.T) {
	if testing.Short() {
		t.Skip("it folds a journal several times; nothing in it runs at once")
	}
	path, n := many(t, 2)
	j := open(t, path)
	before, err := runner.Recover(j)
	if err != nil {
		t.Fatal(err)
	}
	calls, _ := surveyed(t, j)
	var ids []engine.SessionID
	for id := range calls {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	ordered(t, j, engine.EraseAll, nil, ids[:n/4]...)
	erased(t, j)
	ordered(t, j, engine.EraseWords, nil, ids[n/3:n/2]...)
	erased(t, j)
	folded := engine.NewState(j.Epoch())
	differed := false
	for _, e := range all(t, j, 1) {
		if f, ok := e.Body.(engine.Forgotten); ok { // as an older version has left them
			f.Busy = nil
			e.Body = f
		}
		folded, _ = engine.Step(folded, e)
		if e.Seq == before.Seq {
			differed = cmp.Diff(before.Tally(), folded.Tally()) != ""
		}
	}
	if diff := cmp.Diff(before.Tally(), folded.Tally()); diff != "" {
		t.Error(diff)
	}
	if !differed {
		t.Error("no other call was folded otherwise: the test proves nothing")
	}
}

// many returns the path of a journal of the demo's calls over and over.
func many(t testing.TB, times int) (path string, calls int) {
	t.Helper()
	recs, err := testdata.Recordings()
	if err != nil {
		t.Fatal(err)
	}
	var all []*recording.Recording
	for range times {
		all = append(all, recs...)
	}
	play := enginetest.NewPlay(1, world.Faults{})
	play.Load(enginetest.Defaults())
	if _, err := play.Run(20*time.Second, all...); err != nil {
		t.Fatal(err)
	}
	events := play.Journal()
	for i, e := range events {
		if said, ok := e.Body.(engine.Uttered); ok {
			said.Text += " a secret that was said"
			events[i].Body = said
		}
	}
	path = fresh(t)
	if _, err := journal.Import(path, bytes.NewReader(lines(t, events))); err != nil {
		t.Fatal(err)
	}
	return path, len(all)
}

var errEnough = errors.New("enough")

// "kill at any point": broken off after any number of transactions, the next one does the
// rest, and what was erased still counts.
func TestAnErasureThatIsBrokenOffIsDoneTheNextTime(t *testing.T) {
	if testing.Short() {
		t.Skip("it folds a journal several times; nothing in it runs at once")
	}
	path, events := played(t)
	calls, _ := surveyed(t, openCopy(t, path))
	var ids []engine.SessionID
	for id := range calls {
		ids = append(ids, id)
	}
	want := engine.NewState("x")
	for _, e := range events {
		want, _ = engine.Step(want, e)
	}
	for steps := 0; ; steps++ {
		j := openCopy(t, path)
		ordered(t, j, engine.EraseAll, nil, ids...)
		ctx := &countdown{Context: t.Context(), left: steps}
		_, err := j.Erase(ctx, upNow(t, j))
		if err == nil {
			if steps < 5 {
				t.Errorf("broken off %d times: the test proves nothing", steps)
			}
			return
		}
		if !errors.Is(err, errEnough) {
			t.Fatal(err)
		}
		if unfinished, _ := j.Unfinished(); len(unfinished) != 1 {
			t.Fatalf("after %d steps it is taken for done", steps)
		}
		if state, err := runner.Recover(j); err != nil || len(state.Open()) > 0 || cmp.Diff(want.Tally(), state.Tally()) != "" {
			t.Fatalf("after %d steps it recovers to another state: %v", steps, err)
		}
		erased(t, j)
		folded := engine.NewState(j.Epoch())
		for _, e := range all(t, j, 1) {
			folded, _ = engine.Step(folded, e)
		}
		if diff := cmp.Diff(want.Tally(), folded.Tally()); diff != "" {
			t.Fatalf("after %d steps and the rest:\n%s", steps, diff)
		}
		j.Close()
		if steps > 20 {
			steps += 7
		}
	}
}

// A countdown is a context that is done after it was asked so often.
type countdown struct {
	context.Context
	left int
}

func (c *countdown) Err() error {
	if c.left--; c.left < 0 {
		return errEnough
	}
	return nil
}

// "A call that is still up is not erased: said, and erased when it is over."
func TestACallThatIsUpIsErasedWhenItIsOver(t *testing.T) {
	_, events := played(t)
	path := fresh(t)
	half := events[:len(events)/2]
	if _, err := journal.Import(path, bytes.NewReader(lines(t, half))); err != nil {
		t.Fatal(err)
	}
	j := open(t, path)
	calls, _ := surveyed(t, j)
	var up []engine.SessionID
	for id, c := range calls {
		if c.Over.IsZero() && c.Number > 0 {
			up = append(up, id)
		}
	}
	if len(up) == 0 {
		t.Fatal("no call is up in the middle")
	}
	slices.Sort(up)
	body := engine.CallsForgotten{Sessions: up, What: engine.EraseAll}
	last := half[len(half)-1]
	appended(t, j, last.At, engine.Entry{ID: "forget", By: engine.ByRunner, Body: body})
	state, err := runner.Recover(j)
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Checkpoint(state.Seq, "test", []byte(stateText(t, &state))); err != nil {
		t.Fatal(err)
	}
	e := erased(t, j)
	slices.Sort(e.Waiting)
	if e.Events > 0 || !slices.Equal(e.Waiting, up) {
		t.Errorf("erased %+v, waiting are to be %v", e, up)
	}
	for _, later := range events[len(half):] {
		appended(t, j, later.At, later.Entry)
	}
	e = erased(t, j)
	if e.Events > 0 || len(e.Late) != len(up) || len(e.Waiting) > 0 {
		t.Errorf("once they are over they are to be ordered again: %+v", e)
	}
	ordered(t, j, engine.EraseAll, nil, up...)
	if e = erased(t, j); e.Calls != len(up) || len(e.Late)+len(e.Waiting) > 0 {
		t.Errorf("ordered again: %+v", e)
	}
	if unfinished, _ := j.Unfinished(); len(unfinished) > 0 {
		t.Error("it is not done")
	}
}

// "Erasing keeps the chain", and with the salt nobody can try out the numbers.
func TestErasingKeepsTheChainOfActs(t *testing.T) {
	_, events := played(t)
	path := fresh(t)
	if _, err := journal.Import(path, bytes.NewReader(lines(t, events))); err != nil {
		t.Fatal(err)
	}
	j := open(t, path)
	calls, _ := surveyed(t, j)
	at := events[len(events)-1].At
	var ids []engine.SessionID
	for id := range calls {
		ids = append(ids, id)
		for i, body := range []engine.Body{
			engine.TransferAsked{Session: id, To: "+12025550177"}, engine.NoteAsked{Session: id, Text: "has called before"},
			engine.MonitorAsked{Session: id, Role: engine.Monitor, Phone: "+12025550178"},
		} {
			appended(t, j, at, act(fmt.Sprint(id, "/", i), body))
		}
	}
	appended(t, j, at, act("floor", engine.NoteAsked{Text: "for the next shift"}))
	stray := j.Newest()
	before, err := j.AuditHead()
	if err != nil {
		t.Fatal(err)
	}
	ordered(t, j, engine.EraseWords, []uint64{stray}, ids...)
	if e := erased(t, j); e.Acts != 3*len(ids)+1 {
		t.Errorf("erased %+v", e)
	}
	verify := func(when string, forgotten int) {
		a, err := j.VerifyAudit(t.Context(), before.Hash)
		if err != nil || len(a.Faults) > 0 || !a.Found || a.Passed != before.Seq || a.Forgotten != forgotten {
			t.Errorf("%s: %+v, %v", when, a, err)
		}
	}
	verify("without words", 3*len(ids)+1)
	if found := holds(t, path, "has called before", "for the next shift"); len(found) > 0 {
		t.Error(found)
	}
	if found := holds(t, path, "+12025550177"); len(found) == 0 {
		t.Error("a number is gone with the words")
	}
	salts := func() (n int) {
		for _, line := range queried(t, path, "SELECT count(*) FROM audit WHERE salt IS NOT NULL") {
			fmt.Sscan(line, &n)
		}
		return n
	}
	had := salts()
	ordered(t, j, engine.EraseAll, []uint64{stray}, ids...)
	erased(t, j)
	verify("without numbers", 3*len(ids)+1)
	if found := holds(t, path, "+12025550177", "+12025550178"); len(found) > 0 {
		t.Error(found)
	}
	if lost := had + 1 - salts(); lost != 3*len(ids)+1 { // the second order is an act with a salt of its own
		t.Errorf("%d salts were dropped", lost)
	}
}

// A meanwhile is a context that has something done when it is asked for the n-th time.
type meanwhile struct {
	context.Context
	n  int
	do func()
}

func (m *meanwhile) Err() error {
	if m.n--; m.n == 0 {
		m.do()
	}
	return nil
}

// A report looks through the chain while a run erases: no act is told as changed for that.
func TestAChainThatIsErasedMeanwhileHoldsTogether(t *testing.T) {
	j := open(t, fresh(t))
	appended(t, j, noon, engine.Entry{ID: "settings", By: engine.ByRunner, Body: engine.SettingsLoaded{Settings: engine.Settings{Floor: "main"}}})
	var notes []uint64
	for i := range 1100 {
		appended(t, j, noon, act(fmt.Sprint(i), engine.NoteAsked{Text: "for the next shift"}))
		notes = append(notes, j.Newest())
	}
	ctx := &meanwhile{t.Context(), 300, func() {
		ordered(t, j, engine.EraseAll, notes)
		erased(t, j)
	}}
	a, err := j.VerifyAudit(ctx, "")
	if err != nil || ctx.n > 0 || len(a.Faults) > 0 {
		t.Errorf("%+v, %v", a, err)
	}
}

// queried asks a copy of a journal's file.
func queried(t *testing.T, path, query string) []string {
	t.Helper()
	column, err := openCopy(t, path).Column(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	return column
}

// A sentence that comes again after its call was erased goes with the next erasure.
func TestWhatComesLateOfAnErasedCallIsErasedWithTheNext(t *testing.T) {
	path, events := played(t)
	j := open(t, path)
	var said engine.Uttered
	for _, e := range events {
		if u, ok := e.Body.(engine.Uttered); ok {
			said = u
		}
	}
	if said.Text == "" {
		t.Fatal("nobody says anything")
	}
	ordered(t, j, engine.EraseAll, nil, said.Session)
	erased(t, j)
	said.Revision, said.Text = said.Revision+1, "it comes late"
	appended(t, j, noon.Add(100*24*time.Hour), engine.Entry{ID: "late", By: engine.BySymbl, Body: said})
	if e := erased(t, j); len(e.Late) != 1 || e.Late[0].Session != said.Session || e.Late[0].What != engine.EraseAll {
		t.Fatalf("it is told as %+v", e)
	}
	ordered(t, j, engine.EraseAll, nil, said.Session)
	if e := erased(t, j); e.Events != 1 || len(e.Late) > 0 {
		t.Errorf("ordered again: %+v", e)
	}
	if found := holds(t, path, "it comes late"); len(found) > 0 {
		t.Error(found)
	}
}

func TestAForgottenCallIsNotFoundForAnExport(t *testing.T) {
	path, _ := played(t)
	j := open(t, path)
	calls, _ := surveyed(t, j)
	for id, c := range calls {
		if c.Number != 2 {
			continue
		}
		ordered(t, j, engine.EraseWords, nil, id)
		erased(t, j)
		for _, name := range []string{string(id), "2", "#2"} {
			if _, err := j.FindCall(name); !errors.Is(err, journal.ErrForgotten) {
				t.Errorf("%s: got %v", name, err)
			}
		}
	}
	if _, err := j.FindCall("3"); err != nil {
		t.Errorf("another: %v", err)
	}
	if _, err := j.FindCall("99"); !errors.Is(err, journal.ErrNoCall) {
		t.Errorf("none: %v", err)
	}
}

// An export of a journal with forgotten calls makes the same journal again, with a chain
// of its own.
func TestAForgottenJournalIsExportedAndImported(t *testing.T) {
	path, _ := played(t)
	j := open(t, path)
	calls, _ := surveyed(t, j)
	for id := range calls {
		appended(t, j, noon.Add(99*24*time.Hour), act("act/"+string(id), engine.NoteAsked{Session: id, Text: "seen"}))
		ordered(t, j, engine.EraseAll, nil, id)
	}
	erased(t, j)
	text := exported(t, j)
	if strings.Contains(string(text), "seen") {
		t.Error("it holds what is forgotten")
	}
	again := fresh(t)
	if _, err := journal.Import(again, bytes.NewReader(text)); err != nil {
		t.Fatal(err)
	}
	other := open(t, again)
	if diff := cmp.Diff(all(t, j, 1), all(t, other, 1)); diff != "" {
		t.Error(diff)
	}
	a, err := other.VerifyAudit(t.Context(), "")
	if err != nil || len(a.Faults) > 0 || a.Forgotten != len(calls) || a.Began != other.Newest() {
		t.Errorf("its chain: %+v, %v", a, err)
	}
}

// A checkpoint from before an erasure that is written after it would bring it all back.
func TestACheckpointFromBeforeAnErasureIsNotKept(t *testing.T) {
	path, events := played(t)
	j := open(t, path)
	calls, _ := surveyed(t, j)
	for id := range calls {
		ordered(t, j, engine.EraseAll, nil, id)
		break
	}
	newest, _, _, _ := j.Latest()
	if err := j.Checkpoint(uint64(len(events)), "test", []byte("of before")); err != nil {
		t.Fatal(err)
	}
	if found := holds(t, path, "of before"); len(found) > 0 {
		t.Error(found)
	}
	if got, _, _, _ := j.Latest(); got != newest {
		t.Errorf("the newest checkpoint is %d, want %d", got, newest)
	}
}

// A call beside a forgotten one may be folded otherwise from the beginning, and never end:
// a check counts what the checkpoint knows to be over.
func TestACheckOfAForgottenJournalCountsWhatIsUp(t *testing.T) {
	if testing.Short() {
		t.Skip("it folds a journal several times; nothing in it runs at once")
	}
	path, n := many(t, 2)
	j := open(t, path)
	calls, _ := surveyed(t, j)
	var ids []engine.SessionID
	for id := range calls {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	want := len(upNow(t, j))
	orderedAs(t, j, engine.CallsForgotten{Sessions: ids[:n/4], What: engine.EraseAll, Staff: true})
	erased(t, j)
	orderedAs(t, j, engine.CallsForgotten{Sessions: ids[n/3 : n/2], What: engine.EraseWords, Staff: true})
	erased(t, j)
	folded := engine.NewState(j.Epoch())
	for _, e := range all(t, j, 1) {
		folded, _ = engine.Step(folded, e)
	}
	if len(folded.Open()) == want {
		t.Fatal("every call ends from the beginning too: the test proves nothing")
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	if r := checked(t, path); r.Open != want || r.Checkpoint == 0 {
		t.Errorf("got %d that are not over, want %d; the checkpoint is after event %d", r.Open, want, r.Checkpoint)
	}
}
