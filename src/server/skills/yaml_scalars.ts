// The values of YAML that stand on one line: plain, quoted, and lists and mappings in brackets.
// Called by `yaml.ts`. A part of YAML 1.2 with its core schema; anything else is refused by name.

/** Reads what stands on one line; `fail` says where. */
export type Fail = (why: string) => TypeError;

const PLAIN_VALUES = new Map<string, unknown>([
  ...["", "~", "null", "Null", "NULL"].map((word) => [word, null] as const),
  ...["true", "True", "TRUE"].map((word) => [word, true] as const),
  ...["false", "False", "FALSE"].map((word) => [word, false] as const),
]);

/** What an unquoted text stands for: a number, a boolean, nothing, or itself. */
export function resolvePlain(text: string, fail: Fail): unknown {
  if (PLAIN_VALUES.has(text)) return PLAIN_VALUES.get(text);
  if (/^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/.test(text)) return Number(text);
  if (/^0o[0-7]+$|^0x[0-9A-Fa-f]+$/.test(text)) return Number(text);
  if (/^[-+]?\.(?:inf|Inf|INF)$|^\.(?:nan|NaN|NAN)$/.test(text)) {
    throw fail(`${text} is no number that JSON has; quote it if it is a text`);
  }
  return text;
}

/** Refuses a text that must not stand without quotes. */
export function checkPlain(text: string, fail: Fail): void {
  if (/^[&*!|>'"%@`,[\]{}#]/.test(text) || /^[-?:](?:\s|$)/.test(text)) {
    throw fail(
      `a value that begins with ${text.charAt(0)} is not understood; quote it if it is a text`,
    );
  }
  if (/:(?:\s|$)/.test(text)) {
    throw fail("a text with a colon and a blank in it must be quoted");
  }
}

/** The part of a line before its comment. */
export function withoutComment(text: string): string {
  return text.replace(/(?:^|\s)#.*$/, "").trimEnd();
}

/** Reads a value in quotes or brackets that ends on the line; only a comment may follow it. */
export function readFlow(text: string, fail: Fail): unknown {
  const reader = new FlowReader(text, fail);
  const value = reader.value();
  if (withoutComment(reader.rest()).trim() !== "") {
    throw fail(`nothing may follow the value: got ${JSON.stringify(reader.rest().trim())}`);
  }
  return value;
}

const ESCAPES: { readonly [char: string]: string } = {
  "0": "\0",
  a: "\x07",
  b: "\b",
  t: "\t",
  n: "\n",
  v: "\v",
  f: "\f",
  r: "\r",
  e: "\x1b",
  " ": " ",
  '"': '"',
  "/": "/",
  "\\": "\\",
  N: "\x85",
  _: "\xa0",
  L: "\u2028",
  P: "\u2029",
};
const HEX_LENGTHS: { readonly [char: string]: number } = { x: 2, u: 4, U: 8 };
/** How deep lists and mappings may nest. */
const MAX_DEPTH = 32;

/** Reads one line from left to right. */
class FlowReader {
  readonly #text: string;
  readonly #fail: Fail;
  #at = 0;
  #depth = 0;

  constructor(text: string, fail: Fail) {
    this.#text = text;
    this.#fail = fail;
  }

  /** What was not read yet. */
  rest(): string {
    return this.#text.slice(this.#at);
  }

  value(): unknown {
    this.#skip();
    switch (this.#text.charAt(this.#at)) {
      case '"':
        return this.#doubleQuoted();
      case "'":
        return this.#singleQuoted();
      case "[":
        return this.#nested(() => this.#list());
      case "{":
        return this.#nested(() => this.#mapping());
      default:
        return this.#plain();
    }
  }

  #nested<T>(read: () => T): T {
    if (++this.#depth > MAX_DEPTH) throw this.#fail(`values nest more than ${MAX_DEPTH} deep`);
    this.#at++;
    const value = read();
    this.#depth--;
    return value;
  }

  #list(): unknown[] {
    const items: unknown[] = [];
    while (!this.#takes("]")) {
      if (this.#sees(",")) throw this.#fail("an item is missing before a comma");
      items.push(this.value());
      if (!this.#takes(",") && !this.#sees("]")) throw this.#unclosed("]");
    }
    return items;
  }

  #mapping(): unknown {
    const entries = new Map<string, unknown>();
    while (!this.#takes("}")) {
      const key = this.value();
      if (typeof key !== "string") throw this.#fail("the key of a mapping must be a text");
      if (entries.has(key)) throw this.#fail(`the key ${JSON.stringify(key)} is there twice`);
      entries.set(key, this.#takes(":") ? this.value() : null);
      if (!this.#takes(",") && !this.#sees("}")) throw this.#unclosed("}");
    }
    return Object.fromEntries(entries);
  }

  #plain(): unknown {
    const text = /^(?:(?!:(?:[\s,[\]{}]|$)|\s#)[^,[\]{}])*/.exec(this.rest())?.[0] ?? "";
    this.#at += text.length;
    if (text.trim() === "" && !/[,:\]}]/.test(this.#text.charAt(this.#at))) {
      throw this.#fail("a list or mapping in brackets must end on its line");
    }
    checkPlain(text.trim(), this.#fail);
    return resolvePlain(text.trim(), this.#fail);
  }

  #doubleQuoted(): string {
    let value = "";
    for (this.#at++; this.#at < this.#text.length; this.#at++) {
      const char = this.#text.charAt(this.#at);
      if (char === '"') {
        this.#at++;
        return value;
      }
      value += char === "\\" ? this.#escape() : char;
    }
    throw this.#fail("a text in quotes must end on its line");
  }

  /** Stands on the backslash, and ends on the last character of the escape. */
  #escape(): string {
    const char = this.#text.charAt(++this.#at);
    const known = Object.hasOwn(ESCAPES, char) ? ESCAPES[char] : undefined;
    if (known !== undefined) return known;
    const length = Object.hasOwn(HEX_LENGTHS, char) ? HEX_LENGTHS[char] ?? 0 : 0;
    const hex = this.#text.slice(this.#at + 1, this.#at + 1 + length);
    const code = Number.parseInt(hex, 16);
    if (length === 0 || hex.length < length || /[^0-9A-Fa-f]/.test(hex) || code > 0x10ffff) {
      throw this.#fail(`\\${char}${hex} is no escape`);
    }
    this.#at += length;
    return String.fromCodePoint(code);
  }

  #singleQuoted(): string {
    const text = /^'((?:[^']|'')*)'/.exec(this.rest());
    if (text === null) throw this.#fail("a text in quotes must end on its line");
    this.#at += text[0].length;
    return (text[1] ?? "").replaceAll("''", "'");
  }

  #takes(char: string): boolean {
    if (!this.#sees(char)) return false;
    this.#at++;
    return true;
  }

  #sees(char: string): boolean {
    this.#skip();
    return this.#text.charAt(this.#at) === char;
  }

  #skip(): void {
    while (/[ \t]/.test(this.#text.charAt(this.#at))) this.#at++;
  }

  #unclosed(char: string): TypeError {
    return this.#fail(`a list or mapping in brackets must end with ${char} on its line`);
  }
}
