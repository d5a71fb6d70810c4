// Shows each rule of check.ts biting, and leaving alone what it should, on small trees in a
// temporary folder.

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { check } from "./check.ts";
import { stdFlags } from "./std.ts";

type Files = Record<string, string>;

/** Writes a tree, each .ts file with a header unless it begins with a comment of its own. */
async function withTree<T>(files: Files, use: (root: string) => Promise<T>): Promise<T> {
  const root = await Deno.makeTempDir();
  try {
    for (const [path, text] of Object.entries(files)) {
      await Deno.mkdir(dirname(join(root, path)), { recursive: true });
      const header = path.endsWith(".ts") && !/^(?:#!|\/|$)/.test(text) ? "// A file.\n" : "";
      await Deno.writeTextFile(join(root, path), header + text);
    }
    return await use(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

/** The report on a tree, each line cut to `file:line: rule`. */
async function places(files: Files): Promise<string[]> {
  const report = await withTree(files, check);
  return report.map((line) => /^[^:]+:\d+: [^:]+/.exec(line)?.[0] ?? line);
}

/** One test a rule: what breaks it, with the places, and what does not. */
function rule(name: string, broken: Files, expected: string[], fine: Files): void {
  Deno.test(`check() finds each breach of the rule "${name}"`, async () => {
    assertEquals(await places(broken), expected.map((place) => `${place}: ${name}`));
  });
  Deno.test(`check() leaves alone what the rule "${name}" allows`, async () => {
    assertEquals(await withTree(fine, check), []);
  });
}

rule("layers", {
  "src/wire/a.ts": `import { b } from "../client/b.ts";\nexport const a = b;\n`,
  "src/client/b.ts": `export const b = 1;\n`,
  "src/client/c.ts": `import type { D } from "../transports/d.ts";\nexport type C = D;\n`,
  "src/transports/d.ts": `export type D = 1;\n`,
  "src/server/e.ts": `export * from "../eras/f.ts";\n`,
  "src/eras/f.ts": `export const f = await import(\`../hub/g.ts\`);\n`,
  "src/hub/g.ts": `export const g = 1;\n`,
  "src/protocol/h.ts": `import "../runtime/i.ts";\n`,
  "src/runtime/i.ts": `import "../jsonrpc/j.ts";\nimport "./k.ts";\n`,
  "src/runtime/k.ts": `\n`,
  "src/jsonrpc/j.ts": `import "../../scripts/l.ts";\n`,
  "scripts/l.ts": `\n`,
  "mod.ts": `export * from "./src/client/b.ts";\nexport * from "./src/cli.ts";\n`,
  "src/cli.ts": `import "./runtime/k.ts";\nimport "../conformance/o.ts";\n`,
  "conformance/o.ts": `import "../scripts/l.ts";\n`,
  "src/lost/m.ts": `\n`,
  "tools/n.ts": `import { b } from "@lmcp/lmcp";\nexport const n = b;\n`,
  "deno.json": `{ "name": "@lmcp/lmcp", "exports": { ".": "./mod.ts" } }`,
}, [
  "conformance/o.ts:2",
  "mod.ts:3",
  "src/client/c.ts:2",
  "src/eras/f.ts:2",
  "src/jsonrpc/j.ts:2",
  "src/lost/m.ts:1",
  "src/protocol/h.ts:2",
  "src/runtime/i.ts:2",
  "src/server/e.ts:2",
  "src/wire/a.ts:2",
  "tools/n.ts:2",
], {
  "src/wire/a.ts": `// import "../client/b.ts";\nexport const a = 'import "../client/b.ts"';\n`,
  "src/wire/a_test.ts": `import { b } from "../client/b.ts";\nb();\n`,
  "src/client/b.ts":
    `import { a } from "../wire/a.ts";\nexport const b = () => Array.from("x") && a;\n`,
  "tools/c.ts": `import "../src/runtime/d.ts";\nimport "../src/client/b.ts";\n`,
  "src/runtime/d.ts": `import "./e.ts";\n`,
  "src/runtime/e.ts": `\n`,
  "src/hub/f.ts": `import "../../tools/c.ts";\n`,
  "src/cli.ts": `import "./hub/f.ts";\nimport "../conformance/run.ts";\n`,
  "conformance/run.ts": `import "../src/runtime/e.ts";\n`,
  "conformance/official.ts": `import "../scripts/o.ts";\n`,
  "scripts/o.ts": `\n`,
  "mod.ts": `export * from "./src/client/b.ts";\nawait import("./src/cli.ts");\n`,
  "examples/g.ts": `import "../mod.ts";\n`,
});

rule(
  "cycles",
  {
    "src/wire/a.ts": `import "./b.ts";\n`,
    "src/wire/b.ts": `import type { C } from "./c.ts";\nexport type B = C;\n`,
    "src/wire/c.ts": `export type C = 1;\nexport const a = () => import("./a.ts");\n`,
    "tools/self.ts": `import "./self.ts";\n`,
  },
  ["src/wire/c.ts:3", "tools/self.ts:2"],
  {
    "src/wire/a.ts": `import "./b.ts";\nimport "./c.ts";\n`,
    "src/wire/b.ts": `import "./c.ts";\n`,
    "src/wire/c.ts": `export const name = "./a.ts";\nexport const a = () => import(name);\n`,
  },
);

rule("runtime names", {
  "src/wire/a.ts": `export const a = typeof Deno;\nexport const b = globalThis.process;\n`,
  "src/client/b.ts": `import { join } from "node:path";\nexport const b = join;\n`,
  "tools/c.ts": "export const c = `${process.env.HOME}`;\nexport type D = Bun.Server;\n",
  "mod.ts": `if (import.meta.main) await import("./conformance/shipped.ts" + Deno.args);\n` +
    `if (import.meta.main) await import("./conformance/shipped.ts");\n`,
  "src/hub/e.ts": `export const e = import.meta.main;\n`,
  "conformance/shipped.ts": `export const pid = process.pid;\n`,
}, [
  "conformance/shipped.ts:2",
  "mod.ts:2",
  "src/client/b.ts:2",
  "src/hub/e.ts:2",
  "src/wire/a.ts:2",
  "src/wire/a.ts:3",
  "tools/c.ts:2",
  "tools/c.ts:3",
], {
  "src/runtime/deno.ts": `import "node:fs";\nexport const pid = Deno.pid + process.pid;\n`,
  "src/wire/a.ts":
    `// Deno, Bun, process.env and import "node:fs"\nexport const a = "Deno" in globalThis;\n`,
  "src/wire/a_test.ts": `Deno.test("a", () => {});\n`,
  "tools/testing/host.ts": `export const pid = Deno.pid;\n`,
  "src/client/b.ts": `export const isDeno = /Deno|process/.test("Bun");\nexport const node = 1;\n`,
  "tools/c.ts": `export const job = { process: 1 };\nexport const pid = job.process;\n`,
  "mod.ts": `if (import.meta.main) await import("./src/cli.ts");\n`,
  "src/cli.ts": `export const direct = import.meta.main;\n`,
  "scripts/d.ts": `console.log(Deno.pid);\n`,
  "conformance/official.ts": `console.log(Deno.pid);\n`,
});

rule(
  "development package",
  {
    "deno.json": `{ "imports": { "@std/cli": "jsr:@std/cli@^1", "x": "npm:x@1" } }`,
    "src/wire/a.ts": `import { x } from "@std/cli/parse-args";\nexport const a = x;\n`,
    "tools/b.ts": `import { x } from "jsr:@std/cli";\nexport const b = x;\n`,
  },
  ["src/wire/a.ts:2", "tools/b.ts:2"],
  {
    "deno.json": `{ "imports": { "@std/cli": "jsr:@std/cli@^1", "x": "npm:x@1" } }`,
    "src/wire/a.ts": `import { x } from "x";\nexport const a = x;\n`,
    "src/wire/a_test.ts": `import { x } from "@std/cli";\nx();\n`,
    "scripts/b.ts": `import { x } from "@std/cli";\nx();\n`,
  },
);

rule("length", { "src/wire/a.ts": "\n".repeat(300), "scripts/b.ts": "\n".repeat(400) }, [
  "scripts/b.ts:301",
  "src/wire/a.ts:301",
], { "src/wire/a.ts": "\n".repeat(299), "src/wire/a_test.ts": "\n".repeat(900) });

rule(
  "header",
  {
    "src/wire/a.ts": `/** Says a. */\nexport const a = 1;\n`,
    "src/wire/b.ts": `#!/usr/bin/env deno\nexport const b = 1;\n`,
    "src/wire/c.ts": ``,
  },
  ["src/wire/a.ts:1", "src/wire/b.ts:1", "src/wire/c.ts:1"],
  {
    "src/wire/a.ts": `/** What the file is. */\n\n/** Says a. */\nexport const a = 1;\n`,
    "src/wire/b.ts": `#!/usr/bin/env deno\n// What the file is.\nexport const b = 1;\n`,
    "src/wire/c.ts": `/**\n * What the file is.\n * @module\n */\nexport const c = 1;\n`,
    "src/wire/d.ts": `/** What the file is. */\nimport "./a.ts";\n`,
  },
);

rule(
  "file name",
  {
    "src/wire/utils.ts": `\n`,
    "src/hub/session_manager.ts": `\n`,
    "tests/helpers/a_test.ts": `\n`,
  },
  ["src/hub/session_manager.ts:1", "src/wire/utils.ts:1", "tests/helpers/a_test.ts:1"],
  {
    "src/wire/lines.ts": `\n`,
    "src/wire/commonest.ts": `\n`,
  },
);

rule(
  "empty catch",
  {
    "src/wire/a.ts":
      `const u = "//";\ntry { f(); } catch {}\ntry { f(); } catch (e) {\n}\np.catch(() => {});\n`,
  },
  ["src/wire/a.ts:3", "src/wire/a.ts:4", "src/wire/a.ts:6"],
  {
    "src/wire/a.ts":
      `try { f(); } catch { /* gone already */ }\ntry { f(); } catch (e) { log(e); }\n` +
      `p.catch(() => {}); // told elsewhere\n// nobody waits\nq.catch(() => {});\n// catch {}\nconst s = "catch {}";\n`,
  },
);

rule(
  "inheritance",
  {
    "src/wire/a.ts": `class A extends B {}\nclass C<T extends Error> extends D<T> {}\n` +
      `const e = class extends F {};\n`,
  },
  ["src/wire/a.ts:2", "src/wire/a.ts:3", "src/wire/a.ts:4"],
  {
    "src/wire/a.ts": `class A extends Error {}\nclass B extends TransformStream<string, A> {}\n` +
      `class C<T extends A> { x?: T }\ninterface D extends B {}\nconst s = { class: 1 };\n`,
  },
);

rule(
  "revisions",
  {
    "src/server/a.ts": `export const a = "2025-06-18";\n`,
    "tools/b.ts": "export const b = `since ${1} 2026-07-28`;\n",
  },
  ["src/server/a.ts:2", "tools/b.ts:2"],
  {
    "src/server/a.ts": `// since 2025-06-18\nexport const a = "2025-06-19 12025-06-18";\n`,
    "src/server/a_test.ts": `export const a = "2025-06-18";\n`,
    "src/eras/b.ts": `export const b = "2025-06-18";\n`,
    "src/protocol/revisions.ts": `export const b = "2025-06-18";\n`,
    "src/client/connect.ts": `export const b = "2025-06-18";\n`,
    "src/transports/http_session_store.ts": `export const b = "2025-06-18";\n`,
  },
);

rule(
  "session header",
  {
    "src/transports/guard.ts": `export const a = "Mcp-Session-Id";\n`,
    "src/protocol/b.ts": `export const b = { "mcp-session-id": 1 };\n`,
  },
  ["src/protocol/b.ts:2", "src/transports/guard.ts:2"],
  {
    "src/transports/guard.ts": `// Mcp-Session-Id is not ours\n`,
    "src/transports/http_session.ts": `export const a = "Mcp-Session-Id";\n`,
  },
);

rule(
  "default export",
  {
    "src/wire/a.ts": `export default 1;\n`,
    "src/wire/b.ts": `const b = 1;\nexport { b as default };\n`,
  },
  ["src/wire/a.ts:2", "src/wire/b.ts:3"],
  {
    "src/wire/a.ts": `// export default\nexport const a = "export default";\n`,
  },
);

rule("enum", { "src/wire/a.ts": `export enum A { B }\nconst enum C { D }\n` }, [
  "src/wire/a.ts:2",
  "src/wire/a.ts:3",
], { "src/wire/a.ts": `const schema = { enum: ["a"] };\nschema.enum = [];\n` });

const host = ["registry", "example", "org"].join(".");
rule(
  "registry host",
  {
    "README.md": `Get it from https://${host}/lmcp.\n`,
    "scripts/a.ts": `const mirror = "${["deb", "debian", "org"].join(".")}";\n`,
  },
  ["README.md:1", "scripts/a.ts:2"],
  {
    "README.md": "`npm:zod` and `jsr:@std/assert` come from their registry. See registry.ts\n",
  },
);

const [home, work] = [["", "home", "carol", "x"], ["", "work", "main"]].map((path) =>
  path.join("/")
);
rule(
  "machine path",
  {
    "docs/a.md": `Run it in ${work}.\n`,
    ".ci/run": `cd "${home}"\n`,
  },
  [".ci/run:1", "docs/a.md:1"],
  {
    "docs/a.md":
      "Run it in /home/me/project, /srv/work/a or http://host.test/work/a; see ./work/a.\n",
  },
);

Deno.test("check() says at which file and line, by which rule, and what to do", async () => {
  const [line] = await withTree({ "src/wire/a.ts": "export default 1;\n" }, check);
  assertEquals(line, "src/wire/a.ts:2: default export: export it by its name");
});

Deno.test("check() is not led astray by quotes, slashes and braces in literals", async () => {
  const text = [
    "const a = 4 / 2 / 1; // a / b",
    'const b = /["`\\/]/g.test("//") ? `a${ { x: "}" }.x + `${1}` }b` : \'"\';',
    'const c = "\\"" + "/*"; /* Deno */',
    "const d = Deno; /* here */",
  ].join("\n");
  assertEquals(await places({ "src/wire/a.ts": text }), ["src/wire/a.ts:5: runtime names"]);
});

Deno.test("check.ts exits with 1 and prints the report when there is a violation, else with 0", async () => {
  const script = fileURLToPath(new URL("check.ts", import.meta.url));
  const flags = await stdFlags();
  const run = (root: string) =>
    new Deno.Command(Deno.execPath(), {
      args: ["run", ...flags, "-A", script, "--root", root],
      env: { NO_COLOR: "1" },
    }).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

  const bad = await withTree({ "tools/a.ts": "export default 1;\n" }, run);
  assertEquals(bad.code, 1, decode(bad.stderr));
  assertMatch(decode(bad.stdout), /^tools\/a\.ts:2: default export: .+\n$/);
  assertStringIncludes(decode(bad.stderr), "check: 1 violation\n");

  const good = await withTree({ "tools/a.ts": "export const a = 1;\n" }, run);
  assertEquals([good.code, decode(good.stdout)], [0, ""]);
  assertStringIncludes(decode(good.stderr), "check: no violations\n");
});
