// Tools of the everything server that ask the client, written once with the official SDK's
// `inputRequired`, which turns them into requests for clients with sessions.

import {
  createRequestStateCodec,
  fromJsonSchema,
  inputRequired,
  type McpServer,
  type ServerContext,
} from "npm:@modelcontextprotocol/server@2.4.0";
import { said } from "./sdk_tools.ts";

/** Seals the state of a call for that very call. */
export const STATES = createRequestStateCodec({
  key: crypto.getRandomValues(new Uint8Array(32)),
  bind: (ctx) => ctx.mcpReq.method,
});

/** Registers them. */
export function addAskingTools(server: McpServer): void {
  server.registerTool("test_sampling", {
    description: "Asks the client's model.",
    inputSchema: fromJsonSchema<{ prompt: string }>({
      type: "object",
      properties: { prompt: { type: "string" } },
      required: ["prompt"],
    }),
  }, ({ prompt }, ctx) => {
    const answer = answered(ctx, "sampling");
    if (answer !== undefined) return said(`The model said: ${JSON.stringify(answer.content)}`);
    const messages = [{ role: "user" as const, content: { type: "text" as const, text: prompt } }];
    return inputRequired({
      inputRequests: { sampling: inputRequired.createMessage({ messages, maxTokens: 100 }) },
    });
  });
  server.registerTool("test_elicitation", {
    description: "Asks the user for a name and an address.",
    inputSchema: fromJsonSchema<{ message: string }>({
      type: "object",
      properties: { message: { type: "string" } },
      required: ["message"],
    }),
  }, ({ message }, ctx) => {
    const answer = answered(ctx, "form");
    if (answer !== undefined) {
      return said(`The user chose ${answer.action}: ${JSON.stringify(answer.content ?? {})}`);
    }
    return inputRequired({
      inputRequests: {
        form: inputRequired.elicit({
          message,
          requestedSchema: {
            type: "object",
            properties: { username: { type: "string" }, email: { type: "string" } },
            required: ["username", "email"],
          },
        }),
      },
    });
  });
  server.registerTool("test_input_required_result_elicitation", {
    description: "Asks for a name.",
  }, async (ctx) => {
    const answer = answered(ctx, "user_name");
    if (answer?.action === "accept") return said(`Hello, ${answer.content?.name}!`);
    if (answer !== undefined) return said("Hello, stranger!");
    return inputRequired({
      requestState: await STATES.mint({ asked: "user_name" }, ctx),
      inputRequests: {
        user_name: inputRequired.elicit({
          message: "What is your name?",
          requestedSchema: {
            type: "object",
            properties: { name: { type: "string" } },
            required: ["name"],
          },
        }),
      },
    });
  });
  server.registerTool("test_input_required_result_list_roots", {
    description: "Asks for the client's roots.",
  }, (ctx) => {
    const answer = answered(ctx, "client_roots");
    if (answer === undefined) {
      return inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } });
    }
    return said(`Roots: ${answer.roots?.map(({ uri }) => uri).join(", ")}`);
  });
}

interface Answer {
  readonly action?: string;
  readonly content?: { readonly [name: string]: unknown };
  readonly roots?: readonly { readonly uri: string }[];
}

function answered(ctx: ServerContext, key: string): Answer | undefined {
  return ctx.mcpReq.inputResponses?.[key] as Answer | undefined;
}
