//go:build unix

package shot

import (
	"context"
	"image"
	"image/color"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
)

// at is the colour in the middle of a cell.
func at(img image.Image, x, y int) color.Color {
	return color.RGBAModel.Convert(img.At(edge+x*cellWidth+cellWidth/2, edge+y*cellHeight+cellHeight/2))
}

func TestPaintDrawsWhatCellsSay(t *testing.T) {
	screen := vt.NewEmulator(6, 2)
	defer screen.Close()
	screen.WriteString("\x1b[38;2;1;2;3m█\x1b[0m \x1b[48;2;9;8;7m \x1b[0m─\x1b[7m \x1b[0m") //nolint:errcheck // into memory
	img, err := Paint(screen, Dark)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := img.Bounds().Size(), image.Pt(6*cellWidth+2*edge, 2*cellHeight+2*edge); got != want {
		t.Errorf("the picture has %v, want %v", got, want)
	}
	for i, want := range []color.Color{color.RGBA{1, 2, 3, 255}, Dark.Ground, color.RGBA{9, 8, 7, 255}, Dark.Ink, Dark.Ink, Dark.Ground} {
		if got := at(img, i, 0); got != want {
			t.Errorf("cell %d is %v, want %v", i, got, want)
		}
	}
}

// A block that does not reach its neighbour shows as a seam across the picture.
func TestRulesJoinWithoutASeam(t *testing.T) {
	screen := vt.NewEmulator(4, 1)
	defer screen.Close()
	screen.WriteString("─┬─│") //nolint:errcheck // into memory
	img, err := Paint(screen, Light)
	if err != nil {
		t.Fatal(err)
	}
	y := edge + cellHeight/2
	for x := edge; x < edge+3*cellWidth; x++ {
		if got := color.RGBAModel.Convert(img.At(x, y)); got != Light.Ink {
			t.Fatalf("the rule has a hole %d pixels from its left end", x-edge)
		}
	}
}

func TestTerminalDrivesAProgram(t *testing.T) {
	x, err := Start(40, 5, nil, "sh", "-c", `printf 'name? '; read name; printf 'hello %s\n' "$name"; read wait`)
	if err != nil {
		t.Skipf("there are no terminals here: %v", err)
	}
	defer x.Close()
	ctx := context.Background()
	if err := x.Shows(ctx, 10*time.Second, "name?"); err != nil {
		t.Fatal(err)
	}
	if err := x.Press(ctx, "M", "e", "enter"); err != nil {
		t.Fatal(err)
	}
	if err := x.Shows(ctx, 10*time.Second, "hello Me"); err != nil {
		t.Fatal(err)
	}
	if err := x.Shows(ctx, 50*time.Millisecond, "never"); err == nil || !strings.Contains(err.Error(), "hello Me") {
		t.Errorf("a wait in vain says %v, want what is on the screen", err)
	}
	if err := x.Press(ctx, "enter"); err != nil {
		t.Fatal(err)
	}
	if err := x.Wait(ctx); err != nil {
		t.Errorf("the program ended with %v", err)
	}
	if err := x.Shows(ctx, time.Second, "never"); err == nil || !strings.Contains(err.Error(), "ended before") {
		t.Errorf("a wait for a program that is over says %v", err)
	}
}

func TestForeignFindsWhatItLooksFor(t *testing.T) {
	for _, bad := range []string{"\x1b[6n", "\x1bc", "\x1b]52;c;x\a", "\x1b]8;;https://evil.example\a", "\x1b]0;owned\a", "\x1bPq\x1b\\", "\x07", "\u009b31m", "\x1b[5i", "\x1b[?1003h", "\x0e",
		"\x1b]9;Mette\a", "\x1b]9;switchboard: 2 alerts, Mette\a", "\x1b]11;#ff0000\a", "\x1b[0c", "\x1b[?1000h"} {
		if len(Foreign("Nina "+bad+" x")) == 0 {
			t.Errorf("%q is not found", bad)
		}
	}
	if found := Foreign("\x1b[?1049h\x1b[31mNina\x1b[m\r\n\x1b[2;3H"); len(found) > 0 {
		t.Errorf("what is ours is found: %q", found)
	}
}
