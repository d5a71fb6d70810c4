// What docs/from-lua.md says to users of the Lua original, asked of the real program: their
// configuration and environment work, their requests are answered, and the listed differences hold.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { rawFetch } from "./support/raw_http.ts";
import { fromCheckout } from "./support/repository.ts";
import { runProgram, type ServerProgram, startHub, startServer } from "./support/program.ts";
import { withDir, writeFile } from "./support/served.ts";

/** As such files are: comments, keys of others, blanks around the token. */
const CONF = `# token of this host
name = pi5

.godparticle =  s3cret=with=signs  
#.godparticle = an-older-one
`;
const TOKEN = "s3cret=with=signs";
const TOOLS = "shell shell_bg read_file write_file edit_file list_dir search_files systeminfo " +
  "fetch web_search ping";

Deno.test("lmcp serves with the lmcp.conf and the environment of the original", async () => {
  await withConf(async (conf) => {
    const env = { LMCP_HOST: "0.0.0.0", LMCP_PORT: "0", LMCP_TOKEN: "" };
    await using server = await startServer(["--conf", conf], { env });
    // On loopback alone, no such name would do.
    const named = await rawFetch(Number(new URL(server.url).port), {
      headers: {
        host: "pi5.lan",
        "content-type": "application/json",
        authorization: `Bearer ${TOKEN}`,
      },
      body: JSON.stringify(call("ping", {})),
    });
    assertEquals(named.status, 200);
    const opened = await post(server, rpc("initialize", INITIALIZE));
    assertEquals(opened.status, 200);
    const { result } = opened.message;
    assertEquals(result.protocolVersion, "2025-06-18");
    const session = { "mcp-session-id": opened.headers.get("mcp-session-id")! };
    await post(server, { jsonrpc: "2.0", method: "notifications/initialized" }, session);
    const listed = await post(server, rpc("tools/list", {}), session);
    const names = listed.message.result.tools.map(({ name }: { name: string }) => name);
    for (const name of TOOLS.split(" ")) assert(names.includes(name), name);
    const said = await post(server, call("shell", { command: "echo from the shell" }), session);
    assertStringIncludes(said.message.result.content[0].text, "from the shell");
  });
});

Deno.test("a POST without a session is answered, and makes none", async () => {
  await withConf(async (conf) => {
    await using server = await startServer(["--conf", conf]);
    const { status, headers, message } = await post(server, call("ping", {}));
    assertEquals([status, message.result.content[0].text], [200, "pong"]);
    assertEquals(headers.get("mcp-session-id"), null);
  });
});

Deno.test("LMCP_TOKEN comes before the configuration; an empty one counts as unset", async () => {
  await withConf(async (conf) => {
    await using server = await startServer(["--conf", conf], { env: { LMCP_TOKEN: "of-env" } });
    assertEquals((await post(server, call("ping", {}), {}, "of-env")).status, 200);
    assertEquals((await post(server, call("ping", {}))).status, 401);
  });
});

Deno.test("a configuration without a token, or that others can read, stops the start", async () => {
  await withConf(async (conf) => {
    await Deno.chmod(conf, 0o644);
    const open = await runProgram(["--conf", conf]);
    assertEquals(open.code, 2);
    assertStringIncludes(open.stderr, `"chmod 600 ${conf}" mends it`);
    await writeFile(conf, "name = pi5\n");
    const none = await runProgram(["--conf", conf]);
    assertEquals(none.code, 2);
    assertStringIncludes(none.stderr, '--conf must name a file with a line ".godparticle = TOKEN"');
  });
  const bare = await runProgram([], { env: { LMCP_HOST: "0.0.0.0" } });
  assertEquals(bare.code, 2);
  assertStringIncludes(bare.stderr, "0.0.0.0 is not loopback, so a token must be asked for there");
});

Deno.test("what the original allowed to anybody is refused", async () => {
  await withConf(async (conf) => {
    await using server = await startServer(["--conf", conf]);
    const page = { origin: "https://evil.example" };
    assertEquals((await post(server, call("ping", {}), page)).status, 403);
    const preflight = await fetch(server.url, { method: "OPTIONS", headers: page });
    assertEquals(preflight.headers.get("access-control-allow-origin"), null);
    await preflight.body?.cancel();
    for (const path of ["/mcpx", "/mcp/x"]) {
      const url = new URL(path, server.url).href;
      assertEquals((await post({ ...server, url }, call("ping", {}))).status, 404, path);
    }
    const plain = { "content-type": "text/plain" };
    assertEquals((await post(server, call("ping", {}), plain)).status, 415);
    const get = { headers: { accept: "text/event-stream", authorization: `Bearer ${TOKEN}` } };
    const stream = await fetch(server.url, get);
    assertEquals(stream.status, 405);
    await stream.body?.cancel();
    const lost = { "mcp-session-id": "1779000000-000000001" };
    assertEquals((await post(server, call("ping", {}), lost)).status, 404);
  });
});

Deno.test("an unknown tool is a wrong parameter, and a JSON answer needs no stream", async () => {
  await withConf(async (conf) => {
    await using server = await startServer(["--conf", conf]);
    const both = { accept: "application/json, text/event-stream" };
    const { headers, message } = await post(server, call("nope", {}), both);
    assertEquals(message.error.code, -32602);
    assertMatch(headers.get("content-type") ?? "", /^application\/json/);
  });
});

Deno.test("the hub takes the variables of the original", async () => {
  await withConf(async (conf) => {
    const registry = conf.replace("lmcp.conf", "hub-backends.conf");
    await writeFile(registry, "# name url options\nmac - ssh=me@mac.lan\n");
    const env = {
      LMCP_HUB_BACKENDS: registry,
      LMCP_HUB_SSH_HARD_TIMEOUT: "20",
      LMCP_HUB_PROBE_TTL_UP: "15",
      LMCP_HUB_PROBE_TTL_DOWN_MIN: "30",
      LMCP_HUB_PROBE_TTL_DOWN_MAX: "600",
      LMCP_HUB_PROBE_BUDGET: "2",
    };
    await using server = await startHub(["--conf", conf], { env });
    const listed = await post(server, rpc("tools/list", {}));
    const names = listed.message.result.tools.map(({ name }: { name: string }) => name);
    const remote = "list_hosts shell read_file write_file edit_file list_dir search_files shell_bg";
    for (const name of remote.split(" ")) assert(names.includes(`remote_${name}`), name);
    const hosts = await post(server, call("remote_list_hosts", { force: true }));
    assertStringIncludes(hosts.message.result.content[0].text, "mac");
  });
});

Deno.test("docs/from-lua.md names every variable that the program reads", async () => {
  const docs = await Deno.readTextFile(fromCheckout("docs/from-lua.md"));
  const env = "TOKEN HOST PORT HUB_BACKENDS HUB_SSH HUB_SSH_HARD_TIMEOUT HUB_PROBE_TTL_UP " +
    "HUB_PROBE_TTL_DOWN_MIN HUB_PROBE_TTL_DOWN_MAX HUB_PROBE_BUDGET";
  for (const name of env.split(" ")) assertStringIncludes(docs, `\`LMCP_${name}\``);
});

const INITIALIZE = {
  protocolVersion: "2025-06-18",
  capabilities: {},
  clientInfo: { name: "client-of-the-original", version: "1" },
};

function rpc(method: string, params: object): object {
  return { jsonrpc: "2.0", id: 1, method, params };
}

function call(name: string, args: object): object {
  return rpc("tools/call", { name, arguments: args });
}

/** Sends a message as clients of the original do. */
async function post(
  { url }: Pick<ServerProgram, "url">,
  message: object,
  headers: { readonly [name: string]: string } = {},
  token = TOKEN,
  // deno-lint-ignore no-explicit-any -- tests look into whatever came
): Promise<{ status: number; headers: Headers; message: any }> {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json",
      authorization: `Bearer ${token}`,
      ...headers,
    },
    body: JSON.stringify(message),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get("content-type") ?? "");
  return {
    status: response.status,
    headers: response.headers,
    message: isJson && text !== "" ? JSON.parse(text) : undefined,
  };
}

function withConf(body: (path: string) => Promise<void>): Promise<void> {
  return withDir(async (dir) => {
    await writeFile(`${dir}/lmcp.conf`, CONF);
    await body(`${dir}/lmcp.conf`);
  });
}
