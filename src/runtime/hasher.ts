// SHA-256 by increments, which WebCrypto cannot do, from the crypto module all three runtimes have.
// Called through `Runtime.hasher()`. Loads the module at the first call: it costs megabytes.

import type { Hasher } from "./runtime.ts";

/** Starts a SHA-256. */
export async function openHasher(): Promise<Hasher> {
  const { createHash } = await import("node:crypto");
  const hash = createHash("sha256");
  return {
    update(bytes) {
      hash.update(bytes);
    },
    digest: () => hash.digest("hex"),
  };
}
