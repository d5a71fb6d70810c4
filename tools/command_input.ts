// The arguments that say what to run, where and with which environment: the same for `shell` and
// `shell_bg`.

import { ToolError } from "../src/server/define.ts";

/** The schemas of the arguments. */
export const COMMAND_INPUT = {
  command: { type: "string" },
  cwd: { type: "string", description: "Folder to run in. Default: the server's own." },
  env: {
    type: "object",
    additionalProperties: { type: "string" },
    description: "Added to the environment.",
  },
} as const;

/** What is to be run. */
export interface CommandInput {
  readonly command: string;
  readonly cwd?: string;
  readonly env?: { readonly [name: string]: string };
}

/** @throws {ToolError} when the system could not take the arguments. */
export function checkCommand({ command, env = {} }: CommandInput): void {
  if (command.trim() === "") {
    throw new ToolError('command must be a text to run: got an empty one; try "pwd", say');
  }
  if (command.includes("\0")) {
    throw new ToolError(
      "command must not hold a NUL character: have printf '\\0' make it, or a file hold it",
    );
  }
  for (const [name, value] of Object.entries(env)) {
    if (!/^[^=\0]+$/.test(name) || value.includes("\0")) {
      throw new ToolError(
        `env must hold names without "=" and values without NUL: got ${JSON.stringify(name)}`,
      );
    }
  }
}
