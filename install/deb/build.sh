#!/bin/sh
# Builds a Debian package of an archive: build.sh lmcp-linux-ARCH.tar.gz [OUT-FOLDER]. Needs dpkg-deb.
# The same archive gives the same bytes.
set -eu
umask 022
[ $# -ge 1 ] || {
  echo "usage: build.sh lmcp-linux-ARCH.tar.gz [OUT-FOLDER]" >&2
  exit 2
}
archive=$1 out=${2:-.}
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
case $archive in
  *-amd64.tar.gz) arch=amd64 ;;
  *-aarch64.tar.gz) arch=arm64 ;;
  *)
    echo "build.sh: must be given lmcp-linux-amd64.tar.gz or lmcp-linux-aarch64.tar.gz: got $archive" >&2
    exit 2
    ;;
esac
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/tree" "$dir/root"
tar -xzf "$archive" -C "$dir/tree" --strip-components=1
version=$(cat "$dir/tree/VERSION")
root=$dir/root doc=$dir/root/usr/share/doc/lmcp
"$here/../stage.sh" "$dir/tree" "$root"

{
  printf 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n'
  printf 'Upstream-Name: lmcp\n\nFiles: *\nCopyright: the authors of lmcp\nLicense: Expat\n'
  tail -n +3 "$dir/tree/LICENSE" | sed 's/^$/./; s/^/ /'
  for file in "$dir"/tree/licenses/*; do
    name=$(basename "$file" .txt)
    printf '\nFiles: usr/lib/lmcp/lib/*\nCopyright: see below\nLicense: %s\n' "$name"
    sed 's/^[[:space:]]*$/./; s/^/ /' "$file"
  done
} >"$doc/copyright"
printf 'lmcp (%s) unstable; urgency=medium\n\n  * See CHANGELOG.md of lmcp.\n\n -- The authors of lmcp <lmcp@localhost>  %s\n' \
  "$version" "$(date -u -R -d "@${SOURCE_DATE_EPOCH:-499162500}")" | gzip -9n >"$doc/changelog.gz"
mkdir -p "$root/usr/share/lintian/overrides" "$root/DEBIAN"
cp "$here/lintian-overrides" "$root/usr/share/lintian/overrides/lmcp"

size=$(du -sk --apparent-size "$root" | cut -f1)
sed -e "s/@VERSION@/$version/; s/@ARCH@/$arch/; s/@SIZE@/$size/" "$here/control" >"$root/DEBIAN/control"
printf '/etc/lmcp/%s\n' backends.conf lmcp-hub.env lmcp.env >"$root/DEBIAN/conffiles"
for script in postinst prerm postrm; do
  cp "$here/$script" "$root/DEBIAN/"
  chmod 755 "$root/DEBIAN/$script"
done
(cd "$root" && find usr -type f | LC_ALL=C sort | xargs -d '\n' md5sum >DEBIAN/md5sums)
mkdir -p "$out"
find "$root" -exec touch -h -d "@${SOURCE_DATE_EPOCH:-499162500}" {} +
export SOURCE_DATE_EPOCH="${SOURCE_DATE_EPOCH:-499162500}"
export DPKG_DEB_COMPRESSOR_TYPE="${DPKG_DEB_COMPRESSOR_TYPE:-xz}"
dpkg-deb --root-owner-group --build "$root" "$out/lmcp_${version}_$arch.deb"
