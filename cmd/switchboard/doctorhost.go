package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/charmbracelet/colorprofile"
	"golang.org/x/term"

	"switchboard/engine/journal"
	"switchboard/tui"
)

// What the machine should have at least.
const (
	leastDisk, goodDisk     = 100 << 20, 1 << 30 // bytes; a call takes some 20 KiB
	leastWidth, leastHeight = 60, 16             // below it the console asks for a larger window
	goodWidth, goodHeight   = 100, 30
)

// lookAtJournal tells how the journal is, and who has it.
func (x *exam) lookAtJournal(ctx context.Context) finding {
	path, err := journalPlace(x.config, x.journal)
	if err != nil {
		return skipped("HOUSE_TIME is set: name the trial's journal with --journal")
	}
	state, err := journal.Inspect(ctx, path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fine("%s is not there yet; run makes it", path)
	case errors.Is(err, journal.ErrForeign), errors.Is(err, journal.ErrNewer):
		return failed(brief(err), "name another file with --journal")
	case errors.Is(err, journal.ErrDamaged):
		return failed(brief(err), "put a backup of "+path+" in its place, or move it away to begin anew; switchboard journal check says more")
	case err != nil:
		return failed(brief(err), "see to the rights and the disk of "+path)
	}
	says := fmt.Sprintf("%s holds %s in %s", path, plural(int(state.Events), "event"), size(uint64(state.Bytes)))
	if state.Held {
		says += fmt.Sprintf("; %s has it", state.Holder)
	}
	if !state.Checked {
		return warning(says+"; it is too large to be looked through here", "nothing, if run starts with it; switchboard journal check takes its time")
	}
	return fine("%s; what is in it is sound", says)
}

// lookAtDisk tells how much room there is where the journal lies.
func (x *exam) lookAtDisk(context.Context) finding {
	path, err := journalPlace(x.config, x.journal)
	if err != nil {
		return skipped("HOUSE_TIME is set: name the trial's journal with --journal")
	}
	dir, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return skipped(brief(err))
	}
	for _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) && dir != filepath.Dir(dir); _, err = os.Stat(dir) {
		dir = filepath.Dir(dir) // it is not made yet
	}
	free, err := freeSpace(dir)
	if err != nil {
		return skipped("this system does not tell how much is free: " + brief(err))
	}
	says := size(free) + " are free at " + dir
	const do = "make room, or name a journal elsewhere with --journal: with a full disk webhooks are refused"
	switch {
	case free < leastDisk:
		return failed(says, do)
	case free < goodDisk:
		return warning(says, do)
	}
	return fine("%s", says)
}

// size words a number of bytes.
func size(bytes uint64) string {
	units := []string{"bytes", "KiB", "MiB", "GiB", "TiB"}
	n := float64(bytes)
	i := 0
	for n >= 1024 && i < len(units)-1 {
		n, i = n/1024, i+1
	}
	if i == 0 {
		return fmt.Sprintf("%d %s", bytes, units[0])
	}
	return fmt.Sprintf("%.1f %s", n, units[i])
}

// lookAtTerminal tells how well the console can be shown where the doctor is.
func (x *exam) lookAtTerminal(context.Context) finding {
	f, ok := x.out.(*os.File)
	if !ok || !isTerminal(f) {
		return skipped("this is no terminal; run would say a line for each change here")
	}
	if getenv(x.environ, "TERM") == "dumb" {
		return warning("TERM is dumb: run would say a line for each change", "use another terminal for the full screen")
	}
	width, height, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return warning("its size is not known: "+brief(err), "use another terminal")
	}
	look := tui.DetectLook(x.environ)
	return terminal(width, height, look.Depth(colorprofile.Detect(f, x.environ)), look)
}

// terminal judges a terminal by what it can show.
func terminal(width, height int, colours colorprofile.Profile, look tui.Look) finding {
	says := fmt.Sprintf("%d × %d, %s", width, height, coloursInWords(colours))
	if look.ASCII {
		says += ", ASCII alone"
	} else {
		says += ", UTF-8"
	}
	switch {
	case width < leastWidth || height < leastHeight:
		return warning(says, fmt.Sprintf("make it larger: the console needs %d × %d, and is best from %d × %d", leastWidth, leastHeight, goodWidth, goodHeight))
	case look.ASCII:
		return warning(says, "set LANG to a locale with UTF-8, as in LANG=C.UTF-8, and signs and names look as they should")
	case width < goodWidth || height < goodHeight:
		return fine("%s; some panes fold below %d × %d", says, goodWidth, goodHeight)
	}
	return fine("%s", says)
}

func coloursInWords(p colorprofile.Profile) string {
	switch p {
	case colorprofile.TrueColor:
		return "all colours"
	case colorprofile.ANSI256:
		return "256 colours"
	case colorprofile.ANSI:
		return "16 colours"
	default:
		return "no colours (bold and signs say the same)"
	}
}

// getenv returns a value from an environment.
func getenv(environ []string, name string) string {
	for _, pair := range environ {
		if v, ok := strings.CutPrefix(pair, name+"="); ok {
			return v
		}
	}
	return ""
}
