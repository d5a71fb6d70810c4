// Asks an lmcp on a throwaway machine, whose network is its own: each request goes by a curl that
// runs there. Used by tests only.

import { assert } from "@std/assert";
import { modernClient } from "./http_client.ts";
import type { Machine } from "./machine.ts";

/** Calls a tool with the token in a file of the machine; gives the result. */
export async function callTool(
  machine: Machine,
  name: string,
  args: { readonly [name: string]: unknown },
  tokenFile = "/etc/lmcp/token",
  // deno-lint-ignore no-explicit-any -- tests look into whatever came
): Promise<any> {
  const token = (await machine.mustRun(`cat ${tokenFile}`)).trim();
  const client = modernClient(curlOn(machine), { authorization: `Bearer ${token}` });
  const { result, error } = await client.request("tools/call", { name, arguments: args });
  assert(result !== undefined, JSON.stringify(error));
  return result;
}

/** The status of a request with a token, or without one. */
export async function statusOf(machine: Machine, token?: string): Promise<number> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const reply = await modernClient(curlOn(machine), headers).send("tools/list");
  await reply.cancel();
  return reply.status;
}

/** Starts a job, by default one that ends with code 7 when /tmp/go is there; gives its id. */
export async function startJob(
  machine: Machine,
  options: { readonly command?: string; readonly tokenFile?: string } = {},
): Promise<string> {
  const wait = "while [ ! -e /tmp/go ]; do sleep 0.05; done; exit 7";
  const args = { command: options.command ?? wait };
  const { structuredContent, content } = await callTool(
    machine,
    "shell_bg",
    args,
    options.tokenFile,
  );
  assert(structuredContent !== undefined, JSON.stringify(content));
  return structuredContent.job_id;
}

/** The port that the services of these tests have. */
export const PORT = 8090;

function curlOn(machine: Machine): (request: Request) => Promise<Response> {
  return async (request) => {
    await Deno.writeTextFile(`${machine.root}/tmp/request`, await request.text());
    const headers = [...request.headers].filter(([name]) => name !== "host");
    // Read from standard input, as a command line could be read.
    const said = await machine.mustRun(
      `curl -sS -w '\\n%{http_code} %{content_type}' -X ${request.method} -H @- ` +
        `--data-binary @/tmp/request http://127.0.0.1:${PORT}/mcp`,
      { input: headers.map(([name, value]) => `${name}: ${value}\n`).join("") },
    );
    const at = said.lastIndexOf("\n");
    const [status, type = ""] = said.slice(at + 1).split(" ");
    return new Response(said.slice(0, at), {
      status: Number(status),
      headers: type === "" ? {} : { "content-type": type },
    });
  };
}
