import { assertEquals, assertThrows } from "@std/assert";
import { bearerTokens, type TokenEntry } from "./tokens.ts";

async function hex(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

Deno.test("bearerTokens() knows tokens in the clear and by their digest", async () => {
  const auth = bearerTokens([
    { name: "clear", token: "grüße" },
    { name: "digest", sha256: await hex("secret"), scopes: ["read"], expiresAt: 5 },
    { name: "upper", sha256: (await hex("other")).toUpperCase() },
  ]);
  for (let time = 0; time < 3; time++) { // The second time it is remembered.
    assertEquals(await auth("grüße"), { name: "clear" });
    assertEquals(await auth("secret"), { name: "digest", scopes: ["read"], expiresAt: 5 });
    assertEquals(await auth("other"), { name: "upper" });
    for (const wrong of ["", "grüß", "grüßee", "Secret", "secretsecret", await hex("secret")]) {
      assertEquals(await auth(wrong), undefined);
    }
    assertEquals(await auth(undefined), undefined);
  }
});

Deno.test("bearerTokens() keeps tokens apart that are asked for at the same time", async () => {
  const entries = Array.from({ length: 20 }, (_, i) => ({ name: `n${i}`, token: `t${i}` }));
  const auth = bearerTokens(entries);
  const asked = [...entries, ...entries, ...entries];
  const found = await Promise.all(asked.map(({ token }) => auth(token)));
  assertEquals(found.map((info) => info?.name), asked.map(({ name }) => name));
});

Deno.test("bearerTokens() refuses entries that cannot be, at once and by name", () => {
  const cases: [TokenEntry, string][] = [
    [{ name: "", token: "x" }, "Token must have a name: got an empty one"],
    [{ name: "a", token: "" }, 'Token "a" must not be empty'],
    [{ name: "a", token: "  " }, 'Token "a" must not be empty'],
    [{ name: "a", sha256: "abc" }, 'Token "a" must have 64 hex digits as sha256'],
    [{ name: "a", sha256: "g".repeat(64) }, 'Token "a" must have 64 hex digits as sha256'],
  ];
  for (const [entry, message] of cases) {
    assertThrows(() => bearerTokens([entry]), TypeError, message);
  }
});

Deno.test("bearerTokens() of nothing knows nobody", async () => {
  assertEquals(await bearerTokens([])("x"), undefined);
});
