// deno-lint-ignore-file no-console -- says why a test did nothing
// What to do when a machine has not what a test needs: say so and pass, but fail where everything
// must be there. Used by tests only.

/** Whether the machine lacks `what`; then the test says so and returns. Fails under `CI=true`. */
export function lacks(what: string, there: boolean): boolean {
  if (there) return false;
  if (Deno.env.get("CI") === "true") throw new Error(`This test needs ${what}: install it`);
  console.log(`skipped: needs ${what}`);
  return true;
}

/** Whether the machine has no /proc, in which tests look at processes. */
export function lacksProc(): boolean {
  return lacks("/proc, so Linux", Deno.build.os === "linux");
}

/** Whether a program is not on PATH. */
export function lacksProgram(name: string): boolean {
  const dirs = (Deno.env.get("PATH") ?? "").split(":");
  return lacks(name, dirs.some((dir) => isFile(`${dir}/${name}`)));
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
