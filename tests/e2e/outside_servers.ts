// The servers that others wrote, from npm, as targets for our client. Used by the end-to-end tests
// only; each is a process of its own that ends with its test.

import { command, type CommandTarget } from "../../src/client/mod.ts";
import { openRuntime } from "../../src/runtime/mod.ts";

const SUPPORT = new URL("../support/", import.meta.url).pathname;
const CONFORMANCE = new URL("../../conformance/", import.meta.url).pathname;
const DENO = ["run", "-A", "--no-config", "--no-lock", "--quiet"];
const BOUND_MS = 60_000;

/** A package of the official servers. */
export function npmServer(name: string): string {
  return `npm:@modelcontextprotocol/${name}@2026.8.31`;
}

/** A command that runs a server in Deno. */
export async function stdioServer(
  module: string,
  args: readonly string[] = [],
  env: { readonly [name: string]: string } = {},
): Promise<CommandTarget> {
  const path = module.includes(":") ? module : pathOf(module);
  return command(await openRuntime(), [Deno.execPath(), ...DENO, path, ...args], { env });
}

/** A server over HTTP. `await using` ends it. */
export interface OutsideHttp extends AsyncDisposable {
  readonly url: string;
}

/** Starts a server that says on which port it listens. */
export async function httpServer(
  module: string,
  args: readonly string[] = [],
  env: { readonly [name: string]: string } = {},
): Promise<OutsideHttp> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...DENO, pathOf(module), ...args],
    env: { ...env, NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const timer = setTimeout(() => child.kill("SIGKILL"), BOUND_MS);
  const reader = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  let port: string | undefined;
  while (port === undefined) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`The server ended without listening; it said:\n${said}`);
    said += value;
    port = /listening on (?:port |http:\/\/127\.0\.0\.1:)(\d+)/.exec(said)?.[1];
  }
  const rest = (async () => {
    while (!(await reader.read()).done);
  })();
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    async [Symbol.asyncDispose]() {
      clearTimeout(timer);
      child.kill("SIGKILL");
      await child.status;
      await rest;
    },
  };
}

/** Whether packages can be had from npm. */
export async function npmIsThere(): Promise<boolean> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["cache", "--no-config", "--no-lock", "--quiet", npmServer("server-memory")],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).output();
  return success;
}

function pathOf(module: string): string {
  return module === "sdk_server.ts" ? `${CONFORMANCE}${module}` : `${SUPPORT}${module}`;
}
