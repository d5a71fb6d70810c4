// The program: finds the command, reads its options, runs it, and ends with an exit code:
// 0 all is well, 1 it could not be done, 2 the command line is wrong.
// Called by `mod.ts` when it is run. Loads a command's code only when it runs.

import { type Command, COMMANDS } from "./cli_commands.ts";
import { guess } from "./cli_guess.ts";
import { readOptions, UsageError } from "./cli_options.ts";
import { openRuntime } from "./runtime/open_runtime.ts";
import type { Runtime } from "./runtime/runtime.ts";

const HELP = ["--help", "-h"];
const VERSION = ["--version", "-V"];

/** Runs lmcp with the arguments of this program, and ends the program. */
export async function main(): Promise<void> {
  const runtime = await openRuntime();
  let code = 0;
  try {
    await run(runtime);
  } catch (error) {
    runtime.stderr(`lmcp: ${error instanceof Error ? error.message : String(error)}`);
    code = error instanceof UsageError ? 2 : 1;
  }
  runtime.exit(code);
}

async function run(runtime: Runtime): Promise<void> {
  const [first = "", ...others] = runtime.args;
  const isNamed = first !== "" && !first.startsWith("-");
  const args = isNamed ? others : runtime.args;
  if (args.some((arg) => VERSION.includes(arg))) {
    const { VERSION: version } = await import("./version.ts");
    return runtime.print(`lmcp ${version}\n`);
  }
  const command = isNamed ? findCommand(first) : undefined;
  if (args.some((arg) => HELP.includes(arg))) {
    const { commandHelp, generalHelp } = await import("./cli_help.ts");
    return runtime.print(command === undefined ? generalHelp(COMMANDS) : commandHelp(command));
  }
  // `serve --stdio` is `stdio`: it then takes what `stdio` takes.
  const overStdio = (command?.name ?? "serve") === "serve" && args.includes("--stdio");
  const chosen = overStdio ? findCommand("stdio") : command ?? findCommand("serve");
  const said = overStdio ? args.filter((arg) => arg !== "--stdio") : args;
  const values = readOptions(chosen.name, chosen.options, said, runtime.env);
  await chosen.run(runtime, values);
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
