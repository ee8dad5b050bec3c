// Shots makes the README's pictures: it runs the demo with a fixed seed on a terminal
// that nobody sees, presses the keys that a supervisor would, and paints what is there.
//
//	go run ./tui/shot/shots -program bin/switchboard -into testdata/pictures
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"image/png"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"switchboard/engine/clock"
	"switchboard/tui/shot"
)

const (
	columns, lines = 120, 36
	comes          = 2 * time.Minute // in which what is waited for must come
	settles        = 700 * time.Millisecond
)

// A scene is a picture, and how one comes to what is on it.
type scene struct {
	name  string
	first []string // stand on the screen before the keys are pressed
	keys  []string // as [shot.Terminal.Press] names them
	then  []string // stand on the screen when it is painted
	back  []string // keys that lead back to the calls
}

// scenes are in the order in which one demo shows them: a customer who has had enough is
// about to be transferred, why, his call looked at again, and what the shift came to.
var scenes = []scene{
	{name: "main", first: []string{"▰", upset}, then: []string{"▰", upset}},
	{name: "why", keys: []string{"w"}, then: []string{"NOT IF", "RULE"}, back: []string{"esc"}},
	{name: "replay", first: []string{"✓ Desk"}, keys: []string{"R", "n", "n", "n", "n"}, then: []string{"REPLAY"}, back: []string{"esc", "esc"}},
	{name: "report", keys: strings.Split(":|r|e|p|o|r|t|enter", "|"), then: []string{"nswered"}, back: []string{"esc"}},
	{name: "wallboard", keys: []string{"W"}, then: []string{"OPERATORS FREE"}},
}

// upset is the rule whose proposal is painted: there are sentences to show for it, and a
// mood that fell.
const upset = "sustained-negative"

func main() {
	program := flag.String("program", "bin/switchboard", "the program, as `make build` leaves it")
	into := flag.String("into", "testdata/pictures", "the folder that gets the pictures")
	seed := flag.Int("seed", 7, "of the demo")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *program, *into, *seed); err != nil {
		fmt.Fprintln(os.Stderr, "shots:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, program, into string, seed int) (err error) {
	if err := os.MkdirAll(into, 0o755); err != nil {
		return err
	}
	kept, err := os.MkdirTemp("", "switchboard-shots-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(kept)) }()
	env := []string{"XDG_STATE_HOME=" + kept, "XDG_CONFIG_HOME=" + kept, "TZ=UTC"} // nobody's own preferences
	t, err := shot.Start(columns, lines, env, program, "demo", "--no-tour", "--calls", "5", "--seed", fmt.Sprint(seed))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.Close()) }()
	wall := clock.New(time.Time{}, 1)
	for _, s := range scenes {
		if err := play(ctx, wall, t, s, filepath.Join(into, s.name+".png")); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return nil
}

// play comes to what a scene shows, and paints it.
func play(ctx context.Context, wall *clock.Clock, t *shot.Terminal, s scene, file string) error {
	if err := shows(ctx, t, s.first); err != nil {
		return err
	}
	if err := t.Press(ctx, s.keys...); err != nil {
		return err
	}
	if err := shows(ctx, t, s.then); err != nil {
		return err
	}
	if err := wall.Sleep(ctx, settles); err != nil {
		return err
	}
	if err := paint(t, file); err != nil {
		return err
	}
	if err := t.Press(ctx, s.back...); err != nil {
		return err
	}
	return wall.Sleep(ctx, settles) // esc and a key right after it would be one key, with alt
}

// shows waits until all texts stand on the screen.
func shows(ctx context.Context, t *shot.Terminal, texts []string) error {
	return t.Await(ctx, comes, "wait for "+strings.Join(texts, ", "), func(screen string) bool {
		return !slices.ContainsFunc(texts, func(text string) bool { return !strings.Contains(screen, text) })
	})
}

func paint(t *shot.Terminal, file string) error {
	picture, err := t.Paint(shot.Dark)
	if err != nil {
		return err
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	return errors.Join(encoder.Encode(f, picture), f.Close())
}
