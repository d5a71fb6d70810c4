// deno-lint-ignore-file no-console -- it speaks to people
// Makes one executable of lmcp with `deno compile`, for a target of Deno's. That downloads a part of
// Deno which npm does not have: where it cannot be reached, this says so and what to use instead.
//
//   deno task compile:linux-amd64     (deno.json has a task for each target)

import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

const [target = "", name = ""] = Deno.args;
if (name === "") {
  console.error("Use: scripts/compile.ts TARGET NAME, such as x86_64-unknown-linux-gnu lmcp");
  Deno.exit(2);
}
if (target === "aarch64-unknown-linux-gnu") {
  console.error(
    "Note: with Deno 2.9 the file crashes on kernels with 16 KiB pages (Raspberry Pi 5): " +
      "the archive (deno task build:archives) runs there",
  );
}
const { success } = await new Deno.Command(Deno.execPath(), {
  args: ["compile", "--allow-all", "--target", target, "--output", `dist/${name}`, "mod.ts"],
  cwd: ROOT,
  stdin: "null",
  stdout: "inherit",
  stderr: "inherit",
}).spawn().status;
if (!success) {
  console.error(
    `Cannot compile for ${target}: if the download above failed, Deno's release server cannot be ` +
      "reached from here; the archive (deno task build:archives) needs npm alone",
  );
  Deno.exit(1);
}
