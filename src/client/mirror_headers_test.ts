import { assertEquals } from "@std/assert";
import { decodeHeaderValue } from "../eras/headers.ts";
import { findHeaderParams } from "../protocol/header_params.ts";
import { encodeHeaderValue, mirrorHeaders } from "./mirror_headers.ts";

Deno.test("encodeHeaderValue() writes the examples of the specification", () => {
  const examples = {
    "us-west1": "us-west1",
    "Hello, 世界": "=?base64?SGVsbG8sIOS4lueVjA==?=",
    " padded ": "=?base64?IHBhZGRlZCA=?=",
    "line1\nline2": "=?base64?bGluZTEKbGluZTI=?=",
    "=?base64?literal?=": "=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?=",
  };
  for (const [value, header] of Object.entries(examples)) {
    assertEquals(encodeHeaderValue(value), header);
  }
});

Deno.test("encodeHeaderValue() writes what a server reads as the same", () => {
  const values = ["", "a b", "\t", "a\tb", "é", "=?base64?", "?=", "\u{1f600}", "\0", '"', "%20"];
  for (const value of values) {
    const header = encodeHeaderValue(value);
    assertEquals(new Headers({ x: header }).get("x"), header);
    assertEquals(decodeHeaderValue("x", header), value);
  }
});

Deno.test("mirrorHeaders() repeats the method, the name and the annotated arguments", () => {
  const found = findHeaderParams({
    type: "object",
    properties: {
      region: { type: "string", "x-mcp-header": "Region" },
      count: { type: "integer", "x-mcp-header": "Count" },
      dry: { type: "boolean", "x-mcp-header": "Dry" },
      none: { type: "string", "x-mcp-header": "None" },
      odd: { type: "string", "x-mcp-header": "Odd" },
      deep: { type: "object", properties: { x: { type: "string", "x-mcp-header": "Deep" } } },
    },
  });
  const args = { region: "ü", count: -7, dry: false, none: null, odd: {}, deep: { x: "" } };
  assertEquals(mirrorHeaders("tools/call", { name: "do", arguments: args }, found), {
    "mcp-method": "tools/call",
    "mcp-name": "do",
    "mcp-param-region": "=?base64?w7w=?=",
    "mcp-param-count": "-7",
    "mcp-param-dry": "false",
    "mcp-param-deep": "",
  });
  assertEquals(mirrorHeaders("resources/read", { uri: "a:b" }, [])["mcp-name"], "a:b");
  assertEquals(mirrorHeaders("tools/list", {}, []), { "mcp-method": "tools/list" });
});
