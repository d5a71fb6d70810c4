// Tools of the everything server whose questions come back as `input_required` results, one for each
// way in which a call can take several rounds. They are plain handlers that await their answers; the
// rounds and the state between them are the library's.

import {
  type Answers,
  type AskFor,
  type Context,
  form,
  rootsList,
  sampling,
  type Server,
  text,
} from "../../mod.ts";

/** Registers them. */
export function addRoundTripTools(server: Server): void {
  addSingleQuestions(server);
  addSeveralRounds(server);
}

function addSingleQuestions(server: Server): void {
  server
    .tool({
      name: "test_input_required_result_elicitation",
      description: "Asks for a name.",
      run: async (_input, ctx) => text(`Hello, ${await askName(ctx)}!`),
    })
    .tool({
      name: "test_input_required_result_sampling",
      description: "Asks the client's model for a capital.",
      async run(_input, ctx) {
        const { content } = await ctx.sample({
          key: "capital_question",
          messages: "What is the capital of France?",
          maxTokens: 100,
        });
        return text(`The model said: ${JSON.stringify(content)}`);
      },
    })
    .tool({
      name: "test_input_required_result_list_roots",
      description: "Asks for the client's roots.",
      async run(_input, ctx) {
        const { client_roots } = await ctx.ask({ client_roots: rootsList() });
        return text(`Roots: ${client_roots.roots.map(({ uri }) => uri).join(", ")}`);
      },
    })
    .tool({
      name: "test_input_required_result_request_state",
      description: "Asks for a yes, and keeps what it knew before.",
      async run(_input, ctx) {
        const state = await ctx.once("state", () => "state-ok");
        const { action } = await ctx.elicit({
          key: "confirm",
          message: "Please confirm.",
          schema: { type: "object", properties: { ok: { type: "boolean" } }, required: ["ok"] },
        });
        return text(`${state}: ${action}`);
      },
    })
    .tool({
      name: "test_input_required_result_tampered_state",
      description: "Asks for a yes; its state must come back as it was.",
      async run(_input, ctx) {
        const { action } = await ctx.elicit({
          key: "confirm",
          message: "Please confirm.",
          schema: { type: "object", properties: { ok: { type: "boolean" } }, required: ["ok"] },
        });
        return text(`The state came back untouched: ${action}`);
      },
    });
}

function addSeveralRounds(server: Server): void {
  server
    .tool({
      name: "test_input_required_result_multiple_inputs",
      description: "Asks the user, the model and for the roots at once.",
      async run(_input, ctx) {
        const { user_name, greeting, client_roots } = await ctx.ask({
          user_name: nameForm(),
          greeting: sampling({ messages: "Write a greeting.", maxTokens: 50 }),
          client_roots: rootsList(),
        });
        return text(
          `${user_name.action}: ${JSON.stringify(greeting.content)} ` +
            `in ${client_roots.roots.length} roots`,
        );
      },
    })
    .tool({
      name: "test_input_required_result_multi_round",
      description: "Asks for a name, and then, knowing it, for a color.",
      async run(_input, ctx) {
        const name = await askName(ctx);
        const { action, content } = await ctx.elicit({
          key: "color",
          message: `${name}, what is your favorite color?`,
          schema: {
            type: "object",
            properties: { color: { type: "string" } },
            required: ["color"],
          },
        });
        return text(`${name} likes ${action === "accept" ? content.color : "no color"}.`);
      },
    })
    .tool({
      name: "test_input_required_result_capabilities",
      description: "Asks only what the client says it can be asked.",
      async run(_input, ctx) {
        const { capabilities } = ctx.client;
        const questions: { [key: string]: AskFor<unknown> } = {};
        if (capabilities.elicitation !== undefined) questions.user_name = nameForm();
        if (capabilities.sampling !== undefined) {
          questions.greeting = sampling({ messages: "Write a greeting.", maxTokens: 50 });
        }
        if (capabilities.roots !== undefined) questions.client_roots = rootsList();
        const answers: Answers<typeof questions> = await ctx.ask(questions);
        return text(`Answered: ${Object.keys(answers).join(", ")}`);
      },
    });
}

function nameForm() {
  return form({ message: "What is your name?", schema: NAME_SCHEMA });
}

/** Asks for a name under the key `user_name`. */
async function askName(ctx: Context): Promise<string> {
  const { user_name } = await ctx.ask({ user_name: nameForm() });
  return user_name.action === "accept" ? user_name.content.name : "stranger";
}

const NAME_SCHEMA = {
  type: "object",
  properties: { name: { type: "string" } },
  required: ["name"],
} as const;
