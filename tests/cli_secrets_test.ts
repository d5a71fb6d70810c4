// Where lmcp's tokens must not turn up: in its children, on command lines, in files that tools read,
// in its log. Asked of the real program.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { startServer, startStdio } from "./support/program.ts";
import { callTool, mint, ping, withDir, writeFile } from "./support/served.ts";

/** Everything that a command sees of variables and command lines, its own and all others'. */
const LOOK = "env; cat /proc/self/environ; cat /proc/[0-9]*/cmdline 2>/dev/null";
const VARIABLE = "s3cret-of-the-environment";

Deno.test("lmcp serve gives no child its token, and no command line shows one", async () => {
  await using server = await startServer([], {
    env: { LMCP_TOKEN: VARIABLE, LMCP_HOST: "127.0.0.1" },
  });
  const { content } = await callTool(server, "shell", { command: LOOK }, VARIABLE);
  const [{ text }] = content;
  assertStringIncludes(text, "PATH=");
  assertEquals([text.includes(VARIABLE), text.includes("LMCP_TOKEN")], [false, false]);
  await server.stop();
  assert(!server.stderr().includes(VARIABLE));
});

Deno.test("lmcp stdio gives no child the token, though it has no use for it", async () => {
  await using program = await startStdio([], { env: { LMCP_TOKEN: VARIABLE } });
  await program.send({
    jsonrpc: "2.0",
    id: 1,
    method: "tools/call",
    params: { name: "shell", arguments: { command: "env" } },
  });
  const [{ text }] = (await program.receive()).result.content;
  assertStringIncludes(text, "PATH=");
  assert(!text.includes(VARIABLE));
});

Deno.test("lmcp serve lets no file tool read the files that its tokens are in", async () => {
  await withDir(async (dir) => {
    const { token, line } = await mint("laptop");
    await writeFile(`${dir}/tokens`, `${line}\n`);
    await writeFile(`${dir}/token`, "s3cret-of-a-file\n");
    await writeFile(`${dir}/conf`, ".godparticle = s3cret-of-the-conf\n");
    await Deno.symlink("token", `${dir}/link`);
    await Deno.link(`${dir}/conf`, `${dir}/hard`);
    // Relative, as they may well be given.
    const args = ["--tokens", "tokens", "--token-file", "token", "--conf", "conf"];
    await using server = await startServer(args, { cwd: dir });
    for (const name of ["tokens", "token", "conf", "link", "hard"]) {
      for (const path of [`${dir}/${name}`, name]) {
        const { isError, content } = await callTool(server, "read_file", { path }, token);
        assertEquals(isError, true, path);
        const text = JSON.stringify(content);
        assert(!text.includes("s3cret") && !text.includes("sha256"), text);
      }
    }
    const { isError } = await callTool(
      server,
      "write_file",
      { path: `${dir}/tokens`, content: "" },
      token,
    );
    assertEquals(isError, true);
    assertEquals(await Deno.readTextFile(`${dir}/tokens`), `${line}\n`);
    assertEquals(await ping(server, "s3cret-of-a-file"), "pong");
  });
});
