// Every example, run as its header says, and asked by a client.

import { assertEquals, assertMatch } from "@std/assert";
import { checkedProxy } from "../support/checked_handler.ts";
import { checkedCommand } from "../support/checked_streams.ts";
import { startHub } from "../support/program.ts";
import { modernClient, statelessClient } from "../support/http_client.ts";
import { lacks, lacksProgram } from "../support/lacks.ts";
import { callInRounds, callOnSession } from "./asking_clients.ts";

const ROOT = new URL("../../", import.meta.url);
const EXAMPLES = new URL("examples/", ROOT).pathname;

/** A program that says where it listens. */
interface Running extends AsyncDisposable {
  readonly url: string;
}

async function run(command: string, args: readonly string[], cwd?: string): Promise<Running> {
  const child = new Deno.Command(command, {
    args: [...args],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
    ...(cwd === undefined ? {} : { cwd }),
  }).spawn();
  const reader = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  let url: string | undefined;
  while (url === undefined) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`The program ended without listening; it said:\n${said}`);
    said += value;
    url = /listening on (\S+)\s/.exec(said)?.[1];
  }
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.status;
      await reader.cancel();
    },
  };
}

function deno(example: string, ...args: string[]): string[] {
  return ["run", "-A", `${EXAMPLES}${example}`, ...args];
}

async function call(url: string, name: string, args: unknown) {
  return (await statelessClient(url).request("tools/call", { name, arguments: args })).result;
}

Deno.test("examples/greeter.ts greets", async () => {
  await using server = await run(Deno.execPath(), deno("greeter.ts", "0"));
  assertEquals((await call(server.url, "greet", { name: "Ada" })).content[0].text, "Hello, Ada!");
});

Deno.test("examples/client.ts lists the tools of a server and calls one, by URL and by command", async () => {
  await using server = await run(Deno.execPath(), deno("greeter.ts", "0"));
  const start = `${Deno.execPath()} ${deno("asks.ts").join(" ")}`;
  for (
    const [args, expected] of [
      [
        [server.url, "greet", '{"name":"Ada"}'],
        /greeter speaks 2026-07-28\n- greet: .*Hello, Ada!/s,
      ],
      [[start, "poem"], /poet speaks 2026-07-28\n- poem: .*answered: .*No name, no poem/s],
    ] as const
  ) {
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: deno("client.ts", ...args),
      stdin: "null",
      stderr: "null",
    }).output();
    assertMatch(new TextDecoder().decode(stdout), expected);
  }
});

Deno.test("examples/host_tools.ts lists its folder, and no other", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/a.txt`, "a");
  await using server = await run(Deno.execPath(), deno("host_tools.ts", folder, "0"));
  assertMatch((await call(server.url, "list_dir", { path: folder })).content[0].text, /a\.txt/);
  assertEquals((await call(server.url, "list_dir", { path: "/etc" })).isError, true);
  const { error } = await statelessClient(server.url).request("tools/call", { name: "shell" });
  assertEquals(error.code, -32602);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("examples/asks.ts asks a client on a session and one of the newest revision, unchanged", async () => {
  const wanted = { name: "Ada", poem: { type: "text", text: "Roses are red" } };
  await using server = await run(Deno.execPath(), deno("asks.ts", "0"));
  await using checked = checkedProxy(server.url);
  const problems = await Deno.makeTempFile();
  const stdio = { command: Deno.execPath(), args: deno("asks.ts"), env: Deno.env.toObject() };
  for (const target of [checked.url, checkedCommand(stdio, problems)]) {
    assertEquals((await callOnSession(target, "poem")).structuredContent, wanted);
    assertEquals((await callInRounds(target, "poem")).structuredContent, wanted);
  }
  assertEquals([...checked.problems, await Deno.readTextFile(problems)], [""]);
  await Deno.remove(problems);
});

Deno.test("examples/hono_node.mjs answers behind Hono on Node, from the packed library", async () => {
  if (lacksProgram("node") || lacksProgram("npm")) return;
  const dir = await Deno.makeTempDir();
  const packed = await output(
    Deno.execPath(),
    ["pack", "--allow-dirty", "-o", `${dir}/lmcp.tgz`],
    ROOT,
  );
  assertEquals(packed.success, true, packed.said);
  await Deno.writeTextFile(`${dir}/package.json`, `{"private":true,"type":"module"}`);
  const wanted = ["./lmcp.tgz", "hono@4", "@hono/node-server@2"];
  const installed = await output("npm", ["install", "--no-audit", "--no-fund", ...wanted], dir);
  if (lacks("the npm registry", installed.success)) return;
  await Deno.copyFile(`${EXAMPLES}hono_node.mjs`, `${dir}/hono_node.mjs`);
  await using server = await run("node", ["hono_node.mjs", "0"], dir);
  assertEquals((await call(server.url, "add", { a: 1, b: 2 })).content[0].text, "3");
  assertMatch(await (await fetch(new URL("/", server.url))).text(), /endpoint is \/mcp/);
  await Deno.remove(dir, { recursive: true });
});

Deno.test("examples/backends.conf is a hub's registry: the hub offers its hosts and says how each is", async () => {
  await using hub = await startHub(["--backends", `${EXAMPLES}backends.conf`], {
    env: { LMCP_HUB_PROBE_BUDGET: "0.5" },
  });
  const ask = async (name: string, args: object) =>
    (await modernClient(hub.url).request("tools/call", { name, arguments: args })).result;
  const listed = await ask("remote_list_hosts", { force: true });
  assertEquals(
    listed.structuredContent.hosts.map(({ name, state }: { name: string; state: string }) =>
      `${name} ${state}`
    ),
    ["pi5 down", "rock down", "tower down", "mac ssh_only"],
  );
  const lab = await ask("remote_list_hosts", { tag: "arm" });
  assertEquals(lab.structuredContent.hosts.length, 2);
  const gone = await ask("remote_edit_file", {
    host: "tower",
    path: "/etc/hosts",
    old_string: "a",
    new_string: "b",
  });
  assertEquals(gone.isError, true);
  assertMatch(gone.content[0].text, /^tower: its lmcp is down/);
});

async function output(command: string, args: readonly string[], cwd: string | URL) {
  const { success, stdout, stderr } = await new Deno.Command(command, {
    args: [...args],
    cwd,
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { success, said: decoder.decode(stdout) + decoder.decode(stderr) };
}
