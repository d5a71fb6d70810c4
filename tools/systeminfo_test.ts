import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { systeminfo } from "./systeminfo.ts";
import { callTool } from "./testing/call_tool.ts";
import { withHost } from "./testing/host.ts";

Deno.test("systeminfo() tells what the machine is, as facts and as text", () =>
  withHost(async (host) => {
    const { text, structured, isError } = await callTool(systeminfo(host), {});
    assertEquals(isError, false);
    assertEquals(structured.os, Deno.build.os);
    assertEquals(structured.arch, Deno.build.arch);
    assertEquals(structured.hostname, Deno.hostname());
    assertEquals(structured.path, await host.shell.path());
    const { cpus, memory, versions, uptime_s } = structured as {
      cpus: { count: number };
      memory: { total_bytes: number; available_bytes: number };
      versions: { deno: string };
      uptime_s: number;
    };
    assertEquals(cpus.count, navigator.hardwareConcurrency);
    assert(memory.available_bytes > 0 && memory.available_bytes < memory.total_bytes);
    assertEquals(versions.deno, Deno.version.deno);
    assert(uptime_s > 0);
    assertMatch(text, new RegExp(`^host: ${Deno.hostname()}\nsystem: `));
    assertStringIncludes(text, `\nPATH: ${structured.path}`);
  }));

Deno.test("systeminfo() shows the disk that the root folder is on", () =>
  withHost(async (host) => {
    const { structured } = await callTool(systeminfo(host), {});
    const disks = structured.disks as { mount: string; total_bytes: number }[];
    const root = disks.find(({ mount }) => mount === "/");
    assert(root !== undefined && root.total_bytes > 0);
    assertEquals(new Set(disks.map(({ mount }) => mount)).size, disks.length);
  }));

Deno.test("systeminfo() gives the other facts when df is missing or hangs", () =>
  withHost(async (host) => {
    const bin = await Deno.makeTempDir({ prefix: "lmcp-test-" });
    const shell = { ...host.shell, path: () => Promise.resolve(bin) };
    const missing = await callTool(systeminfo({ ...host, shell }), {});
    assertEquals([missing.isError, missing.structured.disks], [false, undefined]);

    await Deno.writeTextFile(`${bin}/df`, "#!/bin/sh\nexec /bin/sleep 600\n", { mode: 0o755 });
    const began = performance.now();
    const hung = await callTool(systeminfo({ ...host, shell }), {});
    assertEquals([hung.isError, hung.structured.disks], [false, undefined]);
    assertEquals(hung.structured.os, Deno.build.os);
    assert(performance.now() - began < 10_000);
    await Deno.remove(bin, { recursive: true });
  }));
