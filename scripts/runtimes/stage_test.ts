// The sources as Bun and Node run them: each file by itself, the types taken away, and a program that
// starts on any of them.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { lacks } from "../../tests/support/lacks.ts";
import { commandOf, stageSources } from "./stage.ts";

Deno.test("stageSources() lays out each file by itself, and commandOf() runs it on this machine's Node", async () => {
  const stage = await stageSources();
  if (lacks("npm and its registry", stage !== undefined)) return;
  try {
    const text = await Deno.readTextFile(`${stage!.folder}/src/cli.js`);
    assertMatch(text, /from "\.\/cli_commands\.js"/);
    assert(!text.includes("interface "));
    const [file = "", ...args] = commandOf("node20", "node", stage, "lmcp");
    const { stdout } = await new Deno.Command(file, { args: [...args, "--version"] }).output();
    assertMatch(new TextDecoder().decode(stdout), /^lmcp \d+\.\d+\.\d+\n$/);
  } finally {
    await stage!.remove();
  }
  assertEquals(await Deno.stat(stage!.folder).catch(() => "gone"), "gone");
});
