// Splits a command line into words as a shell does: blanks, quotes, backslashes. Used where a command
// is given as one text. Nothing is expanded: `$HOME` and `*` stay what they are.

import { UsageError } from "./cli_options.ts";

/** In double quotes a backslash only stands before these. */
const ESCAPED_IN_QUOTES = new Set(['"', "\\", "$", "`", "\n"]);

/** The words of a command line. @throws {UsageError} when a quote is not closed. */
export function shellWords(text: string): string[] {
  const words: string[] = [];
  // A word that is only quotes is a word, too: an empty one.
  let word: string | undefined;
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (/[ \t\r\n]/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (char === "'") {
      const end = closing(text, "'", at);
      word = (word ?? "") + text.slice(at + 1, end);
      at = end;
    } else if (char === '"') {
      const end = closing(text, '"', at);
      word = (word ?? "") + unescaped(text.slice(at + 1, end));
      at = end;
    } else if (char === "\\") {
      if (at + 1 === text.length) throw refusal("a character after its last backslash", text);
      at++;
      // A line that ends in a backslash goes on in the next one.
      if (text.charAt(at) !== "\n") word = (word ?? "") + text.charAt(at);
    } else {
      word = (word ?? "") + char;
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}

function closing(text: string, quote: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    if (text.charAt(at) === quote) return at;
    if (quote === '"' && text.charAt(at) === "\\") at++;
  }
  throw refusal(`a ${quote} that closes the one at character ${from + 1}`, text);
}

function unescaped(quoted: string): string {
  let plain = "";
  for (let at = 0; at < quoted.length; at++) {
    const next = quoted.charAt(at + 1);
    if (quoted.charAt(at) === "\\" && ESCAPED_IN_QUOTES.has(next)) {
      if (next !== "\n") plain += next;
      at++;
    } else plain += quoted.charAt(at);
  }
  return plain;
}

function refusal(wanted: string, text: string): UsageError {
  return new UsageError(
    `The command must have ${wanted}: got ${JSON.stringify(text)}; or give its words after --`,
  );
}
