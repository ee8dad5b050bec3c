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
	groups  []string // those that are open first
	numbers []string // the roster's, free ones first
	typed   string
	chosen  choice
	cold    bool // without a briefing
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
	for _, closed := range []bool{false, true} {
		for _, g := range m.frame.Roster.Groups {
			if open, _ := openNow(g, m.now); open != closed {
				p.groups = append(p.groups, g.Name)
			}
		}
	}
	p.numbers = slices.Clone(m.frame.Roster.Numbers)
	for _, g := range m.frame.Roster.Groups {
		for _, o := range g.Operators {
			if !slices.Contains(p.numbers, o.Number) {
				p.numbers = append(p.numbers, o.Number)
			}
		}
	}
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
	p.narrow(m)
	m.openBox(p, boxDead)
}

// transferable tells why no operator at all may be brought into a call: the reason of
// the next one, if neither he, nor any of the roster, nor a new number may be called.
func (m *model) transferable(id engine.SessionID) error {
	err := m.allow(engine.TransferAsked{Session: id})
	if err == nil {
		return nil
	}
	for _, g := range m.frame.Roster.Groups {
		if m.allow(engine.TransferAsked{Session: id, Group: g.Name}) == nil {
			return nil
		}
	}
	for _, n := range append([]string{anyNumber}, m.frame.Roster.Numbers...) {
		if m.allow(engine.TransferAsked{Session: id, To: n}) == nil {
			return nil
		}
	}
	return err
}

// A choice is whom a picker offers: a group, a number, or, where it names neither, the
// next of the roster.
type choice struct {
	group  string
	number string
	fresh  bool // typed, not of the roster
	closed bool // shown, and not offered
}

// body is the wish that a choice makes.
func (p *picker) body(c choice) engine.TransferAsked {
	return engine.TransferAsked{Session: p.session, To: c.number, Group: c.group, Cold: p.cold}
}

// choices returns what fits what was typed.
func (p *picker) choices(m *model) []choice {
	var fit []choice
	want := squeeze(p.typed)
	if want == "" && len(p.numbers) > 0 && len(p.groups) == 0 {
		fit = append(fit, choice{})
	}
	for _, name := range p.groups {
		if strings.Contains(squeeze(name), want) {
			fit = append(fit, choice{group: name, closed: m.closed(name)})
		}
	}
	known := false
	for _, n := range p.numbers {
		if strings.Contains(squeeze(n), want) || strings.Contains(squeeze(string(m.book().name(n))), want) {
			fit = append(fit, choice{number: n})
			known = known || n == want
		}
	}
	if number, ok := dialable(p.typed); ok && !known {
		fit = append(fit, choice{number: number, fresh: true})
	}
	return fit
}

// closed reports whether a group takes no calls at this hour.
func (m *model) closed(name string) bool {
	g, ok := m.group(name)
	open, _ := openNow(g, m.now)
	return !ok || !open
}

func (m *model) group(name string) (engine.Group, bool) {
	for _, g := range m.frame.Roster.Groups {
		if g.Name == name {
			return g, true
		}
	}
	return engine.Group{}, false
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
		p.choose(m, k.String() == "down")
	case key.Matches(k, m.keys.Warmth):
		p.cold = !p.cold
	case key.Matches(k, m.keys.Confirm):
		return p.start(m)
	case key.Matches(k, m.keys.Erase):
		_, size := utf8.DecodeLastRuneInString(p.typed)
		p.typed = p.typed[:len(p.typed)-size]
		p.narrow(m)
	case key.Matches(k, m.keys.EraseAll):
		p.typed = ""
		p.narrow(m)
	case k.Text != "":
		p.write(m, k.Text)
	}
	return nil
}

// write appends what was typed or pasted.
func (p *picker) write(m *model, text string) {
	clean := string(safe.Clean(p.typed+text, maxTyped+1))
	if utf8.RuneCountInString(clean) <= maxTyped {
		p.typed = clean
	}
	p.narrow(m)
}

// narrow keeps the choice, or takes the first that is left and offered.
func (p *picker) narrow(m *model) {
	fit := p.choices(m)
	if slices.Contains(fit, p.chosen) && !p.chosen.closed {
		return
	}
	p.chosen = choice{}
	for _, c := range fit {
		if !c.closed {
			p.chosen = c
			return
		}
	}
}

// choose goes to the next choice that is offered.
func (p *picker) choose(m *model, down bool) {
	fit := p.choices(m)
	by := -1
	if down {
		by = 1
	}
	for i := slices.Index(fit, p.chosen) + by; i >= 0 && i < len(fit); i += by {
		if !fit[i].closed {
			p.chosen = fit[i]
			return
		}
	}
}

func (p *picker) start(m *model) tea.Cmd {
	if m.dead() {
		return nil
	}
	if fit := p.choices(m); !slices.Contains(fit, p.chosen) || p.chosen.closed {
		m.tell(toneWatch, "Nobody to call: type a whole number, + and the country code first.")
		return nil
	}
	to := safe.Text("the next operator")
	switch {
	case p.chosen.group != "":
		to = safe.Clean(p.chosen.group, maxRule)
	case p.chosen.number != "":
		to = m.book().who(p.chosen.number)
	}
	if p.cold {
		to += ", cold"
	}
	cmd := m.ask(p.body(p.chosen), "transfer "+p.caller+" to "+to)
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
		input.put(toneDim, pick(w < boxWidth, " type to narrow, or a number: + and country code"))
		input.put(toneDim, pick(w >= boxWidth, " type to narrow, or a new number with + and country code"))
	}
	rows := []string{input.end(), m.theme.empty(w)}

	fit := p.choices(m)
	hears := p.warmth(m, w)
	shown := min(pickerRows, max(m.boxRoom()-len(rows)-1-len(hears), 1)) // what is heard is never cut off
	at := max(slices.Index(fit, p.chosen), 0)
	top := max(0, min(at-shown/2, len(fit)-shown))
	for i := top; i < min(top+shown, len(fit)); i++ {
		name, to, words := p.words(m, fit[i])
		rows = append(rows, m.choiceRow(w, fit[i] == p.chosen && !fit[i].closed, name, pickerCells, to, words))
	}
	if len(fit) == 0 {
		rows = append(rows, m.boxRow(w, toneDim, "  Nobody of the roster fits. A new number begins with + or sip:"))
	}
	for len(rows) < min(len(p.numbers)+max(len(p.groups), 1), shown)+2 { // the box keeps its size while it narrows
		rows = append(rows, m.theme.empty(w))
	}
	rows = append(rows, m.theme.empty(w))
	rows = append(rows, hears...)
	kind, other := safe.Text("warm transfer"), safe.Text("cold")
	if p.cold {
		kind, other = "cold transfer", "warm"
	}
	return card{
		title: "Transfer " + p.caller + " to …", rows: rows, caret: caret,
		keys:  []key.Binding{bind("⏎", string(kind)), bind("tab", string(other)), m.keys.Choose, m.keys.Cancel},
		brief: "Transfer " + p.caller + " > " + typed + "▏ ⏎ start, esc back",
	}
}

// warmth tells what customer and operator will hear.
func (p *picker) warmth(m *model, w int) []string {
	who := safe.Text("the operator")
	switch g, ok := m.group(p.chosen.group); {
	case p.chosen.number != "":
		who = m.book().who(p.chosen.number)
	case ok:
		if st := m.standingOf(g); st.next != "" {
			who = m.book().who(st.next)
		}
	}
	words := "Warm: " + who + " hears a briefing first, and takes the call with 1."
	if p.cold {
		words = "Cold: " + who + " is joined as he answers, and is told nothing."
	}
	const stays = "The customer stays on the line and hears that he is being connected."
	return append(m.boxParts(w, toneText, words), m.boxParts(w, toneDim, stays)...)
}

// words tells of a choice who it is and whether he may be called.
func (p *picker) words(m *model, c choice) (name safe.Text, to tone, words safe.Text) {
	switch {
	case c.group != "":
		g, _ := m.group(c.group)
		name = safe.Clean(c.group, maxRule)
		if to, words = m.groupWords(g); c.closed {
			return name, toneDim, words + "   not offered"
		}
		return name, to, words
	case c.number == "":
		name, to, words = "next operator", toneText, "each free number in turn, until one answers"
	case c.fresh:
		name, to, words = safe.Number(c.number), toneText, "new number: no other is tried"
	default:
		name = m.book().who(c.number)
		to, words = m.operatorWords(c.number)
	}
	if err := m.allow(p.body(c)); err != nil {
		return name, toneDim, safe.Clean(err.Error(), maxWhy)
	}
	return name, to, words
}

// paste puts pasted text into the input of a box that takes text. Anywhere else it is dropped: pasted
// text never presses a key.
func (m *model) paste(msg tea.PasteMsg) tea.Cmd {
	if m.past != nil && m.box == nil {
		m.version++
		return m.within(m.past.paste(msg))
	}
	switch b := m.box.(type) {
	case *picker:
		m.version++
		b.write(m, msg.Content)
	case *paletteBox:
		m.version++
		b.write(msg.Content)
	case *helpBox:
		m.version++
		b.write(msg.Content)
	case *goToBox:
		m.version++
		b.write(msg.Content)
	case *policyBox:
		m.version++
		b.write(msg.Content)
		b.at = policyTyped
	case lineBox:
		m.version++
		return b.paste(m, msg.Content)
	case *historyBox:
		if b.typing {
			m.version++
			b.write(msg.Content)
			return b.search(m)
		}
	}
	if m.deck == nil && !m.takesText() && strings.TrimSpace(msg.Content) != "" {
		m.tell(toneDim, "That came as a paste, and pasted text presses no key. Type what you mean; : takes a command.")
	}
	return nil
}
