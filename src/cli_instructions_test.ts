import { assert, assertEquals, assertMatch } from "@std/assert";
import { hostInstructions } from "./cli_instructions.ts";
import type { SystemFacts } from "./runtime/runtime.ts";

const SYSTEM = { os: "linux", arch: "aarch64", hostname: "pi5" } as SystemFacts;
const ALL = [
  "shell",
  "shell_bg",
  "read_file",
  "write_file",
  "edit_file",
  "list_dir",
  "search_files",
];

function words(tools: string[], roots: string[] = []): string {
  return hostInstructions(SYSTEM, "/srv", new Set(tools), roots);
}

Deno.test("hostInstructions() says which machine, and where relative paths start", () => {
  assertMatch(words(ALL), /the machine "pi5" \(linux, aarch64\)/);
  assertMatch(words(ALL), /a relative one starts at \/srv\./);
  assertMatch(words(ALL, ["/data"]), /a relative one starts at \/data\./);
});

Deno.test("hostInstructions() names only tools that are offered", () => {
  for (const left of [[], ["ping"], ["read_file"], ["shell"], ["shell", "read_file"]]) {
    const named = ALL.filter((tool) => new RegExp(`\\b${tool}\\b(?!_)`).test(words(left)));
    assertEquals(named.filter((tool) => !left.includes(tool) && tool !== "shell"), []);
    if (!left.includes("shell")) assert(!words(left).includes("shell"), words(left));
  }
  assertMatch(words(["shell", "read_file"]), /Prefer read_file over cat in the shell/);
});

Deno.test("hostInstructions() fits into what clients show a model", () => {
  const roots = Array.from({ length: 50 }, (_, at) => `/data/project-${at}`);
  const text = words(ALL, roots);
  assertMatch(text, /stay inside \/data\/project-0, .* and 42 more\.$/);
  assert(new TextEncoder().encode(text).length < 2048, text);
});
