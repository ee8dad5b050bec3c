package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"switchboard/engine/clock"
	"switchboard/engine/recording"
	"switchboard/engine/world"
	"switchboard/symbl/symbltest"
	"switchboard/telnyx/telnyxtest"
)

// The numbers and names of the pretend telephone network.
const (
	worldNumber     = "+13125550100" // that customers call
	worldListen     = "+13125550101" // that Symbl calls
	worldSymbl      = "+13125550102" // that Symbl calls from
	worldFront      = "+13125550103" // of the front desk
	worldFrontName  = "Ava"
	worldPhone      = "+13125550104" // the supervisor's own
	worldHold       = "hold-music"   // a media name
	worldKey        = "KEYofthepretendnetwork"
	worldConnection = "1300000000000000001"
	worldSpare      = "+13125550105"        // that nothing is done with yet
	worldOld        = "1300000000000000002" // an application such as the sample app needs: version 1, another address
	worldSymblID    = "pretend-app"
	worldSymblWord  = "pretend-secret"
	worldALaw       = 0.25 // of the legs
)

// emulators are Telnyx, Symbl and all their customers on this machine: two servers on
// loopback over one pretend telephone network.
type emulators struct {
	network *world.Network
	telnyx  *telnyxtest.Server
	symbl   *symbltest.Server
	callers *callers
	front   bool   // the environment names the front desk
	public  string // where the program is reached
}

// An emulatorsConfig says what the emulators are like.
type emulatorsConfig struct {
	Clock         *clock.Clock
	Seed          uint64
	Calls         int  // alive at once
	Front         bool // the environment names the front desk, and those call who meet one
	Faults        world.Faults
	Recordings    []*recording.Recording // who calls; the demo's own where there are none
	Webhook       string                 // where Telnyx's webhooks go
	Portal        *telnyxtest.Portal     // what the account has; worldPortal's where nil
	TelnyxAddress string                 // of its server; a free port of loopback where empty
	SymblAddress  string
}

// startEmulators starts the servers; nobody calls before run.
func startEmulators(c emulatorsConfig) (*emulators, error) {
	callers := c.Recordings
	if len(callers) == 0 {
		var err error
		if callers, err = playable(""); err != nil {
			return nil, err
		}
		if !c.Front {
			callers = slices.DeleteFunc(callers, func(r *recording.Recording) bool { return r.Front.Does != "" })
		}
	}
	network := world.NewNetwork(world.New(world.Config{
		Seed: c.Seed, Start: c.Clock.Now(), Faults: c.Faults,
		Front: worldFront, Phones: []string{worldPhone}, Media: []string{worldHold}, ALaw: worldALaw,
	}), c.Clock)
	portal := worldPortal()
	if c.Portal != nil {
		portal = *c.Portal
	}
	t, err := telnyxtest.Start(telnyxtest.Config{
		Address: c.TelnyxAddress, Clock: c.Clock, Network: network, WebhookURL: c.Webhook,
		Key: worldKey, ConnectionID: worldConnection, Seed: c.Seed, Portal: portal,
		Packet: packetAt(c.Clock.Speed()),
	})
	if err != nil {
		return nil, portTaken(err, "--telnyx-port")
	}
	s, err := symbltest.Start(symbltest.Config{
		Address: c.SymblAddress, Clock: c.Clock, Line: network,
		AppID: worldSymblID, AppSecret: worldSymblWord, Number: worldSymbl, Connections: max(50, 2*c.Calls), Streams: max(50, 4*c.Calls),
	})
	if err != nil {
		return nil, errors.Join(portTaken(err, "--symbl-port"), t.Close())
	}
	return &emulators{
		network: network, telnyx: t, symbl: s,
		callers: newCallers(network, c.Clock, callers, worldNumber, c.Calls, c.Seed), front: c.Front,
		public: strings.TrimSuffix(c.Webhook, "/webhook"),
	}, nil
}

// packetAt returns how much sound a media frame carries where house time runs at a speed:
// Telnyx's 20 ms, and more where it runs fast, so that calls do not cost more for it. Of
// 100 ms our media server hands on one at a time.
func packetAt(speed float64) time.Duration {
	const least, most = 20 * time.Millisecond, 100 * time.Millisecond
	return time.Duration(min(max(speed, 1)*float64(least), float64(most)))
}

// worldPortal returns the account as it is at the start: the number that customers call
// is taken care of, another is not, and there is an application that does not serve.
func worldPortal() telnyxtest.Portal {
	return telnyxtest.Portal{
		Numbers: []telnyxtest.Number{
			{Number: worldSpare}, {Number: worldListen, Application: worldConnection}, {Number: worldNumber, Application: worldConnection},
		},
		Applications: []telnyxtest.Application{
			{ID: worldOld, Name: "conference sample", URL: "https://sample.example.com/Webhook", Version: "1"},
		},
		Profiles: []telnyxtest.Profile{{Name: "Default", Limit: 500}},
	}
}

// A setValue is one setting and what it is set to.
type setValue struct{ Name, Value string }

// worldOperators returns the numbers of the operators there are for so many calls: six,
// and one more for every two calls past five, up to the fifty of a large team.
func worldOperators(calls int) []string {
	numbers := make([]string, min(max(6, 6+(calls-5)/2), 50))
	for i := range numbers {
		numbers[i] = fmt.Sprintf("+1312555%04d", 111+i)
	}
	return numbers
}

// environment returns the settings that point a program at the emulators.
func (e *emulators) environment() []setValue {
	values := []setValue{
		{"TELNYX_API_URL", e.telnyx.URL()},
		{"TELNYX_API_KEY", worldKey},
		{"TELNYX_PUBLIC_KEY", e.telnyx.PublicKey()},
		{"CONNECTION_ID", worldConnection},
		{"CONFERENCE_NUMBER", worldNumber},
		{"TRANSFER_NUMBER", strings.Join(worldOperators(e.callers.live), ",")},
		{"PUBLIC_URL", e.public},
		{"SYMBL_API_URL", e.symbl.URL()},
		{"SYMBL_WS_URL", e.symbl.SocketURL()},
		{"SYMBL_APP_ID", worldSymblID},
		{"SYMBL_APP_SECRET", worldSymblWord},
		{"SYMBL_NUMBER", worldSymbl},
		{"LISTEN_NUMBER", worldListen},
		{"SUPERVISOR_PHONE", worldPhone},
		{"HOLD_AUDIO", worldHold},
	}
	if e.front {
		values = append(values, setValue{"FRONT_NUMBER", worldFront}, setValue{"FRONT_NAME", worldFrontName})
	}
	return values
}

// asNewUser says how to try all of it as somebody does who has just got his accounts: what
// tells the real ones from the pretend ones is set, and nothing else.
func (e *emulators) asNewUser(all []setValue, webhook string) string {
	places := slices.DeleteFunc(slices.Clone(all), func(v setValue) bool {
		return !slices.Contains([]string{"TELNYX_API_URL", "SYMBL_API_URL", "SYMBL_WS_URL", "PORT_NUMBER", "HOUSE_TIME"}, v.Name)
	})
	var b strings.Builder
	b.WriteString("#\n# Or as a new user, in another terminal and an empty folder, with these alone:\n")
	for _, v := range places {
		fmt.Fprintf(&b, "#   export %s='%s'\n", v.Name, v.Value)
	}
	b.WriteString("#   switchboard setup\n#   switchboard doctor --journal trial.db\n" +
		"#   switchboard run --journal trial.db     # --tunnel loopback where it has no public address\n")
	fmt.Fprintf(&b, "# What the portals would show: the Telnyx key is %s, Symbl's app ID %s and\n# its secret %s; customers call %s.\n",
		worldKey, worldSymblID, worldSymblWord, worldNumber)
	fmt.Fprintf(&b, "# This machine's public address is %s; or it has none yet: run opens one with --tunnel loopback.\n",
		strings.TrimSuffix(webhook, webhookPath))
	fmt.Fprintf(&b, "# Operators are %s and so on; your own phone is %s.\n#\n", strings.Join(worldOperators(e.callers.live)[:3], ", "), worldPhone)
	return b.String()
}

// run lets the world go on, with its customers, until ctx is done.
func (e *emulators) run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var world sync.WaitGroup
	var worldErr error
	world.Go(func() {
		worldErr = e.network.Run(ctx)
		cancel()
	})
	callersErr := e.callers.run(ctx)
	if callersErr == nil {
		<-ctx.Done()
	}
	cancel()
	world.Wait()
	if errors.Is(worldErr, context.Canceled) {
		worldErr = nil
	}
	return errors.Join(worldErr, callersErr)
}

// close ends the servers.
func (e *emulators) close() error {
	e.symbl.Close()
	return e.telnyx.Close()
}

// asMap returns settings for fromMap.
func asMap(values []setValue) map[string]string {
	m := make(map[string]string, len(values))
	for _, v := range values {
		m[v.Name] = v.Value
	}
	return m
}

// asExports returns settings as lines for a shell, asEnvFile as lines of a .env file.
func asExports(values []setValue) string { return asLines("export ", values) }
func asEnvFile(values []setValue) string { return asLines("", values) }

func asLines(prefix string, values []setValue) string {
	var b strings.Builder
	for _, v := range values {
		fmt.Fprintf(&b, "%s%s='%s'\n", prefix, v.Name, v.Value) // none of them holds a quote
	}
	return b.String()
}
