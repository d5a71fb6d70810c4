import { assertEquals, assertMatch } from "@std/assert";
import { type Log, openLog } from "./cli_log.ts";

function lines(format: "text" | "json", write: (log: Log) => void): string[] {
  const said: string[] = [];
  write(openLog({ stderr: (text) => void said.push(text) }, format));
  return said;
}

Deno.test("openLog() writes text that begins with lmcp: and cannot be broken out of", () => {
  assertEquals(lines("text", (log) => log.info("up", { url: "x" })), ["lmcp: up"]);
  const [said = ""] = lines("text", (log) => log.warn("a\nlmcp: b\r\nc"));
  assertEquals(said.split("\n").filter((line) => line.startsWith("lmcp:")), ["lmcp: a"]);
  assertEquals(lines("text", (log) => log.warn("a\r\x1b[1Alie")), ["lmcp: a\\u000d\\u001b[1Alie"]);
});

Deno.test("openLog() writes JSON with time, level, message and facts", () => {
  const [said = ""] = lines("json", (log) => log.warn("a\nb", { url: "x", port: 1 }));
  const { time, ...rest } = JSON.parse(said);
  assertMatch(time, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  assertEquals(rest, { level: "warn", message: "a\nb", url: "x", port: 1 });
  assertEquals(said.includes("\n"), false);
});

Deno.test("openLog() tells where an error comes from", () => {
  const bug = new TypeError("no such thing");
  for (const format of ["text", "json"] as const) {
    const [said = ""] = lines(format, (log) => log.error("Oh", bug));
    assertMatch(said, /Oh.*TypeError: no such thing.*cli_log_test\.ts/s);
  }
  assertEquals(lines("text", (log) => log.error("Oh", "text")), ["lmcp: Oh: text"]);
  assertEquals(lines("text", (log) => log.error("Oh")), ["lmcp: Oh"]);
});
