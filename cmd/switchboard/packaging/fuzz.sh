#!/bin/sh
# Fuzzes each target there is, one after the other: fuzz.sh [TIME]. Go fuzzes one at a
# time; which there are, the source tells.
set -eu
time=${1:-30s}
cd "$(dirname "$0")/../../.."
found=0
for file in $(grep -rl --include='*_test.go' '^func Fuzz[A-Z]' . | sort); do
	for target in $(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' "$file"); do
		found=$((found + 1))
		echo "$(dirname "$file") $target"
		go test -run '^$' -fuzz "^$target\$" -fuzztime "$time" "$(dirname "$file")"
	done
done
[ "$found" -gt 0 ] || { echo "fuzz.sh: there is no target" >&2; exit 1; }
