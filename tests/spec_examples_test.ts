// deno-lint-ignore-file no-console -- says why a test did nothing
// The official example messages of the newest revision: our validator finds them valid under the
// official schema, and our parser takes each message for what it is.

import { assert, assertEquals } from "@std/assert";
import { createSealer } from "../src/protocol/sealed.ts";
import { modern } from "../src/eras/modern.ts";
import { parseMessage, type RpcRequest } from "../src/jsonrpc/message.ts";
import { CancelScope } from "../src/protocol/cancel.ts";
import { compileJsonSchema } from "../src/protocol/json_schema.ts";
import { isContent } from "../src/server/result.ts";
import { specDir } from "./support/spec_dir.ts";

const REVISION = "2026-07-28";

interface Example {
  /** The type that it is an example of. */
  readonly type: string;
  readonly file: string;
  // deno-lint-ignore no-explicit-any -- official data
  readonly value: any;
}

function* examples(dir: string): Generator<Example> {
  for (const { name: type } of Deno.readDirSync(`${dir}/${REVISION}/examples`)) {
    for (const { name: file } of Deno.readDirSync(`${dir}/${REVISION}/examples/${type}`)) {
      const path = `${dir}/${REVISION}/examples/${type}/${file}`;
      yield { type, file, value: JSON.parse(Deno.readTextFileSync(path)) };
    }
  }
}

function withExamples(test: (dir: string) => void | Promise<void>): () => void | Promise<void> {
  return () => {
    const dir = specDir();
    if (dir !== undefined) return test(dir);
    // A clone has no official data beside it, nor need it have, in CI neither.
    console.log("skipped: needs the official examples (-- --spec DIR)");
  };
}

Deno.test(
  "compileJsonSchema() finds every official example valid under the official schema",
  withExamples((dir) => {
    const schema = JSON.parse(Deno.readTextFileSync(`${dir}/${REVISION}/schema.json`));
    let count = 0;
    for (const { type, file, value } of examples(dir)) {
      const check = compileJsonSchema({ $ref: `#/$defs/${type}`, $defs: schema.$defs });
      assertEquals(check(value), [], `${type}/${file}`);
      count++;
    }
    assert(count > 100, `only ${count} examples`);
  }),
);

Deno.test(
  "parseMessage() takes every official example message for what it is",
  withExamples(async (dir) => {
    const kinds = new Map<string, number>();
    for (const { type, file, value } of examples(dir)) {
      const kind = kindOf(type, value);
      if (kind === undefined) continue;
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      assertEquals(parseMessage(value).kind, kind, `${type}/${file}`);
      if (kind === "request" && value.params?._meta !== undefined) await decode(value);
    }
    assertEquals([...kinds.keys()].sort(), ["notification", "request", "response"]);
  }),
);

Deno.test(
  "isContent() knows every official example of content",
  withExamples((dir) => {
    for (const { type, file, value } of examples(dir)) {
      const blocks = type === "CallToolResult"
        ? value.content
        : CONTENT.includes(type)
        ? [value]
        : [];
      for (const block of blocks) assert(isContent(block), `${type}/${file}`);
    }
  }),
);

const CONTENT = ["TextContent", "ImageContent", "AudioContent", "ResourceLink", "EmbeddedResource"];

function kindOf(type: string, value: { jsonrpc?: unknown }): string | undefined {
  if (value.jsonrpc === undefined) return undefined;
  if (type.endsWith("Notification")) return "notification";
  return type.endsWith("Request") ? "request" : "response";
}

/** Reads a request as the newest revision does; throws what it would refuse it with. */
async function decode(request: RpcRequest): Promise<void> {
  const { requestState: _state, ...params } = request.params ?? {};
  const call = await modern.decode({ ...request, params }, {
    auth: undefined,
    scope: new CancelScope(),
    sealer: createSealer(),
    asks: () => undefined,
    send() {},
    closeStream() {},
    linger() {},
  });
  assertEquals(call.method, request.method);
}
