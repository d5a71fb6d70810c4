// Holds the documentation of every export of deno.json to `deno doc --lint`: each public symbol and
// member says what it is, and nothing public is made of what is private.
// Run by `deno task docs` and `deno task ok`.

import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

const { exports } = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`)) as {
  readonly exports: { readonly [entry: string]: string };
};
const { code } = await new Deno.Command(Deno.execPath(), {
  args: ["doc", "--lint", ...Object.values(exports)],
  cwd: ROOT,
  stdin: "null",
  stdout: "inherit",
  stderr: "inherit",
}).spawn().status;
Deno.exit(code);
