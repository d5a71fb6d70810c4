// Tells whether a URI is one that a template can write, and with which values.
// Compiled at registration; a match takes time in proportion to the URI, whatever the template:
// a table is filled from the end, saying where the rest can match, and then walked from the start.
// Called by `resources.ts`.

import { show } from "../jsonrpc/message.ts";
import { parseTemplate, type TemplateExpression, type TemplatePart } from "./uri_template.ts";

/** The values of a template's variables, decoded; a variable that the URI has not is absent. */
export type UriVariables = { [name: string]: string | string[] };

/** A template, ready to be matched. */
export interface UriMatcher {
  /** The names of its variables, in order. */
  readonly variables: readonly string[];
  /** The values with which the template writes `uri`; undefined when it cannot. */
  match(uri: string): UriVariables | undefined;
}

/** A step of a match: some text, a value, or named values in any order. */
type Step =
  | { readonly kind: "text"; readonly text: string }
  | {
    readonly kind: "value";
    readonly name: string;
    /** The character before an optional value; empty for one that must be there. */
    readonly lead: string;
    /** The characters that the value cannot have. */
    readonly stops: string;
    /** What separates the items of a list; empty for a single value. */
    readonly split: string;
  }
  | {
    readonly kind: "pairs";
    readonly lead: string;
    readonly split: string;
    readonly stops: string;
    /** Each name, and whether it may come several times, as a list. */
    readonly names: ReadonlyMap<string, boolean>;
  };

/** Where a step can start so that the rest matches, and where it can while not being left out. */
interface Row {
  readonly reach: Uint8Array;
  readonly present: Uint8Array;
}

const MAX_VARIABLES = 50;

/**
 * Compiles a template.
 *
 * `{x}` and `{+x}` must have a value; what `{/x}`, `{.x}`, `{#x}`, `{;x}`, `{?x}` and `{&x}` stand
 * for may be absent. `{x}` takes anything but `/`, `?` and `#`, so that it also takes what a
 * client forgot to encode. Where several values would do, the first variable gets the most.
 *
 * @throws {TypeError} naming the rule that the template breaks.
 */
export function compileTemplate(template: string): UriMatcher {
  const steps = parseTemplate(template).reduce(addSteps, []);
  const variables = steps.flatMap((step) =>
    step.kind === "value" ? [step.name] : step.kind === "pairs" ? [...step.names.keys()] : []
  );
  if (variables.length === 0) {
    throw new TypeError(
      `URI template must have a variable, such as {id}: got ${
        show(template)
      }; a resource without one has "uri" instead`,
    );
  }
  if (variables.length > MAX_VARIABLES) {
    throw new TypeError(
      `URI template must have at most ${MAX_VARIABLES} variables: got ${variables.length}`,
    );
  }
  return { variables, match: (uri) => match(steps, uri) };
}

/** Adds the steps of one part, and refuses what could not be told apart. */
function addSteps(steps: Step[], part: TemplatePart): Step[] {
  const before = steps.at(-1);
  const added = typeof part === "string" ? [{ kind: "text", text: part } as const] : stepsOf(part);
  const first = added[0];
  const starts = first?.kind === "text" ? first.text.charAt(0) : first?.lead ?? "";
  if (before?.kind === "value" && starts === "") {
    throw new TypeError(
      `URI template must have text between "${before.name}" and the next variable, to tell them apart`,
    );
  }
  if (before?.kind === "pairs" && first !== undefined) {
    if (first.kind === "pairs" && first.split === before.split && first.lead !== "?") {
      const names = new Map([...before.names, ...first.names]);
      return [...steps.slice(0, -1), { ...before, names }];
    }
    if (starts === "" || !before.stops.includes(starts)) {
      throw new TypeError(
        `URI template must end after {${before.lead}...}, or go on with one of ${
          [...before.stops].join(" ")
        }`,
      );
    }
  }
  return [...steps, ...added];
}

function stepsOf({ operator, variables }: TemplateExpression): Step[] {
  const cut = variables.find(({ prefix }) => prefix !== undefined);
  if (cut !== undefined) {
    throw new TypeError(
      `URI template must have whole values to be matched: got {${cut.name}:${cut.prefix}}`,
    );
  }
  if (operator === ";" || operator === "?" || operator === "&") {
    return [{
      kind: "pairs",
      lead: operator,
      split: operator === ";" ? ";" : "&",
      stops: operator === ";" ? "/?#" : "#",
      names: new Map(variables.map(({ name, explode }) => [name, explode])),
    }];
  }
  return variables.flatMap(({ name, explode }, index): Step[] => {
    switch (operator) {
      case "":
      case "+": {
        const stops = operator === "+" ? "" : variables.length > 1 && !explode ? "/?#," : "/?#";
        const value = { kind: "value", name, lead: "", stops, split: explode ? "," : "" } as const;
        return index === 0 ? [value] : [{ kind: "text", text: "," }, value];
      }
      case "#":
        return [{
          kind: "value",
          name,
          lead: index === 0 ? "#" : ",",
          stops: "",
          split: explode ? "," : "",
        }];
      default: {
        const stops = operator === "/" && explode ? "?#" : "/?#";
        return [{ kind: "value", name, lead: operator, stops, split: explode ? operator : "" }];
      }
    }
  });
}

function match(steps: readonly Step[], uri: string): UriVariables | undefined {
  const first = steps[0];
  const last = steps.at(-1);
  if (first?.kind === "text" && !uri.startsWith(first.text)) return undefined;
  if (last?.kind === "text" && !uri.endsWith(last.text)) return undefined;
  const rows = rowsOf(steps, uri);
  return rows[0]?.reach[0] === 1 ? walk(steps, rows, uri) : undefined;
}

function rowsOf(steps: readonly Step[], uri: string): readonly Row[] {
  const end = new Uint8Array(uri.length + 1);
  end[uri.length] = 1;
  const rows: Row[] = [{ reach: end, present: end }];
  for (let at = steps.length - 1; at >= 0; at--) {
    rows.unshift(rowOf(steps[at]!, uri, rows[0]!.reach));
  }
  return rows;
}

function rowOf(step: Step, uri: string, next: Uint8Array): Row {
  const present = new Uint8Array(next.length);
  if (step.kind === "text") {
    let at = uri.indexOf(step.text);
    for (; at >= 0; at = uri.indexOf(step.text, at + 1)) present[at] = next[at + step.text.length]!;
    return { reach: present, present };
  }
  if (step.kind === "pairs") fillPairs(step, uri, next, present);
  else fillValue(step, uri, next, present);
  if (step.lead === "") return { reach: present, present };
  return { reach: present.map((value, at) => value | next[at]!), present };
}

function fillValue(
  { lead, stops }: Step & { kind: "value" },
  uri: string,
  next: Uint8Array,
  present: Uint8Array,
): void {
  let tail = next[uri.length]!; // Whether a value that goes on from here can end well.
  for (let at = uri.length - 1; at >= 0; at--) {
    const char = uri[at]!;
    const goesOn = stops.includes(char) ? 0 : tail;
    present[at] = lead === "" ? goesOn : char === lead ? tail : 0;
    tail = goesOn | next[at]!;
  }
}

function fillPairs(
  { lead, split, stops, names }: Step & { kind: "pairs" },
  uri: string,
  next: Uint8Array,
  present: Uint8Array,
): void {
  const known = [...names.keys()];
  let over = uri.length; // Where the pair ends that goes on from here.
  let rest = next[over]!; // Whether what follows that pair matches.
  for (let at = uri.length; at > 0; at--) {
    const ours = known.some((name) =>
      uri.startsWith(name, at) && (at + name.length === over || uri[at + name.length] === "=")
    );
    const char = uri[at - 1]!;
    const matches = ours ? rest : 0;
    if (char === lead) present[at - 1] = matches;
    if (char === split) [over, rest] = [at - 1, matches];
    if (stops.includes(char)) [over, rest] = [at - 1, next[at - 1]!];
  }
}

function walk(
  steps: readonly Step[],
  rows: readonly Row[],
  uri: string,
): UriVariables | undefined {
  const found: [string, string | string[]][] = [];
  let at = 0;
  try {
    for (const [index, step] of steps.entries()) {
      if (rows[index]!.present[at] !== 1) continue; // Optional, and not there.
      const start = at;
      at = endOf(step, rows[index + 1]!, uri, start);
      if (step.kind === "value") {
        const text = uri.slice(start + step.lead.length, at);
        const value = step.split === ""
          ? decodeURIComponent(text)
          : text.split(step.split).map(decodeURIComponent);
        found.push([step.name, value]);
      } else if (step.kind === "pairs") {
        const pairs = readPairs(step, uri.slice(start + 1, at));
        if (pairs === undefined) return undefined;
        found.push(...pairs);
      }
    }
  } catch {
    return undefined; // Not percent-encoded UTF-8: nothing that a template writes.
  }
  return Object.fromEntries(found);
}

/** Where a step ends: as late as can be, but rather so that an optional next step is not left out. */
function endOf(step: Step, next: Row, uri: string, start: number): number {
  if (step.kind === "text") return start + step.text.length;
  let latest = start;
  let better = -1;
  const least = step.lead === "" ? start + 1 : start + step.lead.length;
  for (let at = least; at <= uri.length; at++) {
    if (at > least && step.stops.includes(uri[at - 1]!)) break;
    if (next.reach[at] === 1) latest = at;
    if (next.present[at] === 1) better = at;
  }
  return better >= 0 ? better : latest;
}

function readPairs(
  { split, names }: Step & { kind: "pairs" },
  text: string,
): readonly [string, string | string[]][] | undefined {
  const found = new Map<string, string | string[]>();
  for (const pair of text.split(split)) {
    const cut = pair.indexOf("=");
    const name = cut < 0 ? pair : pair.slice(0, cut);
    const value = cut < 0 ? "" : decodeURIComponent(pair.slice(cut + 1));
    const sofar = found.get(name);
    if (names.get(name) !== true) {
      if (sofar !== undefined) return undefined; // One value, said twice.
      found.set(name, value);
    } else if (Array.isArray(sofar)) sofar.push(value);
    else found.set(name, [value]);
  }
  return [...found];
}
