package tui

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"

	"switchboard/engine"
	"switchboard/engine/clock"
	"switchboard/tui/prefs"
	"switchboard/tui/safe"
)

// Guards and waits, in the wall's time.
const (
	orderHeld    = 3 * time.Second        // rows do not move so long after a key
	idleAfter    = 10 * time.Second       // without a key: nobody is at the list
	noticeLife   = 8 * time.Second        // a notice fades
	noticeMin    = 700 * time.Millisecond // no key wipes a notice that is younger
	interruptGap = 3 * time.Second        // between the two ctrl+c
	boxDead      = 150 * time.Millisecond // a box that has just come takes no yes
	hangupDead   = 400 * time.Millisecond // nor does the hang-up box
)

// A wall tells the wall's time.
type wall interface{ Now() time.Time }

// A model is the state of one console. What the engine knows is in frame and is never
// changed here; the other fields are what only this screen knows. A model belongs to
// the program that runs it.
type model struct {
	engine  Engine
	wall    wall
	name    string
	title   safe.Text
	idle    safe.Text // shown while there is no call
	ends    safe.Text // what quitting ends, where it ends more than this console
	zone    *time.Location
	period  time.Duration
	keys    keyMap
	started time.Time // in house time: makes entries unique across restarts

	frame  *engine.Frame
	health engine.Health
	talk   engine.Talk
	heard  engine.SessionID // whose words talk holds, once they are there
	now    time.Time
	tally  tally

	troubles []trouble // beside the calls, the newest first

	width, height int
	look          Look
	dark          bool
	depth         colorprofile.Profile
	theme         *theme
	themes        themes
	asking        asking // of the terminal

	list      list
	marks     map[engine.SessionID]bool // calls that the supervisor has marked, to find them again
	columns   []column                  // of the list, chosen or configured
	sortedBy  sortedBy
	compact   bool // more calls on the screen, and less of the selected one
	filter    filtering
	search    search
	open      bool // the call is open: its detail has the whole screen
	full      pane // has the whole screen,
	isFull    bool // if one has
	under     pane // that had the keyboard before it
	focus     pane
	words     wordsPane
	events    eventsPane
	sidePane  sidePane
	box       box // what is asked, if anything
	floorPane floorPane
	allPane   allPane
	board     board
	tour      tour

	config prefs.Config // what the supervisor wrote
	state  prefs.State  // what the console remembers for him: see remember
	memory memory       // how far it is written down

	deadUntil time.Time // on the wall: until then the box takes no yes
	ready     bool      // the box takes one, as drawn
	holding   bool      // the order is held, as drawn

	notice      notice
	asked       []asked
	counter     int
	reason      reasonAsk
	last        act              // what was asked last, for u
	named       engine.SessionID // the call that the strip proposes to transfer
	namedAt     time.Time        // since when, on the wall
	stripName   engine.SessionID // the call that the strip names, for whatever
	stripNameAt time.Time        // since when, on the wall
	air         engine.SessionID // the call that this supervisor's phone is on
	myPhone     string           // as the supervisor typed it
	house       House
	deck        *deck  // of a console that shows a replay; nil: it shows calls that are live
	past        *model // the replay that is shown in place of the live calls; nil: none
	archive     Archive
	shelf       *historyBox // the search that a replay was begun from
	changes     []safe.Text // of the policy, when it was read again unasked
	changedAt   time.Time
	notesRead   time.Time // when the handover notes were read here, in house time
	pressed     time.Time // when the last key was
	interrupted time.Time // when the last ctrl+c was
	fetches     uint64    // begun
	fetched     uint64    // the newest that was taken

	ground ground       // what stood where when the hand was last heard of
	clicks clicks       // the last of them
	rolls  rolls        // of the wheel, not yet acted upon
	watch  watch        // whether anybody looks at the terminal
	bells  bellState    // whether it rings here
	still  *clock.Clock // stands still while ctrl+z has stopped the program; nil: it may not

	used []string // acts and commands that were chosen in the palette, the newest first

	version uint64 // rises when anything drawn has changed
	drawn   drawn
}

// newModel returns the console of an engine with its first frame, so that the first
// screen is a full one.
func newModel(o Options) *model {
	m := &model{
		engine: o.Engine, name: o.Name, title: safe.Clean(o.Title, 16), idle: safe.Clean(o.Idle, maxWhy),
		ends: safe.Clean(o.Ends, maxEnds), zone: o.Zone, keys: defaultKeys(), house: o.House, archive: o.Archive, myPhone: o.Phone,
		config: o.Config, state: o.State.Clone(),
		period: framePeriod, look: o.Look, dark: o.Look.Background != BackgroundLight, depth: colorprofile.TrueColor,
	}
	if o.Save != nil {
		m.memory.saver = prefs.NewSaver(o.Save)
	}
	if o.Replay != nil {
		begin(o.Replay, o.Call)
		m.engine, m.deck, m.look.Silent = o.Replay, newDeck(o.Replay), true
		m.title = "REPLAY"
	}
	if o.Wall != nil {
		m.wall = o.Wall
	} else {
		m.wall = m.engine
	}
	if m.name == "" {
		m.name = "console"
	}
	if m.zone == nil {
		m.zone = time.Local
	}
	if o.Look.Remote {
		m.period = remotePeriod
	}
	m.started, m.still = m.engine.Now(), o.Suspend
	m.recallList()
	m.dress()
	if len(o.Said) > 0 {
		m.tell(toneWatch, safe.Clean(strings.Join(o.Said, " "), maxWhy))
	}
	m.takeKeys()
	m.take(fetch(m.engine, m.wants()))
	if o.Wallboard && m.deck == nil {
		m.boardOnly()
	}
	if o.Tour && !o.Wallboard && m.deck == nil {
		m.beginTour()
	}
	if o.Call != "" && m.pointAt(o.Call) {
		m.take(fetch(m.engine, m.wants()))
	}
	m.restoreFilter(o.Call != "")
	return m
}

// Init implements [tea.Model].
func (m *model) Init() tea.Cmd {
	return tea.Batch(m.tick(), m.askTerminal())
}

// Update implements [tea.Model]. It does no I/O: whatever may wait is a [tea.Cmd], and
// comes back as a message.
func (m *model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case fetched:
		return m, tea.Batch(m.take(msg), m.askInTime())
	case submitted:
		return m, m.told(msg)
	case reported:
		return m, m.report(msg)
	case turned:
		return m, m.turnedTo(msg)
	case tried:
		return m, m.judged(msg)
	case loaded:
		return m, m.openPast(msg)
	case inside:
		return m, m.tellPast(msg)
	case pastFound:
		return m, m.pastFound(msg)
	case kept:
		return m, m.wasKept(msg)
	case unasked:
		m.reloaded(msg)
		return m, nil
	case tea.KeyPressMsg:
		return m, m.press(msg)
	case tea.PasteMsg:
		return m, m.paste(msg)
	case tea.WindowSizeMsg:
		return m, m.resize(msg)
	case tea.ColorProfileMsg:
		m.recolour(msg.Profile)
	case tea.MouseMsg:
		if m.board.on { // a wall is not pointed at
			return m, nil
		}
		return m, m.mouse(msg)
	case tea.FocusMsg:
		m.focused(true)
		return m, nil
	case tea.BlurMsg:
		m.focused(false)
		return m, nil
	case rolled:
		return m, m.roll()
	case tea.ResumeMsg:
		return m, m.resumed()
	case tea.BackgroundColorMsg:
		m.onGround(msg.IsDark())
	case uv.PrimaryDeviceAttributesEvent:
		return m, m.terminalAnswered()
	case unanswered:
		m.unhold()
	}
	return m, nil
}

func (m *model) resize(msg tea.WindowSizeMsg) tea.Cmd {
	m.width, m.height = msg.Width, msg.Height
	m.version++
	m.drawn.forget()
	m.refocus()
	m.list.fits(m.layout().rows)
	if m.deck != nil {
		m.beginOpen()
	}
	if m.past != nil {
		m.past.resize(msg)
	}
	return nil
}

// press routes a key: to the box that is open, or to what it does on the screen.
func (m *model) press(k tea.KeyPressMsg) tea.Cmd {
	m.touched()
	switch {
	case key.Matches(k, m.keys.Interrupt):
		return m.interrupt()
	case key.Matches(k, m.keys.Redraw):
		return tea.ClearScreen
	case key.Matches(k, m.keys.Suspend): // whatever is open: it is the program's, not the screen's
		return m.suspend()
	}
	if k.Mod == tea.ModAlt && k.Code == 'v' && m.takesText() { // esc and v, told as one key
		return tea.Batch(m.press(tea.KeyPressMsg{Code: tea.KeyEscape}), m.press(tea.KeyPressMsg{Code: 'v', Text: "v"}))
	}
	if m.board.on {
		return m.pressBoard(k)
	}
	if m.pressTour(k) {
		return nil
	}
	if m.box != nil {
		return m.pressBox(k)
	}
	if !m.inBox() { // a box of the replay has its keys, too
		if cmd, ok := m.giveReason(k); ok {
			return cmd
		}
	}
	if m.past != nil {
		return m.pressPast(k)
	}
	if m.deck != nil {
		if cmd, ok := m.pressTape(k); ok {
			return cmd
		}
	}
	before := m.list.selected
	cmd := m.act(k)
	m.list.rest(false) // what a key acts on is seen
	if m.list.selected != before {
		return tea.Batch(cmd, m.turn())
	}
	return cmd
}

// pressBox gives a key to the open box. v stops what the strip names from within every
// box that takes no text, unless the box has a v of its own.
func (m *model) pressBox(k tea.KeyPressMsg) tea.Cmd {
	_, own := m.box.(*whyBox)
	if !own && m.deck == nil && !m.takesText() && key.Matches(k, m.keys.Veto) {
		return m.veto()
	}
	return m.box.press(m, k)
}

// act does what a key does on the screen.
func (m *model) act(k tea.KeyPressMsg) tea.Cmd {
	if m.deck == nil && key.Matches(k, m.keys.Veto) { // no pane has a v of its own
		return m.veto()
	}
	if p, ok := m.part(m.focus); ok {
		if cmd, taken := p.press(m, k); taken {
			return cmd
		}
	}
	return m.actHere(k)
}

// actHere does what a key does wherever no pane has it for itself.
func (m *model) actHere(k tea.KeyPressMsg) tea.Cmd {
	if m.meantAsReason(k) {
		return nil
	}
	keys := m.keys
	page := m.pageLines()
	if cmd, taken := m.actOnView(k); taken {
		return cmd
	}
	switch {
	case key.Matches(k, keys.Up):
		m.move(-1)
	case key.Matches(k, keys.Down):
		m.move(1)
	case key.Matches(k, keys.HalfUp):
		m.move(-page / 2)
	case key.Matches(k, keys.HalfDown):
		m.move(page / 2)
	case key.Matches(k, keys.PageUp):
		m.move(-page)
	case key.Matches(k, keys.PageDown):
		m.move(page)
	case key.Matches(k, keys.First):
		m.move(-far)
	case key.Matches(k, keys.Last):
		m.move(far)
	case key.Matches(k, keys.Attention):
		m.jump(k.String())
	case key.Matches(k, keys.Open):
		m.deeper()
	case key.Matches(k, keys.Back):
		m.back()
	case key.Matches(k, keys.Pane):
		m.nextPane(1)
	case key.Matches(k, keys.PaneBack):
		m.nextPane(-1)
	case key.Matches(k, keys.ScrollUp):
		m.scrollWords(-1)
	case key.Matches(k, keys.ScrollDown):
		m.scrollWords(1)
	case key.Matches(k, keys.Follow):
		if m.words.following() && m.events == (eventsPane{}) {
			m.tell(toneDim, "The newest words are followed already.")
		}
		m.words, m.events = wordsPane{}, eventsPane{}
	case key.Matches(k, keys.Transfer):
		m.openPicker()
	case key.Matches(k, keys.Mute):
		return m.openLegs(turnMute)
	case key.Matches(k, keys.Command):
		m.openPalette()
	case key.Matches(k, keys.Hangup):
		m.openHangup()
	case key.Matches(k, keys.Troubles):
		m.openTroubles()
	case key.Matches(k, keys.Help):
		m.openHelp()
	case key.Matches(k, keys.Quit):
		return m.quit()
	default:
		return m.actOnCall(k)
	}
	return nil
}

// actOnView does what a key does to what is shown, and changes no call.
func (m *model) actOnView(k tea.KeyPressMsg) (cmd tea.Cmd, taken bool) {
	keys := m.keys
	switch {
	case key.Matches(k, keys.Filter):
		m.openFilter()
	case key.Matches(k, keys.NextFound):
		return m.found(1), true
	case key.Matches(k, keys.PrevFound):
		return m.found(-1), true
	case key.Matches(k, keys.Sort):
		m.sortNext()
	case key.Matches(k, keys.Reverse):
		m.sortReverse()
	case key.Matches(k, keys.Columns):
		m.openColumns()
	case key.Matches(k, keys.Density):
		m.nextDensity()
	case key.Matches(k, keys.Freeze):
		m.freeze()
	case key.Matches(k, keys.Mark):
		m.markCall()
	case key.Matches(k, keys.Theme):
		m.nextTheme()
	case key.Matches(k, keys.HotLater):
		return m.hot(1), true
	case key.Matches(k, keys.HotEarlier):
		return m.hot(-1), true
	case key.Matches(k, keys.Export):
		return m.export(""), true
	case key.Matches(k, keys.Operators):
		m.setFull(paneFloor)
	case key.Matches(k, keys.Wallboard):
		return m.wallboard(), true
	default:
		return nil, false
	}
	return nil, true
}

// actOnCall does what a key does to the call that the strip names, to the selected one,
// or to the floor.
func (m *model) actOnCall(k tea.KeyPressMsg) tea.Cmd {
	keys := m.keys
	switch {
	case key.Matches(k, keys.Veto):
		return m.veto()
	case key.Matches(k, keys.Hurry):
		return m.hurry()
	case key.Matches(k, keys.Snooze):
		return m.snooze()
	case key.Matches(k, keys.Why):
		m.openWhy()
	case key.Matches(k, keys.TakeBack):
		return m.takeBack()
	case key.Matches(k, keys.Hold):
		return m.openLegs(turnHold)
	case key.Matches(k, keys.Listen):
		return m.monitor(engine.Monitor)
	case key.Matches(k, keys.Whisper):
		return m.monitor(engine.Whisper)
	case key.Matches(k, keys.Barge):
		return m.monitor(engine.Barge)
	case key.Matches(k, keys.TakeOver):
		m.openTakeOver()
	case key.Matches(k, keys.StopListening):
		return m.stopListening()
	case key.Matches(k, keys.Claim):
		return m.claim()
	case key.Matches(k, keys.Replay):
		return m.replayCall()
	case key.Matches(k, keys.Pay):
		return m.pay()
	case key.Matches(k, keys.Automation):
		return m.turnAutomation()
	case key.Matches(k, keys.Handover):
		return m.showHandover("")
	}
	return nil
}

// far is further than any list is long.
const far = 1 << 30

// turn begins to show another call from its newest words.
func (m *model) turn() tea.Cmd {
	m.words, m.events = wordsPane{}, eventsPane{}
	m.leaveSearch()
	m.talk, m.heard = engine.Talk{Session: m.list.selected}, ""
	m.drawn.words.forget()
	return m.fetch(false)
}

func (m *model) jump(digit string) {
	n, err := strconv.Atoi(digit)
	switch {
	case err != nil:
	case m.tally.attention() == 0:
		m.tell(toneDim, "No call needs attention.")
	case m.reachHidden(n):
	case !m.list.nth(n):
		m.tell(toneDim, "Only "+count(m.tally.attention(), "call needs", "calls need")+" attention.")
	}
}

func (m *model) setOpen(open bool) {
	if open && m.list.onFold {
		m.list.unfold()
		return
	}
	if _, ok := m.list.call(); open && !ok {
		m.tell(toneDim, "There is no call to open.")
		return
	}
	m.open, m.isFull = open, false
	m.focus = paneCalls
	if open {
		m.focus = paneWords
	}
	m.drawn.forget()
	m.list.fits(m.layout().rows)
}

func (m *model) back() {
	switch {
	case m.search.on:
		m.endSearch()
	case m.isFull:
		m.leaveFull()
	case m.open:
		m.setOpen(false)
	case m.focus != paneCalls:
		m.focus = paneCalls
	case m.filtered():
		m.clearFilter("All " + count(m.list.all, "call is", "calls are") + " shown.")
	default:
		if !m.list.refold() {
			m.endTour()
		}
	}
}

func (m *model) interrupt() tea.Cmd {
	now := m.wall.Now()
	if !m.interrupted.IsZero() && now.Sub(m.interrupted) < interruptGap {
		return tea.Quit
	}
	m.interrupted = now
	if m.endsCalls() {
		m.tell(toneWatch, m.callsUp()+" ctrl+c again to quit all the same.")
		return nil
	}
	m.tell(toneWatch, "ctrl+c again to quit.")
	return nil
}

// held reports whether the order of calls is to stay as it is.
func (m *model) held() bool {
	return m.box != nil || m.list.frozen || !m.pressed.IsZero() && m.wall.Now().Sub(m.pressed) < orderHeld
}

// lookUp lets the list show its top while nobody is at it and the selected call is
// over, for such a call sinks to the end and would take the page with it. The selection
// stays where it is: his words may still be read, and some keys act at once, so they
// must never fall upon a call that nobody chose.
func (m *model) lookUp() {
	s, ok := m.list.call()
	idle := m.box == nil && m.wall.Now().Sub(m.pressed) >= idleAfter
	if m.list.rest(ok && idle && s.Phase == engine.PhaseOver) {
		m.version++
	}
}

// call returns the selected call, or says that there is none.
func (m *model) call() (*engine.Session, bool) {
	s, ok := m.list.call()
	switch {
	case ok:
	case m.list.onFold:
		m.tell(toneDim, "No key acts on "+foldName(m.list.folded)+" at once: "+word(m.keys.Open)+" opens them.")
	default:
		m.tell(toneDim, "There is no call to act on.")
	}
	return s, ok
}

// entryID names what this console asks, uniquely across restarts.
func (m *model) entryID() string {
	m.counter++
	return fmt.Sprintf("%s/%d/%s", m.name, m.counter, strconv.FormatInt(m.started.UnixNano(), 36))
}
