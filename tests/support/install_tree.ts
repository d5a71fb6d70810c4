// What the tests of the installers install: a tree of the program as an archive has it, made by
// install.sh from this checkout once for a test file. Used by tests only.

import { fromCheckout, said } from "./repository.ts";

/** A tree to install from; to be removed. */
export interface InstallTree {
  /** The folder with bin, lib and install. */
  readonly path: string;
  /** Removes it; at the unloading of a test file, say, where nothing can be waited for. */
  removeNow(): void;
}

/** Makes a tree, by the way that a user of a checkout has. */
export async function installTree(): Promise<InstallTree> {
  const dir = await Deno.makeTempDir({ prefix: "lmcp-tree-" });
  const args = [fromCheckout("install/install.sh"), "--system", "--destdir", dir];
  const { code, stdout, stderr } = await said("sh", args);
  if (code !== 0) {
    await Deno.remove(dir, { recursive: true });
    throw new Error(`${args.join(" ")} failed: ${stdout}${stderr}`);
  }
  return {
    path: `${dir}/usr/local/lib/lmcp`,
    removeNow: () => Deno.removeSync(dir, { recursive: true }),
  };
}
