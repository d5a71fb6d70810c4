// How `lmcp serve` ends, asked of the real program: calls in flight, streams, what commands left
// behind, and how long it all takes.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { openSession } from "./support/http_client.ts";
import { lacksProc } from "./support/lacks.ts";
import { markedSleep } from "./support/marked_sleep.ts";
import { type Program, startServer } from "./support/program.ts";
import { callTool, clientOf, ping, withDir } from "./support/served.ts";
import { until } from "./support/until.ts";

/** Milliseconds that an end without anything in flight may take on a busy machine. */
const SOON_MS = 2_000;

for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
  Deno.test(`lmcp serve ends at ${signal} with exit code 0`, async () => {
    await using server = await startServer();
    await ping(server);
    const start = performance.now();
    assertEquals(await server.stop(signal), { code: 0, signal: null });
    assert(performance.now() - start < SOON_MS);
    assertMatch(server.stderr(), new RegExp(`^lmcp: ending at ${signal}: calls get 2 s; `, "m"));
  });
}

Deno.test("lmcp serve outlives its terminal under nohup", async () => {
  await using server = await startServer([], { by: "nohup" });
  server.kill("SIGHUP");
  assertEquals(await ping(server), "pong");
  assertEquals(await server.stop("SIGTERM"), { code: 0, signal: null });
  assert(!server.stderr().includes("SIGHUP"));
});

Deno.test("lmcp serve answers the calls in flight at its end, and takes no new ones", async () => {
  await withDir(async (dir) => {
    await using server = await startServer(["--drain", "20"]);
    const command = `touch ${dir}/begun; while [ ! -e ${dir}/go ]; do sleep 0.02; done; echo done`;
    const call = callTool(server, "shell", { command });
    await untilThere(`${dir}/begun`);
    server.kill("SIGTERM");
    await server.stderrMatch(/ending at SIGTERM/);
    const refused = await clientOf(server).send("tools/list");
    assertEquals(refused.status, 503);
    assert(refused.headers.has("retry-after"));
    await refused.cancel();
    await Deno.writeTextFile(`${dir}/go`, "");
    assertStringIncludes((await call).content[0].text, "done");
    assertEquals(await server.exited, { code: 0, signal: null });
  });
});

Deno.test("lmcp serve aborts what outlasts the drain time, and still ends with exit code 0", async () => {
  if (lacksProc()) return;
  using sleep = markedSleep({ prints: "begun" });
  await using server = await startServer(["--drain", "0.1"]);
  const call = clientOf(server).request("tools/call", {
    name: "shell",
    arguments: { command: sleep.command },
  });
  await sleep.started();
  const start = performance.now();
  assertEquals(await server.stop(), { code: 0, signal: null });
  assert(performance.now() - start < 100 + SOON_MS);
  assertEquals(sleep.living(), []);
  // Whatever it is told: the call has an answer, whole.
  const { result, error } = await call;
  assert(result !== undefined || error !== undefined);
});

Deno.test("lmcp serve leaves no process of a command that went to the background", async () => {
  if (lacksProc()) return;
  using near = markedSleep();
  using far = markedSleep({ ignoresTerm: true });
  await using server = await startServer();
  await callTool(server, "shell", { command: `(${near.command}) & echo` });
  await callTool(server, "shell", { command: `setsid bash -c '${far.command}' & echo` });
  await Promise.all([near.started(), far.started()]);
  assertEquals(await server.stop(), { code: 0, signal: null });
  assertEquals([near.living(), far.living()], [[], []]);
});

Deno.test("lmcp serve ends its open streams as the protocol says", async () => {
  await using server = await startServer();
  const session = await openSession(server.url);
  const stream = await session.listen();
  assertEquals(stream.status, 200);
  const ended = stream.all();
  assertEquals(await server.stop(), { code: 0, signal: null });
  // Reading fails where a stream breaks off.
  assertEquals(await ended, []);
});

for (const [signal, code] of [["SIGTERM", 143], ["SIGINT", 130], ["SIGHUP", 129]] as const) {
  Deno.test(`lmcp serve ends at once at a second ${signal}, and kills what runs`, async () => {
    if (lacksProc()) return;
    using sleep = markedSleep({ ignoresTerm: true });
    await using server = await startServer(["--drain", "3600"]);
    const call = callTool(server, "shell", { command: sleep.command }).catch(() => undefined);
    await sleep.started();
    const start = performance.now();
    assertEquals(await repeat(server, signal), { code, signal: null });
    assert(performance.now() - start < SOON_MS);
    await sleep.gone(SOON_MS);
    await call;
  });
}

Deno.test("lmcp serve takes signals that come together for one", async () => {
  await withDir(async (dir) => {
    await using server = await startServer(["--drain", "20"]);
    const command = `touch ${dir}/begun; while [ ! -e ${dir}/go ]; do sleep 0.02; done; echo done`;
    const call = callTool(server, "shell", { command });
    await untilThere(`${dir}/begun`);
    // As of a terminal and of a program around lmcp that passes it on.
    server.kill("SIGINT");
    server.kill("SIGTERM");
    await server.stderrMatch(/ending at /);
    await Deno.writeTextFile(`${dir}/go`, "");
    assertStringIncludes((await call).content[0].text, "done");
    assertEquals(await server.exited, { code: 0, signal: null });
  });
});

/** Sends a signal again and again, since what comes at once with the first is one with it. */
async function repeat(program: Program, signal: Deno.Signal) {
  program.kill(signal);
  const again = setInterval(() => program.kill(signal), 50);
  try {
    return await program.exited;
  } finally {
    clearInterval(again);
  }
}

async function untilThere(path: string): Promise<void> {
  const isThere = () => Deno.stat(path).then(() => true, () => false);
  await until(isThere, 10_000, `${path} is there`);
}
