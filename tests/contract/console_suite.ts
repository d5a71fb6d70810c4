// What a runtime gives a program of itself: standard streams that are safe against readers that are
// slow or gone, signals, faults, environment, and an end that loses nothing. Each case writes a small
// program, and a shell arranges its streams.

import { deepEqual, equal, match, ok } from "node:assert/strict";
import { writeFileSync } from "node:fs";
import process from "node:process";
import { shell, textOf } from "./children.ts";
import type { Case, Context } from "./contract.ts";

/** Node 20 runs sources whose types were taken away, which end in `.js`. */
const ENDING = /\.\w+$/.exec(import.meta.url)?.[0];
const OPEN_RUNTIME = new URL(`../../src/runtime/open_runtime${ENDING}`, import.meta.url).href;

/** The cases. */
export const CONSOLE_SUITE: readonly Case[] = [
  {
    name: "a program has its arguments, environment and folder",
    async run(context) {
      const said = await runUnder(
        context,
        `cd / && EMPTY= FULL=x PROGRAM a --b 'c d'; echo $?`,
        `runtime.print(JSON.stringify([runtime.args, runtime.env("EMPTY") ?? null,
           runtime.env("FULL"), runtime.environ().FULL, runtime.cwd(), runtime.pid > 1]));
         runtime.exit(7);`,
      );
      equal(said, '[["a","--b","c d"],null,"x","x","/",true]7\n');
    },
  },
  {
    name: "print() and stderr() do not fail when nobody reads",
    async run(context) {
      const said = await runUnder(
        context,
        "{ PROGRAM | head -c 2; } 2>&1; PROGRAM 2>&- | tail -c 4",
        `for (let n = 0; n < 20000; n++) runtime.print("line\\n");
         runtime.stderr("done");
         runtime.exit(0);`,
      );
      equal(said, "lidone\nine\n");
    },
  },
  {
    name: "exit() comes after everything said on standard error, in order",
    async run(context) {
      const said = await runUnder(
        context,
        "PROGRAM 2>&1 >/dev/null | { sleep 0.2; cat; } | cksum; seq 1 20000 | cksum",
        `for (let n = 1; n <= 20000; n++) runtime.stderr(String(n));
         runtime.exit(0);`,
      );
      const [got, wanted] = said.split("\n");
      equal(got, wanted);
    },
  },
  {
    name: "stderr() does not stop the program when its reader has stopped, nor keeps it",
    async run(context) {
      const start = performance.now();
      const said = await runUnder(
        context,
        `mkfifo "$PWD/stalled"; exec 9<>"$PWD/stalled"; PROGRAM 2>"$PWD/stalled"; echo $?`,
        `const start = performance.now();
         for (let n = 0; n < 50; n++) {
           runtime.stderr("x".repeat(20_000));
           await new Promise((resolve) => setTimeout(resolve, 1));
         }
         runtime.print(performance.now() - start < 2_000 ? "went on " : "stood still ");
         // On Deno, one that stopped less than a second ago is still waited for.
         await new Promise((resolve) => setTimeout(resolve, 1_100));
         runtime.exit(5);`,
      );
      equal(said, "went on 5\n");
      ok(performance.now() - start < 15_000);
    },
  },
  {
    name: "stderr() counts the lines that nobody was there to read",
    async run(context) {
      const said = await runUnder(
        context,
        "PROGRAM 2>&1 >/dev/null | { while [ ! -e said ]; do sleep 0.02; done; tail -n 1; }",
        `const { writeFileSync } = await import("node:fs");
         for (let n = 0; n < 100; n++) runtime.stderr("x".repeat(9_999));
         writeFileSync("said", "");
         runtime.exit(0);`,
      );
      match(said.slice(-1_000), /^lmcp: \d+ lines dropped: nobody read standard error\n$/);
    },
  },
  {
    name: "standard output takes all bytes at its reader's pace",
    async run(context) {
      const said = await runUnder(
        context,
        "PROGRAM | { while [ ! -e go ]; do sleep 0.02; done; wc -c; cat go; }",
        `const { writeFileSync } = await import("node:fs");
         const writer = runtime.stdio().stdout.getWriter();
         let written = 0;
         const writing = (async () => {
           for (let n = 0; n < 40; n++) {
             await writer.write(new Uint8Array(50_000));
             written++;
           }
         })();
         await new Promise((resolve) => setTimeout(resolve, 300));
         // A pipe holds 64 KiB, a socket 200; what counts as written beyond that was only kept.
         writeFileSync("go", written < 10 ? "waited" : written + " were written");
         await writing;
         runtime.exit(0);`,
      );
      deepEqual(said.trim().split("\n"), ["2000000", "waited"]);
    },
  },
  {
    name: "standard output whose reader is gone fails its writer, and nothing else",
    async run(context) {
      const said = await runUnder(
        context,
        "{ PROGRAM | head -c 1; } 2>&1",
        `const writer = runtime.stdio().stdout.getWriter();
         writer.closed.catch(() => undefined);
         try {
           for (;;) await writer.write(new Uint8Array(50_000).fill(46));
         } catch (error) {
           runtime.stderr("broken");
         }
         await new Promise((resolve) => setTimeout(resolve, 50));
         runtime.stderr("still here");
         runtime.exit(0);`,
      );
      equal(said, ".broken\nstill here\n");
    },
  },
  {
    name: "standard input comes whole, and ends",
    async run(context) {
      const said = await runUnder(
        context,
        "head -c 3000000 /dev/zero | PROGRAM; PROGRAM </dev/null",
        `let size = 0;
         for await (const chunk of runtime.stdio().stdin) {
           size += chunk.length;
           if (size < 300_000) await new Promise((resolve) => setTimeout(resolve, 5));
         }
         runtime.print(size + "\\n");
         runtime.exit(0);`,
      );
      equal(said, "3000000\n0\n");
    },
  },
  {
    name: "a program that waits for input ends by exit(), and leaves the rest unread",
    async run(context) {
      const said = await runUnder(
        context,
        "{ echo one; exec sleep 20; } | { PROGRAM; echo $?; kill 0; }",
        `const reader = runtime.stdio().stdin.getReader();
         const { value } = await reader.read();
         runtime.print(new TextDecoder().decode(value));
         void reader.read();
         runtime.exit(3);`,
      );
      equal(said, "one\n3\n");
    },
  },
  {
    name: "onSignal() calls at each signal until it is taken back",
    async run(context) {
      const said = await runUnder(
        context,
        "PROGRAM; echo $?",
        `const seen = [];
         const next = () => new Promise((resolve) => {
           const remove = runtime.onSignal(["SIGHUP", "SIGINT"], (name) => {
             remove();
             resolve(name);
           });
         });
         const remove = runtime.onSignal(["SIGHUP"], (name) => seen.push(name));
         const keep = runtime.onSignal(["SIGHUP", "SIGINT", "SIGTERM"], () => undefined);
         const awake = setInterval(() => undefined, 1_000);
         for (const signal of ["SIGHUP", "SIGHUP", "SIGINT"]) {
           const told = next();
           runtime.kill(runtime.pid, signal);
           seen.push("next " + await told);
         }
         remove();
         const told = next();
         runtime.kill(runtime.pid, "SIGHUP");
         await told;
         keep();
         clearInterval(awake);
         runtime.print(seen.join());
         runtime.exit(0);`,
      );
      deepEqual(said, "SIGHUP,next SIGHUP,SIGHUP,next SIGHUP,next SIGINT0\n");
    },
  },
  {
    name: "onFault() is told what nobody caught, and the program goes on",
    async run(context) {
      const said = await runUnder(
        context,
        "PROGRAM 2>&1; echo $?",
        `const told = [];
         const both = new Promise((resolve) => {
           runtime.onFault((kind, error) => {
             told.push(kind + " " + error.message);
             if (told.length === 2) resolve();
           });
         });
         Promise.reject(new TypeError("left alone"));
         setTimeout(() => {
           throw new RangeError("thrown away");
         });
         await both;
         runtime.print(told.join());
         runtime.exit(0);`,
      );
      equal(said, "rejection left alone,error thrown away0\n");
    },
  },
];

/** Runs a program that has the `runtime`, as PROGRAM of a shell script; gives what that prints. */
async function runUnder(context: Context, script: string, program: string): Promise<string> {
  const file = `${context.folder}/program.mjs`;
  const opening = `import { openRuntime } from ${JSON.stringify(OPEN_RUNTIME)};\n` +
    "const runtime = await openRuntime();\n";
  writeFileSync(file, opening + program);
  const flags = "deno" in process.versions ? "run -A --no-lock --quiet" : "";
  const command = `'${process.execPath}' ${flags} '${file}'`;
  const child = shell(context, script.replaceAll("PROGRAM", command), { cwd: context.folder });
  return await textOf(child.stdout);
}
