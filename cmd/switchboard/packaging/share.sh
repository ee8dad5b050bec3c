#!/bin/sh
# Writes the man pages and the completions of a program into a folder:
#   share.sh PROGRAM FOLDER
set -eu
program=$1 into=$2
rm -rf "$into"
mkdir -p "$into/completions"
"$program" man --into "$into/man"
"$program" completion bash >"$into/completions/switchboard.bash"
"$program" completion zsh >"$into/completions/_switchboard"
"$program" completion fish >"$into/completions/switchboard.fish"
"$program" completion powershell >"$into/completions/switchboard.ps1"
gzip -9 -n "$into"/man/man?/*
