// Starts an HTTP server that somebody else wrote, on a port that the system picks, and says which it
// was. Run as a program by `outside_servers.ts`; its argument is the module that listens.

import { Server } from "node:http";

const listen = Server.prototype.listen;
Server.prototype.listen = function (this: Server, ...args: unknown[]) {
  this.once("listening", () => {
    const address = this.address();
    const port = typeof address === "object" ? address?.port : undefined;
    Deno.stderr.writeSync(new TextEncoder().encode(`outside: listening on port ${port}\n`));
  });
  return Reflect.apply(listen, this, args);
} as typeof listen;

if (import.meta.main) await import(Deno.args[0] ?? "");
