// What every host tool is made with: the machine, the files it may touch, and its settings.
// Made once by the command line (or a test) with `openHost`, then passed to each tool's maker.
// Tools get nothing by ambient context.

import type { Runtime } from "../src/runtime/runtime.ts";
import type { CallLogs } from "./call_log.ts";
import type { JobExpiry } from "./job_expiry.ts";
import type { JobProcesses } from "./job_processes.ts";
import type { JobStore } from "./job_store.ts";
import type { FetchPolicy } from "./fetch_policy.ts";
import type { ProcessRegistry } from "./process_registry.ts";
import type { ShellSettings } from "./shell_settings.ts";
import type { FileAccess } from "./file_access.ts";
import type { SearchProvider } from "./web_search_provider.ts";

/** The settings of the host tools. */
export interface HostOptions {
  /** Folders that the file tools stay inside; empty means everywhere. */
  readonly roots?: readonly string[];
  /** Files that no file tool may open: lmcp's own token and configuration files. */
  readonly secrets?: readonly string[];
  /** Names of environment variables that no child process is given: lmcp's own secrets. */
  readonly secretEnv?: readonly string[];
  /** Host names, addresses and blocks (`10.0.0.0/8`) that fetch may reach beside public ones. */
  readonly fetchAllow?: readonly string[];
  /** The address of a SearXNG for web_search. */
  readonly searxngUrl?: string;
  /** The key of the Brave Search API for web_search, where there is no SearXNG. */
  readonly braveKey?: string;
  /** Offer only tools that read. Default false. */
  readonly readOnly?: boolean;
  /** Characters of output that go to a model, at the most. Default 30,000. */
  readonly outputLimit?: number;
  /** Where jobs, logs and keys live. Default: as `stateDirPath` says. */
  readonly stateDir?: string;
}

/** What every host tool is made with: a machine, and what it may do there. */
export interface Host {
  /** The machine. */
  readonly runtime: Runtime;
  /**
   * The only way to a file.
   * @internal
   */
  readonly files: FileAccess;
  /**
   * How commands are run.
   * @internal
   */
  readonly shell: ShellSettings;
  /**
   * What calls have started.
   * @internal
   */
  readonly processes: ProcessRegistry;
  /**
   * The whole output of calls, in `logs` of the state folder.
   * @internal
   */
  readonly logs: CallLogs;
  /**
   * The commands that outlive the server: what is on disk of them.
   * @internal
   */
  readonly jobs: JobStore;
  /**
   * The processes of jobs.
   * @internal
   */
  readonly jobProcesses: JobProcesses;
  /**
   * Takes away what is left of old jobs.
   * @internal
   */
  readonly jobExpiry: JobExpiry;
  /**
   * Which addresses fetch may reach.
   * @internal
   */
  readonly fetchPolicy: FetchPolicy;
  /**
   * Who searches the Web; undefined where the owner named nobody.
   * @internal
   */
  readonly search: SearchProvider | undefined;
  /** Where jobs, logs and keys live; mode 0700. */
  readonly stateDir: string;
  /** Whether only tools that read are offered. */
  readonly readOnly: boolean;
  /** Characters of output that go to a model, at the most. */
  readonly outputLimit: number;
  /** Ends what calls have left running, and starts nothing any more. Jobs go on. Idempotent. */
  close(): Promise<void>;
}
