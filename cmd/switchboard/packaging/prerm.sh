#!/bin/sh
# Before the package goes: end the service. An upgrade leaves it running, with its calls;
# `systemctl restart switchboard` goes over to the new one.
set -e
if [ "$1" = remove ] && [ -d /run/systemd/system ]; then
	systemctl disable --now switchboard.service || true
fi
