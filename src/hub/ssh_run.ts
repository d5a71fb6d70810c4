// Runs a script on a host over ssh, within a hard wall clock. Used by the tools that go over ssh.
// Whatever ssh, the network or the host do, it ends: first the script is told to, then ssh, then its
// process group is killed. Asks nobody for a password, and trusts no key that is not known.

import type { ProcessRegistry, ProcessTree } from "../../tools/process_registry.ts";
import { delay, within } from "../../tools/within.ts";
import { SpawnError } from "../runtime/runtime.ts";
import { HostFailed, NotReached } from "./link.ts";
import { lastLine, neverBegan } from "./ssh_failure.ts";
import { SshOutput } from "./ssh_output.ts";
import { frame, type FramedScript, type SshScript } from "./ssh_script.ts";

/** How ssh is run. */
export interface SshOptions {
  /** The command with its first arguments: `["ssh"]`. */
  readonly command: readonly string[];
  /** The whole environment of ssh. */
  readonly env: { readonly [name: string]: string };
  /** Milliseconds that anything over ssh may take, at the very most. */
  readonly hardMs: number;
}

/** What is run, for how long. */
export interface SshRunOptions {
  readonly target: string;
  readonly script: SshScript;
  /** Milliseconds from when it begins. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Takes the next bytes that the script printed; it waits until that resolves. */
  onOutput(bytes: Uint8Array): Promise<void>;
}

/** How a script went. */
export interface SshOutcome {
  readonly how: "exited" | "timed_out" | "cancelled";
  /** The exit code of the script's body. */
  readonly code: number | undefined;
  readonly durationMs: number;
  /** False when the connection ended before the script could say that all is ended. */
  readonly gone: boolean;
}

/** What ends a run from outside. */
type Stop = "timed_out" | "cancelled" | "late";

// A connection that is made, and a login that hangs: what begins later than this never does.
const CONNECT_S = 5;
const BEGIN_MS = 10_000;

const SETTINGS = [
  "BatchMode=yes",
  `ConnectTimeout=${CONNECT_S}`,
  "ServerAliveInterval=5",
  "ServerAliveCountMax=2",
  "StrictHostKeyChecking=yes",
  "UpdateHostKeys=no",
  "ClearAllForwardings=yes",
  "ForwardAgent=no",
  "ForwardX11=no",
  "PermitLocalCommand=no",
  "RequestTTY=no",
  "LogLevel=ERROR",
];

/** Runs scripts. */
export class Ssh {
  readonly #options: SshOptions;
  readonly #processes: ProcessRegistry;

  constructor(processes: ProcessRegistry, options: SshOptions) {
    this.#processes = processes;
    this.#options = options;
  }

  /** Milliseconds that a script may take: the end of it must fit into the hard limit, too. */
  get mostMs(): number {
    const { hardMs } = this.#options;
    return hardMs - Math.min(3_000, hardMs / 4);
  }

  /**
   * Runs a script.
   *
   * @throws {NotReached} when it never began; {HostFailed} when that, or its end, is not known;
   * what `onOutput` throws.
   */
  async run(options: SshRunOptions): Promise<SshOutcome> {
    options.signal.throwIfAborted();
    const start = performance.now();
    const script = frame(options.script);
    const tree = this.#start(options.target);
    const output = new SshOutput(tree.child, script, (bytes) => options.onOutput(bytes));
    const stdin = feed(tree, script, options.script.input);
    try {
      const stop = await this.#untilDone(options, output, start);
      if (stop === "late" || (stop !== undefined && !output.begun)) {
        throw notBegun(options, output, stop);
      }
      if (stop !== undefined) await this.#end(stdin, output, start);
      if (output.failure !== undefined) throw output.failure;
      if (stop === undefined && output.code === undefined) throw broken(options, output);
      return {
        how: stop ?? "exited",
        code: output.code,
        durationMs: Math.round(performance.now() - start),
        gone: output.code !== undefined,
      };
    } finally {
      stdin.close();
      // Its last words are said: it has nothing more to do.
      if (!await within(output.code === undefined ? 0 : 500, tree.child.exited)) await tree.end();
      await output.cancel();
    }
  }

  #start(target: string): ProcessTree {
    const { command: [program = "ssh", ...args], env } = this.#options;
    const settings = SETTINGS.flatMap((setting) => ["-o", setting]);
    try {
      return this.#processes.spawn(program, {
        args: [...args, ...settings, "--", target, "bash -s"],
        env,
        stdin: "piped",
        stdout: "piped",
        stderr: "piped",
      });
    } catch (error) {
      if (error instanceof SpawnError) throw new NotReached(error.message);
      throw error;
    }
  }

  /** Waits for the end of the script or of ssh, or for what ends it from outside. */
  async #untilDone(
    { timeoutMs, signal }: SshRunOptions,
    output: SshOutput,
    start: number,
  ): Promise<Stop | undefined> {
    const timers: ReturnType<typeof setTimeout>[] = [];
    let waits = true;
    let onAbort = () => {};
    const stopped = new Promise<Stop>((resolve) => {
      const after = (ms: number, fn: () => void) => timers.push(setTimeout(fn, ms));
      after(this.mostMs - (performance.now() - start), () => resolve("timed_out"));
      after(Math.min(BEGIN_MS, this.mostMs), () => output.begun || resolve("late"));
      // What is run has its own time: to connect takes none of that.
      output.begins.then(() => waits && after(timeoutMs, () => resolve("timed_out")));
      onAbort = () => resolve("cancelled");
      signal.addEventListener("abort", onAbort, { once: true });
      if (signal.aborted) onAbort();
    });
    try {
      return await Promise.race([output.done.then(() => undefined), stopped]);
    } finally {
      waits = false;
      timers.forEach(clearTimeout);
      signal.removeEventListener("abort", onAbort);
    }
  }

  /** Tells the script to end what it started, and waits for that as long as there is time. */
  async #end(stdin: { close(): void }, output: SshOutput, start: number): Promise<void> {
    stdin.close();
    const left = this.#options.hardMs - (performance.now() - start);
    await within(Math.max(Math.min(3_000, left), 250), output.done);
  }
}

/** Sends the script and its input; what ssh does not take is told by its end. */
function feed(
  { child }: ProcessTree,
  script: FramedScript,
  input: Uint8Array | undefined,
): { close(): void } {
  const writer = child.stdin!.getWriter();
  // A write that fails says that ssh has ended, which is seen elsewhere.
  const ignore = () => {};
  writer.closed.catch(ignore);
  writer.write(new TextEncoder().encode(script.text)).catch(ignore);
  if (input !== undefined && input.length > 0) writer.write(input).catch(ignore);
  let closed = false;
  return {
    close() {
      if (closed) return;
      closed = true;
      // What is not yet taken will not be: to wait for it could be to wait for ever.
      void Promise.race([writer.close().catch(ignore), delay(200)])
        .then(() => writer.abort().catch(ignore));
    },
  };
}

/** A script that is not known to have begun: only what ssh says can tell that it never did. */
function notBegun({ target, signal }: SshRunOptions, output: SshOutput, stop?: Stop): unknown {
  if (stop === "cancelled") return signal.reason;
  const reason = neverBegan(target, `${output.stderr}\n${output.before}`);
  if (reason !== undefined) return new NotReached(reason);
  const line = lastLine(output.stderr) || lastLine(output.before);
  const how = stop === undefined ? "ssh ended before" : "it took too long until";
  return new HostFailed(
    `${how} the call was known to have begun${line === "" ? "" : ` (${line})`}; it may have been ` +
      "carried out in part",
    false,
  );
}

function broken(options: SshRunOptions, output: SshOutput): unknown {
  if (!output.begun) return notBegun(options, output);
  if (output.full) return new HostFailed("there is no room there for the input of the call", false);
  const line = lastLine(output.stderr);
  return new HostFailed(
    `the connection broke before the call ended${line === "" ? "" : ` (${line})`}; what it had ` +
      "begun was ended there, or will be when the host notices",
    false,
  );
}
