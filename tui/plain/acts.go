package plain

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// acts are the commands about one call that take no more than its number, and what each
// asks for.
var acts = map[string]func(*console, *engine.Session) (engine.Body, error){
	"veto": func(_ *console, s *engine.Session) (engine.Body, error) {
		if !s.Transfer.Open() {
			return nil, fmt.Errorf("nothing is proposed for %s", sessionWords(s))
		}
		return engine.VetoAsked{Session: s.ID}, nil
	},
	"now": func(_ *console, s *engine.Session) (engine.Body, error) {
		return engine.HurryAsked{Session: s.ID}, proposedOnly(s)
	},
	"snooze": func(_ *console, s *engine.Session) (engine.Body, error) {
		return engine.SnoozeAsked{Session: s.ID}, proposedOnly(s)
	},
	"back": func(_ *console, s *engine.Session) (engine.Body, error) {
		if !s.Transfer.Open() {
			return nil, fmt.Errorf("no transfer of %s is under way; hangup %d operator takes an operator off", sessionWords(s), s.Number)
		}
		return engine.TakeBackAsked{Session: s.ID}, nil
	},
	"again": func(_ *console, s *engine.Session) (engine.Body, error) {
		return engine.AgainAllowed{Session: s.ID}, nil
	},
	"seen": func(_ *console, s *engine.Session) (engine.Body, error) {
		return engine.AlertSeen{Session: s.ID}, nil
	},
	"claim": func(_ *console, s *engine.Session) (engine.Body, error) {
		return engine.ClaimAsked{Session: s.ID, On: true}, nil
	},
	"unclaim": func(_ *console, s *engine.Session) (engine.Body, error) {
		return engine.ClaimAsked{Session: s.ID}, nil
	},
	"pay": func(_ *console, s *engine.Session) (engine.Body, error) {
		return engine.PayAsked{Session: s.ID, On: true}, nil
	},
	"paid": func(_ *console, s *engine.Session) (engine.Body, error) {
		return engine.PayAsked{Session: s.ID}, nil
	},
	"listen": func(c *console, s *engine.Session) (engine.Body, error) { return c.monitor(s, engine.Monitor) },
	"whisper": func(c *console, s *engine.Session) (engine.Body, error) {
		if whoHears(c.frameNow(), s) == "" {
			return nil, fmt.Errorf("nobody to whisper to: no operator is on %s", sessionWords(s))
		}
		return c.monitor(s, engine.Whisper)
	},
	"barge": func(c *console, s *engine.Session) (engine.Body, error) { return c.monitor(s, engine.Barge) },
	"stop": func(c *console, s *engine.Session) (engine.Body, error) {
		leg, on := c.mine(s)
		if !on {
			return nil, fmt.Errorf("your phone is not on %s", sessionWords(s))
		}
		return engine.HangupAsked{Session: s.ID, Leg: leg.Name}, nil
	},
}

// told in an answer, for what one hears is not what others hear.
var hears = map[string]string{
	"listen":  "asked: you hear all of it and nobody hears you, once your phone answers",
	"whisper": "asked: only %s hears you, once your phone answers",
	"barge":   "asked: everybody hears you, once your phone answers",
}

func proposedOnly(s *engine.Session) error {
	if s.Transfer.Status == engine.TransferProposed {
		return nil
	}
	return fmt.Errorf("nothing is proposed for %s", sessionWords(s))
}

func (c *console) frameNow() *engine.Frame { return c.engine.Frame() }

func (c *console) by() engine.By { return engine.BySupervisor + "/" + engine.By(c.name) }

// mine returns this supervisor's own leg on a call.
func (c *console) mine(s *engine.Session) (engine.Leg, bool) {
	i := slices.IndexFunc(s.Legs, func(l engine.Leg) bool {
		return l.Role == engine.RoleSupervisor && l.Owner == c.by() && l.Live()
	})
	if i < 0 {
		return engine.Leg{}, false
	}
	return s.Legs[i], true
}

// monitor asks to bring the supervisor's phone into a call in a role.
func (c *console) monitor(s *engine.Session, role engine.MonitorRole) (engine.Body, error) {
	if mine, on := c.mine(s); on {
		return engine.MonitorAsked{Session: s.ID, Role: role, Phone: mine.Number}, nil
	}
	phone := c.phone
	if phone == "" {
		phone = c.frameNow().Phone
	}
	if phone == "" {
		return nil, errors.New("no phone of yours is known; type phone and your number")
	}
	return engine.MonitorAsked{Session: s.ID, Role: role, Phone: phone}, nil
}

// whoHears names the operators who would hear a whisper.
func whoHears(f *engine.Frame, s *engine.Session) string {
	var names []string
	for _, l := range s.Legs {
		if l.Role == engine.RoleOperator && l.Live() && l.Joined {
			names = append(names, operatorWords(f, l.Number))
		}
	}
	return strings.Join(names, " and ")
}

// simple does an act that takes no more than the number of a call.
func (c *console) simple(ctx context.Context, verb string, s *engine.Session, rest []string) error {
	if len(rest) > 0 {
		return tooMuch(rest, fmt.Sprintf("%s %d", verb, s.Number))
	}
	body, err := acts[verb](c, s)
	if err != nil {
		return err
	}
	if err := c.submit(ctx, body); err != nil {
		return err
	}
	switch words := hears[verb]; {
	case strings.Contains(words, "%s"):
		c.out.line(fmt.Sprintf("%s: "+words, sessionWords(s), whoHears(c.frameNow(), s)))
	case words != "":
		c.out.line(sessionWords(s) + ": " + words)
	}
	return nil
}

// takeOver drops the operator where the last word is yes, and else tells what would be.
func (c *console) takeOver(ctx context.Context, s *engine.Session, rest []string) error {
	if _, on := c.mine(s); !on {
		return fmt.Errorf("your phone is not on %s; listen %d first", sessionWords(s), s.Number)
	}
	again := fmt.Sprintf("takeover %d yes", s.Number)
	if len(rest) == 1 && strings.EqualFold(rest[0], "yes") {
		return c.submit(ctx, engine.TakeOverAsked{Session: s.ID})
	}
	if len(rest) > 0 {
		return tooMuch(rest, again)
	}
	c.out.line(fmt.Sprintf("%s: this would take %s off the call; you stay and everybody hears you. To do it: %s",
		sessionWords(s), orNobody(whoHears(c.frameNow(), s)), again))
	return nil
}

func orNobody(names string) string {
	if names == "" {
		return "nobody"
	}
	return names
}

// hold puts a leg on hold or takes it back.
func (c *console) hold(ctx context.Context, verb string, s *engine.Session, rest []string) error {
	if len(rest) == 0 {
		return fmt.Errorf("whom? %s has: %s", sessionWords(s), legNames(s))
	}
	leg, err := findLeg(s, rest[0])
	if err != nil {
		return err
	}
	if len(rest) > 1 {
		return tooMuch(rest[1:], fmt.Sprintf("%s %d %s", verb, s.Number, leg.Name))
	}
	return c.submit(ctx, engine.HoldAsked{Session: s.ID, Leg: leg.Name, On: verb == "hold"})
}

// labels are the words for why a veto was given.
var labels = map[string]engine.VetoLabel{"wrong": engine.VetoWrong, "handled": engine.VetoHandled, "bad": engine.VetoBadTime}

// explain notes why a veto was given.
func (c *console) explain(ctx context.Context, s *engine.Session, rest []string) error {
	if len(rest) == 0 || labels[strings.ToLower(rest[0])] == 0 {
		return fmt.Errorf("why? One of: reason %d wrong, reason %d handled, reason %d bad time", s.Number, s.Number, s.Number)
	}
	return c.submit(ctx, engine.VetoExplained{Session: s.ID, Label: labels[strings.ToLower(rest[0])]})
}

// floor does a command that is about no one call, and reports whether it is one.
func (c *console) floor(ctx context.Context, verb string, rest []string) (is bool, err error) {
	switch verb {
	case "auto":
		return true, c.automation(ctx, rest)
	case "callbacks":
		return true, c.callbacks(ctx, rest)
	case "watch":
		return true, c.watch()
	case "phone":
		return true, c.setPhone(rest)
	case "policy":
		return true, c.policy(rest)
	case "backtest":
		return true, c.askHouse("backtest, last 7 days", func(ctx context.Context) ([]string, error) {
			return c.house.Backtest(ctx, backtestSince)
		})
	case "report":
		return true, c.askHouse("report", func(ctx context.Context) ([]string, error) { return c.house.Report(ctx) })
	case "note":
		return true, c.note(ctx, rest)
	case "handover":
		c.handover()
		return true, nil
	case "export":
		return true, c.export(rest)
	case "forget":
		return true, c.forget(rest)
	case "history":
		return true, c.history(rest)
	case "groups":
		c.groups()
		return true, nil
	case "needs":
		c.needs()
		return true, nil
	case "say":
		return true, c.setLevel(rest)
	case "quiet":
		return true, c.setQuiet(rest)
	}
	return false, nil
}

// export has a call written to a file.
func (c *console) export(rest []string) error {
	if len(rest) == 0 || len(rest) > 2 {
		return errors.New("export takes a call and a format, as in export 3 or export 3 markdown")
	}
	format := ""
	if len(rest) == 2 {
		format = rest[1]
	}
	return c.askHouse("export of call "+clean(rest[0]), func(ctx context.Context) ([]string, error) {
		return c.house.Export(ctx, rest[0], format)
	})
}

const backtestSince = 7 * 24 * time.Hour

// automation turns automation on, to shadow or off; off wants a yes.
func (c *console) automation(ctx context.Context, rest []string) error {
	word := strings.ToLower(strings.Join(rest, " "))
	switch word {
	case "":
		c.out.line("automation is " + modeWords(c.frameNow().Automation) + ". To change it: auto on, auto shadow, auto off yes")
		return nil
	case "on":
		return c.submit(ctx, engine.AutomationAsked{Mode: engine.ModeOn})
	case "shadow":
		return c.submit(ctx, engine.AutomationAsked{Mode: engine.ModeShadow})
	case "off":
		c.out.line("this would turn automation off for the whole floor: no rule proposes or alerts. To do it: auto off yes")
		return nil
	case "off yes":
		return c.submit(ctx, engine.AutomationAsked{Mode: engine.ModeOff})
	}
	return errors.New("automation can be turned on, shadow or off")
}

func modeWords(m engine.Mode) string {
	switch m {
	case engine.ModeOn:
		return "on"
	case engine.ModeShadow:
		return "in shadow: nothing acts by itself"
	case engine.ModeOff:
		return "off"
	}
	return "not set"
}

// callbacks lists who is to be called back, or takes one off: callbacks done 1.
func (c *console) callbacks(ctx context.Context, rest []string) error {
	all := c.frameNow().Callbacks
	if len(rest) == 2 && strings.EqualFold(rest[0], "done") {
		for _, one := range all {
			if strings.EqualFold(string(one.ID), rest[1]) {
				return c.submit(ctx, engine.CallbackDone{Callback: one.ID})
			}
		}
		return fmt.Errorf("no callback is named %q; callbacks lists them", rest[1])
	}
	if len(rest) > 0 {
		return tooMuch(rest, "callbacks, or callbacks done and its name")
	}
	if len(all) == 0 {
		c.out.line("nobody is to be called back")
	}
	now := c.engine.Now()
	for _, one := range all {
		who := string(safe.Name(one.Name, maxName))
		if who != "" {
			who += ", "
		}
		c.out.line(because(fmt.Sprintf("%s: %s%s, promised %s ago", one.ID, who, numberWords(one.Number), durationWords(now.Sub(one.Promised))), one.Why) +
			fmt.Sprintf(". When it is done: callbacks done %s", one.ID))
	}
	return nil
}

// note writes a note for the next shift: about the floor, or, where it begins with a
// number as in #3, about that call.
func (c *console) note(ctx context.Context, rest []string) error {
	if len(rest) == 0 {
		return engine.ErrNoText
	}
	asked := engine.NoteAsked{Text: strings.Join(rest, " ")}
	about, _ := strings.CutPrefix(rest[0], "#")
	if about != rest[0] {
		id, err := c.numbered(about)
		if err != nil {
			return err
		}
		asked = engine.NoteAsked{Session: id, Text: strings.Join(rest[1:], " ")}
	}
	if err := c.submit(ctx, asked); err != nil {
		return err
	}
	c.out.line("noted for the next shift; handover reads the notes")
	return nil
}

// numbered returns the call of a number, also one that is over.
func (c *console) numbered(word string) (engine.SessionID, error) {
	n, err := strconv.Atoi(word)
	f := c.frameNow()
	if err == nil {
		for _, s := range f.Sessions {
			if s.Number == n {
				return s.ID, nil
			}
		}
		for _, e := range f.Ended {
			if e.Number == n {
				return e.Session, nil
			}
		}
	}
	return "", fmt.Errorf("there is no call #%s here; note and a text is about the floor", word)
}

// handover reads the notes of the last shifts, the newest first.
func (c *console) handover() {
	all := c.frameNow().Handover
	if len(all) == 0 {
		c.out.line("there are no handover notes; note and a text writes one")
	}
	for _, m := range slices.Backward(all) {
		about := ""
		switch {
		case m.Number > 0:
			about = fmt.Sprintf(", on call %d", m.Number)
		case m.Session != "":
			about = ", on a call that is over"
		}
		by := strings.TrimPrefix(string(m.By), string(engine.BySupervisor)+"/")
		c.out.line(fmt.Sprintf("%s, %s%s: %s", m.At.In(c.zone).Format("Mon 2 Jan 15:04"), clean(by), about, clean(m.Text)))
	}
}

// greetNotes tells, when the console begins, of the notes of the last day.
func (c *console) greetNotes() {
	n := 0
	for _, m := range c.frameNow().Handover {
		if c.started.Sub(m.At) < 24*time.Hour {
			n++
		}
	}
	switch {
	case n == 1:
		c.say("1 note from the last shift: handover reads it.")
	case n > 1:
		c.say("%d notes from the last shift: handover reads them.", n)
	}
}

// watch lists the alerts that nobody has seen.
func (c *console) watch() error {
	any := false
	now := c.engine.Now()
	for _, s := range c.frameNow().Sessions {
		for _, a := range s.Alerts {
			if a.Seen || s.Phase == engine.PhaseOver {
				continue
			}
			any = true
			c.out.line(fmt.Sprintf("%s: %s, %s, %s ago; why %d, seen %d", sessionWords(s), clean(a.Rule), a.Severity, durationWords(now.Sub(a.At)), s.Number, s.Number))
		}
	}
	if !any {
		c.out.line("no call is on the watch list")
	}
	return nil
}

// setPhone sets the supervisor's own phone for this console.
func (c *console) setPhone(rest []string) error {
	number := grouped(strings.Join(rest, ""))
	if err := engine.ValidTarget(number); err != nil {
		return err
	}
	c.phone = number
	c.out.line("your phone is " + numberWords(number) + ", for this console")
	return nil
}

// policy shows the rules and what they have done, or reads the file again.
func (c *console) policy(rest []string) error {
	switch strings.ToLower(strings.Join(rest, " ")) {
	case "", "show":
		f := c.frameNow()
		c.out.line(fmt.Sprintf("policy %s, version %d; automation is %s", clean(f.Policy.Name), f.Policy.Version, modeWords(f.Automation)))
		for _, r := range f.Policy.Rules {
			line := fmt.Sprintf("%s, version %d, %s, %s", clean(r.ID), r.Version, r.Severity, r.Mode)
			c.out.line(because(line, r.About) + "; " + recordWords(f, r.ID))
		}
		return nil
	case "reload":
		return c.askHouse("policy reload", func(ctx context.Context) ([]string, error) { return c.house.ReloadPolicy(ctx) })
	}
	return errors.New("possible are: policy show, policy reload")
}

// groups lists the groups of operators, and who of them is free.
func (c *console) groups() {
	f := c.frameNow()
	for _, g := range f.Roster.Groups {
		var free, busy []string
		for _, o := range g.Operators {
			on := slices.ContainsFunc(f.Roster.Busy, func(b engine.BusyOperator) bool { return b.Number == o.Number })
			if on {
				busy = append(busy, operatorWords(f, o.Number))
			} else {
				free = append(free, operatorWords(f, o.Number))
			}
		}
		c.out.line(fmt.Sprintf("%s: free: %s; on a call: %s", clean(g.Name), orNobody(strings.Join(free, ", ")), orNobody(strings.Join(busy, ", "))))
	}
	if len(f.Roster.Groups) == 0 {
		c.out.line("no groups are configured")
	}
}

// A report is what the house came back with.
type report struct {
	title string
	lines []string
	err   error
}

// houseWait is how long the house may take, of the wall.
const houseWait = 2 * time.Minute

// askHouse has the house do something beside the console, one thing at a time.
func (c *console) askHouse(title string, do func(context.Context) ([]string, error)) error {
	if c.house == nil {
		return errors.New("not possible here, for there is no policy file or journal behind this console")
	}
	return c.askBeside(title, do)
}

// history searches the calls that are over.
func (c *console) history(rest []string) error {
	if c.archive == nil {
		return errors.New("not possible here, for there is no journal behind this console")
	}
	query := strings.Join(rest, " ")
	return c.askBeside("history", func(ctx context.Context) ([]string, error) { return c.archive.HistoryLines(ctx, query) })
}

// askBeside has something done beside the console, one thing at a time.
func (c *console) askBeside(title string, do func(context.Context) ([]string, error)) error {
	switch {
	case c.working:
		return errors.New("wait for what was asked before")
	}
	c.working = true
	c.out.line(title + ": begun")
	c.workers.Go(func() {
		ctx, cancel := context.WithTimeout(c.life, houseWait)
		defer cancel()
		lines, err := do(ctx)
		c.reports <- report{title, lines, err} // it has room for one
	})
	return nil
}

// report tells what the house came back with.
func (c *console) report(r report) {
	c.working = false
	for _, line := range r.lines {
		if said := columns(line); strings.TrimSpace(said) != "" {
			c.out.line(r.title + ": " + said)
		}
	}
	if r.err != nil {
		c.out.line(r.title + ": " + clean(r.err.Error()))
	}
	if r.err == nil && len(r.lines) == 0 {
		c.out.line(r.title + ": done")
	}
}

// columns cleans a line of a table and keeps the blanks that make its columns. A bar or a
// sparkline is left out: read aloud it is noise, and its number stands beside it.
func columns(line string) string {
	parts := slices.DeleteFunc(strings.Split(strings.TrimRight(line, " "), "  "), pictured)
	for i, part := range parts {
		lead := len(part) - len(strings.TrimLeft(part, " "))
		parts[i] = part[:lead] + clean(part[lead:])
	}
	return strings.Join(parts, "  ")
}

// pictured reports whether a part of a line is a picture made of blocks.
func pictured(part string) bool {
	part = strings.TrimSpace(part)
	return part != "" && strings.Trim(part, "▁▂▃▄▅▆▇█·") == ""
}
