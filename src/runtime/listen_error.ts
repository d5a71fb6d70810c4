// Why an address could not be listened on, in the same words on every runtime, and the address
// that clients can use when it could. Called by the servers beside it. Never looks at the machine.

import { ListenError } from "./runtime.ts";

/** What the system said. */
export interface ListenFailure {
  /** Its name for the error, such as `EADDRINUSE`. */
  readonly code: string | undefined;
  /** Its message, for errors that have no sentence here. */
  readonly reason: string;
  /** Finds the program that has the port, where it can be seen. */
  holder(port: number): { readonly pid: number; readonly name: string } | undefined;
}

/** Makes the `ListenError` of a failure. */
export function listenError(hostname: string, port: number, failure: ListenFailure): ListenError {
  const wanted = `Cannot listen on ${bracketed(hostname)}:${port}`;
  switch (failure.code) {
    case "EADDRINUSE": {
      const holder = failure.holder(port);
      const by = holder === undefined ? "" : ` by ${holder.name} (pid ${holder.pid})`;
      return new ListenError(
        "in_use",
        `${wanted}: the port is in use${by}; stop the program that holds it, or choose another ` +
          "port (0 picks a free one)",
      );
    }
    case "EACCES":
    case "EPERM":
      return new ListenError(
        "not_permitted",
        `${wanted}: not permitted for this user; choose a port above 1023`,
      );
    case "EADDRNOTAVAIL":
    case "EINVAL": // So says node:net under Deno.
      return new ListenError(
        "no_such_address",
        `${wanted}: this machine has no such address; 127.0.0.1 is always there, ` +
          "0.0.0.0 means all of them",
      );
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new ListenError(
        "no_such_address",
        `${wanted}: the name has no address; give an address of this machine`,
      );
    default:
      return new ListenError("other", `${wanted}: ${failure.reason}`);
  }
}

/** The address that clients can use, such as `http://127.0.0.1:8080`. */
export function listenUrl(isTls: boolean, hostname: string, port: number): string {
  return `${isTls ? "https" : "http"}://${reachable(hostname)}:${port}`;
}

// "All addresses" is no address to connect to.
function reachable(hostname: string): string {
  if (hostname === "0.0.0.0") return "127.0.0.1";
  if (hostname === "::") return "[::1]";
  return bracketed(hostname);
}

function bracketed(hostname: string): string {
  return hostname.includes(":") ? `[${hostname}]` : hostname;
}
