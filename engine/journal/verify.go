package journal

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"switchboard/engine"
)

// An AuditFault is something in the chain of acts that is not as it was linked.
type AuditFault struct {
	Event uint64 // the act
	What  string
}

// An Audit is what became of looking through the chain of acts.
type Audit struct {
	Head        AuditHead
	Began       uint64    // acts up to this event were there before the chain was begun, and linked then
	First, Last time.Time // when the first and the last act that can be read were taken in
	Forgotten   int       // acts whose call is erased

	// Passed is the act at which the chain came by the hash that was asked for; Found
	// says that it did.
	Passed uint64
	Found  bool

	Faults []AuditFault // the first 20, in the order of the events
	More   int          // faults beyond them
}

// VerifyAudit goes through the chain of acts: whether each act of a supervisor and each
// erasure in the journal is linked and is what was linked, whether each link has its act,
// and whether the links hold together. head is a hash, or at least 12 letters of its
// beginning, that the chain is to come by; empty asks for none.
func (j *Journal) VerifyAudit(ctx context.Context, head string) (Audit, error) {
	v := verifying{journal: j, head: strings.ToLower(head)}
	var err error
	if v.audit.Head, err = j.AuditHead(); err == nil {
		err = v.all(ctx)
	}
	if err != nil {
		return v.audit, fmt.Errorf("verify the chain of acts: %w", explain(err))
	}
	return v.audit, nil
}

// A verifying goes through the acts and their links side by side.
type verifying struct {
	journal *Journal
	head    string
	audit   Audit
	hash    [sha256.Size]byte // of the last link, as it is kept

	acts    []kept
	links   []link
	noActs  bool // none after those that were read
	noLinks bool
}

// A link is one as it is kept.
type link struct {
	seq  uint64
	salt []byte
	form string
	hash []byte
}

func (v *verifying) fault(event uint64, format string, args ...any) {
	if len(v.audit.Faults) == maxFaults {
		v.audit.More++
		return
	}
	v.audit.Faults = append(v.audit.Faults, AuditFault{event, fmt.Sprintf(format, args...)})
}

func (v *verifying) all(ctx context.Context) error {
	act, next := uint64(0), uint64(0)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := v.fill(act, next); err != nil {
			return err
		}
		if next == 0 {
			v.begin()
			next = 1
			continue
		}
		if len(v.acts) == 0 && len(v.links) == 0 {
			return nil
		}
		switch {
		case len(v.links) == 0 || len(v.acts) > 0 && v.acts[0].seq < v.links[0].seq:
			v.see(&v.acts[0])
			v.fault(v.acts[0].seq, "it is not in the chain: it was put in, or its link was taken out")
			act, v.acts = v.acts[0].seq, v.acts[1:]
		case len(v.acts) == 0 || v.links[0].seq < v.acts[0].seq:
			v.fault(v.links[0].seq, "the chain has an act here, and the journal has none: it was taken out, or somebody else's name was put to it")
			v.follow(&v.links[0])
			next, v.links = v.links[0].seq+1, v.links[1:]
		default:
			v.compare(&v.acts[0], &v.links[0])
			act, next = v.acts[0].seq, v.links[0].seq+1
			v.acts, v.links = v.acts[1:], v.links[1:]
		}
	}
}

// fill reads on where all acts or all links that were read are done with: both together, for
// an erasure that goes on meanwhile changes an act and its link at once.
func (v *verifying) fill(act, next uint64) (err error) {
	if (len(v.acts) > 0 || v.noActs) && (len(v.links) > 0 || v.noLinks) {
		return nil
	}
	j := v.journal
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.failed != nil {
		return j.failed
	}
	if v.acts, err = j.acts(act); err != nil {
		return err
	}
	v.links = v.links[:0]
	rows, err := j.conn.QueryContext(background, "SELECT seq, salt, form, hash FROM audit WHERE seq >= ? ORDER BY seq LIMIT ?", next, pageSize)
	if err != nil {
		return err
	}
	for rows.Next() {
		var l link
		if err := rows.Scan(&l.seq, &l.salt, &l.form, &l.hash); err != nil {
			return errors.Join(err, rows.Close())
		}
		v.links = append(v.links, l)
	}
	v.noActs, v.noLinks = len(v.acts) < pageSize, len(v.links) < pageSize
	return errors.Join(rows.Err(), rows.Close())
}

// begin looks at what the chain begins with.
func (v *verifying) begin() {
	if len(v.links) == 0 || v.links[0].seq != 0 {
		v.fault(0, "the beginning of the chain is missing")
		return
	}
	l := v.links[0]
	v.links = v.links[1:]
	var g genesis
	want := linkHash(v.hash, &row{}, "", []byte(l.form))
	if hex.EncodeToString(want[:]) != hex.EncodeToString(l.hash) || json.Unmarshal([]byte(l.form), &g) != nil || g.Epoch != v.journal.epoch {
		v.fault(0, "the beginning of the chain is not what was written, or is another journal's")
	}
	v.audit.Began = g.After
	v.follow(&l)
}

// follow goes on from a link as it is kept, so that one fault is told once.
func (v *verifying) follow(l *link) {
	copy(v.hash[:], l.hash)
	if v.head != "" && strings.HasPrefix(hex.EncodeToString(l.hash), v.head) {
		v.audit.Passed, v.audit.Found = l.seq, true
	}
}

// see takes note of an act.
func (v *verifying) see(r *kept) {
	at := time.Unix(0, r.at).UTC()
	if v.audit.First.IsZero() {
		v.audit.First = at
	}
	v.audit.Last = at
}

// compare holds an act against its link.
func (v *verifying) compare(r *kept, l *link) {
	v.see(r)
	defer v.follow(l)
	e, err := r.event(r.seq)
	kind := r.kind
	if err != nil {
		v.fault(r.seq, "it cannot be read: it is not what was written")
		return
	}
	f, forgotten := e.Body.(engine.Forgotten)
	if forgotten {
		kind = f.Kind
		v.audit.Forgotten++
	}
	want := linkHash(v.hash, &r.row, kind, []byte(l.form))
	switch {
	case hex.EncodeToString(want[:]) != hex.EncodeToString(l.hash):
		v.fault(r.seq, "it is not what was linked (who, when, what, or in which order), or an act between it and the one before was taken out")
	case !l.says(e.Body):
		v.fault(r.seq, "what it says is not what was linked")
	case forgotten && f.What == engine.EraseAll && l.salt != nil:
		v.fault(r.seq, "its call is erased, and the salt of its digests is still there: switchboard retention --now does it again")
	}
}

// says reports whether an act says what was linked of it. The two are compared as what
// they mean, for a later version may write the same in another way.
func (l *link) says(body engine.Body) bool {
	if f, ok := body.(engine.Forgotten); l.salt == nil && (!ok || f.What != engine.EraseAll) {
		return false
	}
	kind, text, err := form(body, l.salt)
	if err != nil {
		return false
	}
	got, err := engine.DecodeBody(kind, text)
	if err != nil {
		return false
	}
	want, err := engine.DecodeBody(kind, []byte(l.form))
	return err == nil && reflect.DeepEqual(got, want)
}
