// What runs the everything server and the everything client on a runtime. Called by `official.ts`.

import { findRuntime } from "../scripts/runtimes/find_runtime.ts";
import { readRuntimeNames, titleOf } from "../scripts/runtimes/runtime_name.ts";
import { commandOf, stageSources } from "../scripts/runtimes/stage.ts";
import { DENO_SERVER } from "./fixture_process.ts";
import { DENO_CLIENT } from "./official_client.ts";

/** The commands of both. */
export interface Programs {
  readonly server: readonly string[];
  readonly client: readonly string[];
  /** Throws away what was made to run them. */
  remove(): Promise<void>;
}

/** The commands on a runtime; text says why there are none. */
export async function onRuntime(named: string): Promise<Programs | string> {
  if (named === "deno") {
    return { server: DENO_SERVER, client: DENO_CLIENT, remove: () => Promise.resolve() };
  }
  let name;
  try {
    [name] = readRuntimeNames(named);
  } catch (error) {
    return (error as Error).message;
  }
  const executable = await findRuntime(name!);
  const stage = await stageSources();
  if (executable === undefined || stage === undefined) {
    return `This needs ${titleOf(name!)} and what the sources import from npm: install them`;
  }
  return {
    server: commandOf(name!, executable, stage, "everything"),
    client: commandOf(name!, executable, stage, "everything_client"),
    remove: () => stage.remove(),
  };
}
