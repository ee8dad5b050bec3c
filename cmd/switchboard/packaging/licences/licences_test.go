package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write "+noticeFile+" anew")

var top = filepath.Join("..", "..", "..", "..")

func TestNoticeNamesEveryLibrary(t *testing.T) {
	libraries, err := linked(top)
	if err != nil {
		t.Fatal(err)
	}
	want, err := notice(libraries)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(top, noticeFile)
	if *update {
		if err := os.WriteFile(file, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range libraries {
		if !bytes.Contains(got, []byte("  "+l.name()+" ")) {
			t.Errorf("%s does not name %s", noticeFile, l.name())
		}
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what the program is made of; make licences writes it anew", noticeFile)
	}
}

// What only tests need is given to nobody, but stands in the source's go.mod.
func TestEveryLibraryThatTestsNeedHasAKnownLicence(t *testing.T) {
	if testing.Short() {
		t.Skip("it lists every test's libraries")
	}
	libraries, err := needed(top)
	if err != nil {
		t.Error(err)
	}
	if len(libraries) < 40 {
		t.Errorf("only %d libraries: was the project read?", len(libraries))
	}
}

func TestALicenceIsKnownByItsWords(t *testing.T) {
	for text, want := range map[string]string{
		"Permission is hereby granted,\n free of charge, to any person":                                 "MIT",
		"Redistribution and use in source and binary forms, with or without":                            "BSD-2-Clause",
		"Redistribution and use in source and binary forms … Neither the name of":                       "BSD-3-Clause",
		"Apache License\n   Version 2.0, January 2004":                                                  "Apache-2.0",
		"GNU GENERAL PUBLIC LICENSE\n Version 3, 29 June 2007":                                          "",
		"Mozilla Public License Version 2.0":                                                            "MPL-2.0",
		"All rights reserved.":                                                                          "",
		"Apache License Version 2.0 … or, at your option: Permission is hereby granted, free of charge": "Apache-2.0,MIT",
	} {
		if got := strings.Join(classify(text), ","); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestALibraryWithoutALicenceIsRefused(t *testing.T) {
	dir := t.TempDir()
	for _, text := range []string{"Ask me first.", "Mozilla Public License Version 2.0"} {
		if err := os.WriteFile(filepath.Join(dir, "LICENSE"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := read(map[string]library{"example.com/x": {path: "example.com/x", dir: dir}}, nil)
		if err == nil || !strings.Contains(err.Error(), "example.com/x has no licence that is known") {
			t.Errorf("%s: got %v", text, err)
		}
	}
}

// The list of the program that runs this test names what Go linked into it, and is the
// same each time.
func TestTheListOfWhatIsInAProgramIsWhole(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	first, err := bill(self, nil)
	if err != nil {
		t.Fatal(err)
	}
	second, _ := bill(self, nil)
	if !bytes.Equal(first, second) || !slices.Contains(strings.Split(string(first), "\n"), `      "name": "std",`) {
		t.Errorf("got %s\nthen %s", first, second)
	}
}
