import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { unifiedDiff } from "./unified_diff.ts";

/** Applies a diff made by unifiedDiff(), by the rules of the format. */
function patched(before: string, diff: string): string {
  const old = before.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const out: string[] = [];
  let at = 0;
  let sign = "";
  for (const line of diff.split(/(?<=\n)/).slice(2)) {
    const start = /^@@ -(\d+)(?:,(\d+))? /.exec(line);
    if (start !== null) {
      const first = Number(start[1]) - (start[2] === "0" ? 0 : 1);
      out.push(...old.slice(at, first));
      at = first;
    } else if (line.startsWith("\\")) {
      if (sign === "+") out[out.length - 1] = out[out.length - 1]!.replace(/\n$/, "");
    } else if (line.startsWith("+")) out.push(line.slice(1));
    else {
      assertEquals(
        old[at]!.replace(/\n$/, ""),
        line.slice(1).replace(/\n$/, ""),
        "context differs",
      );
      if (line.startsWith(" ")) out.push(old[at]!);
      at++;
    }
    sign = line[0]!;
  }
  return [...out, ...old.slice(at)].join("");
}

Deno.test("unifiedDiff() shows a change with three lines around it", () => {
  const before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
  const { text, added, removed } = unifiedDiff("/f", before, before.replace("5", "five"), 1000);
  assertEquals(
    text,
    "--- /f\n+++ /f\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n",
  );
  assertEquals({ added, removed }, { added: 1, removed: 1 });
});

Deno.test("unifiedDiff() marks a missing line break at the end", () => {
  const { text } = unifiedDiff("/f", "a", "a\n", 1000);
  assertEquals(text, "--- /f\n+++ /f\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n");
});

Deno.test("unifiedDiff() can always be applied", () => {
  let seed = 7;
  const random = (below: number) => (seed = (seed * 48271) % 2147483647) % below;
  for (let round = 0; round < 400; round++) {
    const lines = () => Array.from({ length: random(25) }, () => "abc"[random(3)]! + "\n");
    const before = lines().join("").slice(0, random(2) === 0 ? undefined : -1);
    const after = random(3) === 0 ? lines().join("") : before
      .split(/(?<=\n)/)
      .flatMap((line) => random(6) === 0 ? [] : random(6) === 0 ? [line, "new\n"] : [line])
      .join("");
    const { text } = unifiedDiff("/f", before, after, 100_000);
    if (before !== after) assertEquals(patched(before, text), after, text);
  }
});

Deno.test("unifiedDiff() stays quick where everything differs, and is cut at whole lines", () => {
  const before = Array.from({ length: 50_000 }, (_, n) => `old ${n}\n`).join("");
  const after = Array.from({ length: 50_000 }, (_, n) => `new ${n}\n`).join("");
  const start = performance.now();
  const { text, cut, added, removed } = unifiedDiff("/f", before, after, 500);
  assert(performance.now() - start < 3000);
  assert(cut && text.length < 600);
  assertStringIncludes(text, "more lines of diff\n");
  assertEquals({ added, removed }, { added: 50_000, removed: 50_000 });
});
