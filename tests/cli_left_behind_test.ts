// What a server that was killed with SIGKILL leaves behind, and how the next start ends it, asked of
// the real program.

import { assert, assertEquals } from "@std/assert";
import { markedCommand } from "./support/marked_command.ts";
import { lacksProc } from "./support/lacks.ts";
import { type ServerProgram, startServer } from "./support/program.ts";
import { callTool, clientOf, withDir } from "./support/served.ts";

/** Milliseconds until what ignores SIGTERM is gone, on a busy machine. */
const GONE_MS = 10_000;

Deno.test("lmcp serve ends what the calls of a killed server left behind, and no more", () =>
  withDir(async (state) => {
    if (lacksProc()) return;
    using left = markedCommand("double fork");
    using stubborn = markedCommand("TERM-ignoring");
    using others = markedCommand("setsid");
    using job = markedCommand("setsid");
    await using killed = await startServer([], { env: { XDG_STATE_HOME: state } });
    await using living = await startServer();
    begin(killed, left.command);
    begin(killed, stubborn.command);
    begin(living, others.command);
    const started = await callTool(killed, "shell_bg", { command: job.command });
    assertEquals(started.isError, undefined, JSON.stringify(started.content));
    await Promise.all([left, stubborn, others, job].map((each) => each.started()));
    await killed.stop("SIGKILL");
    for (const each of [left, stubborn]) assert(each.living().length > 0, each.command);
    const [spared, kept] = [others.living(), job.living()];

    await using next = await startServer();
    await Promise.all([left.gone(GONE_MS), stubborn.gone(GONE_MS)]);
    await next.stderrMatch(
      /^lmcp: ended \d+ process(es)? that a killed lmcp's calls left behind$/m,
    );
    assertEquals([others.living(), job.living()], [spared, kept]);
  }));

/** Starts a command that is not waited for. */
function begin(server: ServerProgram, command: string): void {
  clientOf(server).request("tools/call", { name: "shell", arguments: { command } })
    .catch(() => undefined); // Its server is killed under it.
}
