// Tests of what deno.ts joins: signals, environment, facts, and the program's own streams, the
// last in a program of its own.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { openDeno } from "./deno.ts";
import { openRuntime } from "./open_runtime.ts";

const HERE = new URL("./deno.ts", import.meta.url).href;

/** Runs a program that has the `runtime`, under a shell that arranges its streams. */
async function runUnder(shell: string, program: string): Promise<string> {
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  const source = `import { openDeno } from ${JSON.stringify(HERE)};\nconst runtime = openDeno();\n`;
  await Deno.writeTextFile(file, source + program);
  const { stdout } = await new Deno.Command("bash", {
    args: [
      "-c",
      shell.replaceAll("PROGRAM", `timeout 20 ${Deno.execPath()} run -A --no-lock ${file}`),
    ],
    stdin: "null",
    stderr: "inherit",
  }).output();
  await Deno.remove(file);
  return new TextDecoder().decode(stdout);
}

Deno.test("openRuntime() finds Deno", async () => {
  const runtime = await openRuntime();
  assertEquals([runtime.name, runtime.pid], ["deno", Deno.pid]);
});

Deno.test("env() takes an empty variable for an unset one", () => {
  const runtime = openDeno();
  Deno.env.set("LMCP_TEST_ENV", "");
  assertEquals(runtime.env("LMCP_TEST_ENV"), undefined);
  Deno.env.set("LMCP_TEST_ENV", "x");
  assertEquals(runtime.env("LMCP_TEST_ENV"), "x");
  assertEquals(runtime.environ().LMCP_TEST_ENV, "x");
  Deno.env.delete("LMCP_TEST_ENV");
});

Deno.test("onSignal() calls at a signal until it is taken back", async () => {
  const runtime = openDeno();
  const awake = setInterval(() => {}, 1_000); // a listener alone does not keep the program up
  const seen: string[] = [];
  let told = () => {};
  const remove = runtime.onSignal(["SIGHUP"], (name) => {
    seen.push(name);
    told();
  });
  const keep = runtime.onSignal(["SIGHUP"], () => {});
  const first = new Promise<void>((resolve) => told = resolve);
  assert(runtime.kill(runtime.pid, "SIGHUP"));
  await first;
  remove();
  const second = new Promise<void>((resolve) => {
    const removeThis = runtime.onSignal(["SIGHUP"], () => {
      removeThis();
      resolve();
    });
  });
  runtime.kill(runtime.pid, "SIGHUP");
  await second;
  keep();
  clearInterval(awake);
  assertEquals(seen, ["SIGHUP"]);
});

Deno.test("system() tells what the machine is", () => {
  const facts = openDeno().system();
  assertEquals([facts.os, facts.arch], [Deno.build.os, Deno.build.arch]);
  assertEquals(facts.runtime, { name: "deno", version: Deno.version.deno });
  assert(facts.cpus >= 1 && (facts.uptimeS ?? 0) > 0 && facts.hostname !== undefined);
  assert(facts.memory!.available <= facts.memory!.total && facts.memory!.available > 0);
  assertEquals(facts.loadavg?.length, 3);
  const loopback = facts.addresses.find(({ address }) => address === "127.0.0.1");
  assertEquals(loopback?.internal, true);
  assertEquals(
    facts.addresses.some(({ address }) => address.startsWith("169.254.") && false),
    false,
  );
});

Deno.test("print() and stderr() do not fail when nobody reads any more", async () => {
  const said = await runUnder(
    "{ PROGRAM | head -c 2; } 2>&1; PROGRAM 2>&- | tail -c 4",
    `for (let n = 0; n < 20000; n++) runtime.print("line\\n");
     runtime.stderr("done");
     runtime.exit(0);`,
  );
  assertEquals(said, "lidone\nine\n");
});

Deno.test("exit() comes after everything said on standard error, in order", async () => {
  const said = await runUnder(
    "PROGRAM 2>&1 >/dev/null | { sleep 0.2; cat; } | sha256sum; seq 1 5000 | sha256sum",
    `for (let n = 1; n <= 5000; n++) runtime.stderr(String(n));
     runtime.exit(0);`,
  );
  const [got, wanted] = said.split("\n");
  assertEquals(got, wanted);
});

Deno.test("stderr() does not stop the program when its reader has stopped", async () => {
  const said = await runUnder(
    "f=$(mktemp -u); mkfifo $f; exec 9<>$f; PROGRAM 2>$f; rm $f",
    `const start = performance.now();
     for (let n = 0; n < 20; n++) {
       runtime.stderr("x".repeat(20_000));
       await new Promise((resolve) => setTimeout(resolve, 1));
     }
     runtime.print(performance.now() - start < 1_000 ? "went on" : "stood still");
     await new Promise((resolve) => setTimeout(resolve, 1_100));
     runtime.exit(0);`,
  );
  assertStringIncludes(said, "went on");
});

Deno.test("stderr() counts the lines that nobody was there to read", async () => {
  const said = await runUnder(
    "PROGRAM 2>&1 >/dev/null | { sleep 0.6; tail -n 1; }",
    `for (let n = 0; n < 100; n++) runtime.stderr("x".repeat(9_999));
     runtime.exit(0);`,
  );
  assertMatch(said, /^lmcp: \d+ lines dropped: nobody read standard error\n$/);
});

Deno.test("stdio() writes all bytes to a slow pipe that another program made non-blocking", async () => {
  const said = await runUnder(
    `python3 -c '
import os, subprocess, time
r, w = os.pipe()
os.set_blocking(w, False)
p = subprocess.Popen("PROGRAM", shell=True, stdout=w, stdin=subprocess.DEVNULL)
os.close(w)
time.sleep(0.5)
n = 0
while True:
    b = os.read(r, 65536)
    if not b: break
    n += len(b)
print(n, p.wait())'`,
    `const writer = runtime.stdio().stdout.getWriter();
     for (let n = 0; n < 10; n++) await writer.write(new Uint8Array(50_000));
     runtime.exit(0);`,
  );
  assertEquals(said, "500000 0\n");
});
