// A text of any length as a model is shown it: whole, or its head and tail with the whole in a log
// on disk. Used by tools that have the text already; `call_output.ts` does it for what still comes.

import type { CallLogs } from "./call_log.ts";
import type { ShownOutput } from "./call_output.ts";
import { OutputCollector } from "./output_collector.ts";

/** Shortens a text to `limit` characters, and keeps the whole where something is left out. */
export async function shownText(
  logs: CallLogs,
  whole: string,
  limit: number,
): Promise<ShownOutput> {
  const bytes = new TextEncoder().encode(whole);
  const collector = new OutputCollector(limit);
  collector.push(bytes);
  collector.end();
  if (!collector.cut) return { text: collector.render(""), truncated: false, logPath: undefined };
  const log = logs.start();
  await log.write(bytes);
  const logPath = await log.keep();
  log.close();
  const where = logPath === undefined
    ? `it could not be kept: ${log.problem}`
    : `the whole text is in ${logPath}`;
  return { text: collector.render(where), truncated: true, logPath };
}
