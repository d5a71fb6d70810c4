// All suites of the contract, in the order they run in. A new suite is imported and listed here.

import type { Case } from "./contract.ts";
import { PROTOCOL_SUITE } from "./protocol_suite.ts";

/** The suites by name. */
export const SUITES: { readonly [name: string]: readonly Case[] } = {
  protocol: PROTOCOL_SUITE,
};
