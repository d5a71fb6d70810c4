// Clients that others wrote, against the real program, over each transport: whatever a user does
// with the host tools must work with them as they are, and all that is sent to them must be of the official schema.

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { checkedProxy } from "../support/checked_handler.ts";
import { checkedCommand } from "../support/checked_streams.ts";
import { lacksProc } from "../support/lacks.ts";
import { markedSleep } from "../support/marked_sleep.ts";
import { programCommand, startServer } from "../support/program.ts";
import {
  type CallResult,
  type Connection,
  OUTSIDE_CLIENTS,
  type OutsideClient,
} from "./outside_clients.ts";

const NAME = "end-to-end";

for (const client of OUTSIDE_CLIENTS) {
  Deno.test(`lmcp over HTTP serves ${client.name}`, async (t) => {
    await using server = await startServer(["--name", NAME]);
    await using checked = checkedProxy(server.url);
    {
      await using connection = await client.connect(checked.url);
      await check(t, client, connection);
    }
    assert(checked.seen() > 10, `${checked.seen()} messages`);
    assertEquals(checked.problems, []);
  });

  Deno.test(`lmcp over stdio serves ${client.name}`, (t) =>
    withFolder(async (state) => {
      const program = programCommand(["stdio", "--name", NAME], { XDG_STATE_HOME: state });
      const problems = `${state}/problems`;
      {
        await using connection = await client.connect(checkedCommand(program, problems));
        await check(t, client, connection);
      }
      assertEquals(await Deno.readTextFile(problems), "");
    }));
}

async function check(t: Deno.TestContext, client: OutsideClient, connection: Connection) {
  await t.step("it connects", () => {
    assertEquals(connection.server, NAME);
    assertEquals(connection.revision ?? client.revision, client.revision);
  });

  await t.step("it lists the tools", async () => {
    const names = await connection.toolNames();
    for (const name of ["shell", "write_file", "edit_file", "read_file", "search_files"]) {
      assert(names.includes(name), `${name} is not among ${names}`);
    }
    assertEquals(new Set(names).size, names.length);
  });

  await t.step("it runs a command", async () => {
    const result = await connection.call("shell", { command: "echo out; echo err >&2; exit 3" });
    assertStringIncludes(textOf(result), "out\nerr\n");
    assertEquals(result.structuredContent.exit_code, 3);
  });

  await t.step("it writes, edits, reads and finds a file", () =>
    withFolder(async (dir) => {
      const path = `${dir}/greeting.txt`;
      const done = async (name: string, args: Record<string, unknown>) => {
        const result = await connection.call(name, args);
        assert(!result.isError, `${name}: ${textOf(result)}`);
        return textOf(result);
      };
      await done("write_file", { path, content: "Hello, world!\n" });
      await done("edit_file", { path, old_string: "world", new_string: "wörld" });
      assertEquals(await Deno.readTextFile(path), "Hello, wörld!\n");
      assertStringIncludes(await done("read_file", { path }), "Hello, wörld!");
      const byName = await done("search_files", { path: dir, pattern: "*.txt" });
      assertStringIncludes(byName, "greeting.txt");
      const byContent = await done("search_files", { path: dir, content: "w.rld" });
      assertStringIncludes(byContent, "greeting.txt");
      assertStringIncludes(await done("list_dir", { path: dir }), "greeting.txt");
    }));

  await t.step("it sees output while a command runs", () =>
    withFolder(async (dir) => {
      // The command ends only after the client has seen its first line.
      const seen: string[] = [];
      const result = await connection.call("shell", {
        command: `echo begun; until [ -e '${dir}/seen' ]; do sleep 0.02; done; echo ended`,
        timeout_s: 20,
      }, {
        onprogress({ message = "" }) {
          seen.push(message);
          if (seen.join("").includes("begun")) Deno.writeTextFileSync(`${dir}/seen`, "");
        },
      });
      assertEquals(result.structuredContent.timed_out, false);
      assertEquals(textOf(result), "begun\nended\n");
      assertEquals(seen[0], "begun\n");
    }));

  await t.step("it cancels a command", async () => {
    if (lacksProc()) return;
    using sleep = markedSleep();
    const cancel = new AbortController();
    const call = connection.call("shell", { command: sleep.command }, { signal: cancel.signal });
    const refused = assertRejects(() => call);
    await sleep.started();
    cancel.abort("enough");
    await sleep.gone(500);
    await refused;
    assertEquals(textOf(await connection.call("ping", {})), "pong");
  });

  await t.step("it sees a tool's error", async () => {
    const result = await connection.call("read_file", { path: "/nowhere/at/all" });
    assertEquals(result.isError, true);
    assertStringIncludes(textOf(result), "/nowhere");
  });

  await t.step("it sees that there is no such tool", async () => {
    const error = await assertRejects(() => connection.call("no_such_tool", {}), Error);
    assertStringIncludes(error.message, "no_such_tool");
    assertEquals((error as Error & { code?: unknown }).code, -32602);
  });
}

function textOf({ content }: CallResult): string {
  return content.map(({ text = "" }) => text).join("");
}

async function withFolder(body: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "lmcp-test-" });
  try {
    await body(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}
