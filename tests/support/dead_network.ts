// A network of a test's own, in which an address swallows what is sent to it: a program is run in a
// namespace with a loopback and a cable whose other end nobody listens at. Needs root, Linux, iproute2.

import { lacks, lacksProgram } from "./lacks.ts";

/** An address where nothing ever comes from, not even a refusal. It is one for documentation. */
export const DEAD_ADDRESS = "198.51.100.7";

const SETUP = [
  "ip link set lo up",
  "ip link add here type veth peer name nowhere",
  `ip address add ${DEAD_ADDRESS.replace(/\d+$/, "1")}/24 dev here`,
  "ip link set here up",
  "ip link set nowhere up",
  // Without an answer to who has the address, the kernel would say that nobody has.
  `ip neighbour add ${DEAD_ADDRESS} lladdr 02:00:00:00:00:07 dev here`,
].join(" && ");

/** Whether no such network can be made here. */
export function lacksDeadNetwork(): boolean {
  return lacks(
    "root on Linux, for a network of its own",
    Deno.build.os === "linux" && Deno.uid() === 0,
  ) ||
    lacksProgram("ip") || lacksProgram("unshare");
}

/** Runs a script of this folder there with Deno; gives what it prints, as JSON. */
export async function runInDeadNetwork<T>(script: URL, args: readonly string[]): Promise<T> {
  const deno = [Deno.execPath(), "run", "-A", "--quiet", script.pathname, ...args];
  const { code, stdout, stderr } = await new Deno.Command("unshare", {
    args: ["--net", "sh", "-c", `${SETUP} && exec "$@"`, "sh", ...deno],
    stdin: "null",
  }).output();
  const said = new TextDecoder().decode(stderr);
  if (code !== 0) throw new Error(`${script.pathname} ended with ${code}:\n${said}`);
  return JSON.parse(new TextDecoder().decode(stdout));
}
