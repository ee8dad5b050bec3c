package main

import (
	"context"
	"time"

	"switchboard/engine/history"
	"switchboard/tui"
)

// plainCalls is how many calls the plain console lists: who listens to it wants few.
const plainCalls = 10

// consoleMatches is how many sentences of a call the console may go through.
const consoleMatches = 100

// Past returns calls that are over, for the console's search.
func (p *program) Past(ctx context.Context, asked tui.PastQuery) (tui.Past, error) {
	past := tui.Past{Filters: history.Filters()}
	q, err := history.Parse(asked.Text, history.Reading{Now: p.clock.Now(), Typing: asked.Typing})
	if err != nil {
		return past, err
	}
	page, err := p.history.Find(ctx, q, history.Paging{From: asked.From, Limit: asked.Limit, Matches: consoleMatches})
	if err != nil {
		return past, err
	}
	past.Total, past.More, past.Kept, past.Complete = page.Total, page.More, page.Kept, page.Complete
	for _, c := range page.Calls {
		past.Calls = append(past.Calls, pastCall(q, c))
	}
	if page.Total == 0 && (!asked.Typing || page.Kept == 0) {
		past.Advice = nothingFound(ctx, p.history, q, page)
	} else if page.Total == 0 {
		past.Advice = []string{"No call matches."}
	}
	return past, nil
}

// pastCall is a call as the console shows it: its words clean, with what was looked for marked.
func pastCall(q history.Query, c history.Call) tui.PastCall {
	call := tui.PastCall{Record: c.Record, Erased: c.Erased, Matched: c.Matched}
	for _, m := range c.Matches {
		hit := tui.PastHit{Line: m.Line, Text: cleaned(c.Record.Lines[m.Line].Text, maxPastText)}
		for _, k := range q.Marks(hit.Text) {
			hit.Marks = append(hit.Marks, [2]int{k.From, k.To})
		}
		call.Hits = append(call.Hits, hit)
	}
	return call
}

// HistoryLines returns the newest calls that a query holds for, for the plain console.
func (p *program) HistoryLines(ctx context.Context, query string) ([]string, error) {
	q, err := history.Parse(query, history.Reading{Now: p.clock.Now()})
	if err != nil {
		return nil, err
	}
	page, err := p.history.Find(ctx, q, history.Paging{Limit: plainCalls})
	if err != nil {
		return nil, err
	}
	if len(page.Calls) == 0 {
		return nothingFound(ctx, p.history, q, page), nil
	}
	return pastPrinter{query: q, zone: time.Local}.spoken(page), nil
}

// spoken returns calls as lines to be listened to: no columns, no glyphs, and what was said
// in the same words as of calls that go on.
func (p pastPrinter) spoken(found history.Page) []string {
	lines := []string{totalWords(found)}
	if n := len(found.Calls); found.More || found.Total > n {
		lines[0] += ", the newest of them are:"
	}
	for _, c := range found.Calls {
		lines = append(lines, p.told(c))
		for _, m := range c.Matches {
			u := c.Record.Lines[m.Line]
			lines = append(lines, "  "+u.Start.In(p.zone).Format(time.TimeOnly)+" "+speakerText(u.Speaker)+": "+p.excerpt(cleaned(u.Text, maxPastText)))
		}
	}
	return lines
}
