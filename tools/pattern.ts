// What a regular expression or a glob means, as a small tree: the one meaning that the matcher here
// and ripgrep are both given. Made by `regex_dialect.ts` and `glob.ts`; read by `automaton.ts`.
// Never holds a group, a lazy mark or a back-reference: only which texts match is kept.

/** What to match. */
export type Pattern =
  | { readonly kind: "set"; readonly set: CharSet }
  | { readonly kind: "assert"; readonly what: Assertion }
  | { readonly kind: "sequence"; readonly parts: readonly Pattern[] }
  | { readonly kind: "choice"; readonly parts: readonly Pattern[] }
  | {
    readonly kind: "repeat";
    readonly part: Pattern;
    readonly min: number;
    /** Infinity for no end. */
    readonly max: number;
  };

/** A place in the text: its start, its end, a word boundary, or none. */
export type Assertion = "start" | "end" | "boundary" | "inside";

/** A set of characters. */
export interface CharSet {
  /** All but these; line breaks (`\r`, `\n`) are never among the rest. */
  readonly negated: boolean;
  readonly items: readonly (CharRange | CharClass | CharSet)[];
}

/** The code points `from` to `to`. */
export interface CharRange {
  readonly from: number;
  readonly to: number;
}

/** The characters with a Unicode property, in words that both Rust and JavaScript know (`Nd`). */
export interface CharClass {
  readonly property: string;
}

/** A pattern that matches one character. */
export function literal(codePoint: number): Pattern {
  return set([{ from: codePoint, to: codePoint }]);
}

/** A pattern that matches a character of a set. */
export function set(items: CharSet["items"], negated = false): Pattern {
  return { kind: "set", set: { negated, items } };
}

/** A pattern that matches its parts one after the other. */
export function sequence(parts: readonly Pattern[]): Pattern {
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: "sequence", parts };
}

/** A pattern that matches any of its parts. */
export function choice(parts: readonly Pattern[]): Pattern {
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: "choice", parts };
}

/** A pattern that matches its part `min` to `max` times. */
export function repeat(part: Pattern, min: number, max: number): Pattern {
  return { kind: "repeat", part, min, max };
}

/**
 * The pattern in the syntax of Rust's regex crate, which ripgrep uses. A set is written in what
 * JavaScript's `v` flag reads the same way.
 */
export function toRust(pattern: Pattern): string {
  switch (pattern.kind) {
    case "set":
      return setSource(pattern.set);
    case "assert":
      return { start: "^", end: "$", boundary: "\\b", inside: "\\B" }[pattern.what];
    case "sequence":
      return pattern.parts.map(toRust).join("");
    case "choice":
      return `(?:${pattern.parts.map(toRust).join("|")})`;
    case "repeat": {
      const { min, max } = pattern;
      return `(?:${toRust(pattern.part)}){${min},${max === Infinity ? "" : max}}`;
    }
  }
}

/** The source of a set, the same for Rust's regex crate and JavaScript's `v` flag. */
export function setSource({ negated, items }: CharSet): string {
  const [first] = items;
  if (!negated && items.length === 1 && first && "from" in first && first.from === first.to) {
    return charSource(first.from);
  }
  const inner = items.map((item) => {
    if ("property" in item) return `\\p{${item.property}}`;
    if ("items" in item) return setSource(item);
    return `${charSource(item.from)}-${charSource(item.to)}`;
  });
  return negated ? `[^${inner.join("")}\\u{A}\\u{D}]` : `[${inner.join("")}]`;
}

// Anything but letters and digits goes by number, so nothing can be read as syntax.
function charSource(codePoint: number): string {
  const char = String.fromCodePoint(codePoint);
  return /^[0-9A-Za-z]$/.test(char) ? char : `\\u{${codePoint.toString(16).toUpperCase()}}`;
}

/**
 * A text that every match holds, as long a one as is found; `""` when there is none. Looking for
 * it is much faster than matching.
 */
export function requiredText(pattern: Pattern): string {
  const parts = pattern.kind === "sequence" ? pattern.parts : [pattern];
  let best = "";
  let run = "";
  for (const part of parts) {
    const char = onlyChar(part);
    if (char === undefined) {
      const inner = part.kind === "repeat" && part.min > 0
        ? requiredText(part.part)
        : part.kind === "sequence"
        ? requiredText(part)
        : "";
      if (inner.length > best.length) best = inner;
    }
    run = char === undefined ? "" : run + char;
    if (run.length > best.length) best = run;
  }
  return best;
}

function onlyChar(part: Pattern): string | undefined {
  if (part.kind === "assert") return "";
  if (part.kind !== "set" || part.set.negated || part.set.items.length !== 1) return undefined;
  const [item] = part.set.items;
  if (item === undefined || !("from" in item) || item.from !== item.to) return undefined;
  return String.fromCodePoint(item.from);
}
