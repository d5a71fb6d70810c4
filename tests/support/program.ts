// Runs lmcp as its users do, `deno run -A mod.ts …`, for tests with real processes: start it, read
// its listening line, talk to it, stop it. Used by tests only. Waits for events, never for time;
// what hangs is killed after a bound, so that a failing test leaves nothing behind.

import { wireCheck } from "./wire_check.ts";

const MOD = new URL("../../mod.ts", import.meta.url).pathname;
/** How long anything may take; far beyond what it does take. */
const BOUND_MS = 30_000;

/** How to start it. */
export interface ProgramOptions {
  /** Added to the environment, which has no variable of lmcp's own and a state folder to throw away. */
  readonly env?: { readonly [name: string]: string };
  readonly cwd?: string;
  /** A program to start it by, such as `nohup`. */
  readonly by?: string;
  /** The command of another lmcp to start, such as a built one. Default: this one, on Deno. */
  readonly lmcp?: readonly string[];
  /** Milliseconds after which it is killed. Default: 30,000. */
  readonly boundMs?: number;
}

/** How it ended. */
export interface Ended {
  /** The exit code; null when a signal ended it. */
  readonly code: number | null;
  readonly signal: string | null;
}

/** A running lmcp. `await using` ends it with its test. */
export interface Program extends AsyncDisposable {
  readonly pid: number;
  readonly exited: Promise<Ended>;
  /** What it has written to standard error until now. */
  stderr(): string;
  /** Waits until standard error matches; fails when the program ends without that. */
  stderrMatch(pattern: RegExp): Promise<RegExpMatchArray>;
  /** Sends a signal. */
  kill(signal: Deno.Signal): void;
  /** Sends a signal (default SIGTERM) and waits for the end. */
  stop(signal?: Deno.Signal): Promise<Ended>;
}

/** An lmcp that serves HTTP. */
export interface ServerProgram extends Program {
  /** The address of its listening line, such as `http://127.0.0.1:41234/mcp`. */
  readonly url: string;
}

/** An lmcp that serves its standard streams. */
export interface StdioProgram extends Program {
  /** Writes a message as a line. */
  send(message: unknown): Promise<void>;
  /** Reads the next line as a message, held to the schema; undefined at the end of output. */
  // deno-lint-ignore no-explicit-any -- tests look into whatever came
  receive(): Promise<any>;
  /** Ends its input. */
  endInput(): Promise<void>;
}

/** What a command that ends by itself did. */
export interface Output extends Ended {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end; `input` is its standard input, empty by default. */
export async function runProgram(
  args: readonly string[],
  options: ProgramOptions & { readonly input?: string } = {},
): Promise<Output> {
  await using program = await spawn(args, options, "piped");
  const { child } = program;
  const writer = child.stdin.getWriter();
  // It may well end without reading.
  writer.write(new TextEncoder().encode(options.input ?? "")).catch(() => undefined);
  writer.close().catch(() => undefined);
  const stdout = await new Response(child.stdout).text();
  const { code, signal } = await program.exited;
  return { code, signal, stdout, stderr: program.stderr() };
}

/**
 * Starts the server over HTTP and waits for its listening line. Unless the arguments say otherwise,
 * it takes a free port.
 */
export function startServer(
  args: readonly string[] = [],
  options: ProgramOptions = {},
): Promise<ServerProgram> {
  return startHttp("serve", args, options);
}

/** Starts a hub in the same way. */
export function startHub(
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<ServerProgram> {
  return startHttp("hub", args, options);
}

async function startHttp(
  command: string,
  args: readonly string[],
  options: ProgramOptions,
): Promise<ServerProgram> {
  const port = args.some((arg) => arg.startsWith("--port")) ? [] : ["--port", "0"];
  const { child, ...program } = await spawn([command, ...port, ...args], options, "null");
  child.stdout.cancel();
  const [, url = ""] = await program.stderrMatch(/listening on ([^\s"]+)["\n]/);
  return { ...program, url };
}

/** Starts the server, or another `command`, over its standard streams. */
export async function startStdio(
  args: readonly string[] = [],
  options: ProgramOptions = {},
  command: readonly string[] = ["stdio"],
): Promise<StdioProgram> {
  const { child, ...program } = await spawn([...command, ...args], options, "piped");
  const writer = child.stdin.getWriter();
  const lines = linesOf(child.stdout);
  const check = wireCheck();
  return {
    ...program,
    send(message) {
      const text = JSON.stringify(message);
      check.asked(text);
      return writer.write(new TextEncoder().encode(`${text}\n`));
    },
    async receive() {
      const { done, value } = await lines.next();
      if (done) return undefined;
      check.sent(value);
      if (check.problems.length > 0) throw new Error(check.problems.join("\n"));
      return JSON.parse(value);
    },
    endInput: () => writer.close(),
  };
}

/** What to start, for clients that start it themselves; `env` as in `ProgramOptions`. */
export function programCommand(
  args: readonly string[],
  env: { readonly [name: string]: string },
  lmcp: readonly string[] = [Deno.execPath(), "run", "-A", MOD],
): { command: string; args: string[]; env: { [name: string]: string } } {
  const [command = "", ...first] = lmcp;
  return { command, args: [...first, ...args], env: { ...cleanEnv(), ...env } };
}

type Spawned = Program & { readonly child: Deno.ChildProcess };

async function spawn(
  args: readonly string[],
  options: ProgramOptions,
  stdin: "piped" | "null",
): Promise<Spawned> {
  const state = await Deno.makeTempDir({ prefix: "lmcp-test-" });
  const start = programCommand(args, { XDG_STATE_HOME: state, ...options.env }, options.lmcp);
  const by = options.by === undefined ? [] : [start.command];
  const child = new Deno.Command(options.by ?? start.command, {
    args: [...by, ...start.args],
    clearEnv: true,
    env: start.env,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    stdin,
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const said = collect(child.stderr);
  let running = true;
  const bound = setTimeout(() => kill("SIGKILL"), options.boundMs ?? BOUND_MS);
  const exited = child.status.then(async ({ code, signal }) => {
    running = false;
    clearTimeout(bound);
    await said.ended;
    await Deno.remove(state, { recursive: true });
    return { code: signal === null ? code : null, signal };
  });

  function kill(signal: Deno.Signal): void {
    if (running) child.kill(signal);
  }

  async function stop(signal: Deno.Signal = "SIGTERM"): Promise<Ended> {
    kill(signal);
    return await exited;
  }

  return {
    child,
    pid: child.pid,
    exited,
    stderr: said.text,
    stderrMatch: said.match,
    kill,
    stop,
    async [Symbol.asyncDispose]() {
      // Streams that a test did not read to their end must not outlive it.
      if (!child.stdout.locked) await child.stdout.cancel();
      await stop();
    },
  };
}

/**
 * The environment of the tests without what would tell lmcp something. The login shell is the plain
 * one: what a user's own does at a login can take seconds, and leaves locks when it is interrupted.
 */
function cleanEnv(): { [name: string]: string } {
  const env = Deno.env.toObject();
  for (const name of Object.keys(env)) {
    if (name.startsWith("LMCP_") || name.startsWith("XDG_CONFIG")) delete env[name];
  }
  return { ...env, SHELL: "/bin/sh", NO_COLOR: "1" };
}

function collect(stream: ReadableStream<Uint8Array>) {
  let text = "";
  let look: (() => void)[] = [];
  const told = () => {
    const lookers = look;
    look = [];
    lookers.forEach((each) => each());
  };
  let done = false;
  const ended = (async () => {
    for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      told();
    }
    done = true;
    told();
  })();
  return {
    ended,
    text: () => text,
    async match(pattern: RegExp): Promise<RegExpMatchArray> {
      for (;;) {
        const found = text.match(pattern);
        if (found !== null) return found;
        if (done) throw new Error(`lmcp ended without saying ${pattern}; it said:\n${text}`);
        await new Promise<void>((resolve) => look.push(resolve));
      }
    },
  };
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}
