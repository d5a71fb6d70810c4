// Tools of the everything server that ask the client something on their way: written once, they ask
// by a request on a session, and by a round trip where the client answers with its next request.

import { type Server, text } from "../../mod.ts";
import { pause } from "./samples.ts";

/** Registers them. */
export function addAskingTools(server: Server): void {
  server
    .tool({
      name: "test_sampling",
      description: "Asks the client's model.",
      input: PROMPT_INPUT,
      async run({ prompt }, ctx) {
        const { content } = await ctx.sample({ messages: prompt, maxTokens: 100 });
        return text(`The model said: ${JSON.stringify(content)}`);
      },
    })
    .tool({
      name: "test_elicitation",
      description: "Asks the user for a name and an address.",
      input: {
        type: "object",
        properties: { message: { type: "string", description: "What the user is told." } },
        required: ["message"],
      },
      async run({ message }, ctx) {
        return told(await ctx.elicit({ message, schema: USER_SCHEMA }));
      },
    })
    .tool({
      name: "test_elicitation_sep1034_defaults",
      description: "Asks the user with a form whose fields are filled in.",
      async run(_input, ctx) {
        return told(await ctx.elicit({ message: "Is this right?", schema: DEFAULTS_SCHEMA }));
      },
    })
    .tool({
      name: "test_elicitation_sep1330_enums",
      description: "Asks the user to choose, in each way that a form can offer choices.",
      async run(_input, ctx) {
        return told(await ctx.elicit({ message: "Please choose.", schema: CHOICES_SCHEMA }));
      },
    })
    .tool({
      name: "test_streaming_elicitation",
      description: "Asks the user to go on.",
      async run(_input, ctx) {
        return told(await ctx.elicit({ key: "go_on", message: "Go on?", schema: CONFIRM_SCHEMA }));
      },
    })
    .tool({
      name: "test_missing_capability",
      description: "Needs a client that has a model to ask.",
      async run(_input, ctx) {
        const { model } = await ctx.sample({ messages: "Who are you?", maxTokens: 100 });
        return text(`The model is ${model}.`);
      },
    })
    .tool({
      name: "test_reconnection",
      description: "Closes the stream of its answer; a client that comes back gets it.",
      async run(_input, ctx) {
        ctx.closeStream(500);
        await pause(100, ctx.signal);
        return text("The answer waited for the client to come back.");
      },
    });
}

const PROMPT_INPUT = {
  type: "object",
  properties: { prompt: { type: "string", description: "What the model is asked." } },
  required: ["prompt"],
} as const;

const USER_SCHEMA = {
  type: "object",
  properties: {
    username: { type: "string", description: "A name." },
    email: { type: "string", description: "An address." },
  },
  required: ["username", "email"],
} as const;

const CONFIRM_SCHEMA = {
  type: "object",
  properties: { confirm: { type: "boolean" } },
  required: ["confirm"],
} as const;

const DEFAULTS_SCHEMA = {
  type: "object",
  properties: {
    name: { type: "string", default: "John Doe" },
    age: { type: "integer", default: 30 },
    score: { type: "number", default: 95.5 },
    status: { type: "string", enum: ["active", "inactive", "pending"], default: "active" },
    verified: { type: "boolean", default: true },
  },
} as const;

const TITLED = [
  { const: "value1", title: "First" },
  { const: "value2", title: "Second" },
  { const: "value3", title: "Third" },
] as const;

const CHOICES_SCHEMA = {
  type: "object",
  properties: {
    untitledSingle: { type: "string", enum: ["option1", "option2", "option3"] },
    titledSingle: { type: "string", oneOf: TITLED },
    legacyEnum: {
      type: "string",
      enum: ["opt1", "opt2", "opt3"],
      enumNames: ["Option One", "Option Two", "Option Three"],
    },
    untitledMulti: {
      type: "array",
      items: { type: "string", enum: ["option1", "option2", "option3"] },
    },
    titledMulti: { type: "array", items: { anyOf: TITLED } },
  },
} as const;

function told(answer: { readonly action: string; readonly content?: unknown }) {
  return text(`The user chose ${answer.action}: ${JSON.stringify(answer.content ?? {})}`);
}
