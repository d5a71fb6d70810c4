import { assert, assertEquals, assertGreater } from "@std/assert";
import { record } from "../tests/long/long_form.ts";
import { editFile } from "./edit_file.ts";
import { listDir } from "./list_dir.ts";
import { readFile } from "./read_file.ts";
import { callTool } from "./testing/call_tool.ts";
import { withHost } from "./testing/host.ts";
import { writeFile } from "./write_file.ts";

/** Seconds of attack; LMCP_RACE_S=30 for a long one. */
const SECONDS = Number(Deno.env.get("LMCP_RACE_S") ?? 2);

interface Swap {
  readonly slot: string;
  readonly real: string;
  readonly target: string;
}

/** Starts an attacker in a thread of its own; the answer ends it and tells how often it swapped. */
async function startSwapper(swaps: readonly Swap[]): Promise<() => Promise<number>> {
  const url = new URL("./testing/path_swapper.ts", import.meta.url);
  const worker = new Worker(url, { type: "module" });
  const say = (message: readonly Swap[]) =>
    new Promise<number>((resolve) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => {
        event.preventDefault();
        resolve(NaN);
      };
      worker.postMessage(message);
    });
  await say(swaps);
  return async () => {
    const count = await say([]);
    worker.terminate();
    return count;
  };
}

/** What is outside: names, content and mode must be the same afterwards. */
function stateOf(dir: string): string {
  return [...Deno.readDirSync(dir)].map(({ name }) => {
    const { mode, mtime } = Deno.statSync(`${dir}/${name}`);
    return `${name} ${mode} ${mtime?.getTime()} ${Deno.readTextFileSync(`${dir}/${name}`)}`;
  }).sort().join("\n");
}

function countOf(done: { readonly [name: string]: number }, how: string): number {
  return Object.entries(done).reduce((sum, [key, n]) => key.endsWith(how) ? sum + n : sum, 0);
}

Deno.test({
  name: "openFileAccess() lets nothing out of the roots while folders and files are swapped",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    withHost(async (host, scratch) => {
      const [inside, outside] = [`${scratch}/in`, `${scratch}/out`];
      await Deno.mkdir(outside);
      for (const name of ["f", "g", "log", "secret"]) {
        await Deno.writeTextFile(`${outside}/${name}`, "secret");
      }
      await Deno.mkdir(`${inside}/d`);
      await Deno.mkdir(`${inside}/e`);
      for (const name of ["d/f", "e/g", "e/log"]) {
        await Deno.writeTextFile(`${inside}/${name}`, "public");
      }
      const before = stateOf(outside);
      const swap = (slot: string, target: string) => ({
        slot: `${inside}/${slot}`,
        real: `${inside}/${slot}.real`,
        target,
      });
      const swappers = await Promise.all([
        startSwapper([swap("d", outside)]),
        startSwapper([swap("e/g", `${outside}/g`), swap("e/log", `${outside}/log`)]),
      ]);
      const done: { [name: string]: number } = {};
      const tell = (name: string, worked: boolean) => {
        const key = `${name} ${worked ? "done" : "refused"}`;
        done[key] = (done[key] ?? 0) + 1;
      };
      const end = performance.now() + SECONDS * 1000;
      const loop = async (name: string, act: (n: number) => Promise<{ isError: boolean }>) => {
        // On a busy machine it goes on until it has worked once.
        const late = () => performance.now() > end + (done[`${name} done`] ? 0 : 20_000);
        for (let n = 0; !late(); n++) {
          const answer = await act(n);
          assert(!JSON.stringify(answer).includes("secret"), `${name} shows what is outside`);
          tell(name, !answer.isError);
        }
      };
      const path = (name: string) => `${inside}/${name}`;
      const calls = await Promise.allSettled([
        loop("read", () => callTool(readFile(host), { path: path("d/f") })),
        loop("read link", () => callTool(readFile(host), { path: path("e/g") })),
        loop("list", () => callTool(listDir(host), { path: path("."), depth: 4 })),
        loop("write", (n) =>
          callTool(writeFile(host), { path: path(`d/new${n % 5}`), content: "x" })),
        loop("write link", () =>
          callTool(writeFile(host), { path: path("e/g"), content: "x", mode: "0640" })),
        loop("folders", (n) =>
          callTool(writeFile(host), {
            path: path(`d/made${n}/x`),
            content: "x",
            create_dirs: true,
          })),
        loop("append", () =>
          callTool(writeFile(host), { path: path("e/log"), content: "x", append: true })),
        loop("edit", (n) =>
          callTool(editFile(host), {
            path: path("d/f"),
            old_string: n % 2 === 0 ? "public" : "changed",
            new_string: n % 2 === 0 ? "changed" : "public",
          })),
      ]);
      const swapped = await Promise.all(swappers.map((stop) =>
        stop()
      ));
      for (const call of calls) {
        if (call.status === "rejected") {
          throw call.reason;
        }
      }
      assertEquals(stateOf(outside), before, JSON.stringify(done));
      await record("path-race", "Paths swapped for symlinks out of the root by two threads", {
        "time": `${SECONDS} s`,
        "swaps": swapped.join(" and "),
        "calls that worked, stayed inside": countOf(done, "done"),
        "calls that were refused": countOf(done, "refused"),
        "escapes": 0,
      });
      for (const count of swapped) {
        assertGreater(count, 100);
      }
      for (const name of ["read", "write", "append"]) {
        assert(done[`${name} done`]! > 0, `${name} never worked: ${JSON.stringify(done)}`);
      }
    }, (scratch) => {
      Deno.mkdirSync(`${scratch}/in`);
      return { roots: [`${scratch}/in`] };
    }),
});
