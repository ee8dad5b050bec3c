package main

import "github.com/spf13/pflag"

// addWallboardFlag gives a command the flag that shows its console as a wallboard.
func addWallboardFlag(flags *pflag.FlagSet, asked *bool) {
	flags.BoolVar(asked, "wallboard", false, "large figures for a screen on the wall: read only, without names, numbers or sentences")
}

// onWall returns the console as a wallboard, where that was asked for. A plain console
// says what happens a line at a time: it is no wallboard, and where the full screen cannot
// be drawn that is all there is.
func (c console) onWall(asked, plain bool) (console, error) {
	if asked && plain {
		return c, usage("--wallboard and --plain are two different screens: leave one out")
	}
	c.wallboard = asked
	return c, nil
}
