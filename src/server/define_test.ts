import { assertEquals } from "@std/assert";
import { audio, defineTool, failure, image, text, toBase64, ToolError } from "./define.ts";

Deno.test("text(), image() and audio() make blocks of content", () => {
  assertEquals(text("a"), { type: "text", text: "a" });
  assertEquals(text("a", { priority: 1 }), {
    type: "text",
    text: "a",
    annotations: { priority: 1 },
  });
  assertEquals(image(Uint8Array.of(255, 0), "image/png"), {
    type: "image",
    data: "/wA=",
    mimeType: "image/png",
  });
  assertEquals(audio("aGk=", "audio/wav"), { type: "audio", data: "aGk=", mimeType: "audio/wav" });
});

Deno.test("toBase64() takes more bytes than a call has room for", () => {
  const bytes = crypto.getRandomValues(new Uint8Array(60_000));
  const many = new Uint8Array(1_200_000);
  for (let at = 0; at < many.length; at += bytes.length) many.set(bytes, at);
  assertEquals(Uint8Array.from(atob(toBase64(many)), (char) => char.charCodeAt(0)), many);
  assertEquals(toBase64(new Uint8Array()), "");
});

Deno.test("failure() and ToolError say what went wrong, to people and to programs", () => {
  assertEquals(failure("no"), { content: [text("no")], isError: true });
  assertEquals(failure("no", { code: 5 }), {
    content: [text("no")],
    structuredContent: { code: 5 },
    isError: true,
  });
  const error = new ToolError("no", { code: 5 });
  assertEquals([error.name, error.message, error.structured], ["ToolError", "no", { code: 5 }]);
});

Deno.test("defineTool() gives the definition back as it is", () => {
  const definition = { name: "t", run: () => "" };
  assertEquals(defineTool(definition) === definition as unknown, true);
});
