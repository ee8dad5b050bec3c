package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"switchboard/engine"
	"switchboard/engine/policy"
)

// hoursEvery is how often the hours of groups are told to the engine anew. They reach
// further, so that one that fails does no harm.
const hoursEvery = 12 * time.Hour

// ReloadPolicy reads the policy's file again, checks it, and loads it as an event. What
// is reported is how it differs. A broken file changes nothing.
func (p *program) ReloadPolicy(ctx context.Context) ([]string, error) {
	p.reloading.Lock()
	defer p.reloading.Unlock()
	was := p.config.Policy
	if !was.own {
		return nil, fmt.Errorf("the policy %q is built in: write it to a file with switchboard policy show > policy.yaml, "+
			"name that with POLICY, and start switchboard again", was.name)
	}
	config := p.config
	var err error
	if config.Policy, err = readSite(was.name); err != nil {
		return nil, fmt.Errorf("the policy stays as it was: %w", err)
	}
	if err := config.Validate(); err != nil {
		return nil, fmt.Errorf("the policy stays as it was: %w", err)
	}
	if err := p.load(ctx, config, "policy"); err != nil {
		return nil, err
	}
	p.config = config
	report := policy.Diff(was.Policy, config.Policy.Policy)
	if len(report) == 0 {
		report = []string{"The rules are the same as before; groups and the rest of the site were read again."}
	}
	for _, w := range config.Policy.Warnings {
		report = append(report, "warning: "+w.String())
	}
	p.log.Info("policy", "reloaded", was.name, "differences", len(report))
	return report, nil
}

// load tells the engine the settings that hold from here on.
func (p *program) load(ctx context.Context, c Config, why string) error {
	now := p.clock.Now()
	return p.runner.Submit(ctx, engine.Entry{
		ID: why + "/" + strconv.FormatInt(now.UnixNano(), 36), By: engine.ByRunner,
		Body: engine.SettingsLoaded{Settings: c.Settings(now)},
	})
}

// keepHours tells the engine the hours of the days to come, as long as ctx lasts.
func (p *program) keepHours(ctx context.Context) {
	for p.clock.Sleep(ctx, hoursEvery) == nil {
		p.reloading.Lock()
		if p.config.Policy.hours() {
			if err := p.load(ctx, p.config, "hours"); err != nil && !errors.Is(err, context.Canceled) {
				p.log.Warn("hours", "trouble", err)
			}
		}
		p.reloading.Unlock()
	}
}

// Backtest judges the calls of the last while by the policy that is in force.
func (p *program) Backtest(ctx context.Context, since time.Duration) ([]string, error) {
	p.reloading.Lock()
	rules := p.config.Policy.Policy
	p.reloading.Unlock()
	return backtestLines(ctx, p.journal, p.clock.Now().Add(-since), rules, nil)
}

// onHangup reads the policy's file again at each of these SIGHUPs, until ctx is done, and has the
// console tell the difference. A SIGHUP that tells that the terminal is gone ends it.
func (p *program) onHangup(ctx context.Context, hangups <-chan os.Signal, gone func() bool, end func()) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-hangups:
		}
		if gone() {
			end()
			return
		}
		report, err := p.ReloadPolicy(ctx)
		if err != nil {
			p.log.Error("policy", "trouble", err)
			p.runner.Note(engine.TroublePolicy, err.Error())
			continue
		}
		select { // what nobody has read yet is out of date
		case <-p.unasked:
		default:
		}
		p.unasked <- report // it has room for one, and this is all that writes
	}
}
