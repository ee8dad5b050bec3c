#!/bin/sh
# After the package is gone. The journal in /var/lib/switchboard holds calls: only its
# owner may say that it is not needed any more. Purge leaves it, and says so.
set -e
if [ -d /run/systemd/system ]; then
	systemctl daemon-reload || true
fi
if [ "$1" = purge ]; then
	rmdir /etc/switchboard 2>/dev/null || true
	if [ -d /var/lib/switchboard ]; then
		echo "switchboard: the journal of your calls is still in /var/lib/switchboard; delete it yourself if you do not need it." >&2
	fi
fi
