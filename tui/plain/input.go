package plain

import (
	"bufio"
	"io"
	"strings"
)

// An input reads lines in a goroutine of its own.
type input struct {
	lines chan string // closed at the input's end
	stop  chan struct{}
	done  chan struct{}
	from  io.Reader
}

func newInput(from io.Reader) *input {
	in := &input{lines: make(chan string), stop: make(chan struct{}), done: make(chan struct{}), from: from}
	if from == nil {
		in.from = strings.NewReader("")
	}
	go in.read()
	return in
}

func (in *input) read() {
	defer close(in.done)
	defer close(in.lines)
	r := bufio.NewReaderSize(in.from, maxLine)
	for {
		line, isPrefix, err := r.ReadLine()
		text := string(line)
		for isPrefix && err == nil { // the rest of a line that is too long
			_, isPrefix, err = r.ReadLine()
		}
		if err != nil {
			return
		}
		select {
		case in.lines <- text:
		case <-in.stop:
			return
		}
	}
}

// close ends the reading, and waits for its end where the input can be closed.
func (in *input) close() {
	close(in.stop)
	if c, ok := in.from.(io.Closer); ok {
		c.Close()
		<-in.done
	}
}
