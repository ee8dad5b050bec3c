package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"image/color"
	"io"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"charm.land/huh/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"switchboard/tui/safe"
)

// errLeft means that whoever was asked does not want to go on: ctrl+c, or the end of the
// input.
var errLeft = errors.New("left")

const (
	maxAnswer  = 2000     // letters
	maxTyped   = 16 << 10 // bytes, for one question: who gives more gives no answers
	shownLines = 8        // of a choice at once, on the full screen
	leastWide  = 60       // columns of a terminal that a form fits in
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
		d.print(wrapAt(d.width(), indent, line))
	}
}

// heading prints what the next questions are about.
func (d *dialogue) heading(format string, args ...any) {
	fmt.Fprintln(d.out)
	text := fmt.Sprintf(format, args...)
	if !d.accessible {
		text = lipgloss.NewStyle().Bold(true).Foreground(lipgloss.Cyan).Render(text)
	}
	d.print(text)
}

// print prints lines, in the colours that the terminal has; accessibly in none.
func (d *dialogue) print(lines string) {
	if d.accessible {
		fmt.Fprintln(d.out, lines)
		return
	}
	for sign, colour := range map[string]color.Color{"✓": lipgloss.Green, "✗": lipgloss.Red} {
		if rest, begins := strings.CutPrefix(lines, sign); begins {
			lines = lipgloss.NewStyle().Foreground(colour).Render(sign) + rest
		}
	}
	lipgloss.Fprintln(d.out, lines)
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
	}
	hidden := echo == huh.EchoModePassword
	if d.accessible {
		echo = huh.EchoModeNormal // the library's way to hide cannot be interrupted; see hiddenReader
	}
	input := huh.NewInput().Title(title).Description(q.about).EchoMode(echo).Validate(valid).Value(&answer)
	err := d.ask(ctx, inquiry{field: input, about: q.about, hidden: hidden, record: func() string { return d.recorded(q.title, answer, hidden) }})
	if err == nil && valid(answer) != nil { // the input has ended in the midst of it
		err = errLeft
	}
	if err != nil {
		return "", err
	}
	answer = strings.TrimSpace(answer)
	switch {
	case answer == "" && (d.accessible || hidden):
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
	keys := huh.NewDefaultKeyMap()
	if len(options) > shownLines {
		field.Height(shownLines + 2 + strings.Count(q.about, "\n"))
	} else {
		keys.Select.Filter.SetEnabled(false) // all of them are seen
	}
	err := d.ask(ctx, inquiry{field: field, about: q.about, keys: keys, record: func() string {
		i := slices.IndexFunc(options, func(o option[T]) bool { return o.value == answer })
		return d.recorded(q.title, options[i].label, false)
	}})
	return answer, err
}

// confirm asks for a yes or no.
func (d *dialogue) confirm(ctx context.Context, q question, yes bool) (bool, error) {
	field := huh.NewConfirm().Title(q.title).Description(q.about).Value(&yes)
	err := d.ask(ctx, inquiry{field: field, about: q.about, record: func() string {
		if yes {
			return d.recorded(q.title, "yes", false)
		}
		return d.recorded(q.title, "no", false)
	}})
	return yes, err
}

// recorded is what stays on the screen of a question that was answered.
func (d *dialogue) recorded(title, answer string, hidden bool) string {
	switch {
	case hidden && answer == "":
		answer = "kept"
	case hidden:
		answer = "not shown"
	case answer == "":
		answer = "none"
	}
	if !strings.HasSuffix(title, "?") {
		title += ":"
	}
	return wrapAt(d.width(), "  ", title+" "+string(safe.Clean(answer, maxTrouble)))
}

// An inquiry is one field that is being asked, and what is to stand in its place when it is
// answered.
type inquiry struct {
	field  huh.Field
	about  string // its description
	hidden bool
	keys   *huh.KeyMap // nil: the usual ones
	record func() string
}

// ask has one field answered. It returns errLeft where it is not.
func (d *dialogue) ask(ctx context.Context, a inquiry) error {
	if ctx.Err() != nil {
		return errLeft
	}
	if d.accessible {
		return d.askAccessibly(ctx, a)
	}
	form := huh.NewForm(huh.NewGroup(a.field)).WithTheme(huh.ThemeFunc(formTheme)).WithWidth(d.width())
	if a.keys != nil {
		form.WithKeyMap(a.keys)
	}
	form.SubmitCmd, form.CancelCmd = tea.Quit, tea.Interrupt
	model := &formModel{form: form, record: a.record}
	_, err := tea.NewProgram(model, tea.WithContext(ctx), tea.WithInput(d.in), tea.WithOutput(d.out)).Run()
	fmt.Fprint(d.out, model.shrunk())
	if errors.Is(err, tea.ErrInterrupted) || ctx.Err() != nil || form.State == huh.StateAborted {
		return errLeft
	}
	if err != nil {
		return fmt.Errorf("show the form; --accessible does without it: %w", err)
	}
	return nil
}

// A formModel shows a form, and when it is answered the answer.
type formModel struct {
	form   *huh.Form
	record func() string
	height int // lines of the form when it was drawn last
}

// Init begins the form.
func (m *formModel) Init() tea.Cmd { return m.form.Init() }

// Update gives the form what has happened.
func (m *formModel) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	_, cmd := m.form.Update(msg)
	return m, cmd
}

// View draws the form, or the lines that stay of it. They are as many as the form had,
// for the library leaves parts of a form behind that shrinks; shrunk takes them away.
func (m *formModel) View() tea.View {
	if m.form.State == huh.StateNormal {
		form := m.form.View()
		m.height = lipgloss.Height(form)
		return tea.NewView(form)
	}
	kept := m.kept()
	return tea.NewView(kept + strings.Repeat("\n", max(0, m.height-lipgloss.Height(kept))))
}

// kept is what stays on the screen, without an end of line.
func (m *formModel) kept() string {
	if m.form.State == huh.StateCompleted {
		return m.record()
	}
	return ""
}

// shrunk takes the empty lines away below what stays, once the form is gone: the cursor
// is on the last of them.
func (m *formModel) shrunk() string {
	up := m.height - 1
	if m.form.State == huh.StateCompleted {
		up -= lipgloss.Height(m.kept())
	}
	if up <= 0 {
		return "\r\n"
	}
	return ansi.CursorUp(up) + "\r" + ansi.EraseScreenBelow
}

// width is how many columns there are to write on.
func (d *dialogue) width() int {
	f, ok := d.out.(*os.File)
	if !ok {
		return maxColumns
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return maxColumns
	}
	return min(width, maxColumns)
}

// askAccessibly asks line by line. The library leaves the description out, and takes the
// end of the input for an answer, which may not be among those that can be chosen.
func (d *dialogue) askAccessibly(ctx context.Context, a inquiry) (err error) {
	if a.about != "" {
		d.say("%s", a.about)
	}
	field := a.field.WithTheme(huh.ThemeFunc(plainTheme))
	defer fmt.Fprintln(d.out)
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
	err = field.RunAccessible(d.out, d.reader(a.hidden))
	if d.lines.ended() {
		return errLeft
	}
	return err
}

// reader returns what an answer is read from. A secret that is typed is not shown; what
// comes through a pipe is not shown anyway.
func (d *dialogue) reader(hidden bool) io.Reader {
	if f, ok := d.in.(*os.File); ok && hidden && isTerminal(f) {
		return &hiddenReader{lines: d.lines, terminal: f, out: d.out}
	}
	return d.lines
}

// A lineReader gives its reader's bytes one by one, so that who reads lines through a
// buffer of his own takes no more than his line.
type lineReader struct {
	in   io.Reader
	read int  // bytes since begin
	over bool // nothing more is read
}

// newLineReader returns one whose reads stop can end, where the stream allows that.
func newLineReader(in io.Reader) *lineReader { return &lineReader{in: interruptible(in)} }

// begin says that a question begins.
func (r *lineReader) begin() { r.read = 0 }

// ended reports whether the input was over before anything of an answer had come.
func (r *lineReader) ended() bool { return r.over && r.read == 0 }

// leave has the input be over.
func (r *lineReader) leave() { r.over, r.read = true, 0 }

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
	if r.read >= maxTyped {
		r.leave()
	}
	if r.over {
		return 0, io.EOF
	}
	n, err := r.in.Read(b[:1])
	r.read += n
	r.over = err != nil
	return n, err
}

// A hiddenReader reads lines from a terminal that does not show them. It has the terminal
// for itself only while it waits for a line, so that whatever ends the wait leaves the
// terminal as it was.
type hiddenReader struct {
	lines    *lineReader
	terminal *os.File
	out      io.Writer
	rest     []byte // of the line
}

// Read returns a part of a line. Ctrl+c, and ctrl+d where nothing was typed, end it.
func (r *hiddenReader) Read(b []byte) (int, error) {
	if len(r.rest) == 0 {
		var err error
		if r.rest, err = r.line(); err != nil {
			return 0, err
		}
	}
	n := copy(b, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// line reads a line, with its end.
func (r *hiddenReader) line() ([]byte, error) {
	const ctrlC, ctrlD, ctrlH, ctrlU, del = 3, 4, 8, 21, 127
	before, err := term.MakeRaw(int(r.terminal.Fd()))
	if err != nil {
		return nil, fmt.Errorf("ask without showing the answer: %w", err)
	}
	defer fmt.Fprintln(r.out)
	defer term.Restore(int(r.terminal.Fd()), before)
	var line []byte
	for key := make([]byte, 1); ; {
		if _, err := r.lines.Read(key); err != nil {
			return nil, err
		}
		switch c := key[0]; {
		case c == '\r', c == '\n':
			return append(line, '\n'), nil
		case c == ctrlC, c == ctrlD && len(line) == 0:
			r.lines.leave()
			return nil, io.EOF
		case c == ctrlU:
			line = line[:0]
		case (c == ctrlH || c == del) && len(line) > 0:
			_, last := utf8.DecodeLastRune(line)
			line = line[:len(line)-last]
		case c >= ' ' && c != del && len(line) < maxAnswer*utf8.UTFMax:
			line = append(line, c)
		}
	}
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
	for _, f := range []*huh.FieldStyles{&s.Focused, &s.Blurred} {
		f.Base = f.Base.BorderForeground(lipgloss.BrightBlack)
		f.Title = f.Title.Bold(true)
		f.Description = f.Description.Foreground(lipgloss.BrightBlack)
		f.SelectSelector = f.SelectSelector.Foreground(lipgloss.Cyan)
		f.SelectedOption = f.SelectedOption.Foreground(lipgloss.Cyan)
		f.ErrorIndicator, f.ErrorMessage = f.ErrorIndicator.Foreground(lipgloss.Red), f.ErrorMessage.Foreground(lipgloss.Red)
		f.TextInput.Prompt, f.TextInput.Cursor = f.TextInput.Prompt.Foreground(lipgloss.Cyan), f.TextInput.Cursor.Foreground(lipgloss.Cyan)
	}
	for _, style := range []*lipgloss.Style{&s.Help.ShortKey, &s.Help.ShortDesc, &s.Help.ShortSeparator} {
		*style = style.Foreground(lipgloss.BrightBlack)
	}
	return s
}
