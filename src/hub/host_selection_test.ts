import { assert, assertEquals, assertThrows } from "@std/assert";
import { ToolError } from "../server/define.ts";
import { selectHosts } from "./host_selection.ts";

const HOSTS = [
  { name: "web-1", tags: ["web", "lab"] },
  { name: "web-2", tags: ["web"] },
  { name: "db", tags: ["lab"] },
  { name: "pi5", tags: [] },
];

function names(wanted: string | string[]): string[] {
  return selectHosts(HOSTS, wanted).map(({ name }) => name);
}

Deno.test("selectHosts() takes names, lists, globs and tags, each host once, in the registry's order", () => {
  assertEquals(names("pi5"), ["pi5"]);
  assertEquals(names("pi5, web-1"), ["web-1", "pi5"]);
  assertEquals(names(["pi5", "db"]), ["db", "pi5"]);
  assertEquals(names('["pi5", "db"]'), ["db", "pi5"]);
  assertEquals(names("web-*"), ["web-1", "web-2"]);
  assertEquals(names("{web-1,pi5}"), ["web-1", "pi5"]);
  assertEquals(names("[dp]*"), ["db", "pi5"]);
  assertEquals(names("*"), ["web-1", "web-2", "db", "pi5"]);
  assertEquals(names("@lab"), ["web-1", "db"]);
  assertEquals(names("@web,db,web-1"), ["web-1", "web-2", "db"]);
});

Deno.test("selectHosts() refuses what names no host, with the names that are near", () => {
  for (
    const [wanted, says] of [
      ["web1", 'host must be one that there is: got "web1"; did you mean web-1 or web-2?'],
      ["zzz", 'got "zzz"; there are web-1, web-2, db, pi5 (@tag, a glob or a list name several)'],
      ["pi5,zzz", 'got "zzz"'],
      ["x*", 'host must name a host: got "x*", which fits none; there are web-1'],
      ["@nas", 'host must name a tag that a host has: got "@nas"; there are @lab, @web'],
      ["", "host must name a host: got nothing; there are web-1"],
      [" , ", "got nothing"],
      ["[a", 'Cannot use "[a" as a glob for host'],
    ] as const
  ) {
    assertThrows(() => selectHosts(HOSTS, wanted), ToolError, says);
  }
  assertThrows(() => selectHosts(HOSTS, []), ToolError, "got nothing");
  assertThrows(() => selectHosts([], "a"), ToolError, "the registry names none");
});

Deno.test("selectHosts() is not kept busy by names beyond all measure, nor by the same ones again", () => {
  const many = Array.from({ length: 1_000 }, (_, at) => ({ name: `host${at}`, tags: ["all"] }));
  const start = performance.now();
  for (const wanted of ["x", "@x", "*x", "{"].map((part) => part.padEnd(1_000_000, "x"))) {
    const error = assertThrows(() => selectHosts(many, wanted), ToolError, "and 999960 more");
    assert(error.message.length < 1_000);
  }
  const again = Array.from({ length: 200_000 }, (_, at) => at % 2 === 0 ? "host5" : "@all");
  assertEquals(selectHosts(many, again).length, 1_000);
  // It was more than a minute; what it is now is no concern of this test.
  assert(performance.now() - start < 20_000);
});
