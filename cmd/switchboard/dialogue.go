package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"charm.land/huh/v2"
	"charm.land/lipgloss/v2"
	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// errLeft means that whoever was asked does not want to go on: ctrl+c, or the end of the
// input.
var errLeft = errors.New("left")

const (
	maxAnswer  = 2000 // letters
	shownLines = 8    // of a choice at once, on the full screen
	leastWide  = 60   // columns of a terminal that a form fits in
	leastHigh  = 16
)

// A dialogue asks, on a form that is drawn or, accessibly, line by line: for screen
// readers, for terminals that cannot draw, and for pipes.
type dialogue struct {
	in         io.Reader
	out        io.Writer
	accessible bool
	lines      *lineReader // what accessible answers are read from
}

// newDialogue returns the dialogue of a command. It is accessible where that is asked
// for, also by ACCESSIBLE in the environment, and where there is no terminal to draw on.
func newDialogue(cmd *cobra.Command, asked bool) *dialogue {
	d := &dialogue{in: cmd.InOrStdin(), out: cmd.OutOrStdout()}
	d.accessible = asked || os.Getenv("ACCESSIBLE") != "" || os.Getenv("TERM") == "dumb" ||
		!isTerminal(d.in) || !isTerminal(d.out) || !roomy(d.out)
	if d.accessible {
		d.lines = newLineReader(d.in)
	}
	return d
}

// roomy reports whether a terminal is large enough for a form.
func roomy(stream any) bool {
	width, height, err := term.GetSize(int(stream.(*os.File).Fd()))
	return err == nil && width >= leastWide && height >= leastHigh
}

// say prints a paragraph.
func (d *dialogue) say(format string, args ...any) {
	for line := range strings.SplitSeq(fmt.Sprintf(format, args...), "\n") {
		indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
		fmt.Fprintln(d.out, wrap(indent, line))
	}
}

// A question is what is asked, and what is to be known to answer it.
type question struct {
	title string
	about string // a line or two more
	now   string // the answer that is taken where none is given
	hint  string // how that is shown; now itself where empty
	blank bool   // no answer is one, too
}

// text asks for a line. An answer that check refuses is asked for again.
func (d *dialogue) text(ctx context.Context, q question, check func(string) error) (string, error) {
	return d.line(ctx, q, huh.EchoModeNormal, check)
}

// secret asks for a line that is not shown. An empty answer stands for the one there is,
// which is why q.now is never printed.
func (d *dialogue) secret(ctx context.Context, q question, check func(string) error) (string, error) {
	q.hint = "kept"
	return d.line(ctx, q, huh.EchoModePassword, check)
}

func (d *dialogue) line(ctx context.Context, q question, echo huh.EchoMode, check func(string) error) (string, error) {
	var answer string
	valid := func(v string) error {
		v = strings.TrimSpace(v)
		keeps := v == "" && q.now != "" && (d.accessible || echo == huh.EchoModePassword)
		switch {
		case keeps, q.blank && isNone(v):
			return nil
		case v == "":
			return errors.New("an answer is needed here; ctrl+c leaves everything as it was")
		case len([]rune(v)) > maxAnswer:
			return fmt.Errorf("at most %d letters", maxAnswer)
		}
		return check(v)
	}
	title := q.title
	switch hint := cmp.Or(q.hint, q.now); {
	case q.now != "" && (d.accessible || echo == huh.EchoModePassword):
		title += " [" + hint + "]"
	case q.blank && d.accessible:
		title += " [none]"
	}
	if !d.accessible && echo == huh.EchoModeNormal {
		answer = q.now
	}
	if d.accessible {
		title += ":"
		if !isTerminal(d.in) {
			echo = huh.EchoModeNormal // nothing is shown of what comes through a pipe
		}
	}
	input := huh.NewInput().Title(title).Description(q.about).EchoMode(echo).Validate(valid).Value(&answer)
	err := d.ask(ctx, input, q.about, echo == huh.EchoModePassword)
	if err == nil && valid(answer) != nil { // the input has ended in the midst of it
		err = errLeft
	}
	if err != nil {
		return "", err
	}
	answer = strings.TrimSpace(answer)
	switch {
	case answer == "" && (d.accessible || echo == huh.EchoModePassword):
		return q.now, nil
	case q.blank && isNone(answer):
		return "", nil
	}
	return answer, nil
}

// isNone reports whether an answer says that there is none.
func isNone(answer string) bool {
	return answer == "" || answer == "-" || strings.EqualFold(answer, "none")
}

// An option is one that can be chosen.
type option[T comparable] struct {
	label string
	value T
}

// choose asks for one of some options. The one that is now is taken where none is chosen.
func choose[T comparable](ctx context.Context, d *dialogue, q question, now T, options []option[T]) (T, error) {
	answer := now
	shown := make([]huh.Option[T], len(options))
	known := false
	for i, o := range options {
		label := o.label
		if o.value == now {
			known = true
			if d.accessible {
				label += " [enter]"
			}
		}
		shown[i] = huh.NewOption(label, o.value)
	}
	if !known {
		answer = options[0].value
		shown[0].Key = options[0].label
		if d.accessible {
			shown[0].Key += " [enter]"
		}
	}
	field := huh.NewSelect[T]().Title(q.title).Description(q.about).Options(shown...).Value(&answer)
	if !d.accessible && len(options) > shownLines {
		field.Height(shownLines + 2 + strings.Count(q.about, "\n"))
	}
	err := d.ask(ctx, field, q.about, false)
	return answer, err
}

// confirm asks for a yes or no.
func (d *dialogue) confirm(ctx context.Context, q question, yes bool) (bool, error) {
	field := huh.NewConfirm().Title(q.title).Description(q.about).Value(&yes)
	err := d.ask(ctx, field, q.about, false)
	return yes, err
}

// ask has one field answered. It returns errLeft where it is not.
func (d *dialogue) ask(ctx context.Context, field huh.Field, about string, hidden bool) error {
	if ctx.Err() != nil {
		return errLeft
	}
	if d.accessible {
		return d.askAccessibly(ctx, field, about, hidden)
	}
	err := huh.NewForm(huh.NewGroup(field)).WithTheme(huh.ThemeFunc(formTheme)).WithWidth(d.width()).
		WithInput(d.in).WithOutput(d.out).RunWithContext(ctx)
	if errors.Is(err, huh.ErrUserAborted) || ctx.Err() != nil {
		return errLeft
	}
	return err
}

// width is that of a form: no line is longer than can be read with ease.
func (d *dialogue) width() int {
	const most = 78
	width, _, err := term.GetSize(int(d.out.(*os.File).Fd()))
	if err != nil {
		return most
	}
	return min(width, most)
}

// askAccessibly asks line by line. The library leaves the description out, and takes the
// end of the input for an answer, which may not be among those that can be chosen.
func (d *dialogue) askAccessibly(ctx context.Context, field huh.Field, about string, hidden bool) (err error) {
	if about != "" {
		d.say("%s", about)
	}
	field = field.WithTheme(huh.ThemeFunc(plainTheme))
	defer fmt.Fprintln(d.out)
	if f, ok := d.in.(*os.File); ok && hidden {
		return d.askHidden(ctx, field, f)
	}
	release := context.AfterFunc(ctx, d.lines.stop)
	defer release()
	d.lines.begin()
	defer func() {
		if r := recover(); r != nil && d.lines.ended() {
			err = errLeft
		} else if r != nil {
			panic(r)
		}
	}()
	err = field.RunAccessible(d.out, d.lines)
	if d.lines.ended() {
		return errLeft
	}
	return err
}

// askHidden has a secret typed without being shown. A read from a terminal cannot be
// ended from here: where ctx is done first the terminal is given its echo back, and the
// read is left to the end of the process, which follows.
func (d *dialogue) askHidden(ctx context.Context, field huh.Field, f *os.File) error {
	before, err := term.GetState(int(f.Fd()))
	if err != nil {
		return fmt.Errorf("ask without showing the answer: %w", err)
	}
	done := make(chan error, 1)
	go func() { done <- field.RunAccessible(d.out, f) }()
	select {
	case err := <-done:
		if errors.Is(err, io.EOF) {
			return errLeft
		}
		return err
	case <-ctx.Done():
		return errors.Join(errLeft, term.Restore(int(f.Fd()), before))
	}
}

// A lineReader gives its reader's bytes one by one, so that who reads lines through a
// buffer of his own takes no more than his line.
type lineReader struct {
	in    io.Reader
	fresh bool // nothing has been read since begin
	end   bool // and nothing will be
}

// newLineReader returns one whose reads stop can end, where the stream allows that.
func newLineReader(in io.Reader) *lineReader { return &lineReader{in: interruptible(in)} }

// begin says that a question begins.
func (r *lineReader) begin() { r.fresh = true }

// ended reports whether the input was over before anything of an answer had come.
func (r *lineReader) ended() bool { return r.end && r.fresh }

// stop makes a read that waits return.
func (r *lineReader) stop() {
	if c, ok := r.in.(io.Closer); ok {
		c.Close()
	}
}

// Read reads one byte.
func (r *lineReader) Read(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	n, err := r.in.Read(b[:1])
	if n > 0 {
		r.fresh = false
	}
	if err != nil {
		r.end = true
	}
	return n, err
}

// plainTheme draws nothing: for lines that are read aloud or go through a pipe.
func plainTheme(bool) *huh.Styles {
	var s huh.Styles
	s.FieldSeparator = lipgloss.NewStyle()
	return &s
}

// formTheme is the console's: calm, one accent.
func formTheme(dark bool) *huh.Styles {
	s := huh.ThemeBase(dark)
	accent, faint, wrong := lipgloss.Color("6"), lipgloss.Color("8"), lipgloss.Color("1")
	for _, f := range []*huh.FieldStyles{&s.Focused, &s.Blurred} {
		f.Base = f.Base.BorderForeground(faint)
		f.Title = f.Title.Bold(true)
		f.Description = f.Description.Foreground(faint)
		f.SelectSelector = f.SelectSelector.Foreground(accent)
		f.SelectedOption = f.SelectedOption.Foreground(accent)
		f.ErrorIndicator, f.ErrorMessage = f.ErrorIndicator.Foreground(wrong), f.ErrorMessage.Foreground(wrong)
		f.TextInput.Prompt, f.TextInput.Cursor = f.TextInput.Prompt.Foreground(accent), f.TextInput.Cursor.Foreground(accent)
	}
	return s
}
