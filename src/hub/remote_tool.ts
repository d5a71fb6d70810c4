// Makes `remote_X` of a host tool X, from the same definition: one more argument, `host`, and results
// in the one shape of the hub. So a tool is described once, and the list does not grow with the fleet.

import { isJsonObject, type JsonObject } from "../jsonrpc/message.ts";
import { defineTool, type Tool } from "../server/define.ts";
import { fitsMembers, ownMembers } from "./host_result.ts";
import { type RemoteRunner, runRemote } from "./run_remote.ts";

const HOST = {
  type: ["string", "array"],
  items: { type: "string" },
  description: "Host, or several: a list, a glob, @tag",
};

const BASE = {
  host: { type: "string" },
  via: { enum: ["mcp", "ssh"] },
  ok: { type: "boolean" },
  elapsed_ms: { type: "integer" },
  error: { type: "string" },
};

/** The name that a host tool has in the hub. */
export function remoteName(name: string): string {
  return `remote_${name}`;
}

/** Makes the tool. */
export function remoteTool(tool: Tool, runner: RemoteRunner): Tool {
  const input = isJsonObject(tool.input) ? tool.input : {};
  const { properties, required } = input;
  const members = ownMembers(tool.output);
  const remote = {
    name: tool.name,
    hasSchema: tool.output !== undefined,
    fits: fitsMembers(members),
  };
  const { title, description, annotations } = tool;
  return defineTool({
    name: remoteName(tool.name),
    ...(title === undefined ? {} : { title: `${title}, on hosts` }),
    ...(description === undefined ? {} : { description }),
    ...(annotations === undefined ? {} : { annotations }),
    lenient: true,
    input: {
      type: "object",
      properties: { host: HOST, ...(isJsonObject(properties) ? properties : {}) },
      required: ["host", ...(Array.isArray(required) ? required : [])],
      additionalProperties: false,
    },
    ...(tool.output === undefined ? {} : { output: outputOf(members) }),
    run: (given, ctx) => {
      const { host, ...args } = given as JsonObject & { readonly host: string | string[] };
      return runRemote(runner, remote, host, args, ctx);
    },
  });
}

function outputOf(members: { readonly [name: string]: unknown }): JsonObject {
  const properties = { ...members, ...BASE };
  const items = { type: "object", properties, required: ["host", "ok", "elapsed_ms"] };
  return {
    type: "object",
    properties: { results: { type: "array", items } },
    required: ["results"],
  };
}
