import { assertEquals, assertMatch } from "@std/assert";

Deno.test("reportFaults() tells what nobody caught, and the program goes on", async () => {
  const { code, stdout, stderr } = await run(`
    import { reportFaults } from ${url("./cli_faults.ts")};
    import { openLog } from ${url("./cli_log.ts")};
    import { openRuntime } from ${url("./runtime/open_runtime.ts")};
    reportFaults(await openRuntime(), openLog({ stderr: (line) => console.error(line) }, "text"));
    Promise.reject(new TypeError("left alone"));
    setTimeout(() => { throw new RangeError("thrown away"); });
    setTimeout(() => console.log("still here"), 20);
  `);
  assertEquals([code, stdout], [0, "still here\n"]);
  assertMatch(
    stderr,
    /^lmcp: A promise failed with nobody waiting for it: TypeError: left alone$/m,
  );
  assertMatch(stderr, /^lmcp: An error was caught by nobody: RangeError: thrown away$/m);
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
