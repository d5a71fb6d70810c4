// lmcp: what a library user imports, and the program when it is run.

/**
 * A server library for the Model Context Protocol: register tools, then serve them over Streamable
 * HTTP or stdio to clients of every protocol revision.
 *
 * @example Serve a greeter
 * ```ts
 * import { createHandler, createServer, defineTool, text } from "@lmcp/lmcp";
 *
 * const server = createServer({ name: "greeter", version: "1.0.0", instructions: "Greets people." });
 * server.tool(defineTool({
 *   name: "greet",
 *   input: { type: "object", properties: { name: { type: "string" } }, required: ["name"] },
 *   run: ({ name }) => text(`Hello, ${name}!`),
 * }));
 * const handler = createHandler(server); // Deno.serve({ port: 8080 }, handler)
 * await handler.close();
 * ```
 *
 * @module
 */

export { ErrorCode, RpcError } from "./src/jsonrpc/errors.ts";
export type { JsonObject, RequestId } from "./src/jsonrpc/message.ts";
export type {
  AuthInfo,
  CacheHint,
  Call,
  Change,
  ClientFacts,
  Core,
  Feed,
  Note,
  Outcome,
  ServerFacts,
} from "./src/protocol/call.ts";
export type { HeaderParam } from "./src/protocol/header_params.ts";
export type {
  AnySchema,
  FromJsonSchema,
  FromObjectSchema,
  Infer,
  StandardIssue,
  StandardResult,
  StandardSchema,
} from "./src/protocol/infer.ts";
export type { AnswerMap, Question, QuestionMap, Questions } from "./src/protocol/questions.ts";
export type * from "./src/protocol/types.ts";
export { LOG_LEVELS } from "./src/protocol/types.ts";
export {
  audio,
  type Context,
  defineTool,
  failure,
  type HandlerResult,
  image,
  text,
  type Tool,
  type ToolDefinition,
  ToolError,
} from "./src/server/define.ts";
export type {
  Completer,
  CompletionContext,
  CompletionResult,
} from "./src/server/define_completion.ts";
export {
  definePrompt,
  type Prompt,
  type PromptArgument,
  type PromptArguments,
  type PromptDefinition,
  type PromptLine,
  type PromptReturn,
} from "./src/server/define_prompt.ts";
export {
  defineResource,
  type ExpressionVariables,
  type ReadContents,
  type ReadReturn,
  type Resource,
  type ResourceCommon,
  type ResourceDefinition,
  type ResourceTemplateDefinition,
  type TemplateVariables,
  type VariableList,
} from "./src/server/define_resource.ts";
export type { Around, Extension, Next } from "./src/server/extension.ts";
export {
  type Answers,
  type AskFor,
  type ElicitAnswer,
  form,
  type FormOptions,
  page,
  type PageOptions,
  type Root,
  rootsList,
  type SampleAnswer,
  type SampleOptions,
  sampling,
} from "./src/server/questions.ts";
export {
  type Capability,
  createServer,
  type Server,
  type ServerOptions,
} from "./src/server/server.ts";
export { expandTemplate, type TemplateValue } from "./src/server/uri_template.ts";
export { createHandler, type Handler, type HandlerOptions } from "./src/transports/http.ts";
export { DEFAULT_LIMITS, type Limits } from "./src/transports/limits.ts";
export { bearerTokens, type TokenEntry } from "./src/transports/tokens.ts";
export type { Authenticate } from "./src/transports/guard.ts";

if (import.meta.main) {
  const { main } = await import("./src/cli.ts");
  await main();
}
