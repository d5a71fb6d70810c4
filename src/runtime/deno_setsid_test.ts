import { assertEquals } from "@std/assert";
import { spawnDeno } from "./deno_process.ts";
import { SETSID, setsidStarts } from "./deno_setsid.ts";
import type { SpawnOptions } from "./runtime.ts";

const ENV = { PATH: "/nowhere:/usr/bin:/bin" };

function optionsOf(args: readonly string[], env: SpawnOptions["env"] = ENV): SpawnOptions {
  return { args, env, stdin: "closed", stdout: "ignored", stderr: "ignored" };
}

async function hasSetsid(): Promise<boolean> {
  if (Deno.build.os !== "linux") return false;
  return await Deno.stat(SETSID).then(() => true, () => false);
}

Deno.test({
  name: "setsidStarts() says yes only of what is sure to start",
  ignore: !await hasSetsid(),
  async fn() {
    const dir = await Deno.makeTempDir({ prefix: "lmcp-test-" });
    try {
      const script = `${dir}/script`;
      await Deno.writeTextFile(script, "#!/nowhere/sh\n", { mode: 0o755 });
      const sleep = "/usr/bin/sleep";
      await Deno.copyFile(sleep, `${dir}/private`);
      await Deno.chmod(`${dir}/private`, 0o700);
      const starts = (command: string, args: readonly string[] = [], env = ENV) =>
        setsidStarts(command, optionsOf(args, env));
      assertEquals([starts("sleep", ["1"]), starts(sleep), starts("setsid")], [true, true, true]);
      const others = [
        script,
        `${dir}/private`,
        `${dir}/none`,
        dir,
        "none",
        "",
        "-sleep",
        "./sleep",
      ];
      assertEquals(others.filter((command) => starts(command)), []);
      assertEquals(starts("sleep", ["x".repeat(40_000)]), false);
      assertEquals(starts("sleep", [], { PATH: "relative:/usr/bin" }), false);
      assertEquals(setsidStarts("sleep", optionsOf([], {})), false);
    } finally {
      await Deno.remove(dir, { recursive: true });
    }
  },
});

Deno.test("spawnDeno() starts what can be ended in the same instant, and leaves nothing of it", async () => {
  for (let round = 0; round < 20; round++) {
    const child = spawnDeno("sleep", optionsOf(["300"]));
    assertEquals([child.groupAlive(), child.killGroup("SIGKILL")], [true, true]);
    assertEquals((await child.exited).signal, "SIGKILL");
    assertEquals([child.groupAlive(), child.killGroup("SIGKILL")], [false, false]);
  }
});

Deno.test("spawnDeno() needs no permission to run but that of the program", async () => {
  const module = new URL("deno_process.ts", import.meta.url);
  const program = `import { spawnDeno } from "${module}";
const options = { args: ["ok"], env: { PATH: "/usr/bin:/bin" }, stdin: "closed", stdout: "piped", stderr: "ignored" };
const { stdout } = spawnDeno("echo", options);
console.log(await new Response(stdout).text());`;
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(file, program);
    const args = ["run", "--no-prompt", "--quiet", "--allow-read", "--allow-run=echo", file];
    const { stdout } = await new Deno.Command(Deno.execPath(), { args }).output();
    assertEquals(new TextDecoder().decode(stdout).trim(), "ok");
  } finally {
    await Deno.remove(file);
  }
});
