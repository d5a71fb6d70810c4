// Lets a suite that speaks HTTP test a server on its standard streams: each POST becomes a line, and
// each line that comes back an event, exactly as it was. Used by `official.ts`. It adds nothing and
// mends nothing, so what is about HTTP itself (status codes, headers) cannot be tested through it.
//
// A client that says `initialize` gets a process of its own; all others share one.

import { startStdioFixture, type StdioFixture } from "./fixture_process.ts";

/** The bridge, listening. */
export interface Bridge {
  readonly url: string;
  /** Ends all processes, and gives what they said. */
  stop(): Promise<string>;
}

const SESSION = "mcp-session-id";

/** One server, and the POSTs that wait for its answers, the oldest first. */
interface Pipe {
  readonly fixture: StdioFixture;
  readonly waiting: Map<string, ReadableStreamDefaultController<Uint8Array>>;
}

/** Starts the bridge on a free port; `start` starts a server. */
export function startStdioBridge(start: () => StdioFixture = () => startStdioFixture()): Bridge {
  const sessions = new Map<string, Pipe>();
  const said: string[] = [];
  let shared: Pipe | undefined;

  async function post(request: Request): Promise<Response> {
    const line = await request.text();
    const { id, method } = JSON.parse(line);
    const named = request.headers.get(SESSION);
    const session = method === "initialize" ? crypto.randomUUID() : named;
    if (method === "initialize") sessions.set(session!, openPipe(start()));
    const pipe = session === null ? shared ??= openPipe(start()) : sessions.get(session);
    if (pipe === undefined) return new Response(null, { status: 404 });
    const isRequest = id !== undefined && method !== undefined;
    const body = isRequest ? answerOf(pipe, JSON.stringify(id)) : null;
    await pipe.fixture.send(line);
    return new Response(body, {
      status: isRequest ? 200 : 202,
      headers: {
        ...(isRequest ? { "content-type": "text/event-stream" } : {}),
        ...(session === null ? {} : { [SESSION]: session }),
      },
    });
  }

  async function end(request: Request): Promise<Response> {
    const session = request.headers.get(SESSION) ?? "";
    const pipe = sessions.get(session);
    if (!sessions.delete(session) || pipe === undefined) return new Response(null, { status: 404 });
    said.push(await pipe.fixture.stop());
    return new Response(null, { status: 204 });
  }

  const http = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    if (request.method === "POST") return post(request);
    if (request.method === "DELETE") return end(request);
    return new Response(null, { status: 405 });
  });

  return {
    url: `http://127.0.0.1:${http.addr.port}/mcp`,
    async stop() {
      const pipes = [...sessions.values(), ...shared === undefined ? [] : [shared]];
      said.push(...await Promise.all(pipes.map(({ fixture }) => fixture.stop())));
      await http.shutdown();
      return said.join("");
    },
  };
}

function openPipe(fixture: StdioFixture): Pipe {
  const pipe: Pipe = { fixture, waiting: new Map() };
  relay(pipe);
  return pipe;
}

/** The answer to a request: a stream that ends with it. */
function answerOf({ waiting }: Pipe, id: string): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start: (controller) => void waiting.set(id, controller),
    cancel: () => void waiting.delete(id),
  });
}

/** Gives each answer to who waits for it; anything else goes to who asked last. */
async function relay({ fixture, waiting }: Pipe): Promise<void> {
  for await (const line of fixture.lines) {
    const { id, method } = JSON.parse(line);
    const key = JSON.stringify(id);
    const isAnswer = method === undefined;
    const stream = isAnswer ? waiting.get(key) : [...waiting.values()].at(-1);
    stream?.enqueue(new TextEncoder().encode(`data: ${line}\n\n`));
    if (isAnswer && waiting.delete(key)) stream?.close();
  }
  for (const stream of waiting.values()) stream.close(); // Without an answer: there will be none.
}
