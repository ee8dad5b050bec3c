//go:build linux || darwin

package main

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// underShell reports whether a shell is there to bring the program back with fg once it
// has stopped. One that was started as a terminal's only program, as tmux and containers
// do, would stop for ever.
func underShell() bool {
	session, err := unix.Getsid(0)
	return err == nil && session != syscall.Getpgrp()
}
