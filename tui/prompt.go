package tui

import (
	"context"
	"errors"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// Limits of commands.
const (
	maxCommand    = 512 // runes of a command: a note is long
	houseLimit    = 2 * time.Minute
	backtestSince = 7 * 24 * time.Hour
	maxReport     = 400 // lines
	deepest       = 8   // cells that a broken line is indented; more is a table's head
)

// A command is something that is typed after a colon.
type command struct {
	name  string // as it is typed
	takes string // what follows it; in brackets: what may
	does  safe.Text
	run   func(m *model, rest string) tea.Cmd
}

// alone reports whether it does something without what may follow it.
func (c command) alone() bool { return strings.HasPrefix(c.takes, " [") }

// commands are all that can be typed, in the order in which the palette offers them.
func commands() []command {
	return []command{
		{"about", "", "this console: its clock, its bell, how it draws", (*model).showAbout},
		{"again", "", "let automation transfer the selected call once more", (*model).again},
		{"auto on", "", "rules act", func(m *model, _ string) tea.Cmd { return m.setAutomation(engine.ModeOn) }},
		{"auto shadow", "", "rules are judged and counted; nothing acts by itself", func(m *model, _ string) tea.Cmd { return m.setAutomation(engine.ModeShadow) }},
		{"auto off", "", "no rule is judged; asks first", func(m *model, _ string) tea.Cmd { return m.setAutomation(engine.ModeOff) }},
		{"backtest", "", "what the policy would have done in the last 7 days", (*model).backtest},
		{"bell", " HOW", "on, off, or mute 30: silent for so many minutes", (*model).turnBell},
		{"callbacks", "", "who is to be called back", (*model).showCallbacks},
		{"calm", " [on|off]", "nothing moves; a countdown is a number", (*model).setCalm},
		{"events", "", "what happened in all calls, on the whole screen", (*model).showEvents},
		{"export", " [CALL]", "write it to a file: text, markdown, json, recording", (*model).export},
		{"filter", " [WORDS]", "choose the calls that are shown; help filter tells how", (*model).filterBy},
		{"forget", " NUMBER", "erase the calls with a number; tells first", (*model).forget},
		{"handover", "", "the notes of the last shifts", (*model).showHandover},
		{"help", "", "the keys", func(m *model, _ string) tea.Cmd { m.openHelp(); return nil }},
		{"help filter", "", "what can be typed in a filter", func(m *model, _ string) tea.Cmd { m.openFilterHelp(nil); return nil }},
		{"history", " [QUERY]", "calls that are over: search, filter, replay", (*model).showHistory},
		{"mouse", " HOW", "on; off lets the terminal select text", (*model).turnMouse},
		{"note", " TEXT", "for the next shift; about this call: note # TEXT", (*model).writeNote},
		{"phone", " NUMBER", "your own phone, for listening", (*model).setPhone},
		{"policy reload", "", "read the policy file again", (*model).reloadPolicy},
		{"policy show", "", "the rules and what they have done", (*model).showPolicy},
		{"quit", "", "leave the console", func(m *model, _ string) tea.Cmd { return m.quit() }},
		{"report", "", "what the shift has come to", (*model).shiftReport},
		{"sort", " COLUMN", "sort the calls: attention, time, now, with, caller …", (*model).sortTyped},
		{"views", "", "saved filters: choose one", func(m *model, _ string) tea.Cmd { m.openViews(); return nil }},
		{"view save", " NAME", "save the filter that is on", (*model).saveView},
		{"view delete", " NAME", "forget a saved filter", (*model).deleteView},
		{"view", " NAME", "show a saved filter", (*model).showView},
		{"theme", " [NAME]", "the next one, or by its name; dark, light, auto", (*model).setTheme},
		{"watch", "", "calls with an alert that nobody has seen", (*model).showWatch},
	}
}

// tailOf returns the end of a text that is too long for so many cells: where one types.
func (m *model) tailOf(text safe.Text, w int) safe.Text {
	shaped := m.theme.shape(text)
	over := width(shaped) - w
	if over <= 0 {
		return text
	}
	return own(string(m.theme.tail()) + ansi.TruncateLeft(shaped, over+width(string(m.theme.tail())), ""))
}

// again lets automation transfer the selected call once more.
func (m *model) again(string) tea.Cmd {
	s, ok := m.call()
	if !ok {
		return nil
	}
	if !s.AutoSpent {
		m.tell(toneDim, "Automation may transfer "+callerOf(s)+" already.")
		return nil
	}
	return m.ask(engine.AgainAllowed{Session: s.ID}, "let automation transfer "+callerOf(s)+" once more")
}

// setPhone sets the supervisor's own phone for this console.
func (m *model) setPhone(typed string) tea.Cmd {
	number, ok := dialable(typed)
	if !ok {
		m.tell(toneWatch, reason(engine.ErrTarget.Error()))
		return nil
	}
	m.myPhone = number
	m.tell(toneDim, "Your phone is "+safe.Number(number)+", for this console: "+word(m.keys.Listen)+" listens.")
	return nil
}

// reported is what the house has come back with.
type reported struct {
	title safe.Text
	lines []string
	err   error
}

func (m *model) reloadPolicy(string) tea.Cmd {
	return m.askHouse("Policy reload", "Reading the policy file …", func(ctx context.Context, h House) ([]string, error) {
		return h.ReloadPolicy(ctx)
	})
}

func (m *model) backtest(string) tea.Cmd {
	return m.askHouse("Backtest, last 7 days", "Judging the calls of the last 7 days …", func(ctx context.Context, h House) ([]string, error) {
		return h.Backtest(ctx, backtestSince)
	})
}

// export has a call written to a file: the selected one, or another that is named.
func (m *model) export(typed string) tea.Cmd {
	call, format, err := exportWords(typed)
	if err != nil {
		m.tell(toneWatch, reason(err.Error()))
		return nil
	}
	if call == "" && len(m.marks) > 0 {
		return m.exportMarked(format)
	}
	if call == "" {
		s, ok := m.call()
		if !ok {
			m.tell(toneWatch, "Which call? Select one, or name it, as in "+m.colon("export 12"))
			return nil
		}
		call = string(s.ID)
	}
	return m.askHouse("Export", "Writing the call …", func(ctx context.Context, h House) ([]string, error) {
		return h.Export(ctx, call, format)
	})
}

// errExport says what may follow export.
var errExport = errors.New("export takes a call and a format, as in export 12 markdown")

// exportWords reads what follows export: a call, a format, both or none.
func exportWords(typed string) (call, format string, err error) {
	for word := range strings.FieldsSeq(typed) {
		digits := safe.Digits(strings.TrimPrefix(strings.TrimPrefix(word, "#"), "s"))
		switch {
		case digits && call == "" && format == "":
			call = word
		case !digits && format == "":
			format = word
		default:
			return "", "", errExport
		}
	}
	return call, format, nil
}

// askHouse has the house do something beside the console.
func (m *model) askHouse(title, doing safe.Text, do func(context.Context, House) ([]string, error)) tea.Cmd {
	return m.askHouseFor(houseLimit, title, doing, do)
}

// askHouseFor gives it so long, on the wall.
func (m *model) askHouseFor(limit time.Duration, title, doing safe.Text, do func(context.Context, House) ([]string, error)) tea.Cmd {
	house := m.house
	if house == nil {
		m.tell(toneWatch, title+": not possible here, for there is no policy file or journal behind this console.")
		return nil
	}
	m.tell(toneDim, doing)
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), limit)
		defer cancel()
		lines, err := do(ctx, house)
		return reported{title, lines, err}
	}
}

// report shows what the house came back with; an open box is not taken away.
func (m *model) report(r reported) tea.Cmd {
	m.version++
	if r.err != nil {
		m.tell(toneBad, r.title+": "+reason(r.err.Error()))
	}
	var lines []safe.Text
	if r.err != nil {
		lines = append(lines, reason(r.err.Error()), "")
	}
	for _, line := range r.lines[:min(len(r.lines), maxReport)] {
		lines = append(lines, aligned(keepIndent(line)))
	}
	switch {
	case m.box != nil:
		m.tell(toneDim, r.title+" is done; close the box and ask again to read it.")
	case len(lines) == 0:
		m.tell(toneDim, r.title+": nothing to report.")
	default:
		m.notice = notice{} // that it was asked is over
		m.openBox(&textBox{title: r.title, lines: lines}, 0)
	}
	return nil
}

// unasked is what the house has done that nobody asked for here.
type unasked []string

// reloaded tells that the policy was read again, and how it differs. No box is opened:
// nobody asked, and a key may be on its way. `:policy show` has it at its top.
func (m *model) reloaded(lines unasked) {
	m.changes = nil
	for _, line := range lines[:min(len(lines), maxReport)] {
		m.changes = append(m.changes, keepIndent(line))
	}
	m.changedAt = m.now
	text := safe.Text("The policy was read again")
	for i, line := range m.changes {
		text += pick(i == 0, ": ") + pick(i > 0, "; ") + line
	}
	m.tell(toneWatch, text)
}

// keepIndent cleans a line of a table and keeps its columns.
func keepIndent(line string) safe.Text {
	var b strings.Builder
	for i, part := range strings.Split(line, "  ") {
		if i > 0 {
			b.WriteString("  ")
		}
		trimmed := strings.TrimLeft(part, " ")
		b.WriteString(strings.Repeat(" ", len(part)-len(trimmed)))
		b.WriteString(string(safe.Clean(trimmed, maxWords)))
		if trimmed != "" && strings.HasSuffix(trimmed, " ") {
			b.WriteByte(' ')
		}
	}
	return own(b.String())
}

// A textBox shows lines to be read, and scrolls.
type textBox struct {
	title safe.Text
	lines []safe.Text
	top   int
	make  func(*model) []safe.Text // anew for each frame; nil: lines stay
}

// widest is how many cells the longest line takes.
func (b *textBox) widest() int {
	n := 0
	for _, line := range b.lines {
		n = max(n, width(string(line)))
	}
	return n
}

func (b *textBox) press(m *model, k tea.KeyPressMsg) tea.Cmd {
	switch {
	case key.Matches(k, m.keys.Cancel, m.keys.Confirm, m.keys.Quit):
		m.box = nil
	case key.Matches(k, m.keys.Down):
		b.top++
	case key.Matches(k, m.keys.Up):
		b.top = max(b.top-1, 0)
	case key.Matches(k, m.keys.PageDown, m.keys.HalfDown):
		b.top += 10
	case key.Matches(k, m.keys.PageUp, m.keys.HalfUp):
		b.top = max(b.top-10, 0)
	case key.Matches(k, m.keys.First):
		b.top = 0
	case key.Matches(k, m.keys.Last):
		b.top = far
	}
	return nil
}

// hanging draws a line that may be broken: what does not fit goes on beneath where it began.
func (m *model) hanging(w int, text safe.Text) []string {
	said := strings.TrimLeft(string(text), " ")
	indent := len(text) - len(said)
	if indent > deepest || width(m.theme.shape(text)) <= w {
		return m.boxParts(w, toneText, text)
	}
	lines := wrap(m.theme.shape(own(said)), w-indent)
	rows := make([]string, len(lines))
	for i, part := range lines {
		rows[i] = m.boxRow(w, toneText, own(spaces(indent)+part))
	}
	return rows
}

func (b *textBox) follow(m *model) {
	if b.make != nil {
		b.lines = b.make(m)
	}
}

func (b *textBox) draw(m *model, w int) card {
	var rows []string
	for _, line := range b.lines {
		if line == "" {
			rows = append(rows, m.theme.empty(w))
			continue
		}
		rows = append(rows, m.hanging(w, line)...)
	}
	all := len(rows)
	rows, b.top = m.window(rows, b.top)
	keys := []key.Binding{bind("esc", "close")}
	if all > m.boxRoom() {
		keys = append(keys, pair(m.keys.Down, m.keys.Up, "scroll"))
	}
	brief := b.title
	if len(b.lines) > 0 {
		brief += ": " + b.lines[0]
	}
	return card{title: b.title, rows: rows, caret: -1, keys: keys, brief: brief}
}

// showPolicy opens the rules with what they have done.
func (m *model) showPolicy(string) tea.Cmd {
	m.openBox(&textBox{title: m.policyTitle(), lines: m.policyLines(), make: (*model).policyLines}, 0)
	return nil
}

func (m *model) policyTitle() safe.Text {
	if name := m.policyName(); name != "" {
		return "Policy " + name
	}
	return "Policy"
}

func (m *model) policyLines() []safe.Text {
	p := m.frame.Policy
	if len(p.Rules) == 0 {
		return []safe.Text{"No rules are loaded: nothing is proposed by itself."}
	}
	var lines []safe.Text
	if len(m.changes) > 0 {
		lines = append(lines, "Read again at "+clockTime(m.changedAt, m.zone)+":")
		for _, c := range m.changes {
			lines = append(lines, "  "+c)
		}
		lines = append(lines, "")
	}
	for _, r := range p.Rules {
		text := ruleTitle(engine.Evidence{Rule: r.ID, Version: r.Version, Severity: r.Severity})
		if r.Mode == engine.ModeShadow || r.Mode == engine.ModeOff {
			text += ", " + own(r.Mode.String())
		}
		if r.Then.Transfer != nil {
			text += ", proposes a transfer"
			if r.Veto > 0 {
				text += " with " + seconds(r.Veto) + " to veto"
			}
		}
		lines = append(lines, text)
		if r.About != "" {
			lines = append(lines, "  "+safe.Clean(r.About, maxWhy))
		}
		lines = append(lines, "  "+m.record(r.ID)+m.reasons(r.ID))
	}
	return lines
}

// showWatch opens the calls with an alert that nobody has seen.
func (m *model) showWatch(string) tea.Cmd {
	m.openBox(&textBox{title: "Watch list", lines: m.watchLines(), make: (*model).watchLines}, 0)
	return nil
}

func (m *model) watchLines() []safe.Text {
	var lines []safe.Text
	for _, s := range m.list.need {
		if s.Phase == engine.PhaseOver {
			continue
		}
		for _, a := range s.Alerts {
			if !a.Seen {
				lines = append(lines, callerOf(s)+": "+safe.Clean(a.Rule, maxRule)+", "+own(a.Severity.String())+", "+seconds(m.now.Sub(a.At))+" ago")
			}
		}
	}
	if len(lines) == 0 {
		return []safe.Text{"No call is on the watch list."}
	}
	return append(lines, "", "Select the call, then "+word(m.keys.Why)+" tells why, and "+word(m.keys.Seen)+" takes it off.")
}
