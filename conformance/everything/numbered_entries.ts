// Entries of the everything server that only make its lists longer than a page.

import { type Server, text } from "../../mod.ts";

/** How many of each kind: with the others, more than a page holds and less than two. */
const COUNT = 60;

/** Registers them; they must come after all others, which clients look for on the first page. */
export function addNumberedEntries(server: Server): void {
  for (let at = 1; at <= COUNT; at++) {
    const number = String(at).padStart(2, "0");
    server
      .tool({
        name: `test_numbered_${number}`,
        description: `Says ${number}.`,
        run: () => text(number),
      })
      .prompt({
        name: `test_numbered_${number}`,
        description: `Says ${number}.`,
        run: () => number,
      })
      .resource({
        uri: `test://numbered/${number}`,
        name: `numbered_${number}`,
        mimeType: "text/plain",
        read: () => number,
      })
      .resource({
        uriTemplate: `test://numbered/${number}/{part}`,
        name: `numbered_${number}_parts`,
        mimeType: "text/plain",
        read: (_uri, { part }) => `${number} ${part}`,
      });
  }
}
