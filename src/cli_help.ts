// The help texts, made from the tables of commands and options, so that they cannot tell of what
// there is not. Called by `cli.ts`.

import type { Command } from "./cli_commands.ts";
import type { Option } from "./cli_options.ts";
import { VERSION } from "./version.ts";

const WIDTH = 96;
const INDENT = 26;

/** What `lmcp --help` prints. */
export function generalHelp(commands: readonly Command[]): string {
  return [
    `lmcp ${VERSION}: gives a machine's shell and files to clients of the Model Context Protocol`,
    "",
    "Usage: lmcp [COMMAND] [OPTIONS]",
    "",
    "Commands:",
    ...commands.map(({ name, summary }) => entry(name, summary)),
    "",
    "Options of every command:",
    entry("--help", "Say what there is"),
    entry("--version", "Say which version this is"),
    "",
    '"lmcp COMMAND --help" lists the options of a command.',
    "",
  ].join("\n");
}

/** What `lmcp COMMAND --help` prints. */
export function commandHelp({ name, summary, options, operands, details }: Command): string {
  return [
    `${summary}.`,
    "",
    `Usage: lmcp ${name} [OPTIONS]${operands === undefined ? "" : ` ${operands}`}`,
    "",
    "Options (with what holds when one is not given):",
    ...Object.entries(options)
      .filter(([, { refusal }]) => refusal === undefined)
      .map(([option, table]) => optionEntry(option, table)),
    "",
    ...(details === undefined ? [] : [...details, ""]),
  ].join("\n");
}

function optionEntry(name: string, { placeholder, help, env }: Option<unknown>): string {
  const left = placeholder === undefined ? `--${name}` : `--${name} ${placeholder}`;
  return entry(left, env === undefined ? help : `${help}. Environment: ${env}`);
}

function entry(left: string, right: string): string {
  const lines = wrap(right, WIDTH - INDENT);
  const start = `  ${left}`;
  if (start.length + 2 > INDENT) lines.unshift(start);
  else lines[0] = start.padEnd(INDENT) + lines[0];
  return lines.map((line, at) => at === 0 ? line : " ".repeat(INDENT) + line).join("\n");
}

function wrap(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines[lines.length - 1] ?? "";
    if (line === "") lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}
