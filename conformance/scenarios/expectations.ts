// What a scenario waits for and compares. Each throws `Unmet` when it does not hold.
// Called by `run_scenario.ts`.

import { differences, show, valueAt } from "./match.ts";
import type {
  ExpectStep,
  GrowsStep,
  Json,
  JsonMap,
  QuietStep,
  SeeStep,
  SkipStep,
} from "./scenario.ts";
import type { Exchange } from "./wire.ts";

const DEFAULT_MS = 5_000;

/** A step that does not hold: the message says what was wanted and what came. */
export class Unmet extends Error {}

/** A scenario that the server may leave out: the message says what it does not do. */
export class NotApplicable extends Error {}

/** Waits until something holds; fails when the stream ends or the time is over before. */
export async function waitUntil(
  exchange: Exchange,
  holds: () => boolean,
  ms = DEFAULT_MS,
  what: string,
): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<"late">((resolve) => timer = setTimeout(() => resolve("late"), ms));
  try {
    while (!holds()) {
      if (exchange.ended) throw new Unmet(`${what} must come: the stream ended before`);
      if (await Promise.race([exchange.next(), late]) === "late" && !holds()) {
        throw new Unmet(`${what} must come within ${ms} ms: it did not`);
      }
    }
  } finally {
    clearTimeout(timer);
  }
}

/** Waits for the response of an exchange and compares it, its status and its headers. */
export async function expectResponse(
  exchange: Exchange,
  step: ExpectStep,
  overHttp: boolean,
): Promise<void> {
  const response = () => exchange.messages.find(isResponse);
  if (step.message === null) {
    if (overHttp) await waitUntil(exchange, () => exchange.ended, step.withinMs, "an end");
    if (response() !== undefined) throw new Unmet(`no response must come: got ${show(response())}`);
  } else if (step.message !== undefined) {
    const came = () => response() !== undefined || exchange.ended;
    await waitUntil(exchange, came, step.withinMs, `the response to "${step.of}"`);
    hold(step.message, response());
  }
  if (!overHttp) return;
  const answered = () => exchange.status !== undefined || exchange.ended;
  await waitUntil(exchange, answered, step.withinMs, "a status");
  if (step.status !== undefined) hold(step.status, exchange.status, "status");
  for (const [name, wanted] of Object.entries(step.headers ?? {})) {
    hold(wanted, exchange.headers?.get(name) ?? undefined, `header ${name}`);
  }
}

/** Throws `NotApplicable` when an answer, or a message that came, is what the step names. */
export async function skipIf(
  step: SkipStep,
  exchange: Exchange | undefined,
  seen: JsonMap | undefined,
): Promise<void> {
  let message = seen;
  if (exchange !== undefined) {
    const answered = () => exchange.ended || exchange.messages.some(isResponse);
    const needed = step.message === undefined ? () => exchange.status !== undefined : answered;
    await waitUntil(exchange, () => needed() || exchange.ended, undefined, "an answer");
    message = exchange.messages.find(isResponse);
  }
  const headers = Object.entries(step.headers ?? {}).map(([name, wanted]) =>
    differences(wanted, exchange?.headers?.get(name) ?? undefined)
  );
  const status = step.status === undefined ? [] : differences(step.status, exchange?.status);
  const body = step.message === undefined ? [] : differences(step.message, message);
  if ([...headers, status, body].every((wrong) => wrong.length === 0)) {
    throw new NotApplicable(step.why);
  }
}

/** Waits for a message that no earlier step took. */
export async function expectMessage(
  exchange: Exchange,
  step: SeeStep,
  taken: ReadonlySet<JsonMap>,
): Promise<JsonMap> {
  const find = () =>
    exchange.messages.find((one) => !taken.has(one) && differences(step.message, one).length === 0);
  const what = `a message ${show(step.message)}`;
  await waitUntil(exchange, () => find() !== undefined || exchange.ended, step.withinMs, what);
  const found = find();
  if (found === undefined) throw new Unmet(`${what} must come: the stream ended before`);
  return found;
}

/** Sees that no such message came, and none comes for a while. */
export async function expectQuiet(exchange: Exchange, step: QuietStep): Promise<void> {
  const from = step.fromNow === true ? exchange.messages.length : 0;
  await new Promise((resolve) => setTimeout(resolve, step.forMs ?? 0));
  const found = exchange.messages.slice(from)
    .find((one) => differences(step.message, one).length === 0);
  if (found !== undefined) throw new Unmet(`no such message must come: got ${show(found)}`);
}

/** Sees that a number grew from message to message. */
export function expectGrowth(exchange: Exchange, step: GrowsStep): void {
  const values = exchange.messages.filter((one) => differences(step.message, one).length === 0)
    .map((one) => valueAt(one, step.path));
  if (values.length < step.atLeast) {
    throw new Unmet(`at least ${step.atLeast} such messages must come: got ${values.length}`);
  }
  for (let at = 1; at < values.length; at++) {
    if (!(Number(values[at]) > Number(values[at - 1]))) {
      throw new Unmet(`${step.path} must grow: got ${show(values)}`);
    }
  }
}

/** Whether a message is a response. */
export function isResponse(message: JsonMap): boolean {
  return message.method === undefined && ("result" in message || "error" in message);
}

function hold(wanted: Json, got: unknown, path = ""): void {
  const wrong = differences(wanted, got, path);
  if (wrong.length > 0) throw new Unmet(wrong.join("; "));
}
