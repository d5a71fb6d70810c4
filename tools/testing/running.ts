// Which processes run, for tests that must leave none. Used by tests only.

/** The command lines of the living processes that contain `mark`, except ours and `ps`. */
export async function running(mark: string): Promise<string[]> {
  const { stdout } = await new Deno.Command("ps", { args: ["-eo", "stat=,args="] }).output();
  return new TextDecoder().decode(stdout).split("\n").filter((line) =>
    line.includes(mark) && !/^\s*Z/.test(line)
  );
}

/** Text that no other process has in its command line: a number of seconds for `sleep`. */
export function uniqueSleep(): string {
  return `3${String(crypto.getRandomValues(new Uint32Array(1))[0]).padStart(10, "0")}`;
}
