// The commands, as a table: name, what it does, options, and how it is run. Read by `cli.ts` and by
// the help. A command's own code is loaded only when it runs.

import { consoleToStderr } from "./cli_console.ts";
import {
  flag,
  type Operands,
  type OptionTable,
  value,
  valueOr,
  type Values,
  values,
} from "./cli_options.ts";
import {
  HTTP_OPTIONS,
  HUB_OPTIONS,
  HUB_STDIO_OPTIONS,
  SERVE_OPTIONS,
  STDIO_OPTIONS,
} from "./cli_serve_options.ts";
import { TARGET_OPERAND, TARGET_OPTIONS } from "./cli_target.ts";
import { ONLY_NAME, readFilePath, readSeconds, readTokenName } from "./cli_values.ts";
import type { Runtime } from "./runtime/runtime.ts";

/** A command. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly options: OptionTable;
  /** What it takes beside its options, for the help; absent where it takes nothing. */
  readonly operands?: string;
  /** Lines that the help ends with. */
  readonly details?: readonly string[];
  /** What it is with `--stdio`, for a command that serves. */
  readonly overStdio?: Command;
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

const CALL_OPERAND = "URL|COMMAND TOOL [ARGUMENT...] [-- WORDS...]";

const CALL_DETAILS = [
  "Arguments of the tool, later ones win:",
  "  key=value               A text, or what the tool's schema says it is: timeout_s=5",
  '  key:=JSON               Any JSON: paths:=\'["a", "b"]\'',
  "  key=@FILE, key:=@FILE   The text, or the JSON, in a file; @- is standard input, @@ one @",
  "  '{...}', @FILE, -       A JSON object: as it stands, in a file, from standard input",
  "",
  "The server is a URL, a command in quotes, or what stands after --:",
  "  lmcp call http://127.0.0.1:8080/mcp shell command='uname -a'",
  "  lmcp call read_file path=/etc/hostname -- npx -y some-server --stdio",
];

const LIST_OPTIONS = {
  ...TARGET_OPTIONS,
  "json": flag("Print one JSON object instead of a table"),
};

const CALL_OPTIONS = {
  ...TARGET_OPTIONS,
  "json": flag("Print the result as it came, as JSON"),
  "timeout": valueOr(3600, "S", "Seconds that the call may take", readSeconds),
};

const DOCTOR_OPTIONS = {
  "host": HTTP_OPTIONS.host,
  "port": HTTP_OPTIONS.port,
  "token-file": HTTP_OPTIONS["token-file"],
  "tokens": HTTP_OPTIONS.tokens,
  "conf": HTTP_OPTIONS.conf,
  "bound-slow-clients": HTTP_OPTIONS["bound-slow-clients"],
  "insecure-no-auth": HTTP_OPTIONS["insecure-no-auth"],
  "backends": value("FILE", "Ask the hosts that FILE names for a sign of life", readFilePath),
  "json": flag("Print one JSON object instead of lines"),
};

const STDIO = command({
  name: "stdio",
  summary: "The same over standard input and output, for a client that starts its servers",
  options: STDIO_OPTIONS,
  async run(runtime, values) {
    consoleToStderr();
    const { openHostServer } = await import("./cli_host.ts");
    await (await import("./cli_stdio.ts")).stdio(runtime, values, openHostServer);
  },
});

const HUB_STDIO = command({
  name: "hub",
  summary: "The hub over standard input and output",
  options: HUB_STDIO_OPTIONS,
  async run(runtime, values) {
    consoleToStderr();
    const { openHubServer } = await import("./cli_hub.ts");
    await (await import("./cli_stdio.ts")).stdio(runtime, values, openHubServer);
  },
});

/** All commands that there are. */
export const COMMANDS: readonly Command[] = [
  command({
    name: "serve",
    summary: "Give this machine's shell and files to MCP clients, over HTTP (the default)",
    options: SERVE_OPTIONS,
    overStdio: STDIO,
    async run(runtime, values) {
      const { openHostServer } = await import("./cli_host.ts");
      await (await import("./cli_serve.ts")).serve(runtime, values, openHostServer);
    },
  }),
  STDIO,
  command({
    name: "hub",
    summary: "One server in front of many machines: tools that take a host, over MCP or ssh",
    options: HUB_OPTIONS,
    overStdio: HUB_STDIO,
    async run(runtime, values) {
      const { openHubServer } = await import("./cli_hub.ts");
      await (await import("./cli_serve.ts")).serve(runtime, values, openHubServer);
    },
  }),
  command({
    name: "list",
    summary: "Say what an MCP server, at a URL or started by a command, offers",
    options: LIST_OPTIONS,
    operands: TARGET_OPERAND,
    run: async (runtime, values, operands) =>
      (await import("./cli_list.ts")).list(runtime, values, operands),
  }),
  command({
    name: "call",
    summary: "Call a tool of an MCP server, and print what it gives",
    options: CALL_OPTIONS,
    operands: CALL_OPERAND,
    details: CALL_DETAILS,
    run: async (runtime, values, operands) =>
      (await import("./cli_call.ts")).call(runtime, values, operands),
  }),
  command({
    name: "token",
    summary: "Mint a token, and its line for the file of serve --tokens",
    options: TOKEN_OPTIONS,
    run: async (runtime, values) => (await import("./cli_token.ts")).token(runtime, values),
  }),
  command({
    name: "doctor",
    summary: "Look at what lmcp needs of this machine, and say what to do about what is amiss",
    options: DOCTOR_OPTIONS,
    run: async (runtime, values) => (await import("./cli_doctor.ts")).doctor(runtime, values),
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
