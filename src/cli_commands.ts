// The commands, as a table: name, what it does, options, and how it is run. Read by `cli.ts` and by
// the help. A command's own code is loaded only when it runs.

import { consoleToStderr } from "./cli_console.ts";
import {
  flag,
  type Operands,
  type OptionTable,
  valueOr,
  type Values,
  values,
} from "./cli_options.ts";
import { SERVE_OPTIONS, STDIO_OPTIONS } from "./cli_serve_options.ts";
import { TARGET_OPERAND, TARGET_OPTIONS } from "./cli_target.ts";
import { ONLY_NAME, readTokenName } from "./cli_values.ts";
import type { Runtime } from "./runtime/runtime.ts";

/** A command. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly options: OptionTable;
  /** What it takes beside its options, for the help; absent where it takes nothing. */
  readonly operands?: string;
  /** Does it, to the end. Gives the exit code, where it is another than 0. */
  // deno-lint-ignore no-explicit-any -- what `options` gives, which `command` has checked
  run(runtime: Runtime, values: any, operands: Operands): Promise<number | void>;
}

const TOKEN_OPTIONS = {
  "name": valueOr(ONLY_NAME, "NAME", "Who the token is for", readTokenName),
};

const CONFORMANCE_OPTIONS = {
  ...TARGET_OPTIONS,
  "revision": values("R", "Only the scenarios of this revision; repeatable (all)", word),
  "only": values("TEXT", "Only scenarios with TEXT in their id; repeatable (all)", word),
  "strict": flag("Let what only this project promises fail a server, too"),
  "json": flag("Print one JSON object instead of lines and a table"),
};

/** All commands that there are. */
export const COMMANDS: readonly Command[] = [
  command({
    name: "serve",
    summary: "Give this machine's shell and files to MCP clients, over HTTP (the default)",
    options: SERVE_OPTIONS,
    run: async (runtime, values) => (await import("./cli_serve.ts")).serve(runtime, values),
  }),
  command({
    name: "stdio",
    summary: "The same over standard input and output, for a client that starts its servers",
    options: STDIO_OPTIONS,
    async run(runtime, values) {
      consoleToStderr();
      await (await import("./cli_stdio.ts")).stdio(runtime, values);
    },
  }),
  command({
    name: "token",
    summary: "Mint a token, and its line for the file of serve --tokens",
    options: TOKEN_OPTIONS,
    run: async (runtime, values) => (await import("./cli_token.ts")).token(runtime, values),
  }),
  command({
    name: "conformance",
    summary: "See whether an MCP server, at a URL or started by a command, keeps to the protocol",
    options: CONFORMANCE_OPTIONS,
    operands: TARGET_OPERAND,
    run: async (runtime, values, operands) =>
      (await import("./cli_conformance.ts")).conformance(runtime, values, operands),
  }),
];

function word(text: string): readonly string[] {
  return [text];
}

/** Checks that a command's code takes what its options give. */
function command<T extends OptionTable>(
  definition: Omit<Command, "options" | "run"> & {
    readonly options: T;
    run(runtime: Runtime, values: Values<T>, operands: Operands): Promise<number | void>;
  },
): Command {
  return definition;
}
