//go:build unix

package main

import (
	"os"
	"syscall"
)

// outlived are the signals that a terminal sends to all its processes, and that a watchman
// outlives: it ends when the console does. It may put the terminal back from the
// background.
var outlived = []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGTSTP, syscall.SIGTTOU, syscall.SIGTTIN}
