// Where the files of this repository are, and what a command says. Used by tests only.

import { fileURLToPath } from "node:url";

/** The path of a file of this repository. */
export function fromCheckout(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}

/** What a command did. */
export interface CommandSaid {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command with no input; `env` is added to the environment. */
export async function said(
  command: string,
  args: readonly string[],
  options: { readonly env?: { readonly [name: string]: string }; readonly cwd?: string } = {},
): Promise<CommandSaid> {
  const { code, stdout, stderr } = await new Deno.Command(command, {
    ...options,
    args: [...args],
    env: { NO_COLOR: "1", ...options.env },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}
