// That the HTTP server of a runtime tells a handler of a client that left, at once, however it left;
// and of none that did not.

import { deepEqual, equal, ok } from "node:assert/strict";
import type { Case } from "./contract.ts";
import { serveHandler, settled } from "./handler_served.ts";
import { connectTo } from "./http_connection.ts";
import { until } from "./processes.ts";
import { openGate } from "./served.ts";

/** The cases. */
export const HTTP_LEAVING_SUITE: readonly Case[] = [
  ...[
    { where: "before the answer", path: "/call" },
    { where: "in a stream that says nothing", path: "/idle" },
    { where: "in a stream that never stops", path: "/busy" },
  ].map(({ where, path }): Case => ({
    name: `a client that leaves ${where} is noticed at once`,
    async run(context) {
      const gone: string[] = [];
      const arrived = openGate();
      const { port, reported } = await serveHandler(context, (request) => {
        request.signal.addEventListener("abort", () => gone.push("signal"));
        arrived.open();
        if (path === "/call") return new Promise<Response>(() => {});
        return new Response(
          new ReadableStream({
            start(controller) {
              controller.enqueue(new TextEncoder().encode(":\n\n"));
            },
            async pull(controller) {
              if (path === "/idle") return await new Promise(() => {});
              await new Promise((resolve) => setTimeout(resolve, 1));
              controller.enqueue(new Uint8Array(1_000));
            },
            cancel: () => void gone.push("cancel"),
          }),
          { headers: { "content-type": "text/event-stream" } },
        );
      });
      for (const leave of ["close", "end", "reset"] as const) {
        gone.length = 0;
        const connection = await connectTo(port);
        connection.send({ path, body: "{}" });
        await arrived.opened;
        if (path !== "/call") await (await connection.reply()).read();
        const start = performance.now();
        if (leave === "close") connection.close();
        else if (leave === "end") connection.socket.end();
        else connection.socket.resetAndDestroy();
        // Deno tells of a call's client in its signal; of a stream's by `cancel`, and there alone.
        const what = path === "/call" ? "signal" : "cancel";
        await until(() => gone.includes(what), `the handler knows of ${leave}`);
        ok(performance.now() - start < 2_000);
        connection.close();
      }
      deepEqual(reported, []);
    },
  })),
  {
    name: "a client that has its answer has not left",
    async run(context) {
      let aborted = 0;
      let answered = 0;
      const { port } = await serveHandler(context, (request) => {
        request.signal.addEventListener("abort", () => aborted++);
        answered++;
        return new Response(answered % 2 === 0 ? "text" : new Blob(["blob"]).stream());
      });
      for (let n = 0; n < 4; n++) {
        const connection = await connectTo(port);
        for (let m = 0; m < 3; m++) await (await connection.exchange({ body: "{}" })).text();
        connection.close();
      }
      await settled(() => aborted);
      // Deno's signal also tells of an answer that has ended, unless deno.json says otherwise.
      deepEqual([answered, aborted], [12, 0]);
    },
  },
  {
    name: "a client that leaves in the middle of its body fails the reading of it",
    async run(context) {
      const ends: string[] = [];
      const arrived: (() => void)[] = [];
      const { port } = await serveHandler(context, async (request) => {
        arrived.shift()?.();
        const reading = request.url.endsWith("/stream")
          ? new Response(request.body).text()
          : request.text();
        ends.push(await reading.then((text) => `read ${text}`, () => "failed"));
        return new Response("late");
      });
      for (const path of ["/text", "/stream"]) {
        const connection = await connectTo(port);
        const here = new Promise<void>((resolve) => arrived.push(resolve));
        connection.send({ path, headers: { "content-length": "10" } });
        connection.write("half");
        await here;
        connection.close();
        await until(() => ends.length > 0, "the reading fails");
        equal(ends.shift(), "failed");
      }
    },
  },
];
