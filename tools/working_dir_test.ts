import { assertEquals, assertRejects } from "@std/assert";
import { openRuntime } from "../src/runtime/open_runtime.ts";
import { ToolError } from "../src/server/define.ts";
import { workingDir } from "./working_dir.ts";

const runtime = await openRuntime();

Deno.test("workingDir() takes absolute paths, relative ones and ~", async () => {
  const home = { ...runtime, env: (name: string) => name === "HOME" ? "/usr" : undefined };
  assertEquals(await workingDir(home, "/usr/lib"), "/usr/lib");
  assertEquals(await workingDir(home, "~/lib"), "/usr/lib");
  assertEquals(await workingDir(home, "~"), "/usr");
  assertEquals(await workingDir(home, "."), `${runtime.cwd()}/.`);
});

Deno.test("workingDir() says what a path is that is no folder, and what there is near it", async () => {
  const dir = await Deno.makeTempDir();
  await Deno.writeTextFile(`${dir}/file`, "x");
  const near = `The nearest folder that exists is "${dir}"`;
  const wanted = (path: string, text: string) =>
    assertRejects(() => workingDir(runtime, path), ToolError, text);
  await wanted(
    `${dir}/a/b`,
    `got "${dir}/a/b", and it is not there. ${near}, with no folder in it.`,
  );
  await Deno.mkdir(`${dir}/sub one`);
  await wanted(`${dir}/file`, `and it is a file, not a folder. ${near}, with "sub one".`);
  await wanted(`${dir}/a/`, `it is not there. ${near}, with "sub one".`);
  for (let i = 0; i < 30; i++) await Deno.mkdir(`${dir}/d${i}`);
  await wanted(`${dir}/a`, `"d26" and 11 more.`);
  await Deno.remove(dir, { recursive: true });
});
