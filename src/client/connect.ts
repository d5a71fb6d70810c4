// Connects a client: opens the way to the server, finds out what it speaks, and greets it.

import type { Client } from "./client.ts";
import type { ConnectOptions } from "./options.ts";
import type { Target } from "./target.ts";

/** Connects to a server. */
export function connect(_target: Target, _options: ConnectOptions = {}): Promise<Client> {
  return Promise.reject(new Error("Not written yet"));
}
