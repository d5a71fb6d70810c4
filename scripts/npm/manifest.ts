// The package.json of the npm package, made from deno.json. Called by scripts/build_npm.ts.

/** What is read of deno.json. */
export interface DenoConfig {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly exports: { readonly [entry: string]: string };
  readonly imports: { readonly [name: string]: string };
}

/** Makes the manifest; `packages` are those that the files import from npm. */
export function manifest(config: DenoConfig, packages: readonly string[]): object {
  return {
    name: config.name,
    version: config.version,
    description:
      "Model Context Protocol: a server library and client for every revision, and a server that " +
      "gives a machine's shell and files to any client, safely",
    keywords: ["mcp", "model-context-protocol", "server", "client", "shell", "deno", "bun", "node"],
    license: config.license,
    type: "module",
    sideEffects: false,
    engines: { node: ">=20", bun: ">=1.2", deno: ">=2.3" },
    bin: { lmcp: "bin/lmcp.mjs" },
    exports: {
      ...Object.fromEntries(
        Object.entries(config.exports).map(([entry, source]) => [entry, {
          types: source.replace(/^\.\/(.*)\.ts$/, "./types/$1.d.ts"),
          default: source.replace(/\.ts$/, ".js"),
        }]),
      ),
      "./package.json": "./package.json",
    },
    dependencies: Object.fromEntries(packages.map((name) => [name, versionOf(config, name)])),
  };
}

function versionOf({ imports }: DenoConfig, name: string): string {
  const version = new RegExp(`^npm:${name}@(.+)$`).exec(imports[name] ?? "")?.[1];
  if (version !== undefined) return version;
  throw new Error(`${name} must have an npm: entry in the imports of deno.json: got none`);
}
