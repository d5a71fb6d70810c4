// URI templates (RFC 6570): reads one into its parts, and expands it with values.
// Read at registration by `uri_matcher.ts`; expanded by whoever makes links. Knows no MCP.

import { kindOf, show } from "../jsonrpc/message.ts";

/** The operators of an expression; the empty one is plain `{x}`. */
export type TemplateOperator = "" | "+" | "#" | "." | "/" | ";" | "?" | "&";

/** A variable of an expression, with its modifiers. */
export interface TemplateVariable {
  readonly name: string;
  /** `{x*}`: each item of a list for itself. */
  readonly explode: boolean;
  /** `{x:3}`: only so many characters. */
  readonly prefix: number | undefined;
}

/** A part between braces. */
export interface TemplateExpression {
  readonly operator: TemplateOperator;
  readonly variables: readonly TemplateVariable[];
}

/** A part of a template: text as it is, or an expression. */
export type TemplatePart = string | TemplateExpression;

/** What a variable may be expanded with; a list is several values. */
export type TemplateValue =
  | string
  | number
  | boolean
  | readonly (string | number | boolean)[]
  | null
  | undefined;

/** How each operator writes its variables: RFC 6570, appendix A. */
const STYLES: {
  readonly [O in TemplateOperator]: {
    readonly first: string;
    readonly between: string;
    readonly named: boolean;
    readonly ifEmpty: string;
    readonly reserved: boolean;
  };
} = {
  "": { first: "", between: ",", named: false, ifEmpty: "", reserved: false },
  "+": { first: "", between: ",", named: false, ifEmpty: "", reserved: true },
  "#": { first: "#", between: ",", named: false, ifEmpty: "", reserved: true },
  ".": { first: ".", between: ".", named: false, ifEmpty: "", reserved: false },
  "/": { first: "/", between: "/", named: false, ifEmpty: "", reserved: false },
  ";": { first: ";", between: ";", named: true, ifEmpty: "", reserved: false },
  "?": { first: "?", between: "&", named: true, ifEmpty: "=", reserved: false },
  "&": { first: "&", between: "&", named: true, ifEmpty: "=", reserved: false },
};

/**
 * Reads a template into its parts.
 *
 * @throws {TypeError} naming the rule that the template breaks.
 */
export function parseTemplate(template: string): readonly TemplatePart[] {
  if (typeof template !== "string") {
    throw new TypeError(`URI template must be a string: got ${kindOf(template)}`);
  }
  const parts: TemplatePart[] = [];
  const seen = new Set<string>();
  let at = 0;
  while (at < template.length) {
    const open = template.indexOf("{", at);
    const text = template.slice(at, open < 0 ? undefined : open);
    checkUriText(text, "URI template");
    if (text !== "") parts.push(text);
    if (open < 0) break;
    const close = template.indexOf("}", open);
    if (close < 0) {
      throw new TypeError(`URI template must close each "{": got ${show(template.slice(open))}`);
    }
    parts.push(parseExpression(template.slice(open + 1, close), seen));
    at = close + 1;
  }
  return parts;
}

/**
 * Checks that a text has only what a URI may have: ASCII, percent-encoded where it is not plain.
 *
 * @throws {TypeError} naming the character that must be encoded.
 */
export function checkUriText(text: string, what: string): void {
  const bad = /[^!#-;=?-[\]_a-z~]|%(?![0-9A-Fa-f]{2})/u.exec(text)?.[0];
  if (bad === undefined) return;
  throw new TypeError(`${what} must have ${show(bad)} percent-encoded: got ${show(text)}`);
}

/**
 * Writes a URI: the template with its variables replaced by values, encoded as RFC 6570 has it.
 * A variable without a value (undefined, null, an empty list) is left out.
 *
 * @throws {TypeError} when the template breaks a rule, or a value is none that a URI can carry.
 *
 * @example
 * ```ts
 * import { expandTemplate } from "@lmcp/lmcp";
 *
 * const uri = expandTemplate("notes://{user}{/path*}{?page}", {
 *   user: "Zoë",
 *   path: ["2026", "to do"],
 *   page: 2,
 * });
 * if (uri !== "notes://Zo%C3%AB/2026/to%20do?page=2") throw new Error(uri);
 * ```
 */
export function expandTemplate(
  template: string,
  values: { readonly [name: string]: TemplateValue },
): string {
  return parseTemplate(template).map((part) =>
    typeof part === "string" ? part : expand(part, values)
  ).join("");
}

function parseExpression(inside: string, seen: Set<string>): TemplateExpression {
  const first = inside.charAt(0);
  if (first !== "" && "=,!@|".includes(first)) {
    throw new TypeError(
      `URI template must have an operator of + # . / ; ? & or none: got ${show(`{${inside}}`)}`,
    );
  }
  const operator = first !== "" && Object.hasOwn(STYLES, first) ? first as TemplateOperator : "";
  const variables = inside.slice(operator.length).split(",").map((spec) => {
    const [, name, prefix, explode] =
      /^((?:\w|%[0-9A-Fa-f]{2})(?:\.?(?:\w|%[0-9A-Fa-f]{2}))*)(?::([1-9]\d{0,3})|(\*))?$/.exec(
        spec,
      ) ??
        [];
    if (name === undefined) {
      throw new TypeError(
        `URI template must name variables with letters, digits and "_": got ${show(`{${inside}}`)}`,
      );
    }
    if (seen.has(name)) throw new TypeError(`URI template must name "${name}" only once`);
    seen.add(name);
    return {
      name,
      explode: explode !== undefined,
      prefix: prefix === undefined ? undefined : Number(prefix),
    };
  });
  return { operator, variables };
}

function expand(
  { operator, variables }: TemplateExpression,
  values: { readonly [name: string]: TemplateValue },
): string {
  const { first, between } = STYLES[operator];
  const written = variables.flatMap((variable) => {
    const value = Object.hasOwn(values, variable.name) ? values[variable.name] : undefined;
    return expandVariable(operator, variable, value);
  });
  return written.length === 0 ? "" : first + written.join(between);
}

/** The texts that a variable adds: none, one, or one for each item of an exploded list. */
function expandVariable(
  operator: TemplateOperator,
  { name, explode, prefix }: TemplateVariable,
  value: TemplateValue,
): readonly string[] {
  if (value === undefined || value === null) return [];
  const { named, ifEmpty, reserved } = STYLES[operator];
  const items = (Array.isArray(value) ? value : [value]).map((item: unknown) => {
    if (typeof item !== "string" && typeof item !== "number" && typeof item !== "boolean") {
      throw new TypeError(
        `Value of "${name}" must be a string or a list of them: got ${show(item)}`,
      );
    }
    const text = String(item);
    const cut = prefix === undefined ? text : Array.from(text).slice(0, prefix).join("");
    return reserved ? encodeReserved(cut) : encode(cut);
  });
  if (items.length === 0) return [];
  const texts = explode ? items : [items.join(",")];
  return named ? texts.map((text) => name + (text === "" ? ifEmpty : `=${text}`)) : texts;
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Reserved characters and what is encoded already stay as they are. */
function encodeReserved(text: string): string {
  return text.replace(
    /%[0-9A-Fa-f]{2}|[^\w.~:/?#[\]@!$&'()*+,;=-]/gu,
    (found) => found.length === 3 && found.startsWith("%") ? found : encodeURIComponent(found),
  );
}
