package journal

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"switchboard/engine"
)

// eraseAtOnce is how many events are rewritten in one transaction: few enough that who
// wants to append hardly waits.
const eraseAtOnce = 24

// ErrForgotten means that a call was erased: what is left of it are its times and counts.
var ErrForgotten = errors.New("the call was forgotten: what is left are its times and counts, so it is not shown, replayed or judged anew")

// errNoCheckpoint means that nothing would be left to recover from.
var errNoCheckpoint = errors.New("there is no checkpoint yet of the state without what is to be erased")

// An Erased is what an erasure has come to.
type Erased struct {
	Calls  int // of which something was erased
	Events int // that were rewritten
	Acts   int // of supervisors, among them

	// Waiting are calls that are to be erased and are up. Late are calls of which something
	// was told after it was ordered, as of one that was up then: they are to be ordered
	// again, so that what the state has kept of that goes too.
	Waiting []engine.SessionID
	Late    []Order
}

// An Order is an erasure of one call.
type Order struct {
	Session    engine.SessionID
	What       engine.Erasure
	Recordings []string // Telnyx's ids of what was recorded, as far as they are not erased
}

// Unfinished returns the erasures that are ordered and not done, as after a kill, or for
// a call that is still up.
func (j *Journal) Unfinished() ([]engine.CallsForgotten, error) {
	orders, err := j.orders()
	if err != nil {
		return nil, fmt.Errorf("read which erasures are not done: %w", explain(err))
	}
	var open []engine.CallsForgotten
	for _, o := range orders {
		if !o.done {
			open = append(open, o.body)
		}
	}
	return open, nil
}

// Erasures returns how many erasures were ever ordered.
func (j *Journal) Erasures() (n int, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.failed != nil {
		return 0, j.failed
	}
	err = j.conn.QueryRowContext(background, "SELECT count(*) FROM erasure").Scan(&n)
	return n, err
}

// Digest returns what stands in the place of names and numbers that are forgotten: the
// same for the same, as long as nobody lets go of it, and to be guessed by nobody.
func Digest() func(string) string { return digester(newSalt()) }

// Erase has the journal agree with all [engine.CallsForgotten] in it: each event of those
// calls is rewritten to its forgotten form, checkpoints from before the newest of them
// are dropped, and the log is emptied. What is overwritten is nowhere in the file or
// beside it. It goes on beside Append, a few events at a time, and where it is broken off,
// by ctx or a kill, the next Erase does the rest. It needs a checkpoint from after the
// newest order. up are the calls that are not over by now: they are left as they are, see
// [Erased].
func (j *Journal) Erase(ctx context.Context, up []engine.SessionID) (Erased, error) {
	x := erasing{
		journal: j, ctx: ctx, tracer: newTracer(j.Epoch(), up), want: map[engine.SessionID]wanted{}, strays: map[uint64]engine.Erasure{},
		pending: map[engine.SessionID][]rewrite{},
	}
	if err := x.all(); err != nil {
		return x.erased, fmt.Errorf("erase calls from the journal: %w", explain(err))
	}
	return x.erased, nil
}

// An erasing is an erasure under way.
type erasing struct {
	*tracer
	journal *Journal
	ctx     context.Context
	orders  []order
	want    map[engine.SessionID]wanted
	strays  map[uint64]engine.Erasure
	pending map[engine.SessionID][]rewrite // of calls that may still be told of, by the event
	erased  Erased
}

// An order is one as it stands in the journal.
type order struct {
	seq  uint64
	done bool
	body engine.CallsForgotten
}

// A wanted is how much of a call is to be erased, and the event that ordered it last.
type wanted struct {
	what  engine.Erasure
	seq   uint64
	staff bool // who was busy by it is to go as well
}

// A rewrite is an event that is to be rewritten.
type rewrite struct {
	seq   uint64
	what  engine.Erasure
	added engine.Tally
	busy  []string // operators, by the call, after the event
	staff bool     // nobody is to be named
}

func (x *erasing) all() error {
	if err := x.ordered(); err != nil || len(x.orders) == 0 {
		return err
	}
	if err := x.dropCheckpoints(); err != nil {
		return err
	}
	x.done = func(c *Traced, _ time.Time) error { return x.let(c) }
	err := x.journal.Read(1, func(e engine.Event) error {
		if x.seen%pageSize == 0 && x.ctx.Err() != nil {
			return x.ctx.Err()
		}
		return x.look(e)
	})
	if err != nil {
		return err
	}
	if err := x.finish(); err != nil {
		return err
	}
	if err := x.journal.emptyLog(); err != nil {
		return err
	}
	removeLeft(os.TempDir(), copyName)
	removeLeft(filepath.Dir(x.journal.path), importName)
	return x.settle()
}

// ordered reads what is to be erased.
func (x *erasing) ordered() (err error) {
	if x.orders, err = x.journal.orders(); err != nil {
		return err
	}
	for _, o := range x.orders {
		for _, id := range o.body.Sessions {
			was := x.want[id]
			w := wanted{o.body.What, o.seq, o.body.Staff || was.staff}
			if was.what.Takes(w.what) {
				w.what = was.what
			}
			x.want[id] = w
		}
		for _, seq := range o.body.Events {
			if !x.strays[seq].Takes(o.body.What) {
				x.strays[seq] = o.body.What
			}
		}
	}
	return nil
}

// orders returns all erasures that were ever ordered.
func (j *Journal) orders() ([]order, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.failed != nil {
		return nil, j.failed
	}
	rows, err := j.conn.QueryContext(background, "SELECT seq, done FROM erasure ORDER BY seq")
	if err != nil {
		return nil, err
	}
	var all []order
	for rows.Next() {
		var o order
		if err := rows.Scan(&o.seq, &o.done); err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		all = append(all, o)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, err
	}
	for i := range all {
		e, err := j.event(all[i].seq)
		if err != nil {
			return nil, err
		}
		body, ok := e.Body.(engine.CallsForgotten)
		if !ok {
			return nil, fmt.Errorf("%w (event %d orders no erasure)", ErrDamaged, all[i].seq)
		}
		all[i].body = body
	}
	return all, nil
}

// event returns one event. The caller holds the lock.
func (j *Journal) event(seq uint64) (engine.Event, error) {
	r, err := j.oneKept(seq)
	if err != nil {
		return engine.Event{}, err
	}
	return r.event(seq)
}

func (j *Journal) oneKept(seq uint64) (*kept, error) {
	var r kept
	err := j.do.one.QueryRow(seq).Scan(&r.seq, &r.at, &r.id, &r.by, &r.occurred, &r.kind, &r.body, &r.want)
	return &r, err
}

// dropCheckpoints drops those that hold what is to be erased.
func (x *erasing) dropCheckpoints() error {
	seq, _, _, err := x.journal.Latest()
	if err != nil {
		return err
	}
	j := x.journal
	j.mu.Lock()
	defer j.mu.Unlock()
	if seq < j.erased {
		return errNoCheckpoint
	}
	return j.transact("drop old checkpoints", func() error {
		_, err := j.drop("DELETE FROM checkpoint WHERE seq < ?", j.erased)
		return err
	})
}

// look takes an event, and keeps what is to be done with it until its call is let go.
func (x *erasing) look(e engine.Event) error {
	owner, err := x.take(e)
	if err != nil {
		return err
	}
	f, _ := e.Body.(engine.Forgotten)
	if what := x.strays[e.Seq]; owner == "" {
		if f.What.Takes(what) {
			return nil
		}
		return x.rewrite("", []rewrite{{seq: e.Seq, what: what, added: x.added}})
	}
	c := x.calls[owner]
	want := x.want[owner].what
	if c == nil || want == 0 && c.Number != 0 || want != 0 && f.What.Takes(want) {
		return nil
	}
	if want == engine.EraseSound && !changes(e.Body, want) {
		return nil
	}
	x.pending[owner] = append(x.pending[owner], rewrite{seq: e.Seq, what: want, added: x.added, busy: x.state.Busy(owner)})
	return nil
}

// let does what is to be done with a call of which nothing more is to come.
func (x *erasing) let(c *Traced) error {
	var all []rewrite
	for _, id := range append(c.parts, c.Session) {
		all = append(all, x.pending[id]...)
		delete(x.pending, id)
	}
	want, ok := x.want[c.Session]
	switch {
	case !ok:
		return nil
	case len(all) == 0:
		return nil
	case c.Over.IsZero():
		x.erased.Waiting = append(x.erased.Waiting, c.Session)
		return nil
	}
	for i := range all {
		all[i].what = want.what
		all[i].staff = want.staff
	}
	slices.SortFunc(all, func(a, b rewrite) int { return cmp.Compare(a.seq, b.seq) })
	if last := &all[len(all)-1]; last.seq == c.lastSeq {
		last.busy = nil // it is over, and nobody may stay busy for ever by it
	}
	if all[len(all)-1].seq > want.seq {
		x.erased.Late = append(x.erased.Late, Order{c.Session, want.what, c.Recordings})
		return nil
	}
	x.erased.Calls++
	return x.rewrite(c.Session, all)
}

// rewrite rewrites events of a call, the last ones first: so the ones before them are
// whole, and what each had added can be told, should it be broken off.
func (x *erasing) rewrite(session engine.SessionID, all []rewrite) error {
	digest := Digest()
	for len(all) > 0 {
		if err := x.ctx.Err(); err != nil {
			return err
		}
		n := max(0, len(all)-eraseAtOnce)
		if err := x.some(session, all[n:], digest); err != nil {
			return err
		}
		all = all[:n]
	}
	return nil
}

// some rewrites a few events in one transaction.
func (x *erasing) some(session engine.SessionID, few []rewrite, digest func(string) string) error {
	j := x.journal
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.failed != nil {
		return j.failed
	}
	acts := 0
	var ready []erasable
	for _, w := range slices.Backward(few) {
		r, err := j.erasable(session, w, digest)
		if err != nil {
			return err
		}
		if r.act {
			acts++
		}
		ready = append(ready, r)
	}
	err := j.transact("erase", func() error {
		for i := range ready {
			if err := j.overwrite(&ready[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	x.erased.Events += len(few)
	x.erased.Acts += acts
	j.copyLog(4*len(few) + 8)
	return nil
}

// An erasable is an event with what is to stand in its place.
type erasable struct {
	before *kept
	after  row
	act    bool // it is in the chain of acts
	unsalt bool // and nobody may be able to try out which numbers its digests were
}

// erasable reads an event and makes its forgotten form.
func (j *Journal) erasable(session engine.SessionID, w rewrite, digest func(string) string) (erasable, error) {
	r, err := j.oneKept(w.seq)
	if err != nil {
		return erasable{}, err
	}
	e, err := r.event(w.seq)
	if err != nil {
		return erasable{}, err
	}
	f, err := e.Forget(w.what, session, w.added, w.busy, digest)
	if w.staff {
		f.Busy = nil // also where it was forgotten before
	}
	if err != nil {
		return erasable{}, err
	}
	x := erasable{before: r, after: r.row, act: acts(e.Entry)}
	if x.act && w.what == engine.EraseAll {
		// The very form that was linked, so that the chain holds. An act that is not in it
		// is erased all the same: a look through the chain tells.
		var form string
		switch err := j.do.linked.QueryRow(w.seq).Scan(&form); {
		case err == nil:
			f.Body, x.unsalt = []byte(form), true
		case !errors.Is(err, sql.ErrNoRows):
			return erasable{}, err
		}
	}
	kind, body, err := engine.EncodeBody(f)
	x.after.kind, x.after.body = kind, string(body)
	return x, err
}

// overwrite puts an event's forgotten form in its place.
func (j *Journal) overwrite(x *erasable) error {
	b := x.before
	// First in its place, byte for byte: where what is left needs more room, rows are moved
	// to other pages, and what they leave behind is not always written over.
	if _, err := j.do.rewrite.Exec(b.kind, strings.Repeat(" ", len(b.body)), b.want, b.seq); err != nil {
		return err
	}
	if _, err := j.do.rewrite.Exec(x.after.kind, x.after.body, x.after.sum(), b.seq); err != nil || !x.unsalt {
		return err
	}
	_, err := j.do.unsalt.Exec(b.seq)
	return err
}

// emptyLog copies the log into the file and empties it: it holds what was before.
func (j *Journal) emptyLog() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.failed != nil {
		return j.failed
	}
	var busy, log, copied int
	err := j.conn.QueryRowContext(background, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &log, &copied)
	if err != nil && !isFull(err) {
		j.failed = fmt.Errorf("%w (empty the log: %w)", ErrBroken, err)
		return j.failed
	}
	if err == nil && busy != 0 {
		err = errors.New("the log could not be emptied")
	}
	if err == nil {
		j.pages = 0
	}
	return err
}

// settle takes note of the orders that are done.
func (x *erasing) settle() error {
	open := map[engine.SessionID]bool{}
	for _, id := range x.erased.Waiting {
		open[id] = true
	}
	for _, o := range x.erased.Late {
		open[o.Session] = true
	}
	j := x.journal
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.transact("note what is erased", func() error {
		for _, o := range x.orders {
			if o.done || slices.ContainsFunc(o.body.Sessions, func(id engine.SessionID) bool { return open[id] }) {
				continue
			}
			if _, err := j.conn.ExecContext(background, "UPDATE erasure SET done = 1 WHERE seq = ?", o.seq); err != nil {
				return err
			}
		}
		return nil
	})
}
