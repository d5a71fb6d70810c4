// deno-lint-ignore-file no-console -- it speaks to people
// Makes every fault of a host that the hub knows of, prints what callers see, and writes
// docs/hub-faults.md. Run by `deno task hub-faults`, on Linux as root, with sshd and libfaketime.
// Nothing else should run beside it.

import { type FaultTable, runFaults } from "../tests/e2e/hub_faults.ts";
import { machineClass, today } from "./machine_class.ts";

const PAGE = new URL("../docs/hub-faults.md", import.meta.url);

const text = page(await runFaults());
console.log(text);
await Deno.writeTextFile(PAGE, text);
await new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", PAGE.pathname] }).output();

function page({ rows, before, during, registry }: FaultTable): string {
  return `# What goes wrong with hosts, and what callers of the hub see

One hub, one host for each fault, all of them at once; each was called with \`remote_shell\` and
\`timeout_s: 1\`, then the fault was ended and the host was called again. Everything is real: lmcp,
sockets, sshd, and a clock set by libfaketime. The probe budget is 1 s and the hard limit of ssh 3 s
here (3 and 30 s by default).

Command: \`deno task hub-faults\`. Date: ${today()}. Machine: ${machineClass()}.

| fault | what the caller sees | after | the next call, once it is over | after |
| --- | --- | --- | --- | --- |
${
    rows.map(({ fault, seen, ms, next, nextMs }) =>
      `| ${fault} | ${cell(seen)} | ${seconds(ms)} | ${cell(next)} | ${seconds(nextMs)} |`
    ).join("\n")
  }

A call that may have reached its host is never sent again, by MCP or by ssh, and gets the time that
it asked for, and 15 s: a command that runs long looks the same as a host that died under it.

Calls on the host that is well, one after the other: median ${ms(before, 0.5)}, p99 ${
    ms(before, 0.99)
  } before the faults (${before.length} calls); median ${ms(during, 0.5)}, p99 ${
    ms(during, 0.99)
  } while they were there (${during.length} calls).

A registry edited to \`ssh=-oProxyCommand=touch\` leaves the hosts as they were, and says:
\`${registry}\`
`;
}

function cell(text: string): string {
  // Ports and times differ from run to run.
  return text.replaceAll("|", "\\|").replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:PORT")
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME");
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

function ms(values: readonly number[], share: number): string {
  const sorted = values.toSorted((one, other) => one - other);
  return `${(sorted[Math.floor(sorted.length * share)] ?? NaN).toFixed(1)} ms`;
}
