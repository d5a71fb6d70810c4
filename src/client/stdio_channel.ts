// The way to a command on its standard streams: a message a line, all on one channel. When the
// command ends, what waits fails with how it ended. spec: basic/transports/stdio

import {
  parseMessage,
  type RpcNotification,
  type RpcRequest,
  type RpcResponse,
} from "../jsonrpc/message.ts";
import { PendingRequests } from "../jsonrpc/pending.ts";
import { type LineWriter, openLineWriter } from "../wire/line_writer.ts";
import { chunksOf } from "../wire/chunks.ts";
import { type Line, readLines } from "../wire/lines.ts";
import { answeredId, resultIn } from "./answer_shape.ts";
import type { Answer, Channel, ExchangeOptions, Receive } from "./channel.ts";
import { startCommand, type StartedCommand } from "./child_process.ts";
import { ClientError } from "./client_error.ts";
import type { CommandTarget } from "./target.ts";
import { within } from "./wait.ts";

/** What a channel to a command is made of. */
export interface StdioChannelOptions {
  readonly target: CommandTarget;
  readonly maxBytes: number;
  readonly receive: Receive;
  readonly onError: (error: unknown) => void;
  readonly onStderr: ((line: string) => void) | undefined;
}

/** Milliseconds that what is still to be written, or read, gets at the end. */
const PATIENCE_MS = 1_000;

/** The channel to a command. */
export class StdioChannel implements Channel {
  readonly kind = "stdio";
  readonly label: string;
  readonly broken: Promise<ClientError>;
  readonly #options: StdioChannelOptions;
  readonly #command: StartedCommand;
  readonly #writer: LineWriter;
  readonly #pending = new PendingRequests();
  #over: ClientError | undefined;
  #closing: Promise<void> | undefined;

  /** Starts the command. @throws {ClientError} `refused` when it cannot be started. */
  constructor(options: StdioChannelOptions) {
    this.#options = options;
    this.#command = startCommand(options.target, options.onStderr);
    const { child, label } = this.#command;
    this.label = `"${label}"`;
    this.#writer = openLineWriter(child.stdin!, () => undefined);
    this.broken = this.#run();
  }

  async exchange(request: RpcRequest, { signal }: ExchangeOptions): Promise<Answer> {
    if (this.#over !== undefined) throw unsent(this.#over);
    const line = JSON.stringify(request);
    const write = () => this.#writer.write(line);
    const result = await this.#pending.requestAs(request.id, write, signal);
    return { result, headers: undefined };
  }

  send(message: RpcNotification | RpcResponse): Promise<void> {
    if (this.#over !== undefined) return Promise.reject(unsent(this.#over));
    this.#writer.write(JSON.stringify(message));
    return Promise.resolve();
  }

  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  async #close(): Promise<void> {
    this.#finish(new ClientError("closed", "The client was closed"));
    await within(this.#writer.close(), PATIENCE_MS);
    await this.#command.end();
  }

  async #run(): Promise<ClientError> {
    const { child, ended } = this.#command;
    const gone = new AbortController();
    const reading = this.#read(chunksOf(child.stdout!, gone.signal));
    await Promise.race([reading, ended]);
    const ending = ended.then((error) => this.#finish(error));
    // One that only closes its output can say nothing any more.
    if (!await within(ending, PATIENCE_MS)) {
      this.#finish(new ClientError("closed", `The command ${this.label} closed its output`));
    }
    await within(reading, PATIENCE_MS); // A child of its own may hold the stream open.
    gone.abort();
    await this.close();
    return this.#over!;
  }

  async #read(chunks: AsyncIterable<Uint8Array>): Promise<void> {
    const { maxBytes, onError } = this.#options;
    try {
      for await (const line of readLines(chunks, maxBytes)) this.#take(line);
    } catch (error) {
      onError(error);
    }
  }

  #take(line: Line): void {
    const { receive, onError, maxBytes } = this.#options;
    if (line.kind === "too_long") {
      const text = `An answer of ${this.label} passes ${maxBytes} bytes; ` +
        "give the client a greater maxResponseBytes";
      const error = new ClientError("too_large", text);
      // Whose answer it was cannot be told: with several waiting, the deadline of one will.
      if (this.#pending.size === 1) this.#pending.rejectAll(error);
      return onError(error);
    }
    let value: unknown;
    try {
      value = JSON.parse(line.text);
    } catch (error) {
      return onError(this.#unreadable(line.text, error));
    }
    for (const one of Array.isArray(value) ? value : [value]) {
      try {
        const incoming = parseMessage(one);
        // With one request under way, what comes belongs to it.
        if (incoming.kind !== "response") receive(incoming.message, this.#pending.sole);
        else {
          if ("result" in incoming.message) resultIn(incoming.message, this.label);
          // An answer that nobody waits for is one that came too late.
          this.#pending.settle(incoming.message);
        }
      } catch (error) {
        const problem = error instanceof ClientError ? error : this.#unreadable(line.text, error);
        // Who waits for a malformed answer would wait in vain.
        const id = answeredId(one);
        if (id === undefined || !this.#pending.fail(id, problem)) onError(problem);
      }
    }
  }

  #unreadable(text: string, cause: unknown): ClientError {
    const shown = JSON.stringify(text.slice(0, 200));
    const wanted = `${this.label} must write a message of JSON-RPC a line: got ${shown}`;
    return new ClientError("protocol", wanted, { cause });
  }

  #finish(reason: ClientError): void {
    this.#over ??= reason;
    this.#pending.rejectAll(reason);
  }
}

function unsent(reason: ClientError): ClientError {
  return new ClientError(reason.code, reason.message, { sent: false });
}
