package main

import (
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"

	"switchboard/engine"
	"switchboard/engine/runner"
)

// A panicError says what part of the program has panicked.
type panicError struct {
	what  string
	value any
	stack []byte
}

// Error names the part; the stack is for the log.
func (e *panicError) Error() string {
	return fmt.Sprintf("%s failed: %v; nothing that was taken in is lost: start switchboard again, and tell its makers what stands in the log", e.what, e.value)
}

// caught runs a part of the program, and makes an error of its panic: the others end in
// order, and the terminal is put back.
func caught(what string, part func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &panicError{what, v, debug.Stack()}
		}
	}()
	return part()
}

// logEnd leaves in the log how the program ended, and of a panic where it was.
func (p *program) logEnd(err error) {
	if err == nil {
		p.log.Info("ended")
		return
	}
	p.log.Error("ended", "error", err)
	var engineFailed *runner.PanicError
	var partFailed *panicError
	switch {
	case errors.As(err, &engineFailed):
		p.log.Error("panic", "stack", string(engineFailed.Stack))
	case errors.As(err, &partFailed):
		p.log.Error("panic", "stack", string(partFailed.stack))
	}
}

// unharmed has a request on which the handler panics answered 500, told and logged, and
// the calls of others go on. A webhook is sent again then.
func (p *program) unharmed(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v == http.ErrAbortHandler {
				panic(v) // that is how a handler gives up its connection
			}
			err := &panicError{what: "what takes in " + r.URL.Path, value: v, stack: debug.Stack()}
			p.runner.Note(engine.TroubleMalformed, err.Error())
			p.log.Error("panic", "error", err, "stack", string(err.stack))
			http.Error(w, "not taken in, send it again", http.StatusInternalServerError)
		}()
		handler.ServeHTTP(w, r)
	})
}
