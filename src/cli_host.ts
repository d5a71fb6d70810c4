// The host server of the serving commands: the host, its tools as the options leave them, and what
// the server says of itself. One over HTTP and over standard streams. Serves nothing itself.

import { endLeftBehind } from "../tools/left_behind.ts";
import { type Host, hostTools, openHost } from "../tools/mod.ts";
import { openAudit } from "./cli_audit.ts";
import { hostInstructions } from "./cli_instructions.ts";
import type { Log } from "./cli_log.ts";
import { UsageError } from "./cli_options.ts";
import { absolutePath } from "./cli_read_file.ts";
import type { OfferValues } from "./cli_serve_options.ts";
import { checkToolNames, defaultName, failedCall, type Served } from "./cli_served.ts";
import { TOKEN_VARIABLE } from "./cli_tokens.ts";
import { FileError, type Runtime } from "./runtime/runtime.ts";
import type { Core } from "./protocol/call.ts";
import type { Tool } from "./server/define.ts";
import { createServer } from "./server/server.ts";
import { VERSION } from "./version.ts";

const SHELL_NOT_CONTAINED =
  "--root contains the file tools, not shell and shell_bg: those reach all that this user may; " +
  "--no-tools shell,shell_bg leaves them out";

/** How long what nobody waits for is put off, so that a client that is there has its answers first. */
const LATER_MS = 50;

/** The key of the Brave Search API: it is in no command line, and in no child's environment. */
const BRAVE_KEY_VARIABLE = "LMCP_BRAVE_KEY";

/**
 * Opens the host and makes its server. `secrets` are files that no tool may open.
 *
 * @throws {UsageError} when an option asks for what there is not.
 */
export async function openHostServer(
  runtime: Runtime,
  values: OfferValues,
  log: Log,
  secrets: readonly string[] = [],
): Promise<Served> {
  const roots = values.root.map((path) => absolutePath(runtime, path));
  for (const path of roots) await checkRoot(runtime, path);
  const own = values.audit === undefined ? secrets : [...secrets, values.audit];
  const audit = values.audit === undefined
    ? undefined
    : await openAudit(runtime, values.audit, log);
  const braveKey = runtime.env(BRAVE_KEY_VARIABLE);
  const host = await openHost(runtime, {
    roots,
    secrets: own.map((path) => absolutePath(runtime, path)),
    secretEnv: [TOKEN_VARIABLE, BRAVE_KEY_VARIABLE],
    readOnly: values["read-only"],
    fetchAllow: values["fetch-allow"],
    ...(values.searxng === undefined ? {} : { searxngUrl: values.searxng }),
    ...(braveKey === undefined ? {} : { braveKey }),
  });
  const tools = chooseTools(host, values);
  const offered = new Set(tools.map(({ name }) => name));
  const runsCommands = offered.has("shell") || offered.has("shell_bg");
  const system = runtime.system();
  const name = values.name ?? defaultName(system.hostname, "tools");
  const server = createServer({
    name,
    version: VERSION,
    instructions: hostInstructions(system, runtime.cwd(), offered, host.files.roots),
    onError: (error, call) => log.error(`${failedCall(call)} failed`, error),
  });
  for (const tool of tools) server.tool(tool);
  let ended = false;
  // Not setTimeout(), which Deno takes 7 ms and 4 MiB to load.
  const later = (task: () => void) => {
    AbortSignal.timeout(LATER_MS).addEventListener("abort", () => {
      if (!ended) task();
    });
  };
  return {
    core: onFirstList(audit === undefined ? server : audit.watch(server), () => {
      if (runsCommands) later(() => host.shell.prepare());
    }),
    name,
    warnings: roots.length > 0 && runsCommands ? [SHELL_NOT_CONTAINED] : [],
    prepare() {
      if (runsCommands) later(() => void tidyUp(runtime, log));
    },
    async close() {
      ended = true;
      await host.processes.closeAll();
      await audit?.close();
    },
    abandon: () => host.processes.killNow(),
  };
}

/**
 * The same core. A client that asks what tools there are is about to use them: then is the time to
 * run the user's login shell, not at the start of every server that nobody may ever call.
 */
function onFirstList(core: Core, prepare: () => void): Core {
  let listed = false;
  return {
    ...core,
    handle(call) {
      if (!listed && call.method === "tools/list") {
        listed = true;
        prepare();
      }
      return core.handle(call);
    },
  };
}

/** Ends what a server before this one, killed, could not. */
async function tidyUp(runtime: Runtime, log: Log): Promise<void> {
  try {
    const { found, gone } = await endLeftBehind(runtime);
    if (found === 0) return;
    const what = `${found} process${
      found === 1 ? "" : "es"
    } that a killed lmcp's calls left behind`;
    if (gone) log.info(`ended ${what}`);
    else log.warn(`could not end all of the ${what}: they hang; "ps" shows them`);
  } catch (error) {
    log.error("Could not look for what a killed lmcp left behind", error);
  }
}

async function checkRoot(runtime: Runtime, path: string): Promise<void> {
  try {
    const { type } = await runtime.files.stat(path);
    if (type === "dir") return;
    const got = `${JSON.stringify(path)}, a ${type}`;
    throw new UsageError(`--root must be a folder: got ${got}; name the folder it is in`);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new UsageError(`--root must be a folder: ${error.message}`);
  }
}

function chooseTools(host: Host, values: OfferValues): Tool[] {
  const offered = hostTools(host);
  const known = hostTools({ ...host, readOnly: false }).map(({ name }) => name);
  const { tools: wanted, "no-tools": unwanted } = values;
  checkToolNames("--tools", wanted, known);
  checkToolNames("--no-tools", unwanted, known);
  const writing = wanted.find((name) => !offered.some((tool) => tool.name === name));
  if (writing !== undefined) {
    throw new UsageError(
      `--tools must name tools that only read, with --read-only: got "${writing}"; those are ` +
        offered.map(({ name }) => name).join(", "),
    );
  }
  const chosen = offered.filter(({ name }) =>
    (wanted.length === 0 || wanted.includes(name)) && !unwanted.includes(name)
  );
  if (chosen.length > 0) return chosen;
  throw new UsageError("--tools and --no-tools must leave a tool to offer: got none");
}
