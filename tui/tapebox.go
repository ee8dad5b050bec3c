package tui

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"switchboard/engine/replay"
	"switchboard/tui/safe"
)

// maxPath is how many runes a file's name has that is typed.
const maxPath = 256

// A typing is a line of text that is typed into a box.
type typing struct{ typed string }

// write appends what was typed or pasted.
func (t *typing) write(text string) {
	clean := string(safe.Clean(t.typed+text, maxPath+1))
	if strings.HasSuffix(text, " ") && !strings.HasSuffix(clean, " ") && clean != "" {
		clean += " "
	}
	if utf8.RuneCountInString(clean) <= maxPath {
		t.typed = clean
	}
}

// edit takes a key that changes the text, and reports whether it was one.
func (t *typing) edit(m *model, k tea.KeyPressMsg) bool {
	switch {
	case key.Matches(k, m.keys.Erase):
		_, size := utf8.DecodeLastRuneInString(t.typed)
		t.typed = t.typed[:len(t.typed)-size]
	case key.Matches(k, m.keys.EraseAll):
		t.typed = ""
	case k.Text != "":
		t.write(k.Text)
	default:
		return false
	}
	return true
}

// draw draws the text behind a sign, and tells where the cursor belongs.
func (t *typing) draw(m *model, sign safe.Text, w int) (row string, caret int) {
	l := m.theme.line(onPage, w)
	caret = l.put(toneAccent, sign)
	typed := clipTo(m.theme, safe.Clean(t.typed, maxPath), w-caret-2)
	caret += l.put(toneText, typed)
	if strings.HasSuffix(t.typed, " ") {
		caret++
	}
	return l.end(), caret
}

// A goToBox takes a time of the tape, or the number of an event.
type goToBox struct{ typing }

func (b *goToBox) press(m *model, k tea.KeyPressMsg) tea.Cmd {
	switch {
	case key.Matches(k, m.keys.Cancel):
		m.box = nil
	case key.Matches(k, m.keys.Confirm):
		goes, ok := placeOf(b.typed, m.deck.at, m.zone)
		if !ok {
			m.tell(toneWatch, "That is no time and no event: 14:32, 14:32:05, +5:00, -0:30 or 118.")
			return nil
		}
		m.box = nil
		return m.turnTape(func(p *replay.Player) turned { goes(p); return turned{} })
	default:
		b.edit(m, k)
	}
	return nil
}

func (*goToBox) follow(*model) {}

func (b *goToBox) draw(m *model, w int) card {
	row, caret := b.typing.draw(m, "> ", w)
	at := m.deck.at
	rows := []string{row, m.theme.empty(w),
		m.boxRow(w, toneDim, "14:32 or 14:32:05 a time   +5:00 on, -0:30 back   118 an event"),
		m.boxRow(w, toneDim, "it goes from "+clockTime(at.From, m.zone)+" to "+clockTime(at.To, m.zone)+own(", events 1 to "+strconv.Itoa(at.Of))),
	}
	return card{
		title: "Go to", rows: rows, caret: caret, keys: []key.Binding{bind("⏎", "go"), m.keys.Cancel},
		brief: "Go to " + safe.Clean(b.typed, maxTyped) + "▏ ⏎ go, esc back",
	}
}

// placeOf reads where a tape is to go to: a time of the day, a stretch from here with its
// sign, or an event's number.
func placeOf(typed string, at replay.Position, zone *time.Location) (func(*replay.Player), bool) {
	typed = strings.TrimSpace(strings.ReplaceAll(typed, "−", "-"))
	sign := time.Duration(0)
	switch rest := typed; {
	case strings.HasPrefix(rest, "+"):
		sign, typed = 1, rest[1:]
	case strings.HasPrefix(rest, "-"):
		sign, typed = -1, rest[1:]
	}
	parts := strings.Split(typed, ":")
	numbers := make([]int, len(parts))
	for i, p := range parts {
		n, err := strconv.Atoi(p)
		if err != nil || n < 0 || n > 9_999_999 || i > 0 && n > 59 {
			return nil, false
		}
		numbers[i] = n
	}
	switch {
	case len(numbers) > 3:
		return nil, false
	case sign != 0:
		gone := 0
		for _, n := range numbers {
			gone = gone*60 + n
		}
		if gone > 100*24*3600 {
			return nil, false
		}
		by := sign * time.Duration(gone) * time.Second
		return func(p *replay.Player) { p.Skip(by) }, true
	case len(numbers) == 1:
		return func(p *replay.Player) { p.SeekEvent(numbers[0]) }, numbers[0] > 0
	case numbers[0] > 23:
		return nil, false
	}
	numbers = append(numbers, 0)
	to := timeOfDay(at, zone, numbers[0], numbers[1], numbers[2])
	return func(p *replay.Player) { p.Seek(to) }, true
}

// timeOfDay returns the moment of a tape at which it was that time: where it spans more
// days, on the day that is shown, or else the first one on the tape.
func timeOfDay(at replay.Position, zone *time.Location, hour, minute, second int) time.Time {
	on := func(day time.Time) time.Time {
		y, month, d := day.In(zone).Date()
		return time.Date(y, month, d, hour, minute, second, 0, zone)
	}
	inside := func(t time.Time) bool { return !t.Before(at.From.Truncate(time.Second)) && !t.After(at.To) }
	to := on(at.Now)
	if inside(to) {
		return to
	}
	for day := at.From; !day.After(at.To.Add(24 * time.Hour)); day = day.Add(24 * time.Hour) {
		if t := on(day); inside(t) {
			return t
		}
	}
	return to
}

// A policyBox asks by which policy the tape is to be judged beside the day's.
type policyBox struct {
	typing
	at int
}

// The choices of a policyBox.
const (
	policyOfDay = iota
	policyInForce
	policyTyped
	policyList
)

func (b *policyBox) press(m *model, k tea.KeyPressMsg) tea.Cmd {
	last := policyTyped
	if m.deck.trial != nil {
		last = policyList
	}
	switch {
	case key.Matches(k, m.keys.Cancel):
		m.box = nil
	case k.String() == "up":
		b.at = max(b.at-1, 0)
	case k.String() == "down":
		b.at = min(b.at+1, last)
	case key.Matches(k, m.keys.Confirm):
		return b.choose(m)
	case b.edit(m, k):
		b.at = policyTyped
	}
	return nil
}

func (b *policyBox) choose(m *model) tea.Cmd {
	switch b.at {
	case policyOfDay:
		m.box = nil
		return m.compareWith(nil)
	case policyInForce:
		m.box = nil
		return m.tryPolicy("")
	case policyList:
		m.box = nil
		m.showDifferences()
		return nil
	}
	name := strings.TrimSpace(b.typed)
	if name == "" {
		m.tell(toneWatch, "Type the name of a policy file first.")
		return nil
	}
	m.box = nil
	return m.tryPolicy(name)
}

func (*policyBox) follow(*model) {}

func (b *policyBox) draw(m *model, w int) card {
	const cells = 28
	tape := m.deck.player.Tape()
	force := safe.Clean(tape.InForce().Name, maxRule)
	if v := tape.InForce().Version; force != "" && v > 0 {
		force += own(" v" + strconv.Itoa(v))
	}
	caret := -1
	row := func(i int, name, words safe.Text) string {
		return m.choiceRow(w, b.at == i, name, cells, toneDim, words)
	}
	typed, at := b.typing.draw(m, "  > ", w)
	if b.at == policyTyped {
		caret = at
	}
	day := m.policyName()
	rows := []string{typed, m.theme.empty(w), row(policyOfDay, "the policy of its day", day), row(policyInForce, "the policy in force now", force),
		row(policyTyped, "a policy file", "type its name")}
	if m.deck.trial != nil {
		rows = append(rows, row(policyList, "what differs", safe.Clean(m.deck.trial.Policy, maxRule)))
	}
	rows = append(rows, m.theme.empty(w))
	rows = append(rows, m.boxParts(w, toneDim, "The calls stay as they happened: it is only shown where the alarms would move.")...)
	return card{
		title: "Judge by", rows: rows, caret: caret, keys: []key.Binding{bind("⏎", "judge"), m.keys.Choose, m.keys.Cancel},
		brief: "Judge by " + safe.Clean(b.typed, maxTyped) + "▏ ⏎ judge, esc back",
	}
}

// showDifferences opens the alarms of the day and of the other policy, side by side.
func (m *model) showDifferences() {
	m.openBox(&textBox{title: "Where the alarms would move", lines: m.differences()}, 0)
}

// differences are the alarms of the day and of the other policy, a line each.
func (m *model) differences() []safe.Text {
	trial, tape := m.deck.trial, m.deck.player.Tape()
	if trial == nil {
		return []safe.Text{"No other policy was tried: " + word(m.keys.OtherPolicy) + " does."}
	}
	day, other := len(tape.Alarms()), len(tape.Shown(trial.Alarms))
	lines := []safe.Text{
		"By the policy of its day " + count(day, "rule fired", "rules fired") + ", by " + safe.Clean(trial.Policy, maxRule) + " " +
			count(other, "would have.", "would have."), "",
	}
	all := tape.Compare(*trial)
	if len(all) == 0 {
		return append(lines, "No rule fired, and none would have.")
	}
	table := [][]string{{"CALL", "RULE", "THEN", "NOW", ""}}
	for _, d := range all[:min(len(all), maxReport)] {
		table = append(table, []string{
			string(m.callOf(d)), string(safe.Clean(d.Rule, maxRule)), string(m.orNot(d.Then)), string(m.orNot(d.Now)), string(moved(d)),
		})
	}
	return append(lines, columned(table)...)
}

// callOf is the caller that a difference is about.
func (m *model) callOf(d replay.Difference) safe.Text {
	c, ok := m.deck.player.Tape().Caller(d.Session)
	switch {
	case !ok:
		return safe.Clean(string(d.Session), maxRule)
	case c.Name != "":
		return safe.Name(c.Name, maxName)
	}
	return safe.Number(c.From)
}

func (m *model) orNot(t time.Time) safe.Text {
	if t.IsZero() {
		return "not"
	}
	return clockTime(t, m.zone)
}

// moved tells how another policy's alarm differs from the day's.
func moved(d replay.Difference) safe.Text {
	switch by := d.Now.Sub(d.Then); {
	case d.Then.IsZero():
		return "new"
	case d.Now.IsZero():
		return "gone"
	case by <= -time.Second:
		return seconds(-by) + " earlier"
	case by >= time.Second:
		return seconds(by) + " later"
	}
	return "the same"
}

// columned makes lines of a table, its columns two cells apart.
func columned(table [][]string) []safe.Text {
	var cells []int
	for _, row := range table {
		for i, c := range row {
			if i == len(cells) {
				cells = append(cells, 0)
			}
			cells[i] = max(cells[i], width(c))
		}
	}
	var lines []safe.Text
	for _, row := range table {
		var b strings.Builder
		for i, c := range row {
			b.WriteString(c)
			if i < len(row)-1 {
				b.WriteString(spaces(cells[i] - width(c) + 2))
			}
		}
		lines = append(lines, own(strings.TrimRight(b.String(), " ")))
	}
	return lines
}
