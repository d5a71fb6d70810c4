// Runs the cases of the contract that are about HTTP on node:http under Deno, as it serves there
// where slow clients are bounded. On Deno's own server they run with the rest of the contract.

import type { Case, Context } from "../../tests/contract/contract.ts";
import { HTTP_ANSWER_SUITE } from "../../tests/contract/http_answer_suite.ts";
import { HTTP_LEAVING_SUITE } from "../../tests/contract/http_leaving_suite.ts";
import { HTTP_LISTEN_SUITE } from "../../tests/contract/http_listen_suite.ts";
import { HTTP_REQUEST_SUITE } from "../../tests/contract/http_request_suite.ts";
import { openDeno } from "./deno.ts";
import type { Runtime } from "./runtime.ts";

const SUITES = [HTTP_REQUEST_SUITE, HTTP_ANSWER_SUITE, HTTP_LEAVING_SUITE, HTTP_LISTEN_SUITE];

for (const one of SUITES.flat()) {
  Deno.test(`boundSlowClients: ${one.name}`, () => runCase(one));
}

async function runCase(one: Case): Promise<void> {
  const deno = openDeno();
  const runtime: Runtime = {
    ...deno,
    serve: (handler, options) => deno.serve(handler, { ...options, boundSlowClients: true }),
  };
  const folder = await Deno.makeTempDir();
  const cleanups: (() => unknown)[] = [() => Deno.remove(folder, { recursive: true })];
  const context: Context = {
    name: "deno",
    runtime,
    folder,
    start: () => Promise.reject(new Error("These cases start no program")),
    after: (fn) => void cleanups.push(fn),
    lacks(what, there) {
      if (!there && Deno.env.get("CI") === "true") throw new Error(`This case needs ${what}`);
      return !there;
    },
  };
  try {
    await one.run(context);
  } finally {
    for (const cleanup of cleanups.reverse()) await cleanup();
  }
}
