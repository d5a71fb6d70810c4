import { assertEquals } from "@std/assert";
import { progressText } from "./cli_progress.ts";

Deno.test("progressText() draws a bar where there is a total, and says the message elsewhere", () => {
  assertEquals(
    progressText({ progress: 4, total: 10, message: "host\npi5" }, true),
    "[########------------] 40% (4 of 10) host pi5",
  );
  assertEquals(progressText({ progress: 1, total: 3 }, false), "33% (1 of 3)");
  assertEquals(
    progressText({ progress: 5, total: 4 }, true),
    "[####################] 100% (5 of 4)",
  );
  assertEquals(progressText({ progress: 2, message: "building\n" }, true), "building");
  assertEquals(progressText({ progress: 2.005 }, true), "2.01 done");
  assertEquals(progressText({ progress: 1, total: 0, message: "\x1b[2J" }, true), "\\u001b[2J");
});
