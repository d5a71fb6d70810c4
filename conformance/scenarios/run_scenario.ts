// Runs the steps of one scenario against one server. A step that does not hold ends the scenario
// with what was wanted, what was sent and what came. Called by `run_all.ts`.

import { baseHeaders, initializeMessage, merge, wrap } from "./envelope.ts";
import {
  expectGrowth,
  expectMessage,
  expectQuiet,
  expectResponse,
  isResponse,
  NotApplicable,
  skipIf,
  Unmet,
  waitUntil,
} from "./expectations.ts";
import { differences, show, valueAt } from "./match.ts";
import {
  hasSessions,
  type Json,
  type JsonMap,
  type RawStep,
  type Scenario,
  type SeeStep,
  type SendStep,
  type Step,
} from "./scenario.ts";
import type { Exchange, Wire } from "./wire.ts";

/** What became of a scenario. */
export type Verdict =
  | { readonly kind: "passed" }
  | { readonly kind: "skipped"; readonly why: string }
  | {
    readonly kind: "failed";
    readonly why: string;
    readonly sent: readonly string[];
    readonly came: readonly string[];
  };

interface Session {
  readonly id: string | undefined;
  readonly revision: string;
  readonly capabilities: JsonMap;
}

/** Runs a scenario on a wire of its own, which is closed afterwards. */
export async function runScenario(
  scenario: Scenario,
  revision: string,
  wire: Wire,
): Promise<Verdict> {
  const run = new ScenarioRun(scenario, revision, wire);
  try {
    await run.open();
    for (const step of scenario.steps) await run.step(step);
    return { kind: "passed" };
  } catch (error) {
    if (error instanceof NotApplicable) return { kind: "skipped", why: error.message };
    if (!(error instanceof Unmet)) throw error;
    return { kind: "failed", why: error.message, sent: run.sent, came: run.came() };
  } finally {
    await run.close();
    await wire.close();
  }
}

class ScenarioRun {
  readonly sent: string[] = [];
  readonly #wire: Wire;
  readonly #exchanges = new Map<string, Exchange>();
  readonly #seen = new Map<string, JsonMap>();
  readonly #values = new Map<string, string>();
  readonly #taken = new Map<Exchange, Set<JsonMap>>();
  readonly #sessions = new Map<string, Session>();
  readonly #scenario: Scenario;
  readonly #revision: string;
  #lastId = 0;

  constructor(scenario: Scenario, revision: string, wire: Wire) {
    this.#scenario = scenario;
    this.#revision = revision;
    this.#wire = wire;
    this.#values.set("revision", revision);
  }

  async open(): Promise<void> {
    const capabilities = this.#scenario.capabilities ?? {};
    if (hasSessions(this.#revision) && this.#scenario.session !== false) {
      await this.#openSession("main", this.#revision, capabilities);
    } else {
      this.#sessions.set("main", { id: undefined, revision: this.#revision, capabilities });
    }
  }

  /** Ends the sessions that the scenario opened. */
  async close(): Promise<void> {
    if (this.#wire.transport === "stdio") return;
    for (const { id, revision } of this.#sessions.values()) {
      if (id === undefined) continue;
      const ending = this.#wire.http("DELETE", undefined, baseHeaders(revision, id), undefined);
      while (!ending.ended) await ending.next();
    }
  }

  /** All that came, for the report of a failure. */
  came(): string[] {
    const all = this.#wire.channel?.messages ??
      [...this.#exchanges.values()].flatMap(({ status, messages }) => [{ status }, ...messages]);
    return all.map(show);
  }

  async step(given: Step): Promise<void> {
    // What is repeated is filled each time by itself.
    const step = given.do === "repeat" ? given : this.#filled(given);
    switch (step.do) {
      case "send":
        return this.#send(step);
      case "raw":
        return this.#raw(step);
      case "http": {
        const session = this.#session(undefined);
        const own = step.inSession === false ? {} : baseHeaders(session.revision, session.id);
        this.#note(
          step.as,
          this.#wire.http(step.method, step.path, merge(own, step.headers), step.body),
          `${step.method} ${step.path ?? ""}`,
        );
        return;
      }
      case "answer":
        return this.#answer(step.to, step.result, step.error);
      case "expect":
        return await expectResponse(this.#of(step.of), step, this.#wire.transport === "http");
      case "see":
        return await this.#see(step);
      case "quiet":
        return await expectQuiet(this.#of(step.of), step);
      case "grows":
        return expectGrowth(this.#of(step.of), step);
      case "end": {
        const exchange = step.of === undefined ? this.#wire.channel : this.#of(step.of);
        if (exchange === undefined) throw new Error(`Step "end" must name what ends, over HTTP`);
        return await waitUntil(exchange, () => exchange.ended, step.withinMs, "the end");
      }
      case "capture":
        return this.#capture(step.of, step.path, step.as);
      case "session":
        return await this.#openSession(
          step.as,
          step.revision ?? this.#revision,
          step.capabilities ?? {},
        );
      case "repeat":
        for (let n = 1; n <= step.times; n++) {
          this.#values.set("n", String(n));
          for (const one of step.steps) await this.step(one);
        }
        return;
      case "skip_if": {
        const seen = this.#seen.get(step.of);
        return await skipIf(step, seen === undefined ? this.#of(step.of) : undefined, seen);
      }
      case "disconnect":
        return this.#of(step.of).disconnect();
      case "close_input":
        return this.#wire.closeInput();
      case "wait":
        return await new Promise((resolve) => setTimeout(resolve, step.ms));
    }
  }

  async #openSession(name: string, revision: string, capabilities: JsonMap): Promise<void> {
    const headers = baseHeaders(revision, undefined);
    const text = JSON.stringify({ jsonrpc: "2.0", ...initializeMessage(revision, capabilities) });
    const opening = this.#post(text, headers);
    await waitUntil(
      opening,
      () => opening.messages.some(isResponse) || opening.ended,
      undefined,
      "an answer to initialize",
    );
    const answer = opening.messages.find(isResponse);
    const wrong = differences({ result: { protocolVersion: revision } }, answer);
    if (wrong.length > 0) {
      throw new Unmet(`initialize was not answered with ${revision}: ${wrong.join("; ")}`);
    }
    const id = opening.headers?.get("mcp-session-id") ?? undefined;
    this.#sessions.set(name, { id, revision, capabilities });
    const ready = this.#post(
      `{"jsonrpc":"2.0","method":"notifications/initialized"}`,
      baseHeaders(revision, id),
    );
    if (this.#wire.transport === "http") {
      await waitUntil(ready, () => ready.ended, undefined, "an end of notifications/initialized");
    }
  }

  #send(step: SendStep): void {
    const session = this.#session(step.session);
    const isRequest = typeof step.message.method === "string" &&
      !step.message.method.startsWith("notifications/");
    const message = step.bare === true || !isRequest || "id" in step.message
      ? step.message
      : { id: ++this.#lastId, ...step.message };
    const { text, headers } = wrap(
      { ...step, message },
      session.revision,
      session.capabilities,
      session.id,
    );
    this.#note(step.as, this.#post(text, headers), undefined);
  }

  #raw(step: RawStep): void {
    const session = this.#session(undefined);
    const pieces = step.pieces.map((piece) => {
      if (typeof piece === "string") return new TextEncoder().encode(piece);
      if ("bytes" in piece) {
        return Uint8Array.from(piece.bytes.split(" "), (byte) => parseInt(byte, 16));
      }
      return new TextEncoder().encode(piece.repeat.repeat(piece.times));
    });
    this.sent.push(show(step.pieces));
    const headers = merge(baseHeaders(session.revision, session.id), step.headers);
    this.#note(step.as, this.#wire.send(pieces, { headers }), undefined);
  }

  #answer(to: string, result: Json | undefined, error: Json | undefined): void {
    const question = this.#seen.get(to);
    if (question === undefined) throw new Error(`Fixture answers "${to}", which no step saw`);
    const session = this.#session(undefined);
    const body = error === undefined ? { result: result ?? {} } : { error };
    this.#post(
      JSON.stringify({ jsonrpc: "2.0", id: question.id, ...body }),
      baseHeaders(session.revision, session.id),
    );
  }

  async #see(step: SeeStep): Promise<void> {
    const exchange = this.#of(step.of);
    const taken = this.#taken.get(exchange) ?? new Set();
    this.#taken.set(exchange, taken);
    const found = await expectMessage(exchange, step, taken);
    taken.add(found);
    if (step.as !== undefined) this.#seen.set(step.as, found);
  }

  #capture(of: string, path: string, as: string): void {
    const header = /^header:(.*)$/.exec(path)?.[1];
    const message = this.#seen.get(of) ?? this.#exchanges.get(of)?.messages.find(isResponse);
    const value = header === undefined ? valueAt(message, path) : this.#of(of).headers?.get(header);
    if (value === undefined || value === null) {
      throw new Unmet(`"${of}" must have ${path}: got nothing`);
    }
    this.#values.set(as, String(value));
  }

  #post(text: string, headers: { readonly [name: string]: string }): Exchange {
    this.sent.push(text.length > 400 ? `${text.slice(0, 400)}...` : text);
    const line = this.#wire.transport === "stdio" ? `${text}\n` : text;
    return this.#wire.send([new TextEncoder().encode(line)], { headers });
  }

  #note(as: string | undefined, exchange: Exchange, sent: string | undefined): void {
    if (sent !== undefined) this.sent.push(sent);
    if (as !== undefined) this.#exchanges.set(as, exchange);
  }

  #of(name: string): Exchange {
    const exchange = this.#exchanges.get(name) ??
      (name === "channel" ? this.#wire.channel : undefined);
    if (exchange === undefined) throw new Error(`Fixture speaks of "${name}", which no step made`);
    return exchange;
  }

  #session(name: string | undefined): Session {
    const session = this.#sessions.get(name ?? "main");
    if (session === undefined) {
      throw new Error(`Fixture speaks of session "${name}", which no step opened`);
    }
    return session;
  }

  /** Puts captured values in place of their names, everywhere in a step. */
  #filled<T>(value: T): T {
    if (typeof value === "string") {
      return value.replace(
        /\$\{([\w-]+)\}/g,
        (_all, name) => this.#values.get(name) ?? `\${${name}}`,
      ) as T;
    }
    if (Array.isArray(value)) return value.map((one) => this.#filled(one)) as T;
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [key, this.#filled(one)]),
    ) as T;
  }
}
