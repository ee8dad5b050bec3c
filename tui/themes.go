package tui

import (
	"fmt"
	"image/color"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"switchboard/tui/prefs"
	"switchboard/tui/safe"
)

// A scheme is a theme as it is chosen: by its name, for dark terminals and for light ones.
type scheme struct {
	name, about safe.Text
	dark, light palette

	reverse bool // row and strip are reversed in every depth
	loud    bool // what is worth a look is bold: it has no colour
	inked   bool // what is to be read has the theme's colour on the page, too
}

// defaultTheme is the name of the theme that needs no choice.
const defaultTheme = "default"

// schemes are the themes that are built in, in the order in which T goes through them.
// What they promise is measured by tests: text that is readable on every usual ground,
// and moods that people with any colour vision tell apart.
func schemes() []scheme {
	return []scheme{
		{name: defaultTheme, about: "for any colour vision", dark: okabeDark(), light: okabeLight()},
		{name: "high-contrast", about: "bright, the selected row reversed", dark: contrastDark(), light: contrastLight(), reverse: true},
		{name: "quiet", about: "greys, and colour only where something is bad", dark: quietDark(), light: quietLight(), loud: true},
		{name: "deuteranopia", about: "for eyes that mix up red and green", dark: blueYellowDark(), light: blueYellowLight()},
		{name: "tritanopia", about: "for eyes that mix up blue and yellow", dark: redTealDark(), light: redTealLight()},
	}
}

// okabeDark has the moods of Okabe and Ito: sky, orange, vermillion. The last is lightened
// until it can be read as text.
func okabeDark() palette {
	return palette{
		text: inkOf("#E6EAF2", 254, 15), dim: inkOf("#8F99AB", 247, 7), rule: inkOf("#3A4252", 238, 8), accent: inkOf("#B7C6E8", 189, 15),
		good: inkOf("#56B4E9", 74, 6), watch: inkOf("#E69F00", 214, 3), bad: inkOf("#FF7A59", 209, 9),
		row: inkOf("#232A36", 236, 0), strip: inkOf("#2A2622", 235, 0),
	}
}

// okabeLight has the same hues, darkened until they can be read as text. Vermillion and
// orange of the same lightness are one colour to who sees no red, so that the first is
// deeper. The 16 colours of a light terminal have no cyan and no yellow that can be read.
func okabeLight() palette {
	return palette{
		text: inkOf("#1B1F27", 234, 0), dim: inkOf("#5B6472", 240, 8), rule: inkOf("#C9CED6", 251, 7), accent: inkOf("#2F4B7C", 60, 4),
		good: inkOf("#00699F", 25, 4), watch: inkOf("#8F5B00", 94, 5), bad: inkOf("#960F24", 88, 1),
		row: inkOf("#E4E9F2", 254, 7), strip: inkOf("#F6EBDD", 255, 7),
	}
}

// contrastDark has at least 7 to 1 for everything that is read.
func contrastDark() palette {
	return palette{
		text: inkOf("#FFFFFF", 231, 15), dim: inkOf("#C3CAD6", 252, 7), rule: inkOf("#8891A0", 245, 7), accent: inkOf("#B5D4FF", 153, 15),
		good: inkOf("#7CCBFF", 117, 14), watch: inkOf("#FFD23F", 221, 11), bad: inkOf("#FF9F85", 216, 9),
		row: inkOf("#000000", 16, 0), strip: inkOf("#000000", 16, 0),
	}
}

// contrastLight is contrastDark on a light terminal.
func contrastLight() palette {
	return palette{
		text: inkOf("#000000", 16, 0), dim: inkOf("#3F4650", 238, 0), rule: inkOf("#6F7885", 243, 8), accent: inkOf("#1F2F86", 18, 4),
		good: inkOf("#004F8C", 18, 4), watch: inkOf("#6B4A00", 58, 5), bad: inkOf("#72001C", 52, 1),
		row: inkOf("#FFFFFF", 231, 15), strip: inkOf("#FFFFFF", 231, 15),
	}
}

// quietDark is grey but for what is bad.
func quietDark() palette {
	grey := inkOf("#B4BAC4", 250, 7)
	return palette{
		text: inkOf("#E2E4E8", 254, 15), dim: inkOf("#9298A1", 247, 7), rule: inkOf("#3B3F46", 238, 8), accent: inkOf("#FFFFFF", 231, 15),
		good: grey, watch: inkOf("#E2E4E8", 254, 15), bad: inkOf("#FF7A59", 209, 9),
		row: inkOf("#2A2C30", 236, 0), strip: inkOf("#2A2C30", 236, 0),
	}
}

// quietLight is quietDark on a light terminal.
func quietLight() palette {
	return palette{
		text: inkOf("#1E2024", 234, 0), dim: inkOf("#5F646C", 240, 8), rule: inkOf("#CCCED2", 251, 7), accent: inkOf("#000000", 16, 0),
		good: inkOf("#4C5058", 239, 8), watch: inkOf("#1E2024", 234, 0), bad: inkOf("#960F24", 88, 1),
		row: inkOf("#E6E7EA", 254, 7), strip: inkOf("#E6E7EA", 254, 7),
	}
}

// blueYellowDark tells moods apart by blue, yellow and lightness alone.
func blueYellowDark() palette {
	p := okabeDark()
	p.good, p.watch, p.bad = inkOf("#7C9CFF", 75, 12), inkOf("#FFE534", 226, 11), inkOf("#FF8A70", 209, 9)
	return p
}

// blueYellowLight is blueYellowDark on a light terminal, where no yellow can be read.
func blueYellowLight() palette {
	p := okabeLight()
	p.good, p.watch, p.bad = inkOf("#2A55C4", 25, 4), inkOf("#806200", 94, 5), inkOf("#5E1600", 52, 1)
	return p
}

// redTealDark tells moods apart by red, teal and lightness alone.
func redTealDark() palette {
	p := okabeDark()
	p.good, p.watch, p.bad = inkOf("#4FE3B8", 86, 14), inkOf("#FFDE6B", 221, 11), inkOf("#FF6B57", 209, 9)
	return p
}

// redTealLight is redTealDark on a light terminal.
func redTealLight() palette {
	p := okabeLight()
	p.good, p.watch, p.bad = inkOf("#007245", 24, 4), inkOf("#7A4A00", 94, 5), inkOf("#C80A1E", 124, 1)
	return p
}

// The words of :theme that are no theme: they say what the terminal is.
const (
	wordDark  = "dark"
	wordLight = "light"
	wordAuto  = "auto"
)

// themes are those that there are, and which of them is on.
type themes struct {
	all []scheme
	on  int
}

// scheme is the theme that is on.
func (t *themes) scheme() *scheme { return &t.all[t.on] }

// choose puts a theme on, and reports whether there is one of that name.
func (t *themes) choose(name string) bool {
	i := slices.IndexFunc(t.all, func(s scheme) bool { return strings.EqualFold(string(s.name), name) })
	if i >= 0 {
		t.on = i
	}
	return i >= 0
}

// names lists the themes.
func (t *themes) names() safe.Text {
	var all safe.Text
	for i, s := range t.all {
		all += pick(i > 0, ", ") + s.name
	}
	return all
}

// themesOf returns the themes that a supervisor has, with the one on that he wrote down or
// else chose last, and what is wrong with those of his own: such a theme is left out.
func themesOf(config prefs.Config, last string) (themes, []error) {
	own, wrong := ownThemes(config.Themes)
	t := themes{all: append(schemes(), own...)}
	switch {
	case config.Theme != "":
		if _, his := config.Themes[config.Theme]; !t.choose(config.Theme) && !his { // what is wrong with his is said
			wrong = append(wrong, fmt.Errorf("there is no theme %q; there are %s", config.Theme, t.names()))
		}
	case last != "":
		t.choose(last) // one that is there no longer is no mistake of anybody's
	}
	return t, wrong
}

// CheckTheme refuses the name of a theme that a supervisor with that configuration does not
// have, and names those that he has.
func CheckTheme(config prefs.Config, name string) error {
	own, _ := ownThemes(config.Themes)
	t := themes{all: append(schemes(), own...)}
	if t.choose(name) {
		return nil
	}
	return fmt.Errorf("there is no theme %q; there are %s", safe.Clean(name, maxName), t.names())
}

// CheckThemes returns what is wrong with the themes that a configuration has of its own,
// and with the name of the one to begin with. The errors say which theme and field, and
// what is possible.
func CheckThemes(config prefs.Config) []error {
	_, wrong := themesOf(config, "")
	return wrong
}

// ownThemes makes schemes of themes that a supervisor wrote, in the order of their names.
func ownThemes(written map[string]prefs.Theme) ([]scheme, []error) {
	var made []scheme
	var wrong []error
	for _, name := range slices.Sorted(maps.Keys(written)) {
		s, err := ownTheme(name, written, nil)
		if err != nil {
			wrong = append(wrong, fmt.Errorf("theme %s: %w", name, err))
			continue
		}
		made = append(made, s)
	}
	return made, wrong
}

// ownTheme makes a scheme of one theme and of what it changes. Above are the themes that
// it was come by from, to end where they lead back to themselves.
func ownTheme(name string, written map[string]prefs.Theme, above []string) (scheme, error) {
	if name == wordDark || name == wordLight || name == wordAuto {
		return scheme{}, fmt.Errorf("its name means something else after :theme; give it another")
	}
	builtIn := schemes()
	if slices.ContainsFunc(builtIn, func(s scheme) bool { return string(s.name) == name }) {
		return scheme{}, fmt.Errorf("a theme of this name is built in; give yours another name, and base: %s", name)
	}
	w := written[name]
	s := builtIn[0]
	if w.Base != "" {
		i := slices.IndexFunc(builtIn, func(s scheme) bool { return string(s.name) == w.Base })
		_, his := written[w.Base]
		switch {
		case i >= 0:
			s = builtIn[i]
		case w.Base == name || slices.Contains(above, w.Base):
			return scheme{}, fmt.Errorf("base leads back to itself; begin with one of %s", nameList(builtIn))
		case !his:
			return scheme{}, fmt.Errorf("base is %q; possible are %s, and your own", w.Base, nameList(builtIn))
		default:
			var err error
			if s, err = ownTheme(w.Base, written, append(above, name)); err != nil {
				return scheme{}, fmt.Errorf("base %s: %w", w.Base, err)
			}
		}
	}
	s.name, s.about = safe.Clean(name, maxRule), "your own"
	return s, s.repaint(w)
}

func nameList(all []scheme) string {
	t := themes{all: all}
	return string(t.names())
}

// repaint changes the inks that a theme names, on dark and light terminals alike.
func (s *scheme) repaint(w prefs.Theme) error {
	d, l := &s.dark, &s.light
	for _, f := range []struct {
		name, value string
		dark, light *ink
	}{
		{"text", w.Text, &d.text, &l.text}, {"dim", w.Dim, &d.dim, &l.dim}, {"rule", w.Rule, &d.rule, &l.rule},
		{"accent", w.Accent, &d.accent, &l.accent}, {"good", w.Good, &d.good, &l.good}, {"watch", w.Watch, &d.watch, &l.watch},
		{"bad", w.Bad, &d.bad, &l.bad}, {"row", w.Row, &d.row, &l.row}, {"strip", w.Strip, &d.strip, &l.strip},
	} {
		if f.value == "" {
			continue
		}
		i, err := parseInk(f.value)
		if err != nil {
			return fmt.Errorf("%s is %q; %w", f.name, f.value, err)
		}
		*f.dark, *f.light = i, i
	}
	s.inked = s.inked || w.Text != ""
	if w.Row != "" || w.Strip != "" { // a ground of his own is meant to be seen
		s.reverse = false
	}
	return nil
}

// basicNames are the 16 colours that every terminal has a colour of its own for.
var basicNames = [...]string{
	"black", "red", "green", "yellow", "blue", "magenta", "cyan", "white", "bright-black", "bright-red", "bright-green",
	"bright-yellow", "bright-blue", "bright-magenta", "bright-cyan", "bright-white",
}

var rgbWritten = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)

// parseInk reads a colour as a person writes it. One of the 256 or of the 16 stays the
// terminal's own also where it could show more.
func parseInk(s string) (ink, error) {
	if rgbWritten.MatchString(s) {
		return converted(lipgloss.Color(s)), nil
	}
	if n, err := strconv.ParseUint(s, 10, 8); err == nil {
		return converted(ansi.IndexedColor(n)), nil
	}
	if i := slices.Index(basicNames[:], strings.ToLower(s)); i >= 0 {
		return converted(ansi.BasicColor(i)), nil
	}
	return ink{}, fmt.Errorf("a colour is written \"#rrggbb\", or as a number from 0 to 255, or as one of %s, and these with bright- before them",
		strings.Join(basicNames[:8], ", "))
}

func converted(c color.Color) ink {
	return ink{c, colorprofile.ANSI256.Convert(c), colorprofile.ANSI.Convert(c)}
}

// dress puts the supervisor's theme on a new model, and says what is wrong with his own.
func (m *model) dress() {
	var wrong []error
	m.themes, wrong = themesOf(m.config, m.state.Theme)
	if m.look.Background == BackgroundAsked && m.state.Background == wordLight {
		m.dark = false // until the terminal answers
	}
	m.retheme()
	if len(wrong) == 0 {
		return
	}
	text := capital(reason(wrong[0].Error()))
	if more := len(wrong) - 1; more > 0 {
		text += own(fmt.Sprintf(" And %d more: switchboard config check tells all.", more))
	}
	m.tell(toneWatch, text)
}

// nextTheme puts on the theme after this one.
func (m *model) nextTheme() {
	m.wear(string(m.themes.all[(m.themes.on+1)%len(m.themes.all)].name))
}

// wear puts a theme on, and remembers it.
func (m *model) wear(name string) {
	if !m.themes.choose(name) {
		m.tell(toneWatch, "There is no such theme; there are "+m.themes.names()+", and dark, light and auto for the terminal.")
		return
	}
	m.retheme()
	s := m.themes.scheme()
	m.remember(func(state *prefs.State) { state.Theme = string(s.name) })
	m.tell(toneDim, "Theme: "+s.name+", "+s.about+".")
}

// setTheme does what :theme says: the next theme, one by its name, or what the terminal is.
func (m *model) setTheme(typed string) tea.Cmd {
	switch word := strings.ToLower(strings.TrimSpace(typed)); word {
	case "":
		m.nextTheme()
	case wordDark, wordLight:
		m.look.Background, m.dark = BackgroundDark, word == wordDark
		if !m.dark {
			m.look.Background = BackgroundLight
		}
		m.retheme()
		m.remember(func(state *prefs.State) { state.Background = word })
		m.tell(toneDim, "The terminal is taken to be "+own(word)+"; :theme auto asks it.")
	case wordAuto:
		m.look.Background = BackgroundAsked
		m.remember(func(state *prefs.State) { state.Background = "" })
		m.tell(toneDim, "The terminal is asked whether it is dark or light.")
		return tea.RequestBackgroundColor
	default:
		m.wear(word)
	}
	return nil
}

// retheme makes the theme ready that is on, for the terminal as it is known by now.
func (m *model) retheme() {
	m.theme = newTheme(m.themes.scheme(), m.dark, m.look.Depth(m.depth), m.look)
	m.version++
	m.drawn.forget()
	if m.past != nil {
		silent := m.past.look.Silent
		m.past.themes, m.past.look, m.past.dark, m.past.depth = m.themes, m.look, m.dark, m.depth
		m.past.look.Silent = silent
		m.past.retheme()
	}
}
