// All suites of the contract, in the order they run in. A new suite is imported and listed here.

import { CANCEL_SUITE } from "./cancel_suite.ts";
import type { Case } from "./contract.ts";
import { PROTOCOL_SUITE } from "./protocol_suite.ts";
import { STREAMING_SUITE } from "./streaming_suite.ts";

/** The suites by name. */
export const SUITES: { readonly [name: string]: readonly Case[] } = {
  protocol: PROTOCOL_SUITE,
  streaming: STREAMING_SUITE,
  cancel: CANCEL_SUITE,
};
