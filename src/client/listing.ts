// A list that comes in pages, as something to loop over: a page is fetched when the one before is used
// up. Called by `connected_client.ts`. spec: server/utilities/pagination

import { ClientError } from "./client_error.ts";
import type { Listing } from "./client.ts";

/** One page. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Where it goes on; no string: it does not. */
  readonly nextCursor: unknown;
}

/** Pages that a server may give, before it is taken to go in circles. */
const MAX_PAGES = 10_000;

/** Makes the list; `fetch` gets one page. */
export function listPages<Item>(
  fetch: (cursor: string | undefined) => Promise<Page<Item>>,
): Listing<Item> {
  async function* loop(): AsyncGenerator<Item> {
    const seen = new Set<string>();
    let cursor: string | undefined;
    for (;;) {
      const { items, nextCursor }: Page<Item> = await fetch(cursor);
      yield* items;
      if (typeof nextCursor !== "string") return;
      if (seen.has(nextCursor)) {
        throw new ClientError("protocol", "A list must end: got a page that was there before");
      }
      if (seen.size >= MAX_PAGES) {
        throw new ClientError("protocol", `A list must end: got more than ${MAX_PAGES} pages`);
      }
      seen.add(nextCursor);
      cursor = nextCursor;
    }
  }

  return {
    [Symbol.asyncIterator]: loop,
    async all() {
      const items: Item[] = [];
      for await (const item of loop()) items.push(item);
      return items;
    },
  };
}
