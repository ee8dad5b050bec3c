package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"
)

// Whoever does not read holds up a line at most, and no later one.
func TestAPatientWriterIsNotHeldUpTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, w := io.Pipe()
		p := &patient{to: w}
		began := time.Now()
		for range 3 {
			if _, err := p.Write([]byte("up\n")); !errors.Is(err, errNotTaken) {
				t.Errorf("got %v", err)
			}
		}
		if took := time.Since(began); took != writeTakes {
			t.Errorf("it took %v, want %v", took, writeTakes)
		}
		r.Close()
		synctest.Wait()

		var out bytes.Buffer
		if n, err := (&patient{to: &out}).Write([]byte("up\n")); n != 3 || err != nil || out.String() != "up\n" {
			t.Errorf("wrote %d, %v: %q", n, err, &out)
		}
	})
}

// A console may last as long as it likes, and a moment longer than its context.
func TestAConsoleThatDoesNotEndIsLeftBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		stuck := make(chan struct{})
		began := time.Now()
		err := soon(ctx, leaveTakes, func() error { <-stuck; return nil })
		if took := time.Since(began); !errors.Is(err, errNotTaken) || took != time.Hour+leaveTakes {
			t.Errorf("got %v after %v", err, took)
		}
		close(stuck)
		own := errors.New("its own")
		if err := soon(ctx, leaveTakes, func() error { return own }); !errors.Is(err, own) {
			t.Errorf("one that ends: got %v", err)
		}
	})
}
