// That the sshd of a test ends with it, even where the test itself is killed.

import { until } from "../../../tests/support/until.ts";
import { lacksSshd } from "./sshd.ts";

Deno.test("startSshd() leaves no sshd behind when the program that started it is killed", async () => {
  if (lacksSshd()) return;
  const code = `import { startSshd } from ${JSON.stringify(import.meta.resolve("./sshd.ts"))};
const { pid, dir } = await startSshd();
console.log(JSON.stringify({ pid, dir }));
setInterval(() => {}, 1_000);`;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-lock", `data:application/typescript,${encodeURIComponent(code)}`],
    stdin: "null",
    stdout: "piped",
  }).spawn();
  let said = "";
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    said += text;
    if (said.includes("\n")) break;
  }
  const { pid, dir } = JSON.parse(said);
  child.kill("SIGKILL");
  await child.status;
  await until(() => !isAlive(pid), 10_000, "its sshd is gone");
  await Deno.remove(dir, { recursive: true });
});

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(Deno.readTextFileSync(`/proc/${pid}/status`));
  } catch {
    return false;
  }
}
