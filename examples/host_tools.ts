// deno-lint-ignore-file no-console -- it says where it listens
// The host tools in a server of your own: beside other tools, with roots, and without the shell.
//
//   deno run -A examples/host_tools.ts FOLDER [PORT]

import { createHandler, createServer } from "@lmcp/lmcp";
import { hostTools, openHost } from "@lmcp/lmcp/tools";
import { openRuntime } from "@lmcp/lmcp/runtime";

const [folder = ".", port = "8080"] = Deno.args;
const host = await openHost(await openRuntime(), { roots: [await Deno.realPath(folder)] });
const server = createServer({ name: "files", version: "1.0.0" });
for (const tool of hostTools(host)) {
  if (tool.name !== "shell") server.tool(tool);
}
server.tool({ name: "which_folder", description: "Tells the folder.", run: () => folder });

Deno.serve({
  hostname: "127.0.0.1",
  port: Number(port),
  onListen: (at) => console.error(`listening on http://127.0.0.1:${at.port}/mcp`),
}, createHandler(server));
