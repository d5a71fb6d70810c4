#!/bin/sh
# Boots a kernel with pages of 16 KiB, as a Raspberry Pi 5 has, in qemu, and has the aarch64 archive
# and Bun's single file serve and answer there. Writes docs/results/16k-pages.md. By hand, after
# `deno task build:archives`; needs Debian with qemu-system-arm and cpio, and apt's access to Debian.
#
#   sh scripts/boot_16k.sh [folder of the archives, default dist]
set -eu
cd "$(dirname "$0")/.."
dist=$(cd "${1:-dist}" && pwd)
report=$PWD/docs/results/16k-pages.md
for tool in qemu-system-aarch64 cpio dpkg apt-get; do
  command -v "$tool" >/dev/null || { echo "boot_16k: needs $tool" >&2; exit 1; }
done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# An apt of its own, for packages of arm64: nothing is installed, nothing of the system's is touched.
mkdir -p "$dir/apt/lists/partial" "$dir/apt/cache/archives/partial" "$dir/debs" "$dir/root"
: >"$dir/apt/status"
# shellcheck disable=SC2016 # apt expands it
debian=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 'Origin: Debian' | head -n 1)
key=/usr/share/keyrings/debian-archive-keyring.gpg
echo "deb [signed-by=$key] $debian trixie main" >"$dir/apt/sources.list"
cat >"$dir/apt.conf" <<END
APT::Architecture "arm64";
APT::Architectures { "arm64"; };
APT::Sandbox::User "root";
Dir::State "$dir/apt";
Dir::State::status "$dir/apt/status";
Dir::Cache "$dir/apt/cache";
Dir::Etc::sourcelist "$dir/apt/sources.list";
Dir::Etc::sourceparts "/dev/null";
END
export APT_CONFIG="$dir/apt.conf"
apt-get update -qq
image=$(apt-cache depends linux-image-arm64-16k | sed -n 's/.*Depends: \(linux-image-.*-16k\)$/\1/p' | head -n 1)
(cd "$dir/debs" && apt-get download -qq "$image" busybox-static libc6 libgcc-s1 libstdc++6)
for deb in "$dir"/debs/*.deb; do
  case $deb in
    */linux-image*) dpkg -x "$deb" "$dir/kernel" ;;
    *) dpkg -x "$deb" "$dir/root" ;;
  esac
done

# The whole system: busybox, Debian's libc, and what was built.
root=$dir/root
mkdir -p "$root/proc" "$root/sys" "$root/dev" "$root/tmp" "$root/bin" "$root/lib" "$root/app"
for name in lib lib64; do
  # Packages of one /usr and of two lie alike then.
  [ -d "$root/usr/$name" ] && cp -a "$root/usr/$name/." "$root/$name/"
done
busybox=$(find "$root" -name busybox -type f -perm -100 | head -n 1)
[ "$busybox" = "$root/bin/busybox" ] || cp "$busybox" "$root/bin/busybox"
tar -xzf "$dist/lmcp-linux-aarch64.tar.gz" -C "$root/app"
cp "$dist/lmcp-bun-linux-aarch64" "$root/app/lmcp-bun"
cat >"$root/init" <<'END'
#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin HOME=/tmp/home XDG_STATE_HOME=/tmp/state
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
ip link set lo up
mkdir -p /tmp/home
try() { # name, command: serves, is called, says what memory it took, and ends
  echo "RESULT $1: $($2 --version 2>&1 | tail -n 1)"
  $2 serve --port 8080 2>/tmp/$1.log &
  server=$!
  tries=0
  until grep -q listening /tmp/$1.log || [ $tries -ge 240 ] || ! kill -0 $server; do
    usleep 500000
    tries=$((tries + 1))
  done
  call='{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"shell","arguments":{"command":"uname -m; echo $((6 * 7))"}}}'
  answer=$(wget -q -O - -T 120 --header 'Content-Type: application/json' --post-data "$call" \
    http://127.0.0.1:8080/mcp 2>&1)
  echo "RESULT $1 answered: $answer"
  echo "RESULT $1 memory: $(grep VmRSS /proc/$server/status)"
  kill $server
  wait $server
  echo "RESULT $1 ended with code $?"
}
echo "RESULT kernel: $(uname -r), $(grep -m 1 KernelPageSize /proc/self/smaps)"
try archive /app/lmcp-linux-aarch64/bin/lmcp
try bun /app/lmcp-bun
poweroff -f
END
chmod +x "$root/init"
(cd "$root" && find . | cpio --quiet -o -H newc >"$dir/initrd")
kernel=$(find "$dir/kernel" -name 'vmlinuz-*' | head -n 1)
timeout 600 qemu-system-aarch64 -M virt -cpu cortex-a76 -smp 2 -m 4096 -nographic -no-reboot -net none \
  -kernel "$kernel" -initrd "$dir/initrd" -append "console=ttyAMA0 panic=-1 quiet" \
  </dev/null | tee "$dir/console"

mkdir -p "$(dirname "$report")"
{
  echo "# On a kernel with pages of 16 KiB"
  echo
  echo "As a Raspberry Pi 5 has by default. Made by \`sh scripts/boot_16k.sh\` on $(date -u +%F), with"
  echo "Debian's \`$image\` in qemu-system-aarch64 (cortex-a76,"
  echo "emulated on $(uname -m): times mean nothing)."
  echo
  echo '```'
  sed -n 's/.*RESULT //p' "$dir/console" | tr -d '\r' | sed 's/\[ *[0-9.]*\] reboot.*//'
  echo '```'
} >"$report"
grep -c '"text":"aarch64\\n42' "$report" | grep -qx 2 || { echo "boot_16k: not both answered" >&2; exit 1; }
