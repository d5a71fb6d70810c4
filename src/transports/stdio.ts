// A server over a pair of streams, a message a line: both eras on one process, one ordered writer.
// Reading never waits for a handler. Given the streams by the program; never touches the process.
// spec: basic/transports/stdio

import { isModern } from "../eras/era.ts";
import type { Era } from "../eras/era.ts";
import type { AskClient } from "../eras/asked.ts";
import { modern } from "../eras/modern.ts";
import { openSession, type Session, statelessSession } from "../eras/session.ts";
import { ErrorCode, RpcError } from "../jsonrpc/errors.ts";
import {
  encodeResponse,
  failureOf,
  idOf,
  isRequestId,
  parseMessage,
  type RequestId,
  type RpcNotification,
  type RpcRequest,
  type RpcResponse,
} from "../jsonrpc/message.ts";
import { PendingRequests } from "../jsonrpc/pending.ts";
import type { Core } from "../protocol/call.ts";
import { type CancelScope, whenAborted } from "../protocol/cancel.ts";
import { createSealer } from "../protocol/sealed.ts";
import { type LineWriter, openLineWriter } from "../wire/line_writer.ts";
import { type Line, LineSplitter } from "../wire/lines.ts";
import { checkBatch } from "./batch.ts";
import { exchange, type Exchanged } from "./exchange.ts";
import { idInUse, InFlight } from "./in_flight.ts";
import { Gate } from "./gate.ts";
import { type Limits, withLimits } from "./limits.ts";
import { parseJson } from "./parse.ts";
import { StdioCall, type StdioPeer } from "./stdio_call.ts";

/** How a server is served over a pair of streams. */
export interface StdioOptions {
  /** Where the client's lines come from. */
  readonly readable: ReadableStream<Uint8Array>;
  /** Where the server's lines go; nothing else may write there. */
  readonly writable: WritableStream<Uint8Array>;
  /** Bounds that differ from their defaults. */
  readonly limits?: Partial<Limits>;
  /** The secret that seals what travels through a client between the rounds of a call. Default: random. */
  readonly stateKey?: string | Uint8Array;
  /** Milliseconds that calls in flight get at the end. Default 2,000. */
  readonly drainMs?: number;
  /** Ends the server as the end of input does. */
  readonly signal?: AbortSignal;
}

/** Bytes that may wait for a client that does not read before its requests wait, too. */
const MAX_PENDING = 64 * 1024 * 1024;

/**
 * Serves until the input ends (or the signal is aborted), answers what is in flight within the
 * drain time, aborts the rest, and resolves when everything is written.
 *
 * @example
 * ```ts
 * import { createServer } from "@lmcp/lmcp";
 * import { serveStdio } from "@lmcp/lmcp/stdio";
 *
 * const server = createServer({ name: "greeter", version: "1.0.0" });
 * const line = `{"jsonrpc":"2.0","id":1,"method":"ping"}\n`;
 * let said = "";
 * await serveStdio(server, {
 *   readable: new Blob([line]).stream(),
 *   writable: new WritableStream({ write: (bytes) => void (said += new TextDecoder().decode(bytes)) }),
 * });
 * if (said !== `{"jsonrpc":"2.0","id":1,"result":{}}\n`) throw new Error(said);
 * ```
 */
export async function serveStdio(core: Core, options: StdioOptions): Promise<void> {
  const { drainMs = 2_000 } = options;
  const limits = withLimits(options.limits);
  const gate = new Gate(limits.calls, limits.queue);
  const inFlight = new InFlight(limits.subscriptions);
  const sealer = createSealer(options.stateKey);
  const asked = new PendingRequests();
  const running = new Map<RequestId, CancelScope>();
  const ended = new AbortController();
  const writer = openLineWriter(options.writable, () => ended.abort());
  const stateless = statelessSession();
  let session: Session | undefined;
  let ready = false;
  let dropped = 0;

  const send = (response: RpcResponse) => writer.write(encodeResponse(response));
  const sendAll = (responses: readonly RpcResponse[]) =>
    writer.write(`[${responses.map(encodeResponse).join(",")}]`);
  const notify = (message: RpcNotification) => {
    // A client that does not read must not fill the memory with what it may miss.
    if (writer.pending > limits.streamBytes) dropped++;
    else writer.write(JSON.stringify(message));
  };
  const stopServing = core.serve();
  const stopListening = core.onChange((change) => {
    const message = ready ? session?.changeNotification(change) : undefined;
    if (message !== undefined) notify(message);
  });

  function initialize(request: RpcRequest): RpcResponse {
    if (session !== undefined) {
      throw new RpcError(
        ErrorCode.InvalidRequest,
        "Invalid request: the session is initialized already",
      );
    }
    const opened = openSession("stdio", request.params ?? {}, core);
    session = opened.session;
    return { jsonrpc: "2.0", id: request.id, result: opened.result };
  }

  const peer: StdioPeer = { sealer, inFlight, notify, asks };

  /** Runs a request and gives its answer to `deliver`: none when it was cancelled. */
  function run(
    era: Era,
    request: RpcRequest,
    deliver: (response: RpcResponse | undefined) => void,
  ): void {
    if (running.has(request.id)) return deliver(idInUse(request.id));
    const call = new StdioCall(peer);
    const { scope } = call;
    inFlight.enter(scope);
    const exchanged = exchange(core, era, gate, request, call);
    const end = ({ response }: Exchanged) => {
      deliver(scope.reason === "client" ? undefined : response);
      inFlight.leave(scope); // Only now: the end of the server waits for what is written.
    };
    if (!(exchanged instanceof Promise)) return end(exchanged);
    running.set(request.id, scope);
    exchanged.then((known) => {
      running.delete(request.id);
      end(known);
    });
  }

  function asks(scope: CancelScope): AskClient | undefined {
    if (session === undefined) return undefined;
    return (method, params) =>
      asked.request(
        (id) => writer.write(JSON.stringify({ jsonrpc: "2.0", id, method, params })),
        scope.signal,
        (id) =>
          notify({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: id } }),
      );
  }

  function take(message: RpcNotification): void {
    if (message.method === "notifications/roots/list_changed") session?.forgetRoots();
    if (message.method === "notifications/initialized") ready = session !== undefined;
    if (message.method === "notifications/cancelled") {
      const id = message.params?.requestId;
      if (isRequestId(id)) running.get(id)?.cancel("client");
    }
  }

  function accept(value: unknown): void {
    const era = session ?? stateless;
    if (Array.isArray(value)) {
      const batch = checkBatch(value, era, null, limits.batch);
      batch.notifications.forEach(take);
      batch.responses.forEach((response) => asked.settle(response));
      const answers: RpcResponse[] = [...batch.failures];
      let owed = batch.requests.length;
      const deliver = (response: RpcResponse | undefined) => {
        if (response !== undefined) answers.push(response);
        if (--owed === 0 && answers.length > 0) sendAll(answers);
      };
      for (const request of batch.requests) run(era, request, deliver);
      if (batch.requests.length === 0 && answers.length > 0) sendAll(answers);
      return;
    }
    const incoming = parseMessage(value);
    if (incoming.kind === "response") return void asked.settle(incoming.message);
    const { message } = incoming;
    if (incoming.kind === "notification") return take(incoming.message);
    if (isModern(message, null)) return answer(modern, incoming.message);
    if (message.method === "initialize") return send(initialize(incoming.message));
    answer(era, incoming.message);
  }

  function answer(era: Era, request: RpcRequest): void {
    run(era, request, (response) => {
      if (response !== undefined) send(response);
    });
  }

  function read(line: Line): void {
    let value: unknown;
    try {
      if (line.kind === "too_long") {
        throw new RpcError(
          ErrorCode.ParseError,
          `Parse error: a line must have at most ${limits.line} bytes`,
        );
      }
      value = parseJson(line.text, limits);
      accept(value);
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      send(failureOf(idOf(value), error));
    }
  }

  if (options.signal !== undefined) whenAborted(options.signal, () => ended.abort());
  const onBroken = (error: unknown) => core.report(error, undefined);
  const chunks = chunksOf(options.readable, ended.signal, onBroken);
  const splitter = new LineSplitter(limits.line);
  for await (const chunk of chunks) {
    splitter.push(chunk).forEach(read);
    while (writer.pending > MAX_PENDING && !ended.signal.aborted) await flushed(writer, drainMs);
  }
  splitter.end().forEach(read);
  stopListening();
  await inFlight.drain(writer.broken === undefined ? drainMs : 0);
  await stopServing();
  await flushed(writer, drainMs);
  if (dropped > 0) {
    core.report(
      new Error(`${dropped} notifications dropped: the client reads too slowly`),
      undefined,
    );
  }
}

/** What comes of a stream until it ends, breaks, or the signal is aborted, whatever it does then. */
async function* chunksOf(
  source: ReadableStream<Uint8Array>,
  signal: AbortSignal,
  onBroken: (error: unknown) => void,
): AsyncGenerator<Uint8Array> {
  const reader = source.getReader();
  // This ends a read that waits; the source may not obey, and nobody waits for it.
  whenAborted(signal, () => void reader.cancel().catch(() => {}));
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } catch (error) {
    onBroken(error);
  }
}

/** Resolves when all is written, or when the client has taken nothing of it for a while. */
async function flushed(writer: LineWriter, patienceMs: number): Promise<void> {
  for (let before = -1; writer.pending !== before;) {
    before = writer.pending;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tired = new Promise<void>((resolve) => timer = setTimeout(resolve, patienceMs));
    await Promise.race([writer.flush(), tired]);
    clearTimeout(timer);
  }
}
