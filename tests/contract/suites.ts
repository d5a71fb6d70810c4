// All suites of the contract, in the order they run in. A new suite is imported and listed here.

import { ACCESS_SUITE } from "./access_suite.ts";
import { CANCEL_SUITE } from "./cancel_suite.ts";
import { CLIENT_SUITE } from "./client_suite.ts";
import { CONFORMANCE_SUITE } from "./conformance_suite.ts";
import { CONSOLE_SUITE } from "./console_suite.ts";
import type { Case } from "./contract.ts";
import { ENDING_SUITE } from "./ending_suite.ts";
import { FILES_SUITE } from "./files_suite.ts";
import { HTTP_ANSWER_SUITE } from "./http_answer_suite.ts";
import { HTTP_LEAVING_SUITE } from "./http_leaving_suite.ts";
import { HTTP_LISTEN_SUITE } from "./http_listen_suite.ts";
import { HTTP_REQUEST_SUITE } from "./http_request_suite.ts";
import { HUB_SUITE } from "./hub_suite.ts";
import { LIBRARY_SUITE } from "./library_suite.ts";
import { LIMITS_SUITE } from "./limits_suite.ts";
import { LOAD_SUITE } from "./load_suite.ts";
import { MACHINE_SUITE } from "./machine_suite.ts";
import { PROCESS_SUITE } from "./process_suite.ts";
import { PROTOCOL_SUITE } from "./protocol_suite.ts";
import { RESTART_SUITE } from "./restart_suite.ts";
import { SLOW_CLIENT_SUITE } from "./slow_client_suite.ts";
import { STDIO_SUITE } from "./stdio_suite.ts";
import { STREAMING_SUITE } from "./streaming_suite.ts";

/** The suites by name. */
export const SUITES: { readonly [name: string]: readonly Case[] } = {
  files: FILES_SUITE,
  processes: PROCESS_SUITE,
  machine: MACHINE_SUITE,
  console: CONSOLE_SUITE,
  "http requests": HTTP_REQUEST_SUITE,
  "http answers": HTTP_ANSWER_SUITE,
  "http leaving": HTTP_LEAVING_SUITE,
  "http listening": HTTP_LISTEN_SUITE,
  "slow clients": SLOW_CLIENT_SUITE,
  protocol: PROTOCOL_SUITE,
  streaming: STREAMING_SUITE,
  cancel: CANCEL_SUITE,
  limits: LIMITS_SUITE,
  access: ACCESS_SUITE,
  stdio: STDIO_SUITE,
  client: CLIENT_SUITE,
  hub: HUB_SUITE,
  restart: RESTART_SUITE,
  ending: ENDING_SUITE,
  library: LIBRARY_SUITE,
  load: LOAD_SUITE,
  conformance: CONFORMANCE_SUITE,
};
