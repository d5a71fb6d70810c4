// The callbacks of a client as one function that answers the server's questions, and what they let
// the client declare. Made once for each client; both eras ask it.
// spec: client/elicitation, client/sampling, client/roots

import { ErrorCode, RpcError } from "../jsonrpc/errors.ts";
import { isJsonObject, type JsonObject } from "../jsonrpc/message.ts";
import type { ClientCapabilities } from "../protocol/types.ts";
import type {
  AnswerQuestion,
  ConnectOptions,
  ElicitQuestion,
  ElicitReply,
  SampleQuestion,
} from "./options.ts";

/** What answers, and what it can answer. */
export interface Answerer {
  readonly capabilities: ClientCapabilities;
  readonly answer: AnswerQuestion;
}

const TASKS = "io.modelcontextprotocol/tasks";

/** Makes the answerer of a client. */
export function makeAnswerer(options: ConnectOptions): Answerer {
  return { capabilities: declared(options), answer: (question) => reply(options, question) };
}

/** Whether somebody may have to be asked. */
export function canBeAsked(capabilities: ClientCapabilities): boolean {
  const { elicitation, sampling, roots } = capabilities;
  return elicitation !== undefined || sampling !== undefined || roots !== undefined;
}

function declared(options: ConnectOptions): ClientCapabilities {
  const { onElicit, onVisit, onSample, roots, tasks, capabilities = {} } = options;
  const modes = {
    ...(onElicit === undefined ? {} : { form: {} }),
    ...(onVisit === undefined ? {} : { url: {} }),
  };
  const asked = Object.keys(modes).length > 0;
  const extensions = { ...(tasks === true ? { [TASKS]: {} } : {}), ...capabilities.extensions };
  return {
    ...(asked ? { elicitation: modes } : {}),
    ...(onSample === undefined ? {} : { sampling: {} }),
    ...(roots === undefined ? {} : { roots: {} }),
    ...capabilities,
    ...(Object.keys(extensions).length > 0 ? { extensions } : {}),
  };
}

async function reply(
  options: ConnectOptions,
  question: Parameters<AnswerQuestion>[0],
): Promise<JsonObject> {
  const { method, params, signal } = question;
  if (method === "elicitation/create") {
    const mode = params.mode === "url" ? "url" : "form";
    const ask = mode === "url" ? options.onVisit : options.onElicit;
    if (ask === undefined) throw cannot(`${method} with mode "${mode}"`);
    const said = await ask({ ...params, mode } as unknown as ElicitQuestion, signal);
    return mode === "url" ? { action: said.action } : withDefaults(said, params.requestedSchema);
  }
  if (method === "sampling/createMessage" && options.onSample !== undefined) {
    return { ...await options.onSample(params as unknown as SampleQuestion, signal) };
  }
  if (method === "roots/list" && options.roots !== undefined) {
    const roots = typeof options.roots === "function" ? await options.roots() : options.roots;
    return { roots };
  }
  throw cannot(method);
}

/** An accepted form, where what was left out and has a default gets it. */
function withDefaults({ action, content }: ElicitReply, schema: unknown): JsonObject {
  if (action !== "accept") return { action };
  const filled: JsonObject = { ...content };
  const properties = isJsonObject(schema) && isJsonObject(schema.properties)
    ? schema.properties
    : {};
  for (const [name, property] of Object.entries(properties)) {
    if (filled[name] === undefined && isJsonObject(property) && property.default !== undefined) {
      filled[name] = property.default;
    }
  }
  return { action, content: filled };
}

function cannot(what: string): RpcError {
  return new RpcError(ErrorCode.MethodNotFound, `This client does not answer ${what}`);
}
