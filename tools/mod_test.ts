import { assert, assertEquals } from "@std/assert";
import { ToolSet } from "../src/server/tools.ts";
import { hostTools } from "./mod.ts";
import { withHost } from "./testing/host.ts";

Deno.test("hostTools() gives every tool a title, a description and all annotations", () =>
  withHost((host) => {
    for (const tool of hostTools(host)) {
      assert(tool.title && tool.description, `${tool.name} lacks a title or description`);
      const { readOnlyHint, destructiveHint, idempotentHint, openWorldHint } = tool.annotations ??
        {};
      for (const hint of [readOnlyHint, destructiveHint, idempotentHint, openWorldHint]) {
        assertEquals(typeof hint, "boolean", `${tool.name} lacks an annotation`);
      }
      assertEquals(tool.lenient, true, `${tool.name} is strict about arguments`);
      const input = tool.input as { readonly additionalProperties?: unknown };
      assertEquals(input.additionalProperties, false, `${tool.name} takes unknown arguments`);
    }
  }));

const JOB_TOOLS = [
  "shell_bg",
  "job_list",
  "job_status",
  "job_output",
  "job_input",
  "job_wait",
  "job_kill",
];

Deno.test("hostTools() gives the job tools after shell", () =>
  withHost((host) => {
    const names = hostTools(host).map((tool) => tool.name);
    assertEquals(names.slice(0, 1 + JOB_TOOLS.length), ["shell", ...JOB_TOOLS]);
  }));

Deno.test("hostTools() gives the tools in the same order each time, each name once", () =>
  withHost((host) => {
    const names = hostTools(host).map((tool) => tool.name);
    assertEquals(hostTools(host).map((tool) => tool.name), names);
    assertEquals(new Set(names).size, names.length);
  }));

Deno.test("hostTools() gives only tools that read when the host is read-only", () =>
  withHost((host) => {
    const names = hostTools(host).map((tool) => tool.name);
    assert(names.includes("read_file") && names.includes("ping"));
    assert(!names.includes("shell") && !names.includes("write_file"));
    // There is no job to look at where none can be started.
    assertEquals(names.filter((name) => JOB_TOOLS.includes(name)), []);
  }, { readOnly: true }));

Deno.test("hostTools() makes a list of less than 16 kB", () =>
  withHost((host) => {
    const tools = new ToolSet((error) => {
      throw error;
    });
    for (const tool of hostTools(host)) tools.add(tool);
    const bytes = new TextEncoder().encode(JSON.stringify(tools.list({}, 50))).length;
    assert(bytes < 16_000, `the list takes ${bytes} bytes`);
  }));
