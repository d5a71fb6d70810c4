// A strict part of YAML, enough for frontmatter: block mappings and lists, plain, quoted and block
// texts, comments. Anchors, aliases, tags and values in brackets or quotes that go on over several
// lines are refused, with the line. Called by `frontmatter.ts`, once for each skill.
//
// Why not a library: the usual one takes 40 to 80 ms and 10 MB to load, for a few lines of text.

import type { JsonObject } from "../../jsonrpc/message.ts";
import { checkPlain, readFlow, resolvePlain, withoutComment } from "./yaml_scalars.ts";

/** How deep lists and mappings may nest. */
const MAX_DEPTH = 32;

/**
 * Reads a mapping.
 *
 * @param firstLine the number of its first line, for errors.
 * @throws {TypeError} naming the line and what is wrong with it.
 */
export function parseYaml(text: string, firstLine = 1): JsonObject {
  return new BlockReader(text, firstLine).document();
}

interface Line {
  readonly indent: number;
  /** Without the indent; empty where the line is blank. */
  readonly text: string;
}

const KEY =
  /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s"'[\]{},#&*!|>%@`](?:(?!\s#).)*?)\s*:(?:\s+(.*)|)$/;
const DASH = /^-(?:(\s+)(.*))?$/;
const BLOCK = /^([|>])([+-]?)(?:\s+#.*)?$/;

class BlockReader {
  readonly #lines: Line[];
  readonly #firstLine: number;
  #at = 0;
  #depth = 0;

  constructor(text: string, firstLine: number) {
    this.#firstLine = firstLine;
    this.#lines = text.split(/\r?\n/).map((line, at) => {
      const indent = /^ */.exec(line)?.[0].length ?? 0;
      const rest = line.slice(indent).trimEnd();
      if (rest.startsWith("\t")) throw this.#fail("indent with blanks, not tabs", at);
      return { indent, text: rest };
    });
  }

  document(): JsonObject {
    const first = this.#peek();
    if (first === undefined) return {};
    if (first.indent > 0) throw this.#fail("the first key must not be indented");
    const value = this.#mapping(0);
    const rest = this.#peek();
    if (rest !== undefined) throw this.#fail("a key with a colon must stand here");
    return value;
  }

  /** The next line that says something; the reader stands on it then. */
  #peek(): Line | undefined {
    for (; this.#at < this.#lines.length; this.#at++) {
      const line = this.#lines[this.#at];
      if (line !== undefined && line.text !== "" && !line.text.startsWith("#")) return line;
    }
    return undefined;
  }

  #mapping(indent: number): JsonObject {
    const entries = new Map<string, unknown>();
    for (let line = this.#peek(); line !== undefined; line = this.#peek()) {
      if (line.indent < indent || (line.indent === indent && DASH.test(line.text))) break;
      if (line.indent > indent) throw this.#fail("the line is indented more than those beside it");
      const match = KEY.exec(line.text);
      if (match === null) throw this.#fail("a key with a colon must stand here");
      const key = this.#key(match[1] ?? "");
      if (entries.has(key)) throw this.#fail(`the key ${JSON.stringify(key)} is there twice`);
      this.#at++;
      entries.set(key, this.#value(match[2] ?? "", indent, true));
    }
    return Object.fromEntries(entries); // Also keys such as __proto__ are plain members so.
  }

  #list(indent: number): unknown[] {
    const items: unknown[] = [];
    for (let line = this.#peek(); line !== undefined; line = this.#peek()) {
      const match = line.indent === indent ? DASH.exec(line.text) : null;
      if (match === null) {
        if (line.indent > indent) {
          throw this.#fail("the line is indented more than those beside it");
        }
        break;
      }
      const [, gap = "", rest = ""] = match;
      if (DASH.test(rest) || KEY.test(rest)) {
        // What stands after the dash is the first line of a block of its own.
        const inner = indent + 1 + gap.length;
        this.#lines[this.#at] = { indent: inner, text: rest };
        items.push(this.#block(inner));
      } else {
        this.#at++;
        items.push(this.#value(rest, indent, false));
      }
    }
    return items;
  }

  #block(indent: number): unknown {
    if (++this.#depth > MAX_DEPTH) throw this.#fail(`values nest more than ${MAX_DEPTH} deep`);
    const line = this.#peek();
    const value = line !== undefined && DASH.test(line.text)
      ? this.#list(indent)
      : this.#mapping(indent);
    this.#depth--;
    return value;
  }

  #key(text: string): string {
    const fail = (why: string) => this.#fail(why);
    if (/^["']/.test(text)) return String(readFlow(text, fail));
    checkPlain(text, fail);
    if (typeof resolvePlain(text, fail) === "string") return text;
    throw fail(`a key must be a text: got ${text}; quote it`);
  }

  /** A value whose text begins behind a key or dash, which the reader has passed. */
  #value(rest: string, indent: number, ofKey: boolean): unknown {
    const at = this.#at - 1;
    const fail = (why: string) => this.#fail(why, at);
    if (withoutComment(rest) === "") {
      const line = this.#peek();
      if (line === undefined) return null;
      if (line.indent > indent) {
        return DASH.test(line.text) || KEY.test(line.text)
          ? this.#block(line.indent)
          : this.#nextLineValue(indent);
      }
      // A list may stand as far left as its key.
      return ofKey && line.indent === indent && DASH.test(line.text) ? this.#list(indent) : null;
    }
    if (/^[|>]/.test(rest)) return this.#blockText(rest, indent);
    if (/^["'[{]/.test(rest)) return readFlow(rest, fail);
    return resolvePlain(this.#plainText(rest, indent), fail);
  }

  /** A value that begins on the line after its key. */
  #nextLineValue(indent: number): unknown {
    const text = this.#lines[this.#at]?.text ?? "";
    this.#at++;
    return this.#value(text, indent, false);
  }

  /** A text without quotes, which may go on over lines that are indented more. */
  #plainText(first: string, indent: number): string {
    const check = (text: string) => checkPlain(text, (why) => this.#fail(why, this.#at - 1));
    let text = withoutComment(first);
    check(text);
    if (text !== first.trimEnd()) return text; // A comment ends it.
    let blanks = 0;
    for (let line = this.#lines[this.#at]; line !== undefined; line = this.#lines[this.#at]) {
      if (line.text !== "" && (line.indent <= indent || line.text.startsWith("#"))) break;
      this.#at++;
      if (line.text === "") {
        blanks++;
        continue;
      }
      const more = withoutComment(line.text);
      if (/:(?:\s|$)/.test(more)) check(more);
      text += (blanks === 0 ? " " : "\n".repeat(blanks)) + more;
      blanks = 0;
      if (more !== line.text) break;
    }
    return text;
  }

  /** A text of several lines, behind `|` or `>`. */
  #blockText(header: string, parent: number): string {
    const match = BLOCK.exec(header);
    if (match === null) {
      throw this.#fail(
        `a block of text must begin with |, >, |-, >-, |+ or >+: got ${header}`,
        this.#at - 1,
      );
    }
    const lines: string[] = [];
    let indent: number | undefined;
    for (let line = this.#lines[this.#at]; line !== undefined; line = this.#lines[this.#at]) {
      if (line.text === "") {
        lines.push("");
      } else {
        if (line.indent <= parent) break;
        indent ??= line.indent;
        if (line.indent < indent) {
          throw this.#fail("the line is indented less than its block of text");
        }
        lines.push(" ".repeat(line.indent - indent) + line.text);
      }
      this.#at++;
    }
    let end = lines.length;
    while (end > 0 && lines[end - 1] === "") end--;
    const body = match[1] === "|" ? lines.slice(0, end).join("\n") : fold(lines.slice(0, end));
    if (match[2] === "-" || (end === 0 && match[2] !== "+")) return body;
    return body + "\n".repeat(match[2] === "+" ? lines.length - end + (end > 0 ? 1 : 0) : 1);
  }

  #fail(why: string, at = this.#at): TypeError {
    return new TypeError(`line ${this.#firstLine + at}: ${why}`);
  }
}

/** Joins lines with blanks; empty lines are breaks, and lines that are indented more stay as they are. */
function fold(lines: readonly string[]): string {
  let text = "";
  let blanks = 0;
  let before: string | undefined;
  for (const line of lines) {
    if (line === "") {
      blanks++;
      continue;
    }
    const kept = line.startsWith(" ") || before?.startsWith(" ") === true;
    if (before === undefined) text += "\n".repeat(blanks);
    else if (kept) text += "\n".repeat(blanks + 1);
    else text += blanks === 0 ? " " : "\n".repeat(blanks);
    text += line;
    before = line;
    blanks = 0;
  }
  return text;
}
