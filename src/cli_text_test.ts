import { assertEquals } from "@std/assert";
import { firstSentence, oneLine, printable } from "./cli_text.ts";

Deno.test("printable() shows what a terminal would act on", () => {
  assertEquals(printable("a\x1b[2Jb\x07\x9b1m"), "a\\u001b[2Jb\\u0007\\u009b1m");
  assertEquals(printable("tab\tand\r\nline\nend, übung 語 🎉"), "tab\tand\nline\nend, übung 語 🎉");
  assertEquals(printable("over\rwritten, \u202ereversed"), "over\\u000dwritten, \\u202ereversed");
});

Deno.test("oneLine() joins lines and cuts by characters", () => {
  assertEquals(oneLine("  a\n  b\tc ", 80), "a b c");
  assertEquals(oneLine("🎉🎉🎉🎉", 3), "🎉🎉…");
});

Deno.test("firstSentence() ends with the first sentence", () => {
  assertEquals(firstSentence("Runs it. More of that.", 80), "Runs it.");
  assertEquals(firstSentence("Reads v1.2 of\nit", 80), "Reads v1.2 of it");
  assertEquals(firstSentence("", 80), "");
});
