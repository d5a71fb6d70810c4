// What the commands that serve have in common: a server that is ready to be served, how one is opened,
// and what the host and the hub say in the same words. Serves nothing itself.

import { guess } from "./cli_guess.ts";
import type { Log } from "./cli_log.ts";
import { UsageError } from "./cli_options.ts";
import type { RouteGuard } from "./cli_routes.ts";
import type { HttpValues, HubValues } from "./cli_serve_options.ts";
import type { StatusPage } from "./hub/status_page.ts";
import type { Call, Core } from "./protocol/call.ts";
import type { Runtime } from "./runtime/runtime.ts";

/** A server, ready to be served. */
export interface Served {
  readonly core: Core;
  readonly name: string;
  /** What whoever runs it should know. */
  readonly warnings: readonly string[];
  /** Numbers of its own for Prometheus. */
  readonly metrics?: () => string;
  /** Makes its page for browsers, for `--status-page`. */
  readonly page?: (access: RouteGuard) => StatusPage;
  /** Starts what nobody waits for, once the server is there for its clients. */
  prepare(): void;
  /** Ends what calls have left running, and writes what is not yet written. */
  close(): Promise<void>;
  /** Kills what calls have left running, without waiting. */
  abandon(): void;
}

/** What was said to any command that serves. */
export type ServedValues = Pick<HubValues, "log-format" | "drain">;

/** What was said to any command that serves over HTTP. */
export type ServedHttpValues = ServedValues & HttpValues & { readonly "status-page"?: boolean };

/** Opens a server. `secrets` are files that no tool may open. @throws {UsageError} */
export type OpenServer<V> = (
  runtime: Runtime,
  values: V,
  log: Log,
  secrets: readonly string[],
) => Promise<Served>;

/** The name of a server that nobody gave one: that of the machine, and what it is. */
export function defaultName(hostname: string | undefined, what: "tools" | "hub"): string {
  const short = hostname?.split(".")[0];
  if (short === undefined || short === "") return what === "hub" ? "lmcp-hub" : "lmcp";
  return `${short}-${what}`;
}

/** What failed, for the log. */
export function failedCall(call: Call | undefined): string {
  if (call === undefined) return "The server";
  const { name } = call.params;
  return typeof name === "string" ? `${call.method} of ${JSON.stringify(name)}` : call.method;
}

/** @throws {UsageError} when an option names a tool that there is not. */
export function checkToolNames(
  option: string,
  names: readonly string[],
  known: readonly string[],
): void {
  const stranger = names.find((name) => !known.includes(name));
  if (stranger === undefined) return;
  const alike = guess(stranger, known);
  const advice = alike === undefined ? "" : `did you mean ${alike}? `;
  throw new UsageError(
    `${option} must name tools that there are: got ${JSON.stringify(stranger)}; ${advice}` +
      `there are ${known.join(", ")}`,
  );
}
