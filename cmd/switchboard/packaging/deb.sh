#!/bin/sh
# Makes a Debian package with nothing but dpkg-deb, the same as goreleaser's:
#   deb.sh PROGRAM SHARE VERSION ARCHITECTURE FOLDER
# PROGRAM is built for the architecture; SHARE is what share.sh wrote. Where
# SOURCE_DATE_EPOCH is set, the same source makes the same package.
set -eu
program=$1 share=$2 described=$3 arch=$4 into=$5
here=$(dirname "$0")
top=$here/../../..

# v1.2.3 is 1.2.3; v1.2.3-4-gabc is 1.2.3+4.gabc, which is newer; a bare abc is 0.0.0~abc.
case $described in
v[0-9]*) version=$(printf %s "$described" | sed 's/^v//; s/-/+/; s/-/./g') ;;
*) version=0.0.0~$(printf %s "$described" | sed 's/-/./g') ;;
esac

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
chmod 0755 "$root"
put() { install -D -m "$1" "$2" "$root/$3"; }
put 0755 "$program" usr/bin/switchboard
put 0644 "$here/switchboard.service" lib/systemd/system/switchboard.service
put 0644 "$top/LICENSE" usr/share/doc/switchboard/copyright
put 0644 "$top/NOTICE" usr/share/doc/switchboard/NOTICE
put 0644 "$top/CHANGELOG.md" usr/share/doc/switchboard/CHANGELOG.md
put 0644 "$top/.env.sample" usr/share/doc/switchboard/examples/secrets.env.sample
put 0644 "$top/switchboard.sample.yaml" usr/share/doc/switchboard/examples/switchboard.sample.yaml
put 0644 "$share/completions/switchboard.bash" usr/share/bash-completion/completions/switchboard
put 0644 "$share/completions/_switchboard" usr/share/zsh/vendor-completions/_switchboard
put 0644 "$share/completions/switchboard.fish" usr/share/fish/vendor_completions.d/switchboard.fish
for page in "$share"/man/man?/*; do
	put 0644 "$page" "usr/share/man/$(basename "$(dirname "$page")")/$(basename "$page")"
done
install -d -m 0755 "$root/etc/switchboard"
for script in postinst prerm postrm; do
	put 0755 "$here/$script.sh" "DEBIAN/$script"
done
size=$(du -sk --apparent-size "$root" | cut -f1)
cat >"$root/DEBIAN/control" <<EOF
Package: switchboard
Version: $version
Architecture: $arch
Maintainer: The switchboard authors <switchboard@example.com>
Installed-Size: $size
Depends: ca-certificates, passwd
Recommends: tzdata
Section: comm
Priority: optional
Description: supervisor's console for live telephone calls
 Answers calls to a Telnyx number, listens to how customers are, brings a live
 operator into a call that goes badly, and lets a supervisor see and steer it all.
EOF
mkdir -p "$into"
dpkg-deb --root-owner-group -Zgzip --build "$root" "$into/switchboard_${version}_$arch.deb"
