// What suggests values for an argument of a prompt or a variable of a template: the author's side.
// Imported by the definitions of prompts and resources; runs nothing itself.
// spec: server/utilities/completion

import type { AuthInfo } from "../protocol/call.ts";
import type { Completion } from "../protocol/types.ts";

/** What is known beside the value that somebody is typing. */
export interface CompletionContext {
  /** The arguments or variables that have a value already. */
  readonly arguments: { readonly [name: string]: string };
  /** Who asks; undefined where the server asks for no token. */
  readonly auth: AuthInfo | undefined;
  /** Aborted when nobody waits for the suggestions any more. */
  readonly signal: AbortSignal;
}

/** Suggestions: the values alone, the best first, or with how many there are in all. */
export type CompletionResult = readonly string[] | Completion;

/** Suggests values for what was typed so far. Of a longer list the first 100 are sent. */
export type Completer = (
  value: string,
  context: CompletionContext,
) => CompletionResult | Promise<CompletionResult>;
