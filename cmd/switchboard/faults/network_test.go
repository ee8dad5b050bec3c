package faults_test

import (
	"context"
	"fmt"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"

	"switchboard/engine"
)

// A wire is the way to one of the far ends, which can be poisoned.
type wire struct {
	t     *testing.T
	proxy *toxiproxy.Proxy
}

// lay lays a wire to a server, and returns its own address.
func lay(t *testing.T, name, to string) (*wire, string) {
	t.Helper()
	w := &wire{t, toxiproxy.NewProxy(toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop()), name, "127.0.0.1:"+freePort(t), to)}
	if err := w.proxy.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.proxy.Stop)
	return w, w.proxy.Listen
}

// A poison is what a wire does to what passes it, in the wall's time.
type poison struct {
	kind, stream, attributes string
}

// down is no toxic: nobody listens.
var down = poison{kind: "down"}

func (p poison) String() string {
	return strings.TrimSpace(p.kind + " " + p.stream + " " + p.attributes)
}

// with poisons the wire while something goes on.
func (w *wire) with(p poison, meanwhile func()) {
	w.t.Helper()
	if p == down {
		w.proxy.Stop()
		meanwhile()
		if err := w.proxy.Start(); err != nil {
			w.t.Fatal(err)
		}
		return
	}
	toxic, err := w.proxy.Toxics.AddToxicJson(strings.NewReader(fmt.Sprintf(
		`{"type":%q,"stream":%q,"attributes":{%s}}`, p.kind, p.stream, p.attributes)))
	if err != nil {
		w.t.Fatal(err)
	}
	meanwhile()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := w.proxy.Toxics.RemoveToxic(ctx, toxic.Name); err != nil {
		w.t.Fatal(err)
	}
}

// poisons are the ways in which a network is bad.
var poisons = []poison{
	{"latency", "downstream", `"latency":700,"jitter":400`},
	{"timeout", "upstream", `"timeout":300`},   // nothing comes there, and the connection breaks
	{"timeout", "downstream", `"timeout":300`}, // it is done, and nobody is told
	{"reset_peer", "downstream", `"timeout":0`},
	{"limit_data", "downstream", `"bytes":200`}, // answers break off
	{"bandwidth", "downstream", `"rate":1`},     // KB a second
	down,
}

// wired opens a house whose far ends are at the end of wires.
func wired(t *testing.T, p plan) (h *house, telnyx, symbl *wire) {
	t.Helper()
	h = open(t, p)
	host := func(url string) string {
		_, rest, _ := strings.Cut(url, "://")
		at, _, _ := strings.Cut(rest, "/")
		return at
	}
	telnyx, ours := lay(t, "telnyx", host(h.telnyx.URL()))
	symbl, theirs := lay(t, "symbl", host(h.symbl.URL()))
	h.set(map[string]string{
		"TELNYX_API_URL": "http://" + ours + "/v2", "SYMBL_API_URL": "http://" + theirs, "SYMBL_WS_URL": "ws://" + theirs,
	})
	return h, telnyx, symbl
}

// "Telnyx's API and Symbl behind toxiproxy: each intended effect exactly once, commands get
// outcomes, calls go on, the gap is shown."
func TestABadNetwork(t *testing.T) {
	t.Parallel()
	const calls = 8
	h, telnyx, symbl := wired(t, plan{speed: 8, calls: calls, feed: "symbl-stream"})
	h.invite(calls)
	p := h.run("")
	p.hears(t, serves)
	each := time.Second
	if soak() {
		each = 5 * time.Second
	}
	for _, w := range []*wire{telnyx, symbl} {
		for _, poison := range poisons {
			w.with(poison, func() { time.Sleep(each) })
			time.Sleep(each / 4)
			if p.over() {
				t.Fatalf("the program has ended at %s of %s", poison, w.proxy.Name)
			}
		}
	}
	h.drain()
	if code := p.end(syscall.SIGTERM); code != 0 {
		t.Errorf("it exited with %d after SIGTERM", code)
	}
	h.judge(true)
	h.outcomes()
}

// outcomes fails where a command has none, in a journal that one life has written, and
// where no gap is kept.
func (h *house) outcomes() {
	h.t.Helper()
	told, ordered, gaps := map[engine.CommandName]bool{}, map[engine.CommandName]bool{}, map[engine.SessionID]bool{}
	state := engine.NewState(h.epoch())
	for _, e := range h.events() {
		if name, ok := strings.CutSuffix(e.ID, "/outcome"); ok {
			told[engine.CommandName(name)] = true
		}
		var commands []engine.Command
		state, commands = engine.Step(state, e)
		for _, c := range commands {
			ordered[c.Name] = true
		}
		for _, s := range state.Frame().Sessions {
			if s.Changed == e.Seq && len(s.Feed.Gaps) > 0 {
				gaps[s.ID] = true
			}
		}
	}
	for name := range ordered {
		if !told[name] {
			h.t.Errorf("nobody knows what became of %s", name)
		}
	}
	if len(gaps) == 0 {
		h.t.Error("Symbl was not there, and no gap is shown")
	}
	h.t.Logf("%d commands, %d calls with gaps", len(ordered), len(gaps))
}

// "SIGTERM and q: … journal closed, terminal restored, within 5 s", also where no far end
// answers any more, and somebody holds a connection open and says nothing.
func TestAStopTakesAtMostFiveSecondsWhateverIsStuck(t *testing.T) {
	t.Parallel()
	const calls = 6
	h, telnyx, symbl := wired(t, plan{speed: 5, calls: calls})
	h.invite(calls)
	p := h.run("")
	p.hears(t, shows)
	await(t, "a transfer is under way", conferral, h.under)
	silent, err := net.Dial("tcp", "127.0.0.1:"+h.port)
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	half, err := net.Dial("tcp", "127.0.0.1:"+h.port)
	if err != nil {
		t.Fatal(err)
	}
	defer half.Close()
	fmt.Fprint(half, "POST /webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{")
	hangs := poison{"timeout", "downstream", `"timeout":0`} // connections stay open, and nothing comes any more
	telnyx.with(hangs, func() {
		symbl.with(hangs, func() {
			time.Sleep(500 * time.Millisecond)
			began := time.Now()
			if code := p.end(syscall.SIGTERM); code != 0 {
				t.Errorf("it exited with %d", code)
			}
			took := time.Since(began)
			t.Logf("it took %v", took.Round(time.Millisecond))
			if took > 5*time.Second {
				t.Errorf("it took %v, want at most 5 s", took)
			}
		})
	})
	if _, ok := p.says(farewellLine); !ok {
		t.Error("it did not say what goes on without it")
	}
	h.stop()
	h.kept(h.events())
}
