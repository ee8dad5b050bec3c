package history

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"switchboard/engine"
)

// Limits of an answer.
const (
	maxCounted = 1000 // calls that are counted; more are "1,000+"
	maxPage    = 1000
	fewMatches = 3 // sentences told of a call, where nobody asks for more
)

// A Page is a part of the calls that a query has found, the newest first.
type Page struct {
	Calls []Call
	From  int // of them all, the first here; 0 is the newest
	Total int
	More  bool // there are more than Total: nobody counted further

	// Kept is how many calls the history has in all, and Complete whether these are all that
	// the journal knows of: false while it is being rebuilt.
	Kept     int
	Complete bool
}

// A Call is one that was found.
type Call struct {
	Record  engine.Record
	Erased  engine.Erasure
	Matches []Match // as many as were asked for, by the time they were said
	Matched int     // sentences that match
}

// A Match is a sentence in which words of the query were said.
type Match struct {
	Line  int    // in Record.Lines
	Marks []Mark // where they stand in its text
}

// A Mark is a part of a text, in bytes.
type Mark struct{ From, To int }

// Paging says which part of what is found is asked for.
type Paging struct {
	From  int // how many are passed over
	Limit int // how many at most

	// Matches is how many sentences of a call are told at most; zero is three.
	Matches int
}

// Find returns the calls that a query holds for, the newest first. It ends with ctx.
func (s *Store) Find(ctx context.Context, q Query, p Paging) (Page, error) {
	p.From, p.Limit = max(p.From, 0), min(max(p.Limit, 1), maxPage)
	page := Page{From: p.From}
	err := s.reading(func(db *sql.DB) error {
		if err := db.QueryRowContext(ctx, `SELECT complete, (SELECT count(*) FROM call) FROM history`).Scan(&page.Complete, &page.Kept); err != nil {
			return err
		}
		counted := max(maxCounted, p.From+p.Limit)
		ids, err := found(ctx, db, q, counted+1)
		if err != nil {
			return err
		}
		if page.Total = len(ids); page.Total > counted {
			page.Total, page.More = counted, true
		}
		ids = ids[min(p.From, page.Total):min(p.From+p.Limit, page.Total)]
		page.Calls, err = calls(ctx, db, ids)
		return err
	})
	if err != nil {
		return Page{}, fmt.Errorf("search the history: %w", err)
	}
	for i := range page.Calls {
		c := &page.Calls[i]
		c.Matches, c.Matched = q.matches(c.Record.Lines, cmp.Or(p.Matches, fewMatches))
	}
	return page, nil
}

// Get returns one call: by its session, as in s41, or by the number that the console shows.
func (s *Store) Get(ctx context.Context, name string) (Call, error) {
	where, args, err := callWhere(name)
	if err != nil {
		return Call{}, err
	}
	var all []Call
	err = s.reading(func(db *sql.DB) error {
		ids, err := list(ctx, db, `SELECT id FROM call WHERE `+where+` ORDER BY id DESC LIMIT 1`, args...)
		if err != nil {
			return err
		}
		all, err = calls(ctx, db, ids)
		return err
	})
	if err != nil {
		return Call{}, fmt.Errorf("look for call %s in the history: %w", name, err)
	}
	if len(all) == 0 {
		return Call{}, fmt.Errorf("call %s: %w", name, ErrNoCall)
	}
	return all[0], nil
}

// Missing returns those of some calls that the history does not have.
func (s *Store) Missing(ctx context.Context, sessions []engine.SessionID) ([]engine.SessionID, error) {
	var missing []engine.SessionID
	err := s.reading(func(db *sql.DB) error {
		for _, id := range sessions {
			var there bool
			if err := db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM call WHERE session = ?)`, string(id)).Scan(&there); err != nil {
				return err
			}
			if !there {
				missing = append(missing, id)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("look what the history has: %w", err)
	}
	return missing, nil
}

// found returns the newest calls that a query holds for.
func found(ctx context.Context, db *sql.DB, q Query, limit int) ([]int64, error) {
	var wheres []string
	var args []any
	match, few := q.match(false), false
	for _, f := range q.filters {
		where := "(" + f.where + ")"
		if f.not {
			where = "NOT ifnull(" + where + ", 0)"
		}
		wheres, args = append(wheres, where), append(args, f.args...)
	}
	if match != "" && len(wheres) > 0 {
		ids, err := list(ctx, db, "SELECT call.id FROM call WHERE "+strings.Join(wheres, " AND ")+" ORDER BY call.id DESC LIMIT ?",
			append(slices.Clone(args), fewCalls+1)...)
		if err != nil || len(ids) == 0 {
			return nil, err
		}
		if few = len(ids) <= fewCalls; few { // to look for the words in these is quicker than to look at all that have the words
			wheres, args = []string{"call.id IN (" + joinIDs(ids) + ")"}, nil
		}
	}
	if not := q.match(true); not != "" {
		wheres, args = append(wheres, "call.id NOT IN (SELECT rowid FROM words WHERE words MATCH ?)"), append(args, not)
	}
	text := "SELECT call.id FROM call"
	order := " ORDER BY call.id DESC LIMIT ?"
	switch {
	case match != "" && len(wheres) == 0:
		text, order = "SELECT rowid FROM words", " ORDER BY rowid DESC LIMIT ?"
	case few: // each is looked up in the index
		text = "SELECT call.id FROM call CROSS JOIN words ON words.rowid = call.id"
	case match != "": // the index gives them newest first, and each is then looked at
		text = "SELECT call.id FROM words CROSS JOIN call ON call.id = words.rowid"
		order = " ORDER BY words.rowid DESC LIMIT ?"
	}
	if match != "" {
		wheres, args = slices.Insert(wheres, 0, "words MATCH ?"), slices.Insert(args, 0, any(match))
	}
	if len(wheres) > 0 {
		text += " WHERE " + strings.Join(wheres, " AND ")
	}
	return list(ctx, db, text+order, append(args, limit)...)
}

// fewCalls are so few that each may be looked at by itself.
const fewCalls = 256

func joinIDs(ids []int64) string {
	var b strings.Builder
	for i, id := range ids {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.FormatInt(id, 10))
	}
	return b.String()
}

// match returns the words that have to be said, or those of which none may be, in the
// language of SQLite's FTS5; empty where there are none. Every word stands in quotation marks
// and is made of letters and digits alone.
func (q Query) match(not bool) string {
	var parts []string
	for _, p := range q.words {
		if p.not != not {
			continue
		}
		text := `"` + strings.Join(p.words, " ") + `"`
		if p.prefix {
			text += " *"
		}
		parts = append(parts, text)
	}
	if not {
		return strings.Join(parts, " OR ")
	}
	return strings.Join(parts, " AND ")
}

func list(ctx context.Context, db *sql.DB, text string, args ...any) ([]int64, error) {
	rows, err := db.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	var ids []int64
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		ids = append(ids, id)
	}
	return ids, errors.Join(rows.Err(), rows.Close())
}

// calls returns the calls of some ids, in their order. One that was erased or taken out
// meanwhile is left out.
func calls(ctx context.Context, db *sql.DB, ids []int64) ([]Call, error) {
	all := make([]Call, 0, len(ids))
	for _, id := range ids {
		var body []byte
		var c Call
		err := db.QueryRowContext(ctx, `SELECT record.body, call.erased FROM call JOIN record USING (id) WHERE id = ?`, id).Scan(&body, &c.Erased)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if c.Record, err = unpack(body); err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

// Complete reports whether all calls of the journal were gone through when it was made. What
// was filed since then is in it as well.
func (s *Store) Complete(ctx context.Context) bool {
	complete := false
	err := s.reading(func(db *sql.DB) error {
		return db.QueryRowContext(ctx, `SELECT complete FROM history`).Scan(&complete)
	})
	return err == nil && complete
}
