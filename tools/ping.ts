// The `ping` tool: shows that calls reach this host and answers come back.
// Made by `hostTools()`. Never touches the machine, so that it answers when all else hangs.

import { defineTool, type Tool } from "../src/server/define.ts";
import type { Host } from "./host.ts";

/** Makes the `ping` tool. */
export function ping(_host: Host): Tool {
  return defineTool({
    name: "ping",
    title: "Ping",
    description: "Answers pong.",
    input: { type: "object", additionalProperties: false },
    annotations: {
      readOnlyHint: true,
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: false,
    },
    lenient: true,
    run: () => "pong",
  });
}
