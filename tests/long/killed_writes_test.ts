// SIGKILL to the server while it writes and edits a large file: what is there afterwards is the old
// file or the new one, and what is left beside it is known by its name.

import { assert, assertMatch } from "@std/assert";
import { startServer } from "../support/program.ts";
import { callTool, withDir } from "../support/served.ts";
import { LONG, record } from "./long_form.ts";

const KILLS = LONG ? 200 : 8;
const BYTES = 5_000_000;
/** The kill comes at some moment of this time: a few calls. */
const WITHIN_MS = 400;

Deno.test(`write_file and edit_file leave the old file or the new one at ${KILLS} kills`, () =>
  withDir(async (dir) => {
    const path = `${dir}/a`;
    let version = 0;
    let text = written(version);
    await Deno.writeTextFile(path, text);
    const kept = { old: 0, new: 0, between: 0 };
    for (let kill = 0; kill < KILLS; kill++) {
      await using server = await startServer();
      let next: string | undefined;
      let killed = false;
      const calls = (async () => {
        for (;;) {
          version++;
          const edits = version % 2 === 1;
          next = edits ? text.replace(/^version \d+/, `version ${version}`) : written(version);
          const result = edits
            ? await callTool(server, "edit_file", {
              path,
              old_string: /^version \d+/.exec(text)![0] + "\n",
              new_string: `version ${version}\n`,
            })
            : await callTool(server, "write_file", { path, content: next });
          if (result.isError) throw new Error(result.content[0].text);
          text = next;
          next = undefined;
        }
      })().catch((error) => {
        if (!killed) throw error;
      });
      const moment = Math.random() * WITHIN_MS;
      await Promise.race([calls, new Promise((resolve) => setTimeout(resolve, moment))]);
      killed = true;
      await server.stop("SIGKILL");
      await calls;
      const there = await Deno.readTextFile(path);
      const which = next === undefined ? "between" : there === text ? "old" : "new";
      assert(there === text || there === next, `neither the old file nor the new: ${about(there)}`);
      kept[which]++;
      text = there;
    }
    const left = [...Deno.readDirSync(dir)].map(({ name }) => name).filter((name) => name !== "a");
    for (const name of left) assertMatch(name, /^\.lmcp-tmp-[0-9a-f-]{36}$/);
    assert(left.length <= KILLS);
    await record("killed-writes", "SIGKILL to the server during writes and edits of a 5 MB file", {
      "kills at random moments": KILLS,
      "the old file was there": kept.old,
      "the new file was there, unanswered yet": kept.new,
      "no call was under way": kept.between,
      "neither": 0,
      "temporary files left, all named `.lmcp-tmp-…`": left.length,
    });
  }));

/** A file that differs from those before in every byte, and in its length. */
function written(version: number): string {
  return `version ${version}\n` + String.fromCharCode(97 + version % 26).repeat(BYTES + version);
}

function about(text: string): string {
  return `${text.length} characters that begin with ${JSON.stringify(text.slice(0, 30))}`;
}
