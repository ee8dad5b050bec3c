package journal

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"switchboard/engine"
)

// Sizes of what the chain is made of.
const (
	saltBytes    = 32
	digestLength = 16 // letters of a digest
	supervisors  = `by >= 'supervisor' AND by < 'supervisos' OR kind = 'calls.forgotten'`
)

// A chain is how far the chain of acts has come. Each act of a supervisor, and each
// erasure, is linked to the one before it by a hash over its forgotten form, so that
// erasing keeps the chain.
type chain struct {
	seq  uint64 // the newest act; 0: there is none yet
	hash [sha256.Size]byte
	acts int
}

// A genesis begins a chain. It is the form of link 0.
type genesis struct {
	Epoch string
	After uint64 // acts up to this event were there before the chain, and were linked when it was begun
}

// An AuditHead is the end of the chain of acts, to be kept elsewhere: a chain that leads
// to it holds the acts that it held then.
type AuditHead struct {
	Hash string // SHA-256, in hexadecimal
	Acts int    // up to it
	Seq  uint64 // the event that is the last of them; 0: there is none yet
}

// AuditHead returns the end of the chain of acts.
func (j *Journal) AuditHead() (AuditHead, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.failed != nil {
		return AuditHead{}, j.failed
	}
	return AuditHead{hex.EncodeToString(j.chain.hash[:]), j.chain.acts, j.chain.seq}, nil
}

// acts reports whether an entry is an act: a supervisor's, or an erasure.
func acts(e engine.Entry) bool {
	_, erasure := e.Body.(engine.CallsForgotten)
	return erasure || strings.HasPrefix(string(e.By), string(engine.BySupervisor))
}

// digester returns what stands in the place of a name or number. Without the salt nobody
// can tell which one it was by trying all there are.
func digester(salt []byte) func(string) string {
	return func(text string) string {
		m := hmac.New(sha256.New, salt)
		m.Write([]byte(text))
		return hex.EncodeToString(m.Sum(nil))[:digestLength]
	}
}

func newSalt() []byte {
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // never fails
	return salt
}

// form returns what is linked of an act, and the kind of event that it was. salt is empty
// where the act is forgotten already.
func form(body engine.Body, salt []byte) (kind string, text []byte, err error) {
	f, ok := body.(engine.Forgotten)
	if !ok {
		return engine.EncodeBody(engine.Forget(body, engine.EraseAll, digester(salt)))
	}
	if f.What == engine.EraseAll {
		return f.Kind, f.Body, nil
	}
	was, err := f.Was()
	if err != nil {
		return "", nil, err
	}
	return engine.EncodeBody(engine.Forget(was, engine.EraseAll, digester(salt)))
}

// linkHash returns the hash of a link.
func linkHash(before [sha256.Size]byte, r *row, kind string, form []byte) [sha256.Size]byte {
	h := sha256.New()
	h.Write(before[:])
	fmt.Fprintf(h, "%d %d %q %q %q ", r.seq, r.at, r.id, r.by, kind)
	h.Write(form)
	return [sha256.Size]byte(h.Sum(nil))
}

// link adds an act to the chain, in the transaction that writes it down.
func (j *Journal) link(c *chain, r *row, body engine.Body) error {
	salt := newSalt()
	if f, ok := body.(engine.Forgotten); ok && f.What == engine.EraseAll {
		salt = nil
	}
	kind, text, err := form(body, salt)
	if err != nil {
		return err
	}
	next := chain{r.seq, linkHash(c.hash, r, kind, text), c.acts + 1}
	if _, err := j.do.link.Exec(r.seq, salt, string(text), next.hash[:]); err != nil {
		return err
	}
	*c = next
	return nil
}

// openChain finds the end of the chain, and begins one where there is none.
func (j *Journal) openChain() error {
	var hash []byte
	err := j.do.end.QueryRow().Scan(&j.chain.seq, &hash, &j.chain.acts)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return j.beginChain()
	case err != nil:
		return err
	case len(hash) != sha256.Size:
		return fmt.Errorf("%w (the chain of acts has a hash of %d bytes)", ErrDamaged, len(hash))
	}
	j.chain.hash = [sha256.Size]byte(hash)
	return nil
}

// beginChain links all acts that are there, in place of what was linked. It also takes up
// the erasures that are ordered, which change nothing where they are done.
func (j *Journal) beginChain() error {
	var c chain
	err := j.transact("begin the chain of acts", func() error {
		if _, err := j.conn.ExecContext(background, `DELETE FROM audit; DELETE FROM erasure;
			INSERT INTO erasure SELECT seq, 0 FROM event WHERE kind = 'calls.forgotten'`); err != nil {
			return err
		}
		text, err := json.Marshal(genesis{j.epoch, j.seq})
		if err != nil {
			return err
		}
		c.hash = linkHash(c.hash, &row{}, "", text)
		if _, err := j.do.link.Exec(0, nil, string(text), c.hash[:]); err != nil {
			return err
		}
		for {
			rows, err := j.acts(c.seq)
			if err != nil || len(rows) == 0 {
				return err
			}
			for i := range rows {
				var body engine.Body = engine.Forgotten{Kind: rows[i].kind, What: engine.EraseAll, Body: json.RawMessage("null")}
				if e, err := rows[i].event(rows[i].seq); err == nil {
					body = e.Body
				} // one that cannot be read is for a check to tell
				if err := j.link(&c, &rows[i].row, body); err != nil {
					return err
				}
			}
		}
	})
	if err != nil {
		return err
	}
	j.chain = c
	return j.do.erased.QueryRow().Scan(&j.erased)
}

// acts returns the next acts after an event. The caller holds the lock.
func (j *Journal) acts(after uint64) ([]kept, error) {
	found, err := j.conn.QueryContext(background, `SELECT seq, at, id, by, occurred, kind, body, sum FROM event
		WHERE seq > ? AND (`+supervisors+`) ORDER BY seq LIMIT ?`, after, pageSize)
	if err != nil {
		return nil, err
	}
	return scanKept(found)
}
