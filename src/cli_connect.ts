// Connects a command to the server that it was told, and says in exit codes and sentences what went
// wrong. Used by `cli_list.ts` and `cli_call.ts`; retries nothing.

import type { CliTarget } from "./cli_target.ts";
import { printable } from "./cli_text.ts";
import { TOKEN_VARIABLE } from "./cli_tokens.ts";
import { type Client, ClientError, command, connect, type ConnectOptions } from "./client/mod.ts";
import { RpcError } from "./jsonrpc/errors.ts";
import { McpErrorCode } from "./protocol/revisions.ts";
import type { Child, Runtime, SpawnOptions } from "./runtime/runtime.ts";

/** How a command that speaks to a server ends. */
export const EXIT = { ok: 0, toolError: 1, usage: 2, unreachable: 3, protocol: 4, cancelled: 130 };

/** What ends a command early: a first signal cancels, a second one ends the program at once. */
export interface Leaving {
  readonly signal: AbortSignal;
  /** Has a started process end with the program, also when that ends at once. */
  started(child: Child): void;
}

/** Connects. What a started server says goes to standard error. */
export function connectTo(
  runtime: Runtime,
  target: CliTarget,
  leaving: Leaving,
  options: ConnectOptions = {},
): Promise<Client> {
  const onError = (error: unknown) => runtime.stderr(`lmcp: ${printable(textOf(error))}`);
  const known = {
    onError,
    onStderr: (line: string) => runtime.stderr(printable(line)),
    signal: leaving.signal,
    ...options,
  };
  if (target.kind === "http") return connect({ url: target.url, headers: target.headers }, known);
  // Whoever types a command means it to have what the shell has, but for the token of this program.
  const { [TOKEN_VARIABLE]: _token, ...env } = runtime.environ();
  const spawner = {
    environ: () => runtime.environ(),
    spawn(program: string, options: SpawnOptions) {
      const child = runtime.spawn(program, options);
      leaving.started(child);
      return child;
    },
  };
  return connect(command(spawner, target.command, { env }), known);
}

/** Cancels on Ctrl-C, SIGTERM and the end of the terminal. */
export function cancelOnSignal(runtime: Runtime): Leaving {
  const leaving = new AbortController();
  const children: Child[] = [];
  runtime.onSignal(["SIGINT", "SIGTERM", "SIGHUP"], (name) => {
    if (leaving.signal.aborted) {
      // A server has a group of its own, which the terminal does not reach.
      for (const child of children) child.killGroup("SIGKILL");
      runtime.exit(EXIT.cancelled);
    }
    leaving.abort(new Error(`cancelled by ${name}`));
  });
  return { signal: leaving.signal, started: (child) => void children.push(child) };
}

/**
 * Says what went wrong, and gives the exit code. `client` is there when it happened after connecting.
 */
export function reportFailure(
  runtime: Runtime,
  error: unknown,
  target: CliTarget,
  client: Client | undefined,
): number {
  if (error instanceof RpcError) {
    const asks = error.code === McpErrorCode.MissingRequiredClientCapability;
    const answered = `answered with error ${error.code}: ${error.message}` +
      (asks ? "; lmcp call can ask you what the server wants to know, on a terminal" : "");
    return client === undefined
      ? say(EXIT.unreachable, `Cannot connect to ${nameOf(target)}: it ${answered}`)
      : say(EXIT.protocol, `The server ${answered}`);
  }
  if (!(error instanceof ClientError)) throw error;
  if (error.code === "cancelled") return say(EXIT.cancelled, "cancelled");
  const refused = error.code === "unauthorized" || error.code === "refused";
  if (client !== undefined && !refused) return say(EXIT.protocol, error.message);
  const advice = error.code === "unauthorized"
    ? "; --token-file or --header says who calls"
    : error.status === 404 || error.status === 405
    ? "; the endpoint is another, such as /mcp"
    : "";
  const code = error.code === "protocol" ? EXIT.protocol : EXIT.unreachable;
  return say(code, `Cannot connect to ${nameOf(target)}: ${error.message}${advice}`);

  function say(code: number, text: string): number {
    runtime.stderr(`lmcp: ${printable(text)}`);
    return code;
  }
}

function nameOf(target: CliTarget): string {
  return target.kind === "http" ? target.url : JSON.stringify(target.command[0]);
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
