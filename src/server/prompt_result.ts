// What a prompt's handler returned, made into messages.
// spec: server/prompts#promptmessage

import { isJsonObject, kindOf, show } from "../jsonrpc/message.ts";
import type { PromptMessage, PromptResult } from "../protocol/types.ts";
import { text } from "./define.ts";
import { isContent } from "./result.ts";

/**
 * Makes the result of a prompt. A string is one message of the user's; `description` is used where
 * the handler gave none.
 *
 * @throws {TypeError} when the value is nothing that a prompt can say.
 */
export function toPromptResult(value: unknown, description: string | undefined): PromptResult {
  const whole = isJsonObject(value) && Array.isArray(value.messages) ? value : undefined;
  const said = typeof whole?.description === "string" ? whole.description : description;
  return {
    ...(said === undefined ? {} : { description: said }),
    messages: toMessages(whole === undefined ? value : whole.messages),
    ...(isJsonObject(whole?._meta) ? { _meta: whole._meta } : {}),
  };
}

function toMessages(value: unknown): readonly PromptMessage[] {
  if (typeof value === "string") return [{ role: "user", content: text(value) }];
  const lines: readonly unknown[] = Array.isArray(value) ? value : [value];
  return lines.map((line) => {
    if (!isJsonObject(line)) {
      throw new TypeError(
        `Prompt must return a string, messages, or an object with "messages": got ${kindOf(line)}`,
      );
    }
    const { role, content } = line;
    if (role !== "user" && role !== "assistant") {
      throw new TypeError(`"role" of a message must be user or assistant: got ${show(role)}`);
    }
    if (typeof content === "string") return { role, content: text(content) };
    if (isContent(content)) return { role, content };
    throw new TypeError(
      `"content" of a message must be a string or a block of content: got ${kindOf(content)}`,
    );
  });
}
