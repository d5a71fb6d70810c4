import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fanOutAnswer, singleAnswer } from "./fan_out_answer.ts";
import type { HostResult } from "./host_result.ts";

function result(host: string, text: string, more: Partial<HostResult> = {}): HostResult {
  return {
    host,
    via: "mcp",
    ok: true,
    elapsedMs: 5,
    content: [{ type: "text", text }],
    own: { output: text },
    ...more,
  };
}

// deno-lint-ignore no-explicit-any -- tests look into whatever came
function textOf(answer: { readonly content: readonly any[] }): string {
  return answer.content[0].text;
}

Deno.test("fanOutAnswer() shows failures first, and equal ones of either kind once", () => {
  const answer = fanOutAnswer([
    result("a", "one"),
    result("b", "b: down", { ok: false, via: undefined, own: undefined }),
    result("c", "one", { via: "ssh" }),
    result("d", "two"),
    result("e", "e: down", { ok: false, via: undefined, own: undefined }),
  ], 30_000);
  assertEquals(
    textOf(answer),
    "5 hosts: 3 ok, 2 failed\n\n== b, e: failed\ndown\n\n== a, c (ssh): ok\none\n\n== d: ok\ntwo",
  );
  const { results } = answer.structuredContent as { results: unknown[] };
  assertEquals(results, [
    { host: "b", ok: false, elapsed_ms: 5, error: "b: down" },
    { host: "e", ok: false, elapsed_ms: 5, error: "e: down" },
    { host: "a", via: "mcp", ok: true, elapsed_ms: 5, output: "one" },
    { host: "c", via: "ssh", ok: true, elapsed_ms: 5, output: "one" },
    { host: "d", via: "mcp", ok: true, elapsed_ms: 5, output: "two" },
  ]);
  assertEquals(answer.isError, undefined);
});

Deno.test("fanOutAnswer() says first where a command failed, though it ran", () => {
  const answer = fanOutAnswer([
    result("a", "fine"),
    result("b", "no", { own: { output: "no", exit_code: 3, signal: null } }),
    result("c", "fine", { own: { output: "fine", exit_code: null, signal: "SIGKILL" } }),
    result("d", "down", { ok: false }),
  ], 30_000);
  assertEquals(
    textOf(answer),
    "4 hosts: 1 ok, 1 failed, 2 where the command failed\n\n== d: failed\ndown\n\n" +
      "== b: exit code 3\nno\n\n== c: ended by SIGKILL\nfine\n\n== a: ok\nfine",
  );
});

Deno.test("fanOutAnswer() shows images of many hosts as far as one answer has room", () => {
  const hosts = ["a", "b", "c"].map((host, at) => {
    const data = String(at).repeat(3_000_000);
    return result(host, "", { content: [{ type: "image", data, mimeType: "image/png" }] });
  });
  const types = fanOutAnswer(hosts, 30_000).content.map((block) =>
    block.type === "text" ? block.text.split("\n")[0] : block.type
  );
  assertEquals(types.slice(1), [
    ...["from a:", "image", "from b:", "image"],
    "from c: too much for one answer; ask this host alone",
  ]);
});

Deno.test("fanOutAnswer() is an error only where every host failed", () => {
  const failures = ["a", "b"].map((host) => result(host, "no", { ok: false }));
  assertEquals(fanOutAnswer(failures, 30_000).isError, true);
});

Deno.test("fanOutAnswer() keeps within its limit, and leaves short answers whole", () => {
  const hosts = Array.from(
    { length: 20 },
    (_, at) => result(`h${at}`, `start ${at} ${"x".repeat(at === 3 ? 20 : 30_000)} end ${at}`),
  );
  const answer = fanOutAnswer(hosts, 30_000);
  assert(textOf(answer).length <= 30_000, `${textOf(answer).length}`);
  assertStringIncludes(textOf(answer), `== h3: ok\nstart 3 ${"x".repeat(20)} end 3`);
  for (const at of [0, 10, 19]) {
    assertStringIncludes(textOf(answer), `start ${at} `);
    assertStringIncludes(textOf(answer), ` end ${at}`);
  }
  assertStringIncludes(textOf(answer), "characters are left out; ask this host alone");
  const structured = JSON.stringify(answer.structuredContent);
  assert(structured.length <= 60_000, `${structured.length}`);
  const { results } = answer.structuredContent as { results: { host: string }[] };
  assertEquals(results.length, 20);
});

Deno.test("fanOutAnswer() gives images after the text, with the hosts they are of", () => {
  const image = { type: "image", data: "AA==", mimeType: "image/png" } as const;
  const one = result("a", "", { content: [image], own: undefined });
  const answer = fanOutAnswer([one, { ...one, host: "b" }], 30_000);
  assertEquals(answer.content.slice(1), [{ type: "text", text: "from a, b:" }, image]);
});

Deno.test("singleAnswer() is the tool's own, with its part of the structured result", () => {
  const answer = singleAnswer(result("a", "one"), true);
  assertEquals(answer, {
    content: [{ type: "text", text: "one" }],
    structuredContent: {
      results: [{ host: "a", via: "mcp", ok: true, elapsed_ms: 5, output: "one" }],
    },
  });
  assertEquals(singleAnswer(result("a", "no", { ok: false }), true).isError, true);
});
