#!/bin/sh
# After the package is unpacked: the user that the service runs as, who owns the calls.
set -e
if [ "$1" = configure ]; then
	if ! getent passwd switchboard >/dev/null; then
		useradd --system --user-group --home-dir /var/lib/switchboard --no-create-home --shell /usr/sbin/nologin switchboard
	fi
	if [ -d /run/systemd/system ]; then
		systemctl daemon-reload || true
	fi
fi
