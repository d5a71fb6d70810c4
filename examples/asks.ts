// deno-lint-ignore-file no-console -- it says where it listens
// A server that asks: the user for a name, then the client's model for a poem. The same handler
// serves old clients, where a question is a request on the session, and new ones, where the call is
// suspended and entered again with the answer. So: ask first, act after.
//
//   deno run -A examples/asks.ts           over standard input and output
//   deno run -A examples/asks.ts PORT      over HTTP

import { createHandler, createServer, defineTool, type Server } from "@lmcp/lmcp";
import { serveStdio } from "@lmcp/lmcp/stdio";

const NAME_FORM = {
  type: "object",
  properties: { name: { type: "string", title: "Your name" } },
  required: ["name"],
} as const;

/** Makes the server. */
export function askingServer(): Server {
  return createServer({ name: "poet", version: "1.0.0" }).tool(defineTool({
    name: "poem",
    description: "Asks who the user is, and has the client's model write a poem for them.",
    async run(_input, ctx) {
      const answer = await ctx.elicit({
        key: "name",
        message: "Who is the poem for?",
        schema: NAME_FORM,
      });
      if (answer.action !== "accept") return "No name, no poem.";
      const { name } = answer.content;
      const poem = await ctx.sample({
        key: "poem",
        messages: `Write a poem of two lines for ${name}.`,
        maxTokens: 200,
      });
      return { name, poem: poem.content };
    },
  }));
}

if (import.meta.main) {
  const [port] = Deno.args;
  if (port === undefined) {
    const { readable } = Deno.stdin;
    const { writable } = Deno.stdout;
    await serveStdio(askingServer(), { readable, writable });
  } else {
    Deno.serve({
      hostname: "127.0.0.1",
      port: Number(port),
      onListen: (at) => console.error(`listening on http://127.0.0.1:${at.port}/mcp`),
    }, createHandler(askingServer()));
  }
}
