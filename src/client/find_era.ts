// Finds out which era a server speaks, and greets it in that. Never takes a server for an old one because
// it refused, failed, or could not be reached. Called by `connect.ts`.
// spec: basic/versioning#backward-compatibility-with-initialization-based-versions

import { RpcError } from "../jsonrpc/errors.ts";
import { isJsonObject, type JsonObject, show } from "../jsonrpc/message.ts";
import {
  isModernRevision,
  isSessionRevision,
  McpErrorCode,
  MODERN_REVISIONS,
  SUPPORTED_REVISIONS,
} from "../protocol/revisions.ts";
import type { Implementation, LogLevel } from "../protocol/types.ts";
import { VERSION } from "../version.ts";
import { type Answerer, canBeAsked } from "./answerer.ts";
import type { Channel } from "./channel.ts";
import { ClientError } from "./client_error.ts";
import { Deadline } from "./deadline.ts";
import type { Inbound } from "./inbound.ts";
import type { Link } from "./link.ts";
import { ModernLink } from "./modern.ts";
import type { ConnectOptions } from "./options.ts";
import { SessionLink } from "./session.ts";
import type { Verdict } from "./verdict.ts";

const DEFAULT_PROBE_MS = 10_000;
const DISCOVER = "server/discover";
/** Statuses that say something of this request or moment, and nothing of the era. */
const NO_VERDICT = new Set([401, 403, 407, 408, 425, 429]);
/** How long what was discovered is believed, at the least. */
const LEAST_BELIEF_MS = 60_000;

/** What finding the era needs. */
export interface Greeting {
  readonly channel: Channel;
  readonly inbound: Inbound;
  readonly answerer: Answerer;
  readonly options: ConnectOptions;
  readonly deadline: Deadline;
  /** What the server is known by; undefined where it is this very one. */
  readonly key: string | undefined;
}

/** What a server turned out to speak. */
type Finding =
  | { readonly era: "modern"; readonly link: ModernLink; readonly discovered: JsonObject }
  | { readonly era: "session"; readonly revision?: string }
  | { readonly era: "ended" };

/**
 * Greets a server in the era that it speaks. Undefined: it is a command that ended when it was asked
 * for the newer era, as some do when anything comes before "initialize".
 */
export async function greet(greeting: Greeting): Promise<Link | undefined> {
  const { options, key } = greeting;
  const { verdicts, revision } = options;
  const era = revision === undefined
    ? options.era ?? "auto"
    : isSessionRevision(revision)
    ? "session"
    : "modern";
  if (era === "session") return await openSession(greeting, revision);
  const known = key === undefined ? undefined : verdicts?.get(key);
  if (known?.era === "session" && era === "auto") return await openSession(greeting, undefined);
  if (known?.era === "modern" && (known.until ?? Infinity) > Date.now()) {
    const link = modernLink(greeting, known.revision);
    link.discovered(known.discovered);
    return link;
  }
  const found = await probe(greeting, era === "auto");
  if (found.era === "ended") return undefined;
  if (found.era === "modern") {
    remember(greeting, toVerdict(found.link.revision, found.discovered));
    return found.link;
  }
  const link = await openSession(greeting, found.revision);
  remember(greeting, { era: "session" });
  return link;
}

/** Asks the server in the modern era, and reads from its answer which one it speaks. */
async function probe(greeting: Greeting, mayBeOld: boolean): Promise<Finding> {
  const { channel, options } = greeting;
  let revision: string = options.revision ?? MODERN_REVISIONS[0];
  for (let tries = 1;; tries++) {
    const link = modernLink(greeting, revision);
    let supported: readonly unknown[];
    try {
      const discovered = await discover(greeting, link, mayBeOld);
      supported = versionsOf(discovered, channel);
      if (supported.includes(revision)) {
        link.discovered(discovered);
        return { era: "modern", link, discovered };
      }
    } catch (error) {
      const listed = supportedOf(error);
      if (listed === undefined) {
        if (mayBeOld && hasEnded(error, channel)) return { era: "ended" };
        if (mayBeOld && looksOld(error, channel)) return { era: "session" };
        throw error;
      }
      supported = listed;
      if (tries > 1 && listed.includes(revision)) throw error;
    }
    const wanted = options.revision === undefined ? SUPPORTED_REVISIONS : [options.revision];
    const mutual = wanted.find((one) => supported.includes(one));
    if (mutual !== undefined && isSessionRevision(mutual) && mayBeOld) {
      return { era: "session", revision: mutual };
    }
    if (mutual === undefined || !isModernRevision(mutual) || tries > 1) {
      throw new ClientError(
        "protocol",
        `${channel.label} must speak one of the revisions ${wanted.join(", ")}: got ` +
          supported.join(", "),
        { sent: false },
      );
    }
    revision = mutual;
  }
}

async function discover(
  { channel, options, deadline }: Greeting,
  link: ModernLink,
  mayBeOld: boolean,
): Promise<JsonObject> {
  // An old server may say nothing at all to what it does not know; over HTTP it has to.
  const { probeTimeoutMs = DEFAULT_PROBE_MS } = options;
  const probing = new Deadline({
    what: DISCOVER,
    timeoutMs: channel.kind === "stdio" && mayBeOld ? probeTimeoutMs : Infinity,
    signal: deadline.signal,
  });
  try {
    return await link.request({
      method: DISCOVER,
      params: {},
      options: {},
      deadline: probing,
      headerParams: [],
    });
  } catch (error) {
    throw deadline.signal.aborted ? deadline.signal.reason : error;
  } finally {
    probing.end();
  }
}

async function openSession(greeting: Greeting, revision: string | undefined): Promise<SessionLink> {
  const { channel, inbound, answerer, options, deadline } = greeting;
  const { onLog, onNotification, onListChanged } = options;
  const link = new SessionLink({
    channel,
    inbound,
    info: infoOf(options),
    capabilities: answerer.capabilities,
    logLevel: levelOf(options),
    revision,
    hearsAll: canBeAsked(answerer.capabilities) ||
      [onLog, onNotification, onListChanged].some((callback) => callback !== undefined),
  });
  try {
    await link.open(deadline);
  } catch (error) {
    if (greeting.key !== undefined) options.verdicts?.delete(greeting.key);
    throw error;
  }
  return link;
}

function modernLink(greeting: Greeting, revision: string): ModernLink {
  const { channel, inbound, answerer, options, key } = greeting;
  return new ModernLink({
    channel,
    inbound,
    revision,
    info: infoOf(options),
    capabilities: answerer.capabilities,
    logLevel: levelOf(options),
    onWrongEra: () => key !== undefined && options.verdicts?.delete(key),
  });
}

function remember({ key, options }: Greeting, verdict: Verdict): void {
  if (key !== undefined) options.verdicts?.set(key, verdict);
}

/** How long what was discovered is believed: as long as the server says, within reason. */
function toVerdict(revision: string, discovered: JsonObject): Verdict {
  const { ttlMs } = discovered;
  const kept = Math.max(typeof ttlMs === "number" ? ttlMs : 0, LEAST_BELIEF_MS);
  return { era: "modern", revision, discovered, until: Date.now() + kept };
}

/** @throws {ClientError} when it is none of the answer's form: some old servers answer anything. */
function versionsOf({ supportedVersions }: JsonObject, { label }: Channel): readonly unknown[] {
  if (Array.isArray(supportedVersions)) return supportedVersions;
  throw new ClientError(
    "protocol",
    `${label} must list its revisions when it is asked for them: got ${show(supportedVersions)}`,
  );
}

/** The revisions that a refusal lists; undefined when it is no refusal of the revision. */
function supportedOf(error: unknown): readonly unknown[] | undefined {
  if (!(error instanceof RpcError)) return undefined;
  if (error.code !== McpErrorCode.UnsupportedProtocolVersion) return undefined;
  const { data } = error;
  return isJsonObject(data) && Array.isArray(data.supported) ? data.supported : [];
}

/** Whether an error is what a server of the older era may say to a request that it cannot know. */
function looksOld(error: unknown, { kind }: Channel): boolean {
  if (error instanceof RpcError) {
    return !(Object.values(McpErrorCode) as number[]).includes(error.code);
  }
  if (!(error instanceof ClientError)) return false;
  if (error.code === "timeout") return kind === "stdio";
  if (error.code === "protocol") return true;
  const { status } = error;
  return error.code === "http" && status !== undefined && status >= 400 && status < 500 &&
    !NO_VERDICT.has(status);
}

/** Whether a command took the question, and ended with it. */
function hasEnded(error: unknown, { kind }: Channel): boolean {
  return kind === "stdio" && error instanceof ClientError && error.code === "closed" && error.sent;
}

function infoOf({ clientInfo }: ConnectOptions): Implementation {
  return clientInfo ?? { name: "lmcp", version: VERSION };
}

function levelOf({ logLevel, onLog }: ConnectOptions): LogLevel | undefined {
  return logLevel ?? (onLog === undefined ? undefined : "info");
}
