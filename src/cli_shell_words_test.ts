import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { UsageError } from "./cli_options.ts";
import { shellWords } from "./cli_shell_words.ts";

Deno.test("shellWords() splits as a shell splits", async () => {
  const texts = [
    "a b  c",
    " \t a \t b ",
    "deno run -A 'my server.ts' --stdio",
    `'it'"'"'s'`,
    `"a b"c'd e'`,
    `a\\ b \\"c\\" \\\\`,
    `"a \\" b" "c \\d" "\\\\"`,
    `'' "" x`,
    `'a\\b' "a\\\nb" a\\\nb`,
    `--header='x y' k="v"`,
    "",
    "   ",
  ];
  for (const text of texts) {
    assertEquals(shellWords(text), await wordsOfShell(text), JSON.stringify(text));
  }
});

/** What `sh` makes of it. */
async function wordsOfShell(text: string): Promise<string[]> {
  const script = `for word in ${text}
do printf '%s\\0' "$word"; done`;
  const empty = text.trim() === "";
  const { stdout } = await new Deno.Command("sh", { args: ["-c", empty ? ":" : script] }).output();
  return new TextDecoder().decode(stdout).split("\0").slice(0, -1);
}

Deno.test("shellWords() expands nothing, and takes a line end for a blank", () => {
  assertEquals(shellWords("a\nb\r\nc"), ["a", "b", "c"]);
  assertEquals(shellWords('$HOME *.ts ~ `ls` "$X" a|b'), [
    "$HOME",
    "*.ts",
    "~",
    "`ls`",
    "$X",
    "a|b",
  ]);
});

Deno.test("shellWords() refuses what is not closed, and says where it was opened", () => {
  const cases: [string, RegExp][] = [
    ["a 'b", /a ' that closes the one at character 3: got "a 'b"/],
    ['a "b\\"', /a " that closes the one at character 3/],
    ["a\\", /a character after its last backslash/],
  ];
  for (const [text, says] of cases) {
    assertMatch(assertThrows(() => shellWords(text), UsageError).message, says);
  }
});
