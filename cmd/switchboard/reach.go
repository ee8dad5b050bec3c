package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"switchboard/engine"
	"switchboard/engine/clock"
	"switchboard/telnyx"
)

// webhookPath is where webhooks are taken, below any address of ours.
const webhookPath = "/webhook"

// memoName is the file beside the journal that remembers what is to be given back.
const memoName = "webhook.json"

const (
	maxOurs      = 32                      // URLs that are remembered as ours
	restoreTakes = 1500 * time.Millisecond // socket time, at the end of the program, which takes five seconds; else the next run gives it back
	reopenFirst  = 2 * time.Second         // before a tunnel that broke is opened again; doubles each time
	reopenMost   = time.Minute
)

// A reach is how Telnyx reaches a run: through a tunnel that lasts as long as the run, or
// at an address that was there before and stays. It has the application's webhooks sent
// there, and gives back what it took. It never does so silently: what it changes is said
// on the console and in the log.
type reach struct {
	account *telnyx.Account
	app     string // the application's id
	set     bool   // the webhook is set, and stays so
	tunnel  tunnel // nil: none; of serve once it serves
	open    func(context.Context) (tunnel, error)
	public  string // the address, without a slash at its end
	clock   *clock.Clock
	log     *slog.Logger
	out     io.Writer
	file    string // where it is remembered what is to be given back

	mu   sync.Mutex // of held, while a tunnel may be opened again
	held *memo      // nil: nothing is to be given back
}

// A memo is what is to be given back, also by a later run where this one is killed.
type memo struct {
	Application string
	Ours        []string // the URLs that we have set, or may have; the last is the newest
	Was         telnyx.Webhook
}

// isOurs reports whether a URL is one that we have set.
func (m memo) isOurs(url string) bool { return slices.Contains(m.Ours, url) }

// newReach returns the reach of a run, and opens its tunnel. Its journal is where the
// memo lies beside.
func newReach(ctx context.Context, c Config, set bool, journal string, log *slog.Logger, out io.Writer) (*reach, error) {
	r := &reach{
		app: c.ConnectionID, set: set, public: c.PublicURL, clock: c.House.clock(), log: log, out: out,
		file: filepath.Join(filepath.Dir(journal), memoName),
		open: func(ctx context.Context) (tunnel, error) { return openTunnel(ctx, c, log) },
	}
	r.account = c.account(r.clock)
	if c.Tunnel == tunnelNone {
		return r, nil
	}
	var err error
	if r.tunnel, err = r.open(ctx); err != nil {
		return nil, err
	}
	r.public = r.tunnel.Public()
	log.Info("tunnel", "open", r.public)
	return r, nil
}

// account returns the Telnyx account that the configuration names.
func (c Config) account(house *clock.Clock) *telnyx.Account {
	return telnyx.NewAccount(telnyx.AccountConfig{URL: c.TelnyxURL, Key: c.APIKey.Reveal(), Clock: house})
}

// checkReach refuses ways to be reached that do not go together.
func checkReach(c Config, set bool) error {
	switch {
	case set && c.Tunnel != tunnelNone:
		return usage("--set-webhook and a tunnel do not go together: a tunnel sets the webhook by itself, and gives it back at the end")
	case c.Tunnel == tunnelLoopback && !isInside(c.TelnyxURL):
		return usage("the tunnel loopback leads here from this machine alone, where %s cannot come: it is for trials with switchboard emulate", c.TelnyxURL)
	case set && c.PublicURL == "":
		return usage("--set-webhook needs to know where Telnyx reaches this machine: give PUBLIC_URL, or --public-url")
	}
	return nil
}

// close gives up a reach that was never used.
func (r *reach) close() {
	r.account.Close()
	if r.tunnel != nil {
		r.tunnel.Close()
	}
}

// during has a program reached while show lasts, which it gives what there is to say
// first. What was changed for that time is changed back afterwards, however show ended.
func (r *reach) during(ctx context.Context, p *program, show func(ctx context.Context, said []string) error) (err error) {
	defer r.account.Close()
	// The tunnel outlives the console, so that no webhook is lost before Telnyx knows.
	serving, stop := context.WithCancel(context.WithoutCancel(ctx))
	var task sync.WaitGroup
	if r.tunnel != nil {
		task.Go(func() { r.serve(serving, p) })
	}
	defer task.Wait()
	defer stop()
	said, err := r.begin(ctx)
	if err != nil {
		return err
	}
	defer func() { // also where the console panics
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), restoreTakes)
		defer cancel()
		err = errors.Join(err, r.restore(ending))
	}()
	return show(ctx, said)
}

// begin has the webhooks sent here, and returns what to say of it.
func (r *reach) begin(ctx context.Context) ([]string, error) {
	left, ok := readMemo(r.file)
	var said []string
	if ok && (left.Application != r.app || r.tunnel == nil && !r.set) {
		said = r.mend(ctx, left) // what is set below needs no mending
	}
	switch {
	case r.tunnel != nil:
		line, err := r.take(ctx, r.public+webhookPath)
		return append(said, "Telnyx reaches this console at "+r.public+", while it runs.", line), err
	case r.set:
		line, err := setWebhook(ctx, r.account, r.app, r.public+webhookPath, r.log)
		if err == nil && left.Application == r.app {
			err = forget(r.file) // what a run before has left is of no account any more
		}
		return append(said, line), err
	}
	return said, nil
}

// mend gives back what a run with a tunnel has left that was killed, and says so. Where
// it cannot, the calls of others must not wait for it.
func (r *reach) mend(ctx context.Context, left memo) []string {
	r.mu.Lock()
	r.held = &left
	r.mu.Unlock()
	if err := r.restore(ctx); err != nil {
		r.log.Error("webhook", "application", left.Application, "ours", left.Ours, "was", left.Was.URL)
		return []string{"A run before was killed, and its application is " + left.Application + ": " + brief(err)}
	}
	return nil
}

// setWebhook has an application's webhooks sent to a URL, for good, and says what it
// changed.
func setWebhook(ctx context.Context, account *telnyx.Account, app, url string, log *slog.Logger) (string, error) {
	was, err := account.SetWebhook(ctx, app, url)
	if err != nil {
		log.Error("webhook", "trouble", err)
		return "", err
	}
	log.Info("webhook", "application", app, "set", url, "was", was.URL, "version", was.Version)
	if was.URL == url && was.Version == "2" {
		return fmt.Sprintf("The webhook URL of application %s is %s already, API version 2.", app, url), nil
	}
	return fmt.Sprintf("The webhook URL of application %s is now %s, API version 2. It was %s.", app, url, inWords(was)), nil
}

// inWords returns where webhooks went, with the version where it was another.
func inWords(was telnyx.Webhook) string {
	switch {
	case was.URL == "":
		return "not set"
	case was.Version == "2":
		return was.URL
	}
	return was.URL + ", API version " + was.Version
}

// take has the webhooks sent to a URL until restore.
func (r *reach) take(ctx context.Context, url string) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	app, err := r.account.Application(ctx, r.app)
	if err != nil {
		return "", err
	}
	was := app.Webhook
	// Where a run before was killed, what it found is to be given back, not what it left.
	if left, ok := readMemo(r.file); ok && left.Application == r.app && left.isOurs(was.URL) {
		was = left.Was
	}
	r.held = &memo{Application: r.app, Ours: []string{url}, Was: was}
	if err := r.held.write(r.file); err != nil {
		r.held = nil
		return "", err
	}
	if _, err := r.account.SetWebhook(ctx, r.app, url); err != nil {
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), restoreTakes)
		defer cancel()
		return "", errors.Join(err, r.undo(ending))
	}
	r.log.Info("webhook", "application", r.app, "set", url, "was", was.URL, "version", was.Version)
	return fmt.Sprintf("The webhook URL of application %s was %s; until this ends it is %s.", r.app, inWords(was), url), nil
}

// undo gives back what a setting that failed may have changed all the same.
func (r *reach) undo(ctx context.Context) error {
	held := r.held
	r.held = nil
	if _, err := r.account.RestoreWebhook(ctx, held.Application, held.Ours, held.Was); err != nil {
		return nil // the setting's own error says as much, and the memo stays
	}
	return forget(r.file)
}

// restore gives the webhook back, and says so; not where somebody else has changed it.
func (r *reach) restore(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.held == nil {
		return nil
	}
	held := r.held
	r.held = nil
	found, err := r.account.RestoreWebhook(ctx, held.Application, held.Ours, held.Was)
	if err != nil {
		r.log.Error("webhook", "trouble", err)
		return fmt.Errorf("the webhook URL is still %s, where nobody listens any more, and was %s: the next run gives it back, "+
			"or enter it in the portal: %w", held.Ours[len(held.Ours)-1], held.Was.URL, err)
	}
	line := "The webhook URL of application " + held.Application + " is " + inWords(held.Was) + " again."
	if !held.isOurs(found) && found != held.Was.URL {
		line = "The webhook URL of application " + held.Application + " was changed to " + found + " by somebody else meanwhile, and is left alone."
	}
	r.log.Info("webhook", "application", held.Application, "found", found, "restored", held.isOurs(found), "was", held.Was.URL)
	fmt.Fprintln(r.out, line)
	return forget(r.file)
}

// serve serves what comes through the tunnel until ctx is done. A tunnel that breaks for
// good is opened again; the webhook follows it, and so do the calls' sounds.
func (r *reach) serve(ctx context.Context, p *program) {
	trouble := func(what string) { r.trouble(p, what) }
	for moved := false; ; moved = true {
		served, broke := context.WithCancel(ctx)
		var following sync.WaitGroup
		if moved {
			p.telnyx.MoveMedia(mediaURL(r.tunnel.Public()))
			following.Go(func() { r.keepFollowing(served, r.tunnel.Public()+webhookPath, trouble) })
		}
		err := telnyx.Serve(ctx, r.tunnel, p.handler)
		broke()
		following.Wait()
		if ctx.Err() != nil {
			return
		}
		trouble(fmt.Sprintf("the tunnel broke and is being opened again: %v", err))
		if !r.reopen(ctx, trouble) {
			return
		}
	}
}

// reopen opens another tunnel, and reports whether it has one.
func (r *reach) reopen(ctx context.Context, trouble func(string)) bool {
	for pause := reopenFirst; r.clock.Sleep(ctx, pause) == nil; pause = min(2*pause, reopenMost) {
		t, err := r.open(ctx)
		if err == nil {
			r.tunnel = t
			return true
		}
		trouble(err.Error())
	}
	return false
}

// errTheirs means that somebody else has changed the webhook, which is his to keep.
var errTheirs = errors.New("somebody else has changed it")

// keepFollowing has the webhooks follow a tunnel to its address, until they do or ctx is
// done.
func (r *reach) keepFollowing(ctx context.Context, url string, trouble func(string)) {
	for pause := reopenFirst; ; pause = min(2*pause, reopenMost) {
		err := r.follow(ctx, url)
		if err == nil || ctx.Err() != nil {
			return
		}
		trouble(err.Error())
		if errors.Is(err, errTheirs) || r.clock.Sleep(ctx, pause) != nil {
			return
		}
	}
}

// follow has the webhooks sent to the new address of a tunnel that broke. Where they go
// is remembered before, for Telnyx may be told and the answer lost.
func (r *reach) follow(ctx context.Context, url string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.held == nil {
		return nil
	}
	if !r.held.isOurs(url) {
		r.held.Ours = append(r.held.Ours, url)
		r.held.Ours = r.held.Ours[max(0, len(r.held.Ours)-maxOurs):]
		if err := r.held.write(r.file); err != nil {
			return err
		}
	}
	found, err := r.account.RestoreWebhook(ctx, r.app, r.held.Ours, telnyx.Webhook{URL: url, Version: "2"})
	if err != nil {
		return err
	}
	if !r.held.isOurs(found) {
		return fmt.Errorf("the webhook URL is %s and does not follow the tunnel to %s: %w", found, url, errTheirs)
	}
	r.log.Info("webhook", "application", r.app, "set", url, "was", found)
	return nil
}

// trouble says on the health line and in the log what went wrong.
func (r *reach) trouble(p *program, what string) {
	r.log.Error("tunnel", "trouble", what)
	p.runner.Note(engine.TroubleTelnyx, what)
}

func (m *memo) write(path string) error {
	text, err := json.Marshal(m)
	if err == nil {
		err = replace([]fileChange{{path, text, 0o600}}) // in one step: half a memo is none
	}
	if err != nil {
		return fmt.Errorf("remember what the webhook URL was: %w", err)
	}
	return nil
}

// readMemo reads what a run before left, if it left anything.
func readMemo(path string) (memo, bool) {
	var m memo
	text, err := readSmall(path)
	if err != nil || json.Unmarshal(text, &m) != nil || m.Was.URL == "" || len(m.Ours) == 0 {
		return memo{}, false
	}
	return m, true
}

func forget(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("forget what the webhook URL was: %w", err)
	}
	return nil
}
