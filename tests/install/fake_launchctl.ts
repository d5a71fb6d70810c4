// Stands in for launchd where there is none: `bootstrap` starts what a property list says, as a group
// of processes of its own; `bootout` ends it, with its group unless it asks for less; `print` says
// whether it is there. Run by install_macos_test.ts as `launchctl`. Keeps its state in $FAKE_LAUNCHD.

import { parse } from "npm:plist@5.0.0";

const state = Deno.env.get("FAKE_LAUNCHD") ?? "";
const [verb = "", target = "", file = ""] = Deno.args;
const label = (verb === "bootstrap" ? file : target).split("/").at(-1)!.replace(".plist", "");
const record = `${state}/${label}.json`;

switch (verb) {
  case "enable":
    break;
  case "print":
    await Deno.stat(record).catch(() => Deno.exit(113));
    break;
  case "bootstrap": {
    // deno-lint-ignore no-explicit-any -- whatever the file holds
    const plist = parse(await Deno.readTextFile(file)) as any;
    const [command, ...args] = plist.ProgramArguments;
    const log = plist.StandardErrorPath;
    const child = new Deno.Command("sh", {
      args: ["-c", 'log=$1; shift; exec "$@" >>"$log" 2>&1', "sh", log, command, ...args],
      cwd: plist.WorkingDirectory,
      detached: true,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    child.unref();
    const { AbandonProcessGroup: abandon = false } = plist;
    await Deno.writeTextFile(record, JSON.stringify({ pid: child.pid, abandon }));
    Deno.exit(0);
    break;
  }
  case "bootout": {
    const { pid, abandon } = JSON.parse(await Deno.readTextFile(record));
    Deno.kill(abandon ? pid : -pid, "SIGTERM");
    await Deno.remove(record);
    while (await Deno.stat(`/proc/${pid}`).then(() => true, () => false)) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    break;
  }
  default:
    Deno.exit(64);
}
