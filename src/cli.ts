// The program: finds the command, reads its options, runs it, and ends with an exit code:
// 0 all is well, 1 it could not be done, 2 the command line is wrong, or what the command gives.
// Called by `mod.ts` when it is run. Loads a command's code only when it runs.

import { type Command, COMMANDS } from "./cli_commands.ts";
import { guess } from "./cli_guess.ts";
import { type Operands, readOptions, UsageError } from "./cli_options.ts";
import { openRuntime } from "./runtime/open_runtime.ts";
import type { Runtime } from "./runtime/runtime.ts";

const HELP = ["--help", "-h"];
const VERSION = ["--version", "-V"];

/** Runs lmcp with the arguments of this program, or others, and ends the program. */
export async function main(args?: readonly string[]): Promise<void> {
  const runtime = await openRuntime();
  let code = 0;
  try {
    code = await run(runtime, args ?? runtime.args);
  } catch (error) {
    runtime.stderr(`lmcp: ${error instanceof Error ? error.message : String(error)}`);
    code = error instanceof UsageError ? 2 : 1;
  }
  runtime.exit(code);
}

/** Gives the exit code. */
async function run(runtime: Runtime, given: readonly string[]): Promise<number> {
  const [first = "", ...others] = given;
  const isNamed = first !== "" && !first.startsWith("-");
  const args = isNamed ? others : given;
  // What stands after `--` is said to another program.
  const end = args.indexOf("--");
  const own = end < 0 ? args : args.slice(0, end);
  if (own.some((arg) => VERSION.includes(arg))) {
    const { VERSION: version } = await import("./version.ts");
    runtime.print(`lmcp ${version}\n`);
    return 0;
  }
  const command = isNamed ? findCommand(first) : undefined;
  if (own.some((arg) => HELP.includes(arg))) {
    const { commandHelp, generalHelp } = await import("./cli_help.ts");
    runtime.print(command === undefined ? generalHelp(COMMANDS) : commandHelp(command));
    return 0;
  }
  // Over standard streams a command that serves takes other options.
  const named = command ?? findCommand("serve");
  const overStdio = args.includes("--stdio") ? named.overStdio : undefined;
  const chosen = overStdio ?? named;
  const said = overStdio === undefined ? args : args.filter((arg) => arg !== "--stdio");
  const operands: Operands = { words: [], rest: undefined };
  const takes = chosen.operands === undefined ? undefined : operands;
  const values = readOptions(chosen.name, chosen.options, said, runtime.env, takes);
  return await chosen.run(runtime, values, operands) ?? 0;
}

function findCommand(name: string): Command {
  const found = COMMANDS.find((command) => command.name === name);
  if (found !== undefined) return found;
  const names = COMMANDS.map((command) => command.name);
  const alike = guess(name, names);
  const advice = alike === undefined ? "" : `did you mean ${alike}? `;
  throw new UsageError(
    `Unknown command ${JSON.stringify(name)}: ${advice}the commands are ${names.join(", ")}`,
  );
}
