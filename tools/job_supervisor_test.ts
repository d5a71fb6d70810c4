import { assert, assertEquals } from "@std/assert";
import { SUPERVISOR, supervisorArgs } from "./job_supervisor.ts";
import { withHost } from "./testing/host.ts";

/** The shells that may be `sh` on a machine, with the options that stand before -c. */
const SHELLS: readonly (readonly string[])[] = [
  ["sh"],
  ["dash"],
  ["bash", "--posix"],
  ["busybox", "sh"],
  ["ksh"],
];

interface Supervised {
  readonly exit: unknown;
  readonly log: string;
  readonly said: string;
  /** The names in the folder. */
  readonly files: readonly string[];
}

async function supervise(
  [shell = "", ...options]: readonly string[],
  dir: string,
  command: string,
): Promise<Supervised> {
  await Deno.mkdir(dir);
  await Deno.writeTextFile(`${dir}/run`, SUPERVISOR);
  const args = [...options, ...supervisorArgs(dir, "none", ["sh", "-c", command])];
  const { stdout } = await new Deno.Command(shell, { args, stdin: "null" }).output();
  const files = Array.from(Deno.readDirSync(dir), ({ name }) => name);
  return {
    exit: JSON.parse(await Deno.readTextFile(`${dir}/exit`)),
    log: await Deno.readTextFile(`${dir}/log`),
    said: new TextDecoder().decode(stdout),
    files,
  };
}

function has([shell = ""]: readonly string[]): boolean {
  return (Deno.env.get("PATH") ?? "").split(":").some((dir) => {
    try {
      return Deno.statSync(`${dir}/${shell}`).isFile;
    } catch {
      return false;
    }
  });
}

for (const shell of SHELLS) {
  Deno.test({
    name: `supervisorArgs() make ${shell.join(" ")} put on disk how a command ended`,
    ignore: !has(shell),
    fn: () =>
      withHost(async (_host, scratch) => {
        const endings = [
          ["echo out; exit 7", { code: 7 }],
          ["exit 143", { code: 143 }],
          ["kill -TERM $$", { signal: "SIGTERM" }],
          ["kill -KILL $$", { signal: "SIGKILL" }],
        ] as const;
        for (const [at, [command, exit]] of endings.entries()) {
          const ended = await supervise(shell, `${scratch}/${at}`, command);
          assertEquals(ended.exit, exit, command);
          assertEquals(ended.said, "");
          assert(!ended.files.includes("cut"));
        }
        assertEquals(await Deno.readTextFile(`${scratch}/0/log`), "out\n");
      }),
  });

  Deno.test({
    name: `supervisorArgs() make ${shell.join(" ")} keep 64 MiB of what is printed`,
    ignore: !has(shell),
    fn: () =>
      withHost(async (_host, scratch) => {
        const dir = `${scratch}/job`;
        const { exit, files } = await supervise(shell, dir, "yes | head -c 70000000");
        assertEquals(exit, { code: 0 });
        assert(files.includes("cut"));
        assertEquals((await Deno.stat(`${dir}/log`)).size, 64 * 1024 * 1024);
      }),
  });
}

Deno.test("supervisorArgs() make a shell say what is wrong where it cannot begin", () =>
  withHost(async (_host, scratch) => {
    await Deno.writeTextFile(`${scratch}/run`, SUPERVISOR);
    await Deno.writeTextFile(`${scratch}/out`, "a file where a pipe is to be");
    const args = supervisorArgs(scratch, "none", ["true"]);
    const { code, stdout } = await new Deno.Command("sh", { args: [...args] }).output();
    assert(code !== 0);
    assert(new TextDecoder().decode(stdout).includes(`${scratch}/out`));
  }));
