// `lmcp call`: calls a tool of any server, shows how far it is, prints what it gave. Called by
// `cli_commands.ts`. Ctrl-C cancels the call on the server. Exit codes: 0 done, 1 the tool said that
// it failed, 2 the command line is wrong, 3 there is no server to speak to, 4 the server answered
// with an error or not at all, 130 cancelled.

import { type ArgumentSources, readArguments, type ToolArguments } from "./cli_arguments.ts";
import { openTerminalAsker } from "./cli_ask.ts";
import { cancelOnSignal, connectTo, EXIT, reportFailure } from "./cli_connect.ts";
import { guess } from "./cli_guess.ts";
import { type Operands, UsageError } from "./cli_options.ts";
import { openProgressLine } from "./cli_progress.ts";
import { readTarget, type TargetValues } from "./cli_target.ts";
import { jsonLine, oneLine, printable } from "./cli_text.ts";
import type { Client } from "./client/mod.ts";
import { isJsonObject, type JsonObject } from "./jsonrpc/message.ts";
import { coerce } from "./protocol/coerce.ts";
import type { Content, ToolInfo, ToolResult } from "./protocol/types.ts";
import type { OpenFile, Runtime } from "./runtime/runtime.ts";

interface CallValues extends TargetValues {
  readonly json: boolean;
  readonly timeout: number;
}

/** Calls a tool and prints its result; gives the exit code. @throws {UsageError} */
export async function call(
  runtime: Runtime,
  values: CallValues,
  operands: Operands,
): Promise<number> {
  const { server, tool, words } = split(operands);
  const target = await readTarget(runtime, "call", server, values);
  const said = await readArguments(words, sourcesOf(runtime));
  const leaving = cancelOnSignal(runtime);
  const { signal } = leaving;
  const progress = openProgressLine(runtime);
  const asker = canAsk(runtime, words) ? openTerminalAsker(runtime, progress.clear) : undefined;
  let client: Client | undefined;
  try {
    client = await connectTo(runtime, target, leaving, asker);
    const args = fit(said, await findTool(client, tool, signal));
    const result = await client.callTool(tool, args, {
      signal,
      timeoutMs: values.timeout * 1_000,
      onProgress: (step) => asker?.busy || progress.show(step),
      onLog({ level, logger, data }) {
        progress.clear();
        const text = typeof data === "string" ? data : JSON.stringify(data);
        runtime.stderr(`${level}${logger === undefined ? "" : ` ${logger}`}: ${printable(text)}`);
      },
    });
    progress.clear();
    show(runtime, result, values.json);
    return result.isError === true ? EXIT.toolError : EXIT.ok;
  } catch (error) {
    progress.clear();
    if (error instanceof UsageError) throw error;
    return reportFailure(runtime, error, target, client);
  } finally {
    await client?.close();
  }
}

/** Which words name the server, which the tool, and which are its arguments. */
function split({ words, rest }: Operands) {
  const [server, ...others] = words;
  const named = rest === undefined
    ? { server: { words: server === undefined ? [] : [server], rest }, own: others }
    : { server: { words: [], rest }, own: words };
  const [tool, ...args] = named.own;
  if (tool === undefined && (server !== undefined || rest !== undefined)) {
    throw new UsageError(
      '"lmcp call" must be given a tool: got none; "lmcp list" with the same server names them',
    );
  }
  return { server: named.server, tool: tool ?? "", words: args };
}

/** Whether there is somebody to be asked, and nothing else that standard input is for. */
function canAsk(runtime: Runtime, words: readonly string[]): boolean {
  const { stdinIsTerminal, stderrIsTerminal } = runtime.stdio();
  return stdinIsTerminal && stderrIsTerminal && !words.some((word) => /^-$|(^|=)@-$/.test(word));
}

function sourcesOf(runtime: Runtime): ArgumentSources {
  let input: Promise<string> | undefined;
  return {
    async file(path) {
      try {
        return await wholeText(await runtime.files.open(path, { read: true }));
      } catch (error) {
        throw new UsageError(
          error instanceof TypeError
            ? `"@" must stand before a file of UTF-8 text: got other bytes in ${
              JSON.stringify(path)
            }`
            : `"@" must stand before a file that can be read: ${
              error instanceof Error ? error.message : String(error)
            }`,
        );
      }
    },
    stdin: () => input ??= new Response(runtime.stdio().stdin).text(),
  };
}

async function wholeText(file: OpenFile): Promise<string> {
  try {
    // Other bytes would arrive as something else.
    const decoder = new TextDecoder("utf-8", { fatal: true });
    const buffer = new Uint8Array(64 * 1024);
    let text = "";
    for (;;) {
      const count = await file.read(buffer);
      if (count === null || count === 0) return text + decoder.decode();
      text += decoder.decode(buffer.subarray(0, count), { stream: true });
    }
  } finally {
    file.close();
  }
}

/** The tool as the server lists it; undefined where the server has no list of tools. */
async function findTool(
  client: Client,
  name: string,
  signal: AbortSignal,
): Promise<ToolInfo | undefined> {
  if (client.capabilities.tools === undefined) return undefined;
  const names: string[] = [];
  for await (const tool of client.listTools({ signal })) {
    if (tool.name === name) return tool;
    names.push(tool.name);
  }
  const alike = guess(name, names);
  throw new UsageError(
    `"lmcp call" must be given a tool that the server has: got ${JSON.stringify(name)}; ` +
      (alike === undefined ? `it has ${oneLine(names.join(", "), 500)}` : `did you mean ${alike}?`),
  );
}

/** The arguments, with texts made what the tool's schema says they are: `timeout_s=5` is a number. */
function fit({ args, texts }: ToolArguments, tool: ToolInfo | undefined): JsonObject {
  const meant = coerce(args, tool?.inputSchema) as JsonObject;
  return Object.fromEntries(
    Object.keys(args).map((name) => [name, texts.has(name) ? meant[name] : args[name]]),
  );
}

function show(runtime: Runtime, result: ToolResult, json: boolean): void {
  if (json) return runtime.print(jsonLine(result));
  const blocks = (result.content ?? []).map(blockText);
  if (blocks.length === 0 && result.structuredContent !== undefined) {
    blocks.push(JSON.stringify(result.structuredContent, null, 2));
  }
  const text = blocks.map((block) => block.endsWith("\n") ? block : `${block}\n`).join("");
  if (result.isError === true) runtime.print(printable(text), "stderr");
  else runtime.print(runtime.stdio().stdoutIsTerminal ? printable(text) : text);
}

/** Content as text; what is none is named, with its size. What is no content is shown as it came. */
function blockText(content: Content): string {
  const odd = `[${JSON.stringify(content)}]`;
  switch (content.type) {
    case "text":
      return typeof content.text === "string" ? content.text : odd;
    case "image":
    case "audio":
      return `[${content.type} ${content.mimeType}, ${
        bytesOf(content.data)
      }; --json gives it whole]`;
    case "resource_link":
      return `[resource ${content.uri}]`;
    case "resource": {
      const { resource } = content;
      if (!isJsonObject(resource)) return odd;
      const { uri, text, blob } = resource;
      return typeof text === "string"
        ? text
        : `[resource ${uri}, ${bytesOf(blob)}; --json gives it whole]`;
    }
    default:
      return odd;
  }
}

function bytesOf(base64: unknown): string {
  if (typeof base64 !== "string") return "no bytes";
  const padding = /=*$/.exec(base64.slice(-2))?.[0].length ?? 0;
  return `${Math.floor(base64.length * 3 / 4) - padding} bytes`;
}
