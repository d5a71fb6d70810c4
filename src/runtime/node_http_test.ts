// Runs the cases of the contract that are about HTTP on node:http under Deno, as it serves there
// where slow clients are bounded. On Deno's own server they run with the rest of the contract.

import { assertEquals } from "@std/assert";
import { HTTP_ANSWER_SUITE } from "../../tests/contract/http_answer_suite.ts";
import { HTTP_LEAVING_SUITE } from "../../tests/contract/http_leaving_suite.ts";
import { HTTP_LISTEN_SUITE } from "../../tests/contract/http_listen_suite.ts";
import { HTTP_REQUEST_SUITE } from "../../tests/contract/http_request_suite.ts";
import { runCases } from "../../tests/contract/run_cases.ts";
import { openDeno } from "./deno.ts";

const SUITES = {
  requests: HTTP_REQUEST_SUITE,
  answers: HTTP_ANSWER_SUITE,
  leaving: HTTP_LEAVING_SUITE,
  listening: HTTP_LISTEN_SUITE,
};

for (const [name, suite] of Object.entries(SUITES)) {
  Deno.test(`serve() with boundSlowClients keeps the contract: ${name}`, async () => {
    const deno = openDeno();
    const said: string[] = [];
    const { passed, failed } = await runCases({ [name]: suite }, "", {
      name: "deno",
      runtime: {
        ...deno,
        serve: (handler, options) => deno.serve(handler, { ...options, boundSlowClients: true }),
      },
      commands: { lmcp: [], everything: [], library: [] },
      ci: Deno.env.get("CI") === "true",
      say: (line) => void said.push(line),
    });
    assertEquals([passed, failed], [suite.length, 0], said.join("\n"));
  });
}
