import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { COMMANDS } from "./cli_commands.ts";
import { commandHelp, generalHelp } from "./cli_help.ts";

Deno.test("generalHelp() names every command, and none that there is not", () => {
  const text = generalHelp(COMMANDS);
  const listed = /Commands:\n([^]*?)\n\n/.exec(text)?.[1]?.match(/^ {2}\w+/gm) ?? [];
  assertEquals(listed.map((name) => name.trim()), COMMANDS.map(({ name }) => name));
});

Deno.test("commandHelp() names every option that can be given, with its value and default", () => {
  for (const command of COMMANDS) {
    const text = commandHelp(command);
    const listed = text.match(/^ {2}--[\w-]+/gm) ?? [];
    const given = Object.entries(command.options)
      .filter(([, { refusal }]) => refusal === undefined)
      .map(([name]) => `  --${name}`);
    assertEquals(listed, given);
  }
  const [serve] = COMMANDS;
  assert(serve !== undefined);
  assertStringIncludes(commandHelp(serve), "--port PORT");
  assertStringIncludes(commandHelp(serve), "(8080). Environment: LMCP_PORT");
});

Deno.test("The help fits on a screen of 100 columns", () => {
  const texts = [generalHelp(COMMANDS), ...COMMANDS.map(commandHelp)];
  for (const line of texts.join("\n").split("\n")) assert(line.length <= 100, line);
});
