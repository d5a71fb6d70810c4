// What kind of machine a measurement was made on, without anything that names the machine. Printed
// into the results under docs/ by the scripts and long tests that measure.

/** One line, such as `2 CPUs (x86_64), 8 GiB of memory, Linux 6.1, Deno 2.9.6`. */
export function machineClass(): string {
  const gib = Math.round(Deno.systemMemoryInfo().total / 1024 ** 3);
  const os = Deno.build.os === "linux" ? "Linux" : Deno.build.os;
  const release = /^\d+\.\d+/.exec(Deno.osRelease())?.[0] ?? "";
  return `${navigator.hardwareConcurrency} CPUs (${Deno.build.arch}), ${gib} GiB of memory, ` +
    `${os} ${release}, Deno ${Deno.version.deno}`;
}

/** Today, as results are dated. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}
