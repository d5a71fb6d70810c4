// What is wrong with the syntax of a PowerShell script, by a grammar for editors: PowerShell itself is
// seldom where the tests run. Used by tests only. Says nothing about what a script does.

import { Language, type Node, Parser } from "npm:web-tree-sitter@0.27.1";
import { said } from "./repository.ts";

const GRAMMAR = "tree-sitter-powershell@0.26.4";

/** Gives a check; it answers with the lines that are wrong. */
export async function powershellCheck(): Promise<(script: string) => string[]> {
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(await grammar()));
  return (script) => {
    const tree = parser.parse(script);
    if (tree === null) return ["nothing could be read"];
    return [...wrongIn(tree.rootNode)].map((node) =>
      `line ${node.startPosition.row + 1}: ${JSON.stringify(node.text.slice(0, 80))}`
    );
  };
}

function* wrongIn(node: Node): Generator<Node> {
  if (!node.hasError) return;
  if (node.isError || node.isMissing) return yield node;
  for (const child of node.children) if (child !== null) yield* wrongIn(child);
}

/** The compiled grammar, which its package holds beside its code. */
async function grammar(): Promise<Uint8Array> {
  const dir = await Deno.makeTempDir({ prefix: "lmcp-grammar-" });
  try {
    const script = `npm pack --silent ${GRAMMAR} && tar -xzf *.tgz`;
    const { code, stderr } = await said("sh", ["-c", script], { cwd: dir });
    if (code !== 0) throw new Error(`Cannot get ${GRAMMAR}: ${stderr}`);
    return await Deno.readFile(`${dir}/package/tree-sitter-powershell.wasm`);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}
