// deno-lint-ignore-file no-console -- says why tests did nothing
// A throwaway machine: namespaces with systemd as their first process, this machine's programs, and
// folders that forget what is written to them. For tests of installers and services, which then do
// for real what they do on a user's machine. Used by tests only. Needs root; ends with its test.

import { lacks, lacksProgram } from "./lacks.ts";
import { said } from "./repository.ts";
import { until } from "./until.ts";

/** How long the machine may take to start. */
const BOOT_MS = 60_000;

/** What a command on the machine did. */
export interface Said {
  readonly code: number;
  /** Standard output, then standard error. */
  readonly text: string;
}

/** A running throwaway machine. */
export interface Machine extends AsyncDisposable {
  /** Its root folder as seen from here, to put files in. */
  readonly root: string;
  /** Runs a shell command as root, or as the user with that number. */
  run(command: string, options?: { readonly uid?: number; readonly input?: string }): Promise<Said>;
  /** The same, failing unless it succeeds; gives what it said. */
  mustRun(
    command: string,
    options?: { readonly uid?: number; readonly input?: string },
  ): Promise<string>;
}

/** How to start a machine. */
export interface MachineOptions {
  /** Folders and files from here to show on it, read-only: path there, path here. */
  readonly show?: { readonly [path: string]: string };
}

// /usr and /var are this machine's, with all writes kept in memory; /etc is nearly empty, so that
// none of this machine's services starts there.
const BOOT = `set -eu
root=$1; shift
mount --make-rprivate /
mount -t tmpfs -o mode=755 tmpfs "$root"
cd "$root"
mkdir usr var etc proc sys dev run tmp root home opt srv writes
for dir in usr var; do
  mkdir -p writes/$dir.up writes/$dir.work
  mount -t overlay overlay -o "lowerdir=/$dir,upperdir=$root/writes/$dir.up,workdir=$root/writes/$dir.work" $dir
done
rm -rf var/lib/lmcp var/lib/lmcp-hub var/lib/systemd
if [ -d var/lib/dpkg ]; then : >var/lib/dpkg/statoverride; fi
ln -s /proc/self/mounts etc/mtab
# Images of containers keep packages from starting services.
rm -f usr/sbin/policy-rc.d
for dir in bin sbin lib lib32 lib64 libx32; do
  if [ -L /$dir ]; then cp -a /$dir .; fi
done
for file in alternatives ld.so.cache ld.so.conf ld.so.conf.d ssl ca-certificates nsswitch.conf \\
  pacman.conf makepkg.conf adduser.conf deluser.conf debian_version os-release login.defs pam.d security; do
  if [ -e /etc/$file ]; then cp -a /etc/$file etc/; fi
done
printf 'root:x:0:0:root:/root:/bin/sh\\nme:x:1000:1000::/home/me:/bin/sh\\nnobody:x:65534:65534::/:/bin/false\\n' >etc/passwd
printf 'root:x:0:\\nme:x:1000:\\nnogroup:x:65534:\\n' >etc/group
printf 'root:*:::::::\\nme:*:::::::\\nnobody:*:::::::\\n' >etc/shadow
printf '127.0.0.1 localhost throwaway\\n' >etc/hosts
echo throwaway >etc/hostname
mkdir -p home/me; chown 1000:1000 home/me; chmod 1777 tmp
mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs -o mode=755 tmpfs dev
for name in null zero full random urandom tty; do : >dev/$name; mount --bind /dev/$name dev/$name; done
mkdir dev/shm dev/pts
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts dev/pts
ln -s pts/ptmx dev/ptmx; ln -s /proc/self/fd dev/fd
mount -t tmpfs -o mode=755 tmpfs run
while [ $# -gt 0 ]; do
  mkdir -p ".$(dirname "$1")"
  if [ -d "$2" ]; then mkdir -p ".$1"; else : >".$1"; fi
  mount --bind "$2" ".$1"; mount -o remount,bind,ro ".$1"
  shift 2
done
mkdir -p etc/systemd/system etc/systemd/system-preset
# No first start, at which systemd would enable whatever is installed.
echo 0123456789abcdef0123456789abcdef >etc/machine-id
echo 'disable *' >etc/systemd/system-preset/00-throwaway.preset
for unit in systemd-firstboot systemd-journald systemd-udevd systemd-tmpfiles-setup systemd-resolved \\
  systemd-networkd systemd-networkd-wait-online systemd-journal-flush systemd-logind; do
  ln -s /dev/null etc/systemd/system/$unit.service
done
cat >etc/systemd/system/throwaway.target <<'END'
[Unit]
Requires=basic.target
After=basic.target
AllowIsolate=yes
END
mkdir outside
pivot_root . outside
umount -l /outside
exec env -i container=throwaway PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \\
  /lib/systemd/systemd --system --unit=throwaway.target --log-target=null --show-status=no
`;

/**
 * Whether no throwaway machine can be had here, which is then said. Missing programs fail a CI; a
 * kernel that refuses does not, as installing mends nothing there.
 */
export async function noMachine(): Promise<boolean> {
  if (lacks("Linux", Deno.build.os === "linux")) return true;
  const systemd = await Deno.stat("/lib/systemd/systemd").then(() => true, () => false);
  if (lacks("systemd", systemd) || lacksProgram("unshare") || lacksProgram("curl")) return true;
  if (Deno.uid() === 0 && (await said("unshare", [...NAMESPACES, "sh", "-c", TRY])).code === 0) {
    return false;
  }
  console.log("skipped: needs root, and a kernel that lets it make namespaces and overlays");
  return true;
}

const NAMESPACES = [
  "--cgroup",
  "--mount",
  "--pid",
  "--fork",
  "--kill-child",
  "--uts",
  "--ipc",
  "--net",
];

// What the start of a machine needs of a kernel.
const TRY = `d=$(mktemp -d) && mount -t tmpfs tmpfs "$d" && mkdir "$d/u" "$d/w" "$d/m" "$d/c" &&
mount -t overlay overlay -o "lowerdir=/usr,upperdir=$d/u,workdir=$d/w" "$d/m" &&
mount -t cgroup2 cgroup2 "$d/c" && mkdir "$d/c/try.$$" && rmdir "$d/c/try.$$"
code=$?; umount -R "$d"; rmdir "$d"; exit $code`;

/** Starts a machine; `await using` ends it. */
export async function startMachine(options: MachineOptions = {}): Promise<Machine> {
  const dir = await Deno.makeTempDir({ prefix: "lmcp-machine-" });
  const group = await makeGroup(`lmcp-test-${crypto.randomUUID()}`);
  const shown = Object.entries(options.show ?? {}).flat();
  // The shell enters the group before the namespaces begin, so that it is the root of theirs. All of
  // it dies with this process, however that ends.
  const child = new Deno.Command("setpriv", {
    args: [
      "--pdeathsig",
      "KILL",
      "sh",
      "-c",
      `echo $$ >"$0/cgroup.procs" && exec unshare ${NAMESPACES.join(" ")} sh -c "$@"`,
      group,
      BOOT,
      "boot",
      dir,
      ...shown,
    ],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const stderr = new Response(child.stderr).text();
  let ended = false;
  const status = child.status.finally(() => ended = true);
  const end = async () => {
    await Deno.writeTextFile(`${group}/cgroup.kill`, "1").catch(() => undefined);
    if (!ended) child.kill("SIGKILL");
    await status;
    await stderr;
    await until(() => removeGroup(group), 10_000, `${group} can be removed`);
    await Deno.remove(dir, { recursive: true });
  };
  let pid = 0;

  async function run(
    command: string,
    { uid, input }: { readonly uid?: number; readonly input?: string } = {},
  ): Promise<Said> {
    const user = uid === undefined ? [] : ["--setuid", `${uid}`, "--setgid", `${uid}`];
    const nsenter = new Deno.Command("nsenter", {
      args: ["--target", `${pid}`, "--all", ...user, "sh", "-c", command],
      clearEnv: true,
      env: {
        PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        HOME: uid === undefined ? "/root" : "/home/me",
        NO_COLOR: "1",
        ...(uid === undefined ? {} : { XDG_RUNTIME_DIR: `/run/user/${uid}` }),
      },
      stdin: input === undefined ? "null" : "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    if (input !== undefined) {
      const writer = nsenter.stdin.getWriter();
      await writer.write(new TextEncoder().encode(input));
      await writer.close();
    }
    const { code, stdout, stderr } = await nsenter.output();
    const decoder = new TextDecoder();
    return { code, text: decoder.decode(stdout) + decoder.decode(stderr) };
  }

  try {
    await until(
      async () => {
        if (ended) throw new Error(`The throwaway machine did not start: ${await stderr}`);
        pid = await firstProcess(child.pid) ?? 0;
        return pid !== 0 && (await run("systemctl is-active throwaway.target")).code === 0;
      },
      BOOT_MS,
      "the throwaway machine is up",
    );
  } catch (error) {
    await end();
    throw error;
  }
  return {
    root: `/proc/${pid}/root`,
    run,
    async mustRun(command, options) {
      const { code, text } = await run(command, options);
      if (code !== 0) throw new Error(`"${command}" ended with code ${code}:\n${text}`);
      return text;
    },
    [Symbol.asyncDispose]: end,
  };
}

/** The one child of `unshare`, once it is systemd. */
async function firstProcess(parent: number): Promise<number | undefined> {
  const children = await Deno.readTextFile(`/proc/${parent}/task/${parent}/children`)
    .catch(() => "");
  const child = children.trim();
  if (child === "") return undefined;
  const name = await Deno.readTextFile(`/proc/${child}/comm`).catch(() => "");
  return name.trim() === "systemd" ? Number(child) : undefined;
}

/** A control group of its own in the one hierarchy of version 2, wherever that is. */
async function makeGroup(name: string): Promise<string> {
  const mounts = await Deno.readTextFile("/proc/self/mountinfo");
  const mount = mounts.split("\n").find((line) => / - cgroup2 /.test(line))?.split(" ")[4];
  if (mount === undefined) throw new Error("No cgroup2 is mounted");
  await Deno.mkdir(`${mount}/${name}`);
  return `${mount}/${name}`;
}

/** Removes a control group with those in it; false while processes are in one. */
async function removeGroup(path: string): Promise<boolean> {
  try {
    for await (const { name, isDirectory } of Deno.readDir(path)) {
      if (isDirectory && !await removeGroup(`${path}/${name}`)) return false;
    }
    await Deno.remove(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return true;
    return false;
  }
}
