// The lines of the README that use the library, as each runtime runs them. Called by the checks of
// the npm package: what the README says is what is tried.

import { join } from "node:path";
import { ROOT } from "./root.ts";
import type { RuntimeName } from "../../tests/contract/contract.ts";

const SERVE = /^Deno\.serve\(.*\n/m;

/** The README's first server, which says at the end where it listens, on a free port. */
export async function librarySnippet(runtime: RuntimeName): Promise<string> {
  const readme = await Deno.readTextFile(join(ROOT, "README.md"));
  const [first = "", other = ""] = [...readme.matchAll(/^```ts(?: ignore)?\n(.*?)^```\n/gms)]
    .map(([, code = ""]) => code);
  if (!SERVE.test(first) || !other.includes("openRuntime")) {
    throw new Error("The README's first two ```ts blocks must serve by Deno.serve and openRuntime");
  }
  const code = runtime === "deno" ? first : first.replace(SERVE, other);
  const imports = code.split("\n").filter((line) => line.startsWith("import "));
  const rest = code.split("\n").filter((line) => !line.startsWith("import "));
  return [...imports, ...rest].join("\n").replaceAll("8080", "0");
}
