package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"

	"github.com/muesli/cancelreader"
	"github.com/spf13/cobra"

	"switchboard/engine/sentiment"
	"switchboard/tui/safe"
)

const (
	maxScored  = 4096 // letters of a sentence that are printed
	maxLine    = 64 << 10
	maxReasons = 6 // features that --why names
)

// unscored stands among the flags of a sentence of which too little is known.
const unscored = "unscored"

func scoreCommand() *cobra.Command {
	var why bool
	cmd := &cobra.Command{
		Use:   "score [--why]",
		Short: "Score sentences with the scorer that is built in",
		Long: "score reads sentences from standard input, one a line, and prints a line for each, with tabs between: its polarity in thousandths " +
			"(-1000 is as negative as can be, 1000 as positive), its flags, and the sentence. Flags are request (asks for a person), " +
			"leave (threatens to leave), safety (somebody may be in danger) and unscored (so little of it is known that its 0 means nothing); - is none.\n\n" +
			"--why adds what weighed most: words, words side by side, <classes> of words, and beginnings of words, each with its weight, " +
			"below zero towards negative. Nothing leaves this machine.",
		Example: "  echo 'this is the third time i call' | switchboard score --why\n" +
			"  switchboard score < sentences.txt",
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return score(cmd.Context(), cmd.InOrStdin(), cmd.OutOrStdout(), why)
		},
	}
	cmd.Flags().BoolVar(&why, "why", false, "say what weighed most")
	return cmd
}

// score answers each line of in with one line. It ends with in, or with ctx.
func score(ctx context.Context, in io.Reader, out io.Writer, why bool) error {
	in, stop, err := stoppable(ctx, in)
	if err != nil {
		return fmt.Errorf("read sentences: %w", err)
	}
	defer stop()
	lines := bufio.NewReaderSize(in, maxLine)
	printed := bufio.NewWriter(out)
	for {
		line, err := readLine(lines)
		if err != nil {
			if errors.Is(err, io.EOF) || ctx.Err() != nil {
				err = nil
			}
			return errors.Join(err, unlessClosed(printed.Flush()))
		}
		printScore(printed, line, why)
		// Whoever types wants his answer now; of a file nothing is gained by haste.
		if lines.Buffered() == 0 {
			if err := printed.Flush(); err != nil {
				return unlessClosed(fmt.Errorf("print scores: %w", err))
			}
		}
	}
}

// unlessClosed returns an error, but for the one that nobody reads any more, as `head`
// does when it has enough: that is no failure.
func unlessClosed(err error) error {
	if errors.Is(err, syscall.EPIPE) {
		return nil
	}
	return err
}

// stoppable returns a reader that ctx ends.
func stoppable(ctx context.Context, in io.Reader) (io.Reader, func(), error) {
	r, err := cancelreader.NewReader(in)
	if err != nil {
		return nil, nil, err
	}
	forget := context.AfterFunc(ctx, func() { r.Cancel() })
	return r, func() { forget(); r.Close() }, nil
}

// readLine returns the next line without its end. What is longer than maxLine is cut;
// the last line may lack its end.
func readLine(r *bufio.Reader) (string, error) {
	read, err := r.ReadSlice('\n')
	line := strings.TrimRight(string(read), "\r\n")
	for errors.Is(err, bufio.ErrBufferFull) {
		_, err = r.ReadSlice('\n')
	}
	if errors.Is(err, io.EOF) && len(read) > 0 {
		err = nil
	}
	return line, err
}

func printScore(out io.Writer, line string, why bool) {
	score, reasons := sentiment.Of(line), []sentiment.Reason(nil)
	if why {
		_, reasons = sentiment.Why(line, maxReasons)
	}
	fmt.Fprintf(out, "%d\t%s\t%s", score.Polarity, flagWords(score), safe.Clean(line, maxScored))
	if why {
		fmt.Fprintf(out, "\t%s", reasonWords(reasons))
	}
	fmt.Fprintln(out)
}

func flagWords(s sentiment.Score) string {
	words := s.Flags.String()
	if !s.Scored {
		words = strings.TrimPrefix(words+","+unscored, ",")
	}
	if words == "" {
		return "-"
	}
	return words
}

func reasonWords(reasons []sentiment.Reason) string {
	var words []string
	for _, r := range reasons {
		words = append(words, fmt.Sprintf("%s %+.2f", safe.Clean(r.Feature, maxScored), float64(r.Weight)/64))
	}
	if len(words) == 0 {
		return "-"
	}
	return strings.Join(words, "; ")
}
