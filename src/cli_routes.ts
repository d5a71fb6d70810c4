// What is served beside the endpoint, by exact path: liveness, numbers. Used by `cli_serve.ts`.
// What needs the token is guarded by the same checks as the endpoint itself.

import { HEALTH_PATH } from "./cli_values.ts";
import { type Authenticate, guard } from "./transports/guard.ts";
import { withLimits } from "./transports/limits.ts";

/** Answers requests. */
export type Route = (request: Request) => Response | Promise<Response>;

/** Puts routes before the endpoint, with liveness among them: that the program answers, no more. */
export function withRoutes(handler: Route, routes: ReadonlyMap<string, Route>): Route {
  const all = new Map([...routes, [HEALTH_PATH, onlyReads(() => new Response("ok"))]]);
  return (request) => (all.get(pathOf(request.url)) ?? handler)(request);
}

/** How a route is guarded: as the endpoint is. */
export interface RouteGuard {
  readonly allowedHosts: readonly string[] | "any";
  readonly auth?: Authenticate;
}

/** A page of text for whoever may call the endpoint. */
export function textRoute(
  path: string,
  type: string,
  text: () => string,
  { allowedHosts, auth }: RouteGuard,
): Route {
  const limits = withLimits(undefined);
  const options = { path, allowedHosts, allowedOrigins: [], auth, streams: false, limits };
  return onlyReads(async (request) => {
    const admitted = await guard(request, options);
    if (admitted instanceof Response) return admitted;
    return new Response(text(), { headers: { "content-type": type, "cache-control": "no-store" } });
  });
}

function onlyReads(route: Route): Route {
  return (request) =>
    request.method === "GET" || request.method === "HEAD"
      ? route(request)
      : new Response(null, { status: 405, headers: { allow: "GET, HEAD" } });
}

/** Looks at the text, as every request comes by here. */
function pathOf(url: string): string {
  const start = url.indexOf("/", url.indexOf("//") + 2);
  const end = url.indexOf("?", start);
  return url.slice(start, end < 0 ? undefined : end);
}
