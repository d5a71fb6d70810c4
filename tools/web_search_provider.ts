// Who searches the Web for web_search: a SearXNG of the owner's, or the Brave Search API.
// Chosen once, when the host is opened. Makes requests and reads answers; sends nothing itself. The
// key is in a header alone: no error and no URL ever holds it.

/** One thing that was found. */
export interface Found {
  readonly title: string;
  readonly url: string;
  readonly snippet: string;
}

/** A way to search. */
export interface SearchProvider {
  readonly name: string;
  /** What to send for a query. */
  request(query: string, count: number): {
    readonly url: URL;
    readonly headers: { readonly [name: string]: string };
  };
  /** What the JSON of an answer holds; undefined when it is no such answer. */
  read(answer: unknown): readonly Found[] | undefined;
  /** What the owner could do about an HTTP status. */
  advice(status: number): string;
}

/** How a provider is chosen. */
export interface SearchSettings {
  readonly searxngUrl?: string;
  readonly braveKey?: string;
}

const BRAVE = "https://api.search.brave.com/res/v1/web/search";

/** The provider that the settings name, SearXNG first; undefined where they name none. */
export function searchProvider(settings: SearchSettings): SearchProvider | undefined {
  if (settings.searxngUrl !== undefined) return searxng(settings.searxngUrl);
  return settings.braveKey === undefined ? undefined : brave(settings.braveKey);
}

function searxng(base: string): SearchProvider {
  return {
    name: "SearXNG",
    request(query) {
      const url = new URL(base);
      url.pathname = `${url.pathname.replace(/\/(search)?$/, "")}/search`;
      url.searchParams.set("q", query);
      url.searchParams.set("format", "json");
      return { url, headers: {} };
    },
    read: (answer) => foundIn(member(answer, "results"), "content"),
    advice: (status) =>
      status === 403
        ? "its settings.yml must list json among search.formats"
        : "see whether LMCP_SEARXNG_URL is the address of a SearXNG, and what its log says",
  };
}

function brave(key: string): SearchProvider {
  return {
    name: "Brave Search",
    request(query, count) {
      const url = new URL(BRAVE);
      url.searchParams.set("q", query);
      url.searchParams.set("count", String(count));
      url.searchParams.set("text_decorations", "false");
      return { url, headers: { "x-subscription-token": key } };
    },
    // An answer without anything found has no `web`.
    read: (answer) =>
      member(answer, "type") === "search"
        ? foundIn(member(member(answer, "web"), "results") ?? [], "description")
        : undefined,
    advice(status) {
      if (status === 429) return "its quota is used up for now; try again later";
      if ([401, 403, 422].includes(status)) return "see whether the key in LMCP_BRAVE_KEY is valid";
      return "try again later";
    },
  };
}

function foundIn(results: unknown, snippet: string): Found[] | undefined {
  if (!Array.isArray(results)) return undefined;
  return results.map((result) => ({
    title: plain(member(result, "title")),
    url: plain(member(result, "url")),
    snippet: plain(member(result, snippet)),
  })).filter(({ url }) => /^https?:/i.test(url));
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as { readonly [name: string]: unknown })[name]
    : undefined;
}

const ENTITIES: { readonly [name: string]: string } = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
};

// Engines mark what matched, and escape the rest for a page.
function plain(value: unknown): string {
  if (typeof value !== "string") return "";
  return value.replace(/<\/?(strong|b|em|span|mark)\b[^<>]{0,200}>/gi, "")
    .replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{2,4}));/gi, (whole, decimal, hex, name) => {
      if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? whole;
      const code = decimal === undefined ? parseInt(hex, 16) : Number(decimal);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    })
    .replace(/\s+/g, " ").trim();
}
