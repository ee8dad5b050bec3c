package tui

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// Limits of the picker.
const (
	maxTyped    = 64 // runes of a typed number
	pickerRows  = 7  // choices on the screen
	pickerCells = 18 // of a number
)

// anyNumber is nobody's: asking whether it may be called asks whether this call may
// be transferred at all.
const anyNumber = "+12025550100"

// A picker asks whom to bring into a call. Its choices keep the order in which they
// stood when it opened, so that none moves under the finger.
type picker struct {
	session engine.SessionID
	caller  safe.Text
	numbers []string // the roster's, free ones first
	typed   string
	chosen  string // a number; empty for the next of the roster
}

// openPicker opens the picker on the selected call, or says why no transfer is
// possible.
func (m *model) openPicker() {
	s, ok := m.call()
	if !ok {
		return
	}
	if err := m.transferable(s.ID); err != nil {
		m.tell(toneWatch, reason(err.Error()))
		return
	}
	p := &picker{session: s.ID, caller: callerOf(s)}
	p.numbers = slices.Clone(m.frame.Roster.Numbers)
	slices.SortStableFunc(p.numbers, func(a, b string) int {
		_, aBusy := busyWith(m.frame, a)
		_, bBusy := busyWith(m.frame, b)
		switch {
		case aBusy == bBusy:
			return 0
		case bBusy:
			return -1
		}
		return 1
	})
	m.openBox(p, boxDead)
}

// transferable tells why no operator at all may be brought into a call: the reason of
// the next one, if neither he, nor any of the roster, nor a new number may be called.
func (m *model) transferable(id engine.SessionID) error {
	err := m.frame.Allow(engine.TransferAsked{Session: id})
	if err == nil {
		return nil
	}
	for _, n := range append([]string{anyNumber}, m.frame.Roster.Numbers...) {
		if m.frame.Allow(engine.TransferAsked{Session: id, To: n}) == nil {
			return nil
		}
	}
	return err
}

// A choice is whom a picker offers. An empty number is the next of the roster.
type choice struct {
	number string
	fresh  bool // typed, not of the roster
}

// choices returns what fits what was typed.
func (p *picker) choices() []choice {
	var fit []choice
	want := squeeze(p.typed)
	if want == "" && len(p.numbers) > 0 {
		fit = append(fit, choice{})
	}
	known := false
	for _, n := range p.numbers {
		if strings.Contains(squeeze(n), want) {
			fit = append(fit, choice{number: n})
			known = known || n == want
		}
	}
	if number, ok := dialable(p.typed); ok && !known {
		fit = append(fit, choice{number: number, fresh: true})
	}
	return fit
}

// squeeze takes out of a number what people write for the eye.
func squeeze(s string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || strings.ContainsRune("-()./", r) && !strings.Contains(s, "@") {
			return -1
		}
		return r
	}, s))
}

// dialable returns a typed number as the engine takes it: E.164 or a SIP URI.
func dialable(typed string) (string, bool) {
	n := squeeze(typed)
	return n, engine.ValidTarget(n) == nil
}

func (p *picker) press(m *model, k tea.KeyPressMsg) tea.Cmd {
	switch {
	case key.Matches(k, m.keys.Cancel):
		m.box = nil
	case key.Matches(k, m.keys.Choose):
		p.choose(k.String() == "down")
	case key.Matches(k, m.keys.Confirm):
		return p.start(m)
	case key.Matches(k, m.keys.Erase):
		_, size := utf8.DecodeLastRuneInString(p.typed)
		p.typed = p.typed[:len(p.typed)-size]
		p.narrow()
	case key.Matches(k, m.keys.EraseAll):
		p.typed = ""
		p.narrow()
	case k.Text != "":
		p.write(k.Text)
	}
	return nil
}

// write appends what was typed or pasted.
func (p *picker) write(text string) {
	clean := string(safe.Clean(p.typed+text, maxTyped+1))
	if utf8.RuneCountInString(clean) <= maxTyped {
		p.typed = clean
	}
	p.narrow()
}

// narrow keeps the choice, or takes the first that is left.
func (p *picker) narrow() {
	fit := p.choices()
	if !slices.ContainsFunc(fit, func(c choice) bool { return c.number == p.chosen }) {
		p.chosen = ""
		if len(fit) > 0 {
			p.chosen = fit[0].number
		}
	}
}

func (p *picker) choose(down bool) {
	fit := p.choices()
	i := slices.IndexFunc(fit, func(c choice) bool { return c.number == p.chosen })
	if down {
		i++
	} else {
		i--
	}
	if i >= 0 && i < len(fit) {
		p.chosen = fit[i].number
	}
}

func (p *picker) start(m *model) tea.Cmd {
	if m.dead() {
		return nil
	}
	fit := p.choices()
	if !slices.ContainsFunc(fit, func(c choice) bool { return c.number == p.chosen }) {
		m.tell(toneWatch, "Nobody to call: type a whole number, + and the country code first.")
		return nil
	}
	to := safe.Text("the next operator")
	if p.chosen != "" {
		to = safe.Number(p.chosen)
	}
	cmd := m.ask(engine.TransferAsked{Session: p.session, To: p.chosen}, "transfer "+p.caller+" to "+to)
	if cmd != nil {
		m.box = nil
	}
	return cmd
}

func (p *picker) follow(m *model) {
	s, ok := m.frame.Session(p.session)
	if !ok || s.Phase == engine.PhaseOver {
		m.closeBox(toneWatch, "The call of "+p.caller+" has ended: nobody was called.")
	}
}

func (p *picker) draw(m *model, w int) card {
	input := m.theme.line(onPage, w)
	input.put(toneAccent, "> ")
	typed := clipTo(m.theme, own(p.typed), w-4)
	input.put(toneText, typed)
	caret := 2 + width(m.theme.shape(typed))
	if typed == "" {
		input.put(toneDim, " type to narrow, or a new number with + and country code")
	}
	rows := []string{input.end(), m.theme.empty(w)}

	fit := p.choices()
	at := max(slices.IndexFunc(fit, func(c choice) bool { return c.number == p.chosen }), 0)
	top := max(0, min(at-pickerRows/2, len(fit)-pickerRows))
	for i := top; i < min(top+pickerRows, len(fit)); i++ {
		name, to, words := p.words(m, fit[i])
		rows = append(rows, m.choiceRow(w, fit[i].number == p.chosen, name, pickerCells, to, words))
	}
	if len(fit) == 0 {
		rows = append(rows, m.boxRow(w, toneDim, "  Nobody of the roster fits. A new number begins with + or sip:"))
	}
	for len(rows) < min(len(p.numbers)+1, pickerRows)+2 { // the box keeps its size while it narrows
		rows = append(rows, m.theme.empty(w))
	}
	rows = append(rows, m.theme.empty(w), m.boxRow(w, toneDim, "The caller stays in the conference and hears that he is being connected."))
	return card{
		title: "Transfer " + p.caller + " to …", rows: rows, caret: caret,
		keys:  []key.Binding{m.keys.Confirm, m.keys.Choose, m.keys.Cancel},
		brief: "Transfer " + p.caller + " > " + typed + "▏ ⏎ start, esc back",
	}
}

// words tells of a choice who it is and whether he may be called.
func (p *picker) words(m *model, c choice) (name safe.Text, to tone, words safe.Text) {
	switch {
	case c.number == "":
		name, to, words = "next operator", toneText, "each free number in turn, until one answers"
	case c.fresh:
		name, to, words = safe.Number(c.number), toneText, "new number: no other is tried"
	default:
		name = safe.Number(c.number)
		to, words = m.operatorWords(c.number)
	}
	if err := m.frame.Allow(engine.TransferAsked{Session: p.session, To: c.number}); err != nil {
		return name, toneDim, safe.Clean(err.Error(), maxWhy)
	}
	return name, to, words
}

// paste puts pasted text into the picker's input. Anywhere else it is dropped: pasted
// text never presses a key.
func (m *model) paste(msg tea.PasteMsg) tea.Cmd {
	if p, ok := m.box.(*picker); ok {
		m.version++
		p.write(msg.Content)
	}
	return nil
}
