// A program on its standard streams, with every line that it writes held to the official schemas.
// As a module it watches the programs that a runtime starts; run as a program it stands before one
// that a client of others starts, and writes what is wrong into a file.

import type { Child, Runtime } from "../../src/runtime/runtime.ts";
import { specDir } from "./spec_dir.ts";
import { wireCheck } from "./wire_check.ts";

/** A runtime that looks at what its programs write, line by line, into `problems`. */
export function checkedRuntime(runtime: Runtime, revision: string, problems: string[]): Runtime {
  return {
    ...runtime,
    spawn(command, options): Child {
      const child = runtime.spawn(command, options);
      const { stdin, stdout } = child;
      if (stdin === undefined || stdout === undefined) return child;
      const check = wireCheck(revision);
      const input = lines((line) => check.asked(line));
      // A child that is gone has broken the pipe; whoever writes finds that out.
      input.readable.pipeTo(stdin).catch(() => undefined);
      const output = lines((line) => {
        const known = check.problems.length;
        check.sent(line);
        problems.push(...check.problems.slice(known));
      });
      return { ...child, stdin: input.writable, stdout: stdout.pipeThrough(output) };
    },
  };
}

/** How to start a program with this one before it, which adds what is wrong to the file `problems`. */
export function checkedCommand<T extends { readonly command: string; readonly args: string[] }>(
  program: T,
  problems: string,
): T {
  const self = new URL(import.meta.url).pathname;
  const spec = ["--spec", specDir() ?? ""];
  const args = ["run", "-A", "--quiet", self, ...spec, problems, program.command, ...program.args];
  return { ...program, command: Deno.execPath(), args };
}

/** Passes bytes on, and shows their lines before that. */
function lines(see: (line: string) => void): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder();
  let held = "";
  return new TransformStream({
    transform(bytes, controller) {
      const all = (held + decoder.decode(bytes, { stream: true })).split("\n");
      held = all.pop() ?? "";
      for (const line of all) if (line.trim() !== "") see(line);
      controller.enqueue(bytes);
    },
  });
}

if (import.meta.main) {
  const [problems = "", command = "", ...args] = Deno.args.slice(2);
  const child = new Deno.Command(command, { args, stdin: "piped", stdout: "piped" }).spawn();
  const check = wireCheck();
  const note = (text: string) => Deno.writeTextFileSync(problems, text, { append: true });
  note("");
  Deno.stdin.readable.pipeThrough(lines((line) => check.asked(line)))
    .pipeTo(child.stdin).catch(() => undefined);
  const output = lines((line) => {
    const known = check.problems.length;
    check.sent(line);
    for (const problem of check.problems.slice(known)) note(`${problem}\n`);
  });
  await child.stdout.pipeThrough(output).pipeTo(Deno.stdout.writable).catch(() => undefined);
  Deno.exit((await child.status).code);
}
