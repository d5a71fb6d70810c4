// The checks of `lmcp doctor` that look at where lmcp will listen, and who may call.
// Called by `cli_doctor.ts`. They listen for a moment to see whether they can; nothing is said of a token.

import type { DoctorValues, Finding } from "./cli_doctor_check.ts";
import { UsageError } from "./cli_options.ts";
import { readTokens, TOKEN_VARIABLE, tokenFiles } from "./cli_tokens.ts";
import { isLoopback } from "./cli_values.ts";
import { ListenError, type Runtime } from "./runtime/runtime.ts";

/** Whether the port can be had. */
export async function checkPort(
  runtime: Runtime,
  { host, port }: DoctorValues,
): Promise<Finding[]> {
  const about = "port";
  const place = `${host}:${port}`;
  try {
    const listener = await runtime.serve(() => new Response(null, { status: 503 }), {
      hostname: host,
      port,
      onError: () => {},
    });
    await listener.close();
    return [{ level: "ok", about, says: `${place} is free` }];
  } catch (error) {
    if (!(error instanceof ListenError)) throw error;
    const holder = error.code === "in_use" ? runtime.portHolder(port) : undefined;
    const advice = error.code === "in_use"
      ? "End that program, or take another port with --port or LMCP_PORT."
      : error.code === "no_such_address"
      ? "Take an address of this machine, or 0.0.0.0 for all of them."
      : "Take a port above 1023, or run lmcp as a user that may.";
    return [{
      level: "fail",
      about,
      says: holder === undefined
        ? error.message
        : `${place} is in use by ${holder.name} (process ${holder.pid})`,
      advice,
    }];
  }
}

/** Whether the tokens can be read, by lmcp alone. */
export async function checkTokens(runtime: Runtime, values: DoctorValues): Promise<Finding[]> {
  const about = "tokens";
  try {
    const tokens = await readTokens(runtime, values);
    if (tokens.length === 0) {
      const level = isLoopback(values.host) || values["insecure-no-auth"] ? "warn" : "fail";
      return [{
        level,
        about,
        says: isLoopback(values.host)
          ? "none: every user and program of this machine may call"
          : `none: whoever reaches ${values.host} could call`,
        advice: 'Mint one with "lmcp token", and give it with --tokens or --token-file.',
      }];
    }
    const names = tokens.map(({ name }) => name).join(", ");
    const inFile = tokenFiles(values).length > 0;
    return [{
      level: "ok",
      about,
      says: `${tokens.length} (${names})${inFile ? "" : `, from ${TOKEN_VARIABLE}`}`,
    }];
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return [{ level: "fail", about, says: error.message }];
  }
}

/** Whether clients that nobody knows can hold connections by sending slowly. */
export function checkAccess(runtime: Runtime, values: DoctorValues): Promise<Finding[]> {
  const about = "slow clients";
  if (isLoopback(values.host)) return Promise.resolve([]);
  if (runtime.name !== "deno" || values["bound-slow-clients"]) {
    const says = "connections that send too slowly are ended";
    return Promise.resolve([{ level: "ok", about, says }]);
  }
  return Promise.resolve([{
    level: "warn",
    about,
    says: "Deno's server waits without end for the headers of a request",
    advice:
      "Where strangers can connect, serve with --bound-slow-clients, or on Bun or Node, or put " +
      "a reverse proxy with time limits before lmcp.",
  }]);
}
