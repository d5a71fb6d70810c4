// The tool `remote_list_hosts`: which hosts there are, and what is known of them, from memory. With
// `force` all are asked at once, and the answer waits for that, no longer than one probe may take.

import type { JsonObject } from "../jsonrpc/message.ts";
import { defineTool, text, type Tool, ToolError } from "../server/define.ts";
import type { Fleet, HostSnapshot } from "./fleet.ts";
import { cut } from "./host_content.ts";
import { selectHosts } from "./host_selection.ts";

/** Makes the tool. `limit`: characters of text that a model is shown at the most. */
export function listHosts(fleet: Fleet, limit: number): Tool {
  return defineTool({
    name: "remote_list_hosts",
    title: "List hosts",
    description:
      "Lists the hosts that the remote_ tools take, with state, tags and ways (mcp, ssh when mcp is " +
      "down), from memory: as_of says since when. unknown: not asked lately; it is being asked now, " +
      "and can be called.",
    annotations: {
      readOnlyHint: true,
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: false,
    },
    lenient: true,
    input: {
      type: "object",
      properties: {
        force: { type: "boolean", description: "Ask all hosts now (seconds)" },
        tag: { type: "string", description: "Only hosts with this tag" },
      },
      additionalProperties: false,
    },
    output: {
      type: "object",
      properties: {
        hosts: {
          type: "array",
          items: {
            type: "object",
            properties: {
              name: { type: "string" },
              state: { enum: ["up", "down", "unknown", "ssh_only"] },
              ssh: { type: "boolean" },
              tags: { type: "array", items: { type: "string" } },
              as_of: { type: "string" },
              next_probe_at: { type: "string" },
              latency_ms: { type: "number" },
              problem: { type: "string" },
              running: { type: "integer" },
            },
            required: ["name", "state"],
          },
        },
        registry_problem: { type: "string" },
      },
      required: ["hosts"],
    },
    async run({ force = false, tag }) {
      const hosts = await fleet.hosts();
      if (hosts.length === 0) throw new ToolError("The registry of the hub names no host");
      const chosen = tag === undefined ? hosts : selectHosts(hosts, `@${tag.replace(/^@/, "")}`);
      if (force) await Promise.all(chosen.map((host) => fleet.probe(host)));
      const names = new Set(chosen.map(({ name }) => name));
      return answer(fleet.snapshot().filter(({ name }) => names.has(name)), fleet, limit);
    },
  });
}

function answer(hosts: readonly HostSnapshot[], fleet: Fleet, limit: number) {
  const problems = fleet.registryProblems();
  const problem = problems.length === 0
    ? undefined
    : `the registry is wrong, these are the hosts it had before: ${problems.join("; ")}`;
  const lines = hosts.map(lineOf);
  if (problem !== undefined) lines.push(`[${problem}]`);
  return {
    content: [text(cut(lines.join("\n"), limit, "tag names a part of the hosts"))],
    structuredContent: {
      hosts: hosts.map(itemOf),
      ...(problem === undefined ? {} : { registry_problem: problem }),
    },
  };
}

function lineOf({ name, state, tags, latencyMs, problem, ssh }: HostSnapshot): string {
  const took = state === "up" && latencyMs !== undefined ? ` ${Math.round(latencyMs)} ms` : "";
  const way = ssh && state !== "ssh_only" ? ", ssh" : "";
  const tagged = tags.length === 0 ? "" : ` @${tags.join(" @")}`;
  const why = problem === undefined || state === "unknown" ? "" : `: ${problem}`;
  return `${name}${tagged}: ${state}${took}${way}${why}`;
}

function itemOf(host: HostSnapshot): JsonObject {
  const { name, state, ssh, tags, asOf, nextProbeAt, latencyMs, problem, calls } = host;
  return {
    name,
    state,
    ...(ssh ? { ssh } : {}),
    ...(tags.length === 0 ? {} : { tags }),
    ...(asOf === undefined ? {} : { as_of: timeText(asOf) }),
    ...(nextProbeAt === undefined ? {} : { next_probe_at: timeText(nextProbeAt) }),
    ...(latencyMs === undefined ? {} : { latency_ms: Math.round(latencyMs * 10) / 10 }),
    ...(problem === undefined ? {} : { problem }),
    ...(calls.length === 0 ? {} : { running: calls.length }),
  };
}

function timeText(ms: number): string {
  return new Date(ms).toISOString();
}
