// deno-lint-ignore-file no-import-prefix -- what deno.json names, `deno task` downloads for everybody
// The status page of a real hub with real hosts, in a real Chromium: as people see and use it, by hand,
// by keyboard, on a phone, in the dark. With LMCP_SCREENSHOTS it leaves pictures in that folder.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import axe from "npm:axe-core@4.14.1";
import { lacksChromium, type Page, startBrowser } from "../support/browser.ts";
import { startHub, startServer } from "../support/program.ts";
import { modernClient } from "../support/http_client.ts";

const TOKEN = "correct-horse-battery-staple";
/** Hosts are asked often, so that the test sees them go. */
const OFTEN = { LMCP_HUB_PROBE_TTL_UP: "1", LMCP_HUB_PROBE_TTL_DOWN_MIN: "1" };
const WAIT = { timeout: 20_000 };

Deno.test("the status page asks for a token, shows the hosts live, and works by keyboard and on a phone", async (t) => {
  if (lacksChromium()) return;
  const dir = await Deno.makeTempDir({ prefix: "lmcp-test-" });
  const tokenFile = `${dir}/token`;
  await Deno.writeTextFile(tokenFile, `${TOKEN}\n`, { mode: 0o600 });
  await using pi = await startServer(["--name", "pi5"]);
  await using rock = await startServer(["--name", "rock"]);
  const registry = `${dir}/backends.conf`;
  await Deno.writeTextFile(
    registry,
    `pi5 ${pi.url} tags=arm,lab ssh=pi@pi5.invalid\nrock ${rock.url} tags=arm\n` +
      "nas http://127.0.0.1:47/mcp tags=home\nmac - ssh=me@mac.invalid tags=home\n",
  );
  await using hub = await startHub(
    ["--name", "fleet", "--status-page", "--token-file", tokenFile, "--backends", registry],
    { env: OFTEN, boundMs: 120_000 },
  );
  const home = new URL("/", hub.url).href;
  await using browser = await startBrowser();
  const page = await browser.newPage();
  const faults = watch(page, home);

  await t.step("it shows no host to whoever has no token", async () => {
    await page.goto(home);
    assertEquals(await page.title(), "fleet: log in");
    assert(!(await page.content()).includes("pi5"));
    const events = await fetch(new URL("/status/events", home));
    assertEquals(events.status, 401);
    await events.body?.cancel();
    await picture(page, "login");
  });

  await t.step("a wrong token is refused, with the reason", async () => {
    await logIn(page, "wrong");
    assertMatch(await textOf(page, "[role=alert]"), /not known here/);
    assertEquals(page.url(), new URL("/login", home).href);
    // The browser tells of each page that is refused.
    assertEquals(faults.splice(0).filter((fault) => !fault.includes("401")), []);
  });

  await t.step("the token opens the page, and is nowhere but in the form", async () => {
    await logIn(page, TOKEN);
    await page.waitForSelector("tr[data-host=pi5] .up", WAIT);
    assertEquals(page.url(), home);
    const [cookie, ...more] = await browser.cookies();
    assertEquals([cookie?.httpOnly, cookie?.sameSite, more], [true, "Strict", []]);
    assert(!JSON.stringify(cookie).includes(TOKEN));
    assert(!(await page.content()).includes(TOKEN));
  });

  await t.step("it shows state, way, latency, error and next probe of each host", async () => {
    await page.waitForSelector("tr[data-host=nas] .down", WAIT);
    assertStringIncludes(await textOf(page, "#counts"), "2 up, 1 down, 1 ssh only");
    assertEquals(await textOf(page, "#live"), "live");
    assertMatch(await cell(page, "pi5", "Latency"), /^[\d.]+ ms/);
    assert(await page.$("tr[data-host=pi5] svg rect") !== null);
    assertEquals(await cell(page, "mac", "Via"), "ssh");
    assertMatch(await cell(page, "nas", "Error"), /127\.0\.0\.1:47/);
    assertMatch(await cell(page, "nas", "Next probe"), /^(in \d+ s|due)$/);
    assertEquals(await hosts(page), ["nas", "pi5", "rock", "mac"]);
  });

  await t.step("it shows calls while they run, and that they are over", async () => {
    const client = modernClient(hub.url, { authorization: `Bearer ${TOKEN}` });
    const args = { host: "pi5", command: `until [ -e '${dir}/seen' ]; do sleep 0.05; done` };
    const call = client.request("tools/call", { name: "remote_shell", arguments: args });
    await page.waitForFunction(
      `document.querySelector("tr[data-host=pi5] [data-name=Calls]")?.textContent.includes("shell")`,
      WAIT,
    );
    assertMatch(await cell(page, "pi5", "Calls"), /shell for default, \d+ s/);
    await picture(page, "light");
    await Deno.writeTextFile(`${dir}/seen`, "");
    assertEquals((await call).result.isError ?? false, false);
    await page.waitForFunction(
      `document.querySelector("tr[data-host=pi5] [data-name=Calls]")?.textContent === ""`,
      WAIT,
    );
  });

  await t.step("it shows without a reload that a host went down, and one that is new", async () => {
    await rock.stop();
    await page.waitForSelector("tr[data-host=rock] .down", WAIT);
    await Deno.writeTextFile(registry, `pi5 ${pi.url} tags=arm,lab\nnew ${pi.url}\n`);
    await page.waitForSelector("tr[data-host=new] .up", WAIT);
    await Deno.writeTextFile(registry, "pi5 nonsense\n");
    await page.waitForFunction(
      `document.getElementById("problems").textContent.includes("line 1")`,
      WAIT,
    );
    assertEquals(await hosts(page), ["new", "pi5"]);
  });

  await t.step("it works by keyboard", async () => {
    await page.focus("#filter");
    await page.keyboard.type("@LAB");
    assertEquals(await hosts(page), ["pi5"]);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    assertEquals(await hosts(page), []);
    assertEquals(await textOf(page, "#shown"), "0 of 2 shown");
    await page.keyboard.press("Space");
    await page.keyboard.down("Shift");
    await page.keyboard.press("Tab");
    await page.keyboard.up("Shift");
    for (let count = 0; count < 4; count++) await page.keyboard.press("Backspace");
    assertEquals(await hosts(page), ["new", "pi5"]);
  });

  await t.step("it fits a phone, and can be read in light and dark", async () => {
    for (const width of [390, 1200]) {
      await page.setViewport({ width, height: 844, deviceScaleFactor: 2 });
      assertEquals(await page.evaluate("document.documentElement.scrollWidth"), width);
      for (const value of ["light", "dark"]) {
        await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value }]);
        const back = await page.evaluate("getComputedStyle(document.body).backgroundColor");
        assertEquals(back, value === "dark" ? "rgb(13, 17, 23)" : "rgb(255, 255, 255)");
        await page.evaluate(axe.source);
        const { violations } = await page.evaluate("axe.run()") as {
          violations: { id: string; nodes: { html: string }[] }[];
        };
        assertEquals(
          violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html)}`),
          [],
        );
        if (width === 390) await picture(page, `phone-${value}`);
      }
    }
  });

  await t.step("logging out closes it", async () => {
    await Promise.all([page.waitForNavigation(), page.click("header button")]);
    assertEquals(await page.title(), "fleet: log in");
    assertEquals(await browser.cookies(), []);
  });

  await t.step("it has asked nobody else for anything, and reported no fault", () => {
    assertEquals(faults, []);
  });
  await Deno.remove(dir, { recursive: true });
});

/** Collects what goes wrong in a page, and what it asks of others. */
function watch(page: Page, home: string): string[] {
  const faults: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(message.text());
  });
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(home) && !url.startsWith("data:")) faults.push(`asked ${url}`);
    if (url.includes(TOKEN)) faults.push(`told ${url}`);
  });
  return faults;
}

async function logIn(page: Page, token: string): Promise<void> {
  await page.type("input[name=token]", token);
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
}

async function textOf(page: Page, selector: string): Promise<string> {
  return await page.evaluate(
    `document.querySelector(${JSON.stringify(selector)}).textContent`,
  ) as string;
}

function cell(page: Page, host: string, name: string): Promise<string> {
  return textOf(page, `tr[data-host="${host}"] [data-name="${name}"]`);
}

async function hosts(page: Page): Promise<string[]> {
  return await page.evaluate(
    "[...document.querySelectorAll('tr[data-host]')].map((row) => row.dataset.host)",
  ) as string[];
}

async function picture(page: Page, name: string): Promise<void> {
  const folder = Deno.env.get("LMCP_SCREENSHOTS");
  if (folder === undefined) return;
  await Deno.mkdir(folder, { recursive: true });
  await page.screenshot({ path: `${folder}/status-page-${name}.png`, fullPage: true });
}
