// The envelope of a revision: what a well-behaved client adds to a message, unless a step says
// otherwise. A step's own headers and `_meta` win; null leaves a member out.

import { hasSessions, type JsonMap, type SendStep } from "./scenario.ts";

const CLIENT = { name: "lmcp-conformance", version: "1.0.0" };
const BOTH = "application/json, text/event-stream";

/** The headers of every POST. */
export function baseHeaders(
  revision: string,
  sessionId: string | undefined,
): { [name: string]: string } {
  return {
    "content-type": "application/json",
    accept: BOTH,
    ...(sessionId === undefined ? {} : { "mcp-session-id": sessionId }),
    ...(revision >= "2025-06-18" && (sessionId !== undefined || !hasSessions(revision))
      ? { "mcp-protocol-version": revision }
      : {}),
  };
}

/** A message in its envelope, and the headers that go with it. */
export function wrap(
  step: SendStep,
  revision: string,
  capabilities: JsonMap,
  sessionId: string | undefined,
): { readonly text: string; readonly headers: { readonly [name: string]: string } } {
  const headers = step.bare === true
    ? { "content-type": "application/json", accept: BOTH }
    : { ...baseHeaders(revision, sessionId), ...mirrored(step.message, revision) };
  const message = step.bare === true ? step.message : withMeta(step, revision, capabilities);
  return {
    text: JSON.stringify({ jsonrpc: "2.0", ...message }),
    headers: merge(headers, step.headers),
  };
}

/** Headers with changes; a name with null is left out. */
export function merge(
  headers: { readonly [name: string]: string },
  changes: JsonMap | undefined,
): { [name: string]: string } {
  const merged: { [name: string]: string } = { ...headers };
  for (const [name, value] of Object.entries(changes ?? {})) {
    if (value === null) delete merged[name.toLowerCase()];
    else merged[name.toLowerCase()] = String(value);
  }
  return merged;
}

function mirrored(message: JsonMap, revision: string): { [name: string]: string } {
  if (hasSessions(revision) || typeof message.method !== "string") return {};
  const params = (message.params ?? {}) as JsonMap;
  const source = message.method === "resources/read"
    ? params.uri
    : message.method === "tools/call" || message.method === "prompts/get"
    ? params.name
    : message.method.startsWith("tasks/")
    ? params.taskId
    : undefined;
  return {
    "mcp-method": message.method,
    ...(typeof source === "string" ? { "mcp-name": source } : {}),
  };
}

function withMeta(step: SendStep, revision: string, capabilities: JsonMap): JsonMap {
  const given = step.meta ?? {};
  if (hasSessions(revision) && Object.keys(given).length === 0) return step.message;
  const envelope = hasSessions(revision) ? {} : {
    "io.modelcontextprotocol/protocolVersion": revision,
    "io.modelcontextprotocol/clientInfo": CLIENT,
    "io.modelcontextprotocol/clientCapabilities": capabilities,
  };
  const _meta: { [key: string]: JsonMap[string] } = { ...envelope };
  for (const [key, value] of Object.entries(given)) {
    if (value === null) delete _meta[key];
    else _meta[key] = value;
  }
  return { ...step.message, params: { ...(step.message.params as JsonMap), _meta } };
}

/** The first message of a session. */
export function initializeMessage(revision: string, capabilities: JsonMap): JsonMap {
  return {
    id: "initialize",
    method: "initialize",
    params: { protocolVersion: revision, capabilities, clientInfo: CLIENT },
  };
}
