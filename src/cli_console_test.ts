import { assertEquals, assertMatch } from "@std/assert";

Deno.test("consoleToStderr() keeps standard output free of whatever is logged", async () => {
  const { code, stdout, stderr } = await run(`
    import { consoleToStderr } from ${url("./cli_console.ts")};
    consoleToStderr();
    for (const method of Object.keys(console)) {
      if (typeof console[method] === "function") console[method]("said by", method);
    }
    console.timeLog("said by");
  `);
  assertEquals([code, stdout], [0, ""]);
  for (
    const method of ["log", "info", "debug", "dir", "table", "group", "count", "error", "warn"]
  ) {
    assertMatch(stderr, new RegExp(`said by ${method}`));
  }
});

async function run(program: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", program],
    env: { NO_COLOR: "1" },
  }).output();
  const [said = "", told = ""] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, stdout: said, stderr: told };
}

function url(path: string): string {
  return JSON.stringify(new URL(path, import.meta.url).href);
}
