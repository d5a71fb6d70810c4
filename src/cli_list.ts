// `lmcp list`: what a server offers, as a table or as JSON. Called by `cli_commands.ts`; calls nothing
// of what it lists.

import { cancelOnSignal, connectTo, EXIT, reportFailure } from "./cli_connect.ts";
import type { Operands } from "./cli_options.ts";
import { readTarget, type TargetValues } from "./cli_target.ts";
import { firstSentence, jsonLine, oneLine, type Style, styleFor } from "./cli_text.ts";
import { type Client, ErrorCode, type Listing, RpcError } from "./client/mod.ts";
import { isJsonObject } from "./jsonrpc/message.ts";
import type { PromptInfo, ResourceInfo, ResourceTemplateInfo, ToolInfo } from "./protocol/types.ts";
import type { Runtime } from "./runtime/runtime.ts";

const MOST_NAME = 40;
const MOST_TEXT = 100;

interface ListValues extends TargetValues {
  readonly json: boolean;
}

/** What a server offers. */
interface Offer {
  readonly tools: readonly ToolInfo[];
  readonly resources: readonly ResourceInfo[];
  readonly resourceTemplates: readonly ResourceTemplateInfo[];
  readonly prompts: readonly PromptInfo[];
}

/** Prints what a server offers; gives the exit code. @throws {UsageError} */
export async function list(
  runtime: Runtime,
  values: ListValues,
  operands: Operands,
): Promise<number> {
  const target = await readTarget(runtime, "list", operands, values);
  const leaving = cancelOnSignal(runtime);
  let client: Client | undefined;
  try {
    client = await connectTo(runtime, target, leaving);
    const offer = await offerOf(client, leaving.signal);
    runtime.print(
      values.json ? offerJson(client, offer) : offerText(client, offer, styleFor(runtime)),
    );
    return EXIT.ok;
  } catch (error) {
    return reportFailure(runtime, error, target, client);
  } finally {
    await client?.close();
  }
}

async function offerOf(client: Client, signal: AbortSignal): Promise<Offer> {
  const { tools, resources, prompts } = client.capabilities;
  const all = async <Item>(has: unknown, listing: () => Listing<Item>): Promise<Item[]> => {
    if (has === undefined) return [];
    try {
      return await listing().all();
    } catch (error) {
      // Many servers have resources, and no method for templates of them.
      if (error instanceof RpcError && error.code === ErrorCode.MethodNotFound) return [];
      throw error;
    }
  };
  const options = { signal };
  const [ownTools, ownResources, resourceTemplates, ownPrompts] = await Promise.all([
    all(tools, () => client.listTools(options)),
    all(resources, () => client.listResources(options)),
    all(resources, () => client.listResourceTemplates(options)),
    all(prompts, () => client.listPrompts(options)),
  ]);
  return { tools: ownTools, resources: ownResources, resourceTemplates, prompts: ownPrompts };
}

function offerJson(client: Client, offer: Offer): string {
  const { server, revision, capabilities, instructions } = client;
  return jsonLine({ server, protocolVersion: revision, capabilities, instructions, ...offer });
}

function offerText(client: Client, offer: Offer, style: Style): string {
  const { name = "a server without a name", version = "" } = client.server ?? {};
  const head = `${style.bold(oneLine(`${name} ${version}`, MOST_TEXT))} ` +
    style.dim(`(protocol ${client.revision})`);
  const parts = [
    table("Tools", offer.tools.map((tool) => [tool.name, argumentsOf(tool), aboutOf(tool)]), style),
    table(
      "Resources",
      offer.resources.map((one) => [one.uri, one.mimeType ?? "", aboutOf(one)]),
      style,
    ),
    table(
      "Resource templates",
      offer.resourceTemplates.map((one) => [one.uriTemplate, one.mimeType ?? "", aboutOf(one)]),
      style,
    ),
    table(
      "Prompts",
      offer.prompts.map((one) => [
        one.name,
        argumentsOfPrompt(one),
        aboutOf(one),
      ]),
      style,
    ),
  ].filter((part) => part !== "");
  const nothing = parts.length === 0 ? ["It offers no tools, resources or prompts.\n"] : parts;
  return [`${head}\n`, ...nothing].join("\n");
}

/** The arguments of a tool; those that may be left out in brackets. */
function argumentsOf({ inputSchema }: ToolInfo): string {
  if (!isJsonObject(inputSchema)) return "";
  const { properties, required } = inputSchema;
  const needed = new Set(Array.isArray(required) ? required : []);
  const names = typeof properties === "object" && properties !== null
    ? Object.keys(properties)
    : [];
  return names.sort((one, other) => Number(needed.has(other)) - Number(needed.has(one)))
    .map((name) => needed.has(name) ? name : `[${name}]`).join(" ");
}

function argumentsOfPrompt({ arguments: args }: PromptInfo): string {
  const known = Array.isArray(args) ? args.filter(isJsonObject) : [];
  return known.map(({ name, required }) => required === true ? name : `[${name}]`).join(" ");
}

function aboutOf(
  { title, name, description = "" }: { title?: string; name: string; description?: string },
): unknown {
  return description === "" ? title ?? name : description;
}

/** A heading with its rows: a name, what belongs to it, and below them what it is for. */
function table(heading: string, rows: readonly (readonly unknown[])[], style: Style): string {
  if (rows.length === 0) return "";
  const lines = rows.flatMap(([name = "", details = "", about = ""]) => [
    `  ${style.bold(oneLine(name, 2 * MOST_NAME))} ${oneLine(details, MOST_TEXT)}`.trimEnd(),
    `      ${style.dim(firstSentence(about, MOST_TEXT))}`,
  ]);
  return `${heading} (${rows.length})\n${lines.join("\n")}\n`;
}
