// What a host asks reaches the caller, in each pair of eras.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Client } from "../client/client.ts";
import { until } from "../../tests/support/until.ts";
import { serveBackend, startHub } from "./testing/hub_bench.ts";

type Era = "modern" | "session";

const PAIRS: readonly (readonly [caller: Era, host: Era])[] = [
  ["modern", "modern"],
  ["modern", "session"],
  ["session", "modern"],
  ["session", "session"],
];

/** A host whose ping asks twice, and counts how often its work is done. */
function askingHost(era: Era) {
  const done = { begun: 0, cancelled: 0 };
  const backend = serveBackend((server) => {
    server.tool({
      name: "ping",
      async run(_, ctx) {
        await ctx.once("begin", () => ++done.begun);
        ctx.signal.addEventListener("abort", () => done.cancelled++);
        const name = await ctx.elicit({
          key: "name",
          message: "Who are you?",
          schema: { type: "object", properties: { name: { type: "string" } }, required: ["name"] },
        });
        if (name.action !== "accept") return `${name.action}d`;
        const sure = await ctx.elicit({
          key: "sure",
          message: `Sure, ${name.content.name}?`,
          schema: { type: "object", properties: { sure: { type: "boolean" } } },
        });
        return `${name.content.name} ${JSON.stringify(sure.content)}`;
      },
    });
    server.tool({
      name: "systeminfo",
      run: async (_, ctx) => (await ctx.roots()).map(({ uri }) => uri).join(),
    });
    server.tool({
      name: "fetch",
      input: { type: "object" },
      async run(_, ctx) {
        const { content } = await ctx.sample({ messages: "Say a word" });
        return (content as { text: string }).text;
      },
    });
  }, { era });
  return { backend, done };
}

function answering(connect: (options: object) => Promise<Client>, era: Era): Promise<Client> {
  return connect({
    era,
    onElicit: ({ message }: { message: string }) =>
      message === "Who are you?"
        ? { action: "accept", content: { name: "Ada" } }
        : { action: "accept", content: { sure: message === "Sure, Ada?" } },
    onSample: () => ({ role: "assistant", content: { type: "text", text: "word" }, model: "m" }),
    roots: [{ uri: "file:///work" }],
  });
}

for (const [caller, host] of PAIRS) {
  Deno.test(`withQuestions() passes on what a ${host} host asks a ${caller} caller`, async () => {
    const { backend, done } = askingHost(host);
    await using _ = backend;
    await using bench = await startHub(`a ${backend.url}`);
    const client = await answering(bench.connect, caller);
    assertEquals(client.hasSession, caller === "session");
    const result = await client.callTool("remote_ping", { host: "a" });
    assertEquals(result.content, [{ type: "text", text: 'Ada {"sure":true}' }]);
    assertEquals(done.begun, 1);
    const roots = await client.callTool("remote_systeminfo", { host: "a" });
    assertStringIncludes(JSON.stringify(roots), "file:///work");
    const word = await client.callTool("remote_fetch", { host: "a", url: "http://x.test/" });
    assertEquals(word.content, [{ type: "text", text: "word" }]);
    assertEquals(bench.errors, []);
  });

  Deno.test(`withQuestions() tells a ${host} host what a ${caller} caller declines or cannot`, async () => {
    const { backend } = askingHost(host);
    await using _ = backend;
    await using bench = await startHub(`a ${backend.url}`);
    const declining = await bench.connect({ era: caller, onElicit: () => ({ action: "decline" }) });
    const declined = await declining.callTool("remote_ping", { host: "a" });
    assertEquals(declined.content, [{ type: "text", text: "declined" }]);
    const mute = await bench.connect({ era: caller });
    const refused = await mute.callTool("remote_ping", { host: "a" }).catch((error) => error);
    const text = refused instanceof Error ? refused.message : JSON.stringify(refused);
    assertStringIncludes(text, "elicitation");
    if (!(refused instanceof Error)) assertEquals(refused.isError, true);
  });
}

Deno.test("withQuestions() keeps a session host's call for a caller that comes back, and does nothing twice", async () => {
  const { backend, done } = askingHost("session");
  await using _ = backend;
  await using bench = await startHub(`a ${backend.url}`);
  const client = await bench.connect({
    era: "modern",
    capabilities: { elicitation: { form: {} } },
  });
  const first = await client.callTool("remote_ping", { host: "a" }, { inputs: "return" });
  assert(first.kind === "input_required");
  const [key] = Object.keys(first.inputRequests);
  const answers = { [key!]: { action: "accept", content: { name: "Bob" } } };
  const second = await client.callTool("remote_ping", { host: "a" }, {
    inputs: "return",
    inputResponses: answers,
    requestState: first.requestState!,
  });
  assert(second.kind === "input_required");
  assertStringIncludes(JSON.stringify(second.inputRequests), "Sure, Bob?");
  // A round that is sent twice finds its call gone on: it is told so, and nothing is done twice.
  const repeated = await client.callTool("remote_ping", { host: "a" }, {
    inputs: "return",
    inputResponses: answers,
    requestState: first.requestState!,
  });
  assert(repeated.kind === "input_required");
  assertEquals(done.begun, 1);
});

Deno.test("withQuestions() ends a call that waits when the hub ends, and tells who comes back for it", async () => {
  const { backend, done } = askingHost("session");
  await using _ = backend;
  const registry = `a ${backend.url}`;
  const served = { stateKey: "a key of sixteen characters" };
  const capabilities = { elicitation: { form: {} } };
  const before = await startHub(registry, {}, served);
  const client = await before.connect({ era: "modern", capabilities });
  const first = await client.callTool("remote_ping", { host: "a" }, { inputs: "return" });
  assert(first.kind === "input_required");
  assertEquals(before.calls.map(({ outcome }) => outcome), ["asks"]);
  await before[Symbol.asyncDispose]();
  await until(() => done.cancelled === 1, 5_000, "the host's call is cancelled");
  await using after = await startHub(registry, {}, served);
  const again = await after.connect({ era: "modern", capabilities });
  const [key] = Object.keys(first.inputRequests);
  const late = await again.callTool("remote_ping", { host: "a" }, {
    inputResponses: { [key!]: { action: "accept", content: { name: "Bob" } } },
    requestState: first.requestState!,
  });
  assertEquals(late.isError, true);
  assertStringIncludes(JSON.stringify(late.content), "the hub was restarted");
  assertEquals(done.begun, 1);
});

Deno.test("runRemote() asks nobody for several hosts at once, and says what to do", async () => {
  for (const era of ["modern", "session"] as const) {
    const one = askingHost(era);
    const two = askingHost(era);
    await using _one = one.backend;
    await using _two = two.backend;
    await using bench = await startHub(`a ${one.backend.url}\nb ${two.backend.url}`);
    const client = await answering(bench.connect, "modern");
    const result = await client.callTool("remote_ping", { host: "*" });
    assertEquals(result.isError, true);
    assertStringIncludes(JSON.stringify(result.content), "2 hosts: 0 ok, 2 failed");
  }
});
