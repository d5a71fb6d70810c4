// Sessions leave nothing: many are opened and dropped, deleted or left to expire, and the memory of
// the server is where it was.

import { assert } from "@std/assert";

const ROUNDS = new URL("support/session_rounds.ts", import.meta.url).href;

Deno.test("10,000 sessions opened and dropped leave the memory where it was", async () => {
  const { stdout, stderr, success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-lock", "--v8-flags=--expose-gc", ROUNDS],
    env: { NO_COLOR: "1" },
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  const grown = Number(new TextDecoder().decode(stdout));
  assert(grown < 1024 * 1024, `grown by ${grown} bytes`);
});
