// Package shot runs a terminal program on a terminal that nobody sees, presses its keys,
// and makes pictures of what is on its screen: for the README, for tests that drive the
// built program, and for whoever must look at a screen that failed.
package shot

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"strings"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/go-fonts/dejavu/dejavusansmono"
	"github.com/go-fonts/dejavu/dejavusansmonobold"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// Pixels of a cell, of the letters in it, and of the edge around the screen.
const (
	cellWidth, cellHeight = 10, 20
	fontSize              = 16
	baseline              = 15 // of the letters, from the cell's top
	edge                  = 16
)

// Cells are what a terminal shows.
type Cells interface {
	// CellAt returns a cell, or nil where nothing was ever drawn.
	CellAt(x, y int) *uv.Cell
	// Width and Height count them.
	Width() int
	Height() int
}

// A Paper is what the terminal itself has, where the program gives no colour.
type Paper struct{ Ink, Ground color.Color }

// The two papers.
var (
	Dark  = Paper{Ink: color.RGBA{0xd6, 0xdb, 0xe6, 0xff}, Ground: color.RGBA{0x12, 0x15, 0x1b, 0xff}}
	Light = Paper{Ink: color.RGBA{0x20, 0x24, 0x2c, 0xff}, Ground: color.RGBA{0xfc, 0xfb, 0xf8, 0xff}}
)

// A painter draws cells with a plain and a bold face.
type painter struct {
	img         *image.RGBA
	paper       Paper
	plain, bold font.Face
}

// Paint draws a terminal, ten by twenty pixels a cell. The error is a font's that
// cannot be read.
func Paint(cells Cells, paper Paper) (image.Image, error) {
	plain, err := face(dejavusansmono.TTF)
	if err != nil {
		return nil, err
	}
	bold, err := face(dejavusansmonobold.TTF)
	if err != nil {
		return nil, err
	}
	w, h := cells.Width(), cells.Height()
	p := painter{image.NewRGBA(image.Rect(0, 0, w*cellWidth+2*edge, h*cellHeight+2*edge)), paper, plain, bold}
	p.fill(p.img.Bounds(), paper.Ground)
	for y := range h {
		for x := range w {
			if c := cells.CellAt(x, y); c != nil && c.Width > 0 {
				p.cell(image.Pt(edge+x*cellWidth, edge+y*cellHeight), c)
			}
		}
	}
	return p.img, nil
}

func face(ttf []byte) (font.Face, error) {
	f, err := opentype.Parse(ttf)
	if err != nil {
		return nil, fmt.Errorf("read the font: %w", err)
	}
	made, err := opentype.NewFace(f, &opentype.FaceOptions{Size: fontSize, DPI: 72, Hinting: font.HintingFull})
	if err != nil {
		return nil, fmt.Errorf("use the font: %w", err)
	}
	return made, nil
}

func (p *painter) fill(r image.Rectangle, c color.Color) {
	draw.Draw(p.img, r, image.NewUniform(c), image.Point{}, draw.Over)
}

// cell draws one cell at its upper left corner.
func (p *painter) cell(at image.Point, c *uv.Cell) {
	ink, ground := p.paper.Ink, p.paper.Ground
	if c.Style.Fg != nil {
		ink = c.Style.Fg
	}
	if c.Style.Bg != nil {
		ground = c.Style.Bg
	}
	if c.Style.Attrs&uv.AttrReverse != 0 {
		ink, ground = ground, ink
	}
	p.fill(image.Rectangle{at, at.Add(image.Pt(cellWidth*c.Width, cellHeight))}, ground)
	text := strings.TrimSpace(c.Content)
	if text == "" || p.block(at, []rune(text)[0], ink) {
		return
	}
	d := font.Drawer{Dst: p.img, Src: image.NewUniform(ink), Face: p.plain, Dot: fixed.P(at.X, at.Y+baseline)}
	if c.Style.Attrs&uv.AttrBold != 0 {
		d.Face = p.bold
	}
	d.DrawString(text)
}

// eighths are how many eighths of a cell's height a block stands from, and to, its foot.
var eighths = map[rune][2]int{
	'▁': {0, 1}, '▂': {0, 2}, '▃': {0, 3}, '▄': {0, 4}, '▅': {0, 5}, '▆': {0, 6}, '▇': {0, 7}, '█': {0, 8}, '▀': {4, 8}, '▔': {7, 8},
}

// block draws what must join its neighbours without a seam, which no font does at every
// size, and reports whether r is such a sign.
func (p *painter) block(at image.Point, r rune, ink color.Color) bool {
	if e, ok := eighths[r]; ok {
		p.fill(image.Rect(at.X, at.Y+cellHeight-e[1]*cellHeight/8, at.X+cellWidth, at.Y+cellHeight-e[0]*cellHeight/8), ink)
		return true
	}
	middle := at.Add(image.Pt(cellWidth/2, cellHeight/2))
	across := func(x0, x1, thick int) { p.fill(image.Rect(x0, middle.Y-thick/2, x1, middle.Y-thick/2+thick), ink) }
	down := func(y0, y1, thick int) { p.fill(image.Rect(middle.X-thick/2, y0, middle.X-thick/2+thick, y1), ink) }
	right, foot := at.X+cellWidth, at.Y+cellHeight
	switch r {
	case '─':
		across(at.X, right, 1)
	case '━':
		across(at.X, right, 3)
	case '│':
		down(at.Y, foot, 1)
	case '┃':
		down(at.Y, foot, 3)
	case '┬', '┴', '├', '┤', '┼', '╭', '╮', '╰', '╯':
		if !strings.ContainsRune("├╭╰", r) {
			across(at.X, middle.X+1, 1)
		}
		if !strings.ContainsRune("┤╮╯", r) {
			across(middle.X, right, 1)
		}
		if !strings.ContainsRune("┴╰╯", r) {
			down(middle.Y, foot, 1)
		}
		if !strings.ContainsRune("┬╭╮", r) {
			down(at.Y, middle.Y+1, 1)
		}
	case '▌':
		p.fill(image.Rect(at.X, at.Y, middle.X, foot), ink)
	case '▐':
		p.fill(image.Rect(middle.X, at.Y, right, foot), ink)
	case '▏':
		p.fill(image.Rect(at.X, at.Y, at.X+1, foot), ink)
	default:
		return false
	}
	return true
}
