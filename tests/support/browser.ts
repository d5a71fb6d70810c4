// deno-lint-ignore-file no-import-prefix -- what deno.json names, `deno task` downloads for everybody
// A real Chromium for the tests of pages: headless, with a profile to throw away.

import puppeteer, { type Browser } from "npm:puppeteer-core@25.16.0";
import { lacks } from "./lacks.ts";

export type { Page } from "npm:puppeteer-core@25.16.0";

/** Whether there is no Chromium here. */
export function lacksChromium(): boolean {
  return lacks("chromium", pathOfChromium() !== undefined);
}

/** Starts it. `await using` ends it with its test. */
export async function startBrowser(): Promise<Browser & AsyncDisposable> {
  const executablePath = pathOfChromium() ?? "chromium";
  // Its sandbox needs what a container or root does not have; the pages here are our own.
  const args = ["--no-sandbox", "--disable-gpu", "--force-color-profile=srgb"];
  const browser = await puppeteer.launch({ executablePath, args });
  return Object.assign(browser, { [Symbol.asyncDispose]: () => browser.close() });
}

function pathOfChromium(): string | undefined {
  const dirs = (Deno.env.get("PATH") ?? "").split(":");
  const paths = ["chromium", "chromium-browser", "google-chrome"]
    .flatMap((name) => dirs.map((dir) => `${dir}/${name}`));
  return paths.find((path) => {
    try {
      return Deno.statSync(path).isFile;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
        return false;
      }
      throw error;
    }
  });
}
