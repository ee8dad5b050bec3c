package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"switchboard/telnyx"
)

// Clocks further apart than this are told; beyond the tolerance webhooks are refused.
const clocksApart = 5 * time.Second

// lately is how far back lost webhooks are looked for.
const lately = time.Hour

// realTelnyx is where Telnyx truly is.
const realTelnyx = "https://api.telnyx.com/"

// lookAtKey asks what the account may spend, which nobody but the key's owner is told.
func (x *exam) lookAtKey(ctx context.Context) finding {
	balance, err := x.account.Balance(ctx)
	at := ""
	if !strings.HasPrefix(x.config.TelnyxURL, realTelnyx) {
		at = " (at " + x.config.TelnyxURL + ", which is not Telnyx itself)"
	}
	switch {
	case errors.Is(err, telnyx.ErrKeyRefused):
		return failed("Telnyx does not accept it"+at, "copy it whole: "+portalKeys+", API Keys; then switchboard setup")
	case errors.Is(err, telnyx.ErrNotAllowed):
		return warning("Telnyx knows it, and does not let it see the balance"+at, "look in the portal whether there is money left")
	case errors.Is(err, telnyx.ErrUnreachable):
		return failed("Telnyx cannot be asked: "+brief(err), "look whether this machine reaches the internet, and status.telnyx.com")
	case err != nil:
		return failed(brief(err), "look at TELNYX_API_URL, and at status.telnyx.com")
	}
	if left, err := strconv.ParseFloat(balance.Available, 64); err == nil && left <= 0 {
		return failed(fmt.Sprintf("Telnyx accepts it%s, but nothing is left to spend: %s %s", at, shown(balance.Available), shown(balance.Currency)),
			"add money in the portal, Billing: without it no operator can be dialled")
	}
	return fine("Telnyx accepts it%s; %s %s are left to spend", at, shown(balance.Available), shown(balance.Currency))
}

// lookAtApplication tells whether the application is the account's and in use.
func (x *exam) lookAtApplication(ctx context.Context) finding {
	app, err := x.app(ctx)
	switch {
	case errors.Is(err, telnyx.ErrNoSuch):
		return failed("the account has no Call Control application "+shown(x.config.ConnectionID),
			"take CONNECTION_ID from "+portalApps+", its ID; a SIP connection's does not serve. switchboard setup lists them")
	case err != nil:
		return notTold(err)
	case !app.Active:
		return failed(fmt.Sprintf("“%s” is switched off", shown(app.Name)), "switch it on: "+portalApps)
	case !app.FirstCommandTimeout:
		return warning(fmt.Sprintf("“%s” lets callers ring for ever when switchboard is not running", shown(app.Name)),
			"switch on its first command time-out: "+portalApps)
	}
	return fine("“%s” is there, and hangs up by itself where nobody takes a call", shown(app.Name))
}

// lookAtVersion tells whether webhooks come in the form that is understood here.
func (x *exam) lookAtVersion(ctx context.Context) finding {
	app, err := x.app(ctx)
	switch {
	case err != nil:
		return notTold(err)
	case app.Webhook.Version == "2":
		return fine("2")
	case x.config.Tunnel != tunnelNone:
		return warning("it is "+shown(app.Webhook.Version)+"; run changes it to 2 while its tunnel is open", "switchboard set-webhook, or the portal, changes it for good")
	}
	return failed("it is "+shown(app.Webhook.Version)+": every webhook would be refused", "switchboard set-webhook makes it 2; or "+portalApps+", Webhook API Version")
}

// lookAtWebhook tells whether webhooks come to where we are.
func (x *exam) lookAtWebhook(ctx context.Context) finding {
	app, err := x.app(ctx)
	if err != nil {
		return notTold(err)
	}
	url, ours := app.Webhook.URL, x.config.PublicURL+webhookPath
	if left, ok := x.borrowed(url); ok {
		if running, err := x.openPort(); !running || err != nil {
			return failed("a run that was killed left it at "+shown(url)+", where nobody listens any more; it was "+inWords(left.Was),
				"switchboard run gives it back when it starts; so does switchboard set-webhook, with PUBLIC_URL")
		}
		return fine("a run with a tunnel has it now: %s", shown(url))
	}
	switch {
	case x.config.Tunnel != tunnelNone:
		return fine("run sets it while its tunnel is open; now it is %s", shown(url))
	case x.config.PublicURL == "":
		return fine("%s; whether that leads here is seen below", shown(url))
	case !strings.EqualFold(url, ours):
		return failed("it is "+shown(url)+", and PUBLIC_URL leads to "+ours, "switchboard set-webhook sets it")
	}
	return fine("%s", shown(url))
}

// lookAtLost tells what Telnyx has given up sending to where webhooks go now. What was
// lost elsewhere before is history.
func (x *exam) lookAtLost(ctx context.Context) finding {
	app, err := x.app(ctx)
	if err != nil {
		return notTold(err)
	}
	lost, err := x.account.LostWebhooks(ctx, x.house.Now().Add(-lately))
	if err != nil {
		return notTold(err)
	}
	lost = slices.DeleteFunc(lost, func(l telnyx.LostWebhook) bool { return l.URL != app.Webhook.URL })
	if len(lost) == 0 {
		return fine("none was lost in the last hour")
	}
	last := lost[0]
	says := fmt.Sprintf("%s lost in the last hour; the last, %s at %s, ", plural(len(lost), "webhook"), shown(last.Event), last.At.Local().Format("15:04"))
	switch {
	case last.Status == 0:
		return warning(says+"was not answered", "see below whether the address leads here; nobody answers while switchboard is not running")
	case last.Status == 401:
		return warning(says+"was refused for its signature", "see the public key and the clock below")
	}
	return warning(says+"was answered with "+strconv.Itoa(last.Status), "see below whether the address leads here, and what stands before it: a proxy, a tunnel")
}

// lookAtNumber tells whether the customers' number comes here.
func (x *exam) lookAtNumber(ctx context.Context) finding { return x.lookUp(ctx, x.config.Number) }

// lookAtListenNumber tells the same of the number that Symbl calls.
func (x *exam) lookAtListenNumber(ctx context.Context) finding {
	if x.config.ListenNumber == "" {
		return skipped("LISTEN_NUMBER is not set; it is advised where Symbl listens by telephone")
	}
	return x.lookUp(ctx, x.config.ListenNumber)
}

func (x *exam) lookUp(ctx context.Context, number string) finding {
	assign := "assign it to the application: portal.telnyx.com, Numbers, My Numbers; or switchboard setup"
	n, err := x.account.Number(ctx, number)
	switch {
	case errors.Is(err, telnyx.ErrNoSuch):
		return failed(number+" is not a number of this account", portalNums)
	case err != nil:
		return notTold(err)
	case !n.Active():
		return failed(fmt.Sprintf("%s cannot be called yet: it is “%s”", number, shown(n.Status)), "wait, or see portal.telnyx.com, Numbers")
	case n.Application == "":
		return failed(number+" belongs to no application: calls to it go nowhere", assign)
	case n.Application != x.config.ConnectionID:
		return failed(fmt.Sprintf("%s belongs to another application: “%s” (%s)", number, shown(n.ApplicationName), shown(n.Application)), assign)
	}
	return fine("%s belongs to the application", number)
}

// lookAtPublicKey tells whether webhooks are checked against the account's key.
func (x *exam) lookAtPublicKey(ctx context.Context) finding {
	key, err := x.account.PublicKey(ctx)
	switch {
	case err != nil:
		return notTold(err)
	case key != x.config.PublicKey:
		return failed("TELNYX_PUBLIC_KEY is not the account's: every webhook would be refused", "it is "+key+"; switchboard setup writes it")
	}
	return fine("it is the account's")
}

// outbound returns the outbound voice profile of the application.
func (x *exam) outbound(app telnyx.Application) (telnyx.Profile, error) {
	return x.profile.ask(func() (telnyx.Profile, error) { return x.account.Profile(x.ctx, app.Profile) })
}

// lookAtProfile tells whether operators can be dialled at all.
func (x *exam) lookAtProfile(ctx context.Context) finding {
	app, err := x.app(ctx)
	if err != nil {
		return notTold(err)
	}
	if app.Profile == "" {
		return failed("the application has none: nobody can be dialled", "give it one: "+portalApps+", Outbound; profiles are under Voice, Outbound Voice Profiles")
	}
	profile, err := x.outbound(app)
	switch {
	case err != nil:
		return notTold(err)
	case !profile.Enabled:
		return failed(fmt.Sprintf("“%s” is switched off: nobody can be dialled", shown(profile.Name)), "portal.telnyx.com, Voice, Outbound Voice Profiles")
	case len(profile.Destinations) > 0:
		return fine("“%s” dials to %s", shown(profile.Name), shown(strings.Join(profile.Destinations, ", ")))
	}
	return fine("“%s” is switched on", shown(profile.Name))
}

// lookAtLimit says how many operators can be on calls at once. Who calls us does not
// count; who is dialled does: operators, the front desk, the supervisor's phone.
func (x *exam) lookAtLimit(ctx context.Context) finding {
	app, err := x.app(ctx)
	if err != nil {
		return notTold(err)
	}
	if app.Profile == "" {
		return skipped("there is no outbound profile")
	}
	profile, err := x.outbound(app)
	if err != nil {
		return notTold(err)
	}
	const account = "The account has a limit of its own, which no operation tells: 2 when it is new, 10 once it is verified"
	limit := leastLimit(profile.Limit, app.OutboundLimit)
	have := len(x.config.operators())
	if limit == 0 {
		return fine("no limit of the profile or the application. %s", account)
	}
	also := x.config.alsoDialled()
	says := fmt.Sprintf("%s: %s of your %d can be on calls at once", plural(limit, "dialled call"), plural(min(limit, have), "operator"), have)
	if also != "" {
		says += "; " + also + " counts as well"
	}
	says += ". " + account
	if limit < have {
		return warning(says, "raise the limit: portal.telnyx.com, Voice, Outbound Voice Profiles, and the application's own")
	}
	return fine("%s", says)
}

// leastLimit returns the lower of limits of which zero is none.
func leastLimit(limits ...int) int {
	least := 0
	for _, l := range limits {
		if l > 0 && (least == 0 || l < least) {
			least = l
		}
	}
	return least
}

// operators returns all who may be dialled as operators, each once.
func (c Config) operators() []string {
	all := slices.Clone(c.Operators)
	for _, g := range c.Policy.Groups {
		for _, o := range g.Operators {
			all = append(all, o.Number)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// alsoDialled says who is dialled beside operators.
func (c Config) alsoDialled() string {
	var all []string
	if c.front().Number != "" {
		all = append(all, "each call's front desk")
	}
	if c.Phone != "" || c.Policy.Phone != "" {
		all = append(all, "your own phone")
	}
	return strings.Join(all, " and ")
}

// lookAtClock compares our clock with Telnyx's, by whose time webhooks are signed.
func (x *exam) lookAtClock(ctx context.Context) finding {
	before := x.house.Now()
	at, err := x.account.Time(ctx)
	if err != nil {
		return notTold(err)
	}
	// The answer was written between asking and now, and tells whole seconds.
	after := x.house.Now()
	var off time.Duration
	switch {
	case at.Add(time.Second).Before(before):
		off = before.Sub(at) // we are ahead
	case at.After(after):
		off = at.Sub(after)
	}
	side := "behind"
	if at.Before(before) {
		side = "ahead"
	}
	says := fmt.Sprintf("this machine's is %s %s of Telnyx's", off.Round(time.Second), side)
	const do = "have the machine set its clock by the network: timedatectl set-ntp true, or the system's settings"
	switch {
	case off > x.config.Tolerance:
		return failed(says+fmt.Sprintf(": every webhook would be refused, for %s are tolerated", x.config.Tolerance), do)
	case off > clocksApart:
		return warning(says, do)
	}
	return fine("this machine's and Telnyx's agree")
}
