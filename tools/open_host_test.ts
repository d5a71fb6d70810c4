import { assertEquals, assertRejects } from "@std/assert";
import { openRuntime } from "../src/runtime/open_runtime.ts";
import { openHost } from "./open_host.ts";

Deno.test("openHost() makes nothing on disk and has the defaults that are documented", async () => {
  const dir = await Deno.makeTempDir({ prefix: "lmcp-test-" });
  const host = await openHost(await openRuntime(), { stateDir: `${dir}/state` });
  assertEquals([host.readOnly, host.outputLimit, host.files.roots], [false, 30_000, []]);
  assertEquals(await Array.fromAsync(Deno.readDir(dir)), []);
  await host.processes.closeAll();
  await Deno.remove(dir);
});

Deno.test("openHost() refuses a root that is no folder", async () => {
  const runtime = await openRuntime();
  await assertRejects(() => openHost(runtime, { roots: ["/no/such/folder"] }));
});
