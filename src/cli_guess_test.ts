import { assertEquals } from "@std/assert";
import { guess } from "./cli_guess.ts";

const NAMES = ["port", "host", "path", "token-file", "tokens", "read-only", "no-tools", "tools"];

Deno.test("guess() finds the name with a letter too few, too many, wrong or swapped", () => {
  assertEquals(guess("prt", NAMES), "port");
  assertEquals(guess("poort", NAMES), "port");
  assertEquals(guess("pott", NAMES), "port");
  assertEquals(guess("prot", NAMES), "port");
  assertEquals(guess("read-onyl", NAMES), "read-only");
  assertEquals(guess("notools", NAMES), "no-tools");
});

Deno.test("guess() finds the nearest of several names", () => {
  assertEquals(guess("tool", NAMES), "tools");
  assertEquals(guess("token", NAMES), "tokens");
});

Deno.test("guess() takes case as no difference, and a beginning for the whole", () => {
  assertEquals(guess("PORT", NAMES), "port");
  assertEquals(guess("read", NAMES), "read-only");
});

Deno.test("guess() says nothing where nothing is near", () => {
  assertEquals(guess("verbose", NAMES), undefined);
  assertEquals(guess("", NAMES), undefined);
  assertEquals(guess("x", NAMES), undefined);
  assertEquals(guess("port", []), undefined);
});
