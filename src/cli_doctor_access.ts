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

/** Whether the runtime's own server bears clients that nobody knows. */
export function checkAccess(runtime: Runtime, { host }: DoctorValues): Promise<Finding[]> {
  const about = "slow clients";
  if (isLoopback(host)) return Promise.resolve([]);
  const { name } = runtime.system().runtime;
  return Promise.resolve(
    name === "node"
      ? [{ level: "ok", about, says: "Node ends connections that send too slowly" }]
      : [{
        level: "warn",
        about,
        says: `the server of ${name} waits without end for a request's headers`,
        advice: "Where strangers can connect, put a reverse proxy with time limits before lmcp.",
      }],
  );
}
