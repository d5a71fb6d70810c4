import { assertEquals } from "@std/assert";
import { ping } from "./ping.ts";
import { callTool } from "./testing/call_tool.ts";
import { withHost } from "./testing/host.ts";

Deno.test("ping() answers pong, and takes no arguments", () =>
  withHost(async (host) => {
    assertEquals((await callTool(ping(host), {})).text, "pong");
    assertEquals((await callTool(ping(host), { host: "x" })).isError, true);
  }));
