// A tool, a prompt and a resource of the everything server that fail as a bug makes them fail: what
// of it reaches the client is for the library to say.

import type { Server } from "../../mod.ts";

/** Registers them. */
export function addFailingEntries(server: Server): void {
  server
    .tool({ name: "test_bug", description: "Fails by a bug.", run: fail })
    .prompt({ name: "test_bug_prompt", description: "Fails by a bug.", run: fail })
    .resource({
      uri: "test://bug",
      name: "bug",
      description: "Fails by a bug.",
      mimeType: "text/plain",
      read: fail,
    });
}

function fail(): never {
  throw new RangeError("The flux is out of range");
}
