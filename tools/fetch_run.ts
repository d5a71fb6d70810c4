// What the `fetch` tool does when it is called. Loaded by `fetch.ts` at the first call, not before:
// a server offers the tool without it. Never connects to an address that the policy refuses, never
// reads more than it was told to, and never outlives its call.

import type { JsonObject } from "../src/jsonrpc/message.ts";
import type { ToolResult } from "../src/protocol/types.ts";
import { type Context, image, text } from "../src/server/define.ts";
import { bodyKind, decoded, type FetchedBody, readBody } from "./fetch_body.ts";
import { startClock } from "./fetch_clock.ts";
import { type FetchAnswer, followHops } from "./fetch_hops.ts";
import { fetchRequest, type RequestInput } from "./fetch_request.ts";
import type { Host } from "./host.ts";
import { htmlText } from "./html_text.ts";
import { shownText } from "./shown_text.ts";

/** What clients take of an image: 5 MB as base64. */
const IMAGE_BYTES = 3_750_000;
/** Characters kept free for what is said about the text. */
const NOTE_CHARS = 1_000;

/** The arguments of `fetch`, with their defaults. */
export interface FetchInput extends RequestInput {
  readonly max_bytes: number;
  readonly timeout_s: number;
}

/** Fetches. */
export async function runFetch(host: Host, input: FetchInput, ctx: Context): Promise<ToolResult> {
  const { timeout_s, max_bytes } = input;
  const request = fetchRequest(input);
  const clock = startClock(timeout_s, ctx.signal);
  try {
    const answer = await followHops(host.runtime, host.fetchPolicy, request, clock.signal);
    const body = await readBody(answer.body, max_bytes);
    return await resultOf(host, input, answer, body, ctx.signal);
  } finally {
    clock.stop();
  }
}

async function resultOf(
  host: Host,
  { method, as = "markdown", max_bytes }: FetchInput,
  answer: FetchAnswer,
  body: FetchedBody,
  signal: AbortSignal,
): Promise<ToolResult> {
  const { status, url, redirects } = answer;
  const { bytes, truncated, broken } = body;
  const contentType = answer.headers.get("content-type") ?? "";
  const kind = bodyKind(contentType, body);
  const failed = status >= 400 || broken !== undefined;
  const facts: JsonObject = {
    url,
    status,
    content_type: contentType,
    bytes: bytes.length,
    truncated,
    redirects: [...redirects],
  };
  const notes = notesOn(answer, body, max_bytes);
  if (method === "HEAD") {
    const lines = [...answer.headers].map(([name, value]) => `${name}: ${value}`);
    return withNotes(lines.join("\n"), notes, facts, failed);
  }
  if (bytes.length === 0) return withNotes("", [...notes, "There is no body."], facts, failed);
  if (kind.kind === "image" && !truncated && broken === undefined && bytes.length <= IMAGE_BYTES) {
    const about = [`${url} is ${kind.mimeType}: ${bytes.length} bytes.`, ...notes].join(" ");
    // Without structured content: several clients show a model that alone, and so no image.
    return { content: [image(bytes, kind.mimeType), text(about)], isError: failed };
  }
  if ("mimeType" in kind) {
    const about =
      `The body is ${kind.mimeType}, ${bytes.length} bytes${truncated ? " or more" : ""}` +
      ", and is not shown.";
    return withNotes("", [about, ...notes], facts, failed);
  }
  const source = decoded(bytes, kind.charset, truncated);
  const whole = kind.kind === "html" && as !== "raw" ? await htmlText(source, as, signal) : source;
  const shown = await shownText(host.logs, whole, host.outputLimit - NOTE_CHARS);
  const logged = shown.logPath === undefined ? {} : { log_path: shown.logPath };
  const all = { ...facts, truncated: truncated || shown.truncated, ...logged };
  return withNotes(shown.text, notes, all, failed);
}

function notesOn(answer: FetchAnswer, body: FetchedBody, most: number): string[] {
  const { status, url, redirects, withheld } = answer;
  const notes: string[] = [];
  if (status < 200 || status > 299) notes.push(`HTTP status ${status}.`);
  if (redirects.length > 0) notes.push(`Redirected to ${url}.`);
  if (withheld.length > 0) {
    const names = [...new Set(withheld)].join(", ");
    notes.push(`On the way the origin changed, so these headers were not sent on: ${names}.`);
  }
  if (body.truncated) {
    notes.push(`Only the first ${most} bytes were fetched; a larger max_bytes gets more.`);
  }
  if (body.broken !== undefined) notes.push(`The body broke off: ${body.broken}.`);
  return notes;
}

function withNotes(
  shown: string,
  notes: readonly string[],
  facts: JsonObject,
  isError: boolean,
): ToolResult {
  const content = shown === "" ? [] : [text(shown)];
  const note = notes.join(" ");
  if (note !== "") content.push(text(`[${note}]`));
  else if (shown === "") content.push(text("[Nothing to show.]"));
  return {
    content,
    structuredContent: { ...facts, text: shown, ...(note === "" ? {} : { note }) },
    ...(isError ? { isError } : {}),
  };
}
