import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { UsageError } from "./cli_options.ts";
import { mintToken, tokenLine } from "./cli_token.ts";
import { parseConf, parseTokens, readTokens } from "./cli_tokens.ts";
import { openRuntime } from "./runtime/open_runtime.ts";
import type { Runtime } from "./runtime/runtime.ts";
import { bearerTokens } from "./transports/tokens.ts";

const HEX = "5867043c4f4790139d3f6af6276b5661752011930d9c88455004443573245d11";
const ABSENT: Parameters<typeof readTokens>[1] = {
  "token-file": undefined,
  tokens: undefined,
  conf: undefined,
};

Deno.test("parseTokens() reads a token a line, between comments and empty lines", () => {
  const text = `# who\n\nlaptop sha256:${HEX}\r\n  phone\tsha256:${HEX.toUpperCase()}  # old one\n`;
  assertEquals(parseTokens(text, "t"), [
    { name: "laptop", sha256: HEX },
    { name: "phone", sha256: HEX.toUpperCase() },
  ]);
});

Deno.test("parseTokens() names file and line of a bad one, and never says what stands there", () => {
  const bad = [
    "laptop s3cret",
    "laptop",
    `sha256:${HEX}`,
    "laptop sha256:abc",
    `laptop sha256:${HEX}0`,
    `laptop sha256:${HEX} s3cret`,
  ];
  for (const line of bad) {
    assertEquals(
      assertThrows(() => parseTokens(`a sha256:${HEX}\n#\n${line}\n`, "/etc/tokens"), UsageError)
        .message,
      '--tokens /etc/tokens, line 3: must be "NAME sha256:HEX" with 64 hex digits: got something ' +
        'else; "lmcp token" makes such lines',
    );
  }
});

Deno.test("parseTokens() wants at least one token", () => {
  const { message } = assertThrows(() => parseTokens("# none yet\n", "t"), UsageError);
  assertMatch(message, /must name a file with at least one token: got none in t/);
});

Deno.test("parseConf() reads .godparticle as the original does", () => {
  for (
    const text of [
      ".godparticle = tok-1",
      "  .godparticle=tok-1  \r\n",
      "# a comment\n.godparticle = no\nport = 1\n.godparticle\t=\ttok-1\n",
      ".godparticle = tok-1\n# .godparticle = other\n#.godparticle = other\n",
    ]
  ) {
    assertEquals(parseConf(text, "c"), { name: "default", token: "tok-1" }, text);
  }
  assertEquals(parseConf(".godparticle = a=b==", "c"), { name: "default", token: "a=b==" });
  assertEquals(parseConf('.godparticle = "tok"', "c"), { name: "default", token: '"tok"' });
});

Deno.test("parseConf() refuses a file that would leave the server open", () => {
  for (const text of ["", "# .godparticle = x", ".godparticel = x", ".godparticle ="]) {
    const { message } = assertThrows(() => parseConf(text, "c"), UsageError);
    assertMatch(message, /must name a file with a line "\.godparticle = TOKEN": got none in c/);
  }
  const { message } = assertThrows(
    () => parseConf(".godparticle = s3cret s3cret", "c"),
    UsageError,
  );
  assertMatch(message, /^--conf c must be one word/);
  assert(!message.includes("s3cret"));
});

Deno.test("readTokens() asks options, then the environment, then the configuration file", async () => {
  await withFiles(async (dir, write) => {
    await write("token", " one-token\n");
    await write("tokens", `laptop sha256:${HEX}\n`);
    await write("conf", ".godparticle = conf-token\n");
    const conf = { ...ABSENT, conf: `${dir}/conf` };
    const all = { "token-file": `${dir}/token`, tokens: `${dir}/tokens`, conf: `${dir}/conf` };
    const variable = { LMCP_TOKEN: "env-token" };
    const read = async (values: typeof ABSENT, env = {}) =>
      (await readTokens(await runtimeWith(env), values))
        .map((entry) => "token" in entry ? entry.token : entry.name);

    assertEquals(await read(ABSENT), []);
    assertEquals(await read(conf), ["conf-token"]);
    assertEquals(await read(conf, variable), ["env-token"]);
    assertEquals(await read(all, variable), ["one-token", "laptop"]);
  });
});

Deno.test("readTokens() refuses files that others can read, or change", async () => {
  await withFiles(async (dir, write) => {
    await write("token", "a\n", 0o640);
    await write("conf", ".godparticle = a\n", 0o604);
    await write("tokens", `laptop sha256:${HEX}\n`, 0o664);
    await write("shown", `laptop sha256:${HEX}\n`, 0o644);
    const runtime = await runtimeWith({});
    const refusal = async (values: { [name: string]: string }) =>
      (await assertRejects(() => readTokens(runtime, { ...ABSENT, ...values }), UsageError))
        .message;

    assertEquals(
      await refusal({ "token-file": `${dir}/token` }),
      `--token-file must name a file that other users cannot read: got "${dir}/token" with mode ` +
        `0640; "chmod 600 ${dir}/token" mends it`,
    );
    assertMatch(await refusal({ conf: `${dir}/conf` }), /^--conf .* cannot read: .* mode 0604; /);
    assertMatch(
      await refusal({ tokens: `${dir}/tokens` }),
      /^--tokens .* cannot write: .* mode 0664; "chmod go-w /,
    );
    // Digests of random tokens tell nobody a token.
    assertEquals((await readTokens(runtime, { ...ABSENT, tokens: `${dir}/shown` })).length, 1);
    // What systemd hands over is for this service alone, whatever its mode.
    const service = await runtimeWith({ CREDENTIALS_DIRECTORY: dir });
    const handed = { ...ABSENT, "token-file": `${dir}/token` };
    assertEquals(await readTokens(service, handed), [{ name: "default", token: "a" }]);
  });
});

Deno.test("readTokens() refuses what no request could carry", async () => {
  await withFiles(async (dir, write) => {
    const runtime = await runtimeWith({});
    for (const text of ["", "\n", "two words", "naïve"]) {
      await write("token", text);
      const { message } = await assertRejects(
        () => readTokens(runtime, { ...ABSENT, "token-file": `${dir}/token` }),
        UsageError,
      );
      assertMatch(
        message,
        /^--token-file \S+ must be one word of ASCII letters, digits and signs: /,
      );
    }
    for (const path of [dir, `${dir}/missing`]) {
      const { message } = await assertRejects(
        () => readTokens(runtime, { ...ABSENT, "token-file": path }),
        UsageError,
      );
      assertMatch(message, /^--token-file must name a file/);
    }
  });
});

Deno.test("mintToken() and tokenLine() make a token that a server with the line knows", async () => {
  const [minted, other] = [mintToken(), mintToken()];
  assertMatch(minted, /^lmcp_[\w-]{43}$/);
  assert(minted !== other);
  const auth = bearerTokens(parseTokens(await tokenLine("laptop", minted), "t"));
  assertEquals((await auth(minted))?.name, "laptop");
  assertEquals(await auth(other), undefined);
});

async function runtimeWith(env: { readonly [name: string]: string }): Promise<Runtime> {
  return { ...await openRuntime(), env: (name) => env[name] || undefined };
}

async function withFiles(
  body: (
    dir: string,
    write: (name: string, text: string, mode?: number) => Promise<void>,
  ) => Promise<void>,
): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "lmcp-test-" });
  try {
    await body(dir, async (name, text, mode = 0o600) => {
      await Deno.writeTextFile(`${dir}/${name}`, text);
      await Deno.chmod(`${dir}/${name}`, mode);
    });
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}
