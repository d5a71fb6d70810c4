// Runs a program of the build and gives what it printed. An error says what the program said.
// Called by the scripts that build packages and archives.

/** Runs a program; gives its standard output. @throws {Error} when it fails, with what it said. */
export async function run(
  command: string,
  args: readonly string[],
  cwd: string,
  env: { readonly [name: string]: string } = {},
): Promise<string> {
  const { success, code, stdout, stderr } = await new Deno.Command(command, {
    args: [...args],
    cwd,
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", ...env },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  if (success) return decoder.decode(stdout);
  const said = `${decoder.decode(stdout)}${decoder.decode(stderr)}`.trim();
  throw new Error(`${command} ${args.join(" ")} ended with code ${code}:\n${said}`);
}
