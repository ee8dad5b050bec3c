// Command train learns the weights of the local scorer from labelled sentences.
//
//	go run ./engine/sentiment/train          # or: make train
//
// It reads testdata/sentiment/*.tsv, writes engine/sentiment/weights.txt and prints how
// good it is: by trade, each with weights that were learnt from the other trades alone.
// The same sentences give the same bytes, on every machine.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	data := flag.String("data", "testdata/sentiment", "the folder with the labelled sentences")
	out := flag.String("out", "engine/sentiment/weights.txt", "the file that is written")
	figures := flag.Bool("figures", true, "measure as well, which takes longer than learning")
	flag.Parse()
	if err := run(*data, *out, *figures); err != nil {
		fmt.Fprintln(os.Stderr, "train:", err)
		os.Exit(1)
	}
}

func run(data, out string, figures bool) error {
	trades, err := readTrades(data)
	if err != nil {
		return err
	}
	text := learn(trades)
	if err := os.WriteFile(out, []byte(text), 0o644); err != nil {
		return err
	}
	fmt.Printf("%s: %d bytes, learnt from %d sentences of %d trades\n", out, len(text), count(trades), len(trades))
	if !figures {
		return nil
	}
	held, err := holdOut(trades, len(trades))
	if err != nil {
		return err
	}
	fmt.Print(held)
	return nil
}
