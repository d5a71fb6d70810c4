// Compares what came with what a fixture says must come. Objects are compared member by member,
// and may have more; `$`-words say what a value must be without saying it whole.

import type { Json, JsonMap } from "./scenario.ts";

/** What differs, as sentences with the path; none when all is as it must be. */
export function differences(wanted: Json, got: unknown, path = ""): string[] {
  const at = path === "" ? "message" : path;
  if (isMap(wanted)) {
    const words = Object.keys(wanted).filter((key) => key.startsWith("$"));
    if (words.length > 0) {
      return words.flatMap((word) => byWord(word, wanted[word] ?? null, got, at));
    }
    if (!isMap(got)) return [`${at} must be an object: got ${show(got)}`];
    return Object.entries(wanted).flatMap(([key, value]) =>
      differences(value, own(got, key), path === "" ? key : `${path}.${key}`)
    );
  }
  if (Array.isArray(wanted)) {
    if (!Array.isArray(got)) return [`${at} must be a list: got ${show(got)}`];
    if (wanted.length !== got.length) {
      return [`${at} must have ${wanted.length} items: got ${got.length}`];
    }
    return wanted.flatMap((value, index) => differences(value, got[index], `${at}.${index}`));
  }
  return wanted === got ? [] : [`${at} must be ${JSON.stringify(wanted)}: got ${show(got)}`];
}

/** The value at a path such as `result.tools.0.name`; undefined where there is none. */
export function valueAt(root: unknown, path: string): unknown {
  let node = root;
  for (const part of path.split(".")) {
    if (Array.isArray(node)) node = node[Number(part)];
    else node = isMap(node) ? own(node, part) : undefined;
  }
  return node;
}

function byWord(word: string, wanted: Json, got: unknown, at: string): string[] {
  const fail = (what: string) => [`${at} must ${what}: got ${show(got)}`];
  switch (word) {
    case "$absent":
      return (got === undefined) === wanted ? [] : fail(wanted === true ? "be absent" : "be there");
    case "$type":
      return typeOf(got) === wanted ? [] : fail(`be of type ${String(wanted)}`);
    case "$match":
      return typeof got === "string" && new RegExp(String(wanted), "u").test(got)
        ? []
        : fail(`match /${String(wanted)}/`);
    case "$in":
      return Array.isArray(wanted) && wanted.some((one) => differences(one, got).length === 0)
        ? []
        : fail(`be one of ${JSON.stringify(wanted)}`);
    case "$not":
      return differences(wanted, got).length > 0 ? [] : fail(`not be ${JSON.stringify(wanted)}`);
    case "$has":
      return Array.isArray(got) && got.some((one) => differences(wanted, one).length === 0)
        ? []
        : fail(`have ${JSON.stringify(wanted)}`);
    case "$length":
      return Array.isArray(got) || typeof got === "string"
        ? differences(wanted, got.length, `${at}.length`)
        : fail("have a length");
    case "$least":
      return typeof got === "number" && got >= Number(wanted)
        ? []
        : fail(`be at least ${String(wanted)}`);
    case "$most":
      return typeof got === "number" && got <= Number(wanted)
        ? []
        : fail(`be at most ${String(wanted)}`);
    case "$exactly":
      return same(wanted, got) ? [] : fail(`be exactly ${JSON.stringify(wanted)}`);
    default:
      throw new Error(`Fixture uses an unknown word: got ${JSON.stringify(word)}`);
  }
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return Number.isInteger(value) ? "integer" : typeof value;
}

function same(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((one, index) => same(one, b[index]));
  }
  if (!isMap(a) || !isMap(b)) return a === b;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => same(a[key], own(b, key)));
}

function own(map: JsonMap, key: string): Json | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

function isMap(value: unknown): value is JsonMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Shows a value, short. */
export function show(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 197)}...` : text;
}
