import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Runtime } from "../src/runtime/runtime.ts";
import { fetchTool } from "./fetch.ts";
import { openFetchPolicy } from "./fetch_policy.ts";
import type { Host } from "./host.ts";
import { callTool } from "./testing/call_tool.ts";
import { withHost } from "./testing/host.ts";

/** A host whose names are looked up by `resolve`. */
function withNames(host: Host, resolve: (name: string) => string[]): Host {
  const request: Runtime["request"] = (wanted) =>
    host.runtime.request({ ...wanted, resolve: (name) => Promise.resolve(resolve(name)) });
  return { ...host, runtime: { ...host.runtime, request } };
}

/** Servers that answer with what they were asked, or with a redirect: `/302?to=URL`. */
async function withServers(body: (one: string, other: string) => Promise<void>): Promise<void> {
  const respond = async (request: Request) => {
    const { pathname, searchParams } = new URL(request.url);
    const status = Number(pathname.slice(1));
    if (status > 300) {
      return new Response(null, { status, headers: { location: searchParams.get("to")! } });
    }
    const headers = Object.fromEntries(request.headers);
    return Response.json({ method: request.method, headers, body: await request.text() });
  };
  const serve = () => Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, respond);
  const servers = [serve(), serve()];
  try {
    const [one, other] = servers.map(({ addr }) => `http://127.0.0.1:${addr.port}`);
    await body(one!, other!);
  } finally {
    for (const server of servers) await server.shutdown();
  }
}

function redirect(origin: string, status: number, to: string): string {
  return `${origin}/${status}?to=${encodeURIComponent(to)}`;
}

const ALLOWED = { fetchAllow: ["127.0.0.1"] };

Deno.test("fetch() refuses addresses that are not public, in any spelling, and says how to allow them", () =>
  withHost(async (host) => {
    const urls = ["127.0.0.1", "localhost", "0x7f.1", "2130706433", "0177.1", "[::1]", "0"]
      .concat("[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "169.254.169.254")
      .concat("100.100.100.200", "[fd00:ec2::254]", "192.168.0.1", "10.0.0.1", "224.0.0.1");
    for (const url of urls) {
      const { text, isError } = await callTool(fetchTool(host), { url: `http://${url}:9/` });
      assertEquals(isError, true, url);
      assertStringIncludes(text, "a refused address (");
      assertStringIncludes(text, "--fetch-allow");
    }
  }));

Deno.test("fetch() refuses the addresses that names lead to, and takes the good among several", () =>
  withServers((one) =>
    withHost(async (host) => {
      const { port } = new URL(one);
      const names: { readonly [name: string]: string[] } = {
        "metadata.google.internal": ["169.254.169.254"],
        "split.test": ["10.0.0.1", "127.0.0.1"],
        "none.test": [],
      };
      const tool = fetchTool(withNames(host, (name) => names[name]!));
      const internal = await callTool(tool, { url: "http://metadata.google.internal/" });
      assertStringIncludes(
        internal.text,
        "leads to 169.254.169.254, a refused address (cloud metadata)",
      );
      assertEquals((await callTool(tool, { url: `http://split.test:${port}/` })).isError, false);
      assertEquals((await callTool(tool, { url: "http://none.test/" })).isError, true);
    }, ALLOWED)
  ));

Deno.test("fetch() judges each hop anew: a redirect to metadata, and a name that flips", () =>
  withServers((one) =>
    withHost(async (host) => {
      const metadata = redirect(one, 302, "http://169.254.169.254/latest/meta-data/");
      const refused = await callTool(fetchTool(host), { url: metadata });
      assertEquals(refused.isError, true);
      assertStringIncludes(refused.text, "cloud metadata");
      const { port } = new URL(one);
      const answers = [["127.0.0.1"], ["10.0.0.1"]];
      const tool = fetchTool(withNames(host, () => answers.shift()!));
      const url = redirect(`http://flips.test:${port}`, 302, `http://flips.test:${port}/again`);
      const flipped = await callTool(tool, { url });
      assertStringIncludes(
        flipped.text,
        "flips.test leads to 10.0.0.1, a refused address (private)",
      );
    }, ALLOWED)
  ));

Deno.test("fetch() takes credentials to no other origin, and says so", () =>
  withServers((one, other) =>
    withHost(async (host) => {
      const headers = { Authorization: "Bearer t", Cookie: "a=b", "X-Api-Key": "k", Accept: "a/b" };
      const sent = async (url: string) => {
        const { structured } = await callTool(fetchTool(host), { url, headers });
        return { ...structured, sent: JSON.parse(String(structured.text)).headers };
      };
      const same = await sent(redirect(one, 302, "/end"));
      assertEquals(same.sent.authorization, "Bearer t");
      for (
        const url of [
          redirect(one, 307, `${other}/`),
          redirect(one, 301, redirect(other, 301, one)),
        ]
      ) {
        const { sent: got, note } = await sent(url) as Record<string, unknown> & {
          sent: Record<string, string>;
        };
        const { authorization, cookie, "x-api-key": key, accept } = got;
        assertEquals([authorization, cookie, key, accept], [
          undefined,
          undefined,
          undefined,
          "a/b",
        ]);
        assertStringIncludes(String(note), "not sent on: authorization, cookie, x-api-key.");
      }
    }, ALLOWED)
  ));

Deno.test("fetch() changes the method where a redirect says so, and keeps it elsewhere", () =>
  withServers((one) =>
    withHost(async (host) => {
      for (
        const [status, method, got, body] of [
          [301, "POST", "GET", ""],
          [302, "POST", "GET", ""],
          [302, "PUT", "PUT", "b"],
          [303, "PUT", "GET", ""],
          [307, "POST", "POST", "b"],
          [308, "POST", "POST", "b"],
        ] as const
      ) {
        const url = redirect(one, status, "/end");
        const { structured } = await callTool(fetchTool(host), { url, method, body: "b" });
        const seen = JSON.parse(String(structured.text));
        assertEquals([seen.method, seen.body], [got, body], `${status} ${method}`);
        assertEquals("content-type" in seen.headers, body !== "");
      }
    }, ALLOWED)
  ));

Deno.test("fetch() follows ten redirects, and none to another kind of URL", () =>
  withServers((one) =>
    withHost(async (host) => {
      const chain = (length: number): string =>
        length === 0 ? `${one}/end` : redirect(one, 302, chain(length - 1));
      const short = (length: number) => callTool(fetchTool(host), { url: chain(length) });
      assertEquals((await short(3)).structured.redirects, [chain(2), chain(1), chain(0)]);
      const endless = await short(11);
      assertStringIncludes(endless.text, "redirects more than 10 times");
      for (const to of ["file:///etc/passwd", "ftp://127.0.0.1/", "data:,x", "http://"]) {
        const { text, isError } = await callTool(fetchTool(host), { url: redirect(one, 302, to) });
        assertEquals(isError, true);
        assertStringIncludes(text, "no http or https URL");
      }
    }, ALLOWED)
  ));

Deno.test("openFetchPolicy() allows names, addresses and blocks, and refuses this machine's own", () =>
  withHost(({ runtime }) => {
    const own = { ...runtime.system().addresses[0]!, address: "8.8.4.4" };
    const machine: Runtime = {
      ...runtime,
      system: () => ({ ...runtime.system(), addresses: [own] }),
    };
    const policy = openFetchPolicy(machine, ["NAS.lan", "10.1.0.0/16", "fd00::1"]);
    const refusal = (name: string, address: string) => policy.refusal(name, address);
    assertEquals(refusal("nas.lan.", "192.168.1.1"), undefined);
    assertEquals(refusal("other.lan", "192.168.1.1"), "private");
    assertEquals(refusal("x", "10.1.2.3"), undefined);
    assertEquals(refusal("x", "::ffff:10.1.2.3"), undefined);
    assertEquals(refusal("x", "10.2.0.0"), "private");
    assertEquals(refusal("x", "fd00::1"), undefined);
    assertEquals(refusal("x", "8.8.8.8"), undefined);
    assertEquals(refusal("x", "8.8.4.4"), "this machine's own");
    assertEquals(refusal("x", "nonsense"), "unknown");
  }));
