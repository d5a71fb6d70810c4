#!/bin/sh
# Builds an Arch package of an archive: build.sh lmcp-linux-ARCH.tar.gz [OUT-FOLDER]. Needs makepkg,
# which refuses to run as root.
set -eu
umask 022
[ $# -ge 1 ] || {
  echo "usage: build.sh lmcp-linux-ARCH.tar.gz [OUT-FOLDER]" >&2
  exit 2
}
archive=$1 out=${2:-.}
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
case $archive in
  *-amd64.tar.gz) arch=x86_64 name=amd64 ;;
  *-aarch64.tar.gz) arch=aarch64 name=aarch64 ;;
  *)
    echo "build.sh: must be given lmcp-linux-amd64.tar.gz or lmcp-linux-aarch64.tar.gz: got $archive" >&2
    exit 2
    ;;
esac
mkdir -p "$out"
out=$(CDPATH='' cd -- "$out" && pwd -P)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cp "$archive" "$dir/lmcp-linux-$name.tar.gz"
version=$(tar -xzOf "$archive" "lmcp-linux-$name/VERSION")
sum=$(sha256sum "$dir/lmcp-linux-$name.tar.gz" | cut -d' ' -f1)
# Of the archive for the other system, nothing is needed.
sed -e "s/@VERSION@/$version/; s/@SUM_$name@/$sum/; s/@SUM_[a-z0-9]*@/SKIP/" "$here/PKGBUILD" \
  >"$dir/PKGBUILD"
cp "$here/lmcp.install" "$dir/"
cd "$dir"
# Checked by its sum; the packages it depends on are looked for where it is installed.
CARCH=$arch PKGDEST=$out PKGEXT=${PKGEXT:-.pkg.tar.zst} SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-499162500} \
  makepkg --force --nodeps --ignorearch
