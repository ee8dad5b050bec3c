package symbl_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"switchboard/engine"
	"switchboard/engine/clock"
	"switchboard/engine/world"
	"switchboard/symbl"
	"switchboard/symbl/symbltest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	speed    = 50               // house seconds in a second
	patience = 30 * time.Second // with a busy machine
	secret   = "s3cret-of-the-app"
)

// A rig is a client and the emulator that it speaks to.
type rig struct {
	t      *testing.T
	clock  *clock.Clock
	line   *line
	server *symbltest.Server
	engine *ear
	client *symbl.Client
	made   int // commands
}

func newRig(t *testing.T, change ...func(*symbltest.Config)) *rig {
	t.Helper()
	t.Parallel() // they mostly wait
	return newRigAt(t, speed, change...)
}

// newRigAt is newRig at another speed, for what a busy machine may upset, and not in
// parallel.
func newRigAt(t *testing.T, speed float64, change ...func(*symbltest.Config)) *rig {
	t.Helper()
	house := clock.New(time.Date(2026, 1, 5, 10, 0, 0, 0, time.UTC), speed)
	r := &rig{t: t, clock: house, line: &line{clock: house}, engine: &ear{clock: house}}
	config := symbltest.Config{Clock: house, Line: r.line, AppSecret: secret}
	for _, c := range change {
		c(&config)
	}
	var err error
	if r.server, err = symbltest.Start(config); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.server.Close)
	r.client = r.another(nil)
	return r
}

// another returns one more client of the same emulator.
func (r *rig) another(change func(*symbl.Config)) *symbl.Client {
	config := symbl.Config{
		URL: r.server.URL() + "/", SocketURL: r.server.SocketURL(),
		AppID: "app-id", AppSecret: secret,
		Clock: r.clock, Engine: r.engine,
	}
	if change != nil {
		change(&config)
	}
	c := symbl.New(config)
	r.t.Cleanup(c.Close)
	return c
}

func (r *rig) do(c *symbl.Client, a engine.Action) engine.Body {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), patience)
	defer cancel()
	r.made++
	name := engine.CommandName(fmt.Sprintf("s1/test/%d", r.made))
	return c.Do(ctx, engine.Command{Name: name, Session: "s1", Decided: r.clock.Now(), Action: a})
}

var call = engine.Listen{Number: "+12025550100", Code: "1234567890", Title: "call s1"}

// listen has Symbl listen, and waits until its leg is there.
func (r *rig) listen() engine.Listening {
	r.t.Helper()
	got, ok := r.do(r.client, call).(engine.Listening)
	if !ok || got.Connection == "" {
		r.t.Fatalf("listen: got %+v, want a connection", got)
	}
	r.until("Symbl's leg is there", func() bool { return r.line.leg(0) != nil })
	return got
}

// hear has Symbl listen, and hears it.
func (r *rig) hear() engine.Listening {
	r.t.Helper()
	got := r.listen()
	r.accepted(engine.Hear{Connection: got.Connection, Conversation: got.Conversation})
	return got
}

func (r *rig) accepted(a engine.Action) {
	r.t.Helper()
	if got, ok := r.do(r.client, a).(engine.Accepted); !ok {
		r.t.Fatalf("%T: got %+v, want it accepted", a, got)
	}
}

// until waits for what must come.
func (r *rig) until(what string, ok func() bool) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), patience)
	defer cancel()
	for !ok() {
		if r.clock.Sleep(ctx, 100*time.Millisecond) != nil {
			r.t.Fatalf("in vain: %s; entries %v, notes %q", what, r.engine.ids(), r.engine.noted())
		}
	}
}

// pass lets house time go by, for what must not come.
func (r *rig) pass(house time.Duration) {
	r.t.Helper()
	if err := r.clock.Sleep(r.t.Context(), house); err != nil {
		r.t.Fatal(err)
	}
}

// An ear is an engine that keeps what it is told.
type ear struct {
	clock *clock.Clock

	mu       sync.Mutex
	busy     int // submits still to be refused
	entries  []engine.Entry
	partials []engine.Partial
	notes    []string
	alive    int
}

var errBusy = errors.New("busy")

func (e *ear) Submit(_ context.Context, entry engine.Entry) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.busy > 0 {
		e.busy--
		return errBusy
	}
	e.entries = append(e.entries, entry)
	return nil
}

func (e *ear) Partial(p engine.Partial) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.partials = append(e.partials, p)
}

func (e *ear) Alive(by engine.By) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if by == engine.BySymbl {
		e.alive++
	}
}

func (e *ear) Note(kind engine.TroubleKind, detail string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.notes = append(e.notes, kind.String()+": "+detail)
}

func (e *ear) refuse(submits int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.busy = submits
}

func (e *ear) heard() []engine.Entry {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.entries)
}

func (e *ear) ids() []string {
	var ids []string
	for _, entry := range e.heard() {
		ids = append(ids, entry.ID)
	}
	return ids
}

func (e *ear) uttered() []engine.Uttered { return only[engine.Uttered](e.heard()) }

func (e *ear) noted() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.notes)
}

func (e *ear) said() []engine.Partial {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.partials)
}

// only returns the bodies of one type.
func only[B engine.Body](entries []engine.Entry) []B {
	var bodies []B
	for _, entry := range entries {
		if body, ok := entry.Body.(B); ok {
			bodies = append(bodies, body)
		}
	}
	return bodies
}

// A line is a telephone network in which everybody answers at once and says what the
// test has him say.
type line struct {
	clock *clock.Clock
	mu    sync.Mutex
	legs  []*leg
}

type leg struct {
	id, from, to, digits string
	gone                 bool
	said                 []world.Said
	saying               world.Said
}

func (l *line) CallIn(from, to, digits string) (world.LegID, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	id := fmt.Sprintf("leg-%d", len(l.legs))
	l.legs = append(l.legs, &leg{id: id, from: from, to: to, digits: digits})
	return world.LegID(id), nil
}

func (l *line) find(id world.LegID) *leg {
	i := slices.IndexFunc(l.legs, func(g *leg) bool { return g.id == string(id) })
	return l.legs[i]
}

func (l *line) Hangup(id world.LegID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.find(id).gone = true
}

func (l *line) Alive(id world.LegID) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return !l.find(id).gone
}

func (l *line) Heard(id world.LegID, from int) []world.Said {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.find(id).said[from:])
}

func (l *line) Saying(id world.LegID) (world.Said, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	saying := l.find(id).saying
	return saying, saying.Text != ""
}

// leg returns a copy of the nth leg, or nil while there is none.
func (l *line) leg(n int) *leg {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n >= len(l.legs) {
		return nil
	}
	g := *l.legs[n]
	return &g
}

// say has the nth leg hear a sentence that is over just now.
func (l *line) say(n int, text string, polarity int) {
	l.hear(n, world.Said{Text: text, Scored: true, Polarity: polarity})
}

func (l *line) hear(n int, said world.Said) {
	l.mu.Lock()
	defer l.mu.Unlock()
	g := l.legs[n]
	said.ID = fmt.Sprintf("%s/%d", g.id, len(g.said))
	said.End = l.clock.Now()
	said.Start = said.End.Add(-time.Duration(len(strings.Fields(said.Text))) * 300 * time.Millisecond)
	g.said = append(g.said, said)
	g.saying = world.Said{}
}

// begin has the nth leg hear the first words of a sentence.
func (l *line) begin(n int, words string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	g := l.legs[n]
	g.saying = world.Said{ID: fmt.Sprintf("%s/%d", g.id, len(g.said)), Text: words, Start: l.clock.Now()}
}
