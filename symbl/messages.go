package symbl

import (
	"context"
	"encoding/json"
	"math/big"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"switchboard/engine"
)

type (
	messageList struct {
		Messages []message `json:"messages"`
	}

	// A message is one final sentence, as the Conversation API gives it. Its from.name
	// is not read: in recorded calls it is the same for everybody.
	message struct {
		ID        string     `json:"id"`
		Text      string     `json:"text"`
		StartTime string     `json:"startTime"`
		EndTime   string     `json:"endTime"`
		Sentiment *sentiment `json:"sentiment"` // absent until it is known
	}

	sentiment struct {
		Polarity struct {
			Score json.Number `json:"score"`
		} `json:"polarity"`
	}
)

// A sentence is a message in our own words.
type sentence struct {
	id         string
	text       string
	start, end time.Time // zero where Symbl gave none that can be read
	scored     bool
	polarity   engine.Polarity
}

// sentences fetches everything that was heard in a conversation so far, in the order
// it was said. There is no way to ask for less; verbose=true, which adds every word
// with its times, would make each answer about ten times as long.
func (c *Client) sentences(ctx context.Context, conversation engine.ConversationID) ([]sentence, error) {
	var list messageList
	err := c.ask(ctx, request{
		wish:   "give the sentences",
		method: http.MethodGet,
		path:   "/v1/conversations/" + url.PathEscape(string(conversation)) + "/messages?sentiment=true",
		limit:  maxList,
		client: c.http,
	}, &list)
	if err != nil {
		return nil, err
	}
	heard := make([]sentence, 0, len(list.Messages))
	for _, m := range list.Messages {
		if s := m.sentence(); known(s.id) && s.text != "" {
			heard = append(heard, s)
		}
	}
	slices.SortStableFunc(heard, func(a, b sentence) int { return a.start.Compare(b.start) })
	return heard, nil
}

func (m message) sentence() sentence {
	s := sentence{
		id:    m.ID,
		text:  cut(strings.TrimSpace(strings.ToValidUTF8(m.Text, "")), maxSentence),
		start: instant(m.StartTime),
		end:   instant(m.EndTime),
	}
	if m.Sentiment != nil {
		s.polarity, s.scored = thousandths(m.Sentiment.Polarity.Score)
	}
	return s
}

// placed returns a sentence at times that can be: one that Symbl did not time was over
// now, and none will be over later, whatever Symbl's clock says. One from the future
// would be the newest, and weigh as such, for the rest of the call.
func (s sentence) placed(now time.Time) sentence {
	switch ahead := s.end.Sub(now); {
	case s.end.IsZero():
		s.start, s.end = now, now
	case ahead > 0:
		s.start, s.end = s.start.Add(-ahead), now
	}
	if s.start.After(s.end) || s.end.Sub(s.start) > maxSaid {
		s.start = s.end
	}
	return s
}

// instant reads a time, or returns the zero time: a sentence is worth more than its
// time stamp.
func instant(s string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}

// thousandths returns a score as a polarity: in decimals, not in floating point, so
// that -0.2465 is -247 everywhere; halves away from zero; what is out of range is put
// at its end. It reports false for what is not a number.
func thousandths(score json.Number) (engine.Polarity, bool) {
	const (
		longest = 64 // characters
		full    = 1000
	)
	about, err := strconv.ParseFloat(string(score), 64)
	switch {
	case len(score) > longest, err != nil && about == 0, about != about:
		return 0, false
	case about >= 1:
		return full, true
	case about <= -1:
		return -full, true
	case -1e-4 < about && about < 1e-4:
		return 0, true // an exponent may be huge: it goes no further
	}
	exact, ok := new(big.Rat).SetString(string(score))
	if !ok {
		return 0, false
	}
	exact.Mul(exact, big.NewRat(full, 1))
	half := big.NewRat(int64(exact.Sign()), 2)
	exact.Add(exact, half)
	return engine.Polarity(new(big.Int).Quo(exact.Num(), exact.Denom()).Int64()), true // Quo truncates
}
