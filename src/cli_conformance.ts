// `lmcp conformance`: runs the project's scenarios against a server, and says where it does not keep
// to the protocol. Called by `cli_commands.ts`. Exit codes: 0 it keeps to it, 1 it does not, 2 the
// command line is wrong, 3 there is no server to speak to.

import { FIXTURES } from "../conformance/fixtures/mod.ts";
import { type Choice, type Result, runAll, type Target } from "../conformance/scenarios/run_all.ts";
import { failureText, outcomeOf, reportJson, tableText } from "./cli_conformance_report.ts";
import { type Operands, UsageError } from "./cli_options.ts";
import { openStatusLine } from "./cli_status_line.ts";
import { type CliTarget, readTarget, type TargetValues } from "./cli_target.ts";
import { TOKEN_VARIABLE } from "./cli_tokens.ts";
import { type Runtime, SpawnError } from "./runtime/runtime.ts";

const FAILED = 1;
const UNREACHABLE = 3;
/** How long a server may take for its first answer. */
const CONNECT_MS = 10_000;

interface ConformanceValues extends TargetValues {
  readonly revision: readonly string[];
  readonly only: readonly string[];
  readonly strict: boolean;
  readonly json: boolean;
}

/** Runs the scenarios; gives the exit code. @throws {UsageError} */
export async function conformance(
  runtime: Runtime,
  values: ConformanceValues,
  operands: Operands,
): Promise<number> {
  const choice = readChoice(values);
  const target = withRuntime(await readTarget(runtime, "conformance", operands, values), runtime);
  const unreachable = target.kind === "http" ? await unreachableText(target) : undefined;
  if (unreachable !== undefined) return refuse(runtime, unreachable);
  const results: Result[] = [];
  const progress = openStatusLine(runtime);
  try {
    for await (const result of runAll(target, FIXTURES, choice)) {
      results.push(result);
      const outcome = outcomeOf(result, values.strict);
      const isBad = outcome === "failed" || outcome === "noted";
      if (isBad && !values.json) {
        progress.clear();
        runtime.print(failureText(result, outcome));
      }
      progress.show(
        `${results.length} scenarios run, last ${result.revision} ${result.scenario.id}`,
      );
    }
  } catch (error) {
    if (error instanceof SpawnError) return refuse(runtime, error.message);
    throw error;
  } finally {
    progress.clear();
  }
  if (results.every(({ spoken }) => !spoken)) {
    return refuse(runtime, "The server answers in none of the revisions that were tried");
  }
  runtime.print((values.json ? reportJson : tableText)(results, values.strict));
  return results.some((result) => outcomeOf(result, values.strict) === "failed") ? FAILED : 0;
}

function readChoice({ revision, only }: ConformanceValues): Choice {
  const known = FIXTURES.map((fixture) => fixture.revision);
  const unknown = revision.find((one) => !known.includes(one));
  if (unknown !== undefined) {
    throw new UsageError(
      `--revision must be one of ${known.join(", ")}: got ${JSON.stringify(unknown)}`,
    );
  }
  const lost = only.find((text) =>
    !FIXTURES.some(({ scenarios }) => scenarios.some(({ id }) => id.includes(text)))
  );
  if (lost !== undefined) {
    throw new UsageError(
      `--only must be part of a scenario's id: got ${JSON.stringify(lost)}; cancel, say`,
    );
  }
  return {
    ...(revision.length > 0 ? { revisions: revision } : {}),
    ...(only.length > 0 ? { only } : {}),
  };
}

/** A server that is started must not see the token of this one. */
function withRuntime(target: CliTarget, runtime: Runtime): Target {
  if (target.kind === "http") return target;
  const environ = () => {
    const { [TOKEN_VARIABLE]: _token, ...rest } = runtime.environ();
    return rest;
  };
  return { ...target, runtime: { ...runtime, environ } };
}

/** Why there is nobody to speak to at a URL; undefined when there is. */
async function unreachableText(
  target: { readonly url: string; readonly headers: { readonly [name: string]: string } },
): Promise<string | undefined> {
  const cannot = `Cannot connect to ${target.url}`;
  try {
    const response = await fetch(target.url, {
      method: "POST",
      headers: {
        ...target.headers,
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
      },
      body: `{"jsonrpc":"2.0","id":"connect","method":"ping"}`,
      signal: AbortSignal.timeout(CONNECT_MS),
    });
    await response.body?.cancel();
    switch (response.status) {
      case 401:
      case 403:
        return `${cannot}: it answers ${response.status}; --token-file or --header says who calls`;
      case 404:
      case 405:
        return `${cannot}: it answers ${response.status}; the endpoint is another, such as /mcp`;
    }
    return undefined;
  } catch (error) {
    return `${cannot}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function refuse(runtime: Runtime, why: string): number {
  runtime.stderr(`lmcp: ${why}`);
  return UNREACHABLE;
}
