//go:build !unix

package main

import "os"

// outlived are the signals that a watchman outlives.
var outlived = []os.Signal{os.Interrupt}
