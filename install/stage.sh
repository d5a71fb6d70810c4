#!/bin/sh
# Lays an unpacked archive out as packages have it: stage.sh TREE ROOT, then /usr and /etc are below
# ROOT. Called by deb/build.sh and arch/PKGBUILD. Makes no token and no user: package scripts do.
set -eu
umask 022
[ $# -eq 2 ] || {
  echo "usage: stage.sh TREE ROOT" >&2
  exit 2
}
tree=$1 root=$2
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
lib=$root/usr/lib/lmcp doc=$root/usr/share/doc/lmcp

mkdir -p "$lib/install" "$doc/examples" "$root/usr/bin" "$root/usr/lib/systemd/system" \
  "$root/usr/lib/sysusers.d" "$root/etc/lmcp"
cp -R "$tree/bin" "$tree/lib" "$lib/"
ln -s ../lib/lmcp/bin/lmcp "$root/usr/bin/lmcp"
cp "$tree/README.md" "$tree/SECURITY.md" "$doc/"
cp "$here/systemd/sudo.conf" "$doc/examples/"
cp "$here/steps.sh" "$here/packaged.sh" "$lib/install/"
for service in lmcp lmcp-hub; do
  sed 's|/usr/local/bin/|/usr/bin/|' "$here/systemd/system/$service.service" \
    >"$root/usr/lib/systemd/system/$service.service"
  cp "$here/$service.env" "$root/etc/lmcp/"
done
cp "$here/systemd/lmcp.sysusers" "$root/usr/lib/sysusers.d/lmcp.conf"
backends=$here/backends.conf
if [ ! -f "$backends" ]; then backends=$here/../examples/backends.conf; fi
sed 's/^[^#]/# &/' "$backends" >"$root/etc/lmcp/backends.conf"
chmod -R go-w "$root"
chmod 600 "$root"/etc/lmcp/*
