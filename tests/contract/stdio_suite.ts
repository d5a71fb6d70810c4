// The program under the runtime on its standard streams: framing, long lines, ends of input, readers
// that stall.

import { deepEqual, equal, match, ok } from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Case, Program } from "./contract.ts";
import { MODERN, WITH_SESSIONS } from "./mcp_client.ts";
import { memoryOf, seesProcesses, until } from "./processes.ts";
import { stdioTalk } from "./stdio_talk.ts";

const MIB = 1024 * 1024;

/** The cases. */
export const STDIO_SUITE: readonly Case[] = [
  {
    name: "both eras are answered, and nothing else is on standard output",
    async run({ start }) {
      const program = await start(["stdio"]);
      const talk = stdioTalk(program);
      talk.send({
        id: "d",
        method: "server/discover",
        params: {
          _meta: {
            "io.modelcontextprotocol/protocolVersion": MODERN,
            "io.modelcontextprotocol/clientCapabilities": {},
          },
        },
      });
      const found = await talk.receive();
      equal(found.id, "d");
      ok(found.result.supportedVersions.includes(MODERN));
      equal((await talk.initialize()).protocolVersion, WITH_SESSIONS);
      for (let id = 1; id <= 50; id++) {
        talk.call(id, "shell", { command: `echo ä ${id}; echo err >&2` });
        const answer = await talk.receive();
        equal(answer.id, id);
        match(answer.result.content[0].text, new RegExp(`ä ${id}\n`));
        if (id === 5) id = 45;
      }
      program.stdin.end();
      equal(await talk.receive(), undefined);
      deepEqual(await program.exited, { code: 0, signal: null });
      match(program.stderr(), /^lmcp: \S+ v\S+ serving standard input and output$/m);
    },
  },
  {
    name: "a message comes whole however its bytes are cut, and several in one piece",
    async run({ start }) {
      const program = await start(["stdio"]);
      const talk = stdioTalk(program);
      await talk.initialize();
      const line = (id: number) => {
        const params = { name: "shell", arguments: { command: "printf %s 'Zoë 🎉'" } };
        return `${JSON.stringify({ jsonrpc: "2.0", id, method: "tools/call", params })}\r\n`;
      };
      for (const byte of Buffer.from(line(1))) program.stdin.write(Buffer.of(byte));
      equal((await talk.receive()).result.structuredContent.output, "Zoë 🎉");
      program.stdin.write(line(2) + line(3) + line(4));
      const ids = [];
      for (let at = 0; at < 3; at++) ids.push((await talk.receive()).id);
      deepEqual(ids.sort(), [2, 3, 4]);
    },
  },
  {
    name: "a line beyond 8 MiB is refused, and the next is read",
    async run({ start }) {
      const program = await start(["stdio"]);
      const talk = stdioTalk(program);
      await talk.initialize();
      program.stdin.write(`{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":"`);
      for (let at = 0; at < 9; at++) program.stdin.write("x".repeat(MIB));
      program.stdin.write(`"}}\n`);
      equal((await talk.receive()).error.code, -32700);
      talk.call(2, "ping");
      equal((await talk.receive()).id, 2);
      program.stdin.write("no json\n");
      equal((await talk.receive()).error.code, -32700);
      talk.call(3, "ping");
      equal((await talk.receive()).id, 3);
    },
  },
  {
    name: "a large message comes and goes whole",
    async run({ start, folder }) {
      const program = await start(["stdio"]);
      const talk = stdioTalk(program);
      await talk.initialize();
      const content = "ä".repeat(3 * MIB);
      const path = `${folder}/large`;
      talk.call(1, "write_file", { path, content });
      equal((await talk.receive()).result.isError, undefined);
      talk.call(2, "read_file", { path, encoding: "base64" });
      const answer = await talk.receive();
      equal(answer.result.isError, undefined, JSON.stringify(answer).slice(0, 300));
      talk.call(3, "shell", { command: `wc -c < ${path}` });
      match((await talk.receive()).result.content[0].text, new RegExp(`^${6 * MIB}\n`));
    },
  },
  {
    name: "calls in flight at the end of input are answered",
    async run({ start }) {
      const program = await start(["stdio"]);
      const talk = stdioTalk(program);
      await talk.initialize();
      for (let id = 1; id <= 10; id++) talk.call(id, "shell", { command: "sleep 0.3; echo done" });
      program.stdin.end();
      const ids: number[] = [];
      for (let answer = await talk.receive(); answer; answer = await talk.receive()) {
        match(answer.result.content[0].text, /done/);
        ids.push(answer.id);
      }
      deepEqual(ids.sort((a, b) => a - b), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
      deepEqual(await program.exited, { code: 0, signal: null });
    },
  },
  {
    name: "a reader that stalls costs no memory beyond bounds",
    async run(context) {
      if (!seesProcesses(context)) return;
      const program = await context.start(["stdio"]);
      const talk = stdioTalk(program);
      await talk.initialize();
      talk.send({ id: 0, method: "tools/list" });
      const { length } = await talk.line() ?? "";
      const before = memoryOf(program.pid);
      // 600 MB would wait if the program went on reading. A runtime's own collector holds up to 230.
      const bound = 400 * MIB;
      const calls = Math.ceil(600 * MIB / length);
      ask(program, calls);
      // It is at rest once it takes no more, and what it holds stays the same.
      let most = before;
      await settled(() => most = Math.max(most, Math.min(before + bound, memoryOf(program.pid))));
      ok(most < before + bound, `${Math.round((most - before) / MIB)} MiB more`);
    },
  },
  {
    name: "a reader that stalled gets every answer in the end",
    async run({ start }) {
      const program = await start(["stdio"]);
      const talk = stdioTalk(program);
      await talk.initialize();
      const calls = 1_500;
      await settled(ask(program, calls));
      const ids = new Set<number>();
      for (let at = 0; at < calls; at++) ids.add((await talk.receive()).id);
      equal(ids.size, calls);
      program.stdin.end();
      equal(await talk.receive(), undefined);
      deepEqual(await program.exited, { code: 0, signal: null });
    },
  },
  {
    name: "a reader that is gone ends the program",
    async run({ start }) {
      const program = await start(["stdio"]);
      const talk = stdioTalk(program);
      await talk.initialize();
      program.stdout.destroy();
      talk.call(1, "ping");
      talk.call(2, "ping");
      program.stdin.end();
      const { signal } = await program.exited;
      equal(signal, null);
      ok(!/\.[tj]s:\d/.test(program.stderr()), program.stderr());
    },
  },
  {
    name: "a signal ends it though its input goes on",
    async run({ start }) {
      for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
        const program = await start(["stdio"]);
        const talk = stdioTalk(program);
        await talk.initialize();
        program.kill(signal);
        equal(await talk.receive(), undefined);
        deepEqual(await program.exited, { code: 0, signal: null });
      }
    },
  },
];

/** Asks for many lists; says how many questions were taken. */
function ask({ stdin }: Program, calls: number): () => number {
  let taken = 0;
  for (let id = 1; id <= calls; id++) {
    stdin.write(`{"jsonrpc":"2.0","method":"tools/list","id":${id}}\n`, () => taken++);
  }
  return () => taken;
}

/** Waits until a number has not changed for a while. */
async function settled(look: () => number): Promise<void> {
  let last = look();
  let since = performance.now();
  await until(
    () => {
      const now = look();
      if (now !== last) since = performance.now();
      last = now;
      return performance.now() - since > 750;
    },
    "nothing changes any more",
    50_000,
  );
}
