package telnyxtest

import (
	"bytes"
	"container/heap"
	"context"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"switchboard/engine/world"
)

const (
	answerWithin = 2 * time.Second        // socket time: Telnyx's default
	repeatAfter  = 300 * time.Millisecond // until a webhook that is told twice is told again
)

// resends is how long after each failure a webhook is sent again, in house time. Telnyx
// does not publish its own; these keep to the limits of what one may configure.
var resends = []time.Duration{time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 20 * time.Second}

// A delivery is a webhook to be sent.
type delivery struct {
	event   world.Event
	app     string // the application's that is told; where it hears is asked when it is sent
	attempt int
	due     time.Time // house time
	seq     uint64
}

// A post delivers webhooks, several at once.
type post struct {
	config Config
	portal *portal
	client http.Client
	cancel context.CancelFunc
	ended  sync.WaitGroup
	poke   chan struct{} // something may be due
	work   chan delivery

	mu      sync.Mutex
	lost    []lostWebhook // the newest last
	waiting deliveries
	placed  uint64
	count   Webhooks
}

func newPost(config Config, portal *portal) *post {
	ctx, cancel := context.WithCancel(context.Background())
	p := &post{
		config: config,
		portal: portal,
		client: http.Client{
			Timeout:       answerWithin,
			Transport:     &http.Transport{MaxIdleConnsPerHost: deliverers, IdleConnTimeout: time.Minute},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		cancel: cancel,
		poke:   make(chan struct{}, 1),
		work:   make(chan delivery),
	}
	p.ended.Go(func() { p.sort(ctx) })
	for range deliverers {
		p.ended.Go(func() { p.carry(ctx) })
	}
	return p
}

func (p *post) close() {
	p.cancel()
	p.ended.Wait()
	p.client.CloseIdleConnections()
}

func (p *post) counts() Webhooks {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.count
}

// take takes what has happened, of which some is lost by its type; the network calls it.
func (p *post) take(events []world.Event, lose []string) {
	p.mu.Lock()
	for _, e := range events {
		app := p.portal.told(e)
		if slices.Contains(lose, eventType(e)) {
			p.lose(e, p.portal.url(app), 0)
			continue
		}
		p.place(delivery{event: e, app: app, attempt: 1, due: e.At.Add(e.Late)})
		if e.Repeat {
			p.place(delivery{event: e, app: app, attempt: 1, due: e.At.Add(e.Late + repeatAfter)})
		}
	}
	p.mu.Unlock()
	p.wake()
}

// place has a delivery wait until it is due. The caller holds the lock.
func (p *post) place(d delivery) {
	if len(p.waiting) >= maxWaiting {
		p.count.Lost++
		return
	}
	p.placed++
	d.seq = p.placed
	heap.Push(&p.waiting, d)
}

func (p *post) wake() {
	select {
	case p.poke <- struct{}{}:
	default: // sort has yet to take the one before
	}
}

// sort hands on each delivery when it is due.
func (p *post) sort(ctx context.Context) {
	for {
		d, wait := p.next()
		if wait > 0 {
			timer := p.config.Clock.Timer(wait)
			select {
			case <-timer.C:
			case <-p.poke:
			case <-ctx.Done():
			}
			timer.Stop()
			if ctx.Err() != nil {
				return
			}
			continue
		}
		select {
		case p.work <- d:
		case <-ctx.Done():
			return
		}
	}
}

// next takes the delivery that is due, or tells how long none is.
func (p *post) next() (d delivery, wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.waiting) == 0 {
		return d, time.Hour
	}
	if wait := p.waiting[0].due.Sub(p.config.Clock.Now()); wait > 0 {
		return d, wait
	}
	return heap.Pop(&p.waiting).(delivery), 0
}

// carry sends one delivery after the other.
func (p *post) carry(ctx context.Context) {
	for {
		select {
		case d := <-p.work:
			url := p.portal.url(d.app)
			p.settle(d, url, p.send(ctx, d, url))
		case <-ctx.Done():
			return
		}
	}
}

// send sends a webhook and returns the status of the answer; 0 is none, -1 that there
// is nowhere to send it.
func (p *post) send(ctx context.Context, d delivery, url string) int {
	if url == "" {
		return -1
	}
	body := webhook(d.event, d.app, url, d.attempt)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return -1
	}
	sign(r.Header, p.config.Private, p.config.Clock.Now(), body)
	got, err := p.client.Do(r)
	if err != nil {
		return 0
	}
	defer got.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(got.Body, maxAnswer)) // only the status counts
	return got.StatusCode
}

// settle has a webhook sent again that was not taken. Only 200 is taken; of the other
// answers, one that blames the webhook is final (contracts/telnyx.md, section 11).
func (p *post) settle(d delivery, url string, status int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	final := status >= 400 && status < 500 && status != http.StatusRequestTimeout && status != http.StatusTooManyRequests
	switch {
	case status == http.StatusOK:
		p.count.Delivered++
	case final || status < 0 || d.attempt > len(resends):
		p.lose(d.event, url, status)
	default:
		p.count.Again++
		d.due = p.config.Clock.Now().Add(resends[d.attempt-1])
		d.attempt++
		p.place(d)
		p.wake()
	}
}

// lose gives a webhook up. The caller holds the lock.
func (p *post) lose(e world.Event, url string, status int) {
	p.count.Lost++
	if url != "" {
		p.lost = append(p.lost, lostWebhook{e, url, status, p.config.Clock.Now()})
		p.lost = p.lost[max(0, len(p.lost)-maxLost):]
	}
}

// deliveries is a heap: the one that is due first, and of two the one placed first.
type deliveries []delivery

func (d deliveries) Len() int { return len(d) }
func (d deliveries) Less(i, j int) bool {
	if d[i].due.Equal(d[j].due) {
		return d[i].seq < d[j].seq
	}
	return d[i].due.Before(d[j].due)
}
func (d deliveries) Swap(i, j int) { d[i], d[j] = d[j], d[i] }
func (d *deliveries) Push(x any)   { *d = append(*d, x.(delivery)) }
func (d *deliveries) Pop() any {
	last := len(*d) - 1
	x := (*d)[last]
	(*d)[last] = delivery{}
	*d = (*d)[:last]
	return x
}
