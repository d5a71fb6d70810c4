import { assertEquals } from "@std/assert";
import { parseChallenges, readChallenge } from "./challenge.ts";

Deno.test("parseChallenges() reads schemes with what belongs to them", () => {
  const header = 'Basic realm="a, \\"b\\"", Bearer resource_metadata="https://e.com/x", ' +
    'error=invalid_token,scope="read write"';
  assertEquals(parseChallenges(header), [
    { scheme: "basic", params: { realm: 'a, "b"' } },
    {
      scheme: "bearer",
      params: {
        resource_metadata: "https://e.com/x",
        error: "invalid_token",
        scope: "read write",
      },
    },
  ]);
  assertEquals(parseChallenges("Negotiate"), [{ scheme: "negotiate", params: {} }]);
});

Deno.test("parseChallenges() takes anything, and ends", () => {
  for (const odd of ["", ",,,", '=""', 'Bearer realm="open', "\u{1f600} Bearer a=b", "a=b"]) {
    parseChallenges(odd);
  }
  assertEquals(parseChallenges("\u{1f600} Bearer a=b"), [{ scheme: "bearer", params: { a: "b" } }]);
});

Deno.test("readChallenge() prefers the one for bearer tokens", () => {
  assertEquals(readChallenge("Basic realm=x, Bearer error=y")?.params, { error: "y" });
  assertEquals(readChallenge("Basic realm=x")?.scheme, "basic");
  assertEquals(readChallenge(null), undefined);
});
