// What an answer must look like for its method, so that users of the client get what its types say:
// a list is a list. Called where answers come in; what does not fit is an error of the server.

import {
  idOf,
  isJsonObject,
  type JsonObject,
  kindOf,
  type RequestId,
  show,
} from "../jsonrpc/message.ts";
import { ClientError } from "./client_error.ts";

/** The member of an answer that is a list of objects. */
const LISTS: { readonly [method: string]: string } = {
  "tools/call": "content",
  "prompts/get": "messages",
  "resources/read": "contents",
};

/** The result of an answer: an object, or nothing at all, which counts as an empty one. */
export function resultIn({ result }: { readonly result: unknown }, label: string): JsonObject {
  if (isJsonObject(result)) return result;
  if (result === null) return {};
  throw new ClientError("protocol", `${label} must answer with an object: got ${kindOf(result)}`);
}

/** The id that a malformed message answers; undefined where it answers none. */
export function answeredId(message: unknown): RequestId | undefined {
  return isJsonObject(message) && message.method === undefined ? idOf(message) : undefined;
}

/** The result of a call. Content that is left out is none. @throws {ClientError} `protocol`. */
export function checkedResult(method: string, result: JsonObject): JsonObject {
  const member = LISTS[method];
  if (member === undefined) return result;
  const list = result[member];
  if (list === undefined) return { ...result, [member]: [] };
  if (!Array.isArray(list)) throw unfit(method, `a list as "${member}"`, list);
  const odd = list.find((one) => !isJsonObject(one));
  if (odd !== undefined) throw unfit(method, `objects in "${member}"`, odd);
  return result;
}

/** The entries of a page that have a name, and the others. @throws {ClientError} `protocol`. */
export function entriesOf(
  method: string,
  result: JsonObject,
  member: string,
  name: string,
): { readonly good: readonly JsonObject[]; readonly bad: readonly ClientError[] } {
  const list = result[member];
  if (!Array.isArray(list)) throw unfit(method, `a list as "${member}"`, list);
  const good: JsonObject[] = [];
  const bad: ClientError[] = [];
  for (const one of list) {
    if (isJsonObject(one) && typeof one[name] === "string") good.push(one);
    else {bad.push(
        unfit(method, `a "${name}" in each of "${member}"`, isJsonObject(one) ? one[name] : one),
      );}
  }
  return { good, bad };
}

function unfit(method: string, wanted: string, got: unknown): ClientError {
  return new ClientError(
    "protocol",
    `The answer to ${method} must have ${wanted}: got ${show(got)}`,
  );
}
