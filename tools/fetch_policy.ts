// Which addresses fetch may connect to: public ones, and what the owner allows beside them.
// Opened once with the host. Looks nothing up: it judges addresses that were found.

import type { Runtime } from "../src/runtime/runtime.ts";
import {
  type Address,
  type AddressBlock,
  isIn,
  parseAddress,
  parseBlock,
  specialUse,
} from "./addresses.ts";

/** Judges addresses for fetch. */
export interface FetchPolicy {
  /** Why a host may not be reached at an address; undefined when it may. */
  refusal(hostname: string, address: string): string | undefined;
}

/** Whether a text can be among what is allowed: a host name, an address, a block of addresses. */
export function canBeAllowed(text: string): boolean {
  return parseBlock(text) !== undefined || /^[a-z0-9_]([\w.-]*[a-z0-9_.])?$/i.test(text);
}

/** Makes the policy. `allowed`: host names, addresses and blocks. */
export function openFetchPolicy(runtime: Runtime, allowed: readonly string[]): FetchPolicy {
  const blocks = allowed.map(parseBlock).filter((block): block is AddressBlock =>
    block !== undefined
  );
  const names = new Set(allowed.map(bareName));
  return {
    refusal(hostname, text) {
      const address = parseAddress(text);
      if (address === undefined) return "unknown";
      if (names.has(bareName(hostname)) || blocks.some((block) => isIn(address, block))) {
        return undefined;
      }
      return specialUse(address) ?? (isOurs(runtime, address) ? "this machine's own" : undefined);
    },
  };
}

// A public address of this machine leads past its firewall to what listens on all addresses.
function isOurs(runtime: Runtime, address: Address): boolean {
  return runtime.system().addresses.some((own) =>
    parseAddress(own.address)?.join() === address.join()
  );
}

function bareName(hostname: string): string {
  return hostname.toLowerCase().replace(/\.$/, "");
}
