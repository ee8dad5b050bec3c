package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"switchboard/engine"
)

// A trade is the labelled sentences of one trade that runs a support line.
type trade struct {
	name      string
	sentences []sentence
}

// A sentence is one line of a file, as a person has judged it.
type sentence struct {
	text  string
	mood  mood
	flags engine.Flags
}

// A mood is how the customer feels in a sentence.
type mood byte

const (
	negative mood = 'n'
	neutral  mood = 'z'
	positive mood = 'p'
)

const header = "label\tflags\ttext"

// readTrades reads all files of a folder, by name.
func readTrades(folder string) ([]trade, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.tsv"))
	if err != nil {
		return nil, err
	}
	slices.Sort(files)
	var all []trade
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		t, err := readTrade(strings.TrimSuffix(filepath.Base(file), ".tsv"), string(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		all = append(all, t)
	}
	if len(all) < 2 {
		return nil, fmt.Errorf("%s holds %d files of sentences, and two trades are the least to learn from", folder, len(all))
	}
	return all, nil
}

// readTrade reads the text of one file: a header, and a sentence a line.
func readTrade(name, text string) (trade, error) {
	t := trade{name: name}
	head, text, _ := strings.Cut(text, "\n")
	if head != header {
		return t, fmt.Errorf("the first line is not %q", header)
	}
	line := 1
	for l := range strings.Lines(text) {
		line++
		s, err := readSentence(strings.TrimSuffix(l, "\n"))
		if err != nil {
			return t, fmt.Errorf("line %d: %w", line, err)
		}
		t.sentences = append(t.sentences, s)
	}
	return t, nil
}

func readSentence(line string) (sentence, error) {
	fields := strings.Split(line, "\t")
	if len(fields) != 3 || strings.TrimSpace(fields[2]) == "" {
		return sentence{}, errors.New("want a label, flags and a text, with tabs between them")
	}
	if len(fields[0]) != 1 || !strings.Contains("nzp", fields[0]) {
		return sentence{}, fmt.Errorf("the label is n, z or p, and not %q", fields[0])
	}
	s := sentence{text: fields[2], mood: mood(fields[0][0])}
	for _, letter := range fields[1] {
		i := strings.IndexRune("rls", letter)
		if i < 0 {
			return sentence{}, fmt.Errorf("flags are some of r, l and s, and not %q", fields[1])
		}
		s.flags |= []engine.Flags{engine.FlagRequest, engine.FlagLeave, engine.FlagSafety}[i]
	}
	return s, nil
}

func count(trades []trade) (n int) {
	for _, t := range trades {
		n += len(t.sentences)
	}
	return n
}
