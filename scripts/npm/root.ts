// Where the tree is, for the scripts that make the npm package.

import { fileURLToPath } from "node:url";

/** The folder of deno.json, with a slash at its end. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
