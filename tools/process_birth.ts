// Which process it was: its number, when it began, and in which run of the machine. Used for jobs,
// whose records outlive the server and the machine's run: a number alone may be somebody else's.

import { FileError, type Runtime } from "../src/runtime/runtime.ts";
import type { ProcessRegistry } from "./process_registry.ts";
import { runProcess } from "./run_process.ts";
import { smallFileText } from "./small_file.ts";

const LOOK_MS = 5_000;

/** Where there is no /proc: prints what names the run of the machine. */
export const PRINT_BOOT =
  "{ sysctl -n kern.bootsessionuuid 2>/dev/null || sysctl -n kern.boottime; }";

/** Where there is no /proc: prints when a process began, whatever the locale and the time zone. */
export function printStart(pid: string): string {
  return `TZ=UTC0 LC_ALL=C ps -o lstart= -p ${pid}`;
}

/** What tells a process from all others. */
export interface ProcessBirth {
  readonly pid: number;
  /** Names the run of the machine. */
  readonly boot: string;
  /** When it began, as the system writes it. */
  readonly start: string;
}

/** Tells whether processes are still the ones they were. */
export class ProcessBirths {
  readonly #runtime: Runtime;
  readonly #processes: ProcessRegistry;
  #boot: Promise<string> | undefined;

  constructor(runtime: Runtime, processes: ProcessRegistry) {
    this.#runtime = runtime;
    this.#processes = processes;
  }

  /** Whether the machine has not been started anew since. */
  async sameBoot(birth: ProcessBirth): Promise<boolean> {
    this.#boot ??= this.#readBoot();
    return birth.boot.trim() === await this.#boot;
  }

  /** Whether that very process is alive; one that only waits to be reaped is not. */
  async alive(birth: ProcessBirth): Promise<boolean> {
    if (!await this.sameBoot(birth)) return false;
    return birth.start.trim() === await this.#startOf(birth.pid);
  }

  async #readBoot(): Promise<string> {
    const linux = await this.#proc("sys/kernel/random/boot_id");
    return (linux ?? await this.#printed(PRINT_BOOT)).trim();
  }

  async #startOf(pid: number): Promise<string | undefined> {
    if (await this.#isLinux()) {
      const stat = await this.#proc(`${pid}/stat`) ?? "";
      // The name of the program stands in parentheses and may hold any character.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
    }
    const printed = await this.#printed(`ps -o stat= -p ${pid} && ${printStart(String(pid))}`);
    const [state = "", start = ""] = printed.trim().split("\n");
    return state === "" || state.startsWith("Z") ? undefined : start.trim();
  }

  async #isLinux(): Promise<boolean> {
    try {
      await this.#runtime.files.stat("/proc/self/stat");
      return true;
    } catch (error) {
      if (error instanceof FileError) return false;
      throw error;
    }
  }

  #proc(path: string): Promise<string | undefined> {
    return smallFileText(this.#runtime.files.open(`/proc/${path}`, { read: true }));
  }

  async #printed(script: string): Promise<string> {
    const decoder = new TextDecoder();
    let text = "";
    await runProcess(this.#processes, {
      command: "/bin/sh",
      args: ["-c", script],
      env: { PATH: "/usr/bin:/bin:/usr/sbin:/sbin" },
      timeoutMs: LOOK_MS,
      signal: new AbortController().signal,
      onOutput: (bytes) => {
        text += decoder.decode(bytes, { stream: true });
        return Promise.resolve();
      },
    });
    return text;
  }
}
