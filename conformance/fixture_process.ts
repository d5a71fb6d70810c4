// Starts the everything server as a process, over HTTP or on its standard streams, and ends it.
// Used by `official.ts` and `stdio_bridge.ts`. What it says on standard error is kept: it should
// say nothing but where it listens.

import { TextLineStream } from "@std/streams/text-line-stream";

const SERVER = new URL("everything_server.ts", import.meta.url).pathname;
/** What runs the server on the runtime that runs this. */
export const DENO_SERVER: readonly string[] = [Deno.execPath(), "run", "-A", "--quiet", SERVER];
/** How long it may take to say where it listens. */
const START_MS = 30_000;

/** The server over HTTP. */
export interface HttpFixture {
  readonly url: string;
  /** Ends it, and gives what it said after where it listens. */
  stop(): Promise<string>;
}

/** The server on its standard streams. */
export interface StdioFixture {
  /** Writes a line. */
  send(line: string): Promise<void>;
  /** What it writes, by lines. */
  readonly lines: ReadableStream<string>;
  /** Ends it by the end of its input, and gives what it said. */
  stop(): Promise<string>;
}

/** Starts the server on a free port and waits until it listens; `streams` answers with streams. */
export async function startHttpFixture(
  streams = false,
  server: readonly string[] = DENO_SERVER,
): Promise<HttpFixture> {
  const child = start([...server, "--port", "0", ...(streams ? ["--stream"] : [])], "null");
  await child.stdout.cancel();
  const timer = setTimeout(() => child.kill("SIGKILL"), START_MS);
  const lines = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  let url: string | undefined;
  while (url === undefined) {
    const { done, value } = await lines.read();
    if (done) throw new Error(`The server ended without listening; it said:\n${said}`);
    said += value;
    url = /listening on (\S+)\n/.exec(said)?.[1];
  }
  clearTimeout(timer);
  said = said.replace(/^.*listening on \S+\n/, "");
  const rest = (async () => {
    for (;;) {
      const { done, value } = await lines.read();
      if (done) return said;
      said += value;
    }
  })();
  return {
    url,
    async stop() {
      child.kill("SIGTERM");
      const { code } = await child.status;
      return code === 0 ? await rest : `${await rest}It ended with code ${code}.\n`;
    },
  };
}

/** Starts the server on its standard streams. */
export function startStdioFixture(server: readonly string[] = DENO_SERVER): StdioFixture {
  const child = start([...server, "--stdio"], "piped");
  const said = new Response(child.stderr).text();
  const writer = child.stdin.getWriter();
  return {
    send: (line) => writer.write(new TextEncoder().encode(`${line}\n`)),
    lines: child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream()),
    async stop() {
      await writer.close();
      const { code } = await child.status;
      return code === 0 ? await said : `${await said}It ended with code ${code}.\n`;
    },
  };
}

function start(command: readonly string[], stdin: "null" | "piped"): Deno.ChildProcess {
  const [file = "", ...args] = command;
  return new Deno.Command(file, {
    args,
    env: { NO_COLOR: "1" },
    stdin,
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}
