// Command licences keeps what switchboard says of the libraries in it.
//
//	go run ./cmd/switchboard/packaging/licences              check NOTICE
//	go run ./cmd/switchboard/packaging/licences -update      write it anew
//	go run ./cmd/switchboard/packaging/licences -sbom FILE   list what is in a program that was built, as CycloneDX
//
// It reads the modules that Go has fetched; NOTICE is in the folder that it is run in.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

const noticeFile = "NOTICE"

func main() {
	update := flag.Bool("update", false, "write "+noticeFile+" anew")
	sbom := flag.String("sbom", "", "list what is in this program, which go build has made")
	out := flag.String("out", "", "the file that the list is written to (default: standard output)")
	flag.Parse()
	if err := run(*update, *sbom, *out); err != nil {
		fmt.Fprintln(os.Stderr, "licences:", err)
		os.Exit(1)
	}
}

func run(update bool, sbom, out string) error {
	libraries, err := linked(".")
	if err != nil {
		return err
	}
	if sbom != "" {
		text, err := bill(sbom, libraries)
		if err != nil {
			return err
		}
		return write(out, text)
	}
	want, err := notice(libraries)
	if err != nil {
		return err
	}
	if update {
		return os.WriteFile(noticeFile, want, 0o644)
	}
	got, err := os.ReadFile(noticeFile)
	if err != nil {
		return err
	}
	if !bytes.Equal(got, want) {
		return errors.New(noticeFile + " is not what the program is made of; make licences writes it anew")
	}
	return nil
}

func write(out string, text []byte) error {
	if out == "" {
		_, err := io.Copy(os.Stdout, bytes.NewReader(text))
		return err
	}
	return os.WriteFile(out, text, 0o644)
}
