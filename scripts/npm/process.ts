// A program of the package that is being tried: started, listened to, spoken to, ended. Called by
// try_package.ts. Waits for what it says, never for time; what takes a minute is killed. It leads a
// group of its own: npx starts the program by a shell, and passes no signal on.

const BOUND_MS = 60_000;

/** A running program. */
export interface Process {
  /** Waits until what it said on either stream matches. @throws {Error} when it ends without that. */
  saidMatch(pattern: RegExp): Promise<RegExpExecArray>;
  write(text: string): Promise<void>;
  endInput(): Promise<void>;
  /** Sends a signal to all of its group. */
  signal(name: Deno.Signal): void;
  /** Waits for the end of all of it. @throws {Error} when it ends otherwise than with this code. */
  ended(code?: number): Promise<void>;
  /** Ends it, if it still runs. */
  kill(): Promise<void>;
}

/** Starts a command in a folder; `env` is added to the environment. */
export function start(
  [command = "", ...args]: readonly string[],
  at: { readonly cwd: string; readonly env: { readonly [name: string]: string } },
): Process {
  const child = new Deno.Command(command, {
    args,
    ...at,
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", ...at.env },
    detached: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const input = child.stdin.getWriter();
  const name = [command, ...args].join(" ");
  const kill = () => {
    try {
      Deno.kill(-child.pid, "SIGKILL");
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  };
  const bound = setTimeout(kill, BOUND_MS);
  let said = "";
  let listening = 2;
  let look = () => {};
  const listen = async (stream: ReadableStream<Uint8Array>) => {
    for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
      said += chunk;
      look();
    }
    listening--;
    look();
  };
  const heard = Promise.all([listen(child.stdout), listen(child.stderr)]);
  return {
    async saidMatch(pattern) {
      for (;;) {
        const found = pattern.exec(said);
        if (found !== null) return found;
        if (listening === 0) throw new Error(`${name} ended without ${pattern}; it said:\n${said}`);
        await new Promise<void>((resolve) => look = resolve);
      }
    },
    write: (text) => input.write(new TextEncoder().encode(text)),
    endInput: () => input.close(),
    signal: (signal) => Deno.kill(-child.pid, signal),
    async ended(wanted) {
      const { code, signal } = await child.status;
      await heard;
      if (wanted === undefined || code === wanted && signal === null) return;
      throw new Error(
        `${name} must end with code ${wanted}: got ${signal ?? code}; it said:\n${said}`,
      );
    },
    async kill() {
      kill();
      await child.status;
      await heard;
      clearTimeout(bound);
      await input.abort().catch(() => undefined); // Closed, or its reader is gone.
    },
  };
}
