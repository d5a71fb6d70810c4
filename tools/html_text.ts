// HTML as Markdown, or as plain text, for a model. Called by `fetch.ts`.
// The converter is loaded at the first use. Works through a page bit by bit, so that a large one
// neither stops the server nor outlives its call.

import { Breather } from "./breather.ts";

/** Characters that are converted without a pause: a few milliseconds. */
const STEP_CHARS = 16 * 1024;
/** The converter looks again at what it is still inside of, so that steps must not be many. */
const MOST_STEPS = 64;

/** Converts a page. @throws the signal's reason. */
export async function htmlText(
  html: string,
  format: "markdown" | "text",
  signal: AbortSignal,
): Promise<string> {
  const { streamHtmlToMarkdown } = await import("@mdream/js/core");
  const breather = new Breather(signal);
  const step = Math.max(STEP_CHARS, Math.ceil(html.length / MOST_STEPS));
  let at = 0;
  const source = new ReadableStream<string>({
    async pull(controller) {
      await breather.breathe();
      if (at >= html.length) return controller.close();
      controller.enqueue(html.slice(at, at + step));
      at += step;
    },
  }, { highWaterMark: 0 });
  const parts: string[] = [];
  for await (const part of streamHtmlToMarkdown(source, { format, plugins: [EMBEDDED_LEFT_OUT] })) {
    parts.push(part);
  }
  return parts.join("").trim();
}

// An image within the page itself would be thousands of characters of base64.
const EMBEDDED_LEFT_OUT = {
  processAttributes({ attributes }: { readonly attributes: Record<string, string> }): void {
    for (const name of ["src", "href"]) {
      if (/^\s*data:/i.test(attributes[name] ?? "")) attributes[name] = "data:";
    }
  },
};
