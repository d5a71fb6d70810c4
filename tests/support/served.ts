// A client of a started lmcp, in short words, and what its tests need of files. Used by the tests
// of the command line.

import { statelessClient, type TestClient } from "./http_client.ts";
import { runProgram } from "./program.ts";

/** A server that was started. */
export interface Listening {
  readonly url: string;
}

/** A client that has no session. */
export function clientOf({ url }: Listening, token?: string): TestClient {
  return statelessClient(url, token === undefined ? {} : { authorization: `Bearer ${token}` });
}

/** Calls a tool and gives its result. */
export async function callTool(
  server: Listening,
  name: string,
  args: object = {},
  token?: string,
  // deno-lint-ignore no-explicit-any -- tests look into whatever came
): Promise<any> {
  const { result } = await clientOf(server, token).request("tools/call", { name, arguments: args });
  return result;
}

/** Calls `ping` and gives its text. */
export async function ping(server: Listening, token?: string): Promise<string> {
  return (await callTool(server, "ping", {}, token)).content[0].text;
}

/** Mints a token with `lmcp token`. */
export async function mint(name: string): Promise<{ token: string; line: string }> {
  const { stdout } = await runProgram(["token", "--name", name]);
  const [token = "", line = ""] = stdout.split("\n");
  return { token, line };
}

/** Writes a file with a mode, whatever the umask is. */
export async function writeFile(path: string, text: string, mode = 0o600): Promise<void> {
  await Deno.writeTextFile(path, text);
  await Deno.chmod(path, mode);
}

/** Runs `body` with a folder that is gone afterwards. */
export async function withDir(body: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.realPath(await Deno.makeTempDir({ prefix: "lmcp-test-" }));
  try {
    await body(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}
