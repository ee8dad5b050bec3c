# Needs Go and git; `make race` and `make ci` need a C compiler too, for Go's race
# detector is written in C.

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LDFLAGS := -s -w -X main.version=$(VERSION)

# testdata is a package of its own (go:embed cannot climb), which ./... leaves out.
PACKAGES := ./... ./testdata

# Two test binaries at once: the end-to-end tests run a whole telephone network on
# house time, and must not starve one another.
TEST := go test -p 2 -timeout 10m

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: ## build bin/switchboard
	CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o bin/switchboard ./cmd/switchboard

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

.PHONY: clean
clean: ## remove what build made
	rm -rf bin
