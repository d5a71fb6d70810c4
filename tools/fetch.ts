// The `fetch` tool: one resource of the Web, as a model can read it.
// Made by `hostTools()`. What it does is in `fetch_run.ts`, which is loaded at the first call.

import { defineTool, type Tool } from "../src/server/define.ts";
import type { FetchInput } from "./fetch_run.ts";
import type { Host } from "./host.ts";

const MAX_BYTES = 1024 * 1024;
const MOST_BYTES = 10 * 1024 * 1024;
const TIMEOUT_S = 30;
const MAX_TIMEOUT_S = 300;

/** Makes the tool; on a host that only reads, without methods that may change something. */
export function fetchTool(host: Host): Tool {
  const methods = host.readOnly
    ? ["GET", "HEAD"]
    : ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
  return defineTool<{ readonly [keyword: string]: unknown }>({
    name: "fetch",
    title: "Fetch a URL",
    description: "Fetches an http or https URL. HTML comes as Markdown, other text as it is, " +
      "images as images. Reaches public addresses only, unless this server's owner allowed more.",
    annotations: {
      readOnlyHint: host.readOnly,
      destructiveHint: !host.readOnly,
      idempotentHint: host.readOnly,
      openWorldHint: true,
    },
    lenient: true,
    input: {
      type: "object",
      properties: {
        url: { type: "string" },
        method: { type: "string", enum: methods, default: "GET" },
        headers: { type: "object", additionalProperties: { type: "string" } },
        ...(host.readOnly ? {} : {
          body: { type: "string", description: "Say its content-type in headers." },
        }),
        as: {
          type: "string",
          enum: ["markdown", "text", "raw"],
          default: "markdown",
          description: "What HTML becomes; raw: it stays HTML.",
        },
        max_bytes: { type: "integer", minimum: 1, maximum: MOST_BYTES, default: MAX_BYTES },
        timeout_s: {
          type: "number",
          exclusiveMinimum: 0,
          maximum: MAX_TIMEOUT_S,
          default: TIMEOUT_S,
        },
      },
      required: ["url"],
      additionalProperties: false,
    },
    run: async (input, ctx) => {
      const { runFetch } = await import("./fetch_run.ts");
      const given = input as unknown as Partial<FetchInput> & { readonly url: string };
      return await runFetch(host, { max_bytes: MAX_BYTES, timeout_s: TIMEOUT_S, ...given }, ctx);
    },
  });
}
