// A server of the benchmark as a process, pinned to a processor, and what the system says of it.
// Linux only: the figures are those of /proc.

/** The processor of the servers, and the one of whoever asks them. */
export const SERVER_CPU = 0;
export const CLIENT_CPU = 1;

/** Clock ticks a second in /proc, which every Linux has. */
const TICKS = 100;

/** A server that runs. */
export interface ServerProcess {
  readonly pid: number;
  /** Where its endpoint is. */
  readonly url: string;
  stop(): Promise<void>;
}

/** How to start one. */
export interface StartOptions {
  readonly env?: { readonly [name: string]: string };
  readonly cwd?: string;
}

/** The command, pinned to a processor where the system can do that. */
export function pinned(command: readonly string[], cpu: number): string[] {
  return ["taskset", "-c", String(cpu), ...command];
}

/** Starts a server, and waits for the line with its port or URL, on either stream. */
export async function startServer(
  command: readonly string[],
  { env = {}, cwd }: StartOptions = {},
): Promise<ServerProcess> {
  const [file = "", ...args] = pinned(command, SERVER_CPU);
  const child = new Deno.Command(file, {
    args,
    env: { ...env, NO_COLOR: "1" },
    ...(cwd === undefined ? {} : { cwd }),
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let said = "";
  const found = Promise.withResolvers<string>();
  const read = async (stream: ReadableStream<Uint8Array>) => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      if (said.length < 10_000) said += text;
      const port = /^(\d+)$/m.exec(said)?.[1] ?? /http:\/\/127\.0\.0\.1:(\d+)\/mcp/.exec(said)?.[1];
      if (port !== undefined) found.resolve(`http://127.0.0.1:${port}/mcp`);
    }
  };
  const reading = Promise.all([read(child.stdout), read(child.stderr)]);
  reading.then(() =>
    found.reject(new Error(`"${command.join(" ")}" ended and said: ${said || "nothing"}`))
  );
  return {
    pid: child.pid,
    url: await found.promise,
    async stop() {
      child.kill("SIGKILL");
      await child.status;
      await reading;
    },
  };
}

/** Microseconds of processor time that a process has had, all its threads together. */
export function cpuUs(pid: number): number {
  const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * (1_000_000 / TICKS);
}

/** KiB of memory that a process has resident. */
export function residentKib(pid: number): number {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? NaN);
}
