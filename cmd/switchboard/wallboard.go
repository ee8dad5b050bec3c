package main

import "github.com/spf13/pflag"

// addWallboardFlag gives a command the flag that shows its console as a wallboard.
func addWallboardFlag(flags *pflag.FlagSet, asked *bool) {
	flags.BoolVar(asked, "wallboard", false, "large figures for a screen on the wall: read only, without names, numbers or sentences")
}

// onWall returns the console as a wallboard, where that was asked for. A plain console
// takes what is typed: it is none, whether it was asked for or the terminal can do no more.
func (c console) onWall(asked, plain bool) (console, error) {
	switch {
	case asked && plain:
		return c, usage("--wallboard and --plain are two different screens: leave one out")
	case asked && c.plain:
		return c, usage("--wallboard draws on the whole of a terminal, and there is none here that can; leave it out for plain lines")
	}
	c.wallboard = asked
	return c, nil
}
