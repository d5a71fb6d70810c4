// The rules on who may import whom: the layers of ARCHITECTURE.md, the blindness of siblings, and no
// cycles. Part of the table in rules.ts. Type imports count as much as others.

import { isTest, type Module, type Tree, type Violation } from "./tree.ts";

/** From the lowest to the highest; what shares a row is blind to the others in it. */
const LAYERS = [
  ["src/jsonrpc/", "src/wire/", "src/version.ts"],
  ["src/protocol/"],
  ["src/server/", "src/eras/"],
  ["src/transports/", "src/client/"],
  ["src/testing"],
  ["tools/"],
  ["src/hub/"],
  ["conformance/"],
  ["src/cli"],
  ["mod.ts"],
];
const RUNTIME = "src/runtime/";
const RUNTIME_USERS = ["tools/", "src/hub/", "conformance/", "src/cli", "mod.ts"];

/** Finds imports that go up, sideways, or out of the layers. */
export function* layers(tree: Tree): Generator<Violation> {
  const { modules } = tree;
  const shipped = shippedModules(tree);
  for (const module of modules.values()) {
    const unit = unitOf(module.path);
    if (isTest(module.path)) continue;
    if (unit === undefined) {
      if (!module.path.startsWith("src/")) continue;
      const advice =
        "is in no layer: move it into one, or add its folder to scripts/check/layers.ts";
      yield { path: module.path, line: 1, advice: `${module.path} ${advice}` };
      continue;
    }
    for (const { target, dynamic, line } of module.imports) {
      // The runner of the official suite is for development alone, and so are the scripts.
      if (target?.startsWith("scripts/") && unit === "conformance/" && !shipped.has(module.path)) {
        continue;
      }
      const advice = target && objection(unit, target, dynamic);
      if (advice) yield { path: module.path, line, advice: `may not import ${target}: ${advice}` };
    }
  }
}

/** Finds modules that reach themselves through their imports. */
export function* cycles({ modules }: Tree): Generator<Violation> {
  const done = new Set<string>();
  const path: string[] = [];
  function* visit(module: Module): Generator<Violation> {
    path.push(module.path);
    for (const { target, line } of module.imports) {
      if (target === undefined || done.has(target)) continue;
      const start = path.indexOf(target);
      if (start < 0) yield* visit(modules.get(target)!);
      else {
        const circle = [...path.slice(start), target].join(" > ");
        const advice = `import cycle ${circle}: move what both need into a file below them`;
        yield { path: module.path, line, advice };
      }
    }
    path.pop();
    done.add(module.path);
  }
  for (const module of modules.values()) {
    if (!done.has(module.path)) yield* visit(module);
  }
}

/** The modules that a user gets: what mod.ts and the exports of deno.json reach. */
export function shippedModules({ modules, config }: Tree): Set<string> {
  const shipped = new Set<string>();
  const queue = ["mod.ts", ...Object.values(config.exports ?? {}).map((path) => path.slice(2))];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    const module = modules.get(path);
    if (!module || shipped.has(path)) continue;
    shipped.add(path);
    for (const { target } of module.imports) if (target !== undefined) queue.push(target);
  }
  return shipped;
}

/** Why a unit may not import a module; undefined when it may. */
function objection(from: string, target: string, dynamic: boolean): string | undefined {
  const to = unitOf(target);
  if (to === undefined || isTest(target)) {
    return "it is not shipped; shipped code stays in the layers";
  }
  // Its fixtures are written as a user's programs are.
  if (from === to || from === "conformance/" && to === "mod.ts") return undefined;
  if (from === RUNTIME) return "src/runtime/ is a leaf; pass in what it needs";
  if (from === "mod.ts" && !dynamic && (to === RUNTIME || rowOf(to) > rowOf("src/client/"))) {
    return "mod.ts re-exports the library only; import it dynamically where import.meta.main is true";
  }
  if (to === RUNTIME) {
    return RUNTIME_USERS.includes(from)
      ? undefined
      : "only tools/, src/hub/, src/cli*, conformance/ and mod.ts know the runtime; pass it in";
  }
  if (rowOf(from) === rowOf(to)) {
    return `${from} and ${to} are blind to each other; let a layer above join them`;
  }
  if (rowOf(from) < rowOf(to)) {
    return `imports go down, and ${to} is above ${from}; move the code or pass it in`;
  }
  return undefined;
}

function unitOf(path: string): string | undefined {
  return [RUNTIME, ...LAYERS.flat()].find((unit) => path.startsWith(unit));
}

function rowOf(unit: string): number {
  return LAYERS.findIndex((row) => row.includes(unit));
}
