# Needs Go and git; `make race` and `make ci` need a C compiler too, for Go's race
# detector is written in C.

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LDFLAGS := -s -w -X main.version=$(VERSION)

# The same source and version make the same bytes, in whatever folder.
RELEASE := -trimpath -buildvcs=false -ldflags '$(LDFLAGS)'

# What is pinned, fetched and run by Go alone.
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
PACKAGING := cmd/switchboard/packaging
GORELEASER := goreleaser

# testdata is a package of its own (go:embed cannot climb), which ./... leaves out.
PACKAGES := ./... ./testdata

# Two test binaries at once: the end-to-end tests run a whole telephone network on
# house time, and must not starve one another.
TEST := go test -p 2 -timeout 10m

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: ## build bin/switchboard
	CGO_ENABLED=0 go build $(RELEASE) -o bin/switchboard ./cmd/switchboard

.PHONY: demo
demo: build ## build, and show the living console: no account needed
	@./bin/switchboard demo

.PHONY: test
test: ## run all tests
	$(TEST) $(PACKAGES)

.PHONY: race
race: ## run all tests under the race detector, the random ones a fifth as often
	CGO_ENABLED=1 $(TEST) -race -short $(PACKAGES)

.PHONY: vet
vet: ## check formatting, and what go vet finds
	@unformatted=$$(gofmt -l .); if [ -n "$$unformatted" ]; then echo "run gofmt -w on:"; echo "$$unformatted"; exit 1; fi
	go vet $(PACKAGES)

.PHONY: lint
lint: vet ## vet, and what staticcheck finds (about a minute)
	go run $(STATICCHECK) $(PACKAGES)

.PHONY: cross
cross: ## build and vet for Windows and macOS, tests too (some minutes)
	for system in windows darwin; do \
		GOOS=$$system CGO_ENABLED=0 go build -o /dev/null ./cmd/switchboard && \
		GOOS=$$system CGO_ENABLED=0 go vet $(PACKAGES) || exit 1; \
	done

FUZZTIME ?= 30s

.PHONY: fuzz
fuzz: ## fuzz each target there is for FUZZTIME=30s
	$(PACKAGING)/fuzz.sh $(FUZZTIME)

.PHONY: licences
licences: ## write NOTICE anew: whose libraries are in the program
	go run ./$(PACKAGING)/licences -update

.PHONY: ci
ci: vet build test race ## everything that a submission must pass

.PHONY: golden
golden: ## rewrite what screens and scripts are compared with; read the difference
	go test ./tui ./engine ./engine/policy ./engine/backtest ./engine/report -update

.PHONY: shots
shots: build ## make the README's pictures anew, from the demo
	go run ./tui/shot/shots -program bin/switchboard -into testdata/pictures

SOAK ?= 10m

.PHONY: soak
soak: ## break the program 200 times, then simulate calls with every fault for SOAK=10m
	SOAK=1 go test -timeout 30m -count=1 ./cmd/switchboard/faults
	SOAK=$(SOAK) go test -timeout 0 -count=1 -run '^TestSoak$$' -v ./engine/enginetest

.PHONY: train
train: ## learn the scorer's weights anew from testdata/sentiment
	go run ./engine/sentiment/train

.PHONY: bench
bench: ## measure
	go test -run '^$$' -bench . -benchmem $(PACKAGES)

.PHONY: share
share: build ## make the man pages and completions, in bin/share
	$(PACKAGING)/share.sh bin/switchboard bin/share

.PHONY: man
man: share ## read the program's own man page
	@man -l bin/share/man/man1/switchboard.1.gz

ARCH ?= $(shell go env GOARCH)

.PHONY: deb
deb: share ## make a Debian package in bin, for ARCH=amd64 or arm64
	CGO_ENABLED=0 GOOS=linux GOARCH=$(ARCH) go build $(RELEASE) -o bin/linux-$(ARCH)/switchboard ./cmd/switchboard
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct 2>/dev/null || echo 0) $(PACKAGING)/deb.sh bin/linux-$(ARCH)/switchboard bin/share $(VERSION) $(ARCH) bin

.PHONY: release-check
release-check: ## is the release's configuration in order? needs goreleaser
	$(GORELEASER) check -f $(PACKAGING)/goreleaser.yaml

.PHONY: release-trial
release-trial: ## make a whole release in bin/dist, and publish nothing
	$(GORELEASER) release --snapshot --clean --skip=publish -f $(PACKAGING)/goreleaser.yaml

.PHONY: clean
clean: ## remove what build made
	rm -rf bin
