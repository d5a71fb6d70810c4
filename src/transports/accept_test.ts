import { assertEquals } from "@std/assert";
import { readAccept } from "./accept.ts";

Deno.test("readAccept() tells which forms a header takes", () => {
  const cases: [string | null, boolean, boolean, boolean][] = [
    [null, true, true, false],
    ["*/*", true, true, false],
    ["application/json, text/event-stream", true, true, true],
    ["text/event-stream,application/json", true, true, true],
    ["APPLICATION/JSON;q=0.9 , Text/Event-Stream;q=0.1", true, true, true],
    ["application/*", true, false, false],
    ["text/*", false, true, false],
    ["application/json;q=0, text/event-stream", false, true, true],
    ["application/json; q=0.000, */*;q=0", false, false, false],
    ["text/html", false, false, false],
    ["application/jsonp", false, false, false],
    ["", false, false, false],
  ];
  for (const [header, json, stream, namesStream] of cases) {
    assertEquals(readAccept(header), { json, stream, namesStream }, String(header));
    assertEquals(readAccept(header), { json, stream, namesStream }, "the same from memory");
  }
});

Deno.test("readAccept() stays small under headers that are all different", () => {
  for (let i = 0; i < 1_000; i++) readAccept(`application/json;x=${i}`);
  assertEquals(readAccept("text/html;x=1").json, false);
});
