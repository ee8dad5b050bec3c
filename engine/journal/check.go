package journal

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"switchboard/engine"
)

// Limits of a check.
const (
	maxFaults = 20 // that are told; the rest is counted
)

// What to do about what a check finds.
const (
	doRestore = "put a backup in its place; or save what comes before the damage: switchboard journal export --out part.jsonl, " +
		"then switchboard journal import part.jsonl --journal NEW"
	doKnown  = "a webhook that Telnyx sends again might be taken for a new one: export and import make the list anew"
	doNewer  = "read it with the version that wrote it"
	doRefold = "export the journal and import it into a new file: its state is then made of the events alone"
	doAudit  = "find out who has changed the file: switchboard audit verify says more"
	doDrop   = "nothing need be done: the next start takes the one before it, or all events; switchboard journal compact drops it"
)

// A Fault is something that is wrong in a journal, and what to do about it.
type Fault struct{ What, Do string }

// A Report is what a check has found.
type Report struct {
	Epoch       string
	Events      uint64    // that can be read
	First, Last time.Time // when the first and the last of them were taken in
	Checkpoint  uint64    // the event that the newest one which is what was written stands after; zero: there is none
	Build       string    // that made it
	Calls       int       // that have come in all
	Open        int       // calls and legs that are not over
	Forgotten   int       // calls of these that were erased, their words or whole
	Acts        int       // of supervisors, in the chain

	Faults  []Fault  // the first 20
	More    int      // faults beyond them
	Remarks []string // what looks odd and is right
}

// Check looks through the whole journal: whether SQLite finds the file sound, events are
// numbered without gaps, are what was written, can be read by this build, have IDs of
// their own and times that do not go back; whether what is known agrees with them; and
// whether the newest checkpoint is what the events before it lead to. build is what this
// program is called in checkpoints, or empty where others share the name: another's
// checkpoint may differ and be right. progress, if any, is told how many events of how
// many are done. The error is ctx's, or says that the check could not be made.
func (j *Journal) Check(ctx context.Context, build string, progress func(done, of uint64)) (Report, error) {
	c := check{ctx: ctx, journal: j, build: build, progress: progress, report: Report{Epoch: j.epoch}}
	for _, part := range []func() error{c.file, c.checkpoints, c.events, c.known, c.acts, c.judge} {
		if err := part(); err != nil {
			return c.report, fmt.Errorf("check the journal: %w", err)
		}
	}
	return c.report, nil
}

// A check is a report in the making.
type check struct {
	ctx      context.Context
	journal  *Journal
	build    string
	progress func(done, of uint64)
	report   Report

	next  uint64 // event
	at    int64  // of the last
	ids   [2]map[string]uint64
	since int64 // when the younger of the two was begun

	newest, before *point       // checkpoints that are what was written
	whole, tail    *folding     // from the first event, and from the checkpoint before the newest
	going          *folding     // from the newest on
	kept           engine.State // in the newest
	legible        bool         // this build can read it

	forgotten map[engine.SessionID]bool // calls
}

// A point is a checkpoint.
type point struct {
	seq   uint64
	build string
	state []byte
}

// A folding is a state on its way to the newest checkpoint.
type folding struct {
	state  engine.State
	broken bool // an event is missing or cannot be read
}

func (c *check) fault(do, format string, args ...any) {
	if len(c.report.Faults) == maxFaults {
		c.report.More++
		return
	}
	c.report.Faults = append(c.report.Faults, Fault{fmt.Sprintf(format, args...), do})
}

func (c *check) remark(format string, args ...any) {
	c.report.Remarks = append(c.report.Remarks, fmt.Sprintf(format, args...))
}

// file has SQLite look at the file, its indexes as well.
func (c *check) file() error {
	lines, err := c.column(fmt.Sprintf("PRAGMA integrity_check(%d)", maxFaults))
	if err != nil && code(err) == 0 {
		return err
	}
	if err != nil {
		lines = append(lines, err.Error())
	}
	for _, line := range lines {
		if line != "ok" {
			c.fault(doRestore, "the file is damaged: %s", strings.TrimPrefix(line, "*** "))
		}
	}
	return nil
}

func (c *check) column(query string) ([]string, error) {
	j := c.journal
	j.mu.Lock()
	defer j.mu.Unlock()
	rows, err := j.conn.QueryContext(c.ctx, query)
	if err != nil {
		return nil, err
	}
	var all []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return all, errors.Join(err, rows.Close())
		}
		all = append(all, text)
	}
	return all, errors.Join(rows.Err(), rows.Close())
}

// checkpoints reads them, and tells those that are not what was written.
func (c *check) checkpoints() error {
	j := c.journal
	for seq := uint64(math.MaxInt64); ; {
		p := point{}
		var sum []byte
		j.mu.Lock()
		err := j.do.latest.QueryRowContext(c.ctx, seq).Scan(&p.seq, &p.build, &p.state, &sum)
		j.mu.Unlock()
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return nil
		case err != nil && code(err) == 0:
			return err
		case err != nil:
			c.fault(doRestore, "the checkpoints cannot be read: %v", err)
			return nil
		case !bytes.Equal(sum, checkpointSum(p.seq, p.build, p.state)):
			c.fault(doDrop, "the checkpoint after event %d is not what was written", p.seq)
		case p.seq > j.Newest():
			c.fault(doRefold, "the checkpoint after event %d is ahead of the events, which end with %d", p.seq, j.Newest())
		case c.newest == nil:
			c.newest = &p
			c.report.Checkpoint, c.report.Build = p.seq, p.build
			c.legible = c.read(&p, &c.kept)
		case c.before == nil:
			c.before = &p
		}
		seq = p.seq
	}
}

// read reports whether this build can read a checkpoint, and reads it.
func (c *check) read(p *point, state *engine.State) bool {
	return json.Unmarshal(p.state, state) == nil && state.Seq == p.seq && state.Epoch == c.journal.epoch
}

// events goes through all events, and folds them on the way.
func (c *check) events() error {
	c.next, c.at = 1, math.MinInt64
	c.ids = [2]map[string]uint64{{}, {}}
	c.forgotten = map[engine.SessionID]bool{}
	c.whole = &folding{state: engine.NewState(c.journal.epoch)}
	for {
		if err := c.ctx.Err(); err != nil {
			return err
		}
		rows, err := c.journal.page(c.next)
		if errors.Is(err, ErrDamaged) || code(err) != 0 {
			c.fault(doRestore, "from event %d on nothing can be read: %v", c.next, err)
			c.whole.broken = true
			return nil
		}
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return nil
		}
		for i := range rows {
			c.event(&rows[i])
		}
		if c.progress != nil {
			c.progress(c.next-1, c.journal.Newest())
		}
	}
}

// event looks at one event.
func (c *check) event(r *kept) {
	if r.seq != c.next {
		c.missing(c.next, r.seq-1)
	}
	c.next = r.seq + 1
	e, err := r.event(r.seq)
	switch {
	case errors.Is(err, ErrNewer):
		c.fault(doNewer, "%v", err)
	case err != nil:
		c.fault(doRestore, "event %d is not what was written", r.seq)
	}
	if err != nil {
		c.breakOff()
		return
	}
	c.report.Events++
	if c.report.First.IsZero() {
		c.report.First = e.At
	}
	c.report.Last = e.At
	c.id(r)
	if r.at < c.at {
		c.fault(doRestore, "event %d was taken in at %s, before event %d", r.seq, e.At.Format(time.RFC3339), r.seq-1)
		c.breakOff()
	}
	c.at = max(c.at, r.at)
	if f, ok := e.Body.(engine.Forgotten); ok && f.Session != "" && f.What.Takes(engine.EraseWords) {
		c.forgotten[f.Session] = true
	}
	c.fold(e)
}

func (c *check) missing(from, to uint64) {
	if from == to {
		c.fault(doRestore, "event %d is missing", from)
	} else {
		c.fault(doRestore, "events %d to %d are missing", from, to)
	}
	c.breakOff()
}

// breakOff gives up what is folded: without one event the rest means nothing.
func (c *check) breakOff() {
	c.whole.broken = true
	if c.tail != nil {
		c.tail.broken = true
	}
	if c.going != nil {
		c.going.broken = true
	}
}

// id tells an ID that has come within the time that it was to be known for. Two maps
// hold what is needed, each of 48 hours.
func (c *check) id(r *kept) {
	if r.at-c.since > int64(idLife) {
		c.ids[1], c.ids[0], c.since = c.ids[0], map[string]uint64{}, r.at
	}
	for _, ids := range c.ids {
		if first, ok := ids[r.id]; ok {
			c.again(r, first)
		}
	}
	c.ids[0][r.id] = r.seq
}

// again tells an ID that is there twice, if it was then still to be known.
func (c *check) again(r *kept, first uint64) {
	var at int64
	j := c.journal
	j.mu.Lock()
	defer j.mu.Unlock()
	err := j.conn.QueryRowContext(c.ctx, "SELECT at FROM event WHERE seq = ?", first).Scan(&at)
	if err == nil && r.at-at <= int64(idLife) {
		c.fault(doRefold, "event %d has the ID of event %d, %.60q: it was acted upon twice", r.seq, first, r.id)
	}
}

// fold takes the event into the states that lead to the newest checkpoint.
func (c *check) fold(e engine.Event) {
	if f := c.whole; !f.broken {
		f.state, _ = engine.Step(f.state, e)
	}
	if f := c.tail; f != nil && !f.broken && e.Seq <= c.newest.seq {
		f.state, _ = engine.Step(f.state, e)
	}
	if f := c.going; f != nil && !f.broken {
		f.state, _ = engine.Step(f.state, e)
	}
	if c.newest == nil {
		return
	}
	if c.before != nil && e.Seq == c.before.seq {
		f := &folding{}
		if c.read(c.before, &f.state) {
			c.tail = f
		}
	}
	if e.Seq == c.newest.seq {
		c.compare()
		if c.legible {
			c.going = &folding{state: c.kept}
		}
	}
}

// compare says whether the newest checkpoint is what the events lead to. A running
// program folds on from the checkpoint that it has found, so a later version need not
// come to what an earlier one has made of the events of its day.
func (c *check) compare() {
	own := c.build != "" && c.newest.build == c.build
	differs := c.differs(c.whole)
	switch {
	case !c.legible && own:
		c.fault(doRefold, "the checkpoint after event %d cannot be read", c.newest.seq)
	case !c.legible:
		c.remark("the newest checkpoint is of switchboard %q, and this one cannot read it: its first start goes through all events", c.newest.build)
	case c.whole.broken && (c.tail == nil || c.tail.broken):
		// What it stands on is missing; that has been told.
	case len(differs) == 0 && !c.whole.broken:
		// It is what the events lead to.
	case c.tail != nil && len(c.differs(c.tail)) == 0:
		switch {
		case c.whole.broken:
		case len(c.forgotten) > 0:
			c.remarkForgotten(differs)
		default:
			c.remark("from the beginning this build would come to another state (%s): another version has taken in the older events, and its checkpoint was gone on from", strings.Join(differs, ", "))
		}
	case len(c.forgotten) > 0 && c.tail == nil:
		c.remarkForgotten(differs)
	case !own:
		c.remark("the newest checkpoint is of switchboard %q, which may have judged otherwise than this one: %s", c.newest.build, strings.Join(differs, ", "))
	default:
		if c.tail != nil {
			differs = c.differs(c.tail)
		}
		c.fault(doRefold, "the checkpoint after event %d is not what the events before it lead to (%s)", c.newest.seq, strings.Join(differs, ", "))
	}
}

// remarkForgotten tells why a fold from the beginning may come to something else.
func (c *check) remarkForgotten(differs []string) {
	c.remark("from the beginning another state comes out (%s), as it may: calls were forgotten, and with them who was free when", strings.Join(differs, ", "))
}

// differs names what of a state that was folded is not as in the newest checkpoint.
func (c *check) differs(f *folding) []string {
	got, want := parts(&f.state), parts(&c.kept)
	var names []string
	for name := range want {
		if !bytes.Equal(got[name], want[name]) {
			names = append(names, name)
		}
	}
	for name := range got {
		if want[name] == nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// parts returns a state as a checkpoint would have it, by the names of its parts.
func parts(s *engine.State) map[string]json.RawMessage {
	c := s.Checkpoint()
	var again engine.State
	data, err := json.Marshal(&c)
	if err == nil && json.Unmarshal(data, &again) == nil { // as it is after a start
		data, err = json.Marshal(&again)
	}
	var all map[string]json.RawMessage
	if err != nil || json.Unmarshal(data, &all) != nil {
		return nil
	}
	return all
}

// known compares the list of known IDs with the events. The oldest are forgotten first, by
// the time of whatever comes in, so how many there should be cannot be told.
func (c *check) known() error {
	for _, q := range []struct{ what, query string }{
		{"%s are not known any more, though older ones are", `SELECT count(*) FROM event e LEFT JOIN known k ON k.seq = e.seq
			WHERE e.seq > (SELECT min(seq) FROM known) AND (k.id IS NULL OR k.id <> e.id)`},
		{"%s are known that no event has", `SELECT count(*) FROM known k LEFT JOIN event e ON e.seq = k.seq
			WHERE e.id IS NULL OR e.id <> k.id`},
	} {
		found, err := c.column(q.query)
		switch {
		case err != nil && code(err) == 0:
			return err
		case err != nil:
			c.fault(doRestore, "the known IDs cannot be read: %v", err)
			return nil
		case found[0] != "0":
			c.fault(doKnown, q.what, found[0]+" IDs")
		}
	}
	return nil
}

// acts goes through the chain of the supervisors' acts.
func (c *check) acts() error {
	a, err := c.journal.VerifyAudit(c.ctx, "")
	if err != nil && code(err) == 0 {
		return err
	}
	if err != nil {
		c.fault(doRestore, "the chain of acts cannot be read: %v", err)
		return nil
	}
	c.report.Acts = a.Head.Acts
	for _, f := range a.Faults {
		c.fault(doAudit, "the act of event %d: %s", f.Event, f.What)
	}
	c.report.More += a.More
	return nil
}

// standing returns the state that the journal stands at. From the beginning a call that
// had to do with a forgotten one may come out otherwise, and never end: so it is the one
// that a program goes on from, where it can be read.
func (c *check) standing() *folding {
	if len(c.forgotten) > 0 && c.going != nil && !c.going.broken {
		return c.going
	}
	return c.whole
}

// judge keeps what the events have come to.
func (c *check) judge() error {
	c.report.Forgotten = len(c.forgotten)
	if of := c.standing(); !of.broken {
		f := of.state.Frame()
		c.report.Calls, c.report.Open = int(f.Counts.Calls), len(of.state.Open())
	}
	return nil
}
