// All suites of the contract, in the order they run in. A new suite is imported and listed here.

import { ACCESS_SUITE } from "./access_suite.ts";
import { CANCEL_SUITE } from "./cancel_suite.ts";
import type { Case } from "./contract.ts";
import { ENDING_SUITE } from "./ending_suite.ts";
import { FILES_SUITE } from "./files_suite.ts";
import { LIMITS_SUITE } from "./limits_suite.ts";
import { LOAD_SUITE } from "./load_suite.ts";
import { PROCESS_SUITE } from "./process_suite.ts";
import { PROTOCOL_SUITE } from "./protocol_suite.ts";
import { RESTART_SUITE } from "./restart_suite.ts";
import { STDIO_SUITE } from "./stdio_suite.ts";
import { STREAMING_SUITE } from "./streaming_suite.ts";

/** The suites by name. */
export const SUITES: { readonly [name: string]: readonly Case[] } = {
  files: FILES_SUITE,
  processes: PROCESS_SUITE,
  protocol: PROTOCOL_SUITE,
  streaming: STREAMING_SUITE,
  cancel: CANCEL_SUITE,
  limits: LIMITS_SUITE,
  access: ACCESS_SUITE,
  stdio: STDIO_SUITE,
  restart: RESTART_SUITE,
  ending: ENDING_SUITE,
  load: LOAD_SUITE,
};
