import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { openRuntime } from "../runtime/open_runtime.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { backendAuth } from "./backend_token.ts";
import { findRegistry, openRegistry, RegistryError } from "./registry_file.ts";

async function withFile(
  text: string,
  body: (path: string, runtime: Runtime) => Promise<void>,
): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "lmcp-test-" });
  const path = `${dir}/backends.conf`;
  try {
    await Deno.writeTextFile(path, text, { mode: 0o600 });
    await body(path, await openRuntime());
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** A runtime with another environment. */
function withEnv(runtime: Runtime, env: { readonly [name: string]: string }): Runtime {
  return { ...runtime, files: runtime.files, env: (name) => env[name] };
}

Deno.test("findRegistry() takes what is given, then the variable, then the usual places", async () => {
  await withFile("a http://a/mcp\n", async (path, runtime) => {
    const dir = path.slice(0, path.lastIndexOf("/"));
    await Deno.mkdir(`${dir}/lmcp`);
    await Deno.copyFile(path, `${dir}/lmcp/backends.conf`);
    const env = { LMCP_HUB_BACKENDS: "/from/variable", XDG_CONFIG_HOME: dir };
    assertEquals(await findRegistry(withEnv(runtime, env), "/given"), "/given");
    assertEquals(await findRegistry(withEnv(runtime, env), undefined), "/from/variable");
    const { XDG_CONFIG_HOME } = env;
    const found = await findRegistry(withEnv(runtime, { XDG_CONFIG_HOME }), undefined);
    assertEquals(found, `${dir}/lmcp/backends.conf`);
    const error = await assertRejects(
      () => findRegistry(withEnv(runtime, { HOME: "/nowhere" }), undefined),
      RegistryError,
    );
    assertStringIncludes(error.message, "/nowhere/.config/lmcp/backends.conf and /etc/lmcp/");
  });
});

Deno.test("openRegistry() follows the file, and keeps the last good hosts through a bad edit", async () => {
  await withFile("a http://a/mcp\n", async (path, runtime) => {
    const told: string[] = [];
    const registry = await openRegistry(runtime, path, (message) => told.push(message));
    const names = async () => (await registry.backends()).map(({ name }) => name);
    assertEquals(await names(), ["a"]);
    assertEquals(await registry.backends(), await registry.backends());

    await Deno.writeTextFile(path, "a http://a/mcp\nbee http://b/mcp\n");
    assertEquals(await names(), ["a", "bee"]);
    assertEquals([told, registry.problems()], [[], []]);

    await Deno.writeTextFile(path, "a http://a/mcp\nnonsense\n\n\n");
    assertEquals(await names(), ["a", "bee"]);
    assertEquals(await names(), ["a", "bee"]);
    const problem = 'line 2: host "nonsense" must have a URL, or "-" for ssh only: got nothing';
    assertEquals(registry.problems(), [problem]);
    assertEquals(told, [`${path}: ${problem}; the hosts known before stay`]);

    await Deno.remove(path);
    assertEquals(await names(), ["a", "bee"]);
    assertEquals(told.slice(1), [`${path}: it cannot be read; the hosts known before stay`]);

    await Deno.writeTextFile(path, "cee http://c/mcp\n");
    assertEquals(await names(), ["cee"]);
    assertEquals(told.slice(2), [`${path} is right again: its hosts are used`]);
    assertEquals(registry.problems(), []);
  });
});

Deno.test("openRegistry() finds token files from the folder of the registry", async () => {
  const text = [
    "near http://a/mcp token-file=near.token",
    "below http://a/mcp token-file=tokens/below",
    "beside http://a/mcp token-file=../beside.token",
    "full http://a/mcp token-file=/etc/lmcp/full.token",
    "drive http://a/mcp token-file=C:/lmcp/drive.token",
    "none http://a/mcp",
  ].join("\n");
  await withFile(text, async (path, runtime) => {
    const dir = path.slice(0, path.lastIndexOf("/"));
    const filesOf = async (registry: string) => {
      const { backends } = await openRegistry(runtime, registry, () => undefined);
      return (await backends()).map(({ tokenFile }) => tokenFile);
    };
    const kept = ["/etc/lmcp/full.token", "C:/lmcp/drive.token", undefined];
    assertEquals(
      await filesOf(path),
      [`${dir}/near.token`, `${dir}/tokens/below`, `${dir}/../beside.token`, ...kept],
    );
    // A registry that is itself named from the working directory: so are its token files.
    const up = "../".repeat(Deno.cwd().split("/").length - 1);
    const from = `${up}${dir.slice(1)}`;
    assertEquals((await filesOf(`${up}${path.slice(1)}`))[0], `${from}/near.token`);

    await Deno.writeTextFile(`${dir}/near.token`, "s3cret\n", { mode: 0o600 });
    const { backends } = await openRegistry(runtime, path, () => undefined);
    const [near] = await backends();
    assertEquals(await backendAuth(runtime, near!)?.token(), "s3cret");
  });
});

Deno.test("openRegistry() refuses to begin with a registry that is wrong or not there", async () => {
  await withFile("x\n", async (path, runtime) => {
    await assertRejects(
      () => openRegistry(runtime, path, () => undefined),
      RegistryError,
      `registry ${path}: line 1: host "x" must have a URL`,
    );
    await assertRejects(
      () => openRegistry(runtime, `${path}.gone`, () => undefined),
      RegistryError,
      "it cannot be read",
    );
  });
});

Deno.test("openRegistry() warns of tokens that other users can read", async () => {
  await withFile("a http://a/mcp token=s3cret\n", async (path, runtime) => {
    await Deno.chmod(path, 0o644);
    const told: string[] = [];
    await openRegistry(runtime, path, (message) => told.push(message));
    assertEquals(told.length, 1);
    assertStringIncludes(told[0]!, `"chmod 600 ${path}" keeps them out`);
  });
});

Deno.test("openRegistry() keeps the hosts of a file that is emptied or grows beyond all bounds", async () => {
  await withFile("\ufeffa http://a/mcp\r\nb http://b/mcp\r\n", async (path, runtime) => {
    const registry = await openRegistry(runtime, path, () => undefined);
    const names = async () => (await registry.backends()).map(({ name }) => name);
    assertEquals(await names(), ["a", "b"]);
    await Deno.writeTextFile(path, "# none\n");
    assertEquals(await names(), ["a", "b"]);
    assertEquals(registry.problems(), ["it names no host any more"]);
    await Deno.writeTextFile(path, "c http://c/mcp\n".padEnd(10_000_000, "#"));
    assertEquals(await names(), ["a", "b"]);
    assertStringIncludes(registry.problems()[0]!, "must not be larger than 1 MiB: got 10000000");
    await Deno.writeTextFile(path, "c http://c/mcp\n");
    assertEquals(await names(), ["c"]);
  });
});
