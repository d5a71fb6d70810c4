// Who may call `lmcp serve`, asked of the real program: tokens from each place, hosts, origins, TLS.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { runProgram, startServer } from "./support/program.ts";
import { rawFetch } from "./support/raw_http.ts";
import { clientOf, type Listening, mint, ping, withDir, writeFile } from "./support/served.ts";

Deno.test("lmcp serve takes the tokens that lmcp token mints, and no others", async () => {
  await withDir(async (dir) => {
    const minted = await Promise.all(["laptop", "phone"].map((name) => mint(name)));
    const file = `${dir}/tokens`;
    await writeFile(file, `# mine\n${minted.map(({ line }) => line).join("\n")}\n`);
    await using server = await startServer(["--tokens", file]);
    for (const { token } of minted) assertEquals(await ping(server, token), "pong");
    assertEquals(await status(server, undefined), 401);
    assertEquals(await status(server, (await mint("laptop")).token), 401);
    assertEquals(server.stderr().includes("no token"), false);
  });
});

Deno.test("lmcp serve takes a token from option, environment or configuration, in this order", async () => {
  await withDir(async (dir) => {
    await writeFile(`${dir}/token`, "of-option\n");
    await writeFile(`${dir}/conf`, "# as before\n.godparticle = of-conf\n");
    const option = ["--token-file", `${dir}/token`];
    const conf = ["--conf", `${dir}/conf`];
    const env = { LMCP_TOKEN: "of-environment" };
    const cases = [
      { args: [...option, ...conf], env, takes: "of-option" },
      { args: conf, env, takes: "of-environment" },
      { args: conf, env: { LMCP_TOKEN: "" }, takes: "of-conf" },
    ];
    for (const { args, env, takes } of cases) {
      await using server = await startServer(args, { env });
      for (const token of ["of-option", "of-environment", "of-conf"]) {
        assertEquals(
          await status(server, token),
          token === takes ? 200 : 401,
          `${takes}: ${token}`,
        );
      }
    }
  });
});

Deno.test("lmcp serve refuses a token file that others can read", async () => {
  await withDir(async (dir) => {
    await writeFile(`${dir}/token`, "s3cret\n", 0o644);
    const { code, stderr } = await runProgram(["--token-file", `${dir}/token`]);
    assertEquals(code, 2);
    assertStringIncludes(stderr, `with mode 0644; "chmod 600 ${dir}/token" mends it`);
    assert(!stderr.includes("s3cret"));
  });
});

Deno.test("lmcp serve warns on loopback where no token is asked for", async () => {
  await using server = await startServer();
  assertStringIncludes(server.stderr(), "lmcp: no token is asked for: every user and program of");
  await using open = await startServer(["--host", "0.0.0.0", "--insecure-no-auth"]);
  assertStringIncludes(open.stderr(), "lmcp: no token is asked for: whoever reaches 0.0.0.0 may");
  assertEquals(await ping(open), "pong");
});

Deno.test("lmcp serve listens to loopback names on loopback, and to --allow-host", async () => {
  await using server = await startServer(["--allow-host", "pi5.lan"]);
  assertEquals(await statusOfHost(server, "localhost"), 200);
  assertEquals(await statusOfHost(server, "pi5.lan"), 200);
  assertEquals(await statusOfHost(server, "evil.example"), 403);
});

Deno.test("lmcp serve listens to any name beyond loopback, unless --allow-host names some", async () => {
  const env = { LMCP_TOKEN: "a-token", LMCP_HOST: "0.0.0.0" };
  await using any = await startServer([], { env });
  assertEquals(await statusOfHost(any, "any.example", "a-token"), 200);
  await using some = await startServer(["--allow-host", "pi5.lan"], { env });
  assertEquals(await statusOfHost(some, "pi5.lan", "a-token"), 200);
  assertEquals(await statusOfHost(some, "any.example", "a-token"), 403);
});

Deno.test("lmcp serve lets in web pages of --allow-origin alone", async () => {
  await using server = await startServer([
    "--allow-origin",
    "https://a.example",
    "--allow-origin=https://b.example",
  ]);
  for (const origin of ["https://a.example", "https://b.example"]) {
    const response = await fetch(server.url, { method: "OPTIONS", headers: { origin } });
    assertEquals(response.headers.get("access-control-allow-origin"), origin);
  }
  const response = await fetch(server.url, {
    method: "OPTIONS",
    headers: { origin: "https://c.example" },
  });
  assertEquals(response.status, 403);
  await response.body?.cancel();
});

Deno.test("lmcp serve speaks TLS, and says when certificate and key cannot be used", {
  ignore: !hasOpenssl(),
}, async () => {
  await withDir(async (dir) => {
    await certificate(dir, "a");
    await certificate(dir, "b");
    const [cert, key] = [`${dir}/a.pem`, `${dir}/a.key`];
    await using server = await startServer(["--tls-cert", cert, "--tls-key", key]);
    assertMatch(server.url, /^https:\/\/127\.0\.0\.1:\d+\/mcp$/);
    using client = Deno.createHttpClient({ caCerts: [await Deno.readTextFile(cert)] });
    const response = await fetch(new URL("/healthz", server.url), { client });
    assertEquals(await response.text(), "ok");
    const swapped = await runProgram(["--port=0", "--tls-cert", key, "--tls-key", cert]);
    assertEquals(swapped.code, 2);
    assertMatch(swapped.stderr, /^lmcp: --tls-cert must name a PEM file with "BEGIN CERTIFICATE"/);
    const strangers = await runProgram([
      "--port=0",
      "--tls-cert",
      cert,
      "--tls-key",
      `${dir}/b.key`,
    ]);
    assertEquals(strangers.code, 2);
    assertMatch(strangers.stderr, /^lmcp: --tls-cert and --tls-key must fit each other: .*\n$/);
  });
});

async function status(server: Listening, token: string | undefined): Promise<number> {
  const reply = await clientOf(server, token).send("tools/list");
  await reply.cancel();
  return reply.status;
}

async function statusOfHost({ url }: Listening, host: string, token?: string): Promise<number> {
  const { status } = await rawFetch(Number(new URL(url).port), {
    headers: {
      host,
      "content-type": "application/json",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" }),
  });
  return status;
}

async function certificate(dir: string, name: string): Promise<void> {
  const args = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 " +
    "-subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 -addext basicConstraints=CA:FALSE " +
    `-keyout ${dir}/${name}.key -out ${dir}/${name}.pem`;
  const { success } = await new Deno.Command("openssl", {
    args: args.split(" "),
    stdout: "null",
    stderr: "null",
  }).output();
  assert(success);
}

function hasOpenssl(): boolean {
  try {
    return new Deno.Command("openssl", { args: ["version"] }).outputSync().success;
  } catch {
    return false;
  }
}
