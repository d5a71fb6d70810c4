// Connects a client: opens the way to the server, has it greeted in the era that it speaks, and hears
// of changes where that is wanted. What `./client` is for.

import { unlessAborted } from "../protocol/cancel.ts";
import { MODERN_REVISIONS, SESSION_REVISIONS, SUPPORTED_REVISIONS } from "../protocol/revisions.ts";
import { makeAnswerer } from "./answerer.ts";
import type { Client } from "./client.ts";
import { ConnectedClient } from "./connected_client.ts";
import { Deadline } from "./deadline.ts";
import { greet } from "./find_era.ts";
import { Inbound } from "./inbound.ts";
import { openChannel } from "./open_channel.ts";
import type { ConnectOptions } from "./options.ts";
import type { Target } from "./target.ts";

const DEFAULT_TIMEOUT_MS = 60_000;
let handlers = 0;

/**
 * Connects to a server: at a URL, in a command that is started, or a handler in this process. Asks it
 * which era it speaks, unless `verdicts` knows.
 *
 * @throws {ClientError} when it cannot be reached, refuses, or has no revision in common.
 * @throws {RpcError} when it answered the greeting with an error.
 *
 * @example Call a tool
 * ```ts
 * import { createHandler, createServer } from "@lmcp/lmcp";
 * import { connect } from "@lmcp/lmcp/client";
 *
 * const server = createServer({ name: "greeter", version: "1.0.0" });
 * server.tool({ name: "hello", run: () => "Hello!" });
 * const handler = createHandler(server);
 *
 * const client = await connect(handler); // or "http://127.0.0.1:8080/mcp"
 * const { content } = await client.callTool("hello");
 * if (content[0]?.type !== "text" || content[0].text !== "Hello!") throw new Error("unexpected");
 * await client.close();
 * await handler.close();
 * ```
 */
export async function connect(target: Target, options: ConnectOptions = {}): Promise<Client> {
  checkRevision(options.revision);
  // In the older era a server is not asked which one it speaks, so it cannot end of that again.
  return await open(target, options) ?? await connect(target, { ...options, era: "session" });
}

/** Undefined: the command ended when it was asked which era it speaks. */
async function open(target: Target, options: ConnectOptions): Promise<Client | undefined> {
  const answerer = makeAnswerer(options);
  const inbound = new Inbound(options, answerer.answer);
  const { channel, key, credential } = openChannel(target, inbound, options);
  const deadline = new Deadline({
    what: `Connecting to ${channel.label}`,
    timeoutMs: options.connectTimeoutMs ?? options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    signal: options.signal,
  });
  try {
    const greeting = greet({ channel, inbound, answerer, options, deadline, key });
    const link = await unlessAborted(greeting, deadline.signal);
    if (link === undefined) {
      if (key !== undefined) options.verdicts?.set(key, { era: "session" });
      inbound.close();
      await channel.close();
      return undefined;
    }
    const known = key ?? `handler ${++handlers}`;
    const client = new ConnectedClient({
      link,
      inbound,
      answerer,
      options,
      key: known,
      credential,
    });
    if (!link.hasSession) await hearOfLists(client, inbound, options);
    return client;
  } catch (error) {
    inbound.close();
    await channel.close();
    throw error;
  } finally {
    deadline.end();
  }
}

/** Sessions tell of their lists by themselves; elsewhere it takes a request that lasts. */
async function hearOfLists(
  client: Client,
  inbound: Inbound,
  { onListChanged }: ConnectOptions,
): Promise<void> {
  const lists = (["tools", "prompts", "resources"] as const)
    .filter((list) => client.capabilities[list]?.listChanged === true);
  if (onListChanged === undefined || lists.length === 0) return;
  const filter = Object.fromEntries(lists.map((list) => [list, true]));
  // What changed is told to the callback already, as any notification is.
  await client.listen(filter, ({ kind }) => {
    if (kind === "gap") lists.forEach((list) => onListChanged(list));
  }).catch((error) => inbound.report(error));
}

function checkRevision(revision: string | undefined): void {
  if (revision === undefined || SUPPORTED_REVISIONS.includes(revision)) return;
  throw new TypeError(
    `Revision must be one of ${[...MODERN_REVISIONS, ...SESSION_REVISIONS].join(", ")}: got ` +
      JSON.stringify(revision),
  );
}
