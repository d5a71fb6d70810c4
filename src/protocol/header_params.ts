// The arguments of a tool that are mirrored into HTTP headers: found in its schema, and its rules.
// Found once, at registration; a client finds the same from `tools/list`.
// spec: server/tools#x-mcp-header, basic/transports/streamable-http#custom-headers-from-tool-parameters

import { isJsonObject, show } from "../jsonrpc/message.ts";

/** An argument that travels in a header as well. */
export interface HeaderParam {
  /** The header, in lower case: `mcp-param-region`. */
  readonly header: string;
  /** The names that lead from the arguments to the value. */
  readonly path: readonly string[];
  /** What the value is: it is written as JSON would be, without quotes. */
  readonly type: "string" | "integer" | "boolean";
}

const ANNOTATION = "x-mcp-header";

/**
 * Finds the annotated arguments of an input schema.
 *
 * @throws {TypeError} naming the rule that an annotation breaks.
 */
export function findHeaderParams(schema: unknown): readonly HeaderParam[] {
  const found: HeaderParam[] = [];
  walk(schema, [], true, found);
  const names = new Set<string>();
  for (const { header } of found) {
    if (names.has(header)) {
      throw broken(`the name must be unique whatever its case: got ${show(header)} twice`);
    }
    names.add(header);
  }
  return found;
}

function walk(
  node: unknown,
  path: readonly string[],
  reachable: boolean,
  found: HeaderParam[],
): void {
  if (Array.isArray(node)) {
    for (const item of node) walk(item, path, false, found);
    return;
  }
  if (!isJsonObject(node)) return;
  if (Object.hasOwn(node, ANNOTATION)) found.push(read(node, path, reachable));
  for (const [keyword, value] of Object.entries(node)) {
    if (keyword === "properties" && isJsonObject(value)) {
      for (const [name, member] of Object.entries(value)) {
        walk(member, [...path, name], reachable, found);
      }
    } else if (
      keyword !== "enum" && keyword !== "const" && keyword !== "default" && keyword !== "examples"
    ) {
      walk(value, path, false, found);
    }
  }
}

function read(
  node: { [key: string]: unknown },
  path: readonly string[],
  reachable: boolean,
): HeaderParam {
  const name = node[ANNOTATION];
  if (typeof name !== "string" || !/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(name)) {
    throw broken(`the name must be a header token that is not empty: got ${show(name)}`);
  }
  if (!reachable || path.length === 0) {
    throw broken(`${show(name)} must be on a property that is reached through "properties" alone`);
  }
  if (node.type !== "string" && node.type !== "integer" && node.type !== "boolean") {
    throw broken(
      `${show(name)} must be on a string, an integer or a boolean: got ${show(node.type)}`,
    );
  }
  return { header: `mcp-param-${name.toLowerCase()}`, path, type: node.type };
}

function broken(rule: string): TypeError {
  return new TypeError(`Cannot use schema: in "${ANNOTATION}", ${rule}`);
}
