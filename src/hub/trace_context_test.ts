import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { traceOf } from "./trace_context.ts";

const PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

Deno.test("traceOf() hands on what the caller sent, and nothing else of its _meta", () => {
  assertEquals(
    traceOf({
      traceparent: PARENT,
      tracestate: "a=1",
      baggage: "k=v",
      secret: "s",
      progressToken: 1,
    }),
    {
      id: "0af7651916cd43dd8448eb211c80319c",
      meta: { traceparent: PARENT, tracestate: "a=1", baggage: "k=v" },
    },
  );
});

Deno.test("traceOf() begins a trace where there is none, or one that is none", () => {
  const zeros = "0".repeat(32);
  for (
    const meta of [{}, { traceparent: 5 }, { traceparent: "00-x-y-01", tracestate: "a=1" }, {
      traceparent: `00-${zeros}-b7ad6b7169203331-01`,
    }]
  ) {
    const { id, meta: carried } = traceOf(meta);
    assertMatch(String(carried.traceparent), new RegExp(`^00-${id}-[0-9a-f]{16}-00$`));
    assertEquals(Object.keys(carried), ["traceparent"]);
    assertNotEquals(id, zeros);
  }
});

Deno.test("traceOf() hands on nothing that is too long", () => {
  const { meta } = traceOf({ traceparent: PARENT, baggage: "k".repeat(9_000) });
  assertEquals(meta, { traceparent: PARENT });
});
