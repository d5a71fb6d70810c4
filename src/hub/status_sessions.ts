// Who has logged in to the status page: a number in a cookie, known here and nowhere else. The number
// is no token, opens nothing but the page, and is gone with the hub.

import { toBase64Url } from "../wire/base64url.ts";
import type { AuthInfo } from "../protocol/call.ts";
import type { Clock } from "./clock.ts";

const COOKIE = "lmcp_status";
const LASTS_MS = 12 * 60 * 60_000;
/** People with a page open, at the most; the one that logged in first has to do it again. */
const MOST = 100;
/** Wrong tokens in a minute, of all together; then nobody is asked for a while. */
const MOST_WRONG = 20;
const WRONG_MS = 60_000;

interface Session {
  readonly until: number;
}

/** The sessions of one hub. */
export class StatusSessions {
  readonly #clock: Clock;
  readonly #sessions = new Map<string, Session>();
  #wrong: number[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Opens a session; gives the value of `Set-Cookie`. It ends with its token, if that ends. */
  open(auth: AuthInfo, secure: boolean): string {
    const id = toBase64Url(crypto.getRandomValues(new Uint8Array(32)));
    const left = auth.expiresAt === undefined ? LASTS_MS : auth.expiresAt - this.#clock.wall();
    const lasts = Math.min(LASTS_MS, left);
    this.#sessions.set(id, { until: this.#clock.now() + lasts });
    for (const oldest of this.#sessions.keys()) {
      if (this.#sessions.size <= MOST) break;
      this.#sessions.delete(oldest);
    }
    return cookie(id, Math.floor(lasts / 1_000), secure);
  }

  /** Whether a request comes from somebody who has logged in. */
  knows(request: Request): boolean {
    const id = idOf(request);
    const session = id === undefined ? undefined : this.#sessions.get(id);
    if (session === undefined || id === undefined) return false;
    if (this.#clock.now() < session.until) return true;
    this.#sessions.delete(id);
    return false;
  }

  /** Ends the session of a request; gives the value of `Set-Cookie`. */
  end(request: Request, secure: boolean): string {
    const id = idOf(request);
    if (id !== undefined) this.#sessions.delete(id);
    return cookie("", 0, secure);
  }

  /** Somebody gave a token that is not known. */
  failed(): void {
    this.#wrong.push(this.#clock.now());
  }

  /** Seconds to wait until a token is looked at again; 0 as a rule. */
  waitS(): number {
    const now = this.#clock.now();
    this.#wrong = this.#wrong.filter((at) => at > now - WRONG_MS);
    const oldest = this.#wrong[this.#wrong.length - MOST_WRONG];
    return oldest === undefined ? 0 : Math.ceil((oldest + WRONG_MS - now) / 1_000);
  }
}

function idOf(request: Request): string | undefined {
  const header = request.headers.get("cookie") ?? "";
  for (const pair of header.split(";")) {
    const [name, value] = pair.trim().split("=");
    if (name === COOKIE && value !== undefined && value !== "") return value;
  }
  return undefined;
}

function cookie(value: string, maxAgeS: number, secure: boolean): string {
  return `${COOKIE}=${value}; Max-Age=${maxAgeS}; Path=/; HttpOnly; SameSite=Strict${
    secure ? "; Secure" : ""
  }`;
}
