// Whether the tests of this folder run in their long form (`deno task long`, minutes) or in the short
// one that runs with all the others, and where the long form writes what it found. Used by tests only.

import { machineClass, today } from "../../scripts/machine_class.ts";

/** Whether this is the long form. */
export const LONG = Deno.env.get("LMCP_LONG") === "1";

/** Writes `docs/results/NAME.md`; in the short form, nothing. */
export async function record(
  name: string,
  title: string,
  figures: { readonly [what: string]: string | number },
): Promise<void> {
  if (!LONG) return;
  const rows = Object.entries(figures).map(([what, figure]) => `| ${what} | ${figure} |`);
  const text = `# ${title}

- Command: \`deno task long\`. Date: ${today()}.
- Machine: ${machineClass()}.

| | |
| --- | --- |
${rows.join("\n")}
`;
  await Deno.writeTextFile(new URL(`../../docs/results/${name}.md`, import.meta.url), text);
}

/** Bytes as MiB, with one decimal. */
export function mib(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

/** Milliseconds, with one decimal. */
export function ms(figure: number): string {
  return `${figure.toFixed(1)} ms`;
}
