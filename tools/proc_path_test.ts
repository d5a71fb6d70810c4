import { assertEquals } from "@std/assert";
import { openRuntime } from "../src/runtime/open_runtime.ts";
import { parseProcMounts, procPath } from "./proc_path.ts";

Deno.test("parseProcMounts() finds every proc, also those of a part and with odd names", () => {
  const text = [
    "22 27 0:21 / /proc rw,relatime - proc proc rw",
    "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw",
    "90 27 0:21 /1/environ /srv/my\\040env rw,relatime shared:5 - proc proc rw",
    "",
  ].join("\n");
  assertEquals(parseProcMounts(text), [
    { root: "/", point: "/proc" },
    { root: "/1/environ", point: "/srv/my env" },
  ]);
});

Deno.test({
  name: "procPath() gives the place inside proc, and nothing for other files",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const { files } = await openRuntime();
    assertEquals(await procPath(files, "/proc/1/environ"), "/1/environ");
    assertEquals(await procPath(files, "/etc/passwd"), undefined);
  },
});
