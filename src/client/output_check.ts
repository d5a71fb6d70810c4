// What a tool returned, held to the output schema that it was listed with: where the user wants that.
// Called by `connected_client.ts`. The validator is loaded only then. spec: server/tools#output-schema

import type { ToolInfo, ToolResult } from "../protocol/types.ts";
import { ClientError } from "./client_error.ts";

/** The output schemas of the tools of one server. */
export class OutputCheck {
  readonly #schemas = new Map<string, ToolInfo["outputSchema"]>();
  readonly #compiled = new Map<string, (value: unknown) => readonly string[]>();

  /** Learns the schema of a tool, or that it has none. */
  learn({ name, outputSchema }: ToolInfo): void {
    this.#compiled.delete(name);
    if (outputSchema === undefined) this.#schemas.delete(name);
    else this.#schemas.set(name, outputSchema);
  }

  /** @throws {ClientError} `protocol` when the result is not as its schema says. */
  async check(name: string, result: ToolResult): Promise<void> {
    const schema = this.#schemas.get(name);
    if (schema === undefined || result.isError === true) return;
    let problemsOf = this.#compiled.get(name);
    if (problemsOf === undefined) {
      const { compileJsonSchema } = await import("../protocol/json_schema.ts");
      problemsOf = compile(name, () => compileJsonSchema(schema));
      this.#compiled.set(name, problemsOf);
    }
    const problems = result.structuredContent === undefined
      ? ["there is no structuredContent"]
      : problemsOf(result.structuredContent);
    if (problems.length > 0) throw unfit(name, problems.join("; "));
  }
}

function compile<T>(name: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw unfit(name, error instanceof Error ? error.message : String(error));
  }
}

function unfit(name: string, why: string): ClientError {
  const text = `Tool ${JSON.stringify(name)} must return what its output schema says: ${why}`;
  return new ClientError("protocol", text);
}
