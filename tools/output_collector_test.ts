import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { OutputCollector } from "./output_collector.ts";

const encode = (text: string) => new TextEncoder().encode(text);

function collect(limit: number, text: string, chunk: number): OutputCollector {
  const collector = new OutputCollector(limit);
  const bytes = encode(text);
  for (let at = 0; at < bytes.length; at += chunk) collector.push(bytes.slice(at, at + chunk));
  collector.end();
  return collector;
}

Deno.test("OutputCollector gives all of what is within its limit, however it came", () => {
  const text = "zeile ä\n".repeat(125);
  for (const chunk of [1, 7, 499, 100_000]) {
    const collector = collect(1_000, text, chunk);
    assertEquals([collector.cut, collector.render("x") === text], [false, true]);
  }
});

Deno.test("OutputCollector gives head and tail by whole lines, and says what is left out", () => {
  const lines = Array.from({ length: 5_000 }, (_, i) => `line ${i}\n`);
  const text = lines.join("");
  for (const chunk of [1, 13, 1_000, 65_536]) {
    const collector = collect(1_000, text, chunk);
    assertEquals(collector.cut, true);
    const shown = collector.render("the whole is in /log");
    assert(shown.length <= 1_000, `${shown.length} characters`);
    const [head, tail] = shown.split(/^\[\.\.\. .* \.\.\.\]\n/m);
    assert(head!.length > 250 && text.startsWith(head!) && head!.endsWith("\n"));
    assert(tail!.length > 250 && text.endsWith(`\n${tail}`));
    assertStringIncludes(shown, `[... the middle of ${text.length.toLocaleString("en-US")} bytes`);
    assertStringIncludes(shown, "the whole is in /log ...]");
  }
});

Deno.test("OutputCollector cuts one character beyond its limit", () => {
  assertEquals(collect(1_000, "x".repeat(1_000), 64).cut, false);
  const shown = collect(1_000, "x".repeat(1_001), 64).render("gone");
  assertMatch(shown, /^x+\n\[\.\.\. the middle of 1,001 bytes is left out; gone \.\.\.\]\nx+$/);
});

Deno.test("OutputCollector never cuts inside a character", () => {
  for (const text of ["😀".repeat(3_000), "€".repeat(5_000), "a" + "😀".repeat(3_000)]) {
    for (const chunk of [1, 2, 3, 997]) {
      for (const limit of [1_000, 1_001, 1_003]) {
        const shown = collect(limit, text, chunk).render("gone");
        assert(!shown.includes("\uFFFD") && shown.isWellFormed(), JSON.stringify(shown));
      }
    }
  }
});

Deno.test("OutputCollector counts what a line is left as, not what redrew it", () => {
  const bar = Array.from({ length: 2_000 }, (_, i) => `\r${i} of 2000`).join("");
  const collector = collect(1_000, `\x1b[32mgo\x1b[0m\n${bar}\nend\n`, 100);
  assertEquals(collector.cut, false);
  assertEquals(collector.render(""), "go\n1999 of 2000\nend\n");
});

Deno.test("OutputCollector keeps its bound where there is hardly room", () => {
  const shown = collect(40, "x".repeat(10_000), 100).render("a path that is longer than the limit");
  assertMatch(shown, /^\[\.\.\. .* \.\.\.\]\n$/);
});
