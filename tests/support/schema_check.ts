// Holds what the server sends to the official schema of its revision. Used by the tests of the
// transports, for every message they read. Where the schemas are not at hand (`spec_dir.ts`) it
// checks nothing, so that a plain clone tests, too.

import { Validator } from "@cfworker/json-schema";
import { specDir } from "./spec_dir.ts";

/** A parsed message; tests look into whatever came. */
// deno-lint-ignore no-explicit-any -- tests look into whatever came
export type Sent = any;

type Definitions = { readonly [name: string]: unknown };

const RESULTS: { readonly [method: string]: string } = {
  "initialize": "InitializeResult",
  "ping": "EmptyResult",
  "server/discover": "DiscoverResult",
  "logging/setLevel": "EmptyResult",
  "tools/list": "ListToolsResult",
  "tools/call": "CallToolResult",
  "prompts/list": "ListPromptsResult",
  "prompts/get": "GetPromptResult",
  "resources/list": "ListResourcesResult",
  "resources/templates/list": "ListResourceTemplatesResult",
  "resources/read": "ReadResourceResult",
  "resources/subscribe": "EmptyResult",
  "resources/unsubscribe": "EmptyResult",
  "completion/complete": "CompleteResult",
  "subscriptions/listen": "SubscriptionsListenResult",
};

const NOTIFICATIONS: { readonly [method: string]: string } = {
  "notifications/cancelled": "CancelledNotification",
  "notifications/message": "LoggingMessageNotification",
  "notifications/progress": "ProgressNotification",
  "notifications/prompts/list_changed": "PromptListChangedNotification",
  "notifications/resources/list_changed": "ResourceListChangedNotification",
  "notifications/resources/updated": "ResourceUpdatedNotification",
  "notifications/subscriptions/acknowledged": "SubscriptionsAcknowledgedNotification",
  "notifications/tools/list_changed": "ToolListChangedNotification",
};

const REQUESTS: { readonly [method: string]: string } = {
  "ping": "PingRequest",
  "elicitation/create": "ElicitRequest",
  "roots/list": "ListRootsRequest",
  "sampling/createMessage": "CreateMessageRequest",
};

const ERRORS: { readonly [code: number]: string } = {
  [-32020]: "HeaderMismatchError",
  [-32021]: "MissingRequiredClientCapabilityError",
  [-32022]: "UnsupportedProtocolVersionError",
};

const validators = new Map<string, Validator>();
const definitions = new Map<string, Definitions | undefined>();

/**
 * Throws when a message is not what the schema of `revision` allows.
 *
 * @param method the method of the request that a response answers; unknown where it could not be read.
 */
export function checkSent(revision: string, message: Sent, method?: string): void {
  const known = definitionsOf(revision);
  if (known === undefined) return;
  if (message.method !== undefined) {
    const table = message.id === undefined ? NOTIFICATIONS : REQUESTS;
    const name = table[message.method];
    check(revision, name ?? (message.id === undefined ? "Notification" : "Request"), message);
  } else if (message.error !== undefined) {
    checkError(revision, known, message);
  } else {
    check(
      revision,
      "JSONRPCResultResponse" in known ? "JSONRPCResultResponse" : "JSONRPCResponse",
      message,
    );
    check(revision, resultName(message.result, method), message.result);
  }
}

/** Throws when a message of a client is not what the schema of `revision` allows. */
export function checkAsked(revision: string, message: Sent): void {
  if (definitionsOf(revision) === undefined) return;
  const name = message.method === undefined
    ? message.error === undefined ? "JSONRPCMessage" : undefined
    : message.id === undefined
    ? "ClientNotification"
    : "ClientRequest";
  if (name !== undefined) check(revision, name, message);
  if (message.result !== undefined) check(revision, "ClientResult", message.result);
}

/** The definition of a result; those of extensions are not in the schema. */
function resultName({ resultType = "complete" }: Sent, method = ""): string {
  if (resultType === "input_required") return "InputRequiredResult";
  return resultType === "complete" ? RESULTS[method] ?? "Result" : "Result";
}

function checkError(revision: string, known: Definitions, message: Sent): void {
  const special = ERRORS[message.error.code];
  if (special !== undefined && special in known) check(revision, special, message);
  if ("JSONRPCErrorResponse" in known) check(revision, "JSONRPCErrorResponse", message);
  // The older schemas demand an id even where JSON-RPC has none to give.
  else check(revision, "JSONRPCError", "id" in message ? message : { id: 0, ...message });
}

function check(revision: string, name: string, value: unknown): void {
  const key = `${revision} ${name}`;
  let validator = validators.get(key);
  if (validator === undefined) {
    const all = definitionsOf(revision)!;
    if (!(name in all)) throw new Error(`${name} is not in the schema of ${revision}`);
    validator = new Validator(
      { $ref: `#/$defs/${name}`, $defs: all, definitions: all },
      "2020-12",
      false,
    );
    validators.set(key, validator);
  }
  // What is checked is what was parsed, so that only what JSON can carry is looked at.
  const { valid, errors } = validator.validate(JSON.parse(JSON.stringify(value)));
  if (valid) return;
  const problems = errors.map((error) => `${error.instanceLocation}: ${error.error}`);
  throw new Error(
    `Not a ${name} of ${revision}: ${JSON.stringify(value)}\n${problems.join("\n")}`,
  );
}

function definitionsOf(revision: string): Definitions | undefined {
  if (!definitions.has(revision)) definitions.set(revision, load(revision));
  return definitions.get(revision);
}

function load(revision: string): Definitions | undefined {
  const folder = specDir();
  if (folder === undefined) return undefined;
  const schema = JSON.parse(Deno.readTextFileSync(`${folder}/${revision}/schema.json`));
  return schema.$defs ?? schema.definitions;
}
