// Two views of a TypeScript source for the rules: one without its comments, one without its literals
// either. Called by tree.ts for each file. Blanked text turns into spaces, so offsets and lines stay.
// It knows just enough of the syntax for that; it is not a parser.

/** The same text, less and less of it. */
export interface Views {
  /** Without comments: what the program says, its strings included. */
  spoken: string;
  /** Without comments, strings, templates' text and regular expressions: names and punctuation. */
  code: string;
}

type Span = [start: number, end: number];

const COMMENT = /\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)/y;
const QUOTED = /"(?:[^"\\\n]|\\[^])*"?|'(?:[^'\\\n]|\\[^])*'?/y;
const REGEX = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/\w*/y;
const TEMPLATE_TEXT = /(?:[^`\\$]|\\[^]|\$(?!\{))*/y;
const WORD = /[\w$#]+/y;

/** After these, and after most punctuation, a slash begins a regular expression. */
const BEFORE_VALUE = new Set(
  "await case delete do else in instanceof new of return throw typeof void yield".split(" "),
);

/** Makes the two views of a source. */
export function viewsOf(text: string): Views {
  const { comments, literals } = scan(text);
  const spoken = blank(text, comments);
  return { spoken, code: blank(spoken, literals) };
}

function scan(text: string): { comments: Span[]; literals: Span[] } {
  const comments: Span[] = [];
  const literals: Span[] = [];
  const templates: number[] = []; // the brace depth at which each open template goes on
  let depth = 0;
  let before = ""; // the last token that counts
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    at += found?.length ?? 0;
    return found;
  };
  const takeTemplateText = () => {
    const start = ++at; // past the ` or the }
    take(TEMPLATE_TEXT);
    literals.push([start, at]);
    if (text[at] === "`") at++;
    else {
      templates.push(depth++);
      at += 2; // past the ${
    }
    before = "`";
  };
  if (text.startsWith("#!")) comments.push([0, at = (text + "\n").indexOf("\n")]);
  while (at < text.length) {
    const start = at;
    const char = text[at]!;
    if (/\s/.test(char)) at++;
    else if (take(COMMENT) !== undefined) comments.push([start, at]);
    else if (take(QUOTED) !== undefined) {
      literals.push([start + 1, at - 1]);
      before = char;
    } else if (char === "`") takeTemplateText();
    else if (char === "}" && templates.at(-1) === depth - 1) {
      depth = templates.pop()!;
      takeTemplateText();
    } else if (char === "/" && startsValue(before) && take(REGEX) !== undefined) {
      literals.push([start + 1, at - 1]);
      before = "'";
    } else {
      before = take(WORD) ?? char;
      if (before === char) at = start + 1;
      if (char === "{") depth++;
      if (char === "}") depth--;
    }
  }
  return { comments, literals };
}

function startsValue(before: string): boolean {
  return BEFORE_VALUE.has(before) || !/^[\w$#)\]}"'`]/.test(before);
}

function blank(text: string, spans: Span[]): string {
  let result = "";
  let at = 0;
  for (const [start, end] of spans) {
    result += text.slice(at, start) + text.slice(start, end).replace(/[^\n]/g, " ");
    at = Math.max(start, end);
  }
  return result + text.slice(at);
}
