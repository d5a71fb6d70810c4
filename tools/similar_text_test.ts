import { assert, assertEquals } from "@std/assert";
import { mostSimilar, similarity } from "./similar_text.ts";

Deno.test("similarity() is 1 for equal texts only, case aside", () => {
  assertEquals(similarity("readme.md", "README.md"), 1);
  // The same pairs in another order.
  assert(similarity("abab", "baba") < 1);
  assertEquals(similarity("abc", "xyz"), 0);
  assertEquals(similarity("a", "b"), 0);
  assert(similarity("server.ts", "serve.ts") > similarity("server.ts", "client.ts"));
});

Deno.test("mostSimilar() gives the best first and leaves out what has little in common", () => {
  const names = ["client.ts", "serve.ts", "server.ts.bak", "unrelated.bin"];
  assertEquals(mostSimilar("server.ts", names, 2), ["serve.ts", "server.ts.bak"]);
  assertEquals(mostSimilar("qqq", names, 3), []);
});
