// Speaks MCP with a started program over its standard streams, line by line, for the cases.

import { StringDecoder } from "node:string_decoder";
import type { Program } from "./contract.ts";
import { within } from "./http_connection.ts";
import { type Message, WITH_SESSIONS } from "./mcp_client.ts";

/** A talk. Lines are read only while somebody waits for one. */
export interface StdioTalk {
  /** Sends a message; `jsonrpc` is added. */
  send(message: object): void;
  /** Calls a tool. */
  call(id: number | string, name: string, args?: object): void;
  /** The next message; undefined at the end of the output. */
  receive(): Promise<Message>;
  /** The same as it came. */
  line(): Promise<string | undefined>;
  /** Opens the session. */
  initialize(): Promise<Message>;
}

/** Begins to speak with a program. */
export function stdioTalk({ stdin, stdout }: Program): StdioTalk {
  const lines = linesOf(stdout);

  function send(message: object): void {
    stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  }

  async function line(): Promise<string | undefined> {
    const { done, value } = await within(lines.next(), "a line of the program", 30_000);
    return done ? undefined : value;
  }

  async function receive(): Promise<Message> {
    const text = await line();
    return text === undefined ? undefined : JSON.parse(text);
  }

  return {
    send,
    receive,
    line,
    call: (id, name, args = {}) =>
      send({ id, method: "tools/call", params: { name, arguments: args } }),
    async initialize() {
      const clientInfo = { name: "contract", version: "1.0.0" };
      const params = { protocolVersion: WITH_SESSIONS, capabilities: {}, clientInfo };
      send({ id: 0, method: "initialize", params });
      const { result } = await receive();
      send({ method: "notifications/initialized" });
      return result;
    },
  };
}

async function* linesOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new StringDecoder("utf8");
  let parts: string[] = [];
  for await (const bytes of stream) {
    const [first = "", ...more] = decoder.write(bytes).split("\n");
    parts.push(first);
    for (const next of more) {
      yield parts.join("");
      parts = [next];
    }
  }
  if (parts.join("") !== "") yield parts.join("");
}
