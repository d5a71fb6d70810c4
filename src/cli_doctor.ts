// `lmcp doctor`: looks at what lmcp needs of this machine, and says what to do about what is amiss.
// Called by `cli_commands.ts`; takes the options of `serve` that say where it will listen and to whom.
// Changes nothing. Exit codes: 0 nothing is amiss, 1 something is, 2 the command line is wrong.

import { checkAccess, checkPort, checkTokens } from "./cli_doctor_access.ts";
import { checkBackends } from "./cli_doctor_backends.ts";
import type { Check, DoctorValues, Finding } from "./cli_doctor_check.ts";
import {
  checkFiles,
  checkRuntime,
  checkShell,
  checkSsh,
  checkState,
} from "./cli_doctor_machine.ts";
import { jsonLine, oneLine, printable, type Style, styleFor } from "./cli_text.ts";
import type { Runtime } from "./runtime/runtime.ts";

const CHECKS: readonly Check[] = [
  checkRuntime,
  checkState,
  checkFiles,
  checkShell,
  checkPort,
  checkTokens,
  checkAccess,
  checkSsh,
  checkBackends,
];

/** Looks at everything, and prints it; gives the exit code. */
export async function doctor(runtime: Runtime, values: DoctorValues): Promise<number> {
  const findings: Finding[] = [];
  const style = styleFor(runtime);
  // All look at once, and are told of in their order, each as soon as those before it are.
  for (const found of CHECKS.map((check) => check(runtime, values).catch(notLooked))) {
    for (const finding of await found) {
      findings.push(finding);
      if (!values.json) runtime.print(findingText(finding, style));
    }
  }
  const count = (level: Finding["level"]) => findings.filter((one) => one.level === level).length;
  const amiss = count("fail");
  if (values.json) runtime.print(jsonLine({ findings }));
  else runtime.print(`\n${amiss} amiss, ${count("warn")} to know of, ${count("ok")} well\n`);
  return amiss > 0 ? 1 : 0;
}

/** What cannot be looked at is amiss, and must not keep the rest from being told. */
function notLooked(error: unknown): Finding[] {
  const says = error instanceof Error ? error.message : String(error);
  return [{ level: "fail", about: "doctor", says }];
}

function findingText({ level, about, says, advice }: Finding, style: Style): string {
  const head = `${level.padEnd(4)} ${about}: ${printable(oneLine(says, 400))}`;
  const lines = [level === "ok" ? head : style.bold(head)];
  if (advice !== undefined) lines.push(`     ${printable(advice)}`);
  return `${lines.join("\n")}\n`;
}
